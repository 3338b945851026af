//! The seam between the till and a terminal family.
//!
//! A [`Driver`] is the till's side of one protocol for one terminal. It is sans-I/O: it owns no socket, no clock, no
//! thread and no dice. The actor (`terminal/`) tells it what happened with [`Driver::step`] and does what the returned
//! effects say, **in this order**: every [`Effect::Report`] of the step is made durable, then every [`Effect::Link`]
//! is carried out, then the view is published. From that order follows rule 1: what a driver reports in the same step
//! (a reference, the fact that a request leaves) is on disk before the bytes move.
//!
//! The contract:
//!
//! * `step` never blocks and never fails. What it does not expect it ignores or reports as an alarm.
//! * Time is an argument. After each step the actor asks [`Driver::deadline`] and calls `step(now, Input::Tick)` when it
//!   has passed. A tick at or after the deadline must move the deadline forward or clear it.
//! * The actor starts a payment only when the driver has none at hand. A started or recovered payment ends with exactly
//!   one [`Report::Outcome`]. `Verdict::InDoubt` there means: nothing more can be found out, a person decides.
//! * [`Report::Lost`] says that the answer may be lost and the driver is asking for it. The payment goes on.
//! * [`Report::Transmitted`] stands in the same step as the link action that first sends the request, and that action
//!   is marked `moves_money`. If the step cannot be made durable, marked actions are not carried out and the driver gets
//!   [`LinkEvent::Lost`] with [`Departure::SurelyNot`] for their channel.
//! * A channel is opened once, by its number. After [`LinkEvent::Lost`], [`LinkAction::Close`] or
//!   [`LinkAction::Abandon`] nothing more comes of it.
//! * Requests that arrive at the till's listener come as [`LinkEvent::Received`] on channels the link names
//!   (`inbound`), and are answered there with [`LinkAction::Send`].

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    Answer, Commission, CommissionId, DayEnd, DayReport, Display, Fulfilment, Instant, Now, OpenPayment, Outcome,
    Prompt, PromptAnswer, Question, QuestionId, Receipt, Recorded, Secret, SignatureImage, StartPayment, TableTaking,
};

use super::frame::{Channel, Frame};
use super::framing::Framing;

/// The till's side of one protocol for one terminal. See the module for the contract.
pub trait Driver: Send {
    fn step(&mut self, now: Now, input: Input) -> Vec<Effect>;

    /// When to call `step` with a tick although nothing else happened.
    fn deadline(&self) -> Option<Instant>;

    /// What the cashier can expect of [`Command::Cancel`] about the payment at hand. It only says so: the command itself may
    /// come at any time.
    fn stopping(&self) -> Stopping;

    /// Whether something is on its way for the terminal's sake, although nobody waits for it any more: a program that ends
    /// should wait a moment for it.
    fn has_parting_words(&self) -> bool {
        false
    }
}

/// Whether the payment at hand can be stopped from the till, as far as the terminal has told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopping {
    /// Nothing of it has left yet, or the terminal takes the wish. What comes of it, its answer says (rule 4).
    Possible,
    /// The message id of why not, and of what to do instead.
    Impossible(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Command(Command),
    Link(Channel, LinkEvent),
    Tick,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Ask the terminal to do it. Comes only with the journal's word that the record is durable.
    Start(Recorded<StartPayment>),
    /// Find out what became of it. Never sends it again.
    Recover(OpenPayment),
    /// Ask the terminal to stop the payment at hand and wait for its outcome.
    Cancel,
    Answer(QuestionId, Answer),
    /// What the customer drew. Answers a question that says `on_screen`; any other stays open.
    Sign(QuestionId, SignatureImage),
    /// Stop asking about the payment at hand, without an outcome: a person has decided, or what became of it is known.
    Forget,
    /// Hold a session while idle, so that the next payment starts at once.
    Connect,
    /// Close the terminal's batch, or make another report of its day. Ends with one [`Report::DayEnd`]; comes only while
    /// nothing is at hand.
    EndDay(DayReport),
    /// Scan one barcode with the reader. Ends with one [`Report::Scanned`]; comes only while nothing is at hand.
    Scan,
    /// Ask the customer something, or show it, on the terminal. Ends with one [`Report::Prompted`]; comes only while nothing
    /// is at hand.
    Prompt(Prompt),
    /// What became of a commission that the driver reported. Comes once for each of them, however long it takes.
    Fulfil(CommissionId, Fulfilment),
    /// End the session at the next quiet moment; the terminal may do its maintenance.
    Disconnect,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEvent {
    /// The line stands; for HTTP: the request has been written.
    Opened,
    Received(Frame),
    Lost(Loss),
}

/// A line that is gone, and what that means for what was sent on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    pub departure: Departure,
    pub cause: LossCause,
    /// The system's own words; empty where there are none beyond the cause. Never the till's: those are texts.
    pub detail: String,
}

