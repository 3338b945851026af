//! What the terminal says (6, 7).

use serde_json::{Value, json};

use super::store::{Store, Transaction};
use crate::domain::{Now, Operation};
use crate::protocols::valor::codec;
use crate::protocols::valor::messages::{ACCEPTED, ACK, Members, name, state, text};

/// What an approval charges.
#[derive(Debug, Clone, Copy)]
pub struct Charged {
    pub base: i64,
    pub tip: i64,
    pub fee: i64,
    pub partial: bool,
}

impl Charged {
    pub fn total(&self) -> i64 {
        self.base + self.tip + self.fee
    }
}

pub fn acknowledgement() -> Members {
    Members::state(state::SUCCESS).with(name::MSG, ACK)
}

pub fn acceptance(store: &Store, stan: u64) -> Members {
    identity(store).with(name::STAN_NO, stan.to_string()).with(name::MSG, ACCEPTED)
}

/// Who it is.
pub fn identity(store: &Store) -> Members {
    Members::state(state::SUCCESS).with(name::EPI, store.epi.as_str()).with(name::SERIAL_NO, store.serial_no.as_str())
}

/// (7.14)
pub fn description(store: &Store) -> Members {
    identity(store).with(name::APP_VERSION, "v3.0.46")
}

/// A failure with these words, about a request with this id.
pub fn failure(store: &Store, req_txn_id: &str, stan: Option<u64>, words: &str) -> Members {
    let mut members = identity(store);
    members.put(name::STATE, state::FAILED);
    if !req_txn_id.is_empty() {
        members.put(name::MER_TXN_ID, req_txn_id);
    }
    if words == "INSUFFICIENT FUNDS" {
        members.put(name::AUTH_TEXT, words);
    }
    if words == text::INVALID_FORMAT {
        members.put(name::ERROR_CODE, "0600VI01");
    }
    members.put(name::ERROR_MSG, words);
    if let Some(stan) = stan {
        members.put(name::STAN_ID, stan.to_string());
    }
    members
}

/// (7.15) Still running.
pub fn in_progress(stan: u64) -> Members {
    Members::state(state::CLEARED).with(name::ERROR_MSG, text::IN_PROGRESS).with(name::STAN_NO, stan.to_string())
}

/// (7.16) On the cancel port.
pub fn cancel_answer(req_txn_id: &str, cleared: bool) -> Members {
    let (state, words) =
        if cleared { (state::CLEARED, text::CLEARED) } else { (state::FAILED, text::NOTHING_TO_CANCEL) };
    let answer = Members::state(state).with(name::ERROR_MSG, words);
    if req_txn_id.is_empty() { answer } else { answer.with(name::MER_TXN_ID, req_txn_id) }
}

/// What a host's answer adds.
pub struct Host {
    pub number: String,
    pub code: String,
}

/// (7.1) S3 of an approval.
pub fn approval(
    store: &Store,
    transaction: &Transaction,
    charged: Charged,
    host: &Host,
    now: &Now,
    contactless: bool,
) -> Members {
    let kind = "Credit";
    let mut members = identity(store)
        .with(name::MER_TXN_ID, transaction.req_txn_id.as_str())
        .with(name::TRAN_TYPE, kind)
        .with(name::CARD_PROCESSED_AS, kind)
        .with(name::CARD_TYPE, kind)
        .with(name::TRAN_METHOD, method(transaction.operation))
        .with(name::TXN_ID, host.number.as_str())
        .with("TXN_DETAILS_UPLOADED", "YES")
        .with(name::AMOUNT, charged.base.to_string())
        .with(name::TIP_AMOUNT, charged.tip.to_string())
        .with(name::SURCHARGE_AMOUNT, charged.fee.to_string())
        .with(name::TOTAL_AMOUNT, charged.total().to_string())
        .with(name::PARTIAL, if charged.partial { "1" } else { "0" })
        .with(name::MASKED_PAN, transaction.card.masked.as_str())
        .with(name::ENTRY_MODE, if contactless { "TAP" } else { "CHIP" })
        .with("ENTRY_TYPE", " ")
        .with("EXPIRY_DATE", "2911")
        .with(name::RRN, host.number.as_str())
        .with(name::AUTH_CODE, host.code.as_str())
        .with(name::AUTH_TEXT, format!("APPROVAL {}", host.code))
        .with(name::DATE, date(now));
    if let Some(number) = transaction.tran_no {
        members.put(name::TRAN_NO, number.to_string());
    }
    members
        .with(name::BATCH_NO, transaction.batch_no.to_string())
        .with(name::ISSUER, transaction.card.issuer.as_str())
        .with(name::STAN_ID, transaction.stan.to_string())
        .with(name::AID, transaction.card.aid.as_str())
        .with(name::TVR, "0000008000")
        .with(name::TSI, "E800")
        .with(name::MID, "550000012345")
        .with(name::TID, "10004321")
}

