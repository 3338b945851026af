//! How an outcome comes up at the desk and goes: no key takes it away unread, and what was not taken can be rung up again.

use jiff::{SignedDuration, Timestamp};

use super::desk::{Desk, Place};
use super::effect::Effect;
use super::problem::Problem;
use super::screens::outcome::{self, Ahead, Onward};
use super::screens::payment;
use super::screens::ring_up::{self, RingUp};
use crate::domain::{PaymentId, Verdict};
use crate::terminal::{PaymentView, TerminalView};

/// What a digit is told that was typed at an outcome nobody can have read.
pub(super) const READ_FIRST: &str = "window-read-outcome-first";

/// Nobody has read an outcome in less.
const READ_AFTER: SignedDuration = SignedDuration::from_secs(1);

/// An outcome that is on the screen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CameUp {
    of: PaymentId,
    verdict: Verdict,
    /// Since then nobody has typed on as if nothing had come up.
    at: Timestamp,
}

impl CameUp {
    /// Whether nobody can have read it yet.
    fn is_fresh(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.at);
        age < READ_AFTER && !age.is_negative()
    }
}

impl Desk {
    /// Remembers since when the outcome on the screen has been there, and asks about no other.
    pub(super) fn notice_outcome(&mut self) {
        let shown = self.shows_payments().then(|| self.payment_shown()).flatten().cloned();
        self.payment.look_only_at(shown.as_ref());
        let ended = shown.as_ref().and_then(|payment| Some((&payment.id, payment.outcome()?.verdict)));
        self.came_up = ended.map(|(of, verdict)| match self.came_up.take() {
            Some(came_up) if came_up.of == *of && came_up.verdict == verdict => came_up,
            _ => CameUp { of: of.clone(), verdict, at: self.now },
        });
    }

    /// Whether this would take an outcome away that has just come up: it was meant for what stood there before. Who types
    /// on is told, so that the rest of an amount is not taken for the whole.
    pub(super) fn comes_unread(&mut self, message: &payment::Message) -> bool {
        let now = self.now;
        let fresh = self.came_up.as_mut().filter(|came_up| takes_away(message) && came_up.is_fresh(now));
        let Some(came_up) = fresh else { return false };
        if matches!(message, payment::Message::Continued(Some(_)) | payment::Message::NextBegun(_)) {
            came_up.at = now;
            self.problem = Some(Problem::new(READ_FIRST));
        }
        true
    }

    /// What can be done behind a payment's outcome.
    pub(super) fn ahead(&self, payment: &PaymentView) -> Ahead {
        let onward = match self.bills.of_payment(&payment.id) {
            Some(account) if account.bill.is_open() => Onward::Bill,
            Some(_) => Onward::Receipt,
            None if self.leads_to_guide(&payment.id) => Onward::SetUp,
            None => Onward::Next,
        };
        // What is tried once more is tried from there.
        let again = self.again(payment).filter(|_| onward != Onward::SetUp).and_then(|_| match payment.cashback {
            Some(cashback) => payment.amount.checked_add(cashback).ok(),
            None => Some(payment.amount),
        });
        let owed = self.trial.owes() && self.trial.is_about(&payment.id);
        Ahead { ready: self.ready(), onward, again, owed }
    }

    /// Escape leads back to the set-up from where its test payment has ended: it hides nothing that is not shown there.
    pub(super) fn as_the_trial_has_it(&self, message: payment::Message, terminal: &TerminalView) -> payment::Message {
        let shown = terminal.payment.as_ref().filter(|shown| shown.outcome().is_some() && !outcome::holds(shown));
        match message {
            payment::Message::EscapePressed
                if !self.payment.asks() && shown.is_some_and(|shown| self.leads_to_guide(&shown.id)) =>
            {
                payment::Message::NewPressed
            }
            other => other,
        }
    }

