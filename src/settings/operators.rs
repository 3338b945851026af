//! The operators in a file of their own, which only its owner can read; replaced as a whole by each change.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::pins;
use super::replacing::replace_for_owner;
use super::versioned::{Unbelieved, read_versioned};
use crate::domain::OperatorError;
use crate::domain::operator::OperatorBook;

/// What this program writes; a newer one may write more.
const VERSION: u32 = 1;
/// In bytes; all operators there may be take less.
const FILE_AT_MOST: u64 = 1 << 20;

/// What keeps the operators from being read or changed. The text names the file and no PIN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperatorsError {
    #[error("the operators in {file} cannot be read: {cause}")]
    Unreadable { file: String, cause: String },
    /// Somebody has changed it, or the disk has. Nobody can sign in then; a file that is gone is nobody's.
    #[error("the operators in {file} are damaged: {cause}")]
    Damaged { file: String, cause: String },
    #[error("the operators in {file} were written by a newer version of the program ({version})")]
    Newer { file: String, version: u32 },
    #[error("the operators in {file} cannot be saved: {cause}")]
    Unwritable { file: String, cause: String },
    /// No PIN could be hashed or checked.
    #[error("the PIN cannot be checked: {0}")]
    Check(String),
    #[error(transparent)]
    Refused(#[from] OperatorError),
}

impl OperatorsError {
    /// The Fluent id of the text for a person.
    pub fn key(&self) -> String {
        match self {
            OperatorsError::Unreadable { .. } => "operators-unreadable".to_owned(),
            OperatorsError::Damaged { .. } => "operators-damaged".to_owned(),
            OperatorsError::Newer { .. } => "operators-newer".to_owned(),
            OperatorsError::Unwritable { .. } => "operators-unwritable".to_owned(),
            OperatorsError::Check(_) => "operators-not-checked".to_owned(),
            OperatorsError::Refused(error) => error.key(),
        }
    }

