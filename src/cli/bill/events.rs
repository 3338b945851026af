//! What is told of a bill. Absent fields are left out; amounts are integers.

use serde::Serialize;

use crate::cli::day_events::TaxFields;
use crate::domain::bill::{BillStage, Hold};
use crate::domain::{BillAccount, CASH, Operation, PaymentRecord};
use crate::texts::Texts;

use super::super::events::{OutcomeFields, outcome_of};

/// One bill, and how it stands.
#[derive(Debug, Serialize)]
pub struct BillFields {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    pub total_minor: i64,
    pub paid_minor: i64,
    /// Below zero where more was paid.
    pub due_minor: i64,
    /// The card machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked_by: Option<String>,
    pub bill: String,
    pub currency: &'static str,
    /// Neither paid nor due until it is known.
    #[serde(skip_serializing_if = "is_zero")]
    pub pending_minor: i64,
    #[serde(skip_serializing_if = "is_zero")]
    pub tip_minor: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiter: Option<String>,
    /// On the till's screen.
    #[serde(skip_serializing_if = "is_false")]
    pub taken_up: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub training: bool,
    pub state: &'static str,
    /// The bill that has its lines now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
    pub opened_at: String,
    #[serde(flatten)]
    pub details: Option<BillDetails>,
}

/// What only `bill show` tells.
#[derive(Debug, Serialize)]
pub struct BillDetails {
    pub lines: Vec<LineFields>,
    pub taxes: Vec<TaxFields>,
    pub discount_minor: i64,
    pub payments: Vec<BillPaymentFields>,
}

#[derive(Debug, Serialize)]
pub struct LineFields {
    pub number: u32,
    pub label: String,
    /// Decimal text.
    pub quantity: String,
    pub price_minor: i64,
    /// Its own discount, and its share of the bill's.
    #[serde(skip_serializing_if = "is_zero")]
    pub discount_minor: i64,
    pub total_minor: i64,
    /// The rate in percent, as decimal text.
    pub tax: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct BillPaymentFields {
    #[serde(flatten)]
    pub outcome: OutcomeFields,
    pub terminal: String,
    pub operation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voided_by: Option<String>,
    /// The lines it was for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_minor: Option<i64>,
    pub asked_minor: i64,
    pub at: String,
}

/// Cash that was taken or given back: an outcome of no terminal.
#[derive(Debug, Serialize)]
pub struct CashFields {
    #[serde(flatten)]
    pub outcome: OutcomeFields,
    pub terminal: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_minor: Option<i64>,
}

impl BillFields {
    pub fn new(account: &BillAccount) -> BillFields {
        let (bill, settlement) = (&account.bill, &account.settlement);
        BillFields {
            table: bill.table.as_ref().map(ToString::to_string),
            total_minor: settlement.total_minor,
            paid_minor: settlement.paid_minor,
            due_minor: settlement.due_minor,
            locked_by: bill.lock().map(|lock| lock.shown().to_owned()),
            bill: bill.id.to_string(),
            currency: bill.currency.code(),
            pending_minor: settlement.pending_minor,
            tip_minor: bill.tip_minor,
            waiter: bill.waiter.clone(),
            taken_up: bill.held == Some(Hold::Till),
            training: bill.training,
            state: bill.stage.word(),
            merged_into: match &bill.stage {
                BillStage::MergedInto(into) => Some(into.to_string()),
                _ => None,
            },
            opened_at: format!("{:.3}", bill.opened_at),
            details: None,
        }
    }

    pub fn whole(account: &BillAccount, texts: &Texts) -> BillFields {
        let sum = &account.sum;
        let lines = account.bill.standing_lines().zip(&sum.lines).map(|(line, sum)| LineFields {
            number: line.number,
            label: line.label.clone(),
            quantity: line.quantity.to_string(),
            price_minor: line.price_minor,
            discount_minor: sum.discount_minor,
            total_minor: sum.total_minor,
            tax: line.tax.to_string(),
            code: line.code.clone(),
        });
        let taxes = sum.taxes.iter().map(TaxFields::of);
        let details = BillDetails {
            lines: lines.collect(),
            taxes: taxes.collect(),
            discount_minor: sum.lines.iter().map(|line| line.discount_minor).sum(),
            payments: account.payments.iter().map(|payment| BillPaymentFields::new(payment, texts)).collect(),
        };
        BillFields { details: Some(details), ..BillFields::new(account) }
    }
}

impl BillPaymentFields {
    fn new(record: &PaymentRecord, texts: &Texts) -> BillPaymentFields {
        let part = record.request.bill.as_ref();
        BillPaymentFields {
            outcome: OutcomeFields::new(record.id.as_str(), &outcome_of(record), texts),
            terminal: record.terminal.clone(),
            operation: record.request.operation.word(),
            of: record.request.of.as_ref().map(|original| original.payment.to_string()),
            voided_by: record.voided_by.as_ref().map(ToString::to_string),
            lines: part.map(|part| part.lines.clone()).unwrap_or_default(),
            change_minor: change_minor(record),
            asked_minor: record.request.amount.minor(),
            at: format!("{:.3}", record.at),
        }
    }
}

impl CashFields {
    pub fn new(record: &PaymentRecord, texts: &Texts) -> CashFields {
        CashFields {
            outcome: OutcomeFields::new(record.id.as_str(), &outcome_of(record), texts),
            terminal: CASH,
            change_minor: change_minor(record),
        }
    }
}

/// What is handed back of the cash that was given; `None` for what is no sale in cash.
pub fn change_minor(record: &PaymentRecord) -> Option<i64> {
    let asked = record.request.amount.minor();
    let taken_in_cash = record.is_cash() && record.request.operation == Operation::Sale;
    let given = record.request.bill.as_ref().and_then(|part| part.given_minor);
    taken_in_cash.then(|| given.map_or(0, |given| given - asked))
}

fn is_zero(minor: &i64) -> bool {
    *minor == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}
