//! What the window wants done outside itself. `update` only names it, so that tests can look at it; `till_link` does it.

use std::collections::BTreeSet;

use super::bill_link::{BillOrder, By};
use super::drawing::Drawing;
use super::hand_out_link::MailOrder;
use super::printers_link::PrinterOrder;
use super::receipts_link::WantedReceipts;
use super::screens::history::Page;
use super::screens::mail_server::WantedMailServer;
use super::set_up_link::SetUpOrder;
use super::sounds::Sound;
use super::to_print::PrintOrder;
use crate::domain::operator::SignedOut;
use crate::domain::{Answer, DayReport, Money, OperatorName, PaymentId, PaymentRequest, QuestionId, Right, Secret};
use crate::logs::Part;
use crate::printing::JobId;
use crate::settings::{Mending, Settings, WindowChange};
use crate::terminal::OperatorsOrder;
use crate::terminal::setting_up::Wanted;

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Open the till: settings are known, terminals and journal are not yet.
    Open,
    /// The settings have been mended: open the till with these.
    OpenWith(Box<Settings>),
    /// Mend the settings file, while there is no till.
    Mend(Mending),
    /// Close the till and end the program.
    Close,
    /// Take over a price list from this file.
    ImportPrices(std::path::PathBuf),
    Pay {
        terminal: String,
        request: PaymentRequest,
    },
    /// `taken` is what the payment took; the terminal's actor reads the rest from the journal.
    Void {
        terminal: String,
        payment: PaymentId,
        taken: Money,
    },
    /// Give cash back out of the drawer, of an earlier payment in cash.
    GiveBack {
        payment: PaymentId,
        amount: Money,
    },
    /// Ask the terminal what became of a payment.
    Inquire {
        terminal: String,
        payment: PaymentId,
    },
    Cancel {
        terminal: String,
    },
    Answer {
        terminal: String,
        question: QuestionId,
        answer: Answer,
    },
    /// Hand in what the customer drew.
    Sign {
        terminal: String,
        question: QuestionId,
        drawing: Drawing,
    },
    /// Take the ended payment from the terminal's picture.
    Dismiss {
        terminal: String,
    },
    Connect {
        terminal: String,
    },
    /// Close the terminal's batch, or have it make another report of its day.
    EndDay {
        terminal: String,
        report: DayReport,
    },
    /// Read one barcode with the terminal's reader.
    Scan {
        terminal: String,
    },
    /// The newest payments, for the list beside the amount.
    ReadRecent,
    ReadHistory(Page),
    /// Everything the journal has about a payment.
    ReadPayment(PaymentId),
    /// What has this id goes there, in pixels from its top.
    Scroll(&'static str, f32),
    /// What terminals told of their days.
    ReadReports,
    /// The shop's day so far, and those before.
    ReadDay,
    /// What support asks for.
    ReadDiagnostics,
    /// Say what a search for terminals would be about.
    PlanSearch,
    /// Ask everybody in the till's networks whether it is a terminal.
    StartSearch,
    StopSearch,
    /// Ask the account of this terminal which terminals it has.
    ListAccount(Box<Wanted>),
    /// Look for this terminal, which is set up, at another address.
    FindAgain(String),
    /// One zip for support.
    MakeBundle,
    /// Have a part of the program write more to the log files, for a day, or the usual.
    ChooseLogDetail(Part, bool),
    /// Close the shop's day, after the terminals' own.
    CloseShopDay,
    Decide {
        payment: PaymentId,
        paid: bool,
        by: String,
        reason: String,
    },
    /// Something about a bill or the cash drawer.
    Bill(By, BillOrder),
    /// The PIN that was typed at an operator's tile.
    SignIn {
        name: OperatorName,
        digits: Secret,
    },
    SignOut(SignedOut),
    /// Another program may have changed the operators.
    ReadOperators,
    ChangeOperators(OperatorsOrder),
    Print(Box<PrintOrder>),
    /// What has a fault is tried once more.
    PrintAgain(JobId),
    PrintElsewhere(JobId, String),
    /// Go on without it.
    PrintGiveUp(JobId),
    /// Send mails through this server from now on.
    KeepMailServer(Box<WantedMailServer>),
    /// Send a mail that says nothing to this address.
    TestMail(String),
    /// Send a customer's receipt.
    MailReceipt(Box<MailOrder>),
    /// What is on receipts, as the settings have it now.
    ReadReceipts,
    KeepReceipts(Box<WantedReceipts>),
    /// Something about the printers that are set up.
    ChangePrinters(PrinterOrder),
    /// Look which printers this computer has.
    FindPrinters,
    /// Print something that shows what this printer can do.
    TestPrinter(String),
    /// Something about terminals that are set up.
    SetUp(SetUpOrder),
    /// Look whether this terminal can be used.
    TestTerminal(String),
    /// The running till takes up what the settings say now; these terminals are begun anew in any case.
    TakeUpSettings(BTreeSet<String>),
    /// What somebody has no right to, with the PIN of somebody who has.
    Allow {
        right: Right,
        name: OperatorName,
        digits: Secret,
        effect: Box<Effect>,
    },
    FocusNext,
    FocusPrevious,
    Focus(&'static str),
    /// Keys are the counter's again.
    Unfocus,
    /// The whole screen, or a window again.
    FullScreen,
    /// How wide the cashier's screen is: the customer's begins behind it.
    MeasureScreen,
    /// The customer's display on the cashier's screen, for a look.
    ShowCustomersHere,
    /// Write one setting of the window's into the settings file.
    KeepSetting(WindowChange),
    Sound(Sound),
}
