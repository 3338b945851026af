//! Results and parameters to typed messages (section 4).

use serde_json::Value;

use super::CodecError;
use super::members::Members;
use super::scrubbing::masked;
use crate::domain::card::last_four;
use crate::protocols::connect::messages::*;
use crate::protocols::words::stranger;

/// Names of a terminal: of v1 and of v0, whichever is there.
const TERMINAL_IDS: [&str; 2] = ["tid", "tpi"];
const AMOUNTS: [&str; 4] = ["amountBase", "amountCashback", "amountGratuity", "amountTotal"];
/// (3.5) The vendor's own texts use both spellings.
const VERIFICATIONS: [&str; 2] = ["cardHolderVerificationMethod", "cardholderVerificationMethod"];

fn object(value: &Value) -> Result<Members<'_>, CodecError> {
    value.as_object().map(Members::of).ok_or_else(|| CodecError::WrongType("result".to_owned()))
}

fn terminal_id(members: Members) -> Option<String> {
    TERMINAL_IDS.into_iter().find_map(|name| members.key(name))
}

/// (4.9)
///
/// # Errors
/// No object, or an amount that is no integer.
pub fn transaction(result: &Value) -> Result<Transaction, CodecError> {
    let members = object(result)?;
    Ok(Transaction {
        tid: terminal_id(members),
        result: members.word("transactionResult", ResultWord::from_word),
        kind: members.word("transactionType", TransactionKind::from_word),
        amount_base: members.amount("amountBase")?,
        amount_cashback: members.amount("amountCashback")?,
        amount_gratuity: members.amount("amountGratuity")?,
        amount_total: members.amount("amountTotal")?,
        currency: members.text("currency"),
        auth_code: members.text("authCode"),
        card_scheme_name: members.text("cardSchemeName"),
        application_id: members.text("applicationId"),
        application_label: members.text("applicationLabel"),
        verification: VERIFICATIONS.into_iter().find_map(|name| members.word(name, Verification::from_word)),
        payment_method: members.word("paymentMethod", PaymentMethod::from_word),
        primary_account_number: members.key("primaryAccountNumber").map(|number| last_four(&number)),
        transaction_id: members.key("transactionId"),
        transaction_number: members.key("transactionNumber"),
        transaction_time: members.text("transactionTime"),
        receipt_lines: members.object("receiptLines").map(both_slips).unwrap_or_default(),
        user_message: members.text("userMessage"),
    })
}

fn both_slips(members: Members) -> ReceiptLines {
    ReceiptLines {
        merchant: receipt_lines(members.list("MERCHANT")),
        customer: receipt_lines(members.list("CUSTOMER")),
    }
}

/// (4.10) Lines are objects or bare texts (3.5).
pub fn receipt_lines(lines: &[Value]) -> Vec<ReceiptLine> {
    lines.iter().filter_map(receipt_line).collect()
}

fn receipt_line(line: &Value) -> Option<ReceiptLine> {
    let line = match line {
        Value::String(text) => return Some(ReceiptLine::text(&Members::masked(text))),
        Value::Object(line) => Members::of(line),
        _ => return None,
    };
    let value = ["value", "text"].into_iter().find_map(|name| line.value(name)?.as_str());
    let format = line.list("format").iter().filter_map(Value::as_str).map(Format::from_word).collect();
    let kind = line.word("type", LineKind::from_word).unwrap_or(LineKind::Text);
    Some(ReceiptLine { kind, format, value: value.map(Members::masked).unwrap_or_default() })
}

/// (4.1) The list, bare or wrapped (3.5). Entries without an id are nobody's.
///
/// # Errors
/// Neither of the two.
pub fn terminals(result: &Value) -> Result<Vec<TerminalInfo>, CodecError> {
    let wrapped = result.get("terminals").and_then(Value::as_array);
    let list = result.as_array().or(wrapped).ok_or_else(|| CodecError::WrongType("terminals".to_owned()))?;
    Ok(list.iter().filter_map(terminal).collect())
}

fn terminal(entry: &Value) -> Option<TerminalInfo> {
    let members = entry.as_object().map(Members::of)?;
    let capabilities = members.list("capabilities").iter().filter_map(Value::as_str).map(Members::masked).collect();
    Some(TerminalInfo {
        tid: terminal_id(members)?,
        status: members.word("status", TerminalStatus::from_word),
        currency: members.text("currency"),
        capabilities,
    })
}

/// (4.2) One terminal, or a list with it. `None` when it is not there.
pub fn terminal_details(result: &Value, tid: &str) -> Option<TerminalInfo> {
    let found = match terminals(result) {
        Ok(list) => list,
        Err(_) => terminal(result).into_iter().collect(),
    };
    found.into_iter().find(|terminal| terminal.tid == tid)
}

/// (4.8) `None` without a value.
pub fn notification(params: &Params) -> Option<Notification> {
    let members = Members::of(params);
    // An unknown one is shown as it is, but not without end.
    let value = members.text("notificationValue").map(|value| stranger(&value))?;
    Some(Notification { tid: terminal_id(members), value })
}

/// (4.12) What is known of the transaction at this stage, with its merchant's slip. Nothing is decided by its amounts, and
/// silence counts as accepted, so that an odd one does not keep the question from the cashier.
///
/// # Errors
/// See [`transaction`].
pub fn signature_request(params: &Params) -> Result<Transaction, CodecError> {
    let mut params = params.clone();
    for name in AMOUNTS {
        if Members::of(&params).amount(name).is_err() {
            params.remove(name);
        }
    }
    transaction(&Value::Object(params))
}

/// (4.13)
///
/// # Errors
/// No object.
pub fn report(result: &Value) -> Result<Report, CodecError> {
    let members = object(result)?;
    Ok(Report {
        tid: terminal_id(members),
        kind: members.word("reportType", ReportKind::from_word),
        result: members.word("reportResult", ReportResult::from_word),
        time: members.text("reportTime"),
        lines: receipt_lines(members.list("reportLines")),
        balances: members.value("balances").filter(|value| value.is_object()).map(masked),
        banking: members.value("banking").filter(|value| value.is_object()).map(masked),
        user_message: members.text("userMessage"),
    })
}
