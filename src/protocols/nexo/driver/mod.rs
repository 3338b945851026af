//! The till's side of nexo Retailer. One struct per state, consumed by its transition:
//!
//! ```text
//! Resting ─► LoggingIn ─► Transacting ─► (outcome) ─► Resting
//!    │         ▲  │ Busy      │  │ Busy ─► WaitingToTransact ─► Transacting, new ServiceID
//!    ▼         │  ▼           │  └ light: signature ─► AwaitingSignature ─► Transacting the reversal
//! LoggingOut   WaitingToLogIn └ answer lost ─► Asking ⇄ WaitingToAsk ─► (outcome)
//! ```

mod case;
mod ground;
mod ids;
mod inquiry;
mod listener;
mod session;
mod signature;
mod transaction;

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayEnd, DayVerdict, Instant, Now, OpenPayment, Outcome, QuestionId, Verdict};
use crate::protocols::driver::{Command, Driver, Effect, Input, LinkEvent, Report, Session, Stopping};
use crate::protocols::frame::Channel;
use crate::protocols::protocol::{DriverSetup, FieldError};

use super::messages::{Body, Category};
use super::settings::NexoSettings;
use case::{Case, Target};
use ground::{Effects, Ground};
use inquiry::{Asking, WaitingToAsk};
use listener::OpenQuestion;
pub use listener::announced_host;
use session::{LoggingIn, LoggingOut, Purpose, Resting, WaitingToLogIn};
use signature::AwaitingSignature;
use transaction::{Transacting, WaitingToTransact};

/// How often an AbortRequest that got lost goes out again; an abort moves no money.
const ABORT_TRIES: u32 = 3;
const ABORT_PAUSE: Duration = Duration::from_secs(2);

/// The registry's constructor.
pub fn create(setup: &DriverSetup) -> Result<Box<dyn Driver>, FieldError> {
    let settings = NexoSettings::from_fields(&setup.fields)?;
    Ok(Box::new(NexoDriver {
        ground: Ground::new(settings, setup.memory.as_ref(), setup.seed),
        state: State::Resting(Resting::new(Now {
            at: Instant::ORIGIN,
            wall: jiff::Timestamp::UNIX_EPOCH,
            offset: jiff::tz::Offset::UTC,
        })),
        question: None,
        abort: None,
    }))
}

struct NexoDriver {
    ground: Ground,
    state: State,
    /// The terminal's question to the cashier, held open on the listener.
    question: Option<OpenQuestion>,
    abort: Option<Abort>,
}

/// An AbortRequest under way, or one that waits for another try.
#[derive(Debug)]
struct Abort {
    channel: Option<Channel>,
    tries: u32,
    again_at: Option<Instant>,
}

#[derive(Debug)]
enum State {
    Resting(Resting),
    LoggingIn(LoggingIn),
    WaitingToLogIn(WaitingToLogIn),
    LoggingOut(LoggingOut),
    Transacting(Transacting),
    WaitingToTransact(WaitingToTransact),
    Asking(Asking),
    WaitingToAsk(WaitingToAsk),
    AwaitingSignature(AwaitingSignature),
}

impl Driver for NexoDriver {
    fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let mut out = Effects::new();
        match input {
            Input::Command(command) => self.on_command(now, command, &mut out),
            Input::Link(channel, event) if channel.name == "inbound" => self.on_inbound(now, channel, event, &mut out),
            Input::Link(channel, event) => self.on_link(now, channel, event, &mut out),
            Input::Tick => self.on_tick(now, &mut out),
        }
        if self.state.case().is_none() {
            self.close_question(&mut out);
            self.drop_abort(&mut out);
        }
        out
    }

    fn deadline(&self) -> Option<Instant> {
        let abort = self.abort.as_ref().and_then(|abort| abort.again_at);
        self.state.deadline(&self.ground).into_iter().chain(abort).min()
    }

    /// (5.1) An open question must be answered first; (12.3) what undoes a payment goes through.
    fn stopping(&self) -> Stopping {
        if self.question.is_some() || matches!(self.state, State::AwaitingSignature(_)) {
            return Stopping::Impossible("explain-answer-question-first");
        }
        if self.state.undoes() { Stopping::Impossible("explain-not-stoppable-any-more") } else { Stopping::Possible }
    }
}

