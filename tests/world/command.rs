//! Chaos by the million: `cargo run --release --example chaos -- --payments 1000000`.

#[path = "counters.rs"]
mod counters;
#[path = "mod.rs"]
mod world;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use world::faults::FAULTS;
use world::story::{Report, Story, what_is};

const PROGRESS_EVERY: Duration = Duration::from_secs(5);

/// Plays stories of payments in bad weather, and judges each.
#[derive(Parser)]
struct Arguments {
    /// At least so many payments.
    #[arg(long, default_value_t = 10_000)]
    payments: u64,
    /// The first story's seed; without it, a fresh one.
    #[arg(long)]
    seed: Option<u64>,
    /// Tells this one story and ends.
    #[arg(long)]
    tell: Option<u64>,
    /// Of this protocol's counters only.
    #[arg(long)]
    protocol: Option<String>,
    /// Payments in one story.
    #[arg(long, default_value_t = 12)]
    in_a_story: u32,
    /// Threads; without it, one for each core.
    #[arg(long)]
    threads: Option<usize>,
}

#[derive(Default)]
struct Tally {
    stories: u64,
    payments: u64,
    requests: u64,
    charges: u64,
    restarts: u64,
    recovered: u64,
    strikes: BTreeMap<usize, u64>,
    states: BTreeMap<&'static str, u64>,
    doubts: BTreeMap<String, u64>,
    slowest: Duration,
    pretend: Duration,
}

impl Tally {
    fn take(&mut self, report: &Report) {
        self.stories += 1;
        self.payments += u64::from(report.payments);
        self.requests += u64::from(report.requests);
        self.charges += u64::from(report.charges);
        self.restarts += u64::from(report.restarts);
        self.recovered += u64::from(report.recovered);
        self.slowest = self.slowest.max(report.slowest);
        self.pretend += report.pretend;
        for (fault, _) in &report.struck {
            *self.strikes.entry(*fault as usize).or_default() += 1;
        }
        for (state, count) in &report.states {
            *self.states.entry(state).or_default() += u64::from(*count);
        }
        for (why, count) in &report.doubts {
            *self.doubts.entry(why.clone()).or_default() += u64::from(*count);
        }
    }

    fn print(&self, took: Duration) {
        println!("stories      {:>12}", self.stories);
        println!("payments     {:>12}   {:.0} a second", self.payments, self.payments as f64 / took.as_secs_f64());
        println!("pretend time {:>12} h", self.pretend.as_secs() / 3600);
        println!("till starts  {:>12}   after being killed", self.restarts);
        println!(
            "recovered    {:>12}   in doubt when the weather calmed down, found out by the machine",
            self.recovered
        );
        println!("requests     {:>12}   against {} entries in the terminals' ledgers", self.requests, self.charges);
        println!("slowest      {:>12.1} s from calm weather to certainty", self.slowest.as_secs_f64());
        println!("\noutcomes");
        for (state, count) in &self.states {
            println!("  {count:>12}  {state}");
        }
        println!("\nleft to a person, and why");
        for (why, count) in &self.doubts {
            println!("  {count:>12}  {why}");
        }
        println!("\nfaults, and how many in 10,000 payments");
        for (fault, _, _) in &FAULTS {
            let count = self.strikes.get(&(*fault as usize)).copied().unwrap_or_default();
            let rate = count as f64 * 10_000.0 / self.payments.max(1) as f64;
            println!("  {count:>12}  {rate:>8.1}  {}", what_is(*fault));
        }
    }
}

fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    let mut counters = everywhere();
    counters.retain(|counter| arguments.protocol.as_deref().is_none_or(|wanted| counter.protocol.id == wanted));
    if counters.is_empty() {
        eprintln!("no protocol of that name");
        return std::process::ExitCode::FAILURE;
    }
    let story_of = |seed: u64| {
        let which = usize::try_from(seed % counters.len() as u64).unwrap_or_default();
        Story::new(counters[which], seed, arguments.in_a_story)
    };
    if let Some(seed) = arguments.tell {
        println!("{}", story_of(seed).told());
        return std::process::ExitCode::SUCCESS;
    }
    let first = arguments.seed.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0 >> 16);
    println!("from seed {first}");
    let threads = arguments.threads.or_else(|| std::thread::available_parallelism().ok().map(Into::into)).unwrap_or(1);
    let (next, failed) = (AtomicU64::new(first), AtomicBool::new(false));
    let tally = Mutex::new(Tally::default());
    let begun = Instant::now();
    let last_word = Mutex::new(begun);
    // A violation tells itself; the panic that was one of its signs need not.
    std::panic::set_hook(Box::new(|_| {}));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed) {
                    let story = story_of(next.fetch_add(1, Ordering::Relaxed));
                    let report = story.play();
                    if !report.violations.is_empty() {
                        if !failed.swap(true, Ordering::Relaxed) {
                            println!("{}", story.shrunk().told());
                        }
                        return;
                    }
                    let mut tally = tally.lock().expect("the tally");
                    tally.take(&report);
                    let mut last = last_word.lock().expect("the clock");
                    if last.elapsed() >= PROGRESS_EVERY {
                        *last = Instant::now();
                        let rate = tally.payments as f64 / begun.elapsed().as_secs_f64();
                        eprintln!("{} of {} payments, {rate:.0} a second", tally.payments, arguments.payments);
                    }
                    if tally.payments >= arguments.payments {
                        return;
                    }
                }
            });
        }
    });
    if failed.load(Ordering::Relaxed) {
        return std::process::ExitCode::FAILURE;
    }
    tally.lock().expect("the tally").print(begun.elapsed());
    println!("\nno rule was broken");
    std::process::ExitCode::SUCCESS
}

/// Every counter, and those behind a cloud.
fn everywhere() -> Vec<world::Counter> {
    [counters::all(), counters::chains()].concat()
}
