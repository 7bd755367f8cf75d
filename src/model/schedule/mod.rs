//! Rotation schedules of Secrets Manager: `rate(…)` and `cron(…)` expressions.
//!
//! The grammar is the one of the user guide's page [Rotation schedules]; `W` and `LW`, which that
//! page leaves out, are read as the [EventBridge cron reference] describes them. All times are UTC.
//! Where neither page says that a form is accepted (ranges that wrap around such as `FRI-MON`,
//! `L`, `W` or `#` inside a list), it is refused.
//!
//! [Rotation schedules]: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
//! [EventBridge cron reference]: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html

mod cron;
mod field;

use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use self::cron::{Cron, Window};

const HOURS_PER_DAY: i64 = 24;
const HORIZON_YEARS: i64 = 8;
const MAX_LENGTH: usize = 256;
const MIN_RATE_HOURS: i64 = 4;
const MAX_RATE_DAYS: i64 = 999;

/// A parsed rotation schedule.
///
/// Equality looks past the spelling, so that `rate(1 day)` equals `rate(24 hours)` and `MON` equals
/// `2`, but it does not compare the firings of different wildcards.
///
/// Implements the user guide's [Rotation schedules]: "To set the schedule and window, you use a
/// `cron()` or `rate()` expression along with a window duration."
///
/// [Rotation schedules]: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Rate { hours: i64 },
    Cron(Cron),
}

impl Schedule {
    /// Reads a `rate(…)` or `cron(…)` expression as Secrets Manager does.
    ///
    /// Names, `L` and `W` are read in either case; `rate`, `cron` and the units only in lower case,
    /// the one spelling the page shows. The four-hour minimum is checked for rates alone: no page
    /// says how the service would apply it to the hours of a cron.
    ///
    /// # Errors
    ///
    /// [`ScheduleError`] for what the service would refuse: its message names the field, quotes the
    /// offending text and says what was expected.
    ///
    /// Implements the user guide's [Rotation schedules]: "You can rotate a secret as often as every
    /// four hours. The maximum rotation period is 999 days", and "must have 0 in the minutes field
    /// because Secrets Manager rotation windows start on the hour. It must have * in the year
    /// field".
    ///
    /// [Rotation schedules]: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        check_characters(text)?;
        let inside = |open| text.strip_prefix(open)?.strip_suffix(')');
        if let Some(rate) = inside("rate(") {
            let hours = parse_rate(rate)?;
            Ok(Self(Kind::Rate { hours }))
        } else if let Some(fields) = inside("cron(") {
            Cron::parse(fields).map(|cron| Self(Kind::Cron(cron)))
        } else {
            Err(ScheduleError::Form { text: text.into() })
        }
    }

    /// The longest time between two consecutive firings among those after `from` and at most eight
    /// calendar years later, in whole hours.
    ///
    /// The wait from `from` to the first firing does not count. `None` when the schedule fires
    /// fewer than twice in that time, as `cron(0 0 31 2 ? *)` does.
    ///
    /// Implements the user guide's [Rotation schedules]: "A cron expression that includes
    /// increments of hours resets each day", and "Secrets Manager rotation schedules use UTC time
    /// zone."
    ///
    /// [Rotation schedules]: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
    #[must_use]
    pub fn longest_gap(&self, from: Timestamp) -> Option<SignedDuration> {
        match &self.0 {
            Kind::Rate { hours } => {
                let gap = SignedDuration::from_hours(*hours);
                let second = from.checked_add(gap).ok()?.checked_add(gap).ok()?;
                (second <= horizon(from)).then_some(gap)
            }
            Kind::Cron(cron) => cron.longest_gap(Window::after(from)).map(SignedDuration::from_hours),
        }
    }

    /// The first firing strictly after `after`: for a cron the start of a UTC hour, for a rate
    /// `after` plus the rate.
    ///
    /// `None` when there is none within eight calendar years, or before the last moment that a
    /// [`Timestamp`] can hold.
    ///
    /// Implements the user guide's [Rotation schedules]: "`rate(10 days)` means the secret is
    /// rotated every 10 days", and "Secrets Manager rotation windows always start on the hour."
    ///
    /// [Rotation schedules]: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
    #[must_use]
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        match &self.0 {
            Kind::Rate { hours } => after.checked_add(SignedDuration::from_hours(*hours)).ok(),
            Kind::Cron(cron) => {
                let hour = cron.firing_days(Window::after(after)).next()?.first();
                Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_hours(hour)).ok()
            }
        }
    }
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    /// Same as [`Schedule::parse`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Why a text is not a rotation schedule that Secrets Manager would take.
///
/// Implements the user guide's [Rotation schedules]: "Secrets Manager has some restrictions on what
/// you can use for cron expressions."
///
/// [Rotation schedules]: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The text is empty; [RotationRulesType] wants at least one character.
    ///
    /// [RotationRulesType]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
    #[error("schedule ``: expected `rate(value unit)` or `cron(fields)`")]
    Empty,

    /// The text is longer than the 256 characters that [RotationRulesType] allows.
    ///
    /// [RotationRulesType]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
    #[error("schedule of {length} characters: expected at most {max}", max = MAX_LENGTH)]
    TooLong {
        /// How many characters (Unicode scalar values) the text has.
        length: usize,
    },

    /// A character outside the pattern `[0-9A-Za-z\(\)#\?\*\-\/, ]+` of [RotationRulesType].
    ///
    /// [RotationRulesType]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
    #[error(
        "schedule `{}` has the character `{}`: expected only letters a-z, digits, spaces and \
         `()#?*-/,`",
        .text.escape_debug(),
        .character.escape_debug()
    )]
    Character {
        /// The whole schedule.
        text: String,
        /// The first character that is not allowed.
        character: char,
    },

    /// Neither `rate(…)` nor `cron(…)`, the two forms that the page [Rotation schedules] names.
    ///
    /// [Rotation schedules]: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
    #[error(
        "schedule `{text}`: expected `rate(value unit)` or \
         `cron(minutes hours day-of-month month day-of-week year)`"
    )]
    Form {
        /// The whole schedule.
        text: String,
    },

    /// Not a value and a unit, the form `rate(Value Unit)` of the page [Rotation schedules].
    ///
    /// [Rotation schedules]: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
    #[error("rate `{text}`: expected a value and a unit, such as `30 days`")]
    RateParts {
        /// The text between the parentheses.
        text: String,
    },

    /// Not six fields, the form `cron(Minutes Hours Day-of-month Month Day-of-week Year)` of the
    /// page [Rotation schedules].
    ///
    /// [Rotation schedules]: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
    #[error(
        "cron `{text}` of {found} field(s): expected 6 (minutes hours day-of-month month \
         day-of-week year)"
    )]
    FieldCount {
        /// The text between the parentheses.
        text: String,
        /// How many fields it has.
        found: usize,
    },

    /// `?` in both or in neither of the day fields; the page [Rotation schedules] says "If you
    /// specify a value in one of the fields, you must use a ? (question mark) in the other".
    ///
    /// [Rotation schedules]: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
    #[error(
        "day-of-month `{day_of_month}` and day-of-week `{day_of_week}`: expected `?` in exactly \
         one of them"
    )]
    DayFields {
        /// The third cron field.
        day_of_month: String,
        /// The fifth cron field.
        day_of_week: String,
    },

    /// A field, or one item of its list, outside the values and wildcards that the page
    /// [Rotation schedules] allows it.
    ///
    /// [Rotation schedules]: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
    #[error("{field} `{text}`: expected {expected}")]
    Field {
        /// `rate value`, `rate unit` or a cron field, such as `day-of-week`.
        field: &'static str,
        /// The offending item.
        text: String,
        /// What the field takes.
        expected: String,
    },
}

