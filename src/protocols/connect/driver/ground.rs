//! What every state of the driver stands on: settings, the line to the cloud with its probe, ids, spacing, what is known of the
//! terminals (reference sections 1 and 3).

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::{Map, Value};

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, PaymentRequest, QuestionId, Secret, Verdict};
use crate::protocols::driver::{
    Departure, Effect, LinkAction, LinkEvent, Loss, LossCause, Report, Session, TerminalIdentity,
};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::recovery::{ASK_AT_MOST_EVERY, Backoff, RateLimit};

use super::super::codec;
use super::super::last_transaction::Seen;
use super::super::line::{self, CONNECT_WITHIN, REFUSED_PAUSE, Told};
use super::super::messages::*;
use super::super::outcomes::{self, Judgement};
use super::super::settings::ConnectSettings;

/// (1.4) The probe after the upgrade. A wrongly authenticated socket may open and stay mute.
const PROBED_WITHIN: Duration = Duration::from_secs(10);
/// Plain requests.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// (1.6) Between two requests.
const APART: Duration = Duration::from_millis(100);
/// A standing line on which nothing was heard for longer is looked at before money goes over it.
const FRESH_FOR: Duration = Duration::from_secs(10);
/// Requests that wait for their 100 ms.
const OUTBOX_AT_MOST: usize = 8;
/// Terminals of which something is remembered.
const TERMINALS_AT_MOST: usize = 16;
/// How often the line is tried for the sake of a cancel.
const CALL_OFF_TRIES: u32 = 20;
/// In the driver's memory.
const SEEN: &str = "seen";

pub type Effects = Vec<Effect>;

pub struct Ground {
    pub settings: ConnectSettings,
    api_key: Secret,
    /// Whether the line is to stand while idle.
    pub holding: bool,
    pub asking: RateLimit,
    /// What differs between tills.
    dice: u64,
    pub line: Line,
    backoff: Backoff,
    seen: BTreeMap<String, Seen>,
    /// A terminal that may still wait for the card of a payment which a person has called off.
    call_off: Option<CallOff>,
    call_off_tries: u32,
    told: Told,
    channels: u64,
    last_id: i64,
    questions: u64,
    /// The newest request about money, while no response has settled it.
    awaited: Option<(i64, PaymentRequest)>,
}

#[derive(Debug)]
struct CallOff {
    tid: String,
    /// Later, what the terminal is at is another one's.
    until: Instant,
}

/// The line to the cloud.
#[derive(Debug)]
pub enum Line {
    /// Opened again at that moment, if somebody needs it.
    Down {
        again_at: Option<Instant>,
    },
    Opening {
        channel: Channel,
        until: Instant,
    },
    /// Open, but nobody has said anything yet.
    Probing {
        channel: Channel,
        id: i64,
        until: Instant,
    },
    Up(Up),
}

#[derive(Debug)]
pub struct Up {
    channel: Channel,
    pub terminals: Vec<TerminalInfo>,
    heard_at: Instant,
    /// When the last request left.
    sent_at: Instant,
    /// Requests that wait until enough time has passed.
    outbox: VecDeque<Vec<u8>>,
}

/// What an event of the line means for whoever uses it.
#[derive(Debug)]
pub enum News {
    Nothing,
    /// Probed: somebody is there.
    Up,
    Message(Box<Message>),
    Lost(Loss, Explanation),
    /// The cloud does not let us in, or we do not trust it.
    Refused(Explanation),
}

impl Ground {
    pub fn new(settings: ConnectSettings, api_key: Secret, memory: Option<&Value>, seed: u64) -> Ground {
        let seen = memory.and_then(|memory| serde_json::from_value(memory.get(SEEN)?.clone()).ok());
        Ground {
            settings,
            api_key,
            holding: false,
            asking: RateLimit::remembered(ASK_AT_MOST_EVERY, memory),
            dice: seed,
            line: Line::Down { again_at: None },
            backoff: Backoff::default(),
            seen: seen.unwrap_or_default(),
            call_off: None,
            call_off_tries: 0,
            told: Told::default(),
            channels: 0,
            last_id: 0,
            questions: 0,
            awaited: None,
        }
    }

