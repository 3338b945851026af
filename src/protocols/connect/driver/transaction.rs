//! The request that moves money, and the wait for its response (reference 5.1 to 5.6).

use std::time::Duration;

use serde_json::{Value, json};

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Answer, Display, Instant, Now, Outcome, Question, QuestionId, QuestionKind, Verdict};
use crate::protocols::driver::{Departure, Effect, Loss, Report, Session, Stopping};

use super::super::codec;
use super::super::messages::*;
use super::super::outcomes::{self, Judgement};
use super::super::receipts;
use super::State;
use super::case::{Case, is_past_the_card, lasts_at_most};
use super::ground::{self, Effects, Ground};
use super::inquiry::Inquiry;

/// (4.12)
const SIGNATURE_WITHIN: Duration = Duration::from_secs(80);
/// A cancel is answered at once; a line on which nothing comes is dead.
const CANCEL_WITHIN: Duration = Duration::from_secs(5);
/// After this long without a word about it the till looks how the terminal is, beside the request.
const SILENCE: Duration = Duration::from_secs(30);
/// The first word comes at once.
const FIRST_WORD_WITHIN: Duration = Duration::from_secs(15);
/// A terminal that was seen idle so often while its answer is waited for has answered, and the answer is lost.
const IDLE_LOOKS: u32 = 2;

/// Nothing of it has been sent.
#[derive(Debug)]
pub struct Preparing {
    case: Case,
    step: Step,
}

#[derive(Debug)]
enum Step {
    /// The line is not up yet.
    Line,
    /// A line that has stood for a while: is somebody there, and is the terminal free (5.1, step 1)?
    Looking { id: i64, tid: String, until: Instant },
    /// Not so soon after another request (1.6).
    Spacing(Instant),
}

/// The request may be at the terminal.
#[derive(Debug)]
pub struct Running {
    case: Case,
    sent_at: Instant,
    /// When something about it was heard last.
    last_word: Instant,
    heard: bool,
    /// The newest word that says whether a card was presented said so.
    is_past_the_card: bool,
    cancel: Option<Wait>,
    look: Option<Wait>,
    idle_looks: u32,
    signature: Option<Signature>,
    /// The cashier's last answer, under Connect's number of the question.
    answered: Option<(Value, bool)>,
}

/// A request of ours beside it.
#[derive(Debug, Clone, Copy)]
struct Wait {
    id: i64,
    since: Instant,
    until: Instant,
}

/// The cashier compares a signature.
#[derive(Debug)]
struct Signature {
    question: QuestionId,
    /// Connect's own number of its request.
    id: Value,
    until: Instant,
}

/// Sends the request, or brings the line up first.
pub fn begin(ground: &mut Ground, now: Now, case: Case, out: &mut Effects) -> State {
    if ground.is_fresh(now) {
        return transmit(ground, now, case, out);
    }
    if ground.is_up() {
        return look(ground, now, case, out);
    }
    ground.tell(Session::Connecting, out);
    ground.want_line(now, out);
    State::Preparing(Box::new(Preparing { case, step: Step::Line }))
}

fn look(ground: &mut Ground, now: Now, case: Case, out: &mut Effects) -> State {
    let tid = match meant(ground, &case) {
        Ok(tid) => tid,
        Err(why) => return not_started(why, out),
    };
    let version = ground.settings.version;
    let id = ground.ask(now, version.terminal_details(), ground::details_of(&tid, version), out);
    let step = Step::Looking { id, tid, until: now.at + ground::ANSWER_WITHIN };
    State::Preparing(Box::new(Preparing { case, step }))
}

fn meant(ground: &Ground, case: &Case) -> Result<String, Explanation> {
    case.wanted_tid().map_or_else(|| ground.terminal(), Ok)
}

