//! A bill on the counter that many pay.

use checkstand::domain::bill::BillStage;

use super::bill::two;
use super::*;

pub fn guests_pay_each_their_part(tale: &Tale) {
    evenly(tale);
    by_amount(tale);
    by_line(tale);
}

fn evenly(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("10000+");
    bench.tap(Named::F3);
    tale.sees(
        &bench.hand,
        &["window-split-evenly", "window-split-amount", "window-split-lines", "window-split-people"],
    );
    tale.reads(&bench.hand, &tale.about("window-split-due", 10_000));
    bench.click("people-3");
    tale.reads(&bench.hand, &tale.money(3_333));
    tale.reads(&bench.hand, &tale.about("window-pay-card", 3_334));
    bench.tap(Named::Enter);
    bench.approves(3_334);
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-split-paid"]);
    tale.reads(&bench.hand, &tale.about("window-pay-card", 3_333));
    bench.tap(Named::F1);
    bench.tap(Named::Enter);
    tale.reads(&bench.hand, &tale.about("window-bill-still-due", 3_333));
    bench.tap(Named::Enter);
    bench.click("split-card");
    bench.approves(2_000);
    bench.click("new");
    tale.reads(&bench.hand, &tale.about("window-split-left", 1_333));
    bench.tap(Named::Enter);
    bench.doubts();
    bench.click("new");
    tale.reads(&bench.hand, &tale.about("window-split-pending", 1_333));
    bench.tap(Named::Escape);
    assert!(bench.hand.has("edit-bill"));
    let mut bench = tale.bench(two());
    bench.typewrite("10000+");
    bench.tap(Named::F3);
    bench.typewrite("2");
    bench.tap(Named::Enter);
    bench.approves(5_000);
    bench.tap(Named::Enter);
    bench.tap(Named::Enter);
    bench.approves(5_000);
    assert_eq!(bench.newest().bill.stage, BillStage::Closed);
    bench.tap(Named::Enter);
    bench.tap(Named::Enter);
    assert!(bench.hand.has("sale"), "the next customer begins");
}

fn by_amount(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("5000+");
    bench.click("split");
    bench.tap(Named::F3);
    tale.sees(&bench.hand, &["window-split-amount-hint"]);
    bench.typewrite("9000");
    tale.reads(&bench.hand, &tale.with("window-pay-too-much", &[("due", &tale.money(5_000))]));
    bench.tap(Named::Enter);
    assert!(bench.requests().is_empty(), "never more than is due");
    bench.click("pad-back");
    tale.reads(&bench.hand, &tale.about("window-pay-card", 900));
    bench.click("split-card");
    assert_eq!(bench.requests()[0].1.amount, kr(900));
}

fn by_line(tale: &Tale) {
    let mut bench = tale.bench(two());
    bench.typewrite("1000+2000+3000+");
    bench.tap(Named::F3);
    bench.tap(Named::F4);
    bench.typewrite("1");
    bench.click("tick-3");
    tale.reads(&bench.hand, &tale.about("window-pay-card", 4_000));
    bench.tap(Named::Enter);
    let Some(Effect::Pay { request, .. }) = bench.other.last() else { panic!("{:?}", bench.other) };
    assert_eq!(request.bill.as_ref().unwrap().lines, [1, 3]);
    bench.approves(4_000);
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-line-paid", "window-split-done", "window-pay-cash"]);
    bench.click("tick-2");
    bench.click("split-cash");
    bench.tap(Named::Enter);
    assert_eq!(bench.newest().bill.stage, BillStage::Closed);
}
