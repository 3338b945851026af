//! What is rung up and how it is paid, with a real journal behind the window.

use checkstand::domain::PaymentEvent;
use checkstand::domain::bill::{BillStage, Hold, Quantity};

use super::bench::{Bench, training};
use super::*;

/// Label, quantity in thousandths, and price of each line that stands.
fn lines(bench: &Bench) -> Vec<(String, i64, i64)> {
    let bill = bench.newest().bill;
    bill.standing_lines().map(|line| (line.label.clone(), line.quantity.thousandths(), line.price_minor)).collect()
}

fn item(quantity: i64, price: i64) -> (String, i64, i64) {
    ("Item".to_owned(), quantity, price)
}

#[test]
fn the_first_line_opens_a_durable_bill_and_the_total_is_always_in_sight() {
    let mut bench = Bench::new();
    bench.typewrite("250+");
    assert_eq!(lines(&bench), [item(1_000, 250)]);
    assert!(bench.hand.sees("2.50 SEK") && bench.hand.sees("Bill  ·  To pay"));
    assert_eq!(bench.newest().bill.held, Some(Hold::Till));
    bench.typewrite("3*1000+");
    assert_eq!(lines(&bench), [item(1_000, 250), item(3_000, 1_000)]);
    assert!(bench.hand.sees("32.50 SEK") && bench.hand.sees("3 ×"));
    assert_eq!(bench.open().len(), 1);
}

#[test]
fn lines_are_rung_up_with_a_finger_alone() {
    let mut bench = Bench::new();
    for key in ["pad-2", "pad-times", "pad-5", "pad-00", "pad-add"] {
        bench.click(key);
    }
    bench.click("pad-7");
    bench.click("pad-00");
    bench.click("pad-add");
    assert_eq!(lines(&bench), [item(2_000, 500), item(1_000, 700)]);
    bench.click("start");
    assert_eq!(bench.requests()[0].1.amount, kr(1_700));
}

#[test]
fn fast_typing_is_neither_lost_nor_reordered_while_the_disk_is_slow() {
    let mut bench = Bench::new();
    for price in 1..=20 {
        bench.type_ahead(&format!("{price}00+"));
    }
    assert!(bench.hand.sees("210.00 SEK"), "the total runs ahead of the disk");
    bench.catch_up();
    let expected: Vec<_> = (1..=20).map(|price| item(1_000, price * 100)).collect();
    assert_eq!(lines(&bench), expected);
    assert_eq!(bench.open().len(), 1);
}

#[test]
fn enter_behind_a_line_that_is_not_written_yet_pays_that_line_too() {
    let mut bench = Bench::new();
    bench.type_ahead("100+200+");
    bench.tap_ahead(Named::Enter);
    bench.tap_ahead(Named::Enter);
    assert!(bench.requests().is_empty(), "nothing moves before the bill is on disk");
    bench.catch_up();
    let requests = bench.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].1.amount, kr(300));
    assert_eq!(requests[0].1.bill.as_ref().unwrap().bill, bench.newest().bill.id);
}

#[test]
fn a_plain_sale_is_as_quick_as_it_was_and_makes_no_bill() {
    let mut bench = Bench::new();
    bench.typewrite("1250");
    bench.tap(Named::Enter);
    let requests = bench.requests();
    assert_eq!((requests.len(), requests[0].1.amount, &requests[0].1.bill), (1, kr(1250), &None));
    assert!(bench.open().is_empty());
}

#[test]
fn a_bill_is_paid_by_card_shows_its_receipt_and_the_next_customer_begins() {
    let mut bench = Bench::new();
    bench.typewrite("250+750+");
    bench.tap(Named::Enter);
    bench.tap(Named::Enter);
    bench.approves(1_000);
    assert_eq!(bench.newest().bill.stage, BillStage::Closed);
    assert!(bench.hand.sees("APPROVED") && bench.hand.sees_part("10.00 SEK paid, 0.00 SEK still to pay"));
    bench.tap(Named::Enter);
    assert!(bench.hand.sees("Next customer  Enter") && bench.hand.sees_part("TOTAL"));
    bench.typewrite("5");
    assert!(bench.hand.sees("0.05 SEK") && !bench.hand.has("next"));
}

#[test]
fn a_digit_behind_an_approval_goes_straight_to_the_next_customer() {
    let mut bench = Bench::new();
    bench.typewrite("250+");
    bench.tap(Named::Enter);
    bench.approves(250);
    bench.typewrite("7");
    assert!(bench.hand.sees("0.07 SEK") && !bench.hand.has("next"));
}

