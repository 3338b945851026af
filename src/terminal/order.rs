//! What people and programs ask of a terminal's actor.

use tokio::sync::oneshot;

use crate::domain::outcome::Explanation;
use crate::domain::{
    Answer, CommissionId, Currency, DayEnd, DayReport, Fulfilment, Money, Operation, Outcome, PaymentId,
    PaymentRequest, Prompt, PromptAnswer, PromptKind, QuestionId, SignatureImage, Tender,
};
use crate::journal::JournalError;

/// A payment that has been recorded and started.
#[derive(Debug)]
pub struct Running {
    pub id: PaymentId,
    /// Its outcome, or in doubt when the truth was not found within a minute of a loss.
    pub outcome: oneshot::Receiver<Outcome>,
}

/// What the reader read, or why it did not.
pub type Scan = Result<String, Explanation>;

/// What came of a prompt, or why nothing did.
pub type Prompted = Result<PromptAnswer, Explanation>;

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
    #[error("a {} cannot be chosen on this terminal", .0.word())]
    NoTender(Tender),
    #[error("a wallet pays by a code")]
    NoCode,
    #[error("only a wallet pays by a code")]
    CodeWithoutWallet,
    #[error("a {} is about an earlier payment", .0.word())]
    NoOriginal(Operation),
    #[error("this terminal cannot give an earlier payment back without its card")]
    NoRefundOfEarlier,
    #[error("this terminal makes no report of the kind {}", .0.word())]
    NoReport(DayReport),
    #[error("this terminal has no barcode scanner")]
    NoScanner,
    #[error("this terminal cannot ask or show a customer this: {}", .0.word())]
    NoPrompt(PromptKind),
    #[error("the amount must be more than zero")]
    AmountNotPositive,
    #[error("this is not about an amount, so it has none")]
    AmountNotZero,
    #[error("the number of a card that is not here cannot be keyed in for this {}", .0.word())]
    NotKeyed(Operation),
    #[error("the terminal takes {terminal}, not {asked}")]
    WrongCurrency { terminal: Currency, asked: Currency },
    #[error("there is no payment {0}")]
    UnknownPayment(PaymentId),
    #[error("payment {0} was made on another terminal")]
    OtherTerminal(PaymentId),
    #[error("payment {0} was not approved, so there is nothing to void")]
    NotApproved(PaymentId),
    #[error("payment {0} has been voided already")]
    AlreadyVoided(PaymentId),
    #[error("payment {0} has been captured already")]
    AlreadyCaptured(PaymentId),
    #[error("payment {0} has been refunded, whole or in part")]
    AlreadyRefunded(PaymentId),
    #[error("payment {payment} is a {}, which is not what a {} is about", .kind.word(), .asked.word())]
    WrongKind { payment: PaymentId, kind: Operation, asked: Operation },
    #[error("payment {payment} reserved {reserved}; no more can be captured")]
    CaptureTooLarge { payment: PaymentId, reserved: Money },
    #[error("{left} of payment {payment} is left; no more can be given back")]
    RefundTooLarge { payment: PaymentId, left: Money },
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
    /// Whoever is at the till has no right to it, and nobody allowed it.
    #[error("nobody who may do this is signed in")]
    NotAllowed,
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
            Refusal::NoTender(_) => "no-tender",
            Refusal::NoCode => "no-code",
            Refusal::CodeWithoutWallet => "code-without-wallet",
            Refusal::NoOriginal(_) => "no-original",
            Refusal::NoRefundOfEarlier => "no-refund-of-earlier",
            Refusal::NoReport(DayReport::EndOfDay) => "no-batch",
            Refusal::NoReport(_) => "no-report",
            Refusal::NoScanner => "no-scanner",
            Refusal::NoPrompt(_) => "no-prompt",
            Refusal::AmountNotPositive => "amount-not-positive",
            Refusal::AmountNotZero => "amount-not-zero",
            Refusal::NotKeyed(_) => "not-keyed",
            Refusal::WrongCurrency { .. } => "wrong-currency",
            Refusal::UnknownPayment(_) => "unknown-payment",
            Refusal::OtherTerminal(_) => "other-terminal",
            Refusal::NotApproved(_) => "not-approved",
            Refusal::AlreadyVoided(_) => "already-voided",
            Refusal::AlreadyCaptured(_) => "already-captured",
            Refusal::AlreadyRefunded(_) => "already-refunded",
            Refusal::WrongKind { .. } => "wrong-kind",
            Refusal::CaptureTooLarge { .. } => "capture-too-large",
            Refusal::RefundTooLarge { .. } => "refund-too-large",
            Refusal::NotTheLast(_) => "not-the-last",
            Refusal::NoSuchQuestion => "no-such-question",
            Refusal::Unsaved => "unsaved",
            Refusal::NoListener(_) => "no-listener",
            Refusal::Journal(_) => "journal",
            Refusal::Gone => "gone",
            Refusal::NotAllowed => "not-allowed",
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
    /// Unless something else is at hand by now.
    CancelPayment(PaymentId),
    Answer {
        question: QuestionId,
        answer: Answer,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// What the customer drew.
    Sign {
        question: QuestionId,
        image: SignatureImage,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// Close the terminal's batch.
    EndDay {
        report: DayReport,
        reply: oneshot::Sender<Result<DayEnd, Refusal>>,
    },
    /// Read one barcode.
    Scan {
        reply: oneshot::Sender<Result<Scan, Refusal>>,
    },
    /// Ask the customer something, or show it.
    Prompt {
        prompt: Prompt,
        reply: oneshot::Sender<Result<Prompted, Refusal>>,
    },
    /// What became of a commission.
    Fulfil(CommissionId, Fulfilment),
    Connect,
    Disconnect,
    /// Take the ended payment from the picture.
    Dismiss,
    /// Answered when nothing is on its way any more that should leave before the program ends.
    PartingWords(oneshot::Sender<()>),
    /// End, for another one takes the terminal over. Answered when sockets and seat are given back, or at once with `false`
    /// where something is under way.
    Retire(oneshot::Sender<bool>),
}