impl NexoDriver {
    fn on_command(&mut self, now: Now, command: Command, out: &mut Effects) {
        match command {
            Command::Start(start) => self.take_on(now, Case::started(start.into_inner()), out),
            Command::Recover(open) => self.recover(now, open, out),
            Command::Cancel => self.cancel(now, out),
            Command::Answer(id, answer) => {
                if self.question.as_ref().is_some_and(|open| open.id() == id) {
                    self.answer_terminal(answer, out);
                } else {
                    self.answer_here(now, id, answer, out);
                }
            }
            // A nexo terminal takes no picture: its question is still open.
            Command::Sign(..) => {}
            Command::Forget => {
                let state = self.take_state(now);
                state.forget(out);
                // An abort on its way goes on without us.
                self.abort = None;
            }
            Command::Connect => {
                self.ground.holding = true;
                if let State::Resting(_) = self.state {
                    self.state = if self.ground.logged_in {
                        State::resting(now)
                    } else {
                        session::log_in(&mut self.ground, now, Purpose::Hold, out)
                    };
                }
            }
            Command::Disconnect => self.disconnect(now, out),
            Command::EndDay(_) => {
                let none = Explanation::new("explain-no-batch", Fault::Nobody);
                let end = DayEnd::without_figures(DayVerdict::NothingToClose, none);
                out.push(Effect::Report(Report::DayEnd(end)));
            }
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

    fn take_on(&mut self, now: Now, case: Case, out: &mut Effects) {
        self.state = match self.take_state(now) {
            State::LoggingIn(state) if state.is_for_nobody() => state.take_on(case),
            State::LoggingOut(state) if state.case().is_none() => state.take_on(case),
            State::Resting(_) => transaction::begin(&mut self.ground, now, case, out),
            State::WaitingToLogIn(state) if state.is_for_nobody() => {
                transaction::begin(&mut self.ground, now, case, out)
            }
            // The actor starts one payment at a time; the newcomer was not sent.
            busy => {
                let why = Explanation::new("explain-terminal-busy", Fault::Program);
                out.push(Effect::Report(Report::Outcome(Outcome::without_money(Verdict::NotCharged, why))));
                busy
            }
        };
    }

    fn recover(&mut self, now: Now, open: OpenPayment, out: &mut Effects) {
        self.state = match self.take_state(now) {
            State::WaitingToAsk(state) if state.inquiry().case().id == open.id => {
                state.hurry(&mut self.ground, now, out)
            }
            idle @ (State::Resting(_) | State::WaitingToLogIn(_) | State::LoggingIn(_) | State::LoggingOut(_))
                if idle.case().is_none() =>
            {
                idle.abandon(out);
                match Case::found(open) {
                    Ok(case) => inquiry::recover(&mut self.ground, now, case, out),
                    Err(error) => {
                        let why =
                            Explanation::new("explain-still-unknown", Fault::Program).with_detail(&error.to_string());
                        out.push(Effect::Report(Report::Outcome(Outcome::without_money(Verdict::InDoubt, why))));
                        State::resting(now)
                    }
                }
            }
            busy => busy,
        };
    }

    /// (5.2) The effect of an abort is seen only in the answer to the request it is about.
    fn cancel(&mut self, now: Now, out: &mut Effects) {
        if self.question.is_some() || matches!(self.state, State::AwaitingSignature(_)) {
            let first = Explanation::new("explain-answer-question-first", Fault::Nobody);
            return out.push(Effect::Report(Report::Notice(first)));
        }
        if let Some(case) = self.state.case_mut() {
            case.cancel_requested = true;
        }
        self.state = match self.take_state(now) {
            State::LoggingIn(state) => self.cancel_login(now, state, out),
            State::WaitingToLogIn(state) => match state.purpose() {
                Purpose::Case(case, Target::Request) => {
                    session::cancel_before_sending(&mut self.ground, now, &case, out)
                }
                Purpose::Case(case, target) => session::log_in(&mut self.ground, now, Purpose::Case(case, target), out),
                purpose => session::log_in(&mut self.ground, now, purpose, out),
            },
            State::LoggingOut(mut state) => match state.take_case() {
                Some(case) => {
                    session::close(state.channel(), out);
                    session::cancel_before_sending(&mut self.ground, now, &case, out)
                }
                None => State::LoggingOut(state),
            },
            State::WaitingToTransact(state) => match state.into_case() {
                (case, Target::Request) => {
                    let why = Explanation::new("explain-cancelled-by-cashier", Fault::Nobody);
                    conclude(&mut self.ground, now, &case, Outcome::without_money(Verdict::Cancelled, why), out)
                }
                (case, target) => transaction::transmit(&mut self.ground, now, case, target, out),
            },
            other => other,
        };
        if self.state.abortable().is_some() && self.abort.as_ref().is_none_or(|abort| abort.channel.is_none()) {
            self.abort = Some(Abort { channel: None, tries: 0, again_at: None });
            self.send_abort(out);
        }
    }

    fn cancel_login(&mut self, now: Now, state: LoggingIn, out: &mut Effects) -> State {
        let channel = state.channel();
        match state.unsent() {
            Ok(case) => {
                session::close(channel, out);
                session::cancel_before_sending(&mut self.ground, now, &case, out)
            }
            Err(state) => State::LoggingIn(*state),
        }
    }

    fn send_abort(&mut self, out: &mut Effects) {
        let Some((case, target)) = self.state.abortable() else {
            self.abort = None;
            return;
        };
        let reference = transaction::reference_to(&self.ground, case, target);
        let service_id = self.ground.service_id(out);
        let reason = "Cashier pressed cancel".to_owned();
        let message = self.ground.message(Category::Abort, &service_id, Body::AbortRequest { reference, reason });
        let (channel, open) = self.ground.exchange("abort", &message, ground::OTHERS_WITHIN);
        out.push(Effect::link(channel, open));
        if let Some(abort) = &mut self.abort {
            abort.channel = Some(channel);
            abort.tries += 1;
            abort.again_at = None;
        }
    }

    /// The answer promises nothing. An abort that could not be delivered says that the terminal cannot be reached, so the
    /// open request's answer is not waited for any longer but asked for; the abort goes out again meanwhile.
    fn on_abort(&mut self, now: Now, event: LinkEvent, out: &mut Effects) {
        let Some(abort) = &mut self.abort else { return };
        match event {
            LinkEvent::Opened => {}
            LinkEvent::Received(_) => abort.channel = None,
            LinkEvent::Lost(loss) => {
                abort.channel = None;
                abort.again_at = (abort.tries < ABORT_TRIES).then_some(now.at + ABORT_PAUSE);
                let why = ground::explain_loss(&loss);
                if abort.again_at.is_none() {
                    let unheard = Explanation::new("explain-cancel-not-confirmed", Fault::Link);
                    out.push(Effect::Report(Report::Notice(unheard)));
                }
                out.push(Effect::Report(Report::Session(Session::Offline(why.clone()))));
                self.state = match self.take_state(now) {
                    State::Transacting(state) => state.give_up_line(&mut self.ground, now, why, out),
                    other => other,
                };
            }
        }
    }

    fn drop_abort(&mut self, out: &mut Effects) {
        if let Some(channel) = self.abort.take().and_then(|abort| abort.channel) {
            session::close(channel, out);
        }
    }

    fn answer_here(&mut self, now: Now, id: QuestionId, answer: crate::domain::Answer, out: &mut Effects) {
        self.state = match self.take_state(now) {
            State::AwaitingSignature(state) => state.on_answer(&mut self.ground, now, id, answer, out),
            other => other,
        };
    }

    fn disconnect(&mut self, now: Now, out: &mut Effects) {
        self.ground.holding = false;
        self.ground.rest_until = None;
        self.state = match self.take_state(now) {
            State::Resting(_) if self.ground.logged_in => session::log_out(&mut self.ground, now, None, out),
            idle @ (State::Resting(_) | State::LoggingIn(_) | State::WaitingToLogIn(_)) if idle.case().is_none() => {
                idle.abandon(out);
                out.push(Effect::Report(Report::Session(Session::Maintenance)));
                State::resting(now)
            }
            other => other,
        };
    }

    fn on_link(&mut self, now: Now, channel: Channel, event: LinkEvent, out: &mut Effects) {
        if self.abort.as_ref().is_some_and(|abort| abort.channel == Some(channel)) {
            return self.on_abort(now, event, out);
        }
        let ground = &mut self.ground;
        let state = std::mem::replace(&mut self.state, State::resting(now));
        self.state = match state {
            State::LoggingIn(state) if state.channel() == channel => state.on_link(ground, now, event, out),
            State::LoggingOut(state) if state.channel() == channel => state.on_link(ground, now, event, out),
            State::Transacting(state) if state.owns(channel) => state.on_link(ground, now, channel, event, out),
            State::Asking(state) if state.channel() == channel => state.on_link(ground, now, event, out),
            // An event of a channel given up earlier.
            other => other,
        };
    }

    fn on_tick(&mut self, now: Now, out: &mut Effects) {
        if self.abort.as_ref().and_then(|abort| abort.again_at).is_some_and(|at| now.at >= at) {
            self.send_abort(out);
        }
        let ground = &mut self.ground;
        let state = std::mem::replace(&mut self.state, State::resting(now));
        self.state = match state {
            State::Resting(state) => state.on_tick(ground, now, out),
            State::WaitingToLogIn(state) => state.on_tick(ground, now, out),
            State::Transacting(state) => state.on_tick(ground, now, out),
            State::WaitingToTransact(state) => state.on_tick(ground, now, out),
            State::WaitingToAsk(state) => state.on_tick(ground, now, out),
            State::AwaitingSignature(state) => state.on_tick(ground, now, out),
            other @ (State::LoggingIn(_) | State::LoggingOut(_) | State::Asking(_)) => other,
        };
    }

    fn take_state(&mut self, now: Now) -> State {
        std::mem::replace(&mut self.state, State::resting(now))
    }
}

/// The end of a case.
fn conclude(_ground: &mut Ground, now: Now, _case: &Case, outcome: Outcome, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Outcome(outcome)));
    State::resting(now)
}

