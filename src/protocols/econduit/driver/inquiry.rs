//! Asking what became of a transaction whose answer was lost (reference 3.6), under the vendor's limit.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, Outcome, Verdict};
use crate::protocols::driver::{Effect, LinkEvent, LossCause, Report, Session};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::recovery::{self, FLIGHT};

use super::super::central_time;
use super::super::messages::{Obstacle, Response, ResultCode};
use super::super::outcomes::{self, Judgement, Source};
use super::super::settings::PosSettings;
use super::State;
use super::case::Case;
use super::ground::{self, Effects, Ground, Told};
use super::transaction;

/// One case being asked about.
#[derive(Debug)]
pub struct Inquiry {
    case: Case,
    /// Which of the days was asked about.
    day: String,
    /// The days on which it was not found, by questions that were asked when it could not be on its way any more, since
    /// anything else was heard.
    not_found: BTreeSet<String>,
    unreached: bool,
}

/// A question is out.
#[derive(Debug)]
pub struct Asking {
    inquiry: Inquiry,
    channel: Channel,
    asked_at: Instant,
    until: Instant,
    about: About,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// checkStatus.
    Transaction,
    /// It was not found: is the terminal there, and at rest?
    Terminal,
}

#[derive(Debug)]
pub struct WaitingToAsk {
    inquiry: Inquiry,
    until: Instant,
}

impl Inquiry {
    pub fn about(case: Case) -> Inquiry {
        Inquiry { case, day: String::new(), not_found: BTreeSet::new(), unreached: false }
    }

    pub fn case(&self) -> &Case {
        &self.case
    }

    /// Not before the limit permits it.
    pub fn wait(self, now: Now, pause: Duration) -> State {
        State::WaitingToAsk(Box::new(WaitingToAsk { inquiry: self, until: now.at + pause }))
    }

    fn wait_for_the_next(self, now: Now) -> State {
        let every = self.case.ask_every(now).unwrap_or(ground::ASK_LATER_EVERY);
        self.wait(now, every)
    }

    fn ask(mut self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        let Some(every) = self.case.ask_every(now) else { return give_up(out) };
        let pause = ground.wait_to_ask(now, every);
        if !pause.is_zero() {
            return self.wait(now, pause);
        }
        self.day = self.next_day(ground, now);
        let Some(call) = self.case.question(&ground.settings, &self.day) else { return give_up(out) };
        let channel = ground.ask(now, &call, out);
        self.asking(now, channel, About::Transaction)
    }

    /// One after the other; once a look counts, those on which nobody has looked yet.
    fn next_day(&self, ground: &Ground, now: Now) -> String {
        let mut days = days(&self.case, ground, now);
        if let Some(place) = days.iter().position(|day| *day == self.day) {
            days.rotate_left(place + 1);
        }
        let unseen = days.iter().find(|day| !self.not_found.contains(*day));
        unseen.or(days.first()).cloned().unwrap_or_default()
    }

    fn asking(self, now: Now, channel: Channel, about: About) -> State {
        let until = ground::question_ends(now);
        State::Asking(Box::new(Asking { inquiry: self, channel, asked_at: now.at, until, about }))
    }

    fn unreachable(mut self, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.unreached = true;
        out.push(Effect::Report(Report::Session(Session::Offline(why))));
        self.wait_for_the_next(now)
    }

    fn answered(mut self, ground: &mut Ground, now: Now, asked_at: Instant, told: Told, out: &mut Effects) -> State {
        let response = match told {
            Told::Response(response) => response,
            Told::Nothing(why) => return self.unreachable(now, why, out),
            Told::Refused(why) => return self.refused(now, why, out),
        };
        if std::mem::take(&mut self.unreached) {
            out.push(Effect::Report(Report::Session(Session::Ready(Vec::new()))));
        }
        match judge(&self.case, &ground.settings, asked_at, &response) {
            Judgement::Ended(outcome) => transaction::conclude(self.case, &response, *outcome, out),
            Judgement::NotFound => self.not_found(ground, now, asked_at, out),
            Judgement::Refused(why) => self.refused(now, why, out),
            Judgement::Unknown(_) => {
                self.not_found.clear();
                self.wait_for_the_next(now)
            }
        }
    }

    /// The credentials are of no more use: somebody has to look, and nothing is known meanwhile.
    fn refused(mut self, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.not_found.clear();
        self.unreached = true;
        out.push(Effect::Report(Report::Session(Session::Refused(why))));
        self.wait(now, ground::ASK_LATER_EVERY)
    }

    /// (3.6) Not paid, when it is known on none of its days, enough time has passed, and the terminal is online.
    fn not_found(mut self, ground: &mut Ground, now: Now, asked_at: Instant, out: &mut Effects) -> State {
        if is_long_ago(&self.case, asked_at) {
            self.not_found.insert(self.day.clone());
        }
        let everywhere = days(&self.case, ground, now).iter().all(|day| self.not_found.contains(day));
        if !everywhere {
            return self.wait_for_the_next(now);
        }
        let channel = ground.ask_features(out);
        self.asking(now, channel, About::Terminal)
    }

    /// What the terminal says of itself, after the cloud did not know the payment.
    fn presence_told(self, now: Now, told: &Told, out: &mut Effects) -> State {
        let is_online = matches!(told, Told::Response(response) if response.result_code == Some(ResultCode::Success));
        if !is_online {
            return self.wait_for_the_next(now);
        }
        let (verdict, key) = if self.case.settled {
            (Verdict::InDoubt, "explain-still-unknown")
        } else {
            (Verdict::NotCharged, "explain-not-performed")
        };
        super::conclude(Outcome::without_money(verdict, Explanation::new(key, Fault::Nobody)), out)
    }
}

