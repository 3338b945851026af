use std::fs;

use super::*;
use crate::protocols::nexo::codec;
use crate::protocols::nexo::messages::Body;

fn answer() -> PaymentResponse {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/nexo/5.1.1-payment-response-approved.xml");
    match codec::decode(&fs::read(path).unwrap()).unwrap().body {
        Body::PaymentResponse(answer) => *answer,
        other => panic!("{other:?}"),
    }
}

fn example() -> Vec<PaymentReceipt> {
    answer().receipts
}

fn receipt(qualifier: &str, content: &[u8]) -> PaymentReceipt {
    PaymentReceipt { qualifier: qualifier.to_owned(), content: content.to_vec(), required_signature: false }
}

/// The example's facts without its ready-made lines.
fn facts(change: impl FnOnce(&mut Value)) -> PaymentReceipt {
    let mut json: Value = serde_json::from_slice(&example()[0].content).unwrap();
    json["Merchant"]["Optional"] = Value::Null;
    change(&mut json["Merchant"]["Mandatory"]);
    receipt("CashierReceipt", json.to_string().as_bytes())
}

#[test]
fn the_ready_made_lines_are_taken_as_they_are() {
    let found: Vec<NexoReceipt> = example().iter().map(receipt_of).collect();
    assert_eq!((found[0].copy, found[1].copy), (Copy::Merchant, Copy::Customer));
    assert_eq!(found[0].lines[0], "Fjällboden Norr");
    assert_eq!(found[0].lines.last().unwrap(), "Försäljarens kvitto");
    assert!(found[1].lines.contains(&"************4321".to_owned()));
    assert_eq!(found[0].signature_block, Some(false));
    assert_eq!(found[0].response_code.as_deref(), Some("00"));
    assert_eq!(found[0].approval_code.as_deref(), Some("502871"));
    assert_eq!(found[0].receipt_number.as_deref(), Some("4312070041"));
    assert_eq!(found[0].printable().unwrap().lines, found[0].lines);
}

#[test]
fn without_ready_made_lines_they_are_composed_from_the_facts() {
    let found = receipt_of(&facts(|_| {}));
    let expected = [
        "Fjällboden Norr",
        "Storgatan 14",
        "83131 Östersund",
        "Org nr: 559911-2233",
        "",
        "Butiksnr: 70045512",
        "Terminalnr: 431207",
        "2026-03-14 10:42",
        "",
        "KÖP:          249,50 SEK",
        "",
        "499999******4321",
        "Visa Debit",
        "Kontaktlöst",
        "K/1 3 00 502871",
        "Ref.nr: 4312070041",
        "AID: A0000000031010",
        "TVR: 0000000000",
        "TSI: 0000",
        "Godkänd",
        "",
        "SPARA KVITTOT",
        "BUTIKENS EX.",
    ];
    assert_eq!(found.lines, expected);
}

#[test]
fn nothing_mandatory_is_missing_on_a_composed_receipt() {
    let composed = receipt_of(&facts(|_| {})).lines.join("\n");
    let json: Value = serde_json::from_slice(&example()[0].content).unwrap();
    let mut told = Vec::new();
    leaves("", &json["Merchant"]["Mandatory"], &mut told);
    // Said in words or in the code line, or of no use to anybody with the paper in hand.
    let elsewhere = ["BankAgentName", "FinancialInstitution", "SignatureBlock", "TransactionType", "DebitStatus"];
    for (name, value) in told.iter().filter(|(name, _)| !elsewhere.contains(&name.as_str())) {
        assert!(composed.contains(value.as_str()), "{name} {value} is not on\n{composed}");
    }
    assert!(told.len() > 20 && composed.contains("K/1 3 00 502871") && composed.contains("Godkänd"));
}

fn leaves(name: &str, value: &Value, told: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| leaves(name, value, told)),
        Value::String(text) => told.push((name.to_owned(), text.clone())),
        _ => told.push((name.to_owned(), value.to_string())),
    }
}

#[test]
fn a_composed_receipt_has_the_place_to_sign_and_says_when_it_is_a_reversal() {
    let signed = receipt_of(&facts(|facts| facts["Payment"]["SignatureBlock"] = Value::Bool(true)));
    assert!(signed.lines.iter().any(|line| line == "Signatur:"));
    assert!(signed.printable().unwrap().signature_line);
    let reversed = receipt_of(&facts(|facts| facts["Outcome"]["DebitStatus"] = "91".into()));
    assert!(reversed.lines.iter().any(|line| line == "Makulering"));
}

/// What is printed of the example, paid by another method and with these ready-made lines.
fn paid_by(instrument: &str, lines: &[&str]) -> Receipt {
    let mut answer = answer();
    answer.result.as_mut().unwrap().instrument = instrument.to_owned();
    let mut json: Value = serde_json::from_slice(&answer.receipts[1].content).unwrap();
    json["Cardholder"]["Optional"]["ReceiptString"] = lines.to_vec().into();
    answer.receipts = vec![receipt("CustomerReceipt", json.to_string().as_bytes())];
    receipts_of_payment(&answer).remove(0)
}

#[test]
fn the_reference_of_an_alternative_method_is_on_the_receipt_as_a_code_too() {
    let swish = paid_by("Mobile", &["Swish", "Ref.nr: 4C4F1E90A2", "Godkänd"]);
    assert_eq!(swish.code.as_deref(), Some("4C4F1E90A2"));
    assert_eq!(swish.lines, ["Swish", "Ref.nr: 4C4F1E90A2", "Godkänd"]);
    // Without a line of its own it is the receipt's number, which then is on the paper too.
    let bare = paid_by("mobile", &["Swish", "Godkänd"]);
    assert_eq!((bare.code.as_deref(), bare.lines[2].as_str()), (Some("4312070041"), "4312070041"));
    assert_eq!(bare.labels[&2], "receipt-rrn");
    assert_eq!(paid_by("Mobile", &["RRN: 4312070041"]).lines.len(), 1);
    assert_eq!(paid_by("Card", &["Visa", "Ref.nr: 4312070041"]).code, None);
}

#[test]
fn a_clear_number_on_a_receipt_is_masked() {
    let found = receipt_of(&facts(|facts| facts["CardDetails"]["PrimaryAccountNumber"] = "4111111111111111".into()));
    assert!(found.lines.contains(&"************1111".to_owned()));
}

#[test]
fn older_encodings_and_escapes_are_read() {
    let latin = b"{\"Cardholder\":{\"Optional\":{\"ReceiptString\":[\"K\xf6p\",\"\\u260e\"]}}}";
    let found = receipt_of(&receipt("CustomerReceipt", latin));
    assert_eq!(found.lines, ["Köp", "☎"]);
    assert_eq!(found.signature_block, None);
}

#[test]
fn what_cannot_be_read_has_no_lines() {
    assert_eq!(receipt_of(&receipt("CashierReceipt", b"{\"Merchant\":")).printable(), None);
    assert_eq!(receipt_of(&receipt("CashierReceipt", b"\x00\x01\x02")).printable(), None);
    assert_eq!(receipt_of(&receipt("CashierReceipt", b"")).printable(), None);
    assert_eq!(receipt_of(&receipt("CashierReceipt", b"{}")).printable(), None);
    assert_eq!(receipt_of(&receipt("CustomerReceipt", "Köp\n10,00".as_bytes())).lines, ["Köp", "10,00"]);
}

proptest::proptest! {
    #[test]
    fn no_content_makes_it_panic(content in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = receipt_of(&receipt("CashierReceipt", &content)).printable();
    }
}