fn refused(field: &'static str, text: &str, expected: impl Into<String>) -> ScheduleError {
    ScheduleError::Field { field, text: text.into(), expected: expected.into() }
}

fn check_characters(text: &str) -> Result<(), ScheduleError> {
    let length = text.chars().count();
    if length == 0 {
        return Err(ScheduleError::Empty);
    }
    if length > MAX_LENGTH {
        return Err(ScheduleError::TooLong { length });
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "()#?*-/, ".contains(c);
    match text.chars().find(|&c| !allowed(c)) {
        Some(character) => Err(ScheduleError::Character { text: text.into(), character }),
        None => Ok(()),
    }
}

/// The number that `text` spells in digits alone, for `str::parse` also takes a sign.
fn number<N: FromStr>(text: &str) -> Option<N> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// The hours between rotations.
fn parse_rate(text: &str) -> Result<i64, ScheduleError> {
    let parts: Vec<&str> = text.split_ascii_whitespace().collect();
    let [value, unit] = parts.as_slice() else {
        return Err(ScheduleError::RateParts { text: text.into() });
    };
    let (hours_per_unit, low, high, plural) = match *unit {
        "hour" | "hours" => (1, MIN_RATE_HOURS, MAX_RATE_DAYS * HOURS_PER_DAY, "hours"),
        "day" | "days" => (HOURS_PER_DAY, 1, MAX_RATE_DAYS, "days"),
        _ => {
            return Err(refused("rate unit", unit, "`hour`, `hours`, `day` or `days`"));
        }
    };
    number(value)
        .filter(|count| (low..=high).contains(count))
        .map(|count: i64| count * hours_per_unit)
        .ok_or_else(|| refused("rate value", value, format!("{low}-{high} {plural}")))
}

/// The end of the time looked at, which itself is still part of it.
fn horizon(from: Timestamp) -> Timestamp {
    let later = from.to_zoned(TimeZone::UTC).checked_add(HORIZON_YEARS.years());
    later.map_or(Timestamp::MAX, |moment| moment.timestamp())
}

#[cfg(test)]
mod tests;
