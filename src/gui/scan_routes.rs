//! The desk's routes for codes: what the terminal's reader or the till's own scanner has read.

use super::bill_desk::{Action, Sheet};
use super::desk::{self, Desk, Place};
use super::effect::Effect;
use super::keys::{Press, Reading};
use super::problem::{Placeable, Problem};
use super::screens::{history, payment, ring_up};
use crate::domain::ScannedCode;

impl Desk {
    /// A code is for the customer who stands at that terminal.
    pub(super) fn scanned(&mut self, terminal: &str, code: ScannedCode) -> Vec<Effect> {
        match self.terminal() {
            Some(chosen) if chosen.name == terminal => self.ring_up(ring_up::Message::Scanned(code)),
            _ => Vec::new(),
        }
    }

    /// What the till's own scanner read. Wherever it means nothing it is refused, whatever field has the focus: it is never
    /// an amount, a PIN or a name.
    pub(super) fn was_read(&mut self, reading: Reading) -> Vec<Effect> {
        match reading {
            Reading::Code(code) => self.code_read(code),
            Reading::Broken => self.refuse_code("window-code-broken"),
            Reading::TooLong => self.refuse_code("window-code-too-long"),
        }
    }

    fn code_read(&mut self, code: ScannedCode) -> Vec<Effect> {
        match self.place {
            _ if self.signing.is_wanted() => self.refuse_code("window-code-not-now"),
            Place::Counter => self.code_read_at_counter(code),
            Place::History if self.history.lists() => {
                let typed = code.reveal().to_owned();
                self.update(desk::Message::History(history::Message::SearchTyped(typed)))
            }
            _ => self.refuse_code("window-code-not-now"),
        }
    }

    /// It is the next thing rung up. A payment or a bill that has ended gives way, as it does to a digit.
    fn code_read_at_counter(&mut self, code: ScannedCode) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.payment_shown().is_some() {
            effects = self.payment(payment::Message::NextRead);
        }
        if self.payment_shown().is_none() && matches!(self.bills.sheet(), Sheet::Settled(_)) {
            let actions = self.bills.next_customer(None);
            effects.extend(self.carry_out_all(actions));
        }
        if self.payment_shown().is_some() || !self.rings_up() {
            effects.extend(self.refuse_code("window-code-not-now"));
            return effects;
        }
        // Here a code of the price list becomes a line of the bill.
        effects.extend(self.ring_up(ring_up::Message::Scanned(code)));
        effects
    }

    /// Before a key is looked at: what an earlier one did wrong is said no longer. Whether that was all the key is for: Esc
    /// puts away what stands in front of everything, unless it stops a payment.
    pub(super) fn key_after_problem(&mut self, press: Press) -> bool {
        self.ring_up.forget_problem();
        let is_read = press == Press::Escape && !self.signing.is_wanted() && self.payment_shown().is_none();
        let stood = self.problem.is_some();
        if is_read || self.problem.as_ref().is_some_and(Problem::is_slip) {
            self.problem = None;
        }
        is_read && stood
    }

    /// Whether what comes next is rung up: no part, cash or discount is being typed.
    fn rings_up(&self) -> bool {
        self.bills.lets_amounts_through() && self.terminal().is_some_and(|terminal| terminal.face.is_none())
    }

    /// Said each time, and heard each time.
    fn refuse_code(&mut self, key: &str) -> Vec<Effect> {
        self.problem = Some(Problem::new(key));
        self.codes_refused = self.codes_refused.wrapping_add(1);
        Vec::new()
    }

    /// A code of the price list is a line; one that is not in it changes nothing.
    pub(super) fn scanned_item(&mut self, code: &ScannedCode) -> Option<Vec<Effect>> {
        let terminal = self.terminal().cloned()?;
        if self.ring_up.wants_code(&terminal) {
            return None;
        }
        if self.bills.prices().is_none() {
            // On a bill nobody would see the reference that it is on the bare counter.
            return self.bills.bill().is_some().then(|| {
                let words = vec![("code", Placeable::Words(code.reveal().to_owned()))];
                let problem = Problem { placeables: words, ..Problem::new("window-code-no-prices") };
                self.carry_out_all(vec![Action::Problem(problem)])
            });
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
