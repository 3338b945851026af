//! Lines of real terminals: registration, heartbeat, framing, refusals (reference 2.2 to 2.4, part 3 TCP 1 to 5).

use super::bench::*;
use crate::protocols::econduit::DOORS;
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::*;
use crate::protocols::simulator::Simulator;

const STATUS: &str = r#"{"Status":"OK"}"#;

fn registered(text: &str) -> String {
    let mut bench = Bench::new();
    let line = bench.connect(DOORS[0]);
    bench.say(line, text);
    assert_eq!(bench.end_of(line), None);
    bench.heard(line).concat()
}

#[test]
fn a_registration_by_the_rules_is_taken() {
    for door in &DOORS[..2] {
        let mut bench = Bench::new();
        let line = bench.connect(*door);
        bench.say(line, &registration("77031594"));
        assert_eq!(bench.packets(line), [b"OK-REGISTRATION\x04\x04"]);
        assert!(bench.complaints.is_empty());
    }
    let ours = Registration {
        terminal_type: "Checkstand".to_owned(),
        terminal_model: "Till".to_owned(),
        terminal_id: "77031594".to_owned(),
        software_version: "1".to_owned(),
        ack_heartbeat: true,
    };
    let bytes = codec::encode_registration(&ours);
    assert_eq!(registered(&String::from_utf8(bytes).unwrap()), "OK-REGISTRATION");
}

#[test]
fn a_registration_against_the_rules_fails() {
    let fine = registration("77031594");
    for (from, to) in [
        ("\"Command\"", "\"command\""),
        ("\"TerminalID\"", "\"terminalid\""),
        ("\"77031594\"", "\"\""),
        ("\"77031594\"", "77031594"),
        ("\"true\"", "true"),
        ("\"TerminalID\":\"77031594\",", ""),
        ("Register", "register"),
        ("}", ""),
        ("77031594", "77002044"),
    ] {
        assert_eq!(registered(&fine.replace(from, to)), "FAILED-REGISTRATION", "{to}");
    }
    assert_eq!(registered(&fine.replace("AcmePos", "BAD")), "FAILED-INVALID-TERMINAL-TYPE");
    assert_eq!(registered("Hello"), "FAILED-REGISTRATION");
}

#[test]
fn a_second_try_on_the_same_line_may_succeed() {
    let mut bench = Bench::new();
    let line = bench.connect(DOORS[0]);
    bench.say(line, "{");
    bench.say(line, &registration("77031594"));
    assert_eq!(bench.heard(line), ["FAILED-REGISTRATION", "OK-REGISTRATION"]);
}

#[test]
fn heartbeats_are_answered_where_that_was_asked_for() {
    let mut bench = Bench::new();
    let asked = bench.terminal("77031594");
    bench.say(asked, HEARTBEAT);
    assert_eq!(bench.heard(asked), ["OK-REGISTRATION", STATUS]);
    for text in [
        registration("77031595").replace("\"AckHeartbeat\":\"true\"", "\"AckHeartbeat\":\"false\""),
        registration("77031595").replace(",\"AckHeartbeat\":\"true\"", ""),
    ] {
        let silent = bench.connect(DOORS[0]);
        bench.say(silent, &text);
        bench.say(silent, HEARTBEAT);
        assert_eq!(bench.heard(silent), ["OK-REGISTRATION"]);
    }
    let mut deaf = Bench::with(&[("heartbeats", "silent")]);
    let line = deaf.terminal("77031594");
    deaf.say(line, HEARTBEAT);
    assert_eq!(deaf.heard(line), ["OK-REGISTRATION"]);
}

#[test]
fn anything_before_the_registration_closes_the_line() {
    for text in [HEARTBEAT, r#"{"ResultCode":"Approved","RefID":"a1-1"}"#] {
        let mut bench = Bench::new();
        let line = bench.connect(DOORS[0]);
        bench.say(line, text);
        assert_eq!((bench.end_of(line), bench.complaints.len()), (Some(End::Closed), 1));
        // What is still on its way goes nowhere.
        bench.say(line, &registration("77031594"));
        assert_eq!(bench.heard(line).len(), 0);
    }
}

