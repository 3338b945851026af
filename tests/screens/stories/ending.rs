//! How a payment ends, and what is done about it then.

use checkstand::domain::DayReport;

use super::super::abilities::{able_and_ended, paid};
use super::super::gift_card;
use super::first_start;
use super::running::{changed, with};
use super::*;

pub fn a_payment_ends(tale: &Tale) {
    every_verdict_has_its_word(tale);
    what_was_taken_has_its_parts(tale);
    receipts_are_read(tale);
    a_rest_is_taken(tale);
    an_approval_after_a_cancel_stays(tale);
    what_was_not_taken_is_rung_up_again(tale);
    it_is_followed_up(tale);
    an_unusual_tip_is_asked_about(tale);
    it_is_settled_or_decided(tale);
    a_bill_goes_on_behind_it(tale);
    // Of a test payment it leads back to the set-up.
    first_start::the_outcome_leads_back(tale, &terminal("front"));
}

fn of(operation: Operation, outcome: Outcome) -> TerminalView {
    with(Stage::Ended(outcome), |payment| {
        payment.operation = operation;
        if !operation.has_amount() {
            payment.amount = kr(0);
        }
    })
}

fn every_verdict_has_its_word(tale: &Tale) {
    use Operation::{Balance, CardCheck, Deactivation, Refund, Sale, Void};
    let declined = || why(Verdict::Declined, "explain-declined");
    let cancelled = || why(Verdict::Cancelled, "explain-cancelled-by-customer");
    let busy = || why(Verdict::NotCharged, "explain-terminal-busy");
    let unknown = || why(Verdict::InDoubt, "explain-still-unknown");
    let cases = [
        (Sale, approved(1250), "window-verdict-approved", tale.money(1250)),
        (Sale, declined(), "window-verdict-declined", tale.get("window-nothing-taken")),
        (Sale, cancelled(), "window-verdict-cancelled", tale.get("window-nothing-taken")),
        (Sale, busy(), "window-verdict-not-charged", tale.get("window-nothing-taken")),
        (Sale, unknown(), "window-verdict-in-doubt", tale.about("window-amount-unknown", 1250)),
        (Refund, approved(1250), "window-verdict-refunded", tale.money(-1250)),
        (Refund, busy(), "window-verdict-not-refunded", tale.get("window-nothing-moved")),
        (Void, approved(1250), "window-verdict-voided", tale.money(-1250)),
        (Void, declined(), "window-verdict-not-voided", tale.get("window-still-stands")),
        (CardCheck, approved(0), "window-verdict-card-valid", tale.get("window-nothing-moved")),
        (CardCheck, busy(), "window-verdict-not-checked", tale.get("window-nothing-moved")),
        (Balance, gift_card::told(2_575), "window-verdict-balance", tale.about("window-balance", 2_575)),
        (Balance, busy(), "window-verdict-balance-not-told", tale.get("window-nothing-moved")),
        (Balance, gift_card::told(0), "window-verdict-balance", tale.about("window-balance", 0)),
        (Balance, approved(0), "window-verdict-balance", tale.get("window-nothing-moved")),
        (Deactivation, approved(0), "window-verdict-deactivated", tale.get("window-nothing-moved")),
        (Deactivation, busy(), "window-verdict-not-deactivated", tale.get("window-nothing-moved")),
    ];
    for (operation, outcome, word, amount) in cases {
        let explained = outcome.explanation.clone();
        let hand = tale.at(vec![of(operation, outcome)]);
        tale.sees(&hand, &[word]);
        tale.reads(&hand, &amount);
        if !operation.has_amount() {
            tale.lacks(&hand, &["window-verdict-approved"]);
            let nothing = tale.money(0);
            assert!(amount.contains(&nothing) || !hand.sees_part(&nothing), "nothing of it looks like a payment");
            for absent in ["void", "tip", "capture", "refund-of", "rest"] {
                assert!(!hand.has(absent), "{absent} of {operation:?}");
            }
        }
        if let Some(why) = explained {
            tale.sees(&hand, &[why.key.as_str()]);
        }
    }
    let nameless = Outcome { explanation: None, ..why(Verdict::InDoubt, "explain-still-unknown") };
    tale.sees(&tale.at(vec![of(Sale, nameless)]), &["window-in-doubt-next"]);
    let mut trained = of(Sale, approved(1250));
    trained.training = true;
    tale.sees(&tale.at(vec![trained]), &["window-training-outcome", "window-training"]);
}