#[test]
fn a_partial_approval_leaves_the_rest_due_and_the_screen_goes_on_with_it() {
    let mut bench = Bench::new();
    bench.typewrite("10000+");
    bench.tap(Named::Enter);
    bench.approves(5_000);
    assert!(bench.hand.sees("Only a part was taken. Still to pay: 50.00 SEK"));
    bench.tap(Named::Enter);
    assert!(bench.hand.sees("Paid 50.00 SEK"));
    bench.tap(Named::Enter);
    bench.approves(5_000);
    assert_eq!(bench.newest().bill.stage, BillStage::Closed);
}

#[test]
fn a_payment_in_doubt_is_neither_paid_nor_due_and_the_rest_is_paid_elsewhere() {
    let mut bench = Bench::new();
    bench.typewrite("10000+4000");
    bench.tap(Named::Enter);
    let doubt = bench.doubts();
    bench.click("new");
    assert!(bench.hand.sees_part("Not known yet: 40.00 SEK") && bench.hand.sees("60.00 SEK"));
    bench.tap(Named::Enter);
    assert!(bench.requests().is_empty(), "that terminal is not free");
    bench.other_terminal();
    bench.tap(Named::Enter);
    assert_eq!(bench.requests()[0].0, "back");
    bench.hand.tell(desk::Message::Started("back".to_owned(), Err(Refusal::Gone)));
    bench.tap(Named::PageUp);
    bench.tap(Named::Enter);
    assert_eq!(bench.newest().settlement.paid_minor, 6_000);
    assert_eq!(bench.newest().bill.stage, BillStage::Open, "nobody knows yet");
    bench.tap(Named::Enter);
    bench.click("park-bill");
    bench.click("park-aside");
    assert!(!bench.hand.has("edit-bill"), "the next customer begins");
    bench.ends(&doubt, PaymentEvent::Approved, approved(4_000));
    assert_eq!(bench.newest().bill.stage, BillStage::Closed);
}

#[test]
fn a_quick_amount_takes_cash_with_one_press_and_two_presses_take_it_once() {
    let mut bench = Bench::new();
    bench.typewrite("745+");
    bench.tap(Named::PageUp);
    let effects = bench.hand.press_without_a_look_between("cash-1000", 2);
    assert_eq!(effects.iter().filter(|effect| matches!(effect, Effect::Bill(..))).count(), 1, "{effects:?}");
}

#[test]
fn cash_for_a_plain_amount_makes_a_bill_of_one_line() {
    let mut bench = Bench::new();
    bench.typewrite("1250");
    bench.tap_ahead(Named::PageUp);
    assert!(bench.hand.sees("To pay in cash") && bench.hand.sees("12.50 SEK"));
    bench.tap_ahead(Named::Enter);
    bench.catch_up();
    let account = bench.newest();
    assert_eq!((account.bill.stage.clone(), account.settlement.paid_minor), (BillStage::Closed, 1_250));
    assert_eq!(account.bill.lines.len(), 1);
}

#[test]
fn the_last_line_voided_is_no_bill_any_more() {
    let mut bench = Bench::new();
    bench.typewrite("1000+");
    bench.tap(Named::ArrowDown);
    bench.tap(Named::Delete);
    assert!(bench.open().is_empty() && bench.hand.has("sale"));
    bench.typewrite("1000+");
    bench.click("remove-bill");
    bench.click("remove-yes");
    assert!(bench.open().is_empty() && bench.hand.has("sale"));
}

#[test]
fn items_are_found_by_a_part_of_their_name_and_by_their_code() {
    let mut bench = Bench::new().with_prices();
    bench.type_into("item-search", "coff");
    assert!(bench.hand.has("item-96385074") && bench.hand.has("item-7310865004703"));
    bench.tap(Named::ArrowDown);
    bench.tap(Named::Enter);
    assert_eq!(lines(&bench), [("Iced coffee".to_owned(), 1_000, 4_500)]);
    bench.typewrite("2*");
    bench.type_into("item-search", "1002");
    bench.click("item-1002");
    assert_eq!(lines(&bench)[1], ("Sandwich with shrimps".to_owned(), 2_000, 8_900));
    assert_eq!(bench.newest().bill.lines[1].code.as_deref(), Some("1002"));
}

