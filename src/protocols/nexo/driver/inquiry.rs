//! Asking what became of a message whose answer was lost: the recovery algorithm of reference 11.2 and 11.3.

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, Outcome, Verdict};
use crate::protocols::driver::{Effect, LinkEvent, Report, Session};
use crate::protocols::frame::Channel;
use crate::protocols::recovery::{self, BUSY_PAUSE, Backoff, FLIGHT, REFUSALS, UNKNOWN_PAUSE};

use super::super::messages::{Body, ErrorCondition, Message, TransactionStatusResponse};
use super::State;
use super::case::{Case, Target};
use super::ground::{self, Effects, Ground, Reply};
use super::session::{self, Purpose};
use super::signature;
use super::transaction::{self, Source, Whose};

/// How often a reversal that the terminal does not know goes out again.
const UNDO_AGAIN: u32 = 2;

/// One case being asked about.
#[derive(Debug)]
pub struct Inquiry {
    case: Case,
    target: Target,
    form: Form,
    not_found: u32,
    backoff: Backoff,
    /// Questions in a row that the terminal would not answer.
    refusals: u32,
    /// The session that the terminal denies was opened for this very question.
    fresh_session: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// With the whole MessageReference.
    Full,
    /// Without: the terminal's last transaction with this till.
    Short,
}

/// A TransactionStatusRequest is out.
#[derive(Debug)]
pub struct Asking {
    inquiry: Inquiry,
    channel: Channel,
    service_id: String,
}

#[derive(Debug)]
pub struct WaitingToAsk {
    inquiry: Inquiry,
    until: Instant,
}

impl Inquiry {
    pub fn about(case: Case, target: Target, _now: Now) -> Inquiry {
        Inquiry {
            case,
            target,
            form: Form::Full,
            not_found: 0,
            backoff: Backoff::default(),
            refusals: 0,
            fresh_session: false,
        }
    }

    pub fn case(&self) -> &Case {
        &self.case
    }

    pub fn target(&self) -> Target {
        self.target
    }

    /// Asks now.
    pub fn ask(self, ground: &mut Ground, _now: Now, out: &mut Effects) -> State {
        let service_id = ground.service_id(out);
        let message =
            transaction::status_request(ground, &self.case, self.target, &service_id, self.form == Form::Full);
        let (channel, open) = ground.exchange("status", &message, ground::OTHERS_WITHIN);
        out.push(Effect::link(channel, open));
        State::Asking(Asking { inquiry: self, channel, service_id })
    }

    /// Asks because somebody wants to know, or because the till was started again: not more often than is permitted.
    fn ask_by_hand(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        let pause = ground.asking.wait(now.wall);
        if pause > Duration::ZERO {
            return self.wait(now, pause);
        }
        ground.asking.note(now.wall);
        ground.remember(out);
        self.ask(ground, now, out)
    }

    /// Asks after the pause that fits the number of failures so far.
    pub fn wait_and_ask(mut self, ground: &mut Ground, now: Now, _out: &mut Effects) -> State {
        self.refusals = 0;
        let pause = self.backoff.next(ground.dice);
        self.wait(now, pause)
    }

    fn wait(self, now: Now, pause: Duration) -> State {
        State::WaitingToAsk(WaitingToAsk { inquiry: self, until: now.at + pause })
    }

    /// The terminal answers but tells nothing: for five minutes, then a person decides (11.2, last row).
    pub fn refused(mut self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.refusals += 1;
        if self.refusals >= REFUSALS {
            return self.give_up(ground, now, why, out);
        }
        self.wait(now, UNKNOWN_PAUSE)
    }

    fn give_up(self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        super::conclude(ground, now, &self.case, Outcome::without_money(Verdict::InDoubt, why), out)
    }

