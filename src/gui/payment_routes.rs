//! The desk's routes to and from payments: what is asked of a terminal, and what the payment's screen wants done.

use super::closing_day;
use super::desk::{Desk, Pending, Place};
use super::effect::Effect;
use super::outcome_routes::READ_FIRST;
use super::problem::Problem;
use super::screens::payment;
use super::screens::ring_up::{self, RingUp};
use crate::domain::{Money, PaymentId, PaymentRequest};
use crate::terminal::{Refusal, TerminalView};

impl Desk {
    pub(super) fn ring_up(&mut self, message: ring_up::Message) -> Vec<Effect> {
        if let Some(effects) = self.ring_up_on_bill(&message) {
            return effects;
        }
        let Some(terminal) = self.terminal().cloned() else { return Vec::new() };
        let ready = self.ready();
        match self.ring_up.update(message, &terminal, ready) {
            ring_up::Action::None => Vec::new(),
            ring_up::Action::Start(request) => self.start(&terminal, request),
            ring_up::Action::AddLine { quantity, price } => self.add_line(quantity, price),
            ring_up::Action::SetQuantity(quantity) => self.set_quantity(quantity),
            ring_up::Action::Cash => self.open_cash(),
            ring_up::Action::Scan => {
                self.problem = None;
                vec![Effect::Scan { terminal: terminal.name.clone() }]
            }
            ring_up::Action::StopScan => vec![Effect::Cancel { terminal: terminal.name.clone() }],
            ring_up::Action::ShowPayment(payment) => self.show_payment(payment),
        }
    }

    /// What is rung up, or a part of the bill.
    pub(super) fn start(&mut self, terminal: &TerminalView, request: PaymentRequest) -> Vec<Effect> {
        self.ask(&terminal.name);
        self.pending.iter_mut().for_each(|pending| pending.rung_up = true);
        // The last one is put away by its actor as soon as this one starts; not to be seen again until then.
        self.hide_payment(terminal);
        vec![Effect::Pay { terminal: terminal.name.clone(), request }]
    }

    pub(super) fn payment(&mut self, message: payment::Message) -> Vec<Effect> {
        let Some(terminal) = self.terminal().cloned() else { return Vec::new() };
        if !self.is_meant(&message) || self.comes_unread(&message) {
            return Vec::new();
        }
        let name = terminal.name.clone();
        let ready = self.ready();
        let message = self.as_the_trial_has_it(message, &terminal);
        match self.payment.update(message, &terminal, ready) {
            payment::Action::None => Vec::new(),
            payment::Action::Cancel => vec![Effect::Cancel { terminal: name }],
            payment::Action::Answer(question, answer) => vec![Effect::Answer { terminal: name, question, answer }],
            payment::Action::Sign(question, drawing) => vec![Effect::Sign { terminal: name, question, drawing }],
            payment::Action::Dismiss(digit) => self.dismiss(&terminal, digit),
            payment::Action::Continue => self.go_on(&terminal),
            payment::Action::Begin(choice) => self.begin_with(&terminal, choice),
            payment::Action::Cash => self.take_in_cash(&terminal),
            payment::Action::RingUpRest(rest) => {
                self.ring_up = RingUp::with_amount(rest);
                self.put_away(&terminal)
            }
            payment::Action::Void(payment, taken) => self.void(&name, payment, taken),
            payment::Action::FollowUp(request) => self.follow_up(&name, request),
            payment::Action::Focus(field) => vec![Effect::Focus(field)],
            payment::Action::Explain(why) => {
                self.problem = Some(Problem::new(why));
                Vec::new()
            }
            payment::Action::Inquire(payment) => self.inquire(&name, payment),
            payment::Action::HandOut => self.open_hand_out(),
            payment::Action::CloseDay => self.close_day(closing_day::Message::SettlePressed),
            payment::Action::Decide => {
                self.place = Place::Unresolved;
                Vec::new()
            }
        }
    }

    pub(super) fn put_away(&mut self, terminal: &TerminalView) -> Vec<Effect> {
        self.problem.take_if(|problem| problem.key == READ_FIRST);
        self.hide_payment(terminal);
        if let Some(payment) = &terminal.payment {
            self.trial_put_away(&payment.id);
        }
        vec![Effect::Dismiss { terminal: terminal.name.clone() }]
    }

    fn hide_payment(&mut self, terminal: &TerminalView) {
        if let Some(payment) = &terminal.payment {
            self.dismissed.insert(terminal.name.clone(), payment.id.clone());
        }
    }

    pub(super) fn void(&mut self, terminal: &str, payment: PaymentId, taken: Money) -> Vec<Effect> {
        self.ask(terminal);
        vec![Effect::Void { terminal: terminal.to_owned(), payment, taken }]
    }

    pub(super) fn follow_up(&mut self, terminal: &str, request: PaymentRequest) -> Vec<Effect> {
        self.ask(terminal);
        vec![Effect::Pay { terminal: terminal.to_owned(), request }]
    }

    pub(super) fn inquire(&mut self, terminal: &str, payment: PaymentId) -> Vec<Effect> {
        self.ask(terminal);
        vec![Effect::Inquire { terminal: terminal.to_owned(), payment }]
    }

    pub(super) fn started(&mut self, terminal: String, result: Result<PaymentId, Refusal>) {
        self.trial_started(&terminal, result.as_ref().ok());
        match result {
            Ok(payment) => {
                let shown = self.terminals.iter().find(|view| view.name == terminal);
                let there = shown.and_then(|view| view.payment.as_ref()).is_some_and(|shown| shown.id == payment);
                if self.pending.as_ref().is_some_and(|pending| pending.rung_up) {
                    let rung_up = std::mem::take(&mut self.ring_up);
                    self.rung_up.insert(terminal.clone(), (payment.clone(), rung_up));
                }
                self.pending = (!there).then_some(Pending { terminal, payment: Some(payment), rung_up: false });
            }
            Err(refusal) => {
                self.pending = None;
                self.problem = Some(Problem::from(&refusal));
            }
        }
    }

    /// Marks the terminal as asked, so that nothing is asked of it twice.
    fn ask(&mut self, terminal: &str) {
        self.problem = None;
        self.day.forget_the_step();
        self.pending = Some(Pending { terminal: terminal.to_owned(), payment: None, rung_up: false });
        self.dismissed.remove(terminal);
    }
}
