//! The messages of Paymentsense Connect as types: JSON-RPC 2.0 (section 3), pay at counter (section 4), pay at table (section 6).
//! Names of methods and members stand here and in `codec`, nowhere else.

mod notification;
mod receipt;
mod report;
mod rpc;
mod tables;
mod terminal;
mod transaction;

pub use notification::{NEUTRAL, NOTIFICATIONS, Notification, display_key};
pub use receipt::{Format, LineKind, ReceiptLine, ReceiptLines};
pub use report::{Report, ReportKind, ReportResult};
pub use rpc::{ErrorCode, Message, Params, RpcError};
pub use tables::{
    PaidAmounts, TableList, TableLock, TableMethod, TablePayment, TablePrint, TableQuestion, Takings, table_member,
};
pub use terminal::{TerminalInfo, TerminalStatus};
pub use transaction::{PaymentMethod, ResultWord, Transaction, TransactionKind, Verification};

use crate::domain::{DayReport, Operation};

/// The largest message taken, in bytes: an end of day with all its lines is far smaller.
pub const MESSAGE_AT_MOST: usize = 1024 * 1024;
/// Ids of the till's requests are integers from 1 to this (3.2, profile).
pub const LARGEST_ID: i64 = 999_999;
/// (2) In minor units.
pub const LARGEST_AMOUNT: i64 = 99_999_999;
/// (2) In minor units.
pub const LARGEST_CASHBACK: i64 = 10_000;
/// (2)
pub const CURRENCIES: [&str; 2] = ["GBP", "EUR"];

/// (4.0) Methods of the till.
pub mod method {
    pub const CONNECTED_TERMINALS: &str = "connectedTerminals";
    pub const SALE: &str = "sale";
    pub const REFUND: &str = "refund";
    pub const DUPLICATE: &str = "duplicate";
    pub const PRE_AUTH: &str = "preAuth";
    pub const COMPLETION: &str = "completion";
    pub const ACCOUNT_VERIFICATION: &str = "accountVerification";
    pub const CANCEL_TRANSACTION: &str = "cancelTransaction";
    pub const REPORT_END_OF_DAY: &str = "reportEndOfDay";
    pub const REPORT_BANKING: &str = "reportBanking";
    pub const REPORT_X_BALANCE: &str = "reportXBalance";
    pub const REPORT_Z_BALANCE: &str = "reportZBalance";
    /// Methods of Connect.
    pub const TERMINAL_NOTIFICATION: &str = "terminalNotification";
    pub const SIGNATURE_VERIFICATION_REQUEST: &str = "signatureVerificationRequest";
}

/// The two versions of the interface, and all that differs between them at the counter (4.14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    V0,
    V1,
}

impl Version {
    /// The value of `api-version`.
    pub fn word(self) -> &'static str {
        match self {
            Version::V0 => "v0",
            Version::V1 => "v1",
        }
    }

    pub fn from_word(word: &str) -> Option<Version> {
        [Version::V0, Version::V1].into_iter().find(|version| version.word() == word)
    }

    /// The member that names a terminal.
    pub fn terminal_id(self) -> &'static str {
        match self {
            Version::V0 => "tpi",
            Version::V1 => "tid",
        }
    }

    /// The method that tells how a terminal is. v0 takes a list of terminals and gives one.
    pub fn terminal_details(self) -> &'static str {
        match self {
            Version::V0 => "terminalsDetails",
            Version::V1 => "terminalDetails",
        }
    }

    /// The member that says that a cancel was taken.
    pub fn cancelling(self) -> &'static str {
        match self {
            Version::V0 => "cancelled",
            Version::V1 => "cancelling",
        }
    }

    /// Cashback in the request, keyed cards, and what else came with v1.
    pub fn is_full(self) -> bool {
        self == Version::V1
    }
}

/// (4.0) The method that asks for an operation; `None` for what Connect does not have.
pub fn method_of(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::Sale => Some(method::SALE),
        Operation::Refund => Some(method::REFUND),
        Operation::Preauth => Some(method::PRE_AUTH),
        Operation::Capture => Some(method::COMPLETION),
        Operation::CardCheck => Some(method::ACCOUNT_VERIFICATION),
        Operation::Void
        | Operation::Tip
        | Operation::Activation
        | Operation::Reload
        | Operation::Balance
        | Operation::Deactivation => None,
    }
}

/// (4.13) What the answer calls itself.
pub fn kind_of_report(report: DayReport) -> ReportKind {
    match report {
        DayReport::EndOfDay => ReportKind::EndOfDay,
        DayReport::X => ReportKind::XBalance,
        DayReport::Z => ReportKind::ZBalance,
        DayReport::Banking => ReportKind::Banking,
    }
}

/// (4.13)
pub fn method_of_report(report: DayReport) -> &'static str {
    match report {
        DayReport::EndOfDay => method::REPORT_END_OF_DAY,
        DayReport::X => method::REPORT_X_BALANCE,
        DayReport::Z => method::REPORT_Z_BALANCE,
        DayReport::Banking => method::REPORT_BANKING,
    }
}
