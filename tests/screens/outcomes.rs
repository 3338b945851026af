//! No key takes an outcome away unread, and what comes next is what the cashier chose.

use checkstand::domain::{PaymentEvent, Tender};

use super::*;

fn at_terminal() -> TerminalView {
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::AtTerminal));
    view
}

fn show(hand: &mut Hand, view: &TerminalView) {
    hand.tell(desk::Message::TerminalChanged(Arc::new(view.clone())));
}

/// A payment runs, and then this becomes of it.
fn just_ended(outcome: Outcome) -> Hand {
    let mut hand = Hand::at_terminals(vec![at_terminal(), terminal("back")]);
    show(&mut hand, &ended(outcome));
    hand
}

fn read(outcome: Outcome) -> Hand {
    let mut hand = just_ended(outcome);
    hand.reads();
    hand
}

fn declined() -> Outcome {
    why(Verdict::Declined, "explain-declined")
}

fn dismissed() -> Effect {
    Effect::Dismiss { terminal: "front".to_owned() }
}

#[test]
fn no_key_and_no_finger_takes_an_outcome_away_that_has_just_come_up() {
    for outcome in [approved(1250), declined(), why(Verdict::Cancelled, "explain-cancelled-by-customer")] {
        for key in [Named::Enter, Named::F9, Named::Escape, Named::F2] {
            let mut hand = just_ended(outcome.clone());
            assert!(hand.tap(key).is_empty() && hand.has("new"), "{key:?} {:?}", outcome.verdict);
        }
        let mut hand = just_ended(outcome.clone());
        assert!(hand.click("new").is_empty() && hand.has("new"));
        hand.reads();
        assert_eq!(hand.click("new"), [dismissed()]);
    }
}

#[test]
fn an_amount_typed_ahead_is_not_taken_by_halves_and_the_cashier_is_told() {
    let mut hand = just_ended(declined());
    for digit in ["1", "2", "5"] {
        assert!(hand.typewrite(digit).is_empty() && hand.has("new"));
    }
    assert!(hand.sees_part("is not taken"));
    // Who goes on typing goes on being told.
    hand.passes(900);
    assert!(hand.typewrite("0").is_empty() && hand.has("new"));
    hand.passes(900);
    assert!(hand.typewrite("0").is_empty() && hand.has("new"));
    // A key that can only mean to go on waits for nothing more.
    assert!(hand.tap(Named::Enter).is_empty());
    hand.passes(900);
    assert!(hand.tap(Named::Enter).is_empty());
    hand.passes(100);
    assert!(hand.sees("DECLINED"));
    assert_eq!(hand.typewrite("7"), [dismissed()]);
    assert!(hand.has("start") && !hand.sees_part("is not taken"));
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Sale, 7)]);
}

#[test]
fn escape_never_takes_an_approval_away_and_what_must_be_read_has_a_key_of_its_own() {
    let mut hand = read(approved(1250));
    assert!(hand.tap(Named::Escape).is_empty() && hand.has("new"));
    assert_eq!(hand.tap(Named::Enter), [dismissed()]);
    assert_eq!(read(declined()).tap(Named::Escape), [dismissed()]);
    let mut after_cancel = ended(approved(1250));
    after_cancel.payment.as_mut().unwrap().cancel_requested = true;
    let partly = ended(approved(600));
    let in_doubt = ended(why(Verdict::InDoubt, "explain-still-unknown"));
    for view in [after_cancel, partly, in_doubt] {
        let mut hand = Hand::at(view);
        for key in [Named::Escape, Named::F1, Named::F2] {
            assert!(hand.tap(key).is_empty() && hand.has("new"), "{key:?}");
        }
        assert!(hand.typewrite("5").is_empty() && hand.has("new"));
        assert!(hand.sees_part("Ctrl+N"));
        assert_eq!(hand.control('n'), [dismissed()]);
    }
}

#[test]
fn a_refund_chosen_at_an_outcome_is_a_refund_and_never_a_sale() {
    let mut hand = read(approved(1250));
    assert_eq!(hand.tap(Named::F2), [dismissed()]);
    hand.typewrite("500");
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Refund, 500)]);
    // At once it is not taken, nor are the digits behind it.
    let mut hand = just_ended(approved(1250));
    assert!(hand.tap(Named::F2).is_empty() && hand.typewrite("500").is_empty() && hand.has("new"));
}

