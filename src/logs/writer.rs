//! The thread that writes log files and looks whether somebody has chosen other levels. Nobody waits for it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant, SystemTime};

use jiff::{Timestamp, Zoned};
use tracing_subscriber::filter::Targets;

use super::files::{self, FILE_AT_MOST, LogFile};
use super::levels::{self, Levels};
use super::line;

/// Lines that wait for the disk; what is more is dropped, and counted.
const QUEUE: usize = 1_024;
/// Lines written with one call.
const BATCH: usize = 256;
/// How often somebody may have chosen other levels. The thread of the window does not wake for it.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a disk that refused is left alone.
const REFUSED_FOR: Duration = Duration::from_secs(5);
/// How long the end of the program waits for the last lines.
const LAST_WORDS: Duration = Duration::from_millis(500);

enum Order {
    Line(String),
    /// Everything before it is written when it is answered.
    Flush(SyncSender<()>),
}

/// Where lines are handed over.
#[derive(Clone)]
pub struct LogWriter {
    orders: SyncSender<Order>,
    lost: Arc<AtomicU64>,
}

impl LogWriter {
    /// Never waits: a line that finds no room is counted, and its number said later.
    pub(super) fn hand_over(&self, line: String) {
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = self.orders.try_send(Order::Line(line)) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The log of a running program. What was handed over before it is dropped is written, if the disk is quick.
pub struct Logs {
    writer: LogWriter,
}

impl Logs {
    /// Starts the thread; it writes into `folder`, which it makes where there is none, but not what is above it. `levels` is
    /// the file it looks at; `apply` hears what is to be written from now on, and first of all what is now.
    ///
    /// # Errors
    /// The system's, when there is no thread.
    pub fn start(folder: &Path, levels: &Path, apply: impl Fn(Targets) + Send + 'static) -> io::Result<Logs> {
        let (orders, received) = sync_channel(QUEUE);
        let lost = Arc::new(AtomicU64::new(0));
        let writer = LogWriter { orders, lost: lost.clone() };
        let files = DayFiles { folder: folder.to_owned(), open: None, refused: None };
        let mut listener =
            Listener { file: levels.to_owned(), seen: None, levels: Levels::default(), next_end: None, apply };
        std::thread::Builder::new().name("log".to_owned()).spawn(move || {
            listener.take_up();
            work(&received, files, &lost, &mut listener);
        })?;
        Ok(Logs { writer })
    }

    pub fn writer(&self) -> LogWriter {
        self.writer.clone()
    }

    /// Waits until what was handed over is written, but not for long.
    pub fn flush(&self) {
        let (done, written) = sync_channel(1);
        let end = Instant::now() + LAST_WORDS;
        let mut order = Order::Flush(done);
        while let Err(TrySendError::Full(full)) = self.writer.orders.try_send(order) {
            if Instant::now() >= end {
                return;
            }
            order = full;
            std::thread::yield_now();
        }
        // A disk that does not answer is not waited for.
        let _ = written.recv_timeout(end.saturating_duration_since(Instant::now()));
    }
}

impl Drop for Logs {
    fn drop(&mut self) {
        self.flush();
    }
}

fn work(orders: &Receiver<Order>, mut files: DayFiles, lost: &AtomicU64, listener: &mut Listener<impl Fn(Targets)>) {
    let mut look_at = Instant::now() + LOOK_EVERY;
    loop {
        match orders.recv_timeout(look_at.saturating_duration_since(Instant::now())) {
            Ok(first) => take(first, orders, &mut files, lost),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if Instant::now() >= look_at {
            listener.look();
            files.look();
            look_at = Instant::now() + LOOK_EVERY;
        }
    }
}

fn take(first: Order, orders: &Receiver<Order>, files: &mut DayFiles, lost: &AtomicU64) {
    let mut text = String::new();
    let mut lines = 0;
    let mut flushed = None;
    for order in std::iter::once(first).chain(orders.try_iter()).take(BATCH) {
        match order {
            Order::Line(line) => {
                text.push_str(&line);
                text.push('\n');
                lines += 1;
            }
            Order::Flush(done) => {
                flushed = Some(done);
                break;
            }
        }
    }
    let now = Zoned::now();
    let missing = lost.swap(0, Ordering::Relaxed);
    if missing > 0 {
        let words = format!("lines are missing before this one: {missing}");
        text.insert_str(0, &format!("{}\n", line::plain(&now, "WARN", "logs", &words)));
    }
    if !text.is_empty() && files.write(&now, &text).is_err() {
        lost.fetch_add(missing + lines, Ordering::Relaxed);
    }
    if let Some(done) = flushed {
        // Whoever waited may have gone.
        let _ = done.send(());
    }
}

/// The file of the day. Others may append to it too: each write is one call on a file opened for appending.
struct DayFiles {
    folder: PathBuf,
    open: Option<(LogFile, File)>,
    refused: Option<Instant>,
}

impl DayFiles {
    fn write(&mut self, now: &Zoned, text: &str) -> io::Result<()> {
        if self.refused.is_some_and(|at| at.elapsed() < REFUSED_FOR) {
            return Err(io::ErrorKind::Other.into());
        }
        let written = self.file_for(now).and_then(|mut file| file.write_all(text.as_bytes()));
        self.refused = written.is_err().then(Instant::now);
        if written.is_err() {
            self.open = None;
        }
        written
    }

    fn file_for(&mut self, now: &Zoned) -> io::Result<&File> {
        let fits = |(known, file): &(LogFile, File)| {
            known.day == now.date() && file.metadata().is_ok_and(|found| found.len() < FILE_AT_MOST)
        };
        if !self.open.as_ref().is_some_and(fits) {
            self.open = Some(files::open_newest(&self.folder, now.date())?);
        }
        self.open.as_ref().map(|(_, file)| file).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Somebody may have taken the file away.
    fn look(&mut self) {
        if self.open.as_ref().is_some_and(|(known, _)| !known.path().exists()) {
            self.open = None;
        }
    }
}

/// Knows which levels hold, and tells of others.
struct Listener<F> {
    file: PathBuf,
    seen: Option<(SystemTime, u64)>,
    levels: Levels,
    next_end: Option<Timestamp>,
    apply: F,
}

impl<F: Fn(Targets)> Listener<F> {
    fn take_up(&mut self) {
        let now = Timestamp::now();
        self.seen = levels::stamp(&self.file);
        self.levels = Levels::load(&self.file);
        self.next_end = self.levels.next_end(now);
        (self.apply)(self.levels.targets(now));
    }

    fn look(&mut self) {
        let has_ended = self.next_end.is_some_and(|end| end <= Timestamp::now());
        if has_ended || levels::stamp(&self.file) != self.seen {
            self.take_up();
            // From here on the log says more or less: whoever reads it later must see since when.
            tracing::info!(unusual = self.levels.unusual(Timestamp::now()), "other levels hold in the log");
        }
    }
}

/// Opens for appending, for its owner only.
pub(super) fn append_to(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Makes the folder, for its owner only; not what is above it.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => owner_only(folder),
    }
}

#[cfg(unix)]
fn owner_only(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn owner_only(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn logs_in(folder: &Path) -> Logs {
        Logs::start(&folder.join("logs"), &folder.join("levels.json"), |_| ()).unwrap()
    }

    fn written(folder: &Path) -> String {
        let found = files::files(&folder.join("logs"));
        found.iter().map(|file| file.read(u64::MAX).unwrap()).collect()
    }

    #[test]
    fn several_programs_write_whole_lines_into_one_file() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for program in 0..4 {
                let folder = folder.path();
                scope.spawn(move || {
                    let logs = logs_in(folder);
                    (0..50).for_each(|line| logs.writer().hand_over(format!("program {program} line {line} end")));
                    logs.flush();
                });
            }
        });
        let text = written(folder.path());
        assert_eq!(text.lines().count(), 200);
        assert!(text.lines().all(|line| line.starts_with("program ") && line.ends_with(" end")));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o077;
            let files = files::files(&folder.path().join("logs"));
            assert!(files.iter().all(|file| mode(file.path()) == 0) && mode(&folder.path().join("logs")) == 0);
        }
    }

