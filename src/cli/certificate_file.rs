//! The file by which a till comes to trust a simulator.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Everybody may read it, and nobody sees half of it.
///
/// # Errors
/// The system's, when the file cannot be written; its folder must be there.
pub fn write(file: &Path, pem: &str) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let mut new = File::create(&beside)?;
    readable_for_all(&new)?;
    new.write_all(pem.as_bytes())?;
    new.sync_data()?;
    fs::rename(&beside, file)
}

#[cfg(unix)]
fn readable_for_all(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_for_all(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_written_anew_and_everybody_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        write(&file, "old and longer").unwrap();
        write(&file, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(&folder.path().join("none/ca.pem"), "pem").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
