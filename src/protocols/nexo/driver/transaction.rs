//! The message that moves money, and the wait for its answer (reference 5.1, 5.4, 11.5).

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Money, Now, Operation, Outcome, Verdict};
use crate::protocols::driver::{Departure, Effect, LinkEvent, Loss, LossCause, Report, Session};
use crate::protocols::frame::Channel;

use super::super::messages::{
    Body, Category, ErrorCondition, Message, MessageReference, PaymentRequest, PaymentType, ReversalRequest,
    TransactionId,
};
use super::super::outcomes::{self, Judgement};
use super::super::receipts;
use super::State;
use super::case::{Case, Reference, Target};
use super::ground::{self, Effects, Ground, Reply};
use super::inquiry::Inquiry;
use super::session::{self, Purpose};
use super::signature;

/// Pauses before the same request goes out again under a new ServiceID, after the terminal said `Busy` (9, 11.5).
const BUSY_PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_millis(1500), Duration::from_secs(2)];
/// After this long without a sign of life the till asks, beside the open request (5.3).
const SILENCE: Duration = Duration::from_secs(20);
/// So many answers "unknown" while the line seems to stand mean that the request never arrived.
const UNKNOWN_PROBES: u32 = 3;
/// So many questions in a row that reached nobody mean that the line is dead, whatever the open request seems to do.
const DEAD_PROBES: u32 = 3;

/// The request may be at the terminal; its answer comes on `channel`.
#[derive(Debug)]
pub struct Transacting {
    case: Case,
    target: Target,
    channel: Channel,
    last_sign: Instant,
    probe: Option<(Channel, String)>,
    unknown_probes: u32,
    dead_probes: u32,
}

/// The terminal said that it did not start it; it goes out again at `until`.
#[derive(Debug)]
pub struct WaitingToTransact {
    case: Case,
    target: Target,
    until: Instant,
}

/// How an answer reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In the request's own exchange.
    Direct,
    /// Repeated by TransactionStatus.
    Repeated,
}

/// Sends the request, or logs in first.
pub fn begin(ground: &mut Ground, now: Now, case: Case, out: &mut Effects) -> State {
    if ground.logged_in {
        transmit(ground, now, case, Target::Request, out)
    } else {
        session::log_in(ground, now, Purpose::Case(Box::new(case), Target::Request), out)
    }
}

/// Makes the ids durable and sends. Each time is a new ServiceID (3.2).
pub fn transmit(ground: &mut Ground, now: Now, mut case: Case, target: Target, out: &mut Effects) -> State {
    if case.cancel_requested && target == Target::Request {
        return session::cancel_before_sending(ground, now, &case, out);
    }
    let service_id = ground.service_id(out);
    let Some(body) = body_of(&case, target, now) else {
        let why = Explanation::new("explain-reversal-not-possible", Fault::Nobody);
        if target == Target::Undo {
            // No later try can have what this one lacks: a person has to give the money back.
            return signature::undone(ground, now, case, Outcome::without_money(Verdict::Declined, why), out);
        }
        return not_started(ground, now, case, target, why, out);
    };
    let message = ground.message(case.category(target), &service_id, body);
    note_reference(ground, &mut case, target, service_id, now);
    (case.left_at, case.landed) = (Some(now.at), false);
    if let Some(reference) = case.reference_value() {
        out.push(Effect::Report(Report::Reference(reference)));
    }
    if target == Target::Request {
        out.push(Effect::Report(Report::Transmitted));
    }
    let within =
        if case.category(target) == Category::Reversal { ground::REVERSAL_WITHIN } else { ground::PAYMENT_WITHIN };
    let (channel, open) = ground.exchange(name_of(&case, target), &message, within);
    out.push(Effect::money(channel, open));
    State::Transacting(Transacting {
        case,
        target,
        channel,
        last_sign: now.at,
        probe: None,
        unknown_probes: 0,
        dead_probes: 0,
    })
}

fn name_of(case: &Case, target: Target) -> &'static str {
    if case.category(target) == Category::Reversal { "reversal" } else { "payment" }
}

