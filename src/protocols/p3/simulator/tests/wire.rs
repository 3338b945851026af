//! Framing, login, and what a PayServer refuses (10.2, 10.3).

use proptest::prelude::*;

use super::bench::*;
use crate::protocols::framing::length_prefix::framed;
use crate::protocols::p3::DOORS;
use crate::protocols::p3::messages::*;
use crate::protocols::p3::simulator::Options;
use crate::protocols::simulator::{Carrier, Door, Line, Simulator, SimulatorEffect, SimulatorInput};

fn websocket() -> Bench {
    Bench::ready(DOORS[0])
}

fn tcp() -> Bench {
    Bench::ready(DOORS[1])
}

const GET_DEVICES: &str = r#"{"type":"GET_DEVICES_REQUEST","tag":"d-1","getDevicesRequest":{}}"#;

#[test]
fn a_stream_is_cut_into_messages_whatever_its_pieces() {
    let mut bench = tcp();
    let stream =
        [framed(GET_DEVICES.as_bytes()).unwrap(), framed(GET_DEVICES.replace("d-1", "d-2").as_bytes()).unwrap()]
            .concat();
    for piece in stream.chunks(3) {
        bench.pour(piece);
    }
    for tag in ["d-1", "d-2"] {
        let Body::GetDevicesResponse(Some(devices)) = bench.answer(tag).body else { panic!() };
        assert_eq!(
            devices.iter().map(|device| device.resource.as_str()).collect::<Vec<_>>(),
            [READER, "devices/mock2"]
        );
    }
    assert_eq!(bench.complaints, [""; 0]);
}

#[test]
fn a_stream_that_cannot_be_cut_is_closed() {
    for garbage in [&[0_u8, 0, 0, 0][..], &[0xff, 0xff, 0xff, 0xff], b"GET / HTTP/1.1\r\n"] {
        let mut bench = tcp();
        bench.pour(garbage);
        assert_eq!(bench.end_of(bench.line), Some(End::Closed));
        assert_eq!(bench.complaints.len(), 1);
    }
}

#[test]
fn what_is_not_json_closes_a_stream_and_is_answered_on_a_websocket() {
    let mut bench = tcp();
    bench.say("{\"type\":");
    assert_eq!(bench.end_of(bench.line), Some(End::Closed));
    let mut bench = websocket();
    bench.say("{\"type\":");
    let answer = bench.received().last().unwrap();
    assert_eq!(answer.body, Body::UnknownResponse);
    assert_eq!(answer.header.error.as_ref().unwrap().kind, ErrorType::PayserverMessageProcessing);
    assert_eq!(bench.end_of(bench.line), None);
}