    /// Notes that somebody asks now; the note is durable before the question leaves.
    pub fn note_asking(&mut self, now: Now, out: &mut Effects) {
        self.asking.note(now.wall);
        self.remember(out);
    }

    fn remember(&self, out: &mut Effects) {
        let mut memory = Map::new();
        self.asking.remember(&mut memory);
        if let Ok(seen) = serde_json::to_value(&self.seen) {
            memory.insert(SEEN.to_owned(), seen);
        }
        out.push(Effect::Report(Report::Remember(Value::Object(memory))));
    }

    /// What the till knows of a terminal.
    pub fn seen(&self, tid: &str) -> Seen {
        self.seen.get(tid).cloned().unwrap_or_default()
    }

    /// A transaction of a terminal, ours or not.
    pub fn note_transaction(&mut self, tid: &str, transaction: &Transaction, out: &mut Effects) {
        if self.seen.len() >= TERMINALS_AT_MOST && !self.seen.contains_key(tid) {
            self.seen.pop_first();
        }
        if self.seen.entry(tid.to_owned()).or_default().note(transaction) {
            self.remember(out);
        }
    }

    /// The terminal has begun a new session.
    pub fn note_new_numbers(&mut self, tid: &str, out: &mut Effects) {
        if let Some(seen) = self.seen.get_mut(tid) {
            seen.begin_anew();
            self.remember(out);
        }
    }

    pub fn question(&mut self) -> QuestionId {
        self.questions += 1;
        QuestionId(self.questions)
    }

    /// (3.2) Unique among those in flight: the numbers are used in turn.
    pub fn next_id(&mut self) -> i64 {
        self.last_id = self.last_id % LARGEST_ID + 1;
        self.last_id
    }

    /// (3.2) The response to a request of an earlier run can be told from every answer of this one.
    pub fn number_after(&mut self, id: i64) {
        self.last_id = self.last_id.max(id);
    }

    pub fn await_answer(&mut self, id: i64, request: &PaymentRequest) {
        self.awaited = Some((id, request.clone()));
    }

    pub fn await_no_answer(&mut self) {
        self.awaited = None;
    }

    /// A response to a request about money whose payment has ended without it. An approval is for somebody to look at.
    pub fn is_late(&mut self, answered: &Value, answer: &Result<Value, RpcError>, out: &mut Effects) -> bool {
        let Some((_, request)) = self.awaited.take_if(|(id, _)| *answered == *id) else { return false };
        let transaction = answer.as_ref().ok().and_then(|result| codec::transaction(result).ok());
        if let Some(Judgement::Ended(outcome)) = transaction.map(|transaction| outcomes::judge(&transaction, &request))
            && outcome.verdict == Verdict::Approved
        {
            let why = Explanation::new("explain-approved-after-all", Fault::Terminal);
            let number = outcome.terminal_reference.unwrap_or_default();
            out.push(Effect::Report(Report::Alarm(why.with_detail(&number))));
        }
        true
    }

    pub fn is_up(&self) -> bool {
        matches!(self.line, Line::Up(_))
    }

    /// Whether money may go over the line that stands.
    pub fn is_fresh(&self, now: Now) -> bool {
        matches!(&self.line, Line::Up(up) if now.at - up.heard_at < FRESH_FOR)
    }

    pub fn channel(&self) -> Option<Channel> {
        match &self.line {
            Line::Down { .. } => None,
            Line::Opening { channel, .. } | Line::Probing { channel, .. } => Some(*channel),
            Line::Up(up) => Some(up.channel),
        }
    }

    /// The site's terminals, as far as they are known.
    pub fn terminals(&self) -> &[TerminalInfo] {
        match &self.line {
            Line::Up(up) => &up.terminals,
            _ => &[],
        }
    }

