//! Asking what became of a transaction whose response was lost (reference 7.8): by the platform's identifier where it is
//! known, else by the till's own key.

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, Outcome, Verdict};
use crate::protocols::driver::{Effect, Report, Session};
use crate::protocols::recovery::{self, REFUSALS, UNKNOWN_PAUSE};

use super::super::messages::*;
use super::super::outcomes::{self, Judgement};
use super::State;
use super::case::Case;
use super::ground::{self, Effects, Ground};
use super::transaction;

/// (7.8) Polled every 3 s, at most 3 minutes, then every 30 s.
const POLL: Duration = Duration::from_secs(3);
const POLLS: u32 = 60;
const SLOW_POLL: Duration = Duration::from_secs(30);
/// (7.8) A transaction that the platform does not know so long after the last word about it was never registered. The
/// reference proposes 60 s and somebody who looks at the reader; a reader that is still at it says "busy" to the next one.
const UNREGISTERED_AFTER: Duration = Duration::from_secs(40);
/// Rows of a query: our key is unique, so that more than one is a fault to be seen.
const ROWS: i64 = 10;

/// One case being asked about.
#[derive(Debug)]
pub struct Inquiry {
    case: Case,
    /// Since when nothing of it can have been on its way, as far as is known.
    quiet_since: Instant,
    polls: u32,
    /// Answers in a row that settled nothing.
    refusals: u32,
    calling_off: CallingOff,
    subject: Subject,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Itself,
    /// The transaction that a capture or tip is to have changed: they need not have a row of their own.
    Original,
}

/// A server that does not know the transaction is told to stop the operation, in case it has it and has not registered it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum CallingOff {
    NotAsked,
    /// By which tag, and when.
    Asked(String, Instant),
    /// Nothing runs under its tag, asked when nothing of it could be on its way any more.
    NothingRuns,
}

/// The line is being brought up, or the question is out.
#[derive(Debug)]
pub struct Asking {
    inquiry: Inquiry,
    asked: Option<(String, Instant)>,
}

#[derive(Debug)]
pub struct WaitingToAsk {
    inquiry: Inquiry,
    until: Instant,
}

/// (3, rows 16 and 18)
pub fn question(case: &Case, tag: &str) -> Message {
    let mode = Some(case.mode());
    let body = match case.identifier() {
        Some(identifier) => get(identifier.to_owned(), mode),
        None => Body::QueryTransactionsRequest(QueryTransactionsRequest {
            custom_identifier: Some(case.id.to_string()),
            include_receipts: Some(true),
            offset: Some(0),
            limit: Some(ROWS),
            mode,
        }),
    };
    Message { header: Header::request(tag), body }
}

fn get(transaction_identifier: String, mode: Option<Mode>) -> Body {
    Body::GetTransactionRequest(GetTransactionRequest { transaction_identifier, mode })
}

/// What an answer to [`question`] says, and the transaction it says it of.
pub fn judge_answer(case: &Case, error: Option<&Error>, body: &Body) -> (Judgement, Option<Transaction>) {
    let unknown = || Judgement::Unknown(Explanation::new("explain-still-unknown", Fault::Terminal));
    let not_known = || Judgement::NotKnown(Explanation::new("explain-still-unknown", Fault::Terminal));
    if let Some(error) = error {
        return match outcomes::judge_failure(error, crate::domain::Operation::Sale) {
            // An error about the question ends nothing but the question.
            Judgement::Ended(outcome) => (
                Judgement::Unknown(
                    outcome.explanation.unwrap_or_else(|| Explanation::new("explain-still-unknown", Fault::Terminal)),
                ),
                None,
            ),
            judgement => (judgement, None),
        };
    }
    let found: Vec<&Transaction> = match body {
        Body::GetTransactionResponse(Some(transaction)) => vec![transaction],
        Body::QueryTransactionsResponse(Some(transactions)) => transactions.iter().collect(),
        _ => return (unknown(), None),
    };
    let ours: Vec<&&Transaction> = found.iter().filter(|transaction| case.owns(transaction)).collect();
    match (ours.as_slice(), found.is_empty()) {
        ([only], _) => (outcomes::judge(only, &case.request), Some((**only).clone())),
        ([], true) => (not_known(), None),
        _ => (unknown(), None),
    }
}

