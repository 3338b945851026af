use proptest::prelude::*;

use super::*;
use crate::domain::Secret;
use crate::protocols::econduit::messages::*;
use crate::protocols::frame::HttpRequest;
use crate::protocols::json::{Amount, tree};

/// The reference's example (3.4).
const SALE: &str = r#"{"TerminalID":"2044","ResultCode":"Approved","ResultFinal":true,"AuthCode":"08B2F1","TransType":"Sale","Amount":18.40,
 "AmountString":"18.40","CardType":"Visa","Last4":"4242","Name":"M MUSTER","CashBack":0,"CashBackString":"0.00",
 "Message":"APPROVED","RefID":"a1-000117","CardToken":null,"GiftCardBalance":0,"GiftCardBalanceString":"0.00",
 "ProcessorExtraData1":null,"SignatureData":null,"Track1":null,"EMV_TC":"5F1C0A99D2E3B470","EMV_TVR":"0000008000",
 "EMV_AID":"A0000000031010","CardBin":"476173","ExpDate":"1228","EntryMethod":"Chip",
 "receiptTerminal":"Corner Cafe\nSALE  USD 18.40\nVISA ****4242\n","merchantReceipt":null}"#;

fn call() -> Call {
    Call::new(
        Method::RunTransaction2,
        vec![
            (parameter::KEY, Value::Hidden(Secret::new("K-17&x"))),
            (parameter::PASSWORD, Value::Hidden(Secret::new("P-17"))),
            (parameter::COMMAND, "Sale".into()),
            (parameter::AMOUNT, "18.40".into()),
            (parameter::REF_ID, "a1-000117".into()),
            (parameter::TERMINAL_ID, "2044".into()),
        ],
    )
}

#[test]
fn the_classic_flavour_names_every_parameter_and_hides_the_credentials() {
    let query = query(&call());
    let expected = "command=Sale&key=K-17%26x&password=P-17&amount=18.40&refID=a1-000117&terminalId=2044\
        &invoiceNumber=&merchantId=&token=&expDate=";
    assert_eq!(query.reveal(), expected);
    assert!(!format!("{query:?}").contains("K-17") && query.shown().contains("key=***&password=***&amount=18.40"));
    let request = HttpRequest::get("/services/api.asmx/runTransaction2", query);
    let call = received(&request).unwrap();
    assert_eq!(
        (call.method.clone(), call.flavour, call.text("KEY")),
        (Method::RunTransaction2, Flavour::Classic, "K-17&x")
    );
    assert_eq!(call.missing(), None);
}

#[test]
fn a_parameter_that_was_not_given_is_missing_and_an_empty_one_is_not() {
    let shown = "command=Sale&key=&password=&amount=1.00&refID=x";
    let query = crate::protocols::frame::Query::new(Secret::new(shown), shown.to_owned());
    let call = received(&HttpRequest::get("/x/runTransaction", query)).unwrap();
    assert_eq!(call.missing(), Some("terminalId"));
}

#[test]
fn the_json_flavour_begins_names_with_a_capital_and_keeps_lists() {
    let written = String::from_utf8(body(&call())).unwrap();
    assert_eq!(
        written,
        r#"{"Command":"Sale","Key":"K-17&x","Password":"P-17","Amount":"18.40","RefId":"a1-000117","TerminalId":"2044"}"#
    );
    let options = vec![(parameter::OPTIONS, Value::Texts(vec!["Small".to_owned(), "Large".to_owned()]))];
    let choice = Call::new(Method::GetUserSelection, options);
    let request = HttpRequest::post("/1.0/getUserSelection", CONTENT_TYPE, body(&choice));
    assert_eq!(received(&request).unwrap().texts("options"), ["Small", "Large"]);
    let classic = query(&choice);
    assert!(classic.reveal().ends_with("options=Small&options=Large"));
}