    /// The terminal that is meant: the one that is set up, or the only one there is.
    ///
    /// # Errors
    /// None, or several without a choice.
    pub fn terminal(&self) -> Result<String, Explanation> {
        if let Some(tid) = &self.settings.terminal_id {
            return Ok(tid.clone());
        }
        match self.terminals() {
            [only] => Ok(only.tid.clone()),
            [] => Err(Explanation::new("explain-no-terminal-listed", Fault::Terminal)),
            several => {
                let ids: Vec<&str> = several.iter().map(|terminal| terminal.tid.as_str()).collect();
                Err(Explanation::new("explain-choose-terminal", Fault::Settings).with_detail(&ids.join(", ")))
            }
        }
    }

    /// Brings the line up, now.
    pub fn want_line(&mut self, now: Now, out: &mut Effects) {
        if !matches!(self.line, Line::Down { .. }) {
            return;
        }
        self.channels += 1;
        let channel = Channel::new("cloud", self.channels);
        let endpoint = line::endpoint(&self.settings, &self.api_key);
        out.push(Effect::link(channel, LinkAction::Open(endpoint)));
        self.line = Line::Opening { channel, until: now.at + CONNECT_WITHIN + ANSWER_WITHIN };
    }

    /// Ends the line in order.
    pub fn close_line(&mut self, out: &mut Effects) {
        self.end_line(LinkAction::Close, out);
    }

    /// Gives the line up: what has not left shall not leave any more.
    pub fn abandon_line(&mut self, out: &mut Effects) {
        self.end_line(LinkAction::Abandon, out);
    }

    fn end_line(&mut self, action: LinkAction, out: &mut Effects) {
        if let Some(channel) = self.channel() {
            out.push(Effect::link(channel, action));
        }
        self.line = Line::Down { again_at: None };
    }

    /// Asks something that moves no money, as soon as enough time has passed since the last request (1.6).
    pub fn ask(&mut self, now: Now, method: &str, params: Params, out: &mut Effects) -> i64 {
        let id = self.next_id();
        let request = encoded(id, method, params);
        let clear = self.clear_at(now).is_none();
        let Line::Up(up) = &mut self.line else { return id };
        if clear && up.outbox.is_empty() {
            up.send(now, request, out);
        } else if up.outbox.len() < OUTBOX_AT_MOST {
            up.outbox.push_back(request);
        }
        id
    }

    /// (1.6) A cancel need not wait.
    pub fn ask_at_once(&mut self, method: &str, params: Params, out: &mut Effects) -> i64 {
        let id = self.next_id();
        self.send(encoded(id, method, params), out);
        id
    }

    /// When the next request may leave; `None` when that is now.
    pub fn clear_at(&self, now: Now) -> Option<Instant> {
        let Line::Up(up) = &self.line else { return None };
        let clear = up.sent_at + APART + APART * u32::try_from(up.outbox.len()).unwrap_or(u32::MAX);
        (now.at < clear).then_some(clear)
    }

    /// The request that moves money. Only when it is clear to leave.
    pub fn send_money(&mut self, now: Now, id: i64, method: &str, params: Params, out: &mut Effects) {
        if let Line::Up(up) = &mut self.line {
            let request = Frame::Bytes(encoded(id, method, params));
            out.push(Effect::money(up.channel, LinkAction::Send(request)));
            up.sent_at = now.at;
        }
    }

    /// Answers a request of Connect under its own id.
    pub fn reply(&self, id: Value, answer: Result<Value, RpcError>, out: &mut Effects) {
        self.send(codec::encode(&Message::Response { id, answer }), out);
    }

    fn send(&self, message: Vec<u8>, out: &mut Effects) {
        if let Line::Up(up) = &self.line {
            out.push(Effect::link(up.channel, LinkAction::Send(Frame::Bytes(message))));
        }
    }

    pub fn line_deadline(&self) -> Option<Instant> {
        match &self.line {
            Line::Down { again_at } => *again_at,
            Line::Opening { until, .. } | Line::Probing { until, .. } => Some(*until),
            Line::Up(up) => (!up.outbox.is_empty()).then(|| up.sent_at + APART),
        }
    }

    /// Notes a terminal that is to be stopped when the line is up again.
    pub fn call_off_later(&mut self, tid: &str, until: Instant) {
        self.call_off = Some(CallOff { tid: tid.to_owned(), until });
        self.call_off_tries = CALL_OFF_TRIES;
    }

