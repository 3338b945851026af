//! Secrets in one file that only its owner can read, for machines without a keyring.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::super::changing::Turn;
use super::super::replacing::replace_for_owner;
use super::{SecretError, SecretStore};
use crate::domain::Secret;

/// By terminal, then by field.
type Kept = BTreeMap<String, BTreeMap<String, Zeroizing<String>>>;

pub(super) struct SecretFile {
    file: PathBuf,
}

impl SecretFile {
    pub fn new(file: PathBuf) -> SecretFile {
        SecretFile { file }
    }

    /// A file that does not exist holds nothing.
    fn read(&self) -> Result<Kept, SecretError> {
        let mut file = match File::open(&self.file) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Kept::new()),
            Err(error) => return Err(self.failed(&error)),
        };
        if is_exposed(&file).map_err(|error| self.failed(&error))? {
            return Err(SecretError::Exposed { file: self.file.display().to_string() });
        }
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text).map_err(|error| self.failed(&error))?;
        // The parser's words may quote what it could not read.
        serde_json::from_str(&text).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            self.failed(&io::Error::new(ErrorKind::InvalidData, place))
        })
    }

    /// Programs that do so at once wait for each other, and lose nothing of each other's.
    fn change(&self, change: impl FnOnce(&mut Kept)) -> Result<(), SecretError> {
        let _turn = Turn::at(&self.file).map_err(|error| self.failed(&error))?;
        let mut kept = self.read()?;
        change(&mut kept);
        kept.retain(|_, fields| !fields.is_empty());
        self.write(&kept).map_err(|error| self.failed(&error))
    }

    fn write(&self, kept: &Kept) -> io::Result<()> {
        let text = Zeroizing::new(serde_json::to_string_pretty(kept)?);
        replace_for_owner(&self.file, text.as_bytes())
    }

    fn failed(&self, cause: &io::Error) -> SecretError {
        SecretError::File { file: self.file.display().to_string(), cause: cause.to_string() }
    }
}

impl SecretStore for SecretFile {
    fn secret(&self, terminal: &str, field: &str) -> Result<Option<Secret>, SecretError> {
        let kept = self.read()?;
        let found = kept.get(terminal).and_then(|fields| fields.get(field));
        Ok(found.map(|text| Secret::new(text.as_str())))
    }

    fn set(&self, terminal: &str, field: &str, secret: &Secret) -> Result<(), SecretError> {
        let text = Zeroizing::new(secret.reveal().to_owned());
        self.change(|kept| {
            kept.entry(terminal.to_owned()).or_default().insert(field.to_owned(), text);
        })
    }

    fn remove(&self, terminal: &str, field: &str) -> Result<(), SecretError> {
        if self.secret(terminal, field)?.is_none() {
            return Ok(());
        }
        self.change(|kept| {
            kept.get_mut(terminal).and_then(|fields| fields.remove(field));
        })
    }
}

#[cfg(unix)]
fn is_exposed(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

/// There the folder's own rights protect it.
#[cfg(not(unix))]
fn is_exposed(_: &File) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn in_folder(folder: &tempfile::TempDir) -> SecretFile {
        SecretFile::new(folder.path().join("secrets.json"))
    }

    #[test]
    fn what_is_kept_is_read_again_and_goes_with_its_terminal() {
        let folder = tempfile::tempdir().unwrap();
        let store = in_folder(&folder);
        assert_eq!(store.secret("front", "key").unwrap(), None);
        store.remove("front", "key").unwrap();
        assert!(!folder.path().join("secrets.json").exists());
        store.set("front", "key", &Secret::new("hunter2")).unwrap();
        store.set("back", "key", &Secret::new("other")).unwrap();
        store.set("front", "key", &Secret::new("hunter3")).unwrap();
        assert_eq!(in_folder(&folder).secret("front", "key").unwrap(), Some(Secret::new("hunter3")));
        store.remove("front", "key").unwrap();
        assert_eq!(store.secret("front", "key").unwrap(), None);
        assert_eq!(store.secret("back", "key").unwrap(), Some(Secret::new("other")));
    }

    #[test]
    fn programs_that_keep_secrets_at_once_lose_nothing_of_each_other() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let store = in_folder(&folder);
                scope.spawn(move || store.set(&number.to_string(), "key", &Secret::new("hunter2")).unwrap());
            }
        });
        let kept = |number: i32| in_folder(&folder).secret(&number.to_string(), "key").unwrap();
        assert!((0..8).all(|number| kept(number).is_some()));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it_and_a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let store = in_folder(&folder);
        let file = folder.path().join("secrets.json");
        // What an earlier run left beside it, open to everybody.
        std::fs::write(file.with_extension("json.new"), "{").unwrap();
        store.set("front", "key", &Secret::new("hunter2")).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        let refused = store.secret("front", "key").unwrap_err();
        assert_eq!(refused.key(), "secrets-exposed");
        assert!(refused.to_string().ends_with("secrets.json"));
        assert_eq!(store.set("front", "key", &Secret::new("x")).unwrap_err(), refused);
    }

    #[test]
    fn a_broken_file_is_told_without_what_stands_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = in_folder(&folder);
        store.set("front", "key", &Secret::new("hunter2")).unwrap();
        let file = folder.path().join("secrets.json");
        let broken = std::fs::read_to_string(&file).unwrap().replace('{', "[");
        std::fs::OpenOptions::new().write(true).open(&file).unwrap().write_all(broken.as_bytes()).unwrap();
        let error = store.secret("front", "key").unwrap_err();
        assert!(error.to_string().contains("line") && !format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}