#[test]
fn the_references_response_is_read_without_what_nobody_may_keep() {
    let read = response(SALE.as_bytes()).unwrap();
    assert_eq!(read.result_code, Some(ResultCode::Approved));
    assert_eq!(read.amount, Amount::from_number("18.40"));
    assert_eq!((read.last4.as_deref(), read.ref_id.as_deref()), (Some("4242"), Some("a1-000117")));
    let told = format!("{read:?}");
    for secret in ["MUSTER", "476173", "1228"] {
        assert!(!told.contains(secret), "{secret}");
    }
    let shown = scrubbed(SALE.as_bytes());
    assert!(!shown.contains("MUSTER") && !shown.contains("476173") && shown.contains("APPROVED"), "{shown}");
}

#[test]
fn numbers_and_texts_mean_the_same_and_case_does_not_count() {
    let odd = r#"{"terminalid":2044,"RESULTCODE":"APPROVED","ResultFinal":"True","Amount":"18.4","AmountString":"18.40","Last4":4242}"#;
    let read = response(odd.as_bytes()).unwrap();
    assert_eq!((read.terminal_id.as_deref(), read.result_final), (Some("2044"), Some(true)));
    assert_eq!((read.amount, read.last4.as_deref()), (Amount::from_number("18.40"), Some("4242")));
}

