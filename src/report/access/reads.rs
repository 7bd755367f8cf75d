//! Who read which secret.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::words::{count, principal};
use crate::model::{CoveredPlace, Gap, Outcome, ReadRow, Reads, TrailCounts, TrailSpan, date, secret_name};
use crate::report::page::{BAD, BOLD, DIM, OPEN, PLAIN, Page};

/// How many cells a bar has at most: those of 80 columns, less the indent.
const CELLS: usize = 72;
/// How many sources, sessions and versions a line names.
const NAMED: usize = 4;
/// Heights of a bar, from none to the most calls of a day.
const HEIGHTS: [char; 9] = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Renders the answer for a terminal of this width.
pub fn reads(answer: &Reads, width: usize) -> String {
    let mut page = Page::new(width);
    page.paragraph(0, &sum(answer), BOLD);
    page.labelled(2, "source", &answer.sources.join(", "), PLAIN);
    coverage(&mut page, answer);
    let mut secrets: BTreeMap<(&str, &str, &str), Vec<&ReadRow>> = BTreeMap::new();
    for row in &answer.reads {
        secrets.entry((&row.account, &row.region, &row.secret)).or_default().push(row);
    }
    let days = range(answer);
    for ((account, region, secret), rows) in secrets {
        page.blank();
        page.paragraph(0, secret_name(secret).unwrap_or(secret), BOLD);
        let place = if secret.starts_with("arn:") {
            secret.to_owned()
        } else {
            format!("in {account} {region}; no ARN is known")
        };
        page.paragraph(2, &place, DIM);
        for row in rows {
            one(&mut page, row, account, days);
        }
    }
    left_out(&mut page, &answer.counts);
    gaps(&mut page, &answer.gaps);
    page.text
}

fn sum(answer: &Reads) -> String {
    let total =
        |outcome| answer.reads.iter().filter(|row| row.outcome == outcome).map(|row| row.count).sum::<u64>();
    let distinct = |of: fn(&ReadRow) -> &str| {
        answer.reads.iter().map(of).collect::<std::collections::BTreeSet<_>>().len()
    };
    let allowed = total(Outcome::Allowed);
    let secrets = count(distinct(|row| &row.secret), "secret", "secrets");
    let principals = count(distinct(|row| &row.principal), "principal", "principals");
    if answer.reads.is_empty() {
        return "no reads".to_owned();
    }
    let others = [(total(Outcome::Refused), "refused"), (total(Outcome::Failed), "failed")];
    let others: String = others
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!(", {count} {what}"))
        .collect();
    format!("{} of {secrets} by {principals}{others}", count(allowed as usize, "read", "reads"))
}

