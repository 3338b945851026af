//! Slips as ready texts (reference 3.4, 3.12).

use super::cards::Entry;
use super::profile::MERCHANT;
use super::responses::{local_time, money};
use super::store::Record;

pub fn customer(record: &Record) -> String {
    slip(record, "CUSTOMER COPY", false)
}

pub fn merchant(record: &Record) -> String {
    slip(record, "MERCHANT COPY", true)
}

fn slip(record: &Record, title: &str, is_merchants: bool) -> String {
    let mut lines: Vec<String> = MERCHANT.iter().map(|line| (*line).to_owned()).collect();
    lines.push(local_time(record).replace('T', " "));
    lines.push(format!("TERMINAL {}", record.terminal));
    let amount = money(record, record.amount_minor).to_decimal();
    lines.push(format!("{}  {} {amount}", record.key.command.word().to_uppercase(), record.currency));
    if record.cash_back_minor > 0 {
        lines.push(format!("CASH BACK {}", money(record, record.cash_back_minor).to_decimal()));
    }
    lines.extend(card(record));
    if let Some(balance) = record.gift_minor {
        lines.push(format!("BALANCE {}", money(record, balance).to_decimal()));
    }
    if !record.auth_code.is_empty() {
        lines.push(format!("AUTH {}", record.auth_code));
    }
    lines.push(format!("REF {}", record.key.ref_id));
    lines.push(record.message.clone());
    if is_merchants && record.is_signed && record.is_approved() {
        lines.push("SIGNATURE ON FILE".to_owned());
    }
    lines.push(title.to_owned());
    lines.join("\n") + "\n"
}

fn card(record: &Record) -> Vec<String> {
    let Some(card) = &record.card else { return Vec::new() };
    let mut lines =
        vec![format!("{} ****{}", card.brand.to_uppercase(), card.last4), record.entry.word().to_uppercase()];
    if matches!(record.entry, Entry::Chip | Entry::Contactless) && !card.aid.is_empty() {
        lines.extend([
            format!("AID {}", card.aid),
            "TVR 0000008000 TSI E800".to_owned(),
            format!("TC {} ATC {}", card.cryptogram, card.counter),
        ]);
    }
    lines
}
