//! Where settings, journal and logs lie on this platform, or in the folder the user named.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folders of one till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    settings: PathBuf,
    data: PathBuf,
    shared: PathBuf,
    /// The name under which the keyring holds the secrets.
    keyring_service: String,
    secrets_in_file: bool,
}

/// Names the folder that all tills of this machine's user share, in place of the platform's.
pub const SHARED_IN: &str = "CHECKSTAND_SHARED";

/// The keyring's name for the tills of one user; a folder of its own has secrets of its own.
const KEYRING_SERVICE: &str = "checkstand";

impl Places {
    /// Everything in one folder (`--data DIR`).
    pub fn in_folder(folder: &Path) -> Places {
        let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Places {
            settings: folder.to_owned(),
            data: folder.to_owned(),
            // a folder is one till, of several perhaps
            shared: shared_folder(named_shared()).unwrap_or_else(|| folder.to_owned()),
            keyring_service: format!("{KEYRING_SERVICE} {}", whole.display()),
            secrets_in_file: false,
        }
    }

    /// The platform's own places; `None` where the user has no home.
    pub fn of_platform() -> Option<Places> {
        let folders = directories::ProjectDirs::from("", "", "checkstand")?;
        Some(Places {
            settings: folders.config_dir().to_owned(),
            data: folders.data_local_dir().to_owned(),
            shared: shared_folder(named_shared())?,
            keyring_service: KEYRING_SERVICE.to_owned(),
            secrets_in_file: false,
        })
    }

    /// The same with the secrets in a file, whatever the environment says.
    pub fn with_secrets_in_file(self) -> Places {
        Places { secrets_in_file: true, ..self }
    }

    /// The same with this folder shared, whatever the environment says.
    pub fn with_shared(self, folder: &Path) -> Places {
        Places { shared: folder.to_owned(), ..self }
    }

    /// Makes the till's own folders, for their owner only.
    ///
    /// # Errors
    /// The system's, when they cannot be made.
    pub fn create(&self) -> std::io::Result<()> {
        for folder in [&self.settings, &self.data] {
            if !folder.is_dir() {
                std::fs::create_dir_all(folder)?;
                owner_only(folder)?;
            }
        }
        Ok(())
    }

    /// The folder that one running program holds at a time.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// What all tills of this machine's user have in common, whatever their own folders. Who writes there makes it.
    pub fn shared(&self) -> &Path {
        &self.shared
    }

    pub fn settings_file(&self) -> PathBuf {
        self.settings.join("settings.json")
    }

    pub fn journal_file(&self) -> PathBuf {
        self.data.join("journal.sqlite")
    }

    /// The shop's price list.
    pub fn prices_file(&self) -> PathBuf {
        self.data.join("prices.json")
    }

    /// Where the window was.
    pub fn window_file(&self) -> PathBuf {
        self.data.join("window.json")
    }

    /// Who works at the till.
    pub fn operators_file(&self) -> PathBuf {
        self.settings.join("operators.json")
    }

    /// With which this shop signs settings for other tills.
    pub fn shop_key_file(&self) -> PathBuf {
        self.settings.join("shop-key")
    }

    /// Whose settings this till takes.
    pub fn trusted_keys_file(&self) -> PathBuf {
        self.settings.join("trusted-keys")
    }

    /// Settings in this folder are taken at a start.
    pub fn dropped_settings_folder(&self) -> PathBuf {
        self.settings.join("settings.d")
    }

    /// Which of them were taken.
    pub fn settings_taken_file(&self) -> PathBuf {
        self.data.join("settings-taken")
    }

    /// What waits for a printer.
    pub fn print_queue(&self) -> PathBuf {
        self.data.join("print-queue")
    }

    /// What outcomes sound like, made by the program.
    pub fn sounds(&self) -> PathBuf {
        self.data.join("sounds")
    }

    pub fn secrets_file(&self) -> PathBuf {
        self.data.join("secrets.json")
    }

    /// Where the secrets were moved to, in one word.
    pub fn secrets_place_file(&self) -> PathBuf {
        self.data.join("secrets-place")
    }

    pub fn keeps_secrets_in_file(&self) -> bool {
        self.secrets_in_file
    }

    pub fn keyring_service(&self) -> String {
        self.keyring_service.clone()
    }

    pub fn logs(&self) -> PathBuf {
        self.data.join("logs")
    }

    /// How much each part of the program says in the logs.
    pub fn log_levels_file(&self) -> PathBuf {
        self.data.join("log-levels.json")
    }

    /// What the training terminal remembers, as a real one would.
    pub fn training_memory_file(&self) -> PathBuf {
        self.data.join("training-terminal.json")
    }
}

fn named_shared() -> Option<OsString> {
    std::env::var_os(SHARED_IN)
}

/// The one that is named, or the platform's; `None` where the user has no home.
fn shared_folder(named: Option<OsString>) -> Option<PathBuf> {
    let named = named.filter(|folder| !folder.is_empty()).map(PathBuf::from);
    named.or_else(|| Some(directories::ProjectDirs::from("", "", "checkstand")?.data_local_dir().join("shared")))
}

#[cfg(unix)]
pub(crate) fn owner_only(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
pub(crate) fn owner_only(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shared_folder_is_the_one_that_is_named_or_one_of_the_platform() {
        assert_eq!(shared_folder(Some("named".into())), Some(PathBuf::from("named")));
        assert_eq!(shared_folder(Some("".into())), shared_folder(None));
        assert!(shared_folder(None).is_none_or(|folder| folder.ends_with("shared") && folder.is_absolute()));
    }

    #[test]
    fn tills_with_folders_of_their_own_share_one_all_the_same() {
        let shared =
            |till: &str| Places::in_folder(Path::new(till)).with_shared(Path::new("shared")).shared().to_owned();
        assert_eq!(shared("one"), shared("another"));
        let platform = Places::of_platform();
        assert!(platform.is_none_or(|places| places.shared() == Places::in_folder(Path::new("one")).shared()));
    }
}
