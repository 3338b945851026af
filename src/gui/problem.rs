//! What went wrong, in words for the cashier.

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{BillError, Currency, Money, Operation, PaymentId, Tender};
use crate::journal::JournalError;
use crate::protocols::protocol::{FieldError, FieldProblem};
use crate::settings::{OperatorsError, SecretError};
use crate::terminal::setting_up::SetupError;
use crate::terminal::{Refusal, TillError};
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
    /// A settings field and what is wrong with it.
    Field(FieldError),
    Explained(Explanation),
    Fault(Fault),
    Problem(Box<Problem>),
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

/// What is told like a problem, and is none.
const NEWS: [&str; 2] = ["window-guide-left", "window-prices-imported"];

impl Problem {
    /// Whether nothing went wrong.
    pub fn is_news(&self) -> bool {
        NEWS.contains(&self.key.as_str())
    }

    /// Whether it only says that what was pressed or read did nothing.
    pub fn is_slip(&self) -> bool {
        SLIPS.contains(&self.key.as_str()) || self.key.starts_with("bill-error-")
    }

    /// The settings field it is about.
    pub fn field(&self) -> Option<&FieldError> {
        self.placeables.iter().find_map(|(_, placeable)| match placeable {
            Placeable::Field(error) => Some(error),
            _ => None,
        })
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
        texts.with_detail(words, self.detail.as_deref())
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
            Placeable::Field(error) => field_words(texts, error),
            Placeable::Explained(why) => texts.explain(why),
            Placeable::Fault(fault) => texts.get(fault_key(*fault)),
            Placeable::Problem(problem) => problem.text(texts),
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

/// The field's name and what is wrong with it.
fn field_words(texts: &Texts, error: &FieldError) -> String {
    let problem = match error.problem {
        FieldProblem::Missing => "field-problem-missing",
        FieldProblem::Invalid => "field-problem-invalid",
        FieldProblem::Unknown => "field-problem-unknown",
        FieldProblem::Secret => "field-problem-secret",
    };
    let key = format!("field-{}", error.field.replace('_', "-"));
    let label = if texts.has(&key) { texts.get(&key) } else { error.field.clone() };
    format!("{label}: {}", texts.get(problem))
}

fn fault_key(fault: Fault) -> &'static str {
    match fault {
        Fault::Nobody => "cli-fault-nobody",
        Fault::Settings => "cli-fault-settings",
        Fault::Terminal => "cli-fault-terminal",
        Fault::Link => "cli-fault-link",
        Fault::Program => "cli-fault-program",
    }
}

impl From<&SecretError> for Problem {
    fn from(error: &SecretError) -> Problem {
        Problem::with_detail(error.key(), error.to_string())
    }
}

impl From<&TillError> for Problem {
    fn from(error: &TillError) -> Problem {
        let terminal = error.terminal().map(|name| ("terminal", Placeable::Words(name.to_owned())));
        let (key, more) = match error {
            TillError::Field { error, .. } => ("till-field", Some(("problem", Placeable::Field(error.clone())))),
            TillError::Secrets { error, .. } => {
                ("till-secrets", Some(("problem", Placeable::Problem(Box::new(Problem::from(error))))))
            }
            TillError::UnknownProtocol { protocol, .. } => {
                (error.key(), Some(("protocol", Placeable::Words(protocol.clone()))))
            }
            TillError::SeveralTerminals(names) => {
                (error.key(), Some(("terminals", Placeable::Words(names.join(", ")))))
            }
            other => (other.key(), Some(("problem", Placeable::Words(other.to_string())))),
        };
        Problem { placeables: terminal.into_iter().chain(more).collect(), ..Problem::new(key) }
    }
}

impl From<&SetupError> for Problem {
    fn from(error: &SetupError) -> Problem {
        let words = |text: &str| Placeable::Words(text.to_owned());
        let placeables = match error {
            SetupError::NameReserved(name)
            | SetupError::NameNotUsable(name)
            | SetupError::NameTaken(name)
            | SetupError::UnknownTerminal(name)
            | SetupError::Face(name)
            | SetupError::NoPairing(name) => vec![("terminal", words(name))],
            SetupError::UnknownProtocol { terminal, protocol } => {
                vec![("terminal", words(terminal)), ("protocol", words(protocol))]
            }
            SetupError::Field(error) => vec![("problem", Placeable::Field(error.clone()))],
            SetupError::PaymentOpen { terminal, payment } => {
                vec![("terminal", words(terminal)), ("payment", Placeable::Payment(payment.clone()))]
            }
            SetupError::NotExchanged { terminal, why, .. } => vec![
                ("terminal", words(terminal)),
                ("text", Placeable::Explained(why.clone())),
                ("fault", Placeable::Fault(why.fault)),
            ],
            SetupError::PairedWithoutSecrets { terminal, error } => {
                vec![("terminal", words(terminal)), ("problem", Placeable::Problem(Box::new(Problem::from(error))))]
            }
            SetupError::Secrets(error) => return Problem::from(error),
            SetupError::Journal(error) => return Problem::from(error),
            SetupError::Settings(error) => vec![("problem", words(&error.to_string()))],
            SetupError::Ended => Vec::new(),
        };
        Problem { placeables, ..Problem::new(error.key()) }
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
