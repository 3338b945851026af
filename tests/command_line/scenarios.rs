//! The scenario table of DESIGN section 6, row by row.

use super::harness::{Shop, Wiring};
use super::minor;

/// One row of the scenario table on every wiring: exit status, outcome, and what was taken, if anything.
fn scenario(amount: &str, more: &[&str], status: i32, verdict: &str, taken: Option<i64>) {
    for wiring in [Wiring::Full, Wiring::Light] {
        let shop = Shop::with_terminal(wiring);
        let arguments: Vec<&str> = ["sale", amount].iter().chain(more).copied().collect();
        let ended = shop.json(&arguments);
        let outcome = ended.ended_with(status).outcome();
        assert_eq!(outcome["outcome"], verdict, "{wiring:?} {outcome}");
        assert_eq!(minor(&outcome), taken, "{wiring:?} {outcome}");
        shop.books_agree();
    }
}

#[test]
fn contactless_is_approved() {
    scenario("100.50", &[], 0, "approved", Some(10_050));
}

#[test]
fn a_decline_ends_with_10() {
    scenario("100.51", &[], 10, "declined", None);
}

#[test]
fn a_decline_for_funds_ends_with_10() {
    scenario("100.52", &[], 10, "declined", None);
}

#[test]
fn the_customers_cancel_ends_with_11() {
    scenario("100.53", &[], 11, "cancelled", None);
}

#[test]
fn a_card_that_never_comes_ends_with_11() {
    scenario("100.54", &[], 11, "cancelled", None);
}

#[test]
fn an_accepted_signature_is_an_approval() {
    scenario("100.55", &["--answer", "accept"], 0, "approved", Some(10_055));
}

#[test]
fn a_rejected_signature_takes_nothing() {
    for wiring in [Wiring::Full, Wiring::Light] {
        let shop = Shop::with_terminal(wiring);
        let ended = shop.json(&["sale", "100.55", "--answer", "reject"]);
        let outcome = ended.ended_with(12).outcome();
        assert_eq!(outcome["outcome"], "not_charged", "{wiring:?} {outcome}");
        assert_eq!(minor(&outcome), None);
        let question = ended.event("question");
        assert_eq!(question["kind"], "signature");
        assert!(question["id"].is_u64());
        // Only in the light style it is the till that waits.
        let seconds = question["seconds"].as_u64();
        assert!(if wiring == Wiring::Light { seconds > Some(880) } else { seconds.is_none() }, "{question}");
        shop.books_agree();
    }
}

#[test]
fn half_of_the_amount_is_booked_as_half() {
    let shop = Shop::with_terminal(Wiring::Full);
    let outcome = shop.json(&["sale", "100.56"]).ended_with(0).outcome();
    assert_eq!(minor(&outcome), Some(5_028), "{outcome}");
    assert_eq!(outcome["amount"], "50.28");
    assert!(outcome["message"].is_string());
    assert_eq!(shop.history()[0]["asked_minor"], 10_056);
    shop.books_agree();
}

#[test]
fn a_tip_given_on_the_terminal_is_booked() {
    let shop = Shop::with_terminal(Wiring::Full);
    let outcome = shop.json(&["sale", "100.57"]).ended_with(0).outcome();
    let tip = outcome["tip_minor"].as_i64().unwrap();
    assert!((1_005..=1_006).contains(&tip), "{outcome}");
    assert_eq!(minor(&outcome), Some(10_057 + tip));
    shop.books_agree();
}

#[test]
fn a_surcharge_is_booked() {
    let shop = Shop::with_terminal(Wiring::Full);
    let outcome = shop.json(&["sale", "100.58"]).ended_with(0).outcome();
    let surcharge = outcome["surcharge_minor"].as_i64().unwrap();
    assert!((402..=403).contains(&surcharge), "{outcome}");
    assert_eq!(minor(&outcome), Some(10_058 + surcharge));
    shop.books_agree();
}

