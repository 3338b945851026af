//! What support asks for, read from the journal and the disk.

use iced::Task;

use super::app::Message;
use super::desk;
use super::screens::diagnostics::{self, Facts};
use crate::journal::{Journal, JournalError, JournalHandle};
use crate::settings::Places;

pub fn read(journal: JournalHandle, places: Places) -> Task<Message> {
    let facts = move |journal: &Journal| -> Result<Facts, JournalError> {
        Ok(Facts {
            version: env!("CARGO_PKG_VERSION"),
            system: std::env::consts::OS,
            till: journal.till().to_owned(),
            folder: places.data().display().to_string(),
            journal_bytes: size(&places),
            payments: journal.payments_ever()?,
        })
    };
    let read = async move { journal.read(facts).await.and_then(|inner| inner) };
    Task::perform(read, |read| {
        let read = read.map_err(|error| error.key().to_owned());
        Message::Desk(desk::Message::Diagnostics(diagnostics::Message::Read(read)))
    })
}

/// With what SQLite has not put into its main file yet.
fn size(places: &Places) -> Option<u64> {
    let file = places.journal_file();
    let main = std::fs::metadata(&file).ok()?.len();
    let mut beside = file.into_os_string();
    beside.push("-wal");
    Some(main + std::fs::metadata(beside).map_or(0, |waiting| waiting.len()))
}
