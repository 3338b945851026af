//! Bills on paper, compared with `tests/golden/receipts`: both languages, all widths, and what can be on a bill.
#![allow(clippy::unwrap_used)]

use checkstand::domain::bill::{Discount, Quantity};
use checkstand::domain::{
    Bill, BillAccount, BillChange, BillId, BillPart, CASH, CardSummary, Currency, Money, NewBill, NewLine, Operation,
    Original, Outcome, PaymentId, PaymentRecord, PaymentRequest, PaymentState, TableName, Taken, TaxMode,
};
use checkstand::receipts::{BillCopy, Laid, Weight, bill_slip, lay_out, text_lines};
use checkstand::texts::Texts;
use jiff::Timestamp;
use jiff::tz::TimeZone;

fn line(label: &str, quantity: &str, price_minor: i64, tax: &str) -> NewLine {
    let (quantity, tax) = (quantity.parse::<Quantity>().unwrap(), tax.parse().unwrap());
    NewLine { quantity, tax, ..NewLine::new(label, price_minor) }
}

fn bill(currency: &str, tax_mode: TaxMode, lines: Vec<NewLine>) -> Bill {
    let currency: Currency = currency.parse().unwrap();
    let table: TableName = "12".parse().unwrap();
    let new =
        NewBill { table: Some(table), waiter: Some("Åsa".to_owned()), tax_mode, lines, ..NewBill::new(currency) };
    Bill::open(BillId::new("K7M2", 7), new, "2026-03-14T17:05:00Z".parse().unwrap()).unwrap()
}

fn changed(bill: Bill, changes: &[BillChange]) -> Bill {
    changes.iter().fold(bill, |bill, change| bill.apply(change, 0).unwrap())
}

fn discount(text: &str) -> Option<Discount> {
    Some(Discount::Percent(text.parse().unwrap()))
}

/// A restaurant's: counted and weighed, discounts on line and bill, a voided line, a tip.
fn dinner(tax_mode: TaxMode) -> Bill {
    let lines = vec![
        line("Cappuccino", "2", 1_850, "12"),
        line("Slow roasted shoulder of lamb with everything that belongs to it", "3", 24_900, "12"),
        line("Pick and mix", "0.35", 12_900, "25"),
        line("House red", "1", 9_500, "25"),
        line("Tap water", "4", 0, "0"),
    ];
    let changes = [
        BillChange::LineDiscounted { line: 3, discount: discount("10") },
        BillChange::LineVoided { line: 4 },
        BillChange::Discounted { discount: Some(Discount::Amount(5_000)) },
        BillChange::Tipped { tip_minor: 4_000 },
    ];
    changed(bill("SEK", tax_mode, lines), &changes)
}

struct Paying {
    account: BillAccount,
}

impl Paying {
    fn new(bill: Bill) -> Paying {
        Paying { account: BillAccount::new(bill, Vec::new()) }
    }

    fn add(&mut self, operation: Operation, minor: i64, state: PaymentState) -> &mut PaymentRecord {
        let number = i64::try_from(self.account.payments.len()).unwrap() + 1;
        let amount = self.account.money(minor);
        let bill = Some(Box::new(BillPart::of(self.account.bill.id.clone())));
        let mut outcome = Outcome::approved(Taken::exactly(amount));
        outcome.card = Some(CardSummary { last4: "4321".to_owned(), brand: "Visa".to_owned() });
        self.account.payments.push(PaymentRecord {
            id: PaymentId::new("K7M2", number),
            terminal: "counter".to_owned(),
            protocol: "nexo".to_owned(),
            training: false,
            request: PaymentRequest { bill, ..PaymentRequest::new(operation, amount) },
            state,
            outcome: (state == PaymentState::Approved).then_some(outcome),
            reference: None,
            at: Timestamp::from_second(1_773_511_500 + number * 60).unwrap(),
            decision: None,
            voided_by: None,
        });
        self.account.payments.last_mut().unwrap()
    }

    fn cash(&mut self, minor: i64, given_minor: i64) -> &mut PaymentRecord {
        let payment = self.add(Operation::Sale, minor, PaymentState::Approved);
        payment.terminal = CASH.to_owned();
        payment.request.bill.as_mut().unwrap().given_minor = Some(given_minor);
        payment.outcome.as_mut().unwrap().card = None;
        payment
    }

    fn about(&mut self, operation: Operation, of: usize, minor: i64, state: PaymentState) {
        let original = self.account.payments[of].clone();
        let taken = original.request.amount;
        let payment = self.add(operation, minor, state);
        payment.request.of =
            Some(Original { payment: original.id, operation: Operation::Sale, taken, reference: None });
        let void = payment.id.clone();
        if operation == Operation::Void && state == PaymentState::Approved {
            self.account.payments[of].voided_by = Some(void);
        }
    }

