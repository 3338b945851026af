//! What payment commands promise besides the scenarios.

use super::harness::{Program, Shop, Wiring};
use super::minor;

#[test]
fn a_sale_is_approved_and_says_everything_a_program_wants_to_know() {
    let shop = Shop::with_terminal(Wiring::Full);
    let ended = shop.json(&["sale", "100.00", "--reference", "order 7"]);
    ended.ended_with(0);

    let started = ended.event("started");
    assert_eq!(ended.events()[0], started);
    assert_eq!(started["terminal"], "front");
    assert_eq!(started["operation"], "sale");
    assert_eq!(started["amount"], "100.00");
    assert_eq!(started["currency"], "SEK");
    assert!(!ended.events_of("display").is_empty(), "{:#?}", ended.lines);

    let outcome = ended.outcome();
    assert_eq!(outcome["payment"], started["payment"]);
    assert_eq!(outcome["outcome"], "approved");
    assert_eq!(outcome["amount"], "100.00");
    assert_eq!(minor(&outcome), Some(10_000));
    assert_eq!(outcome["currency"], "SEK");
    for absent in ["tip_minor", "cashback_minor", "surcharge_minor", "message"] {
        assert!(outcome.get(absent).is_none(), "{absent} in {outcome}");
    }
    for text in ["card", "brand", "auth_code", "terminal_reference"] {
        assert!(outcome[text].as_str().is_some_and(|text| !text.is_empty()), "{text} in {outcome}");
    }
    assert_eq!(outcome["card"].as_str().map(str::len), Some(4));

    let ledger = shop.ledger();
    assert_eq!(ledger.len(), 1);
    assert_eq!(ledger[0]["amount_minor"], 10_000);
    assert_eq!(ledger[0]["terminal_reference"], outcome["terminal_reference"]);

    let history = shop.history();
    assert_eq!(history.len(), 1);
    let payment = &history[0];
    assert_eq!(payment["payment"], outcome["payment"]);
    assert_eq!(payment["reference"], "order 7");
    assert_eq!(payment["asked_minor"], 10_000);
    assert_eq!(payment["terminal"], "front");
    assert_eq!(payment["operation"], "sale");
    assert!(payment["at"].as_str().is_some_and(|at| at.parse::<jiff::Timestamp>().is_ok()), "{payment}");
    assert!(payment.get("of").is_none());
}

#[test]
fn a_light_terminal_sells_without_a_listener() {
    let shop = Shop::with_terminal(Wiring::Light);
    assert_eq!(minor(&shop.json(&["sale", "100"]).ended_with(0).outcome()), Some(10_000));
    shop.books_agree();
}

#[test]
fn without_a_terminal_training_takes_the_payment() {
    let shop = Shop::of_training();
    let ended = shop.json(&["sale", "12.00"]);
    ended.ended_with(0);
    assert_eq!(ended.event("started")["terminal"], "training");
    assert_eq!(minor(&ended.outcome()), Some(1_200));
}

#[test]
fn people_read_the_outcome_and_the_customers_receipt() {
    let shop = Shop::of_training();
    let ended = shop.run(&["sale", "12.00"]);
    let text = ended.ended_with(0).lines.join("\n");
    assert!(text.contains("12.00") && text.contains("approved") && text.contains("customer’s copy"), "{text}");
    assert!(!text.contains("{\""), "{text}");
}

#[test]
fn a_wrong_port_charges_nothing_and_says_what_to_check() {
    let shop = Shop::with_wrong_port();
    let outcome = shop.json(&["sale", "100.00"]).ended_with(12).outcome();
    assert_eq!(outcome["outcome"], "not_charged");
    assert!(outcome["message"].as_str().is_some_and(|text| text.contains("port")), "{outcome}");
}

#[test]
fn an_unreachable_host_charges_nothing() {
    let shop = Shop::of_training();
    let fields = ["--set", "host=255.255.255.255", "--set", "poi_id=P1", "--set", "integration=light"];
    let arguments: Vec<&str> = ["terminal", "add", "far", "--protocol", "nexo"].into_iter().chain(fields).collect();
    shop.json(&arguments).ended_with(0);
    let outcome = shop.json(&["sale", "100.00"]).ended_with(12).outcome();
    assert_eq!(outcome["outcome"], "not_charged");
    assert!(outcome["message"].is_string());
}

#[test]
fn a_void_undoes_the_last_payment_once() {
    let shop = Shop::with_terminal(Wiring::Full);
    let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    let payment = sale["payment"].as_str().unwrap();
    let ended = shop.json(&["void", payment]);
    let void = ended.ended_with(0).outcome();
    assert_eq!(void["outcome"], "approved");
    assert_eq!(minor(&void), Some(10_000));
    assert_eq!(ended.event("started")["operation"], "void");
    assert_eq!(shop.history()[1]["of"], payment);
    assert_eq!(shop.json(&["void", payment]).ended_with(2).refusal(), "already-voided");
    shop.books_agree();
}

#[test]
fn only_the_last_payment_can_be_voided() {
    let shop = Shop::with_terminal(Wiring::Light);
    let first = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    shop.json(&["sale", "101.00"]).ended_with(0);
    let refused = shop.json(&["void", first["payment"].as_str().unwrap()]);
    assert_eq!(refused.ended_with(2).refusal(), "not-the-last");
}

