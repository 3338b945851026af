#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Mutex;

use super::*;
use crate::protocols::driver::Departure;

const NOON: &str = "2026-03-14T12:00:00Z";
const LEAST: Duration = Duration::from_secs(5);

fn noon() -> Timestamp {
    NOON.parse().unwrap()
}

fn pace(at_most: u64) -> Pace {
    Pace { shared_by: "econduit-c0ffee".to_owned(), least: LEAST, at_most: Duration::from_secs(at_most) }
}

/// A machine on which several programs share a folder. Its wall's clock goes with that of the runtime.
struct Machine {
    folder: tempfile::TempDir,
    origin: Instant,
}

impl Machine {
    fn new() -> Machine {
        Machine { folder: tempfile::tempdir().unwrap(), origin: Instant::now() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn program(&self) -> Pacing {
        self.program_in(self.path())
    }

    fn program_in(&self, folder: &Path) -> Pacing {
        let origin = self.origin;
        Pacing { folder: folder.to_owned(), wall: Arc::new(move || after_noon(origin.elapsed())) }
    }
}

fn after_noon(passed: Duration) -> Timestamp {
    noon() + jiff::SignedDuration::try_from(passed).unwrap()
}

fn file(folder: &Path) -> std::path::PathBuf {
    folder.join("pace-econduit-c0ffee")
}

async fn waits(pacing: &Pacing, at_most: u64) -> Result<Duration, Loss> {
    let begun = Instant::now();
    pacing.turn(&pace(at_most)).await.map(|()| begun.elapsed())
}

fn seconds(waited: Result<Duration, Loss>) -> f64 {
    waited.unwrap().as_secs_f64()
}

fn is_about(waited: Result<Duration, Loss>, wanted: f64) -> bool {
    (seconds(waited) - wanted).abs() < 0.05
}

#[tokio::test(start_paused = true)]
async fn the_first_turn_comes_at_once_and_the_next_after_the_least_time() {
    let machine = Machine::new();
    let ours = machine.program();
    assert!(is_about(waits(&ours, 60).await, 0.0));
    assert!(is_about(waits(&ours, 60).await, 5.0));
    sleep(Duration::from_secs(3)).await;
    assert!(is_about(waits(&ours, 60).await, 2.0));
    sleep(Duration::from_secs(60)).await;
    assert!(is_about(waits(&ours, 60).await, 0.0));
}

#[tokio::test(start_paused = true)]
async fn many_programs_at_once_take_turns_that_are_never_closer_than_the_least_time() {
    let machine = Machine::new();
    let begun = Instant::now();
    let programs = (0..10).map(|_| {
        let pacing = machine.program();
        async move {
            let mut came = Vec::new();
            for _ in 0..3 {
                pacing.turn(&pace(1_000)).await.unwrap();
                came.push(begun.elapsed());
            }
            came
        }
    });
    let mut came: Vec<Duration> = futures_util::future::join_all(programs).await.concat();
    came.sort();
    let gaps: Vec<Duration> = came.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // the timers of the runtime count milliseconds
    assert!(gaps.iter().all(|gap| *gap + Duration::from_millis(2) >= LEAST), "{gaps:?}");
    assert!(begun.elapsed() < Duration::from_secs(150), "turns were left out: {:?}", begun.elapsed());
}

#[test]
fn threads_that_race_for_the_file_take_turns_that_are_exactly_the_least_time_apart() {
    let folder = tempfile::tempdir().unwrap();
    let taken = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut left = 25;
                while left > 0 {
                    // the clock stands still, so the wait tells the turn
                    match attempt(folder.path(), &pace(1_000), Duration::ZERO, &noon).unwrap() {
                        Attempt::Taken { wait } => {
                            taken.lock().unwrap().push(wait);
                            left -= 1;
                        }
                        Attempt::Held => std::thread::yield_now(),
                        Attempt::TooLate { wait } => panic!("{wait:?}"),
                    }
                }
            });
        }
    });
    let mut taken = taken.into_inner().unwrap();
    taken.sort();
    assert_eq!(taken, (0..100).map(|turn| LEAST * turn).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_would_come_too_late_is_not_taken_and_costs_the_others_nothing() {
    let machine = Machine::new();
    let ours = machine.program();
    waits(&ours, 60).await.unwrap();
    let loss = waits(&ours, 4).await.unwrap_err();
    assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::Paced));
    assert!(is_about(waits(&machine.program(), 60).await, 5.0));
}

