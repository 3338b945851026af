//! The payment at hand, and what the journal has to know to find out about it later.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::{Instant, Money, Now, OpenPayment, Operation, PaymentId, PaymentRequest, Receipt, StartPayment};
use crate::protocols::driver::{Effect, Report};

use super::super::last_transaction::Seen;
use super::super::messages::{LARGEST_AMOUNT, LARGEST_CASHBACK, Params, Version, method_of};
use super::ground::Effects;

/// (5.10) Connect itself gives up after 200 s, and a signature may take 80 s more.
const OPERATION_WITHIN: Duration = Duration::from_secs(300);
/// The same with a card whose number is keyed in.
const KEYED_WITHIN: Duration = Duration::from_secs(600);

/// How long a terminal can be at it.
pub fn lasts_at_most(request: &PaymentRequest) -> Duration {
    if request.keyed { KEYED_WITHIN } else { OPERATION_WITHIN }
}

/// What a terminal says before it has read a card (4.8). Everything else it says only with a card, or at the end.
const BEFORE_THE_CARD: [&str; 10] = [
    "REQUEST_SENT",
    "TRANSACTION_STARTED",
    "PRESENT_CARD",
    "INSERT_CARD",
    "RE_PRESENT_CARD",
    "PRESENT_ONLY_ONE_CARD",
    "BAD_SWIPE",
    "CARD_ERROR",
    "ENTER_CASHBACK",
    "REPLACE_PAPER",
];

/// What it says only after a card was presented, or at the end (4.8). What is in neither list says nothing of it.
const WITH_THE_CARD: [&str; 13] = [
    "PIN_ENTRY",
    "CONNECTING",
    "CONNECTION_MADE",
    "RETRYING",
    "APPROVED",
    "DECLINED",
    "DECLINED_BY_CARD",
    "SIGNATURE_VERIFICATION",
    "SIGNATURE_VERIFICATION_IN_PROGRESS",
    "SIGNATURE_VERIFICATION_PROCESS_COMPLETED",
    "SIGNATURE_VERIFICATION_PROCESS_COULD_NOT_BE_COMPLETED",
    "SIGNATURE_VERIFICATION_TIMEOUT",
    "TRANSACTION_FINISHED",
];

/// Whether a card was presented, where this word says anything of it.
pub fn is_past_the_card(word: &str) -> Option<bool> {
    let known = |words: &[&str]| words.contains(&word);
    if known(&WITH_THE_CARD) {
        return Some(true);
    }
    known(&BEFORE_THE_CARD).then_some(false)
}

/// Lies in the journal as the payment's reference (5.1, step 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The terminal's own number, known at the end, under the name every protocol shows its number by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// The terminal it was sent to.
    pub tid: String,
    pub rpc_id: i64,
    pub sent_at: Timestamp,
    /// What the till knew of this terminal before.
    #[serde(default, skip_serializing_if = "Seen::is_empty")]
    pub seen: Seen,
    /// The terminal has shown that it works on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alive: bool,
    /// … and that it has read a card.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub card_read: bool,
    /// Connect gave it up without knowing what became of it (5.7).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub timed_out: bool,
    /// For a completion (4.6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_code: Option<String>,
}

/// One payment from start or recovery to its outcome.
#[derive(Debug)]
pub struct Case {
    pub id: PaymentId,
    pub request: PaymentRequest,
    pub reference: Option<Reference>,
    /// Since when nothing more of it can have left.
    pub left_at: Option<Instant>,
    /// The journal knows its outcome; somebody asks all the same.
    pub settled: bool,
    pub cancel_requested: bool,
    pub signature_rejected: bool,
    /// Its line broke before it was sent, and was opened anew. That is done once.
    pub line_anew: bool,
    receipts: Vec<Receipt>,
}

impl Case {
    pub fn started(start: StartPayment) -> Case {
        Case::new(start.id, start.request, None, false)
    }

    /// `Err` when the journal holds a reference that is none of ours.
    pub fn found(open: OpenPayment) -> Result<Case, serde_json::Error> {
        let reference = open.reference.map(serde_json::from_value).transpose()?;
        Ok(Case::new(open.id, open.request, reference, open.state.is_final()))
    }

    fn new(id: PaymentId, request: PaymentRequest, reference: Option<Reference>, settled: bool) -> Case {
        Case {
            id,
            request,
            reference,
            left_at: None,
            settled,
            cancel_requested: false,
            signature_rejected: false,
            line_anew: false,
            receipts: Vec::new(),
        }
    }

    /// The terminal it was sent to.
    pub fn tid(&self) -> &str {
        self.reference.as_ref().map_or("", |reference| &reference.tid)
    }

    /// Whether this is the number its request left under.
    pub fn is_answered_by(&self, answered: &Value) -> bool {
        self.reference.as_ref().is_some_and(|reference| *answered == reference.rpc_id)
    }

