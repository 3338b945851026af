//! A file of ours that says which version of the program wrote it, so that a newer file is told from a damaged one.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Why a file that is there is not believed.
#[derive(Debug)]
pub(super) enum Unbelieved {
    /// The system's words.
    Unreadable(String),
    /// What is not right in it.
    Damaged(String),
    /// The parser's words may quote what is in the file.
    Malformed(serde_json::Error),
    /// The version it says.
    Newer(u32),
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Reads at most `at_most` bytes; `None` where there is no file.
///
/// # Errors
/// An [`Unbelieved`]; a file written by a later version than `known` is `Newer`, whatever else is in it.
pub(super) fn read_versioned<T: DeserializeOwned>(
    file: &Path,
    at_most: u64,
    known: u32,
) -> Result<Option<T>, Unbelieved> {
    let mut text = String::new();
    let read = File::open(file).and_then(|file| file.take(at_most).read_to_string(&mut text));
    match read {
        Ok(_) => {}
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) if cause.kind() == ErrorKind::InvalidData => return Err(Unbelieved::Damaged(cause.to_string())),
        Err(cause) => return Err(Unbelieved::Unreadable(cause.to_string())),
    }
    let Version { version } = serde_json::from_str(&text).map_err(Unbelieved::Malformed)?;
    if version > known {
        return Err(Unbelieved::Newer(version));
    }
    serde_json::from_str(&text).map(Some).map_err(Unbelieved::Malformed)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Kept {
        pin: u32,
    }

    fn read(content: &[u8]) -> Result<Option<Kept>, Unbelieved> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kept.json");
        std::fs::write(&file, content).unwrap();
        read_versioned(&file, 64, 1)
    }

    #[test]
    fn what_is_kept_is_read_and_what_is_not_there_is_nothing() {
        assert_eq!(read(br#"{"version": 1, "pin": 7}"#).unwrap(), Some(Kept { pin: 7 }));
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read_versioned::<Kept>(&folder.path().join("kept.json"), 64, 1).unwrap(), None);
        assert!(matches!(read_versioned::<Kept>(folder.path(), 64, 1), Err(Unbelieved::Unreadable(_))));
    }

    #[test]
    fn a_newer_file_is_newer_whatever_is_in_it_and_a_damaged_one_is_damaged() {
        assert!(matches!(read(br#"{"version": 2, "rules": []}"#), Err(Unbelieved::Newer(2))));
        for malformed in [&b"{\"version\": 1, \"pin\": \"4711\"}"[..], b"4711", b""] {
            assert!(matches!(read(malformed), Err(Unbelieved::Malformed(_))), "{malformed:?}");
        }
        assert!(matches!(read(b"{\"version\": 1, \"pin\": \xff}"), Err(Unbelieved::Damaged(_))));
        let longer = format!(r#"{{"version": 1, "pin": 7{}}}"#, " ".repeat(64));
        assert!(matches!(read(longer.as_bytes()), Err(Unbelieved::Malformed(_))), "it is read to its end only");
    }
}
