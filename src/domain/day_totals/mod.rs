//! What a shop's day adds up to: for each currency everything that was taken and given back, and the same money grouped by who
//! took it, where, with what, and how; and the bills that were closed, with their taxes.
//!
//! Pure. Which payments belong to which day is the journal's to say (`journal/days.rs`): each to the one in which its end was
//! written. So the sums of all days are the sums of all payments, in each grouping.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::bill::{Closing, TaxSum};
use super::cash::CASH;
use super::money::Currency;
use super::movement::{Ended, Movement, asked};
use super::payment::PaymentRecord;
use super::takings::{Takings, Tally};

/// The tender of a card payment where nobody said more.
pub const CARD: &str = "card";

/// A day of the shop that has not been closed.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenDay {
    /// The number it will have.
    pub number: i64,
    /// When the day before was closed; `None` where there was none.
    pub since: Option<Timestamp>,
    pub totals: DayTotals,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DayTotals {
    /// By code.
    pub currencies: Vec<CurrencyTotals>,
}

/// The day in one currency, in its minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyTotals {
    pub currency: Currency,
    pub all: Takings,
    /// By who was signed in; the empty name stands for nobody.
    pub operators: Vec<Group>,
    /// By the terminal's name in the settings; the drawer is one.
    pub terminals: Vec<Group>,
    /// By [`CASH`], the word of a tender, or [`CARD`].
    pub tenders: Vec<Group>,
    /// Of cards, by their brand; the empty name stands for unknown ones.
    pub brands: Vec<Group>,
    /// By the word of the operation.
    pub kinds: Vec<Group>,
    /// Of the bills that were closed, less those that were opened again; the smallest rate first.
    pub taxes: Vec<TaxSum>,
    pub bills: Billed,
    /// Held on cards by pre-authorisations: nobody's yet, and in none of the sums.
    pub reserved: Tally,
    /// Put on gift cards: in none of the sums either.
    pub loaded: Tally,
    /// Not known when the totals were made: in none of the sums.
    pub in_doubt: Tally,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    #[serde(flatten)]
    pub takings: Takings,
}

/// Bills that were closed, less those that were opened again. In minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Billed {
    pub count: i64,
    pub total_minor: i64,
    pub discount_minor: i64,
    /// The bills' own; what was given at terminals besides is in the takings.
    pub tip_minor: i64,
}

impl DayTotals {
    /// Counts a payment that has ended with money; training and what moves none are passed over.
    pub fn count(&mut self, ended: &Ended) {
        if let Some(movement) = ended.movement() {
            self.of(movement.currency).count(ended, &movement);
        }
    }

    pub fn bill_closed(&mut self, currency: Currency, closing: &Closing) {
        self.of(currency).bill(closing, 1);
    }

    /// What it came to when it was closed is taken out again, on the day on which it is opened.
    pub fn bill_reopened(&mut self, currency: Currency, closing: &Closing) {
        self.of(currency).bill(closing, -1);
    }

    /// Shown, and never added.
    pub fn doubt(&mut self, payment: &PaymentRecord) {
        if !payment.training && payment.request.operation.has_amount() {
            let asked = asked(payment).total;
            self.of(asked.currency()).in_doubt.add(Tally::of(1, asked));
        }
    }

    /// Whether nothing has happened; what is in doubt has not.
    pub fn is_empty(&self) -> bool {
        self.currencies.iter().all(|day| {
            day.all == Takings::default()
                && day.bills == Billed::default()
                && day.reserved == Tally::default()
                && day.loaded == Tally::default()
        })
    }

    pub fn in_currency(&self, currency: Currency) -> Option<&CurrencyTotals> {
        self.currencies.iter().find(|day| day.currency == currency)
    }

    fn of(&mut self, currency: Currency) -> &mut CurrencyTotals {
        let place = self.currencies.binary_search_by(|day| day.currency.code().cmp(currency.code()));
        let place = place.unwrap_or_else(|place| {
            self.currencies.insert(place, CurrencyTotals::new(currency));
            place
        });
        &mut self.currencies[place]
    }
}

impl CurrencyTotals {
    pub fn new(currency: Currency) -> CurrencyTotals {
        CurrencyTotals {
            currency,
            all: Takings::default(),
            operators: Vec::new(),
            terminals: Vec::new(),
            tenders: Vec::new(),
            brands: Vec::new(),
            kinds: Vec::new(),
            taxes: Vec::new(),
            bills: Billed::default(),
            reserved: Tally::default(),
            loaded: Tally::default(),
            in_doubt: Tally::default(),
        }
    }

    /// What the day has put into the drawer: cash taken, less cash given back, less what cards were paid out in cash.
    pub fn drawer_minor(&self) -> i64 {
        let cash = self.tenders.iter().find(|group| group.name == CASH);
        cash.map_or(0, |group| group.takings.net_minor()).saturating_sub(self.all.cashback_minor)
    }

    fn count(&mut self, ended: &Ended, movement: &Movement) {
        let Ended { payment, original, .. } = ended;
        let takings = &movement.takings;
        self.all.add(takings);
        self.reserved.add(movement.reserved);
        self.loaded.add(movement.loaded);
        add_to(&mut self.operators, payment.request.operator.as_deref().unwrap_or_default(), takings);
        add_to(&mut self.terminals, &payment.terminal, takings);
        add_to(&mut self.kinds, payment.request.operation.word(), takings);
        if payment.is_cash() {
            return add_to(&mut self.tenders, CASH, takings);
        }
        // What is about an earlier payment goes the way that one came.
        let tender = |payment: &PaymentRecord| payment.request.tender;
        let tender = original.as_ref().and_then(tender).or(tender(payment));
        add_to(&mut self.tenders, tender.map_or(CARD, |tender| tender.word()), takings);
        let brand = original.as_ref().and_then(brand).or_else(|| brand(payment)).unwrap_or_default();
        add_to(&mut self.brands, brand, takings);
    }

    fn bill(&mut self, closing: &Closing, sign: i64) {
        let with = |sum: i64, more: i64| sum.saturating_add(sign * more);
        self.bills = Billed {
            count: with(self.bills.count, 1),
            total_minor: with(self.bills.total_minor, closing.total_minor),
            discount_minor: with(self.bills.discount_minor, closing.discount_minor),
            tip_minor: with(self.bills.tip_minor, closing.tip_minor),
        };
        for tax in &closing.taxes {
            let place = self.taxes.binary_search_by_key(&tax.rate, |known| known.rate).unwrap_or_else(|place| {
                self.taxes.insert(place, TaxSum { rate: tax.rate, net_minor: 0, tax_minor: 0 });
                place
            });
            let sum = &mut self.taxes[place];
            sum.net_minor = with(sum.net_minor, tax.net_minor);
            sum.tax_minor = with(sum.tax_minor, tax.tax_minor);
        }
    }
}

fn add_to(groups: &mut Vec<Group>, name: &str, takings: &Takings) {
    let place = groups.binary_search_by(|group| group.name.as_str().cmp(name)).unwrap_or_else(|place| {
        groups.insert(place, Group { name: name.to_owned(), takings: Takings::default() });
        place
    });
    groups[place].takings.add(takings);
}

fn brand(payment: &PaymentRecord) -> Option<&str> {
    let card = payment.outcome.as_ref()?.card.as_ref()?;
    Some(card.brand.trim()).filter(|brand| !brand.is_empty())
}
