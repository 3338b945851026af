//! The test payment at the end of the guided set-up: an amount is taken, and a real one is given back. It only watches; what is
//! asked of the terminal goes the cashier's way.

use crate::domain::{Currency, Money, Operation, PaymentId, Verdict};
use crate::terminal::{PaymentView, TerminalView};

/// A terminal and the money it moves, or only pretends to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub terminal: String,
    pub training: bool,
    pub way_back: WayBack,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Trial {
    #[default]
    NotTried,
    /// Asked for; the journal has not said yet under which number.
    Asked(Subject),
    Paying {
        subject: Subject,
        payment: PaymentId,
    },
    /// Of a real terminal it is to be given back.
    Taken {
        subject: Subject,
        payment: PaymentId,
        taken: Money,
    },
    GivingBack {
        subject: Subject,
        payment: PaymentId,
        taken: Money,
        /// The payment that gives it back, once it has its number.
        by: Option<PaymentId>,
    },
    GivenBack {
        subject: Subject,
        taken: Money,
        by: PaymentId,
    },
    NotTaken {
        subject: Subject,
        payment: PaymentId,
        verdict: Verdict,
    },
}

/// What is taken to see whether it works: one euro, a hundred yen. The training terminal approves it.
pub fn amount_to_try(currency: Currency) -> Money {
    Money::new(10_i64.pow(currency.decimals().max(2)), currency)
}

/// How a terminal gives back what it has just taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayBack {
    Void,
    /// The customer presents the card once more.
    Refund,
    /// Only a person at the terminal or in its portal can.
    None,
}

impl WayBack {
    pub fn of(terminal: &TerminalView) -> WayBack {
        if terminal.abilities.can(Operation::Void) {
            WayBack::Void
        } else if terminal.abilities.can(Operation::Refund) {
            WayBack::Refund
        } else {
            WayBack::None
        }
    }
}

impl Trial {
    pub fn begin(terminal: &TerminalView) -> Trial {
        let (terminal, training, way_back) = (terminal.name.clone(), terminal.training, WayBack::of(terminal));
        Trial::Asked(Subject { terminal, training, way_back })
    }

    /// The terminal it is about.
    pub fn terminal(&self) -> Option<&str> {
        match self {
            Trial::NotTried => None,
            Trial::Asked(subject)
            | Trial::Paying { subject, .. }
            | Trial::Taken { subject, .. }
            | Trial::GivingBack { subject, .. }
            | Trial::GivenBack { subject, .. }
            | Trial::NotTaken { subject, .. } => Some(&subject.terminal),
        }
    }

    /// Whether this payment belongs to it.
    pub fn is_about(&self, asked: &PaymentId) -> bool {
        match self {
            Trial::NotTried | Trial::Asked(_) => false,
            Trial::Paying { payment, .. } | Trial::Taken { payment, .. } | Trial::NotTaken { payment, .. } => {
                payment == asked
            }
            Trial::GivingBack { payment, by, .. } => payment == asked || by.as_ref() == Some(asked),
            Trial::GivenBack { by, .. } => by == asked,
        }
    }

    /// Whether somebody who comes back to the set-up is to see it first.
    pub fn is_open(&self) -> bool {
        let is_in_doubt = matches!(self, Trial::NotTaken { verdict: Verdict::InDoubt, .. });
        self.owes() || self.is_under_way() || is_in_doubt
    }

