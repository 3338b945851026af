//! The shop's days: no payment is in two of them, or in none.

use checkstand::domain::bill::{NewLine, Quantity};
use checkstand::domain::{BillPart, CASH, Comparison, CurrencyTotals, DayClose, NewBill, TaxMode, TerminalAnswer};
use proptest::prelude::*;
use std::collections::BTreeMap;

use super::*;

fn close(journal: &mut Journal) -> DayClose {
    journal.close_shop_day(Some(" Ada "), Vec::new(), at()).unwrap()
}

fn sek(close: &DayClose) -> CurrencyTotals {
    close.totals.in_currency(Currency::SEK).cloned().unwrap_or_else(|| CurrencyTotals::new(Currency::SEK))
}

fn net_today(journal: &Journal) -> i64 {
    let day = journal.day_totals().unwrap();
    day.totals.in_currency(Currency::SEK).map_or(0, |day| day.all.net_minor())
}

fn in_doubt(journal: &mut Journal, new: NewPayment) -> PaymentId {
    let id = record(journal, new);
    let entries = [happened(&id, PaymentEvent::Transmitted, None), happened(&id, PaymentEvent::Lost, Some(doubt()))];
    journal.commit(&entries).unwrap();
    id
}

fn told(terminal: &str, end: &DayEnd) -> Entry {
    let (terminal, kind) = (terminal.to_owned(), "day-end".to_owned());
    Entry::Note { terminal, payment: None, kind, body: json!(end), at: at() }
}

fn closed(minor: i64) -> DayEnd {
    DayEnd { total: Some(crowns(minor)), transactions: Some(2), ..DayEnd::bare(DayVerdict::Closed) }
}

fn answers(end: &DayEnd) -> Vec<TerminalAnswer> {
    vec![TerminalAnswer { terminal: "Counter 1".to_owned(), end: end.clone() }]
}

fn difference(close: &DayClose) -> (Comparison, Option<i64>, Option<i64>, Option<i64>) {
    let found = &close.terminals[0].difference;
    let minor = |money: Option<Money>| money.map(Money::minor);
    (found.comparison, minor(found.journal), minor(found.terminal), found.journal_transactions)
}

