//! Receipts, and the signature that a light till has to check itself (reference 12.2, 12.3, 14.5).

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Answer, Instant, Now, Outcome, Question, QuestionId, QuestionKind, Receipt, Verdict};
use crate::protocols::driver::{Effect, Report};

use super::super::messages::PaymentResponse;
use super::super::outcomes::Judgement;
use super::super::receipts;
use super::State;
use super::case::{Case, Target};
use super::ground::{Effects, Ground};
use super::transaction;

/// Every wait has a bound (rule 10). Afterwards the payment is in doubt until somebody asks about it again.
const ANSWER_WITHIN: Duration = Duration::from_secs(900);

/// Approved, if the cashier accepts the signature.
#[derive(Debug)]
pub struct AwaitingSignature {
    case: Case,
    approval: Outcome,
    question: QuestionId,
    until: Instant,
}

/// Reports the receipts that were not there before (12.2).
pub fn report_receipts(case: &mut Case, receipts: impl IntoIterator<Item = Receipt>, out: &mut Effects) {
    for receipt in receipts {
        if case.is_new_receipt(&receipt) {
            out.push(Effect::Report(Report::Receipt(receipt)));
        }
    }
}

/// In the light style the merchant's copy tells whether a signature is to be checked, and a copy that is missing or
/// cannot be read asks for it too (12.3). A full terminal has asked by itself.
pub fn is_to_be_checked(ground: &Ground, case: &Case, answer: &PaymentResponse, judgement: &Judgement) -> bool {
    let approved = matches!(judgement, Judgement::Ended(outcome) if outcome.verdict == Verdict::Approved);
    if ground.settings.full || case.settled || !approved {
        return false;
    }
    let merchant = answer.receipts.iter().find(|receipt| receipt.qualifier.eq_ignore_ascii_case("CashierReceipt"));
    merchant.is_none_or(|receipt| {
        receipt.required_signature || receipts::receipt_of(receipt).signature_block.unwrap_or(true)
    })
}

pub fn ask(ground: &mut Ground, now: Now, case: Case, judgement: Judgement, out: &mut Effects) -> State {
    let Judgement::Ended(approval) = judgement else {
        return State::resting(now);
    };
    let question = ground.ids.question();
    out.push(Effect::Report(Report::Question(Question {
        id: question,
        kind: QuestionKind::Signature,
        text: String::new(),
        on_screen: false,
        until: Some(now.after(ANSWER_WITHIN)),
    })));
    State::AwaitingSignature(AwaitingSignature { case, approval, question, until: now.at + ANSWER_WITHIN })
}

impl AwaitingSignature {
    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn case(&self) -> &Case {
        &self.case
    }

    pub fn on_answer(self, ground: &mut Ground, now: Now, id: QuestionId, answer: Answer, out: &mut Effects) -> State {
        if id != self.question {
            return State::AwaitingSignature(self);
        }
        out.push(Effect::Report(Report::QuestionClosed(self.question)));
        match answer {
            Answer::Accept => super::conclude(ground, now, &self.case, self.approval, out),
            Answer::Reject => transaction::transmit(ground, now, self.case, Target::Undo, out),
        }
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::AwaitingSignature(self);
        }
        out.push(Effect::Report(Report::QuestionClosed(self.question)));
        let why = Explanation::new("explain-signature-unanswered", Fault::Nobody);
        super::conclude(ground, now, &self.case, Outcome::without_money(Verdict::InDoubt, why), out)
    }
}

/// The reversal after a rejected signature has been answered.
pub fn undone(ground: &mut Ground, now: Now, case: Case, reversal: Outcome, out: &mut Effects) -> State {
    if reversal.verdict == Verdict::Approved {
        let why = Explanation::new("explain-signature-rejected", Fault::Nobody);
        let outcome = Outcome { explanation: Some(why), taken: None, verdict: Verdict::NotCharged, ..reversal };
        return super::conclude(ground, now, &case, outcome, out);
    }
    // The terminal refused to undo what it approved: the money is taken, and a person has to give it back.
    let why = Explanation::new("explain-signature-not-undone", Fault::Terminal);
    out.push(Effect::Report(Report::Alarm(why.clone())));
    super::conclude(ground, now, &case, Outcome::without_money(Verdict::InDoubt, why), out)
}
