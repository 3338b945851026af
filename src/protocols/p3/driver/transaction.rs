//! The request that moves money, and the wait for its response (reference 7.2 to 7.7).

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    Answer, Display, Instant, Now, Outcome, Question, QuestionId, QuestionKind, SignatureImage, Verdict,
};
use crate::protocols::driver::{Departure, Effect, Loss, Report, Session, Stopping};

use super::super::messages::*;
use super::super::outcomes::{self, Judgement};
use super::super::receipts;
use super::State;
use super::case::Case;
use super::ground::{self, Effects, Ground};
use super::inquiry::{self, Inquiry};

/// The line is not up yet. Nothing has been sent.
#[derive(Debug)]
pub struct WaitingToStart {
    case: Case,
}

/// The request may be at the server; its response comes under `tag`.
#[derive(Debug)]
pub struct Running {
    case: Case,
    tag: String,
    device: Option<String>,
    sent_at: Instant,
    /// When something about it was heard last.
    last_word: Instant,
    heard: bool,
    /// What the last update said (7.4).
    abortable: bool,
    abort: Abort,
    question: Option<QuestionId>,
    /// Of the signature that was handed in.
    signature: Option<String>,
    probe: Option<Wait>,
}

/// A request of ours beside the operation.
#[derive(Debug, Clone)]
struct Wait {
    tag: String,
    since: Instant,
    until: Instant,
}

#[derive(Debug, Clone)]
enum Abort {
    No,
    /// The cashier wants it; the server does not take it yet.
    Wanted,
    Sent(Wait),
    Answered,
}

/// Sends the request, or brings the line up first.
pub fn begin(ground: &mut Ground, now: Now, case: Case, out: &mut Effects) -> State {
    if ground.is_fresh(now) {
        return transmit(ground, now, case, out);
    }
    // What has stood for a while may be dead without anybody knowing; what is only being opened is waited for.
    if ground.is_up() {
        ground.close_line(out);
    }
    out.push(Effect::Report(Report::Session(Session::Connecting)));
    ground.want_line(now, out);
    State::WaitingToStart(WaitingToStart { case })
}

/// Makes the ids durable and sends. There is one attempt for each payment, and the payment's id is its key.
fn transmit(ground: &mut Ground, now: Now, mut case: Case, out: &mut Effects) -> State {
    let device = if case.needs_no_device() {
        None
    } else {
        match ground.device() {
            Ok(device) => Some(device.resource),
            Err(why) => return not_started(why, out),
        }
    };
    let tag = ground.tag(now);
    case.new_reference(&tag, &ground.settings);
    let Some(body) = case.body(&ground.settings) else {
        let why = Explanation::new("explain-reversal-not-possible", Fault::Nobody);
        return not_started(why, out);
    };
    // The wallet's code has done its work.
    case.request.code = None;
    case.left_at = Some(now.at);
    case.keep_reference(out);
    out.push(Effect::Report(Report::Transmitted));
    let header = Header::request(&tag).on(device.as_deref().unwrap_or_default());
    ground.send_money(&Message { header, body }, out);
    let abort = if case.cancel_requested { Abort::Wanted } else { Abort::No };
    State::Running(Box::new(Running {
        case,
        tag,
        device,
        sent_at: now.at,
        last_word: now.at,
        heard: false,
        abortable: false,
        abort,
        question: None,
        signature: None,
        probe: None,
    }))
}

/// Nothing of it has been performed.
fn not_started(why: Explanation, out: &mut Effects) -> State {
    super::conclude(Outcome::without_money(Verdict::NotCharged, why), out)
}

impl WaitingToStart {
    pub fn on_up(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        transmit(ground, now, self.case, out)
    }

    pub fn on_lost(self, loss: &Loss, out: &mut Effects) -> State {
        not_started(ground::explain_loss(loss), out)
    }

    pub fn on_refused(self, why: Explanation, out: &mut Effects) -> State {
        not_started(why, out)
    }

    pub fn cancel(self, out: &mut Effects) -> State {
        let why = Explanation::new("explain-cancelled-before-sending", Fault::Nobody);
        super::conclude(Outcome::without_money(Verdict::Cancelled, why), out)
    }
}

impl Running {
    pub fn is_to_be_cancelled(&self) -> bool {
        self.case.cancel_requested
    }

    pub fn tag(&self) -> &str {
        &self.tag
    }

    pub fn deadline(&self) -> Instant {
        let word = self.probe.as_ref().map_or_else(|| self.asks_at(), |probe| probe.until);
        let abort = match &self.abort {
            Abort::Sent(wait) => Some(wait.until),
            _ => None,
        };
        [word, self.sent_at + ground::OPERATION_WITHIN].into_iter().chain(abort).min().unwrap_or(word)
    }

