//! The till's side of Valor Connect: one struct per state, consumed by its transition. A line for each transaction; the
//! cancel has a line of its own.

mod batch;
mod cancelling;
mod case;
mod ground;
mod inquiry;
mod presence;
mod settlement;
mod transaction;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayEnd, DayVerdict, Instant, Now, OpenPayment, Outcome, Verdict};
use crate::protocols::driver::{Command, Driver, Effect, Input, LinkEvent, LossCause, Report, Session, Stopping};
use crate::protocols::frame::Channel;
use crate::protocols::protocol::{DriverSetup, FieldError};
use crate::protocols::recovery::Backoff;

use super::settings::ValorSettings;
use cancelling::{Cancelling, Progress};
use case::Case;
use ground::{Effects, Ground};
use inquiry::{Asking, WaitingToAsk};
use presence::{Looking, Resting};
use settlement::Settling;
use transaction::{Opening, Transacting, WaitingToTransact};

/// The registry's constructor.
pub fn create(setup: &DriverSetup) -> Result<Box<dyn Driver>, FieldError> {
    let settings = ValorSettings::from_fields(&setup.fields)?;
    let ground = Ground::new(settings, setup.memory.as_ref(), setup.seed);
    Ok(Box::new(ValorDriver { ground, state: State::Resting(Resting::default()), cancelling: None }))
}

struct ValorDriver {
    ground: Ground,
    state: State,
    cancelling: Option<Cancelling>,
}

/// Where the driver is.
#[derive(Debug)]
enum State {
    Resting(Resting),
    Looking(Looking),
    Opening(Opening),
    Transacting(Transacting),
    WaitingToTransact(WaitingToTransact),
    Asking(Asking),
    WaitingToAsk(WaitingToAsk),
    Settling(Settling),
}

impl Driver for ValorDriver {
    fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
            Input::Command(command) => self.on_command(now, command, &mut out),
            Input::Link(channel, LinkEvent::Received(frame)) => {
                for object in ground::objects_in(&frame) {
                    self.on_link(now, channel, LinkEvent::Received(object), &mut out);
                }
            }
            Input::Link(channel, event) => self.on_link(now, channel, event, &mut out),
            Input::Tick => self.on_tick(now, &mut out),
        }
        self.after_step(now, &mut out);
        out
    }

    fn deadline(&self) -> Option<Instant> {
        self.state.deadline().into_iter().chain(self.cancelling.as_ref().map(Cancelling::deadline)).min()
    }

    /// (7.16) It works until the card is read, and nothing tells the till when that is.
    fn stopping(&self) -> Stopping {
        Stopping::Possible
    }

    fn has_parting_words(&self) -> bool {
        self.cancelling.is_some()
    }
}

