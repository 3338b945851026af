//! The desk's routes to who is signed in.

use super::app;
use super::desk::{Desk, Message, Place};
use super::effect::Effect;
use super::keys::Press;
use super::price_import::ImportFailure;
use super::screens::unresolved;
use super::signing_in::{self, Outcome, SigningIn};

impl Desk {
    /// What a key means to who is signed in, or wants to be. While a payment runs, only what is typed is theirs,
    /// unless somebody has just called them: Escape then means that nobody allows it, and never the payment.
    pub(super) fn key_signing(&self, press: Press) -> Option<Message> {
        if press == Press::Control('l') {
            return Some(Message::Signing(signing_in::Message::SignOutPressed));
        }
        let is_typed = matches!(press, Press::Digit(_) | Press::Backspace | Press::Letter(_));
        let is_in_front = self.signing.holds() && !self.has_question();
        let is_theirs = is_in_front || is_typed || self.signing.has_typed() || !self.has_running();
        if !self.signing.is_wanted() || !is_theirs {
            return None;
        }
        SigningIn::key(press).map(Message::Signing)
    }

    pub(super) fn signing_said(&mut self, message: signing_in::Message) -> Vec<Effect> {
        let is_busy = self.is_at_work();
        let outcome = self.signing.update(message, is_busy);
        self.signing_outcome(outcome)
    }

    /// Time has passed, and perhaps somebody did something.
    pub(super) fn time_passed(&mut self, is_deed: bool) -> Vec<Effect> {
        let is_busy = self.is_at_work();
        let outcome = self.signing.passed(is_deed, is_busy);
        self.signing_outcome(outcome)
    }

    /// Whether nobody is signed out now. What waits for somebody who allows it is no work.
    fn is_at_work(&self) -> bool {
        self.has_running() || (self.shop_day.is_closing() && !self.signing.holds())
    }

    fn signing_outcome(&mut self, outcome: Outcome) -> Vec<Effect> {
        let Outcome { mut effects, refused, changed, problem, leave } = outcome;
        if changed && self.operator().is_none() {
            self.place = Place::Counter;
        } else if leave {
            self.back_from(Place::Counter);
        }
        if changed {
            let name = self.operator().map(str::to_owned);
            self.unresolved.update(unresolved::Message::SignedIn(name.clone()));
            self.bills.tables.sign(name);
        }
        if let Some(problem) = problem {
            self.say(problem);
        }
        match refused.map(|refused| *refused) {
            Some(app::Message::Desk(message)) => effects.extend(self.update(message)),
            Some(app::Message::PricesImported(Err(ImportFailure::Files(problem)))) => self.say(problem),
            _ => {}
        }
        effects
    }
}
