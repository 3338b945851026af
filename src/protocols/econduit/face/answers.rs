//! From what became of a commission to what the cloud is told (reference 2.6, 3.4, 3.6, 3.7): the only table of it.
//!
//! | fulfilment | `ResultCode` | `ResultFinal` |
//! |---|---|---|
//! | approved | `Approved`, with what was really taken | true |
//! | approved and voided since, by whomever | `Error`, “Voided”: the money is not there | true |
//! | declined, cancelled | `Declined`, `Cancelled` | true |
//! | not charged, refused, terminal at work | `Error` | true; false where a status was asked |
//! | not known | `Error`, “Transaction not found” | true |
//! | in doubt, still open, books cannot be read, day end lost | `Error` | false |
//!
//! Whoever asks for a status and is not told one must not take that for “not paid”.

use crate::domain::outcome::Explanation;
use crate::domain::{
    Copy, DayEnd, DayVerdict, Fulfilment, Money, Operation, Outcome, PaymentRecord, Receipt, Tender, Verdict,
};
use crate::protocols::json::{Amount, Json};

use super::super::codec;
use super::super::messages::{
    BatchPart, BatchResponse, BatchResult, CommandWord, Obstacle, Response, ResultCode, TerminalCommand,
};
use super::super::settings::FaceSettings;
use super::orders::operation;

/// Texts of `Message`, for the staff behind the cloud; part of the wire as its words are.
pub const WRONG_TERMINAL_ID: &str = "Wrong TerminalID";
pub const UNKNOWN_COMMAND: &str = "Unknown command";
pub const INVALID_REF_ID: &str = "Invalid RefID";
pub const INVALID_AMOUNT: &str = "Invalid amount";
pub const NOT_SUPPORTED: &str = "Not supported";
const APPROVED: &str = "APPROVED";
const DECLINED: &str = "DECLINED";
const CANCELLED: &str = "CANCELLED";
const VOIDED: &str = "Voided";
const DECIDED_PAID: &str = "Decided by a person: paid";
const DECIDED_NOT_PAID: &str = "Decided by a person: not paid";
const NOT_CHARGED: &str = "Not charged";
const REFUSED: &str = "Not possible";
const NOT_KNOWN_YET: &str = "Result not known yet";
const SUCCESS: &str = "Success";
const BATCH_EMPTY: &str = "Batch is empty";
const BATCH_OPEN: &str = "Batch was not closed";

/// What an answer says of its question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub command: CommandWord,
    /// The kind of transaction it is, or asks about.
    transaction: Option<CommandWord>,
    pub ref_id: Option<String>,
}

impl Asked {
    pub fn by(command: &TerminalCommand) -> Asked {
        let word = command.command.clone();
        let transaction =
            if word == CommandWord::CheckStatus { command.trans_type.clone() } else { Some(word.clone()) };
        let transaction = transaction.filter(CommandWord::is_transaction);
        Asked { command: word, transaction, ref_id: command.ref_id.clone() }
    }

    pub fn is_status(&self) -> bool {
        self.command == CommandWord::CheckStatus
    }

    fn is_prompt(&self) -> bool {
        use CommandWord::*;
        matches!(
            self.command,
            GetSignature
                | GetSwipe
                | GetUserInput
                | GetUserSelection
                | ShowLineItems
                | ShowUrl
                | GetTerminalConfiguration
                | SetTerminalConfiguration
        )
    }

    fn response(&self, settings: &FaceSettings, code: ResultCode, message: &str) -> Response {
        Response {
            terminal_id: Some(settings.terminal_id.clone()),
            result_code: Some(code),
            result_final: Some(true),
            message: Some(message.to_owned()),
            trans_type: self.transaction.clone(),
            ref_id: self.ref_id.clone(),
            ..Response::default()
        }
    }
}

/// Nothing was done.
pub fn refusal(asked: &Asked, settings: &FaceSettings, message: &str) -> Json {
    let response = asked.response(settings, ResultCode::Error, message);
    if asked.is_prompt() {
        return codec::prompt_json(&response);
    }
    codec::response_json(&Response { result_final: Some(!asked.is_status()), ..response })
}

/// Nobody can say yet.
pub fn pending(asked: &Asked, settings: &FaceSettings) -> Json {
    let response = asked.response(settings, ResultCode::Error, NOT_KNOWN_YET);
    codec::response_json(&Response { result_final: Some(false), ..response })
}

/// (3.8)
pub fn no_features(asked: &Asked, settings: &FaceSettings) -> Json {
    match codec::prompt_json(&asked.response(settings, ResultCode::Success, SUCCESS)) {
        Json::Object(mut members) => {
            members.push(("Features".to_owned(), Json::List(Vec::new())));
            Json::Object(members)
        }
        other => other,
    }
}

/// What became of what was asked.
pub fn answer(asked: &Asked, settings: &FaceSettings, fulfilment: Fulfilment) -> Json {
    match fulfilment {
        Fulfilment::Payment(record, receipts) => payment(asked, settings, &record, &receipts),
        Fulfilment::NotKnown => {
            let message = Obstacle::NotFound.text();
            codec::response_json(&asked.response(settings, ResultCode::Error, message))
        }
        Fulfilment::Busy(_) => refusal(asked, settings, Obstacle::TerminalBusy.text()),
        Fulfilment::Refused(why) => refusal(asked, settings, words(Some(&why), REFUSED)),
        Fulfilment::Unknown(_) | Fulfilment::PassedOn | Fulfilment::AtTable(_) => pending(asked, settings),
        Fulfilment::DayEnd(end) => day_end(asked, settings, &end),
    }
}

