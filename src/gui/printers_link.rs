//! The receipt printers, between window and settings file; what this computer has, and a slip to try one with.

use iced::Task;
use jiff::Timestamp;

use super::app::{App, Message};
use super::desk;
use super::print_link::ordered;
use super::problem::{Placeable, Problem};
use super::receipts_link;
use super::screens::printers;
use crate::printing::{JobTitle, NewJob, known_devices, system_printers, test_slip};
use crate::settings::{Places, PrinterSettings, Settings, change_settings};

/// What somebody wants of the printers that are set up.
#[derive(Debug, Clone, PartialEq)]
pub enum PrinterOrder {
    /// The first one is the one for receipts too. A new one takes the place of none.
    Put {
        printer: Box<PrinterSettings>,
        is_new: bool,
    },
    Remove(String),
    /// What is printed unasked is printed on this one.
    UseForReceipts(String),
}

/// What this computer has that may be a printer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FoundPrinters {
    /// Their paths.
    pub devices: Vec<String>,
    /// As the system calls them.
    pub queues: Vec<String>,
    /// Why the system's are not known.
    pub problem: Option<Problem>,
}

impl PrinterOrder {
    /// For the journal.
    pub fn what(&self) -> String {
        match self {
            PrinterOrder::Put { printer, .. } => format!("put-printer {}", printer.name),
            PrinterOrder::Remove(name) => format!("remove-printer {name}"),
            PrinterOrder::UseForReceipts(name) => format!("default-printer {name}"),
        }
    }

    /// `false`: there is one of that name already, or none any more.
    fn carry_out(&self, settings: &mut Settings) -> bool {
        match self {
            PrinterOrder::Put { printer, is_new: true } if settings.printer(&printer.name).is_some() => false,
            PrinterOrder::Put { printer, .. } => {
                if settings.printers.is_empty() {
                    settings.receipts.printer = Some(printer.name.clone());
                }
                settings.put_printer((**printer).clone());
                true
            }
            PrinterOrder::Remove(name) => settings.remove_printer(name),
            PrinterOrder::UseForReceipts(name) if settings.printer(name).is_none() => false,
            PrinterOrder::UseForReceipts(name) => {
                settings.receipts.printer = Some(name.clone());
                true
            }
        }
    }

    fn refused(&self) -> Problem {
        let (key, name) = match self {
            PrinterOrder::Put { printer, .. } => ("window-printers-name-taken", &printer.name),
            PrinterOrder::Remove(name) | PrinterOrder::UseForReceipts(name) => ("printer-fault-no-such-printer", name),
        };
        Problem { placeables: vec![("printer", Placeable::Words(name.clone()))], ..Problem::new(key) }
    }
}

/// Heard as all news of receipts and printers are.
pub fn change(places: Places, order: PrinterOrder) -> Task<Message> {
    receipts_link::changing(move || {
        let change = |settings: &mut Settings| order.carry_out(settings).then(|| settings.clone());
        change_settings(&places.settings_file(), change).map(|changed| changed.ok_or_else(|| order.refused()))
    })
}

/// Looks at the devices and asks the system; bounded by the link's own time.
pub fn find() -> Task<Message> {
    let found = async {
        let devices = tokio::task::spawn_blocking(known_devices).await.unwrap_or_default();
        let devices = devices.iter().map(|device| device.display().to_string()).collect();
        let (queues, problem) = match system_printers().await {
            Ok(printers) => (printers.into_iter().map(|printer| printer.queue).collect(), None),
            Err(fault) => {
                let detail = Some(fault.detail().to_owned()).filter(|detail| !detail.is_empty());
                (Vec::new(), Some(Problem { detail, ..Problem::new(fault.key()) }))
            }
        };
        FoundPrinters { devices, queues, problem }
    };
    Task::perform(found, |found| Message::Desk(desk::Message::Printers(printers::Message::Found(found))))
}

/// Behind whatever waits for that printer already.
pub fn test(app: &App, printer: String) -> Task<Message> {
    let Some(link) = app.link() else { return Task::none() };
    let (look, texts, _) = app.paper();
    let slip = test_slip(&printer, look.words(texts));
    let job = NewJob { printer, title: JobTitle::Test, slip, made_at: Timestamp::now(), open_drawer: false };
    ordered(link.printing().submit(job))
}
