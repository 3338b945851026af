//! The folder of what waits for a printer: a file for each job, whole or not there.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::job::{JobId, PrintJob};
use crate::settings::{owner_only, replace_for_owner};

/// Whoever has more of them has a printer to look after.
pub(super) const JOBS_AT_MOST: usize = 200;
/// Of one file, in bytes.
const FILE_AT_MOST: u64 = 1 << 20;
const VERSION: u32 = 1;

/// Where a job was when it was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// Nothing of it is on paper.
    Waiting,
    /// It was being sent.
    Sending,
    /// It is printed, perhaps: a person has to look.
    Interrupted,
}

/// A job as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptJob {
    version: u32,
    pub kept: Kept,
    pub job: PrintJob,
}

#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    #[error("{folder}: {cause}")]
    Unreadable { folder: String, cause: io::Error },
}

pub(super) struct QueueFolder {
    folder: PathBuf,
}

/// What a folder holds: the jobs by number, and the files that could not be read.
#[derive(Default)]
struct Found {
    jobs: Vec<KeptJob>,
    unreadable: Vec<PathBuf>,
    /// Of writing that was cut off.
    halves: Vec<PathBuf>,
    newest: u64,
}

impl QueueFolder {
    pub(super) fn new(folder: &Path) -> QueueFolder {
        QueueFolder { folder: folder.to_owned() }
    }

    /// Reads what is there and puts aside what cannot be read: the jobs, how many files that were, and the first number that is free.
    pub(super) fn take_up(&self) -> io::Result<(Vec<KeptJob>, usize, u64)> {
        create_for_owner(&self.folder)?;
        let found = found(&self.folder)?;
        for half in &found.halves {
            fs::remove_file(half)?;
        }
        for file in &found.unreadable {
            tracing::warn!(file = %file.display(), "a print job cannot be read, and is put aside");
            fs::rename(file, file.with_extension("broken"))?;
        }
        Ok((found.jobs, found.unreadable.len(), found.newest + 1))
    }

    pub(super) fn keep(&self, job: &PrintJob, kept: Kept) -> io::Result<()> {
        let content = serde_json::to_vec(&KeptJob { version: VERSION, kept, job: job.clone() })?;
        if content.len() as u64 > FILE_AT_MOST {
            return Err(ErrorKind::FileTooLarge.into());
        }
        create_for_owner(&self.folder)?;
        replace_for_owner(&self.file(job.id), &content)
    }

    /// One that is not there is no error.
    pub(super) fn forget(&self, id: JobId) -> io::Result<()> {
        match fs::remove_file(self.file(id)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn file(&self, id: JobId) -> PathBuf {
        self.folder.join(format!("{:012}.json", id.0))
    }
}

/// The jobs in a folder, and how many of its files cannot be read; nothing is changed.
///
/// # Errors
/// The system's. A folder that is not there is empty.
pub fn kept_jobs(folder: &Path) -> Result<(Vec<KeptJob>, usize), QueueError> {
    match found(folder) {
        Ok(found) => Ok((found.jobs, found.unreadable.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok((Vec::new(), 0)),
        Err(cause) => Err(QueueError::Unreadable { folder: folder.display().to_string(), cause }),
    }
}

fn found(folder: &Path) -> io::Result<Found> {
    let mut found = Found::default();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number = name.split('.').next().and_then(|number| number.parse::<u64>().ok());
        let Some(number) = number else { continue };
        // Also of those put aside: a name is never used twice.
        found.newest = found.newest.max(number);
        if name.ends_with(".json.new") {
            found.halves.push(path);
        } else if name.ends_with(".json") {
            match read(&path, number) {
                Ok(Some(job)) => found.jobs.push(job),
                Ok(None) => {}
                Err(_) => found.unreadable.push(path),
            }
        }
    }
    found.jobs.sort_by_key(|kept| kept.job.id);
    Ok(found)
}

/// `None` where somebody has taken it away meanwhile.
fn read(path: &Path, number: u64) -> io::Result<Option<KeptJob>> {
    let file = match fs::File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut content = Vec::new();
    file.take(FILE_AT_MOST + 1).read_to_end(&mut content)?;
    let kept: KeptJob = serde_json::from_slice(&content)?;
    let is_ours = kept.version == VERSION && kept.job.id == JobId(number);
    if is_ours { Ok(Some(kept)) } else { Err(ErrorKind::InvalidData.into()) }
}

fn create_for_owner(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    owner_only(folder)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::Timestamp;

    use super::super::job::{JobTitle, NewJob};
    use super::*;
    use crate::receipts::{Slip, Weight};

    fn job(id: u64) -> PrintJob {
        let mut slip = Slip::default();
        slip.centred("Grüße", Weight::Large);
        slip.cut();
        let (printer, title) = ("bar".to_owned(), JobTitle::Day { number: Some(3) });
        NewJob { printer, title, slip, made_at: Timestamp::UNIX_EPOCH, open_drawer: true }.numbered(JobId(id))
    }

    #[test]
    fn jobs_come_back_in_their_order_and_nobody_else_may_read_them() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("print-queue");
        let queue = QueueFolder::new(&folder);
        for id in [2, 11, 1] {
            queue.keep(&job(id), Kept::Waiting).unwrap();
        }
        queue.keep(&job(2), Kept::Sending).unwrap();
        queue.forget(JobId(1)).unwrap();
        queue.forget(JobId(1)).unwrap();
        let (jobs, unreadable, next) = queue.take_up().unwrap();
        let found: Vec<_> = jobs.iter().map(|kept| (kept.job.clone(), kept.kept)).collect();
        assert_eq!(found, [(job(2), Kept::Sending), (job(11), Kept::Waiting)]);
        assert_eq!((unreadable, next), (0, 12));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&folder), mode(&folder.join("000000000002.json"))), (0o700, 0o600));
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_put_aside_once_and_its_number_is_not_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let queue = QueueFolder::new(folder.path());
        fs::write(folder.path().join("000000000007.json"), "{").unwrap();
        fs::write(folder.path().join("000000000008.json.new"), "{").unwrap();
        fs::write(folder.path().join("000000000009.json"), serde_json::to_vec(&job(4)).unwrap()).unwrap();
        assert_eq!(kept_jobs(folder.path()).unwrap(), (Vec::new(), 2));
        let (jobs, unreadable, next) = queue.take_up().unwrap();
        assert_eq!((jobs.len(), unreadable, next), (0, 2, 10));
        let (_, unreadable, next) = queue.take_up().unwrap();
        assert_eq!((unreadable, next), (0, 10));
        assert!(folder.path().join("000000000007.broken").exists());
        assert_eq!(kept_jobs(&folder.path().join("nowhere")).unwrap(), (Vec::new(), 0));
    }
}
