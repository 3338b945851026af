//! One program per data directory: who talks to terminals holds this lock.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// The lock's file inside a data directory.
const FILE_NAME: &str = "checkstand.lock";

/// The lock on a data directory; dropping it, or the end of the program in whatever way, releases it.
#[derive(Debug)]
pub struct DataLock {
    file: File,
}

/// Why the lock was not had. The Fluent ids of [`LockError::key`]: `data-lock-held`, `data-lock-io`.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another copy of the program works on this directory. Its process number, where it could be read.
    #[error("another copy of Checkstand is using this data directory{}", pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Held { pid: Option<u32> },
    #[error("the data directory cannot be locked: {0}")]
    Io(#[from] std::io::Error),
}

impl LockError {
    /// A message id of the Fluent files.
    pub fn key(&self) -> &'static str {
        match self {
            LockError::Held { .. } => "data-lock-held",
            LockError::Io(_) => "data-lock-io",
        }
    }
}

impl DataLock {
    /// Takes the lock, or says at once who has it. Makes the directory where there is none.
    ///
    /// # Errors
    /// `Held` by another program; `Io` when the lock's file cannot be made.
    pub fn acquire(dir: &Path) -> Result<DataLock, LockError> {
        std::fs::create_dir_all(dir)?;
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(dir.join(FILE_NAME))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held { pid: holder(&mut file) }),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        write!(file, "{}", std::process::id())?;
        file.flush()?;
        Ok(DataLock { file })
    }
}

impl Drop for DataLock {
    /// The file stays, empty: who removes it would let two programs lock two files of one name.
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

/// Who holds it; unreadable on Windows while it is held.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(20).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_second_copy_is_refused_and_told_who_holds_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let held = DataLock::acquire(dir.path()).unwrap();
        let refused = DataLock::acquire(dir.path()).unwrap_err();
        assert!(matches!(refused, LockError::Held { pid: Some(pid) } if pid == std::process::id()));
        assert!(refused.to_string().contains("another copy"));
        drop(held);
        DataLock::acquire(dir.path()).unwrap();
    }

    #[test]
    fn a_lock_left_by_a_killed_program_is_no_obstacle() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE_NAME), "4711").unwrap();
        DataLock::acquire(dir.path()).unwrap();
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_told_as_such() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("file"), "").unwrap();
        let refused = DataLock::acquire(&dir.path().join("file/data")).unwrap_err();
        assert_eq!(refused.key(), "data-lock-io");
    }
}
