//! What can be wrong with a table, and with a query.

use serde_json::{Value, json};

use super::{command, company_archive, gaps, reads, run, spans};
use crate::aws::{Session, company};

const SOURCE: &str = "athena:default.cloudtrail_logs@primary";

/// A session with the company's archive, whose table is of another make.
fn table(name: &str, make: &Value) -> Session {
    let session = company().session(name);
    let mut given = json!({ "company": true });
    for (field, value) in make.as_object().unwrap() {
        given[field] = value.clone();
    }
    session.archive(&given);
    session
}

/// The fields of each row that the columns in question do not decide.
fn rows(reads: &Value, fields: &[&str]) -> Vec<Value> {
    let rows = reads["reads"].as_array().unwrap().iter();
    rows.map(|row| fields.iter().map(|field| row[field].clone()).collect()).collect()
}

#[test]
fn a_query_that_fails_is_a_gap_with_its_reason() {
    let (session, _) = company_archive("athena-failed");
    let faults = |more: Value| {
        let mut fault = json!({ "operation": "StartQueryExecution", "action": "fail-query" });
        for (field, value) in more.as_object().unwrap() {
            fault[field] = value.clone();
        }
        session.faults(&json!([fault]));
    };
    faults(json!({}));
    let found = reads(&session, "athena:cloudtrail_logs", &[]);
    assert_eq!(
        gaps(&found),
        [format!(
            "failed | FAILED | {SOURCE} | - | HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Unterminated \
             string at 4096"
        )]
    );
    assert_eq!((spans(&found).len(), found["reads"].as_array().unwrap().len()), (0, 0));
    let reasons = [
        (
            "Insufficient permissions to execute the query. User: arn:aws:iam::1:user/a is not authorized to perform: \
             glue:GetPartitions on resource: arn:aws:glue:eu-west-1:1:catalog",
            "glue:GetPartitions",
        ),
        ("Permission denied on S3 path: s3://company-trail/AWSLogs", "s3:GetObject"),
        ("Access denied when writing output to url: s3://company-athena-results/x.csv", "s3:PutObject"),
        (
            "com.amazonaws.services.kms: User: a is not authorized to perform: kms:Decrypt on resource: key",
            "kms:Decrypt",
        ),
    ];
    for (reason, permission) in reasons {
        faults(json!({ "reason": reason }));
        let found = reads(&session, "athena:cloudtrail_logs", &[]);
        assert_eq!(gaps(&found), [format!("refused | FAILED | {SOURCE} | {permission} | {reason}")]);
    }
}

#[test]
fn a_query_that_somebody_cancels_is_a_gap() {
    let (session, _) = company_archive("athena-cancelled");
    session.faults(&json!([{ "operation": "StartQueryExecution", "action": "cancel-query" }]));
    let found = reads(&session, "athena:cloudtrail_logs", &[]);
    assert_eq!(
        gaps(&found),
        [format!("failed | CANCELLED | {SOURCE} | - | Query cancelled! : Bytes scanned limit was exceeded")]
    );
}

#[test]
fn a_query_that_does_not_end_is_stopped() {
    let (session, _) = company_archive("athena-hangs");
    session.faults(&json!([{ "operation": "StartQueryExecution", "action": "hang-query" }]));
    let found = reads(&session, "athena:cloudtrail_logs", &["--trail-budget=1s"]);
    assert_eq!(
        gaps(&found),
        [format!("not-collected | budget | {SOURCE} | - | the query did not end within 1 s and was stopped")]
    );
    assert!(session.calls().iter().any(|call| call.operation == "StopQueryExecution"));
    super::calls_are_listed(&session, secrets_auditor::aws::Purpose::Athena, "athena-stopped");
}

