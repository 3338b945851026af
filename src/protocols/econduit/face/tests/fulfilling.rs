use serde_json::{Value, json};

use super::bench::{SERIAL, approved, dollars, payment};
use super::*;
use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    CardSummary, Copy, DayEnd, DayVerdict, Fulfilment, OpenPayment, Operation, Outcome, PaymentId, PaymentRequest,
    PaymentState, Receipt, Taken, Task, Verdict,
};
use crate::protocols::driver::{Command, LossCause, Session};

fn why(detail: &str) -> Explanation {
    Explanation::new("explain-declined", Fault::Nobody).with_detail(detail)
}

/// What the cloud is told of a command.
fn told(word: &str, fulfilment: Fulfilment) -> Value {
    let mut bench = Bench::registered();
    bench.asks_for(word, "a1-1", "18.40");
    let (id, _) = bench.task();
    bench.fulfils(id, fulfilment);
    bench.answer()
}

fn ended(verdict: Verdict, state: PaymentState, detail: &str) -> Fulfilment {
    payment(Operation::Sale, state, Some(Outcome::without_money(verdict, why(detail))), Vec::new())
}

#[test]
fn an_approval_tells_what_was_really_taken() {
    let taken = Taken { cashback_minor: 500, tip_minor: 184, ..Taken::exactly(dollars(2_524)) };
    let outcome = Outcome {
        card: Some(CardSummary { last4: "4242".to_owned(), brand: "Visa".to_owned() }),
        auth_code: Some("08B2F1".to_owned()),
        ..Outcome::approved(taken)
    };
    let lines = |words: [&str; 2]| words.map(str::to_owned);
    let receipts = vec![
        Receipt::new(Copy::Merchant, lines(["MERCHANT", "SALE 25.24"])),
        Receipt::new(Copy::Customer, lines(["CUSTOMER", "SALE 25.24"])),
    ];
    let told = told("Sale", payment(Operation::Sale, PaymentState::Approved, Some(outcome), receipts));
    for (member, value) in [
        ("TerminalID", json!(SERIAL)),
        ("ResultCode", json!("Approved")),
        ("ResultFinal", json!(true)),
        ("TransType", json!("Sale")),
        ("RefID", json!("a1-1")),
        ("AmountString", json!("25.24")),
        ("Amount", json!(25.24)),
        ("CashBackString", json!("5.00")),
        ("CardType", json!("Visa")),
        ("Last4", json!("4242")),
        ("AuthCode", json!("08B2F1")),
        ("Message", json!("APPROVED")),
        ("InvoiceNumber", json!("117")),
        ("receiptTerminal", json!("CUSTOMER\nSALE 25.24")),
        ("merchantReceipt", json!("MERCHANT\nSALE 25.24")),
    ] {
        assert_eq!(told[member], value, "{member}");
    }
}

#[test]
fn a_receipt_of_the_tills_own_making_is_left_to_whoever_asked() {
    let mut receipt = Receipt::new(Copy::Customer, []);
    receipt.label("receipt-total", "25.24 USD");
    let outcome = Outcome::approved(Taken::exactly(dollars(2_524)));
    let told = told("Sale", payment(Operation::Sale, PaymentState::Approved, Some(outcome), vec![receipt]));
    assert_eq!(told["receiptTerminal"], Value::Null);
}

#[test]
fn every_other_end_has_its_code_and_the_terminals_own_words() {
    for (verdict, state, detail, code, message) in [
        (Verdict::Declined, PaymentState::Declined, "CARD EXPIRED", "Declined", "CARD EXPIRED"),
        (Verdict::Declined, PaymentState::Declined, "", "Declined", "DECLINED"),
        (Verdict::Cancelled, PaymentState::Cancelled, "", "Cancelled", "CANCELLED"),
        (Verdict::NotCharged, PaymentState::NotCharged, "no paper", "Error", "no paper"),
        (Verdict::NotCharged, PaymentState::DecidedNotPaid, "", "Error", "Not charged"),
    ] {
        let told = told("Sale", ended(verdict, state, detail));
        let said = (&told["ResultCode"], &told["Message"], &told["ResultFinal"], &told["AmountString"]);
        assert_eq!(said, (&json!(code), &json!(message), &json!(true), &json!("0.00")));
    }
}

#[test]
fn what_nobody_knows_is_never_final() {
    let open = |state| payment(Operation::Sale, state, None, Vec::new());
    for fulfilment in [
        open(PaymentState::Recorded),
        open(PaymentState::AtTerminal),
        open(PaymentState::Cancelling),
        ended(Verdict::InDoubt, PaymentState::InDoubt, "lost"),
        Fulfilment::Unknown(why("disk")),
    ] {
        for word in ["Sale", "CheckStatus"] {
            let told = told(word, fulfilment.clone());
            assert_eq!(told["ResultFinal"], json!(false), "{fulfilment:?}");
            assert_ne!(told["ResultCode"], json!("Approved"));
        }
    }
}

