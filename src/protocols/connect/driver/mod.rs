//! The till's side of Connect at the counter: one struct per state, consumed by its transition, over one line to the cloud on
//! which both sides ask and answer (`ground.rs`).

mod case;
mod errands;
mod ground;
mod inquiry;
mod presence;
mod transaction;

use serde_json::Value;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayReport, Instant, Now, OpenPayment, Outcome, Verdict};
use crate::protocols::driver::{Command, Driver, Effect, Input, LinkEvent, Loss, Report, Session, Stopping};
use crate::protocols::frame::Channel;
use crate::protocols::protocol::{DriverSetup, FieldError, FieldProblem};

use super::codec;
use super::messages::{ErrorCode, Message, Params, RpcError, method};
use super::settings::ConnectSettings;
use case::Case;
use errands::Errand;
use ground::{Effects, Ground, Line, News};
use inquiry::{Asking, WaitingToAsk};
use presence::Resting;
use transaction::{Preparing, Running};

/// The registry's constructor.
pub fn create(setup: &DriverSetup) -> Result<Box<dyn Driver>, FieldError> {
    let settings = ConnectSettings::from_fields(&setup.fields)?;
    let key = setup.secrets.secret("api_key").filter(|key| !key.reveal().is_empty());
    let key = key.ok_or_else(|| FieldError::new("api_key", FieldProblem::Missing))?;
    let ground = Ground::new(settings, key.clone(), setup.memory.as_ref(), setup.seed);
    Ok(Box::new(ConnectDriver { ground, state: State::default() }))
}

struct ConnectDriver {
    ground: Ground,
    state: State,
}

/// Where the driver is.
#[derive(Debug)]
enum State {
    Resting(Resting),
    Preparing(Box<Preparing>),
    Running(Box<Running>),
    Asking(Box<Asking>),
    WaitingToAsk(Box<WaitingToAsk>),
    Errand(Errand),
}

impl Default for State {
    fn default() -> Self {
        State::Resting(Resting::default())
    }
}

impl Driver for ConnectDriver {
    fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
            Input::Command(command) => self.on_command(now, command, &mut out),
            Input::Link(channel, event) => self.on_link(now, channel, event, &mut out),
            Input::Tick => self.on_tick(now, &mut out),
        }
        self.keep_line(now, &mut out);
        out
    }

    fn deadline(&self) -> Option<Instant> {
        self.state.deadline().into_iter().chain(self.ground.line_deadline()).min()
    }

    fn stopping(&self) -> Stopping {
        match &self.state {
            State::Running(state) => state.stopping(),
            State::Resting(_) | State::Preparing(_) | State::Asking(_) | State::WaitingToAsk(_) | State::Errand(_) => {
                Stopping::Possible
            }
        }
    }

    fn has_parting_words(&self) -> bool {
        self.ground.has_to_call_off()
    }
}

impl ConnectDriver {
    fn on_command(&mut self, now: Now, command: Command, out: &mut Effects) {
        match command {
            Command::Start(start) => self.take_on(now, Case::started(start.into_inner()), out),
            Command::Recover(open) => self.recover(now, open, out),
            Command::Cancel => self.cancel(now, out),
            Command::Answer(id, answer) => {
                if let State::Running(state) = &mut self.state {
                    state.answer(&self.ground, id, answer, out);
                }
            }
            // No question of Connect's takes a drawing.
            Command::Sign(..) => {}
            Command::Forget => self.forget(now, out),
            Command::Connect => self.connect(now, out),
            Command::Disconnect => self.disconnect(out),
            Command::EndDay(report) => self.make_report(now, report, out),
            Command::Prompt(_) => {
                let unable = Explanation::new("explain-no-prompts", Fault::Nobody);
                out.push(Effect::Report(Report::Prompted(Err(unable))));
            }
            // Nobody outside commissions anything through this protocol.
            Command::Fulfil(..) => {}
            Command::Scan => {
                let unable = Explanation::new("explain-no-scanner", Fault::Nobody);
                out.push(Effect::Report(Report::Scanned(Err(unable))));
            }
        }
    }

    fn connect(&mut self, now: Now, out: &mut Effects) {
        self.ground.holding = true;
        if matches!(self.ground.line, Line::Down { .. }) {
            self.ground.tell(Session::Connecting, out);
            self.ground.want_line(now, out);
        }
    }

    fn disconnect(&mut self, out: &mut Effects) {
        self.ground.holding = false;
        if let State::Resting(_) = self.state {
            self.state = State::default();
            self.ground.close_line(out);
            self.ground.tell(Session::Maintenance, out);
        }
    }

    fn take_on(&mut self, now: Now, case: Case, out: &mut Effects) {
        if !matches!(self.state, State::Resting(_)) {
            // The actor starts one payment at a time; the newcomer was not sent.
            let why = Explanation::new("explain-terminal-busy", Fault::Program);
            return out.push(Effect::Report(Report::Outcome(Outcome::without_money(Verdict::NotCharged, why))));
        }
        self.state = transaction::begin(&mut self.ground, now, case, out);
    }

