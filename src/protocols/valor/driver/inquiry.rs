//! Asking by its STAN what became of a transaction whose result was lost (reference 7.15, 8.2).

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, Outcome, Verdict};
use crate::protocols::driver::{Effect, LinkEvent, Report, Session};
use crate::protocols::frame::Channel;
use crate::protocols::recovery::{self, BUSY_PAUSE, Backoff, REFUSALS, UNKNOWN_PAUSE};

use super::super::messages::{Heard, Members, Whose, mode, name};
use super::super::outcomes::{self, Judgement};
use super::State;
use super::case::Case;
use super::ground::{self, Effects, Ground};
use super::transaction::{self, Source};

/// One case being asked about.
#[derive(Debug)]
pub struct Inquiry {
    case: Case,
    backoff: Backoff,
    /// Answers in a row that told nothing.
    refusals: u32,
}

/// A line is being opened, or the question is out.
#[derive(Debug)]
pub struct Asking {
    inquiry: Inquiry,
    channel: Channel,
    until: Instant,
    /// The terminal has told of another transaction.
    foreign: bool,
}

#[derive(Debug)]
pub struct WaitingToAsk {
    inquiry: Inquiry,
    until: Instant,
}

impl Inquiry {
    pub fn about(case: Case) -> Inquiry {
        Inquiry { case, backoff: Backoff::default(), refusals: 0 }
    }

    pub fn case(&self) -> &Case {
        &self.case
    }

    pub fn case_mut(&mut self) -> &mut Case {
        &mut self.case
    }

    /// Asks now; without a number nobody can.
    pub fn ask(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if self.case.stan().is_none() {
            if !self.case.settled {
                ground.call_off = Some(self.case.req_txn_id().to_owned());
            }
            let why = Explanation::new("explain-no-terminal-number", Fault::Terminal);
            return give_up(why, out);
        }
        let channel = ground.open("status", out);
        let until = now.at + ground::CONNECT_WITHIN + ground::STATUS_WITHIN;
        State::Asking(Asking { inquiry: self, channel, until, foreign: false })
    }

    /// Asks because somebody wants to know, or because the till was started again: not more often than is permitted.
    fn ask_by_hand(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        let pause = ground.asking.wait(now.wall);
        if pause > Duration::ZERO {
            return self.wait(now, pause);
        }
        ground.note_asking(now, out);
        self.ask(ground, now, out)
    }

    fn wait(self, now: Now, pause: Duration) -> State {
        State::WaitingToAsk(WaitingToAsk { inquiry: self, until: now.at + pause })
    }

    /// The terminal is still working on it.
    pub fn wait_for_the_end(mut self, now: Now) -> State {
        self.refusals = 0;
        self.wait(now, BUSY_PAUSE)
    }

    /// Nobody was reached: again after the pause that fits the number of failures so far.
    fn unreachable(mut self, ground: &Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        out.push(Effect::Report(Report::Session(Session::Offline(why))));
        let pause = self.backoff.next(ground.dice);
        self.wait(now, pause)
    }

    /// "No record" proves nothing: asked again for a while, then a person decides (8.2).
    fn told_nothing(mut self, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.refusals += 1;
        if self.refusals >= REFUSALS {
            return give_up(why, out);
        }
        self.wait(now, UNKNOWN_PAUSE)
    }

    fn answered(mut self, ground: &mut Ground, now: Now, result: &Members, out: &mut Effects) -> State {
        if self.backoff.is_failing() {
            out.push(Effect::Report(Report::Session(Session::Ready(Vec::new()))));
        }
        self.backoff.reset();
        let whose = self.case.whose(result, &ground.settings);
        match outcomes::judge_status(result, &self.case.request, whose) {
            Judgement::Ended(_) | Judgement::Misdirected(_) => {
                transaction::settle(ground, now, self.case, result, Source::Repeated, out)
            }
            Judgement::Busy(_) | Judgement::InProgress(_) => self.wait_for_the_end(now),
            Judgement::NotKnown(why) | Judgement::Unknown(why) => self.told_nothing(now, why, out),
        }
    }
}

/// (7.15)
pub fn question(case: &Case) -> Members {
    Members::request(mode::STATUS, None).with(name::STAN_NO, case.stan().unwrap_or_default())
}

fn give_up(why: Explanation, out: &mut Effects) -> State {
    super::conclude(Outcome::without_money(Verdict::InDoubt, why), out)
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

    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::Asking(self);
        }
        ground::close(self.channel, out);
        if self.foreign {
            let why = Explanation::new("explain-foreign-answer", Fault::Terminal);
            return self.inquiry.told_nothing(now, why, out);
        }
        let why = Explanation::new("explain-link-timed-out", Fault::Link);
        self.inquiry.unreachable(ground, now, why, out)
    }

    pub fn on_link(mut self, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> State {
        match event {
            LinkEvent::Opened => {
                ground::send(self.channel, &question(&self.inquiry.case), out);
                self.until = now.at + ground::STATUS_WITHIN;
                State::Asking(self)
            }
            LinkEvent::Received(frame) => match ground::read(&frame) {
                Some(members) if Heard::of(&members) == Heard::Result => self.on_result(ground, now, &members, out),
                _ => State::Asking(self),
            },
            LinkEvent::Lost(loss) => self.inquiry.unreachable(ground, now, ground::explain_loss(&loss), out),
        }
    }

    fn on_result(mut self, ground: &mut Ground, now: Now, result: &Members, out: &mut Effects) -> State {
        // A terminal may first tell a result that nobody was there to hear (8.8).
        if self.inquiry.case.whose(result, &ground.settings) == Whose::Anothers {
            self.foreign = true;
            return State::Asking(self);
        }
        ground::close(self.channel, out);
        self.inquiry.answered(ground, now, result, out)
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

/// Begins to ask about a payment the journal holds.
pub fn recover(ground: &mut Ground, now: Now, case: Case, out: &mut Effects) -> State {
    if case.reference.is_none() {
        return super::conclude(recovery::without_reference(case.settled), out);
    }
    Inquiry::about(case).ask_by_hand(ground, now, out)
}
