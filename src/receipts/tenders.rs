//! What a bill was paid with.

use crate::domain::bill::applied;
use crate::domain::{BillAccount, Operation, PaymentRecord, Verdict};
use crate::texts::Texts;

use super::slip::{Slip, Weight};

/// Each payment that took something, or may have, oldest first. What came to nothing is not the customer's business.
pub fn print(account: &BillAccount, texts: &Texts, paper: &mut Slip) {
    let told: Vec<&PaymentRecord> = account.payments.iter().filter(|payment| is_told(payment)).collect();
    if told.is_empty() {
        return;
    }
    paper.rule(false);
    let mut tenders = Tenders { account, texts, paper };
    for payment in told {
        match payment.request.operation {
            Operation::Refund => tenders.refund(payment),
            _ => tenders.sale(payment),
        }
    }
}

fn is_told(payment: &PaymentRecord) -> bool {
    matches!(payment.verdict(), Verdict::Approved | Verdict::InDoubt)
        && matches!(payment.request.operation, Operation::Sale | Operation::Refund)
}

struct Tenders<'a> {
    account: &'a BillAccount,
    texts: &'a Texts,
    paper: &'a mut Slip,
}

impl Tenders<'_> {
    fn sale(&mut self, sale: &PaymentRecord) {
        let amount = self.texts.number(self.account.money(applied(sale)));
        self.paper.row(&self.tender(sale), &amount, Weight::Plain);
        if sale.verdict() == Verdict::InDoubt {
            self.paper.detail(&self.texts.get("bill-receipt-in-doubt"), "");
            return;
        }
        self.besides(sale);
        let asked = sale.request.amount.minor();
        let given = sale.request.bill.as_ref().and_then(|part| part.given_minor);
        if let Some(given) = given.filter(|given| *given != asked) {
            self.detail("bill-receipt-given", given);
            self.detail("bill-receipt-change", given - asked);
        }
        if sale.voided_by.is_some() {
            self.detail("bill-receipt-voided", -applied(sale));
        } else if self.void_is_open(sale) {
            self.paper.detail(&self.texts.get("bill-receipt-void-in-doubt"), "");
        }
    }

    /// What the card was charged on top of the bill.
    fn besides(&mut self, sale: &PaymentRecord) {
        let taken = sale.outcome.as_ref().filter(|outcome| outcome.verdict == Verdict::Approved);
        let Some(taken) = taken.and_then(|outcome| outcome.taken) else { return };
        for (key, minor) in [
            ("bill-receipt-tip-on-card", taken.tip_minor),
            ("bill-receipt-surcharge", taken.surcharge_minor),
            ("bill-receipt-cashback", taken.cashback_minor),
        ] {
            if minor != 0 {
                self.detail(key, minor);
            }
        }
    }

    fn refund(&mut self, refund: &PaymentRecord) {
        let amount = self.texts.number(self.account.money(-applied(refund)));
        let label = self.texts.with("bill-receipt-refund", &[("tender", &self.tender(refund))]);
        self.paper.row(&label, &amount, Weight::Plain);
        if refund.verdict() == Verdict::InDoubt {
            self.paper.detail(&self.texts.get("bill-receipt-in-doubt"), "");
        } else if refund.voided_by.is_some() {
            self.detail("bill-receipt-voided", applied(refund));
        }
    }

    fn tender(&self, payment: &PaymentRecord) -> String {
        let card = payment.outcome.as_ref().and_then(|outcome| outcome.card.as_ref());
        match card {
            _ if payment.is_cash() => self.texts.get("bill-receipt-cash"),
            Some(card) if !card.last4.is_empty() => {
                let unknown = self.texts.get("bill-receipt-card");
                let brand = if card.brand.is_empty() { &unknown } else { &card.brand };
                self.texts.with("bill-receipt-card-number", &[("brand", brand), ("last4", &card.last4)])
            }
            Some(card) if !card.brand.is_empty() => card.brand.clone(),
            _ => self.texts.get("bill-receipt-card"),
        }
    }

    fn void_is_open(&self, sale: &PaymentRecord) -> bool {
        self.account.payments.iter().any(|other| {
            other.request.operation == Operation::Void
                && other.verdict() == Verdict::InDoubt
                && other.request.of.as_ref().is_some_and(|of| of.payment == sale.id)
        })
    }

    fn detail(&mut self, key: &str, minor: i64) {
        let amount = self.texts.number(self.account.money(minor));
        self.paper.detail(&self.texts.get(key), &amount);
    }
}
