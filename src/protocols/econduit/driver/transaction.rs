//! The request that moves money, and the wait for its answer, which comes when the terminal has finished (reference 3.4, 3.9).
//! There is no way to stop it from here (3.10).

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, Outcome, Verdict};
use crate::protocols::driver::{Departure, Effect, LinkEvent, Loss, LossCause, Report, Session};
use crate::protocols::frame::{Channel, Frame};

use super::super::messages::{Obstacle, Response, ResultCode};
use super::super::outcomes::{self, Judgement, Source};
use super::super::receipts;
use super::State;
use super::case::Case;
use super::ground::{self, Effects, Ground, Told};
use super::inquiry::{self, Inquiry};

/// (3.4) The largest amount a vendor's screens take; nothing public says more.
const AMOUNT_AT_MOST: i64 = 99_999_999;

/// The request is with the cloud, or on its way.
#[derive(Debug)]
pub struct Transacting {
    case: Case,
    channel: Channel,
    sent_at: Instant,
    /// When it was last asked about.
    last_word: Instant,
    probe: Option<Probe>,
}

/// A question beside the open request.
#[derive(Debug)]
struct Probe {
    channel: Channel,
    asked_at: Instant,
    until: Instant,
}

/// Names the payment, makes that durable and sends.
pub fn begin(ground: &mut Ground, now: Now, mut case: Case, out: &mut Effects) -> State {
    if case.request.amount.minor() > AMOUNT_AT_MOST {
        return not_started(Explanation::new("explain-amount-too-large", Fault::Settings), out);
    }
    let dice = ground.dice;
    let call = case.named(&ground.settings, now.wall, dice).and_then(|()| case.transaction(&ground.settings));
    let Some(call) = call else {
        return not_started(Explanation::new("explain-reversal-not-possible", Fault::Nobody), out);
    };
    (case.since, case.here) = (Some(now.at), Some(now.at));
    case.keep_reference(out);
    out.push(Effect::Report(Report::Transmitted));
    let channel = ground.call("payment", &call, ground::TRANSACTION_WITHIN, true, out);
    State::Transacting(Box::new(Transacting { case, channel, sent_at: now.at, last_word: now.at, probe: None }))
}

/// Nothing of it has been performed.
fn not_started(why: Explanation, out: &mut Effects) -> State {
    super::conclude(Outcome::without_money(Verdict::NotCharged, why), out)
}

impl Transacting {
    pub fn case(&self) -> &Case {
        &self.case
    }

    pub fn owns(&self, channel: Channel) -> bool {
        channel == self.channel || self.probe.as_ref().is_some_and(|probe| probe.channel == channel)
    }

    pub fn channels(&self) -> impl Iterator<Item = Channel> {
        [self.channel].into_iter().chain(self.probe.as_ref().map(|probe| probe.channel))
    }

    pub fn deadline(&self) -> Instant {
        let word = self.probe.as_ref().map_or(self.last_word + ground::SILENCE, |probe| probe.until);
        word.min(self.ends_at())
    }

    /// Its link gives up before.
    fn ends_at(&self) -> Instant {
        self.sent_at + ground::CONNECT_WITHIN + ground::TRANSACTION_WITHIN + ground::QUESTION_WITHIN
    }

    pub fn on_tick(mut self: Box<Self>, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at >= self.ends_at() {
            let why = Explanation::new("explain-link-timed-out", Fault::Link);
            return self.give_up_line(now, why, out);
        }
        match self.probe.take_if(|probe| now.at >= probe.until) {
            Some(probe) => {
                ground::close(probe.channel, out);
                self.last_word = now.at;
            }
            None if self.probe.is_none() && now.at >= self.last_word + ground::SILENCE => self.ask(ground, now, out),
            None => {}
        }
        State::Transacting(self)
    }

    /// Asks beside the open request, if the vendor's limit permits.
    fn ask(&mut self, ground: &mut Ground, now: Now, out: &mut Effects) {
        self.last_word = now.at;
        let Some(every) = self.case.ask_every(now) else { return };
        if !ground.wait_to_ask(now, every).is_zero() {
            return;
        }
        let day = inquiry::days(&self.case, ground, now).into_iter().next();
        if let Some(call) = day.and_then(|day| self.case.question(&ground.settings, &day)) {
            let channel = ground.ask(now, &call, out);
            self.probe = Some(Probe { channel, asked_at: now.at, until: ground::question_ends(now) });
        }
    }

    /// The cashier wants it to end. Only the terminal's red key can do that; who presses a second time is not waiting any
    /// more, and the till finds out by itself.
    pub fn cancel(mut self: Box<Self>, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        self.case.cancels += 1;
        if self.case.cancels > 1 {
            out.push(Effect::Report(Report::Lost(Explanation::new("explain-stopped-waiting", Fault::Nobody))));
            return State::Transacting(self);
        }
        out.push(Effect::Report(Report::Notice(Explanation::new("explain-press-red-key", Fault::Nobody))));
        // a line that is dead shall be noticed now
        if self.probe.is_none() {
            self.ask(ground, now, out);
        }
        State::Transacting(self)
    }

    /// Stops waiting for the answer and asks for it.
    fn give_up_line(mut self: Box<Self>, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.close_probe(out);
        ground::abandon(self.channel, out);
        lost(now, self.case, why, out)
    }