/// Where reads were recorded and when; places with the same spans stand together.
fn coverage(page: &mut Page, answer: &Reads) {
    let mut by_spans: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for CoveredPlace { account, region, spans, .. } in &answer.coverage {
        let words = if spans.is_empty() { "not known when".to_owned() } else { in_words(spans) };
        by_spans.entry(words).or_default().push(format!("{account} {region}"));
    }
    let mut label = "recorded";
    for (spans, mut places) in by_spans {
        places.sort();
        places.dedup();
        let more = places.len().saturating_sub(NAMED);
        places.truncate(NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        page.labelled(2, label, &format!("{spans} in {}{more}", places.join(", ")), PLAIN);
        label = "";
    }
}

fn in_words(spans: &[TrailSpan]) -> String {
    let span = |span: &TrailSpan| format!("{} to {}", date(span.from), date(before(span.to)));
    let shown: Vec<String> = spans.iter().take(NAMED).map(span).collect();
    let more = spans.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more spans") };
    format!("{}{more}", shown.join(", "))
}

/// A span that ends with a day ends in that day.
fn before(time: Timestamp) -> Timestamp {
    time.checked_sub(jiff::SignedDuration::from_nanos(1)).unwrap_or(time)
}

/// The days from the first call to the last.
fn range(answer: &Reads) -> Option<(Date, Date)> {
    let days =
        || answer.reads.iter().flat_map(|row| &row.days).filter_map(|day| day.day.parse::<Date>().ok());
    Some((days().min()?, days().max()?))
}

fn one(page: &mut Page, row: &ReadRow, home: &str, days: Option<(Date, Date)>) {
    let who = principal(&row.principal, home);
    let person = if row.person == Some(true) { " (a person)" } else { "" };
    let style = match row.outcome {
        Outcome::Allowed => PLAIN,
        Outcome::Refused => BAD,
        Outcome::Failed => OPEN,
    };
    page.paragraph(2, &format!("{who}{person}"), BOLD);
    let event = if row.event == "GetSecretValue" { String::new() } else { format!("{} ", row.event) };
    let what = match row.outcome {
        Outcome::Allowed => format!("{event}{}", times(row.count)),
        outcome => format!("{event}{} {}", outcome.as_str(), times(row.count)),
    };
    page.labelled(4, "what", &format!("{what}, {}", when(row)), style);
    let because = if row.reasons.is_empty() { &row.errors } else { &row.reasons };
    listed(page, "because", because);
    listed(page, "from", &row.sources);
    listed(page, "sessions", &row.sessions);
    listed(page, "versions", &row.versions);
    if let Some((first, last)) = days.filter(|(first, last)| first < last) {
        page.labelled(4, "by day", &bar(row, first, last), DIM);
    }
}

fn times(number: u64) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => format!("{number} times"),
    }
}

fn when(row: &ReadRow) -> String {
    let minute =
        |time: Timestamp| time.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string();
    if row.count == 1 {
        return minute(row.first);
    }
    format!("{} to {}", minute(row.first), minute(row.last))
}

fn listed(page: &mut Page, label: &str, things: &[String]) {
    if things.is_empty() {
        return;
    }
    let more = things.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let shown: Vec<&str> = things.iter().take(NAMED).map(String::as_str).collect();
    page.labelled(4, label, &format!("{}{more}", shown.join(", ")), DIM);
}

/// One cell for each day, or for each few days where there are more than fit.
fn bar(row: &ReadRow, first: Date, last: Date) -> String {
    let length =
        |date: Date| usize::try_from(first.until(date).map(|span| span.get_days()).unwrap_or(0)).unwrap_or(0);
    let days = length(last) + 1;
    let room = CELLS - 15;
    let per_cell = days.div_ceil(room).max(1);
    let mut cells = vec![0_u64; days.div_ceil(per_cell)];
    for day in &row.days {
        let place = day.day.parse::<Date>().map_or(0, length) / per_cell;
        if let Some(cell) = cells.get_mut(place) {
            *cell += day.count;
        }
    }
    let most = cells.iter().copied().max().unwrap_or_default().max(1);
    let height = |cell: u64| {
        let eighths = usize::try_from((cell * 8).div_ceil(most)).unwrap_or_default();
        HEIGHTS.get(eighths).copied().unwrap_or('█')
    };
    cells.into_iter().map(height).collect()
}

/// Records that are no reads.
fn left_out(page: &mut Page, counts: &TrailCounts) {
    let things = [
        (counts.duplicates, "delivered again"),
        (counts.beside_a_read, "decryptions and batches beside their reads"),
        (counts.network_activity, "network activity of VPC endpoints"),
        (counts.without_secret, "calls for values that name no secret"),
        (counts.outside_time, "outside the time asked for"),
        (counts.in_future, "later than now"),
    ];
    let told: Vec<String> = things
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if !told.is_empty() {
        page.blank();
        page.paragraph(0, &format!("not counted: {}", told.join("; ")), DIM);
    }
}

fn gaps(page: &mut Page, gaps: &[Gap]) {
    let told: Vec<String> = gaps.iter().map(|gap| format!("{}: {gap}", gap.scope())).collect();
    page.caveats(&told);
}
