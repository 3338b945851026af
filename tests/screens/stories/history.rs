//! The list of payments and the page of each: found, narrowed, opened, read tab by tab, and what is then done about it.

use checkstand::domain::bill::NewLine;
use checkstand::domain::{Decision, Ending, NewBill, Origin, Original, PaymentRecord, PaymentState, Whence};
use checkstand::gui::history_link;
use checkstand::gui::keys::Press;
use checkstand::gui::screens::history as list;
use checkstand::gui::screens::payment_page::MESSAGES_AT_MOST;
use checkstand::journal::{HistoryQuery, JournalEvent, RawMessage};
use checkstand::terminal::{Author, CashPart};
use iced_test::futures::futures::executor::block_on;
use serde_json::json;

use super::super::history_list::{Shop, sale};
use super::super::payment_page::{able, event, lives, opened_by};
use super::*;

pub fn payments_are_found_and_their_pages_read(tale: &Tale) {
    the_list_is_searched_and_narrowed(tale);
    the_list_is_walked_by_keys(tale);
    a_page_is_read_tab_by_tab(tale);
    what_can_be_done_is_done(tale);
    rows_say_whose_they_are(tale);
    keys_do_what_stands_on_the_page(tale);
    what_cannot_be_done_says_why(tale);
    payments_of_all_kinds_have_their_words(tale);
    cash_is_shown_and_given_back(tale);
    a_decision_carries_its_name(tale);
    where_the_journal_cannot_be_read(tale);
}

fn shop(tale: &Tale, payments: i64) -> Shop {
    let speaking = checkstand::texts::Texts::new(Some(tale.language));
    Shop::of(payments, speaking, tale.at(vec![terminal("front"), terminal("back")]))
}

fn the_list_is_searched_and_narrowed(tale: &Tale) {
    let mut list = shop(tale, 60);
    tale.sees(&list.hand, &["window-search", "window-to-day"][1..]);
    tale.sees(&list.hand, &["window-days-all", "window-ending-any", "window-any-operation", "window-any-terminal"]);
    list.type_in(&tale.texts.number(kr(1_042)));
    assert!(list.shows(42) && !list.shows(43), "as its language writes it");
    let mut list = shop(tale, 60);
    list.type_in("der-17");
    assert!(list.shows(17) && !list.shows(18));
    let mut list = shop(tale, 60);
    list.click("filter-ending");
    tale.sees(
        &list.hand,
        &Ending::ALL
            .map(|ending| format!("window-ending-{}", ending.word().replace('_', "-")))
            .each_ref()
            .map(String::as_str),
    );
    list.click("ending-declined");
    assert!(list.shows(60) && !list.shows(59) && !list.hand.has("ending-declined"), "the choices are closed");
    tale.sees(&list.hand, &["window-training-shown", "window-ending-declined"]);
    list.click("filter-training");
    tale.sees(&list.hand, &["window-training-hidden"]);
    assert!(list.shows(50) && !list.shows(35), "35 was training");
    list.click("filter-operation");
    for operation in Operation::ALL {
        tale.reads(&list.hand, &tale.texts.operation("window", operation));
    }
    list.tap(Named::Escape);
    assert!(!list.hand.has("operation-sale") && list.hand.has("search"), "Escape closes the choices first");
    list.click("filter-terminal");
    list.click("of-terminal-front");
    list.hand.tab_to("filter-days");
    list.hand.tap_focused(Named::Enter);
    tale.sees(&list.hand, &["window-days-today", "window-days-yesterday", "window-days-week"]);
    list.click("days-today");
    tale.sees(&list.hand, &["window-history-empty"]);
    assert!(list.hand.has("filter-days"));
}

fn the_list_is_walked_by_keys(tale: &Tale) {
    let mut list = shop(tale, 200);
    tale.sees(&list.hand, &["window-training-short", "window-verdict-approved", "window-verdict-declined"]);
    list.tap(Named::ArrowDown);
    list.tap(Named::ArrowDown);
    list.tap(Named::Enter);
    assert!(list.hand.has("page-timeline") && list.hand.sees("order-199"));
    list.tap(Named::Escape);
    assert!(list.shows(199) && !list.hand.has("page-timeline"));
    list.scroll(0.0);
    list.press(Press::End);
    assert!(list.shows(1) && !list.shows(200));
    list.journal.fill([sale(201)]).unwrap();
    list.happens();
    tale.sees(&list.hand, &["window-new-payments"]);
    list.press(Press::Home);
    assert!(list.shows(201));
    tale.lacks(&list.hand, &["window-new-payments"]);
    list.tap(Named::Escape);
    assert!(list.hand.has("start"), "out of the history");
}

