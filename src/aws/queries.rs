//! Amazon Athena: what a table looks like, and queries from their start to their rows.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::clients::{Clients, Session};
use super::operations::{GET_QUERY_EXECUTION, GET_QUERY_RESULTS, Operation, START_QUERY_EXECUTION};
use super::recorder::Failure;
use crate::model::{GapCause, Region};

/// The catalog that every account has.
const CATALOG: &str = "AwsDataCatalog";
/// The first wait for an answer, and the longest.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How much longer each wait is than the one before.
const GROWTH: f64 = 1.5;

/// What a table looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns, by name in small letters, with their types as Hive writes them.
    pub columns: BTreeMap<String, String>,
    /// The keys of its partitions, likewise.
    pub partitions: BTreeMap<String, String>,
    /// Its properties.
    pub parameters: BTreeMap<String, String>,
}

/// A row of an answer; none stands for NULL.
pub type Row = Vec<Option<String>>;

/// Athena in one Region.
#[derive(Debug)]
pub struct Queries {
    clients: Arc<Clients>,
    workgroup: String,
}

/// A call that brought no answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    /// Which.
    pub operation: &'static Operation,
    /// Why.
    pub failure: Failure,
}

impl Queries {
    /// Athena in a Region, asked through a workgroup.
    pub fn new(session: &Session, region: &Region, workgroup: &str) -> Self {
        Self { clients: session.at(region), workgroup: workgroup.to_owned() }
    }

