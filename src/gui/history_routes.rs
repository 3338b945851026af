//! The desk's routes to and from the history and the payments in doubt.

use super::desk::{Desk, Place};
use super::effect::Effect;
use super::problem::Problem;
use super::screens::payment_page::Order;
use super::screens::{history, unresolved};
use crate::domain::{PaymentId, PaymentRecord};
use crate::terminal::Refusal;

impl Desk {
    pub(super) fn open_history(&mut self) -> Vec<Effect> {
        (self.place, self.shown_from) = (Place::History, Place::Counter);
        let mut effects = vec![Effect::Focus("search")];
        effects.extend(self.history.begin_anew().into_iter().filter_map(read));
        effects
    }

    pub(super) fn reprint(&mut self) -> Vec<Effect> {
        let Some(last) = self.recent.first().map(|record| record.id.clone()) else {
            self.problem = Some(Problem::new("window-nothing-to-reprint"));
            return Vec::new();
        };
        self.show_payment(last)
    }

    /// The page of one payment, and back to where the cashier was.
    pub(super) fn show_payment(&mut self, payment: PaymentId) -> Vec<Effect> {
        if self.place != Place::History || !self.history.shows_one() {
            self.shown_from = self.place;
        }
        self.place = Place::History;
        self.history.show(payment).into_iter().filter_map(read).collect()
    }

    fn leave_history(&mut self) -> Vec<Effect> {
        self.place = std::mem::replace(&mut self.shown_from, Place::Counter);
        if self.place == Place::Counter { Vec::new() } else { self.read_journal() }
    }

    pub(super) fn history_action(&mut self, action: history::Action) -> Vec<Effect> {
        match action {
            history::Action::Focus(field) => vec![Effect::Focus(field)],
            history::Action::Do(order) => self.do_about_payment(*order),
            history::Action::Day => self.open_day(),
            history::Action::Reports => self.open_reports(None),
            history::Action::Leave => self.leave_history(),
            other => read(other).into_iter().collect(),
        }
    }

    fn do_about_payment(&mut self, order: Order) -> Vec<Effect> {
        match order {
            Order::Void { terminal, payment, taken } if self.turns_free(&terminal) => {
                self.void(&terminal, payment, taken)
            }
            Order::FollowUp { terminal, request } if self.turns_free(&terminal) => self.follow_up(&terminal, request),
            Order::Void { .. } | Order::FollowUp { .. } => {
                self.problem = Some(Problem::new("window-terminal-not-free"));
                Vec::new()
            }
            Order::GiveBack { payment, amount } => {
                self.problem = None;
                vec![Effect::GiveBack { payment, amount }]
            }
            Order::Inquire { terminal, payment } if self.turn_to(&terminal) => self.inquire(&terminal, payment),
            Order::Inquire { .. } => {
                self.problem = Some(Problem::new("window-terminal-gone"));
                Vec::new()
            }
            Order::HandOut => self.open_hand_out(),
            Order::Decide => {
                self.place = Place::Unresolved;
                Vec::new()
            }
        }
    }

    /// What was given back is shown where it was asked for.
    pub(super) fn gave_back(&mut self, given: Result<Box<PaymentRecord>, Refusal>) -> Vec<Effect> {
        match given {
            Ok(record) if self.place == Place::History => {
                self.history.gave_back(*record).into_iter().filter_map(read).collect()
            }
            Ok(_) => Vec::new(),
            Err(refusal) => {
                self.problem = Some(Problem::from(&refusal));
                Vec::new()
            }
        }
    }

    /// To the counter with this terminal; false where it is not set up any more.
    fn turn_to(&mut self, terminal: &str) -> bool {
        let Some(place) = self.terminals.iter().position(|view| view.name == terminal) else { return false };
        self.choose(place);
        true
    }

    /// The same, and whether another request can go to it now.
    fn turns_free(&mut self, terminal: &str) -> bool {
        self.turn_to(terminal) && self.ready()
    }

    pub(super) fn unresolved(&mut self, message: unresolved::Message) -> Vec<Effect> {
        let focus = matches!(message, unresolved::Message::DecidePressed(_));
        match self.unresolved.update(message) {
            unresolved::Action::None if focus && self.operator().is_some() => vec![Effect::Focus("decide-reason")],
            unresolved::Action::None if focus => vec![Effect::Focus("decide-name")],
            unresolved::Action::None => Vec::new(),
            unresolved::Action::Inquire { terminal, payment } => self.inquire(&terminal, payment),
            unresolved::Action::Decide { payment, paid, by, reason } => {
                vec![Effect::Decide { payment, paid, by, reason }]
            }
            unresolved::Action::Leave => {
                self.place = Place::Counter;
                Vec::new()
            }
        }
    }
}

/// The reading that a screen asked for.
pub(super) fn read(action: history::Action) -> Option<Effect> {
    match action {
        history::Action::Read(page) => Some(Effect::ReadHistory(page)),
        history::Action::ReadPayment(payment) => Some(Effect::ReadPayment(payment)),
        history::Action::Scroll(y) => Some(Effect::Scroll(history::LIST, y)),
        _ => None,
    }
}
