//! Which log files there are: one or more for each day, shared by all programs of one data folder.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::Date;

use super::writer::{append_to, make_folder};

/// Of one file, in bytes, and a batch of lines more; the next one is begun then.
pub const FILE_AT_MOST: u64 = 4 << 20;
/// Of all days together: 64 MiB at most.
pub const FILES_AT_MOST: usize = 16;
/// Days that are kept.
const DAYS_AT_MOST: i64 = 31;

const PREFIX: &str = "checkstand-";
const SUFFIX: &str = ".log";

/// One file of the logs folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    pub name: String,
    pub day: Date,
    /// Which one of its day, from 1.
    pub number: u32,
    pub bytes: u64,
    path: PathBuf,
}

impl LogFile {
    /// The newest `at_most` bytes of it.
    ///
    /// # Errors
    /// The system's.
    pub fn read(&self, at_most: u64) -> io::Result<String> {
        let length = fs::metadata(&self.path)?.len();
        let bytes = self.read_from(SeekFrom::Start(length.saturating_sub(at_most)), at_most)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// At most so many bytes from there on.
    ///
    /// # Errors
    /// The system's.
    pub fn read_from(&self, from: SeekFrom, at_most: u64) -> io::Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        file.seek(from)?;
        let mut bytes = Vec::new();
        file.take(at_most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// The name of a day's file: `checkstand-2026-11-22-01.log`.
pub(super) fn name(day: Date, number: u32) -> String {
    format!("{PREFIX}{day}-{number:02}{SUFFIX}")
}

/// Opens the file of a day that has room, the next one where the last has none, and removes those that are too many or too
/// old. Several programs may do so at once: they append to the same file.
pub(super) fn open_newest(folder: &Path, day: Date) -> io::Result<(LogFile, File)> {
    make_folder(folder)?;
    let there = files(folder);
    let last = there.iter().rfind(|file| file.day == day);
    let number = last.map_or(1, |file| if file.bytes < FILE_AT_MOST { file.number } else { file.number + 1 });
    let name = name(day, number);
    let path = folder.join(&name);
    let open = append_to(&path)?;
    prune(&there, day, !there.iter().any(|file| file.name == name));
    Ok((LogFile { name, day, number, bytes: 0, path }, open))
}

/// `more`: one has just come.
fn prune(there: &[LogFile], today: Date, more: bool) {
    let oldest = today.checked_sub(DAYS_AT_MOST.days()).unwrap_or(today);
    let too_many = (there.len() + usize::from(more)).saturating_sub(FILES_AT_MOST);
    for (number, file) in there.iter().enumerate() {
        if number < too_many || file.day < oldest {
            // Another program may have been quicker, or still hold it; the next file tries again.
            let _ = fs::remove_file(&file.path);
        }
    }
}

/// Oldest first; nothing of what else lies in the folder.
pub fn files(folder: &Path) -> Vec<LogFile> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<LogFile> = entries.filter_map(|entry| log_file(&entry)).collect();
    found.sort_by_key(|file| (file.day, file.number));
    found
}

fn log_file(entry: &fs::DirEntry) -> Option<LogFile> {
    let name = entry.file_name().into_string().ok()?;
    let (day, number) = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.rsplit_once('-')?;
    let (day, number) = (day.parse().ok()?, number.parse().ok()?);
    let found = entry.metadata().ok().filter(fs::Metadata::is_file)?;
    Some(LogFile { day, number, bytes: found.len(), path: entry.path(), name })
}
