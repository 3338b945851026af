//! Settings and secrets when the power goes: the real binary killed while it saves them, at seeded moments and, where the
//! machine has `strace`, at the beginning of every single thing it asks the system about a file of theirs. What is left is
//! the old file or the new one, whole; nobody else's settings are lost, nothing keeps the next start from working, and what
//! was begun is done by doing it again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::harness::{Ended, Program, Shop};
use super::traced::{can_trace, killed_at};

/// Something that is saved, and what is typed into it.
struct Saving {
    command: &'static [&'static str],
    typed: &'static str,
    /// What it writes, of [`FILES`].
    writes: &'static [&'static str],
}

/// What must be whole; a file comes to be by being written beside its place.
const FILES: [&str; 3] = ["secrets.json", "settings.json", "log-levels.json"];

const SAVINGS: [Saving; 5] = [
    Saving {
        command: &["terminal", "add", "back", "--protocol", "valor", "--set", "host=10.0.0.8", "--default"],
        typed: "",
        writes: &["settings.json"],
    },
    Saving {
        command: &[
            "terminal",
            "add",
            "back",
            "--protocol",
            "p3",
            "--set",
            "merchant_id=other",
            "--secret",
            "merchant_secret",
        ],
        typed: "hunter2\n",
        writes: &["secrets.json", "settings.json"],
    },
    // Another secret under the settings that are there.
    Saving {
        command: &["terminal", "add", "front", "--protocol", "p3", "--secret", "merchant_secret"],
        typed: "hunter3\n",
        writes: &["secrets.json"],
    },
    Saving { command: &["terminal", "remove", "side"], typed: "", writes: &["secrets.json", "settings.json"] },
    Saving { command: &["log", "level", "links", "warn"], typed: "", writes: &["log-levels.json"] },
];

/// Kills of each command at moments of the dice.
const DICE: u64 = 16;
/// What a command asks of the system about a file that it saves.
const CALLS: [&str; 7] = ["openat", "write", "fsync", "/^rename", "/^unlink", "flock", "close"];
/// How often about one file.
const ASKED_AT_MOST: usize = 20;

/// The files of a till, by name; those that are not there have none.
type Kept = BTreeMap<&'static str, Vec<u8>>;

/// A till with two terminals that have secrets, and settings of another program's beside them.
fn prepared() -> Shop {
    let shop = Shop::of_training();
    fs::write(shop.path().join("settings.json"), "{\"loyalty\": {\"rate\": 1}}").unwrap();
    for name in ["front", "side"] {
        let add =
            ["terminal", "add", name, "--protocol", "p3", "--set", "merchant_id=m", "--secret", "merchant_secret"];
        shop.run_with_input(&add, "planted\n").ended_with(0);
    }
    shop.run(&["log", "level", "gui", "warn"]).ended_with(0);
    shop
}

/// Another till with the same files.
fn copy_of(shop: &Shop) -> Shop {
    let copy = Shop::of_training();
    for entry in fs::read_dir(shop.path()).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
    }
    copy
}

fn kept(folder: &Path) -> Kept {
    FILES.into_iter().filter_map(|name| Some((name, fs::read(folder.join(name)).ok()?))).collect()
}

/// The files that lie in the folder, but for the journal, which has its own tests.
fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file());
    let names = files.map(|entry| entry.file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with("journal")).collect();
    names.sort();
    names
}

struct Undisturbed {
    start: Shop,
    before: Kept,
    after: Kept,
    names: Vec<String>,
    took: Duration,
}

impl Undisturbed {
    fn of(saving: &Saving) -> Undisturbed {
        let start = prepared();
        let shop = copy_of(&start);
        let begun = Instant::now();
        shop.run_with_input(saving.command, saving.typed).ended_with(0);
        let took = begun.elapsed();
        let (before, after) = (kept(start.path()), kept(shop.path()));
        let changed: Vec<_> = FILES.into_iter().filter(|name| before.get(name) != after.get(name)).collect();
        assert_eq!(changed, saving.writes, "{:?}", saving.command);
        Undisturbed { start, before, after, names: names(shop.path()), took }
    }

    /// After a kill everything is as it was or as it should become, and the till goes on working. Says how far it had come.
    #[track_caller]
    fn survives(&self, saving: &Saving, shop: &Shop, said: &Ended, told: &str) -> String {
        assert!(!said.errors.contains("panicked"), "{told}: {}", said.errors);
        let left = kept(shop.path());
        let done: Vec<bool> = saving.writes.iter().map(|name| self.is_done(name, &left, told)).collect();
        for name in FILES.iter().filter(|name| !saving.writes.contains(name)) {
            assert_eq!(left.get(name), self.before.get(name), "{told}: {name} has nothing to do with it");
        }
        // Secrets first: settings never name one that was not kept.
        assert!(done.is_sorted_by(|earlier, later| earlier >= later), "{told}: {done:?} of {:?}", saving.writes);
        if !said.lines.is_empty() || said.errors.contains("Terminal ") {
            assert!(done.iter().all(|done| *done), "{told}: it had told {said:?}");
        }
        holds_no_lock(shop.path(), told);
        self.goes_on(saving, shop, &done, told);
        format!("{} of {}", done.iter().filter(|done| **done).count(), done.len())
    }

    #[track_caller]
    fn is_done(&self, name: &str, left: &Kept, told: &str) -> bool {
        let is = |kept: &Kept| left.get(name) == kept.get(name);
        assert!(
            is(&self.before) || is(&self.after),
            "{told}: {name} is {:?}",
            left.get(name).map(|text| text_of(text))
        );
        is(&self.after)
    }