/// Everything a payment can go through, with what is said of it.
fn its_story() -> Vec<JournalEvent> {
    let decision = json!({ "paid": true, "by": "Bo", "reason": "K7", "at": hand::now() });
    let told = [
        ("recorded", json!({ "request": { "operator": "Åsa" } })),
        ("transmitted", json!({ "state": "at_terminal" })),
        ("display", json!("INSERT CARD")),
        ("display", json!({ "key": "display-pin-entry", "word": "PIN_ENTRY" })),
        ("question", json!({ "id": 1, "kind": "signature", "text": "K7M2?" })),
        ("answer", json!("accept")),
        ("answer", json!("reject")),
        ("cancel_requested", json!(null)),
        ("lost", json!({ "key": "explain-answer-lost", "fault": "link" })),
        ("restarted", json!(null)),
        ("receipt", json!(receipt(Copy::Merchant))),
        ("reference", json!("77")),
        ("notice", json!({ "key": "explain-maintenance-wanted", "fault": "terminal" })),
        ("alarm", json!({ "key": "explain-table-overpaid", "fault": "nobody" })),
        ("told_otherwise", json!(null)),
        ("brand_new", json!(null)),
        ("left_in_doubt", json!(null)),
        ("approved", json!({ "outcome": approved(1250) })),
        ("not_charged", json!({ "outcome": why(Verdict::NotCharged, "explain-terminal-busy") })),
        ("cancelled", json!(null)),
        ("person_decided_not_paid", json!(null)),
        ("person_decided_paid", json!({ "state": "decided_paid", "outcome": approved(1250), "decision": decision })),
    ];
    let mut events: Vec<JournalEvent> =
        (0..).zip(told).map(|(second, (kind, body))| event(kind, second, body)).collect();
    events.push(JournalEvent { forbidden: true, ..event("declined", 90_000, json!({ "forbidden": true })) });
    events
}

fn message(sent: bool, body: &str) -> RawMessage {
    let (terminal, channel) = ("front".to_owned(), "main".to_owned());
    RawMessage { terminal, channel, sent, body: body.to_owned(), at: hand::now() }
}

fn a_page_is_read_tab_by_tab(tale: &Tale) {
    let mut hand = tale.at(vec![able()]);
    hand.size = iced::Size::new(1024.0, 2400.0);
    hand.go_to(Place::History);
    history_of(&mut hand, "", vec![record("K7M2-8", "front")]);
    assert_eq!(hand.click("row-K7M2-8"), [Effect::ReadPayment(id("K7M2-8"))]);
    for tab in ["page-timeline", "page-messages"] {
        hand.click(tab);
        tale.sees(&hand, &["window-page-reading"]);
    }
    told(&mut hand, dossier(record("K7M2-8", "front")));
    tale.sees(&hand, &["window-messages-none"]);
    let mut whole = dossier(record("K7M2-8", "front"));
    whole.events = its_story();
    whole.messages = vec![message(true, "<SaleToPOIRequest/>"), message(false, &"long ".repeat(5_000))];
    told(&mut hand, whole.clone());
    tale.sees(&hand, &["window-messages-hint", "window-message-sent", "window-message-received"]);
    tale.reads(&hand, "<SaleToPOIRequest/>");
    hand.click("page-timeline");
    for kind in its_story().iter().map(|event| event.kind.replace('_', "-")).filter(|kind| kind != "brand-new") {
        tale.sees(&hand, &[&format!("window-event-{kind}")]);
    }
    tale.sees(&hand, &["display-pin-entry", "explain-answer-lost", "explain-terminal-busy", "explain-table-overpaid"]);
    tale.sees(
        &hand,
        &["window-event-forbidden", "window-copy-merchant", "window-answer-accept", "window-answer-reject"],
    );
    tale.reads(&hand, &tale.with("window-event-by", &[("operator", "Åsa")]));
    tale.reads(&hand, &tale.with("window-event-by", &[("operator", "Bo")]));
    let day = hand::now().to_zoned(jiff::tz::TimeZone::UTC).tomorrow().unwrap();
    for words in ["INSERT CARD", "brand_new", "K7M2?", "Visa Debit •••• 4321", "10:42:31", "10:42:33"] {
        tale.reads(&hand, words);
    }
    tale.reads(&hand, &format!("{} 11:42:31", tale.texts.date(&day)));
    assert!(!hand.sees("accept") && !hand.sees("reject"), "those are the journal's words");
    whole.events = (0..600).map(|second| event("transmitted", second, json!(null))).collect();
    whole.messages = vec![message(true, "<SaleToPOIRequest/>"); MESSAGES_AT_MOST];
    told(&mut hand, whole);
    let left_out = tale.get("window-events-left-out");
    let beginning = left_out.split('{').next().unwrap_or_default().to_owned();
    tale.reads(&hand, &beginning);
    hand.click("page-messages");
    tale.sees(&hand, &["window-messages-newest"]);
    hand.click("page-overview");
    tale.sees(&hand, &["window-fact-number", "window-fact-time", "window-fact-terminal", "window-page-overview"]);
    assert!(hand.sees("Corner Shop"));
    hand.click("copy-merchant");
    tale.sees(&hand, &["window-no-receipt"]);
    assert!(hand.tell(desk::Message::JournalChanged).contains(&Effect::ReadPayment(id("K7M2-8"))), "it follows");
    hand.click("close");
    assert!(hand.has("row-K7M2-8"), "the list, where it was left");
}

