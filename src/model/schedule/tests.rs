//! Cases and laws of schedules.

use std::error::Error;

use jiff::civil::{Date, Weekday};
use proptest::prelude::*;
use proptest::{collection, sample};

use super::*;

/// A schedule, the moment from which its gaps count, and the longest of them.
const GAPS: &[(&str, &str, &str)] = &[
    ("rate(4 hours)", NEW_YEAR_2026, "4h"),
    ("rate(23 hour)", NEW_YEAR_2026, "23h"),
    ("rate(36 hours)", NEW_YEAR_2026, "1d 12h"),
    ("rate(1 day)", NEW_YEAR_2026, "1d"),
    ("rate(30 days)", NEW_YEAR_2026, "30d"),
    ("rate(999 days)", NEW_YEAR_2026, "999d"),
    ("rate(23976 hours)", NEW_YEAR_2026, "999d"),
    ("rate(999 days)", "9999-06-01T00:00Z", "none"),
    ("rate(1 day)", "9999-12-28T22:00:00.999999999Z", "1d"),
    // Hours.
    ("cron(0 10 * * ? *)", NEW_YEAR_2026, "1d"),
    ("cron(0 * * * ? *)", NEW_YEAR_2026, "1h"),
    ("cron(0 /8 * * ? *)", NEW_YEAR_2026, "8h"),
    ("cron(0 0/8 * * ? *)", NEW_YEAR_2026, "8h"),
    ("cron(0 */6 * * ? *)", NEW_YEAR_2026, "6h"),
    ("cron(0 8/8 * * ? *)", NEW_YEAR_2026, "16h"),
    ("cron(0 2/10 * * ? *)", NEW_YEAR_2026, "10h"),
    ("cron(0 4/12 * * ? *)", NEW_YEAR_2026, "12h"),
    ("cron(0 8-18/2 * * ? *)", NEW_YEAR_2026, "14h"),
    ("cron(0 0,23 * * ? *)", NEW_YEAR_2026, "23h"),
    ("cron(0 22,23,00-02 * * ? *)", NEW_YEAR_2026, "20h"),
    ("cron(0 8,20 ? * MON-FRI *)", NEW_YEAR_2026, "2d 12h"),
    ("cron(0 8,20 1 * ? *)", NEW_YEAR_2026, "30d 12h"),
    // Days of the month.
    ("cron(0 8 1 * ? *)", NEW_YEAR_2026, "31d"),
    ("cron( 0  8 1 * ? * )", NEW_YEAR_2026, "31d"),
    ("cron(0 16 1,15 * ? *)", NEW_YEAR_2026, "17d"),
    ("cron(0 0 1-15/7 * ? *)", NEW_YEAR_2026, "17d"),
    ("cron(0 0 1/10 * ? *)", NEW_YEAR_2026, "10d"),
    ("cron(0 0 30 * ? *)", NEW_YEAR_2026, "60d"),
    ("cron(0 0 31 * ? *)", NEW_YEAR_2026, "61d"),
    ("cron(0 17 L * ? *)", NEW_YEAR_2026, "31d"),
    ("cron(0 0 l 2 ? *)", NEW_YEAR_2026, "366d"),
    ("cron(0 0 LW * ? *)", NEW_YEAR_2026, "33d"),
    ("cron(0 0 lw * ? *)", NEW_YEAR_2026, "33d"),
    ("cron(0 0 15W * ? *)", NEW_YEAR_2026, "32d"),
    ("cron(0 0 1w * ? *)", NEW_YEAR_2026, "33d"),
    ("cron(0 0 31W * ? *)", NEW_YEAR_2026, "63d"),
    ("cron(0 0 SUNL * ? *)", NEW_YEAR_2026, "35d"),
    // Months.
    ("cron(0 8 1 1,7 ? *)", NEW_YEAR_2026, "184d"),
    ("cron(0 8 1 JAN,JUL ? *)", NEW_YEAR_2026, "184d"),
    ("cron(0 8 1 jan-mar ? *)", NEW_YEAR_2026, "306d"),
    ("cron(0 0 1 1 ? *)", NEW_YEAR_2026, "366d"),
    ("cron(0 0 1 1 ? *)", "2096-06-01T00:00Z", "365d"),
    ("cron(0 0 1 * ? *)", "9999-06-01T00:00Z", "31d"),
    // Days of the week.
    ("cron(0 0 ? * 1-7 *)", NEW_YEAR_2026, "1d"),
    ("cron(0 8 ? * MON-FRI *)", NEW_YEAR_2026, "3d"),
    ("cron(0 0 ? * 2,WED,fri *)", NEW_YEAR_2026, "3d"),
    ("cron(0 0 ? * 1/2 *)", NEW_YEAR_2026, "2d"),
    ("cron(0 18 ? * SAT *)", NEW_YEAR_2026, "7d"),
    ("cron(0 0 ? * L *)", NEW_YEAR_2026, "7d"),
    ("cron(0 0 ? * 5L *)", NEW_YEAR_2026, "35d"),
    ("cron(0 0 ? * fril *)", NEW_YEAR_2026, "35d"),
    ("cron(0 0 ? * 3#2 *)", NEW_YEAR_2026, "35d"),
    ("cron(0 0 ? * SUN#1 *)", NEW_YEAR_2026, "35d"),
    ("cron(0 1 ? 1/3 SUN#1 *)", NEW_YEAR_2026, "98d"),
    ("cron(0 0 ? 1/11 2#1 *)", NEW_YEAR_2026, "336d"),
    ("cron(0 0 ? * 6#5 *)", NEW_YEAR_2026, "119d"),
    ("cron(0 6 ? FEB-DEC/5 THU *)", NEW_YEAR_2026, "133d"),
    // Leap years and days that do not come twice.
    ("cron(0 0 29 2 ? *)", NEW_YEAR_2026, "1461d"),
    ("cron(0 0 29 2 ? *)", "1960-06-01T00:00:00.5Z", "1461d"),
    ("cron(0 0 29 2 ? *)", "2024-02-29T00:00Z", "1461d"),
    ("cron(0 0 29 2 ? *)", "2024-02-28T23:59:59Z", "1461d"),
    ("cron(0 0 29 2 ? *)", "2096-02-29T00:00Z", "none"),
    ("cron(0 0 29 2 ? *)", "1899-01-01T00:00Z", "none"),
    ("cron(0 0 29 2 ? *)", "2094-01-01T00:00Z", "none"),
    ("cron(0 0 ? 2 SUN#5 *)", NEW_YEAR_2026, "none"),
    ("cron(0 0,12,13 ? 2 SUN#5 *)", NEW_YEAR_2026, "12h"),
    ("cron(0 0,12,13 ? 2 SUN#5 *)", "2032-02-29T06:00Z", "1h"),
    ("cron(0 0 30 2 ? *)", NEW_YEAR_2026, "none"),
    ("cron(0 0 31 2 ? *)", NEW_YEAR_2026, "none"),
    ("cron(0 0 31W 4,6,9,11 ? *)", NEW_YEAR_2026, "none"),
];

