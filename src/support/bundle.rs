//! The zip itself: written beside its place for its owner alone, and renamed when it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use jiff::Zoned;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::contents::{Contents, collect};
use super::scrub::{Clean, Gate};
use super::till_facts::{Asked, TillFacts};
use crate::domain::PaymentId;
use crate::journal::Journal;

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub file: PathBuf,
    pub bytes: u64,
    /// The names of what is in it.
    pub parts: Vec<String>,
    /// English sentences about what is not.
    pub left_out: Vec<String>,
}

/// What keeps a bundle from being made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SupportError {
    #[error("there is no payment {0}")]
    UnknownPayment(PaymentId),
    /// Nothing is written over.
    #[error("{file} is there already")]
    Exists { file: String },
    #[error("{file}: {cause}")]
    Unwritable { file: String, cause: String },
}

impl SupportError {
    /// The Fluent id of the text for a person.
    pub fn key(&self) -> &'static str {
        match self {
            SupportError::UnknownPayment(_) => "cli-unknown-payment",
            SupportError::Exists { .. } => "cli-bundle-exists",
            SupportError::Unwritable { .. } => "cli-bundle-unwritable",
        }
    }

    /// What the text names.
    pub fn placeables(&self) -> Vec<(&'static str, String)> {
        match self {
            SupportError::UnknownPayment(id) => vec![("payment", id.to_string())],
            SupportError::Exists { file } => vec![("file", file.clone())],
            SupportError::Unwritable { file, cause } => vec![("file", file.clone()), ("problem", cause.clone())],
        }
    }
}

/// A name for a bundle that is made now: `checkstand-support-2026-11-22-143213.zip`.
pub fn default_name(now: &Zoned) -> String {
    format!("checkstand-support-{}.zip", now.strftime("%Y-%m-%d-%H%M%S"))
}

/// Collects, cleans and writes, which takes seconds: never on the window's thread. Works beside a running program.
///
/// # Errors
/// A [`SupportError`]; there is no file then. What can be left out is, and said in the bundle.
pub fn make(facts: &TillFacts, asked: &Asked, file: &Path) -> Result<Made, SupportError> {
    if file.exists() {
        return Err(SupportError::Exists { file: file.display().to_string() });
    }
    let journal = Journal::open_reading(&facts.places.journal_file());
    for id in &asked.payments {
        if let Ok(journal) = &journal
            && matches!(journal.payment(id), Ok(None))
        {
            return Err(SupportError::UnknownPayment(id.clone()));
        }
    }
    let contents = collect(facts, asked, &journal);
    write(&facts.gate, contents, file)
        .map_err(|cause| SupportError::Unwritable { file: file.display().to_string(), cause: cause.to_string() })
}

fn write(gate: &Gate, contents: Contents, file: &Path) -> io::Result<Made> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let written = write_parts(gate, &contents, &beside);
    let put = written.and_then(|names| fs::rename(&beside, file).map(|()| names));
    if put.is_err() {
        // Half a bundle is of no use; what cannot be removed either stays for the next one to replace.
        let _ = fs::remove_file(&beside);
    }
    let parts = put?;
    let left_out = contents.left_out.iter().map(|what| gate.pass(what).as_str().to_owned()).collect();
    Ok(Made { file: file.to_owned(), bytes: fs::metadata(file)?.len(), parts, left_out })
}

fn write_parts(gate: &Gate, contents: &Contents, beside: &Path) -> io::Result<Vec<String>> {
    let mut zip = ZipWriter::new(create_for_owner(beside)?);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o600);
    let mut names = Vec::new();
    for part in &contents.parts {
        let name = gate.pass(&part.name);
        let text: Clean = gate.pass_pieces(&part.pieces);
        zip.start_file(name.as_str(), options)?;
        zip.write_all(text.as_str().as_bytes())?;
        names.push(name.as_str().to_owned());
    }
    zip.finish()?.sync_all()?;
    Ok(names)
}

fn create_for_owner(file: &Path) -> io::Result<File> {
    // What an interrupted run left would keep its own rights.
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(file)
}
