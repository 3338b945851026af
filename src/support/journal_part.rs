//! How the journal is: its size, its counts, and whether anybody has changed it. Never the journal itself.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::journal::{Journal, JournalError};
use crate::settings::Places;

pub(super) fn health(places: &Places, journal: &Result<Journal, JournalError>) -> String {
    let file = places.journal_file();
    let mut text = String::new();
    let _ = writeln!(text, "journal: {} bytes", size(&file));
    let mut waiting = file.into_os_string();
    waiting.push("-wal");
    let _ = writeln!(text, "not in its main file yet: {} bytes", size(Path::new(&waiting)));
    match journal {
        Ok(journal) => told(&mut text, journal),
        Err(error) => {
            let _ = writeln!(text, "it cannot be read: {error}");
        }
    }
    text
}

fn told(text: &mut String, journal: &Journal) {
    let _ = writeln!(text, "till: {}", journal.till());
    let _ = match journal.payments_ever() {
        Ok(payments) => writeln!(text, "payments ever: {payments}"),
        Err(error) => writeln!(text, "payments cannot be counted: {error}"),
    };
    let _ = match journal.open_payments(None) {
        Ok(open) => writeln!(text, "payments that have not ended: {}", open.len()),
        Err(error) => writeln!(text, "payments that have not ended cannot be read: {error}"),
    };
    let _ = match journal.verify() {
        Ok(report) if report.is_whole() => writeln!(text, "chain: whole, {} events", report.rows),
        Ok(report) => writeln!(text, "chain: {} events fit, then {:?} does not", report.rows, report.misfit),
        Err(error) => writeln!(text, "chain: cannot be read: {error}"),
    };
}

fn size(file: &Path) -> String {
    fs::metadata(file).map_or_else(|error| format!("({error})"), |found| found.len().to_string())
}
