//! The payment at hand, and what the journal has to know to ask about it later.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{CardSummary, OpenPayment, Operation, PaymentId, PaymentRequest, StartPayment, Tender};
use crate::protocols::driver::{Effect, Report};

use super::super::messages::{Members, Whose, code, mode, name};
use super::super::settings::ValorSettings;
use super::batch::Batch;
use super::ground::Effects;

/// Lies in the journal as the payment's reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The STAN: what the terminal can be asked by, under the name every protocol shows its number by (7.15).
    #[serde(rename = "shown", default, skip_serializing_if = "Option::is_none")]
    pub stan: Option<String>,
    /// `REQ_TXN_ID` of the newest attempt; one for each (8.2).
    pub req_txn_id: String,
    /// What void, ticket and tip adjustment name, while the batch is open (6.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tran_no: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_no: Option<String>,
    /// Of the card, to see whether a void was about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last4: Option<String>,
}

/// One payment from start or recovery to its outcome.
#[derive(Debug)]
pub struct Case {
    pub id: PaymentId,
    pub request: PaymentRequest,
    pub reference: Option<Reference>,
    /// The journal knows its outcome; somebody asks all the same.
    pub settled: bool,
    pub cancel_requested: bool,
    pub busy_answers: u32,
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
        Case { id, request, reference, settled, cancel_requested: false, busy_answers: 0 }
    }

    pub fn stan(&self) -> Option<&str> {
        self.reference.as_ref()?.stan.as_deref()
    }

    /// The newest attempt's id; empty before the first.
    pub fn req_txn_id(&self) -> &str {
        self.reference.as_ref().map_or("", |reference| &reference.req_txn_id)
    }

    pub fn whose(&self, result: &Members, settings: &ValorSettings) -> Whose {
        let stranger =
            settings.epi.as_deref().is_some_and(|epi| result.text(name::EPI).is_some_and(|told| told != epi));
        if stranger { Whose::Anothers } else { Whose::of(result, self.req_txn_id(), self.stan()) }
    }

    /// A new attempt under an id that was never used (5: `[A-Z0-9]{5,25}`): the payment's own, and a letter from the second
    /// attempt on. Payment ids end with digits, so no two payments share one.
    pub fn new_attempt(&mut self) {
        let attempt = self.busy_answers;
        let plain: String = self.id.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
        let letter = (attempt > 0).then(|| char::from(b'A' + u8::try_from((attempt - 1) % 26).unwrap_or_default()));
        let req_txn_id = format!("{plain}{}", letter.map(String::from).unwrap_or_default());
        self.reference = Some(Reference { stan: None, req_txn_id, tran_no: None, batch_no: None, last4: None });
    }

    /// The terminal has given its number: durable before anything else happens.
    pub fn note_stan(&mut self, stan: &str, out: &mut Effects) {
        if let Some(reference) = &mut self.reference
            && reference.stan.as_deref() != Some(stan)
        {
            reference.stan = Some(stan.to_owned());
            self.keep_reference(out);
        }
    }

    /// What a later void has to name.
    pub fn note_result(&mut self, result: &Members, out: &mut Effects) {
        let Some(reference) = &mut self.reference else { return };
        let before = reference.clone();
        let take = |kept: &mut Option<String>, told: Option<&str>| {
            if let Some(told) = told {
                *kept = Some(told.to_owned());
            }
        };
        take(&mut reference.tran_no, result.text(name::TRAN_NO));
        take(&mut reference.batch_no, result.text(name::BATCH_NO));
        let number = result.text(name::MASKED_PAN).unwrap_or_default();
        let last4 = CardSummary::from_masked(number, "").last4;
        take(&mut reference.last4, Some(last4.as_str()).filter(|digits| !digits.is_empty()));
        take(&mut reference.stan, result.stan());
        if *reference != before {
            self.keep_reference(out);
        }
    }

    pub fn keep_reference(&self, out: &mut Effects) {
        if let Some(value) = self.reference_value() {
            out.push(Effect::Report(Report::Reference(value)));
        }
    }

    pub fn reference_value(&self) -> Option<Value> {
        serde_json::to_value(self.reference.as_ref()?).ok()
    }

    /// The request as it goes out (5, recommended sets); `None` when it needs an earlier one's number and there is none, or
    /// none any more: numbers begin anew with each batch, and name other customers' transactions then (6.2).
    pub fn message(&self, settings: &ValorSettings, batch: &Batch) -> Option<Members> {
        let request = &self.request;
        let amount = request.amount.minor().to_string();
        let fetch = |code: &str| Members::request(mode::FETCH, Some(code));
        let message = match request.operation {
            Operation::Sale => self.sale(settings, amount),
            Operation::Preauth => Members::request(mode::CREDIT, Some(code::PREAUTH))
                .with(name::AMOUNT, amount)
                .with(name::SIGNATURE, flag(settings.signature)),
            // none of this family's abilities
            Operation::CardCheck | Operation::Balance | Operation::Deactivation => return None,
            Operation::Refund => Members::request(self.mode(), Some(code::REFUND)).with(name::AMOUNT, amount),
            Operation::Activation => Members::request(mode::GIFT, Some(code::ACTIVATION)).with(name::AMOUNT, amount),
            Operation::Reload => Members::request(mode::GIFT, Some(code::ADD_VALUE)).with(name::AMOUNT, amount),
            Operation::Void => fetch(code::VOID)
                .with(name::AMOUNT, amount)
                .with(name::TRAN_NO, self.earlier_number(batch)?)
                .with(name::VOID_CONFIRMATION, "0"),
            Operation::Capture => {
                fetch(code::TICKET).with(name::AMOUNT, amount).with(name::TRAN_NO, self.earlier_number(batch)?)
            }
            Operation::Tip => fetch(code::TIP_ADJUST)
                .with(name::TIP_AMOUNT, amount)
                .with(name::TRAN_NO, self.earlier_number(batch)?)
                .with(name::TIP_CONFIRMATION, "0")
                .with(name::WARNING_CONFIRM, "0"),
        };
        let message = message.with(name::REQ_TXN_ID, self.req_txn_id()).with(name::INVOICE, self.id.as_str());
        let message = message.with(name::PAPER_RECEIPT, settings.paper_receipt);
        let message = if request.operation == Operation::Tip { message } else { message.with(name::MOBILE_ENTRY, "0") };
        let card =
            matches!(request.operation, Operation::Sale | Operation::Preauth | Operation::Refund | Operation::Capture);
        Some(if card {
            message.with(name::CANCEL_CONFIRMATION, "0").with(name::EARLY_RESPONSE, flag(settings.early_response))
        } else {
            message
        })
    }

    fn sale(&self, settings: &ValorSettings, amount: String) -> Members {
        let mut message = Members::request(self.mode(), Some(code::SALE)).with(name::AMOUNT, amount);
        if let Some(tip) = self.request.tip {
            message.put(name::TIP_AMOUNT, tip.minor().to_string());
        }
        // A tip the till has asked for is not asked for again, and food stamps take none (7.4).
        let plain_card = matches!(self.request.tender, None | Some(Tender::Credit | Tender::Debit));
        let ask = settings.tip_on_terminal && self.request.tip.is_none() && plain_card;
        message.with(name::TIP_ENTRY, flag(ask)).with(name::SIGNATURE, flag(settings.signature))
    }

    /// (4.1)
    fn mode(&self) -> &'static str {
        match self.request.tender {
            Some(Tender::Debit) => mode::DEBIT,
            Some(Tender::EbtFood) => mode::EBT_FOOD,
            Some(Tender::EbtCash) => mode::EBT_CASH,
            Some(Tender::Gift) => mode::GIFT,
            None | Some(Tender::Credit | Tender::Wallet) => mode::CREDIT,
        }
    }

    fn earlier_number(&self, batch: &Batch) -> Option<String> {
        let earlier: Reference = serde_json::from_value(self.request.of.as_ref()?.reference.clone()?).ok()?;
        let open = earlier.batch_no.as_deref().is_none_or(|number| batch.is_open(number));
        earlier.tran_no.filter(|_| open)
    }
}

fn flag(on: bool) -> &'static str {
    if on { "1" } else { "0" }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::{Currency, Money};

    fn case(number: i64) -> Case {
        let request = PaymentRequest::new(Operation::Sale, Money::new(1_250, Currency::USD));
        Case::started(StartPayment { id: PaymentId::new("K7M2", number), request })
    }

    #[test]
    fn no_two_attempts_share_an_id() {
        let mut seen = std::collections::BTreeSet::new();
        for number in [1, 2, 12, 120, 1_200_000_000_000] {
            let mut case = case(number);
            for attempt in 0..5 {
                case.busy_answers = attempt;
                case.new_attempt();
                let id = case.req_txn_id().to_owned();
                assert!((5..=25).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
                assert!(seen.insert(id));
            }
        }
    }

    #[test]
    fn the_reference_shows_no_number_before_the_terminal_gave_one() {
        let mut case = case(42);
        case.new_attempt();
        assert_eq!(case.reference_value().unwrap().get("shown"), None);
        case.note_stan("118", &mut Vec::new());
        assert_eq!(case.reference_value().unwrap()["shown"], "118");
    }
}