fn method(operation: Operation) -> &'static str {
    match operation {
        Operation::Sale | Operation::Tip => "Sale",
        Operation::Refund => "Refund",
        Operation::Void => "Void",
        Operation::Capture => "Ticket",
        Operation::Preauth => "Auth Only",
        Operation::Activation => "Activate",
        Operation::Reload => "Add Value",
        Operation::CardCheck => "Card Check",
        Operation::Balance => "Balance",
        Operation::Deactivation => "Deactivate",
    }
}

/// `DDMMYYYY HH:MM:SS` of the terminal's clock.
fn date(now: &Now) -> String {
    let civil = now.offset.to_datetime(now.wall);
    format!(
        "{:02}{:02}{:04} {:02}:{:02}:{:02}",
        civil.day(),
        civil.month(),
        civil.year(),
        civil.hour(),
        civil.minute(),
        civil.second()
    )
}

/// (7.9)
pub fn settled(store: &Store, req_txn_id: &str, (batch, count, total): (u64, u64, i64)) -> Vec<u8> {
    let mut object = json!({
        name::STATE: state::SUCCESS, name::EPI: store.epi, name::SERIAL_NO: store.serial_no,
        name::BATCH_NO: batch, name::TRANSACTIONS: count, name::AMOUNT: total.to_string(),
    });
    if !req_txn_id.is_empty() {
        object[name::MER_TXN_ID] = Value::String(req_txn_id.to_owned());
    }
    object.to_string().into_bytes()
}

/// Numbers for text, strangers, a nested object, and noise around it (10.2).
pub fn oddly(result: &Members) -> Vec<u8> {
    let mut object = serde_json::Map::new();
    for (name, value) in result.iter() {
        let number = [name::STAN_ID, name::BATCH_NO, name::STATE].contains(&name);
        let value = value.parse::<i64>().ok().filter(|_| number).map_or(json!(value), |number| json!(number));
        object.insert(name.to_owned(), value);
    }
    object.insert("VENDOR_HINT".to_owned(), json!({ "braces": "} in { text", "list": [1, 2] }));
    object.insert("NOTHING".to_owned(), Value::Null);
    [b"\x06\r\n<STX> ".as_slice(), Value::Object(object).to_string().as_bytes(), b" <ETX>\n"].concat()
}

/// A result nobody here asked for.
pub fn stale(store: &Store, another: Option<&str>) -> Vec<u8> {
    let stale = another.and_then(|result| codec::decode(result.as_bytes()).ok());
    let stale = stale.unwrap_or_else(|| {
        identity(store)
            .with(name::TRAN_TYPE, "Credit")
            .with(name::TRAN_METHOD, "Sale")
            .with(name::AMOUNT, "100")
            .with(name::TOTAL_AMOUNT, "100")
            .with(name::MASKED_PAN, "4000 **** **** 0002")
            .with(name::RRN, "629114000001")
    });
    codec::encode(&stale.with(name::MER_TXN_ID, "STALE0001"))
}