    /// How long the terminal may still be at it. Later, what it is at is somebody else's.
    pub fn may_last(&self, now: Now) -> Duration {
        let passed = self.reference.as_ref().map(|reference| now.wall.duration_since(reference.sent_at));
        // A clock that was set back has not made it older.
        let passed = passed.and_then(|passed| Duration::try_from(passed).ok()).unwrap_or_default();
        lasts_at_most(&self.request).saturating_sub(passed)
    }

    /// Nobody wants it any more, and the terminal may still be at it. A cancel stops whatever runs there (4.11).
    pub fn is_to_be_stopped(&self, now: Now) -> bool {
        self.cancel_requested && self.is_alive() && !self.settled && self.may_last(now) > Duration::ZERO
    }

    /// What the journal has to know before the request leaves.
    pub fn new_reference(&mut self, tid: &str, rpc_id: i64, seen: Seen, now: Now) {
        self.reference = Some(Reference {
            shown: None,
            tid: tid.to_owned(),
            rpc_id,
            sent_at: now.wall,
            seen,
            alive: false,
            card_read: false,
            timed_out: false,
            auth_code: None,
        });
    }

    /// Changes what the journal knows, where there is something new.
    pub fn note(&mut self, change: impl FnOnce(&mut Reference), out: &mut Effects) {
        let Some(reference) = &mut self.reference else { return };
        let before = reference.clone();
        change(reference);
        if *reference != before {
            self.keep_reference(out);
        }
    }

    /// A notification: whatever it says, the terminal is at it.
    pub fn note_life(&mut self, word: &str, out: &mut Effects) {
        let read = !BEFORE_THE_CARD.contains(&word);
        self.note(
            |reference| {
                reference.alive = true;
                reference.card_read |= read;
            },
            out,
        );
    }

    pub fn keep_reference(&self, out: &mut Effects) {
        let value = self.reference.as_ref().and_then(|reference| serde_json::to_value(reference).ok());
        out.extend(value.map(|value: Value| Effect::Report(Report::Reference(value))));
    }

    pub fn is_alive(&self) -> bool {
        self.reference.as_ref().is_some_and(|reference| reference.alive)
    }

    pub fn card_read(&self) -> bool {
        self.reference.as_ref().is_some_and(|reference| reference.card_read)
    }

    /// Slips, each once: the result brings the signature's slip again.
    pub fn tell_receipts(&mut self, receipts: Vec<Receipt>, till_prints: bool, out: &mut Effects) {
        for mut receipt in receipts {
            receipt.from_till = till_prints;
            if !self.receipts.contains(&receipt) {
                self.receipts.push(receipt.clone());
                out.push(Effect::Report(Report::Receipt(receipt)));
            }
        }
    }

    /// Method and parameters as they go out (4.3 to 4.7).
    ///
    /// # Errors
    /// The message id of why it cannot be asked for.
    pub fn request(&self, tid: &str, version: Version) -> Result<(&'static str, Params), &'static str> {
        let request = &self.request;
        let method = method_of(request.operation).ok_or("explain-terminal-lacks-function")?;
        let mut params = Params::new();
        let mut add = |name: &str, value: Value| drop(params.insert(name.to_owned(), value));
        add(version.terminal_id(), json!(tid));
        add("currency", json!(request.amount.currency().code()));
        if request.operation != Operation::CardCheck {
            add("amount", json!(within(request.amount, LARGEST_AMOUNT).ok_or("explain-amount-too-large")?));
        }
        if let Some(cashback) = request.cashback {
            add("amountCashback", json!(within(cashback, LARGEST_CASHBACK).ok_or("explain-cashback-too-large")?));
        }
        if request.keyed {
            add("cardholderNotPresent", json!(true));
        }
        if request.operation == Operation::Capture {
            let (auth_code, held) = self.held().ok_or("explain-no-auth-code")?;
            add("authCode", json!(auth_code));
            add("amountPreAuthorisedTotal", json!(held));
        }
        Ok((method, params))
    }

    /// (4.6) Code and amount of the reservation that a completion is about.
    fn held(&self) -> Option<(String, i64)> {
        Some((self.earlier()?.auth_code?, self.request.of.as_ref()?.taken.minor()))
    }

    /// A completion is made on the terminal of its reservation.
    pub fn wanted_tid(&self) -> Option<String> {
        Some(self.earlier()?.tid)
    }

    /// What the journal knows of the reservation.
    fn earlier(&self) -> Option<Reference> {
        serde_json::from_value(self.request.of.as_ref()?.reference.clone()?).ok()
    }
}

fn within(money: Money, largest: i64) -> Option<i64> {
    (1..=largest).contains(&money.minor()).then(|| money.minor())
}
