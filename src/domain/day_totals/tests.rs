use super::*;
use crate::domain::lifecycle::PaymentState;
use crate::domain::{
    CardSummary, Money, Operation, Original, Outcome, PaymentId, PaymentRequest, Taken, TaxRate, Tender, Verdict,
};

fn kr(minor: i64) -> Money {
    Money::new(minor, Currency::SEK)
}

fn payment(number: i64, operation: Operation, taken: Taken) -> PaymentRecord {
    let mut outcome = Outcome::approved(taken);
    outcome.card = Some(CardSummary { last4: "4321".to_owned(), brand: "Visa".to_owned() });
    PaymentRecord {
        id: PaymentId::new("K7M2", number),
        terminal: "front".to_owned(),
        protocol: "valor".to_owned(),
        training: false,
        request: PaymentRequest { operator: Some("Ada".to_owned()), ..PaymentRequest::new(operation, taken.total) },
        state: PaymentState::Approved,
        outcome: Some(outcome),
        reference: None,
        at: "2026-03-14T09:42:31Z".parse().unwrap(),
        decision: None,
        voided_by: None,
    }
}

fn plain(operation: Operation, minor: i64) -> PaymentRecord {
    payment(1, operation, Taken::exactly(kr(minor)))
}

fn alone(payment: PaymentRecord) -> Ended {
    Ended { payment, original: None, tipped: None }
}

fn about(original: &PaymentRecord, operation: Operation, minor: i64) -> Ended {
    let mut payment = payment(2, operation, Taken::exactly(kr(minor)));
    let of =
        Original { payment: original.id.clone(), operation: original.request.operation, taken: kr(0), reference: None };
    payment.request.of = Some(of);
    Ended { payment, original: Some(original.clone()), tipped: None }
}

fn day(all: &[Ended]) -> CurrencyTotals {
    let mut totals = DayTotals::default();
    all.iter().for_each(|ended| totals.count(ended));
    totals.in_currency(Currency::SEK).cloned().unwrap_or_else(|| CurrencyTotals::new(Currency::SEK))
}

fn net(groups: &[Group]) -> Vec<(&str, i64)> {
    groups.iter().map(|group| (group.name.as_str(), group.takings.net_minor())).collect()
}

#[test]
fn a_sale_is_counted_with_everything_in_it_and_in_every_group() {
    let taken = Taken { total: kr(1_500), tip_minor: 100, cashback_minor: 300, surcharge_minor: 20 };
    let day = day(&[alone(payment(1, Operation::Sale, taken))]);
    assert_eq!((day.all.taken, day.all.taken_minor, day.all.net_minor()), (1, 1_500, 1_500));
    assert_eq!((day.all.tip_minor, day.all.cashback_minor, day.all.surcharge_minor), (100, 300, 20));
    for (groups, name) in [
        (&day.operators, "Ada"),
        (&day.terminals, "front"),
        (&day.tenders, CARD),
        (&day.brands, "Visa"),
        (&day.kinds, "sale"),
    ] {
        assert_eq!(net(groups), [(name, 1_500)]);
    }
    assert_eq!(day.drawer_minor(), -300, "cashback left the drawer");
}

#[test]
fn a_tip_adjustment_adds_the_difference_and_a_void_takes_all_of_it_back() {
    let sale = payment(1, Operation::Sale, Taken { tip_minor: 100, ..Taken::exactly(kr(1_100)) });
    let tip = about(&sale, Operation::Tip, 1_300);
    let again = Ended { tipped: Some(kr(1_300)), ..about(&sale, Operation::Tip, 1_250) };
    let void = Ended { tipped: Some(kr(1_250)), ..about(&sale, Operation::Void, 1_250) };
    let tipped = day(&[alone(sale.clone()), tip.clone(), again.clone()]);
    assert_eq!((tipped.all.taken_minor, tipped.all.tip_minor, tipped.all.taken), (1_250, 250, 1));
    let voided = day(&[alone(sale), tip, again, void]);
    assert_eq!((voided.all.net_minor(), voided.all.tip_minor, voided.all.given_back_minor), (0, 0, 1_250));
    assert_eq!(net(&voided.kinds), [("sale", 1_100), ("tip", 150), ("void", -1_250)]);
    assert_eq!(net(&voided.tenders), [(CARD, 0)]);
}

#[test]
fn a_refund_goes_back_and_a_voided_refund_comes_back() {
    let sale = plain(Operation::Sale, 1_000);
    let refund = about(&sale, Operation::Refund, 400);
    let void = about(&refund.payment, Operation::Void, 400);
    let refunded = day(&[alone(sale.clone()), refund.clone()]);
    assert_eq!((refunded.all.given_back, refunded.all.given_back_minor, refunded.all.net_minor()), (1, 400, 600));
    let all = day(&[alone(sale), refund, void]);
    assert_eq!((all.all.given_back, all.all.given_back_minor, all.all.net_minor()), (0, 0, 1_000));
}

#[test]
fn what_is_reserved_is_taken_by_its_capture_and_not_before() {
    let held = plain(Operation::Preauth, 1_000);
    let open = day(&[alone(held.clone())]);
    assert_eq!((open.all.taken_minor, open.reserved), (0, Tally { count: 1, minor: 1_000 }));
    let capture = about(&held, Operation::Capture, 700);
    let captured = day(&[alone(held.clone()), capture]);
    assert_eq!((captured.all.taken_minor, captured.reserved), (700, Tally::default()));
    let released = day(&[alone(held.clone()), about(&held, Operation::Void, 1_000)]);
    assert_eq!((released.all.net_minor(), released.reserved), (0, Tally::default()));
}

