//! Commands to real terminals, and their answers (reference 2.6, part 3 TCP 6).

use super::bench::*;
use crate::protocols::econduit::DOORS;
use crate::protocols::econduit::messages::*;
use crate::protocols::simulator::{Line, Simulator};

const SERIAL: &str = "77031594";

/// A cloud whose terminal 2050 is a real one, and online.
fn bench() -> (Bench, Line) {
    with(&[])
}

fn with(options: &[(&str, &str)]) -> (Bench, Line) {
    let options: Vec<_> = options.iter().copied().chain([("paired", "2050:77031594")]).collect();
    let mut bench = Bench::with(&options);
    let terminal = bench.terminal(SERIAL);
    (bench, terminal)
}

fn approval(ref_id: &str) -> String {
    format!(
        r#"{{"TerminalID":"{SERIAL}","ResultCode":"Approved","ResultFinal":true,"TransType":"Sale","RefID":"{ref_id}","Amount":18.40,"AmountString":"18.40","Last4":"4242","Odd":{{"kept":1}}}}"#
    )
}

fn check(bench: &mut Bench, ref_id: &str) -> Line {
    let given = [(parameter::COMMAND, "Sale"), (parameter::REF_ID, ref_id), (parameter::TERMINAL_ID, "2050")];
    bench.call(&Method::CheckStatus, &given)
}

#[test]
fn a_command_goes_to_the_terminal_and_its_answer_to_the_till() {
    let (mut bench, terminal) = bench();
    let given = [
        (parameter::COMMAND, "sale"),
        (parameter::REF_ID, "a1-1"),
        (parameter::AMOUNT, "18.40"),
        (parameter::TERMINAL_ID, "2050"),
        (parameter::INVOICE_NUMBER, "117"),
    ];
    let till = bench.call(&Method::RunTransaction2, &given);
    let expected = serde_json::json!({
        "Command": "Sale", "TerminalID": SERIAL, "RefID": "a1-1", "Amount": "18.40", "InvoiceNumber": "117",
        "MerchantID": "", "Token": "", "ExpDate": "",
    });
    assert_eq!(bench.command(terminal), expected);
    bench.pass(100);
    bench.say(terminal, &approval("a1-1"));
    assert_eq!(
        (bench.json(till)["TerminalID"].as_str(), bench.json(till)["Odd"]["kept"].as_i64()),
        (Some("2050"), Some(1))
    );
    assert_eq!(minor(bench.answer(till).amount.as_ref()), 1_840);
    let known = check(&mut bench, "a1-1");
    assert_eq!(bench.text(known), bench.text(till));
    let again = bench.run_on("2050", "Sale", "a1-1", "18.40");
    assert_eq!(bench.text(again), bench.text(till));
    assert_eq!(bench.heard(terminal).len(), 2);
    assert!(bench.ledger.is_empty(), "the money is the terminal's");
    assert!(bench.complaints.is_empty(), "{:?}", bench.complaints);
}

#[test]
fn a_terminal_that_is_not_there_is_offline() {
    let (mut bench, terminal) = bench();
    bench.close_till(terminal);
    let sale = bench.run_on("2050", "Sale", "a1-1", "18.40");
    assert_eq!(message(&bench.answer(sale)), "Terminal Is Offline");
    let prompt = bench.call(&Method::GetTerminalFeatures, &[(parameter::TERMINAL_ID, "2050")]);
    assert_eq!(message(&bench.answer(prompt)), "Terminal Is Offline");
    let known = check(&mut bench, "a1-1");
    assert_eq!(message(&bench.answer(known)), "Transaction not found");
}

#[test]
fn a_terminal_gets_one_command_at_a_time() {
    let (mut bench, terminal) = bench();
    let first = bench.run_on("2050", "Sale", "a1-1", "18.40");
    for ref_id in ["a1-1", "a1-2"] {
        let second = bench.run_on("2050", "Sale", ref_id, "18.40");
        assert_eq!(message(&bench.answer(second)), "Terminal Is Busy");
    }
    let known = check(&mut bench, "a1-1");
    assert_eq!(bench.answer(known).result_final, Some(false));
    assert_eq!(bench.heard(terminal).len(), 2);
    bench.say(terminal, &approval("a1-1"));
    assert!(bench.response(first).is_some());
    bench.run_on("2050", "Sale", "a1-2", "18.40");
    assert_eq!(bench.command(terminal)["RefID"], "a1-2");
}

