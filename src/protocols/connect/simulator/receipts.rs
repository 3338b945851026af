//! Slips and the lines of reports, 24 columns wide (4.10, 8.8).

use super::profile;
use super::store::Record;
use crate::protocols::connect::messages::*;

/// Columns of a line of text.
pub const WIDTH: usize = 24;

/// The slip that stays in the shop.
pub fn merchant(record: &Record) -> Vec<ReceiptLine> {
    slip(record, "MERCHANT COPY", true)
}

/// None for contactless (8.8).
pub fn customer(record: &Record) -> Vec<ReceiptLine> {
    if record.entry == PaymentMethod::Contactless { Vec::new() } else { slip(record, "CUSTOMER COPY", false) }
}

/// Whether the card's chip was spoken to, by contact or without.
pub fn has_chip(record: &Record) -> bool {
    matches!(record.entry, PaymentMethod::IccChip | PaymentMethod::Contactless)
}

fn slip(record: &Record, title: &str, is_merchants: bool) -> Vec<ReceiptLine> {
    let mut lines = head(title);
    lines.push(pair("TID", &record.tid));
    lines.push(pair("TRANSACTION", &record.number));
    lines.push(text(&record.time.replace('T', " ")));
    lines.push(separator());
    lines.extend(card(record));
    lines.push(separator());
    lines.extend(amounts(record));
    lines.extend(ending(record, is_merchants));
    lines.push(of(LineKind::TicketFeed, ""));
    lines
}

/// What every slip and report begins with.
pub fn head(title: &str) -> Vec<ReceiptLine> {
    let mut lines = vec![ReceiptLine { format: vec![Format::Bold], ..text(title) }];
    let [name, about @ ..] = profile::MERCHANT;
    lines.push(ReceiptLine { format: vec![Format::Bold, Format::DoubleWidth], ..text(name) });
    lines.extend(about.map(text));
    lines.push(separator());
    lines
}

fn card(record: &Record) -> Vec<ReceiptLine> {
    let Some(card) = &record.card else { return Vec::new() };
    let entry = match record.entry {
        PaymentMethod::IccChip => "CHIP",
        PaymentMethod::Contactless => "CONTACTLESS",
        PaymentMethod::Swiped => "SWIPED",
        _ => "KEYED",
    };
    let mut lines = vec![text(&card.label), text(&card.masked()), text(entry)];
    if has_chip(record) {
        lines.push(pair("AID", &card.aid));
    }
    lines
}

fn amounts(record: &Record) -> Vec<ReceiptLine> {
    let money = |minor: i64| money(minor, &record.currency);
    let title = match record.kind {
        TransactionKind::Sale => "SALE",
        TransactionKind::Refund => "REFUND",
        TransactionKind::SaleReversal => "SALE REVERSAL",
        TransactionKind::RefundReversal => "REFUND REV.",
        TransactionKind::PreAuth => "PRE-AUTH",
        TransactionKind::Completion => "COMPLETION",
        _ => "CARD CHECK",
    };
    let mut lines = vec![pair(title, &money(record.base))];
    for (title, amount) in [("CASHBACK", record.cashback), ("GRATUITY", record.gratuity)] {
        if amount > 0 {
            lines.push(pair(title, &money(amount)));
        }
    }
    lines.push(ReceiptLine { format: vec![Format::Bold], ..pair("TOTAL", &money(record.total())) });
    lines
}

fn ending(record: &Record, is_merchants: bool) -> Vec<ReceiptLine> {
    match record.result {
        ResultWord::Declined => return vec![of(LineKind::BoxDecline, "DECLINED")],
        ResultWord::Void => return vec![of(LineKind::BoxVoid, "VOID")],
        _ => {}
    }
    let mut lines = Vec::new();
    if let Some(code) = &record.auth_code {
        lines.push(pair("AUTH CODE", code));
    }
    match record.verification {
        Verification::Signature if is_merchants => {
            lines.push(of(LineKind::CarriageReturn, ""));
            lines.push(text("SIGNATURE: ............."));
        }
        Verification::Signature => lines.push(text("SIGNATURE")),
        Verification::Pin => lines.push(text("PIN VERIFIED")),
        Verification::Device => lines.push(text("DEVICE VERIFIED")),
        _ => lines.push(text("NO VERIFICATION")),
    }
    lines
}

pub fn text(value: &str) -> ReceiptLine {
    ReceiptLine::text(value)
}

pub fn separator() -> ReceiptLine {
    of(LineKind::LineSeparatorSingle, "")
}

pub fn of(kind: LineKind, value: &str) -> ReceiptLine {
    ReceiptLine { kind, ..text(value) }
}

/// A title on the left, a value on the right.
pub fn pair(title: &str, value: &str) -> ReceiptLine {
    let wide = WIDTH.saturating_sub(title.len());
    text(&format!("{title}{value:>wide$}"))
}

/// `GBP 26.15`. Both currencies have two decimals.
pub fn money(minor: i64, currency: &str) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    format!("{currency} {sign}{}.{:02}", minor / 100, minor % 100)
}
