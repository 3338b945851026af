//! A program that is killed while it prints: before everything it does to the files of its jobs, and before everything it says to
//! the printer. What is on paper then is on paper once, unless a person has it printed again, and no job is lost.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use checkstand::domain::PaperWidth;
use checkstand::links::PrinterDoor;
use checkstand::printing::{JobId, JobState, JobTitle, JobView, NewJob, PrintView, PrinterFault, Printing};
use checkstand::receipts::printer_simulator::{PrinterNews, PrinterSimulator};
use checkstand::receipts::{Slip, Weight};
use checkstand::settings::{PrinterConnection, PrinterSettings};
use tokio::runtime::Runtime;

use super::harness::{Ended, Program, Shop, below};
use super::traced::{can_trace, killed_at};

/// The data folder and the printer's address of the program that prints.
const FOLDER: &str = "CHECKSTAND_TEST_PRINTS_IN";
const PRINTER: &str = "CHECKSTAND_TEST_PRINTS_ON";
/// Whether it is started again after a kill.
const AGAIN: &str = "CHECKSTAND_TEST_PRINTS_AGAIN";
const PRINTS: &str = "printing::prints_and_may_be_killed";
/// What is printed: the first job and the second.
const SLIPS: [&str; 2] = ["one", "two"];
/// What is done to a job's file, and said to a printer.
const OF_FILES: [&str; 6] = ["openat", "write", "fsync", "/^rename", "/^unlink", "close"];
const OF_LINES: [&str; 4] = ["connect", "sendto", "recvfrom", "shutdown"];
/// How often one of them is done.
const DONE_AT_MOST: usize = 60;
/// No machine is slower.
const AT_MOST: Duration = Duration::from_secs(60);

/// The program: prints two slips, or what is left of them.
#[test]
#[ignore = "is started by the tests of this file"]
fn prints_and_may_be_killed() {
    let (folder, address) = (std::env::var(FOLDER).unwrap(), std::env::var(PRINTER).unwrap());
    let printer = PrinterSettings::new("bar", PrinterConnection::Network { address });
    Runtime::new().unwrap().block_on(async {
        let printing = Printing::open(&Path::new(&folder).join("print-queue"), &[printer]).await;
        if std::env::var_os(AGAIN).is_none() {
            print_both(&printing).await;
        }
        while let Some(id) = doubt(&printing).await {
            println!("\n> doubt {id}");
            printing.again(id).unwrap();
            printing.view().wait_for(|view| is_printed(view.job(id))).await.unwrap();
        }
        printing.close().await;
    });
}

async fn print_both(printing: &Printing) {
    for slip in SLIPS {
        let id = printing.submit(job(slip)).unwrap();
        printing.view().wait_for(|view| view.job(id).is_some()).await.unwrap();
        // A job is shown when it is on disk.
        println!("\n> kept {id}");
    }
}

fn job(word: &str) -> NewJob {
    let mut slip = Slip::default();
    slip.centred(word, Weight::Plain);
    slip.cut();
    let made_at = jiff::Timestamp::UNIX_EPOCH;
    NewJob { printer: "bar".to_owned(), title: JobTitle::Test, slip, made_at, open_drawer: false }
}

/// The job that a person has to decide about, once nothing more happens by itself.
async fn doubt(printing: &Printing) -> Option<JobId> {
    let next = |view: &PrintView| view.jobs.iter().find(|job| !is_printed(Some(job))).cloned();
    let in_doubt = |job: &JobView| {
        matches!(job.state, JobState::Faulty { fault: PrinterFault::Interrupted(_), tries_again: false })
    };
    let mut view = printing.view();
    let settled = view.wait_for(|view| next(view).is_none_or(|job| in_doubt(&job))).await.unwrap().clone();
    next(&settled).map(|job| job.id)
}

fn is_printed(job: Option<&JobView>) -> bool {
    job.is_some_and(|job| job.state == JobState::Printed)
}

/// A shop and its printer, which is never switched off.
struct Bar {
    shop: Shop,
    address: SocketAddr,
    sheets: Receiver<String>,
    _door: PrinterDoor,
}

impl Bar {
    fn new(runtime: &Runtime) -> Bar {
        let (sender, sheets) = channel();
        let told = move |news| {
            if let PrinterNews::Sheet(sheet) = news {
                let _ = sender.send(sheet.lines.concat().trim().to_owned());
            }
        };
        let simulator = PrinterSimulator::new(PaperWidth::Wide);
        let door = runtime.block_on(PrinterDoor::open("127.0.0.1:0".parse().unwrap(), simulator, None, told)).unwrap();
        Bar { shop: Shop::of_training(), address: door.address(), sheets, _door: door }
    }

