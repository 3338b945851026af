//! Login, logout, and the quiet between payments (reference 4.1, 4.2, 14.11).

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, Outcome, Verdict};
use crate::protocols::driver::{Effect, LinkAction, LinkEvent, Report, Session, TerminalIdentity};
use crate::protocols::frame::Channel;

use super::super::messages::{
    Body, Category, ErrorCondition, FULL_CAPABILITIES, LIGHT_CAPABILITIES, LoginRequest, LoginResponse, Message,
    PoiSystem,
};
use super::State;
use super::case::{Case, Target};
use super::ground::{self, Effects, Ground, Reply};
use super::inquiry::Inquiry;
use super::transaction;

/// A login that answers `Busy` is tried again this often (4.1) …
const BUSY_PAUSE: Duration = Duration::from_secs(5);
/// … for a payment no longer than a cashier waits.
const BUSY_FOR_PAYMENT: Duration = Duration::from_secs(60);
/// Pauses between tries of a session nobody waits for, in seconds.
const OFFLINE_PAUSES: [u64; 4] = [2, 5, 10, 30];
/// How long the till must have been quiet before the terminal is sent to its maintenance.
const QUIET: Duration = Duration::from_secs(60);
/// The daily hour (4.2).
const MAINTENANCE_HOUR: Duration = Duration::from_secs(3600);
/// How long a terminal that asked for maintenance is left alone when it never says that it is done.
const UPDATE_REST: Duration = Duration::from_secs(300);
/// A terminal that has just answered something else may be too busy for a logout.
const LOGOUT_PAUSE: Duration = Duration::from_millis(1500);
const LOGOUT_TRIES: u32 = 5;
/// A clock that jumped is noticed within this.
const HOUSEKEEPING: Duration = Duration::from_secs(600);

/// Nothing at hand.
#[derive(Debug)]
pub struct Resting {
    since: Instant,
    wake: Instant,
    overdue_told: bool,
    /// A logout that the terminal was too busy for goes out again.
    logout_again: Option<Again>,
}

#[derive(Debug, Clone, Copy)]
struct Again {
    at: Instant,
    rest: Option<Duration>,
    tries: u32,
}

/// For whom a login is made.
#[derive(Debug)]
pub enum Purpose {
    Hold,
    Case(Box<Case>, Target),
    Inquiry(Box<Inquiry>),
}

#[derive(Debug)]
pub struct LoggingIn {
    purpose: Purpose,
    channel: Channel,
    service_id: String,
    tries: usize,
    busy_since: Option<Instant>,
}

#[derive(Debug)]
pub struct WaitingToLogIn {
    purpose: Purpose,
    until: Instant,
    tries: usize,
    busy_since: Option<Instant>,
}

#[derive(Debug)]
pub struct LoggingOut {
    channel: Channel,
    rest: Option<Duration>,
    tries: u32,
    /// A payment that came meanwhile.
    next: Option<Case>,
}

impl Resting {
    pub fn new(now: Now) -> Resting {
        Resting { since: now.at, wake: now.at + QUIET, overdue_told: false, logout_again: None }
    }

    pub fn deadline(&self, ground: &Ground) -> Option<Instant> {
        if let Some(again) = self.logout_again {
            return Some(again.at);
        }
        match (ground.holding, ground.rest_until) {
            (true, Some(until)) => Some(until),
            (true, None) => Some(self.wake),
            (false, _) => None,
        }
    }

    /// Logs in again after a rest, and out for maintenance at a quiet moment.
    pub fn on_tick(mut self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if let Some(again) = self.logout_again {
            if now.at < again.at {
                return State::Resting(self);
            }
            return try_log_out(ground, again.rest, again.tries, out);
        }
        if !ground.holding {
            return State::Resting(self);
        }
        if let Some(until) = ground.rest_until {
            if now.at < until {
                return State::Resting(self);
            }
            ground.rest_until = None;
            return log_in(ground, now, Purpose::Hold, out);
        }
        if now.at < self.wake {
            return State::Resting(self);
        }
        if !ground.logged_in {
            return log_in(ground, now, Purpose::Hold, out);
        }
        let quiet = now.at - self.since >= QUIET;
        if quiet && ground.maintenance_wanted {
            return log_out(ground, now, Some(UPDATE_REST), out);
        }
        let last = *ground.last_maintenance.get_or_insert(now.wall);
        let age = Duration::try_from(now.wall.duration_since(last)).unwrap_or_default();
        let next_hour = ground::until_time_of_day(now, ground.settings.maintenance_at);
        // The hour has come when its next occurrence is (nearly) a day ahead.
        let in_the_hour = next_hour + MAINTENANCE_HOUR > Duration::from_secs(86_400);
        if quiet && in_the_hour && age > MAINTENANCE_HOUR * 2 {
            return log_out(ground, now, Some(MAINTENANCE_HOUR), out);
        }
        if age > Duration::from_secs(86_400 + 2 * 3600) && !self.overdue_told {
            self.overdue_told = true;
            let overdue = Explanation::new("explain-maintenance-overdue", Fault::Terminal);
            out.push(Effect::Report(Report::Notice(overdue)));
        }
        self.wake = now.at + next_hour.min(HOUSEKEEPING);
        State::Resting(self)
    }
}