const NEW_YEAR_2026: &str = "2026-01-01T00:00Z";

/// A refused schedule and its message.
const REFUSED: &[(&str, &str)] = &[
    ("", "schedule ``: expected `rate(value unit)` or `cron(fields)`"),
    (
        "rate(4 hours",
        "schedule `rate(4 hours`: expected `rate(value unit)` or `cron(minutes hours day-of-month month day-of-week year)`",
    ),
    (
        "cron 0 8 * * ? *)",
        "schedule `cron 0 8 * * ? *)`: expected `rate(value unit)` or `cron(minutes hours day-of-month month day-of-week year)`",
    ),
    (
        "0 8 * * ? *",
        "schedule `0 8 * * ? *`: expected `rate(value unit)` or `cron(minutes hours day-of-month month day-of-week year)`",
    ),
    (
        "Rate(4 hours)",
        "schedule `Rate(4 hours)`: expected `rate(value unit)` or `cron(minutes hours day-of-month month day-of-week year)`",
    ),
    (
        "rate(30 days) ",
        "schedule `rate(30 days) `: expected `rate(value unit)` or `cron(minutes hours day-of-month month day-of-week year)`",
    ),
    (
        "cron(0 8 1–15 * ? *)",
        "schedule `cron(0 8 1–15 * ? *)` has the character `–`: expected only letters a-z, digits, spaces and `()#?*-/,`",
    ),
    (
        "rate(4\thours)",
        "schedule `rate(4\\thours)` has the character `\\t`: expected only letters a-z, digits, spaces and `()#?*-/,`",
    ),
    (
        "rate(٤ hours)",
        "schedule `rate(٤ hours)` has the character `٤`: expected only letters a-z, digits, spaces and `()#?*-/,`",
    ),
    ("rate()", "rate ``: expected a value and a unit, such as `30 days`"),
    ("rate(30days)", "rate `30days`: expected a value and a unit, such as `30 days`"),
    ("rate(1 minute)", "rate unit `minute`: expected `hour`, `hours`, `day` or `days`"),
    ("rate(4 Hours)", "rate unit `Hours`: expected `hour`, `hours`, `day` or `days`"),
    ("rate(0 days)", "rate value `0`: expected 1-999 days"),
    ("rate(-1 days)", "rate value `-1`: expected 1-999 days"),
    ("rate(1000 days)", "rate value `1000`: expected 1-999 days"),
    ("rate(99999999999999999999 days)", "rate value `99999999999999999999`: expected 1-999 days"),
    ("rate(3 hours)", "rate value `3`: expected 4-23976 hours"),
    ("rate(1 hour)", "rate value `1`: expected 4-23976 hours"),
    ("rate(4/2 hours)", "rate value `4/2`: expected 4-23976 hours"),
    ("cron()", "cron `` of 0 field(s): expected 6 (minutes hours day-of-month month day-of-week year)"),
    (
        "cron(0 8 * * ?)",
        "cron `0 8 * * ?` of 5 field(s): expected 6 (minutes hours day-of-month month day-of-week year)",
    ),
    (
        "cron(0 0 8 * * ? *)",
        "cron `0 0 8 * * ? *` of 7 field(s): expected 6 (minutes hours day-of-month month day-of-week year)",
    ),
    ("cron(30 8 * * ? *)", "minutes `30`: expected `0`"),
    ("cron(* 8 * * ? *)", "minutes `*`: expected `0`"),
    ("cron(0 8 * * ? 2026)", "year `2026`: expected `*`"),
    ("cron(0 8 * * ? ?)", "year `?`: expected `*`"),
    ("cron(0 24 * * ? *)", "hours `24`: expected 0-23"),
    ("cron(0 ? * * ? *)", "hours `?`: expected 0-23"),
    ("cron(0 -1 * * ? *)", "hours `-1`: expected 0-23"),
    ("cron(0 8,,9 * * ? *)", "hours ``: expected 0-23"),
    ("cron(0 4294967296 * * ? *)", "hours `4294967296`: expected 0-23"),
    ("cron(0 /0 * * ? *)", "hours `/0`: expected an increment of 1-23 after `/`"),
    ("cron(0 8/24 * * ? *)", "hours `8/24`: expected an increment of 1-23 after `/`"),
    ("cron(0 8/ * * ? *)", "hours `8/`: expected an increment of 1-23 after `/`"),
    ("cron(0 1/2/3 * * ? *)", "hours `1/2/3`: expected an increment of 1-23 after `/`"),
    ("cron(0 22-2 * * ? *)", "hours `22-2`: expected a range whose start is not after its end"),
    ("cron(0 8 1 13 ? *)", "month `13`: expected 1-12 or JAN-DEC"),
    ("cron(0 8 1 JUNE ? *)", "month `JUNE`: expected 1-12 or JAN-DEC"),
    ("cron(0 8 ? * ? *)", "day-of-month `?` and day-of-week `?`: expected `?` in exactly one of them"),
    ("cron(0 8 1 * MON *)", "day-of-month `1` and day-of-week `MON`: expected `?` in exactly one of them"),
    ("cron(0 8 * * * *)", "day-of-month `*` and day-of-week `*`: expected `?` in exactly one of them"),
    (
        "cron(0 8 0 * ? *)",
        "day-of-month `0`: expected 1-31, or one of `L`, `LW`, `15W`, `SUNL` outside lists and ranges",
    ),
    (
        "cron(0 8 32 * ? *)",
        "day-of-month `32`: expected 1-31, or one of `L`, `LW`, `15W`, `SUNL` outside lists and ranges",
    ),
    (
        "cron(0 8 32W * ? *)",
        "day-of-month `32W`: expected 1-31, or one of `L`, `LW`, `15W`, `SUNL` outside lists and ranges",
    ),
    (
        "cron(0 8 W * ? *)",
        "day-of-month `W`: expected 1-31, or one of `L`, `LW`, `15W`, `SUNL` outside lists and ranges",
    ),
    (
        "cron(0 8 1,15W * ? *)",
        "day-of-month `15W`: expected 1-31, or one of `L`, `LW`, `15W`, `SUNL` outside lists and ranges",
    ),
    (
        "cron(0 8 1,L * ? *)",
        "day-of-month `L`: expected 1-31, or one of `L`, `LW`, `15W`, `SUNL` outside lists and ranges",
    ),
    (
        "cron(0 8 L-3 * ? *)",
        "day-of-month `L-3`: expected 1-31, or one of `L`, `LW`, `15W`, `SUNL` outside lists and ranges",
    ),
    (
        "cron(0 8 5L * ? *)",
        "day-of-month `5L`: expected 1-31, or one of `L`, `LW`, `15W`, `SUNL` outside lists and ranges",
    ),
    (
        "cron(0 8 ? * FUN *)",
        "day-of-week `FUN`: expected 1-7 or SUN-SAT, or one of `L`, `5L`, `3#2` outside lists and ranges",
    ),
    (
        "cron(0 8 ? * 0 *)",
        "day-of-week `0`: expected 1-7 or SUN-SAT, or one of `L`, `5L`, `3#2` outside lists and ranges",
    ),
    (
        "cron(0 8 ? * 8L *)",
        "day-of-week `8L`: expected 1-7 or SUN-SAT, or one of `L`, `5L`, `3#2` outside lists and ranges",
    ),
    (
        "cron(0 8 ? * MONW *)",
        "day-of-week `MONW`: expected 1-7 or SUN-SAT, or one of `L`, `5L`, `3#2` outside lists and ranges",
    ),
    (
        "cron(0 8 ? * 3#1,6#3 *)",
        "day-of-week `3#1`: expected 1-7 or SUN-SAT, or one of `L`, `5L`, `3#2` outside lists and ranges",
    ),
    ("cron(0 8 ? * 3#6 *)", "day-of-week `3#6`: expected 1-5 after `#`"),
    ("cron(0 8 ? * 1/8 *)", "day-of-week `1/8`: expected an increment of 1-7 after `/`"),
    ("cron(0 8 ? * FRI-MON *)", "day-of-week `FRI-MON`: expected a range whose start is not after its end"),
];

