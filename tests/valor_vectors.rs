//! The reference's own bytes (valor-connect sections 7 and 12), as files in `tests/vectors/valor`: reader, codec,
//! classification and judgement say of them what the reference says.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

use checkstand::domain::{Currency, DayVerdict, Money, Operation, PaymentRequest, Verdict};
use checkstand::protocols::framing::json_objects::JsonObjects;
use checkstand::protocols::valor::codec::{OBJECT_AT_MOST, decode, encode};
use checkstand::protocols::valor::messages::{Heard, Members, Whose, mode, name};
use checkstand::protocols::valor::outcomes::{self, Judgement};
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/valor")
}

fn vector(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

/// A message of section 7.
fn message(name: &str) -> Members {
    decode(&vector(&format!("{name}.json"))).unwrap()
}

fn read(pieces: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let mut reader = JsonObjects::new(OBJECT_AT_MOST);
    pieces.into_iter().flat_map(|piece| reader.push(&piece).unwrap()).collect()
}

fn request(operation: Operation, minor: i64) -> PaymentRequest {
    PaymentRequest::new(operation, Money::new(minor, Currency::USD))
}

/// Verdict, everything taken, tip, and what was added besides.
fn ended(name: &str, request: &PaymentRequest) -> (Verdict, Option<(i64, i64, i64)>) {
    match outcomes::judge(&message(name), request) {
        Judgement::Ended(outcome) => {
            let taken = outcome.taken.map(|taken| (taken.total.minor(), taken.tip_minor, taken.surcharge_minor));
            (outcome.verdict, taken)
        }
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn requests_are_the_bytes_of_section_12() {
    assert_eq!(encode(&Members::request(mode::QUERY, None)), vector("12-query-request.bin"));
    let cancel = Members::request(mode::CANCEL, None).with(name::REQ_TXN_ID, "A7F3K2000042");
    assert_eq!(encode(&cancel), vector("12-cancel-request.bin"));
    let acknowledgement = Members::state("0").with(name::MSG, "ACK");
    assert_eq!(encode(&acknowledgement), vector("12-acknowledgement.bin"));
    let sizes = ["12-query-request.bin", "12-usb-query-request.bin", "12-acknowledgement.bin", "12-cancel-request.bin"];
    assert_eq!(sizes.map(|name| vector(name).len()), [18, 30, 25, 46]);
}

#[test]
fn exactly_two_objects_are_read_out_of_the_noise() {
    let noise = vector("12-two-objects-in-noise.bin");
    let failed = br#"{"STATE":"-1","ERROR_MSG":"brace } in text"}"#.to_vec();
    let both = vec![vector("12-acknowledgement.bin"), failed];
    assert_eq!(read([noise.clone()]), both);
    assert_eq!(read(noise.iter().map(|byte| vec![*byte])), both, "in single bytes");
    for cut in 0..noise.len() {
        let (head, tail) = noise.split_at(cut);
        assert_eq!(read([head.to_vec(), tail.to_vec()]), both, "cut at {cut}");
    }
    assert_eq!(decode(&both[1]).unwrap().text(name::ERROR_MSG), Some("brace } in text"));
}

#[test]
fn one_object_is_read_out_of_25_single_bytes() {
    let acknowledgement = vector("12-acknowledgement.bin");
    assert_eq!(read(acknowledgement.iter().map(|byte| vec![*byte])), vec![acknowledgement]);
}

#[test]
fn the_markers_of_the_serial_line_are_read_over() {
    assert_eq!(read([vector("12-usb-query-request.bin")]), vec![vector("12-query-request.bin")]);
}

#[test]
fn every_request_of_section_7_is_written_as_it_was_read() {
    let mut seen = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with("-request.json") {
            let bytes = vector(&name);
            let written: Value = serde_json::from_slice(&encode(&decode(&bytes).unwrap())).unwrap();
            assert_eq!(written, serde_json::from_slice::<Value>(&bytes).unwrap(), "{name}");
            seen += 1;
        }
    }
    assert_eq!(seen, 17);
}

#[test]
fn every_answer_of_section_7_is_what_the_reference_calls_it() {
    for (name, heard) in [
        ("7-s1-acknowledgement", Heard::Acknowledged),
        ("7-s2-accepted", Heard::Accepted),
        ("7-s4-acknowledgement", Heard::Acknowledged),
        ("7.1-sale-approved", Heard::Result),
        ("7.1-sale-declined", Heard::Result),
        ("7.1-sale-cancelled", Heard::Result),
        ("7.2-sale-with-tip-tax-and-fee-approved", Heard::Result),
        ("7.4-ebt-sale-approved", Heard::Result),
        ("7.4-cash-approved", Heard::Result),
        ("7.5-ticket-approved", Heard::Result),
        ("7.7-void-approved", Heard::Result),
        ("7.9-settlement-closed", Heard::Result),
        ("7.9-settlement-empty", Heard::Result),
        ("7.14-query-description", Heard::Description),
        ("7.16-cancel-answer", Heard::Result),
    ] {
        assert_eq!(Heard::of(&message(name)), heard, "{name}");
    }
}

#[test]
fn the_recovery_key_is_read_out_of_the_acceptance_and_out_of_the_result() {
    assert_eq!(message("7-s2-accepted").stan(), Some("118"));
    assert_eq!(message("7.1-sale-approved").stan(), Some("118"));
    assert_eq!(message("7.15-status-request").text(name::STAN_NO), Some("118"));
}

#[test]
fn results_belong_to_the_request_they_name() {
    let result = message("7.1-sale-approved");
    assert_eq!(Whose::of(&result, "A7F3K2000042", Some("118")), Whose::Ours);
    assert_eq!(Whose::of(&result, "A7F3K2000042", None), Whose::Ours);
    assert_eq!(Whose::of(&result, "A7F3K2000043", Some("118")), Whose::Anothers);
}

#[test]
fn the_results_of_section_7_are_booked_as_the_reference_says() {
    let sale = |minor| request(Operation::Sale, minor);
    let exactly = |minor| (Verdict::Approved, Some((minor, 0, 0)));
    assert_eq!(ended("7.1-sale-approved", &sale(1_250)), exactly(1_250));
    assert_eq!(ended("7.1-sale-declined", &sale(1_250)), (Verdict::Declined, None));
    assert_eq!(ended("7.1-sale-cancelled", &sale(1_250)), (Verdict::Cancelled, None));
    let everything = (Verdict::Approved, Some((2_480, 300, 180)));
    assert_eq!(ended("7.2-sale-with-tip-tax-and-fee-approved", &sale(2_000)), everything);
    assert_eq!(ended("7.4-ebt-sale-approved", &sale(899)), exactly(899));
    assert_eq!(ended("7.4-cash-approved", &sale(500)), exactly(500));
    assert_eq!(ended("7.5-ticket-approved", &request(Operation::Capture, 11_500)), exactly(11_500));
    assert_eq!(ended("7.7-void-approved", &request(Operation::Void, 1_250)), exactly(1_250));
}

#[test]
fn acceptance_and_cancel_answer_are_never_an_outcome() {
    for name in ["7-s2-accepted", "7.16-cancel-answer", "7-s1-acknowledgement", "7.14-query-description"] {
        let judgement = outcomes::judge(&message(name), &request(Operation::Sale, 1_250));
        assert!(!matches!(judgement, Judgement::Ended(_)), "{name}: {judgement:?}");
    }
}

#[test]
fn settlements_are_judged_as_the_reference_says() {
    let closed = outcomes::judge_settlement(&message("7.9-settlement-closed"), Currency::USD);
    assert_eq!(
        (closed.verdict, closed.batch.as_deref(), closed.transactions),
        (DayVerdict::Closed, Some("56"), Some(5))
    );
    assert_eq!(closed.total, Some(Money::new(16_130, Currency::USD)));
    let empty = outcomes::judge_settlement(&message("7.9-settlement-empty"), Currency::USD);
    assert_eq!(empty.verdict, DayVerdict::NothingToClose);
}

#[test]
fn the_card_of_a_result_keeps_its_last_four_digits_only() {
    let approved = message("7.1-sale-approved");
    assert_eq!(approved.text(name::MASKED_PAN), Some("**** **** **** 0077"));
    assert_eq!(approved.text("EXPIRY_DATE"), None);
    let Judgement::Ended(outcome) = outcomes::judge(&approved, &request(Operation::Sale, 1_250)) else { panic!() };
    let card = outcome.card.unwrap();
    assert_eq!((card.last4.as_str(), card.brand.as_str()), ("0077", "MASTERCARD"));
    assert_eq!(outcome.terminal_reference.as_deref(), Some("56/7"));
    assert_eq!(outcome.auth_code.as_deref(), Some("SIM042"));
}