/// Makes the ids durable and sends. There is one attempt for each payment.
fn transmit(ground: &mut Ground, now: Now, mut case: Case, out: &mut Effects) -> State {
    let tid = match meant(ground, &case) {
        Ok(tid) => tid,
        Err(why) => return not_started(why, out),
    };
    let (method, params) = match case.request(&tid, ground.settings.version) {
        Ok(request) => request,
        Err(key) => return not_started(Explanation::new(key, Fault::Nobody), out),
    };
    if let Some(at) = ground.clear_at(now) {
        return State::Preparing(Box::new(Preparing { case, step: Step::Spacing(at) }));
    }
    let id = ground.next_id();
    let seen = ground.seen(&tid);
    case.new_reference(&tid, id, seen, now);
    case.keep_reference(out);
    case.left_at = Some(now.at);
    out.push(Effect::Report(Report::Transmitted));
    ground.send_money(now, id, method, params, out);
    ground.await_answer(id, &case.request);
    State::Running(Box::new(Running {
        case,
        sent_at: now.at,
        last_word: now.at,
        heard: false,
        is_past_the_card: false,
        cancel: None,
        look: None,
        idle_looks: 0,
        signature: None,
        answered: None,
    }))
}

/// Nothing of it has been performed.
fn not_started(why: Explanation, out: &mut Effects) -> State {
    super::conclude(Outcome::without_money(Verdict::NotCharged, why), out)
}

impl Preparing {
    pub fn deadline(&self) -> Option<Instant> {
        match &self.step {
            // Bounded by the line's own waits.
            Step::Line => None,
            Step::Looking { until, .. } => Some(*until),
            Step::Spacing(at) => Some(*at),
        }
    }

    pub fn on_tick(mut self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        match &self.step {
            Step::Spacing(at) if now.at >= *at => transmit(ground, now, self.case, out),
            // The line has died without anybody knowing. Nothing was sent, so a new one is opened.
            Step::Looking { until, .. } if now.at >= *until => {
                self.case.line_anew = true;
                ground.abandon_line(out);
                ground.tell(Session::Connecting, out);
                ground.want_line(now, out);
                State::Preparing(Box::new(Preparing { case: self.case, step: Step::Line }))
            }
            _ => State::Preparing(Box::new(self)),
        }
    }

    pub fn on_up(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        transmit(ground, now, self.case, out)
    }

    /// A line that broke before anything was sent is opened anew, once.
    pub fn on_lost(mut self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        if matches!(self.step, Step::Line) || self.case.line_anew {
            return not_started(why, out);
        }
        self.case.line_anew = true;
        ground.want_line(now, out);
        State::Preparing(Box::new(Preparing { case: self.case, step: Step::Line }))
    }

    pub fn on_refused(self, why: Explanation, out: &mut Effects) -> State {
        not_started(why, out)
    }

    pub fn on_answer(
        self,
        ground: &mut Ground,
        now: Now,
        answered: &Value,
        answer: Result<Value, RpcError>,
        out: &mut Effects,
    ) -> State {
        let Step::Looking { id, tid, .. } = &self.step else { return State::Preparing(Box::new(self)) };
        if answered != id {
            return State::Preparing(Box::new(self));
        }
        match answer {
            Ok(result) => match codec::terminal_details(&result, tid) {
                Some(terminal) if terminal.status == Some(TerminalStatus::Busy) => {
                    not_started(Explanation::new("explain-terminal-busy", Fault::Terminal), out)
                }
                // What is not understood decides nothing: the terminal itself does.
                _ => transmit(ground, now, self.case, out),
            },
            Err(error) if error.known() == Some(ErrorCode::TerminalUnavailable) => {
                let why = Explanation::new("explain-terminal-unavailable", Fault::Terminal);
                not_started(why.with_detail(error.words()), out)
            }
            Err(_) => transmit(ground, now, self.case, out),
        }
    }

    pub fn cancel(self, out: &mut Effects) -> State {
        let why = Explanation::new("explain-cancelled-before-sending", Fault::Nobody);
        super::conclude(Outcome::without_money(Verdict::Cancelled, why), out)
    }
}

impl Running {
    /// What a terminal may still be at.
    pub fn case(&self) -> &Case {
        &self.case
    }

    pub fn deadline(&self) -> Instant {
        let word = self.look.as_ref().map_or_else(|| self.looks_at(), |look| look.until);
        let cancel = self.cancel.as_ref().map(|wait| wait.until);
        let signature = self.signature.as_ref().map(|signature| signature.until);
        [word, self.ends_at()].into_iter().chain(cancel).chain(signature).min().unwrap_or(word)
    }

    fn ends_at(&self) -> Instant {
        self.sent_at + lasts_at_most(&self.case.request)
    }

