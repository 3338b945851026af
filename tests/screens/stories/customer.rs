//! The customer's screen, from the first line to the thanks.

use checkstand::domain::PaymentEvent;
use checkstand::gui::customer_display::THANKED_FOR;

use super::super::bench;
use super::*;

#[track_caller]
fn shows(tale: &Tale, hand: &Hand, texts: &[String]) {
    let seen = hand.customer_texts();
    for text in texts {
        assert!(seen.contains(text), "{}: {text:?} is not in {seen:?}", tale.language);
    }
}

fn words(tale: &Tale, keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| tale.get(key)).collect()
}

pub fn the_customer_is_told_what_to_do(tale: &Tale) {
    a_bill_is_paid_by_card(tale);
    change_and_parts_are_told(tale);
    money_goes_back(tale);
    who_was_not_charged_asks_the_cashier(tale);
    a_terminals_states_have_sentences(tale);
    a_receipt_is_a_code(tale);
}

fn a_receipt_is_a_code(tale: &Tale) {
    let hand = handing_out::at(tale, Some(checkstand::settings::QrContent::Receipt), false);
    shows(tale, &hand, &words(tale, &["customer-code"]));
}

fn a_bill_is_paid_by_card(tale: &Tale) {
    let mut bench = tale.bench(vec![terminal("front")]).with_prices();
    assert_eq!(bench.hand.customer_texts(), words(tale, &["customer-welcome"]));
    bench.typewrite("2*");
    bench.scan("7310865004703");
    bench.typewrite("1250+");
    shows(tale, &bench.hand, &["2 ×".to_owned(), "Coffee".to_owned(), "1 ×".to_owned(), tale.get("window-item")]);
    shows(tale, &bench.hand, &[tale.get("customer-total"), tale.money(8_250)]);
    bench.tap(Named::Enter);
    let paid = bench.at_terminal();
    shows(tale, &bench.hand, &[tale.get("customer-follow-terminal"), "Coffee".to_owned()]);
    bench.show("front", |view| view.payment.as_mut().unwrap().stage = Stage::Starting);
    shows(tale, &bench.hand, &words(tale, &["customer-wait"]));
    bench.show("front", |view| {
        let payment = view.payment.as_mut().unwrap();
        payment.stage = Stage::AtTerminal;
        payment.displays.extend(shown([Display::state("display-pin-entry", "PIN_ENTRY")]));
    });
    shows(tale, &bench.hand, &words(tale, &["customer-display-pin-entry"]));
    bench.show("front", |view| {
        view.payment.as_mut().unwrap().question = asking_for_a_signature().payment.unwrap().question;
    });
    shows(tale, &bench.hand, &words(tale, &["customer-ask-cashier"]));
    bench.show("front", |view| view.payment.as_mut().unwrap().question = None);
    bench.ends(&paid, PaymentEvent::Approved, approved(8_250));
    shows(tale, &bench.hand, &[tale.get("customer-thank-you"), tale.get("customer-paid"), tale.money(8_250)]);
    bench.hand.later(THANKED_FOR.as_secs());
    bench.hand.feed(Message::Ticked);
    assert_eq!(bench.hand.customer_texts(), words(tale, &["customer-welcome"]));
}

fn change_and_parts_are_told(tale: &Tale) {
    let mut bench = tale.bench(vec![terminal("front")]);
    for _ in 0..40 {
        bench.typewrite("1250+");
    }
    let hidden = bench.hand.customer_texts().iter().filter(|text| *text == "1 ×").count();
    let more = tale.with("customer-more", &[("number", &(40 - hidden).to_string())]);
    shows(tale, &bench.hand, &[more]);
    bench.tap(Named::Enter);
    bench.approves(20_000);
    let still = tale.about("customer-still-to-pay-amount", 30_000);
    shows(tale, &bench.hand, &[tale.money(20_000), still]);
    bench.tap(Named::Enter);
    bench.hand.later(THANKED_FOR.as_secs());
    bench.hand.feed(Message::Ticked);
    shows(tale, &bench.hand, &[tale.get("customer-still-to-pay"), tale.money(30_000)]);
    let mut bench = tale.bench(vec![terminal("front")]);
    bench.typewrite("1250+");
    bench.click("cash");
    bench.click("cash-2000");
    assert_eq!(bench.hand.heard(), [checkstand::gui::sounds::Sound::Approved]);
    shows(tale, &bench.hand, &words(tale, &["customer-thank-you"]));
    shows(tale, &bench.hand, &[tale.get("customer-change"), tale.money(750), tale.about("customer-given", 2_000)]);
    let mut trained = tale.at(vec![bench::training()]);
    shows(tale, &trained, &words(tale, &["customer-training", "customer-welcome"]));
    let mut view = bench::training();
    view.payment = Some(payment(Stage::AtTerminal));
    trained.tell(desk::Message::TerminalChanged(Arc::new(view)));
    shows(tale, &trained, &words(tale, &["customer-training", "customer-to-pay"]));
}

fn refunding(stage: Stage) -> TerminalView {
    let mut view = terminal("front");
    view.payment = Some(payment(stage));
    view.payment.as_mut().unwrap().operation = Operation::Refund;
    view
}

fn money_goes_back(tale: &Tale) {
    let mut hand = tale.at(vec![running(Vec::new())]);
    hand.tell(desk::Message::TerminalChanged(Arc::new(ended(approved(625)))));
    shows(tale, &hand, &[tale.money(625), tale.about("customer-still-to-pay-amount", 625)]);
    let mut hand = tale.at(vec![refunding(Stage::AtTerminal)]);
    shows(tale, &hand, &[tale.get("customer-refund"), tale.money(1250)]);
    hand.tell(desk::Message::TerminalChanged(Arc::new(refunding(Stage::Ended(approved(1250))))));
    shows(tale, &hand, &[tale.get("customer-refunded"), tale.money(1250)]);
}

fn running(displays: Vec<Display>) -> TerminalView {
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::AtTerminal));
    view.payment.as_mut().unwrap().displays = shown(displays);
    view
}

fn who_was_not_charged_asks_the_cashier(tale: &Tale) {
    for verdict in [Verdict::Declined, Verdict::Cancelled, Verdict::NotCharged, Verdict::InDoubt] {
        let mut hand = tale.at(vec![running(Vec::new())]);
        hand.tell(desk::Message::TerminalChanged(Arc::new(ended(why(verdict, "explain-declined")))));
        let seen = [tale.get("customer-to-pay"), tale.money(1250), "!".to_owned(), tale.get("customer-ask-cashier")];
        assert_eq!(hand.customer_texts(), seen, "{verdict:?}");
        assert!(!hand.is_thanking());
    }
}

fn a_terminals_states_have_sentences(tale: &Tale) {
    const STATES: [&str; 9] = [
        "present-card",
        "insert-card",
        "re-present-card",
        "present-only-one-card",
        "bad-swipe",
        "enter-cashback",
        "signature-verification",
        "remove-card",
        "please-wait",
    ];
    for state in STATES {
        let hand = tale.at(vec![running(vec![Display::state(&format!("display-{state}"), "STATE")])]);
        tale.sees(&hand, &[&format!("display-{state}")]);
        shows(tale, &hand, &[tale.get(&format!("customer-display-{state}"))]);
    }
    let hand = tale.at(vec![running(vec![Display::Words("ANNA: CARD 4321".to_owned())])]);
    let seen = [tale.get("customer-to-pay"), tale.money(1250), "▶".to_owned(), tale.get("customer-follow-terminal")];
    assert_eq!(hand.customer_texts(), seen, "a terminal's own words are not for the customer");
}
