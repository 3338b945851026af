//! From what the till says of a question to what the machine is answered (reference 6.1 to 6.7): the only table of it.
//!
//! | fulfilment | list | lock | bill, unlock |
//! |---|---|---|---|
//! | what was asked for | tables | confirmed, with what is due | lines; accepted |
//! | not known | -32023 | not confirmed | -32020 |
//! | busy | empty | not confirmed | -32021 |
//! | refused | empty | not confirmed | -32022 |
//! | unknown, or no answer in time | empty | not confirmed | -32603 |
//!
//! A machine that hears “not confirmed” leaves the table alone (6.8), so that this is what is said whenever anything is unclear.

use serde_json::Value;

use crate::domain::outcome::Explanation;
use crate::domain::{Fulfilment, Money, PrintedLine, TableAnswer};

use super::super::codec;
use super::super::messages::*;

pub type Answer = Result<Value, RpcError>;

/// Texts of `userMessage`, for the waiter at the machine; part of the wire as its words are.
const NO_SUCH_TABLE: &str = "No such table";
const NO_SUCH_WAITER: &str = "Unknown waiter";
const TAKEN: &str = "The table is in use";
const REFUSED: &str = "Not possible";
const UNAVAILABLE: &str = "The till cannot answer now";
const TOO_MANY: &str = "The till is busy, try again";

/// Usual on these printers; the reference does not say (4.10).
const COLUMNS: usize = 24;

/// What is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    List,
    Lock,
    Print,
    Unlock,
}

pub fn answer(kind: Kind, fulfilment: Fulfilment) -> Answer {
    match (kind, fulfilment) {
        (Kind::List, Fulfilment::AtTable(TableAnswer::Tables(tables, currency))) => {
            let currency = (!tables.is_empty()).then(|| currency.code().to_owned());
            Ok(codec::table_list_result(&TableList { tables, currency, user_message: None }))
        }
        (Kind::Lock, Fulfilment::AtTable(TableAnswer::Locked(due))) if is_payable(due) => {
            Ok(codec::table_lock_result(&TableLock {
                confirmed: true,
                amount: Some(due.minor()),
                currency: Some(due.currency().code().to_owned()),
                user_message: None,
            }))
        }
        (Kind::Print, Fulfilment::AtTable(TableAnswer::Printed(lines))) => {
            Ok(codec::table_print_result(&lines.iter().map(printed).collect::<Vec<_>>()))
        }
        (Kind::Unlock, Fulfilment::AtTable(TableAnswer::Unlocked)) => Ok(codec::table_accepted()),
        (Kind::List, Fulfilment::NotKnown) => refusal(kind, ErrorCode::WaiterUnknown, NO_SUCH_WAITER),
        (_, Fulfilment::NotKnown) => refusal(kind, ErrorCode::NoSuchTable, NO_SUCH_TABLE),
        (Kind::List, Fulfilment::Busy(why)) => refusal(kind, ErrorCode::TableLocked, words(&why, TOO_MANY)),
        (_, Fulfilment::Busy(why)) => refusal(kind, ErrorCode::TableLocked, words(&why, TAKEN)),
        (_, Fulfilment::Refused(why)) => refusal(kind, ErrorCode::TableNotLocked, words(&why, REFUSED)),
        (_, Fulfilment::Unknown(why)) => refusal(kind, ErrorCode::InternalError, words(&why, UNAVAILABLE)),
        _ => too_late(kind),
    }
}

/// Whether a machine can do anything with it: it is in a currency of Connect's, and there is something due.
pub fn is_payable(due: Money) -> bool {
    (1..=LARGEST_AMOUNT).contains(&due.minor()) && CURRENCIES.contains(&due.currency().code())
}

/// The till has not said anything in time.
pub fn too_late(kind: Kind) -> Answer {
    refusal(kind, ErrorCode::InternalError, UNAVAILABLE)
}

pub fn too_many() -> Answer {
    Err(RpcError::new(ErrorCode::TooManyRequests, Some(TOO_MANY)))
}

/// Nothing was done.
fn refusal(kind: Kind, code: ErrorCode, words: &str) -> Answer {
    let user_message = Some(words.to_owned());
    match kind {
        Kind::List if code != ErrorCode::WaiterUnknown => {
            Ok(codec::table_list_result(&TableList { user_message, ..TableList::default() }))
        }
        Kind::Lock => Ok(codec::table_lock_result(&TableLock { user_message, ..TableLock::default() })),
        Kind::List | Kind::Print | Kind::Unlock => Err(RpcError::new(code, Some(words))),
    }
}

/// The till's own words, or the usual ones.
fn words<'a>(why: &'a Explanation, usual: &'a str) -> &'a str {
    why.detail.as_deref().unwrap_or(usual)
}

/// (4.10) There is no format for the middle of a line.
fn printed(line: &PrintedLine) -> ReceiptLine {
    let of = |kind, value: &str| ReceiptLine { kind, format: Vec::new(), value: value.to_owned() };
    match line {
        PrintedLine::Text { text, bold, tall, centred } => {
            let indent = if *centred { COLUMNS.saturating_sub(text.chars().count()) / 2 } else { 0 };
            let formats = [(*bold, Format::Bold), (*tall, Format::DoubleHeight)];
            let format = formats.into_iter().filter_map(|(wanted, format)| wanted.then_some(format)).collect();
            ReceiptLine { kind: LineKind::Text, format, value: format!("{}{text}", " ".repeat(indent)) }
        }
        PrintedLine::Rule { double: false } => of(LineKind::LineSeparatorSingle, ""),
        PrintedLine::Rule { double: true } => of(LineKind::LineSeparatorDouble, ""),
        PrintedLine::Barcode(code) => of(LineKind::BarcodeCode128, code),
        PrintedLine::Feed => of(LineKind::TicketFeed, ""),
    }
}