fn what_was_taken_has_its_parts(tale: &Tale) {
    // On a provider's test system it looks like an approval and is none.
    let mut testing = of(Operation::Sale, approved(1250));
    testing.abilities.pretends = true;
    tale.sees(&tale.at(vec![testing]), &["window-pretends", "window-pretends-outcome"]);
    let mut outcome = approved(3_400);
    let taken = Taken { tip_minor: 125, cashback_minor: 2_000, surcharge_minor: 25, ..Taken::exactly(kr(3_400)) };
    (outcome.taken, outcome.auth_code, outcome.card_balance) =
        (Some(taken), Some("123456".to_owned()), Some(kr(9_900)));
    let hand = tale.at(vec![with(Stage::Ended(outcome), |payment| payment.cashback = Some(kr(2_000)))]);
    tale.reads(&hand, &tale.money(3_400));
    tale.reads(&hand, &tale.money(9_900));
    for (key, minor) in [
        ("window-part-asked", 1250),
        ("window-part-tip", 125),
        ("window-part-cashback", 2_000),
        ("window-part-surcharge", 25),
    ] {
        tale.reads(&hand, &tale.about(key, minor));
    }
    tale.sees(&hand, &["window-fact-asked", "window-fact-number", "window-fact-card", "window-fact-card-balance"]);
    for words in ["K7M2-42", "Visa Debit •••• 4321", "123456"] {
        tale.reads(&hand, words);
    }
}

fn receipts_are_read(tale: &Tale) {
    let mut view = ended(approved(1250));
    let mut hand = tale.at(vec![view.clone()]);
    tale.sees(&hand, &["window-no-receipt"]);
    let mut merchants = receipt(Copy::Merchant);
    merchants.lines.push("KEEP THIS".to_owned());
    merchants.from_till = true;
    view.payment.as_mut().unwrap().receipts = vec![merchants, receipt(Copy::Customer)];
    changed(&mut hand, &view);
    assert!(hand.sees("Corner Shop") && !hand.sees("KEEP THIS"));
    tale.sees(&hand, &["window-copy-merchant", "window-copy-customer"]);
    hand.click("copy-merchant");
    tale.sees(&hand, &["window-receipt-from-till"]);
    assert!(hand.sees("KEEP THIS"));
}

fn a_rest_is_taken(tale: &Tale) {
    let mut hand = tale.at(vec![ended(approved(625))]);
    tale.reads(&hand, &tale.about("window-rest-due", 625));
    tale.reads(&hand, &tale.about("window-take-rest", 625));
    tale.sees(&hand, &["window-new-payment-held"]);
    assert_eq!(hand.tap(Named::Enter), [Effect::Dismiss { terminal: "front".to_owned() }]);
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Sale, 625)]);
}

