//! The close of a shop's day: its totals, what each terminal said of its own day, and where the two differ.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::day_end::{DayEnd, DayVerdict};
use super::day_totals::DayTotals;
use super::money::Money;

/// What a terminal said when the shop's day was closed, or why it was not asked (then `NotClosed`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalAnswer {
    /// The terminal's name in the settings.
    pub terminal: String,
    pub end: DayEnd,
}

/// A day of the shop that has been closed. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayClose {
    /// 1, 2, 3 …
    pub number: i64,
    pub at: Timestamp,
    /// Who closed it, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub totals: DayTotals,
    /// Those that have a day of their own.
    #[serde(default)]
    pub terminals: Vec<TerminalDay>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalDay {
    #[serde(flatten)]
    pub answer: TerminalAnswer,
    pub difference: Difference,
}

impl TerminalDay {
    /// Whether its own day may still be open.
    pub fn is_open(&self) -> bool {
        !has_ended(self.answer.end.verdict)
    }
}

/// What a terminal told of its day against what the journal has of it since the terminal's day before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub comparison: Comparison,
    /// `None` where there is nothing, or too much to look through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<Money>,
    /// Payments that stand. Told and not compared: each family counts in its own way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal_transactions: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal_transactions: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Equal,
    Different,
    /// The terminal told no figures, or its day did not end.
    NotComparable,
}

impl Comparison {
    pub const ALL: [Comparison; 3] = [Comparison::Equal, Comparison::Different, Comparison::NotComparable];

    /// The end of a Fluent key.
    pub fn key(self) -> &'static str {
        match self {
            Comparison::Equal => "equal",
            Comparison::Different => "different",
            Comparison::NotComparable => "not-comparable",
        }
    }
}

/// What the journal has of a terminal's day in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Taken less given back.
    pub net: Money,
    /// Payments that stand.
    pub standing: i64,
}

/// The terminal's day is over: what it takes from now on belongs to its next one.
pub fn has_ended(verdict: DayVerdict) -> bool {
    matches!(verdict, DayVerdict::Closed | DayVerdict::NothingToClose)
}

impl Difference {
    /// `held` is what the journal has of the terminal's day, by currency; `None` where it could not be looked through.
    pub fn between(end: &DayEnd, held: Option<&[Held]>) -> Difference {
        let told = end.total.filter(|_| has_ended(end.verdict));
        let ours = held.and_then(|held| match told {
            Some(told) => {
                let nothing = Held { net: Money::zero(told.currency()), standing: 0 };
                Some(held.iter().copied().find(|held| held.net.currency() == told.currency()).unwrap_or(nothing))
            }
            None => held.first().copied(),
        });
        let elsewhere = |told: Money| {
            held.is_some_and(|held| {
                held.iter().any(|held| held.net.currency() != told.currency() && !held.net.is_zero())
            })
        };
        let comparison = match (told, ours) {
            (Some(told), Some(ours)) if told == ours.net && !elsewhere(told) => Comparison::Equal,
            (Some(_), Some(_)) => Comparison::Different,
            _ => Comparison::NotComparable,
        };
        Difference {
            comparison,
            journal: ours.map(|ours| ours.net),
            terminal: told,
            journal_transactions: ours.map(|ours| ours.standing),
            terminal_transactions: end.transactions.filter(|_| has_ended(end.verdict)),
        }
    }

    /// What the terminal has more than the journal, where both are known.
    pub fn more_at_the_terminal(&self) -> Option<Money> {
        self.terminal?.checked_sub(self.journal?).ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    fn told(verdict: DayVerdict, minor: Option<i64>) -> DayEnd {
        DayEnd { total: minor.map(kronor), transactions: Some(3), ..DayEnd::bare(verdict) }
    }

    fn kronor(minor: i64) -> Money {
        Money::new(minor, Currency::SEK)
    }

    fn held(minor: i64) -> Held {
        Held { net: kronor(minor), standing: 2 }
    }

    #[test]
    fn a_terminal_that_tells_its_total_is_held_against_the_journal() {
        let closed = told(DayVerdict::Closed, Some(500));
        let equal = Difference::between(&closed, Some(&[held(500)]));
        assert_eq!((equal.comparison, equal.more_at_the_terminal()), (Comparison::Equal, Some(kronor(0))));
        let different = Difference::between(&closed, Some(&[held(200)]));
        assert_eq!(
            (different.comparison, different.more_at_the_terminal()),
            (Comparison::Different, Some(kronor(300)))
        );
        assert_eq!((different.journal_transactions, different.terminal_transactions), (Some(2), Some(3)));
        assert_eq!(Difference::between(&closed, Some(&[])).journal, Some(kronor(0)));
        assert_eq!(Difference::between(&closed, Some(&[])).comparison, Comparison::Different);
        assert_eq!(
            Difference::between(&told(DayVerdict::NothingToClose, Some(0)), Some(&[])).comparison,
            Comparison::Equal
        );
    }

    #[test]
    fn money_in_another_currency_than_the_terminals_is_a_difference() {
        let euros = Held { net: Money::new(7, Currency::EUR), standing: 1 };
        let closed = told(DayVerdict::Closed, Some(500));
        assert_eq!(Difference::between(&closed, Some(&[euros, held(500)])).comparison, Comparison::Different);
    }

    #[test]
    fn without_figures_or_a_day_that_ended_there_is_nothing_to_compare() {
        let cases = [
            told(DayVerdict::Closed, None),
            told(DayVerdict::NothingToClose, None),
            told(DayVerdict::NotClosed, Some(500)),
            told(DayVerdict::Unknown, Some(500)),
        ];
        for end in cases {
            let difference = Difference::between(&end, Some(&[held(500)]));
            assert_eq!(difference.comparison, Comparison::NotComparable, "{end:?}");
            assert_eq!((difference.journal, difference.terminal), (Some(kronor(500)), None), "{end:?}");
        }
        let unread = Difference::between(&told(DayVerdict::Closed, Some(500)), None);
        assert_eq!((unread.comparison, unread.journal), (Comparison::NotComparable, None));
    }
}
