//! What people and programs ask of a terminal's actor.

use tokio::sync::oneshot;

use crate::domain::{Answer, Operation, Outcome, PaymentId, PaymentRequest, QuestionId};
use crate::journal::JournalError;

/// A payment that has been recorded and started.
#[derive(Debug)]
pub struct Running {
    pub id: PaymentId,
    /// Its outcome, or in doubt when the truth was not found within a minute of a loss.
    pub outcome: oneshot::Receiver<Outcome>,
}

/// Why nothing was started. Nothing was sent and nothing recorded.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("a payment is running on this terminal")]
    Running,
    #[error("payment {0} on this terminal is in doubt")]
    InDoubt(PaymentId),
    #[error("this terminal cannot do a {}", .0.word())]
    NotAble(Operation),
    #[error("this terminal pays no cashback")]
    NoCashback,
    #[error("a tip cannot be asked with the sale on this terminal")]
    NoTip,
    #[error("the amount must be more than zero")]
    AmountNotPositive,
    #[error("the terminal takes {terminal}, not {asked}")]
    WrongCurrency { terminal: crate::domain::Currency, asked: crate::domain::Currency },
    #[error("there is no payment {0}")]
    UnknownPayment(PaymentId),
    #[error("payment {0} was made on another terminal")]
    OtherTerminal(PaymentId),
    #[error("payment {0} was not approved, so there is nothing to void")]
    NotApproved(PaymentId),
    #[error("payment {0} has been voided already")]
    AlreadyVoided(PaymentId),
    #[error("payment {0} is not this terminal's last one; refund it instead")]
    NotTheLast(PaymentId),
    #[error("no such question is open")]
    NoSuchQuestion,
    /// An earlier outcome could not be written yet.
    #[error("an earlier outcome is not on disk yet")]
    Unsaved,
    #[error("the till cannot listen for this terminal: {0}")]
    NoListener(String),
    #[error(transparent)]
    Journal(JournalError),
    #[error("the terminal's task has ended")]
    Gone,
}

impl Refusal {
    /// The `code` of the command line's `error` event, and (after `refusal-`) the Fluent id of its text.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Running => "running",
            Refusal::InDoubt(_) => "in-doubt",
            Refusal::NotAble(_) => "not-able",
            Refusal::NoCashback => "no-cashback",
            Refusal::NoTip => "no-tip",
            Refusal::AmountNotPositive => "amount-not-positive",
            Refusal::WrongCurrency { .. } => "wrong-currency",
            Refusal::UnknownPayment(_) => "unknown-payment",
            Refusal::OtherTerminal(_) => "other-terminal",
            Refusal::NotApproved(_) => "not-approved",
            Refusal::AlreadyVoided(_) => "already-voided",
            Refusal::NotTheLast(_) => "not-the-last",
            Refusal::NoSuchQuestion => "no-such-question",
            Refusal::Unsaved => "unsaved",
            Refusal::NoListener(_) => "no-listener",
            Refusal::Journal(_) => "journal",
            Refusal::Gone => "gone",
        }
    }
}

/// One order, with the place to answer it.
#[derive(Debug)]
pub enum Order {
    Pay {
        request: PaymentRequest,
        reply: oneshot::Sender<Result<Running, Refusal>>,
    },
    /// Ask the terminal about a payment, ended or not.
    Inquire {
        payment: PaymentId,
        reply: oneshot::Sender<Result<Running, Refusal>>,
    },
    Cancel,
    Answer {
        question: QuestionId,
        answer: Answer,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    Connect,
    Disconnect,
    /// Take the ended payment from the picture.
    Dismiss,
}
