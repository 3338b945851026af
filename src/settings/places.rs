//! Where settings, journal and logs lie on this platform, or in the folder the user named.

use std::path::{Path, PathBuf};

/// The folders of one till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    settings: PathBuf,
    data: PathBuf,
    /// The name under which the keyring holds the secrets.
    keyring_service: String,
    secrets_in_file: bool,
}

/// The keyring's name for the tills of one user; a folder of its own has secrets of its own.
const KEYRING_SERVICE: &str = "checkstand";

impl Places {
    /// Everything in one folder (`--data DIR`).
    pub fn in_folder(folder: &Path) -> Places {
        let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Places {
            settings: folder.to_owned(),
            data: folder.to_owned(),
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
            keyring_service: KEYRING_SERVICE.to_owned(),
            secrets_in_file: false,
        })
    }

    /// The same with the secrets in a file, whatever the environment says.
    pub fn with_secrets_in_file(self) -> Places {
        Places { secrets_in_file: true, ..self }
    }

    /// Makes the folders, for their owner only.
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

    pub fn settings_file(&self) -> PathBuf {
        self.settings.join("settings.json")
    }

    pub fn journal_file(&self) -> PathBuf {
        self.data.join("journal.sqlite")
    }

    pub fn secrets_file(&self) -> PathBuf {
        self.data.join("secrets.json")
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

    /// What the training terminal remembers, as a real one would.
    pub fn training_memory_file(&self) -> PathBuf {
        self.data.join("training-terminal.json")
    }
}

#[cfg(unix)]
fn owner_only(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn owner_only(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