/// The start of every session (4.1).
pub fn log_in(ground: &mut Ground, now: Now, purpose: Purpose, out: &mut Effects) -> State {
    try_log_in(ground, now, purpose, 0, None, out)
}

fn try_log_in(
    ground: &mut Ground,
    now: Now,
    purpose: Purpose,
    tries: usize,
    busy_since: Option<Instant>,
    out: &mut Effects,
) -> State {
    ground.logged_in = false;
    if tries == 0 {
        out.push(Effect::Report(Report::Session(Session::Connecting)));
    }
    let service_id = ground.service_id(out);
    let capabilities = if ground.settings.full { FULL_CAPABILITIES } else { LIGHT_CAPABILITIES };
    let body = Body::LoginRequest(LoginRequest {
        date_time: now.local_rfc3339(),
        operator_language: ground.settings.operator_language.clone(),
        operator_id: None,
        provider: "Checkstand".to_owned(),
        application: "Checkstand".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        environment: "Attended".to_owned(),
        capabilities: capabilities.iter().map(|word| (*word).to_owned()).collect(),
    });
    let message = ground.message(Category::Login, &service_id, body);
    let (channel, open) = ground.exchange("login", &message, ground::LOGIN_WITHIN);
    out.push(Effect::link(channel, open));
    State::LoggingIn(LoggingIn { purpose, channel, service_id, tries, busy_since })
}

impl LoggingIn {
    pub fn channel(&self) -> Channel {
        self.channel
    }

    pub fn case(&self) -> Option<&Case> {
        self.purpose.case()
    }

    /// A payment arrived while a session was being opened for its own sake.
    pub fn take_on(mut self, case: Case) -> State {
        self.purpose = Purpose::Case(Box::new(case), Target::Request);
        State::LoggingIn(self)
    }

    pub fn is_for_nobody(&self) -> bool {
        matches!(self.purpose, Purpose::Hold)
    }

    /// Which of the payment's messages follows it.
    pub fn target(&self) -> Option<Target> {
        self.purpose.target()
    }

    /// The payment this login is for, if nothing of it was sent yet.
    pub fn unsent(self) -> Result<Box<Case>, Box<LoggingIn>> {
        match self.purpose {
            Purpose::Case(case, Target::Request) => Ok(case),
            purpose => Err(Box::new(LoggingIn { purpose, ..self })),
        }
    }

