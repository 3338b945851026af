//! A file that somebody asked for: there whole or not at all, and nobody's is replaced unasked.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// # Errors
/// The system's: `AlreadyExists` where something is there and `force` is not given. What was there is untouched then.
pub fn save_file(file: &Path, bytes: &[u8], force: bool) -> io::Result<()> {
    if !force && file.symlink_metadata().is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    match file.metadata() {
        // A pipe or a device takes what is written, and has no place that something could be put into.
        Ok(there) if !there.is_file() => File::options().write(true).open(file)?.write_all(bytes),
        Ok(there) => put(&file.canonicalize()?, bytes, Some(there.permissions()), force),
        Err(_) => put(file, bytes, None, force),
    }
}

fn put(file: &Path, bytes: &[u8], permissions: Option<fs::Permissions>, force: bool) -> io::Result<()> {
    let beside = beside(file);
    let new = File::options().write(true).create_new(true).open(&beside)?;
    let written = fill(new, bytes, permissions).and_then(|()| place(&beside, file, force));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// What somebody else has put there meanwhile stays, but on disks that know no links.
fn place(beside: &Path, file: &Path, force: bool) -> io::Result<()> {
    if force {
        return fs::rename(beside, file);
    }
    match fs::hard_link(beside, file) {
        Ok(()) => fs::remove_file(beside),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        Err(_) => fs::rename(beside, file),
    }
}

fn fill(mut new: File, bytes: &[u8], permissions: Option<fs::Permissions>) -> io::Result<()> {
    if let Some(permissions) = permissions {
        new.set_permissions(permissions)?;
    }
    new.write_all(bytes)?;
    new.sync_all()
}

/// A name that no other program gives.
fn beside(file: &Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(format!(".checkstand-{}", std::process::id()));
    PathBuf::from(name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_file_is_replaced_unasked_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("r.pdf");
        save_file(&file, b"one", false).unwrap();
        assert_eq!(save_file(&file, b"two", false).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&file).unwrap(), b"one");
        save_file(&file, b"two", true).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("r.pdf");
        save_file(&file, b"one", false).unwrap();
        // Nothing can be written beside it.
        fs::create_dir(beside(&file)).unwrap();
        save_file(&file, b"two", true).unwrap_err();
        assert_eq!(fs::read(&file).unwrap(), b"one");
        save_file(&folder.path().join("nowhere").join("r.pdf"), b"one", true).unwrap_err();
        save_file(folder.path(), b"one", true).unwrap_err();
    }

    #[cfg(unix)]
    #[test]
    fn whoever_may_read_it_and_where_it_lies_stay_as_they_were() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("r.pdf"), folder.path().join("newest.pdf"));
        save_file(&file, b"one", false).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&file, &link).unwrap();
        save_file(&link, b"two", true).unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(
            (fs::read(&file).unwrap(), fs::metadata(&file).unwrap().permissions().mode() & 0o777),
            (b"two".to_vec(), 0o600)
        );
        save_file(Path::new("/dev/null"), b"three", true).unwrap();
        assert!(!Path::new("/dev/null").metadata().unwrap().is_file());
    }
}
