//! The reference's own examples (section 7), and what a peer must not be able to do.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::domain::{Currency, Money};
use crate::protocols::json::Json;
use crate::protocols::p3::messages::*;

fn vectors() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/p3");
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect();
    found.sort();
    found
}

fn vector(name: &str) -> Vec<u8> {
    vectors().into_iter().find(|(found, _)| found == name).map(|(_, bytes)| bytes).unwrap()
}

/// Without what means nothing: order, nulls, the case of `status`.
fn settled(json: Json) -> Json {
    match json {
        Json::Object(members) => {
            let mut members: Vec<_> = members
                .into_iter()
                .filter(|(_, value)| *value != Json::Null)
                .map(|(name, value)| match value {
                    Json::Text(word) if name == "status" => (name, Json::Text(word.to_uppercase())),
                    value => (name, settled(value)),
                })
                .collect();
            members.sort_by(|left, right| left.0.cmp(&right.0));
            Json::Object(members)
        }
        Json::List(items) => Json::List(items.into_iter().map(settled).collect()),
        other => other,
    }
}

fn progress_of(bytes: &[u8]) -> Progress {
    match decode(bytes).unwrap().body {
        Body::ExecuteTransactionUpdate(progress) | Body::ExecuteTransactionResponse(progress) => *progress,
        other => panic!("{other:?}"),
    }
}

fn response_with(transaction: &str) -> Vec<u8> {
    format!(
        r#"{{"type":"EXECUTE_TRANSACTION_RESPONSE","tag":"t","status":"OK","executeTransactionResponse":{{"transaction":{transaction}}}}}"#
    )
    .into_bytes()
}

fn transaction_of(transaction: &str) -> Result<Transaction, CodecError> {
    match decode(&response_with(transaction))?.body {
        Body::ExecuteTransactionResponse(progress) => Ok(progress.transaction.unwrap()),
        other => panic!("{other:?}"),
    }
}

fn charge() -> Message {
    let mut parameters = TransactionParameters::new(RequestType::Charge);
    parameters.amount = Some(Amount::of(Money::new(2350, Currency::EUR)));
    parameters.currency = Some("EUR".to_owned());
    parameters.auto_capture = Some(true);
    parameters.subject = Some("Receipt 4711".to_owned());
    parameters.custom_identifier = Some("pos1-20250103-4711-1".to_owned());
    Message {
        header: Header::request("t-2").on("devices/till2"),
        body: Body::ExecuteTransactionRequest(Box::new(ExecuteTransactionRequest {
            mode: Some(Mode::Online),
            transaction_parameters: Some(parameters),
            ..ExecuteTransactionRequest::default()
        })),
    }
}

#[test]
fn every_example_of_the_reference_is_read_and_written_again() {
    assert!(vectors().len() >= 14);
    for (name, bytes) in vectors() {
        let message = decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let written = tree::parse(&encode(&message)).unwrap();
        assert_eq!(settled(written), settled(tree::parse(&bytes).unwrap()), "{name}");
        assert_eq!(decode(&encode(&message)).unwrap(), message, "{name}");
        assert_eq!(decode_header(&bytes).unwrap(), (message.body.message_type(), message.header), "{name}");
    }
}