#[test]
fn days_are_numbered_and_each_begins_where_the_last_one_ended() {
    let mut journal = Journal::open_in_memory().unwrap();
    assert_eq!(journal.day_totals().unwrap().number, 1);
    approved(&mut journal, sale(100));
    approved(&mut journal, sale(250));
    let first = close(&mut journal);
    assert_eq!((first.number, sek(&first).all.taken_minor, first.by.as_deref()), (1, 350, Some("Ada")));
    let open = journal.day_totals().unwrap();
    assert_eq!((open.number, open.since, open.totals.is_empty()), (2, Some(at()), true));
    approved(&mut journal, sale(30));
    assert_eq!(net_today(&journal), 30);
    let second = close(&mut journal);
    assert_eq!((second.number, sek(&second).all.taken_minor), (2, 30));
    assert_eq!(journal.day_closes(10).unwrap(), [second.clone(), first.clone()]);
    assert_eq!(journal.day_closes(1).unwrap(), std::slice::from_ref(&second));
    assert_eq!(journal.day_close(1).unwrap(), Some(first));
    assert_eq!(journal.day_close(2).unwrap(), Some(second));
    for none in [-1, 0, 3, i64::MIN] {
        assert_eq!(journal.day_close(none).unwrap(), None);
    }
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_day_on_which_nothing_happened_is_not_closed() {
    let mut journal = Journal::open_in_memory().unwrap();
    let empty = journal.close_shop_day(None, Vec::new(), at()).unwrap_err();
    assert_eq!((empty.key(), empty), ("journal-empty-day", JournalError::EmptyDay));
    approved(&mut journal, NewPayment { training: true, ..sale(100) });
    in_doubt(&mut journal, sale(100));
    assert_eq!(journal.close_shop_day(None, Vec::new(), at()).unwrap_err(), JournalError::EmptyDay);
    assert_eq!(journal.day_closes(10).unwrap(), []);
}

#[test]
fn what_was_in_doubt_when_the_day_was_closed_belongs_to_the_day_on_which_it_is_known() {
    let mut journal = Journal::open_in_memory().unwrap();
    approved(&mut journal, sale(100));
    let [by_machine, by_person] = ["bar", "garden"]
        .map(|terminal| in_doubt(&mut journal, NewPayment { terminal: terminal.to_owned(), ..sale(70) }));
    let first = close(&mut journal);
    assert_eq!((sek(&first).all.taken_minor, sek(&first).in_doubt.count, sek(&first).in_doubt.minor), (100, 2, 140));
    journal.commit(&[happened(&by_machine, PaymentEvent::Approved, Some(approval(70)))]).unwrap();
    let decision = Decision { paid: true, by: "Ada".to_owned(), reason: "slip".to_owned(), at: at() };
    journal.decide(&by_person, decision).unwrap();
    let second = close(&mut journal);
    assert_eq!((sek(&second).all.taken_minor, sek(&second).in_doubt.count), (140, 0));
    // Said once more, it is no payment of another day; and what contradicts it is none at all.
    let again = [
        happened(&by_machine, PaymentEvent::Approved, Some(approval(70))),
        happened(&by_person, PaymentEvent::Approved, Some(approval(70))),
        happened(&by_machine, PaymentEvent::Approved, Some(approval(71))),
    ];
    journal.commit(&again).unwrap();
    assert!(journal.day_totals().unwrap().totals.is_empty());
}

#[test]
fn an_approval_that_contradicted_what_was_known_is_not_the_end_of_a_payment() {
    let mut journal = Journal::open_in_memory().unwrap();
    let id = record(&mut journal, sale(100));
    // What never left was never approved.
    assert_eq!(journal.commit(&[happened(&id, PaymentEvent::Approved, Some(approval(100)))]).unwrap().len(), 1);
    assert!(journal.day_totals().unwrap().totals.is_empty());
    let entries =
        [happened(&id, PaymentEvent::Transmitted, None), happened(&id, PaymentEvent::Approved, Some(approval(100)))];
    journal.commit(&entries).unwrap();
    assert_eq!(net_today(&journal), 100);
}

#[test]
fn a_void_on_a_later_day_gives_back_the_newest_total_on_that_day() {
    let mut journal = Journal::open_in_memory().unwrap();
    let sold = approved(&mut journal, sale(100));
    let first = close(&mut journal);
    let mut tip = about(&sold, Operation::Tip, 15);
    tip.terminal = "Counter 1".to_owned();
    let id = record(&mut journal, tip);
    let entries =
        [happened(&id, PaymentEvent::Transmitted, None), happened(&id, PaymentEvent::Approved, Some(approval(115)))];
    journal.commit(&entries).unwrap();
    let second = close(&mut journal);
    approved(&mut journal, about(&sold, Operation::Void, 115));
    let third = close(&mut journal);
    let nets: Vec<_> = [&first, &second, &third].map(|close| sek(close).all.net_minor()).to_vec();
    assert_eq!(nets, [100, 15, -115]);
}

#[test]
fn a_terminals_day_is_compared_since_its_own_last_end() {
    let mut journal = Journal::open_in_memory().unwrap();
    approved(&mut journal, sale(1_000));
    journal.commit(&[told("Counter 1", &closed(1_000))]).unwrap();
    let sold = approved(&mut journal, sale(500));
    approved(&mut journal, sale(200));
    approved(&mut journal, about(&sold, Operation::Void, 500));
    approved(&mut journal, NewPayment { terminal: "bar".to_owned(), ..sale(9) });
    // A report that closes nothing, and one that failed, begin nothing anew.
    let failed = DayEnd::bare(DayVerdict::NotClosed);
    let report = DayEnd { report: DayReport::X, ..DayEnd::bare(DayVerdict::Reported) };
    journal.commit(&[told("Counter 1", &failed), told("Counter 1", &report), told("Counter 1", &closed(200))]).unwrap();
    let first = journal.close_shop_day(None, answers(&closed(200)), at()).unwrap();
    assert_eq!(difference(&first), (Comparison::Equal, Some(200), Some(200), Some(1)));
    assert_eq!(sek(&first).all.net_minor(), 1_209, "the shop's day is longer");

    approved(&mut journal, sale(40));
    journal.commit(&[told("Counter 1", &closed(90))]).unwrap();
    let second = journal.close_shop_day(None, answers(&closed(90)), at()).unwrap();
    assert_eq!(difference(&second), (Comparison::Different, Some(40), Some(90), Some(1)));

    // One that did not answer: its day goes on, and is compared whole next time.
    approved(&mut journal, sale(60));
    let third = journal.close_shop_day(None, answers(&failed), at()).unwrap();
    assert_eq!(
        (difference(&third), third.terminals[0].is_open()),
        ((Comparison::NotComparable, Some(60), None, Some(1)), true)
    );
    approved(&mut journal, sale(5));
    journal.commit(&[told("Counter 1", &closed(65))]).unwrap();
    let fourth = journal.close_shop_day(None, answers(&closed(65)), at()).unwrap();
    assert_eq!(difference(&fourth), (Comparison::Equal, Some(65), Some(65), Some(2)));
    assert_eq!(sek(&fourth).all.net_minor(), 5);
}

fn rung_up(journal: &mut Journal, minor: i64, rate: &str) -> checkstand::domain::BillId {
    let mut new = NewBill::new(Currency::SEK);
    new.tax_mode = TaxMode::Included;
    let mut line = NewLine::new("Soup", minor);
    line.quantity = Quantity::ONE;
    line.tax = rate.parse().unwrap();
    new.lines.push(line);
    journal.open_bill(new, at()).unwrap().bill.id
}

#[test]
fn bills_bring_their_taxes_and_take_them_back_when_they_are_opened_again() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = rung_up(&mut journal, 1_250, "25");
    rung_up(&mut journal, 7, "6");
    let mut cash = sale(1_250);
    (cash.terminal, cash.protocol) = (CASH.to_owned(), CASH.to_owned());
    cash.request.bill = Some(Box::new(BillPart::of(bill)));
    let paid = journal.record_cash(cash).unwrap();
    let first = sek(&close(&mut journal));
    let taxes: Vec<_> = first.taxes.iter().map(|tax| (tax.rate.to_string(), tax.net_minor, tax.tax_minor)).collect();
    assert_eq!(taxes, [("25".to_owned(), 1_000, 250)]);
    assert_eq!((first.bills.count, first.bills.total_minor, first.drawer_minor()), (1, 1_250, 1_250));
    let mut back = about(&paid.id, Operation::Refund, 1_250);
    (back.terminal, back.protocol) = (CASH.to_owned(), CASH.to_owned());
    back.request.bill = paid.request.bill.clone();
    journal.record_cash(back).unwrap();
    let second = sek(&close(&mut journal));
    assert_eq!((second.bills.count, second.taxes[0].tax_minor, second.drawer_minor()), (-1, -250, -1_250));
}