fn an_approval_after_a_cancel_stays(tale: &Tale) {
    let mut hand = tale.at(vec![with(Stage::Ended(approved(1250)), |payment| payment.cancel_requested = true)]);
    tale.sees(&hand, &["window-approved-after-cancel", "window-void"]);
    assert!(hand.tap(Named::Enter).is_empty() && hand.typewrite("5").is_empty(), "it must be read");
    tale.sees(&hand, &["window-verdict-approved"]);
    assert!(hand.click("void").is_empty());
    tale.reads(&hand, &tale.about("window-outcome-void-yes", 1250));
    assert!(hand.click("void-no").is_empty());
    tale.lacks(&hand, &["window-outcome-void-no"]);
    hand.tap(Named::F4);
    tale.sees(&hand, &["window-outcome-void-no"]);
    let expected = Effect::Void { terminal: "front".to_owned(), payment: id("K7M2-42"), taken: kr(1250) };
    assert_eq!(hand.click("void-yes"), [expected]);
    assert!(!hand.has("void-yes"));
    let mut hand = tale.at(vec![ended(approved(1250))]);
    tale.sees(&hand, &["window-new-payment-enter", "window-ask-again"]);
    assert_eq!(hand.typewrite("7"), [Effect::Dismiss { terminal: "front".to_owned() }]);
    tale.reads(&hand, &tale.money(7));
}

fn what_was_not_taken_is_rung_up_again(tale: &Tale) {
    let mut hand = tale.at(vec![of(Operation::Sale, why(Verdict::Declined, "explain-declined"))]);
    tale.reads(&hand, &tale.about("window-again", 1250));
    tale.sees(&hand, &["window-new-payment", "window-pay-cash"]);
    assert_eq!(hand.tap(Named::Enter), [Effect::Dismiss { terminal: "front".to_owned() }]);
    tale.reads(&hand, &tale.money(1250));
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Sale, 1250)]);
    // Too early for what has just come up.
    let mut hand = tale.at(vec![with(Stage::AtTerminal, |_| {})]);
    changed(&mut hand, &of(Operation::Sale, why(Verdict::Declined, "explain-declined")));
    assert!(hand.typewrite("5").is_empty());
    tale.sees(&hand, &["window-read-outcome-first", "window-verdict-declined"]);
}

fn it_is_followed_up(tale: &Tale) {
    let typed = |minor| tale.texts.number(kr(minor));
    let cases = [
        (Operation::Sale, "tip", "window-tip", "window-how-much-tip", Operation::Tip),
        (Operation::Sale, "refund-of", "window-refund-of", "window-how-much-refunded", Operation::Refund),
        (Operation::Preauth, "capture", "window-capture", "window-how-much-captured", Operation::Capture),
    ];
    for (operation, button, label, question, follows) in cases {
        let mut hand = tale.at(vec![able_and_ended(operation)]);
        tale.sees(&hand, &[label]);
        assert_eq!(hand.has("capture"), operation == Operation::Preauth);
        assert_eq!(hand.has("tip"), operation == Operation::Sale);
        assert_eq!(hand.click(button), [Effect::Focus("follow-up-amount")]);
        tale.sees(&hand, &[question, "window-close"]);
        if follows == Operation::Tip {
            assert!(hand.click("follow-up-yes").is_empty());
            tale.sees(&hand, &["window-amount-wrong"]);
            assert_eq!(
                hand.typewrite("2"),
                [Effect::Focus("follow-up-amount")],
                "it begins the tip, and no new payment"
            );
        }
        let label = |minor| format!("{} {}", tale.texts.operation("window", follows), tale.money(minor));
        if follows != Operation::Tip {
            assert!(drawn(&mut hand).contains(&typed(1250)), "everything, before anybody types");
            tale.reads(&hand, &label(1250));
        }
        hand.type_into("follow-up-amount", if follows == Operation::Tip { "00" } else { "200" });
        assert!(drawn(&mut hand).contains(&typed(200)), "as on the counter: {:?}", drawn(&mut hand));
        tale.reads(&hand, &label(200));
        let request = paid(&hand.click("follow-up-yes"));
        assert_eq!((request.operation, request.amount), (follows, kr(200)));
        assert_eq!(request.of.unwrap().payment, id("K7M2-42"));
        hand.tell(desk::Message::Started("front".to_owned(), Err(Refusal::Gone)));
        hand.click(button);
        hand.tap(Named::Escape);
        assert!(!hand.has("follow-up-amount") && hand.has("new"));
    }
}