/// (3.6) The days on which the cloud may have noted it. A till whose clock is wrong, or was put right since, would ask about a
/// day on which nothing was noted, and take "not found" for "not paid": so the cloud's own clock counts, and the time that has
/// really passed. A follow-up has its original's name, and may be noted on its original's day.
pub fn days(case: &Case, ground: &Ground, now: Now) -> Vec<String> {
    let written = case.reference.as_ref().map(|reference| reference.sent_at);
    let passed = case.here.and_then(|here| SignedDuration::try_from(now.at - here).ok());
    let counted = passed.and_then(|passed| now.wall.checked_sub(passed).ok());
    let moments: Vec<Timestamp> = counted.into_iter().chain(written).chain(case.original_sent_at()).collect();
    let told = moments.iter().filter_map(|moment| moment.checked_add(ground.ahead?).ok());
    central_time::days(told.chain(moments.iter().copied()))
}

/// What came back, whatever it means.
pub fn answer_in(frame: &Frame) -> Told {
    match frame {
        Frame::Response(response) => ground::told(response),
        Frame::Bytes(_) | Frame::Request(_) => {
            Told::Nothing(Explanation::new("explain-unknown-answer", Fault::Program))
        }
    }
}

/// What the answer to a question means for this case. It tells how things stood when the question was asked.
pub fn judge(case: &Case, settings: &PosSettings, asked_at: Instant, response: &Response) -> Judgement {
    let Some(asked) = case.asked(settings) else {
        return Judgement::Unknown(Explanation::new("explain-still-unknown", Fault::Program));
    };
    let judgement = match outcomes::judge(response, asked, Source::Repeated) {
        // Perhaps it was refused for that; perhaps the terminal is at work on it, or away, while the question is asked.
        Judgement::Ended(outcome) if outcome.verdict != Verdict::Approved && speaks_of_the_terminal(response) => {
            Judgement::NotFound
        }
        judgement => judgement,
    };
    match judgement {
        // Somebody else was asked, or for another terminal.
        Judgement::NotFound if !case.is_asked_where_it_was_sent(settings) => {
            Judgement::Unknown(Explanation::new("explain-still-unknown", Fault::Settings))
        }
        // Under this RefID an earlier one may have failed: it is ours only when ours cannot be on its way any more.
        Judgement::Ended(outcome)
            if case.is_follow_up() && outcome.verdict != Verdict::Approved && !is_long_ago(case, asked_at) =>
        {
            Judgement::Unknown(outcome.explanation.unwrap_or(Explanation::new("explain-in-progress", Fault::Nobody)))
        }
        judgement => judgement,
    }
}

fn speaks_of_the_terminal(response: &Response) -> bool {
    matches!(response.obstacle(), Some(Obstacle::TerminalBusy | Obstacle::TerminalOffline))
}

/// Whether nothing of it could be on its way any more.
fn is_long_ago(case: &Case, at: Instant) -> bool {
    case.since.is_some_and(|since| at + case.credit >= since + ground::NOT_FOUND_AFTER)
}

fn give_up(out: &mut Effects) -> State {
    let why = Explanation::new("explain-still-unknown", Fault::Program);
    super::conclude(Outcome::without_money(Verdict::InDoubt, why), out)
}

impl Asking {
    pub fn inquiry(&self) -> &Inquiry {
        &self.inquiry
    }

    pub fn channel(&self) -> Channel {
        self.channel
    }

    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn on_tick(self: Box<Self>, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::Asking(self);
        }
        ground::close(self.channel, out);
        self.inquiry.unreachable(now, Explanation::new("explain-link-timed-out", Fault::Link), out)
    }

    pub fn on_link(self: Box<Self>, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> State {
        let told = match event {
            LinkEvent::Opened => {
                if self.about == About::Transaction {
                    ground.note_asking(now, out);
                }
                return State::Asking(self);
            }
            LinkEvent::Received(frame) => answer_in(&frame),
            // Other tills were before it, and the line may be well.
            LinkEvent::Lost(loss) if loss.cause == LossCause::Paced => return self.inquiry.wait_for_the_next(now),
            LinkEvent::Lost(loss) => return self.inquiry.unreachable(now, ground::explain_loss(&loss), out),
        };
        match self.about {
            About::Transaction => self.inquiry.answered(ground, now, self.asked_at, told, out),
            About::Terminal => self.inquiry.presence_told(now, &told, out),
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

    /// Somebody wants to know now; the limit holds all the same.
    pub fn hurry(self: Box<Self>, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        let every = self.inquiry.case.ask_every(now);
        if every.is_some_and(|every| !ground.wait_to_ask(now, every).is_zero()) {
            return State::WaitingToAsk(self);
        }
        self.inquiry.ask(ground, now, out)
    }

    pub fn on_tick(self: Box<Self>, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::WaitingToAsk(self);
        }
        self.inquiry.ask(ground, now, out)
    }
}

/// Begins to ask about a payment the journal holds.
pub fn recover(ground: &mut Ground, now: Now, mut case: Case, out: &mut Effects) -> State {
    if case.reference.is_none() {
        return super::conclude(recovery::without_reference(case.settled), out);
    }
    // What an earlier run sent may still be on its way, and clocks lie: some of the minute has to pass here.
    let sent_at = case.reference.as_ref().map(|reference| reference.sent_at);
    let passed = sent_at.and_then(|sent_at| Duration::try_from(now.wall.duration_since(sent_at)).ok());
    (case.since, case.credit) = (Some(now.at), passed.unwrap_or_default().min(ground::NOT_FOUND_AFTER - FLIGHT));
    Inquiry::about(case).ask(ground, now, out)
}
