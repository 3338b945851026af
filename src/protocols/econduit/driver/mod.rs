//! The till as a POS (reference part 2): one struct per state, consumed by its transition. Every call is an exchange of its
//! own; the one that moves money is answered when the terminal has finished.

mod case;
mod errands;
mod ground;
mod inquiry;
mod presence;
mod transaction;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayEnd, DayVerdict, Instant, Now, OpenPayment, Outcome, Prompt, Verdict};
use crate::protocols::driver::{Command, Driver, Effect, Input, LinkEvent, LossCause, Report, Session, Stopping};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::protocol::{DriverSetup, FieldError};

use super::settings::PosSettings;
use case::Case;
use errands::Running;
use ground::{Effects, Ground};
use inquiry::{Asking, WaitingToAsk};
use presence::{Looking, Resting};
use transaction::Transacting;

pub use ground::{CONNECT_WITHIN, QUESTION_WITHIN, credentials, exchange};

/// The constructor for the role `pos`.
///
/// # Errors
/// The field that is wrong or missing.
pub fn create(setup: &DriverSetup) -> Result<Box<dyn Driver>, FieldError> {
    let settings = PosSettings::from_fields(&setup.fields, &setup.secrets)?;
    let ground = Ground::new(settings, setup.memory.as_ref(), setup.seed);
    Ok(Box::new(PosDriver { ground, state: State::Resting(Resting::default()) }))
}

struct PosDriver {
    ground: Ground,
    state: State,
}

/// Where the driver is.
#[derive(Debug)]
enum State {
    Resting(Resting),
    Looking(Looking),
    Transacting(Box<Transacting>),
    Asking(Box<Asking>),
    WaitingToAsk(Box<WaitingToAsk>),
    Running(Running),
}

impl Driver for PosDriver {
    fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
            Input::Command(command) => self.on_command(now, command, &mut out),
            Input::Link(channel, event) => self.on_link(now, channel, event, &mut out),
            Input::Tick => self.on_tick(now, &mut out),
        }
        self.keep_in_sight(now, &out);
        out
    }

    fn deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Resting(state) => state.deadline(),
            State::Looking(state) => Some(state.deadline()),
            State::Transacting(state) => Some(state.deadline()),
            State::Asking(state) => Some(state.deadline()),
            State::WaitingToAsk(state) => Some(state.deadline()),
            State::Running(state) => Some(state.deadline()),
        }
    }

    /// (3.10)
    fn stopping(&self) -> Stopping {
        match &self.state {
            State::Transacting(state) => state.case().stopping(),
            State::Asking(state) => state.inquiry().case().stopping(),
            State::WaitingToAsk(state) => state.inquiry().case().stopping(),
            State::Resting(_) | State::Looking(_) | State::Running(_) => Stopping::Possible,
        }
    }
}

impl PosDriver {
    fn on_command(&mut self, now: Now, command: Command, out: &mut Effects) {
        match command {
            Command::Start(start) => self.take_on(now, Case::started(start.into_inner()), out),
            Command::Recover(open) => self.recover(now, open, out),
            Command::Cancel => self.cancel(now, out),
            // The customer signs on the terminal, and nothing is asked of the cashier.
            Command::Answer(..) | Command::Sign(..) => {}
            Command::Forget => self.forget(out),
            Command::Connect => {
                self.ground.holding = true;
                if let State::Resting(_) = self.state {
                    out.push(Effect::Report(Report::Session(Session::Connecting)));
                    self.state = presence::look(&mut self.ground, now, out);
                }
            }
            Command::Disconnect => {
                self.ground.holding = false;
                if self.is_idle() {
                    self.rest(out);
                    out.push(Effect::Report(Report::Session(Session::Maintenance)));
                }
            }
            Command::EndDay(_) => self.end_day(now, out),
            Command::Prompt(prompt) => self.prompt(now, &prompt, out),
            Command::Scan => {
                let unable = Explanation::new("explain-no-scanner", Fault::Nobody);
                out.push(Effect::Report(Report::Scanned(Err(unable))));
            }
            // Nobody outside commissions anything of a POS.
            Command::Fulfil(..) => {}
        }
    }

    /// A terminal that was told to be away, by whatever call, is looked for again.
    fn keep_in_sight(&mut self, now: Now, out: &Effects) {
        let session = out.iter().rev().find_map(|effect| match effect {
            Effect::Report(Report::Session(session)) => Some(session),
            _ => None,
        });
        let is_away = matches!(session, Some(Session::Offline(_) | Session::Refused(_)));
        if let State::Resting(resting) = &mut self.state
            && self.ground.holding
            && is_away
        {
            resting.look_again(now);
        }
    }

    fn is_idle(&self) -> bool {
        matches!(self.state, State::Resting(_) | State::Looking(_))
    }