impl State {
    fn resting(now: Now) -> State {
        State::Resting(Resting::new(now))
    }

    fn deadline(&self, ground: &Ground) -> Option<Instant> {
        match self {
            State::Resting(state) => state.deadline(ground),
            State::WaitingToLogIn(state) => Some(state.deadline()),
            State::Transacting(state) => state.deadline(),
            State::WaitingToTransact(state) => Some(state.deadline()),
            State::WaitingToAsk(state) => Some(state.deadline()),
            State::AwaitingSignature(state) => Some(state.deadline()),
            // Bounded by the link.
            State::LoggingIn(_) | State::LoggingOut(_) | State::Asking(_) => None,
        }
    }

    fn case(&self) -> Option<&Case> {
        match self {
            State::Resting(_) => None,
            State::LoggingIn(state) => state.case(),
            State::WaitingToLogIn(state) => state.case(),
            State::LoggingOut(state) => state.case(),
            State::Transacting(state) => Some(state.case()),
            State::WaitingToTransact(state) => Some(state.case()),
            State::Asking(state) => Some(state.inquiry().case()),
            State::WaitingToAsk(state) => Some(state.inquiry().case()),
            State::AwaitingSignature(state) => Some(state.case()),
        }
    }

    /// The case while the terminal may be working on it.
    fn case_mut(&mut self) -> Option<&mut Case> {
        match self {
            State::Transacting(state) => Some(state.case_mut()),
            State::Asking(state) => Some(state.inquiry_mut().subject().0),
            State::WaitingToAsk(state) => Some(state.inquiry_mut().subject().0),
            _ => None,
        }
    }

