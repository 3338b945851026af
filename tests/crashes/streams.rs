//! The same for the families that talk over byte streams and WebSockets, bytes cut in the middle of messages.

use super::harness::{
    CONNECT, CONNECT_TLS, ECONDUIT_CLASSIC, ECONDUIT_JSON, Family, P3_TCP, P3_WEBSOCKET, VALOR_TCP, VALOR_WEBSOCKET,
};
use super::kills::{Walk, killed, later_killed, recovery_killed, recovery_without_an_answer_killed, walk_all};

fn sale(family: &Family) -> Walk<'_> {
    let what = format!("{}: sale", family.name);
    Walk::new(&what, 20, |point, till| killed(&["sale", "10.00"], family, point, till))
}

fn void(family: &Family) -> Walk<'_> {
    let what = format!("{}: void", family.name);
    Walk::new(&what, 10, |point, till| later_killed(&["void"], family, point, till))
}

fn refund(family: &Family) -> Walk<'_> {
    let what = format!("{}: refund", family.name);
    Walk::new(&what, 20, |point, till| killed(&["refund", "4.00"], family, point, till))
}

fn linked_refund(family: &Family) -> Walk<'_> {
    let what = format!("{}: refund of a part", family.name);
    Walk::new(&what, 10, |point, till| later_killed(&["refund", "4.00", "--of"], family, point, till))
}

/// The terminal can be asked.
fn recovery(family: &Family) -> Walk<'_> {
    let what = format!("{}: recovery", family.name);
    Walk::new(&what, 6, |point, till| {
        let end = recovery_killed(family, point, till)?;
        assert_eq!(end, "sale approved");
        Some(end)
    })
}

/// The request arrived, and nothing came back.
fn recovery_without_an_answer(family: &Family) -> Walk<'_> {
    let what = format!("{}: recovery without an answer", family.name);
    Walk::new(&what, 6, |point, till| recovery_without_an_answer_killed(family, point, till))
}

#[test]
fn valor_survives_a_kill_at_every_step() {
    walk_all(&[
        sale(&VALOR_TCP),
        void(&VALOR_TCP),
        sale(&VALOR_WEBSOCKET),
        recovery(&VALOR_TCP),
        recovery_without_an_answer(&VALOR_TCP),
    ]);
}

#[test]
fn p3_survives_a_kill_at_every_step() {
    walk_all(&[
        sale(&P3_WEBSOCKET),
        void(&P3_WEBSOCKET),
        linked_refund(&P3_WEBSOCKET),
        sale(&P3_TCP),
        recovery(&P3_WEBSOCKET),
    ]);
}

/// The terminal reads a card and records nothing: a till that was killed behind that cannot find out, and says so. Each
/// of them waits for half a minute, so that it is not done at every step.
fn unrecorded(family: &Family) -> Walk<'_> {
    let what = format!("{}: nothing recorded", family.name);
    Walk::new(&what, 8, |point, till| {
        let end = killed(&["sale", "100.69"], family, 5 * point, till)?;
        assert!(["sale in_doubt", "sale not_charged", "nothing"].contains(&end.as_str()), "{end}");
        Some(end)
    })
}

#[test]
fn connect_survives_a_kill_at_every_step() {
    walk_all(&[sale(&CONNECT), sale(&CONNECT_TLS), refund(&CONNECT), recovery(&CONNECT), unrecorded(&CONNECT)]);
}

/// One exchange has five points: two before it has arrived, and three behind that.
fn exchange<'a>(words: &'a [&'a str], family: &'a Family) -> Walk<'a> {
    let what = format!("{}: {words:?}", family.name);
    Walk::new(&what, 5, |point, till| killed(words, family, point, till))
}

fn later_exchange<'a>(words: &'a [&'a str], family: &'a Family) -> Walk<'a> {
    let what = format!("{}: {words:?}", family.name);
    Walk::new(&what, 5, |point, till| later_killed(words, family, point, till))
}

fn recovery_of_exchange(family: &Family) -> Walk<'_> {
    let what = format!("{}: recovery", family.name);
    Walk::new(&what, 5, |point, till| {
        let end = recovery_killed(family, point, till)?;
        assert_eq!(end, "sale approved");
        Some(end)
    })
}

/// What did not arrive is settled a minute after it was asked about first, which `status` does not wait for: whoever was killed
/// before that is settled by a person here.
#[test]
fn econduit_survives_a_kill_at_every_step() {
    walk_all(&[
        exchange(&["sale", "10.00"], &ECONDUIT_CLASSIC),
        exchange(&["sale", "10.00"], &ECONDUIT_JSON),
        exchange(&["sale", "100.79"], &ECONDUIT_JSON),
        exchange(&["refund", "4.62"], &ECONDUIT_CLASSIC),
        later_exchange(&["void"], &ECONDUIT_CLASSIC),
        later_exchange(&["void"], &ECONDUIT_JSON),
        recovery_of_exchange(&ECONDUIT_CLASSIC),
        recovery_of_exchange(&ECONDUIT_JSON),
    ]);
}
