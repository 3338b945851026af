//! The rows of DESIGN section 6 that end with an answer, and those beyond.

use super::bench::*;
use crate::domain::Operation;
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::*;

/// Code, message, amount and seconds until the answer, of a sale of 100.xx.
const ROWS: [(&str, &str, &str, i64, u64); 21] = [
    ("100.00", "Approved", "APPROVED", 10_000, 3),
    ("100.49", "Approved", "APPROVED", 10_049, 3),
    ("100.50", "Approved", "APPROVED", 10_050, 3),
    ("100.51", "Declined", "DECLINED", 0, 3),
    ("100.52", "Declined", "INSUFFICIENT FUNDS", 0, 3),
    ("100.53", "Cancelled", "CANCELLED BY CUSTOMER", 0, 4),
    ("100.54", "Timeout", "NO CARD PRESENTED", 0, 60),
    ("100.55", "Approved", "APPROVED", 10_055, 3),
    ("100.56", "Approved", "APPROVED", 5_028, 3),
    ("100.57", "Approved", "APPROVED", 11_062, 3),
    ("100.58", "Approved", "APPROVED", 10_460, 3),
    ("100.65", "Approved", "APPROVED", 10_065, 8),
    ("100.66", "Approved", "APPROVED", 10_066, 8),
    ("100.69", "Error", "Host not reachable", 0, 3),
    ("100.70", "Cancelled", "CANCELLED ON THE TERMINAL", 0, 30),
    ("100.71", "Approved", "APPROVED", 10_071, 60),
    ("100.73", "Approved", "APPROVED", 10_073, 3),
    ("100.75", "Approved", "APPROVED", 10_075, 3),
    ("100.77", "Error", "Dup Transaction", 0, 3),
    ("100.78", "Error", "Receive Error", 0, 3),
    ("100.82", "Approved", "APPROVED", 12_082, 3),
];

fn operation(command: &str) -> Operation {
    match command {
        "Refund" => Operation::Refund,
        "Auth" => Operation::Preauth,
        "GiftAddValue" => Operation::Reload,
        _ => Operation::Sale,
    }
}

#[test]
fn every_row_that_ends_with_an_answer_ends_as_the_table_says_and_when() {
    for command in ["Sale", "Refund", "Auth", "GiftSale", "GiftAddValue"] {
        for flavour in [Flavour::Classic, Flavour::Json] {
            for (asked, result, words, taken, seconds) in ROWS {
                let mut bench = Bench::new();
                bench.flavour = flavour;
                let line = bench.run(command, "a1-1", asked);
                bench.pass_millis(seconds * 1000 - 1);
                assert_eq!(bench.response(line), None, "{command} {asked}");
                bench.pass_millis(1);
                let answer = bench.answer(line);
                assert_eq!((code(&answer), message(&answer)), (result, words), "{command} {asked}");
                assert_eq!((answer.result_final, minor(answer.amount.as_ref())), (Some(true), taken), "{asked}");
                assert_eq!(answer.ref_id.as_deref(), Some("a1-1"));
                let booked: Vec<_> =
                    (taken > 0).then(|| approved("a1-1", taken, operation(command))).into_iter().collect();
                assert_eq!(bench.booked(), booked, "{command} {asked}");
                let known = bench.check(&command.to_uppercase(), "a1-1");
                assert_eq!((known.result_code, known.amount), (answer.result_code, answer.amount));
                assert!(bench.complaints.is_empty(), "{:?}", bench.complaints);
            }
        }
    }
}

#[test]
fn an_approval_tells_of_its_card() {
    let mut bench = Bench::new();
    let chip = bench.done("Sale", "a1-1", "100.00");
    let contactless = bench.done("Sale", "a1-2", "100.50");
    assert_eq!((chip.entry_method.as_deref(), chip.payment_method.as_deref()), (Some("Chip"), Some("Credit")));
    assert_eq!(contactless.entry_method.as_deref(), Some("Contactless"));
    assert_eq!(chip.last4.unwrap().len(), 4);
    assert_eq!(chip.auth_code.unwrap().len(), 6);
    assert_eq!(chip.transaction_date.as_deref(), Some("2026-03-14T07:41:07"));
    assert!(chip.emv.iter().any(|(name, value)| name == "EMV_AID" && value.starts_with("A000")));
    let receipt = chip.receipt_terminal.unwrap();
    assert!(receipt.contains("SALE  USD 100.00") && receipt.contains("CUSTOMER COPY"), "{receipt}");
    assert!(chip.merchant_receipt.unwrap().contains("MERCHANT COPY"));
}

#[test]
fn a_payment_without_a_card_tells_of_none() {
    let mut bench = Bench::new();
    let answer = bench.done("Sale", "a1-1", "100.53");
    assert_eq!((answer.card_type, answer.last4, answer.receipt_terminal), (None, None, None));
    assert!(answer.emv.is_empty() && answer.auth_code.is_none());
}

#[test]
fn a_token_needs_no_card() {
    let mut bench = Bench::new();
    let given = [
        (parameter::COMMAND, "Sale"),
        (parameter::REF_ID, "a1-1"),
        (parameter::AMOUNT, "5.00"),
        (parameter::TOKEN, "t"),
    ];
    let line = bench.call(&Method::RunTransaction2, &given);
    bench.pass(1);
    assert_eq!(bench.answer(line).entry_method.as_deref(), Some("Token"));
}

#[test]
fn a_signature_is_a_picture() {
    let mut bench = Bench::new();
    let signed = bench.done("Sale", "a1-1", "100.55").signature.unwrap();
    assert!(signed.bytes().starts_with(b"\x89PNG"));
    assert_eq!(bench.done("Sale", "a1-2", "100.00").signature, None);
}

