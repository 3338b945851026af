//! The days of the cloud's calendar (reference 3.6): US Central time, whatever the till's own clock is set to.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The rule since 2007; the library's own tables may be missing on a till.
const RULE: &str = "CST6CDT,M3.2.0,M11.1.0";
/// So near to midnight the cloud's clock and ours may show different days: clocks are wrong, and whether the cloud's keeps
/// daylight saving time, and by which rule, nobody says.
const NEAR: Duration = Duration::from_secs(2 * 3_600);

/// `MMddyyyy` of a moment.
pub fn day(moment: Timestamp) -> String {
    let zone = TimeZone::posix(RULE).unwrap_or(TimeZone::UTC);
    let date = zone.to_datetime(moment).date();
    format!("{:02}{:02}{:04}", date.month(), date.day(), date.year())
}

/// The days on which the cloud may have noted what was sent at this moment: one, or around midnight two; the likelier first.
pub fn days(moment: Timestamp) -> Vec<String> {
    let mut days = vec![day(moment)];
    for near in [moment.checked_sub(NEAR), moment.checked_add(NEAR)].into_iter().flatten() {
        let near = day(near);
        if !days.contains(&near) {
            days.push(near);
        }
    }
    days
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_chicago_in_summer_and_in_winter() {
        let of = |text: &str| day(text.parse().unwrap());
        assert_eq!(of("2016-01-19T18:00:00Z"), "01192016");
        assert_eq!(of("2026-01-20T05:59:59Z"), "01192026");
        assert_eq!(of("2026-01-20T06:00:00Z"), "01202026");
        assert_eq!(of("2026-07-20T04:59:59Z"), "07192026");
        assert_eq!(of("2026-07-20T05:00:00Z"), "07202026");
    }

    #[test]
    fn around_midnight_there_are_two() {
        let of = |text: &str| days(text.parse().unwrap());
        assert_eq!(of("2026-01-20T05:55:00Z"), ["01192026", "01202026"]);
        assert_eq!(of("2026-01-20T06:05:00Z"), ["01202026", "01192026"]);
        assert_eq!(of("2026-01-20T12:00:00Z"), ["01202026"]);
    }
}