/// More than a quarter of what was paid is a slip of the finger more often than generosity.
fn an_unusual_tip_is_asked_about(tale: &Tale) {
    let mut hand = tale.at(vec![able_and_ended(Operation::Sale)]);
    hand.click("tip");
    hand.type_into("follow-up-amount", "20000");
    let asked = [("amount", tale.money(20_000)), ("paid", tale.money(1250))];
    let asked = tale.with("window-tip-unusual", &asked.each_ref().map(|(name, money)| (*name, money.as_str())));
    assert!(hand.click("follow-up-yes").is_empty());
    tale.reads(&hand, &asked);
    tale.reads(&hand, &tale.about("window-tip-really", 20_000));
    hand.type_into("follow-up-amount", "0");
    assert!(!hand.sees(&asked) && hand.click("follow-up-yes").is_empty(), "another amount is another question");
    assert_eq!(paid(&hand.click("follow-up-yes")).amount, kr(200_000));
    for (minor, sent) in [(312, true), (313, false)] {
        let mut hand = tale.at(vec![able_and_ended(Operation::Sale)]);
        hand.click("tip");
        hand.type_into("follow-up-amount", &i64::to_string(&minor));
        assert_eq!(hand.click("follow-up-yes").len(), usize::from(sent), "{minor} of 1250");
    }
}

/// What is drawn, in fields too.
fn drawn(hand: &mut Hand) -> Vec<String> {
    let size = hand.size;
    hand.seen_at(size).words.into_iter().map(|words| words.content).collect()
}

fn it_is_settled_or_decided(tale: &Tale) {
    let mut hand = tale.at(vec![cloud::wants_settling()]);
    tale.sees(&hand, &["explain-please-settle", "window-settle"]);
    assert!(hand.click("settle").is_empty());
    tale.sees(&hand, &["window-close-day-really", "window-close-day-keep"]);
    let close = Effect::EndDay { terminal: "front".to_owned(), report: DayReport::EndOfDay };
    assert_eq!(hand.click("close-day-yes"), [close]);
    let mut closes_nothing = cloud::wants_settling();
    closes_nothing.abilities.reports = &[];
    let other =
        TerminalView { payment: ended(why(Verdict::Declined, "explain-declined")).payment, ..cloud::wants_settling() };
    assert!(!tale.at(vec![closes_nothing]).has("settle") && !tale.at(vec![other]).has("settle"));
    let mut view = ended(why(Verdict::InDoubt, "explain-still-unknown"));
    view.unresolved = in_doubt("front").unresolved;
    let mut hand = tale.at(vec![view]);
    tale.sees(&hand, &["window-later", "window-decide", "window-ask-again"]);
    assert!(hand.tap(Named::Enter).is_empty(), "it must be read");
    let ask = Effect::Inquire { terminal: "front".to_owned(), payment: id("K7M2-42") };
    assert_eq!(hand.tap(Named::F3), [ask]);
    hand.click("decide");
    tale.sees(&hand, &["window-unresolved-title"]);
}

fn a_bill_goes_on_behind_it(tale: &Tale) {
    let mut bench = tale.bench(vec![terminal("front"), terminal("back")]);
    bench.typewrite("10000+4000");
    bench.tap(Named::Enter);
    bench.approves(4_000);
    tale.sees(&bench.hand, &["window-back-to-bill-enter"]);
    bench.tap(Named::Enter);
    bench.typewrite("3000");
    bench.tap(Named::Enter);
    bench.doubts();
    tale.sees(&bench.hand, &["window-later"]);
    bench.click("new");
    bench.other_terminal();
    bench.tap(Named::Enter);
    bench.approves(1_000);
    tale.reads(&bench.hand, &tale.about("window-rest-due", 2_000));
    tale.sees(&bench.hand, &["window-back-to-bill"]);
    let mut bench = tale.bench(vec![terminal("front")]);
    bench.typewrite("10000+");
    bench.tap(Named::Enter);
    bench.approves(10_000);
    tale.sees(&bench.hand, &["window-bill-receipt-enter"]);
}
