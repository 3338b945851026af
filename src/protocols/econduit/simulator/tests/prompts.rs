//! Prompts, displays, features and configuration (reference 3.8, part 3).

use super::bench::*;
use crate::protocols::econduit::messages::*;

fn told(bench: &mut Bench, method: &Method, given: Given) -> Response {
    let line = bench.call(method, given);
    bench.pass(2);
    bench.answer(line)
}

#[test]
fn a_customer_types_what_the_reference_says() {
    let mut bench = Bench::new();
    for (kind, at_most, typed) in
        [("c", "8", "350"), ("n", "10", "5551234"), ("n", "3", "555"), ("a", "5", "ABC"), ("an", "9", "ABC123")]
    {
        let given = [(parameter::TITLE, "Phone"), (parameter::TYPE, kind), (parameter::MAX_LENGTH, at_most)];
        let answer = told(&mut bench, &Method::GetUserInput, &given);
        assert_eq!((code(&answer), answer.user_input.as_deref()), ("Success", Some(typed)));
        assert_eq!((message(&answer), answer.terminal_id.as_deref()), ("Success", Some("2044")));
    }
    assert!(bench.complaints.is_empty());
    let given = [(parameter::TYPE, "x"), (parameter::MAX_LENGTH, "8")];
    assert_eq!(code(&told(&mut bench, &Method::GetUserInput, &given)), "Error");
    let given = [(parameter::TYPE, "c"), (parameter::MAX_LENGTH, "many")];
    assert_eq!(code(&told(&mut bench, &Method::GetUserInput, &given)), "Error");
    assert_eq!(bench.complaints.len(), 2);
}

#[test]
fn a_customer_takes_a_while() {
    let mut bench = Bench::new();
    let line = bench.call(&Method::GetUserInput, &[(parameter::TYPE, "c"), (parameter::MAX_LENGTH, "8")]);
    bench.pass_millis(1_999);
    assert_eq!(bench.response(line), None);
    bench.pass_millis(1);
    assert!(bench.response(line).is_some());
}

#[test]
fn a_title_with_cancel_is_cancelled() {
    let mut bench = Bench::new();
    for method in [Method::GetUserInput, Method::GetUserSelection] {
        let given = [(parameter::TITLE, "please CANCEL this"), (parameter::OPTIONS, "a|b"), (parameter::TYPE, "c")];
        assert_eq!(code(&told(&mut bench, &method, &given)), "Cancelled");
    }
}

#[test]
fn the_first_option_is_chosen() {
    let mut bench = Bench::new();
    for flavour in [Flavour::Classic, Flavour::Json] {
        bench.flavour = flavour;
        let answer = told(&mut bench, &Method::GetUserSelection, &[(parameter::OPTIONS, "Small cup|Large")]);
        assert_eq!(answer.user_input.as_deref(), Some("Small cup"));
    }
    assert_eq!(message(&told(&mut bench, &Method::GetUserSelection, &[])), "No options");
}

#[test]
fn a_signature_and_a_loyalty_card_are_taken() {
    let mut bench = Bench::new();
    assert!(told(&mut bench, &Method::GetSignature, &[]).signature.unwrap().bytes().starts_with(b"\x89PNG"));
    let line = bench.call(&Method::GetSwipe, &[(parameter::PROMPT, "Loyalty card")]);
    bench.pass(2);
    assert_eq!(bench.json(line)["Track1"], "%B6000000000000001^LOYALTY/TEST^4912?");
}

const ITEMS: &str = r#"{"header":{"fontSz":"30","rows":[{"text":"Corner Cafe"}]},"body":{"rows":[{"text":"2 x Espresso","subText":"large","amt":"$6.40"}]}}"#;

#[test]
fn line_items_are_shown_where_the_terminal_can() {
    let mut bench = Bench::new();
    for (kind, data, fine) in [
        ("json", ITEMS, true),
        ("html", "<b>Corner Cafe</b>", true),
        ("json", "{}", true),
        ("json", r#"{"header":{"fontSz":30}}"#, false),
        ("json", r#"{"top":{}}"#, false),
        ("json", r#"{"body":{"rows":[{"price":"1"}]}}"#, false),
        ("json", "<b>", false),
        ("text", "Corner Cafe", false),
    ] {
        let complaints = bench.complaints.len();
        let line = bench.call(&Method::ShowLineItems, &[(parameter::TYPE, kind), (parameter::DATA, data)]);
        assert_eq!(code(&bench.answer(line)) == "Success", fine, "{kind} {data}");
        assert_eq!(bench.complaints.len() - complaints, usize::from(!fine));
    }
    let given = [(parameter::TYPE, "json"), (parameter::DATA, ITEMS), (parameter::TERMINAL_ID, "2045")];
    let line = bench.call(&Method::ShowLineItems, &given);
    assert_eq!(message(&bench.answer(line)), "Not supported");
}

#[test]
fn a_page_is_shown_by_its_address() {
    let mut bench = Bench::new();
    for (url, is_default, result) in
        [("https://example.org/x?y=1", "False", "Success"), ("example", "True", "Error"), ("https://a.b/", "", "Error")]
    {
        let line = bench.call(&Method::ShowUrl, &[(parameter::URL, url), (parameter::IS_DEFAULT, is_default)]);
        assert_eq!(code(&bench.answer(line)), result, "{url}");
    }
}

#[test]
fn a_terminal_tells_its_features_and_keeps_its_configuration() {
    let mut bench = Bench::new();
    for (number, features) in [("2044", vec!["LineItems", "Signature", "Gift"]), ("2045", vec!["Signature"])] {
        let line = bench.call(&Method::GetTerminalFeatures, &[(parameter::TERMINAL_ID, number)]);
        assert_eq!(bench.answer(line).features, features);
    }
    let given = [(parameter::OPTION_NAME, "beep"), (parameter::OPTION_VALUE, "loud")];
    assert_eq!(code(&told(&mut bench, &Method::SetTerminalConfiguration, &given)), "Success");
    let line = bench.call(&Method::GetTerminalConfiguration, &[]);
    assert_eq!(bench.json(line)["Configuration"]["beep"], "loud");
}
