//! What every state of the driver stands on: settings, ids, and the line to the PayServer with its login.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, QuestionId};
use crate::protocols::driver::{
    Departure, Effect, Endpoint, LinkAction, LinkEvent, Loss, LossCause, Report, Session, Target, TerminalIdentity, Tls,
};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::framing::Framing;
use crate::protocols::recovery::{ASK_AT_MOST_EVERY, Backoff, RateLimit};

use super::super::codec;
use super::super::messages::*;
use super::super::outcomes::{self, Judgement};
use super::super::settings::{P3Settings, STRANGER, Transport};

/// (7.12) One table for every wait.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// The reference proposes 30 s for plain requests; a till that restores a payment cannot wait so long for a dead line.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// (1.1) Two missed pongs are a lost line.
const PING_EVERY: Duration = Duration::from_secs(30);
pub const ABORT_WITHIN: Duration = Duration::from_secs(5);
/// The same of a server that goes on telling about the operation.
pub const ABORT_WITHIN_AT_LEAST: Duration = Duration::from_secs(15);
/// After this long without a word about the operation the till asks beside it, on the same line.
pub const SILENCE: Duration = Duration::from_secs(30);
/// The first update comes at once; a line on which nothing comes is dead.
pub const FIRST_WORD_WITHIN: Duration = Duration::from_secs(15);
/// (7.12) Marked as unresolved after this long without the end, and asked for.
pub const OPERATION_WITHIN: Duration = Duration::from_secs(600);
pub const SCAN_WITHIN: Duration = Duration::from_secs(60);
pub const SUBMIT_WITHIN: Duration = Duration::from_secs(120);
/// How often the line is tried for the sake of an abort.
const CALL_OFF_TRIES: u32 = 20;
/// A standing line on which nothing was heard for longer is opened anew before money goes over it.
const FRESH_FOR: Duration = Duration::from_secs(10);

pub type Effects = Vec<Effect>;

pub struct Ground {
    pub settings: P3Settings,
    secret: MerchantSecret,
    /// Whether the line is to stand while idle.
    pub holding: bool,
    pub asking: RateLimit,
    /// What differs between tills.
    pub dice: u64,
    pub line: Line,
    /// The tag of an operation that is to be stopped as soon as the line is up.
    pub call_off: Option<String>,
    call_off_tries: u32,
    backoff: Backoff,
    channels: u64,
    tags: u64,
    questions: u64,
}

/// The line to the server.
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
    LoggingIn {
        channel: Channel,
        tag: String,
        until: Instant,
    },
    /// Offline payments need the server's configuration first (7.10).
    Synchronizing {
        channel: Channel,
        tag: String,
        until: Instant,
        login: LoginMerchantResponse,
    },
    Up {
        channel: Channel,
        login: LoginMerchantResponse,
        heard_at: Instant,
    },
}

/// What an event of the line means for whoever uses it.
#[derive(Debug)]
pub enum News {
    Nothing,
    /// Logged in.
    Up,
    Message(Box<Message>),
    Lost(Loss),
    /// The server does not let us in, or offline payments are not allowed.
    Refused(Explanation),
}

impl Ground {
    pub fn new(settings: P3Settings, secret: MerchantSecret, memory: Option<&Value>, seed: u64) -> Ground {
        Ground {
            settings,
            secret,
            holding: false,
            asking: RateLimit::remembered(ASK_AT_MOST_EVERY, memory),
            dice: seed,
            line: Line::Down { again_at: None },
            call_off: None,
            call_off_tries: 0,
            backoff: Backoff::default(),
            channels: 0,
            tags: 0,
            questions: 0,
        }
    }

    /// Notes that somebody asks now; the note is durable before the question leaves.
    pub fn note_asking(&mut self, now: Now, out: &mut Effects) {
        self.asking.note(now.wall);
        let mut memory = Map::new();
        self.asking.remember(&mut memory);
        out.push(Effect::Report(Report::Remember(Value::Object(memory))));
    }

    /// (2.1) Unique for each request: a tag of an earlier run may still be in use at the server.
    pub fn tag(&mut self, now: Now) -> String {
        self.tags += 1;
        format!("{:x}-{:x}-{}", self.dice & 0xffff_ffff, now.wall.as_millisecond(), self.tags)
    }

    pub fn question(&mut self) -> QuestionId {
        self.questions += 1;
        QuestionId(self.questions)
    }

    pub fn is_up(&self) -> bool {
        matches!(self.line, Line::Up { .. })
    }

    /// Whether money may go over the line that stands.
    pub fn is_fresh(&self, now: Now) -> bool {
        matches!(self.line, Line::Up { heard_at, .. } if now.at - heard_at < FRESH_FOR)
    }

    pub fn channel(&self) -> Option<Channel> {
        match self.line {
            Line::Down { .. } => None,
            Line::Opening { channel, .. }
            | Line::LoggingIn { channel, .. }
            | Line::Synchronizing { channel, .. }
            | Line::Up { channel, .. } => Some(channel),
        }
    }

