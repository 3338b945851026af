//! Laws of the codec. The reference's own examples are in `tests/connect_vectors.rs`.

#![allow(clippy::unwrap_used)]

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::protocols::connect::messages::*;

const AMOUNTS: [&str; 4] = ["amountBase", "amountCashback", "amountGratuity", "amountTotal"];

/// Anything JSON can say. Floats are left out: what they are written as is not what they were.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(any_name(), inner, 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Names of this protocol, and others.
fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "tid",
            "tpi",
            "transactionResult",
            "amountTotal",
            "primaryAccountNumber",
            "receiptLines",
            "MERCHANT",
            "terminals",
            "userMessage",
            "data",
            "value",
            "format",
            "balances",
            "accepted",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

fn any_params() -> impl Strategy<Value = Params> {
    btree_map(any_name(), any_json(), 0..4).prop_map(|members| members.into_iter().collect())
}

fn any_id() -> impl Strategy<Value = Value> {
    prop_oneof![any::<i64>().prop_map(Value::from), any::<String>().prop_map(Value::from)]
}

/// Text as it stays: nothing in it looks like a card, and it is not empty.
fn any_text() -> impl Strategy<Value = String> {
    "[A-Za-z][A-Za-z ]{0,20}[a-z]"
}

fn any_error() -> impl Strategy<Value = RpcError> {
    (any::<Option<i64>>(), any_text(), proptest::option::of(any_text()))
        .prop_map(|(code, message, user_message)| RpcError { code, message, user_message })
}

fn any_message() -> impl Strategy<Value = Message> {
    prop_oneof![
        (any_id(), any::<String>(), any_params()).prop_map(|(id, method, params)| Message::Request {
            id,
            method,
            params
        }),
        (any::<String>(), any_params()).prop_map(|(method, params)| Message::Notification { method, params }),
        (any_id(), any_json()).prop_map(|(id, result)| Message::Response { id, answer: Ok(result) }),
        (any_id(), any_error()).prop_map(|(id, error)| Message::Response { id, answer: Err(error) }),
    ]
}

/// Numbers that pass the check of a card's: of 12 to 19 digits.
fn any_card_number() -> impl Strategy<Value = String> {
    vec(0..10_u8, 11..=18).prop_map(|mut digits| {
        digits[0] = digits[0].max(1);
        let sum: u32 = digits.iter().rev().enumerate().map(|(at, digit)| counted(at, *digit)).sum();
        digits.push(u8::try_from((10 - sum % 10) % 10).unwrap());
        digits.into_iter().map(|digit| char::from(b'0' + digit)).collect()
    })
}

/// A digit's part of the check, by its distance from the check digit.
fn counted(distance: usize, digit: u8) -> u32 {
    let doubled = u32::from(digit) * if distance.is_multiple_of(2) { 2 } else { 1 };
    if doubled > 9 { doubled - 9 } else { doubled }
}

proptest! {
    #[test]
    fn no_bytes_make_the_codec_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
        let _ = scrubbed(&bytes);
    }

    #[test]
    fn nothing_json_can_say_makes_a_reader_panic(value in any_json(), params in any_params()) {
        let bytes = value.to_string();
        let _ = decode(bytes.as_bytes());
        let _ = scrubbed(bytes.as_bytes());
        let _ = (transaction(&value), report(&value), terminals(&value), terminal_details(&value, "1"));
        let _ = (signature_request(&params), notification(&params));
    }

    #[test]
    fn a_message_that_was_written_is_read_as_it_was(message in any_message()) {
        prop_assert_eq!(decode(&encode(&message)).unwrap(), message);
    }

    #[test]
    fn no_clear_card_number_comes_through(number in any_card_number(), name in any_name()) {
        // An identifier may look like anything, and is no card's (see `Members::key`).
        prop_assume!(!["tid", "tpi", "amountTotal"].contains(&name.as_str()));
        let as_number = Value::from(number.parse::<u64>().unwrap());
        let mut everything = String::new();
        for value in [Value::from(number.as_str()), as_number] {
            let lines = json!([{ "value": number }, number, { "text": format!("CARD {number} OK") }]);
            let result = json!({
                name.clone(): value, "primaryAccountNumber": value, "userMessage": value, "authCode": value,
                "cardSchemeName": format!("X {number}"), "paymentMethod": value, "transactionTime": value,
                "receiptLines": { "MERCHANT": lines, "CUSTOMER": lines }, "reportLines": lines, "reportType": value,
                "balances": { "currency": value, number.clone(): 1 }, "banking": { number.clone(): { "a": value } },
            });
            let error = json!({ "id": 1, "error": { "message": value, "data": { "userMessage": value } } });
            everything += &format!("{:?} {:?}", transaction(&result), report(&result));
            everything += &format!("{:?}", decode(error.to_string().as_bytes()));
            everything += &scrubbed(result.to_string().as_bytes());
            everything += &scrubbed(error.to_string().as_bytes());
        }
        prop_assert!(!everything.contains(&number), "{}", everything);
    }

    #[test]
    fn an_amount_is_an_integer_and_nothing_else(amount in any::<i64>(), which in 0..AMOUNTS.len()) {
        let of = |text: String| {
            let bytes = format!(r#"{{"id":1,"result":{{"{}":{text}}}}}"#, AMOUNTS[which]);
            let Message::Response { answer: Ok(result), .. } = decode(bytes.as_bytes()).unwrap() else { panic!() };
            transaction(&result).map(|read| {
                [read.amount_base, read.amount_cashback, read.amount_gratuity, read.amount_total][which]
            })
        };
        prop_assert_eq!(of(amount.to_string()), Ok(Some(amount)));
        let refused = Err(CodecError::WrongType(AMOUNTS[which].to_owned()));
        for text in [format!("{amount}.0"), format!("{amount}.50"), format!("{amount}e0"), format!("\"{amount}\"")] {
            prop_assert_eq!(of(text), refused.clone());
        }
    }
}

