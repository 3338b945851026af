//! Is the terminal's last transaction the payment whose answer was lost (reference 5.8)? Connect has no number of the till's in
//! it, so that it is known by what it is: its kind, amount, time, and its place behind what the till knew before.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::messages::{ResultWord, Transaction, TransactionKind};
use super::outcomes::kind_of;
use crate::domain::{Money, Now, PaymentRequest};

/// How far the terminal's clock may be before the till's.
const CLOCKS_APART: Duration = Duration::from_secs(120);
/// (5.8) What lies before our start is not ours: with a wider bound, a payment of the same amount that somebody made a minute
/// earlier would be. Terminals tell whole seconds.
const BEFORE_OUR_START: Duration = Duration::from_secs(2);
/// After it a terminal's numbers begin anew.
const LARGEST_NUMBER: u32 = 9_999;
/// Transactions of one terminal that are remembered.
const REMEMBERED: usize = 4;

/// Enough of a transaction to know it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The terminal began its numbers anew after it (4.13).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
}

/// What the till has seen of a terminal, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seen(Vec<Known>);

/// What a terminal's last transaction is to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    Ours,
    /// The till knew it before the payment was sent, so that nothing was recorded since.
    Earlier,
    /// Somebody has to look.
    Unclear,
}

impl Known {
    /// `None` when there is too little to know it by.
    fn of(transaction: &Transaction) -> Option<Known> {
        let known = Known {
            id: transaction.transaction_id.clone(),
            number: transaction.transaction_number.clone(),
            time: transaction.transaction_time.clone(),
            closed: false,
        };
        let told = [&known.id, &known.number, &known.time].into_iter().flatten().count();
        (told >= 2).then_some(known)
    }

    fn is(&self, other: &Known) -> bool {
        (&self.id, &self.number, &self.time) == (&other.id, &other.number, &other.time)
    }
}

impl Seen {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the till has known it longer than since the payment that is sought.
    pub fn holds(&self, transaction: &Transaction) -> bool {
        Known::of(transaction).is_some_and(|known| self.0.iter().any(|seen| seen.is(&known)))
    }

    /// Notes a transaction of the terminal. `true` when it is a new one.
    pub fn note(&mut self, transaction: &Transaction) -> bool {
        let is_new = |known: &Known| !self.0.iter().any(|seen| seen.is(known));
        let Some(known) = Known::of(transaction).filter(is_new) else { return false };
        self.0.push(known);
        if self.0.len() > REMEMBERED {
            self.0.remove(0);
        }
        true
    }

    /// The terminal's numbers begin anew (4.13); what they were is no help any more.
    pub fn begin_anew(&mut self) {
        self.0.iter_mut().for_each(|known| known.closed = true);
    }

    fn newest_number(&self) -> Option<u32> {
        self.0.last().filter(|known| !known.closed)?.number.as_deref()?.parse().ok()
    }
}

/// Compares the terminal's last transaction with a request that left at `sent_at`, when the till had `seen` so much.
pub fn compare(
    transaction: &Transaction,
    request: &PaymentRequest,
    seen: &Seen,
    sent_at: Timestamp,
    lasts_at_most: Duration,
    now: &Now,
) -> Likeness {
    if seen.holds(transaction) {
        return Likeness::Earlier;
    }
    let ended_by = SignedDuration::try_from(lasts_at_most).map_or(now.wall, |lasts| now.wall.min(sent_at + lasts));
    let told = transaction.transaction_time.as_deref().and_then(|time| moment(time, now));
    let in_time = told.is_some_and(|told| is_of_the_time(told, sent_at, ended_by));
    let ours = is_alike(transaction, request) && in_time && is_next(transaction, seen);
    if ours { Likeness::Ours } else { Likeness::Unclear }
}

fn is_alike(transaction: &Transaction, request: &PaymentRequest) -> bool {
    let currency = request.amount.currency().code();
    let same_currency = transaction.currency.as_deref().is_some_and(|code| code.eq_ignore_ascii_case(currency));
    let base = transaction.amount_base.unwrap_or(0) == request.amount.minor();
    let cashback = transaction.amount_cashback.unwrap_or(0) <= request.cashback.map_or(0, Money::minor);
    same_currency && base && cashback && is_kind(transaction, request)
}

/// A reversed transaction calls itself the reversal (4.9).
fn is_kind(transaction: &Transaction, request: &PaymentRequest) -> bool {
    let kind = kind_of(request.operation);
    let reversed = transaction.result == Some(ResultWord::Void);
    match &transaction.kind {
        Some(TransactionKind::SaleReversal) => reversed && kind == TransactionKind::Sale,
        Some(TransactionKind::RefundReversal) => reversed && kind == TransactionKind::Refund,
        told => *told == Some(kind),
    }
}

/// Between our start and the moment when Connect has given up at the latest, as far as the clocks agree.
fn is_of_the_time(told: Timestamp, sent_at: Timestamp, ended_by: Timestamp) -> bool {
    let within = |later: Timestamp, earlier: Timestamp, most: Duration| {
        Duration::try_from(later.duration_since(earlier)).map_or(true, |apart| apart <= most)
    };
    within(sent_at, told, BEFORE_OUR_START) && within(told, ended_by, CLOCKS_APART)
}

