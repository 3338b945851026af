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
        match (payment.request.operation, payment.verdict()) {
            (Operation::Sale, Verdict::Approved) => self.count_sale(payment, all),
            (Operation::Sale, Verdict::InDoubt) => self.pending_minor += payment.request.amount.minor(),
            // What is given back counts with the sale it is about.
            _ => {}
        }
    }

    fn count_sale(&mut self, sale: &PaymentRecord, all: &[PaymentRecord]) {
        self.has_payments = true;
        if sale.voided_by.is_some() {
            return;
        }
        let back = GivenBack::of(sale, all);
        if is_being_voided(sale, all) {
            self.pending_minor += applied(sale) - back.surely;
            return;
        }
        self.paid_minor += applied(sale) - back.surely - back.perhaps;
        self.pending_minor += back.perhaps;
        let taken = sale.outcome.as_ref().and_then(|outcome| outcome.taken);
        self.tips_minor = self.tips_minor.saturating_add(taken.map_or(0, |taken| taken.tip_minor));
        self.change_minor = self.change_minor.saturating_add(change(sale));
    }
}

/// Of what one sale paid of the bill, in minor units. Who gets a tip or a surcharge back as well owes the bill no more than the
/// sale had paid of it.
struct GivenBack {
    surely: i64,
    /// Or it is still the shop's.
    perhaps: i64,
}

impl GivenBack {
    fn of(sale: &PaymentRecord, all: &[PaymentRecord]) -> GivenBack {
        let paid = applied(sale);
        let (mut surely, mut perhaps) = (0_i64, 0_i64);
        let is_refund = |other: &&PaymentRecord| other.request.operation == Operation::Refund && is_about(other, sale);
        for refund in all.iter().filter(is_refund) {
            match refund.verdict() {
                Verdict::Approved if refund.voided_by.is_some() => {}
                Verdict::Approved if is_being_voided(refund, all) => perhaps = perhaps.saturating_add(applied(refund)),
                Verdict::Approved => surely = surely.saturating_add(applied(refund)),
                Verdict::InDoubt => perhaps = perhaps.saturating_add(refund.request.amount.minor()),
                _ => {}
            }
        }
        let surely = surely.min(paid);
        GivenBack { surely, perhaps: perhaps.min(paid - surely) }
    }
}

/// What of a payment's money counts for its bill, in minor units. A person who decided that something was paid has no other
/// figure than what was asked.
pub fn applied(payment: &PaymentRecord) -> i64 {
    let approved = payment.outcome.as_ref().filter(|outcome| outcome.verdict == Verdict::Approved);
    match approved.and_then(|outcome| outcome.taken) {
        Some(taken) => {
            let besides = taken.tip_minor.saturating_add(taken.cashback_minor).saturating_add(taken.surcharge_minor);
            taken.total.minor().saturating_sub(besides).max(0)
        }
        None => payment.request.amount.minor(),
    }
}

/// Handed back of the cash that was given, in minor units.
fn change(sale: &PaymentRecord) -> i64 {
    let given = sale.request.bill.as_ref().and_then(|part| part.given_minor);
    given.map_or(0, |given| given.saturating_sub(sale.request.amount.minor()))
}

fn is_being_voided(payment: &PaymentRecord, all: &[PaymentRecord]) -> bool {
    all.iter().any(|other| {
        other.request.operation == Operation::Void && !PaymentState::is_final(other.state) && is_about(other, payment)
    })
}

fn is_about(other: &PaymentRecord, payment: &PaymentRecord) -> bool {
    other.request.of.as_ref().is_some_and(|of| of.payment == payment.id)
}