    fn close_probe(&mut self, out: &mut Effects) {
        if let Some(probe) = self.probe.take() {
            ground::close(probe.channel, out);
        }
    }

    pub fn on_link(
        mut self: Box<Self>,
        ground: &mut Ground,
        now: Now,
        channel: Channel,
        event: LinkEvent,
        out: &mut Effects,
    ) -> State {
        if channel != self.channel {
            return self.on_probe(ground, now, event, out);
        }
        match event {
            LinkEvent::Opened => State::Transacting(self),
            LinkEvent::Received(frame) => {
                self.close_probe(out);
                self.on_answer(ground, now, &frame, out)
            }
            LinkEvent::Lost(loss) => {
                self.close_probe(out);
                self.on_lost(now, &loss, out)
            }
        }
    }

    /// What the question beside the request found: only an end ends the wait. A line that leads nowhere makes the request's
    /// own doubtful, and who waits is told.
    fn on_probe(mut self: Box<Self>, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> State {
        let told = match event {
            LinkEvent::Opened => {
                ground.note_asking(now, out);
                return State::Transacting(self);
            }
            LinkEvent::Received(frame) => inquiry::answer_in(&frame),
            LinkEvent::Lost(loss) => {
                self.probe = None;
                self.last_word = now.at;
                if matches!(loss.cause, LossCause::Paced | LossCause::NotDurable) {
                    // It was held back here, which says nothing of any line.
                    return State::Transacting(self);
                }
                let why = ground::explain_loss(&loss);
                out.push(Effect::Report(Report::Session(Session::Offline(why.clone()))));
                out.push(Effect::Report(Report::Lost(why)));
                return State::Transacting(self);
            }
        };
        let asked_at = self.probe.take().map_or(now.at, |probe| probe.asked_at);
        self.last_word = now.at;
        let Told::Response(response) = told else { return State::Transacting(self) };
        // That it could not be run, its own request is told; under a follow-up's RefID an earlier try may have failed.
        let is_refused = matches!(response.result_code, Some(ResultCode::Error | ResultCode::Failed))
            || (self.case.is_follow_up() && response.result_code != Some(ResultCode::Approved));
        match inquiry::judge(&self.case, &ground.settings, asked_at, &response) {
            Judgement::Ended(outcome) if !is_refused => {
                ground::abandon(self.channel, out);
                conclude(self.case, &response, *outcome, out)
            }
            _ => State::Transacting(self),
        }
    }

    fn on_lost(self, now: Now, loss: &Loss, out: &mut Effects) -> State {
        let why = ground::explain_loss(loss);
        if loss.departure == Departure::SurelyNot {
            out.push(Effect::Report(Report::Session(Session::Offline(why.clone()))));
            return not_started(why, out);
        }
        let why = Explanation::new("explain-answer-lost", Fault::Link).with_detail(&loss.detail);
        lost(now, self.case, why, out)
    }

    /// (3.9)
    fn on_answer(self, ground: &mut Ground, now: Now, frame: &Frame, out: &mut Effects) -> State {
        let response = match inquiry::answer_in(frame) {
            Told::Response(response) => response,
            Told::Nothing(why) => return lost(now, self.case, why, out),
            Told::Refused(why) => {
                out.push(Effect::Report(Report::Session(Session::Refused(why.clone()))));
                return not_started(why, out);
            }
        };
        let Some(asked) = self.case.asked(&ground.settings) else {
            return lost(now, self.case, Explanation::new("explain-unknown-answer", Fault::Program), out);
        };
        match outcomes::judge(&response, asked, Source::Direct) {
            Judgement::Ended(outcome) => conclude(self.case, &response, *outcome, out),
            Judgement::Unknown(why) => lost(now, self.case, why, out),
            Judgement::Refused(why) => not_started(why, out),
            Judgement::NotFound => {
                lost(now, self.case, Explanation::new("explain-still-unknown", Fault::Terminal), out)
            }
        }
    }
}

/// The answer may be lost: ask, never send again (rule 2).
fn lost(now: Now, case: Case, why: Explanation, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Lost(why)));
    Inquiry::about(case).wait(now, ground::ASK_EVERY)
}

/// The end of a case, with its receipts and what is known of the terminal now.
pub fn conclude(mut case: Case, response: &Response, outcome: Outcome, out: &mut Effects) -> State {
    case.note_base(&outcome, out);
    if !case.settled {
        let sent_at = case.reference.as_ref().map(|reference| reference.sent_at);
        for receipt in receipts::receipts_of(response, &case.request, &outcome, sent_at) {
            out.push(Effect::Report(Report::Receipt(receipt)));
        }
    }
    out.push(Effect::Report(Report::Session(session_after(response, &outcome))));
    super::conclude(outcome, out)
}

/// (3.11) Online and offline are known from the last answer.
fn session_after(response: &Response, outcome: &Outcome) -> Session {
    let obstacle = response.obstacle();
    match (obstacle, &outcome.explanation) {
        (Some(Obstacle::TerminalOffline), Some(why)) => Session::Offline(why.clone()),
        (Some(Obstacle::InvalidCredentials), Some(why)) => Session::Refused(why.clone()),
        _ => Session::Ready(Vec::new()),
    }
}
