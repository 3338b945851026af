//! Thousands of registered terminals at once.

use super::bench::*;
use crate::protocols::econduit::DOORS;
use crate::protocols::simulator::{Line, Simulator};

const TERMINALS: usize = 2_500;

#[test]
fn thousands_of_terminals_cost_a_step_for_each_thing_they_say() {
    let mut bench = Bench::with(&[("paired", "2050:S02000")]);
    let lines: Vec<Line> = (0..TERMINALS).map(|number| bench.terminal(&format!("S{number:05}"))).collect();
    assert_eq!(bench.pass_millis(60_000), 0);
    for _ in 0..3 {
        for line in &lines {
            bench.say(*line, HEARTBEAT);
        }
        // Nothing is due while they are alive.
        assert_eq!(bench.pass_millis(60_000), 0);
    }
    let till = bench.run_on("2050", "Sale", "a1-1", "1.00");
    assert_eq!(bench.command(lines[2_000])["RefID"], "a1-1");
    bench.say(lines[2_000], r#"{"RefID":"a1-1","ResultCode":"Declined","ResultFinal":true}"#);
    assert_eq!(code(&bench.answer(till)), "Declined");
    for line in &lines {
        assert_eq!((bench.heard(*line).len() >= 4, bench.end_of(*line)), (true, None));
    }
    // All but the one that spoke are silent since the same moment.
    assert_eq!(bench.pass_millis(90_000), 1);
    assert_eq!(lines.iter().filter(|line| bench.end_of(**line) == Some(End::Closed)).count(), TERMINALS - 1);
    assert!(bench.complaints.is_empty());
}

#[test]
fn terminals_that_come_back_all_at_once_replace_their_lines() {
    let mut bench = Bench::new();
    let old: Vec<Line> = (0..TERMINALS).map(|number| bench.terminal(&format!("S{number:05}"))).collect();
    for number in 0..TERMINALS {
        let line = bench.connect(DOORS[1]);
        bench.say(line, &registration(&format!("S{number:05}")));
    }
    assert!(old.iter().all(|line| bench.end_of(*line) == Some(End::Closed)));
    bench.pass(149);
    assert!(bench.cloud.deadline().is_some());
    assert_eq!(bench.pass_millis(1_000), 1);
    assert_eq!(bench.cloud.deadline(), None);
}
