//! A file that is there whole or as it was before.

use std::fs;
use std::io::Write;
use std::path::Path;

/// Writes a new file beside the old one and puts it in its place, so that a power cut leaves one of the two.
///
/// # Errors
/// The system's; the old file is untouched then.
pub(super) fn replace(file: &Path, content: &[u8]) -> std::io::Result<()> {
    let beside = file.with_extension("json.new");
    let mut new = fs::File::create(&beside)?;
    new.write_all(content)?;
    new.sync_all()?;
    fs::rename(&beside, file)
}