fn what_can_be_done_is_done(tale: &Tale) {
    let mut hand = opened_by(tale.at(vec![able()]), dossier(record("K7M2-8", "front")));
    tale.sees(&hand, &["window-void", "window-tip", "window-refund-of", "window-ask-again", "window-close"]);
    hand.tap(Named::F4);
    tale.reads(&hand, &tale.about("window-void-really", 1250));
    hand.click("void-no");
    hand.tab_to("void");
    hand.tap_focused(Named::Enter);
    tale.sees(&hand, &["window-void-keep"]);
    let expected = Effect::Void { terminal: "front".to_owned(), payment: id("K7M2-8"), taken: kr(1250) };
    assert_eq!(hand.click("void-yes"), [expected]);
    let mut hand = opened_by(tale.at(vec![able()]), dossier(record("K7M2-8", "front")));
    assert_eq!(hand.tap(Named::F3), [Effect::Inquire { terminal: "front".to_owned(), payment: id("K7M2-8") }]);
    let mut reserved = record("K7M2-8", "front");
    reserved.request.operation = Operation::Preauth;
    let mut hand = opened_by(tale.at(vec![able()]), dossier(reserved));
    tale.sees(&hand, &["window-capture"]);
    assert!(!hand.has("tip") && !hand.has("refund-of"));
    assert_eq!(hand.click("capture"), [Effect::Focus("follow-up-amount")]);
    tale.sees(&hand, &["window-how-much-captured"]);
    assert_eq!(started_requests(&hand.click("follow-up-yes")), [(Operation::Capture, 1250)]);
    let doubtful = PaymentRecord { state: PaymentState::InDoubt, outcome: None, ..record("K7M2-41", "front") };
    let mut hand = opened_by(tale.at(vec![in_doubt("front")]), dossier(doubtful));
    tale.sees(&hand, &["window-verdict-in-doubt", "window-decide"]);
    for absent in ["void", "tip", "refund-of", "capture"] {
        assert!(!hand.has(absent), "{absent}");
    }
    hand.click("decide");
    assert!(hand.has("decide-K7M2-41"), "where payments in doubt are decided");
}

/// Two payments of the same amount are told apart by card and number, in the smallest window too.
fn rows_say_whose_they_are(tale: &Tale) {
    let mut paid = record("K7M2-8", "front");
    paid.outcome = Some(approved(1250));
    for width in [1024.0, 1366.0, 1920.0] {
        let mut hand = tale.at(vec![terminal("front")]);
        hand.size = iced::Size::new(width, 768.0);
        hand.tell(desk::Message::RecentRead(Ok(vec![paid.clone()])));
        tale.reads(&hand, "•••• 4321");
        tale.reads(&hand, "K7M2-8");
        hand.go_to(Place::History);
        history_of(&mut hand, "", vec![paid.clone()]);
        tale.reads(&hand, "•••• 4321");
        tale.reads(&hand, "K7M2-8");
    }
}