#[test]
fn gift_cards_that_are_loaded_are_no_takings() {
    let load = plain(Operation::Reload, 500);
    let loaded = day(&[alone(load.clone()), alone(plain(Operation::Activation, 100))]);
    assert_eq!((loaded.all.net_minor(), loaded.loaded), (0, Tally { count: 2, minor: 600 }));
    assert_eq!(day(&[alone(load.clone()), about(&load, Operation::Void, 500)]).loaded, Tally::default());
}

#[test]
fn training_and_what_moves_no_money_never_count() {
    let mut training = plain(Operation::Sale, 1_000);
    training.training = true;
    let mut totals = DayTotals::default();
    totals.doubt(&training);
    for ended in [alone(training), alone(plain(Operation::CardCheck, 0)), alone(plain(Operation::Balance, 0))] {
        totals.count(&ended);
    }
    assert_eq!(totals, DayTotals::default());
}

#[test]
fn cash_is_in_the_drawer_and_no_card() {
    let cash = |operation, minor| {
        let mut payment = plain(operation, minor);
        (payment.terminal, payment.protocol) = (CASH.to_owned(), CASH.to_owned());
        payment.outcome.as_mut().unwrap().card = None;
        payment
    };
    let sale = cash(Operation::Sale, 900);
    let mut back = about(&sale, Operation::Refund, 200);
    back.payment.terminal = CASH.to_owned();
    let day = day(&[alone(sale), back]);
    assert_eq!((day.drawer_minor(), net(&day.tenders)), (700, vec![(CASH, 700)]));
    assert!(day.brands.is_empty());
}

#[test]
fn what_is_about_an_earlier_payment_goes_by_that_ones_tender_and_card() {
    let mut sale = plain(Operation::Sale, 900);
    sale.request.tender = Some(Tender::EbtFood);
    let mut void = about(&sale, Operation::Void, 900);
    void.payment.outcome.as_mut().unwrap().card = None;
    let day = day(&[alone(sale), void]);
    assert_eq!((net(&day.tenders), net(&day.brands)), (vec![("ebt-food", 0)], vec![("Visa", 0)]));
}

#[test]
fn what_a_person_decided_counts_as_it_was_asked() {
    let decided = |mut payment: PaymentRecord| {
        payment.outcome = None;
        payment.state = PaymentState::DecidedPaid;
        payment
    };
    let mut sale = decided(plain(Operation::Sale, 1_000));
    sale.request.tip = Some(kr(50));
    let mut tip = about(&sale, Operation::Tip, 0);
    tip.payment = decided(tip.payment);
    tip.payment.request.amount = kr(80);
    let day = day(&[alone(sale), tip]);
    assert_eq!((day.all.taken_minor, day.all.tip_minor), (1_080, 80));
}

#[test]
fn bills_are_counted_when_they_are_closed_and_taken_out_when_they_are_opened_again() {
    let rate = |percent: &str| percent.parse::<TaxRate>().unwrap();
    let tax = |percent, net_minor, tax_minor| TaxSum { rate: rate(percent), net_minor, tax_minor };
    let closing = |taxes| Closing { total_minor: 1_000, tip_minor: 50, discount_minor: 20, taxes };
    let (one, other) = (closing(vec![tax("25", 400, 100), tax("6", 424, 26)]), closing(vec![tax("12", 848, 102)]));
    let mut totals = DayTotals::default();
    totals.bill_closed(Currency::SEK, &one);
    totals.bill_closed(Currency::SEK, &other);
    totals.bill_reopened(Currency::SEK, &other);
    assert!(!totals.is_empty());
    let day = totals.in_currency(Currency::SEK).unwrap();
    assert_eq!(day.bills, Billed { count: 1, total_minor: 1_000, discount_minor: 20, tip_minor: 50 });
    assert_eq!(day.taxes, [tax("6", 424, 26), tax("12", 0, 0), tax("25", 400, 100)]);
}

#[test]
fn what_is_in_doubt_is_shown_and_never_added() {
    let mut open = plain(Operation::Sale, 700);
    open.state = PaymentState::InDoubt;
    open.outcome = Some(Outcome::bare(Verdict::InDoubt));
    let mut totals = DayTotals::default();
    totals.doubt(&open);
    assert!(totals.is_empty());
    let day = &totals.currencies[0];
    assert_eq!((day.in_doubt, day.all), (Tally { count: 1, minor: 700 }, Takings::default()));
}

#[test]
fn currencies_are_never_added_to_each_other() {
    let euros = payment(3, Operation::Sale, Taken::exactly(Money::new(5, Currency::EUR)));
    let mut totals = DayTotals::default();
    totals.count(&alone(plain(Operation::Sale, 100)));
    totals.count(&alone(euros));
    let sums: Vec<_> = totals.currencies.iter().map(|day| (day.currency, day.all.taken_minor)).collect();
    assert_eq!(sums, [(Currency::EUR, 5), (Currency::SEK, 100)]);
}
