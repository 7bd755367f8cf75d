//! A table of Amazon Athena over an archive, for what is too big for one machine: the records are read, told apart and
//! counted there, and only the counts come back.
//!
//! | file | what it knows |
//! |---|---|
//! | `table.rs` | which columns and partitions a table has |
//! | `query.sql`, `query.rs` | the query |
//! | `answer.rs` | what its rows mean |

mod answer;
mod query;
mod table;

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use self::answer::Answer;
use self::query::query;
use self::table::{DayKey, Layout};
use super::asked::Asked;
use super::files::file_gap;
use super::gathered::Gathered;
use super::source::TrailSource;
use crate::aws::operations::{GET_TABLE_METADATA, Operation};
use crate::aws::{Failed, Failure, Place, Queries, Session, Table};
use crate::model::{Gap, GapCause, Region};

/// The first day of CloudTrail: whoever asks from then on asks for everything.
///
/// Source: AWS News Blog, "AWS CloudTrail - Capture AWS API Activity".
const BEGINNING: Date = jiff::civil::date(2013, 11, 13);

/// A table, as users name it.
#[derive(Clone, Copy, Debug)]
pub struct AthenaTable<'a> {
    /// The database.
    pub database: &'a str,
    /// The table.
    pub table: &'a str,
    /// The workgroup through which it is asked.
    pub workgroup: &'a str,
}

/// Has Athena read an archive, and says how many rows came back. What goes wrong is a gap.
pub async fn read_table(
    session: &Session,
    table: &AthenaTable<'_>,
    asked: &Asked,
    budget: Duration,
    gathered: &mut Gathered,
) -> usize {
    let source = table.source();
    gathered.source(&source);
    let mut answer = Answer::default();
    let told = ask(session, table, asked, budget, &mut answer).await;
    let count = answer.rows();
    match told {
        Ok(lacks) => {
            if let Some(sentence) = lacks {
                gathered.lacks(None, &source, note(&source, &sentence));
            }
            answer.tell(&source, asked, gathered);
        }
        Err(gap) => gathered.lacks(None, &source, gap),
    }
    count
}

/// Asks, and says what the table lacks.
async fn ask(
    session: &Session,
    table: &AthenaTable<'_>,
    asked: &Asked,
    budget: Duration,
    answer: &mut Answer,
) -> Result<Option<String>, Gap> {
    let source = table.source();
    let (region, found) = find(session, table, asked).await?;
    let layout = Layout::of(&found).map_err(|sentence| note(&source, &sentence))?;
    if layout.days == DayKey::None && !is_everything(asked) {
        return Err(note(
            &source,
            "the table has no partition by day, so the query would read, and AWS charge for, all of it: make one with \
             partition projection, as AWS documents it for CloudTrail logs, or let `reads --since 2013-01-01` ask for all \
             of it",
        ));
    }
    let sql = query(&layout, &format!("\"{}\".\"{}\"", table.database, table.table), asked);
    let queries = Queries::new(session, &region, table.workgroup);
    let done = queries.run(&sql, table.database, budget, |row| answer.take(row)).await;
    done.map_err(|Failed { operation, failure }| gap(session, &region, operation, failure, &source))?;
    Ok(layout.lacks())
}

/// The table, in the caller's Region or else in one of those that were asked for.
async fn find(session: &Session, table: &AthenaTable<'_>, asked: &Asked) -> Result<(Region, Table), Gap> {
    let home = session.home_region();
    let others = asked.regions.iter().filter(|region| *region != home);
    let mut first: Option<Gap> = None;
    for region in std::iter::once(home).chain(others) {
        let queries = Queries::new(session, region, table.workgroup);
        match queries.table(table.database, table.table).await {
            Ok(found) => return Ok((region.clone(), found)),
            Err(failure) => {
                let gap = gap(session, region, &GET_TABLE_METADATA, failure, &table.source());
                first.get_or_insert(gap);
            }
        }
    }
    Err(first.unwrap_or_else(|| note(&table.source(), "no Region was asked")))
}

fn gap(session: &Session, region: &Region, operation: &Operation, failure: Failure, source: &str) -> Gap {
    let place = Place::regional(session.account(), region);
    // What was refused to Athena itself stands in the reason of the query only.
    let of_query = (failure.cause == GapCause::Refused && failure.code == "FAILED").then(|| needed(&failure));
    let gap = Gap { resource: Some(source.to_owned()), ..place.gap(operation, failure, None) };
    match of_query {
        Some(permission) => Gap { permission, ..gap },
        None => gap,
    }
}

/// The permission that a query lacked, where its reason tells.
fn needed(failure: &Failure) -> Option<String> {
    let reason = failure.message.to_lowercase();
    let guess = || {
        let writes = reason.contains("writing output") || reason.contains("output bucket");
        let reads = reason.contains("s3");
        if writes { Some("s3:PutObject") } else { reads.then_some("s3:GetObject") }
    };
    failure.missing_action().or_else(guess).map(str::to_owned)
}

/// What the table itself does not show.
fn note(source: &str, sentence: &str) -> Gap {
    Gap { cause: GapCause::NotCarried, error: "not carried".to_owned(), ..file_gap(None, source, sentence) }
}

fn is_everything(asked: &Asked) -> bool {
    let date = |time: Timestamp| time.to_zoned(jiff::tz::TimeZone::UTC).date();
    asked.window.from.is_none_or(|from| date(from) <= BEGINNING)
}

impl AthenaTable<'_> {
    /// The name that users know it by.
    fn source(&self) -> String {
        let Self { database, table, workgroup } = self;
        let [database, table, workgroup] = [database, table, workgroup].map(|text| (*text).to_owned());
        TrailSource::Athena { database, table, workgroup }.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_query_names_the_permission() {
        let cases = [
            (
                "Insufficient permissions: User is not authorized to perform: glue:GetPartitions on x",
                Some("glue:GetPartitions"),
            ),
            ("Permission denied on S3 path: s3://trail/AWSLogs", Some("s3:GetObject")),
            ("Access denied when writing output to url: s3://results/x.csv", Some("s3:PutObject")),
            ("Insufficient Lake Formation permission(s)", None),
        ];
        for (reason, expected) in cases {
            let failure = Failure::new(GapCause::Refused, "FAILED", reason);
            assert_eq!(needed(&failure).as_deref(), expected, "{reason}");
        }
    }
}
