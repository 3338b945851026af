//! Who is let in (1.4, 8.1).

use serde_json::{Value, json};

use super::bench::*;
use crate::domain::Secret;
use crate::protocols::connect::simulator::{Mode, Options};

fn knocked(options: Options, target: &str) -> Bench {
    let mut bench = Bench::with("GBP", 1, None, options);
    bench.open(target);
    bench
}

/// The status with which somebody is sent away; none where he is let in.
fn status(mode: Mode, target: &str) -> Option<u16> {
    let bench = knocked(Options { mode, ..Options::default() }, target);
    assert_eq!(bench.is_admitted(), bench.refused.is_empty());
    bench.refused.first().map(|response| response.status)
}

#[test]
fn a_till_with_everything_is_let_in() {
    assert_eq!(status(Mode::Strict, V1), None);
    assert_eq!(status(Mode::Strict, V0), None);
    assert_eq!(status(Mode::Strict, &V1.replace("/pac", "/PAC")), None);
    assert_eq!(status(Mode::Strict, &format!("{V1}&final-pos-receipt-request")), None);
    assert_eq!(status(Mode::Strict, "/pac?token=k"), None);
    assert_eq!(status(Mode::Strict, &V1.replace("/pac", "/pat")), None);
    assert_eq!(status(Mode::Strict, &V0.replace("/pac", "/PAT")), None);
}

#[test]
fn what_is_missing_or_wrong_has_a_status() {
    for (target, expected) in [
        ("/pot?token=k&api-version=v1&software-house-id=a&installer-id=b", 404),
        ("/pat", 401),
        ("/pat?token=k&api-version=v1&software-house-id=a", 422),
        ("/?token=k", 404),
        ("/pac", 401),
        ("/pac?token=&api-version=v0", 401),
        ("/pac?token=wrong&api-version=v0", 401),
        ("/pac?token=%77rong&api-version=v0", 401),
        ("/pac?token=k&api-version=v2", 422),
        ("/pac?token=k&api-version=v1&installer-id=b", 422),
        ("/pac?token=k&api-version=v1&software-house-id=a", 422),
        ("/pac?token=k&api-version=v1&software-house-id=a&installer-id=", 422),
        ("/pac?token=fails-500&api-version=v0", 500),
        ("/pac?token=fails-503&api-version=v0", 503),
    ] {
        assert_eq!(status(Mode::Strict, target), Some(expected), "{target}");
    }
}

#[test]
fn whoever_is_sent_away_is_told_why_as_json() {
    let bench = knocked(Options::default(), "/pac?token=wrong");
    assert_eq!(bench.refused[0].content_type, "application/json");
    let body: Value = serde_json::from_slice(&bench.refused[0].body).unwrap();
    assert!(body["userMessage"].is_string());
}

#[test]
fn a_lenient_cloud_does_not_ask_for_partners() {
    assert_eq!(status(Mode::Lenient, "/pac?token=k&api-version=v1"), None);
    assert_eq!(status(Mode::Lenient, "/pac?token=wrong&api-version=v1"), Some(401));
}

#[test]
fn a_mute_cloud_lets_a_wrong_token_in_and_never_answers() {
    let mut bench = knocked(Options { mode: Mode::Mute, ..Options::default() }, "/pac?token=wrong&api-version=v0");
    assert!(bench.is_admitted());
    bench.ask("connectedTerminals", json!({}));
    bench.say("what?");
    bench.pass(600);
    assert_eq!(bench.received().len(), 0);
    bench.open(V1);
    assert!(bench.told("connectedTerminals", json!({})).is_array());
}

#[test]
fn a_fixed_token_is_the_only_right_one() {
    let options = Options { token: Some(Secret::new("5b1f&6a")), ..Options::default() };
    assert!(!knocked(options.clone(), "/pac?token=k").is_admitted());
    assert!(!knocked(options.clone(), "/pac?token=5b1f&6a").is_admitted());
    assert!(knocked(options, "/pac?token=5b1f%266a").is_admitted());
}

#[test]
fn a_token_stays_at_the_door() {
    for (mode, target) in [
        (Mode::Strict, "/pac?token=s3cr3t"),
        (Mode::Strict, "/pat?token=s3cr3t&s3cr3t=1"),
        (Mode::Mute, "/pac?token=s3cr3t"),
    ] {
        let options = Options { mode, token: Some(Secret::new("s3cr3t-too")), ..Options::default() };
        let mut bench = knocked(options, target);
        bench.step(crate::protocols::simulator::SimulatorInput::Tick);
        let everything = format!(
            "{:?} {:?} {}",
            bench.complaints,
            bench.refused,
            crate::protocols::simulator::Simulator::memory(&bench.cloud)
        );
        assert!(!everything.contains("s3cr3t"), "{everything}");
    }
}

#[test]
fn more_lines_than_the_cloud_holds_are_sent_away() {
    let mut bench = Bench::ready();
    for _ in 0..300 {
        bench.open(V1);
    }
    assert!(bench.refused.iter().all(|response| response.status == 503));
    assert_eq!(bench.refused.len(), 45);
}

#[test]
fn only_what_the_till_did_wrong_is_complained_of() {
    for (target, complaints) in [("/pac?token=wrong", 1), ("/pac?token=fails-503", 0), ("/pac?token=k&colour=red", 1)] {
        assert_eq!(knocked(Options::default(), target).complaints.len(), complaints, "{target}");
    }
}
