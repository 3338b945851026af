//! The folder into which somebody puts files for this till: each is taken once, at a start.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::super::replacing::replace;

/// How many files are looked at, in the order of their names.
const FILES_AT_MOST: usize = 64;
/// In bytes, of one file.
const FILE_AT_MOST: u64 = 1 << 20;
/// How many files are remembered; the oldest are forgotten.
const REMEMBERED_AT_MOST: usize = 1_000;

/// A file that this till has not taken yet.
#[derive(Debug, PartialEq, Eq)]
pub struct Dropped {
    pub file: PathBuf,
    pub text: String,
    /// By which it is known again, whatever it is called.
    hash: String,
}

/// The files that wait in the folder, in the order of their names; there may be no such folder. What is no text of a shared
/// file's length is left alone.
///
/// # Errors
/// The system's.
pub fn dropped_settings(folder: &Path, remembered: &Path) -> io::Result<Vec<Dropped>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let known = hashes(remembered)?;
    let mut dropped = Vec::new();
    for file in files.into_iter().take(FILES_AT_MOST) {
        let mut text = String::new();
        if File::open(&file)?.take(FILE_AT_MOST).read_to_string(&mut text).is_err() {
            continue;
        }
        let hash = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        if !known.contains(&hash) {
            dropped.push(Dropped { file, text, hash });
        }
    }
    Ok(dropped)
}

/// The file is not taken again.
///
/// # Errors
/// The system's.
pub fn remember_dropped(remembered: &Path, dropped: &Dropped) -> io::Result<()> {
    let mut known = hashes(remembered)?;
    known.push(dropped.hash.clone());
    let forgotten = known.len().saturating_sub(REMEMBERED_AT_MOST);
    replace(remembered, (known[forgotten..].join("\n") + "\n").as_bytes())
}

fn hashes(remembered: &Path) -> io::Result<Vec<String>> {
    match fs::read_to_string(remembered) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn files_wait_in_the_order_of_their_names_until_they_were_taken() {
        let folder = tempfile::tempdir().unwrap();
        let (inbox, remembered) = (folder.path().join("settings.d"), folder.path().join("settings-taken"));
        assert_eq!(dropped_settings(&inbox, &remembered).unwrap(), []);
        fs::create_dir(&inbox).unwrap();
        for (name, text) in [("20.json", "b"), ("10.json", "a"), ("notes.txt", "c")] {
            fs::write(inbox.join(name), text).unwrap();
        }
        fs::write(inbox.join("30.json"), [0xff]).unwrap();
        let texts = || dropped_settings(&inbox, &remembered).unwrap().into_iter().map(|dropped| dropped.text);
        assert_eq!(texts().collect::<Vec<_>>(), ["a", "b"]);
        remember_dropped(&remembered, &dropped_settings(&inbox, &remembered).unwrap()[0]).unwrap();
        assert_eq!(texts().collect::<Vec<_>>(), ["b"]);
        fs::write(inbox.join("10.json"), "changed").unwrap();
        assert_eq!(texts().collect::<Vec<_>>(), ["changed", "b"]);
    }
}