#[tokio::test(start_paused = true)]
async fn different_limits_do_not_wait_for_each_other() {
    let machine = Machine::new();
    let ours = machine.program();
    ours.turn(&pace(60)).await.unwrap();
    let begun = Instant::now();
    ours.turn(&Pace { shared_by: "another".to_owned(), ..pace(60) }).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_while_waiting_has_had_the_turn() {
    let machine = Machine::new();
    let ours = machine.program();
    waits(&ours, 60).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_secs(1), ours.turn(&pace(60))).await.is_err());
    assert!(is_about(waits(&ours, 60).await, 9.0));
}

/// What becomes of a turn when the file says this.
async fn after_file(contents: &[u8]) -> f64 {
    let machine = Machine::new();
    std::fs::write(file(machine.path()), contents).unwrap();
    let ours = machine.program();
    let waited = seconds(waits(&ours, 60).await);
    let written = std::fs::read_to_string(file(machine.path())).unwrap();
    assert!(written.len() == 31 && written.trim_end().parse::<Timestamp>().is_ok(), "{written:?}");
    waited
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_the_file_says_when_the_last_turn_was() {
    let near = |waited: f64, wanted: f64| (waited - wanted).abs() < 0.5;
    let at = |seconds: i64| format!("{:.9}\n", noon() + jiff::SignedDuration::from_secs(seconds)).into_bytes();
    assert!(near(after_file(&at(-3600)).await, 0.0));
    assert!(near(after_file(b"").await, 0.0));
    assert!(near(after_file(&at(-2)).await, 3.0));
    // a turn that somebody else waits for
    assert!(near(after_file(&at(13)).await, 18.0));
}

#[tokio::test(start_paused = true)]
async fn a_broken_file_and_one_of_the_far_future_count_as_a_turn_of_now() {
    let endless = [b'9'; 100_000];
    for contents in [&b"broken"[..], b"\xff\xfe", b"\n", &endless, b"2026-03-14T14:00:00Z", b"9999-12-30T00:00:00Z"] {
        let waited = after_file(contents).await;
        assert!((waited - 5.0).abs() < 0.05, "{contents:?}: {waited}");
    }
    assert!(after_file(b"1970-01-01T00:00:00Z").await < 0.05);
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_cannot_be_written_costs_the_request_and_says_why() {
    let machine = Machine::new();
    let in_the_way = machine.path().join("file");
    std::fs::write(&in_the_way, "").unwrap();
    let loss = waits(&machine.program_in(&in_the_way), 60).await.unwrap_err();
    assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::NotDurable));
    assert!(loss.detail.starts_with(&in_the_way.display().to_string()), "{}", loss.detail);
    std::fs::create_dir(file(machine.path())).unwrap();
    let loss = waits(&machine.program(), 60).await.unwrap_err();
    assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::NotDurable));
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_nobody_lets_go_of_is_not_waited_for_for_ever() {
    let machine = Machine::new();
    let ours = machine.program();
    waits(&ours, 60).await.unwrap();
    let held = std::fs::File::open(file(machine.path())).unwrap();
    held.lock().unwrap();
    let begun = Instant::now();
    let loss = waits(&ours, 3).await.unwrap_err();
    assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::Paced));
    assert!(begun.elapsed() >= Duration::from_secs(3) && begun.elapsed() < Duration::from_secs(4));
    held.unlock().unwrap();
    waits(&ours, 60).await.unwrap();
}

#[tokio::test]
async fn a_name_that_is_no_name_of_a_file_is_refused() {
    let machine = Machine::new();
    for name in ["", "../x", "a/b", "a.b", "ä", &"a".repeat(LONGEST_NAME + 1)] {
        let pace = Pace { shared_by: name.to_owned(), ..pace(60) };
        let loss = machine.program().turn(&pace).await.unwrap_err();
        assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::NotDurable), "{name}");
    }
    assert_eq!(std::fs::read_dir(machine.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn the_folder_is_made_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let machine = Machine::new();
    let shared = machine.path().join("not").join("yet");
    waits(&machine.program_in(&shared), 60).await.unwrap();
    assert_eq!(std::fs::metadata(&shared).unwrap().permissions().mode() & 0o777, 0o700);
}