fn payment(asked: &Asked, settings: &FaceSettings, record: &PaymentRecord, receipts: &[Receipt]) -> Json {
    let trans_type = Some(trans_type(asked, record));
    let Some(outcome) = record.known() else {
        let response = asked.response(settings, ResultCode::Error, NOT_KNOWN_YET);
        return codec::response_json(&Response { result_final: Some(false), trans_type, ..response });
    };
    if let Some(decision) = &record.decision {
        // A person has said so, without an amount; the terminal has not.
        let message = if decision.paid { DECIDED_PAID } else { DECIDED_NOT_PAID };
        let response = asked.response(settings, ResultCode::Error, message);
        return codec::response_json(&Response { result_final: Some(false), trans_type, ..response });
    }
    let (code, usual) = match outcome.verdict {
        Verdict::Approved if record.voided_by.is_some() => (ResultCode::Error, VOIDED),
        Verdict::Approved => (ResultCode::Approved, APPROVED),
        Verdict::Declined => (ResultCode::Declined, DECLINED),
        Verdict::Cancelled => (ResultCode::Cancelled, CANCELLED),
        Verdict::NotCharged | Verdict::InDoubt => (ResultCode::Error, NOT_CHARGED),
    };
    // what the terminal said of the approval does not say that it was undone
    let said = outcome.explanation.as_ref().filter(|_| usual != VOIDED);
    let message = words(said, usual);
    // what stood in the way then does not stand in the way of the question
    let message = if asked.is_status() && Obstacle::in_message(message).is_some() { usual } else { message };
    let copy = |copy: Copy| lines(receipts, copy);
    let response = Response {
        trans_type,
        result_final: Some(outcome.verdict != Verdict::InDoubt),
        auth_code: outcome.auth_code.clone(),
        card_type: outcome.card.as_ref().map(|card| card.brand.clone()),
        last4: outcome.card.as_ref().map(|card| card.last4.clone()),
        gift_balance: outcome.card_balance.map(Amount::of),
        invoice_number: record.request.reference.clone(),
        receipt_terminal: copy(Copy::Customer),
        merchant_receipt: copy(Copy::Merchant),
        ..asked.response(settings, code, message)
    };
    codec::response_json(&with_money(response, record, &outcome))
}

/// What was taken, not what was asked (rule 5).
fn with_money(response: Response, record: &PaymentRecord, outcome: &Outcome) -> Response {
    if outcome.verdict != Verdict::Approved || record.voided_by.is_some() {
        return response;
    }
    let total = outcome.taken.map_or(record.request.amount, |taken| taken.total);
    let cash = outcome.taken.map_or(0, |taken| taken.cashback_minor);
    let cash = Money::new(cash, total.currency());
    Response { amount: Some(Amount::of(total)), cash_back: Some(Amount::of(cash)), ..response }
}

/// The terminal's own words, or the usual ones.
fn words<'a>(why: Option<&'a Explanation>, usual: &'a str) -> &'a str {
    why.and_then(|why| why.detail.as_deref()).unwrap_or(usual)
}

/// Of a receipt that the terminal made itself. One of the till's own making has its words elsewhere, in the language of this
/// shop; who asked makes theirs of the members (3.12).
fn lines(receipts: &[Receipt], copy: Copy) -> Option<String> {
    let newest = receipts.iter().rev().find(|receipt| receipt.copy == copy)?;
    newest.labels.is_empty().then(|| newest.lines.join("\n"))
}

/// In the cloud's word for it, where that is what it was.
fn trans_type(asked: &Asked, record: &PaymentRecord) -> CommandWord {
    let made = (record.request.operation, record.request.tender);
    let same = asked.transaction.as_ref().filter(|word| operation(word) == Some(made));
    same.cloned().unwrap_or_else(|| usual_word(record))
}

fn usual_word(record: &PaymentRecord) -> CommandWord {
    let gift = record.request.tender == Some(Tender::Gift);
    match record.request.operation {
        Operation::Sale if gift => CommandWord::GiftSale,
        Operation::Refund if gift => CommandWord::GiftRefund,
        Operation::Sale => CommandWord::Sale,
        Operation::Refund => CommandWord::Refund,
        Operation::Void => CommandWord::Void,
        Operation::Preauth | Operation::CardCheck => CommandWord::Auth,
        Operation::Capture => CommandWord::Capture,
        Operation::Tip => CommandWord::TipAdjust,
        Operation::Activation => CommandWord::GiftActivate,
        Operation::Reload => CommandWord::GiftAddValue,
        Operation::Balance => CommandWord::GiftBalance,
        Operation::Deactivation => CommandWord::GiftDeactivate,
    }
}

/// (3.7)
fn day_end(asked: &Asked, settings: &FaceSettings, end: &DayEnd) -> Json {
    let (result, usual) = match end.verdict {
        DayVerdict::Closed | DayVerdict::Reported => (BatchResult::Success, APPROVED),
        DayVerdict::NothingToClose => (BatchResult::Success, BATCH_EMPTY),
        DayVerdict::NotClosed => (BatchResult::Failed, BATCH_OPEN),
        DayVerdict::Unknown => return pending(asked, settings),
    };
    let amount = end.total.map(Amount::of);
    let credit = BatchPart {
        result: Some(result),
        message: Some(words(end.explanation.as_ref(), usual).to_owned()),
        number: end.batch.clone(),
        count: end.transactions,
        amount: amount.clone(),
    };
    let batch = BatchResponse {
        ref_id: asked.ref_id.clone(),
        credit,
        gift: BatchPart { result: Some(BatchResult::NotSupported), ..BatchPart::default() },
        count: end.transactions,
        amount,
        refused: None,
    };
    codec::batch_json(&settings.terminal_id, &batch)
}