#[test]
fn letters_begin_a_search_wherever_they_are_typed() {
    let mut bench = Bench::new().with_prices();
    bench.typewrite("bun");
    assert!(bench.hand.has("item-1001"));
    bench.tap(Named::Enter);
    assert_eq!(lines(&bench), [("Cinnamon bun".to_owned(), 1_000, 2_800)]);
}

#[test]
fn the_keyboard_alone_goes_from_a_search_to_amounts_and_the_payment() {
    let mut bench = Bench::new().with_prices();
    bench.type_focused("sand");
    bench.tap_focused(Named::Enter);
    bench.type_focused("250+");
    bench.type_focused("3*coff");
    bench.tap_focused(Named::ArrowDown);
    bench.tap_focused(Named::Enter);
    let expected = [("Sandwich with shrimps", 1_000, 8_900), ("Item", 1_000, 250), ("Iced coffee", 3_000, 4_500)];
    assert_eq!(lines(&bench), expected.map(|(label, quantity, price)| (label.to_owned(), quantity, price)));
    bench.type_focused("900flow+");
    assert_eq!(lines(&bench)[3], ("flow".to_owned(), 1_000, 900));
    bench.tap_focused(Named::Enter);
    assert_eq!(bench.requests()[0].1.amount, kr(23_550));
}

#[test]
fn a_code_typed_into_the_search_stays_there_whatever_is_found() {
    for bill in ["", "250+"] {
        let mut bench = Bench::new().with_prices();
        bench.type_focused(bill);
        bench.hand.tab_to("item-search");
        bench.type_focused("1002");
        assert!(bench.hand.has("item-1002") && bench.hand.sees("0.00 SEK"));
        bench.tap_focused(Named::Enter);
        assert_eq!(lines(&bench).last().unwrap().0, "Sandwich with shrimps");
        bench.type_focused("7");
        assert!(bench.hand.sees("0.07 SEK"));
    }
}

#[test]
fn a_bill_that_cannot_be_opened_leaves_the_counter_as_it_was() {
    let mut bench = Bench::new();
    let none = checkstand::gui::problem::Problem::new("bill-error-too-large");
    bench.type_ahead("1000");
    bench.tap_ahead(Named::PageUp);
    bench.refuse(none);
    assert!(bench.hand.has("problem-read") && bench.hand.has("sale"));
    bench.typewrite("500");
    assert!(bench.hand.sees("5.00 SEK"));
}

#[test]
fn a_line_without_an_item_has_the_name_that_was_typed() {
    let mut bench = Bench::new();
    bench.typewrite("500+900");
    bench.type_into("item-search", "Flowers");
    bench.click("pad-add");
    assert_eq!(lines(&bench)[1], ("Flowers".to_owned(), 1_000, 900));
}

#[test]
fn a_scan_is_a_line_and_an_unknown_code_loses_nothing() {
    let mut bench = Bench::new().with_prices();
    bench.scan("7310865004703");
    bench.scan("7310865004703");
    assert_eq!(lines(&bench).len(), 2);
    bench.scan("4006381333931");
    assert!(bench.hand.sees_part("4006381333931") && bench.hand.has("problem-read"));
    assert_eq!(lines(&bench).len(), 2);
    bench.typewrite("2*");
    bench.scan("96385074");
    assert_eq!(lines(&bench)[2], ("Iced coffee".to_owned(), 2_000, 4_500));
    assert!(!bench.hand.has("problem-read"));
}

#[test]
fn a_scan_while_a_payment_runs_is_not_rung_up_and_one_behind_it_is_the_next_customers() {
    let mut bench = Bench::new().with_prices();
    bench.scan("7310865004703");
    bench.tap_ahead(Named::Enter);
    bench.catch_up();
    let id = bench.at_terminal();
    bench.scan("96385074");
    assert!(bench.hand.has("problem-read") && lines(&bench).len() == 1);
    bench.ends(&id, PaymentEvent::Approved, approved(3_500));
    bench.scan("96385074");
    assert_eq!(lines(&bench), [("Iced coffee".to_owned(), 1_000, 4_500)]);
    assert_eq!(bench.open().len(), 1);
}