fn note_reference(ground: &Ground, case: &mut Case, target: Target, service_id: String, now: Now) {
    match (&mut case.reference, target) {
        (Some(reference), Target::Undo) => reference.undo = Some(service_id),
        (Some(reference), Target::Request) => {
            // A new message: what was seen of the one before says nothing about it.
            reference.service_id = service_id;
            reference.alive = false;
            reference.session_lost = false;
        }
        (None, _) => {
            case.reference = Some(Reference {
                service_id,
                sale_id: ground.settings.sale_id.clone(),
                poi_id: ground.settings.poi_id.clone(),
                sale_transaction: sale_transaction(case, now),
                alive: false,
                session_lost: false,
                poi_transaction: None,
                instrument: String::new(),
                undo: None,
            });
        }
    }
}

fn sale_transaction(case: &Case, now: Now) -> TransactionId {
    case.reference.as_ref().map_or_else(
        || TransactionId { id: case.id.to_string(), time: now.local_rfc3339() },
        |reference| reference.sale_transaction.clone(),
    )
}

/// `None` for a reversal of something that has no POITransactionID or must not be reversed (5.4).
fn body_of(case: &Case, target: Target, now: Now) -> Option<Body> {
    if case.category(target) == Category::Reversal {
        let original = case.reversed(target)?;
        let reversible = !original.instrument.eq_ignore_ascii_case("Mobile");
        let reason = if target == Target::Undo { "Malfunction" } else { "MerchantCancel" };
        return Some(Body::ReversalRequest(ReversalRequest {
            reason: reason.to_owned(),
            sale_id: original.sale_id,
            poi_id: original.poi_id,
            poi_transaction: original.poi_transaction.filter(|_| reversible)?,
        }));
    }
    let request = &case.request;
    let refund = request.operation == Operation::Refund;
    Some(Body::PaymentRequest(PaymentRequest {
        sale_transaction: sale_transaction(case, now),
        operator_id: request.operator.clone(),
        currency: request.amount.currency().code().to_owned(),
        requested: outcomes::asked_total(request)?.to_decimal(),
        cash_back: (!refund).then(|| request.cashback.unwrap_or(Money::zero(request.amount.currency())).to_decimal()),
        payment_type: if refund { PaymentType::Refund } else { PaymentType::Normal },
    }))
}

/// Nothing of this message has been performed: what that means depends on which message it was.
pub fn not_started(
    ground: &mut Ground,
    now: Now,
    case: Case,
    target: Target,
    why: Explanation,
    out: &mut Effects,
) -> State {
    match target {
        Target::Request => super::conclude(ground, now, &case, Outcome::without_money(Verdict::NotCharged, why), out),
        // The payment stands until it is undone, and who waits for it is told.
        Target::Undo => {
            out.push(Effect::Report(Report::Lost(why)));
            Inquiry::about(case, Target::Undo, now).wait_and_ask(ground, now, out)
        }
    }
}

impl Transacting {
    pub fn case(&self) -> &Case {
        &self.case
    }

    pub fn case_mut(&mut self) -> &mut Case {
        &mut self.case
    }

    pub fn target(&self) -> Target {
        self.target
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.probe.is_none().then_some(self.last_sign + SILENCE)
    }

    pub fn owns(&self, channel: Channel) -> bool {
        channel == self.channel || self.probe.as_ref().is_some_and(|(probe, _)| *probe == channel)
    }

    /// The terminal lives, whatever it works on.
    pub fn note_sign(&mut self, now: Now) {
        self.last_sign = now.at;
        self.dead_probes = 0;
    }

    pub fn on_tick(mut self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if self.probe.is_none() && now.at >= self.last_sign + SILENCE {
            let service_id = ground.service_id(out);
            let message = status_request(ground, &self.case, self.target, &service_id, true);
            let (channel, open) = ground.exchange("status", &message, ground::OTHERS_WITHIN);
            out.push(Effect::link(channel, open));
            self.probe = Some((channel, service_id));
        }
        State::Transacting(self)
    }

    /// Stops waiting for the answer and asks for it.
    pub fn give_up_line(self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        session::close(self.channel, out);
        if let Some((probe, _)) = &self.probe {
            session::close(*probe, out);
        }
        lost(ground, now, self.case, self.target, why, out)
    }

    pub fn on_link(
        self,
        ground: &mut Ground,
        now: Now,
        channel: Channel,
        event: LinkEvent,
        out: &mut Effects,
    ) -> State {
        let Some(reply) = Reply::of(event) else {
            return State::Transacting(self);
        };
        if channel == self.channel {
            self.on_answer(ground, now, reply, out)
        } else {
            self.on_probe(ground, now, reply, out)
        }
    }

