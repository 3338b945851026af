//! When what is due, in one ordered queue: the next is found at once, however many lines stand.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Instant;
use crate::protocols::simulator::Line;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// The next step on the virtual terminal of this number.
    Step(u32),
    /// What a till is told when it waits no more.
    TooLate(Line),
    /// The real terminal of this number has had its command for too long.
    Command(u32),
    /// Nothing came on a terminal's line for too long.
    Silence(Line),
}

#[derive(Debug, Default)]
pub struct Deadlines {
    queue: BTreeSet<(Instant, Alarm)>,
    set: BTreeMap<Alarm, Instant>,
}

impl Deadlines {
    /// In place of an earlier time of the same alarm.
    pub fn set(&mut self, alarm: Alarm, at: Instant) {
        self.clear(alarm);
        self.queue.insert((at, alarm));
        self.set.insert(alarm, at);
    }

    pub fn clear(&mut self, alarm: Alarm) {
        if let Some(at) = self.set.remove(&alarm) {
            self.queue.remove(&(at, alarm));
        }
    }

    pub fn next(&self) -> Option<Instant> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// Takes out the first that is due.
    pub fn due(&mut self, now: Instant) -> Option<Alarm> {
        let (at, alarm) = self.queue.first().copied().filter(|(at, _)| *at <= now)?;
        self.queue.remove(&(at, alarm));
        self.set.remove(&alarm);
        Some(alarm)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_alarm_rings_once_at_its_newest_time() {
        let at = |seconds| Instant::ORIGIN + Duration::from_secs(seconds);
        let mut deadlines = Deadlines::default();
        deadlines.set(Alarm::Step(1), at(5));
        deadlines.set(Alarm::Step(2), at(3));
        deadlines.set(Alarm::Step(1), at(7));
        assert_eq!(deadlines.next(), Some(at(3)));
        assert_eq!((deadlines.due(at(6)), deadlines.due(at(6))), (Some(Alarm::Step(2)), None));
        deadlines.clear(Alarm::Step(1));
        assert_eq!((deadlines.next(), deadlines.due(at(9))), (None, None));
    }
}
