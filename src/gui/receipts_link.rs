//! What is on the shop's receipts, between window and settings file.

use iced::Task;

use super::app::Message;
use super::problem::{Placeable, Problem};
use crate::settings::{Places, PrinterSettings, ReceiptSettings, Settings, SettingsError, change_settings};
use crate::terminal::setting_up::SetupError;

/// As the file has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KnownReceipts {
    pub shop: Option<String>,
    pub receipts: ReceiptSettings,
    pub printers: Vec<PrinterSettings>,
}

impl KnownReceipts {
    fn of(settings: Settings) -> KnownReceipts {
        KnownReceipts { shop: settings.shop.name, receipts: settings.receipts, printers: settings.printers }
    }
}

/// What somebody wants of them.
#[derive(Debug, Clone, PartialEq)]
pub struct WantedReceipts {
    pub shop: Option<String>,
    pub receipts: ReceiptSettings,
}

pub fn read(places: Places) -> Task<Message> {
    reading(move || Settings::load(&places.settings_file()))
}

/// Everything else in the file stays as it is.
pub fn keep(places: Places, wanted: WantedReceipts) -> Task<Message> {
    reading(move || {
        let change = |settings: &mut Settings| {
            settings.shop.name = wanted.shop;
            settings.receipts = wanted.receipts;
            Some(settings.clone())
        };
        Ok(change_settings(&places.settings_file(), change)?.unwrap_or_default())
    })
}

fn reading(work: impl FnOnce() -> Result<Settings, SettingsError> + Send + 'static) -> Task<Message> {
    Task::perform(tokio::task::spawn_blocking(work), |done| {
        let done = match done {
            Ok(read) => read.map_err(|error| Problem::from(&SetupError::Settings(error))),
            Err(error) => Err(Problem {
                placeables: vec![("problem", Placeable::Words(error.to_string()))],
                ..Problem::new("window-terminal-settings")
            }),
        };
        Message::ReceiptsRead(done.map(|settings| Box::new(KnownReceipts::of(settings))))
    })
}