    fn program(&self, again: bool) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", PRINTS, "--ignored", "--nocapture", "--test-threads", "1"]);
        command.env(FOLDER, self.shop.path()).env(PRINTER, self.address.to_string());
        if again {
            command.env(AGAIN, "1");
        }
        command
    }

    /// How often each slip has come out since the last time. The printer lets in the next one when it has worked off the last one's.
    fn sheets(&self) -> BTreeMap<String, usize> {
        let mut line = TcpStream::connect(self.address).unwrap();
        line.set_read_timeout(Some(AT_MOST)).unwrap();
        line.write_all(b"\x10\x04\x04").unwrap();
        line.read_exact(&mut [0]).unwrap();
        self.sheets.try_iter().fold(BTreeMap::new(), |mut sheets, sheet| {
            *sheets.entry(sheet).or_default() += 1;
            sheets
        })
    }

    fn files(&self) -> Vec<PathBuf> {
        let folder = self.shop.path().join("print-queue");
        let mut files = vec![folder.clone()];
        files.extend((1..=2).flat_map(|id| ["json", "json.new"].map(|end| folder.join(format!("{id:012}.{end}")))));
        files
    }

    /// Nothing is lost, nothing printed twice unasked, and a person is asked where nobody knows. Says how it went on.
    #[track_caller]
    fn survives(&self, killed: &Ended, told: &str) -> String {
        assert!(!killed.errors.contains("panicked"), "{told}: {}", killed.errors);
        let before = self.sheets();
        let listed = self.shop.json(&["printer", "queue"]);
        let listed = listed.ended_with(0).events_of("print_job");
        let again = Program::start(&mut self.program(true), "").end();
        assert_eq!(again.status, Some(0), "{told}: {:#?}\n{}", again.lines, again.errors);
        let after = self.sheets();
        let says = |ended: &Ended, what: &str, id: usize| ended.lines.contains(&format!("> {what} {id}"));
        let mut end = String::new();
        for (id, slip) in (1..).zip(SLIPS) {
            let count = |sheets: &BTreeMap<String, usize>| sheets.get(slip).copied().unwrap_or_default();
            let (first, then) = (count(&before), count(&after));
            let (kept, asked) = (says(killed, "kept", id), says(&again, "doubt", id));
            let told = format!("{told}: {slip}: kept {kept}, on paper {first}, asked {asked}, then on paper {then}");
            assert!(first <= 1 && then <= 1, "{told}");
            assert!(first + then <= 1 || asked, "{told}: printed twice, and nobody has asked");
            assert!(first + then >= 1 || !kept, "{told}: lost");
            let job = listed.iter().find(|job| job["id"] == id);
            assert_eq!(asked, job.is_some_and(|job| job["state"] != "waiting"), "{told}: {listed:?}");
            end += match (first, then, asked) {
                (0, 0, _) => "-",
                (1, 0, _) => "p",
                (0, _, false) => "l",
                (_, _, _) => "?",
            };
        }
        assert_eq!(self.shop.json(&["printer", "queue"]).ended_with(0).events_of("print_job").len(), 0, "{told}");
        end
    }
}

/// Kills the program at the `number`th of these calls to the system: about a file, or about anything.
fn kill_at(bar: &Bar, call: &str, number: usize, file: Option<&Path>) -> Ended {
    let program = bar.program(false);
    if let Some(file) = file {
        return killed_at(program, "", file, call, number);
    }
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("inject={call}:signal=KILL:when={number}")]);
    Program::start(&mut below(strace, &program), "").end()
}

fn killed_at_every(call: &str, file: Option<usize>, runtime: &Runtime) -> BTreeMap<String, usize> {
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for number in 1.. {
        let bar = Bar::new(runtime);
        let file = file.map(|place| bar.files()[place].clone());
        let told = format!("killed before {call} {number} of {file:?}");
        let killed = kill_at(&bar, call, number, file.as_deref());
        if killed.status == Some(0) {
            assert_eq!(bar.sheets(), SLIPS.map(|slip| (slip.to_owned(), 1)).into(), "{told}");
            break;
        }
        assert!(killed.status.is_none() && number < DONE_AT_MOST, "{told}: {killed:?}");
        *ends.entry(bar.survives(&killed, &told)).or_default() += 1;
    }
    ends
}

#[test]
fn what_is_printed_survives_a_kill_before_everything_that_is_done_for_it() {
    if !can_trace() {
        println!(
            "NOT TESTED, this system has no strace, or permits none: kills before everything that is done to print"
        );
        return;
    }
    let runtime = Runtime::new().unwrap();
    let of_files = (0..5).flat_map(|place| OF_FILES.map(|call| (call, Some(place))));
    let calls: Vec<_> = of_files.chain(OF_LINES.map(|call| (call, None))).collect();
    let ends: Vec<BTreeMap<String, usize>> = std::thread::scope(|scope| {
        let runtime = &runtime;
        let walks = calls.iter().map(|(call, file)| scope.spawn(move || killed_at_every(call, *file, runtime)));
        walks.collect::<Vec<_>>().into_iter().map(|walk| walk.join().unwrap()).collect()
    });
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    ends.into_iter().flatten().for_each(|(end, times)| *all.entry(end).or_default() += times);
    let points: usize = all.values().sum();
    println!(
        "printing: {points} points survived (p on paper before, l later, ? a person was asked, - not kept yet): {all:?}"
    );
    assert!(points >= 40 && all.keys().any(|end| end.contains('?')) && all.contains_key("pl"), "{all:?}");
}
