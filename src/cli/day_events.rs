//! The events of the shop's day (DESIGN section 5): every amount an integer of minor units, every group an array.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::bill::TaxSum;
use crate::domain::day_close::Comparison;
use crate::domain::day_totals::{Billed, Group};
use crate::domain::{CurrencyTotals, DayClose, DayTotals, Money, OpenDay, Takings, Tally, TerminalDay};

/// A day of the shop, open or closed.
#[derive(Debug, Serialize)]
pub struct DayFields {
    pub number: i64,
    /// Of an open one: when the day before was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Of a closed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub currencies: Vec<CurrencyFields>,
}

impl DayFields {
    pub fn open(day: &OpenDay) -> DayFields {
        DayFields {
            number: day.number,
            since: day.since.map(instant),
            at: None,
            by: None,
            currencies: currencies(&day.totals),
        }
    }

    pub fn closed(close: &DayClose) -> DayFields {
        DayFields {
            number: close.number,
            since: None,
            at: Some(instant(close.at)),
            by: close.by.clone(),
            currencies: currencies(&close.totals),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct CurrencyFields {
    pub currency: &'static str,
    #[serde(flatten)]
    pub takings: TakingsFields,
    pub drawer_minor: i64,
    pub reserved: Tally,
    pub loaded: Tally,
    pub in_doubt: Tally,
    pub operators: Vec<GroupFields>,
    pub terminals: Vec<GroupFields>,
    pub tenders: Vec<GroupFields>,
    pub brands: Vec<GroupFields>,
    pub kinds: Vec<GroupFields>,
    pub bills: Billed,
    pub taxes: Vec<TaxFields>,
}

#[derive(Debug, Serialize)]
pub struct TakingsFields {
    #[serde(flatten)]
    pub takings: Takings,
    pub net_minor: i64,
}

#[derive(Debug, Serialize)]
pub struct GroupFields {
    /// Absent where nobody was signed in, or nobody knows the card.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(flatten)]
    pub takings: TakingsFields,
}

#[derive(Debug, Serialize)]
pub struct TaxFields {
    /// In percent, exact decimal text.
    pub rate: String,
    pub net_minor: i64,
    pub tax_minor: i64,
}

impl TaxFields {
    /// Of a bill, or of a day.
    pub fn of(tax: &TaxSum) -> TaxFields {
        TaxFields { rate: tax.rate.to_string(), net_minor: tax.net_minor, tax_minor: tax.tax_minor }
    }
}

/// A terminal's own day against the journal.
#[derive(Debug, Serialize)]
pub struct DifferenceFields {
    pub terminal: String,
    pub comparison: Comparison,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal_minor: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminal_minor: Option<i64>,
    /// What the terminal has more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference_minor: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal_transactions: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminal_transactions: Option<u32>,
    /// Its own day may not have ended.
    pub still_open: bool,
}

impl DifferenceFields {
    pub fn new(day: &TerminalDay) -> DifferenceFields {
        let difference = &day.difference;
        DifferenceFields {
            terminal: day.answer.terminal.clone(),
            comparison: difference.comparison,
            journal_minor: difference.journal.map(Money::minor),
            terminal_minor: difference.terminal.map(Money::minor),
            difference_minor: difference.more_at_the_terminal().map(Money::minor),
            currency: difference.terminal.or(difference.journal).map(|money| money.currency().code()),
            journal_transactions: difference.journal_transactions,
            terminal_transactions: difference.terminal_transactions,
            still_open: day.is_open(),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct DayClosedFields {
    pub number: i64,
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl DayClosedFields {
    pub fn new(close: &DayClose) -> DayClosedFields {
        DayClosedFields { number: close.number, at: instant(close.at), by: close.by.clone() }
    }
}

fn currencies(totals: &DayTotals) -> Vec<CurrencyFields> {
    totals.currencies.iter().map(currency).collect()
}

fn currency(day: &CurrencyTotals) -> CurrencyFields {
    let taxes = day.taxes.iter().map(TaxFields::of);
    CurrencyFields {
        currency: day.currency.code(),
        takings: takings(day.all),
        drawer_minor: day.drawer_minor(),
        reserved: day.reserved,
        loaded: day.loaded,
        in_doubt: day.in_doubt,
        operators: groups(&day.operators),
        terminals: groups(&day.terminals),
        tenders: groups(&day.tenders),
        brands: groups(&day.brands),
        kinds: groups(&day.kinds),
        bills: day.bills,
        taxes: taxes.collect(),
    }
}

fn groups(groups: &[Group]) -> Vec<GroupFields> {
    groups.iter().map(|group| GroupFields { name: group.name.clone(), takings: takings(group.takings) }).collect()
}

fn takings(takings: Takings) -> TakingsFields {
    TakingsFields { net_minor: takings.net_minor(), takings }
}

fn instant(at: Timestamp) -> String {
    format!("{at:.3}")
}