#[test]
fn what_else_is_chosen_at_an_outcome_is_chosen_for_the_next_customer() {
    let able = |view: &mut TerminalView| {
        view.abilities.operations = &[Operation::Sale, Operation::Preauth];
        view.abilities.keyed = true;
        view.abilities.tenders = &[Tender::Credit];
    };
    let mut view = ended(approved(1250));
    able(&mut view);
    let mut hand = Hand::at(view.clone());
    assert_eq!(hand.tap(Named::F4), [dismissed()]);
    hand.typewrite("500");
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Preauth, 500)]);
    for (letter, keyed, tender) in [('k', true, None), ('t', false, Some(Tender::Credit))] {
        let mut hand = Hand::at(view.clone());
        assert_eq!(hand.control(letter), [dismissed()]);
        hand.typewrite("500");
        let effects = hand.tap(Named::Enter);
        let [Effect::Pay { request, .. }] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!((request.keyed, request.tender), (keyed, tender));
    }
}

#[test]
fn the_question_about_a_void_is_about_its_payment_alone() {
    let void = |number: &str| Effect::Void { terminal: "front".to_owned(), payment: id(number), taken: kr(1250) };
    let mut hand = read(approved(1250));
    hand.tap(Named::F4);
    assert!(hand.has("void-yes") && !hand.has("new"));
    assert!(hand.tap(Named::Enter).is_empty() && hand.typewrite("5").is_empty() && hand.tap(Named::F3).is_empty());
    assert!(hand.tap(Named::F2).is_empty() && hand.click("copy-merchant").is_empty() && hand.has("void-yes"));
    assert!(hand.tap(Named::Escape).is_empty() && hand.has("new"));
    hand.tap(Named::F4);
    assert_eq!(hand.tap(Named::F4), [void("K7M2-42")]);

    let mut hand = read(approved(1250));
    hand.tap(Named::F4);
    let mut next = ended(approved(1250));
    next.payment.as_mut().unwrap().id = id("K7M2-43");
    show(&mut hand, &next);
    assert!(hand.has("new") && !hand.has("void-yes"));
    hand.tap(Named::F4);
    assert_eq!(hand.tap(Named::F4), [void("K7M2-43")]);

    let mut hand = read(approved(1250));
    hand.tap(Named::F4);
    hand.other_terminal();
    hand.other_terminal();
    assert!(hand.has("new") && !hand.has("void-yes"));
}

/// Rung up with everything, and not taken.
fn refused(outcome: Outcome) -> Hand {
    let mut hand = Hand::at_terminals(vec![terminal("front"), terminal("back")]);
    hand.typewrite("9951");
    hand.type_into("reference", "order-17");
    hand.type_into("cashback", "2.00");
    hand.tap(Named::Enter);
    hand.tell(desk::Message::Started("front".to_owned(), Ok(id("K7M2-42"))));
    let change = |view: &mut TerminalView| {
        let payment = view.payment.as_mut().unwrap();
        (payment.amount, payment.cashback) = (kr(9951), Some(kr(200)));
    };
    for mut view in [at_terminal(), ended(outcome)] {
        change(&mut view);
        show(&mut hand, &view);
    }
    hand.reads();
    hand
}

#[test]
fn what_was_not_taken_is_rung_up_again_as_it_was_and_sent_by_another_key() {
    let busy = || why(Verdict::NotCharged, "explain-terminal-busy");
    for outcome in [declined(), why(Verdict::Cancelled, "explain-cancelled-by-customer"), busy()] {
        for by_key in [true, false] {
            let mut hand = refused(outcome.clone());
            assert!(hand.sees_part("Again") && hand.has("again") && hand.has("new"));
            let put_back = if by_key { hand.tap(Named::Enter) } else { hand.click("again") };
            assert_eq!(put_back, [dismissed()], "nothing is sent");
            let effects = hand.tap(Named::Enter);
            let [Effect::Pay { terminal, request }] = effects.as_slice() else { panic!("{effects:?}") };
            assert_eq!((terminal.as_str(), request.operation, request.amount), ("front", Operation::Sale, kr(9951)));
            assert_eq!((request.cashback, request.reference.as_deref()), (Some(kr(200)), Some("order-17")));
        }
    }
}

