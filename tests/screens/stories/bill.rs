//! A bill on the counter: its lines, what is done to them, and how it is paid.

use checkstand::domain::CASH;
use checkstand::domain::bill::{BillStage, Discount};

use super::super::bench::{Bench, training};
use super::*;

pub fn two() -> Vec<TerminalView> {
    vec![terminal("front"), terminal("back")]
}

/// What the journal says is to be paid, in minor units.
fn due(bench: &Bench) -> i64 {
    bench.newest().settlement.due_minor
}

pub fn lines_are_rung_up_changed_and_paid(tale: &Tale) {
    lines_come_by_key_by_finger_and_by_name(tale);
    a_line_is_changed_and_voided(tale);
    the_bill_is_discounted_and_tipped(tale);
    it_is_paid_by_card(tale);
    it_is_paid_in_cash(tale);
    a_bill_of_nothing_is_closed(tale);
    too_much_was_paid(tale);
    a_payment_is_in_doubt(tale);
    money_is_not_mixed(tale);
    a_power_cut_loses_nothing(tale);
}

fn lines_come_by_key_by_finger_and_by_name(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("250+");
    bench.scan("4006381333931");
    tale.reads(&bench.hand, &tale.with("window-code-no-prices", &[("code", "4006381333931")]));
    tale.sees(
        &bench.hand,
        &["window-bill", "window-bill-due", "window-item", "window-item-name", "window-line-add"][..3],
    );
    tale.reads(&bench.hand, &tale.about("window-pay-card", 250));
    bench.typewrite("3*1000+");
    tale.reads(&bench.hand, &tale.money(3_250));
    tale.reads(&bench.hand, "3 ×");
    for key in ["pad-2", "pad-times", "pad-5", "pad-00", "pad-add"] {
        bench.click(key);
    }
    assert_eq!(due(&bench), 4_250);
    tale.sees(&bench.hand, &["window-bill-change", "window-bill-park", "window-bill-remove", "window-pay-split"]);
    bench.click("remove-bill");
    tale.sees(&bench.hand, &["window-bill-remove-really", "window-bill-keep"]);
    for dead in ["start", "cash", "split", "pad-1", "line-1"] {
        bench.click(dead);
    }
    bench.typewrite("5+");
    bench.tap(Named::Enter);
    bench.tap(Named::F1);
    assert!(bench.requests().is_empty() && bench.open().len() == 1 && due(&bench) == 4_250, "it is asked first");
    tale.sees(&bench.hand, &["window-bill-remove-really"]);
    bench.tap(Named::Escape);
    tale.lacks(&bench.hand, &["window-bill-remove-really"]);
    bench.click("remove-bill");
    bench.click("remove-no");
    bench.click("remove-bill");
    bench.tap(Named::F4);
    assert!(bench.open().is_empty() && bench.hand.has("sale"));
    let mut bench = tale.bench(two()).with_prices();
    bench.typewrite("coff");
    bench.tap(Named::ArrowDown);
    bench.tap(Named::Enter);
    bench.typewrite("2*");
    bench.scan("1002");
    bench.type_into("item-search", "1001");
    bench.click("item-1001");
    let labels: Vec<String> = bench.newest().bill.standing_lines().map(|line| line.label.clone()).collect();
    assert_eq!(labels[0], "Iced coffee");
    tale.reads(&bench.hand, "Cinnamon bun");
    bench.scan("40063813");
    tale.reads(&bench.hand, &tale.with("window-code-unknown", &[("code", "40063813")]));
    bench.tap(Named::Escape);
    assert!(!tale.says(&bench.hand, "window-code-unknown"), "Esc has read it");
    bench.scan("4006381333931");
    tale.reads(&bench.hand, &tale.with("window-code-unknown", &[("code", "4006381333931")]));
    bench.type_into("item-search", "zz");
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-item-not-found"]);
}

