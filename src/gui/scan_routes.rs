//! The desk's routes for codes: what the terminal's reader or the till's own scanner has read.

use super::bill_desk::Action;
use super::desk::{Desk, Place};
use super::effect::Effect;
use super::problem::{Placeable, Problem};
use super::screens::{payment, ring_up};
use crate::domain::ScannedCode;

impl Desk {
    /// Whether what the till's own scanner reads is for the desk. Elsewhere it is typed, into a search for example.
    pub fn takes_codes(&self) -> bool {
        let covered = self.signing.is_wanted();
        !covered && self.place == Place::Counter && self.terminal().is_some_and(|terminal| terminal.face.is_none())
    }

    /// A code is for the customer who stands at that terminal.
    pub(super) fn scanned(&mut self, terminal: &str, code: ScannedCode) -> Vec<Effect> {
        match self.terminal() {
            Some(chosen) if chosen.name == terminal => self.ring_up(ring_up::Message::Scanned(code)),
            _ => Vec::new(),
        }
    }

    /// What the till's own scanner read is the next thing rung up. A payment that has ended gives way, as it does to a digit.
    pub(super) fn code_read(&mut self, code: ScannedCode) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.payment_shown().is_some() {
            effects = self.payment(payment::Message::NextRead);
        }
        if self.payment_shown().is_some() || !self.takes_codes() {
            self.problem = Some(Problem::new("window-code-not-now"));
            return effects;
        }
        // Here a code of the price list becomes a line of the bill.
        effects.extend(self.ring_up(ring_up::Message::Scanned(code)));
        effects
    }

    /// A code of the price list is a line; one that is not in it changes nothing.
    pub(super) fn scanned_item(&mut self, code: &ScannedCode) -> Option<Vec<Effect>> {
        let terminal = self.terminal().cloned()?;
        self.bills.prices()?;
        if self.ring_up.wants_code(&terminal) {
            return None;
        }
        let ready = self.ready();
        let beside = self.beside(&terminal, ready);
        let actions = self.bills.ring_code(code.reveal(), beside).unwrap_or_else(|| {
            let words = vec![("code", Placeable::Words(code.reveal().to_owned()))];
            vec![Action::Problem(Problem { placeables: words, ..Problem::new("window-code-unknown") })]
        });
        Some(self.carry_out_all(actions))
    }
}
