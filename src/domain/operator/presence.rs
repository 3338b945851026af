//! Who is signed in, and when nobody has done anything for too long.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Operator;

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    pub operator: Operator,
    /// When they last did something, by the wall's clock.
    last: Timestamp,
}

impl Presence {
    pub fn begins(operator: Operator, now: Timestamp) -> Presence {
        Presence { operator, last: now }
    }

    /// They did something.
    pub fn touch(&mut self, now: Timestamp) {
        self.last = now;
    }

    /// Whether they are to be signed out by now. While a payment runs or a question is open nobody is, and the time
    /// begins anew when it has ended. `idle_minutes` is 0 where nobody ever is.
    pub fn is_idle(&mut self, now: Timestamp, is_busy: bool, idle_minutes: u32) -> bool {
        // A clock that was set back makes nobody stay for longer.
        if is_busy || now < self.last {
            self.last = now;
        }
        let idle = now.duration_since(self.last);
        idle_minutes > 0 && idle >= SignedDuration::try_from(minutes(idle_minutes)).unwrap_or(SignedDuration::MAX)
    }
}

fn minutes(number: u32) -> Duration {
    Duration::from_secs(u64::from(number) * 60)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::operator::Role;

    fn at(seconds: i64) -> Timestamp {
        "2026-03-14T09:42:31Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
    }

    fn ada() -> Presence {
        Presence::begins(Operator { name: "Ada".parse().unwrap(), role: Role::Cashier }, at(0))
    }

    #[test]
    fn somebody_who_does_nothing_is_idle_after_the_minutes_of_the_settings() {
        let mut ada = ada();
        assert!(!ada.is_idle(at(299), false, 5));
        assert!(ada.is_idle(at(300), false, 5));
        ada.touch(at(300));
        assert!(!ada.is_idle(at(599), false, 5));
        assert!(!ada.is_idle(at(1_000_000), false, 0), "never");
    }

    #[test]
    fn nobody_is_idle_while_a_payment_runs_and_the_time_begins_when_it_has_ended() {
        let mut ada = ada();
        assert!(!ada.is_idle(at(290), true, 5));
        assert!(!ada.is_idle(at(4_000), true, 5));
        assert!(!ada.is_idle(at(4_299), false, 5));
        assert!(ada.is_idle(at(4_300), false, 5));
    }

    #[test]
    fn a_clock_that_was_set_back_begins_anew() {
        let mut ada = ada();
        assert!(!ada.is_idle(at(-3_600), false, 5));
        assert!(ada.is_idle(at(-3_300), false, 5));
    }
}