    pub fn has_to_call_off(&self) -> bool {
        self.call_off.is_some()
    }

    /// The line is needed once more to stop something, for a bounded number of tries.
    pub fn try_to_call_off(&mut self) -> bool {
        self.call_off_tries = self.call_off_tries.saturating_sub(1);
        if self.call_off_tries == 0 {
            self.call_off = None;
        }
        self.has_to_call_off()
    }

    /// The line is up: a terminal that is still at work is stopped. One that is idle has nothing to stop.
    pub fn call_off(&mut self, now: Now, out: &mut Effects) {
        let Some(CallOff { tid, until }) = self.call_off.take() else { return };
        if now.at >= until {
            return;
        }
        let at_work = |terminal: &TerminalInfo| terminal.tid == tid && terminal.status == Some(TerminalStatus::Busy);
        if self.terminals().iter().any(at_work) {
            let params = about(&tid, self.settings.version);
            self.ask_at_once(method::CANCEL_TRANSACTION, params, out);
        }
    }

    /// When the line should be tried again, after one more failure.
    pub fn pause(&mut self) -> Duration {
        if self.told.is_refused() {
            return REFUSED_PAUSE;
        }
        self.backoff.next(self.dice)
    }

    /// Tells how the session stands, once.
    pub fn tell(&mut self, session: Session, out: &mut Effects) {
        self.told.tell(session, out);
    }

    /// The line's own deadline has passed.
    pub fn line_tick(&mut self, now: Now, out: &mut Effects) -> News {
        match &mut self.line {
            Line::Down { again_at } if again_at.is_some_and(|at| now.at >= at) => {
                *again_at = None;
                self.want_line(now, out);
            }
            Line::Opening { until, .. } if now.at >= *until => {
                return self.unheard(Explanation::new("explain-link-timed-out", Fault::Link), out);
            }
            // Open, and nothing comes: that is what a wrong key may look like (1.1).
            Line::Probing { until, .. } if now.at >= *until => {
                return self.unheard(Explanation::new("explain-connect-mute", Fault::Settings), out);
            }
            Line::Up(up) if now.at >= up.sent_at + APART => {
                if let Some(request) = up.outbox.pop_front() {
                    up.send(now, request, out);
                }
            }
            _ => {}
        }
        News::Nothing
    }

    fn unheard(&mut self, why: Explanation, out: &mut Effects) -> News {
        self.abandon_line(out);
        let detail = why.key.clone();
        News::Lost(Loss { departure: Departure::SurelyNot, cause: LossCause::TimedOut, detail }, why)
    }

    pub fn line_event(&mut self, now: Now, event: LinkEvent, out: &mut Effects) -> News {
        match event {
            LinkEvent::Opened => {
                self.probe(now, out);
                News::Nothing
            }
            LinkEvent::Received(frame) => match codec::decode(frame.body()) {
                Ok(message) => self.on_message(now, message, out),
                // Nobody can read it; the wait for an answer covers its loss.
                Err(_) => News::Nothing,
            },
            LinkEvent::Lost(loss) => {
                let stood = self.is_up();
                if loss.cause == LossCause::NotDurable {
                    self.close_line(out);
                }
                self.line = Line::Down { again_at: None };
                self.lost(loss, stood)
            }
        }
    }

    /// A line that `stood` was not refused: something may have gone over it.
    fn lost(&self, loss: Loss, stood: bool) -> News {
        let why = line::explain_loss(&self.settings, &loss);
        if line::is_refusal(&loss) && !stood { News::Refused(why) } else { News::Lost(loss, why) }
    }

    /// (1.4) The only way to know that somebody listens.
    fn probe(&mut self, now: Now, out: &mut Effects) {
        let Line::Opening { channel, .. } = self.line else { return };
        let id = self.next_id();
        let request = encoded(id, method::CONNECTED_TERMINALS, Params::new());
        out.push(Effect::link(channel, LinkAction::Send(Frame::Bytes(request))));
        self.line = Line::Probing { channel, id, until: now.at + PROBED_WITHIN };
    }