fn keys_do_what_stands_on_the_page(tale: &Tale) {
    let press = |hand: &mut Hand, key: Named| hand.tap(key);
    let page = |tale: &Tale| opened_by(tale.at(vec![able()]), dossier(record("K7M2-8", "front")));
    let mut hand = page(tale);
    hand.typewrite("2");
    tale.lacks(&hand, &["window-fact-asked"]);
    hand.typewrite("3");
    tale.sees(&hand, &["window-messages-none"]);
    hand.typewrite("1");
    tale.sees(&hand, &["window-fact-asked"]);
    assert_eq!(press(&mut hand, Named::F1), [Effect::Focus("follow-up-amount")], "a tip");
    assert!(press(&mut hand, Named::Escape).is_empty());
    assert_eq!(press(&mut hand, Named::F2), [Effect::Focus("follow-up-amount")], "a part of it back");
    press(&mut hand, Named::Escape);
    press(&mut hand, Named::F4);
    assert!(press(&mut hand, Named::Enter).is_empty() && hand.has("void-no"), "Enter is no answer");
    let expected = Effect::Void { terminal: "front".to_owned(), payment: id("K7M2-8"), taken: kr(1250) };
    assert_eq!(press(&mut hand, Named::F4), [expected]);
    let mut older = dossier(record("K7M2-8", "front"));
    older.last_approved = Some(id("K7M2-9"));
    let mut hand = opened_by(tale.at(vec![terminal("front")]), older);
    press(&mut hand, Named::F4);
    assert!(!hand.has("void-yes"), "a dead button has a dead key");
}

fn what_cannot_be_done_says_why(tale: &Tale) {
    let mut refund = record("K7M2-9", "front");
    refund.request.operation = Operation::Refund;
    let original = Original { payment: id("K7M2-8"), operation: Operation::Sale, taken: kr(1250), reference: None };
    refund.request.of = Some(original);
    let mut refunded = dossier(record("K7M2-8", "front"));
    refunded.about = vec![refund.clone()];
    let mut hand = opened_by(tale.at(vec![able()]), refunded);
    for dead in ["void", "tip", "refund-of"] {
        assert!(!lives(&mut hand, dead), "{dead}");
    }
    tale.reads(&hand, &tale.with("refusal-already-refunded", &[("payment", "K7M2-8")]));
    tale.sees(&hand, &["window-verdict-refunded"]);
    assert_eq!(hand.click("show-K7M2-9"), [Effect::ReadPayment(id("K7M2-9"))]);
    told(&mut hand, dossier(refund));
    tale.reads(&hand, &format!("{}  K7M2-8", tale.get("window-operation-sale")));
    let mut older = dossier(record("K7M2-8", "front"));
    older.last_approved = Some(id("K7M2-9"));
    let mut hand = opened_by(tale.at(vec![terminal("front")]), older);
    assert!(!lives(&mut hand, "void"));
    tale.reads(&hand, &tale.with("refusal-not-the-last", &[("payment", "K7M2-8")]));
    let mut last = dossier(record("K7M2-8", "front"));
    last.last_approved = Some(id("K7M2-8"));
    assert!(lives(&mut opened_by(tale.at(vec![terminal("front")]), last), "void"));
    let mut hand = opened_by(tale.at(vec![terminal("front")]), dossier(record("K7M2-8", "elsewhere")));
    assert!(!lives(&mut hand, "ask"));
    tale.sees(&hand, &["window-terminal-gone"]);
    let mut busy = terminal("front");
    busy.payment = Some(payment(Stage::AtTerminal));
    let mut hand = opened_by(tale.at(vec![busy]), dossier(record("K7M2-8", "front")));
    assert!(!lives(&mut hand, "void"));
    tale.sees(&hand, &["window-terminal-not-free"]);
}