    fn make_report(&mut self, now: Now, report: DayReport, out: &mut Effects) {
        if !matches!(self.state, State::Resting(_)) {
            return errands::refuse(report, Explanation::new("explain-terminal-busy", Fault::Program), out);
        }
        self.state = errands::begin(&mut self.ground, now, report, out);
    }

    fn recover(&mut self, now: Now, open: OpenPayment, out: &mut Effects) {
        self.state = match std::mem::take(&mut self.state) {
            State::WaitingToAsk(waiting) if waiting.inquiry().case().id == open.id => {
                waiting.hurry(&mut self.ground, now, out)
            }
            State::Resting(_) => match Case::found(open) {
                Ok(case) => inquiry::recover(&mut self.ground, now, case, out),
                Err(error) => {
                    let why = Explanation::new("explain-still-unknown", Fault::Program).with_detail(&error.to_string());
                    conclude(Outcome::without_money(Verdict::InDoubt, why), out)
                }
            },
            busy => busy,
        };
    }

    fn cancel(&mut self, now: Now, out: &mut Effects) {
        self.state = match std::mem::take(&mut self.state) {
            State::Preparing(state) => state.cancel(out),
            State::Running(mut state) => {
                state.cancel(&mut self.ground, now, out);
                State::Running(state)
            }
            State::Asking(mut state) => {
                state.case_mut().cancel_requested = true;
                State::Asking(state)
            }
            State::WaitingToAsk(mut state) => {
                state.case_mut().cancel_requested = true;
                State::WaitingToAsk(state)
            }
            other @ (State::Resting(_) | State::Errand(_)) => other,
        };
    }

    /// Stops asking: a person has decided.
    fn forget(&mut self, now: Now, out: &mut Effects) {
        match std::mem::take(&mut self.state) {
            State::Errand(errand) => self.state = State::Errand(errand),
            // What was sent may still be on its way, and what is at the terminal goes on.
            State::Running(state) => {
                self.call_off_later(now, Some(state.case()));
                self.ground.abandon_line(out);
            }
            State::Asking(state) => self.call_off_later(now, state.inquiry().stoppable()),
            State::WaitingToAsk(state) => self.call_off_later(now, state.inquiry().stoppable()),
            State::Resting(_) | State::Preparing(_) => {}
        }
        // Whether the terminal is still at it is told with a new line.
        if self.ground.has_to_call_off() && self.ground.is_up() {
            self.ground.close_line(out);
        }
    }

    /// A person has decided that it was not paid: the terminal must not take the next customer's card for it.
    fn call_off_later(&mut self, now: Now, case: Option<&Case>) {
        if let Some(case) = case.filter(|case| case.is_to_be_stopped(now)) {
            self.ground.call_off_later(case.tid(), now.at + case.may_last(now));
        }
    }

    fn on_link(&mut self, now: Now, channel: Channel, event: LinkEvent, out: &mut Effects) {
        // An event of a channel given up earlier.
        if self.ground.channel() != Some(channel) {
            return;
        }
        let news = self.ground.line_event(now, event, out);
        self.on_news(now, news, out);
    }

    fn on_news(&mut self, now: Now, news: News, out: &mut Effects) {
        match news {
            News::Nothing => {}
            News::Up => self.on_up(now, out),
            News::Message(message) => self.on_message(now, *message, out),
            News::Lost(loss, why) => self.on_lost(now, &loss, why, out),
            News::Refused(why) => self.on_refused(now, why, out),
        }
    }

    fn on_up(&mut self, now: Now, out: &mut Effects) {
        let ground = &mut self.ground;
        ground.call_off(now, out);
        self.state = match std::mem::take(&mut self.state) {
            State::Preparing(state) => state.on_up(ground, now, out),
            State::Asking(state) => state.on_up(ground, now, out),
            State::Errand(state) => state.on_up(ground, now, out),
            other => other,
        };
    }

    fn on_lost(&mut self, now: Now, loss: &Loss, why: Explanation, out: &mut Effects) {
        let ground = &mut self.ground;
        ground.tell(Session::Offline(why.clone()), out);
        self.state = match std::mem::take(&mut self.state) {
            State::Preparing(state) => state.on_lost(ground, now, why, out),
            State::Running(state) => state.on_lost(ground, now, loss, why, out),
            State::Asking(state) => state.on_lost(ground, now, why, out),
            State::Errand(state) => state.on_lost(why, out),
            // What was asked on that line is not answered on another.
            State::Resting(_) => State::default(),
            other @ State::WaitingToAsk(_) => other,
        };
    }

    fn on_refused(&mut self, now: Now, why: Explanation, out: &mut Effects) {
        let ground = &mut self.ground;
        ground.tell(Session::Refused(why.clone()), out);
        self.state = match std::mem::take(&mut self.state) {
            State::Preparing(state) => state.on_refused(why, out),
            State::Asking(state) => state.on_refused(ground, now, why, out),
            State::Errand(state) => state.on_lost(why, out),
            other => other,
        };
    }

