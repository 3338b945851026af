//! `bill`: what is rung up at tables, paid in cash and on terminals, beside a running program.

use checkstand::domain::bill::TableLock;
use checkstand::domain::{BillChange, Currency};
use checkstand::journal::{Journal, JournalHandle};
use jiff::Timestamp;
use serde_json::Value;

use super::harness::{Ended, Shop, Wiring};
use super::minor;

/// A bill of 49.00 at table 5.
fn with_bill(shop: &Shop) -> Value {
    let open = ["bill", "open", "5", "--line", "Cappuccino=2x18.50@12%", "--line", "Tea=12", "--waiter", "Eva"];
    shop.json(&open).ended_with(0).event("bill")
}

/// What is paid, not known, and due of the bill at this table.
#[track_caller]
fn stands(shop: &Shop, table: &str, paid: i64, pending: i64, due: i64) -> Value {
    let bill = shop.json(&["bill", "show", table]).ended_with(0).event("bill");
    let told = |field: &str| bill[field].as_i64().unwrap_or(0);
    assert_eq!((told("paid_minor"), told("pending_minor"), told("due_minor")), (paid, pending, due), "{bill:#}");
    assert_eq!(paid + pending + due, told("total_minor"), "{bill:#}");
    bill
}

#[track_caller]
fn refused(shop: &Shop, arguments: &[&str], status: i32, code: &str) -> Ended {
    let ended = shop.json(arguments);
    assert_eq!(ended.ended_with(status).refusal(), code, "{arguments:?}");
    ended
}

/// A card machine at the tables locks this one.
fn lock(shop: &Shop, table: &str) {
    let lock = TableLock {
        machine: "70031204".to_owned(),
        terminal: "tables".to_owned(),
        waiter: None,
        since: Timestamp::now(),
    };
    let mut journal = Journal::open(shop.path()).unwrap();
    journal.lock_table(&table.parse().unwrap(), lock, Currency::SEK, Timestamp::now()).unwrap();
}

/// A window has this bill on its screen, or had it when it was gone.
fn take_up(shop: &Shop, table: &str) {
    let mut journal = Journal::open(shop.path()).unwrap();
    let bill = journal.find_bill(table).unwrap().bill.id;
    journal.change_bill(&bill, &[BillChange::TakenUp], Timestamp::now()).unwrap();
}

#[test]
fn a_bill_is_opened_listed_and_shown_with_everything_on_it() {
    let shop = Shop::of_training();
    let opened = with_bill(&shop);
    shop.json(&["bill", "open", "bar 2", "--line", "Beer=8.00", "Nuts=0.35x12.00"]).ended_with(0);
    let listed = shop.json(&["bill", "list"]).ended_with(0).events_of("bill");
    assert_eq!(listed.iter().map(|bill| bill["table"].as_str().unwrap()).collect::<Vec<_>>(), ["5", "bar 2"]);
    assert_eq!(listed[0], opened);
    assert_eq!(
        (&opened["total_minor"], &opened["paid_minor"], &opened["due_minor"]),
        (&4_900.into(), &0.into(), &4_900.into())
    );
    assert_eq!(listed[1]["total_minor"], 1_220);
    for absent in ["locked_by", "pending_minor", "taken_up", "lines"] {
        assert!(opened.get(absent).is_none(), "{absent} in {opened}");
    }
    let shown = shop.json(&["bill", "show", "5"]).ended_with(0).event("bill");
    let [coffee, tea] = shown["lines"].as_array().unwrap().as_slice() else { panic!("{shown:#}") };
    assert_eq!((&coffee["number"], &coffee["quantity"], &coffee["tax"]), (&1.into(), &"2".into(), &"12".into()));
    assert_eq!((&coffee["price_minor"], &coffee["total_minor"]), (&1_850.into(), &3_700.into()));
    assert_eq!((&tea["label"], &tea["tax"]), (&"Tea".into(), &"0".into()));
    assert_eq!(shown["taxes"][1]["tax_minor"], 396);
    // By its name too, and people read it on paper.
    let by_name = shop.run(&["bill", "show", opened["bill"].as_str().unwrap()]);
    let text = by_name.ended_with(0).lines.join("\n");
    assert!(text.contains("2 x Cappuccino") && text.contains("49.00 SEK") && text.contains("Eva"), "{text}");
}

