//! Cron expressions: on which days and hours they fire.

use std::iter;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::field::{DAY_OF_MONTH, DAY_OF_WEEK, HOURS, MONTH, Set, has};
use super::{HOURS_PER_DAY, ScheduleError, horizon, number, refused};

const SECONDS_PER_HOUR: i64 = 3_600;
const SUNDAY: u32 = 1;
const SATURDAY: u32 = 7;

/// The days of a month on which a cron fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Days {
    OfMonth(Set),
    OfWeek(Set),
    LastOfMonth,
    LastWorkday,
    NearestWorkday(u32),
    LastOfWeek(u32),
    NthOfWeek { weekday: u32, nth: u32 },
}

impl Days {
    fn parse(day_of_month: &str, day_of_week: &str) -> Result<Self, ScheduleError> {
        match (day_of_month == "?", day_of_week == "?") {
            (true, false) => Self::in_week(day_of_week),
            (false, true) => Self::in_month(day_of_month),
            _ => Err(ScheduleError::DayFields {
                day_of_month: day_of_month.into(),
                day_of_week: day_of_week.into(),
            }),
        }
    }

    fn in_month(text: &str) -> Result<Self, ScheduleError> {
        let refuse = || DAY_OF_MONTH.refuse(text);
        if text.contains(',') {
            DAY_OF_MONTH.set(text).map(Self::OfMonth)
        } else if text.eq_ignore_ascii_case("L") {
            Ok(Self::LastOfMonth)
        } else if text.eq_ignore_ascii_case("LW") {
            Ok(Self::LastWorkday)
        } else if let Some(day) = text.strip_suffix(['W', 'w']) {
            DAY_OF_MONTH.value(day).map(Self::NearestWorkday).ok_or_else(refuse)
        } else if let Some(name) = text.strip_suffix(['L', 'l']) {
            // The page documents `SUNL` for this field too, but never a number there.
            DAY_OF_WEEK.name_value(name).map(Self::LastOfWeek).ok_or_else(refuse)
        } else {
            DAY_OF_MONTH.set(text).map(Self::OfMonth)
        }
    }

    fn in_week(text: &str) -> Result<Self, ScheduleError> {
        let weekday = |day| DAY_OF_WEEK.value(day).ok_or_else(|| DAY_OF_WEEK.refuse(text));
        if text.contains(',') {
            DAY_OF_WEEK.set(text).map(Self::OfWeek)
        } else if text.eq_ignore_ascii_case("L") {
            Ok(Self::OfWeek(1 << SATURDAY))
        } else if let Some((day, nth)) = text.split_once('#') {
            let nth = number(nth)
                .filter(|nth| (1..=5).contains(nth))
                .ok_or_else(|| refused(DAY_OF_WEEK.name, text, "1-5 after `#`"))?;
            Ok(Self::NthOfWeek { weekday: weekday(day)?, nth })
        } else if let Some(day) = text.strip_suffix(['L', 'l']) {
            weekday(day).map(Self::LastOfWeek)
        } else {
            DAY_OF_WEEK.set(text).map(Self::OfWeek)
        }
    }