    #[test]
    fn what_finds_no_room_is_counted_and_said() {
        let (orders, received) = sync_channel(2);
        let writer = LogWriter { orders, lost: Arc::new(AtomicU64::new(0)) };
        (0..5).for_each(|line| writer.hand_over(format!("line {line}")));
        assert_eq!(writer.lost.load(Ordering::Relaxed), 3);
        let folder = tempfile::tempdir().unwrap();
        let mut files = DayFiles { folder: folder.path().join("logs"), open: None, refused: None };
        take(received.recv().unwrap(), &received, &mut files, &writer.lost);
        let text = written(folder.path());
        assert!(text.contains("lines are missing before this one: 3"), "{text}");
        assert_eq!(text.lines().count(), 3);
    }

    #[test]
    fn a_disk_that_refuses_costs_lines_and_nothing_else() {
        let (orders, received) = sync_channel(8);
        let writer = LogWriter { orders, lost: Arc::new(AtomicU64::new(0)) };
        let folder = tempfile::tempdir().unwrap();
        let mut files = DayFiles { folder: folder.path().join("none").join("logs"), open: None, refused: None };
        writer.hand_over("one".to_owned());
        writer.hand_over("two".to_owned());
        take(received.recv().unwrap(), &received, &mut files, &writer.lost);
        assert_eq!(writer.lost.load(Ordering::Relaxed), 2);
        assert!(!folder.path().join("none").exists(), "what is above the folder is somebody else's to make");
    }

    #[test]
    fn files_are_bounded_in_size_and_number() {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        let now = Zoned::now();
        let full = vec![b'x'; usize::try_from(FILE_AT_MOST).unwrap()];
        for _ in 0..files::FILES_AT_MOST + 3 {
            let (known, _) = files::open_newest(&logs, now.date()).unwrap();
            fs::write(known.path(), &full).unwrap();
        }
        let there = files::files(&logs);
        assert_eq!(there.len(), files::FILES_AT_MOST);
        assert_eq!(there.last().unwrap().number, 19);
        fs::write(logs.join("checkstand-2020-01-01-01.log"), "old").unwrap();
        fs::write(logs.join("somebody-elses.txt"), "kept").unwrap();
        files::open_newest(&logs, now.date()).unwrap();
        assert!(!logs.join("checkstand-2020-01-01-01.log").exists() && logs.join("somebody-elses.txt").exists());
    }
}