#[test]
fn what_was_not_taken_goes_along_to_another_terminal() {
    let mut hand = refused(declined());
    assert_eq!(hand.tap(Named::F6), [dismissed()]);
    let effects = hand.tap(Named::Enter);
    let [Effect::Pay { terminal, request }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((terminal.as_str(), request.amount, request.cashback), ("back", kr(9951), Some(kr(200))));
    // What was taken does not.
    let mut hand = refused(approved(10_151));
    assert!(hand.tap(Named::F6).is_empty() && hand.tap(Named::Enter).is_empty());
}

#[test]
fn what_was_not_taken_by_card_is_taken_in_cash() {
    let mut bench = bench::Bench::new();
    bench.typewrite("9951");
    bench.tap(Named::Enter);
    let id = bench.at_terminal();
    bench.ends(&id, PaymentEvent::Declined, declined());
    bench.tap(Named::F1);
    bench.tap(Named::Enter);
    assert!(bench.requests().is_empty());
    let paid = bench.newest();
    assert_eq!((paid.total(), paid.due()), (kr(9951), kr(0)));
}

#[test]
fn nothing_is_offered_again_that_may_have_been_taken_or_was_not_rung_up_here() {
    let after = |operation, outcome| {
        let mut view = ended(outcome);
        view.payment.as_mut().unwrap().operation = operation;
        Hand::at(view)
    };
    let doubt = after(Operation::Sale, why(Verdict::InDoubt, "explain-still-unknown"));
    let given_back = after(Operation::Refund, declined());
    let voided = after(Operation::Void, declined());
    for hand in [doubt, given_back, voided, after(Operation::Sale, approved(1250))] {
        assert!(!hand.has("again") && !hand.has("in-cash"));
    }
    let foreign = Hand::at(cloud::foreign(Stage::Ended(declined())));
    assert!(!foreign.has("again"));
}

#[test]
fn a_part_of_a_bill_goes_back_to_its_bill_and_the_last_one_to_its_receipt() {
    let mut bench = bench::Bench::new();
    bench.typewrite("10000+4000");
    bench.tap(Named::Enter);
    let id = bench.at_terminal();
    bench.ends(&id, PaymentEvent::Declined, declined());
    assert!(!bench.hand.has("again") && bench.hand.sees_part("Back to the bill"));
    bench.tap(Named::Enter);
    bench.tap(Named::Enter);
    bench.approves(10_000);
    assert!(bench.hand.sees_part("receipt  Enter"));
}

#[test]
fn money_given_back_looks_like_no_money_taken() {
    let colours = checkstand::gui::theme::Scheme::Light.colours();
    for operation in [Operation::Void, Operation::Refund] {
        let mut view = ended(approved(1250));
        view.payment.as_mut().unwrap().operation = operation;
        let mut hand = Hand::at(view);
        assert!(hand.sees("↩") && hand.sees("-12.50 SEK"), "{:?}", hand.texts());
        let size = hand.size;
        let grounds: Vec<_> = hand.seen_at(size).grounds.into_iter().map(|(_, colour)| colour).collect();
        assert!(grounds.contains(&colours.given_back.ground) && !grounds.contains(&colours.approved.ground));
    }
}

#[test]
fn the_last_payment_carries_its_verdicts_colour_and_sign() {
    let colours = checkstand::gui::theme::Scheme::Light.colours();
    let mut back = record("K7M2-7", "front");
    back.request.operation = Operation::Refund;
    let mut refused = record("K7M2-8", "front");
    refused.state = checkstand::domain::PaymentState::Declined;
    refused.outcome = Some(declined());
    let cases = [
        (record("K7M2-6", "front"), "✔", colours.approved),
        (back, "↩", colours.given_back),
        (refused, "✘", colours.declined),
    ];
    for (last, sign, colour) in cases {
        let mut hand = Hand::at(terminal("front"));
        hand.tell(desk::Message::RecentRead(Ok(vec![last])));
        let chip = hand.bounds("last-payment");
        let size = hand.size;
        let seen = hand.seen_at(size);
        let words =
            seen.words.iter().find(|words| words.content == sign && chip.contains(words.letters.center())).unwrap();
        let behind = |(bounds, ground): &(iced::Rectangle, iced::Color)| {
            *ground == colour.ground && bounds.contains(words.letters.center())
        };
        assert!(seen.grounds.iter().any(behind), "{sign}");
    }
}

#[test]
fn the_status_bar_never_says_ready_of_a_terminal_that_is_not() {
    for view in [at_terminal(), in_doubt("front")] {
        let hand = Hand::at(view);
        assert!(hand.sees("front: Connected") && !hand.sees_part("Ready"), "{:?}", hand.texts());
    }
}

#[test]
fn where_there_is_little_height_facts_and_receipt_still_have_room() {
    let mut view = ended(approved(1250));
    view.training = true;
    view.payment.as_mut().unwrap().receipts = vec![receipt(Copy::Customer)];
    for language in ["de", "fi", "fr"] {
        let mut hand = Hand::speaking(language, vec![view.clone()]);
        let seen = hand.seen_at(iced::Size::new(1024.0, 600.0));
        for wanted in ["Corner Shop", "SALE         12.50 SEK", "K7M2-42", "Visa Debit •••• 4321"] {
            assert!(is_whole(&seen, wanted), "{language}: {wanted}");
        }
    }
    // And where there is much, the paper has it.
    let mut long = receipt(Copy::Customer);
    long.lines.extend((0..22).map(|line| format!("line {line}")));
    view.payment.as_mut().unwrap().receipts = vec![long];
    let mut hand = Hand::at(view);
    assert!(is_whole(&hand.seen_at(iced::Size::new(1920.0, 1080.0)), "line 21"));
}

fn is_whole(seen: &super::seen::Seen, content: &str) -> bool {
    seen.words.iter().filter(|words| words.content == content).any(|words| {
        let (letters, clip) = (words.letters, words.clip);
        letters.y >= clip.y - 1.0 && letters.y + letters.height <= clip.y + clip.height + 1.0
    })
}

#[test]
fn the_question_about_a_signature_is_said_once_and_read_whole_in_the_smallest_window() {
    let mut view = asking_for_a_signature();
    view.training = true;
    let payment = view.payment.as_mut().unwrap();
    payment.displays = shown([Display::Words("Authorizing".to_owned())]);
    payment.receipts[0].lines.splice(0..0, (0..12).map(|line| format!("above {line}")));
    payment.question.as_mut().unwrap().until = Some(hand::now() + jiff::SignedDuration::from_secs(72));
    for (language, ..) in checkstand::texts::Texts::locales() {
        let mut hand = Hand::speaking(language, vec![view.clone()]);
        let texts = checkstand::texts::Texts::new(Some(language));
        let words = texts.get("window-question-signature");
        let marked = texts.with("window-terminal-asks", &[("words", "Is the signature OK?")]);
        assert!(!hand.sees("Is the signature OK?") && !hand.sees("Authorizing"), "{language}");
        let seen = hand.seen_at(iced::Size::new(1024.0, 600.0));
        let signed = texts.get("receipt-signature");
        for wanted in [&words, &marked, &signed, "SALE         12.50 SEK"] {
            assert!(
                is_whole(&seen, wanted),
                "{language}: {wanted:?} {:?}",
                seen.words.iter().find(|words| words.content == *wanted)
            );
        }
    }
}

#[test]
fn an_amount_typed_beside_the_field_of_a_tip_is_the_whole_amount() {
    let mut hand = Hand::at(super::abilities::able_and_ended(Operation::Sale));
    hand.reads();
    hand.click("tip");
    // Somebody has touched something else meanwhile.
    hand.tab_to("follow-up-no");
    hand.typewrite("250");
    let sent = hand.click("follow-up-yes");
    let [Effect::Pay { request, .. }] = &sent[..] else { panic!("{sent:?} {:?}", hand.texts()) };
    assert_eq!((request.operation, request.amount), (Operation::Tip, kr(250)));
}