fn payments_of_all_kinds_have_their_words(tale: &Tale) {
    let mut trained = record("K7M2-7", "training");
    trained.training = true;
    trained.request.keyed = true;
    let at_the_cloud = {
        let mut taken = record("K7M2-6", "front");
        taken.request.origin = cloud::foreign(Stage::AtTerminal).payment.unwrap().origin;
        taken
    };
    let mut decided = record("K7M2-5", "front");
    let origin = Origin { from: Whence::Table, number: String::new(), ..*at_the_cloud.request.origin.clone().unwrap() };
    decided.request.origin = Some(Box::new(origin));
    decided.request.cashback = Some(kr(2_000));
    decided.voided_by = Some(id("K7M2-9"));
    decided.decision = Some(Decision { paid: true, by: "Bo".to_owned(), reason: "K7".to_owned(), at: hand::now() });
    let outcome = approved(3_250);
    decided.outcome = Some(Outcome { terminal_reference: Some("T-77".to_owned()), ..outcome });
    let mut hand = tale.at(vec![terminal("front")]);
    hand.go_to(Place::History);
    history_of(&mut hand, "", vec![trained.clone(), at_the_cloud, decided.clone()]);
    tale.sees(&hand, &["window-training-short", "window-origin-short-cloud"]);
    hand.click("row-K7M2-7");
    told(&mut hand, dossier(trained));
    tale.sees(&hand, &["window-training-outcome", "receipt-training", "window-keyed", "window-fact-keyed"]);
    hand.click("close");
    hand.click("row-K7M2-6");
    let origin = [("reference", "a1-000117"), ("face", "cloud")];
    tale.reads(&hand, &tale.with("window-origin-cloud", &origin));
    hand.click("close");
    tale.sees(&hand, &["window-origin-short-table"]);
    hand.click("row-K7M2-5");
    told(&mut hand, dossier(decided));
    tale.reads(&hand, &tale.with("window-origin-table", &origin));
    tale.sees(&hand, &["window-fact-asked-cashback", "window-fact-terminal-reference", "window-fact-voided-by"]);
    tale.sees(&hand, &["window-fact-decided-by", "window-fact-decided-reason"]);
    for words in ["T-77", "K7M2-9", "Bo"] {
        tale.reads(&hand, words);
    }
}

/// Tea for 12.50, paid with 20.00 in cash.
fn paid_in_cash(bench: &bench::Bench) -> PaymentRecord {
    let bills = bench.bills();
    let new = NewBill { lines: vec![NewLine::new("Tea", 1_250)], ..NewBill::new(SEK) };
    let bill = block_on(bills.open(new)).unwrap().bill.id;
    let part = CashPart { bill, amount: kr(1_250), given_minor: Some(2_000), lines: Vec::new(), operator: None };
    block_on(bills.take_cash(part, false)).unwrap()
}

/// What the journal has of it, as the window reads it.
fn read(bench: &mut bench::Bench, payment: &PaymentId) {
    let payment = payment.clone();
    let read = bench.journal.read(move |journal| history_link::dossier(journal, &payment));
    told(&mut bench.hand, block_on(read).unwrap().unwrap());
}

