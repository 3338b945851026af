//! The message that moves money, and the wait for its result (reference 3, 7, 8.2).

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, Outcome, Verdict};
use crate::protocols::driver::{Departure, Effect, LinkAction, LinkEvent, Loss, LossCause, Report, Session};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::recovery::FLIGHT;

use super::super::codec;
use super::super::messages::{self, Heard, Members, Whose, name, state};
use super::super::outcomes::{self, Judgement};
use super::super::receipts;
use super::State;
use super::case::Case;
use super::ground::{self, Effects, Ground};
use super::inquiry::{self, Inquiry};

/// Pauses before the same request goes out again under a new id, after the terminal said that it is busy (8.7).
const BUSY_PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_millis(1500), Duration::from_secs(2)];
/// (5) 99 999.99, by analogy with the vendor's gateway.
const AMOUNT_AT_MOST: i64 = 9_999_999;

/// A line is being opened. Nothing has been sent.
#[derive(Debug)]
pub struct Opening {
    case: Case,
    channel: Channel,
}

/// The request may be at the terminal; its result comes on `channel`.
#[derive(Debug)]
pub struct Transacting {
    case: Case,
    channel: Channel,
    stage: Stage,
    sent_at: Instant,
    last_sign: Instant,
    /// Who waits was told that the answer may be lost, and the terminal to stop.
    told: bool,
    /// When it was last asked about, or last gave a sign.
    last_word: Instant,
    probe: Option<Probe>,
}

/// A question beside the open line.
#[derive(Debug)]
struct Probe {
    channel: Channel,
    until: Instant,
}

/// (3.1)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Sent,
    /// Sent, and no acknowledgement within its time: who waits has been told.
    Overdue,
    Acknowledged,
    Accepted,
}

/// The terminal said that it did not start it; it goes out again at `until`.
#[derive(Debug)]
pub struct WaitingToTransact {
    case: Case,
    until: Instant,
}

/// How a result reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// On the request's own line.
    Direct,
    /// Asked for by its STAN.
    Repeated,
}

/// Opens a line for the request.
pub fn begin(ground: &mut Ground, case: Case, out: &mut Effects) -> State {
    let request = &case.request;
    let largest = [Some(request.amount), request.tip].into_iter().flatten().any(|money| money.minor() > AMOUNT_AT_MOST);
    if largest {
        let why = Explanation::new("explain-amount-too-large", Fault::Settings);
        return not_started(why, out);
    }
    if case.cancel_requested {
        return cancelled_before_sending(out);
    }
    let channel = ground.open("payment", out);
    State::Opening(Opening { case, channel })
}

/// Nothing of it has been performed.
fn not_started(why: Explanation, out: &mut Effects) -> State {
    super::conclude(Outcome::without_money(Verdict::NotCharged, why), out)
}

fn cancelled_before_sending(out: &mut Effects) -> State {
    let why = Explanation::new("explain-cancelled-before-sending", Fault::Nobody);
    super::conclude(Outcome::without_money(Verdict::Cancelled, why), out)
}

impl Opening {
    pub fn channel(&self) -> Channel {
        self.channel
    }

    pub fn on_link(self, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> State {
        match event {
            LinkEvent::Opened => self.transmit(ground, now, out),
            // Whatever the line says: nothing was sent on it.
            LinkEvent::Lost(loss) => {
                let why = ground::explain_loss(&loss);
                out.push(Effect::Report(Report::Session(Session::Offline(why.clone()))));
                not_started(why, out)
            }
            // A result of something older that was waiting for somebody to tell (8.8).
            LinkEvent::Received(_) => State::Opening(self),
        }
    }

    pub fn cancel(self, out: &mut Effects) -> State {
        ground::close(self.channel, out);
        cancelled_before_sending(out)
    }

    /// Makes the ids durable and sends. Each attempt has an id of its own (8.2).
    fn transmit(mut self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        self.case.new_attempt();
        let Some(message) = self.case.message(&ground.settings, &ground.batch) else {
            ground::close(self.channel, out);
            let why = Explanation::new("explain-reversal-not-possible", Fault::Nobody);
            return not_started(why, out);
        };
        self.case.keep_reference(out);
        out.push(Effect::Report(Report::Transmitted));
        let frame = Frame::Bytes(codec::encode(&message));
        out.push(Effect::money(self.channel, LinkAction::Send(frame)));
        let Opening { case, channel } = self;
        State::Transacting(Transacting {
            case,
            channel,
            stage: Stage::Sent,
            sent_at: now.at,
            last_sign: now.at,
            last_word: now.at,
            told: false,
            probe: None,
        })
    }
}

impl Transacting {
    pub fn owns(&self, channel: Channel) -> bool {
        channel == self.channel || self.probe.as_ref().is_some_and(|probe| probe.channel == channel)
    }