#[test]
fn answers_nobody_asked_for_go_nowhere() {
    let (mut bench, terminal) = bench();
    bench.say(terminal, &approval("a1-0"));
    let till = bench.run_on("2050", "Sale", "a1-1", "18.40");
    bench.say(terminal, &approval("a1-0"));
    bench.say(terminal, r#"{"ResultCode":"Approved","Amount":"18.40"}"#);
    assert_eq!((bench.response(till), bench.complaints.len()), (None, 3));
    bench.say(terminal, &approval("a1-1"));
    assert!(bench.response(till).is_some());
    bench.say(terminal, &approval("a1-1"));
    assert_eq!(bench.complaints.len(), 4);
}

#[test]
fn a_line_lost_at_work_leaves_the_result_open_until_the_terminal_is_asked() {
    let (mut bench, terminal) = bench();
    let till = bench.run_on("2050", "Sale", "a1-1", "18.40");
    bench.close_till(terminal);
    let answer = bench.answer(till);
    assert_eq!((answer.result_final, message(&answer)), (Some(false), "Terminal communication failed"));
    assert_eq!((answer.ref_id.as_deref(), answer.terminal_id.as_deref()), (Some("a1-1"), Some("2050")));
    let known = check(&mut bench, "a1-1");
    assert_eq!(bench.answer(known).result_final, Some(false));

    let back = bench.connect(DOORS[1]);
    bench.say(back, &registration(SERIAL));
    let again = bench.run_on("2050", "Sale", "a1-1", "18.40");
    assert_eq!(bench.answer(again).result_final, Some(false));
    bench.pass(5);
    let known = check(&mut bench, "a1-1");
    let expected = serde_json::json!({
        "Command": "CheckStatus", "TerminalID": SERIAL, "RefID": "a1-1", "TransType": "Sale",
    });
    assert_eq!(bench.command(back), expected);
    bench.say(back, &approval("a1-1"));
    assert_eq!(code(&bench.answer(known)), "Approved");
    bench.close_till(back);
    bench.pass(5);
    let known = check(&mut bench, "a1-1");
    assert_eq!(code(&bench.answer(known)), "Approved");
    assert!(bench.complaints.is_empty(), "{:?}", bench.complaints);
}

#[test]
fn a_terminal_that_knows_nothing_is_asked_again() {
    let (mut bench, terminal) = bench();
    bench.run_on("2050", "Sale", "a1-1", "18.40");
    bench.close_till(terminal);
    let back = bench.terminal(SERIAL);
    for answer in [
        r#"{"TerminalID":"x","RefID":"a1-1","ResultCode":"Error","Message":"Transaction not found","ResultFinal":true}"#,
        r#"{"TerminalID":"x","RefID":"a1-1","ResultCode":"Error","Message":"working","ResultFinal":false}"#,
        &approval("a1-1"),
    ] {
        bench.pass(5);
        let known = check(&mut bench, "a1-1");
        bench.say(back, answer);
        assert_eq!(bench.answer(known).ref_id.as_deref(), Some("a1-1"));
    }
    assert_eq!(bench.heard(back).len(), 4);
    bench.pass(5);
    let known = check(&mut bench, "a1-1");
    assert_eq!(code(&bench.answer(known)), "Approved");
    assert_eq!(bench.heard(back).len(), 4);
}

#[test]
fn a_terminal_too_busy_to_be_asked_leaves_the_result_open() {
    let (mut bench, terminal) = bench();
    bench.run_on("2050", "Sale", "a1-1", "18.40");
    bench.close_till(terminal);
    let back = bench.terminal(SERIAL);
    let known = check(&mut bench, "a1-1");
    bench.say(back, r#"{"RefID":"a1-1","ResultCode":"Error","Message":"Terminal Is Busy","ResultFinal":true}"#);
    assert_eq!(bench.answer(known).result_final, Some(false));
    bench.pass(5);
    let known = check(&mut bench, "a1-1");
    bench.say(back, &approval("a1-1"));
    assert_eq!(code(&bench.answer(known)), "Approved");
}

#[test]
fn a_replaced_line_is_a_lost_one() {
    let (mut bench, terminal) = bench();
    let till = bench.run_on("2050", "Sale", "a1-1", "18.40");
    let new = bench.terminal(SERIAL);
    assert_eq!(bench.end_of(terminal), Some(End::Closed));
    assert_eq!(bench.answer(till).result_final, Some(false));
    // The old response is not to be sent unasked (2.6).
    bench.say(new, &approval("a1-1"));
    assert_eq!(bench.complaints, ["an answer nobody asked for"]);
    let known = check(&mut bench, "a1-1");
    assert_eq!(bench.response(known), None);
}

#[test]
fn a_terminal_that_does_not_answer_is_given_up_after_185_seconds() {
    let (mut bench, terminal) = bench();
    let till = bench.run_on("2050", "Sale", "a1-1", "18.40");
    bench.pass_millis(184_999);
    assert_eq!(bench.response(till), None);
    bench.pass_millis(1);
    assert_eq!(bench.answer(till).result_final, Some(false));
    assert_eq!(bench.end_of(terminal), None);
    // What comes too late is known all the same.
    bench.say(terminal, &approval("a1-1"));
    let known = check(&mut bench, "a1-1");
    assert_eq!(code(&bench.answer(known)), "Approved");
    assert!(bench.complaints.is_empty());
    bench.pass(150);
    assert_eq!((bench.end_of(terminal), bench.cloud.deadline()), (Some(End::Closed), None));
}

#[test]
fn a_till_that_goes_away_leaves_its_answer_to_be_asked_for() {
    let (mut bench, terminal) = bench();
    let till = bench.run_on("2050", "Sale", "a1-1", "18.40");
    bench.close_till(till);
    bench.say(terminal, &approval("a1-1"));
    assert_eq!(bench.response(till), None);
    let known = check(&mut bench, "a1-1");
    assert_eq!(code(&bench.answer(known)), "Approved");
}

#[test]
fn a_heartbeat_at_work_is_disliked() {
    let (mut bench, terminal) = bench();
    bench.run_on("2050", "Sale", "a1-1", "18.40");
    bench.say(terminal, HEARTBEAT);
    assert_eq!(bench.complaints, ["a heartbeat during a transaction"]);
}

#[test]
fn the_line_drops_behind_the_next_command_once() {
    let (mut bench, terminal) = with(&[("drop", "command")]);
    let till = bench.run_on("2050", "Sale", "a1-1", "18.40");
    assert_eq!(bench.command(terminal)["RefID"], "a1-1");
    assert_eq!(bench.end_of(terminal), Some(End::Closed));
    assert_eq!(bench.answer(till).result_final, Some(false));
    let back = bench.terminal(SERIAL);
    bench.run_on("2050", "Sale", "a1-2", "18.40");
    assert_eq!(bench.end_of(back), None);
}

#[test]
fn prompts_displays_and_batches_are_relayed() {
    let rows: [(Method, Given, serde_json::Value); 9] = [
        (Method::GetSignature, &[], serde_json::json!({})),
        (Method::GetSwipe, &[(parameter::PROMPT, "Card")], serde_json::json!({ "Prompt": "Card" })),
        (
            Method::GetUserInput,
            &[(parameter::TITLE, "Phone"), (parameter::TYPE, "n"), (parameter::MAX_LENGTH, "10")],
            serde_json::json!({ "Title": "Phone", "Type": "n", "MaxLength": "10" }),
        ),
        (
            Method::GetUserSelection,
            &[(parameter::TITLE, "Size"), (parameter::OPTIONS, "S|L")],
            serde_json::json!({ "Title": "Size", "Options": ["S", "L"] }),
        ),
        (
            Method::ShowLineItems,
            &[(parameter::TYPE, "json"), (parameter::DATA, "{}")],
            serde_json::json!({ "Type": "json", "Data": "{}" }),
        ),
        (
            Method::ShowUrl,
            &[(parameter::URL, "https://a.b/"), (parameter::IS_DEFAULT, "True")],
            serde_json::json!({ "Url": "https://a.b/", "IsDefault": "True" }),
        ),
        (Method::GetTerminalFeatures, &[], serde_json::json!({})),
        (Method::GetTerminalConfiguration, &[], serde_json::json!({})),
        (
            Method::SetTerminalConfiguration,
            &[(parameter::OPTION_NAME, "beep"), (parameter::OPTION_VALUE, "1")],
            serde_json::json!({ "OptionName": "beep", "OptionValue": "1" }),
        ),
    ];
    let (mut bench, terminal) = bench();
    for (method, given, members) in rows {
        let given: Vec<_> = given.iter().copied().chain([(parameter::TERMINAL_ID, "2050")]).collect();
        let till = bench.call(&method, &given);
        let mut command = bench.command(terminal);
        let word = method.word();
        assert!(command["Command"].as_str().unwrap().eq_ignore_ascii_case(word), "{command}");
        let ref_id = command["RefID"].as_str().unwrap().to_owned();
        let command = command.as_object_mut().unwrap();
        command.retain(|name, _| !["Command", "RefID", "TerminalID"].contains(&name.as_str()));
        assert_eq!(serde_json::Value::from(command.clone()), members, "{word}");
        bench.say(terminal, &format!(r#"{{"RefID":"{ref_id}","ResultCode":"Success","UserInput":"x"}}"#));
        assert_eq!(bench.text(till), r#"{"TerminalID":"2050","ResultCode":"Success","UserInput":"x"}"#);
    }
    let till = bench.call(&Method::CloseBatch, &[(parameter::TERMINAL_ID, "2050")]);
    assert_eq!(bench.command(terminal)["Command"], "CloseBatch");
    bench.say(terminal, r#"{"TerminalID":"77031594","RefID":"b-1","ResultCodeCredit":"1","TransCntTotal":2}"#);
    assert_eq!(bench.json(till)["RefID"], "b-1");
    assert_eq!(
        (bench.json(till)["TerminalID"].as_str(), bench.json(till)["TransCntTotal"].as_i64()),
        (Some("2050"), Some(2))
    );
}

#[test]
fn a_prompt_whose_line_breaks_is_not_final() {
    let (mut bench, terminal) = bench();
    let till = bench.call(&Method::GetSignature, &[(parameter::TERMINAL_ID, "2050")]);
    bench.close_till(terminal);
    assert_eq!(bench.answer(till).result_final, Some(false));
}

#[test]
fn follow_ups_are_the_terminals_own_affair() {
    let (mut bench, terminal) = bench();
    for _ in 0..2 {
        let till = bench.run_on("2050", "Void", "a1-1", "18.40");
        assert_eq!(bench.command(terminal)["Command"], "Void");
        bench.say(terminal, &approval("a1-1").replace("\"Sale\"", "\"Void\""));
        assert_eq!(code(&bench.answer(till)), "Approved");
    }
}