const NEXT: &[(&str, &str, &str)] = &[
    ("rate(4 hours)", "2026-01-01T00:30:15Z", "2026-01-01T04:30:15Z"),
    ("rate(1 day)", "2026-01-01T00:00Z", "2026-01-02T00:00:00Z"),
    ("rate(1 day)", "9999-12-30T00:00Z", "none"),
    ("cron(0 8 1 * ? *)", "2026-01-01T07:59:59.9Z", "2026-01-01T08:00:00Z"),
    ("cron(0 8 1 * ? *)", "2026-01-01T08:00Z", "2026-02-01T08:00:00Z"),
    ("cron(0 8 1 * ? *)", "1969-12-31T23:30:00.5Z", "1970-01-01T08:00:00Z"),
    ("cron(0 * * * ? *)", "1969-12-31T22:59:59.5Z", "1969-12-31T23:00:00Z"),
    ("cron(0 0 29 2 ? *)", "2097-01-01T00:00Z", "2104-02-29T00:00:00Z"),
    ("cron(0 0 29 2 ? *)", "2096-02-29T00:00Z", "2104-02-29T00:00:00Z"),
    ("cron(0 0 29 2 ? *)", "2096-02-28T00:00Z", "2096-02-29T00:00:00Z"),
    ("cron(0 0 31 2 ? *)", "2026-01-01T00:00Z", "none"),
    ("cron(0 0 1W 8 ? *)", "2026-01-01T00:00Z", "2026-08-03T00:00:00Z"),
    ("cron(0 0 LW 5 ? *)", "2026-01-01T00:00Z", "2026-05-29T00:00:00Z"),
    ("cron(0 0 ? * 5L *)", "2026-01-01T00:00Z", "2026-01-29T00:00:00Z"),
    ("cron(0 0 ? * TUE#2 *)", "2026-01-01T00:00Z", "2026-01-13T00:00:00Z"),
    ("cron(0 23 ? * L *)", "2026-01-01T00:00Z", "2026-01-03T23:00:00Z"),
    ("cron(0 0 1 * ? *)", "9999-12-30T00:00Z", "none"),
];