    pub fn on_tick(mut self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at < self.deadline() {
            return State::Running(Box::new(self));
        }
        if self.ends_a_wait(now, out) {
            let why = Explanation::new("explain-link-timed-out", Fault::Link);
            out.push(Effect::Report(Report::Session(Session::Offline(why.clone()))));
            return self.give_up_line(ground, now, why, out);
        }
        if now.at >= self.sent_at + ground::OPERATION_WITHIN {
            let why = Explanation::new("explain-link-timed-out", Fault::Terminal);
            return self.give_up_line(ground, now, why, out);
        }
        if self.probe.is_none() && now.at >= self.asks_at() {
            let tag = ground.tag(now);
            ground.send(&inquiry::question(&self.case, &tag), out);
            self.probe = Some(Wait { tag, since: now.at, until: now.at + ground::ANSWER_WITHIN });
        }
        State::Running(Box::new(self))
    }

    /// When the till asks beside the operation. The first update of a card operation comes at once.
    fn asks_at(&self) -> Instant {
        let within = if self.heard || self.case.is_amendment() { ground::SILENCE } else { ground::FIRST_WORD_WITHIN };
        self.last_word + within
    }

    /// A request beside the operation was not answered in time. Whether the line is dead: it is not while anything is heard
    /// on it.
    fn ends_a_wait(&mut self, now: Now, out: &mut Effects) -> bool {
        let last_word = self.last_word;
        let unanswered = |wait: &Wait| now.at >= wait.until;
        let dead = |wait: &Wait| unanswered(wait) && last_word <= wait.since;
        let abort = if let Abort::Sent(wait) = &self.abort { Some(wait.clone()) } else { None };
        if self.probe.as_ref().is_some_and(dead) || abort.as_ref().is_some_and(dead) {
            return true;
        }
        if self.probe.as_ref().is_some_and(unanswered) {
            self.probe = None;
            self.last_word = now.at;
        }
        let Some(abort) = abort.filter(unanswered) else { return false };
        if abort.until >= abort.since + ground::ABORT_WITHIN_AT_LEAST {
            return true;
        }
        // It talks, and may answer yet.
        let unheard = Explanation::new("explain-cancel-not-confirmed", Fault::Link);
        out.push(Effect::Report(Report::Notice(unheard)));
        self.abort = Abort::Sent(Wait { until: abort.since + ground::ABORT_WITHIN_AT_LEAST, ..abort });
        false
    }

    /// Stops waiting for the response and asks, on a new line.
    pub fn give_up_line(mut self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.close_question(out);
        self.case.left_at = Some(now.at);
        ground.abandon_line(out);
        lost(ground, now, self.case, why, out)
    }

    pub fn on_lost(mut self, ground: &mut Ground, now: Now, loss: &Loss, out: &mut Effects) -> State {
        self.close_question(out);
        self.case.left_at = Some(now.at);
        if loss.departure == Departure::SurelyNot && !self.heard {
            return not_started(ground::explain_loss(loss), out);
        }
        let why = Explanation::new("explain-answer-lost", Fault::Link).with_detail(&loss.detail);
        lost(ground, now, self.case, why, out)
    }

    fn close_question(&mut self, out: &mut Effects) {
        if let Some(question) = self.question.take() {
            out.push(Effect::Report(Report::QuestionClosed(question)));
        }
    }

    /// (7.4) As the last update says. Before the first one the wish is kept until the server takes it.
    pub fn stopping(&self) -> Stopping {
        if self.abortable || self.question.is_some() {
            return Stopping::Possible;
        }
        match (self.case.is_amendment(), self.heard) {
            // (7.7)
            (true, _) => Stopping::Impossible("explain-not-stoppable-any-more"),
            (false, true) => Stopping::Impossible("explain-not-stoppable-now"),
            (false, false) => Stopping::Possible,
        }
    }

    /// The cashier's cancel button: it works only while the last update says so (7.4).
    pub fn cancel(&mut self, ground: &mut Ground, now: Now, out: &mut Effects) {
        self.case.cancel_requested = true;
        // The operation stands still for a signature, and an abort is one way on (7.6).
        if self.question.is_some() {
            self.close_question(out);
            return self.send_abort(ground, now, out);
        }
        match self.abort {
            Abort::Sent(_) => {}
            _ if self.abortable => self.send_abort(ground, now, out),
            _ => {
                if self.heard {
                    let late = Explanation::new("explain-too-late-to-cancel", Fault::Nobody);
                    out.push(Effect::Report(Report::Notice(late)));
                }
                self.abort = Abort::Wanted;
            }
        }
    }

