//! The file with the time of the newest turn. Whoever takes one holds the file's lock while he reads and writes.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::protocols::driver::Pace;

/// What is read of the file, in bytes; what is longer is none of ours.
const READ_AT_MOST: u64 = 64;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// Written, and durable.
    Taken { wait: Duration },
    /// Nothing was written.
    TooLate { wait: Duration },
    /// Somebody else has the lock.
    Held,
}

/// Takes the next turn, if it comes within what is left of the longest wait. Never waits itself.
///
/// # Errors
/// The system's, when the file cannot be made, read or written.
pub(super) fn attempt(
    folder: &Path,
    pace: &Pace,
    waited: Duration,
    wall: &dyn Fn() -> Timestamp,
) -> io::Result<Attempt> {
    let mut file = open(folder, &format!("pace-{}", pace.shared_by))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Attempt::Held),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // after the lock: somebody may have waited for it
    let now = wall();
    let turn = next_turn(read(&mut file, now)?, now, pace);
    let wait = Duration::try_from(turn.duration_since(now)).unwrap_or_default();
    if wait > pace.at_most.saturating_sub(waited) {
        return Ok(Attempt::TooLate { wait });
    }
    write(&mut file, turn)?;
    Ok(Attempt::Taken { wait })
}

/// A time that no turn can have is of a broken file, or of a clock that was set back: then the last one may have been now.
fn next_turn(newest: Option<Timestamp>, now: Timestamp, pace: &Pace) -> Timestamp {
    let Some(newest) = newest else { return now };
    let newest = if newest > after(after(now, pace.at_most), pace.least) { now } else { newest };
    after(newest, pace.least).max(now)
}

fn after(at: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
}

fn open(folder: &Path, name: &str) -> io::Result<File> {
    let open = || OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join(name));
    let file = match open() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make(folder)?;
            open()?
        }
        opened => opened?,
    };
    // reading what is no file may wait for ever
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("not a file")) }
}

/// For its owner only.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The newest turn; `None` when there was none yet. What cannot be read may have been now.
fn read(file: &mut File, now: Timestamp) -> io::Result<Option<Timestamp>> {
    let mut bytes = Vec::new();
    file.take(READ_AT_MOST).read_to_end(&mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    Ok(Some(text.trim_end().parse().unwrap_or(now)))
}

/// Over what was there and always as long, so that a power cut leaves no empty file behind.
fn write(file: &mut File, turn: Timestamp) -> io::Result<()> {
    let text = format!("{turn:.9}\n");
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    file.set_len(text.len() as u64)?;
    file.sync_data()
}
