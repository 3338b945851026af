use proptest::prelude::*;

use super::*;
use crate::domain::{Currency, TaxRate};

fn rate(pick: u8) -> TaxRate {
    TaxRate::new([0, 5_500, 20_000, 25_000, 8_875][usize::from(pick) % 5]).unwrap()
}

fn bill(mode: TaxMode, lines: &[(i64, i64, u8)]) -> Bill {
    let mut new = NewBill::new(Currency::GBP);
    new.tax_mode = mode;
    new.lines = lines
        .iter()
        .map(|(quantity, price, tax)| NewLine {
            quantity: Quantity::new(*quantity).unwrap(),
            tax: rate(*tax),
            ..NewLine::new("tea", *price)
        })
        .collect();
    Bill::open(BillId::new("K7M2", 1), new, jiff::Timestamp::UNIX_EPOCH).unwrap()
}

fn mode() -> impl Strategy<Value = TaxMode> {
    prop_oneof![Just(TaxMode::Included), Just(TaxMode::Added)]
}

fn lines() -> impl Strategy<Value = Vec<(i64, i64, u8)>> {
    prop::collection::vec((1..20_000_i64, 0..5_000_000_i64, 0..5_u8), 0..30)
}

fn discount() -> impl Strategy<Value = Option<Discount>> {
    prop_oneof![
        Just(None),
        (0..=100_000_u32).prop_map(|rate| Some(Discount::Percent(TaxRate::new(rate).unwrap()))),
        (0..400_000_i64).prop_map(|minor| Some(Discount::Amount(minor))),
    ]
}