    fn send_abort(&mut self, ground: &mut Ground, now: Now, out: &mut Effects) {
        self.abort = match ground.send_abort(now, &self.tag, self.device.as_deref(), out) {
            Some(tag) => Abort::Sent(Wait { tag, since: now.at, until: now.at + ground::ABORT_WITHIN }),
            None => Abort::Wanted,
        };
    }

    /// On paper; the receipt with its line is printed at the end (7.6). A rejected signature is an abort.
    pub fn answer(&mut self, ground: &mut Ground, now: Now, id: QuestionId, answer: Answer, out: &mut Effects) {
        if self.question != Some(id) {
            return;
        }
        self.close_question(out);
        match answer {
            Answer::Accept => self.submit(ground, now, SubmitSignature::OnReceipt, out),
            Answer::Reject => {
                self.case.signature_rejected = true;
                self.send_abort(ground, now, out);
            }
        }
    }

    /// On the screen (7.6): the receipt needs no line then.
    pub fn sign(&mut self, ground: &mut Ground, now: Now, id: QuestionId, image: SignatureImage, out: &mut Effects) {
        if self.question != Some(id) {
            return;
        }
        self.close_question(out);
        self.submit(ground, now, SubmitSignature::Digital(image), out);
    }

    fn submit(&mut self, ground: &mut Ground, now: Now, signature: SubmitSignature, out: &mut Effects) {
        let tag = ground.tag(now);
        let header = Header::request(&tag).about(&self.tag).on(self.device.as_deref().unwrap_or_default());
        ground.send(&Message { header, body: Body::SubmitSignatureRequest(signature) }, out);
        self.signature = Some(tag);
    }

    pub fn on_message(mut self, ground: &mut Ground, now: Now, message: Message, out: &mut Effects) -> State {
        let Message { header, body } = message;
        let about_us = header.reference_tag.as_deref() == Some(self.tag.as_str());
        let answers = |wait: &Wait| header.tag == wait.tag;
        match body {
            Body::AbortOperationResponse(status) => {
                if matches!(&self.abort, Abort::Sent(wait) if answers(wait) || about_us) {
                    self.on_abort(&header, status.as_ref(), out);
                    self.note_word(now);
                }
            }
            Body::SubmitSignatureResponse if about_us || self.signature.as_deref() == Some(header.tag.as_str()) => {
                self.note_word(now);
                if header.status != Some(Status::Ok) && self.signature.take().is_some() {
                    // It was not taken; the question is still open (7.6).
                    self.ask(ground, out);
                }
            }
            Body::GetTransactionResponse(_) | Body::QueryTransactionsResponse(_)
                if self.probe.as_ref().is_some_and(answers) =>
            {
                return self.on_probe(ground, now, header.error.as_ref(), &body, out);
            }
            // An older server does not know the question; it lives all the same.
            Body::UnknownResponse if self.probe.as_ref().is_some_and(answers) => {
                self.probe = None;
                self.note_word(now);
            }
            body if header.tag == self.tag => return self.on_operation(ground, now, header.error, body, out),
            _ => {}
        }
        State::Running(Box::new(self))
    }

    fn note_word(&mut self, now: Now) {
        self.last_word = now.at;
        self.heard = true;
    }

    fn on_abort(&mut self, header: &Header, status: Option<&AbortStatus>, out: &mut Effects) {
        self.abort = Abort::Answered;
        let taken = header.status == Some(Status::Ok) && matches!(status, None | Some(AbortStatus::Ok));
        if !taken {
            let late = Explanation::new("explain-too-late-to-cancel", Fault::Nobody);
            out.push(Effect::Report(Report::Notice(late)));
        }
    }

    /// What the question beside the operation found. Only an end ends the wait.
    fn on_probe(
        mut self,
        ground: &mut Ground,
        now: Now,
        error: Option<&Error>,
        body: &Body,
        out: &mut Effects,
    ) -> State {
        self.probe = None;
        self.note_word(now);
        match inquiry::judge_answer(&self.case, error, body) {
            (Judgement::Ended(outcome), Some(transaction)) => {
                self.close_question(out);
                conclude(ground, now, self.case, Some(&transaction), *outcome, out)
            }
            _ => State::Running(Box::new(self)),
        }
    }

