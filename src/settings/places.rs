//! Where settings, journal and logs lie on this platform, or in the folder the user named.

use std::path::{Path, PathBuf};

/// The folders of one till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    settings: PathBuf,
    data: PathBuf,
}

impl Places {
    /// Everything in one folder (`--data DIR`).
    pub fn in_folder(folder: &Path) -> Places {
        Places { settings: folder.to_owned(), data: folder.to_owned() }
    }

    /// The platform's own places; `None` where the user has no home.
    pub fn of_platform() -> Option<Places> {
        let folders = directories::ProjectDirs::from("", "", "checkstand")?;
        Some(Places { settings: folders.config_dir().to_owned(), data: folders.data_local_dir().to_owned() })
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