fn gap_text(gap: Option<SignedDuration>) -> String {
    let Some(hours) = gap.map(|gap| gap.as_hours()) else {
        return "none".into();
    };
    match (hours / HOURS_PER_DAY, hours % HOURS_PER_DAY) {
        (0, hours) => format!("{hours}h"),
        (days, 0) => format!("{days}d"),
        (days, hours) => format!("{days}d {hours}h"),
    }
}

#[test]
fn finds_the_longest_gap() -> Result<(), Box<dyn Error>> {
    for (text, from, expected) in GAPS {
        let gap = Schedule::parse(text)?.longest_gap(from.parse()?);
        assert_eq!(&gap_text(gap), expected, "{text} from {from}");
    }
    Ok(())
}

#[test]
fn finds_the_next_firing() -> Result<(), Box<dyn Error>> {
    for (text, after, expected) in NEXT {
        let next = Schedule::parse(text)?.next_after(after.parse()?);
        let shown = next.map_or("none".into(), |moment| moment.to_string());
        assert_eq!(&shown, expected, "{text} after {after}");
    }
    Ok(())
}

#[test]
fn says_what_it_refuses() {
    for (text, message) in REFUSED {
        let refusal = Schedule::parse(text).map_err(|error| error.to_string());
        assert_eq!(refusal, Err((*message).to_owned()), "{text}");
    }
}