#[test]
fn an_amount_that_says_two_things_is_no_answer() {
    for text in [
        r#"{"ResultCode":"Approved","Amount":18.40,"AmountString":"1.84"}"#,
        r#"{"ResultCode":"Approved","Amount":18.40,"amount":18.41}"#,
        r#"{"ResultCode":"Approved","ResultCode":"Declined"}"#,
        r#"{"ResultCode":"Approved","Amount":"eighteen"}"#,
        r#"{"ResultCode":["Approved"]}"#,
        "[]",
        "",
        "<html><body>Service Unavailable</body></html>",
    ] {
        assert!(response(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn a_document_inside_xml_is_found() {
    let wrapped = r#"<?xml version="1.0"?><string xmlns="http://x/">{"ResultCode":"Approved","Message":"A &amp; B &lt;"}</string>"#;
    assert_eq!(response(wrapped.as_bytes()).unwrap().message.as_deref(), Some("A & B <"));
    let marked = format!("\u{feff}{SALE}");
    assert_eq!(response(marked.as_bytes()).unwrap().result_code, Some(ResultCode::Approved));
}

#[test]
fn what_is_written_is_read_again() {
    let read = response(SALE.as_bytes()).unwrap();
    assert_eq!(
        response_of(&response_json(&read)).unwrap(),
        Response { cash_back: Amount::from_number("0.00"), ..read }
    );
}

#[test]
fn the_references_batch_and_pairing_are_read_and_written() {
    let text = r#"{"TerminalID":2044,"RefID":"a1-b0007","ResultCodeCredit":"1","ResultCodeGift":"-1","MessageCredit":"APPROVED",
        "MessageGift":"","BatchNumCredit":"58","BatchNumGift":"","TransCntTotal":12,"AmtTotal":301.15,"AmtTotalString":"301.15",
        "TransCntCredit":12,"AmtCredit":301.15,"AmtCreditString":"301.15","TransCntGift":0,"AmtGift":0,"AmtGiftString":"0"}"#;
    let read = batch(text.as_bytes()).unwrap();
    assert_eq!(
        (read.credit.result.clone(), read.gift.result.clone()),
        (Some(BatchResult::Success), Some(BatchResult::NotSupported))
    );
    assert_eq!(
        (read.count, read.amount.clone(), read.refused.is_none()),
        (Some(12), Amount::from_number("301.15"), true)
    );
    let again = batch(batch_json("2044", &read).to_text().as_bytes()).unwrap();
    assert_eq!((again.credit, again.count), (read.credit, read.count));
    let refused = batch(br#"{"ResultCode":"Error","Message":"Terminal Is Offline","ResultFinal":true}"#).unwrap();
    assert_eq!(refused.refused.unwrap().message.as_deref(), Some("Terminal Is Offline"));

    let text = r#"{"TerminalID":2044,"ApiKey":"K-17","ApiPassword":"P-17","Status":"Success","ErrorMessage":null}"#;
    let read = pairing(text.as_bytes()).unwrap();
    assert_eq!(read.terminal_id.as_deref(), Some("2044"));
    assert_eq!(pairing_json(&read).to_text(), text);
    assert!(!format!("{read:?}").contains("K-17"));
}

#[test]
fn a_registration_is_written_as_the_reference_shows_it_and_strictly_read() {
    let registration = Registration {
        terminal_type: "AcmePos".to_owned(),
        terminal_model: "A80".to_owned(),
        terminal_id: "77031594".to_owned(),
        software_version: "AcmePay v2.4".to_owned(),
        ack_heartbeat: true,
    };
    let written = encode_registration(&registration);
    let text = r#"{"Command":"Register","TerminalType":"AcmePos","TerminalModel":"A80","TerminalID":"77031594","SoftwareVersion":"AcmePay v2.4","AckHeartbeat":"true"}"#;
    assert_eq!(String::from_utf8(written.clone()).unwrap(), text);
    assert_eq!(terminal_line(&written), TerminalLine::Register(registration));
    for bad in [
        text.replace("\"Command\"", "\"command\""),
        text.replace("TerminalID", "terminalid"),
        text.replace("\"true\"", "true"),
        text.replace("77031594", ""),
        text.replace("Register", "register"),
    ] {
        assert_eq!(terminal_line(bad.as_bytes()), TerminalLine::BadRegistration, "{bad}");
    }
    assert_eq!(terminal_line(b"{"), TerminalLine::Unreadable);
    assert_eq!(terminal_line(&encode_heartbeat()), TerminalLine::Heartbeat);
    assert_eq!(cloud_line(&encode_status()), CloudLine::HeartbeatAnswered);
}

#[test]
fn commands_are_read_with_their_amounts_as_they_were_written() {
    let command = |amount: &str| {
        let text = format!(r#"{{"Command":"Sale","TerminalID":"77031594","RefID":"a1-000117","Amount":{amount}}}"#);
        match cloud_line(text.as_bytes()) {
            CloudLine::Command(command) => command,
            other => panic!("{other:?}"),
        }
    };
    let plain = |text: &str| AmountText::Plain(Amount::from_number(text).unwrap());
    assert_eq!(command(r#""18.40""#).amount, plain("18.40"));
    assert_eq!(command("18.40").amount, plain("18.40"));
    for unclear in [r#""1840""#, "1840", "18.4", r#""18,40""#, r#""1.8e1""#, r#""-18.40""#, r#"["18.40"]"#, "1.84e1"] {
        assert_eq!(command(unclear).amount, AmountText::Unclear, "{unclear}");
    }
    assert_eq!(command(r#""""#).amount, AmountText::Absent);
    assert_eq!(command("null").amount, AmountText::Absent);
    let strange = cloud_line(br#"{"Command":"sale","RefID":7}"#);
    assert!(matches!(strange, CloudLine::Command(TerminalCommand { command: CommandWord::Other(_), .. })));
    assert_eq!(cloud_line(b" OK-REGISTRATION\r\n"), CloudLine::Registered(RegistrationAnswer::Ok));
    assert_eq!(cloud_line(b"<html>"), CloudLine::Registered(RegistrationAnswer::Other("<html>".to_owned())));
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,120}") {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            let _ = (response(bytes), batch(bytes), pairing(bytes), terminal_line(bytes), cloud_line(bytes), scrubbed(bytes));
            let _ = received(&HttpRequest::post("/x", CONTENT_TYPE, bytes.to_vec()));
        }
    }

    #[test]
    fn no_change_of_a_member_makes_a_reader_panic(at in 0..40_usize, with in "null|true|7|\"x\"|[1]|\\{\\}|1e99|\"4111111111111111\"") {
        let crate::protocols::json::Json::Object(mut members) = tree::parse(SALE.as_bytes()).unwrap() else { panic!() };
        let count = members.len();
        members[at % count].1 = tree::parse(with.as_bytes()).unwrap();
        let text = crate::protocols::json::Json::Object(members).to_text();
        // what is only compared, or an amount, is told to nobody as a text
        let told = response(text.as_bytes()).map(|read| Response {
            terminal_id: None,
            ref_id: None,
            amount: None,
            cash_back: None,
            gift_balance: None,
            ..read
        });
        let told = format!("{told:?}");
        prop_assert!(!told.contains("4111111111111111"), "{told}");
    }
}