    pub fn channels(&self) -> impl Iterator<Item = Channel> {
        [self.channel].into_iter().chain(self.probe.as_ref().map(|probe| probe.channel))
    }

    pub fn case(&self) -> &Case {
        &self.case
    }

    pub fn case_mut(&mut self) -> &mut Case {
        &mut self.case
    }

    pub fn deadline(&self) -> Instant {
        if self.stage == Stage::Sent {
            return self.sent_at + ground::ACKNOWLEDGED_WITHIN;
        }
        let asks = match &self.probe {
            Some(probe) => Some(probe.until),
            None => self.case.stan().map(|_| self.last_word + ground::SILENCE),
        };
        asks.into_iter().chain([self.ends_at()]).min().unwrap_or(self.ends_at())
    }

    /// When the line is given up.
    fn ends_at(&self) -> Instant {
        if self.stage == Stage::Overdue {
            return self.sent_at + FLIGHT;
        }
        if self.told && self.case.stan().is_none() {
            return self.last_sign + ground::UNNUMBERED_WITHIN;
        }
        (self.last_sign + ground::RESULT_WITHIN).min(self.sent_at + ground::TRANSACTION_WITHIN)
    }

    pub fn on_tick(mut self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at < self.deadline() {
            return State::Transacting(self);
        }
        if self.stage == Stage::Sent {
            // The line seems to stand, so an answer may still come; a terminal that got it shall not begin (8.2).
            self.stage = Stage::Overdue;
            self.told = true;
            let why = Explanation::new("explain-link-timed-out", Fault::Link);
            out.push(Effect::Report(Report::Lost(why)));
            ground.call_off = Some(self.case.req_txn_id().to_owned());
            return State::Transacting(self);
        }
        if now.at >= self.ends_at() {
            let why = Explanation::new("explain-link-timed-out", Fault::Terminal);
            return self.give_up_line(ground, now, why, out);
        }
        match self.probe.take() {
            Some(probe) => self.end_probe(now, probe.channel, out),
            None => self.start_probe(ground, now, out),
        }
        State::Transacting(self)
    }

    fn end_probe(&mut self, now: Now, channel: Channel, out: &mut Effects) {
        ground::close(channel, out);
        self.last_word = now.at;
    }

    fn close_probe(&mut self, out: &mut Effects) {
        if let Some(probe) = self.probe.take() {
            ground::close(probe.channel, out);
        }
    }

    /// A cancel reached nobody: the line may be dead without anybody knowing. Who waits is told, and the till asks beside
    /// it; the line itself is still listened to.
    pub fn doubt_line(&mut self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) {
        out.push(Effect::Report(Report::Lost(why)));
        self.told = true;
        if self.probe.is_none() && self.case.stan().is_some() {
            self.start_probe(ground, now, out);
        }
    }

    fn start_probe(&mut self, ground: &mut Ground, now: Now, out: &mut Effects) {
        let channel = ground.open("status", out);
        self.probe = Some(Probe { channel, until: now.at + ground::CONNECT_WITHIN + ground::STATUS_WITHIN });
    }

    /// Stops waiting for the result and asks for it.
    pub fn give_up_line(mut self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.close_probe(out);
        ground::abandon(self.channel, out);
        lost(ground, now, self.case, why, out)
    }