#[test]
fn a_status_that_could_not_be_told_is_not_taken_for_not_paid() {
    for (fulfilment, message) in [
        (Fulfilment::Busy(why("")), "Terminal Is Busy"),
        (Fulfilment::Refused(why("a refund of that is too large")), "a refund of that is too large"),
    ] {
        let sale = told("Sale", fulfilment.clone());
        assert_eq!((&sale["Message"], &sale["ResultFinal"]), (&json!(message), &json!(true)));
        assert_eq!(told("CheckStatus", fulfilment)["ResultFinal"], json!(false));
    }
    let unknown = told("CheckStatus", Fulfilment::NotKnown);
    assert_eq!((&unknown["Message"], &unknown["ResultFinal"]), (&json!("Transaction not found"), &json!(true)));
}

#[test]
fn a_status_names_the_kind_of_the_transaction_it_tells_of() {
    let told = told("CheckStatus", approved(Operation::Void, 1_840));
    assert_eq!((&told["TransType"], &told["ResultCode"]), (&json!("Void"), &json!("Approved")));
}

#[test]
fn a_gift_cards_transaction_keeps_the_clouds_word_for_it() {
    assert_eq!(told("GiftVoid", approved(Operation::Void, 1_840))["TransType"], "GiftVoid");
    // … unless it was another one
    assert_eq!(told("GiftSale", approved(Operation::Sale, 1_840))["TransType"], "Sale");
    let mut bench = Bench::registered();
    let asked = format!(r#"{{"Command":"CheckStatus","TerminalID":"{SERIAL}","RefID":"a1-1","TransType":"GiftVoid"}}"#);
    bench.asks(&asked);
    let (id, _) = bench.task();
    bench.fulfils(id, approved(Operation::Void, 1_840));
    assert_eq!(bench.answer()["TransType"], "GiftVoid");
}

#[test]
fn what_stood_in_a_payments_way_is_not_said_of_the_question_about_it() {
    let busy = || ended(Verdict::NotCharged, PaymentState::NotCharged, "Terminal is busy");
    assert_eq!(told("Sale", busy())["Message"], "Terminal is busy");
    let status = told("CheckStatus", busy());
    assert_eq!((&status["Message"], &status["ResultFinal"]), (&json!("Not charged"), &json!(true)));
}

#[test]
fn the_end_of_the_day_is_answered_as_a_batch() {
    let end = |verdict| {
        let (batch, total) = (Some("58".to_owned()), Some(dollars(30_115)));
        Fulfilment::DayEnd(DayEnd { batch, transactions: Some(12), total, ..DayEnd::bare(verdict) })
    };
    let closed = told("CloseBatch", end(DayVerdict::Closed));
    for (member, value) in [
        ("ResultCodeCredit", json!("1")),
        ("ResultCodeGift", json!("-1")),
        ("BatchNumCredit", json!("58")),
        ("TransCntTotal", json!(12)),
        ("AmtTotalString", json!("301.15")),
        ("AmtCreditString", json!("301.15")),
        ("RefID", json!("a1-1")),
    ] {
        assert_eq!(closed[member], value, "{member}");
    }
    assert_eq!(told("CloseBatch", end(DayVerdict::NothingToClose))["ResultCodeCredit"], "1");
    assert_eq!(told("CloseBatch", end(DayVerdict::NotClosed))["ResultCodeCredit"], "0");
    assert_eq!(told("CloseBatch", end(DayVerdict::Unknown))["ResultFinal"], json!(false));
    assert_eq!(told("CloseBatch", Fulfilment::Busy(why("")))["Message"], "Terminal Is Busy");
}

#[test]
fn a_second_command_is_told_at_once_that_the_terminal_is_busy() {
    let mut bench = Bench::registered();
    bench.asks_for("Sale", "a1-1", "18.40");
    let (id, _) = bench.task();
    bench.asks_for("Sale", "a1-2", "5.00");
    let busy = bench.answer();
    let said = (&busy["RefID"], &busy["ResultCode"], &busy["Message"], &busy["ResultFinal"]);
    assert_eq!(said, (&json!("a1-2"), &json!("Error"), &json!("Terminal Is Busy"), &json!(true)));
    bench.asks_for("Void", "a1-1", "18.40");
    assert_eq!(bench.answer()["Message"], "Terminal Is Busy");
    assert!(bench.commissions.is_empty());
    bench.fulfils(id, approved(Operation::Sale, 1_840));
    assert_eq!(bench.answer()["RefID"], "a1-1");
}

#[test]
fn about_what_is_being_worked_on_nothing_final_is_said() {
    let mut bench = Bench::registered();
    bench.asks_for("Sale", "a1-1", "18.40");
    for word in ["CheckStatus", "Sale"] {
        bench.asks_for(word, "a1-1", "18.40");
        let told = bench.answer();
        assert_eq!((&told["ResultFinal"], &told["RefID"]), (&json!(false), &json!("a1-1")), "{word}");
    }
    bench.asks_for("CheckStatus", "a0-9", "18.40");
    assert_eq!(bench.answer()["ResultFinal"], json!(false));
}

#[test]
fn a_cancel_is_passed_on_beside_what_is_under_way_and_answered_by_its_end() {
    let mut bench = Bench::registered();
    bench.asks_for("Sale", "a1-1", "18.40");
    let (sale, _) = bench.task();
    bench.asks_for("Cancel", "a1-1", "");
    bench.asks_for("Cancel", "a1-1", "");
    let (cancel, task) = bench.task();
    let of_it = Task::Cancel { reference: "a1-1".to_owned() };
    assert_eq!(task, of_it);
    bench.fulfils(cancel, Fulfilment::PassedOn);
    assert!(bench.sent.is_empty());
    bench.asks_for("Cancel", "a1-1", "");
    assert_eq!(bench.task().1, of_it);
    bench.fulfils(sale, ended(Verdict::Cancelled, PaymentState::Cancelled, ""));
    assert_eq!(bench.answer()["ResultCode"], "Cancelled");
}

#[test]
fn an_answer_whose_line_is_gone_is_not_sent_unasked_and_is_given_when_somebody_asks() {
    let mut bench = Bench::registered();
    bench.asks_for("Sale", "a1-1", "18.40");
    let (sale, _) = bench.task();
    bench.loses(LossCause::Broken);
    bench.lets_in();
    // Still at work: nothing else is begun, and no heartbeat leaves.
    bench.pass(std::time::Duration::from_secs(300));
    bench.asks_for("Sale", "a1-2", "5.00");
    assert_eq!(bench.answer()["Message"], "Terminal Is Busy");
    bench.fulfils(sale, approved(Operation::Sale, 1_840));
    assert!(bench.sent.is_empty());
    bench.asks_for("CheckStatus", "a1-1", "");
    let (status, task) = bench.task();
    assert_eq!(task, Task::Status { reference: "a1-1".to_owned(), operation: None });
    bench.fulfils(status, approved(Operation::Sale, 1_840));
    assert_eq!(bench.answer()["ResultCode"], "Approved");
}

#[test]
fn what_is_told_twice_or_of_nothing_is_said_once() {
    let mut bench = Bench::registered();
    bench.asks_for("Sale", "a1-1", "18.40");
    let (sale, _) = bench.task();
    bench.fulfils(sale, approved(Operation::Sale, 1_840));
    bench.fulfils(sale, approved(Operation::Sale, 1_840));
    bench.fulfils(crate::domain::CommissionId(99), approved(Operation::Sale, 1_840));
    assert_eq!(bench.answer()["ResultCode"], "Approved");
}

#[test]
fn a_till_that_is_to_leave_gives_the_answer_it_owes_first() {
    let mut bench = Bench::registered();
    assert!(!bench.owes_an_answer());
    bench.asks_for("Sale", "a1-1", "18.40");
    let (sale, _) = bench.task();
    bench.command(Command::Disconnect);
    assert!(bench.owes_an_answer() && bench.ended.is_empty());
    bench.fulfils(sale, approved(Operation::Sale, 1_840));
    assert_eq!(bench.answer()["ResultCode"], "Approved");
    assert_eq!((bench.ended.as_slice(), bench.sessions.last()), (&["closed"][..], Some(&Session::Maintenance)));
    assert!(!bench.owes_an_answer());
}

#[test]
fn what_another_protocol_left_open_under_this_name_is_not_called_paid_or_not_paid() {
    let mut bench = Bench::registered();
    let open = |reference| OpenPayment {
        id: PaymentId::new("K7M2", 1),
        request: PaymentRequest::new(Operation::Sale, dollars(100)),
        state: PaymentState::InDoubt,
        reference,
        at: bench::AT.parse().unwrap(),
    };
    bench.command(Command::Recover(open(Some(json!({ "shown": "17" })))));
    bench.command(Command::Recover(open(None)));
    let verdicts: Vec<Verdict> = bench.outcomes.iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::InDoubt, Verdict::NotCharged]);
    assert!(bench.sent.is_empty());
}