#[test]
fn amounts_never_go_through_a_float() {
    for amount in [json!(12.50), json!(1e3), json!("1250"), json!("12.50"), json!(true), json!([1]), json!(u64::MAX)] {
        for name in AMOUNTS {
            let refused = Err(CodecError::WrongType(name.to_owned()));
            assert_eq!(transaction(&json!({ name: amount })), refused, "{name} {amount}");
        }
    }
    for absent in [json!(null), json!("")] {
        assert_eq!(transaction(&json!({ "amountTotal": absent })).unwrap().amount_total, None);
    }
}

#[test]
fn ids_keep_their_type() {
    for id in [json!(7), json!("7"), json!(0), json!("a-1"), json!(7.5)] {
        let bytes = json!({ "id": id, "method": "signatureVerificationRequest", "params": {} }).to_string();
        let Message::Request { id: read, .. } = decode(bytes.as_bytes()).unwrap() else { panic!() };
        assert_eq!(read, id);
        let answer = encode(&Message::Response { id: read, answer: Ok(json!({ "accepted": true })) });
        assert_eq!(serde_json::from_slice::<Value>(&answer).unwrap()["id"], id);
    }
}

#[test]
fn the_method_tells_requests_from_responses_whatever_the_id() {
    let of = |text: &str| decode(text.as_bytes()).unwrap();
    assert!(matches!(of(r#"{"id":1,"method":"m","result":{}}"#), Message::Request { .. }));
    assert!(matches!(of(r#"{"id":null,"method":"m"}"#), Message::Notification { .. }));
    assert!(matches!(of(r#"{"id":1,"result":{},"error":null}"#), Message::Response { answer: Ok(_), .. }));
    assert!(matches!(of(r#"{"id":1,"result":{},"error":{"code":1}}"#), Message::Response { answer: Err(_), .. }));
    assert!(matches!(of(r#"{"error":{"code":1}}"#), Message::Response { id: Value::Null, answer: Err(_) }));
}

#[test]
fn a_text_for_the_cashier_is_found_in_each_of_its_places() {
    for error in [
        json!({ "code": 1, "message": "Try again" }),
        json!({ "code": 1, "message": "X", "userMessage": "Try again" }),
        json!({ "code": 1, "message": "X", "data": { "userMessage": "Try again" } }),
        json!("Try again"),
    ] {
        let bytes = json!({ "id": 1, "error": error }).to_string();
        let Message::Response { answer: Err(read), .. } = decode(bytes.as_bytes()).unwrap() else { panic!() };
        assert_eq!(read.words(), "Try again", "{error}");
    }
}

#[test]
fn both_shapes_and_both_spellings_are_read() {
    let one = json!({ "tpi": "7", "status": "BUSY", "colour": "red" });
    for list in [json!([one]), json!({ "terminals": [one] })] {
        assert_eq!(terminals(&list).unwrap()[0].tid, "7");
        assert_eq!(terminal_details(&list, "7").unwrap().status, Some(TerminalStatus::Busy));
    }
    assert_eq!(terminal_details(&one, "7").unwrap().tid, "7");
    assert_eq!(terminal_details(&one, "8"), None);
    for name in ["cardHolderVerificationMethod", "cardholderVerificationMethod"] {
        assert_eq!(transaction(&json!({ name: "DEVICE" })).unwrap().verification, Some(Verification::Device));
    }
    let lines = receipt_lines(&[json!("a"), json!({ "text": "b" }), json!({ "value": "c", "type": "WAVE" }), json!(7)]);
    let texts: Vec<_> = lines.iter().map(|line| line.value.as_str()).collect();
    assert_eq!(texts, ["a", "b", "c"]);
    assert_eq!(lines[2].kind, LineKind::Other("WAVE".to_owned()));
}

#[test]
fn dates_of_a_card_and_tokens_are_never_shown() {
    let message =
        json!({ "result": { "dateOfExpiry": "08/29", "dateOfStart": ["09/25"], "token": { "a": "s3cr3t" } } });
    let shown = scrubbed(message.to_string().as_bytes());
    for secret in ["08/29", "09/25", "s3cr3t"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(scrubbed(b"4111111111111111 08/29"), "[22 bytes, not JSON]");
}