impl Loss {
    /// Whose fault it is, and what to do. `stranger` is said of a peer that does not speak the protocol.
    pub fn explain(&self, stranger: &str) -> Explanation {
        let (key, fault) = match self.cause {
            LossCause::HostUnknown => ("explain-link-unknown-host", Fault::Settings),
            LossCause::Refused => ("explain-link-refused", Fault::Link),
            LossCause::Unreachable => ("explain-link-unreachable", Fault::Link),
            LossCause::TimedOut => ("explain-link-timed-out", Fault::Link),
            LossCause::Broken => ("explain-link-broken", Fault::Link),
            LossCause::Garbled | LossCause::Stranger => (stranger, Fault::Settings),
            LossCause::Upgrade(_) => (stranger, Fault::Settings),
            LossCause::Certificate(CertificateFault::OtherHost) => ("explain-certificate-other-host", Fault::Settings),
            LossCause::Certificate(CertificateFault::OutOfDate) => ("explain-certificate-out-of-date", Fault::Link),
            LossCause::Certificate(CertificateFault::UnknownIssuer) => {
                ("explain-certificate-unknown-issuer", Fault::Settings)
            }
            LossCause::Certificate(CertificateFault::Unusable) => ("explain-certificate-unusable", Fault::Link),
            LossCause::CaFile => ("explain-ca-file", Fault::Settings),
            LossCause::NotDurable => ("explain-not-durable", Fault::Program),
            LossCause::Paced => ("explain-paced", Fault::Nobody),
        };
        Explanation::new(key, fault).with_detail(&self.detail)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// No byte of what was to be sent left this machine.
    SurelyNot,
    Perhaps,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossCause {
    /// The host's name or address leads nowhere.
    HostUnknown,
    /// Somebody answered that nobody listens there.
    Refused,
    Unreachable,
    TimedOut,
    /// The peer ended the line in the middle.
    Broken,
    /// What came was not of the protocol, or larger than its bound.
    Garbled,
    /// What answered speaks another protocol altogether (a web server, TLS), so what was sent moved no money.
    Stranger,
    /// The peer speaks HTTP and refused the WebSocket with this status. The loss's detail is what it said about it.
    Upgrade(u16),
    /// The peer's certificate is not to be trusted, so nothing was said to it.
    Certificate(CertificateFault),
    /// The extra certificate authority cannot be read.
    CaFile,
    /// The journal could not make the record durable, so nothing was sent.
    NotDurable,
    /// Its turn would have come too late (see [`Pace`]).
    Paced,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateFault {
    OtherHost,
    /// Expired, or not valid yet; or this machine's clock is wrong.
    OutOfDate,
    /// Signed by nobody this machine trusts.
    UnknownIssuer,
    /// Broken, revoked, made for something else.
    Unusable,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Link { channel: Channel, action: LinkAction, moves_money: bool },
    Report(Report),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkAction {
    Open(Endpoint),
    Send(Frame),
    /// Ends the line in order: what was sent before still leaves.
    Close,
    /// Gives the line up: what has not left by now must not leave any more.
    Abandon,
}

/// Where a channel leads, and its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// One HTTP exchange: the request goes out when the line stands, the response is the only frame received.
    Http {
        url: String,
        request: super::frame::HttpRequest,
        /// Of an address that begins with `https`.
        tls: Tls,
        /// Where the peer allows only so many requests, whoever of this machine makes them.
        pace: Option<Pace>,
        connect_within: Duration,
        answer_within: Duration,
        at_most: usize,
    },
    /// A byte stream. What arrives is cut into messages by `framing`, and each is one frame received.
    Tcp { host: String, port: u16, connect_within: Duration, framing: Framing },
    /// A WebSocket. Each message, text or binary, is one frame received; what is sent goes as text.
    WebSocket {
        host: String,
        port: u16,
        /// What is asked for: path and query.
        target: Target,
        tls: Tls,
        /// For the name, the connection and every handshake together.
        connect_within: Duration,
        /// The size of the largest message received, in bytes.
        at_most: usize,
        /// How often the peer is pinged; one that answers none is lost. `None` for peers that need not answer.
        ping_every: Option<Duration>,
    },
}

/// A limit that all programs of this machine keep together, and over restarts: the request waits for its turn before it
/// leaves. The wait counts towards no other bound; one that would be longer than `at_most` is a loss before anything left.
/// Whoever shares a limit has the same `least` and `at_most`: a turn that nobody with these could have taken counts as broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// Who shares the limit, for example a hash of an account's key: letters, digits and hyphens.
    pub shared_by: String,
    /// The least time between two requests.
    pub least: Duration,
    pub at_most: Duration,
}

/// Path and query of a request. A query may carry credentials, so it is not printed (rule 8).
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    path: String,
    query: Option<Secret>,
}

impl Target {
    pub fn path(path: &str) -> Target {
        Target { path: path.to_owned(), query: None }
    }

