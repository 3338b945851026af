//! One slip on its way to a printer.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::Copy;
use crate::receipts::Slip;
use crate::texts::Texts;

/// In the order in which they were given; the number is in no other job of this folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub u64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What it is, for whoever sees it waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobTitle {
    /// A card receipt.
    Payment {
        payment: String,
        copy: Copy,
    },
    /// Before it is paid, or its receipt.
    Bill {
        bill: String,
    },
    /// The shop's day; without a number it is not closed yet.
    Day {
        number: Option<i64>,
    },
    /// What a terminal told of its day.
    Report {
        terminal: String,
    },
    Test,
    /// No paper: the cash drawer.
    Drawer,
}

impl JobTitle {
    /// In the language of the screen.
    pub fn words(&self, texts: &Texts) -> String {
        match self {
            JobTitle::Payment { payment, copy: Copy::Merchant } => {
                texts.with("printer-title-merchant-copy", &[("payment", payment)])
            }
            JobTitle::Payment { payment, copy: Copy::Customer } => {
                texts.with("printer-title-customer-copy", &[("payment", payment)])
            }
            JobTitle::Bill { bill } => texts.with("printer-title-bill", &[("bill", bill)]),
            JobTitle::Day { number: Some(number) } => {
                texts.with("printer-title-day", &[("number", &number.to_string())])
            }
            JobTitle::Day { number: None } => texts.get("printer-title-day-so-far"),
            JobTitle::Report { terminal } => texts.with("printer-title-report", &[("terminal", terminal)]),
            JobTitle::Test => texts.get("printer-title-test"),
            JobTitle::Drawer => texts.get("printer-title-drawer"),
        }
    }

    /// For the system's own lists, in ASCII.
    pub(super) fn for_queues(&self) -> String {
        match self {
            JobTitle::Payment { payment, .. } => format!("Checkstand {payment}"),
            JobTitle::Bill { bill } => format!("Checkstand {bill}"),
            _ => "Checkstand".to_owned(),
        }
    }
}

/// What somebody wants printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// By its name in the settings.
    pub printer: String,
    pub title: JobTitle,
    pub slip: Slip,
    pub made_at: Timestamp,
    /// The cash drawer at the printer springs open first.
    pub open_drawer: bool,
}

/// The same with its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintJob {
    pub id: JobId,
    pub printer: String,
    pub title: JobTitle,
    pub slip: Slip,
    pub made_at: Timestamp,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_drawer: bool,
}

impl NewJob {
    pub(super) fn numbered(self, id: JobId) -> PrintJob {
        let NewJob { printer, title, slip, made_at, open_drawer } = self;
        PrintJob { id, printer, title, slip, made_at, open_drawer }
    }
}
