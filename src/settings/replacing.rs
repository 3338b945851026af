//! A file that is there whole or as it was before.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Writes a new file beside the old one and puts it in its place, so that a power cut leaves one of the two.
///
/// # Errors
/// The system's; the old file is untouched then.
pub(super) fn replace(file: &Path, content: &[u8]) -> io::Result<()> {
    let beside = file.with_extension("json.new");
    put_in_place(File::create(&beside)?, &beside, file, content)
}

/// The same for what only the file's owner may read.
///
/// # Errors
/// The system's; the old file is untouched then.
pub(super) fn replace_for_owner(file: &Path, content: &[u8]) -> io::Result<()> {
    let beside = file.with_extension("json.new");
    // What a power cut left would keep its own rights.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    put_in_place(create_for_owner(&beside)?, &beside, file, content)
}

fn put_in_place(mut new: File, beside: &Path, file: &Path, content: &[u8]) -> io::Result<()> {
    new.write_all(content)?;
    new.sync_all()?;
    fs::rename(beside, file)
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