    /// Whether something of it is at the terminal now.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Trial::Asked(_) | Trial::Paying { .. } | Trial::GivingBack { .. })
    }

    /// Whether real money was taken that can be given back from here.
    pub fn owes(&self) -> bool {
        let Trial::Taken { subject, .. } = self else { return false };
        !subject.training && subject.way_back != WayBack::None
    }

    /// The journal took what was asked, or it was refused.
    pub fn started(&mut self, terminal: &str, started: Option<&PaymentId>) {
        if self.terminal() != Some(terminal) {
            return;
        }
        *self = match (std::mem::take(self), started) {
            (Trial::Asked(subject), Some(id)) => Trial::Paying { subject, payment: id.clone() },
            (Trial::Asked(_), None) => Trial::NotTried,
            // Given back by the outcome's own button, perhaps.
            (Trial::Taken { subject, payment, taken }, Some(id)) => {
                Trial::GivingBack { subject, payment, taken, by: Some(id.clone()) }
            }
            (Trial::GivingBack { subject, payment, taken, by: None }, Some(id)) => {
                Trial::GivingBack { subject, payment, taken, by: Some(id.clone()) }
            }
            (Trial::GivingBack { subject, payment, taken, by: None }, None) => Trial::Taken { subject, payment, taken },
            (other, _) => other,
        };
    }

    /// It is asked back.
    pub fn give_back(&mut self) {
        *self = match std::mem::take(self) {
            Trial::Taken { subject, payment, taken } => Trial::GivingBack { subject, payment, taken, by: None },
            other => other,
        };
    }

    /// What the terminal shows now.
    pub fn look_at(&mut self, terminal: &TerminalView) {
        let Some(payment) = terminal.payment.as_ref().filter(|_| self.terminal() == Some(terminal.name.as_str()))
        else {
            return;
        };
        *self = std::mem::take(self).after(payment);
    }

    fn after(self, shown: &PaymentView) -> Trial {
        let Some(outcome) = shown.outcome() else { return self };
        match self {
            Trial::Paying { subject, payment } if payment == shown.id => match outcome.taken {
                Some(taken) if outcome.verdict == Verdict::Approved => {
                    Trial::Taken { subject, payment, taken: taken.total }
                }
                _ => Trial::NotTaken { subject, payment, verdict: outcome.verdict },
            },
            // Found out later.
            Trial::NotTaken { subject, payment, verdict: Verdict::InDoubt } if payment == shown.id => {
                Trial::Paying { subject, payment }.after(shown)
            }
            Trial::GivingBack { subject, payment, taken, by: Some(by) } if by == shown.id => {
                let gives_back = matches!(shown.operation, Operation::Void | Operation::Refund);
                if gives_back && outcome.verdict == Verdict::Approved {
                    Trial::GivenBack { subject, taken, by }
                } else {
                    // Nothing was given back, or nobody knows: the screen for payments in doubt has it then.
                    Trial::Taken { subject, payment, taken }
                }
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::outcome::{Explanation, Fault};
    use crate::domain::{Outcome, Taken};
    use crate::protocols::protocol::Abilities;
    use crate::terminal::{Stage, Stopping};

    const OPERATIONS: &[Operation] = &[Operation::Sale, Operation::Void];

    fn terminal(name: &str, training: bool, payment: Option<PaymentView>) -> TerminalView {
        TerminalView {
            training,
            payment,
            ..TerminalView::new(name, "any", Abilities { operations: OPERATIONS, ..Abilities::none(Currency::EUR) })
        }
    }

    fn id(number: i64) -> PaymentId {
        PaymentId::new("K7M2", number)
    }

    fn euro() -> Money {
        amount_to_try(Currency::EUR)
    }

    fn ended(number: i64, operation: Operation, outcome: Outcome) -> TerminalView {
        let payment = PaymentView {
            id: id(number),
            operation,
            amount: euro(),
            cashback: None,
            origin: None,
            started_at: jiff::Timestamp::UNIX_EPOCH,
            stage: Stage::Ended(outcome),
            displays: Vec::new(),
            question: None,
            receipts: Vec::new(),
            cancel_requested: false,
            stopping: Stopping::Possible,
        };
        terminal("front", false, Some(payment))
    }

    fn approved() -> Outcome {
        Outcome::approved(Taken::exactly(euro()))
    }

    fn not_taken(verdict: Verdict) -> Outcome {
        Outcome::without_money(verdict, Explanation::new("explain-terminal-busy", Fault::Terminal))
    }

    fn paying() -> Trial {
        let mut trial = Trial::begin(&terminal("front", false, None));
        trial.started("back", Some(&id(6)));
        trial.started("front", Some(&id(7)));
        trial
    }

    #[test]
    fn a_currency_without_decimals_is_tried_with_a_hundred() {
        let of = |code: &str| amount_to_try(code.parse().unwrap()).to_decimal();
        assert_eq!(["EUR", "JPY", "KWD"].map(of), ["1.00", "100", "1.000"]);
    }

    #[test]
    fn what_was_taken_is_owed_until_its_own_void_is_approved() {
        let mut trial = paying();
        trial.look_at(&ended(6, Operation::Sale, approved()));
        assert!(!trial.owes(), "somebody else's payment is not the trial");
        trial.look_at(&ended(7, Operation::Sale, approved()));
        assert!(trial.owes());
        trial.give_back();
        trial.started("front", Some(&id(8)));
        trial.look_at(&ended(8, Operation::Void, not_taken(Verdict::Declined)));
        assert!(trial.owes(), "it was not given back");
        trial.give_back();
        trial.started("front", Some(&id(9)));
        trial.look_at(&ended(9, Operation::Void, approved()));
        assert!(matches!(trial, Trial::GivenBack { taken, .. } if taken == euro()));
    }

    #[test]
    fn the_next_customer_on_that_terminal_gives_nothing_back() {
        let mut trial = paying();
        trial.look_at(&ended(7, Operation::Sale, approved()));
        trial.started("front", Some(&id(8)));
        trial.look_at(&ended(8, Operation::Sale, approved()));
        assert!(trial.owes());
    }

    #[test]
    fn what_was_in_doubt_is_owed_when_it_is_found_out_to_be_taken() {
        let mut trial = paying();
        trial.look_at(&ended(7, Operation::Sale, not_taken(Verdict::InDoubt)));
        assert!(!trial.owes());
        trial.look_at(&ended(7, Operation::Sale, approved()));
        assert!(trial.owes());
    }

    #[test]
    fn training_owes_nothing_and_what_was_refused_was_not_tried() {
        let mut trial = Trial::begin(&terminal("front", true, None));
        trial.started("front", Some(&id(7)));
        trial.look_at(&ended(7, Operation::Sale, approved()));
        assert!(matches!(trial, Trial::Taken { .. }) && !trial.owes());
        let mut refused = Trial::begin(&terminal("front", false, None));
        refused.started("front", None);
        assert_eq!(refused, Trial::NotTried);
    }
}
