//! The day of a transaction as `checkStatus` names it (reference 3.6).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// US Central time by its rules since 2007, so that no zone database is needed.
const US_CENTRAL: &str = "CST6CDT,M3.2.0,M11.1.0";

/// What clocks in US Central show.
pub fn central_time(at: Timestamp) -> DateTime {
    let zone = TimeZone::posix(US_CENTRAL).unwrap_or(TimeZone::UTC);
    zone.to_datetime(at)
}

/// (3.6) The day in US Central time, `MMddyyyy`.
pub fn central_day(at: Timestamp) -> String {
    let day = central_time(at).date();
    format!("{:02}{:02}{:04}", day.month(), day.day(), day.year())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_us_central() {
        for (at, day) in [
            ("2016-01-19T12:00:00Z", "01192016"),
            ("2016-01-20T05:59:59Z", "01192016"),
            ("2016-01-20T06:00:00Z", "01202016"),
            // summer time
            ("2026-07-01T04:59:59Z", "06302026"),
            ("2026-07-01T05:00:00Z", "07012026"),
            ("2026-03-08T07:59:59Z", "03082026"),
            ("2026-03-09T05:00:00Z", "03092026"),
        ] {
            assert_eq!(central_day(at.parse().unwrap()), day, "{at}");
        }
    }
}