    fn looks_at(&self) -> Instant {
        self.last_word + if self.heard { SILENCE } else { FIRST_WORD_WITHIN }
    }

    pub fn on_tick(mut self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if self.signature.as_ref().is_some_and(|signature| now.at >= signature.until) {
            // Too late to answer; what Connect makes of the silence comes with the response (4.12).
            self.close_question(out);
        }
        if self.has_dead_line(now) {
            let why = Explanation::new("explain-link-timed-out", Fault::Link);
            ground.tell(Session::Offline(why.clone()), out);
            return self.give_up_line(ground, now, why, out);
        }
        if now.at >= self.ends_at() {
            let why = Explanation::new("explain-link-timed-out", Fault::Terminal);
            return self.give_up_line(ground, now, why, out);
        }
        if self.cancel.is_some_and(|wait| now.at >= wait.until) {
            self.cancel = None;
            out.push(Effect::Report(Report::Notice(Explanation::new("explain-cancel-not-confirmed", Fault::Link))));
        }
        if self.look.is_some_and(|wait| now.at >= wait.until) {
            self.look = None;
            self.last_word = now.at;
        }
        if self.look.is_none() && now.at >= self.looks_at() {
            let version = ground.settings.version;
            let id = ground.ask(now, version.terminal_details(), ground::details_of(self.case.tid(), version), out);
            self.look = Some(Wait { id, since: now.at, until: now.at + ground::ANSWER_WITHIN });
        }
        State::Running(Box::new(self))
    }

    /// A request beside it was not answered in time, and nothing else was heard.
    fn has_dead_line(&self, now: Now) -> bool {
        let dead = |wait: &Wait| now.at >= wait.until && self.last_word <= wait.since;
        self.look.as_ref().is_some_and(dead) || self.cancel.as_ref().is_some_and(dead)
    }

    /// Stops waiting for the response and asks, on a new line.
    pub fn give_up_line(mut self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.close_question(out);
        self.case.left_at = Some(now.at);
        ground.abandon_line(out);
        lost(ground, now, self.case, why, out)
    }

    pub fn on_lost(
        mut self,
        ground: &mut Ground,
        now: Now,
        loss: &Loss,
        explained: Explanation,
        out: &mut Effects,
    ) -> State {
        self.close_question(out);
        self.case.left_at = Some(now.at);
        if loss.departure == Departure::SurelyNot && !self.heard {
            return not_started(explained, out);
        }
        let detail = explained.detail.unwrap_or_default();
        lost(ground, now, self.case, Explanation::new("explain-answer-lost", Fault::Link).with_detail(&detail), out)
    }

    fn close_question(&mut self, out: &mut Effects) {
        if let Some(signature) = self.signature.take() {
            out.push(Effect::Report(Report::QuestionClosed(signature.question)));
        }
    }

    /// (4.11) It works until the card is presented. A card that could not be read is presented again.
    pub fn stopping(&self) -> Stopping {
        if self.is_past_the_card { Stopping::Impossible("explain-too-late-to-cancel") } else { Stopping::Possible }
    }

    /// The cashier's cancel button. Connect cancels whatever runs on the terminal, and promises nothing (4.11).
    pub fn cancel(&mut self, ground: &mut Ground, now: Now, out: &mut Effects) {
        self.case.cancel_requested = true;
        if self.cancel.is_some() {
            return;
        }
        let params = ground::about(self.case.tid(), ground.settings.version);
        let id = ground.ask_at_once(method::CANCEL_TRANSACTION, params, out);
        self.cancel = Some(Wait { id, since: now.at, until: now.at + CANCEL_WITHIN });
    }

    /// The cashier has compared the signature.
    pub fn answer(&mut self, ground: &Ground, id: QuestionId, answer: Answer, out: &mut Effects) {
        let Some(signature) = self.signature.take_if(|signature| signature.question == id) else { return };
        out.push(Effect::Report(Report::QuestionClosed(id)));
        let accepted = answer == Answer::Accept;
        self.case.signature_rejected = !accepted;
        reply_to_signature(ground, &signature.id, accepted, out);
        self.answered = Some((signature.id, accepted));
    }

