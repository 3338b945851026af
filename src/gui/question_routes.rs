//! How a question of any terminal comes in front of everything, and how the cashier comes back to where they were.

use jiff::SignedDuration;

use super::desk::{Desk, Place};
use super::screens::payment;
use crate::domain::QuestionId;
use crate::terminal::TerminalView;

/// Nobody reads and answers a question that comes unawares in less.
const LOOKED_AT_AFTER: SignedDuration = SignedDuration::from_millis(1_500);

impl Desk {
    /// Whether a question is on the screen.
    pub(super) fn is_asked(&self) -> bool {
        self.place == Place::Counter && self.terminal().is_some_and(|terminal| is_asking(terminal))
    }

    /// Whether any terminal asks the cashier something.
    pub(super) fn has_question(&self) -> bool {
        self.terminals.iter().any(|terminal| is_asking(terminal))
    }

    /// A question comes in front of everything: it has a time limit, and a customer who waits.
    pub(super) fn come_to_question(&mut self, terminal: &str) {
        if self.is_asked() {
            return;
        }
        let Some(place) = self.terminals.iter().position(|view| view.name == terminal) else { return };
        let here = self.terminal().map(|terminal| terminal.name.clone()).unwrap_or_default();
        if self.interrupted.is_none() && (place != self.chosen || self.place != Place::Counter) {
            self.interrupted = Some((here, self.place));
            self.interrupted_at = Some(self.now);
        }
        self.chosen = place;
        self.place = Place::Counter;
    }

    /// What was on its way to a key or button elsewhere when a question came in front of it is no answer: it could vouch
    /// for a signature that nobody has looked at.
    pub(super) fn is_meant(&self, message: &payment::Message) -> bool {
        let answers = matches!(message, payment::Message::Answered(..) | payment::Message::Signing(_));
        let since = self.interrupted_at.map(|at| self.now.duration_since(at));
        !answers || since.is_none_or(|since| since >= LOOKED_AT_AFTER || since.is_negative())
    }

    /// To the next question, else to where the cashier was.
    pub(super) fn go_back_from_question(&mut self) {
        if self.interrupted.is_none() || self.is_asked() {
            return;
        }
        if let Some(asking) = self.terminals.iter().find(|terminal| is_asking(terminal)) {
            let name = asking.name.clone();
            return self.come_to_question(&name);
        }
        if let Some((terminal, place)) = self.interrupted.take() {
            self.chosen = self.terminals.iter().position(|view| view.name == terminal).unwrap_or(self.chosen);
            self.place = place;
        }
    }
}

pub(super) fn asked_of(terminal: &TerminalView) -> Option<QuestionId> {
    terminal.payment.as_ref()?.question.as_ref().map(|question| question.id)
}

pub(super) fn is_asking(terminal: &TerminalView) -> bool {
    terminal.payment.as_ref().is_some_and(|payment| payment.question.is_some() && payment.outcome().is_none())
}