    pub fn on_link(
        mut self,
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
            LinkEvent::Received(frame) => match ground::read(&frame) {
                Some(members) => self.on_message(ground, now, members, out),
                None => State::Transacting(self),
            },
            LinkEvent::Lost(loss) => {
                self.close_probe(out);
                self.on_lost(ground, now, &loss, out)
            }
        }
    }

    /// What the question beside the line found. Only our own result ends the wait; that it is still running is a sign of
    /// life; anything else changes nothing.
    fn on_probe(mut self, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> State {
        let Some(probe) = self.probe.take() else { return State::Transacting(self) };
        let told = match event {
            LinkEvent::Opened => {
                ground::send(probe.channel, &inquiry::question(&self.case), out);
                self.probe = Some(Probe { until: now.at + ground::STATUS_WITHIN, ..probe });
                return State::Transacting(self);
            }
            LinkEvent::Received(frame) => ground::read(&frame).filter(|told| Heard::of(told) == Heard::Result),
            LinkEvent::Lost(_) => {
                self.last_word = now.at;
                return State::Transacting(self);
            }
        };
        let Some(result) = told else {
            self.probe = Some(probe);
            return State::Transacting(self);
        };
        self.end_probe(now, probe.channel, out);
        let whose = self.case.whose(&result, &ground.settings);
        match outcomes::judge_status(&result, &self.case.request, whose) {
            Judgement::Ended(_) | Judgement::Misdirected(_) => {
                ground::abandon(self.channel, out);
                settle(ground, now, self.case, &result, Source::Repeated, out)
            }
            Judgement::InProgress(_) => {
                self.last_sign = now.at;
                State::Transacting(self)
            }
            Judgement::Busy(_) | Judgement::NotKnown(_) | Judgement::Unknown(_) => State::Transacting(self),
        }
    }

    fn on_lost(self, ground: &mut Ground, now: Now, loss: &Loss, out: &mut Effects) -> State {
        let unheard = matches!(self.stage, Stage::Sent | Stage::Overdue);
        let stranger = unheard && loss.cause == LossCause::Stranger;
        if loss.departure == Departure::SurelyNot || stranger {
            return not_started(ground::explain_loss(loss), out);
        }
        let why = Explanation::new("explain-answer-lost", Fault::Link).with_detail(&loss.detail);
        lost(ground, now, self.case, why, out)
    }

    fn on_message(mut self, ground: &mut Ground, now: Now, members: Members, out: &mut Effects) -> State {
        match Heard::of(&members) {
            Heard::Acknowledged => {
                if matches!(self.stage, Stage::Sent | Stage::Overdue) {
                    self.stage = Stage::Acknowledged;
                    out.push(Effect::Report(Report::Session(Session::Ready(description(&members)))));
                }
                (self.last_sign, self.last_word) = (now.at, now.at);
            }
            Heard::Accepted => {
                self.stage = Stage::Accepted;
                (self.last_sign, self.last_word) = (now.at, now.at);
                out.push(Effect::Report(Report::Session(Session::Ready(description(&members)))));
                if let Some(stan) = members.stan() {
                    self.case.note_stan(stan, out);
                }
            }
            Heard::Result => return self.on_result(ground, now, &members, out),
            Heard::Description | Heard::Nothing => {}
        }
        State::Transacting(self)
    }

    /// Only what ends the transaction ends the line: what names nobody, or calls itself a success without evidence, may be
    /// followed by the true result (3.3).
    fn on_result(mut self, ground: &mut Ground, now: Now, result: &Members, out: &mut Effects) -> State {
        let whose = self.case.whose(result, &ground.settings);
        if whose == Whose::Anothers {
            return State::Transacting(self);
        }
        let judgement = outcomes::judge(result, &self.case.request);
        let no_end = result.is(name::STATE, state::SUCCESS) && matches!(judgement, Judgement::Unknown(_));
        if whose == Whose::Unclear || no_end {
            (self.last_sign, self.last_word) = (now.at, now.at);
            // An acceptance in other words brings the number all the same.
            if let Some(stan) = result.stan().filter(|_| self.case.stan().is_none()) {
                self.stage = Stage::Accepted;
                self.case.note_stan(stan, out);
            }
            return State::Transacting(self);
        }
        self.close_probe(out);
        // S4, as far as the line still takes it (3.1).
        let acknowledgement = Members::state(state::SUCCESS).with(name::MSG, messages::ACK);
        ground::send(self.channel, &acknowledgement, out);
        ground::close(self.channel, out);
        match judgement {
            Judgement::Busy(why) => self.on_busy(now, why, out),
            _ => settle(ground, now, self.case, result, Source::Direct, out),
        }
    }

    /// The terminal is occupied. It goes out again only where the terminal had not taken it and nobody was told that it
    /// might be lost (8.7).
    fn on_busy(self, now: Now, why: Explanation, out: &mut Effects) -> State {
        if self.stage == Stage::Accepted || self.case.stan().is_some() {
            return super::conclude(Outcome::without_money(Verdict::Declined, why), out);
        }
        if self.told {
            return not_started(why, out);
        }
        again_when_free(now, self.case, why, out)
    }
}

/// What a terminal says of itself in passing.
pub fn description(members: &Members) -> Vec<String> {
    let parts = [("EPI ", name::EPI), ("", name::SERIAL_NO), ("", name::APP_VERSION)];
    parts.into_iter().filter_map(|(label, name)| Some(format!("{label}{}", members.text(name)?))).collect()
}

/// The result may be lost: ask, never send again (rule 2).
fn lost(ground: &mut Ground, now: Now, case: Case, why: Explanation, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Lost(why)));
    Inquiry::about(case).ask(ground, now, out)
}