    pub fn on_notification(mut self, now: Now, notification: &Notification, out: &mut Effects) -> State {
        if notification.tid.as_deref().is_none_or(|tid| tid == self.case.tid()) {
            self.note_word(now);
            self.is_past_the_card = is_past_the_card(&notification.value).unwrap_or(self.is_past_the_card);
            self.case.note_life(&notification.value, out);
            let display = Display::state(display_key(&notification.value), &notification.value);
            out.push(Effect::Report(Report::Display(display)));
        }
        State::Running(Box::new(self))
    }

    fn note_word(&mut self, now: Now) {
        self.last_word = now.at;
        self.heard = true;
        self.idle_looks = 0;
    }

    /// (4.12) `false` when the question is none of this payment's.
    pub fn on_signature(
        &mut self,
        ground: &mut Ground,
        now: Now,
        id: Value,
        asked: &Transaction,
        out: &mut Effects,
    ) -> bool {
        if asked.tid.as_deref().is_some_and(|tid| tid != self.case.tid()) {
            return false;
        }
        self.note_word(now);
        self.is_past_the_card = true;
        self.case.note_life("SIGNATURE_VERIFICATION", out);
        if self.signature.as_ref().is_some_and(|signature| signature.id == id) {
            return true;
        }
        // Whoever asks again has not got the answer; the cashier has given it.
        if let Some((_, accepted)) = self.answered.as_ref().filter(|(answered, _)| *answered == id) {
            reply_to_signature(ground, &id, *accepted, out);
            return true;
        }
        self.close_question(out);
        let slips =
            receipts::receipts_of(&Transaction { verification: Some(Verification::Signature), ..asked.clone() });
        self.case.tell_receipts(slips, ground.settings.till_prints, out);
        let question = ground.question();
        out.push(Effect::Report(Report::Question(Question {
            id: question,
            kind: QuestionKind::Signature,
            text: String::new(),
            on_screen: false,
            until: Some(now.after(SIGNATURE_WITHIN)),
        })));
        self.signature = Some(Signature { question, id, until: now.at + SIGNATURE_WITHIN });
        true
    }

    pub fn on_answer(
        mut self,
        ground: &mut Ground,
        now: Now,
        answered: &Value,
        answer: Result<Value, RpcError>,
        out: &mut Effects,
    ) -> State {
        if self.case.is_answered_by(answered) {
            self.close_question(out);
            return settle(ground, now, self.case, answer, out);
        }
        if self.cancel.is_some_and(|wait| *answered == wait.id) {
            self.cancel = None;
            self.note_word(now);
            self.on_cancel(ground, &answer, out);
        } else if self.look.is_some_and(|wait| *answered == wait.id) {
            self.look = None;
            return self.on_look(ground, now, answer, out);
        }
        State::Running(Box::new(self))
    }

    fn on_cancel(&self, ground: &Ground, answer: &Result<Value, RpcError>, out: &mut Effects) {
        let member = ground.settings.version.cancelling();
        let taken = answer.as_ref().is_ok_and(|result| result.get(member) != Some(&Value::Bool(false)));
        if !taken {
            let words = answer.as_ref().err().map(RpcError::words).unwrap_or_default();
            let late = Explanation::new("explain-too-late-to-cancel", Fault::Nobody);
            out.push(Effect::Report(Report::Notice(late.with_detail(words))));
        }
    }

    /// How the terminal is while its answer is waited for.
    fn on_look(mut self, ground: &mut Ground, now: Now, answer: Result<Value, RpcError>, out: &mut Effects) -> State {
        let found = answer.ok().and_then(|result| codec::terminal_details(&result, self.case.tid()));
        self.idle_looks = if found.is_some_and(|terminal| terminal.is_available()) { self.idle_looks + 1 } else { 0 };
        self.last_word = now.at;
        if self.idle_looks < IDLE_LOOKS {
            return State::Running(Box::new(self));
        }
        self.close_question(out);
        self.case.left_at = Some(now.at);
        lost(ground, now, self.case, Explanation::new("explain-answer-lost", Fault::Terminal), out)
    }
}

fn reply_to_signature(ground: &Ground, id: &Value, accepted: bool, out: &mut Effects) {
    ground.reply(id.clone(), Ok(json!({ "accepted": accepted })), out);
}

/// The response may be lost: ask, never send again (rule 2).
pub fn lost(ground: &mut Ground, now: Now, case: Case, why: Explanation, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Lost(why)));
    Inquiry::about(case, now).ask(ground, now, out)
}

