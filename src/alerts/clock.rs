//! The day where the deadlines run.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};

/// The day of a moment, China standard time.
pub(super) fn day(moment: Timestamp) -> Date {
    TimeZone::fixed(tz::offset(8)).to_datetime(moment).date()
}

/// Today.
pub(super) fn today() -> Date {
    day(Timestamp::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_china() {
        let on = |text: &str| day(text.parse().unwrap()).to_string();
        assert_eq!(on("2026-11-25T15:59:59Z"), "2026-11-25");
        assert_eq!(on("2026-11-25T16:00:00Z"), "2026-11-26");
    }
}