#[test]
fn a_damaged_bill_is_named_and_the_others_are_listed() {
    let shop = Shop::of_training();
    with_bill(&shop);
    shop.json(&["bill", "open", "6", "--line", "Tea=12"]).ended_with(0);
    let connection = rusqlite::Connection::open(shop.path().join(checkstand::journal::FILE_NAME)).unwrap();
    connection.execute("UPDATE bills SET body = 'rubbish' WHERE seq = 1", []).unwrap();
    let listed = shop.json(&["bill", "list"]);
    let ended = listed.ended_with(1);
    assert_eq!(ended.events_of("bill").iter().map(|bill| bill["table"].clone()).collect::<Vec<_>>(), ["6"]);
    assert!(ended.event("error")["message"].as_str().unwrap().contains("-B1"));
}

#[test]
fn a_bill_is_changed_line_by_line_and_discounted_and_tipped() {
    let shop = Shop::of_training();
    with_bill(&shop);
    let total = |arguments: &[&str]| {
        let arguments = [&["bill"], arguments].concat();
        shop.json(&arguments).ended_with(0).event("bill")["total_minor"].as_i64().unwrap()
    };
    assert_eq!(total(&["add", "5", "--line", "Wine=2x60"]), 16_900);
    assert_eq!(total(&["void-line", "5", "2"]), 15_700);
    assert_eq!(total(&["discount", "5", "10%"]), 14_130);
    assert_eq!(total(&["discount", "5", "20.00", "--line", "3"]), 12_330);
    assert_eq!(total(&["discount", "5", "none"]), 13_700);
    assert_eq!(total(&["tip", "5", "13"]), 15_000);
    assert_eq!(total(&["tip", "5", "0"]), 13_700);
    assert_eq!(total(&["move", "5", "12"]), 13_700);
    refused(&shop, &["bill", "show", "5"], 2, "unknown");
    let removed = shop.json(&["bill", "remove", "12"]).ended_with(0).event("bill");
    assert_eq!(removed["state"], "removed");
    assert!(shop.json(&["bill", "list"]).ended_with(0).lines.is_empty());
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let shop = Shop::of_training();
    let before = with_bill(&shop);
    for (arguments, code) in [
        (&["open", "5", "--line", "A=1"][..], "table-taken"),
        (&["open", "a table too long", "--line", "A=1"], "table-name"),
        (&["open", "6", "--line", "A"], "not-a-line"),
        (&["open", "6", "--line", "A=one"], "not-an-amount"),
        (&["open", "6", "--line", "A=1.005"], "too-many-decimals"),
        (&["open", "6", "--line", "A=-1"], "negative-amount"),
        (&["open", "6", "--line", "A=0x1"], "not-a-quantity"),
        (&["open", "6", "--line", "A=1@101%"], "not-a-tax-rate"),
        (&["open", "6", "--line", "=1"], "no-label"),
        (&["open", "6", "--line", "A=1", "--currency", "XYZ"], "no-such-currency"),
        (&["open", "6"], "usage"),
        (&["add", "9", "--line", "A=1"], "unknown"),
        (&["void-line", "5", "7"], "no-such-line"),
        (&["discount", "5", "49.01"], "negative-total"),
        (&["discount", "5", "-1"], "negative-amount"),
        (&["discount", "5", "much%"], "not-a-discount"),
        (&["tip", "5", "-1"], "negative-amount"),
        (&["merge", "5", "5"], "itself"),
        (&["merge", "5", "9"], "unknown"),
        (&["close", "5"], "still-due"),
        (&["unlock", "5", "--by", "Ada", "--reason", "forgotten"], "not-locked"),
        (&["pay", "5", "49.01", "--cash", "50"], "more-than-due"),
        (&["pay", "5", "-1", "--cash", "50"], "amount-not-positive"),
        (&["pay", "5", "--cash", "48"], "given-too-little"),
        (&["pay", "5", "--lines", "1,7", "--cash", "50"], "no-such-line"),
        (&["pay", "5", "--split", "0", "--cash", "50"], "usage"),
        (&["pay", "5", "10", "--split", "2"], "usage"),
        (&["receipt", "9"], "unknown"),
    ] {
        let arguments = [&["bill"], arguments].concat();
        let ended = shop.json(&arguments);
        assert_eq!(ended.ended_with(2).refusal(), code, "{arguments:?}");
    }
    assert_eq!(shop.json(&["bill", "list"]).ended_with(0).events_of("bill"), [before]);
    assert!(shop.history().is_empty());
    refused(&shop, &["terminal", "add", "cash", "--protocol", "nexo"], 2, "name-reserved");
}