    fn account(self) -> BillAccount {
        BillAccount::new(self.account.bill, self.account.payments)
    }
}

/// With the marks of bold, tall and centred letters before the line, and the paper's edges around it.
fn picture(account: &BillAccount, language: &str, columns: usize, copy: BillCopy) -> String {
    let texts = Texts::new(Some(language));
    let zone = TimeZone::get("Europe/Stockholm").unwrap();
    let lines = lay_out(&bill_slip(account, &texts, copy, &zone), columns);
    let mut picture = String::new();
    for line in &lines {
        let mark = match line {
            Laid::Text { weight: Weight::Tall, .. } => '#',
            Laid::Text { weight: Weight::Bold, .. } => '*',
            _ => ' ',
        };
        for text in text_lines(std::slice::from_ref(line), columns) {
            assert!(text.chars().count() <= columns, "{text:?} is wider than {columns}");
            picture.push_str(&format!("{mark}|{text:<columns$}|\n"));
        }
    }
    picture
}

fn compare(name: &str, account: &BillAccount, columns: usize, copy: BillCopy) {
    for language in ["en", "sv"] {
        insta::with_settings!({
            snapshot_path => "golden/receipts",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(format!("{name}-{language}"), picture(account, language, columns, copy));
        });
    }
}

#[test]
fn a_bill_before_it_is_paid_says_what_is_due_and_the_tax_within_it() {
    let account = Paying::new(dinner(TaxMode::Included)).account();
    compare("to-pay-included-32", &account, 32, BillCopy::ToPay);
}

#[test]
fn tax_that_is_added_stands_before_the_total() {
    let account = Paying::new(dinner(TaxMode::Added)).account();
    compare("to-pay-added-42", &account, 42, BillCopy::ToPay);
}

#[test]
fn a_receipt_tells_every_tender_with_card_cash_and_change() {
    let mut paying = Paying::new(dinner(TaxMode::Included));
    let card = paying.add(Operation::Sale, 40_000, PaymentState::Approved);
    let total = Money::new(44_100, Currency::SEK);
    card.outcome.as_mut().unwrap().taken =
        Some(Taken { tip_minor: 4_000, surcharge_minor: 100, ..Taken::exactly(total) });
    let due = paying.account.sum.total_minor - 40_000;
    paying.cash(due, due + 1_437);
    compare("paid-48", &paying.account(), 48, BillCopy::Paid);
}

#[test]
fn voided_refunded_and_unknown_payments_are_said_so_and_the_rest_is_still_due() {
    let mut paying = Paying::new(dinner(TaxMode::Included));
    paying.add(Operation::Sale, 10_000, PaymentState::Approved);
    paying.about(Operation::Void, 0, 0, PaymentState::Approved);
    paying.cash(20_000, 20_000);
    paying.about(Operation::Refund, 2, 5_000, PaymentState::Approved);
    paying.add(Operation::Sale, 7_000, PaymentState::InDoubt);
    paying.add(Operation::Sale, 9_000, PaymentState::Declined);
    paying.add(Operation::Sale, 3_000, PaymentState::Approved);
    paying.about(Operation::Void, 6, 0, PaymentState::AtTerminal);
    compare("partly-paid-32", &paying.account(), 32, BillCopy::Paid);
}

#[test]
fn yen_have_no_decimals_and_training_is_marked_on_both_ends() {
    let new = bill("JPY", TaxMode::Included, vec![line("Ramen", "2", 1_200, "10"), line("Gyoza", "1", 480, "10")]);
    let mut paying = Paying::new(Bill { training: true, table: None, waiter: None, ..new });
    paying.cash(2_880, 10_000);
    compare("training-jpy-32", &paying.account(), 32, BillCopy::Paid);
}

#[test]
fn dinars_have_three_decimals_and_what_was_paid_too_much_is_said() {
    let new = bill("KWD", TaxMode::Added, vec![line("Coffee", "1", 1_250, "0"), line("Dates", "1.25", 4_000, "5")]);
    let mut paying = Paying::new(new);
    let late = paying.account.sum.total_minor + 500;
    paying.add(Operation::Sale, late, PaymentState::Approved);
    compare("over-paid-kwd-42", &paying.account(), 42, BillCopy::Paid);
}

#[test]
fn no_paper_is_too_narrow_for_a_bill() {
    let mut paying = Paying::new(dinner(TaxMode::Included));
    paying.cash(20_000, 20_000);
    let account = paying.account();
    for columns in 1..60 {
        picture(&account, "sv", columns, BillCopy::Paid);
    }
}
