//! A file that is there whole or as it was before.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// What has been done so far; a program may be killed after each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Created,
    /// Some of the bytes.
    Begun,
    Written,
    Synced,
    Renamed,
    FolderSynced,
}

/// Writes a new file beside the old one and puts it in its place, so that a power cut leaves one of the two.
///
/// # Errors
/// The system's; the old file is untouched then.
pub(super) fn replace(file: &Path, content: &[u8]) -> io::Result<()> {
    let beside = beside(file);
    put_in_place(File::create(&beside)?, &beside, file, content, &mut |_| Ok(()))
}

/// The same for what only the file's owner may read.
///
/// # Errors
/// The system's; the old file is untouched then.
pub(crate) fn replace_for_owner(file: &Path, content: &[u8]) -> io::Result<()> {
    let beside = beside(file);
    // What a power cut left would keep its own rights.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    put_in_place(create_for_owner(&beside)?, &beside, file, content, &mut |_| Ok(()))
}

fn beside(file: &Path) -> std::path::PathBuf {
    file.with_extension("json.new")
}

/// `after` hears each step, and may be the end of the program.
fn put_in_place(
    mut new: File,
    beside: &Path,
    file: &Path,
    content: &[u8],
    after: &mut dyn FnMut(Step) -> io::Result<()>,
) -> io::Result<()> {
    after(Step::Created)?;
    let (first, rest) = content.split_at(content.len() / 2);
    new.write_all(first)?;
    after(Step::Begun)?;
    new.write_all(rest)?;
    after(Step::Written)?;
    new.sync_all()?;
    after(Step::Synced)?;
    fs::rename(beside, file)?;
    after(Step::Renamed)?;
    sync_folder(file)?;
    after(Step::FolderSynced)
}

/// The new name is on the disk too.
#[cfg(unix)]
fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Folders cannot be opened there; the rename is in the file system's own log.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn create_for_owner(file: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)
}

#[cfg(not(unix))]
fn create_for_owner(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(file)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_ends_after_whatever_step_leaves_the_old_file_or_the_new_one_whole() {
        let steps = [Step::Created, Step::Begun, Step::Written, Step::Synced, Step::Renamed, Step::FolderSynced];
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        for last in steps {
            replace(&file, b"{\"old\": 1}").unwrap();
            let mut stop = |step| if step == last { Err(ErrorKind::Interrupted.into()) } else { Ok(()) };
            let beside = beside(&file);
            let new = File::create(&beside).unwrap();
            put_in_place(new, &beside, &file, b"{\"new\": 2}", &mut stop).unwrap_err();
            let renamed = matches!(last, Step::Renamed | Step::FolderSynced);
            let expected: &[u8] = if renamed { b"{\"new\": 2}" } else { b"{\"old\": 1}" };
            assert_eq!(fs::read(&file).unwrap(), expected, "{last:?}");
        }
        replace(&file, b"{}").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "what was left beside it is gone");
    }
}