#[test]
fn cash_gives_change_closes_the_bill_and_is_on_its_receipt() {
    let shop = Shop::of_training();
    let bill = with_bill(&shop);
    let first = shop.json(&["bill", "pay", "5", "20", "--cash", "50"]);
    let outcome = first.ended_with(0).event("outcome");
    assert_eq!(
        (&outcome["terminal"], &outcome["change_minor"], &outcome["outcome"]),
        (&"cash".into(), &3_000.into(), &"approved".into())
    );
    assert_eq!(minor(&outcome), Some(2_000));
    assert_eq!(first.event("bill")["due_minor"], 2_900);
    refused(&shop, &["bill", "remove", "5"], 2, "partly-paid");
    refused(&shop, &["bill", "discount", "5", "40"], 2, "below-paid");
    let last = shop.json(&["bill", "pay", "5", "--cash", "29"]).ended_with(0).event("bill");
    assert_eq!((&last["state"], &last["due_minor"]), (&"closed".into(), &0.into()));
    assert!(shop.json(&["bill", "list"]).ended_with(0).lines.is_empty());
    let receipt = shop.json(&["bill", "receipt", "5", "--columns", "32"]).ended_with(0).event("receipt");
    assert_eq!((&receipt["bill"], &receipt["copy"]), (&bill["bill"], &"paid".into()));
    let lines: Vec<&str> = receipt["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(lines.iter().all(|line| line.chars().count() <= 32), "{lines:#?}");
    assert!(lines.iter().any(|line| line.starts_with("  Change ") && line.ends_with(" 30.00")), "{lines:#?}");
    let history = shop.history();
    assert_eq!(history.len(), 2);
    assert!(
        history.iter().all(|payment| payment["bill"] == bill["bill"] && payment["terminal"] == "cash"),
        "{history:#?}"
    );
    refused(&shop, &["bill", "pay", bill["bill"].as_str().unwrap(), "--cash", "1"], 2, "not-open");
    // Nothing trips over the drawer.
    shop.json(&["status", history[0]["payment"].as_str().unwrap()]).ended_with(0);
    refused(&shop, &["tip", history[0]["payment"].as_str().unwrap(), "1"], 2, "not-able");
    refused(&shop, &["sale", "1", "--terminal", "cash"], 2, "unknown-terminal");
}

#[test]
fn splits_and_lines_pay_the_bill_to_the_last_unit() {
    let shop = Shop::of_training();
    with_bill(&shop);
    for (parts, paid) in [("3", 1_634), ("2", 1_633), ("1", 1_633)] {
        let outcome = shop.json(&["bill", "pay", "5", "--split", parts, "--cash", "50"]).ended_with(0).event("outcome");
        assert_eq!(minor(&outcome), Some(paid));
    }
    with_bill(&shop);
    for (line, paid) in [("2", 1_200), ("1", 3_700)] {
        let outcome = shop.json(&["bill", "pay", "5", "--lines", line, "--cash", "50"]).ended_with(0).event("outcome");
        assert_eq!(minor(&outcome), Some(paid));
        refused(
            &shop,
            &["bill", "pay", "5", "--lines", "2", "--cash", "50"],
            2,
            if line == "2" { "no-such-line" } else { "unknown" },
        );
    }
}

#[test]
fn cash_goes_back_out_of_the_drawer_and_opens_the_bill_again() {
    let shop = Shop::of_training();
    let bill = with_bill(&shop)["bill"].clone();
    let name = bill.as_str().unwrap();
    shop.json(&["bill", "pay", "5", "20", "--cash", "20"]).ended_with(0);
    shop.json(&["bill", "pay", "5", "--cash", "50"]).ended_with(0);
    let payments = shop.history();
    let [first, second] = [0, 1].map(|place: usize| payments[place]["payment"].as_str().unwrap());
    let part = shop.json(&["refund", "5.00", "--of", second]).ended_with(0).outcome();
    assert_eq!((&part["terminal"], minor(&part)), (&"cash".into(), Some(500)));
    stands(&shop, "5", 4_400, 0, 500);
    assert_eq!(shop.json(&["void", first]).ended_with(0).outcome()["terminal"], "cash");
    let shown = stands(&shop, name, 2_400, 0, 2_500);
    assert_eq!(shown["payments"].as_array().unwrap().len(), 4);
    refused(&shop, &["refund", "24.01", "--of", second], 2, "refund-too-large");
    refused(&shop, &["void", first], 2, "refund-too-large");
    shop.json(&["bill", "pay", "5", "--cash", "25"]).ended_with(0);
    assert_eq!(stands(&shop, name, 4_900, 0, 0)["state"], "closed");
}

#[test]
fn a_terminal_takes_what_is_due_and_a_void_opens_the_bill_again() {
    let shop = Shop::with_terminal(Wiring::Full);
    let bill = with_bill(&shop);
    assert!(bill.get("training").is_none());
    let ended = shop.json(&["bill", "pay", "5", "29", "--reference", "order 7"]);
    let outcome = ended.ended_with(0).event("outcome");
    assert_eq!(ended.event("started")["terminal"], "front");
    assert_eq!(minor(&outcome), Some(2_900));
    assert_eq!(
        (&ended.event("bill")["due_minor"], &ended.events().last().unwrap()["event"]),
        (&2_000.into(), &"bill".into())
    );
    shop.json(&["bill", "pay", "5", "--cash", "20"]).ended_with(0);
    let name = bill["bill"].as_str().unwrap();
    assert_eq!(stands(&shop, name, 4_900, 0, 0)["state"], "closed");
    let voided = shop.json(&["void", outcome["payment"].as_str().unwrap()]).ended_with(0).outcome();
    assert_eq!(voided["outcome"], "approved");
    let shown = stands(&shop, "5", 2_000, 0, 2_900);
    assert_eq!(shown["payments"][0]["voided_by"], voided["payment"]);
}

#[test]
fn what_was_approved_in_part_leaves_the_rest_due() {
    let shop = Shop::with_terminal(Wiring::Light);
    shop.json(&["bill", "open", "5", "--line", "Dinner=100.56"]).ended_with(0);
    let outcome = shop.json(&["bill", "pay", "5"]).ended_with(0).event("outcome");
    assert_eq!(minor(&outcome), Some(5_028));
    stands(&shop, "5", 5_028, 0, 5_028);
    shop.json(&["bill", "pay", "5", "50.28"]).ended_with(0);
    shop.books_agree();
}

#[cfg(unix)]
#[test]
fn an_interrupt_cancels_the_payment_and_leaves_the_bill_due() {
    let shop = Shop::of_training();
    shop.json(&["bill", "open", "5", "--line", "Dinner=100.70"]).ended_with(0);
    let mut paying = shop.start_json(&["bill", "pay", "5"]);
    paying.until_card_wanted();
    stands(&shop, "5", 0, 10_070, 0);
    paying.interrupt();
    let ended = paying.end();
    assert_eq!(ended.ended_with(11).event("outcome")["outcome"], "cancelled");
    assert_eq!(ended.event("bill")["due_minor"], 10_070);
}

#[test]
fn people_read_their_change_and_what_is_still_due_on_paper() {
    let shop = Shop::of_training();
    with_bill(&shop);
    let receipt = shop.json(&["bill", "receipt", "5"]).ended_with(0).event("receipt");
    assert_eq!(receipt["copy"], "to_pay");
    let paid = shop.run(&["bill", "pay", "5", "20", "--cash", "50"]).ended_with(0).lines.join("\n");
    assert!(paid.contains("Change: 30.00 SEK") && paid.contains("due 29.00") && !paid.contains("{\""), "{paid}");
    let paper = shop.run(&["bill", "receipt", "5"]).ended_with(0).lines.join("\n");
    assert!(paper.contains("TO PAY                           29.00 SEK"), "{paper}");
    shop.json(&["bill", "discount", "5", "--line", "2", "50%"]).ended_with(0);
    stands(&shop, "5", 2_000, 0, 2_300);
}

#[test]
fn a_declined_payment_leaves_the_bill_as_it_was() {
    let shop = Shop::with_terminal(Wiring::Light);
    shop.json(&["bill", "open", "5", "--line", "Dinner=100.51"]).ended_with(0);
    assert_eq!(shop.json(&["bill", "pay", "5"]).ended_with(10).event("outcome")["outcome"], "declined");
    stands(&shop, "5", 0, 0, 10_051);
    shop.json(&["bill", "remove", "5"]).ended_with(0);
}

#[test]
fn a_payment_in_doubt_keeps_its_part_neither_paid_nor_due_until_a_person_decides() {
    std::thread::scope(|scope| {
        for (decided, paid) in [("paid", 10_074), ("not-paid", 0)] {
            scope.spawn(move || decided_later(decided, paid));
        }
    });
}

fn decided_later(decided: &str, paid: i64) {
    let shop = Shop::with_terminal(Wiring::Light);
    shop.json(&["bill", "open", "5", "--line", "Dinner=100.74", "Wine=20"]).ended_with(0);
    let ended = shop.json(&["bill", "pay", "5", "--lines", "1"]);
    let payment = ended.ended_with(13).event("outcome")["payment"].as_str().unwrap().to_owned();
    assert_eq!(ended.event("bill")["pending_minor"], 10_074);
    stands(&shop, "5", 0, 10_074, 2_000);
    refused(&shop, &["bill", "pay", "5", "20.01", "--cash", "50"], 2, "more-than-due");
    refused(&shop, &["bill", "pay", "5", "--lines", "1", "--cash", "200"], 2, "no-such-line");
    refused(&shop, &["bill", "remove", "5"], 2, "partly-paid");
    refused(&shop, &["bill", "void-line", "5", "1"], 2, "below-paid");
    shop.json(&["bill", "pay", "5", "--cash", "20"]).ended_with(0);
    assert_eq!(stands(&shop, "5", 2_000, 10_074, 0)["state"], "open");
    shop.json(&["resolve", &payment, "--as", decided, "--by", "Ada", "--reason", "its slip"]).ended_with(0);
    let bill = shop.history()[0]["bill"].as_str().unwrap().to_owned();
    let shown = stands(&shop, &bill, 2_000 + paid, 0, 10_074 - paid);
    assert_eq!(shown["state"], if decided == "paid" { "closed" } else { "open" });
}

#[test]
fn training_money_and_real_money_and_other_currencies_do_not_mix() {
    let shop = Shop::of_training();
    with_bill(&shop);
    shop.add("front", 9, 9, Wiring::Light).ended_with(0);
    // What was opened in training stays that.
    refused(&shop, &["bill", "pay", "5", "--terminal", "front"], 2, "training");
    shop.json(&["bill", "open", "6", "--line", "Tea=12"]).ended_with(0);
    refused(&shop, &["bill", "pay", "6", "--terminal", "training"], 2, "training");
    refused(&shop, &["bill", "merge", "5", "6"], 2, "training");
    let open =
        shop.json(&["bill", "open", "7", "--line", "Tea=1.250", "--currency", "kwd"]).ended_with(0).event("bill");
    assert_eq!((&open["currency"], &open["total_minor"]), (&"KWD".into(), &1_250.into()));
    refused(&shop, &["bill", "pay", "7"], 2, "other-currency");
    refused(&shop, &["bill", "merge", "7", "6"], 2, "other-currency");
    assert!(shop.history().is_empty());
    shop.json(&["bill", "pay", "5", "--terminal", "training"]).ended_with(0);
}

#[test]
fn merged_bills_bring_their_payments() {
    let shop = Shop::of_training();
    let from = with_bill(&shop);
    shop.json(&["bill", "open", "6", "--line", "Cake=30"]).ended_with(0);
    shop.json(&["bill", "pay", "5", "40", "--cash", "40"]).ended_with(0);
    let merged = shop.json(&["bill", "merge", "5", "6"]).ended_with(0).event("bill");
    assert_eq!(
        (&merged["total_minor"], &merged["paid_minor"], &merged["due_minor"]),
        (&7_900.into(), &4_000.into(), &3_900.into())
    );
    let gone = shop.json(&["bill", "show", from["bill"].as_str().unwrap()]).ended_with(0).event("bill");
    assert_eq!((&gone["state"], &gone["merged_into"]), (&"merged".into(), &merged["bill"]));
    shop.json(&["bill", "pay", "6", "--cash", "39"]).ended_with(0);
    let payment = shop.history()[0]["payment"].as_str().unwrap().to_owned();
    shop.json(&["void", &payment]).ended_with(0);
    stands(&shop, "6", 3_900, 0, 4_000);
}

#[test]
fn a_bill_that_comes_to_nothing_is_closed_by_hand() {
    let shop = Shop::of_training();
    with_bill(&shop);
    shop.json(&["bill", "discount", "5", "100%"]).ended_with(0);
    refused(&shop, &["bill", "pay", "5", "--cash", "0"], 2, "nothing-due");
    assert_eq!(shop.json(&["bill", "close", "5"]).ended_with(0).event("bill")["state"], "closed");
}

#[test]
fn a_locked_table_is_left_alone_until_a_named_person_lifts_the_lock() {
    let shop = Shop::with_wrong_port();
    with_bill(&shop);
    lock(&shop, "5");
    assert_eq!(stands(&shop, "5", 0, 0, 4_900)["locked_by"], "70031204");
    for arguments in [
        &["bill", "add", "5", "--line", "A=1"][..],
        &["bill", "pay", "5", "--cash", "50"],
        &["bill", "pay", "5"],
        &["bill", "move", "5", "6"],
        &["bill", "remove", "5"],
    ] {
        refused(&shop, arguments, 2, "locked");
    }
    refused(&shop, &["bill", "unlock", "5", "--reason", "broken"], 2, "usage");
    refused(&shop, &["bill", "unlock", "5", "--by", " ", "--reason", "broken"], 2, "no-name");
    assert_eq!(stands(&shop, "5", 0, 0, 4_900)["locked_by"], "70031204");
    let lifted = shop.json(&["bill", "unlock", "5", "--by", "Åsa", "--reason", "it was dropped"]);
    assert!(lifted.ended_with(0).event("bill").get("locked_by").is_none());
    assert!(lifted.errors.contains("70031204") && lifted.errors.contains("may still take money"), "{}", lifted.errors);
    shop.json(&["bill", "pay", "5", "--cash", "50"]).ended_with(0);
}

#[cfg(unix)]
#[test]
fn beside_a_running_program_bills_are_worked_on_except_those_on_its_screen() {
    let shop = Shop::of_training();
    with_bill(&shop);
    let mut running = shop.start_json(&["sale", "100.70"]);
    running.until_card_wanted();
    shop.json(&["bill", "open", "6", "--line", "Tea=12"]).ended_with(0);
    shop.json(&["bill", "add", "6", "--line", "Cake=30"]).ended_with(0);
    shop.json(&["bill", "pay", "6", "10", "--cash", "10"]).ended_with(0);
    refused(&shop, &["bill", "pay", "6"], 2, "locked");
    take_up(&shop, "5");
    assert_eq!(stands(&shop, "5", 0, 0, 4_900)["taken_up"], true);
    for arguments in [
        &["bill", "add", "5", "--line", "A=1"][..],
        &["bill", "pay", "5", "--cash", "50"],
        &["bill", "pay", "5"],
        &["bill", "merge", "5", "6"],
        &["bill", "remove", "5"],
    ] {
        refused(&shop, arguments, 2, "taken-up");
    }
    running.kill();
    // Whoever had it on the screen is gone.
    assert!(shop.json(&["bill", "add", "5", "--line", "A=1"]).ended_with(0).event("bill").get("taken_up").is_none());
    stands(&shop, "5", 0, 0, 5_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_program_sees_what_the_command_line_did() {
    let shop = Shop::of_training();
    let running = JournalHandle::start(Journal::open(shop.path()).unwrap());
    let mut changes = running.changes();
    let seen = *changes.borrow_and_update();
    let shop = tokio::task::spawn_blocking(move || {
        with_bill(&shop);
        shop
    });
    let shop = shop.await.unwrap();
    changes.wait_for(|now| *now > seen).await.unwrap();
    let open = running.read(Journal::open_bills).await.unwrap().unwrap();
    assert_eq!(open[0].bill.table.as_ref().unwrap().as_str(), "5");
    drop(shop);
}