    fn on_answer(self, ground: &mut Ground, now: Now, reply: Reply, out: &mut Effects) -> State {
        if let Some((probe, _)) = &self.probe {
            session::close(*probe, out);
        }
        let (mut case, target) = (self.case, self.target);
        case.landed = !matches!(&reply, Reply::Lost(loss) if loss.cause == LossCause::TimedOut);
        match reply {
            Reply::Message(message) if is_response_to(&message, ground, &case, target) => {
                settle(ground, now, case, target, message.body, Source::Direct, out)
            }
            Reply::Message(_) => {
                let foreign = Explanation::new("explain-foreign-answer", Fault::Terminal);
                lost(ground, now, case, target, foreign, out)
            }
            Reply::Empty => lost(ground, now, case, target, answer_lost("empty answer"), out),
            Reply::Lost(loss) if loss.departure == Departure::SurelyNot => {
                ground.logged_in = ground.logged_in && loss.cause == LossCause::NotDurable;
                not_started(ground, now, case, target, ground::explain_loss(&loss), out)
            }
            Reply::Lost(loss) => lost(ground, now, case, target, answer_lost(&words_of(&loss)), out),
        }
    }

    /// What the question after silence found. Only our own stored response, or the certainty that the terminal is
    /// not working on it, ends the wait for the open request.
    fn on_probe(mut self, ground: &mut Ground, now: Now, reply: Reply, out: &mut Effects) -> State {
        let asked = self.probe.take().map(|(_, service_id)| service_id).unwrap_or_default();
        self.last_sign = now.at;
        let message = match reply {
            Reply::Message(message) => message,
            Reply::Lost(loss) => return self.on_dead_probe(ground, now, &loss, out),
            Reply::Empty => return State::Transacting(self),
        };
        self.dead_probes = 0;
        if !ground::is_answer_to(&message.header, &ground.settings, &asked) {
            return State::Transacting(self);
        }
        let Body::TransactionStatusResponse(status) = message.body else {
            return State::Transacting(self);
        };
        let ours = status.repeated.filter(|repeated| {
            status.response.is_success() && whose(repeated, ground, &self.case, self.target) == Whose::Ours
        });
        let busy = [ErrorCondition::Busy, ErrorCondition::InProgress];
        if status.response.failed_with(&busy) || ours.as_ref().is_some_and(is_in_progress) {
            self.unknown_probes = 0;
            return State::Transacting(self);
        }
        if let Some(repeated) = ours {
            session::close(self.channel, out);
            return settle(ground, now, self.case, self.target, repeated.body, Source::Repeated, out);
        }
        self.unknown_probes += 1;
        let out_of_session = [ErrorCondition::NotAllowed, ErrorCondition::LoggedOut];
        if status.response.failed_with(&out_of_session) || self.unknown_probes >= UNKNOWN_PROBES {
            session::close(self.channel, out);
            return lost(ground, now, self.case, self.target, answer_lost(""), out);
        }
        State::Transacting(self)
    }

    fn on_dead_probe(mut self, ground: &mut Ground, now: Now, loss: &Loss, out: &mut Effects) -> State {
        self.dead_probes += 1;
        if self.dead_probes < DEAD_PROBES {
            return State::Transacting(self);
        }
        let why = ground::explain_loss(loss);
        out.push(Effect::Report(Report::Session(Session::Offline(why.clone()))));
        self.give_up_line(ground, now, why, out)
    }
}

fn answer_lost(detail: &str) -> Explanation {
    Explanation::new("explain-answer-lost", Fault::Link).with_detail(detail)
}

fn words_of(loss: &Loss) -> String {
    loss.detail.clone()
}

/// The answer may be lost: ask, never send again (rule 2).
pub fn lost(ground: &mut Ground, now: Now, case: Case, target: Target, why: Explanation, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Lost(why)));
    Inquiry::about(case, target, now).ask(ground, now, out)
}

impl WaitingToTransact {
    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn case(&self) -> &Case {
        &self.case
    }

    pub fn target(&self) -> Target {
        self.target
    }

    pub fn into_case(self) -> (Case, Target) {
        (self.case, self.target)
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::WaitingToTransact(self);
        }
        transmit(ground, now, self.case, self.target, out)
    }
}

