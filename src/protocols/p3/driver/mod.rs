//! The till's side of PayProtocol P3: one struct per state, consumed by its transition, over one line to the PayServer
//! with its login (`ground.rs`).

mod case;
mod errands;
mod ground;
mod inquiry;
mod presence;
mod transaction;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, OpenPayment, Outcome, Verdict};
use crate::protocols::driver::{Command, Driver, Effect, Input, LinkEvent, Report, Session, Stopping};
use crate::protocols::frame::Channel;
use crate::protocols::protocol::{DriverSetup, FieldError};

use super::settings::{self, P3Settings};
use case::Case;
use errands::{Errand, Kind};
use ground::{Effects, Ground, Line, News};
use inquiry::{Asking, WaitingToAsk};
use presence::Resting;
use transaction::{Running, WaitingToStart};

/// The registry's constructor.
pub fn create(setup: &DriverSetup) -> Result<Box<dyn Driver>, FieldError> {
    let settings = P3Settings::from_fields(&setup.fields)?;
    let secret = setup.secrets.secret("merchant_secret").map(crate::domain::Secret::reveal);
    let secret = settings::merchant_secret(secret)?;
    let ground = Ground::new(settings, secret, setup.memory.as_ref(), setup.seed);
    Ok(Box::new(P3Driver { ground, state: State::Resting(Resting) }))
}

struct P3Driver {
    ground: Ground,
    state: State,
}

/// Where the driver is.
#[derive(Debug)]
enum State {
    Resting(Resting),
    WaitingToStart(WaitingToStart),
    Running(Box<Running>),
    Asking(Asking),
    WaitingToAsk(WaitingToAsk),
    Errand(Errand),
}

impl Driver for P3Driver {
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
            State::Resting(_) | State::WaitingToStart(_) => Stopping::Possible,
            // The server is told as soon as it can be reached.
            State::Asking(_) | State::WaitingToAsk(_) | State::Errand(_) => Stopping::Possible,
        }
    }

    fn has_parting_words(&self) -> bool {
        self.ground.call_off.is_some()
    }
}

