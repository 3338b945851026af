use super::*;

#[test]
fn every_verdict_has_its_words_and_says_what_was_taken() {
    let cases = [
        (approved(1250), "APPROVED", "12.50 SEK"),
        (why(Verdict::Declined, "explain-declined"), "DECLINED", "Nothing was taken"),
        (why(Verdict::Cancelled, "explain-cancelled-by-customer"), "CANCELLED", "Nothing was taken"),
        (why(Verdict::NotCharged, "explain-terminal-busy"), "NOT CHARGED", "Nothing was taken"),
        (why(Verdict::InDoubt, "explain-still-unknown"), "NOT KNOWN YET", "12.50 SEK ?"),
    ];
    for (outcome, word, amount) in cases {
        let hand = Hand::at(ended(outcome));
        assert!(hand.sees(word) && hand.sees(amount), "{word} {amount}");
    }
}

#[test]
fn the_amount_really_taken_stands_there_with_its_parts() {
    let mut outcome = approved(1375);
    outcome.taken = Some(Taken { tip_minor: 125, ..Taken::exactly(kr(1375)) });
    let hand = Hand::at(ended(outcome));
    assert!(hand.sees("13.75 SEK") && hand.sees("asked 12.50 SEK   tip 1.25 SEK"));
    assert!(hand.sees("Visa Debit •••• 4321"));
}

#[test]
fn after_a_partial_approval_the_rest_is_named_and_rung_up_with_enter() {
    let mut hand = Hand::at(ended(approved(625)));
    assert!(hand.sees("6.25 SEK") && hand.sees("Only a part was taken. Still to pay: 6.25 SEK"));
    assert_eq!(hand.tap(Named::Enter), [Effect::Dismiss { terminal: "front".to_owned() }]);
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Sale, 625)]);
}

#[test]
fn an_approval_after_a_cancel_says_so_stays_and_offers_a_void() {
    let mut view = ended(approved(1250));
    view.payment.as_mut().unwrap().cancel_requested = true;
    let mut hand = Hand::at(view);
    assert!(hand.sees_part("Approved although you cancelled"));
    assert!(hand.tap(Named::Enter).is_empty() && hand.typewrite("5").is_empty());
    assert!(hand.sees("APPROVED"));
    assert!(hand.click("void").is_empty());
    let expected = Effect::Void { terminal: "front".to_owned(), payment: id("K7M2-42"), taken: kr(1250) };
    assert_eq!(hand.click("void-yes"), [expected]);
    assert!(!hand.has("void-yes"));
}

#[test]
fn the_next_digit_after_an_outcome_begins_a_new_amount() {
    let mut hand = Hand::at(ended(approved(1250)));
    assert_eq!(hand.typewrite("7"), [Effect::Dismiss { terminal: "front".to_owned() }]);
    assert!(hand.sees("0.07 SEK"));
}
