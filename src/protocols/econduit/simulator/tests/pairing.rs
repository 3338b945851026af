//! Pairing and unpairing (reference 3.5, part 3 HTTP 7).

use super::bench::*;
use crate::domain::Secret;
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::*;

fn pair(bench: &mut Bench, reference_id: &str, serial: &str) -> PairingResponse {
    let given = [(parameter::REFERENCE_ID, reference_id), (parameter::TERMINAL_SERIAL_NUMBER, serial)];
    let line = bench.call(&Method::PairTerminal, &given);
    codec::pairing(bench.text(line).as_bytes()).unwrap()
}

fn unpair(bench: &mut Bench, number: &str) -> PairingResponse {
    let line = bench.call(&Method::UnPairTerminal, &[(parameter::TERMINAL_ID, number)]);
    codec::pairing(bench.text(line).as_bytes()).unwrap()
}

fn refusal(answer: &PairingResponse) -> &str {
    assert_eq!((answer.status.as_deref(), &answer.api_key), (Some("Error"), &None));
    answer.error_message.as_deref().unwrap()
}

fn credentials(answer: &PairingResponse) -> (String, String) {
    assert_eq!((answer.status.as_deref(), answer.error_message.as_deref()), (Some("Success"), None));
    let text = |secret: &Option<Secret>| secret.as_ref().unwrap().reveal().to_owned();
    (text(&answer.api_key), text(&answer.api_password))
}

#[test]
fn a_merchants_terminals_share_key_and_password_and_differ_in_number() {
    let mut bench = Bench::new();
    let first = pair(&mut bench, "CAFE", "77002046");
    let second = pair(&mut bench, "CAFE", "77002047");
    assert_eq!(credentials(&first), credentials(&second));
    assert_ne!(first.terminal_id, second.terminal_id);
    // An answer that was lost is asked for again.
    assert_eq!(pair(&mut bench, "CAFE", "77002046"), first);
    bench.credentials = credentials(&first);
    for paired in [&first, &second] {
        let line = bench.run_on(paired.terminal_id.as_deref().unwrap(), "Sale", "a1-1", "5.00");
        bench.pass(3);
        assert_eq!(code(&bench.answer(line)), "Approved");
    }
    let foreign = bench.run_on("2044", "Sale", "a1-2", "5.00");
    assert_eq!(message(&bench.answer(foreign)), "Terminal not found");
}

#[test]
fn merchants_have_credentials_and_transactions_of_their_own() {
    let mut bench = Bench::new();
    let cafe = pair(&mut bench, "CAFE", "77002046");
    let bakery = pair(&mut bench, "BAKERY", "77002047");
    assert_ne!(credentials(&cafe), credentials(&bakery));
    bench.done("Sale", "a1-1", "5.00");
    bench.credentials = credentials(&bakery);
    let given = [
        (parameter::COMMAND, "Sale"),
        (parameter::REF_ID, "a1-1"),
        (parameter::TERMINAL_ID, bakery.terminal_id.as_deref().unwrap()),
    ];
    let line = bench.call(&Method::CheckStatus, &given);
    assert_eq!(message(&bench.answer(line)), "Transaction not found");
}

#[test]
fn what_cannot_be_paired_says_why() {
    let mut bench = Bench::new();
    assert_eq!(refusal(&pair(&mut bench, "CAFE", "77002044")), "Terminal is already paired");
    assert_eq!(refusal(&pair(&mut bench, "CAFE", "12345678")), "Terminal not found");
    assert_eq!(refusal(&pair(&mut bench, "CAFE", "")), "Terminal not found");
    assert_eq!(refusal(&pair(&mut bench, "", "77002046")), "referenceID is required");
    for (country, fine) in [("USA", true), ("Sweden", false), ("", false)] {
        let given = [
            (parameter::REFERENCE_ID, "CAFE"),
            (parameter::TERMINAL_SERIAL_NUMBER, "77002046"),
            (parameter::COUNTRY, country),
        ];
        let line = bench.call(&Method::PairTerminalWithCountry, &given);
        let answer = codec::pairing(bench.text(line).as_bytes()).unwrap();
        assert_eq!(answer.status.as_deref() == Some("Success"), fine, "{country}");
    }
}

#[test]
fn a_real_terminal_can_be_paired_once_it_is_online() {
    let mut bench = Bench::new();
    assert_eq!(refusal(&pair(&mut bench, "CAFE", "77031594")), "Terminal not found");
    bench.terminal("77031594");
    credentials(&pair(&mut bench, "CAFE", "77031594"));
    assert_eq!(refusal(&pair(&mut bench, "BAKERY", "77031594")), "Terminal is already paired");
}

#[test]
fn an_unpaired_terminal_can_be_paired_by_somebody_else() {
    let mut bench = Bench::new();
    bench.run("Sale", "a1-1", "5.00");
    assert_eq!(refusal(&unpair(&mut bench, "2044")), "Terminal Is Busy");
    bench.pass(3);
    let answer = unpair(&mut bench, "2044");
    assert_eq!((answer.status.as_deref(), answer.terminal_id.as_deref()), (Some("Success"), Some("2044")));
    assert_eq!((answer.api_key, answer.api_password), (None, None));
    assert_eq!(refusal(&unpair(&mut bench, "2044")), "Terminal not found");
    assert_eq!(message(&bench.done("Sale", "a1-2", "5.00")), "Terminal not found");
    credentials(&pair(&mut bench, "CAFE", "77002044"));
    bench.credentials.1 = "wrong".to_owned();
    assert_eq!(refusal(&unpair(&mut bench, "2045")), "Invalid credentials");
}