    /// What the text names.
    pub fn placeables(&self) -> Vec<(&'static str, String)> {
        match self {
            OperatorsError::Unreadable { file, cause }
            | OperatorsError::Damaged { file, cause }
            | OperatorsError::Unwritable { file, cause } => vec![("file", file.clone()), ("problem", cause.clone())],
            OperatorsError::Newer { file, version } => vec![("file", file.clone()), ("version", version.to_string())],
            OperatorsError::Check(problem) => vec![("problem", problem.clone())],
            OperatorsError::Refused(error) => vec![("what", error.what())],
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    #[serde(flatten)]
    book: OperatorBook,
}

/// Reads the file; where there is none, nobody has to sign in.
///
/// # Errors
/// [`OperatorsError`] for a file that is there and cannot be believed.
pub fn load_operators(file: &Path) -> Result<OperatorBook, OperatorsError> {
    let written = read_versioned(file, FILE_AT_MOST, VERSION).map_err(|why| unbelieved(file, why))?;
    let Some(Written { book, .. }) = written else { return Ok(OperatorBook::default()) };
    let damaged = |cause: String| unbelieved(file, Unbelieved::Damaged(cause));
    let unchecked =
        book.iter().find(|operator| !book.find(operator.name.as_str()).is_some_and(|kept| pins::is_sound(&kept.pin)));
    match unchecked {
        Some(operator) => Err(damaged(operator.name.to_string())),
        None if !book.is_sound() => Err(damaged("operators".to_owned())),
        None => Ok(book),
    }
}

fn unbelieved(file: &Path, why: Unbelieved) -> OperatorsError {
    let file = file.display().to_string();
    match why {
        Unbelieved::Unreadable(cause) => OperatorsError::Unreadable { file, cause },
        Unbelieved::Damaged(cause) => OperatorsError::Damaged { file, cause },
        // The parser's words may quote a hash.
        Unbelieved::Malformed(error) => {
            OperatorsError::Damaged { file, cause: format!("line {}, column {}", error.line(), error.column()) }
        }
        Unbelieved::Newer(version) => OperatorsError::Newer { file, version },
    }
}

/// Reads the operators, changes them and writes them anew. Programs that do so at once wait for each other.
///
/// # Errors
/// As [`load_operators`], what `change` says, and `Unwritable`; the file is as it was then.
pub fn change_operators<T>(
    file: &Path,
    change: impl FnOnce(&mut OperatorBook) -> Result<T, OperatorError>,
) -> Result<T, OperatorsError> {
    let unwritable = |cause: &dyn std::fmt::Display| OperatorsError::Unwritable {
        file: file.display().to_string(),
        cause: cause.to_string(),
    };
    let beside = fs::OpenOptions::new().create(true).truncate(false).write(true).open(file.with_extension("lock"));
    let turn = beside.map_err(|error| unwritable(&error))?;
    // Held until it is dropped.
    turn.lock().map_err(|error| unwritable(&error))?;
    let mut book = load_operators(file)?;
    let done = change(&mut book)?;
    let mut text =
        serde_json::to_vec_pretty(&Written { version: VERSION, book }).map_err(|error| unwritable(&error))?;
    text.push(b'\n');
    replace_for_owner(file, &text).map_err(|error| unwritable(&error))?;
    Ok(done)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::operator::Rights;
    use crate::domain::{Operator, Pin, Right, Role, Secret};

    fn add(file: &Path, name: &str, role: Role, digits: &str) -> Result<(), OperatorsError> {
        let pin = pins::hash_pin(&Pin::choose(Secret::new(digits)).unwrap()).unwrap();
        change_operators(file, |book| book.add(Operator { name: name.parse()?, role }, pin))
    }

    #[test]
    fn what_is_kept_is_read_again_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("operators.json");
        assert!(load_operators(&file).unwrap().is_empty());
        add(&file, "Eve", Role::Supervisor, "58213").unwrap();
        change_operators(&file, |book| {
            book.cashiers = Rights::of([Right::Refund]);
            book.idle_minutes = 12;
            Ok(())
        })
        .unwrap();
        let book = load_operators(&file).unwrap();
        assert_eq!((book.iter().count(), book.idle_minutes), (1, 12));
        assert!(book.may(Role::Cashier, Right::Refund) && !book.may(Role::Cashier, Right::Discount));
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("$argon2id$") && !text.contains("58213"), "{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
        }
    }

    #[test]
    fn a_refused_change_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("operators.json");
        let refused = add(&file, "Ada", Role::Cashier, "2749");
        assert_eq!(refused, Err(OperatorsError::Refused(OperatorError::FirstManages)));
        assert!(!file.exists());
    }

    #[test]
    fn a_file_that_cannot_be_believed_lets_nobody_in() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("operators.json");
        add(&file, "Eve", Role::Supervisor, "58213").unwrap();
        let good = fs::read_to_string(&file).unwrap();
        for (from, to, key) in [
            ("supervisor", "cashier", "operators-damaged"),
            ("supervisor", "owner", "operators-damaged"),
            ("$argon2id$", "$argon2id", "operators-damaged"),
            ("m=49152", "m=4194304", "operators-damaged"),
            ("\"version\": 1", "\"version\": 2", "operators-newer"),
            ("}\n", "", "operators-damaged"),
        ] {
            assert!(good.contains(from), "{from}");
            fs::write(&file, good.replace(from, to)).unwrap();
            let error = load_operators(&file).unwrap_err();
            assert_eq!(error.key(), key, "{to}");
            assert!(!error.to_string().contains("argon2"), "{error}");
        }
    }

    #[test]
    fn programs_that_add_at_once_lose_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("operators.json");
        add(&file, "Eve", Role::Supervisor, "58213").unwrap();
        let pin = load_operators(&file).unwrap().find("Eve").unwrap().pin.clone();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let (file, pin) = (&file, pin.clone());
                scope.spawn(move || {
                    let operator = Operator { name: format!("Ada {number}").parse().unwrap(), role: Role::Cashier };
                    change_operators(file, |book| book.add(operator, pin)).unwrap();
                });
            }
        });
        assert_eq!(load_operators(&file).unwrap().iter().count(), 9);
    }
}