#[test]
fn too_many_requests_are_waited_for_and_told_where_they_do_not_end() {
    let (session, _) = company_archive("athena-throttled");
    session.faults(&json!([{ "service": "athena", "action": "throttle", "times": 3 }]));
    let found = reads(&session, "athena:cloudtrail_logs", &[]);
    assert_eq!(gaps(&found), Vec::<String>::new());
    for operation in ["GetTableMetadata", "StartQueryExecution", "GetQueryExecution", "GetQueryResults"] {
        session.faults(&json!([{ "operation": operation, "action": "throttle" }]));
        let found = reads(&session, "athena:cloudtrail_logs", &["--max-attempts=2"]);
        assert_eq!(
            gaps(&found),
            [format!("throttled | TooManyRequestsException | {SOURCE} | - | Rate exceeded")],
            "{operation}"
        );
        assert_eq!(found["reads"], json!([]), "{operation}");
        session.faults(&json!([{ "operation": operation, "action": "deny" }]));
        let found = reads(&session, "athena:cloudtrail_logs", &[]);
        let start = format!("refused | AccessDeniedException | {SOURCE} | athena:{operation} | ");
        assert!(gaps(&found)[0].starts_with(&start), "{:#?}", gaps(&found));
    }
}

#[test]
fn a_table_or_a_workgroup_that_is_not_there_is_a_gap() {
    let (session, _) = company_archive("athena-absent");
    let cases = [
        (
            "athena:nothing",
            "failed | MetadataException | athena:default.nothing@primary | - | EntityNotFoundException: Entity Not Found: \
             Table default.nothing",
        ),
        (
            "athena:other.cloudtrail_logs",
            "failed | MetadataException | athena:other.cloudtrail_logs@primary | - | EntityNotFoundException: Entity Not \
             Found: Table other.cloudtrail_logs",
        ),
        (
            "athena:cloudtrail_logs@absent",
            "failed | InvalidRequestException | athena:default.cloudtrail_logs@absent | - | WorkGroup absent is not found.",
        ),
        (
            "athena:cloudtrail_logs@bare",
            "failed | InvalidRequestException | athena:default.cloudtrail_logs@bare | - | No output location provided. An \
             output location is required either through the Workgroup result configuration setting or as an API input.",
        ),
    ];
    for (trail, expected) in cases {
        assert_eq!(gaps(&reads(&session, trail, &[])), [expected]);
    }
    assert_eq!(reads(&session, "athena:cloudtrail_logs@audit", &[])["gaps"], json!([]));
}

#[test]
fn an_old_table_says_what_it_cannot() {
    let whole = reads(&company_archive("athena-whole").0, "athena:cloudtrail_logs", &[]);
    let without =
        ["vpcendpointid", "eventcategory", "sharedeventid", "sessioncredentialfromconsole", "tlsdetails"];
    let session = table("athena-old", &json!({ "without": without }));
    let found = reads(&session, "athena:cloudtrail_logs", &[]);
    assert_eq!(
        gaps(&found),
        [format!(
            "not-carried | not carried | {SOURCE} | - | the table has no column `sessioncredentialfromconsole` (people in \
             the console are not told from programs), `sharedeventid` (calls across accounts count twice), `vpcendpointid` \
             (calls through VPC endpoints are shown with the address behind them)"
        )]
    );
    // The last of a batch is known by the hour: without endpoints it stands with one that is beside a read.
    let fields = ["secret", "principal", "event", "outcome", "first", "errors", "days"];
    let (ours, theirs) = (rows(&found, &fields), rows(&whole, &fields));
    let missing: Vec<&Value> = theirs.iter().filter(|row| !ours.contains(row)).collect();
    assert_eq!(missing, Vec::<&Value>::new());
    // Of a pair of records both are told, of which one knows the caller's account only.
    let more: Vec<&Value> = ours.iter().filter(|row| !theirs.contains(row)).collect();
    assert!(
        !more.is_empty() && more.iter().all(|row| !row[1].as_str().unwrap().starts_with("arn:")),
        "{more:#?}"
    );
    let needed = table("athena-no-time", &json!({ "without": ["eventtime", "eventid"] }));
    assert_eq!(
        gaps(&reads(&needed, "athena:cloudtrail_logs", &[])),
        [format!(
            "not-carried | not carried | {SOURCE} | - | the table is none over CloudTrail's logs, or of another make: it has \
             no column `eventid`, `eventtime`"
        )]
    );
}