fn a_line_is_changed_and_voided(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("1000+2000+3000+");
    bench.tap(Named::ArrowUp);
    tale.sees(&bench.hand, &["window-line-change", "window-line-void", "window-line-done"]);
    bench.tap(Named::Delete);
    assert_eq!(due(&bench), 3_000);
    bench.click("line-2");
    bench.typewrite("4*");
    assert_eq!(due(&bench), 9_000, "so many of the line that is chosen");
    bench.tap(Named::ArrowRight);
    tale.sees(&bench.hand, &["window-edit-quantity", "window-edit-percent", "window-edit-amount", "window-back"]);
    tale.sees(&bench.hand, &["window-edit-quantity-hint", "window-edit-apply"]);
    bench.typewrite("0");
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-edit-wrong"]);
    bench.tap(Named::F4);
    bench.typewrite("1,5");
    tale.reads(&bench.hand, &format!("{} ×", tale.texts.decimal("1.5")));
    bench.click("edit-apply");
    assert_eq!(due(&bench), 4_000);
    bench.click("line-edit");
    bench.tap(Named::F1);
    bench.typewrite("50");
    tale.sees(&bench.hand, &["window-edit-percent-hint", "window-edit-no-discount"]);
    tale.reads(&bench.hand, &tale.texts.percent("50"));
    bench.tap(Named::Enter);
    tale.reads(&bench.hand, &format!("−{}", tale.texts.percent("50")));
    assert_eq!(due(&bench), 2_500);
    bench.click("line-done");
    bench.click("line-2");
    bench.tap(Named::ArrowRight);
    bench.click("edit-percent");
    bench.typewrite("5");
    bench.tap(Named::Delete);
    bench.control('0');
    assert_eq!(due(&bench), 4_000, "no discount any more");
    bench.tap(Named::Escape);
    bench.tap(Named::ArrowDown);
    bench.click("line-void");
    assert_eq!(bench.newest().bill.standing_lines().count(), 1);
}

fn the_bill_is_discounted_and_tipped(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("5000+");
    bench.click("edit-bill");
    bench.tap(Named::F2);
    tale.sees(&bench.hand, &["window-edit-amount-hint"]);
    bench.typewrite("1000");
    bench.tap(Named::Enter);
    assert_eq!(bench.newest().bill.discount, Some(Discount::Amount(1_000)));
    tale.reads(&bench.hand, &tale.about("window-bill-discount", -1_000));
    bench.click("edit-bill");
    bench.click("edit-tip");
    tale.sees(&bench.hand, &["window-edit-tip", "window-edit-tip-hint", "window-edit-no-tip"]);
    bench.typewrite("500");
    bench.tap(Named::Enter);
    tale.reads(&bench.hand, &tale.about("window-bill-tip", 500));
    tale.reads(&bench.hand, &tale.about("window-bill-total", 4_500));
    bench.click("edit-bill");
    bench.tap(Named::F3);
    bench.click("edit-none");
    assert_eq!(due(&bench), 4_000);
    bench.click("edit-bill");
    bench.tap(Named::F2);
    bench.typewrite("9900");
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["bill-error-negative-total"]);
    assert_eq!(due(&bench), 4_000);
    bench.typewrite("500+");
    assert_eq!(bench.newest().bill.standing_lines().count(), 2, "nothing is lost");
}

fn it_is_paid_by_card(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("10000+4000");
    tale.reads(&bench.hand, &tale.about("window-pay-card-part", 4_000));
    bench.tap(Named::Enter);
    bench.approves(4_000);
    tale.reads(&bench.hand, &tale.stands(4_000, 6_000));
    bench.tap(Named::Enter);
    tale.reads(&bench.hand, &tale.about("window-bill-paid", 4_000));
    bench.typewrite("7000");
    tale.reads(&bench.hand, &tale.with("window-pay-too-much", &[("due", &tale.money(6_000))]));
    bench.tap(Named::Enter);
    bench.click("start");
    assert!(bench.requests().is_empty() && !bench.hand.has("problem-read"), "more than is due: a dead button");
    bench.tap(Named::Delete);
    tale.reads(&bench.hand, &tale.about("window-pay-card-part", 700));
    bench.tap(Named::Escape);
    bench.click("start");
    bench.approves(6_000);
    assert_eq!(bench.newest().bill.stage, BillStage::Closed);
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-bill-settled", "window-next-customer", "receipt-total"]);
    bench.typewrite("5");
    tale.reads(&bench.hand, &tale.money(5));
    assert!(!bench.hand.has("next"));
}

