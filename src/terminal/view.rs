//! The picture of one terminal that window, command line and tests look at. The newest picture wins.

use jiff::Timestamp;

use crate::domain::outcome::Explanation;
use crate::domain::{
    DayEnd, DayReport, Display, Money, Operation, Origin, Outcome, PaymentId, PromptKind, Question, Receipt,
    ScannedCode, Verdict,
};
use crate::protocols::driver::{Session, Stopping, TerminalIdentity};
use crate::protocols::protocol::{Abilities, TerminalFace};

/// Display messages kept in a picture.
pub const DISPLAYS_AT_MOST: usize = 20;
/// Notices kept in a picture.
pub const NOTICES_AT_MOST: usize = 20;

#[derive(Debug, Clone, PartialEq)]
pub struct TerminalView {
    /// The name in the settings.
    pub name: String,
    /// The protocol's id.
    pub protocol: &'static str,
    /// No real money.
    pub training: bool,
    pub abilities: Abilities,
    /// `None` before the terminal was first spoken to.
    pub session: Option<Session>,
    /// The payment at hand, or the one that ended last until it is dismissed or the next one starts.
    pub payment: Option<PaymentView>,
    /// What the terminal does besides payments; while it does, no payment starts.
    pub errand: Option<Errand>,
    /// Payments in doubt on this terminal, oldest first. While there is one, no other starts.
    pub unresolved: Vec<Unresolved>,
    /// Newest last.
    pub notices: Vec<Explanation>,
    /// Outcomes that could not be written to disk yet; no payment starts while there are some.
    pub unsaved: bool,
    /// Where the till is the terminal, and this is how the outside knows it. No payment of the cashier's starts here.
    pub face: Option<TerminalFace>,
    /// Why the till cannot hear this terminal, in the system's words; no payment starts without the listener it needs.
    pub no_listener: Option<String>,
    /// The terminal has called the till's listener since the program was started.
    pub heard: bool,
    /// What the terminal told about itself last.
    pub identity: Option<TerminalIdentity>,
}

impl TerminalView {
    /// What is approved here moves no money, although it is a real terminal.
    pub fn pretends(&self) -> bool {
        !self.training && self.abilities.pretends
    }

    /// Of a terminal with real money to which nothing has happened yet.
    pub fn new(name: &str, protocol: &'static str, abilities: Abilities) -> TerminalView {
        TerminalView {
            name: name.to_owned(),
            protocol,
            training: false,
            abilities,
            session: None,
            payment: None,
            errand: None,
            unresolved: Vec::new(),
            notices: Vec::new(),
            unsaved: false,
            face: None,
            no_listener: None,
            heard: false,
            identity: None,
        }
    }

    /// Whether a payment is on its way.
    pub fn is_paying(&self) -> bool {
        self.payment.as_ref().is_some_and(|payment| !matches!(payment.stage, Stage::Ended(_)))
    }

    /// Whether the cashier can start a payment now.
    pub fn is_free(&self) -> bool {
        self.unresolved.is_empty()
            && !self.unsaved
            && self.no_listener.is_none()
            && self.errand.is_none()
            && !self.is_paying()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    EndDay(DayReport),
    Scan,
    /// The customer is asked or shown something.
    Prompt(PromptKind),
}

#[derive(Debug, Clone, PartialEq)]
pub struct PaymentView {
    pub id: PaymentId,
    pub operation: Operation,
    /// What was asked, without cashback.
    pub amount: Money,
    pub cashback: Option<Money>,
    /// Who asked for it, where it was not this till's cashier.
    pub origin: Option<Box<Origin>>,
    pub started_at: Timestamp,
    pub stage: Stage,
    /// Newest last.
    pub displays: Vec<Shown>,
    pub question: Option<Question>,
    pub receipts: Vec<Receipt>,
    /// The cashier has asked to cancel.
    pub cancel_requested: bool,
    /// Whether asking the terminal to stop it would do anything, as its driver says. Of a payment whose answer is sought it
    /// says nothing about the seeking: that can be ended whenever somebody wishes.
    pub stopping: Stopping,
}

impl PaymentView {
    /// An approval that came although the cashier wanted to cancel (rule 4).
    pub fn approved_after_cancel(&self) -> bool {
        self.cancel_requested && matches!(&self.stage, Stage::Ended(outcome) if outcome.verdict == Verdict::Approved)
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.stage {
            Stage::Ended(outcome) => Some(outcome),
            _ => None,
        }
    }
}

/// What the terminal showed, and when it told so.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub at: Timestamp,
    pub display: Display,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Recorded; the terminal has not got it yet.
    Starting,
    AtTerminal,
    /// The answer may be lost; the till asks for it.
    Seeking(Explanation),
    /// `Verdict::InDoubt` here: the machine can find out nothing more.
    Ended(Outcome),
}

/// One payment nobody knows the outcome of yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Unresolved {
    pub id: PaymentId,
    pub operation: Operation,
    pub amount: Money,
    pub since: Timestamp,
    pub explanation: Option<Explanation>,
    /// The machine is asking the terminal about it now.
    pub seeking: bool,
}

/// What happened, in order, for those who must not miss a step (command line, transcripts).
#[derive(Debug, Clone, PartialEq)]
pub enum Signal {
    Started {
        payment: PaymentId,
        operation: Operation,
        amount: Money,
        /// Who asked for it, where it was not this till's cashier.
        origin: Option<Box<Origin>>,
    },
    Display {
        payment: Option<PaymentId>,
        display: Display,
    },
    Question {
        payment: PaymentId,
        question: Question,
    },
    QuestionClosed {
        payment: PaymentId,
    },
    /// The number under which the terminal can be asked about it.
    Reference {
        payment: PaymentId,
        reference: String,
    },
    Receipt {
        payment: PaymentId,
        receipt: Receipt,
    },
    /// The answer may be lost; the till asks for it.
    Seeking {
        payment: PaymentId,
        explanation: Explanation,
    },
    Outcome {
        payment: PaymentId,
        outcome: Outcome,
    },
    Session(Session),
    /// What became of the close of the terminal's batch.
    DayEnd(DayEnd),
    /// What the reader read, or why it did not.
    Scanned(Result<ScannedCode, Explanation>),
    /// What came of a prompt, without what the customer said.
    Prompted(Result<(), Explanation>),
    Notice(Explanation),
}
