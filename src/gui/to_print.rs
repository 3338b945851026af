//! What can be printed, as it stands on the screen, and the slip it becomes.

use jiff::tz::TimeZone;

use super::paper_look::PaperLook;
use crate::domain::{BillAccount, DayClose, OpenDay, PaymentId, Receipt};
use crate::printing::JobTitle;
use crate::receipts::{Marks, Slip, day_close_slip, marked, open_day_slip};
use crate::texts::Texts;

#[derive(Debug, Clone, PartialEq)]
pub enum ToPrint {
    Receipt {
        payment: PaymentId,
        receipt: Receipt,
        training: bool,
    },
    Bill(Box<BillAccount>),
    Day(Box<DayClose>),
    DaySoFar(Box<OpenDay>),
    /// What a terminal told of its day.
    Report {
        terminal: String,
        lines: Vec<String>,
        training: bool,
    },
}

/// One thing on its way to a printer.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintOrder {
    /// By its name in the settings.
    pub printer: String,
    pub what: ToPrint,
    /// It was printed before.
    pub duplicate: bool,
    /// Cash goes into the drawer.
    pub open_drawer: bool,
}

impl ToPrint {
    pub fn title(&self) -> JobTitle {
        match self {
            ToPrint::Receipt { payment, receipt, .. } => {
                JobTitle::Payment { payment: payment.to_string(), copy: receipt.copy }
            }
            ToPrint::Bill(account) => JobTitle::Bill { bill: account.bill.id.to_string() },
            ToPrint::Day(close) => JobTitle::Day { number: Some(close.number) },
            ToPrint::DaySoFar(_) => JobTitle::Day { number: None },
            ToPrint::Report { terminal, .. } => JobTitle::Report { terminal: terminal.clone() },
        }
    }

    /// With the shop's lines and the receipts' words, or else those of the screen.
    pub fn slip(&self, duplicate: bool, look: &PaperLook, screen: &Texts, zone: &TimeZone) -> Slip {
        let texts = look.words(screen);
        let marks = |training| Marks { training, duplicate };
        let mut slip = match self {
            ToPrint::Receipt { receipt, training, .. } => look.receipt(receipt, marks(*training), screen),
            ToPrint::Bill(account) => marked(look.bill(account, screen, zone), marks(false), texts),
            ToPrint::Day(close) => {
                marked(look.head.over(day_close_slip(close, texts, zone), texts), marks(false), texts)
            }
            ToPrint::DaySoFar(open) => look.head.over(open_day_slip(open, texts, zone), texts),
            ToPrint::Report { lines, training, .. } => look.report(lines, marks(*training), screen),
        };
        slip.feed();
        slip.cut();
        slip
    }
}