/// Whether this response settles the payment by itself, however late it comes (rule 4).
pub fn is_settled_by(case: &Case, answer: &Result<Value, RpcError>) -> bool {
    match answer.as_ref().map(codec::transaction) {
        Ok(Ok(transaction)) => {
            let ours = transaction.tid.as_deref().is_none_or(|tid| tid == case.tid());
            ours && matches!(outcomes::judge(&transaction, &case.request), Judgement::Ended(_))
        }
        Ok(Err(_)) => false,
        // Once something else was said, or done, a refusal is no end of it.
        Err(error) => {
            let timed_out = case.reference.as_ref().is_some_and(|reference| reference.timed_out);
            !timed_out && !case.settled && judge_refusal(case, error).is_ok()
        }
    }
}

/// Acts on the response.
pub fn settle(
    ground: &mut Ground,
    now: Now,
    mut case: Case,
    answer: Result<Value, RpcError>,
    out: &mut Effects,
) -> State {
    let transaction = match answer.map(|result| codec::transaction(&result)) {
        Ok(Ok(transaction)) => transaction,
        Ok(Err(_)) => return lost(ground, now, case, Explanation::new("explain-unknown-answer", Fault::Terminal), out),
        Err(error) => return refused(ground, now, case, &error, out),
    };
    if transaction.tid.as_deref().is_some_and(|tid| tid != case.tid()) {
        return lost(ground, now, case, Explanation::new("explain-foreign-answer", Fault::Terminal), out);
    }
    match outcomes::judge(&transaction, &case.request) {
        Judgement::Ended(outcome) => conclude(ground, case, &transaction, *outcome, out),
        Judgement::TimedOut(why) => {
            case.note(|reference| reference.timed_out = true, out);
            lost(ground, now, case, why, out)
        }
        Judgement::Unknown(why) => lost(ground, now, case, why, out),
    }
}

fn refused(ground: &mut Ground, now: Now, case: Case, error: &RpcError, out: &mut Effects) -> State {
    match judge_refusal(&case, error) {
        Ok(outcome) => super::conclude(outcome, out),
        Err(why) => lost(ground, now, case, why, out),
    }
}

/// The end of what never began, or why it is no end: a terminal that was seen to work on it is not one that never began.
fn judge_refusal(case: &Case, error: &RpcError) -> Result<Outcome, Explanation> {
    let why = match outcomes::judge_error(error) {
        Judgement::Ended(outcome) if !case.is_alive() => return Ok(*outcome),
        Judgement::Ended(outcome) => outcome.explanation,
        Judgement::TimedOut(why) | Judgement::Unknown(why) => Some(why),
    };
    Err(why.unwrap_or_else(|| Explanation::new("explain-request-failed", Fault::Terminal)))
}

/// The end of a case, with its slips and what has to be known of it later.
pub fn conclude(
    ground: &mut Ground,
    mut case: Case,
    transaction: &Transaction,
    outcome: Outcome,
    out: &mut Effects,
) -> State {
    let tid = case.tid().to_owned();
    ground.await_no_answer();
    ground.note_transaction(&tid, transaction, out);
    if !case.settled {
        case.note(
            |reference| {
                reference.shown.clone_from(&outcome.terminal_reference);
                reference.auth_code.clone_from(&outcome.auth_code);
            },
            out,
        );
        case.tell_receipts(receipts::receipts_of(transaction), ground.settings.till_prints, out);
    }
    let explanation = explained(&case, &outcome);
    super::conclude(Outcome { explanation, ..outcome }, out)
}

/// Who ended it, where the result does not say so.
fn explained(case: &Case, outcome: &Outcome) -> Option<Explanation> {
    let key = match outcome.verdict {
        Verdict::NotCharged if case.signature_rejected => "explain-signature-rejected",
        Verdict::Approved if case.signature_rejected => "explain-signature-not-undone",
        Verdict::Cancelled if case.cancel_requested => "explain-cancelled-by-cashier",
        _ => return outcome.explanation.clone(),
    };
    let detail = outcome.explanation.as_ref().and_then(|why| why.detail.clone()).unwrap_or_default();
    Some(Explanation::new(key, Fault::Nobody).with_detail(&detail))
}