    /// Whether the message at hand takes a payment back after a rejected signature.
    fn undoes(&self) -> bool {
        let target = match self {
            State::LoggingIn(state) => state.target(),
            State::WaitingToLogIn(state) => state.target(),
            State::Transacting(state) => Some(state.target()),
            State::WaitingToTransact(state) => Some(state.target()),
            State::Asking(state) => Some(state.inquiry().target()),
            State::WaitingToAsk(state) => Some(state.inquiry().target()),
            State::Resting(_) | State::LoggingOut(_) | State::AwaitingSignature(_) => None,
        };
        target == Some(Target::Undo)
    }

    /// What an AbortRequest would be about (5.2).
    fn abortable(&self) -> Option<(&Case, Target)> {
        match self {
            State::Transacting(state) if state.target() == Target::Request => Some((state.case(), Target::Request)),
            State::Asking(state) if !state.inquiry().case().settled => {
                Some((state.inquiry().case(), state.inquiry().target()))
            }
            State::WaitingToAsk(state) if !state.inquiry().case().settled => {
                Some((state.inquiry().case(), state.inquiry().target()))
            }
            _ => None,
        }
        .filter(|(case, target)| *target == Target::Request && case.service_id(*target).is_some())
    }

    fn note_life(&mut self, now: Now, service_id: Option<&str>, out: &mut Effects) {
        let (case, target) = match self {
            State::Transacting(state) => {
                state.note_sign(now);
                let target = state.target();
                (state.case_mut(), target)
            }
            // Late, but a sign all the same: the terminal has worked on it.
            State::Asking(state) => state.inquiry_mut().subject(),
            State::WaitingToAsk(state) => state.inquiry_mut().subject(),
            _ => return,
        };
        if service_id.is_some() && service_id == case.service_id(target) {
            case.note_life(out);
        }
    }

    /// Gives up what was under way for nobody's sake.
    fn abandon(self, out: &mut Effects) {
        match self {
            State::LoggingIn(state) => session::close(state.channel(), out),
            State::LoggingOut(state) => session::close(state.channel(), out),
            _ => {}
        }
    }

    /// Gives up asking; a person has decided.
    fn forget(self, out: &mut Effects) {
        match self {
            State::Asking(state) => session::close(state.channel(), out),
            other => other.abandon(out),
        }
    }
}