#[test]
fn refuses_a_text_by_its_length_in_characters() {
    let spaced = |days: usize| format!("rate(1{}days)", " ".repeat(days));
    assert_eq!(spaced(245).len(), MAX_LENGTH);
    assert_eq!(Schedule::parse(&spaced(245)), Schedule::parse("rate(24 hours)"));
    let refusal = Schedule::parse(&"é".repeat(257)).map_err(|error| error.to_string());
    assert_eq!(refusal, Err("schedule of 257 characters: expected at most 256".to_owned()));
}

#[test]
fn parses_from_str_alike() {
    assert_eq!("rate(1 day)".parse(), Schedule::parse("rate(1 day)"));
    assert_eq!("rate(1 day)x".parse::<Schedule>(), Schedule::parse("rate(1 day)x"));
}

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The day rule of a made-up cron, told apart from the text that the parser reads.
#[derive(Clone, Debug)]
enum Rule {
    Dates(Vec<i8>),
    Weekdays(Vec<i8>),
    LastDay,
    LastWorkday,
    Nearest(i8),
    /// Counted from the month's end when negative.
    Nth(i8, i8),
}

fn is_workday(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn days_of_month(date: Date) -> impl DoubleEndedIterator<Item = Date> {
    (1..=date.days_in_month()).filter_map(move |day| Date::new(date.year(), date.month(), day).ok())
}

impl Rule {
    fn fires(&self, date: Date) -> bool {
        let mut workdays = days_of_month(date).filter(|&day| is_workday(day));
        match self {
            Self::Dates(days) => days.contains(&date.day()),
            Self::Weekdays(days) => days.contains(&date.weekday().to_sunday_one_offset()),
            Self::LastDay => date.tomorrow().is_ok_and(|next| next.day() == 1),
            Self::LastWorkday => workdays.next_back() == Some(date),
            Self::Nearest(day) if *day > date.days_in_month() => false,
            Self::Nearest(day) => workdays.min_by_key(|workday| (workday.day() - day).abs()) == Some(date),
            Self::Nth(weekday, nth) => Weekday::from_sunday_one_offset(*weekday)
                .and_then(|weekday| date.nth_weekday_of_month(*nth, weekday))
                .is_ok_and(|wanted| wanted == date),
        }
    }
}

#[derive(Clone, Debug)]
struct MadeUp {
    text: String,
    hours: Vec<i8>,
    months: Vec<i8>,
    rule: Rule,
}

impl MadeUp {
    /// Every hour of the eight years, asked one by one.
    fn firings(&self, from: Timestamp) -> Result<Vec<Timestamp>, jiff::Error> {
        let mut firings = Vec::new();
        let start = from.to_zoned(TimeZone::UTC);
        let end = start.checked_add(8.years())?.timestamp();
        let mut date = start.date();
        while date.to_zoned(TimeZone::UTC)?.timestamp() <= end {
            let fires = self.months.contains(&date.month()) && self.rule.fires(date);
            for hour in (0..24).filter(|hour| fires && self.hours.contains(hour)) {
                let firing = date.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC)?.timestamp();
                if firing > from && firing <= end {
                    firings.push(firing);
                }
            }
            date = date.tomorrow()?;
        }
        Ok(firings)
    }
}