fn it_is_paid_in_cash(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("12550+");
    bench.tap(Named::F1);
    tale.sees(&bench.hand, &["window-cash-to-pay"]);
    tale.reads(&bench.hand, &tale.about("window-cash-exact", 12_550));
    for minor in [12_550, 13_000, 15_000, 20_000] {
        tale.reads(&bench.hand, &tale.texts.number(kr(minor)));
    }
    bench.typewrite("5000");
    tale.sees(&bench.hand, &["window-cash-given"]);
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-cash-too-little"]);
    assert!(bench.newest().payments.is_empty(), "a part only when the cashier says so");
    tale.reads(&bench.hand, &tale.about("window-cash-part", 5_000));
    bench.tap(Named::PageUp);
    assert_eq!(due(&bench), 7_550);
    tale.sees(&bench.hand, &["window-bill-taken", "window-bill-go-on"]);
    tale.reads(&bench.hand, &tale.about("window-bill-still-due", 7_550));
    bench.tap(Named::Enter);
    bench.click("cash");
    bench.typewrite("10000");
    tale.reads(&bench.hand, &tale.about("window-cash-take", 7_550));
    tale.sees(&bench.hand, &["window-cash-change"]);
    tale.reads(&bench.hand, &tale.money(2_450));
    bench.tap(Named::Enter);
    assert_eq!(bench.newest().settlement.change_minor, 2_450);
    assert_eq!((bench.newest().bill.stage, bench.newest().payments[0].terminal.as_str()), (BillStage::Closed, CASH));
    tale.sees(&bench.hand, &["window-cash-change", "window-bill-settled"]);
    tale.reads(&bench.hand, &tale.about("window-cash-was-given", 10_000));
    bench.heard();
    tale.reads(&bench.hand, &tale.money(2_450));
    bench.hand.tab_to("next");
    bench.tap_focused(Named::Enter);
    assert!(bench.hand.has("sale"));
    bench.typewrite("745+");
    bench.click("cash");
    bench.typewrite("74600");
    bench.tap(Named::Enter);
    tale.reads(&bench.hand, &tale.about("window-cash-unusual", 74_600));
    tale.reads(&bench.hand, &tale.about("window-cash-really", 74_600));
    assert_eq!(due(&bench), 745, "ten times and more is asked about");
    bench.tap(Named::Delete);
    assert!(!tale.says(&bench.hand, "window-cash-unusual"), "another amount is another question");
    tale.reads(&bench.hand, &tale.money(7_460));
    bench.tap(Named::Delete);
    bench.typewrite("7");
    bench.tap(Named::Enter);
    bench.tap(Named::Enter);
    assert_eq!(bench.newest().settlement.change_minor, 7_467 - 745);
    bench.tap(Named::Enter);
    bench.typewrite("745+");
    bench.click("cash");
    bench.click("cash-1000");
    assert_eq!(bench.newest().settlement.change_minor, 255);
}

fn a_bill_of_nothing_is_closed(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("1000+");
    bench.click("edit-bill");
    bench.typewrite("100");
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-bill-close"]);
    bench.tap(Named::Enter);
    assert_eq!(bench.newest().bill.stage, BillStage::Closed);
    assert!(bench.hand.has("next"));
}

fn too_much_was_paid(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("10000+4000");
    bench.tap(Named::Enter);
    bench.doubts();
    bench.click("new");
    bench.other_terminal();
    bench.tap(Named::Enter);
    bench.approves(7_500);
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-bill-over"]);
    tale.reads(&bench.hand, &tale.money(1_500));
    let mut bench = tale.bench(two());
    bench.typewrite("1000+");
    bench.tap(Named::Enter);
    bench.approves(1_500);
    bench.tap(Named::Enter);
    tale.reads(&bench.hand, &tale.about("window-bill-over-paid", 500));
}

fn a_payment_is_in_doubt(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("10000+4000");
    bench.tap(Named::Enter);
    bench.doubts();
    bench.click("new");
    tale.reads(&bench.hand, &tale.about("window-bill-pending", 4_000));
    bench.tap(Named::Enter);
    assert!(bench.requests().is_empty(), "that terminal is not free");
    bench.other_terminal();
    bench.tap(Named::Enter);
    assert_eq!(bench.requests()[0].1.amount, kr(6_000));
}

fn money_is_not_mixed(tale: &Tale) {
    let mut euros = terminal("back");
    euros.abilities.currency = "EUR".parse().unwrap();
    let mut bench = tale.bench(vec![terminal("front"), euros]);
    bench.typewrite("1000+");
    bench.other_terminal();
    tale.sees(&bench.hand, &["window-bill-other-currency"]);
    bench.tap(Named::Enter);
    assert!(bench.requests().is_empty());
    for (views, key) in [
        (vec![training(), terminal("front")], "window-bill-is-training"),
        (vec![terminal("front"), training()], "window-bill-is-real"),
    ] {
        let mut bench = tale.bench(views);
        bench.typewrite("1000+");
        bench.other_terminal();
        tale.sees(&bench.hand, &[key]);
        bench.tap(Named::Enter);
        bench.tap(Named::PageUp);
        bench.typewrite("500+");
        assert!(bench.requests().is_empty() && bench.newest().payments.is_empty() && due(&bench) == 1_000);
        tale.sees(&bench.hand, &["window-training"]);
        bench.other_terminal();
        tale.lacks(&bench.hand, &[key]);
        bench.tap(Named::Escape);
        bench.tap(Named::Enter);
        assert_eq!(bench.requests().len(), 1);
    }
}

fn a_power_cut_loses_nothing(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("1000+2000+");
    let mut again = Bench::on(bench.journal.clone(), tale.language, two());
    again.hand = tale.reading(again.hand);
    tale.reads(&again.hand, &tale.about("window-bill-left-over", 3_000));
    tale.sees(&again.hand, &["window-bill-left-over-take", "window-bill-left-over-keep"]);
    again.click("left-over-take");
    tale.reads(&again.hand, &tale.about("window-pay-card", 3_000));
}