    fn answered(
        mut self,
        ground: &mut Ground,
        now: Now,
        status: TransactionStatusResponse,
        out: &mut Effects,
    ) -> State {
        let response = status.response;
        let is = |conditions: &[ErrorCondition]| response.failed_with(conditions);
        if self.backoff.is_failing() {
            out.push(Effect::Report(Report::Session(Session::Ready(Vec::new()))));
        }
        self.backoff.reset();
        if is(&[ErrorCondition::Busy, ErrorCondition::InProgress]) {
            self.refusals = 0;
            return self.wait(now, BUSY_PAUSE);
        }
        if is(&[ErrorCondition::NotAllowed, ErrorCondition::LoggedOut]) {
            self.case.note_session_lost(out);
            ground.logged_in = false;
            // Each login resets the terminal (4.1): one that did not help is not made again at once.
            if std::mem::take(&mut self.fresh_session) {
                let words = response.additional.unwrap_or_default();
                let why = Explanation::new("explain-still-unknown", Fault::Terminal).with_detail(&words);
                return self.refused(ground, now, why, out);
            }
            self.fresh_session = true;
            return session::log_in(ground, now, Purpose::Inquiry(Box::new(self)), out);
        }
        // The session served this question; another till may end it before the next.
        self.fresh_session = false;
        if is(&[ErrorCondition::NotFound]) {
            self.refusals = 0;
            return self.not_found(ground, now, None, out);
        }
        match status.repeated.filter(|_| response.is_success()) {
            Some(repeated) => self.repeated(ground, now, repeated, out),
            None => {
                let words = response.additional.unwrap_or_default();
                let why = Explanation::new("explain-still-unknown", Fault::Terminal).with_detail(&words);
                self.refused(ground, now, why, out)
            }
        }
    }

    fn repeated(mut self, ground: &mut Ground, now: Now, repeated: Message, out: &mut Effects) -> State {
        match transaction::whose(&repeated, ground, &self.case, self.target) {
            Whose::Ours if transaction::is_in_progress(&repeated) => {
                self.refusals = 0;
                self.wait(now, BUSY_PAUSE)
            }
            Whose::Ours => {
                transaction::settle(ground, now, self.case, self.target, repeated.body, Source::Repeated, out)
            }
            Whose::Anothers => self.not_found(ground, now, Some(repeated), out),
            Whose::Unclear => {
                let why = Explanation::new("explain-half-ours", Fault::Terminal);
                self.give_up(ground, now, why, out)
            }
        }
    }

    /// (11.2, NotFound) once more after 5 s, then the short form, then it did not happen.
    fn not_found(mut self, ground: &mut Ground, now: Now, last: Option<Message>, out: &mut Effects) -> State {
        match (self.form, self.not_found) {
            (Form::Full, 0) => {
                self.not_found = 1;
                self.wait(now, UNKNOWN_PAUSE)
            }
            (Form::Full, _) => {
                self.form = Form::Short;
                self.ask(ground, now, out)
            }
            (Form::Short, _) if self.may_still_arrive(now) => {
                (self.form, self.not_found) = (Form::Full, 0);
                self.wait(now, UNKNOWN_PAUSE)
            }
            (Form::Short, _) => self.not_performed(ground, now, last, out),
        }
    }

    fn may_still_arrive(&self, now: Now) -> bool {
        !self.case.landed && self.case.left_at.is_some_and(|left| now.at - left < FLIGHT)
    }

    /// The terminal has no such transaction. Where that contradicts what was seen, a person decides.
    fn not_performed(self, ground: &mut Ground, now: Now, last: Option<Message>, out: &mut Effects) -> State {
        // Another till has logged in since, which ends a session like a restart does.
        let taken_over = last
            .as_ref()
            .is_some_and(|last| !last.header.sale_id.is_empty() && last.header.sale_id != ground.settings.sale_id);
        let worked_on = self.case.reference.as_ref().is_some_and(|sent| sent.alive && !sent.session_lost);
        // A terminal searches only what was done under the ids it is asked with (5.3).
        let ids = (ground.settings.sale_id.as_str(), ground.settings.poi_id.as_str());
        let others =
            self.case.reference.as_ref().is_some_and(|sent| (sent.sale_id.as_str(), sent.poi_id.as_str()) != ids);
        if self.case.settled || others {
            let why = Explanation::new("explain-still-unknown", Fault::Terminal);
            return self.give_up(ground, now, why, out);
        }
        if self.target == Target::Undo {
            return self.undo_not_performed(ground, now, last, out);
        }
        // A terminal that worked on it and kept its session cannot not know it (11.4 speaks of one that restarted).
        if worked_on && !taken_over {
            let why = Explanation::new("explain-contradiction", Fault::Terminal);
            return self.give_up(ground, now, why, out);
        }
        ground.denied = self.case.service_id(self.target).map(str::to_owned);
        let key = if self.case.is_reversal() { "explain-reversal-not-done" } else { "explain-not-performed" };
        let why = Explanation::new(key, Fault::Nobody);
        super::conclude(ground, now, &self.case, Outcome::without_money(Verdict::NotCharged, why), out)
    }

