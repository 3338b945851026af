//! What a terminal counts (4.13).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::store::Record;
use crate::protocols::connect::messages::TransactionKind;

/// In minor units. Sales and refunds are counted with all that was taken; cashback and gratuity are parts of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub sales: Sum,
    pub refunds: Sum,
    pub cashback: Sum,
    pub gratuity: Sum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sum {
    pub amount: i64,
    pub count: i64,
}

impl Sum {
    /// `sign` is one, or minus one for what is taken back.
    fn add(&mut self, amount: i64, sign: i64) {
        self.amount = self.amount.saturating_add(amount.saturating_mul(sign));
        self.count = self.count.saturating_add(sign);
    }
}

impl Totals {
    pub fn total(&self) -> i64 {
        self.sales.amount.saturating_sub(self.refunds.amount)
    }

    fn add(&mut self, record: &Record, sign: i64) {
        match record.asked_as() {
            TransactionKind::Sale | TransactionKind::Completion => self.sales.add(record.total(), sign),
            TransactionKind::Refund => self.refunds.add(record.total(), sign),
            _ => return,
        }
        if record.cashback > 0 {
            self.cashback.add(record.cashback, sign);
        }
        if record.gratuity > 0 {
            self.gratuity.add(record.gratuity, sign);
        }
    }

    /// The object of issuers, waiters and acquirers.
    pub fn object(&self, currency: &str) -> Value {
        json!({
            "currency": currency,
            "totalAmount": self.total(),
            "totalSalesAmount": self.sales.amount,
            "totalSalesCount": self.sales.count,
            "totalRefundsAmount": self.refunds.amount,
            "totalRefundsCount": self.refunds.count,
        })
    }
}

/// Totals, and the same of every issuer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Book {
    pub all: Totals,
    pub issuers: BTreeMap<String, Totals>,
}

impl Book {
    /// Counts an approval; with a `sign` of minus one takes it out again.
    pub fn count(&mut self, record: &Record, sign: i64) {
        self.all.add(record, sign);
        if let Some(card) = &record.card
            && matches!(
                record.asked_as(),
                TransactionKind::Sale | TransactionKind::Completion | TransactionKind::Refund
            )
        {
            self.issuers.entry(card.scheme.clone()).or_default().add(record, sign);
        }
    }

    pub fn issuers_object(&self, currency: &str) -> Value {
        self.issuers.iter().map(|(issuer, totals)| (issuer.clone(), totals.object(currency))).collect()
    }
}
