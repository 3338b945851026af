//! What went wrong, in words for the cashier.

use crate::domain::outcome::Explanation;
use crate::domain::{BillError, Currency, Money, Operation, PaymentId, Tender};
use crate::journal::JournalError;
use crate::settings::OperatorsError;
use crate::terminal::Refusal;
use crate::texts::{Texts, Value};

/// What went wrong, as a Fluent id and what belongs into its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub key: String,
    pub placeables: Vec<(&'static str, Placeable)>,
    /// The system's own words.
    pub detail: Option<String>,
}

/// What is put into a text in the words of the language in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placeable {
    Payment(PaymentId),
    Money(Money),
    Currency(Currency),
    Operation(Operation),
    Tender(Tender),
    Count(usize),
    Words(String),
}

/// What only says that a key or a code did nothing: the next key takes it away.
const SLIPS: [&str; 10] = [
    "window-amount-missing",
    "window-cannot-do-that",
    "window-code-broken",
    "window-code-no-prices",
    "window-code-not-now",
    "window-code-too-long",
    "window-code-unknown",
    "window-item-not-found",
    "window-nothing-to-reprint",
    "window-quantity-wrong",
];

impl Problem {
    /// Whether it only says that what was pressed or read did nothing.
    pub fn is_slip(&self) -> bool {
        SLIPS.contains(&self.key.as_str()) || self.key.starts_with("bill-error-")
    }

    pub fn new(key: impl Into<String>) -> Problem {
        Problem { key: key.into(), placeables: Vec::new(), detail: None }
    }

    pub fn with_detail(key: &str, detail: String) -> Problem {
        Problem { detail: Some(detail), ..Problem::new(key) }
    }

    /// What a terminal said, with its own words.
    pub fn explained(why: &Explanation) -> Problem {
        Problem { detail: why.detail.clone(), ..Problem::new(why.key.clone()) }
    }

    /// The whole text.
    pub fn text(&self, texts: &Texts) -> String {
        let written: Vec<_> = self.placeables.iter().map(|(name, value)| (*name, value, value.text(texts))).collect();
        let values = written.iter().map(|(name, value, text)| match value {
            Placeable::Count(count) => (*name, Value::from(*count)),
            _ => (*name, Value::from(text)),
        });
        let words = texts.with_values(&self.key, &values.collect::<Vec<_>>());
        match &self.detail {
            Some(detail) => texts.with("with-detail", &[("text", &words), ("detail", detail)]),
            None => words,
        }
    }
}

impl Placeable {
    fn text(&self, texts: &Texts) -> String {
        match self {
            Placeable::Payment(payment) => payment.to_string(),
            Placeable::Money(money) => texts.money(*money),
            Placeable::Currency(currency) => currency.code().to_owned(),
            Placeable::Operation(operation) => texts.operation("window", *operation),
            Placeable::Tender(tender) => texts.get(&format!("window-tender-{}", tender.word())),
            Placeable::Count(count) => texts.count(i64::try_from(*count).unwrap_or(i64::MAX)),
            Placeable::Words(words) => words.clone(),
        }
    }
}

impl From<&BillError> for Problem {
    fn from(error: &BillError) -> Problem {
        Problem { placeables: vec![("what", Placeable::Words(error.what()))], ..Problem::new(error.key()) }
    }
}

impl From<&JournalError> for Problem {
    fn from(error: &JournalError) -> Problem {
        match error {
            JournalError::Bill(error) => Problem::from(error),
            other => Problem {
                placeables: vec![("problem", Placeable::Words(other.to_string()))],
                ..Problem::new(other.key())
            },
        }
    }
}

impl From<&OperatorsError> for Problem {
    fn from(error: &OperatorsError) -> Problem {
        let words = error.placeables().into_iter().map(|(name, words)| (name, Placeable::Words(words)));
        Problem { placeables: words.collect(), ..Problem::new(error.key()) }
    }
}

impl From<&Refusal> for Problem {
    fn from(refusal: &Refusal) -> Problem {
        let key = match refusal {
            Refusal::Journal(error) => return Problem::from(error),
            _ => format!("refusal-{}", refusal.code()),
        };
        Problem { key, placeables: placeables(refusal), detail: None }
    }
}

fn placeables(refusal: &Refusal) -> Vec<(&'static str, Placeable)> {
    let payment = |payment: &PaymentId| ("payment", Placeable::Payment(payment.clone()));
    match refusal {
        Refusal::InDoubt(id)
        | Refusal::UnknownPayment(id)
        | Refusal::OtherTerminal(id)
        | Refusal::NotApproved(id)
        | Refusal::AlreadyVoided(id)
        | Refusal::AlreadyCaptured(id)
        | Refusal::AlreadyRefunded(id)
        | Refusal::NotTheLast(id) => vec![payment(id)],
        Refusal::CaptureTooLarge { payment: id, reserved: left } | Refusal::RefundTooLarge { payment: id, left } => {
            vec![payment(id), ("left", Placeable::Money(*left))]
        }
        Refusal::WrongKind { payment: id, kind, asked } => {
            vec![payment(id), ("kind", Placeable::Operation(*kind)), ("asked", Placeable::Operation(*asked))]
        }
        Refusal::NotAble(operation) | Refusal::NoOriginal(operation) | Refusal::NotKeyed(operation) => {
            vec![("operation", Placeable::Operation(*operation))]
        }
        Refusal::NoTender(tender) => vec![("tender", Placeable::Tender(*tender))],
        Refusal::WrongCurrency { terminal, asked } => {
            vec![("terminal", Placeable::Currency(*terminal)), ("asked", Placeable::Currency(*asked))]
        }
        Refusal::NoListener(problem) => vec![("problem", Placeable::Words(problem.clone()))],
        _ => Vec::new(),
    }
}