    /// `query` without its question mark.
    pub fn with_query(path: &str, query: Secret) -> Target {
        Target { path: path.to_owned(), query: Some(query) }
    }

    /// For the request that carries it, and nothing else.
    pub fn reveal(&self) -> Secret {
        let query = self.query.as_ref().map(|query| format!("?{}", query.reveal())).unwrap_or_default();
        Secret::new(format!("{}{query}", self.path))
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = if self.query.is_some() { "?***" } else { "" };
        write!(f, "{}{query}", self.path)
    }
}

/// Whether a line is encrypted. There is no way to have TLS without the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    No,
    /// The peer's certificate is signed by somebody the system trusts, or by a certificate authority of this file (PEM), and
    /// made for the host that is connected to.
    Yes {
        ca_file: Option<PathBuf>,
    },
}

/// What a terminal, or its cloud, tells about itself. What it does not tell is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TerminalIdentity {
    /// The numbers by which the settings name it: the field and what the terminal says.
    pub ids: Vec<(&'static str, String)>,
    pub maker: Option<String>,
    pub model: Option<String>,
    pub serial: Option<String>,
    pub firmware: Option<String>,
    /// How far its clock is ahead of the till's.
    pub clock_ahead: Option<SignedDuration>,
}

impl TerminalIdentity {
    /// The number that stands in this field of the settings, as the terminal says it; empty where it says none.
    pub fn id(&self, field: &str) -> &str {
        self.ids.iter().find(|(named, _)| *named == field).map_or("", |(_, told)| told)
    }
}

/// How the terminal's session stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    Connecting,
    /// The terminal's own description of itself, for example maker, model and serial number.
    Ready(Vec<String>),
    /// Trying again by itself.
    Offline(Explanation),
    /// Ended by us or by the terminal for its maintenance.
    Maintenance,
    /// Somebody has to change something before another try makes sense.
    Refused(Explanation),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// What the terminal tells the cashier.
    Display(Display),
    /// What is needed to ask about the payment later; replaces the one before. Durable before the next link action.
    /// A JSON object; its text `shown` is the number a person can ask about.
    Reference(Value),
    /// The request itself leaves with this step.
    Transmitted,
    Question(Question),
    QuestionClosed(QuestionId),
    Receipt(Receipt),
    /// The answer may be lost; the driver asks for it.
    Lost(Explanation),
    Outcome(Outcome),
    Session(Session),
    /// Who answered; replaces the one before.
    Identity(TerminalIdentity),
    /// What became of [`Command::EndDay`].
    DayEnd(DayEnd),
    /// What the reader read after [`Command::Scan`]; or why it did not.
    Scanned(Result<String, Explanation>),
    /// What became of [`Command::Prompt`]; or why it could not be asked.
    Prompted(Result<PromptAnswer, Explanation>),
    /// Somebody outside asks the till to do something as if it were a terminal. Answered with [`Command::Fulfil`].
    Commission(Commission),
    /// A payment was taken at a table. Durable before the link actions of the same step: those that tell the machine so are
    /// marked `moves_money`, and are not carried out where it could not be written.
    TakenAtTable(TableTaking),
    /// The driver's own durable memory for this terminal; replaces the one before.
    Remember(Value),
    /// The terminal told its new address, and the settings allow to follow it.
    AddressChanged {
        host: String,
        port: u16,
    },
    /// Something the cashier should read; changes nothing.
    Notice(Explanation),
    /// Something the back office has to look at.
    Alarm(Explanation),
}

impl Effect {
    /// A link action that does not move money.
    pub fn link(channel: Channel, action: LinkAction) -> Effect {
        Effect::Link { channel, action, moves_money: false }
    }

    /// A link action that must not be carried out unless the step is durable.
    pub fn money(channel: Channel, action: LinkAction) -> Effect {
        Effect::Link { channel, action, moves_money: true }
    }
}
