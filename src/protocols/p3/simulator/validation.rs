//! What a PayServer takes and what it refuses (10.2).

use crate::domain::{Currency, Money};
use crate::protocols::json::{Json, tree};
use crate::protocols::p3::codec::encode;
use crate::protocols::p3::messages::*;

/// A request that is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub kind: ErrorType,
    pub why: String,
    /// No correct client sends it.
    pub clients_fault: bool,
}

impl Refusal {
    pub fn invalid(why: &str) -> Refusal {
        Refusal::fault(ErrorType::PayserverMessageValidation, why)
    }

    pub fn fault(kind: ErrorType, why: &str) -> Refusal {
        Refusal { kind, why: why.to_owned(), clients_fault: true }
    }

    /// The ordinary course of trade.
    pub fn ordinary(kind: ErrorType, why: &str) -> Refusal {
        Refusal { kind, why: why.to_owned(), clients_fault: false }
    }
}

/// The amounts of a request as money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub amount: Option<Money>,
    pub tip: Option<Money>,
    pub max_tip: Option<Money>,
}

/// What an EXECUTE asks for (4.3 to 4.6).
pub fn execute(request: &ExecuteTransactionRequest) -> Result<(&TransactionParameters, Asked), Refusal> {
    let parameters = match (&request.transaction_parameters, &request.session_identifier) {
        (Some(parameters), None) => parameters,
        (None, Some(_)) => {
            return Err(Refusal::ordinary(ErrorType::PosTransactionSessionNotFound, "no such session"));
        }
        (Some(_), Some(_)) => return Err(Refusal::invalid("transactionParameters beside sessionIdentifier")),
        (None, None) => return Err(Refusal::invalid("transactionParameters is missing")),
    };
    let asked = asked(parameters, request.steps.as_ref())?;
    match parameters.kind {
        RequestType::Charge if parameters.auto_capture.is_none() => {
            return Err(Refusal::invalid("autoCapture is missing"));
        }
        RequestType::Charge | RequestType::Refund | RequestType::Activation if asked.amount.is_none() => {
            return Err(Refusal::invalid("amount is missing"));
        }
        RequestType::Refund if parameters.referenced_transaction_identifier.is_some() => {
            return Err(Refusal::invalid("a linked refund is an AMEND"));
        }
        RequestType::Charge | RequestType::Refund | RequestType::Activation | RequestType::BalanceInquiry => {}
        RequestType::Capture | RequestType::TipAdjust => return Err(Refusal::invalid("type belongs to AMEND")),
        RequestType::Cashout => {
            return Err(Refusal::ordinary(ErrorType::PosTransactionInvalid, "not enabled for this merchant"));
        }
        RequestType::Other(_) => return Err(Refusal::invalid("unknown type")),
    }
    if let (Some(tip), Some(amount)) = (asked.tip, asked.amount)
        && (tip.minor() < 0 || tip.minor() > amount.minor())
    {
        return Err(Refusal::invalid("includedTipAmount is no part of amount"));
    }
    workflow(request, parameters)?;
    Ok((parameters, asked))
}

fn workflow(request: &ExecuteTransactionRequest, parameters: &TransactionParameters) -> Result<(), Refusal> {
    let has_account = request.account_parameters.is_some();
    match &parameters.workflow {
        Some(Workflow::AlternativePaymentMethod) if !has_account => {
            Err(Refusal::invalid("accountParameters is missing"))
        }
        Some(Workflow::AlternativePaymentMethod) => Ok(()),
        _ if has_account => Err(Refusal::invalid("accountParameters without ALTERNATIVE_PAYMENT_METHOD")),
        Some(Workflow::Other(_)) => Err(Refusal::invalid("unknown workflow")),
        _ => Ok(()),
    }
}

/// What an AMEND asks for (7.7).
pub fn amend(request: &AmendTransactionRequest) -> Result<(&str, Asked), Refusal> {
    let parameters = &request.transaction_parameters;
    let asked = asked(parameters, None)?;
    match parameters.kind {
        RequestType::TipAdjust if asked.amount.is_none() => return Err(Refusal::invalid("amount is missing")),
        RequestType::Refund | RequestType::Capture | RequestType::TipAdjust => {}
        _ => return Err(Refusal::invalid("type does not belong to AMEND")),
    }
    let referenced = parameters.referenced_transaction_identifier.as_deref();
    let missing = || Refusal::invalid("referencedTransactionIdentifier is missing");
    Ok((referenced.ok_or_else(missing)?, asked))
}

fn asked(parameters: &TransactionParameters, steps: Option<&Steps>) -> Result<Asked, Refusal> {
    let currency = parameters.currency.as_deref().map(known_currency).transpose()?;
    let read = |amount: Option<&Amount>, name: &str| match (amount, currency) {
        (None, _) => Ok(None),
        (Some(_), None) => Err(Refusal::invalid("currency is missing")),
        (Some(amount), Some(currency)) => {
            amount.money(currency).map(Some).map_err(|error| Refusal::invalid(&format!("{name}: {error}")))
        }
    };
    let step = steps.map(|(Steps::AskForTip(step) | Steps::AskForTotalAmount(step))| step);
    let asked = Asked {
        amount: read(parameters.amount.as_ref(), "amount")?,
        tip: read(parameters.included_tip_amount.as_ref(), "includedTipAmount")?,
        max_tip: read(step.and_then(|step| step.max_tip_amount.as_ref()), "maxTipAmount")?,
    };
    if asked.amount.is_some_and(|amount| !amount.is_positive()) {
        return Err(Refusal::invalid("amount must be more than zero"));
    }
    Ok(asked)
}

/// (5.9)
fn known_currency(code: &str) -> Result<Currency, Refusal> {
    let known = CURRENCIES.contains(&code).then(|| code.parse().ok()).flatten();
    known.ok_or_else(|| Refusal::invalid("unknown currency"))
}

/// What is taken all the same, but a careful client would not write: amounts without the currency's decimals (2.4), no
/// key of the till's own (4.3).
pub fn careless(parameters: &TransactionParameters, asked: &Asked) -> Vec<&'static str> {
    let ill_written = |amount: &Option<Amount>, money: Option<Money>| {
        amount.as_ref().zip(money).is_some_and(|(amount, money)| *amount != Amount::of(money))
    };
    let mut faults = Vec::new();
    if ill_written(&parameters.amount, asked.amount) || ill_written(&parameters.included_tip_amount, asked.tip) {
        faults.push("an amount without its currency's decimals");
    }
    if parameters.custom_identifier.as_deref().unwrap_or_default().is_empty() {
        faults.push("customIdentifier is missing");
    }
    faults
}

/// Members of a request that no message has: those that are gone when the message is written again.
pub fn strangers(received: &Json, message: &Message) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(known) = tree::parse(&encode(message)) {
        compare("", received, &known, &mut found);
    }
    found
}

fn compare(path: &str, received: &Json, known: &Json, found: &mut Vec<String>) {
    let Json::Object(members) = received else { return };
    for (name, value) in members.iter().filter(|(_, value)| !means_nothing(value)) {
        let inner = format!("{path}{name}");
        match known.member(name) {
            Some(known) => compare(&format!("{inner}."), value, known, found),
            None => found.push(inner),
        }
    }
}

/// Null, and the empty text and object that stand for it (2.1).
fn means_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Text(text) => text.is_empty(),
        Json::Object(members) => members.is_empty(),
        _ => false,
    }
}