impl Inquiry {
    pub fn about(case: Case, now: Now) -> Inquiry {
        let quiet_since = case.left_at.unwrap_or(now.at);
        Inquiry {
            case,
            quiet_since,
            polls: 0,
            refusals: 0,
            calling_off: CallingOff::NotAsked,
            subject: Subject::Itself,
        }
    }

    pub fn case(&self) -> &Case {
        &self.case
    }

    pub fn case_mut(&mut self) -> &mut Case {
        &mut self.case
    }

    /// Asks now, or as soon as the line is up.
    pub fn ask(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if !ground.is_up() {
            ground.want_line(now, out);
            return State::Asking(Asking { inquiry: self, asked: None });
        }
        let tag = ground.tag(now);
        ground.send(&self.question(&tag), out);
        let asked = Some((tag, now.at + ground::ANSWER_WITHIN));
        State::Asking(Asking { inquiry: self, asked })
    }

    fn question(&self, tag: &str) -> Message {
        match (self.subject, self.case.earlier_identifier()) {
            (Subject::Original, Some(original)) => {
                Message { header: Header::request(tag), body: get(original, Some(self.case.mode())) }
            }
            _ => question(&self.case, tag),
        }
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

    fn unreachable(self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        out.push(Effect::Report(Report::Session(Session::Offline(why))));
        let pause = ground.pause();
        self.wait(now, pause)
    }

    /// Asked again for a while, then a person decides.
    fn told_nothing(mut self, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.refusals += 1;
        if self.refusals >= REFUSALS {
            return super::conclude(Outcome::without_money(Verdict::InDoubt, why), out);
        }
        self.wait(now, UNKNOWN_PAUSE)
    }

    fn answered(
        mut self,
        ground: &mut Ground,
        now: Now,
        error: Option<&Error>,
        body: &Body,
        out: &mut Effects,
    ) -> State {
        if let (Subject::Original, Body::GetTransactionResponse(original)) = (self.subject, body) {
            return self.answered_of_original(ground, now, original.as_deref(), error, out);
        }
        match judge_answer(&self.case, error, body) {
            (Judgement::Ended(outcome), transaction) => {
                transaction::conclude(ground, now, self.case, transaction.as_ref(), *outcome, out)
            }
            (Judgement::InProgress(_), transaction) => {
                self.case.note_life(transaction.as_ref(), out);
                self.refusals = 0;
                self.polls += 1;
                let pause = if self.polls < POLLS { POLL } else { SLOW_POLL };
                self.stop_if_wanted(ground, now, out);
                self.wait(now, pause)
            }
            (Judgement::NotKnown(why), _) => self.not_known(ground, now, why, out),
            (Judgement::NotLoggedIn(why), _) => {
                // The server has forgotten us; a new line logs in again.
                ground.close_line(out);
                self.told_nothing(now, why, out)
            }
            (Judgement::Unknown(why), transaction) => {
                self.case.note_life(transaction.as_ref(), out);
                self.told_nothing(now, why, out)
            }
        }
    }

    /// The original that shows nothing of a capture or tip is the proof that there was none. One that shows it may have been
    /// changed by somebody else, so that it proves nothing.
    fn answered_of_original(
        mut self,
        ground: &mut Ground,
        now: Now,
        original: Option<&Transaction>,
        error: Option<&Error>,
        out: &mut Effects,
    ) -> State {
        self.subject = Subject::Itself;
        let shown = original.filter(|_| error.is_none()).and_then(|original| self.case.shows_amendment(original));
        if shown == Some(false) {
            return self.not_performed(out);
        }
        let failure = error.map(|error| outcomes::judge_failure(error, self.case.request.operation));
        if matches!(failure, Some(Judgement::NotLoggedIn(_))) {
            ground.close_line(out);
        }
        let key = if shown == Some(true) { "explain-contradiction" } else { "explain-still-unknown" };
        self.told_nothing(now, Explanation::new(key, Fault::Terminal), out)
    }

    fn not_performed(self, out: &mut Effects) -> State {
        let key = if self.case.is_amendment() { "explain-reversal-not-done" } else { "explain-not-performed" };
        let why = Explanation::new(key, Fault::Nobody);
        super::conclude(Outcome::without_money(Verdict::NotCharged, why), out)
    }

    /// The cashier wants it cancelled, and the server is still at it.
    fn stop_if_wanted(&mut self, ground: &mut Ground, now: Now, out: &mut Effects) {
        if self.case.cancel_requested && !self.case.settled {
            ground.send_abort(now, self.case.tag(), None, out);
        }
    }

    /// A transaction the server has named cannot be unknown to it. One it never named is believed not to exist when nothing
    /// runs under its tag and nothing of it can be on its way any more.
    fn not_known(mut self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        if self.case.identifier().is_some() {
            let why = Explanation { key: "explain-contradiction".to_owned(), ..why };
            return self.told_nothing(now, why, out);
        }
        if self.case.settled || self.case.answered {
            return self.told_nothing(now, why, out);
        }
        if self.calling_off == CallingOff::NothingRuns {
            if !self.case.may_have_no_row() {
                return self.not_performed(out);
            }
            self.subject = Subject::Original;
            return self.ask(ground, now, out);
        }
        if let Some(tag) = ground.send_abort(now, self.case.tag(), None, out) {
            self.calling_off = CallingOff::Asked(tag, now.at);
        }
        self.told_nothing(now, why, out)
    }

    /// What the server said about stopping the operation.
    fn on_abort(&mut self, header: &Header, status: Option<&AbortStatus>, now: Now) {
        let CallingOff::Asked(tag, asked_at) = &self.calling_off else { return };
        let over = *asked_at - self.quiet_since >= UNREGISTERED_AFTER;
        if header.tag != *tag && header.reference_tag.as_deref() != Some(self.case.tag()) {
            return;
        }
        let no_longer =
            header.error.as_ref().is_some_and(|error| error.kind == ErrorType::PosTransactionNoLongerAbortable);
        self.calling_off = match status {
            Some(AbortStatus::NothingToAbort) if over => CallingOff::NothingRuns,
            // The request may come to run all the same: asked again.
            Some(AbortStatus::NothingToAbort) => CallingOff::NotAsked,
            // It did run, or still does: its end is to be found.
            Some(AbortStatus::Ok | AbortStatus::CannotBeAborted) => {
                self.quiet_since = now.at;
                CallingOff::NotAsked
            }
            _ if no_longer => {
                self.quiet_since = now.at;
                CallingOff::NotAsked
            }
            _ => CallingOff::NotAsked,
        };
    }
}

impl Asking {
    pub fn inquiry_mut(&mut self) -> &mut Inquiry {
        &mut self.inquiry
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.asked.as_ref().map(|(_, until)| *until)
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if self.deadline().is_none_or(|until| now.at < until) {
            return State::Asking(self);
        }
        ground.abandon_line(out);
        let why = Explanation::new("explain-link-timed-out", Fault::Link);
        self.inquiry.unreachable(ground, now, why, out)
    }

