//! The days of the cloud's calendar (reference 3.6): US Central time, whatever the till's own clock is set to.

use std::time::Duration;

use jiff::Timestamp;

use super::messages::central_day;

/// So near to midnight the cloud's clock and ours may show different days: clocks are wrong, and whether the cloud's keeps
/// daylight saving time, and by which rule, nobody says.
const NEAR: Duration = Duration::from_secs(2 * 3_600);

/// The days on which the cloud may have noted what was sent at one of these moments, the likelier first: one, around midnight
/// two, and more where the till's clock is not to be trusted.
pub fn days(moments: impl IntoIterator<Item = Timestamp>) -> Vec<String> {
    let mut days = Vec::new();
    for moment in moments {
        for near in [Ok(moment), moment.checked_sub(NEAR), moment.checked_add(NEAR)].into_iter().flatten() {
            let near = central_day(near);
            if !days.contains(&near) {
                days.push(near);
            }
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
        let of = |text: &str| central_day(text.parse().unwrap());
        assert_eq!(of("2016-01-19T18:00:00Z"), "01192016");
        assert_eq!(of("2026-01-20T05:59:59Z"), "01192026");
        assert_eq!(of("2026-01-20T06:00:00Z"), "01202026");
        assert_eq!(of("2026-07-20T04:59:59Z"), "07192026");
        assert_eq!(of("2026-07-20T05:00:00Z"), "07202026");
    }

    #[test]
    fn around_midnight_there_are_two() {
        let of = |text: &str| days([text.parse().unwrap()]);
        assert_eq!(of("2026-01-20T05:55:00Z"), ["01192026", "01202026"]);
        assert_eq!(of("2026-01-20T06:05:00Z"), ["01202026", "01192026"]);
        assert_eq!(of("2026-01-20T12:00:00Z"), ["01202026"]);
    }
}