    /// (11.3) If the payment still is the terminal's last transaction, the reversal may go out again.
    fn undo_not_performed(mut self, ground: &mut Ground, now: Now, last: Option<Message>, out: &mut Effects) -> State {
        let payment_is_last =
            last.is_some_and(|last| transaction::whose(&last, ground, &self.case, Target::Request) == Whose::Ours);
        if payment_is_last && self.case.undone_again < UNDO_AGAIN {
            self.case.undone_again += 1;
            return transaction::transmit(ground, now, self.case, Target::Undo, out);
        }
        // The payment stands, and the terminal undoes nothing but its last one.
        let why = Explanation::new("explain-reversal-not-done", Fault::Nobody);
        signature::undone(ground, now, self.case, Outcome::without_money(Verdict::NotCharged, why), out)
    }
}

impl Asking {
    pub fn channel(&self) -> Channel {
        self.channel
    }

    pub fn inquiry(&self) -> &Inquiry {
        &self.inquiry
    }

    pub fn inquiry_mut(&mut self) -> &mut Inquiry {
        &mut self.inquiry
    }

    pub fn on_link(self, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> State {
        let Some(reply) = Reply::of(event) else {
            return State::Asking(self);
        };
        match reply {
            Reply::Message(message) => match *message {
                Message { header, body: Body::TransactionStatusResponse(status) }
                    if ground::is_answer_to(&header, &ground.settings, &self.service_id) =>
                {
                    self.inquiry.answered(ground, now, *status, out)
                }
                _ => self.inquiry.wait_and_ask(ground, now, out),
            },
            Reply::Empty => self.inquiry.wait_and_ask(ground, now, out),
            Reply::Lost(loss) => {
                let why = ground::explain_loss(&loss);
                out.push(Effect::Report(Report::Session(Session::Offline(why))));
                self.inquiry.wait_and_ask(ground, now, out)
            }
        }
    }
}

impl WaitingToAsk {
    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn inquiry(&self) -> &Inquiry {
        &self.inquiry
    }

    pub fn inquiry_mut(&mut self) -> &mut Inquiry {
        &mut self.inquiry
    }

    /// Somebody wants to know now.
    pub fn hurry(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if ground.asking.wait(now.wall) > Duration::ZERO {
            return State::WaitingToAsk(self);
        }
        self.inquiry.ask_by_hand(ground, now, out)
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::WaitingToAsk(self);
        }
        self.inquiry.ask(ground, now, out)
    }
}

impl Inquiry {
    /// What is asked about.
    pub fn subject(&mut self) -> (&mut Case, Target) {
        (&mut self.case, self.target)
    }
}

/// Begins to ask about a payment the journal holds.
pub fn recover(ground: &mut Ground, now: Now, mut case: Case, out: &mut Effects) -> State {
    // It may have left a moment ago, by a program that was killed.
    case.left_at = Some(now.at);
    let Some(reference) = &case.reference else {
        return super::conclude(ground, now, &case, recovery::without_reference(case.settled), out);
    };
    let target = if reference.undo.is_some() { Target::Undo } else { Target::Request };
    Inquiry::about(case, target, now).ask_by_hand(ground, now, out)
}