    pub fn on_up(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        self.inquiry.ask(ground, now, out)
    }

    pub fn on_lost(self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.inquiry.unreachable(ground, now, why, out)
    }

    /// A login that is refused may be mended by the installer meanwhile.
    pub fn on_refused(self, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.inquiry.told_nothing(now, why, out)
    }

    pub fn on_message(mut self, ground: &mut Ground, now: Now, message: Message, out: &mut Effects) -> State {
        let Message { header, body } = message;
        if let Body::AbortOperationResponse(status) = &body {
            self.inquiry.on_abort(&header, status.as_ref(), now);
            return State::Asking(self);
        }
        let answers = self.asked.as_ref().is_some_and(|(tag, _)| *tag == header.tag);
        let is_answer = matches!(
            body,
            Body::GetTransactionResponse(_) | Body::QueryTransactionsResponse(_) | Body::UnknownResponse
        );
        if answers && is_answer {
            return self.inquiry.answered(ground, now, header.error.as_ref(), &body, out);
        }
        State::Asking(self)
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

    pub fn on_message(mut self, now: Now, message: &Message) -> State {
        if let Body::AbortOperationResponse(status) = &message.body {
            self.inquiry.on_abort(&message.header, status.as_ref(), now);
        }
        State::WaitingToAsk(self)
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
    // It may have left a moment ago, by a program that was killed.
    Inquiry::about(case, now).ask_by_hand(ground, now, out)
}