/// Acts on a response whose ids are ours.
pub fn settle(
    ground: &mut Ground,
    now: Now,
    mut case: Case,
    target: Target,
    body: Body,
    source: Source,
    out: &mut Effects,
) -> State {
    let judgement = match body {
        Body::PaymentResponse(answer) => {
            signature::report_receipts(&mut case, receipts::receipts_of_payment(&answer), out);
            let judgement = outcomes::judge_payment(&answer, &case.request);
            note_transaction(&mut case, &answer, &judgement, out);
            if signature::is_to_be_checked(ground, &case, &answer, &judgement) {
                return signature::ask(ground, now, case, judgement, out);
            }
            judgement
        }
        Body::ReversalResponse(answer) => {
            signature::report_receipts(&mut case, receipts::receipts_of(&answer.receipts), out);
            outcomes::judge_reversal(&answer.response, reversed_total(&case))
        }
        _ => Judgement::Unknown(Explanation::new("explain-unknown-answer", Fault::Terminal)),
    };
    match (judgement, target) {
        (Judgement::Ended(outcome), Target::Request) => end(ground, now, case, outcome, out),
        (Judgement::Ended(outcome), Target::Undo) => signature::undone(ground, now, case, outcome, out),
        (Judgement::Busy(why), _) => again_when_free(ground, now, case, target, why, source, out),
        (Judgement::NotLoggedIn(why), _) => again_after_login(ground, now, case, target, why, source, out),
        (Judgement::Unknown(why), _) if source == Source::Direct => lost(ground, now, case, target, why, out),
        (Judgement::Unknown(why), _) => {
            super::conclude(ground, now, &case, Outcome::without_money(Verdict::InDoubt, why), out)
        }
    }
}

/// What the reversal gives back.
fn reversed_total(case: &Case) -> Money {
    case.request.of.as_ref().map_or(case.request.amount, |original| original.taken)
}

/// Keeps what a later reversal has to name, as soon as it is known (rule 1).
fn note_transaction(
    case: &mut Case,
    answer: &super::super::messages::PaymentResponse,
    judgement: &Judgement,
    out: &mut Effects,
) {
    let approved = matches!(judgement, Judgement::Ended(outcome) if outcome.verdict == Verdict::Approved);
    let Some(reference) = &mut case.reference else { return };
    if !approved || reference.poi_transaction == answer.poi_transaction {
        return;
    }
    reference.poi_transaction = answer.poi_transaction.clone();
    reference.instrument = answer.result.as_ref().map(|result| result.instrument.clone()).unwrap_or_default();
    if let Some(reference) = case.reference_value() {
        out.push(Effect::Report(Report::Reference(reference)));
    }
}

fn end(ground: &mut Ground, now: Now, case: Case, outcome: Outcome, out: &mut Effects) -> State {
    let rejected = case.signature_rejected && outcome.verdict == Verdict::Declined;
    let outcome = if rejected {
        let why = Explanation::new("explain-signature-rejected", Fault::Nobody);
        Outcome { verdict: Verdict::NotCharged, explanation: Some(why), ..outcome }
    } else {
        outcome
    };
    super::conclude(ground, now, &case, outcome, out)
}

/// `Busy`: the same content again under a new ServiceID, a few times (9).
fn again_when_free(
    ground: &mut Ground,
    now: Now,
    mut case: Case,
    target: Target,
    why: Explanation,
    source: Source,
    out: &mut Effects,
) -> State {
    if source == Source::Direct && case.cancel_requested && target == Target::Request {
        return session::cancel_before_sending(ground, now, &case, out);
    }
    if source == Source::Repeated {
        return not_started(ground, now, case, target, why, out);
    }
    match BUSY_PAUSES.get(case.busy_answers as usize) {
        Some(pause) => {
            case.busy_answers += 1;
            State::WaitingToTransact(WaitingToTransact { case, target, until: now.at + *pause })
        }
        None => not_started(ground, now, case, target, why, out),
    }
}

/// `NotAllowed`: log in and try once more (9, 14.9).
fn again_after_login(
    ground: &mut Ground,
    now: Now,
    mut case: Case,
    target: Target,
    why: Explanation,
    source: Source,
    out: &mut Effects,
) -> State {
    ground.logged_in = false;
    if source == Source::Repeated || case.logged_in_again {
        return not_started(ground, now, case, target, why, out);
    }
    case.logged_in_again = true;
    let again = Explanation::new("explain-logging-in-again", Fault::Terminal);
    out.push(Effect::Report(Report::Notice(again)));
    session::log_in(ground, now, Purpose::Case(Box::new(case), target), out)
}

