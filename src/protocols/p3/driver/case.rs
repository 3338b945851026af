//! The payment at hand, and what the journal has to know to ask about it later.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{Instant, OpenPayment, Operation, PaymentId, PaymentRequest, Receipt, StartPayment, Tender};
use crate::protocols::driver::{Effect, Report};

use super::super::messages::*;
use super::super::outcomes;
use super::super::settings::{P3Settings, TipAsked};
use super::ground::Effects;

/// Lies in the journal as the payment's reference (7.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The platform's identifier, under the name every protocol shows its number by.
    #[serde(rename = "shown", default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    pub custom_identifier: String,
    /// Of the request, for an abort.
    pub tag: String,
    /// The server has shown that it works on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alive: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offline: bool,
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
    /// The server has ended the operation with an answer that settled nothing: it did get the request.
    pub answered: bool,
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
            answered: false,
            receipts: Vec::new(),
        }
    }

    /// Without a reader: what is linked to an earlier transaction, and wallets (4.3, 4.5).
    pub fn needs_no_device(&self) -> bool {
        self.is_amendment() || self.request.tender == Some(Tender::Wallet)
    }

    /// Goes as AMEND and not as EXECUTE (4.3).
    pub fn is_amendment(&self) -> bool {
        outcomes::is_amendment(self.request.operation)
            || (self.request.operation == Operation::Refund && self.request.of.is_some())
    }

    pub fn tag(&self) -> &str {
        self.reference.as_ref().map_or("", |reference| &reference.tag)
    }

    pub fn identifier(&self) -> Option<&str> {
        self.reference.as_ref()?.identifier.as_deref()
    }

    pub fn mode(&self) -> Mode {
        let offline = self.reference.as_ref().is_some_and(|reference| reference.offline);
        if offline { Mode::Offline } else { Mode::Online }
    }

    /// Whether the transaction is this payment's, by the till's own key, or by the platform's where the key is left out.
    pub fn owns(&self, transaction: &Transaction) -> bool {
        match &transaction.custom_identifier {
            Some(key) => *key == self.id.as_str(),
            None => self.identifier().is_some_and(|ours| transaction.identifier.as_deref() == Some(ours)),
        }
    }

    /// The same for what comes under our own tag. A server may leave the key out there before it has named the transaction,
    /// and tell of the original where it was amended (4.8 has no type for a capture or a tip).
    pub fn is_told_of(&self, transaction: &Transaction) -> bool {
        let unnamed = transaction.custom_identifier.is_none() && self.identifier().is_none();
        self.owns(transaction) || unnamed || self.is_the_amended(transaction)
    }

    /// The original of a capture or tip adjustment, changed by it.
    pub fn is_the_amended(&self, transaction: &Transaction) -> bool {
        let earlier = self.earlier_identifier();
        let same = earlier.is_some() && earlier == transaction.identifier;
        let adjusted = transaction.details.as_ref().and_then(|details| details.tip_adjust_status.as_ref());
        match self.request.operation {
            Operation::Capture => same && transaction.captured == Some(true),
            Operation::Tip => same && adjusted == Some(&TipAdjustStatus::Adjusted),
            _ => false,
        }
    }

    /// Whether the original, asked for by its own identifier, has been changed the way this capture or tip would change it;
    /// `None` where it does not say.
    pub fn shows_amendment(&self, original: &Transaction) -> Option<bool> {
        if self.earlier_identifier().is_none() || self.earlier_identifier() != original.identifier {
            return None;
        }
        if self.request.operation == Operation::Capture {
            return original.captured;
        }
        match original.details.as_ref()?.tip_adjust_status.as_ref()? {
            TipAdjustStatus::Adjustable => Some(false),
            TipAdjustStatus::Adjusted => Some(true),
            _ => None,
        }
    }

    /// Changes its original, and may have no transaction of its own (4.8 has no type for a capture or a tip).
    pub fn may_have_no_row(&self) -> bool {
        matches!(self.request.operation, Operation::Capture | Operation::Tip)
    }

    /// What the server tells about a transaction that is ours: its identifier is durable before the next step.
    pub fn note_life(&mut self, transaction: Option<&Transaction>, out: &mut Effects) {
        let told =
            transaction.filter(|transaction| self.is_told_of(transaction)).and_then(|told| told.identifier.clone());
        let Some(reference) = &mut self.reference else { return };
        let before = reference.clone();
        reference.alive = true;
        if reference.identifier.is_none() {
            reference.identifier = told;
        }
        if *reference != before {
            self.keep_reference(out);
        }
    }

    pub fn keep_reference(&self, out: &mut Effects) {
        let value = self.reference.as_ref().and_then(|reference| serde_json::to_value(reference).ok());
        out.extend(value.map(|value: Value| Effect::Report(Report::Reference(value))));
    }

    /// Whether this receipt is a new one; GET brings the old ones again.
    pub fn is_new_receipt(&mut self, receipt: &Receipt) -> bool {
        let new = !self.receipts.contains(receipt);
        if new {
            self.receipts.push(receipt.clone());
        }
        new
    }

    /// The request as it goes out (4.3 to 4.5); `None` when it needs an earlier one's identifier and there is none.
    pub fn body(&self, settings: &P3Settings) -> Option<Body> {
        let request = &self.request;
        let mut parameters = TransactionParameters::new(match request.operation {
            Operation::Sale | Operation::Preauth => RequestType::Charge,
            Operation::Refund | Operation::Void => RequestType::Refund,
            Operation::Capture => RequestType::Capture,
            Operation::Tip => RequestType::TipAdjust,
            Operation::Activation | Operation::Reload => RequestType::Activation,
            // none of this family's abilities
            Operation::CardCheck | Operation::Balance | Operation::Deactivation => return None,
        });
        parameters.custom_identifier = Some(self.id.to_string());
        parameters.subject.clone_from(&request.reference);
        // A void is the refund of all of it (7.7).
        if request.operation != Operation::Void {
            parameters.amount = Some(Amount::of(request.amount));
            parameters.currency = Some(request.amount.currency().code().to_owned());
        }
        let mode = Some(self.mode());
        if self.is_amendment() {
            parameters.referenced_transaction_identifier = Some(self.earlier_identifier()?);
            return Some(Body::AmendTransactionRequest(Box::new(AmendTransactionRequest {
                mode,
                transaction_parameters: parameters,
            })));
        }
        if matches!(request.operation, Operation::Sale | Operation::Preauth) {
            parameters.auto_capture = Some(request.operation == Operation::Sale);
            parameters.tip_adjustable = settings.tip_adjustable.then_some(true);
        }
        match request.tender {
            Some(Tender::Gift) => {
                (parameters.workflow, parameters.scheme) = (Some(Workflow::GiftCard), Some(Scheme::ValueLink));
            }
            Some(Tender::Wallet) => parameters.workflow = Some(Workflow::AlternativePaymentMethod),
            _ => {}
        }
        if matches!(request.operation, Operation::Activation | Operation::Reload) {
            (parameters.workflow, parameters.scheme) = (Some(Workflow::GiftCard), Some(Scheme::ValueLink));
        }
        Some(Body::ExecuteTransactionRequest(Box::new(ExecuteTransactionRequest {
            mode,
            steps: self.steps(settings),
            account_parameters: self.account(),
            transaction_parameters: Some(parameters),
            session_identifier: None,
        })))
    }

    /// (4.4) Only a card sale asks for a tip.
    fn steps(&self, settings: &P3Settings) -> Option<Steps> {
        if self.request.operation != Operation::Sale || self.request.tender.is_some() {
            return None;
        }
        let step = TipStep {
            suggested_amount: None,
            max_tip_amount: settings.max_tip.map(Amount::of),
            show_confirmation_screen: Some(true),
        };
        match settings.tip {
            TipAsked::Nothing => None,
            TipAsked::Tip => Some(Steps::AskForTip(step)),
            TipAsked::TotalAmount => Some(Steps::AskForTotalAmount(step)),
        }
    }

    /// (4.5) The code the till has scanned.
    fn account(&self) -> Option<AccountParameters> {
        let code = self.request.code.clone().filter(|_| self.request.tender == Some(Tender::Wallet))?;
        let scheme = scheme_of(code.reveal());
        Some(AccountParameters { shopper_account_identifier: code, source: Some(Source::QrCode), scheme: Some(scheme) })
    }

    /// The original's, of a payment that changes another one.
    pub fn earlier_identifier(&self) -> Option<String> {
        let earlier: Reference = serde_json::from_value(self.request.of.as_ref()?.reference.clone()?).ok()?;
        earlier.identifier
    }

    /// What was asked, for a reference that has none of its own.
    pub fn new_reference(&mut self, tag: &str, settings: &P3Settings) {
        self.reference = Some(Reference {
            identifier: None,
            custom_identifier: self.id.to_string(),
            tag: tag.to_owned(),
            alive: false,
            offline: settings.mode == Mode::Offline && !self.is_amendment(),
        });
    }
}

/// Whose wallet a code is of: WeChat's have 18 digits and begin with 10 to 15; every other one is taken for Alipay's.
fn scheme_of(code: &str) -> Scheme {
    let wechat = code.len() == 18 && code.starts_with('1') && matches!(code.as_bytes().get(1), Some(b'0'..=b'5'));
    if wechat { Scheme::WechatPay } else { Scheme::Alipay }
}