    /// What was rung up for a payment of which nothing was taken, as it was; a bill has its own.
    fn again(&self, payment: &PaymentView) -> Option<RingUp> {
        let own = payment.origin.is_none() && self.bills.of_payment(&payment.id).is_none();
        if !own || !outcome::took_nothing(payment) {
            return None;
        }
        let terminal = self.terminal()?;
        let kept = self.rung_up.get(&terminal.name).filter(|(of, _)| *of == payment.id);
        match kept {
            Some((_, rung_up)) => rung_up.again(),
            None => RingUp::like(payment),
        }
    }

    /// Enter at an outcome: what was not taken is rung up again, else the next customer comes.
    pub(super) fn go_on(&mut self, terminal: &TerminalView) -> Vec<Effect> {
        match terminal.payment.as_ref().and_then(|payment| self.again(payment)) {
            Some(again) => self.put_back(terminal, again),
            None => self.dismiss(terminal, None),
        }
    }

    /// On the counter as it was. Nothing is sent before the cashier starts it.
    fn put_back(&mut self, terminal: &TerminalView, again: RingUp) -> Vec<Effect> {
        self.ring_up = again;
        self.put_away(terminal)
    }

    pub(super) fn dismiss(&mut self, terminal: &TerminalView, digit: Option<u8>) -> Vec<Effect> {
        let ready = self.ready();
        let effects = self.put_away(terminal);
        // Somebody else's payment came in between: the cashier goes on where they were.
        if terminal.payment.as_ref().is_some_and(|payment| payment.origin.is_some()) {
            return effects;
        }
        self.ring_up = RingUp::default();
        if let Some(digit) = digit {
            self.bills.put_receipt_away();
            self.ring_up.update(ring_up::Message::DigitTyped(digit), terminal, ready);
        }
        effects
    }

    /// The next customer, who wants no sale. Nothing is chosen where it would not be seen.
    pub(super) fn begin_with(&mut self, terminal: &TerminalView, choice: ring_up::Message) -> Vec<Effect> {
        self.bills.put_receipt_away();
        if !self.bills.lets_amounts_through() {
            self.problem = Some(Problem::new("window-cannot-do-that"));
            return Vec::new();
        }
        let mut effects = self.dismiss(terminal, None);
        effects.extend(self.ring_up(choice));
        effects
    }

    /// What was not taken by card is taken in cash.
    pub(super) fn take_in_cash(&mut self, terminal: &TerminalView) -> Vec<Effect> {
        let Some(payment) = terminal.payment.as_ref() else { return Vec::new() };
        if self.again(payment).is_none_or(|again| !again.is_sale()) {
            return Vec::new();
        }
        let mut effects = self.put_back(terminal, RingUp::with_amount(payment.amount));
        effects.extend(self.open_cash());
        effects
    }

    /// Another terminal is chosen. What the one here did not take goes along, where the other one is free for it.
    pub(super) fn choose_another(&mut self, place: usize) -> Vec<Effect> {
        let here = self.terminal().cloned();
        let left = here.filter(|_| self.shows_payments() && self.chosen != place && !self.has_just_come_up());
        let payment = left.as_ref().and_then(|_| self.payment_shown());
        let again = payment.and_then(|payment| self.again(payment));
        self.choose(place);
        match (left, again) {
            (Some(left), Some(again)) if self.payment_shown().is_none() && self.ready() => self.put_back(&left, again),
            _ => Vec::new(),
        }
    }

    fn has_just_come_up(&self) -> bool {
        self.came_up.as_ref().is_some_and(|came_up| came_up.is_fresh(self.now))
    }

    /// Whether the counter is what is on the screen.
    fn shows_payments(&self) -> bool {
        self.place == Place::Counter && (!self.signing.is_wanted() || self.has_running())
    }
}

fn takes_away(message: &payment::Message) -> bool {
    use payment::Message as Said;
    matches!(
        message,
        Said::NewPressed
            | Said::EscapePressed
            | Said::Continued(_)
            | Said::NextBegun(_)
            | Said::NextRead
            | Said::CashPressed
            | Said::RestPressed(_)
    )
}