    fn contain(self, month: &Month, day: u32) -> bool {
        let weekday = month.weekday(day);
        match self {
            Self::OfMonth(days) => has(days, day),
            Self::OfWeek(weekdays) => has(weekdays, weekday),
            Self::LastOfMonth => day == month.length,
            Self::LastWorkday => month.nearest_workday(month.length) == Some(day),
            Self::NearestWorkday(target) => month.nearest_workday(target) == Some(day),
            Self::LastOfWeek(last) => weekday == last && day + 7 > month.length,
            Self::NthOfWeek { weekday: wanted, nth } => weekday == wanted && (day - 1) / 7 + 1 == nth,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cron {
    hours: Set,
    days: Days,
    months: Set,
}

impl Cron {
    pub(super) fn parse(text: &str) -> Result<Self, ScheduleError> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let [minutes, hours, day_of_month, month, day_of_week, year] = fields.as_slice() else {
            return Err(ScheduleError::FieldCount { text: text.into(), found: fields.len() });
        };
        if number(minutes) != Some(0) {
            return Err(refused("minutes", minutes, "`0`"));
        }
        let cron = Self {
            hours: HOURS.set(hours)?,
            days: Days::parse(day_of_month, day_of_week)?,
            months: MONTH.set(month)?,
        };
        if *year != "*" {
            return Err(refused("year", year, "`*`"));
        }
        Ok(cron)
    }

    pub(super) fn longest_gap(&self, window: Window) -> Option<i64> {
        let full_day_gap = widest_gap(self.hours);
        let mut previous = None;
        let mut longest = None;
        for day in self.firing_days(window) {
            // Only the window's first and last day can lack some of the hours.
            let within_day = if day.hours == self.hours { full_day_gap } else { widest_gap(day.hours) };
            let since_previous = previous.map(|hour| day.first() - hour);
            longest = longest.max(within_day).max(since_previous);
            previous = Some(day.last());
        }
        longest
    }

    /// The days with at least one firing inside the window, in order.
    pub(super) fn firing_days(&self, window: Window) -> impl Iterator<Item = FiringDay> {
        Month::all_in(window)
            .filter(|month| has(self.months, month.number))
            .flat_map(|month| (1..=month.length).map(move |day| (month, day)))
            .filter(|(month, day)| self.days.contain(month, *day))
            .map(move |(month, day)| window.clip(month.midnight(day), self.hours))
            .filter(|day| day.hours != 0)
    }
}

/// The longest gap in hours between neighbours in a set of hours.
fn widest_gap(hours: Set) -> Option<i64> {
    let set = || (0..HOURS_PER_DAY).filter(|hour| hours & (1 << hour) != 0);
    set().zip(set().skip(1)).map(|(earlier, later)| later - earlier).max()
}

/// A day's firings, none of them outside the window; times count hours since 1970.
pub(super) struct FiringDay {
    midnight: i64,
    hours: Set,
}

impl FiringDay {
    pub(super) fn first(&self) -> i64 {
        self.midnight + i64::from(self.hours.trailing_zeros())
    }

    fn last(&self) -> i64 {
        self.midnight + i64::from(Set::BITS - 1 - self.hours.leading_zeros())
    }
}

/// The whole hours after a moment and no later than its horizon, counted since 1970.
#[derive(Clone, Copy)]
pub(super) struct Window {
    first: i64,
    last: i64,
}

impl Window {
    pub(super) fn after(from: Timestamp) -> Self {
        Self { first: whole_hours(from) + 1, last: whole_hours(horizon(from)) }
    }

    fn clip(self, midnight: i64, hours: Set) -> FiringDay {
        let start = (self.first - midnight).clamp(0, HOURS_PER_DAY);
        let end = (self.last + 1 - midnight).clamp(0, HOURS_PER_DAY);
        let (from_start, before_end) = (Set::MAX << start, (1 << end) - 1);
        FiringDay { midnight, hours: hours & from_start & before_end }
    }
}

/// Rounded down, also before 1970.
fn whole_hours(moment: Timestamp) -> i64 {
    let since = moment.as_duration();
    let seconds = since.as_secs() - i64::from(since.subsec_nanos() < 0);
    seconds.div_euclid(SECONDS_PER_HOUR)
}

#[derive(Clone, Copy)]
struct Month {
    first: Date,
    number: u32,
    length: u32,
    /// Sunday is 1.
    first_weekday: u32,
    /// The midnight that begins the month, in hours since 1970.
    start: i64,
}

impl Month {
    fn all_in(window: Window) -> impl Iterator<Item = Self> {
        iter::successors(Self::containing(window.first), Self::following)
            .take_while(move |month| month.start <= window.last)
    }

    fn containing(hour: i64) -> Option<Self> {
        let moment = Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_hours(hour));
        let date = TimeZone::UTC.to_datetime(moment.ok()?).date();
        let days_before = i64::from(date.day()) - 1;
        let start = hour - hour.rem_euclid(HOURS_PER_DAY) - days_before * HOURS_PER_DAY;
        Some(Self::new(date.first_of_month(), start))
    }

    fn following(&self) -> Option<Self> {
        let first = self.first.last_of_month().tomorrow().ok()?;
        Some(Self::new(first, self.midnight(self.length + 1)))
    }

    fn new(first: Date, start: i64) -> Self {
        let positive = |number: i8| u32::from(number.unsigned_abs());
        Self {
            first,
            number: positive(first.month()),
            length: positive(first.days_in_month()),
            first_weekday: positive(first.weekday().to_sunday_one_offset()),
            start,
        }
    }

    fn midnight(&self, day: u32) -> i64 {
        self.start + (i64::from(day) - 1) * HOURS_PER_DAY
    }

    fn weekday(&self, day: u32) -> u32 {
        (self.first_weekday + day - 2) % 7 + 1
    }

    /// The Monday to Friday closest to a day, without leaving the month.
    fn nearest_workday(&self, day: u32) -> Option<u32> {
        let workday = match self.weekday(day) {
            SATURDAY if day == 1 => day + 2,
            SATURDAY => day - 1,
            SUNDAY if day == self.length => day - 2,
            SUNDAY => day + 1,
            _ => day,
        };
        (day <= self.length).then_some(workday)
    }
}