    /// The next start works, and what was begun is done by doing it again.
    #[track_caller]
    fn goes_on(&self, saving: &Saving, shop: &Shop, done: &[bool], told: &str) {
        let listed = shop.json(&["terminal", "list"]);
        assert_eq!(listed.status, Some(0), "{told}: {}", listed.errors);
        assert!(listed.events_of("terminal").iter().any(|known| known["terminal"] == "front"), "{told}");
        shop.run(&["config", "check"]).ended_with(0);
        if !done.iter().all(|done| *done) {
            let again = shop.run_with_input(saving.command, saving.typed);
            assert_eq!(again.status, Some(0), "{told}, and done again: {}", again.errors);
        }
        assert_eq!(kept(shop.path()), self.after, "{told}, and done again");
        // Whatever is saved next clears away what was left.
        let another =
            ["terminal", "add", "new", "--protocol", "p3", "--set", "merchant_id=m", "--secret", "merchant_secret"];
        shop.run_with_input(&another, "new\n").ended_with(0);
        shop.run(&["terminal", "remove", "new"]).ended_with(0);
        shop.run(&["log", "level", "cli", "info"]).ended_with(0);
        assert_eq!(kept(shop.path()), self.after, "{told}, and something else");
        let good = fs::read(shop.path().join("settings.json.last-good")).unwrap();
        assert_eq!(text_of(&good), text_of(&self.after["settings.json"]), "{told}");
        assert_eq!(names(shop.path()), self.names, "{told}");
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whoever is gone has no turn any more.
#[track_caller]
fn holds_no_lock(folder: &Path, told: &str) {
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join("settings.lock")).unwrap();
    lock.try_lock().unwrap_or_else(|error| panic!("{told}: the settings stay locked: {error}"));
}

/// Sizes and times of everything that lies there.
fn signature(folder: &Path) -> Vec<(String, u64, Option<SystemTime>)> {
    let look = |name: String| {
        let known = fs::metadata(folder.join(&name)).ok();
        let length = known.as_ref().map_or(0, fs::Metadata::len);
        (name, length, known.and_then(|known| known.modified().ok()))
    };
    names(folder).into_iter().map(look).collect()
}

/// A sequence of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }
}

/// Kills the command after so many changes of its files and a moment more; `None` when it had ended before.
fn killed_by_dice(saving: &Saving, shop: &Shop, dice: &mut Dice, took: Duration) -> Option<Ended> {
    let changes = dice.below(8);
    let longest = if changes == 0 { took.as_micros() as u64 } else { 2_000 };
    let more = Duration::from_micros(dice.below(longest));
    let mut seen = signature(shop.path());
    let mut program = Program::start(&mut shop.command(saving.command), saving.typed);
    for _ in 0..changes {
        loop {
            let now = signature(shop.path());
            if now != seen {
                seen = now;
                break;
            }
            if !program.is_running() {
                return None;
            }
        }
    }
    let until = Instant::now() + more;
    while Instant::now() < until {
        std::thread::yield_now();
    }
    program.is_running().then(|| program.kill())
}

#[test]
fn what_is_saved_survives_a_kill_at_moments_of_the_dice() {
    for (seed, saving) in (1..).zip(&SAVINGS) {
        let undisturbed = Undisturbed::of(saving);
        let mut dice = Dice(seed);
        let mut ends: BTreeMap<String, usize> = BTreeMap::new();
        for throw in 0..DICE {
            let shop = copy_of(&undisturbed.start);
            let told = format!("{:?}, seed {seed}, throw {throw}", saving.command);
            let Some(said) = killed_by_dice(saving, &shop, &mut dice, undisturbed.took) else { continue };
            *ends.entry(undisturbed.survives(saving, &shop, &said, &told)).or_default() += 1;
        }
        println!("{:?}: points survived: {ends:?}", saving.command);
        assert!(!ends.is_empty(), "{:?}: it was never caught", saving.command);
    }
}

/// What is worked on while these files are saved.
fn worked_on(folder: &Path, writes: &[&str]) -> Vec<PathBuf> {
    let beside = |name: &str| folder.join(name).with_extension("json.new");
    let mut files: Vec<PathBuf> = writes.iter().flat_map(|name| [beside(name), folder.join(name)]).collect();
    files.push(folder.to_owned());
    if writes.contains(&"settings.json") {
        files.extend([folder.join("settings.lock"), beside("settings.json.last-good")]);
    }
    files
}

#[test]
fn what_is_saved_survives_a_kill_before_everything_it_does_to_its_files() {
    if !can_trace() {
        println!("NOT TESTED, this system has no strace, or permits none: kills before everything done to a file");
        return;
    }
    std::thread::scope(|scope| {
        for saving in &SAVINGS {
            scope.spawn(move || killed_before_everything(saving));
        }
    });
}

fn killed_before_everything(saving: &Saving) {
    let undisturbed = Undisturbed::of(saving);
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for (file, call) in
        (0..worked_on(Path::new(""), saving.writes).len()).flat_map(|file| CALLS.map(|call| (file, call)))
    {
        for number in 1.. {
            let shop = copy_of(&undisturbed.start);
            let file = &worked_on(shop.path(), saving.writes)[file];
            let told = format!("{:?}, killed before {call} {number} of {}", saving.command, file.display());
            let said = killed_at(shop.command(saving.command), saving.typed, file, call, number);
            if said.status == Some(0) {
                break;
            }
            assert!(said.status.is_none() && number < ASKED_AT_MOST, "{told}: {said:?}");
            *ends.entry(undisturbed.survives(saving, &shop, &said, &told)).or_default() += 1;
        }
    }
    println!("{:?}: points survived: {ends:?}", saving.command);
    // Not begun, all done, and each step between; each file is opened, written, synced and renamed.
    let points = ends.values().sum::<usize>();
    assert!(ends.len() > saving.writes.len() && points >= 4 * saving.writes.len(), "{ends:?}");
}