#[test]
fn what_was_in_doubt_before_a_split_is_nobodys_share() {
    let mut bench = Bench::new();
    bench.typewrite("10000+4000");
    bench.tap(Named::Enter);
    bench.doubts();
    bench.click("new");
    bench.other_terminal();
    bench.tap(Named::F3);
    bench.typewrite("2");
    assert!(bench.hand.sees("Card 30.00 SEK  Enter") && !bench.hand.sees_part("not known yet: "));
    bench.tap(Named::Enter);
    bench.approves(3_000);
    bench.tap(Named::Enter);
    assert!(bench.hand.sees("paid") && bench.hand.sees("Card 30.00 SEK  Enter"));
}

#[test]
fn lines_are_ticked_and_paid_as_somebodys_own() {
    let mut bench = Bench::new();
    bench.typewrite("1000+2000+3000+");
    bench.tap(Named::F3);
    bench.click("split-lines");
    bench.click("tick-1");
    bench.typewrite("3");
    bench.tap(Named::Enter);
    let request = bench.requests().remove(0).1;
    assert_eq!((request.amount, request.bill.clone().unwrap().lines), (kr(4_000), vec![1, 3]));
    bench.other.push(Effect::Pay { terminal: "front".to_owned(), request });
    bench.approves(4_000);
    bench.tap(Named::Enter);
    assert!(bench.hand.sees("paid"));
    bench.click("tick-2");
    bench.click("split-cash");
    bench.tap(Named::Enter);
    assert_eq!(bench.newest().bill.stage, BillStage::Closed);
}

#[test]
fn a_power_cut_in_the_middle_of_a_sale_loses_nothing() {
    let mut bench = Bench::new();
    bench.typewrite("1000+2000+");
    let mut bench = bench.restarted();
    assert_eq!(bench.newest().bill.held, None);
    assert!(bench.hand.sees_part("30.00 SEK still to pay"));
    bench.click("left-over-take");
    assert!(bench.hand.sees("30.00 SEK") && bench.hand.has("line-2"));
    assert_eq!(bench.newest().bill.held, Some(Hold::Till));
    bench.tap(Named::Enter);
    assert_eq!(bench.requests()[0].1.amount, kr(3_000));
}

#[test]
fn a_payment_that_ends_by_itself_behind_a_restart_closes_its_bill() {
    let mut bench = Bench::new();
    bench.typewrite("1000+");
    bench.tap(Named::Enter);
    let id = bench.at_terminal();
    let mut bench = bench.restarted();
    bench.click("left-over-keep");
    bench.ends(&id, PaymentEvent::Approved, approved(1_000));
    assert_eq!(bench.newest().bill.stage, BillStage::Closed);
}

#[test]
fn everything_to_be_hit_on_a_bill_is_large_enough_and_inside_the_smallest_window() {
    let mut bench = Bench::at(vec![training(), terminal("front")]).with_prices();
    bench.hand.size = iced::Size::new(800.0, 600.0);
    bench.typewrite("1000+2000+");
    let inside = |bench: &Bench, ids: &[&str]| {
        for id in ids {
            let bounds = bench.hand.bounds(id);
            assert!(bounds.height >= 48.0 && bounds.width >= 48.0, "{id}: {bounds:?}");
            assert!(bounds.y + bounds.height <= 600.0 && bounds.x + bounds.width <= 800.0, "{id}: {bounds:?}");
        }
    };
    inside(
        &bench,
        &["start", "cash", "split", "edit-bill", "park-bill", "remove-bill", "pad-0", "pad-times", "pad-add"],
    );
    assert!(bench.hand.bounds("line-2").height >= 48.0);
    bench.click("line-2");
    inside(&bench, &["line-edit", "line-void", "line-done"]);
    bench.click("line-edit");
    inside(&bench, &["edit-quantity", "edit-percent", "edit-amount", "edit-none", "edit-apply", "edit-back"][..3]);
    inside(&bench, &["edit-apply", "edit-back", "pad-back"]);
    bench.tap(Named::Escape);
    bench.tap(Named::Escape);
    bench.tap(Named::PageUp);
    inside(&bench, &["cash-3000", "cash-4000", "cash-5000", "cash-take", "cash-back", "pad-0"]);
    bench.tap(Named::Escape);
    bench.tap(Named::F3);
    inside(&bench, &["split-evenly", "people-2", "people-12", "split-card", "split-cash", "split-back"]);
    bench.tap(Named::Escape);
    bench.click("park-bill");
    inside(&bench, &["park", "park-aside", "park-back", "table-1"]);
    assert_eq!(Quantity::ONE.thousandths(), 1_000);
}
