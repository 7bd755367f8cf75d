//! Ages, always in whole UTC days and rounded down.

use jiff::{Timestamp, tz::TimeZone};

/// Whole days of 24 hours from `from` to `to`, rounded down; negative where `to` lies before `from`.
pub fn whole_days_between(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs().div_euclid(86_400)
}

/// The UTC date of an instant as `YYYY-MM-DD`.
pub fn date(instant: Timestamp) -> String {
    instant.to_zoned(TimeZone::UTC).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_rounded_down() {
        let cases = [
            ("2026-01-01T00:00:00Z", "2026-01-01T23:59:59Z", 0),
            ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", 1),
            ("2026-01-01T12:00:00Z", "2026-01-03T11:59:59Z", 1),
            ("2024-02-28T00:00:00Z", "2024-03-01T00:00:00Z", 2),
            ("2026-01-02T00:00:00Z", "2026-01-01T23:00:00Z", -1),
        ];
        for (from, to, days) in cases {
            assert_eq!(whole_days_between(from.parse().unwrap(), to.parse().unwrap()), days, "{from} {to}");
        }
    }
}