    /// Brings the line up, now.
    pub fn want_line(&mut self, now: Now, out: &mut Effects) {
        if !matches!(self.line, Line::Down { .. }) {
            return;
        }
        self.channels += 1;
        let channel = Channel::new("payserver", self.channels);
        let (host, port) = (self.settings.host.clone(), self.settings.port);
        let (connect_within, at_most) = (CONNECT_WITHIN, FRAME_AT_MOST);
        let endpoint = match self.settings.transport {
            Transport::Tcp => Endpoint::Tcp { host, port, connect_within, framing: Framing::LengthPrefix { at_most } },
            Transport::WebSocket => {
                let (target, tls) = (Target::path("/"), Tls::No);
                Endpoint::WebSocket { host, port, target, tls, connect_within, at_most, ping_every: Some(PING_EVERY) }
            }
        };
        out.push(Effect::link(channel, LinkAction::Open(endpoint)));
        let until = now.at + CONNECT_WITHIN + ANSWER_WITHIN;
        self.line = Line::Opening { channel, until };
    }

    /// Ends the line in order.
    pub fn close_line(&mut self, out: &mut Effects) {
        if let Some(channel) = self.channel() {
            out.push(Effect::link(channel, LinkAction::Close));
        }
        self.line = Line::Down { again_at: None };
    }

    /// Gives the line up: nothing that is still on its way shall arrive.
    pub fn abandon_line(&mut self, out: &mut Effects) {
        if let Some(channel) = self.channel() {
            out.push(Effect::link(channel, LinkAction::Abandon));
        }
        self.line = Line::Down { again_at: None };
    }

    /// Sends on the line that is up; `false` when there is none.
    pub fn send(&self, message: &Message, out: &mut Effects) -> bool {
        let Line::Up { channel, .. } = self.line else { return false };
        out.push(Effect::link(channel, LinkAction::Send(Frame::Bytes(codec::encode(message)))));
        true
    }

    /// The same for what moves money.
    pub fn send_money(&self, message: &Message, out: &mut Effects) {
        if let Line::Up { channel, .. } = self.line {
            out.push(Effect::money(channel, LinkAction::Send(Frame::Bytes(codec::encode(message)))));
        }
    }

    pub fn line_deadline(&self) -> Option<Instant> {
        match self.line {
            Line::Down { again_at } => again_at,
            Line::Opening { until, .. } | Line::LoggingIn { until, .. } | Line::Synchronizing { until, .. } => {
                Some(until)
            }
            Line::Up { .. } => None,
        }
    }

    /// Notes what is to be stopped when the line is up again.
    pub fn call_off_later(&mut self, tag: &str) {
        self.call_off = Some(tag.to_owned());
        self.call_off_tries = CALL_OFF_TRIES;
    }

    /// Whether the line is needed to stop something, for a bounded number of tries.
    pub fn has_to_call_off(&mut self) -> bool {
        if self.call_off.is_none() {
            return false;
        }
        self.call_off_tries = self.call_off_tries.saturating_sub(1);
        if self.call_off_tries == 0 {
            self.call_off = None;
        }
        self.call_off.is_some()
    }

    /// When the line should be tried again, after one more failure.
    pub fn pause(&mut self) -> Duration {
        self.backoff.next(self.dice)
    }

    /// The line's own deadline has passed.
    pub fn line_tick(&mut self, now: Now, out: &mut Effects) -> News {
        match self.line {
            Line::Down { again_at: Some(at) } if now.at >= at => {
                self.line = Line::Down { again_at: None };
                self.want_line(now, out);
                News::Nothing
            }
            Line::Opening { until, .. } | Line::LoggingIn { until, .. } | Line::Synchronizing { until, .. }
                if now.at >= until =>
            {
                self.abandon_line(out);
                // A line that stands and a peer that says nothing: whoever that is, it is no PayServer.
                let detail = "no answer to the login".to_owned();
                News::Lost(Loss { departure: Departure::SurelyNot, cause: LossCause::Garbled, detail })
            }
            _ => News::Nothing,
        }
    }

    pub fn line_event(&mut self, now: Now, event: LinkEvent, out: &mut Effects) -> News {
        match event {
            LinkEvent::Opened => {
                self.log_in(now, out);
                News::Nothing
            }
            LinkEvent::Received(frame) => match codec::decode(frame.body()) {
                Ok(message) => self.on_message(now, message, out),
                // Nobody can read it; the wait for an answer covers its loss.
                Err(_) => News::Nothing,
            },
            LinkEvent::Lost(loss) => {
                if loss.cause == LossCause::NotDurable {
                    self.close_line(out);
                }
                self.line = Line::Down { again_at: None };
                News::Lost(loss)
            }
        }
    }

    fn log_in(&mut self, now: Now, out: &mut Effects) {
        let Line::Opening { channel, .. } = self.line else { return };
        let tag = self.tag(now);
        let body = Body::LoginMerchantRequest(LoginMerchantRequest {
            provider_mode: self.settings.provider_mode.clone(),
            merchant_identifier: self.settings.merchant_id.clone(),
            merchant_secret: self.secret.clone(),
        });
        let login = codec::encode(&Message { header: Header::request(&tag), body });
        out.push(Effect::link(channel, LinkAction::Send(Frame::Bytes(login))));
        self.line = Line::LoggingIn { channel, tag, until: now.at + ANSWER_WITHIN };
    }