#[test]
fn a_journal_of_the_sixth_format_begins_its_first_day_when_it_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let sold = approved(&mut journal, sale(100));
    drop(journal);
    let connection = Connection::open(dir.path().join(FILE_NAME)).unwrap();
    connection.execute_batch(&[WITHOUT_OPERATORS, WITHOUT_DAYS, "PRAGMA user_version = 6;"].concat()).unwrap();
    drop(connection);
    let journal = Journal::open_reading(dir.path()).unwrap();
    assert!(journal.day_totals().unwrap().totals.is_empty(), "nobody could close a day then");
    drop(journal);
    let mut journal = Journal::open(dir.path()).unwrap();
    approved(&mut journal, sale(30));
    approved(&mut journal, about(&sold, Operation::Refund, 40));
    assert_eq!(net_today(&journal), -10);
    assert_eq!(close(&mut journal).number, 1);
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_close_that_was_tampered_with_is_not_shown() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    approved(&mut journal, sale(100));
    close(&mut journal);
    for _ in 0..80 {
        approved(&mut journal, sale(1));
    }
    drop(journal);
    tamper(
        dir.path(),
        "UPDATE events SET body = replace(body, '\"by\":\"Ada\"', '\"by\":\"Eve\"') WHERE kind = 'shop-day-closed'",
    );
    let journal = Journal::open(dir.path()).unwrap();
    assert_eq!(journal.day_closes(1).unwrap_err().key(), "journal-damaged");
    assert_eq!(journal.day_close(1).unwrap_err().key(), "journal-damaged");
}

