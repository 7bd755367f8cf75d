//! What each cron field takes, and the sets of numbers that its text stands for.

use super::{ScheduleError, number, refused};

/// Numbers as bits: hours 0-23, days and months from 1, days of the week with Sunday as 1.
pub(super) type Set = u32;

pub(super) fn has(set: Set, value: u32) -> bool {
    set & (1 << value) != 0
}

/// What a cron field takes.
pub(super) struct Field {
    pub(super) name: &'static str,
    low: u32,
    pub(super) high: u32,
    /// For `low` and up.
    names: &'static [&'static str],
    expected: &'static str,
}

pub(super) const HOURS: Field = Field { name: "hours", low: 0, high: 23, names: &[], expected: "0-23" };

pub(super) const DAY_OF_MONTH: Field = Field {
    name: "day-of-month",
    low: 1,
    high: 31,
    names: &[],
    expected: "1-31, or one of `L`, `LW`, `15W`, `SUNL` outside lists and ranges",
};

pub(super) const MONTH: Field = Field {
    name: "month",
    low: 1,
    high: 12,
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    expected: "1-12 or JAN-DEC",
};

pub(super) const DAY_OF_WEEK: Field = Field {
    name: "day-of-week",
    low: 1,
    high: 7,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    expected: "1-7 or SUN-SAT, or one of `L`, `5L`, `3#2` outside lists and ranges",
};

impl Field {
    pub(super) fn refuse(&self, text: &str) -> ScheduleError {
        refused(self.name, text, self.expected)
    }

    pub(super) fn name_value(&self, text: &str) -> Option<u32> {
        let named = (self.low..).zip(self.names);
        named.into_iter().find_map(|(value, name)| name.eq_ignore_ascii_case(text).then_some(value))
    }

    pub(super) fn value(&self, text: &str) -> Option<u32> {
        let numbered = number(text).filter(|value| (self.low..=self.high).contains(value));
        numbered.or_else(|| self.name_value(text))
    }

    /// `1,15`, `1-15/2`, `*`, `/8` and the like.
    pub(super) fn set(&self, text: &str) -> Result<Set, ScheduleError> {
        text.split(',').try_fold(0, |set, item| Ok(set | self.item(item)?))
    }

    fn item(&self, item: &str) -> Result<Set, ScheduleError> {
        let (span, step) = match item.split_once('/') {
            Some((span, step)) => (span, Some(self.step(item, step)?)),
            None => (item, None),
        };
        let (start, end) = match span.split_once('-') {
            _ if span == "*" || (span.is_empty() && step.is_some()) => (self.low, self.high),
            Some(ends) => self.range(item, ends)?,
            None => {
                let value = self.value(span).ok_or_else(|| self.refuse(item))?;
                (value, if step.is_some() { self.high } else { value })
            }
        };
        let every = step.unwrap_or(1);
        let values = (start..=end).filter(|value| (value - start) % every == 0);
        Ok(values.fold(0, |set, value| set | 1 << value))
    }

    fn step(&self, item: &str, step: &str) -> Result<u32, ScheduleError> {
        number(step)
            .filter(|every| (1..=self.high).contains(every))
            .ok_or_else(|| refused(self.name, item, format!("an increment of 1-{} after `/`", self.high)))
    }

    fn range(&self, item: &str, ends: (&str, &str)) -> Result<(u32, u32), ScheduleError> {
        let value = |text| self.value(text).ok_or_else(|| self.refuse(item));
        let (start, end) = (value(ends.0)?, value(ends.1)?);
        if start > end {
            return Err(refused(self.name, item, "a range whose start is not after its end"));
        }
        Ok((start, end))
    }
}