/// The direct answer: the header names our ServiceID, and a SaleTransactionID, where there is one, is ours.
fn is_response_to(message: &Message, ground: &Ground, case: &Case, target: Target) -> bool {
    let Some(service_id) = case.service_id(target) else { return false };
    if !ground::is_answer_to(&message.header, &ground.settings, service_id) {
        return false;
    }
    match (&message.body, case.category(target)) {
        (Body::PaymentResponse(answer), Category::Payment) => {
            answer.sale_transaction.as_ref().is_none_or(|found| names_our_sale(case, found))
        }
        (Body::ReversalResponse(_), Category::Reversal) => true,
        _ => false,
    }
}

/// Whose answer a terminal repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Both ids are ours.
    Ours,
    /// An older transaction: our request never arrived (11.2).
    Anothers,
    /// One id is ours and the other is missing or is not. It may be our money.
    Unclear,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Agrees,
    Differs,
    Silent,
}

impl Sign {
    fn of(found: Option<&str>, ours: Option<&str>) -> Sign {
        match found {
            None | Some("") => Sign::Silent,
            found if found == ours => Sign::Agrees,
            Some(_) => Sign::Differs,
        }
    }
}

/// A repeated answer is ours only if both ids are, and another's only if none is (11.2).
pub fn whose(message: &Message, ground: &Ground, case: &Case, target: Target) -> Whose {
    let sent = sent_id(message, ground, case, target);
    match (&message.body, case.category(target)) {
        (Body::PaymentResponse(answer), Category::Payment) => {
            let found = answer.sale_transaction.as_ref().map(|found| found.id.as_str());
            let ours = case.reference.as_ref().map(|reference| reference.sale_transaction.id.as_str());
            match (sent, Sign::of(found, ours)) {
                (Sign::Agrees, Sign::Agrees) => Whose::Ours,
                (Sign::Differs, Sign::Differs | Sign::Silent) | (Sign::Silent, Sign::Differs) => Whose::Anothers,
                _ => Whose::Unclear,
            }
        }
        // A terminal may number the reversal itself, so only the ServiceID tells.
        (Body::ReversalResponse(_), Category::Reversal) => match sent {
            Sign::Agrees => Whose::Ours,
            Sign::Differs => Whose::Anothers,
            Sign::Silent => Whose::Unclear,
        },
        _ => Whose::Anothers,
    }
}

/// The ServiceID, within the two systems the request was sent between; the settings may have changed since.
fn sent_id(message: &Message, ground: &Ground, case: &Case, target: Target) -> Sign {
    let ids = reference_to(ground, case, target);
    let header = &message.header;
    let systems = [(header.sale_id.as_str(), &ids.sale_id), (header.poi_id.as_str(), &ids.poi_id)];
    if systems.into_iter().any(|(found, ours)| Sign::of(Some(found), ours.as_deref()) == Sign::Differs) {
        return Sign::Differs;
    }
    Sign::of(header.service_id.as_deref(), ids.service_id.as_deref())
}

/// The repeated answer is not an answer yet.
pub fn is_in_progress(repeated: &Message) -> bool {
    let response = match &repeated.body {
        Body::PaymentResponse(answer) => &answer.response,
        Body::ReversalResponse(answer) => &answer.response,
        _ => return false,
    };
    response.failed_with(&[ErrorCondition::InProgress])
}

fn names_our_sale(case: &Case, found: &TransactionId) -> bool {
    case.reference.as_ref().is_some_and(|reference| reference.sale_transaction.id == found.id)
}

/// (5.3) With all four criteria, or the short form without any.
pub fn status_request(ground: &Ground, case: &Case, target: Target, service_id: &str, full: bool) -> Message {
    let reference = full.then(|| reference_to(ground, case, target));
    ground.message(Category::TransactionStatus, service_id, Body::TransactionStatusRequest { reference })
}

/// Names one of the case's messages, as it was sent.
pub fn reference_to(ground: &Ground, case: &Case, target: Target) -> MessageReference {
    let sent = case.reference.as_ref();
    MessageReference {
        category: Some(case.category(target).name().to_owned()),
        service_id: case.service_id(target).map(str::to_owned),
        device_id: None,
        sale_id: Some(sent.map_or(&ground.settings.sale_id, |reference| &reference.sale_id).clone()),
        poi_id: Some(sent.map_or(&ground.settings.poi_id, |reference| &reference.poi_id).clone()),
    }
}
