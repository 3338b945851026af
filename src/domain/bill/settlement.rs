//! What of a bill is paid, read from its payments.

use crate::domain::lifecycle::PaymentState;
use crate::domain::outcome::Verdict;
use crate::domain::payment::PaymentRecord;
use crate::domain::request::Operation;

/// In minor units. `paid + pending + due` is the total, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settlement {
    pub total_minor: i64,
    /// Taken for the bill, and not given back. What was taken besides (tips at the terminal, cashback, surcharges) pays nothing of it.
    pub paid_minor: i64,
    /// At a terminal, or in doubt: neither paid nor due until it is known.
    pub pending_minor: i64,
    /// Below zero where more was paid than the bill comes to.
    pub due_minor: i64,
    /// Tips given at the terminals, besides the bill's own.
    pub tips_minor: i64,
    /// Handed back of the cash that was given.
    pub change_minor: i64,
    /// Whether any money was ever taken for it.
    pub has_payments: bool,
}

impl Settlement {
    /// `payments` are all of the bill's, follow-ups included.
    pub fn of(total_minor: i64, payments: &[PaymentRecord]) -> Settlement {
        let mut settlement = Settlement { total_minor, ..Settlement::default() };
        for payment in payments {
            settlement.count(payment, payments);
        }
        settlement.due_minor = total_minor - settlement.paid_minor - settlement.pending_minor;
        settlement
    }

    /// Nothing is to be paid any more, as far as is known.
    pub fn is_settled(&self) -> bool {
        self.due_minor <= 0 && self.pending_minor == 0
    }

    /// Over-paid by so much.
    pub fn over_minor(&self) -> i64 {
        (-self.due_minor).max(0)
    }

    /// Cannot be changed below this.
    pub fn spoken_for_minor(&self) -> i64 {
        self.paid_minor + self.pending_minor
    }

    fn count(&mut self, payment: &PaymentRecord, all: &[PaymentRecord]) {
        let asked = payment.request.amount.minor();
        match (payment.request.operation, payment.verdict()) {
            (Operation::Sale, Verdict::Approved) => self.count_sale(payment, all),
            (Operation::Sale, Verdict::InDoubt) => self.pending_minor += asked,
            (Operation::Refund, Verdict::Approved) if payment.voided_by.is_none() => {
                self.paid_minor -= applied(payment);
            }
            // Perhaps it is still the shop's.
            (Operation::Refund, Verdict::InDoubt) => {
                self.paid_minor -= asked;
                self.pending_minor += asked;
            }
            _ => {}
        }
    }

    fn count_sale(&mut self, sale: &PaymentRecord, all: &[PaymentRecord]) {
        self.has_payments = true;
        if sale.voided_by.is_some() {
            return;
        }
        if is_being_voided(sale, all) {
            self.pending_minor += applied(sale);
            return;
        }
        self.paid_minor += applied(sale);
        let taken = sale.outcome.as_ref().and_then(|outcome| outcome.taken);
        self.tips_minor += taken.map_or(0, |taken| taken.tip_minor);
        self.change_minor += change(sale);
    }
}

/// What of a payment's money counts for its bill, in minor units. A person who decided that something was paid has no other
/// figure than what was asked.
pub fn applied(payment: &PaymentRecord) -> i64 {
    let approved = payment.outcome.as_ref().filter(|outcome| outcome.verdict == Verdict::Approved);
    match approved.and_then(|outcome| outcome.taken) {
        Some(taken) => taken.total.minor() - taken.tip_minor - taken.cashback_minor - taken.surcharge_minor,
        None => payment.request.amount.minor(),
    }
}

/// Handed back of the cash that was given, in minor units.
fn change(sale: &PaymentRecord) -> i64 {
    let given = sale.request.bill.as_ref().and_then(|part| part.given_minor);
    given.map_or(0, |given| given - sale.request.amount.minor())
}

fn is_being_voided(sale: &PaymentRecord, all: &[PaymentRecord]) -> bool {
    all.iter().any(|other| {
        other.request.operation == Operation::Void
            && !PaymentState::is_final(other.state)
            && other.request.of.as_ref().is_some_and(|of| of.payment == sale.id)
    })
}