    fn on_message(&mut self, now: Now, message: Message, out: &mut Effects) -> News {
        let Message { header, body } = message;
        match (&mut self.line, body) {
            (Line::LoggingIn { tag, .. }, Body::LoginMerchantResponse(login)) if header.tag == *tag => {
                match header.error {
                    Some(error) => self.refused(&error, out),
                    None => self.logged_in(now, login, out),
                }
            }
            (Line::Synchronizing { tag, .. }, Body::SynchronizeConfigurationResponse(mode)) if header.tag == *tag => {
                if mode == Some(OfflineMode::Enabled) {
                    return self.up(now, out);
                }
                self.close_line(out);
                let why = Explanation::new("explain-offline-not-enabled", Fault::Settings);
                out.push(Effect::Report(Report::Session(Session::Refused(why.clone()))));
                News::Refused(why)
            }
            (Line::Up { heard_at, .. }, body) => {
                *heard_at = now.at;
                News::Message(Box::new(Message { header, body }))
            }
            _ => News::Nothing,
        }
    }

    fn refused(&mut self, error: &Error, out: &mut Effects) -> News {
        self.close_line(out);
        let why = match outcomes::judge_failure(error, crate::domain::Operation::Sale) {
            Judgement::NotLoggedIn(why) => why,
            _ => Explanation::new("explain-login-not-taken", Fault::Terminal).with_detail(&error.message),
        };
        out.push(Effect::Report(Report::Session(Session::Refused(why.clone()))));
        News::Refused(why)
    }

    fn logged_in(&mut self, now: Now, login: LoginMerchantResponse, out: &mut Effects) -> News {
        let Some(channel) = self.channel() else { return News::Nothing };
        if self.settings.mode != Mode::Offline {
            self.line = Line::Up { channel, login, heard_at: now.at };
            return self.up(now, out);
        }
        let tag = self.tag(now);
        let body = Body::SynchronizeConfigurationRequest;
        let message = codec::encode(&Message { header: Header::request(&tag), body });
        out.push(Effect::link(channel, LinkAction::Send(Frame::Bytes(message))));
        self.line = Line::Synchronizing { channel, tag, until: now.at + ANSWER_WITHIN, login };
        News::Nothing
    }

    fn up(&mut self, now: Now, out: &mut Effects) -> News {
        let line = std::mem::replace(&mut self.line, Line::Down { again_at: None });
        if let Line::Synchronizing { channel, login, .. } | Line::Up { channel, login, .. } = line {
            self.line = Line::Up { channel, login, heard_at: now.at };
        }
        self.backoff.reset();
        let session = match self.device() {
            Ok(device) => {
                let Line::Up { login, .. } = &self.line else { return News::Nothing };
                let location = login.location.clone();
                let identity = TerminalIdentity { model: Some(device.name.clone()), ..TerminalIdentity::default() };
                out.push(Effect::Report(Report::Identity(identity)));
                Session::Ready(location.into_iter().chain([device.name, device.resource]).collect())
            }
            Err(why) => Session::Refused(why),
        };
        out.push(Effect::Report(Report::Session(session)));
        News::Up
    }

    /// The card reader that is meant (4.1): the one that is set up, or the only one there is.
    ///
    /// # Errors
    /// None, several without a choice, or the chosen one gone.
    pub fn device(&self) -> Result<Device, Explanation> {
        let Line::Up { login, .. } = &self.line else {
            return Err(Explanation::new("explain-device-gone", Fault::Terminal));
        };
        let names = || login.devices.iter().map(|device| device.resource.as_str()).collect::<Vec<_>>().join(", ");
        match (&self.settings.device, login.devices.as_slice()) {
            (Some(wanted), devices) => {
                let called = |device: &&Device| [&device.resource, &device.identifier, &device.name].contains(&wanted);
                let found = devices.iter().find(called);
                found
                    .cloned()
                    .ok_or_else(|| Explanation::new("explain-device-gone", Fault::Settings).with_detail(&names()))
            }
            (None, [only]) => Ok(only.clone()),
            (None, []) => Err(Explanation::new("explain-no-device", Fault::Terminal)),
            (None, _) => Err(Explanation::new("explain-choose-device", Fault::Settings).with_detail(&names())),
        }
    }

    /// (7.4) Asks the server to stop the operation with this tag. Without the device, so that it can concern no other one.
    pub fn send_abort(&mut self, now: Now, about: &str, device: Option<&str>, out: &mut Effects) -> Option<String> {
        let tag = self.tag(now);
        let header = Header::request(&tag).about(about).on(device.unwrap_or_default());
        self.send(&Message { header, body: Body::AbortOperationRequest }, out).then_some(tag)
    }
}

/// Whose fault a lost line is, and what to do.
pub fn explain_loss(loss: &Loss) -> Explanation {
    loss.explain(STRANGER)
}