#[test]
fn a_declined_payment_cannot_be_voided() {
    let shop = Shop::of_training();
    let sale = shop.json(&["sale", "100.51"]).ended_with(10).outcome();
    let refused = shop.json(&["void", sale["payment"].as_str().unwrap()]);
    assert_eq!(refused.ended_with(2).refusal(), "not-approved");
}

#[test]
fn a_refund_gives_back_no_more_than_was_taken() {
    let shop = Shop::with_terminal(Wiring::Full);
    let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    let payment = sale["payment"].as_str().unwrap();
    let refused = shop.json(&["refund", "100.01", "--of", payment]);
    assert_eq!(refused.ended_with(2).refusal(), "refund-too-large");
    let refused = shop.json(&["refund", "40.00", "--of", payment]);
    assert_eq!(refused.ended_with(2).refusal(), "no-refund-of-earlier");
    let refund = shop.json(&["refund", "40.00"]).ended_with(0).outcome();
    assert_eq!(minor(&refund), Some(4_000));
    assert_eq!(shop.history()[1]["operation"], "refund");
    shop.books_agree();
}

#[test]
fn what_nexo_lacks_is_a_clear_error() {
    let shop = Shop::of_training();
    assert_eq!(shop.json(&["preauth", "100.00"]).ended_with(2).refusal(), "not-able");
    let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    let payment = sale["payment"].as_str().unwrap();
    assert_eq!(shop.json(&["capture", payment]).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.json(&["tip", payment, "5.00"]).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.json(&["sale", "100.00", "--tip", "5"]).ended_with(2).refusal(), "no-tip");
    assert_eq!(shop.json(&["close-day", "--report", "z"]).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.json(&["gift", "activate", "100.00"]).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.json(&["gift", "reload", "100.00"]).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.json(&["sale", "100.00", "--tender", "debit"]).ended_with(2).refusal(), "no-tender");
    assert_eq!(shop.json(&["refund", "10.00", "--of", payment]).ended_with(2).refusal(), "no-refund-of-earlier");
    assert_eq!(shop.json(&["scan"]).ended_with(2).refusal(), "no-scanner");
    for prompt in [
        &["ask", "input", "--title", "Tip?", "--type", "amount", "--longest", "6"][..],
        &["ask", "choice", "--title", "Cup?", "--option", "Small", "--option", "Large"],
        &["ask", "signature"],
        &["show", "--line", "Espresso=3.20", "--line", "Thank you", "--title", "Corner Cafe"],
    ] {
        assert_eq!(shop.json(prompt).ended_with(2).refusal(), "no-prompt", "{prompt:?}");
    }
    let alone = ["ask", "choice", "--title", "Cup?", "--option", "Small"];
    assert_eq!(shop.json(&alone).ended_with(2).refusal(), "not-a-choice");
    assert_eq!(shop.json(&["show", "--line", "Espresso=dear"]).ended_with(2).refusal(), "not-an-amount");
    for gift in ["balance", "deactivate"] {
        assert_eq!(shop.json(&["gift", gift]).ended_with(2).refusal(), "not-able", "{gift}");
    }
    assert_eq!(shop.json(&["refund", "1.00", "--tender", "gift"]).ended_with(2).refusal(), "no-tender");
    assert_eq!(shop.history().len(), 1);
}

#[test]
fn a_code_goes_with_a_tender_and_is_read_from_standard_input() {
    let shop = Shop::of_training();
    assert_eq!(shop.json(&["sale", "100.00", "--code", "123"]).ended_with(2).refusal(), "usage");
    assert_eq!(shop.json(&["sale", "100.00", "--tender", "cash"]).ended_with(2).refusal(), "usage");
    let piped = |input: &str| {
        let arguments = ["sale", "100.00", "--tender", "wallet", "--code", "-", "--json"];
        Program::start(&mut shop.command(&arguments), input).end()
    };
    assert_eq!(piped("").ended_with(2).refusal(), "no-code");
    assert_eq!(piped("28763420\n").ended_with(2).refusal(), "no-tender");
    assert!(shop.history().is_empty());
}

#[test]
fn amounts_that_are_none_are_refused_before_anything_happens() {
    let shop = Shop::of_training();
    for (amount, code) in [
        ("0", "amount-not-positive"),
        ("0.00", "amount-not-positive"),
        ("-5", "amount-not-positive"),
        ("1.005", "too-many-decimals"),
        ("1.000", "too-many-decimals"),
        ("12,50", "not-an-amount"),
        ("ten", "not-an-amount"),
        ("1e3", "not-an-amount"),
        ("99999999999999999999", "amount-too-large"),
    ] {
        assert_eq!(shop.json(&["sale", amount]).ended_with(2).refusal(), code, "{amount}");
        assert_eq!(shop.json(&["sale", "10", "--cashback", amount]).ended_with(2).refusal(), code, "{amount}");
        assert_eq!(shop.json(&["refund", amount]).ended_with(2).refusal(), code, "{amount}");
    }
    assert!(shop.history().is_empty());
}