#[test]
fn cashback_comes_on_top() {
    let shop = Shop::with_terminal(Wiring::Full);
    let outcome = shop.json(&["sale", "100.00", "--cashback", "50"]).ended_with(0).outcome();
    assert_eq!(minor(&outcome), Some(15_000), "{outcome}");
    assert_eq!(outcome["cashback_minor"], 5_000);
    shop.books_agree();
}

#[test]
fn an_approval_behind_a_lost_line_is_found() {
    scenario("100.61", &[], 0, "approved", Some(10_061));
}

#[test]
fn a_decline_behind_a_lost_line_is_found() {
    scenario("100.62", &[], 10, "declined", None);
}

#[test]
fn a_request_that_never_arrived_was_not_charged() {
    scenario("100.63", &[], 12, "not_charged", None);
}

#[test]
fn a_busy_terminal_charges_nothing() {
    scenario("100.67", &[], 12, "not_charged", None);
}

#[test]
fn a_terminal_that_is_not_ready_charges_nothing() {
    scenario("100.68", &[], 12, "not_charged", None);
}

#[test]
fn a_terminal_without_its_host_charges_nothing() {
    let shop = Shop::with_terminal(Wiring::Full);
    let outcome = shop.json(&["sale", "100.69"]).ended_with(12).outcome();
    assert_eq!(outcome["outcome"], "not_charged");
    assert!(shop.ledger().is_empty());
}

#[test]
fn a_slow_terminal_is_waited_for() {
    scenario("100.71", &[], 0, "approved", Some(10_071));
}

#[test]
fn an_answer_about_another_payment_is_not_taken_for_ours() {
    scenario("100.72", &[], 0, "approved", Some(10_072));
}

#[test]
fn odd_spelling_and_single_byte_pieces_are_understood() {
    scenario("100.73", &[], 0, "approved", Some(10_073));
}

#[test]
fn a_wish_for_maintenance_does_not_disturb_an_approval() {
    scenario("100.75", &[], 0, "approved", Some(10_075));
}

#[cfg(unix)]
#[test]
fn ctrl_c_cancels_a_payment_that_waits_for_the_card() {
    let shop = Shop::with_terminal(Wiring::Full);
    let mut program = shop.start_json(&["sale", "100.70"]);
    program.until_card_wanted();
    program.interrupt();
    let outcome = program.end().ended_with(11).event("outcome");
    assert_eq!(outcome["outcome"], "cancelled");
    assert!(shop.ledger().is_empty());
}

/// A terminal that is still busy with the login may say so before it hears of the cancel.
#[cfg(unix)]
#[test]
fn ctrl_c_right_after_the_start_charges_nothing() {
    for wiring in [Wiring::Full, Wiring::Light] {
        let shop = Shop::with_terminal(wiring);
        let mut program = shop.start_json(&["sale", "100.70"]);
        program.event("started");
        program.interrupt();
        let outcome = program.end().event("outcome");
        assert!(["cancelled", "not_charged"].contains(&outcome["outcome"].as_str().unwrap()), "{wiring:?} {outcome}");
        assert!(shop.ledger().is_empty());
    }
}

#[cfg(unix)]
#[test]
fn the_order_to_end_cancels_like_ctrl_c() {
    let shop = Shop::with_terminal(Wiring::Full);
    let mut program = shop.start_json(&["sale", "100.70"]);
    program.until_card_wanted();
    program.terminate();
    program.end().ended_with(11);
}

#[cfg(unix)]
#[test]
fn an_approval_after_a_cancel_is_an_approval() {
    for amount in ["100.65", "100.66"] {
        let shop = Shop::with_terminal(Wiring::Full);
        let mut program = shop.start_json(&["sale", amount]);
        program.until_card_wanted();
        program.interrupt();
        let outcome = program.end().ended_with(0).event("outcome");
        assert_eq!(outcome["outcome"], "approved", "{outcome}");
        assert!(outcome["message"].is_string(), "{outcome}");
        shop.books_agree();
    }
}