    /// What a table looks like.
    ///
    /// # Errors
    /// As Athena answers.
    pub async fn table(&self, database: &str, table: &str) -> Result<Table, Failure> {
        let request =
            self.clients.athena().get_table_metadata().catalog_name(CATALOG).database_name(database);
        let answer = request.table_name(table).work_group(&self.workgroup).send().await?;
        let found = answer.table_metadata.ok_or_else(|| Failure::malformed("no table"))?;
        let typed = |columns: Option<Vec<aws_sdk_athena::types::Column>>| {
            let columns = columns.unwrap_or_default().into_iter();
            let named = |column: aws_sdk_athena::types::Column| {
                (column.name.to_lowercase(), column.r#type.unwrap_or_default().to_lowercase())
            };
            columns.map(named).collect()
        };
        Ok(Table {
            columns: typed(found.columns),
            partitions: typed(found.partition_keys),
            parameters: found.parameters.unwrap_or_default().into_iter().collect(),
        })
    }

    /// Has a query run, and hands over its rows, page by page. A query that takes longer than it may is stopped.
    ///
    /// # Errors
    /// As Athena answers; where the query fails, is cancelled, or is not done in time.
    pub async fn run(
        &self,
        sql: &str,
        database: &str,
        most: Duration,
        mut take: impl FnMut(Row),
    ) -> Result<(), Failed> {
        let until = Instant::now() + most;
        let of = |operation| move |failure| Failed { operation, failure };
        let id = self.start(sql, database).await.map_err(of(&START_QUERY_EXECUTION))?;
        self.finished(&id, until, most).await.map_err(of(&GET_QUERY_EXECUTION))?;
        self.rows(&id, &mut take).await.map_err(of(&GET_QUERY_RESULTS))
    }

    async fn start(&self, sql: &str, database: &str) -> Result<String, Failure> {
        let context =
            aws_sdk_athena::types::QueryExecutionContext::builder().catalog(CATALOG).database(database);
        let request = self.clients.athena().start_query_execution().query_string(sql);
        let request = request.query_execution_context(context.build()).work_group(&self.workgroup);
        request.send().await?.query_execution_id.ok_or_else(|| Failure::malformed("no query id"))
    }

    async fn finished(&self, id: &str, until: Instant, most: Duration) -> Result<(), Failure> {
        let mut wait = FIRST_WAIT;
        loop {
            match self.state(id).await {
                Ok(true) => return Ok(()),
                Ok(false) if Instant::now() < until => {}
                Ok(false) => {
                    self.stop(id).await;
                    let message =
                        format!("the query did not end within {} s and was stopped", most.as_secs());
                    return Err(Failure::new(GapCause::NotCollected, "budget", &message));
                }
                Err(failure) => {
                    if failure.code != FAILED && failure.code != CANCELLED {
                        self.stop(id).await;
                    }
                    return Err(failure);
                }
            }
            tokio::time::sleep(wait.min(until.saturating_duration_since(Instant::now()))).await;
            wait = wait.mul_f64(GROWTH).min(LONGEST_WAIT);
        }
    }

    /// Whether a query has ended well.
    async fn state(&self, id: &str) -> Result<bool, Failure> {
        let answer = self.clients.athena().get_query_execution().query_execution_id(id).send().await?;
        let status = answer.query_execution.and_then(|execution| execution.status);
        let status = status.ok_or_else(|| Failure::malformed("no status"))?;
        let reason = status.state_change_reason().unwrap_or("no reason is given");
        match status.state().map(|state| state.as_str()) {
            Some("SUCCEEDED") => Ok(true),
            Some("QUEUED" | "RUNNING") => Ok(false),
            Some(FAILED) => Err(failed(reason)),
            Some(CANCELLED) => Err(Failure::new(GapCause::Failed, CANCELLED, reason)),
            _ => Err(Failure::malformed("a state that is none")),
        }
    }

    /// Nobody waits for a query that was given up; whether stopping it works changes nothing.
    async fn stop(&self, id: &str) {
        let _ = self.clients.athena().stop_query_execution().query_execution_id(id).send().await;
    }

    async fn rows(&self, id: &str, take: &mut impl FnMut(Row)) -> Result<(), Failure> {
        let mut token: Option<String> = None;
        let mut is_first = true;
        loop {
            let request = self.clients.athena().get_query_results().query_execution_id(id);
            let answer = request.set_next_token(token.clone()).send().await?;
            let set = answer.result_set.ok_or_else(|| Failure::malformed("no result"))?;
            // The first row has the names of the columns.
            for row in set.rows.unwrap_or_default().into_iter().skip(usize::from(is_first)) {
                take(row.data.unwrap_or_default().into_iter().map(|value| value.var_char_value).collect());
            }
            is_first = false;
            match answer.next_token.filter(|next| !next.is_empty()) {
                None => return Ok(()),
                Some(next) if token.as_ref() == Some(&next) => {
                    return Err(Failure::malformed("the same page token twice"));
                }
                Some(next) => token = Some(next),
            }
        }
    }
}

/// How Athena calls a query that came to nothing, and one that somebody stopped.
const FAILED: &str = "FAILED";
const CANCELLED: &str = "CANCELLED";

/// What other services refused to Athena stands in its sentence only.
fn failed(reason: &str) -> Failure {
    let lower = reason.to_lowercase();
    let refused = ["access denied", "accessdenied", "permission denied", "not authorized", "insufficient"];
    let cause =
        if refused.iter().any(|words| lower.contains(words)) { GapCause::Refused } else { GapCause::Failed };
    Failure::new(cause, FAILED, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_to_athena_is_a_refusal() {
        let cases = [
            (
                "Insufficient permissions to execute the query. User is not authorized to perform: glue:GetTable",
                GapCause::Refused,
            ),
            ("Permission denied on S3 path: s3://trail/AWSLogs", GapCause::Refused),
            ("Access denied when writing output to url: s3://results/x.csv", GapCause::Refused),
            ("Insufficient Lake Formation permission(s): Required Select on table", GapCause::Refused),
            ("HIVE_CURSOR_ERROR: Row is not a valid JSON Object", GapCause::Failed),
        ];
        for (reason, expected) in cases {
            assert_eq!(failed(reason).cause, expected, "{reason}");
        }
    }
}
