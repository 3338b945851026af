//! What went wrong, in words for the cashier.

use crate::domain::PaymentId;
use crate::terminal::Refusal;

/// What went wrong, as a Fluent id and the payment it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub key: String,
    pub payment: Option<PaymentId>,
    pub detail: Option<String>,
}

impl Problem {
    pub fn new(key: impl Into<String>) -> Problem {
        Problem { key: key.into(), payment: None, detail: None }
    }
}

impl From<&Refusal> for Problem {
    fn from(refusal: &Refusal) -> Problem {
        let payment = match refusal {
            Refusal::InDoubt(payment)
            | Refusal::UnknownPayment(payment)
            | Refusal::OtherTerminal(payment)
            | Refusal::NotApproved(payment)
            | Refusal::AlreadyVoided(payment)
            | Refusal::NotTheLast(payment) => Some(payment.clone()),
            _ => None,
        };
        let detail = match refusal {
            Refusal::NoListener(detail) => Some(detail.clone()),
            _ => None,
        };
        let key = match refusal {
            Refusal::Journal(error) => error.key().to_owned(),
            _ => format!("refusal-{}", refusal.code()),
        };
        Problem { key, payment, detail }
    }
}