    fn on_operation(
        mut self,
        ground: &mut Ground,
        now: Now,
        error: Option<Error>,
        body: Body,
        out: &mut Effects,
    ) -> State {
        match body {
            Body::ExecuteTransactionUpdate(progress) | Body::AmendTransactionUpdate(progress) => {
                self.note_word(now);
                self.on_update(ground, now, &progress, out);
                State::Running(Box::new(self))
            }
            Body::ExecuteTransactionAction(ActionType::Signature) => {
                self.note_word(now);
                self.case.note_life(None, out);
                if self.question.is_none() {
                    self.ask(ground, out);
                }
                State::Running(Box::new(self))
            }
            Body::ExecuteTransactionResponse(progress) | Body::AmendTransactionResponse(progress) => {
                self.close_question(out);
                // An error without a transaction may mean that there is none; but a capture and a tip may have none at all.
                self.case.answered = progress.transaction.is_some() || error.is_none() || self.case.may_have_no_row();
                show(&progress, out);
                settle(ground, now, self.case, progress.transaction.as_ref(), error.as_ref(), out)
            }
            // The server did not even know what was asked (3, row 29).
            Body::UnknownResponse => {
                self.close_question(out);
                settle(ground, now, self.case, None, error.as_ref(), out)
            }
            _ => {
                self.note_word(now);
                State::Running(Box::new(self))
            }
        }
    }

    fn on_update(&mut self, ground: &mut Ground, now: Now, progress: &Progress, out: &mut Effects) {
        self.case.note_life(progress.transaction.as_ref(), out);
        show(progress, out);
        self.abortable = progress.abortable.unwrap_or(false);
        if self.abortable && matches!(self.abort, Abort::Wanted) {
            self.send_abort(ground, now, out);
        }
    }

    fn ask(&mut self, ground: &mut Ground, out: &mut Effects) {
        let id = ground.question();
        self.question = Some(id);
        let question =
            Question { id, kind: QuestionKind::Signature, text: String::new(), on_screen: true, until: None };
        out.push(Effect::Report(Report::Question(question)));
    }
}

/// (8) Both lines, unchanged.
fn show(progress: &Progress, out: &mut Effects) {
    let text = progress.information.join("\n");
    if !text.trim().is_empty() {
        out.push(Effect::Report(Report::Display(Display::Words(text))));
    }
}

/// The response may be lost: ask, never send again (rule 2).
pub fn lost(ground: &mut Ground, now: Now, case: Case, why: Explanation, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Lost(why)));
    Inquiry::about(case, now).ask(ground, now, out)
}

/// Acts on the response. What it says of the transaction decides, whether or not it calls itself an error (2.2).
fn settle(
    ground: &mut Ground,
    now: Now,
    mut case: Case,
    transaction: Option<&Transaction>,
    error: Option<&Error>,
    out: &mut Effects,
) -> State {
    let judgement = match (transaction, error) {
        (Some(transaction), _) if !case.is_told_of(transaction) => {
            Judgement::Unknown(Explanation::new("explain-foreign-answer", Fault::Terminal))
        }
        (Some(transaction), _) => {
            case.note_life(Some(transaction), out);
            outcomes::judge(transaction, &case.request)
        }
        // The platform has the transaction, so that its status decides (section 6).
        (None, Some(error)) if case.identifier().is_some() => {
            Judgement::Unknown(Explanation::new("explain-answer-lost", Fault::Terminal).with_detail(&error.message))
        }
        (None, Some(error)) => outcomes::judge_failure(error, case.request.operation),
        (None, None) => Judgement::Unknown(Explanation::new("explain-unknown-answer", Fault::Terminal)),
    };
    match judgement {
        Judgement::Ended(outcome) => conclude(ground, now, case, transaction, *outcome, out),
        // The server did not take it from somebody it does not know.
        Judgement::NotLoggedIn(why) => not_started(why, out),
        Judgement::InProgress(why) | Judgement::NotKnown(why) | Judgement::Unknown(why) => {
            lost(ground, now, case, why, out)
        }
    }
}

/// The end of a case, with its receipts.
pub fn conclude(
    _ground: &mut Ground,
    _now: Now,
    mut case: Case,
    transaction: Option<&Transaction>,
    outcome: Outcome,
    out: &mut Effects,
) -> State {
    if let Some(transaction) = transaction {
        case.note_life(Some(transaction), out);
        if !case.settled {
            for receipt in receipts::receipts_of(transaction) {
                if case.is_new_receipt(&receipt) {
                    out.push(Effect::Report(Report::Receipt(receipt)));
                }
            }
        }
    }
    let rejected = case.signature_rejected && outcome.verdict == Verdict::Cancelled;
    let outcome = if rejected {
        let why = Explanation::new("explain-signature-rejected", Fault::Nobody);
        Outcome { verdict: Verdict::NotCharged, explanation: Some(why), ..outcome }
    } else {
        outcome
    };
    super::conclude(outcome, out)
}