impl P3Driver {
    fn on_command(&mut self, now: Now, command: Command, out: &mut Effects) {
        match command {
            Command::Start(start) => self.take_on(now, Case::started(start.into_inner()), out),
            Command::Recover(open) => self.recover(now, open, out),
            Command::Cancel => self.cancel(now, out),
            Command::Answer(id, answer) => {
                if let State::Running(state) = &mut self.state {
                    state.answer(&mut self.ground, now, id, answer, out);
                }
            }
            Command::Sign(id, image) => {
                if let State::Running(state) = &mut self.state {
                    state.sign(&mut self.ground, now, id, image, out);
                }
            }
            Command::Forget => self.forget(out),
            Command::Connect => {
                self.ground.holding = true;
                if matches!(self.ground.line, Line::Down { .. }) {
                    out.push(Effect::Report(Report::Session(Session::Connecting)));
                    self.ground.want_line(now, out);
                }
            }
            Command::Disconnect => {
                self.ground.holding = false;
                if let State::Resting(_) = self.state {
                    self.ground.close_line(out);
                    out.push(Effect::Report(Report::Session(Session::Maintenance)));
                }
            }
            Command::EndDay(_) => self.run_errand(now, Kind::Submit, out),
            Command::Prompt(_) => {
                let unable = Explanation::new("explain-no-prompts", Fault::Nobody);
                out.push(Effect::Report(Report::Prompted(Err(unable))));
            }
            // Nobody outside commissions anything through this protocol.
            Command::Fulfil(..) => {}
            Command::Scan => self.run_errand(now, Kind::Scan, out),
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

    fn run_errand(&mut self, now: Now, kind: Kind, out: &mut Effects) {
        if !matches!(self.state, State::Resting(_)) {
            return errands::refuse(kind, Explanation::new("explain-terminal-busy", Fault::Program), out);
        }
        self.state = errands::begin(&mut self.ground, now, kind, out);
    }

    fn recover(&mut self, now: Now, open: OpenPayment, out: &mut Effects) {
        self.state = match self.take_state() {
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
        let ground = &mut self.ground;
        self.state = match std::mem::take(&mut self.state) {
            State::WaitingToStart(state) => state.cancel(out),
            State::Running(mut state) => {
                state.cancel(ground, now, out);
                State::Running(state)
            }
            State::Asking(mut state) => {
                call_off(ground, now, state.inquiry_mut().case_mut(), out);
                State::Asking(state)
            }
            State::WaitingToAsk(mut state) => {
                call_off(ground, now, state.inquiry_mut().case_mut(), out);
                State::WaitingToAsk(state)
            }
            State::Errand(state) => {
                state.cancel(ground, now, out);
                State::Errand(state)
            }
            State::Resting(state) => State::Resting(state),
        };
    }

    /// Stops asking: a person has decided.
    fn forget(&mut self, out: &mut Effects) {
        match self.take_state() {
            State::Errand(errand) => self.state = State::Errand(errand),
            // What was sent may still be on its way, and what is at the server goes on.
            State::Running(state) => {
                if state.is_to_be_cancelled() {
                    self.ground.call_off_later(state.tag());
                }
                self.ground.abandon_line(out);
            }
            State::Resting(_) | State::WaitingToStart(_) | State::Asking(_) | State::WaitingToAsk(_) => {}
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
            News::Message(message) => {
                let ground = &mut self.ground;
                self.state = match std::mem::take(&mut self.state) {
                    State::Running(state) => state.on_message(ground, now, *message, out),
                    State::Asking(state) => state.on_message(ground, now, *message, out),
                    State::WaitingToAsk(state) => state.on_message(now, &message),
                    State::Errand(state) => state.on_message(ground, *message, out),
                    other @ (State::Resting(_) | State::WaitingToStart(_)) => other,
                };
            }
            News::Lost(loss) => {
                let why = ground::explain_loss(&loss);
                out.push(Effect::Report(Report::Session(Session::Offline(why.clone()))));
                let ground = &mut self.ground;
                self.state = match std::mem::take(&mut self.state) {
                    State::WaitingToStart(state) => state.on_lost(&loss, out),
                    State::Running(state) => state.on_lost(ground, now, &loss, out),
                    State::Asking(state) => state.on_lost(ground, now, why, out),
                    State::Errand(state) => state.on_lost(why, out),
                    other @ (State::Resting(_) | State::WaitingToAsk(_)) => other,
                };
            }
            News::Refused(why) => {
                self.ground.holding = false;
                self.state = match std::mem::take(&mut self.state) {
                    State::WaitingToStart(state) => state.on_refused(why, out),
                    State::Asking(state) => state.on_refused(now, why, out),
                    State::Errand(state) => state.on_lost(why, out),
                    other => other,
                };
            }
        }
    }

    fn on_up(&mut self, now: Now, out: &mut Effects) {
        let ground = &mut self.ground;
        if let Some(tag) = ground.call_off.take() {
            ground.send_abort(now, &tag, None, out);
        }
        self.state = match std::mem::take(&mut self.state) {
            State::WaitingToStart(state) => state.on_up(ground, now, out),
            State::Asking(state) => state.on_up(ground, now, out),
            State::Errand(state) => state.on_up(ground, now, out),
            other => other,
        };
    }

    fn on_tick(&mut self, now: Now, out: &mut Effects) {
        let news = self.ground.line_tick(now, out);
        self.on_news(now, news, out);
        let ground = &mut self.ground;
        self.state = match std::mem::take(&mut self.state) {
            State::Running(state) => state.on_tick(ground, now, out),
            State::Asking(state) => state.on_tick(ground, now, out),
            State::WaitingToAsk(state) => state.on_tick(ground, now, out),
            State::Errand(state) => state.on_tick(ground, now, out),
            other @ (State::Resting(_) | State::WaitingToStart(_)) => other,
        };
    }

    /// While nothing is under way the line stands where it is wanted, and is tried again where it was lost.
    fn keep_line(&mut self, now: Now, out: &mut Effects) {
        if !matches!(self.state, State::Resting(_)) {
            return;
        }
        match (&self.ground.line, self.ground.holding) {
            (Line::Down { again_at: Some(_) }, true) => {}
            (Line::Down { again_at: Some(_) }, false) if self.ground.call_off.is_some() => {}
            (Line::Down { .. }, holding) => {
                let wanted = self.ground.has_to_call_off() || holding;
                let again_at = wanted.then(|| now.at + self.ground.pause());
                self.ground.line = Line::Down { again_at };
            }
            (Line::Up { .. }, false) => self.ground.close_line(out),
            (_, false) if self.ground.call_off.is_none() => self.ground.close_line(out),
            _ => {}
        }
    }

    fn take_state(&mut self) -> State {
        std::mem::take(&mut self.state)
    }
}

/// The cashier wants a payment stopped whose line is gone.
fn call_off(ground: &mut Ground, now: Now, case: &mut Case, out: &mut Effects) {
    case.cancel_requested = true;
    if !case.settled && ground.send_abort(now, case.tag(), None, out).is_none() {
        ground.call_off_later(case.tag());
    }
}

/// The end of a case.
fn conclude(outcome: Outcome, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Outcome(outcome)));
    State::Resting(Resting)
}

impl Default for State {
    fn default() -> Self {
        State::Resting(Resting)
    }
}

impl State {
    fn deadline(&self) -> Option<Instant> {
        match self {
            // Bounded by the line's own waits.
            State::Resting(_) | State::WaitingToStart(_) => None,
            State::Running(state) => Some(state.deadline()),
            State::Asking(state) => state.deadline(),
            State::WaitingToAsk(state) => Some(state.deadline()),
            State::Errand(state) => state.deadline(),
        }
    }
}