impl ValorDriver {
    fn on_command(&mut self, now: Now, command: Command, out: &mut Effects) {
        match command {
            Command::Start(start) => self.take_on(Case::started(start.into_inner()), out),
            Command::Recover(open) => self.recover(now, open, out),
            Command::Cancel => self.cancel(now, out),
            // A Valor terminal asks the cashier nothing.
            Command::Answer(..) | Command::Sign(..) => {}
            Command::Forget => self.forget(out),
            Command::Connect => {
                self.ground.holding = true;
                if let State::Resting(_) = self.state {
                    out.push(Effect::Report(Report::Session(Session::Connecting)));
                    self.state = presence::look(&mut self.ground, now, Backoff::default(), out);
                }
            }
            Command::Disconnect => {
                self.ground.holding = false;
                if self.state.is_idle() {
                    self.rest(out);
                    out.push(Effect::Report(Report::Session(Session::Maintenance)));
                }
            }
            Command::EndDay(_) => self.end_day(now, out),
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

    /// Gives up what is under way for nobody's sake.
    fn rest(&mut self, out: &mut Effects) {
        if let State::Looking(looking) = &self.state {
            ground::close(looking.channel(), out);
        }
        self.state = State::Resting(Resting::default());
    }

    fn take_on(&mut self, case: Case, out: &mut Effects) {
        if !self.state.is_idle() {
            // The actor starts one payment at a time; the newcomer was not sent.
            let why = Explanation::new("explain-terminal-busy", Fault::Program);
            return out.push(Effect::Report(Report::Outcome(Outcome::without_money(Verdict::NotCharged, why))));
        }
        self.rest(out);
        self.state = transaction::begin(&mut self.ground, case, out);
    }

    fn recover(&mut self, now: Now, open: OpenPayment, out: &mut Effects) {
        if let State::WaitingToAsk(_) = &self.state {
            let State::WaitingToAsk(waiting) = self.take_state() else { return };
            self.state = if waiting.inquiry().case().id == open.id {
                waiting.hurry(&mut self.ground, now, out)
            } else {
                State::WaitingToAsk(waiting)
            };
        } else if self.state.is_idle() {
            self.rest(out);
            self.state = match Case::found(open) {
                Ok(case) => inquiry::recover(&mut self.ground, now, case, out),
                Err(error) => {
                    let why = Explanation::new("explain-still-unknown", Fault::Program).with_detail(&error.to_string());
                    out.push(Effect::Report(Report::Outcome(Outcome::without_money(Verdict::InDoubt, why))));
                    State::Resting(Resting::default())
                }
            };
        }
    }

    fn end_day(&mut self, now: Now, out: &mut Effects) {
        if !self.state.is_idle() {
            let busy = Explanation::new("explain-terminal-busy", Fault::Program);
            let end = DayEnd::without_figures(DayVerdict::NotClosed, busy);
            return out.push(Effect::Report(Report::DayEnd(end)));
        }
        self.rest(out);
        self.state = settlement::begin(&mut self.ground, now, out);
    }

    /// Before the request has left, there is nothing to cancel at the terminal.
    fn cancel(&mut self, now: Now, out: &mut Effects) {
        if let Some(case) = self.state.case_mut() {
            case.cancel_requested = true;
        }
        self.state = match self.take_state() {
            State::Opening(state) => state.cancel(out),
            State::WaitingToTransact(state) => state.cancel(out),
            other => other,
        };
        let Some(req_txn_id) = self.state.cancellable().map(str::to_owned) else { return };
        let repeated = self
            .cancelling
            .as_ref()
            .is_some_and(|known| known.is_about(&req_txn_id) && !known.is_precaution() && !known.is_waiting());
        if !repeated {
            self.send_cancel(now, &req_txn_id, false, out);
        }
    }

    fn send_cancel(&mut self, now: Now, req_txn_id: &str, precaution: bool, out: &mut Effects) {
        if let Some(older) = self.cancelling.take() {
            older.drop(out);
        }
        self.cancelling = Some(Cancelling::begin(&mut self.ground, now, req_txn_id, precaution, out));
    }

    /// Stops asking; a cancel on its way goes on without us.
    fn forget(&mut self, out: &mut Effects) {
        if let Some(cancelling) = &mut self.cancelling {
            cancelling.outlive();
        }
        let state = self.take_state();
        match state {
            State::Opening(state) => ground::abandon(state.channel(), out),
            State::Transacting(state) => state.channels().for_each(|channel| ground::abandon(channel, out)),
            State::Asking(state) => ground::close(state.channel(), out),
            State::Looking(_) | State::Settling(_) => self.state = state,
            State::Resting(_) | State::WaitingToTransact(_) | State::WaitingToAsk(_) => {}
        }
    }

    fn on_link(&mut self, now: Now, channel: Channel, event: LinkEvent, out: &mut Effects) {
        if matches!(&event, LinkEvent::Lost(loss) if loss.cause == LossCause::NotDurable) {
            // What was to be sent was held back; the line itself stands, and nobody wants it any more.
            ground::close(channel, out);
        }
        if self.cancelling.as_ref().is_some_and(|cancelling| cancelling.owns(channel)) {
            return self.on_cancel_link(now, event, out);
        }
        let state = self.take_state();
        let ground = &mut self.ground;
        self.state = match state {
            State::Looking(state) if state.channel() == channel => state.on_link(ground, now, event, out),
            State::Opening(state) if state.channel() == channel => state.on_link(ground, now, event, out),
            State::Transacting(state) if state.owns(channel) => state.on_link(ground, now, channel, event, out),
            State::Asking(state) if state.channel() == channel => state.on_link(ground, now, event, out),
            State::Settling(state) if state.channel() == channel => state.on_link(ground, now, event, out),
            // An event of a channel given up earlier.
            other => other,
        };
    }

    fn on_cancel_link(&mut self, now: Now, event: LinkEvent, out: &mut Effects) {
        let Some(cancelling) = self.cancelling.take() else { return };
        let progress = cancelling.on_link(&mut self.ground, now, event, out);
        self.after_cancel(now, progress, out);
    }

    /// A cancel that reaches nobody says nothing about the transaction (3.4), and perhaps something about the line.
    fn after_cancel(&mut self, now: Now, progress: Progress, out: &mut Effects) {
        let (again, req_txn_id, why) = match progress {
            Progress::GoesOn(cancelling) => {
                self.cancelling = Some(cancelling);
                return;
            }
            Progress::Answered => return,
            Progress::Unheard { again, precaution: true, .. } => {
                self.cancelling = again;
                return;
            }
            Progress::Unheard { again, req_txn_id, precaution: false, why } => (again, req_txn_id, why),
        };
        let given_up = again.is_none();
        self.cancelling = again;
        if self.state.cancellable() != Some(req_txn_id.as_str()) {
            return;
        }
        if given_up {
            let unheard = Explanation::new("explain-cancel-not-confirmed", Fault::Link);
            out.push(Effect::Report(Report::Notice(unheard)));
        }
        out.push(Effect::Report(Report::Session(Session::Offline(why.clone()))));
        if let State::Transacting(state) = &mut self.state {
            state.doubt_line(&mut self.ground, now, why, out);
        }
    }

    fn on_tick(&mut self, now: Now, out: &mut Effects) {
        if self.cancelling.as_ref().is_some_and(|cancelling| now.at >= cancelling.deadline())
            && let Some(cancelling) = self.cancelling.take()
        {
            let progress = cancelling.on_tick(&mut self.ground, now, out);
            self.after_cancel(now, progress, out);
        }
        let state = self.take_state();
        let ground = &mut self.ground;
        self.state = match state {
            State::Resting(state) => state.on_tick(ground, now, out),
            State::Looking(state) => state.on_tick(ground, now, out),
            State::Transacting(state) => state.on_tick(ground, now, out),
            State::WaitingToTransact(state) => state.on_tick(ground, now, out),
            State::Asking(state) => state.on_tick(ground, now, out),
            State::WaitingToAsk(state) => state.on_tick(ground, now, out),
            State::Settling(state) => state.on_tick(now, out),
            State::Opening(state) => State::Opening(state),
        };
    }

    /// A request that nobody can ask about shall not come to life later (8.2); and a payment that has ended needs no cancel.
    fn after_step(&mut self, now: Now, out: &mut Effects) {
        let known = |id: &String| self.cancelling.as_ref().is_some_and(|cancelling| cancelling.is_about(id));
        if let Some(id) = self.ground.call_off.take().filter(|id| !known(id)) {
            self.send_cancel(now, &id, true, out);
        }
        if let State::Resting(resting) = &mut self.state {
            resting.keep_looking(&self.ground, now);
        }
        let over = self.state.cancellable().is_none();
        if let Some(cancelling) = self.cancelling.take_if(|cancelling| over && !cancelling.is_precaution()) {
            cancelling.drop(out);
        }
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

impl State {
    fn deadline(&self) -> Option<Instant> {
        match self {
            State::Resting(state) => state.deadline(),
            State::Looking(state) => Some(state.deadline()),
            // Bounded by the link.
            State::Opening(_) => None,
            State::Transacting(state) => Some(state.deadline()),
            State::WaitingToTransact(state) => Some(state.deadline()),
            State::Asking(state) => Some(state.deadline()),
            State::WaitingToAsk(state) => Some(state.deadline()),
            State::Settling(state) => Some(state.deadline()),
        }
    }

    fn is_idle(&self) -> bool {
        matches!(self, State::Resting(_) | State::Looking(_))
    }

    fn case_mut(&mut self) -> Option<&mut Case> {
        match self {
            State::Transacting(state) => Some(state.case_mut()),
            State::Asking(state) => Some(state.inquiry_mut().case_mut()),
            State::WaitingToAsk(state) => Some(state.inquiry_mut().case_mut()),
            _ => None,
        }
    }

    /// The id of what the terminal may be working on.
    fn cancellable(&self) -> Option<&str> {
        let case = match self {
            State::Transacting(state) => state.case(),
            State::Asking(state) => state.inquiry().case(),
            State::WaitingToAsk(state) => state.inquiry().case(),
            _ => return None,
        };
        (!case.settled).then(|| case.req_txn_id())
    }
}