    /// Gives up what is under way for nobody's sake.
    fn rest(&mut self, out: &mut Effects) {
        if let State::Looking(looking) = &self.state {
            ground::close(looking.channel(), out);
        }
        self.state = State::Resting(Resting::default());
    }

    fn take_on(&mut self, now: Now, case: Case, out: &mut Effects) {
        if !self.is_idle() {
            // The actor starts one payment at a time; the newcomer was not sent.
            let why = Explanation::new("explain-terminal-busy", Fault::Program);
            return out.push(Effect::Report(Report::Outcome(Outcome::without_money(Verdict::NotCharged, why))));
        }
        self.rest(out);
        self.state = transaction::begin(&mut self.ground, now, case, out);
    }

    fn recover(&mut self, now: Now, open: OpenPayment, out: &mut Effects) {
        match self.take_state() {
            State::WaitingToAsk(waiting) if waiting.inquiry().case().id == open.id => {
                self.state = waiting.hurry(&mut self.ground, now, out);
            }
            state => {
                self.state = state;
                if self.is_idle() {
                    self.rest(out);
                    self.state = self.found(now, open, out);
                }
            }
        }
    }

    fn found(&mut self, now: Now, open: OpenPayment, out: &mut Effects) -> State {
        match Case::found(open) {
            Ok(case) => inquiry::recover(&mut self.ground, now, case, out),
            Err(error) => {
                let why = Explanation::new("explain-still-unknown", Fault::Program).with_detail(&error.to_string());
                conclude(Outcome::without_money(Verdict::InDoubt, why), out)
            }
        }
    }

    fn end_day(&mut self, now: Now, out: &mut Effects) {
        if !self.is_idle() {
            let busy = Explanation::new("explain-terminal-busy", Fault::Program);
            let end = DayEnd::without_figures(DayVerdict::NotClosed, busy);
            return out.push(Effect::Report(Report::DayEnd(end)));
        }
        self.rest(out);
        self.state = errands::close_batch(&mut self.ground, now, out);
    }

    fn prompt(&mut self, now: Now, prompt: &Prompt, out: &mut Effects) {
        if !self.is_idle() {
            let busy = Explanation::new("explain-terminal-busy", Fault::Program);
            return out.push(Effect::Report(Report::Prompted(Err(busy))));
        }
        self.rest(out);
        self.state = errands::prompt(&mut self.ground, now, prompt, out);
    }

    fn cancel(&mut self, now: Now, out: &mut Effects) {
        self.state = match self.take_state() {
            State::Transacting(state) => state.cancel(&mut self.ground, now, out),
            State::Running(state) => state.cancel(out),
            other => other,
        };
    }

    /// Stops asking; the terminal goes on without us.
    fn forget(&mut self, out: &mut Effects) {
        match self.take_state() {
            State::Transacting(state) => state.channels().for_each(|channel| ground::abandon(channel, out)),
            State::Asking(state) => ground::close(state.channel(), out),
            State::WaitingToAsk(_) => {}
            other => self.state = other,
        }
    }

    fn on_link(&mut self, now: Now, channel: Channel, event: LinkEvent, out: &mut Effects) {
        if matches!(&event, LinkEvent::Lost(loss) if loss.cause == LossCause::NotDurable) {
            // What was to be sent was held back, and nobody wants it any more.
            ground::close(channel, out);
        }
        if let LinkEvent::Received(Frame::Response(response)) = &event {
            self.ground.note_date(now, response.date);
        }
        let state = self.take_state();
        let ground = &mut self.ground;
        self.state = match state {
            State::Looking(state) if state.channel() == channel => state.on_link(ground, event, out),
            State::Transacting(state) if state.owns(channel) => state.on_link(ground, now, channel, event, out),
            State::Asking(state) if state.channel() == channel => state.on_link(ground, now, event, out),
            State::Running(state) if state.channel() == channel => state.on_link(ground, event, out),
            // An event of a channel given up earlier.
            other => other,
        };
    }

    fn on_tick(&mut self, now: Now, out: &mut Effects) {
        let state = self.take_state();
        let ground = &mut self.ground;
        self.state = match state {
            State::Resting(state) => state.on_tick(ground, now, out),
            State::Looking(state) => state.on_tick(now, out),
            State::Transacting(state) => state.on_tick(ground, now, out),
            State::Asking(state) => state.on_tick(now, out),
            State::WaitingToAsk(state) => state.on_tick(ground, now, out),
            State::Running(state) => state.on_tick(now, out),
        };
    }

    fn take_state(&mut self) -> State {
        std::mem::replace(&mut self.state, State::Resting(Resting::default()))
    }
}

/// The end of a case.
fn conclude(outcome: Outcome, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Outcome(outcome)));
    State::Resting(Resting::default())
}