#[test]
fn cash_back_is_part_of_the_amount() {
    let mut bench = Bench::new();
    let answer = bench.done("Sale", "a1-1", "100.82");
    assert_eq!((minor(answer.amount.as_ref()), minor(answer.cash_back.as_ref())), (12_082, 2_000));
}

#[test]
fn an_odd_answer_is_wrapped_and_cut_into_single_bytes() {
    let mut bench = Bench::new();
    let line = bench.run("Sale", "a1-1", "100.73");
    bench.pass(3);
    assert_eq!(bench.in_pieces, 1);
    let text = bench.text(line);
    assert!(text.starts_with("<?xml"), "{text}");
    let json = codec::document(text.as_bytes()).unwrap();
    for name in ["RESULTCODE", "RESULTFINAL", "refid", "amount", "NewInNextRelease"] {
        assert!(json.member(name).is_some(), "{name} of {text}");
    }
    assert_eq!(json.member("SignatureData"), None);
    assert_eq!(json.member("TerminalID").unwrap().to_text(), "2044");
    assert_eq!(json.member("amount").unwrap().to_text(), "\"100.73\"");
}

#[test]
fn what_is_busy_or_offline_has_not_begun() {
    for (asked, words) in [("100.67", "Terminal Is Busy"), ("100.68", "Terminal Is Offline")] {
        let mut bench = Bench::new();
        let line = bench.run("Sale", "a1-1", asked);
        let answer = bench.answer(line);
        assert_eq!((code(&answer), message(&answer), answer.result_final), ("Error", words, Some(true)));
        assert_eq!(message(&bench.check("Sale", "a1-1")), "Transaction not found");
        assert!(bench.ledger.is_empty());
    }
}

#[test]
fn a_terminal_that_must_settle_takes_no_cards_until_its_batch_is_closed() {
    let mut bench = Bench::new();
    for (ref_id, asked) in [("a1-1", "100.76"), ("a1-2", "5.00")] {
        assert_eq!(message(&bench.done("Sale", ref_id, asked)), "Please Settle");
    }
    assert_eq!(code(&bench.done("GiftBalance", "a1-3", "0.00")), "Approved");
    let elsewhere = bench.run_on("2045", "Sale", "a1-4", "5.00");
    bench.pass(3);
    assert_eq!(code(&bench.answer(elsewhere)), "Approved");
    bench.call(&Method::CloseBatch, &[]);
    bench.pass(1);
    assert_eq!(code(&bench.done("Sale", "a1-5", "5.00")), "Approved");
}

#[test]
fn a_result_may_be_known_only_later() {
    for (asked, result, taken) in [("100.79", "Approved", 10_079), ("100.80", "Declined", 0)] {
        let mut bench = Bench::new();
        let line = bench.run("Sale", "a1-1", asked);
        bench.pass(3);
        assert_eq!(bench.answer(line).result_final, Some(false));
        bench.pass_millis(19_999);
        assert_eq!(bench.check("Sale", "a1-1").result_final, Some(false));
        assert!(bench.ledger.is_empty());
        bench.pass(6);
        let known = bench.check("Sale", "a1-1");
        assert_eq!((known.result_final, code(&known)), (Some(true), result));
        assert_eq!(minor(known.amount.as_ref()), taken);
        assert_eq!(bench.ledger.len(), usize::from(taken > 0));
    }
}

#[test]
fn waits_of_people_and_hosts_go_by_the_speed() {
    let mut bench = Bench::set_up(&[], 20, None);
    let line = bench.run("Sale", "a1-1", "100.71");
    bench.pass_millis(2_999);
    assert_eq!(bench.response(line), None);
    bench.pass_millis(1);
    assert_eq!(code(&bench.answer(line)), "Approved");
}

#[test]
fn a_terminal_does_one_thing_at_a_time() {
    let mut bench = Bench::new();
    let first = bench.run("Sale", "a1-1", "100.00");
    for (command, ref_id) in [("Sale", "a1-2"), ("Sale", "a1-1"), ("Void", "a1-1"), ("GiftBalance", "a1-3")] {
        let amount = if command == "GiftBalance" { "0.00" } else { "100.00" };
        let second = bench.run(command, ref_id, amount);
        assert_eq!(message(&bench.answer(second)), "Terminal Is Busy", "{command} {ref_id}");
    }
    for method in [Method::CloseBatch, Method::GetSignature, Method::ShowUrl] {
        let second = bench.call(&method, &[]);
        assert_eq!(message(&bench.answer(second)), "Terminal Is Busy");
    }
    let other = bench.run_on("2045", "Sale", "a1-4", "100.00");
    bench.pass(3);
    assert_eq!((code(&bench.answer(first)), code(&bench.answer(other))), ("Approved", "Approved"));
}

#[test]
fn a_repeated_ref_id_is_answered_from_the_store_and_charges_nothing() {
    let mut bench = Bench::new();
    let first = bench.done("Sale", "a1-1", "100.00");
    for amount in ["100.00", "7.00"] {
        let line = bench.run("Sale", "a1-1", amount);
        assert_eq!(bench.answer(line), first);
    }
    assert_eq!(bench.booked(), [approved("a1-1", 10_000, Operation::Sale)]);
    // Of another command, or on another day, it is another transaction.
    bench.done("Refund", "a1-1", "3.00");
    bench.wall = "2026-03-15T12:00:00Z".parse().unwrap();
    bench.done("Sale", "a1-1", "4.00");
    assert_eq!(bench.ledger.len(), 3);
}