/// (2) Local time without an offset, or with one.
fn moment(time: &str, now: &Now) -> Option<Timestamp> {
    let local = |time: DateTime| now.offset.to_timestamp(time).ok();
    time.parse::<Timestamp>().ok().or_else(|| local(time.parse::<DateTime>().ok()?))
}

/// Whether it follows what the till knew. Where another till was in between, nobody knows whose it is.
fn is_next(transaction: &Transaction, seen: &Seen) -> bool {
    let Some(before) = seen.newest_number() else { return true };
    let number = transaction.transaction_number.as_deref().and_then(|number| number.parse::<u32>().ok());
    number.is_some_and(|number| Some(number) == before.checked_add(1) || (before >= LARGEST_NUMBER && number <= 1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::tz::Offset;

    use super::*;
    use crate::domain::{Currency, Instant, Operation};

    const SENT: &str = "2026-03-14T12:40:00Z";

    fn now() -> Now {
        let wall = SENT.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(90);
        Now { at: Instant::ORIGIN, wall, offset: Offset::UTC }
    }

    fn sale() -> PaymentRequest {
        PaymentRequest::new(Operation::Sale, Money::new(2_375, Currency::GBP))
    }

    fn last(number: &str, time: &str) -> Transaction {
        Transaction {
            result: Some(ResultWord::Successful),
            kind: Some(TransactionKind::Sale),
            amount_base: Some(2_375),
            currency: Some("GBP".to_owned()),
            transaction_id: Some(format!("id-{number}")),
            transaction_number: Some(number.to_owned()),
            transaction_time: Some(time.to_owned()),
            ..Transaction::default()
        }
    }

    fn seen(transactions: &[&Transaction]) -> Seen {
        let mut seen = Seen::default();
        for transaction in transactions {
            seen.note(transaction);
        }
        seen
    }

    fn likeness(transaction: &Transaction, seen: &Seen) -> Likeness {
        compare(transaction, &sale(), seen, SENT.parse().unwrap(), Duration::from_secs(300), &now())
    }

    #[test]
    fn the_next_transaction_of_the_same_kind_amount_and_time_is_ours() {
        let before = seen(&[&last("0041", "2026-03-14T11:00:00")]);
        assert_eq!(likeness(&last("0042", "2026-03-14T12:41:07"), &before), Likeness::Ours);
        assert_eq!(likeness(&last("0042", "2026-03-14T12:41:07"), &Seen::default()), Likeness::Ours);
        assert_eq!(likeness(&last("0042", "2026-03-14T13:41:07+01:00"), &before), Likeness::Ours);
    }

    #[test]
    fn what_the_till_knew_before_is_earlier() {
        let newest = last("0041", "2026-03-14T11:00:00");
        let before = seen(&[&last("0040", "2026-03-14T10:00:00"), &newest]);
        assert_eq!(likeness(&newest, &before), Likeness::Earlier);
    }

    #[test]
    fn what_differs_in_anything_is_unclear() {
        let ours = || last("0042", "2026-03-14T12:41:07");
        let before = seen(&[&last("0041", "2026-03-14T11:00:00")]);
        let odd = [
            Transaction { amount_base: Some(2_374), ..ours() },
            Transaction { amount_base: None, ..ours() },
            Transaction { kind: Some(TransactionKind::Refund), ..ours() },
            Transaction { kind: Some(TransactionKind::SaleReversal), ..ours() },
            Transaction { kind: None, ..ours() },
            Transaction { currency: Some("EUR".to_owned()), ..ours() },
            Transaction { currency: None, ..ours() },
            Transaction { amount_cashback: Some(100), ..ours() },
            Transaction { transaction_number: None, ..ours() },
            Transaction { transaction_time: None, ..ours() },
            last("0043", "2026-03-14T12:41:07"),
            last("0041", "2026-03-14T12:41:07"),
            last("0042", "2026-03-14T12:37:00"),
            last("0042", "2026-03-14T12:44:00"),
        ];
        for transaction in odd {
            assert_eq!(likeness(&transaction, &before), Likeness::Unclear, "{transaction:?}");
        }
    }

    #[test]
    fn a_reversed_sale_is_ours_by_its_reversal() {
        let void = Transaction {
            kind: Some(TransactionKind::SaleReversal),
            result: Some(ResultWord::Void),
            ..last("0042", "2026-03-14T12:41:07")
        };
        assert_eq!(likeness(&void, &seen(&[&last("0041", "2026-03-14T11:00:00")])), Likeness::Ours);
    }

    #[test]
    fn numbers_begin_anew_after_the_last_and_after_a_day_end() {
        let time = "2026-03-14T12:41:07";
        assert_eq!(likeness(&last("0001", time), &seen(&[&last("9999", "2026-03-14T11:00:00")])), Likeness::Ours);
        let mut closed = seen(&[&last("0041", "2026-03-14T11:00:00")]);
        assert_eq!(likeness(&last("0001", time), &closed), Likeness::Unclear);
        closed.begin_anew();
        assert_eq!(likeness(&last("0001", time), &closed), Likeness::Ours);
    }

    #[test]
    fn only_the_newest_transactions_are_remembered() {
        let mut seen = Seen::default();
        for number in 1..=9 {
            assert!(seen.note(&last(&number.to_string(), "2026-03-14T11:00:00")));
        }
        assert!(!seen.note(&last("9", "2026-03-14T11:00:00")));
        assert_eq!(seen.0.len(), REMEMBERED);
    }
}