    pub fn on_link(self, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> State {
        let Some(reply) = Reply::of(event) else {
            return State::LoggingIn(self);
        };
        match reply {
            Reply::Message(message) => match *message {
                Message { header, body: Body::LoginResponse(response) }
                    if ground::is_answer_to(&header, &ground.settings, &self.service_id) =>
                {
                    let system = response.system.clone().unwrap_or_default();
                    out.push(Effect::Report(Report::Identity(identity(now, &header.poi_id, &system))));
                    self.answered(ground, now, response, out)
                }
                // Somebody else's terminal stands at this address: who it is, is worth telling.
                Message { header, body: Body::LoginResponse(response) }
                    if header.service_id.as_deref() == Some(self.service_id.as_str()) =>
                {
                    let system = response.system.unwrap_or_default();
                    out.push(Effect::Report(Report::Identity(identity(now, &header.poi_id, &system))));
                    self.failed(ground, now, ground::explain_loss(&ground::garbled("another POIID")), out)
                }
                _ => self.failed(ground, now, ground::explain_loss(&ground::garbled("no LoginResponse")), out),
            },
            Reply::Empty => self.failed(ground, now, ground::explain_loss(&ground::garbled("empty answer")), out),
            Reply::Lost(loss) => self.failed(ground, now, ground::explain_loss(&loss), out),
        }
    }

    fn answered(self, ground: &mut Ground, now: Now, answer: LoginResponse, out: &mut Effects) -> State {
        let response = answer.response;
        if response.is_success() {
            ground.logged_in = true;
            ground.rest_until = None;
            let about = describe(&answer.system.unwrap_or_default());
            out.push(Effect::Report(Report::Session(Session::Ready(about))));
            return self.purpose.go_on(ground, now, out);
        }
        let words = response.additional.clone().unwrap_or_default();
        if response.failed_with(&[ErrorCondition::Busy, ErrorCondition::InProgress]) {
            return self.busy(ground, now, &words, out);
        }
        let refused = Explanation::new("explain-login-refused", Fault::Settings).with_detail(&words);
        out.push(Effect::Report(Report::Session(Session::Refused(refused.clone()))));
        match self.purpose {
            Purpose::Hold => {
                // Nobody waits; somebody has to change something first (4.1).
                ground.holding = false;
                State::Resting(Resting::new(now))
            }
            Purpose::Case(case, target) => transaction::not_started(ground, now, *case, target, refused, out),
            Purpose::Inquiry(inquiry) => inquiry.refused(ground, now, refused, out),
        }
    }

    fn busy(self, ground: &mut Ground, now: Now, words: &str, out: &mut Effects) -> State {
        let since = self.busy_since.unwrap_or(now.at);
        let updating = Explanation::new("explain-terminal-updating", Fault::Terminal).with_detail(words);
        if let Purpose::Case(case, target) = self.purpose {
            if now.at - since >= BUSY_FOR_PAYMENT {
                return transaction::not_started(ground, now, *case, target, updating, out);
            }
            if self.busy_since.is_none() {
                out.push(Effect::Report(Report::Notice(updating)));
            }
            return WaitingToLogIn::state(Purpose::Case(case, target), now.at + BUSY_PAUSE, 1, Some(since));
        }
        if self.busy_since.is_none() {
            out.push(Effect::Report(Report::Notice(updating)));
        }
        WaitingToLogIn::state(self.purpose, now.at + BUSY_PAUSE, 1, Some(since))
    }

    /// A login moves no money, so it may be tried again whether or not it arrived.
    fn failed(self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        out.push(Effect::Report(Report::Session(Session::Offline(why.clone()))));
        match self.purpose {
            Purpose::Case(case, target) => transaction::not_started(ground, now, *case, target, why, out),
            purpose => {
                let pause = OFFLINE_PAUSES[self.tries.min(OFFLINE_PAUSES.len() - 1)];
                WaitingToLogIn::state(purpose, now.at + Duration::from_secs(pause), self.tries + 1, None)
            }
        }
    }
}

impl Purpose {
    fn target(&self) -> Option<Target> {
        match self {
            Purpose::Hold => None,
            Purpose::Case(_, target) => Some(*target),
            Purpose::Inquiry(inquiry) => Some(inquiry.target()),
        }
    }

    fn case(&self) -> Option<&Case> {
        match self {
            Purpose::Hold => None,
            Purpose::Case(case, _) => Some(case),
            Purpose::Inquiry(inquiry) => Some(inquiry.case()),
        }
    }

    fn go_on(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        match self {
            Purpose::Hold => State::Resting(Resting::new(now)),
            Purpose::Case(case, target) => transaction::transmit(ground, now, *case, target, out),
            Purpose::Inquiry(inquiry) => inquiry.ask(ground, now, out),
        }
    }
}

impl WaitingToLogIn {
    fn state(purpose: Purpose, until: Instant, tries: usize, busy_since: Option<Instant>) -> State {
        State::WaitingToLogIn(WaitingToLogIn { purpose, until, tries, busy_since })
    }

    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn case(&self) -> Option<&Case> {
        self.purpose.case()
    }

    pub fn is_for_nobody(&self) -> bool {
        matches!(self.purpose, Purpose::Hold)
    }

    pub fn target(&self) -> Option<Target> {
        self.purpose.target()
    }