fn longest_between(firings: &[Timestamp]) -> Option<SignedDuration> {
    let pairs = firings.iter().zip(firings.iter().skip(1));
    pairs.map(|(&earlier, &later)| later.duration_since(earlier)).max()
}

/// One item of a field: its text and the values that it stands for.
fn item(low: i8, high: i8, names: &'static [&'static str]) -> impl Strategy<Value = (String, Vec<i8>)> {
    let spell = move |value: i8, named: bool| {
        let index = usize::try_from(value - low).unwrap_or(usize::MAX);
        let name = names.get(index).filter(|_| named);
        name.map_or_else(|| value.to_string(), |&name| name.to_owned())
    };
    let value = low..=high;
    let choice = (0..7_u8, value.clone(), value, 1..=high, any::<bool>());
    choice.prop_map(move |(form, one, other, step, named)| {
        let (first, last) = (one.min(other), one.max(other));
        let range = format!("{}-{}", spell(first, named), spell(last, !named));
        let (text, start, end, step) = match form {
            0..=2 => (spell(one, named), one, one, 1),
            3 => (range, first, last, 1),
            4 => (format!("{range}/{step}"), first, last, step),
            5 => (format!("{}/{step}", spell(one, named)), one, high, step),
            _ => (format!("{}/{step}", if named { "*" } else { "" }), low, high, step),
        };
        let step = usize::try_from(step).unwrap_or(usize::MAX);
        (text, (start..=end).step_by(step).collect())
    })
}

fn list(low: i8, high: i8, names: &'static [&'static str]) -> impl Strategy<Value = (String, Vec<i8>)> {
    let several = collection::vec(item(low, high, names), 1..4);
    let several = several.prop_map(|items| {
        let (texts, values): (Vec<String>, Vec<Vec<i8>>) = items.into_iter().unzip();
        (texts.join(","), values.concat())
    });
    prop_oneof![3 => several, 1 => Just(("*".into(), (low..=high).collect()))]
}

