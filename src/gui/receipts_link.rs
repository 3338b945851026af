//! What is on the shop's receipts, between window and settings file.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use iced::Task;

use super::app::Message;
use super::problem::Problem;
use crate::printing::{LogoFault, read_logo};
use crate::receipts::Bitmap;
use crate::settings::{Places, PrinterSettings, ReceiptSettings, Settings, SettingsError, change_settings};
use crate::terminal::setting_up::SetupError;

/// As the file has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KnownReceipts {
    pub shop: Option<String>,
    pub receipts: ReceiptSettings,
    pub printers: Vec<PrinterSettings>,
    pub logo: Option<Arc<Bitmap>>,
    /// Why there is none although the settings name a file.
    pub no_logo: Option<LogoFault>,
    /// Its place in the order of all readings.
    pub as_of: u64,
}

impl KnownReceipts {
    /// Reads the logo's file.
    fn of(settings: Settings) -> KnownReceipts {
        let read = settings.receipts.logo.as_ref().map(|file| read_logo(Path::new(file)));
        let (logo, no_logo) = match read {
            Some(Ok(logo)) => (Some(logo), None),
            Some(Err(fault)) => (None, Some(fault)),
            None => (None, None),
        };
        let (shop, receipts, printers) = (settings.shop.name, settings.receipts, settings.printers);
        KnownReceipts { shop, receipts, printers, logo, no_logo, as_of: 0 }
    }
}

/// What somebody wants of them.
#[derive(Debug, Clone, PartialEq)]
pub struct WantedReceipts {
    pub shop: Option<String>,
    pub receipts: ReceiptSettings,
}

/// So many readings there have been. Held while the file is read or changed: each has its place in their order.
static READINGS: Mutex<u64> = Mutex::new(0);

pub fn read(places: Places) -> Task<Message> {
    numbered(move || Settings::load(&places.settings_file()).map(Ok), Message::ReceiptsRead)
}

/// Everything else in the file stays as it is.
pub fn keep(places: Places, wanted: WantedReceipts) -> Task<Message> {
    changing(move || {
        let change = |settings: &mut Settings| {
            settings.shop.name = wanted.shop;
            // What is not on that page is somebody else's.
            let known = std::mem::take(&mut settings.receipts);
            settings.receipts = ReceiptSettings { mail: known.mail, unknown: known.unknown, ..wanted.receipts };
            Some(settings.clone())
        };
        Ok(Ok(change_settings(&places.settings_file(), change)?.unwrap_or_default()))
    })
}

/// What was read, what the file does not allow, or what the system says.
type Reading = Result<Result<Settings, Problem>, SettingsError>;

/// The settings as they are afterwards, or why they stay as they were.
pub(super) fn changing(work: impl FnOnce() -> Reading + Send + 'static) -> Task<Message> {
    numbered(work, Message::ReceiptsKept)
}

fn numbered(
    work: impl FnOnce() -> Reading + Send + 'static,
    heard: fn(Result<Box<KnownReceipts>, Problem>) -> Message,
) -> Task<Message> {
    let worked = move || {
        let mut number = READINGS.lock().unwrap_or_else(PoisonError::into_inner);
        *number += 1;
        let as_of = *number;
        work().map(|read| read.map(|settings| KnownReceipts { as_of, ..KnownReceipts::of(settings) }))
    };
    Task::perform(tokio::task::spawn_blocking(worked), move |done| {
        let done = done.map_err(|_| SetupError::Ended).and_then(|read| read.map_err(SetupError::Settings));
        heard(done.map_err(|error| Problem::from(&error)).and_then(|read| read.map(Box::new)))
    })
}
