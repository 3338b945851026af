use super::*;

#[test]
fn the_history_is_searched_in_the_journal_and_late_answers_are_ignored() {
    let mut hand = Hand::at(terminal("front"));
    assert!(hand.go_to(Place::History).contains(&Effect::ReadHistory(Page::default())));
    let effects = hand.type_into("search", "4321");
    let page = Page { search: "4321".to_owned(), ..Page::default() };
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
    assert_eq!(hand.click("row-K7M2-8"), [Effect::ReadPayment(id("K7M2-8"))]);
    told(&mut hand, dossier(record("K7M2-8", "back")));
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
    let older = Page { edge: Edge::Before(oldest), ..Page::default() };
    let effects: Vec<Effect> = (0..6).flat_map(|_| hand.tap(Named::PageDown)).collect();
    assert!(effects.contains(&Effect::ReadHistory(older)), "{effects:?}");
}

#[test]
fn a_payment_of_today_is_shown_without_a_search() {
    let mut hand = Hand::at(terminal("front"));
    let id: PaymentId = id("K7M2-8");
    hand.tell(desk::Message::RecentRead(Ok(vec![record(id.as_str(), "front")])));
    let effects = hand.click("recent-K7M2-8");
    assert_eq!(effects, [Effect::ReadPayment(id)]);
}