#[test]
fn the_charge_we_write_is_the_references() {
    assert_eq!(decode(&vector("7.2-charge-request")).unwrap(), charge());
    let text = String::from_utf8(encode(&charge())).unwrap();
    assert!(text.contains(r#""amount":23.50,"#), "{text}");
    assert!(!text.contains("null"), "{text}");
}

#[test]
fn the_approval_of_the_reference_says_what_was_taken() {
    let transaction = progress_of(&vector("7.2-response-approved")).transaction.unwrap();
    assert_eq!(transaction.status, Some(TransactionStatus::Approved));
    assert_eq!(transaction.total(), Some(Money::new(2350, Currency::EUR)));
    assert_eq!(transaction.payment_details.unwrap().scheme, Some(Scheme::Mastercard));
    let receipt = transaction.merchant_receipt.unwrap();
    assert_eq!(receipt.line("PAYMENT_DETAILS_MASKED_ACCOUNT").unwrap().value, "**** 4242");
    assert_eq!(receipt.line("STATUS_TEXT").unwrap().value, "APPROVED");
}

#[test]
fn the_status_of_the_header_is_read_in_any_case_and_an_error_keeps_its_data() {
    let bytes = br#"{"type":"EXECUTE_TRANSACTION_RESPONSE","tag":"t","status":"error",
        "error":{"type":"POS_TRANSACTION_DECLINED","message":"no"},
        "executeTransactionResponse":{"state":"DECLINED","transaction":{"status":"DECLINED"}}}"#;
    let message = decode(bytes).unwrap();
    assert_eq!(message.header.status, Some(Status::Error));
    assert_eq!(message.header.error.unwrap().kind, ErrorType::PosTransactionDeclined);
    assert_eq!(progress_of(bytes).transaction.unwrap().status, Some(TransactionStatus::Declined));
}

#[test]
fn strangers_are_ignored_and_unknown_words_kept() {
    let text = r#"{"type":"EXECUTE_TRANSACTION_UPDATE","tag":"t","resource":"","colour":"red","status":"Ok","error":null,
        "executeTransactionUpdate":{"state":"TEA_TIME","abortable":null,"information":["a",null],"more":{"x":[1e999]},
        "transaction":{"status":"MAYBE","amount":1.005,"currency":"XQX","paymentDetails":{"scheme":"FJORD"}}}}"#;
    let message = decode(text.as_bytes()).unwrap();
    assert_eq!(message.header.resource, None);
    let progress = progress_of(text.as_bytes());
    assert_eq!(progress.state, Some(State::Other("TEA_TIME".to_owned())));
    assert_eq!(progress.information, ["a", ""]);
    let transaction = progress.transaction.unwrap();
    assert_eq!(transaction.status, Some(TransactionStatus::Other("MAYBE".to_owned())));
    assert_eq!(transaction.total(), None);
    let unknown = decode(br#"{"type":"TEA_RESPONSE","tag":"t","teaResponse":5}"#);
    assert!(matches!(unknown, Err(CodecError::WrongType { member }) if member == "teaResponse"));
    let unknown = decode(br#"{"type":"TEA_RESPONSE","tag":"t","teaResponse":{}}"#).unwrap();
    assert_eq!(unknown.body, Body::Other("TEA_RESPONSE".to_owned()));
}

#[test]
fn what_decides_nothing_and_cannot_be_read_costs_nobody_the_answer() {
    let odd = r#"{"status":"APPROVED","amount":5.00,"currency":"EUR","createdTimestamp":"soon","dccDetails":{"rate":"1.0850"},
        "refundDetails":{"refundTransactions":[{"amount":""}]},"merchantReceipt":{"data":{"DATE":{"key":"DATE","value":7}}}}"#;
    let transaction = transaction_of(odd).unwrap();
    assert_eq!(transaction.status, Some(TransactionStatus::Approved));
    assert_eq!(transaction.amount.map(|amount| amount.as_text().to_owned()), Some("5.00".to_owned()));
    assert_eq!(
        (transaction.created_timestamp, transaction.dcc_details, transaction.merchant_receipt),
        (None, None, None)
    );
}

#[test]
fn a_missing_list_is_not_an_empty_one() {
    let query = |data: &str| {
        let text = format!(r#"{{"type":"QUERY_TRANSACTIONS_RESPONSE","tag":"t","status":"OK"{data}}}"#);
        decode(text.as_bytes()).unwrap().body
    };
    assert_eq!(query(""), Body::QueryTransactionsResponse(None));
    assert_eq!(query(r#","queryTransactionsResponse":{}"#), Body::QueryTransactionsResponse(None));
    let empty = Body::QueryTransactionsResponse(Some(Vec::new()));
    assert_eq!(query(r#","queryTransactionsResponse":{"transactions":[]}"#), empty);
    let message = Message { header: Header::request("t").answer(), body: empty };
    assert_eq!(decode(&encode(&message)).unwrap(), message);
}

#[test]
fn a_member_of_the_wrong_type_or_there_twice_is_named() {
    let member = |transaction: &str| match transaction_of(transaction).unwrap_err() {
        CodecError::WrongType { member } | CodecError::Twice { member } => member,
        other => panic!("{other}"),
    };
    let path = |inner: &str| format!("executeTransactionResponse.transaction.{inner}");
    assert_eq!(member(r#"{"amount":"5.00"}"#), path("amount"));
    assert_eq!(member(r#"{"amount":1e99}"#), path("amount"));
    assert_eq!(member(r#"{"status":5}"#), path("status"));
    assert_eq!(member(r#"{"status":"APPROVED","status":"DECLINED"}"#), path("status"));
    assert_eq!(member(r#"{"captured":"true"}"#), path("captured"));
    assert_eq!(member(r#"{"details":{"includedTipAmount":[]}}"#), path("details.includedTipAmount"));
    assert_eq!(decode(br#"{"tag":"t"}"#), Err(CodecError::Missing { member: "type".to_owned() }));
    assert_eq!(decode(b"[]"), Err(CodecError::NoObject));
    let no_data = decode(br#"{"type":"EXECUTE_TRANSACTION_REQUEST","tag":"t"}"#);
    assert_eq!(no_data, Err(CodecError::Missing { member: "executeTransactionRequest".to_owned() }));
}

#[test]
fn the_header_is_known_even_when_the_data_is_wrong() {
    let (message_type, header) = decode_header(&response_with(r#"{"amount":"5.00"}"#)).unwrap();
    assert_eq!((message_type, header.tag.as_str()), (MessageType::ExecuteTransactionResponse, "t"));
}

const WITH_CARD_DATA: &str = r#"{"identifier":"4111111111111111","amount":5.00,"currency":"EUR",
    "subject":"card 4111 1111 1111 1111",
    "statusDetails":{"code":"4111111111111111","description":"PAN 4111111111111111"},
    "paymentDetails":{"maskedAccountNumber":"4111111111111111"},
    "cardDetails":{"cardHolderName":"EVA BLOM","expiryMonth":12,"expiryYear":2031,"fingerprint":"f1n93r",
        "maskedCardNumber":"411111******1111"},
    "shopperDetails":{"email":"eva@example.org"},"giftCardDetails":{"expiryDate":"2031-12"},
    "merchantReceipt":{"data":{"PAYMENT_DETAILS_MASKED_ACCOUNT":{"key":"k","label":"Card","value":"4111111111111111"}}}}"#;

#[test]
fn clear_card_numbers_are_masked_and_card_details_never_kept() {
    let transaction = transaction_of(WITH_CARD_DATA).unwrap();
    let kept = format!("{transaction:?}").replace(transaction.identifier.as_deref().unwrap(), "");
    for forbidden in ["411111", "EVA", "2031", "f1n93r", "example.org"] {
        assert!(!kept.contains(forbidden), "{forbidden}: {kept}");
    }
    assert_eq!(transaction.payment_details.unwrap().masked_account_number.unwrap(), "************1111");
}

#[test]
fn nothing_secret_survives_scrubbing_and_identifiers_do() {
    let scrubbed_transaction = scrubbed(&response_with(WITH_CARD_DATA));
    for forbidden in ["EVA", "2031", "f1n93r", "example.org", "411111***", "value\":\"4111"] {
        assert!(!scrubbed_transaction.contains(forbidden), "{forbidden}: {scrubbed_transaction}");
    }
    assert!(scrubbed_transaction.contains(r#""amount":5.00"#), "{scrubbed_transaction}");
    let login = scrubbed(&vector("7.1-login-request"));
    assert!(login.contains(r#""merchantSecret":"***""#) && !login.contains("s3cr3t"), "{login}");
    let signature = scrubbed(&vector("7.6-signature-digital-request"));
    assert!(signature.contains(r#""data":"***""#), "{signature}");
    assert!(scrubbed(&vector("7.2-response-approved")).contains("5d0e4c2b9a3f47e8a1b2c3d4e5f60718"));
    assert_eq!(scrubbed(b"4111111111111111 s3cr3t"), "[23 bytes, not JSON: a syntax error at line 1, column 18]");
}

#[test]
fn secrets_and_signatures_are_not_printed() {
    for name in ["7.1-login-request", "7.6-signature-digital-request"] {
        let printed = format!("{:?}", decode(&vector(name)).unwrap());
        assert!(!printed.contains("s3cr3t") && !printed.contains("iVBOR") && !printed.contains("137, 80"), "{printed}");
    }
}

#[test]
fn amounts_that_a_float_gets_wrong_pass_through_unchanged() {
    for (number, currency, minor) in [
        ("0.1", "EUR", 10),
        ("0.29", "EUR", 29),
        ("1.15", "EUR", 115),
        ("8.2", "EUR", 820),
        ("8.20e2", "EUR", 82_000),
        ("9007199254740993.01", "EUR", 900_719_925_474_099_301),
        ("1.005", "KWD", 1_005),
        ("9007199254740993", "JPY", 9_007_199_254_740_993),
    ] {
        let transaction = transaction_of(&format!(r#"{{"amount":{number},"currency":"{currency}"}}"#)).unwrap();
        assert_eq!(transaction.total(), Some(Money::new(minor, currency.parse().unwrap())), "{number}");
    }
    assert_eq!(transaction_of(r#"{"amount":1.005,"currency":"EUR"}"#).unwrap().total(), None);
}

proptest! {
    #[test]
    fn an_amount_written_is_read_again(minor in 0..i64::MAX, pick in 0..3_usize) {
        let money = Money::new(minor, ["JPY", "EUR", "KWD"][pick].parse().unwrap());
        let transaction = Transaction {
            amount: Some(Amount::of(money)),
            currency: Some(money.currency().code().to_owned()),
            ..Transaction::default()
        };
        let progress = Progress { transaction: Some(transaction), ..Progress::default() };
        let message = Message {
            header: Header::request("t").answer(),
            body: Body::AmendTransactionResponse(Box::new(progress)),
        };
        let read = decode(&encode(&message)).unwrap();
        prop_assert_eq!(&read, &message);
        let Body::AmendTransactionResponse(progress) = read.body else { unreachable!() };
        prop_assert_eq!(progress.transaction.unwrap().total(), Some(money));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
        let _ = decode_header(&bytes);
        let _ = scrubbed(&bytes);
    }

    #[test]
    fn no_damage_to_a_message_makes_it_panic(
        pick in 0..14_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(br#"{}[]",:0e-n\"#.to_vec())), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let (_, mut bytes) = vectors().remove(pick);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = decode(&bytes);
        let _ = scrubbed(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        let _ = decode(&bytes);
    }

    #[test]
    fn a_member_replaced_by_anything_is_read_or_named(
        pick in 0..14_usize,
        at in any::<prop::sample::Index>(),
        with in prop::sample::select(vec!["null", "1", "-1.5e3", "true", "\"x\"", "[]", "{}", "[[1]]", "{\"type\":1}"]),
    ) {
        let (_, bytes) = vectors().remove(pick);
        let mut tree = tree::parse(&bytes).unwrap();
        let count = members(&mut tree, None);
        members(&mut tree, Some((at.index(count), &tree::parse(with.as_bytes()).unwrap())));
        match decode(tree.to_text().as_bytes()) {
            Ok(message) => {
                let again = decode(&encode(&message)).unwrap();
                prop_assert_eq!(again.body.message_type(), message.body.message_type());
            }
            Err(CodecError::WrongType { member } | CodecError::Missing { member }) => prop_assert!(!member.is_empty()),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

/// Counts the members of a tree; puts `with` in place of the one of this number.
fn members(json: &mut Json, replace: Option<(usize, &Json)>) -> usize {
    fn walk(json: &mut Json, count: &mut usize, replace: Option<(usize, &Json)>) {
        match json {
            Json::Object(found) => {
                for (_, value) in found {
                    if let Some((at, with)) = replace
                        && at == *count
                    {
                        *value = with.clone();
                    }
                    *count += 1;
                    walk(value, count, replace);
                }
            }
            Json::List(items) => items.iter_mut().for_each(|item| walk(item, count, replace)),
            _ => {}
        }
    }
    let mut count = 0;
    walk(json, &mut count, replace);
    count
}
