//! The web interface itself: flavours, parameters, credentials (reference 3.1 to 3.3).

use super::bench::*;
use crate::domain::Secret;
use crate::protocols::econduit::messages::*;
use crate::protocols::frame::{HttpRequest, Query};

fn get(bench: &mut Bench, path: &str, query: &str) -> crate::protocols::simulator::Line {
    bench.request(HttpRequest::get(path, Query::new(Secret::new(query), "***".to_owned())))
}

#[test]
fn both_flavours_know_every_method() {
    for flavour in [Flavour::Classic, Flavour::Json] {
        for method in Method::KNOWN {
            let mut bench = Bench::new();
            bench.flavour = flavour;
            let given: Given = match method {
                Method::RunTransaction | Method::RunTransaction2 => {
                    &[(parameter::COMMAND, "sale"), (parameter::AMOUNT, "18.40"), (parameter::REF_ID, "a1-1")]
                }
                Method::CheckStatus | Method::CheckStatus2 | Method::CheckStatusList => {
                    &[(parameter::COMMAND, "Sale"), (parameter::REF_ID, "a1-1")]
                }
                Method::GetUserInput => &[(parameter::TYPE, "c"), (parameter::MAX_LENGTH, "8")],
                Method::GetUserSelection => &[(parameter::OPTIONS, "Small|Large")],
                Method::ShowLineItems => &[(parameter::TYPE, "html"), (parameter::DATA, "<b>Hi</b>")],
                Method::ShowUrl => &[(parameter::URL, "https://example.org/"), (parameter::IS_DEFAULT, "True")],
                Method::SetTerminalConfiguration => &[(parameter::OPTION_NAME, "beep"), (parameter::OPTION_VALUE, "1")],
                Method::PairTerminal => {
                    &[(parameter::REFERENCE_ID, "CAFE"), (parameter::TERMINAL_SERIAL_NUMBER, "77002046")]
                }
                Method::PairTerminalWithCountry => &[
                    (parameter::REFERENCE_ID, "CAFE"),
                    (parameter::TERMINAL_SERIAL_NUMBER, "77002046"),
                    (parameter::COUNTRY, "New Zealand"),
                ],
                _ => &[],
            };
            let line = bench.call(method, given);
            bench.pass(4);
            let response = bench.response(line).unwrap();
            assert_eq!((response.status, response.content_type), (200, CONTENT_TYPE), "{method:?}");
            let text = bench.text(line);
            let fine = ["Approved", "Success", "\"ResultCodeCredit\":\"1\"", "Transaction not found"];
            assert!(text == "[]" || fine.iter().any(|word| text.contains(word)), "{method:?}: {text}");
            assert!(bench.complaints.is_empty(), "{method:?}: {:?}", bench.complaints);
        }
    }
}

#[test]
fn a_missing_parameter_of_the_classic_flavour_is_named() {
    let mut bench = Bench::new();
    let base = "/services/api.asmx/";
    for (path, query, missing) in [
        ("runTransaction", "command=Sale&key=K-17&password=P-17&amount=1.00&refID=a1-1", "terminalId"),
        ("runTransaction2", "command=Sale&key=&password=&amount=&refID=&terminalId=", "invoiceNumber"),
        ("closeBatch", "key=K-17&password=P-17&terminalId=2044&refId=b", "merchantId"),
        ("getSignature", "", "key"),
    ] {
        let line = get(&mut bench, &format!("{base}{path}"), query);
        let response = bench.response(line).unwrap();
        assert_eq!(response.status, 500);
        assert_eq!(response.body, format!("Missing parameter: {missing}.").into_bytes());
    }
    assert_eq!(bench.complaints.len(), 4);
    let told = bench.complaints.join(" ");
    assert!(!told.contains("K-17") && !told.contains("P-17"), "{told}");
}

#[test]
fn names_of_the_classic_flavour_may_be_in_any_case() {
    let mut bench = Bench::new();
    let query = "Command=sale&KEY=K-17&password=P-17&amount=1.00&refId=a1-1&TerminalId=2044";
    let line = get(&mut bench, "/white/label/RUNtransaction", query);
    bench.pass(3);
    assert_eq!(code(&bench.answer(line)), "Approved");
}

#[test]
fn what_is_no_call_is_refused() {
    let mut bench = Bench::new();
    let unknown = get(&mut bench, "/services/api.asmx/printReceipt", "");
    assert_eq!(bench.response(unknown).unwrap().status, 404);
    let nested = br#"{"Key":"K-17","Password":"P-17","TerminalId":"2044","Type":"json","Data":{"header":{}}}"#;
    for body in [nested.as_slice(), b"[]", b"{", b"\xff"] {
        let line = bench.request(HttpRequest::post("/1.0/showLineItems", CONTENT_TYPE, body.to_vec()));
        assert_eq!((bench.response(line).unwrap().status, bench.text(line).as_str()), (400, "Bad request"));
    }
    assert_eq!(bench.complaints.len(), 5);
}

#[test]
fn wrong_credentials_are_told_so_and_nothing_else() {
    for credentials in [("K-17", "P-18"), ("K-18", "P-17"), ("", "")] {
        let mut bench = Bench::new();
        bench.credentials = (credentials.0.to_owned(), credentials.1.to_owned());
        for method in [Method::RunTransaction, Method::CheckStatus, Method::CloseBatch, Method::GetTerminalFeatures] {
            let line = bench.call(&method, &[]);
            let expected = r#"{"ResultCode":"Error","Message":"Invalid credentials","ResultFinal":true}"#;
            assert_eq!(bench.text(line), expected);
        }
        assert!(bench.ledger.is_empty());
    }
}

#[test]
fn a_terminal_of_nobody_or_of_somebody_else_is_not_found() {
    let mut bench = Bench::new();
    for number in ["2046", "", "x", "99999999999"] {
        let line = bench.run_on(number, "Sale", "a1-1", "1.00");
        assert_eq!(message(&bench.answer(line)), "Terminal not found");
    }
}

#[test]
fn what_is_wrong_with_a_transaction_is_told_and_disliked() {
    for (command, ref_id, amount, words) in [
        ("Buy", "a1-1", "1.00", "Invalid command"),
        ("CloseBatch", "a1-1", "1.00", "Invalid command"),
        ("Sale", "a1-1", "1", "Invalid amount"),
        ("Sale", "a1-1", "1.5", "Invalid amount"),
        ("Sale", "a1-1", "1.005", "Invalid amount"),
        ("Sale", "a1-1", "0.00", "Invalid amount"),
        ("Sale", "a1-1", "-1.00", "Invalid amount"),
        ("Sale", "a1-1", "", "Invalid amount"),
        ("Capture", "a1-1", "", "Invalid amount"),
        ("TipAdjust", "a1-1", "2", "Invalid amount"),
        ("Void", "", "1.00", "refID is required"),
    ] {
        let mut bench = Bench::new();
        let line = bench.run(command, ref_id, amount);
        let answer = bench.answer(line);
        assert_eq!((code(&answer), message(&answer)), ("Error", words), "{command} {amount}");
        assert_eq!(bench.complaints.len(), 1, "{command} {amount}");
    }
}

#[test]
fn without_a_ref_id_the_cloud_makes_one_and_dislikes_it() {
    let mut bench = Bench::new();
    let made = bench.done("Sale", "", "1.00").ref_id.unwrap();
    assert_eq!((made.len(), bench.complaints.len()), (32, 1));
    bench.done("Sale", "an id with blanks", "1.00");
    bench.done("Sale", &"x".repeat(33), "1.00");
    assert_eq!(bench.complaints.len(), 3);
}
