//! The query: a template, and what is put into it. Nothing that a stranger wrote is.

use jiff::{SignedDuration, Timestamp, Unit};

use super::table::Layout;
use crate::trail::asked::Asked;
use crate::trail::event::{BATCH, LIFECYCLE, READ};
use crate::trail::files::days;
use crate::trail::refusal::REFUSALS;

const TEMPLATE: &str = include_str!("query.sql");

/// A part of an address.
const OCTET: &str = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)";

/// The query for what is asked of a table; `table` was checked to be a name.
pub(super) fn query(layout: &Layout, table: &str, asked: &Asked) -> String {
    let mut sql = String::with_capacity(TEMPLATE.len() * 2);
    let mut rest = TEMPLATE;
    while let Some((before, behind)) = rest.split_once("{{") {
        let (name, after) = behind.split_once("}}").unwrap_or((behind, ""));
        sql.push_str(before);
        sql.push_str(&value(name, layout, table, asked));
        rest = after;
    }
    sql.push_str(rest);
    sql
}

fn value(name: &str, layout: &Layout, table: &str, asked: &Asked) -> String {
    match name {
        "table" => table.to_owned(),
        "where" => conditions(layout, asked),
        "day" => layout.day(),
        "outside" => outside(asked),
        "now" => literal(&second(asked.window.now).to_string()),
        "calls" => list([READ, BATCH]),
        "lifecycle" => list(LIFECYCLE.iter().copied()),
        "refusals" => REFUSALS.join("|"),
        "octet" => OCTET.to_owned(),
        column => layout.text(column),
    }
}

/// The partitions of the days that are asked for, and the accounts and Regions.
fn conditions(layout: &Layout, asked: &Asked) -> String {
    let days = days(&asked.window);
    let mut all = layout.days_within(*days.start(), *days.end());
    let accounts = || list(asked.accounts.iter().map(|account| account.as_str()));
    let regions = || list(asked.regions.iter().map(|region| region.as_str()));
    if !asked.accounts.is_empty() {
        let recipient = layout.text("recipientaccountid");
        all.push(match layout.account {
            Some(key) => format!("\"{key}\" IN ({})", accounts()),
            None => format!(
                "coalesce({recipient}, {}) IN ({})",
                layout.text("useridentity.accountid"),
                accounts()
            ),
        });
    }
    if !asked.regions.is_empty() {
        let key = layout.region.map_or_else(|| "awsregion".to_owned(), |key| format!("\"{key}\""));
        all.push(format!("{key} IN ({})", regions()));
    }
    if all.is_empty() { "true".to_owned() } else { all.join(" AND ") }
}

/// What is not in the window. CloudTrail writes whole seconds, in texts that are in the order of time.
fn outside(asked: &Asked) -> String {
    let from = asked.window.from.map(|from| {
        let up = second(from);
        let up = if up < from { up.checked_add(SignedDuration::from_secs(1)).unwrap_or(up) } else { up };
        format!("time < {}", literal(&up.to_string()))
    });
    let to = asked.window.to.map(|to| format!("time > {}", literal(&second(to).to_string())));
    let all: Vec<String> = from.into_iter().chain(to).collect();
    if all.is_empty() { "false".to_owned() } else { all.join(" OR ") }
}

/// The second in which an instant lies.
fn second(time: Timestamp) -> Timestamp {
    let rounding = jiff::TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Floor);
    time.round(rounding).unwrap_or(time)
}

fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(literal).collect::<Vec<_>>().join(", ")
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::aws::Table;
    use crate::model::{AccountId, Region};
    use crate::trail::tally::Window;

    fn layout() -> Layout {
        let names = ["awsregion", "eventid", "eventname", "eventsource", "eventtime", "requestparameters"];
        let mut table = Table::default();
        table.columns.extend(names.map(|name| (name.to_owned(), "string".to_owned())));
        table.columns.insert("useridentity".into(), "struct<accountid:string>".into());
        table.partitions.insert("account".into(), "string".into());
        Layout::of(&table).unwrap()
    }

    fn asked(from: Option<&str>, to: Option<&str>) -> Asked {
        let at = |text: &str| text.parse().unwrap();
        Asked::everything(Window { from: from.map(at), to: to.map(at), now: at("2026-11-01T00:00:00Z") })
    }

    #[test]
    fn every_place_of_the_template_is_filled() {
        let sql = query(&layout(), "\"default\".\"logs\"", &asked(None, None));
        assert!(!sql.contains("{{") && !sql.contains("}}"), "{sql}");
        assert!(sql.contains("FROM \"default\".\"logs\"\n    WHERE true"), "{sql}");
    }

    #[test]
    fn accounts_and_regions_are_asked_by_partition_where_there_is_one() {
        let mut asked = asked(None, None);
        asked.accounts = BTreeSet::from([AccountId::new("111122223333")]);
        asked.regions = BTreeSet::from([Region::new("eu-west-1"), Region::new("o'clock")]);
        assert_eq!(
            conditions(&layout(), &asked),
            "\"account\" IN ('111122223333') AND awsregion IN ('eu-west-1', 'o''clock')"
        );
    }

    #[test]
    fn times_are_whole_seconds() {
        let cases = [
            (None, None, "false"),
            (Some("2026-10-01T00:00:00Z"), None, "time < '2026-10-01T00:00:00Z'"),
            (
                Some("2026-10-01T00:00:00.5Z"),
                Some("2026-10-02T00:00:00.5Z"),
                "time < '2026-10-01T00:00:01Z' OR time > '2026-10-02T00:00:00Z'",
            ),
        ];
        for (from, to, expected) in cases {
            assert_eq!(outside(&asked(from, to)), expected);
        }
    }
}