/// Acts on a result that is ours.
pub fn settle(
    ground: &mut Ground,
    now: Now,
    mut case: Case,
    result: &Members,
    source: Source,
    out: &mut Effects,
) -> State {
    let judgement = match source {
        Source::Direct => outcomes::judge(result, &case.request),
        Source::Repeated => {
            let whose = case.whose(result, &ground.settings);
            outcomes::judge_status(result, &case.request, whose)
        }
    };
    match (judgement, source) {
        (Judgement::Misdirected(why), _) => {
            out.push(Effect::Report(Report::Alarm(why.clone())));
            super::conclude(Outcome::without_money(Verdict::InDoubt, why), out)
        }
        (Judgement::Ended(outcome), _) => {
            case.note_result(result, out);
            ground.note_batch(result.text(name::BATCH_NO), out);
            if !case.settled {
                for receipt in receipts::receipts_of(result, &case.request, &outcome) {
                    let left_to_till = ground.settings.till_prints();
                    let receipt = if left_to_till { receipt.on_the_tills_paper() } else { receipt };
                    out.push(Effect::Report(Report::Receipt(receipt)));
                }
            }
            super::conclude(*outcome, out)
        }
        (
            Judgement::Busy(why) | Judgement::InProgress(why) | Judgement::NotKnown(why) | Judgement::Unknown(why),
            Source::Direct,
        ) => lost(ground, now, case, why, out),
        (Judgement::Busy(_) | Judgement::InProgress(_), Source::Repeated) => Inquiry::about(case).wait_for_the_end(now),
        // `Inquiry` keeps these to itself.
        (Judgement::NotKnown(why) | Judgement::Unknown(why), Source::Repeated) => {
            super::conclude(Outcome::without_money(Verdict::InDoubt, why), out)
        }
    }
}

/// The same content again under a new id, a few times (8.7).
fn again_when_free(now: Now, mut case: Case, why: Explanation, out: &mut Effects) -> State {
    if case.cancel_requested {
        return cancelled_before_sending(out);
    }
    match BUSY_PAUSES.get(case.busy_answers as usize) {
        Some(pause) => {
            case.busy_answers += 1;
            State::WaitingToTransact(WaitingToTransact { case, until: now.at + *pause })
        }
        None => not_started(why, out),
    }
}

impl WaitingToTransact {
    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn cancel(self, out: &mut Effects) -> State {
        let why = Explanation::new("explain-cancelled-by-cashier", Fault::Nobody);
        super::conclude(Outcome::without_money(Verdict::Cancelled, why), out)
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::WaitingToTransact(self);
        }
        begin(ground, self.case, out)
    }
}
