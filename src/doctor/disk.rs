//! Whether the journal's disk keeps what it is given, and for how long it will.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

use tokio::time::timeout;

use crate::domain::outcome::Fault;
use crate::terminal::TillError;

use super::examination::Subject;
use super::notebook::Note;

/// Written, synced, read back and taken away again.
const FILE: &str = "checkstand.disk-check";
const PIECE: [u8; 4096] = [0x5a; 4096];
/// With less room than this somebody should make some, in bytes: a year of a busy till's journal.
const LOW: u64 = 256 * 1024 * 1024;
const MIB: u64 = 1024 * 1024;
const WITHIN: Duration = Duration::from_secs(10);

/// What the disk itself says comes before what the journal made of it.
pub async fn look(subject: &Subject) -> Note {
    let folder = subject.places.data().to_owned();
    let looking = tokio::task::spawn_blocking(move || {
        let kept = keeps(&folder);
        (kept, room(&folder))
    });
    let unopened = match &subject.opened {
        Err(error @ (TillError::Journal(_) | TillError::Places(_) | TillError::Locked(_))) => Some(error),
        _ => None,
    };
    let unopened = unopened.map(|error| Note::fault("doctor-disk-journal", Fault::Program).saying(error));
    match (timeout(WITHIN, looking).await, unopened) {
        (Ok(Ok((Ok(()), room))), None) => enough(room),
        (Ok(Ok((Ok(()), _))), Some(unopened)) => unopened,
        // the folder that could not be made
        (Ok(Ok((Err(error), _))), Some(unopened)) if error.kind() == ErrorKind::NotFound => unopened,
        (Ok(Ok((Err(error), _))), _) => refused(&error),
        (Ok(Err(_)) | Err(_), _) => refused(&ErrorKind::TimedOut.into()),
    }
}

fn keeps(folder: &Path) -> io::Result<()> {
    let file = folder.join(FILE);
    let kept = write_and_read(&file);
    // a file that could be written can be taken away; where it could not, what was seen before says more
    let _ = std::fs::remove_file(&file);
    kept
}

fn write_and_read(file: &Path) -> io::Result<()> {
    let mut writing = OpenOptions::new().write(true).create(true).truncate(true).open(file)?;
    writing.write_all(&PIECE)?;
    writing.sync_all()?;
    drop(writing);
    let mut kept = Vec::new();
    File::open(file)?.take(PIECE.len() as u64 + 1).read_to_end(&mut kept)?;
    if kept == PIECE { Ok(()) } else { Err(io::Error::other("what was written does not come back")) }
}

/// In bytes; `None` where the system does not say.
#[cfg(unix)]
fn room(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn room(_: &Path) -> Option<u64> {
    None
}

fn enough(room: Option<u64>) -> Note {
    match room {
        Some(room) if room < LOW => Note::doubt("doctor-disk-low").with("room", room / MIB),
        Some(room) => Note::fine("doctor-disk-fine").with("room", room / MIB),
        None => Note::fine("doctor-disk-keeps"),
    }
}

fn refused(error: &io::Error) -> Note {
    let key = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "doctor-disk-full",
        ErrorKind::ReadOnlyFilesystem => "doctor-disk-read-only",
        ErrorKind::PermissionDenied => "doctor-disk-not-allowed",
        ErrorKind::TimedOut => "doctor-disk-late",
        _ => "doctor-disk-broken",
    };
    Note::fault(key, Fault::Program).saying(error)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_keeps_what_it_is_given_is_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        keeps(folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_as_one() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/full", folder.path().join(FILE)).unwrap();
        let note = refused(&keeps(folder.path()).unwrap_err());
        assert_eq!(
            (note.key.as_str(), note.judgement),
            ("doctor-disk-full", Note::fault("", Fault::Program).judgement)
        );
    }

    #[test]
    fn a_disk_that_takes_nothing_is_told_by_its_own_reason() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(FILE)).unwrap();
        assert_eq!(refused(&keeps(folder.path()).unwrap_err()).key, "doctor-disk-broken");
        for (kind, key) in [
            (ErrorKind::ReadOnlyFilesystem, "doctor-disk-read-only"),
            (ErrorKind::PermissionDenied, "doctor-disk-not-allowed"),
            (ErrorKind::TimedOut, "doctor-disk-late"),
        ] {
            assert_eq!(refused(&kind.into()).key, key);
        }
    }

    #[test]
    fn little_room_is_a_doubt() {
        assert_eq!(enough(Some(LOW - 1)), Note::doubt("doctor-disk-low").with("room", 255));
        assert_eq!(enough(Some(LOW)).key, "doctor-disk-fine");
        assert_eq!(enough(None).key, "doctor-disk-keeps");
    }
}