#[test]
fn unknown_types_and_missing_members_are_refused_by_name() {
    on_both_doors(|mut bench| {
        for (json, tag, message_type) in [
            (r#"{"type":"BREW_TEA_REQUEST","tag":"x-1"}"#, "x-1", MessageType::UnknownResponse),
            (r#"{"type":"GET_DEVICES_RESPONSE","tag":"x-2"}"#, "x-2", MessageType::UnknownResponse),
            (r#"{"tag":"x-3"}"#, "", MessageType::UnknownResponse),
            (r#"{"type":"GET_DEVICES_REQUEST"}"#, "", MessageType::GetDevicesResponse),
            (r#"{"type":"GET_TRANSACTION_REQUEST","tag":"x-4"}"#, "x-4", MessageType::GetTransactionResponse),
            (
                r#"{"type":"EXECUTE_TRANSACTION_REQUEST","tag":"x-5","executeTransactionRequest":{"transactionParameters":{"type":"CHARGE","amount":"1.00"}}}"#,
                "x-5",
                MessageType::ExecuteTransactionResponse,
            ),
        ] {
            bench.say(json);
            let answer = bench.received().last().unwrap();
            assert_eq!((answer.header.tag.as_str(), answer.body.message_type()), (tag, message_type), "{json}");
            assert_eq!(answer.header.error.as_ref().unwrap().kind, ErrorType::PayserverMessageValidation);
        }
        assert_eq!(bench.complaints.len(), 6);
    });
}

#[test]
fn a_charge_that_says_too_little_or_nonsense_is_refused() {
    on_both_doors(|mut bench| {
        for (from, to) in [
            (r#","amount":10.00"#, ""),
            (r#","currency":"EUR""#, ""),
            (r#","currency":"EUR""#, r#","currency":"XQX""#),
            (r#","autoCapture":true"#, ""),
            ("10.00", "10.001"),
            ("10.00", "0.00"),
            ("10.00", "-10.00"),
            ("CHARGE", "CAPTURE"),
            ("CHARGE", "TIPTOE"),
            (r#""subject""#, r#""includedTipAmount":11.00,"subject""#),
            (r#""subject""#, r#""workflow":"ALTERNATIVE_PAYMENT_METHOD","subject""#),
        ] {
            bench.complaints.clear();
            let tag = bench.execute(&charge("10.00", "key").replace(from, to));
            assert_eq!(bench.error(&tag), ErrorType::PayserverMessageValidation, "{from} {to}");
            assert_eq!(bench.complaints.len(), 1, "{:?}", bench.complaints);
        }
        let nowhere = bench.execute_on("devices/none", &charge("10.00", "key"));
        assert_eq!(bench.error(&nowhere), ErrorType::PosAccessoryNotFound);
        let session = bench.execute(r#"{"sessionIdentifier":"abc"}"#);
        assert_eq!(bench.error(&session), ErrorType::PosTransactionSessionNotFound);
        assert_eq!(bench.booked(), []);
    });
}

#[test]
fn carelessness_is_taken_and_complained_about() {
    on_both_doors(|mut bench| {
        for (data, about) in [
            (charge("10.0", "k-1"), "an amount without its currency's decimals"),
            (charge("10.00", "k-1"), "customIdentifier used twice"),
            (charge("10.00", ""), "customIdentifier is missing"),
            (
                charge("10.00", "k-2").replace(r#""subject""#, r#""colour":"red","subject""#),
                "executeTransactionRequest.transactionParameters.colour is no member of EXECUTE_TRANSACTION_REQUEST",
            ),
        ] {
            bench.complaints.clear();
            let tag = bench.execute(&data);
            bench.pass(20);
            assert_eq!(bench.transaction(&tag).status, Some(TransactionStatus::Approved));
            assert_eq!(bench.complaints, [about]);
        }
    });
}

#[test]
fn other_currencies_have_their_own_decimals() {
    on_both_doors(|mut bench| {
        for (amount, currency, minor) in [("500", "JPY", 500), ("1.250", "KWD", 1_250)] {
            let tag = bench.execute(&charge(amount, currency).replace("EUR", currency));
            bench.pass(20);
            assert_eq!(bench.transaction(&tag).amount.unwrap().as_text(), amount);
            let entry = bench.ledger.last().unwrap();
            assert_eq!((entry.amount_minor, entry.currency.as_str()), (minor, currency));
        }
        assert_eq!(bench.complaints, [""; 0]);
    });
}

#[test]
fn the_login_belongs_to_its_line() {
    for door in DOORS {
        let mut bench = Bench::new(*door, None, Options::default());
        bench.say(GET_DEVICES);
        assert_eq!(bench.error("d-1"), ErrorType::PosServerAuthenticationFailed);
        let data = r#"{"providerMode":"TEST","merchantIdentifier":"mer-0815","merchantSecret":"wrong"}"#;
        let refused = bench.ask("LOGIN_MERCHANT_REQUEST", "", data);
        assert_eq!(bench.error(&refused), ErrorType::PosServerAuthenticationFailed);
        let early = bench.ask("GET_DEVICES_REQUEST", "", "{}");
        assert_eq!(bench.error(&early), ErrorType::PosServerAuthenticationFailed);
        bench.login();
        let devices = bench.ask("GET_DEVICES_REQUEST", "", "{}");
        assert_eq!(bench.answer(&devices).header.status, Some(Status::Ok));
        assert!(bench.complaints.iter().all(|text| !text.contains("s3cr3t")));
    }
}

#[test]
fn a_tag_is_used_once() {
    on_both_doors(|mut bench| {
        let tag = bench.start("10.70");
        let again = charge("10.00", "again");
        bench.say(&format!(
            r#"{{"type":"EXECUTE_TRANSACTION_REQUEST","tag":"{tag}","resource":"{READER}","executeTransactionRequest":{again}}}"#
        ));
        assert_eq!(bench.error(&tag), ErrorType::PayserverMessageValidation);
        assert_eq!(bench.complaints, ["tag of a running operation"]);
        assert_eq!(bench.abort(&tag), AbortStatus::Ok);
    });
}

#[test]
fn an_abort_is_known_by_reference_by_tag_or_by_reader() {
    on_both_doors(|mut bench| {
        for header in [
            r#""tag":"a-1","referenceTag":"TAG","resource":null"#.to_owned(),
            r#""tag":"TAG""#.to_owned(),
            format!(r#""tag":"a-3","resource":"{READER}""#),
        ] {
            let tag = bench.start("10.70");
            bench.pass(2);
            bench.say(&format!(r#"{{"type":"ABORT_OPERATION_REQUEST",{}}}"#, header.replace("TAG", &tag)));
            bench.pass(2);
            assert!(bench.server.running.is_empty(), "{header}");
        }
        assert_eq!(bench.complaints, [""; 0]);
    });
}

#[test]
fn doors_of_other_kinds_lead_nowhere() {
    let mut bench = websocket();
    let door = Door::new("http", Carrier::Http);
    let now = crate::domain::Now { at: bench.at, wall: jiff::Timestamp::UNIX_EPOCH, offset: jiff::tz::Offset::UTC };
    let effects = bench.server.step(now, SimulatorInput::Opened(Line(99), door));
    assert_eq!(effects, [SimulatorEffect::Close(Line(99))]);
}

proptest! {
    #[test]
    fn no_bytes_and_no_message_make_it_panic_or_move_money(
        bytes in prop::collection::vec(any::<u8>(), 0..100),
        json in r#"[{}\[\]":,a-z0-9]{0,60}"#,
    ) {
        on_both_doors(|mut bench| {
            bench.pour(&bytes);
            bench.open();
            if !json.is_empty() {
                bench.say(&json);
            }
            bench.pass(60);
            assert_eq!(bench.booked(), []);
        });
    }
}