    fn on_message(&mut self, now: Now, message: Message, out: &mut Effects) -> News {
        match (&mut self.line, message) {
            (Line::Probing { channel, id, .. }, Message::Response { id: answered, answer }) if answered == *id => {
                let channel = *channel;
                self.probed(now, channel, answer, out)
            }
            (Line::Up(up), message) => {
                up.heard_at = now.at;
                News::Message(Box::new(message))
            }
            _ => News::Nothing,
        }
    }

    /// Whatever the answer is, somebody answers.
    fn probed(&mut self, now: Now, channel: Channel, answer: Result<Value, RpcError>, out: &mut Effects) -> News {
        self.line =
            Line::Up(Up { channel, terminals: Vec::new(), heard_at: now.at, sent_at: now.at, outbox: VecDeque::new() });
        self.backoff.reset();
        self.listed(answer, out);
        News::Up
    }

    /// What the cloud says of the site's terminals. An empty list is an ordinary answer (4.1).
    pub fn listed(&mut self, answer: Result<Value, RpcError>, out: &mut Effects) {
        let session = match answer.map(|result| codec::terminals(&result)) {
            Ok(Ok(terminals)) => {
                let session = self.session_of(&terminals);
                if let (Session::Ready(_), Some(id)) = (&session, &self.settings.terminal_id) {
                    let ids = vec![("terminal_id", id.clone())];
                    let identity = TerminalIdentity { ids, ..TerminalIdentity::default() };
                    out.push(Effect::Report(Report::Identity(identity)));
                }
                if let Line::Up(up) = &mut self.line {
                    up.terminals = terminals;
                }
                session
            }
            Ok(Err(_)) => Session::Offline(Explanation::new("explain-not-connect", Fault::Settings)),
            Err(error) => {
                let why = Explanation::new("explain-connect-list-refused", Fault::Settings);
                Session::Offline(why.with_detail(error.words()))
            }
        };
        self.tell(session, out);
    }

    fn session_of(&self, terminals: &[TerminalInfo]) -> Session {
        let lines: Vec<String> = terminals.iter().map(described).collect();
        let Some(wanted) = &self.settings.terminal_id else {
            let ids: Vec<&str> = terminals.iter().map(|terminal| terminal.tid.as_str()).collect();
            return match terminals {
                [] => Session::Offline(Explanation::new("explain-no-terminal-listed", Fault::Terminal)),
                [_] => Session::Ready(lines),
                // Every payment would be refused: nobody is told that the terminal is ready.
                _ => Session::Refused(
                    Explanation::new("explain-choose-terminal", Fault::Settings).with_detail(&ids.join(", ")),
                ),
            };
        };
        if terminals.iter().any(|terminal| terminal.tid == *wanted) {
            return Session::Ready(lines);
        }
        Session::Offline(
            Explanation::new("explain-terminal-not-listed", Fault::Terminal).with_detail(&lines.join("; ")),
        )
    }
}

/// Identifier, state and currency, as the cloud names them.
fn described(terminal: &TerminalInfo) -> String {
    let status = terminal.status.as_ref().map(TerminalStatus::word);
    let parts = [Some(terminal.tid.as_str()), status, terminal.currency.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn encoded(id: i64, method: &str, params: Params) -> Vec<u8> {
    codec::encode(&Message::Request { id: Value::from(id), method: method.to_owned(), params })
}

impl Up {
    fn send(&mut self, now: Now, request: Vec<u8>, out: &mut Effects) {
        out.push(Effect::link(self.channel, LinkAction::Send(Frame::Bytes(request))));
        self.sent_at = now.at;
    }
}

/// Parameters that name a terminal and nothing else.
pub fn about(tid: &str, version: Version) -> Params {
    Params::from_iter([(version.terminal_id().to_owned(), Value::from(tid))])
}

/// (4.2) v0 takes a list.
pub fn details_of(tid: &str, version: Version) -> Params {
    match version {
        Version::V1 => about(tid, version),
        Version::V0 => Params::from_iter([("tpis".to_owned(), Value::from(vec![tid]))]),
    }
}
