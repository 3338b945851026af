//! Time as an argument: nothing below the links and the actor reads a clock.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// A point on a clock that only goes forward, counted from an origin that the owner of the clock chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(Duration);

impl Instant {
    pub const ORIGIN: Instant = Instant(Duration::ZERO);

    pub fn from_origin(elapsed: Duration) -> Self {
        Instant(elapsed)
    }

    pub fn since_origin(self) -> Duration {
        self.0
    }

    /// Zero when `earlier` is later.
    pub fn saturating_since(self, earlier: Instant) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, wait: Duration) -> Instant {
        Instant(self.0.saturating_add(wait))
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.saturating_since(earlier)
    }
}

/// What a state machine is told of time: a forward-only instant for waiting, and the wall's clock for writing dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    pub at: Instant,
    pub wall: Timestamp,
    /// The till's offset from UTC at that moment.
    pub offset: Offset,
}

impl Now {
    /// What the wall's clock will say after this wait; a wait beyond the end of its calendar ends there.
    pub fn after(&self, wait: Duration) -> Timestamp {
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
        self.wall.checked_add(wait).unwrap_or(Timestamp::MAX)
    }

    /// RFC 3339 with the till's offset and whole seconds: `2026-03-14T10:42:31+01:00`.
    pub fn local_rfc3339(&self) -> String {
        local_rfc3339(self.wall, self.offset)
    }

    /// RFC 3339 in UTC with milliseconds: `2026-03-14T09:42:31.208Z`.
    pub fn utc_rfc3339(&self) -> String {
        format!("{:.3}", self.wall)
    }
}

/// RFC 3339 with an offset and whole seconds.
pub fn local_rfc3339(wall: Timestamp, offset: Offset) -> String {
    let civil = offset.to_datetime(wall);
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second(),
        minutes / 60,
        minutes % 60
    )
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}s", self.0.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_at_a_moment_of_the_walls_clock_and_never_beyond_the_last_one() {
        let now =
            Now { at: Instant::ORIGIN, wall: "2026-03-14T09:42:31Z".parse().unwrap(), offset: Offset::constant(1) };
        assert_eq!(now.after(Duration::from_secs(80)).to_string(), "2026-03-14T09:43:51Z");
        assert_eq!(now.after(Duration::MAX), Timestamp::MAX);
    }

    #[test]
    fn dates_are_written_with_the_tills_offset() {
        let now =
            Now { at: Instant::ORIGIN, wall: "2026-03-14T09:42:31.208Z".parse().unwrap(), offset: Offset::constant(1) };
        assert_eq!(now.local_rfc3339(), "2026-03-14T10:42:31+01:00");
        assert_eq!(now.utc_rfc3339(), "2026-03-14T09:42:31.208Z");
    }
}
