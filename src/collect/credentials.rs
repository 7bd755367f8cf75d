//! IAM: the credential report.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use super::scope::{Answers, Scope};
use crate::aws::Failure;
use crate::aws::operations::{GENERATE_CREDENTIAL_REPORT, GET_CREDENTIAL_REPORT};
use crate::model::{Gap, GapCause};
use crate::snapshot::records::{AccessKey, Credential};
use crate::snapshot::{Kind, SnapshotError};

/// How often a report that is being made is asked for.
const TRIES: u32 = 30;
const PAUSE: Duration = Duration::from_secs(2);

/// A row of the report: every column is text, and what does not apply reads `N/A`, `no_information` or `not_supported`.
///
/// Source: IAM User Guide, "Get credential reports for your AWS account".
#[derive(Deserialize)]
struct Row {
    user: String,
    arn: String,
    password_enabled: String,
    password_last_used: String,
    mfa_active: String,
    access_key_1_active: String,
    access_key_1_last_rotated: String,
    access_key_1_last_used_date: String,
    access_key_2_active: String,
    access_key_2_last_rotated: String,
    access_key_2_last_used_date: String,
}

/// Has IAM make a report and reads it.
pub(super) async fn collect(scope: &Scope<'_>) -> Result<(), SnapshotError> {
    scope.once(Kind::Credentials, |_| true, ask(scope)).await.map(drop)
}

async fn ask(scope: &Scope<'_>) -> Answers<Credential> {
    let text = match report(scope).await {
        Ok(text) => text,
        Err(gap) => return Answers::gap(gap),
    };
    match parse(&text) {
        Ok(records) => Answers { records, gaps: Vec::new() },
        Err(failure) => Answers::gap(scope.gap(&GET_CREDENTIAL_REPORT, failure, None)),
    }
}

/// The report's text. Somebody else may have had it made within the last four hours, so one is read even where making it
/// is refused.
async fn report(scope: &Scope<'_>) -> Result<Vec<u8>, Gap> {
    let made = generate(scope).await;
    for _ in 0..TRIES {
        match (get(scope).await, &made) {
            (Ok(text), _) => return Ok(text),
            (Err(failure), Err(refused)) if is_absent(&failure) => return Err(refused.clone()),
            (Err(failure), _) if is_absent(&failure) => tokio::time::sleep(PAUSE).await,
            (Err(failure), _) => return Err(scope.gap(&GET_CREDENTIAL_REPORT, failure, None)),
        }
    }
    let late = Failure::new(GapCause::Failed, "ReportInProgress", "the report was not ready after a minute");
    Err(scope.gap(&GET_CREDENTIAL_REPORT, late, None))
}

/// Source: IAM API Reference, `GenerateCredentialReport`.
async fn generate(scope: &Scope<'_>) -> Result<(), Gap> {
    let answer = scope.clients().iam().generate_credential_report().send().await;
    answer.map(drop).map_err(|error| scope.gap(&GENERATE_CREDENTIAL_REPORT, error.into(), None))
}

/// Source: IAM API Reference, `GetCredentialReport`.
async fn get(scope: &Scope<'_>) -> Result<Vec<u8>, Failure> {
    let answer = scope.clients().iam().get_credential_report().send().await?;
    answer.content.map(|content| content.into_inner()).ok_or_else(|| Failure::malformed("no Content"))
}

fn is_absent(failure: &Failure) -> bool {
    let absent = ["ReportInProgress", "ReportNotPresent", "ReportExpired"];
    absent.iter().any(|code| failure.code.contains(code))
}

fn parse(text: &[u8]) -> Result<Vec<Credential>, Failure> {
    let mut reader = csv::Reader::from_reader(text);
    let rows: Result<Vec<Row>, csv::Error> = reader.deserialize().collect();
    let rows = rows.map_err(|error| Failure::malformed(&format!("a report that cannot be read: {error}")))?;
    let mut credentials: Vec<_> = rows.into_iter().map(credential).collect();
    credentials.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(credentials)
}

fn credential(row: Row) -> Credential {
    let first = access_key(
        &row.access_key_1_active,
        &row.access_key_1_last_rotated,
        &row.access_key_1_last_used_date,
    );
    let second = access_key(
        &row.access_key_2_active,
        &row.access_key_2_last_rotated,
        &row.access_key_2_last_used_date,
    );
    Credential {
        password: flag(&row.password_enabled),
        password_last_used: time(&row.password_last_used),
        mfa: flag(&row.mfa_active).unwrap_or(false),
        keys: first.into_iter().chain(second).collect(),
        arn: row.arn,
        user: row.user,
    }
}

/// A key that was never made is inactive and has no date of making.
fn access_key(active: &str, made: &str, used: &str) -> Option<AccessKey> {
    let key = AccessKey { active: flag(active)?, created: time(made), last_used: time(used) };
    (key.active || key.created.is_some()).then_some(key)
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "\
user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,\
mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,\
cert_2_last_rotated
<root_account>,arn:aws:iam::111122223333:root,2019-01-01T00:00:00+00:00,not_supported,2026-01-05T10:11:12+00:00,\
not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
\"deploy, ci\",arn:aws:iam::111122223333:user/deploy,2020-01-01T00:00:00+00:00,false,N/A,N/A,N/A,false,true,\
2024-02-03T04:05:06+00:00,2026-11-01T00:00:00+00:00,eu-west-1,secretsmanager,false,2023-01-01T00:00:00+00:00,\
N/A,N/A,N/A,false,N/A,false,N/A
";

    #[test]
    fn reads_what_iam_writes() {
        let report = parse(REPORT.as_bytes()).unwrap();
        let [root, user] = report.as_slice() else { panic!("two rows") };
        assert_eq!((root.user.as_str(), root.password, root.mfa), ("<root_account>", None, true));
        assert!(root.keys.is_empty());
        assert_eq!(root.password_last_used, Some("2026-01-05T10:11:12Z".parse().unwrap()));
        assert_eq!((user.user.as_str(), user.password), ("deploy, ci", Some(false)));
        let keys: Vec<_> = user.keys.iter().map(|key| (key.active, key.last_used.is_some())).collect();
        assert_eq!(keys, [(true, true), (false, false)]);
    }

    #[test]
    fn a_torn_report_is_no_empty_one() {
        let torn = "user,arn\nroot,arn:aws:iam::111122223333:root\n";
        assert!(parse(torn.as_bytes()).unwrap_err().message.starts_with("a report that cannot be read"));
    }
}