/// One thing a cashier does; which earlier payment it is about is picked by a number.
#[derive(Debug, Clone)]
enum Deed {
    Sale { minor: i64, tip: i64, place: usize, end: usize },
    Cash { minor: i64 },
    Preauth { minor: i64, place: usize },
    About { which: usize, operation: Operation, minor: i64, end: usize },
    Settle { which: usize, paid: bool },
    Close,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let follow_ups = [Operation::Void, Operation::Refund, Operation::Tip, Operation::Capture];
    let deed = prop_oneof![
        4 => (1..5_000_i64, 0..300_i64, 0..3_usize, 0..5_usize)
            .prop_map(|(minor, tip, place, end)| Deed::Sale { minor, tip, place, end }),
        1 => (1..5_000_i64).prop_map(|minor| Deed::Cash { minor }),
        1 => (1..5_000_i64, 0..3_usize).prop_map(|(minor, place)| Deed::Preauth { minor, place }),
        5 => (any::<usize>(), prop::sample::select(follow_ups.to_vec()), 1..500_i64, 0..5_usize)
            .prop_map(|(which, operation, minor, end)| Deed::About { which, operation, minor, end }),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(which, paid)| Deed::Settle { which, paid }),
        2 => Just(Deed::Close),
    ];
    prop::collection::vec(deed, 1..40)
}

const PLACES: [&str; 3] = ["Counter 1", "bar", "garden"];

/// A journal, and what is open on it.
struct Tale {
    journal: Journal,
    closes: Vec<DayClose>,
}

impl Tale {
    fn payments(&self) -> Vec<PaymentRecord> {
        let query = HistoryQuery { limit: usize::MAX, ..HistoryQuery::default() };
        let mut all = self.journal.history(&query).unwrap();
        all.reverse();
        all
    }

    /// Ends it, or leaves it in doubt. A terminal that is occupied refuses, as in life.
    fn pay(&mut self, new: NewPayment, taken: Taken, end: usize) {
        let Ok(recorded) = self.journal.record(new) else { return };
        let id = recorded.id.clone();
        let outcome = Outcome { card: approval(1).card, ..Outcome::approved(taken) };
        let last = match end {
            0 => happened(&id, PaymentEvent::Declined, None),
            1 => happened(&id, PaymentEvent::Lost, Some(doubt())),
            _ => happened(&id, PaymentEvent::Approved, Some(outcome)),
        };
        self.journal.commit(&[happened(&id, PaymentEvent::Transmitted, None), last]).unwrap();
    }

    fn tell(&mut self, deed: &Deed) {
        match deed {
            Deed::Sale { minor, tip, place, end } => {
                let mut new = NewPayment { terminal: PLACES[*place].to_owned(), ..sale(*minor) };
                new.request.operator = Some(["Ada", "Bo"][minor.unsigned_abs() as usize % 2].to_owned());
                new.request.tip = (*tip > 0).then(|| crowns(*tip));
                self.pay(new, Taken { tip_minor: *tip, ..Taken::exactly(crowns(minor + tip)) }, *end);
            }
            Deed::Cash { minor } => {
                let mut new = sale(*minor);
                (new.terminal, new.protocol) = (CASH.to_owned(), CASH.to_owned());
                self.journal.record_cash(new).unwrap();
            }
            Deed::Preauth { minor, place } => {
                let new = NewPayment { terminal: PLACES[*place].to_owned(), ..request(Operation::Preauth, *minor) };
                self.pay(new, Taken::exactly(crowns(*minor)), 4);
            }
            Deed::About { which, operation, minor, end } => self.follow_up(*which, *operation, *minor, *end),
            Deed::Settle { which, paid } => self.settle(*which, *paid),
            Deed::Close => match self.journal.close_shop_day(None, Vec::new(), at()) {
                Ok(close) => self.closes.push(close),
                Err(error) => assert_eq!(error, JournalError::EmptyDay),
            },
        }
    }