proptest! {
    #[test]
    fn lines_discounts_taxes_and_tip_add_up_to_the_last_unit(
        mode in mode(), lines in lines(), off in discount(), line_off in discount(), tip in 0..100_000_i64
    ) {
        let mut bill = bill(mode, &lines);
        for change in [
            BillChange::LineDiscounted { line: 1, discount: line_off },
            BillChange::Discounted { discount: off },
            BillChange::Tipped { tip_minor: tip },
        ] {
            // What would be below zero is refused, and the bill stays.
            bill = bill.apply(&change, 0).unwrap_or(bill);
        }
        let sum = bill.sum();
        let on_lines: i64 = sum.lines.iter().map(|line| line.total_minor).sum();
        prop_assert_eq!(sum.total_minor, on_lines + sum.tip_minor);
        prop_assert_eq!(sum.total_minor, sum.net_minor() + sum.tax_minor() + sum.tip_minor);
        prop_assert_eq!(sum.lines.iter().map(|line| line.tax_minor).sum::<i64>(), sum.tax_minor());
        for line in &sum.lines {
            let added = if mode == TaxMode::Added { line.tax_minor } else { 0 };
            prop_assert_eq!(line.gross_minor - line.discount_minor + added, line.total_minor);
            prop_assert!(line.discount_minor >= 0 && line.discount_minor <= line.gross_minor && line.tax_minor >= 0);
        }
        for tax in &sum.taxes {
            let theirs = sum.lines.iter().filter(|line| bill.line(line.number).is_some_and(|l| l.tax == tax.rate));
            prop_assert_eq!(theirs.map(|line| line.tax_minor).sum::<i64>(), tax.tax_minor);
        }
    }

    #[test]
    fn the_tax_of_a_rate_is_the_nearest_to_the_exact_one(mode in mode(), lines in lines()) {
        for tax in bill(mode, &lines).sum().taxes {
            // |tax · 100000 − net · rate| is at most half a unit's worth, either way of counting.
            let exact = i128::from(tax.net_minor) * i128::from(tax.rate.thousandths());
            let off = (i128::from(tax.tax_minor) * 100_000 - exact).abs();
            prop_assert!(off * 2 <= 100_000 + i128::from(tax.rate.thousandths()), "{tax:?}");
        }
    }

    #[test]
    fn shares_add_up_and_nobody_gets_more_than_a_unit_too_much(
        amount in 0..1_000_000_000_i64, weights in prop::collection::vec(0..1_000_000_i64, 1..40)
    ) {
        let shares = share_out(amount, &weights);
        prop_assert_eq!(shares.iter().sum::<i64>(), amount);
        let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        for (share, weight) in shares.iter().zip(&weights).filter(|_| whole > 0) {
            let off = i128::from(*share) * whole - i128::from(amount) * i128::from(*weight);
            prop_assert!(off.abs() < whole, "{share} of {amount} for {weight} of {whole}");
        }
    }

    #[test]
    fn even_splits_add_up_and_differ_by_one_unit_at_most(due in 1..1_000_000_000_i64, parts in 1..99_usize) {
        let parts = split_evenly(due, parts);
        prop_assert_eq!(parts.iter().sum::<i64>(), due);
        prop_assert!(parts.iter().max().unwrap() - parts.iter().min().unwrap() <= 1);
        prop_assert!(parts.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn lines_paid_one_by_one_pay_the_whole_bill(
        mode in mode(), lines in prop::collection::vec((1..9_000_i64, 0..90_000_i64, 0..5_u8), 1..12), tip in 0..900_i64
    ) {
        let bill = bill(mode, &lines).apply(&BillChange::Tipped { tip_minor: tip }, 0).unwrap();
        let mut account = BillAccount::new(bill, Vec::new());
        for line in account.sum.lines.clone() {
            let part = account.part_of(&[line.number]).unwrap();
            account.payments.push(payments::paid(&account, &[line.number], part));
            account = BillAccount::new(account.bill, account.payments);
        }
        prop_assert_eq!(account.settlement.due_minor, 0);
    }

    #[test]
    fn merging_two_bills_keeps_their_money(
        mode in mode(), one in lines(), other in lines(), off in discount(), other_off in discount()
    ) {
        let discounted = |lines: &[(i64, i64, u8)], discount| {
            let bill = bill(mode, lines);
            bill.apply(&BillChange::Discounted { discount }, 0).unwrap_or(bill)
        };
        let (into, from) = (discounted(&one, off), discounted(&other, other_off));
        let merged = into.apply(&from.as_absorbed(), 0).unwrap();
        let apart = into.sum().total_minor + from.sum().total_minor;
        // Tax that is added is rounded once for each rate, not once for each bill and rate.
        let slack = if mode == TaxMode::Added { 5 } else { 0 };
        prop_assert!((merged.sum().total_minor - apart).abs() <= slack);
        prop_assert_eq!(merged.discount, None);
    }

    #[test]
    fn what_is_paid_pending_and_due_is_the_total_whatever_happened(
        lines in prop::collection::vec((1..9_000_i64, 1..90_000_i64, 0..5_u8), 1..8),
        steps in prop::collection::vec((0..7_u8, 0..100_000_i64), 0..40)
    ) {
        let mut account = BillAccount::new(bill(TaxMode::Included, &lines), Vec::new());
        for (step, amount) in steps {
            payments::happen(&mut account, step, amount);
            let settlement = account.settlement;
            prop_assert_eq!(
                settlement.paid_minor + settlement.pending_minor + settlement.due_minor,
                settlement.total_minor
            );
            prop_assert_eq!(settlement.paid_minor, payments::truth(&account.payments));
            prop_assert!(settlement.paid_minor >= 0 && settlement.pending_minor >= 0);
            prop_assert_eq!(settlement.pending_minor, payments::unknown(&account.payments));
        }
    }
}

mod payments {
    use super::super::BillAccount;
    use crate::domain::lifecycle::PaymentState;
    use crate::domain::{
        BillPart, Money, Operation, Original, Outcome, PaymentId, PaymentRecord, PaymentRequest, Taken, Verdict,
    };

    fn record(account: &BillAccount, operation: Operation, amount: i64, state: PaymentState) -> PaymentRecord {
        let bill = Some(Box::new(BillPart::of(account.bill.id.clone())));
        let money = account.money(amount);
        let outcome = (state.verdict() == Verdict::Approved).then(|| Outcome::approved(Taken::exactly(money)));
        PaymentRecord {
            id: PaymentId::new("K7M2", i64::try_from(account.payments.len()).unwrap() + 1),
            terminal: "counter".to_owned(),
            protocol: "nexo".to_owned(),
            training: false,
            request: PaymentRequest { bill, ..PaymentRequest::new(operation, money) },
            state,
            outcome,
            reference: None,
            at: jiff::Timestamp::UNIX_EPOCH,
            decision: None,
            voided_by: None,
        }
    }

    pub fn paid(account: &BillAccount, lines: &[u32], amount: i64) -> PaymentRecord {
        let mut record = record(account, Operation::Sale, amount, PaymentState::Approved);
        record.request.bill.as_mut().unwrap().lines = lines.to_vec();
        record
    }

    /// One thing that a shop can do about a bill, or that can become of a payment.
    pub fn happen(account: &mut BillAccount, step: u8, amount: i64) {
        let due = account.settlement.due_minor;
        let newest = |state: PaymentState| {
            account.payments.iter().rposition(|payment| {
                payment.state == state && payment.request.operation == Operation::Sale && payment.voided_by.is_none()
            })
        };
        match step {
            0 if due > 0 => {
                let state = PaymentState::AtTerminal;
                account.payments.push(record(account, Operation::Sale, amount.clamp(1, due), state));
            }
            // Approved in part, with a tip and a surcharge on top.
            1 => {
                if let Some(place) = newest(PaymentState::AtTerminal) {
                    let asked = account.payments[place].request.amount.minor();
                    let part = (amount % asked).max(1);
                    let total = account.money(part + 37 + 5);
                    let taken = Taken { tip_minor: 37, surcharge_minor: 5, ..Taken::exactly(total) };
                    account.payments[place].outcome = Some(Outcome::approved(taken));
                    account.payments[place].state = PaymentState::Approved;
                }
            }
            2 => {
                if let Some(place) = newest(PaymentState::AtTerminal) {
                    account.payments[place].state = PaymentState::InDoubt;
                }
            }
            3 => {
                if let Some(place) = newest(PaymentState::InDoubt) {
                    let paid = amount % 2 == 0;
                    account.payments[place].state =
                        if paid { PaymentState::DecidedPaid } else { PaymentState::DecidedNotPaid };
                }
            }
            4 => {
                if let Some(place) = newest(PaymentState::AtTerminal) {
                    account.payments[place].state = PaymentState::Declined;
                }
            }
            // Voided at once; refunds are of what stands.
            5 => {
                if let Some(place) = newest(PaymentState::Approved)
                    && !account.payments.iter().any(|payment| is_about(payment, &account.payments[place]))
                {
                    let mut void = record(account, Operation::Void, 0, PaymentState::Approved);
                    void.request.of = Some(original(&account.payments[place]));
                    account.payments[place].voided_by = Some(void.id.clone());
                    account.payments.push(void);
                }
            }
            6 => {
                if let Some(place) = newest(PaymentState::Approved)
                    && !account.payments.iter().any(|payment| is_about(payment, &account.payments[place]))
                {
                    let left = account.payments[place].outcome.as_ref().unwrap().taken.unwrap().total.minor();
                    let state = if amount % 3 == 0 { PaymentState::InDoubt } else { PaymentState::Approved };
                    let mut refund = record(account, Operation::Refund, amount.clamp(1, left), state);
                    refund.request.of = Some(original(&account.payments[place]));
                    account.payments.push(refund);
                }
            }
            _ => {}
        }
        *account = BillAccount::new(account.bill.clone(), account.payments.clone());
    }

    fn is_about(payment: &PaymentRecord, of: &PaymentRecord) -> bool {
        payment.request.of.as_ref().is_some_and(|original| original.payment == of.id)
    }

    fn original(payment: &PaymentRecord) -> Original {
        let amount: Money = payment.request.amount;
        Original { payment: payment.id.clone(), operation: Operation::Sale, taken: amount, reference: None }
    }

    /// What the shop surely has for the bill, counted another way.
    pub fn truth(payments: &[PaymentRecord]) -> i64 {
        payments.iter().map(|payment| has(payment, payments)).sum()
    }

    fn has(payment: &PaymentRecord, all: &[PaymentRecord]) -> i64 {
        let asked = payment.request.amount.minor();
        let sale = payment.request.operation == Operation::Sale;
        match payment.state {
            PaymentState::DecidedPaid if sale => asked,
            PaymentState::Approved if sale && payment.voided_by.is_none() => {
                let taken = payment.outcome.as_ref().unwrap().taken.unwrap();
                let back =
                    all.iter().filter(|other| other.request.operation == Operation::Refund && is_about(other, payment));
                let back: i64 = back.map(|refund| refund.request.amount.minor()).sum();
                (taken.total.minor() - taken.tip_minor - taken.surcharge_minor - back).max(0)
            }
            _ => 0,
        }
    }

    pub fn unknown(payments: &[PaymentRecord]) -> i64 {
        let open = payments.iter().filter(|payment| payment.verdict() == Verdict::InDoubt);
        let of_the_bill = |payment: &PaymentRecord| {
            let asked = payment.request.amount.minor();
            // Of what is given back only what had paid something of the bill.
            match payments.iter().find(|sale| is_about(payment, sale)) {
                Some(sale) => asked.min(super::super::settlement::applied(sale)),
                None => asked,
            }
        };
        open.map(of_the_bill).sum()
    }
}

fn error(change: BillChange) -> BillError {
    bill(TaxMode::Included, &[(1_000, 500, 0)]).apply(&change, 0).unwrap_err()
}

#[test]
fn what_cannot_be_rung_up_is_refused() {
    let line = |label: &str, price| BillChange::LineAdded { line: NewLine::new(label, price) };
    assert_eq!(error(line(" ", 1)), BillError::NoLabel);
    assert_eq!(error(line("a\nb", 1)), BillError::BadLabel);
    assert_eq!(error(line(&"x".repeat(81), 1)), BillError::BadLabel);
    assert_eq!(error(line("tea", -1)), BillError::NegativeAmount);
    assert_eq!(error(line("tea", i64::MAX)), BillError::TooLarge);
    assert_eq!(error(BillChange::LineVoided { line: 2 }), BillError::NoSuchLine(2));
    assert_eq!(error(BillChange::Tipped { tip_minor: -1 }), BillError::NegativeAmount);
    let too_much = Some(Discount::Amount(501));
    assert_eq!(error(BillChange::Discounted { discount: too_much }), BillError::NegativeTotal);
    assert_eq!(error(BillChange::LineDiscounted { line: 1, discount: too_much }), BillError::NegativeTotal);
    let less = Some(Discount::Amount(-1));
    assert_eq!(error(BillChange::Discounted { discount: less }), BillError::NegativeAmount);
}

#[test]
fn a_discount_that_was_right_keeps_a_line_from_being_voided_until_it_is_taken_off() {
    let bill = bill(TaxMode::Included, &[(1_000, 500, 0), (1_000, 300, 0)]);
    let bill = bill.apply(&BillChange::Discounted { discount: Some(Discount::Amount(400)) }, 0).unwrap();
    assert_eq!(bill.apply(&BillChange::LineVoided { line: 1 }, 0).unwrap_err(), BillError::NegativeTotal);
    assert_eq!(bill.sum().total_minor, 400);
}

#[test]
fn nothing_makes_a_bill_less_than_what_is_paid_of_it() {
    let bill = bill(TaxMode::Included, &[(1_000, 500, 0), (1_000, 300, 0)]);
    assert_eq!(bill.apply(&BillChange::LineVoided { line: 1 }, 400).unwrap_err(), BillError::BelowPaid);
    assert_eq!(bill.apply(&BillChange::Removed, 1).unwrap_err(), BillError::PartlyPaid);
    assert!(bill.apply(&BillChange::LineVoided { line: 1 }, 300).is_ok());
    // Paid too much already, at a table: only what makes it worse is refused.
    assert!(bill.apply(&BillChange::TakenUp, 900).is_ok());
    assert!(bill.apply(&BillChange::LineAdded { line: NewLine::new("tea", 50) }, 900).is_ok());
    assert_eq!(bill.apply(&BillChange::LineVoided { line: 1 }, 900).unwrap_err(), BillError::BelowPaid);
}

#[test]
fn a_table_that_a_machine_has_locked_stays_as_it_is_for_everybody_else() {
    let lock = |machine: &str| BillChange::Locked {
        lock: TableLock {
            machine: machine.to_owned(),
            terminal: "tables".to_owned(),
            waiter: None,
            since: jiff::Timestamp::UNIX_EPOCH,
        },
    };
    let bill = bill(TaxMode::Included, &[(1_000, 500, 0)]);
    let locked = bill.apply(&lock("70031204"), 0).unwrap();
    let another = locked.apply(&lock("70031212"), 0).unwrap_err();
    assert_eq!(another, BillError::Locked("70031204".to_owned()));
    for change in [
        BillChange::LineAdded { line: NewLine::new("tea", 1) },
        BillChange::Tipped { tip_minor: 1 },
        BillChange::Seated { table: None },
        BillChange::TakenUp,
        BillChange::PutBack,
        BillChange::Removed,
    ] {
        assert_eq!(locked.apply(&change, 0).unwrap_err(), BillError::Locked("70031204".to_owned()), "{change:?}");
    }
    // It has restarted, and asks again.
    assert_eq!(locked.apply(&lock("70031204"), 0).unwrap(), locked);
    let stranger = BillChange::Unlocked { machine: "70031212".to_owned() };
    assert_eq!(locked.apply(&stranger, 0).unwrap_err(), BillError::NotLocked);
    assert_eq!(locked.apply(&BillChange::Unlocked { machine: "70031204".to_owned() }, 0).unwrap(), bill);
    let nameless = BillChange::LockLifted { by: " ".to_owned(), reason: "broken".to_owned() };
    assert_eq!(locked.apply(&nameless, 0).unwrap_err(), BillError::NoName);
    let lifted = BillChange::LockLifted { by: "Åsa".to_owned(), reason: "broken".to_owned() };
    assert_eq!(locked.apply(&lifted, 0).unwrap(), bill);
    let held = bill.apply(&BillChange::TakenUp, 0).unwrap();
    assert_eq!(held.apply(&lock("70031204"), 0).unwrap_err(), BillError::TakenUp);
}

#[test]
fn names_of_tables_and_quantities_are_read_as_people_write_them() {
    let name = |text: &str| text.parse::<TableName>();
    assert_eq!(name("  bar   2 ").unwrap().as_str(), "bar 2");
    assert_eq!(name("BAR 2").unwrap().key(), name("bar  2").unwrap().key());
    assert_eq!(name(" "), Err(TableNameError::Empty));
    assert_eq!(name("terrace north"), Err(TableNameError::TooLong));
    assert_eq!(name("a\u{7}"), Err(TableNameError::Unprintable));
    for (text, thousandths) in [("2", 2_000), ("0,35", 350), ("1.5", 1_500), ("100000", 100_000_000)] {
        let quantity: Quantity = text.parse().unwrap();
        assert_eq!(quantity.thousandths(), thousandths);
    }
    for text in ["0", "", "-1", "1.2345", "1e3", "100001", "."] {
        assert!(text.parse::<Quantity>().is_err(), "{text}");
    }
    assert_eq!(Quantity::new(350).unwrap().to_string(), "0.35");
}