fn cash_is_shown_and_given_back(tale: &Tale) {
    let mut bench = tale.bench(vec![terminal("front")]);
    let paid = paid_in_cash(&bench);
    bench.hand.go_to(Place::History);
    history_of(&mut bench.hand, "", vec![paid.clone()]);
    tale.sees(&bench.hand, &["window-verdict-cash-paid", "window-cash-word"]);
    tale.lacks(&bench.hand, &["window-verdict-approved"]);
    bench.hand.click(&format!("row-{}", paid.id));
    tale.sees(&bench.hand, &["window-verdict-cash-paid", "window-page-cash", "window-no-receipt"]);
    read(&mut bench, &paid.id);
    tale.sees(&bench.hand, &["window-cash-given", "window-cash-change", "window-give-back-cash"]);
    tale.reads(&bench.hand, &tale.money(2_000));
    tale.reads(&bench.hand, &tale.money(750));
    tale.reads(&bench.hand, "Tea");
    tale.lacks(&bench.hand, &["window-terminal-gone", "window-verdict-approved"]);
    for absent in ["void", "tip", "refund-of", "ask", "page-messages"] {
        assert!(!bench.hand.has(absent), "{absent}");
    }
    assert!(bench.hand.tap(Named::F3).is_empty(), "nobody can be asked");
    assert_eq!(bench.hand.tap(Named::F4), [Effect::Focus("follow-up-amount")]);
    assert!(bench.hand.tap(Named::Escape).is_empty() && bench.hand.has("give-back"));
    bench.hand.click("give-back");
    let effects = bench.hand.click("follow-up-yes");
    let all_of_it = Effect::GiveBack { payment: paid.id.clone(), amount: kr(1_250) };
    assert_eq!(effects, [all_of_it]);
    let author = Author { operator: Some("Ada".to_owned()), allowed_by: Some("Eve".parse().unwrap()) };
    let given = block_on(bench.bills().give_back(&paid.id, kr(1_250), author)).unwrap();
    let allowed_by = given.request.allowed_by.as_deref().map(|name| name.as_str());
    assert_eq!((given.request.operator.as_deref(), allowed_by), (Some("Ada"), Some("Eve")));
    let effects = bench.hand.tell(desk::Message::GaveBack(Ok(Box::new(given.clone()))));
    assert_eq!(effects, [Effect::ReadPayment(given.id.clone())]);
    read(&mut bench, &given.id);
    tale.sees(&bench.hand, &["window-verdict-cash-given-back", "window-page-cash-given-back"]);
    assert!(!bench.hand.has("give-back"), "it is over");
    bench.hand.click(&format!("show-{}", paid.id));
    read(&mut bench, &paid.id);
    tale.reads(&bench.hand, &tale.with("refusal-already-refunded", &[("payment", paid.id.as_str())]));
    assert!(bench.hand.tap(Named::F4).is_empty() && bench.hand.click("give-back").is_empty(), "once");
    let refused = block_on(bench.bills().give_back(&paid.id, kr(1_250), Author::default())).unwrap_err();
    bench.hand.tell(desk::Message::GaveBack(Err(refused)));
    let left = [("payment", paid.id.as_str()), ("left", &tale.money(0))];
    tale.reads(&bench.hand, &tale.with("refusal-refund-too-large", &left));
    all_journalled(&bench, &[&paid, &given]);
}

fn all_journalled(bench: &bench::Bench, payments: &[&PaymentRecord]) {
    let query = HistoryQuery { limit: 10, ..HistoryQuery::default() };
    let kept = block_on(bench.journal.read(move |journal| journal.history(&query))).unwrap().unwrap();
    let kept: Vec<&PaymentId> = kept.iter().map(|record| &record.id).rev().collect();
    assert_eq!(kept, payments.iter().map(|record| &record.id).collect::<Vec<_>>());
}

fn a_decision_carries_its_name(tale: &Tale) {
    let decided = |paid: bool| {
        let decision = Decision { paid, by: "Åsa".to_owned(), reason: "slip".to_owned(), at: hand::now() };
        let state = if paid { PaymentState::DecidedPaid } else { PaymentState::DecidedNotPaid };
        PaymentRecord { state, outcome: None, decision: Some(decision), ..record("K7M2-8", "front") }
    };
    for (paid, key) in [(true, "window-verdict-paid"), (false, "window-verdict-not-paid")] {
        let words = tale.with("window-verdict-decided", &[("word", &tale.get(key)), ("name", "Åsa")]);
        let without_a_slip = Dossier { receipts: Vec::new(), ..dossier(decided(paid)) };
        let mut hand = opened_by(tale.at(vec![able()]), without_a_slip);
        tale.reads(&hand, &words);
        tale.lacks(&hand, &["window-verdict-approved", "window-verdict-not-charged"]);
        hand.click("close");
        tale.reads(&hand, &words);
        hand.tap(Named::Escape);
        hand.tell(desk::Message::RecentRead(Ok(vec![decided(paid)])));
        assert!(hand.texts().iter().filter(|text| **text == words).count() >= 2, "the chip and today's list");
    }
}

fn where_the_journal_cannot_be_read(tale: &Tale) {
    let mut hand = tale.at(vec![super::super::day_reports::reporting()]);
    hand.go_to(Place::History);
    tale.sees(&hand, &["window-day-reports"]);
    let failed = list::Message::Read(Page::default(), Err("journal-locked".to_owned()));
    hand.tell(desk::Message::History(failed));
    tale.sees(&hand, &["journal-locked"]);
    history_of(&mut hand, "", Vec::new());
    assert_eq!(hand.click("to-day"), [Effect::ReadDay]);
    tale.sees(&hand, &["window-shop-day-title"]);
}
