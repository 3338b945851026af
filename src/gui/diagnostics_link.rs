//! What support asks for, read from the journal and the disk; the bundle it gets, and how much is logged for it.

use std::path::PathBuf;

use iced::Task;
use jiff::{Timestamp, Zoned};

use super::app::Message;
use super::desk;
use super::problem::{Placeable, Problem};
use super::screens::diagnostics::{self, Facts};
use crate::doctor::examine_all;
use crate::journal::{Journal, JournalError, JournalHandle};
use crate::logs::{Detail, Levels, LevelsError, Part};
use crate::settings::Places;
use crate::support::{Asked, SupportError, TillFacts, default_name, make};
use crate::terminal::Till;

pub fn read(journal: JournalHandle, places: Places) -> Task<Message> {
    let facts = move |journal: &Journal| -> Result<Facts, JournalError> {
        Ok(Facts {
            version: env!("CARGO_PKG_VERSION"),
            system: std::env::consts::OS,
            till: journal.till().to_owned(),
            folder: places.data().display().to_string(),
            journal_bytes: size(&places),
            payments: journal.payments_ever()?,
            detailed: detailed(&Levels::load(&places.log_levels_file())),
        })
    };
    let read = async move { journal.read(facts).await.and_then(|inner| inner) };
    Task::perform(read, |read| {
        let read = read.map_err(|error| error.key().to_owned());
        Message::Desk(desk::Message::Diagnostics(diagnostics::Message::Read(read)))
    })
}

/// Beside the window's thread, and the journal's: it reads for itself. The terminals are examined first.
pub fn make_bundle(till: Till, places: Places) -> Task<Message> {
    let made = async move {
        let file = bundles(&places).join(default_name(&Zoned::now()));
        let name = file.display().to_string();
        let facts = TillFacts::gather(&places).await;
        let facts = match facts.settings().cloned() {
            Some(settings) => facts.with_examined(examine_all(&places, &settings, &till).await),
            None => facts,
        };
        drop(till);
        let made = tokio::task::spawn_blocking(move || make(&facts, &Asked::default(), &file)).await;
        made.unwrap_or_else(|error| Err(SupportError::Unwritable { file: name, cause: error.to_string() }))
    };
    Task::perform(made, |made| {
        let made = made.map(|made| made.file.display().to_string()).map_err(|error| {
            let words = error.placeables().into_iter().map(|(name, words)| (name, Placeable::Words(words)));
            Problem { placeables: words.collect(), ..Problem::new(error.key()) }
        });
        Message::Desk(desk::Message::Diagnostics(diagnostics::Message::BundleMade(made)))
    })
}

/// Where a person looks for what was made for them.
fn bundles(places: &Places) -> PathBuf {
    let folders = directories::UserDirs::new();
    let documents = folders.and_then(|folders| folders.document_dir().map(PathBuf::from));
    documents.filter(|folder| folder.is_dir()).unwrap_or_else(|| places.data().to_owned())
}

pub fn choose_detail(places: Places, part: Part, more: bool) -> Task<Message> {
    let kept = async move {
        let choose = move || -> Result<Vec<Part>, LevelsError> {
            let file = places.log_levels_file();
            let mut levels = Levels::load(&file);
            levels.choose(part, if more { Detail::Debug } else { Detail::Info }, Timestamp::now());
            levels.save(&file)?;
            Ok(detailed(&levels))
        };
        match tokio::task::spawn_blocking(choose).await {
            Ok(kept) => kept.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    };
    Task::perform(kept, |kept| {
        let kept = kept.map_err(|cause| Problem::with_detail("window-log-not-kept", cause));
        Message::Desk(desk::Message::Diagnostics(diagnostics::Message::DetailKept(kept)))
    })
}

fn detailed(levels: &Levels) -> Vec<Part> {
    let now = Timestamp::now();
    Part::ALL.into_iter().filter(|part| levels.of(*part, now).0 > Detail::Info).collect()
}

/// With what SQLite has not put into its main file yet.
fn size(places: &Places) -> Option<u64> {
    let file = places.journal_file();
    let main = std::fs::metadata(&file).ok()?.len();
    let mut beside = file.into_os_string();
    beside.push("-wal");
    Some(main + std::fs::metadata(beside).map_or(0, |waiting| waiting.len()))
}
