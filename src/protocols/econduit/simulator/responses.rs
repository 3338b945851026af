//! The standard transaction response out of what the cloud knows (reference 3.4, 3.6).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::cards::Entry;
use super::profile::SIGNATURE;
use super::receipts;
use super::store::{Record, Status};
use super::texts;
use crate::domain::{Currency, Money, SignatureImage};
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::{CommandWord, Obstacle, Response, ResultCode, central_time};
use crate::protocols::json::{Amount, Json};

/// What stands in the way of a call, or how something ended without money.
pub fn refusal(terminal: &str, code: ResultCode, message: &str) -> Response {
    Response {
        terminal_id: Some(terminal.to_owned()).filter(|terminal| !terminal.is_empty()),
        result_code: Some(code),
        result_final: Some(true),
        message: Some(message.to_owned()),
        ..Response::default()
    }
}

pub fn error(terminal: &str, message: &str) -> Response {
    refusal(terminal, ResultCode::Error, message)
}

pub fn obstacle(terminal: &str, obstacle: Obstacle) -> Response {
    error(terminal, obstacle.text())
}

/// The same with what names the transaction.
pub fn about(response: Response, command: &CommandWord, ref_id: &str) -> Response {
    Response { trans_type: Some(command.clone()), ref_id: Some(ref_id.to_owned()), ..response }
}

/// Not the end yet.
pub fn not_final(terminal: &str, message: &str) -> Response {
    Response { result_final: Some(false), ..error(terminal, message) }
}

/// (part 3 HTTP 1) To whoever comes with wrong credentials.
pub fn invalid_credentials() -> Json {
    Json::Object(vec![
        ("ResultCode".to_owned(), Json::text(ResultCode::Error.word())),
        ("Message".to_owned(), Json::text(Obstacle::InvalidCredentials.text())),
        ("ResultFinal".to_owned(), Json::Bool(true)),
    ])
}

/// What checkStatus says of it.
pub fn as_known(record: &Record) -> Response {
    if record.is_lost || record.status == Status::Running {
        let why = if record.is_lost { texts::TERMINAL_LOST } else { texts::IN_PROGRESS };
        let terminal = record.terminal.to_string();
        return about(not_final(&terminal, why), &record.key.command, &record.key.ref_id);
    }
    as_ended(record)
}

pub fn as_ended(record: &Record) -> Response {
    let amount = |minor: i64| Some(Amount::of(money(record, minor)));
    let card = record.card.as_ref();
    let approved = record.is_approved();
    let picture = STANDARD.decode(SIGNATURE).ok().and_then(SignatureImage::new);
    Response {
        terminal_id: Some(record.terminal.to_string()),
        result_code: Some(record.code.clone()),
        result_final: Some(true),
        message: Some(record.message.clone()),
        trans_type: Some(record.key.command.clone()),
        ref_id: Some(record.key.ref_id.clone()),
        auth_code: Some(record.auth_code.clone()).filter(|code| !code.is_empty()),
        amount: amount(record.amount_minor),
        cash_back: amount(record.cash_back_minor),
        card_type: card.map(|card| card.brand.clone()),
        last4: card.map(|card| card.last4.clone()),
        entry_method: card.map(|_| record.entry.word().to_owned()),
        payment_method: card.map(|_| if record.is_gift() { "Gift" } else { "Credit" }.to_owned()),
        gift_balance: record.gift_minor.and_then(amount),
        invoice_number: Some(record.invoice.clone()).filter(|invoice| !invoice.is_empty()),
        transaction_date: Some(local_time(record)),
        emv: emv(record),
        receipt_terminal: card.map(|_| receipts::customer(record)),
        merchant_receipt: card.map(|_| receipts::merchant(record)),
        signature: picture.filter(|_| approved && record.is_signed),
        ..Response::default()
    }
}

pub fn money(record: &Record, minor: i64) -> Money {
    Money::new(minor, record.currency.parse().unwrap_or(Currency::USD))
}

/// In US Central time, without an offset.
pub fn local_time(record: &Record) -> String {
    let at = Timestamp::from_millisecond(record.at).unwrap_or(Timestamp::UNIX_EPOCH);
    central_time(at).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// What the chip told (3.4).
fn emv(record: &Record) -> Vec<(String, String)> {
    let chip = matches!(record.entry, Entry::Chip | Entry::Contactless);
    let Some(card) = record.card.as_ref().filter(|card| chip && !card.aid.is_empty()) else { return Vec::new() };
    let label = format!("{} CREDIT", card.brand.to_uppercase());
    let host = if record.is_approved() { "00" } else { "05" };
    let all = [
        ("EMV_TC", card.cryptogram.as_str()),
        ("EMV_TVR", "0000008000"),
        ("EMV_AID", &card.aid),
        ("EMV_TSI", "E800"),
        ("EMV_ATC", &card.counter),
        ("EMV_App_Label", &label),
        ("EMV_App_Name", &label),
        ("EMV_ARC", host),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// As it travels.
pub fn body(response: &Response) -> Json {
    codec::response_json(response)
}