    /// `method` first: the two sides number their requests independently of each other (3.2).
    fn on_message(&mut self, now: Now, message: Message, out: &mut Effects) {
        match message {
            Message::Request { id, method, params } => self.on_request(now, id, &method, &params, out),
            Message::Notification { method, params } => self.on_notification(now, &method, &params, out),
            Message::Response { id, answer } => self.on_answer(now, &id, answer, out),
        }
    }

    fn on_request(&mut self, now: Now, id: Value, asked: &str, params: &Params, out: &mut Effects) {
        if asked != method::SIGNATURE_VERIFICATION_REQUEST {
            return self.ground.reply(id, Err(RpcError::new(ErrorCode::MethodNotFound, None)), out);
        }
        let ours = match (&mut self.state, codec::signature_request(params)) {
            (State::Running(state), Ok(asked)) => state.on_signature(&mut self.ground, now, id.clone(), &asked, out),
            _ => false,
        };
        if !ours {
            // Nobody here can look at that signature; an error is no answer to it.
            self.ground.reply(id, Err(RpcError::new(ErrorCode::InvalidParams, None)), out);
        }
    }

    /// What nobody asked about, and what is unheard of, decides nothing (3.5).
    fn on_notification(&mut self, now: Now, told: &str, params: &Params, out: &mut Effects) {
        if told != method::TERMINAL_NOTIFICATION {
            return;
        }
        if let (Some(notification), State::Running(_)) = (codec::notification(params), &self.state)
            && let State::Running(state) = std::mem::take(&mut self.state)
        {
            self.state = state.on_notification(now, &notification, out);
        }
    }

    fn on_answer(&mut self, now: Now, id: &Value, answer: Result<Value, RpcError>, out: &mut Effects) {
        if !self.state.awaits(id) && self.ground.is_late(id, &answer, out) {
            return;
        }
        let ground = &mut self.ground;
        self.state = match std::mem::take(&mut self.state) {
            State::Preparing(state) => state.on_answer(ground, now, id, answer, out),
            State::Running(state) => state.on_answer(ground, now, id, answer, out),
            State::Asking(state) => state.on_answer(ground, now, id, answer, out),
            State::Errand(state) => state.on_answer(ground, id, answer, out),
            State::Resting(state) => State::Resting(state.on_answer(ground, now, id, answer, out)),
            State::WaitingToAsk(state) => state.on_answer(ground, now, id, answer, out),
        };
    }

    fn on_tick(&mut self, now: Now, out: &mut Effects) {
        let news = self.ground.line_tick(now, out);
        self.on_news(now, news, out);
        let ground = &mut self.ground;
        self.state = match std::mem::take(&mut self.state) {
            State::Preparing(state) => state.on_tick(ground, now, out),
            State::Running(state) => state.on_tick(ground, now, out),
            State::Asking(state) => state.on_tick(ground, now, out),
            State::WaitingToAsk(state) => state.on_tick(ground, now, out),
            State::Errand(state) => state.on_tick(ground, now, out),
            State::Resting(state) => State::Resting(state.on_tick(ground, now, out)),
        };
    }

    /// While nothing is under way the line stands where it is wanted, and is tried again where it was lost. There is one line,
    /// so that no two tries race each other.
    fn keep_line(&mut self, now: Now, out: &mut Effects) {
        let State::Resting(resting) = &mut self.state else { return };
        match (&self.ground.line, self.ground.holding) {
            (Line::Down { again_at: Some(_) }, true) => {}
            (Line::Down { again_at: Some(_) }, false) if self.ground.has_to_call_off() => {}
            (Line::Down { .. }, holding) => {
                let wanted = self.ground.try_to_call_off() || holding;
                let again_at = wanted.then(|| now.at + self.ground.pause());
                self.ground.line = Line::Down { again_at };
            }
            (Line::Up(_), true) => resting.keep_looking(now),
            (_, true) => {}
            (Line::Opening { .. } | Line::Probing { .. }, false) if self.ground.has_to_call_off() => {}
            (_, false) => self.ground.close_line(out),
        }
    }
}

/// The end of a case.
fn conclude(outcome: Outcome, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Outcome(outcome)));
    State::default()
}

impl State {
    /// Whether the response to this request about money still decides something.
    fn awaits(&self, answered: &Value) -> bool {
        let case = match self {
            State::Running(state) => Some(state.case()),
            State::Asking(state) => Some(state.inquiry().case()),
            State::WaitingToAsk(state) => Some(state.inquiry().case()),
            State::Resting(_) | State::Preparing(_) | State::Errand(_) => None,
        };
        case.is_some_and(|case| case.is_answered_by(answered))
    }

    fn deadline(&self) -> Option<Instant> {
        match self {
            State::Resting(state) => state.deadline(),
            State::Preparing(state) => state.deadline(),
            State::Running(state) => Some(state.deadline()),
            State::Asking(state) => state.deadline(),
            State::WaitingToAsk(state) => Some(state.deadline()),
            State::Errand(state) => state.deadline(),
        }
    }
}