#[test]
fn a_line_without_a_word_for_150_seconds_is_closed() {
    let mut bench = Bench::new();
    let silent = bench.terminal("77031594");
    let unregistered = bench.connect(DOORS[0]);
    let alive = bench.terminal("77031595");
    bench.pass(100);
    bench.say(alive, HEARTBEAT);
    bench.pass_millis(49_999);
    assert_eq!(bench.end_of(silent), None);
    bench.pass_millis(1);
    assert_eq!((bench.end_of(silent), bench.end_of(unregistered)), (Some(End::Closed), Some(End::Closed)));
    assert_eq!(bench.end_of(alive), None);
    bench.pass(100);
    assert_eq!((bench.end_of(alive), bench.cloud.deadline()), (Some(End::Closed), None));
}

#[test]
fn a_new_line_of_a_terminal_replaces_its_old_one() {
    let mut bench = Bench::new();
    let old = bench.terminal("77031594");
    let new = bench.terminal("77031594");
    assert_eq!((bench.end_of(old), bench.end_of(new)), (Some(End::Closed), None));
    bench.say(new, &registration("77031594"));
    assert_eq!((bench.end_of(new), bench.heard(new).len()), (None, 2));
    bench.close_till(old);
    bench.say(new, HEARTBEAT);
    assert_eq!(bench.heard(new).len(), 3);
}

#[test]
fn bytes_may_come_as_they_like() {
    let mut bench = Bench::new();
    let line = bench.connect(DOORS[0]);
    let stream = format!("\x04\r\n {}\x04\x04\x04\n{HEARTBEAT}\x04\x04", registration("77031594"));
    for byte in stream.as_bytes() {
        bench.bytes(line, &[*byte]);
    }
    assert_eq!(bench.heard(line), ["OK-REGISTRATION", STATUS]);
    let glued = bench.connect(DOORS[0]);
    bench.bytes(glued, stream.replace("77031594", "77031595").as_bytes());
    assert_eq!(bench.heard(glued), ["OK-REGISTRATION", STATUS]);
}

#[test]
fn a_message_that_is_too_large_ends_the_line() {
    let mut bench = Bench::new();
    let line = bench.terminal("77031594");
    for _ in 0..17 {
        bench.bytes(line, &[b'x'; 64 * 1024]);
    }
    assert_eq!(bench.end_of(line), Some(End::Cut));
    assert_eq!(bench.cloud.deadline(), None);
}

#[test]
fn the_clouds_own_texts_go_out_as_it_is_set_up() {
    for (word, packet, pieces) in [
        ("whole", "OK-REGISTRATION\x04\x04", 0),
        ("single", "OK-REGISTRATION\x04\x04", 1),
        ("glued", "OK-REGISTRATION\x04\x04{\"Status\":\"OK\"}\x04\x04", 0),
        ("bare", "OK-REGISTRATION", 0),
    ] {
        let mut bench = Bench::with(&[("bytes", word)]);
        let line = bench.terminal("77031594");
        assert_eq!(bench.packets(line), [packet.as_bytes()]);
        assert_eq!(bench.in_pieces, pieces);
    }
}

#[test]
fn doors_turn_terminals_away_for_as_long_as_they_are_set_up_to() {
    for (refuse, primary, secondary) in [("none", false, false), ("primary", true, false), ("both", true, true)] {
        let mut bench = Bench::with(&[("refuse", refuse), ("refuse_for", "30")]);
        for (door, refused) in [(DOORS[0], primary), (DOORS[1], secondary)] {
            let line = bench.connect(door);
            assert_eq!(bench.end_of(line), refused.then_some(End::Cut), "{refuse}");
        }
        bench.pass_millis(29_999);
        let late = bench.connect(DOORS[0]);
        assert_eq!(bench.end_of(late).is_some(), primary);
        bench.pass_millis(1);
        let later = bench.connect(DOORS[0]);
        assert_eq!(bench.end_of(later), None);
    }
    let mut bench = Bench::with(&[("refuse", "both")]);
    bench.pass(100_000);
    let line = bench.connect(DOORS[1]);
    assert_eq!(bench.end_of(line), Some(End::Cut));
}
