use super::*;

#[test]
fn receipts_are_read_copy_by_copy() {
    let mut view = ended(approved(1250));
    let mut merchant = receipt(Copy::Merchant);
    merchant.lines.push("KEEP THIS".to_owned());
    view.payment.as_mut().unwrap().receipts = vec![merchant, receipt(Copy::Customer)];
    let mut hand = Hand::at(view);
    assert!(hand.sees("Corner Shop") && !hand.sees("KEEP THIS"));
    hand.click("copy-merchant");
    assert!(hand.sees("KEEP THIS"));
}

#[test]
fn the_history_is_searched_in_the_journal_and_late_answers_are_ignored() {
    let mut hand = Hand::at(terminal("front"));
    assert!(hand.go_to(Place::History).contains(&Effect::ReadHistory(Page::default())));
    let effects = hand.type_into("search", "4321");
    let page = Page { search: "4321".to_owned(), before: None };
    assert_eq!(effects.last(), Some(&Effect::ReadHistory(page)));
    history_of(&mut hand, "432", vec![record("K7M2-9", "front")]);
    assert!(!hand.has("row-K7M2-9"));
    history_of(&mut hand, "4321", vec![record("K7M2-8", "front")]);
    assert!(hand.has("row-K7M2-8"));
}

#[test]
fn a_payment_is_found_in_the_history_voided_and_asked_about() {
    let mut hand = Hand::at_terminals(vec![terminal("front"), terminal("back")]);
    hand.go_to(Place::History);
    history_of(&mut hand, "", vec![record("K7M2-8", "back")]);
    assert_eq!(hand.click("row-K7M2-8"), [Effect::ReadReceipts(id("K7M2-8"))]);
    let receipts = history::Message::ReceiptsRead(id("K7M2-8"), Ok(vec![receipt(Copy::Customer)]));
    hand.tell(desk::Message::History(receipts));
    assert!(hand.sees("Corner Shop"));
    hand.click("void");
    let expected = Effect::Void { terminal: "back".to_owned(), payment: id("K7M2-8"), taken: kr(1250) };
    assert_eq!(hand.click("void-yes"), [expected]);

    let mut hand = Hand::at(terminal("front"));
    hand.go_to(Place::History);
    history_of(&mut hand, "", vec![record("K7M2-8", "front")]);
    hand.click("row-K7M2-8");
    assert_eq!(hand.click("ask"), [Effect::Inquire { terminal: "front".to_owned(), payment: id("K7M2-8") }]);
}

#[test]
fn a_long_history_is_paged() {
    let mut hand = Hand::at(terminal("front"));
    hand.go_to(Place::History);
    let rows: Vec<_> = (0..history::PAGE).map(|number| record(&format!("K7M2-{}", 99 - number), "front")).collect();
    let oldest = rows.last().unwrap().id.clone();
    history_of(&mut hand, "", rows);
    let older = Page { search: String::new(), before: Some(oldest) };
    assert_eq!(hand.tap(Named::PageDown), [Effect::ReadHistory(older)]);
    assert_eq!(hand.tap(Named::PageUp), [Effect::ReadHistory(Page::default())]);
}

#[test]
fn a_payment_id_is_a_text_to_search_for() {
    let mut hand = Hand::at(terminal("front"));
    let id: PaymentId = id("K7M2-8");
    hand.tell(desk::Message::RecentRead(Ok(vec![record(id.as_str(), "front")])));
    let effects = hand.click("recent-K7M2-8");
    let page = Page { search: "K7M2-8".to_owned(), before: None };
    assert_eq!(effects, [Effect::ReadHistory(page), Effect::ReadReceipts(id)]);
}
