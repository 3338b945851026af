//! The desk's routes to and from bills: which message goes where, and what the bill's actions become.

use super::bill_desk::{self, Action, Beside, obstacle};
use super::bill_link::{BillOrder, By};
use super::desk::{self, Desk, Place};
use super::effect::Effect;
use super::keys::Press;
use super::problem::Problem;
use super::screens::ring_up::{self, RingUp};
use crate::domain::bill::Quantity;
use crate::domain::{BillPart, Money};
use crate::terminal::TerminalView;

/// Whether a cashier pays on it. A till's own face and the machines at the tables ask the till themselves.
pub fn takes_payments(terminal: &TerminalView) -> bool {
    terminal.face.is_none() && !serves_tables(terminal)
}

/// Whether its machines are carried to the tables, and nothing starts on it.
pub fn serves_tables(terminal: &TerminalView) -> bool {
    terminal.abilities.serves_tables && terminal.abilities.operations.is_empty()
}

impl Desk {
    /// What the window wants when the till has just opened.
    pub fn begin(&self) -> Effect {
        Effect::Bill(By::Tables, BillOrder::PutBackAll)
    }

    /// The counter's keys while no payment is on it.
    pub(super) fn counter_key(&self, press: Press) -> Option<desk::Message> {
        // Delete is the pad's ⌫ as long as there is a digit to take back.
        let takes_back = press == Press::Delete && !self.ring_up.is_empty() && self.bills.lets_amounts_through();
        let of_bill = self.bills.key(press).filter(|_| !takes_back).map(desk::Message::Bills);
        let wants_amounts = self.bills.lets_amounts_through();
        // A refund is rung up as ever, whatever bill waits.
        let bills_first = self.ring_up.is_sale() || !wants_amounts;
        let of_bill = of_bill.filter(|_| bills_first);
        of_bill.or_else(|| RingUp::key(press).filter(|_| wants_amounts).map(desk::Message::RingUp))
    }

    pub(super) fn open_tables(&mut self) -> Vec<Effect> {
        self.place = Place::Tables;
        self.bills_said(bill_desk::Message::TablesPressed)
    }

    pub(super) fn bills_said(&mut self, message: bill_desk::Message) -> Vec<Effect> {
        let terminal = self.terminal().cloned();
        let ready = self.ready();
        let beside = terminal.as_deref().map(|terminal| self.beside(terminal, ready));
        let actions = self.bills.update(message, beside);
        self.carry_out_all(actions)
    }

    pub(super) fn beside<'a>(&self, terminal: &'a TerminalView, ready: bool) -> Beside<'a> {
        let typed_minor = self.ring_up.amount(terminal.abilities.currency).minor();
        Beside { terminal, ready, typed_minor, times: self.ring_up.times() }
    }

    /// Something in the journal has changed.
    pub(super) fn bills_changed(&mut self) -> Vec<Effect> {
        let actions = self.bills.journal_changed(self.place == Place::Tables);
        self.carry_out_all(actions)
    }

    pub(super) fn carry_out_all(&mut self, actions: Vec<Action>) -> Vec<Effect> {
        actions.into_iter().flat_map(|action| self.carry_out(action)).collect()
    }

    fn carry_out(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Order(by, order) => return vec![Effect::Bill(by, order)],
            Action::Card { amount, part } => return self.start_card(amount, part),
            Action::Problem(problem) => self.problem = Some(problem),
            Action::Fine => self.problem = None,
            Action::Focus(field) => return vec![Effect::Focus(field)],
            Action::RingUp(message) => return self.update(desk::Message::RingUp(message)),
            Action::EntryUsed => {
                self.ring_up.forget_entry();
                return vec![Effect::Unfocus];
            }
            Action::Next(digit) => {
                self.ring_up = RingUp::default();
                return match digit {
                    Some(digit) => self.update(desk::Message::RingUp(ring_up::Message::DigitTyped(digit))),
                    None => Vec::new(),
                };
            }
            Action::ToCounter => self.place = Place::Counter,
            Action::Connect(terminal) => return vec![Effect::Connect { terminal }],
        }
        Vec::new()
    }

    /// What is rung up goes to the bill where there is one; `None` where it is the bare counter's.
    pub(super) fn ring_up_on_bill(&mut self, message: &ring_up::Message) -> Option<Vec<Effect>> {
        match message {
            ring_up::Message::StartPressed if self.ring_up.is_sale() && self.bills.bill().is_some() => {
                // Three of something is no amount to be paid.
                self.ring_up.times().is_none().then(|| self.pay_bill())
            }
            ring_up::Message::Scanned(code) if self.ring_up.is_sale() => self.scanned_item(code),
            _ => None,
        }
    }

    fn pay_bill(&mut self) -> Vec<Effect> {
        let Some(terminal) = self.terminal().cloned().filter(|_| self.ready()) else { return Vec::new() };
        let typed = self.ring_up.amount(terminal.abilities.currency).minor();
        // The button is dead and says why.
        if self
            .bills
            .bill()
            .is_some_and(|account| typed > account.settlement.due_minor && account.settlement.due_minor > 0)
        {
            return Vec::new();
        }
        let actions = self.bills.pay_card((typed > 0).then_some(typed), Vec::new(), &terminal);
        self.carry_out_all(actions)
    }

    /// Written, and so large as it will be: it goes to the terminal.
    fn start_card(&mut self, amount: Money, part: BillPart) -> Vec<Effect> {
        let Some(terminal) = self.terminal().cloned() else { return Vec::new() };
        if !self.ready() {
            self.problem = Some(Problem::new("window-terminal-not-free"));
            return Vec::new();
        }
        match self.ring_up.request_for(amount, &terminal) {
            Ok(mut request) => {
                request.bill = Some(Box::new(part));
                self.start(&terminal, request)
            }
            Err(key) => {
                self.problem = Some(Problem::new(key));
                Vec::new()
            }
        }
    }

    pub(super) fn add_line(&mut self, quantity: Quantity, price: Money) -> Vec<Effect> {
        let Some(terminal) = self.terminal().cloned() else { return Vec::new() };
        let ready = self.ready();
        let beside = self.beside(&terminal, ready);
        let actions = self.bills.ring(quantity, price, beside);
        self.carry_out_all(actions)
    }

    /// How many of the line that is chosen; otherwise it is how many of the next one.
    pub(super) fn set_quantity(&mut self, quantity: Quantity) -> Vec<Effect> {
        let actions = self.bills.set_quantity(quantity);
        actions.map(|actions| self.carry_out_all(actions)).unwrap_or_default()
    }

    pub(super) fn open_cash(&mut self) -> Vec<Effect> {
        let Some(terminal) = self.terminal().cloned() else { return Vec::new() };
        let ready = self.ready();
        let beside = self.beside(&terminal, ready);
        let actions = self.bills.open_cash(beside);
        self.carry_out_all(actions)
    }

    /// Why the bill on the counter cannot be paid with the chosen terminal.
    pub(super) fn bill_obstacle(&self) -> Option<&'static str> {
        obstacle(self.bills.bill()?, self.terminal()?)
    }
}