    /// By the till's own rules of what may be done.
    fn follow_up(&mut self, which: usize, operation: Operation, minor: i64, end: usize) {
        let all = self.payments();
        let Some(of) = all.get(which % all.len().max(1)).filter(|of| of.terminal != CASH) else { return };
        let earlier = checkstand::terminal::Earlier::read(&self.journal, &of.id).unwrap().unwrap();
        let mut abilities = (checkstand::protocols::find("valor").unwrap().abilities)(&Default::default());
        abilities.currency = Currency::SEK;
        let asked = NewPayment { terminal: of.terminal.clone(), ..about(&of.id, operation, minor) };
        let Ok(request) = earlier.complete(asked.request.clone(), &abilities) else { return };
        let total = match operation {
            Operation::Tip => {
                of.outcome
                    .as_ref()
                    .and_then(|outcome| outcome.taken)
                    .map_or(0, |taken| taken.total.minor() - taken.tip_minor)
                    + minor
            }
            _ => request.amount.minor(),
        };
        let tip_minor = if operation == Operation::Tip { minor } else { 0 };
        self.pay(NewPayment { request, ..asked }, Taken { tip_minor, ..Taken::exactly(crowns(total)) }, end);
    }

    fn settle(&mut self, which: usize, paid: bool) {
        let open = self.journal.open_payments(None).unwrap();
        let Some(payment) = open.get(which % open.len().max(1)) else { return };
        let decision = Decision { paid, by: "Ada".to_owned(), reason: "slip".to_owned(), at: at() };
        self.journal.decide(&payment.id, decision).unwrap();
    }
}

/// What the payments hold in the end, from their records alone: neither events nor days are looked at.
fn held_in_the_end(all: &[PaymentRecord]) -> BTreeMap<String, i64> {
    let mut held = BTreeMap::new();
    let total = |payment: &PaymentRecord| payment.outcome.as_ref().unwrap().taken.unwrap().total.minor();
    for payment in all.iter().filter(|payment| payment.verdict() == Verdict::Approved && payment.voided_by.is_none()) {
        let about = |operation| {
            let of = payment.id.clone();
            all.iter().filter(move |other| {
                other.request.operation == operation
                    && other.request.of.as_ref().is_some_and(|original| original.payment == of)
                    && other.verdict() == Verdict::Approved
            })
        };
        let minor = match payment.request.operation {
            Operation::Sale => about(Operation::Tip).map(total).next_back().unwrap_or(total(payment)),
            Operation::Capture => total(payment),
            Operation::Refund => -total(payment),
            _ => continue,
        };
        *held.entry(payment.terminal.clone()).or_default() += minor;
    }
    held.retain(|_, minor| *minor != 0);
    held
}

fn sums(
    days: &[CurrencyTotals],
    groups: fn(&CurrencyTotals) -> &[checkstand::domain::day_totals::Group],
) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for group in days.iter().flat_map(groups) {
        *sums.entry(group.name.clone()).or_default() += group.takings.net_minor();
    }
    sums.retain(|_, minor| *minor != 0);
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_sum_of_all_days_is_what_the_payments_hold_whatever_was_in_doubt_when_they_were_closed(deeds in deeds()) {
        let mut tale = Tale { journal: Journal::open_in_memory().unwrap(), closes: Vec::new() };
        deeds.iter().for_each(|deed| tale.tell(deed));
        let open = tale.journal.day_totals().unwrap().totals;
        let all = tale.payments();
        let held = held_in_the_end(&all);
        let days: Vec<CurrencyTotals> =
            tale.closes.iter().map(sek).chain(open.in_currency(Currency::SEK).cloned()).collect();
        prop_assert_eq!(sums(&days, |day| &day.terminals), held.clone());
        let whole: i64 = held.values().sum();
        prop_assert_eq!(days.iter().map(|day| day.all.net_minor()).sum::<i64>(), whole);
        for groups in [
            (|day: &CurrencyTotals| day.operators.as_slice()) as fn(&CurrencyTotals) -> &[_],
            |day| &day.tenders,
            |day| &day.kinds,
        ] {
            prop_assert_eq!(sums(&days, groups).values().sum::<i64>(), whole);
        }
        let cards = whole - held.get(CASH).copied().unwrap_or(0);
        prop_assert_eq!(sums(&days, |day| &day.brands).values().sum::<i64>(), cards);
        // Each payment that ended with money is in one day, and a day is in no other.
        let ended = all.iter().filter(|payment| payment.verdict() == Verdict::Approved).count() as i64;
        prop_assert_eq!(days.iter().map(|day| day.all.payments).sum::<i64>(), ended);
        prop_assert!(tale.journal.verify().unwrap().is_whole());
    }
}
