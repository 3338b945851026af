//! What only Valor terminals do.

use super::harness::{Brand, Shop};
use super::minor;

fn shop(more: &[&str]) -> Shop {
    Shop::with_brand(Brand::Valor, "tcp", more)
}

#[test]
fn a_tip_goes_with_the_sale() {
    let shop = shop(&[]);
    let outcome = shop.json(&["sale", "100.00", "--tip", "12.50"]).ended_with(0).outcome();
    assert_eq!((minor(&outcome), outcome["tip_minor"].as_i64()), (Some(11_250), Some(1_250)));
    assert_eq!(shop.history()[0]["asked_minor"], 10_000);
    shop.every_payment_agrees();
}

#[test]
fn a_surcharge_is_booked() {
    let shop = shop(&[]);
    let outcome = shop.json(&["sale", "100.58"]).ended_with(0).outcome();
    assert_eq!((minor(&outcome), outcome["surcharge_minor"].as_i64()), (Some(10_460), Some(402)));
    shop.every_payment_agrees();
}

#[test]
fn a_capture_may_take_more_than_was_reserved() {
    let shop = shop(&[]);
    let held = shop.json(&["preauth", "100.00"]).ended_with(0).outcome();
    let capture = shop.json(&["capture", held["payment"].as_str().unwrap(), "115.00"]).ended_with(0).outcome();
    assert_eq!(minor(&capture), Some(11_500));
    shop.every_payment_agrees();
}

#[test]
fn the_day_is_closed_and_then_there_is_nothing_to_close() {
    for transport in ["tcp", "websocket"] {
        let shop = Shop::with_brand(Brand::Valor, transport, &[]);
        shop.json(&["sale", "100.00"]).ended_with(0);
        shop.json(&["sale", "20.00"]).ended_with(0);
        shop.json(&["sale", "30.51"]).ended_with(10);
        let closed = shop.json(&["close-day"]).ended_with(0).event("day_end");
        assert_eq!((&closed["verdict"], &closed["transactions"]), (&"closed".into(), &2.into()), "{closed}");
        assert_eq!((&closed["total"], &closed["total_minor"]), (&"120.00".into(), &12_000.into()), "{closed}");
        assert_eq!(closed["terminal"], "front");
        let again = shop.json(&["close-day"]).ended_with(0).event("day_end");
        assert_eq!(again["verdict"], "nothing_to_close", "{again}");
        shop.every_payment_agrees();
    }
}

#[cfg(unix)]
#[test]
fn what_the_terminal_told_of_its_day_is_kept_and_read_beside_a_running_program() {
    let shop = shop(&[]);
    assert_eq!(shop.json(&["close-day", "--report", "x"]).ended_with(2).refusal(), "not-able");
    shop.json(&["sale", "100.00"]).ended_with(0);
    let closed = shop.json(&["close-day"]).ended_with(0).event("day_end");
    assert_eq!((&closed["report"], closed.get("lines")), (&"end-of-day".into(), None), "{closed}");
    shop.json(&["close-day"]).ended_with(0);

    let mut serving = shop.start_json(&["serve"]);
    serving.event_with("link", |link| link["state"] == "online");
    let kept = shop.json(&["reports"]).ended_with(0).events_of("day_end");
    serving.interrupt();
    serving.end().ended_with(0);
    let verdicts: Vec<_> = kept.iter().map(|end| end["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["closed", "nothing_to_close"], "oldest first");
    assert_eq!(kept[0]["total_minor"], 10_000);
    assert!(kept.iter().all(|end| end["at"].as_str().is_some_and(|at| at.parse::<jiff::Timestamp>().is_ok())));

    let newest = shop.json(&["reports", "--limit", "1"]).ended_with(0).events_of("day_end");
    assert_eq!(newest, kept[1..]);
    assert!(shop.json(&["reports", "--terminal", "side"]).ended_with(0).lines.is_empty());
    let read = shop.run(&["reports", "--terminal", "front"]).ended_with(0).lines.join("\n");
    assert!(read.contains("front  end of day") && read.contains("Total: 100.00 USD"), "{read}");
}

#[test]
fn a_payment_of_a_closed_batch_cannot_be_voided_any_more() {
    let shop = shop(&[]);
    let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    shop.json(&["close-day"]).ended_with(0);
    // Its number names another customer's transaction as soon as the next one is made, so that nothing is sent.
    let void = shop.json(&["void", sale["payment"].as_str().unwrap()]).ended_with(12).outcome();
    assert!(void["message"].is_string());
    shop.every_payment_agrees();
}

#[test]
fn only_the_tenders_that_are_set_up_are_taken() {
    let plain = shop(&[]);
    plain.json(&["sale", "10.00", "--tender", "credit"]).ended_with(0);
    plain.json(&["sale", "20.00", "--tender", "debit"]).ended_with(0);
    for tender in ["ebt-food", "ebt-cash", "gift", "wallet"] {
        let refused = plain.json(&["sale", "10.00", "--tender", tender]);
        assert!(["no-tender", "no-code"].contains(&refused.ended_with(2).refusal().as_str()), "{tender}");
    }
    assert_eq!(plain.history().len(), 2);
    plain.every_payment_agrees();

    let all = shop(&["ebt=true", "gift=true"]);
    for tender in ["ebt-food", "ebt-cash", "gift"] {
        let outcome = all.json(&["sale", "10.00", "--tender", tender]).ended_with(0).outcome();
        assert_eq!(minor(&outcome), Some(1_000), "{tender} {outcome}");
    }
    all.every_payment_agrees();
}

#[test]
fn gift_cards_are_made_valid_and_filled_where_they_are_set_up() {
    let plain = shop(&[]);
    assert_eq!(plain.json(&["gift", "activate", "50.00"]).ended_with(2).refusal(), "not-able");
    let gift = shop(&["gift=true"]);
    for (word, operation) in [("activate", "activation"), ("reload", "reload")] {
        let ended = gift.json(&["gift", word, "50.00"]);
        assert_eq!(minor(&ended.ended_with(0).outcome()), Some(5_000));
        assert_eq!(ended.event("started")["operation"], operation);
    }
    gift.every_payment_agrees();
}

#[test]
fn what_valor_lacks_is_a_clear_error() {
    let shop = shop(&[]);
    let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    let payment = sale["payment"].as_str().unwrap();
    assert_eq!(shop.json(&["refund", "10.00", "--of", payment]).ended_with(2).refusal(), "no-refund-of-earlier");
    assert_eq!(shop.json(&["scan"]).ended_with(2).refusal(), "no-scanner");
    assert_eq!(shop.json(&["sale", "10.00", "--cashback", "5.00"]).ended_with(2).refusal(), "no-cashback");
    assert_eq!(shop.history().len(), 1);
}

#[test]
fn testing_a_terminal_says_what_it_is() {
    let shop = shop(&[]);
    let link = shop.json(&["terminal", "test", "front"]).ended_with(0).event("link");
    assert_eq!((&link["state"], &link["terminal"]), (&"online".into(), &"front".into()));
}