    pub fn purpose(self) -> Purpose {
        self.purpose
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::WaitingToLogIn(self);
        }
        try_log_in(ground, now, self.purpose, self.tries, self.busy_since, out)
    }
}

/// A cancel before anything was sent: nothing can have been charged.
pub fn cancel_before_sending(ground: &mut Ground, now: Now, case: &Case, out: &mut Effects) -> State {
    let why = Explanation::new("explain-cancelled-before-sending", Fault::Nobody);
    super::conclude(ground, now, case, Outcome::without_money(Verdict::Cancelled, why), out)
}

/// (4.2) `rest` is how long to stay logged out; `None` leaves the session for good.
pub fn log_out(ground: &mut Ground, _now: Now, rest: Option<Duration>, out: &mut Effects) -> State {
    try_log_out(ground, rest, 0, out)
}

fn try_log_out(ground: &mut Ground, rest: Option<Duration>, tries: u32, out: &mut Effects) -> State {
    let service_id = ground.service_id(out);
    let body = Body::LogoutRequest { maintenance_allowed: true };
    let message = ground.message(Category::Logout, &service_id, body);
    let (channel, open) = ground.exchange("logout", &message, ground::OTHERS_WITHIN);
    out.push(Effect::link(channel, open));
    State::LoggingOut(LoggingOut { channel, rest, tries, next: None })
}

impl LoggingOut {
    pub fn channel(&self) -> Channel {
        self.channel
    }

    pub fn case(&self) -> Option<&Case> {
        self.next.as_ref()
    }

    pub fn take_on(mut self, case: Case) -> State {
        self.next = Some(case);
        State::LoggingOut(self)
    }

    pub fn take_case(&mut self) -> Option<Case> {
        self.next.take()
    }

    pub fn on_link(self, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> State {
        let Some(reply) = Reply::of(event) else {
            return State::LoggingOut(self);
        };
        let response = match reply {
            Reply::Message(message) => match message.body {
                Body::LogoutResponse(response) => Some(response),
                _ => None,
            },
            _ => None,
        };
        let busy = response.as_ref().is_some_and(|response| response.failed_with(&[ErrorCondition::Busy]));
        let done = response.is_some_and(|response| response.is_success());
        if done {
            ground.logged_in = false;
            ground.maintenance_wanted = false;
            ground.last_maintenance = Some(now.wall);
            ground.remember(out);
            out.push(Effect::Report(Report::Session(Session::Maintenance)));
        }
        ground.rest_until = self.rest.filter(|_| done).map(|rest| now.at + rest);
        match self.next {
            Some(case) => log_in(ground, now, Purpose::Case(Box::new(case), Target::Request), out),
            None => State::Resting(self.rest_after(now, busy)),
        }
    }

    fn rest_after(&self, now: Now, busy: bool) -> Resting {
        let again = Again { at: now.at + LOGOUT_PAUSE, rest: self.rest, tries: self.tries + 1 };
        Resting { logout_again: (busy && again.tries < LOGOUT_TRIES).then_some(again), ..Resting::new(now) }
    }
}

/// The same for whoever compares it with what was meant. A number that the terminal does not repeat is none.
fn identity(now: Now, poi_id: &str, system: &PoiSystem) -> TerminalIdentity {
    let told = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let time: Option<Timestamp> = system.date_time.parse().ok();
    TerminalIdentity {
        ids: told(poi_id).map(|id| ("poi_id", id)).into_iter().collect(),
        maker: told(&system.provider),
        model: told(model(system)),
        serial: told(&system.serial_number),
        firmware: told(&format!("{} {}", system.application, system.version)),
        clock_ahead: time.map(|time| time.duration_since(now.wall)),
    }
}

/// (4.1) The serial number's prefix tells the model.
fn model(system: &PoiSystem) -> &'static str {
    match system.serial_number.get(..3) {
        Some("171") => "A30",
        Some("229") => "A35",
        Some("185") => "A920Pro",
        _ => "",
    }
}

/// What an installer wants to know of the terminal (4.1).
fn describe(system: &PoiSystem) -> Vec<String> {
    let model = model(system);
    let software = format!("{} {}", system.application, system.version);
    [system.provider.as_str(), software.trim(), model, system.serial_number.as_str()]
        .into_iter()
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Gives a channel up without waiting for what comes of it.
pub fn close(channel: Channel, out: &mut Effects) {
    out.push(Effect::link(channel, LinkAction::Close));
}