#[test]
fn partitions_of_every_make_give_the_same_rows() {
    let whole = reads(&company_archive("athena-projected").0, "athena:cloudtrail_logs", &[]);
    let makes = [
        json!(["account", "region", "year", "month", "day"]),
        json!(["year", "month"]),
        json!(["region", "dt"]),
    ];
    for (number, make) in makes.into_iter().enumerate() {
        let session = table(&format!("athena-partitions-{number}"), &json!({ "partitions": make }));
        let found = reads(&session, "athena:cloudtrail_logs", &[]);
        assert_eq!(found["reads"], whole["reads"], "{make}");
        assert_eq!(found["gaps"], json!([]), "{make}");
        let one = ["--region=eu-west-1", "--assume-role=arn:aws:iam::210987654321:role/audit"];
        let (mine, theirs) = (
            reads(&session, "athena:cloudtrail_logs", &one),
            reads(&company_archive("athena-projected").0, "athena:cloudtrail_logs", &one),
        );
        assert_eq!(mine["reads"], theirs["reads"], "{make}");
    }
}

#[test]
fn a_table_without_days_is_read_only_when_all_of_it_is_asked_for() {
    let session = table("athena-no-days", &json!({ "partitions": ["region"] }));
    let found = reads(&session, "athena:cloudtrail_logs", &[]);
    assert_eq!(
        gaps(&found),
        [format!(
            "not-carried | not carried | {SOURCE} | - | the table has no partition by day, so the query would read, and AWS \
             charge for, all of it: make one with partition projection, as AWS documents it for CloudTrail logs, or let \
             `reads --since 2013-01-01` ask for all of it"
        )]
    );
    assert!(session.calls().iter().all(|call| call.operation != "StartQueryExecution"));
    let of_all = |trail: &str| {
        let fixed =
            ["reads", "--format=json", "--quiet", "--as-of=2026-11-01", "--since=2013-01-01", "--trail"];
        command(&session, &[&fixed[..], &[trail]].concat()).run().json()
    };
    let (_, folder) = company_archive("athena-no-days-folder");
    let (table, local) = (of_all("athena:cloudtrail_logs"), of_all(&folder));
    let fields = ["secret", "principal", "event", "outcome", "count", "first", "last", "days"];
    assert_eq!(rows(&table, &fields), rows(&local, &fields));
}

/// The table may be in the Region that is audited, and the caller at home in another one.
#[test]
fn a_table_is_looked_for_in_the_regions_that_are_asked_for() {
    let (session, _) = company_archive("athena-elsewhere");
    session.faults(&json!([{ "service": "athena", "region": "eu-west-1", "action": "not-found" }]));
    let found = reads(&session, "athena:cloudtrail_logs", &["--region=us-east-1"]);
    assert_eq!(gaps(&found), Vec::<String>::new());
    let started: Vec<String> = session
        .calls()
        .into_iter()
        .filter(|call| call.operation == "StartQueryExecution")
        .map(|call| call.region)
        .collect();
    assert_eq!(started, ["us-east-1"]);
}

#[test]
fn names_that_are_none_are_refused_before_anything_is_asked() {
    let (session, _) = company_archive("athena-names");
    for trail in ["athena:logs;drop", "athena:a.b.c", "athena:\"x\"", "athena:logs@"] {
        let run = run(&session, trail, &[]);
        assert_eq!(run.code, Some(2), "{run}");
    }
    assert_eq!(session.calls().len(), 0);
}

#[test]
fn what_came_back_is_remarked() {
    let (session, _) = company_archive("athena-remark");
    let run = command(&session, &["reads", "--trail", "athena:cloudtrail_logs", "--as-of=2026-11-01"]).run();
    assert_eq!(run.code, Some(0), "{run}");
    assert!(run.stderr.starts_with(&format!("{SOURCE}: ")) && run.stderr.contains(" rows, "), "{run}");
}