/// The two day fields, with the third cron field first.
fn days() -> impl Strategy<Value = ((String, String), Rule)> {
    let weekday = || {
        (1..=7_i8, sample::select(WEEKDAYS), any::<bool>()).prop_map(|(number, name, named)| {
            let position = WEEKDAYS.iter().zip(1..).find(|(known, _)| **known == name);
            match position {
                Some((_, position)) if named => (name.to_owned(), position),
                _ => (number.to_string(), number),
            }
        })
    };
    let of_month = |(text, rule): (String, Rule)| ((text, "?".into()), rule);
    let of_week = |(text, rule): (String, Rule)| (("?".into(), text), rule);
    prop_oneof![
        3 => list(1, 31, &[]).prop_map(|(text, days)| (text, Rule::Dates(days))).prop_map(of_month),
        1 => Just(("L".into(), Rule::LastDay)).prop_map(of_month),
        1 => Just(("LW".into(), Rule::LastWorkday)).prop_map(of_month),
        2 => (1..=31_i8).prop_map(|day| (format!("{day}W"), Rule::Nearest(day))).prop_map(of_month),
        3 => list(1, 7, WEEKDAYS).prop_map(|(text, days)| (text, Rule::Weekdays(days))).prop_map(of_week),
        1 => Just(("L".into(), Rule::Weekdays(vec![7]))).prop_map(of_week),
        2 => weekday().prop_map(|(text, day)| (format!("{text}L"), Rule::Nth(day, -1))).prop_map(of_week),
        2 => (weekday(), 1..=5_i8)
            .prop_map(|((text, day), nth)| (format!("{text}#{nth}"), Rule::Nth(day, nth)))
            .prop_map(of_week),
    ]
}

fn made_up() -> impl Strategy<Value = MadeUp> {
    let fields = (list(0, 23, &[]), days(), list(1, 12, MONTHS), any::<bool>());
    fields.prop_map(|((hours_text, hours), ((dates, weekdays), rule), (month, months), upper)| {
        let fields = format!("0 {hours_text} {dates} {month} {weekdays} *");
        let fields = if upper { fields } else { fields.to_ascii_lowercase() };
        MadeUp { text: format!("cron({fields})"), hours, months, rule }
    })
}

fn moment(years: std::ops::Range<i16>) -> impl Strategy<Value = Timestamp> {
    let seconds = years.prop_flat_map(|year| (Just(year), 0..366 * 86_400_i64, 0..2_i32));
    seconds.prop_map(|(year, second, nanosecond)| {
        let new_year = Date::constant(year, 1, 1).to_zoned(TimeZone::UTC);
        new_year
            .and_then(|start| start.timestamp().checked_add(SignedDuration::new(second, nanosecond)))
            .unwrap_or(Timestamp::MAX)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn agrees_with_asking_every_hour(made_up in made_up(), from in moment(1890..2110)) {
        let schedule = Schedule::parse(&made_up.text)?;
        let firings = made_up.firings(from)?;
        prop_assert_eq!(schedule.longest_gap(from), longest_between(&firings));
        prop_assert_eq!(schedule.next_after(from), firings.first().copied());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn never_panics(
        text in prop_oneof![
            any::<String>(),
            "(rate|cron)\\([0-9A-Za-z()#?*/, -]{0,40}\\)",
            "cron\\(0 ([0-9]{1,2}|[-LW*?/,#]|SUN|MON|JAN){1,4}( ([0-9]{1,2}|[-LW*?/,#]|SUN|MON|JAN){1,4}){3} \\*\\)",
            made_up().prop_map(|made_up| made_up.text),
            "rate\\([0-9]{1,5} (hours|days)\\)",
        ],
        from in prop_oneof![moment(-9999..9999), Just(Timestamp::MIN), Just(Timestamp::MAX)],
    ) {
        if let Ok(schedule) = Schedule::parse(&text) {
            let next = schedule.next_after(from);
            prop_assert!(next.is_none_or(|next| next > from));
            prop_assert!(schedule.longest_gap(from).is_none() || next.is_some());
        }
    }
}
