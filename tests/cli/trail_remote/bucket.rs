//! What can be wrong with a bucket and its objects.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{command, company_archive, gaps, reads, run, showing, spans};
use crate::aws::Session;
use crate::support::{folder, write};

const ACCOUNT: &str = "111122223333";

/// A read on each of some days of October, in a file of its own.
fn days(session: &str, days: std::ops::RangeInclusive<u32>) -> (Session, TempDir) {
    let archive = folder();
    for day in days {
        write(archive.path().join(key(day, 0)), record(day));
    }
    (showing(session, archive.path()), archive)
}

fn key(day: u32, number: u32) -> String {
    format!(
        "AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2026/10/{day:02}/\
         {ACCOUNT}_CloudTrail_eu-west-1_202610{day:02}T0005Z_{number:04}.json"
    )
}

fn record(day: u32) -> String {
    let arn = format!("arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:prod/db-AbCdEf");
    let record = json!({
        "eventVersion": "1.11",
        "userIdentity": { "type": "IAMUser", "arn": format!("arn:aws:iam::{ACCOUNT}:user/alice"), "accountId": ACCOUNT },
        "eventTime": format!("2026-10-{day:02}T00:01:00Z"),
        "eventSource": "secretsmanager.amazonaws.com",
        "eventName": "GetSecretValue",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "10.0.0.1",
        "requestParameters": { "secretId": arn },
        "eventID": format!("00000000-0000-4000-8000-{day:012}"),
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    });
    json!({ "Records": [record] }).to_string()
}

fn count(reads: &Value) -> u64 {
    reads["reads"][0]["count"].as_u64().unwrap_or_default()
}

#[test]
fn a_bucket_that_may_not_be_listed_is_one_gap_with_the_permission() {
    let (session, _archive) = days("s3-no-list", 1..=3);
    session.faults(&json!([{ "service": "s3", "operation": "ListObjectsV2", "action": "deny" }]));
    let found = reads(&session, "s3://trail-archive", &[]);
    assert_eq!(
        gaps(&found),
        [
            "refused | AccessDenied | s3://trail-archive/AWSLogs/ | s3:ListBucket | User: arn:aws:iam::123456789012:user/auditor \
          is not authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::trail-archive/AWSLogs/\" because no \
          identity-based policy allows the s3:ListBucket action"
        ]
    );
    assert_eq!(spans(&found), Vec::<Value>::new());
}

#[test]
fn a_bucket_that_does_not_exist_is_one_gap() {
    let session = crate::aws::company().session("s3-no-bucket");
    let found = reads(&session, "s3://no-such-bucket-anywhere/logs", &[]);
    assert_eq!(
        gaps(&found),
        [
            "failed | NoSuchBucket | s3://no-such-bucket-anywhere/logs/AWSLogs/ | - | The specified bucket does not exist"
        ]
    );
}

#[test]
fn objects_that_may_not_be_read_are_one_gap_with_the_permission() {
    let (session, _archive) = days("s3-no-get", 1..=20);
    session.faults(&json!([{ "service": "s3", "operation": "GetObject", "action": "deny" }]));
    let found = reads(&session, "s3://trail-archive", &[]);
    let gaps = gaps(&found);
    assert_eq!(gaps.len(), 1, "{gaps:#?}");
    assert!(
        gaps[0].starts_with("refused | AccessDenied | s3://trail-archive | s3:GetObject | "),
        "{gaps:#?}"
    );
    assert_eq!(spans(&found), [json!([ACCOUNT, "eu-west-1", []])], "no day is covered");
}

#[test]
fn one_refused_object_takes_its_day_and_no_other() {
    let (session, _archive) = days("s3-one-refused", 1..=3);
    session.faults(&json!([
        { "service": "s3", "operation": "GetObject", "resource_contains": "/2026/10/02/", "action": "deny" },
    ]));
    let found = reads(&session, "s3://trail-archive", &[]);
    let gaps = gaps(&found);
    assert_eq!(gaps.len(), 1, "{gaps:#?}");
    let start = format!("refused | AccessDenied | s3://trail-archive/{} | s3:GetObject | User: ", key(2, 0));
    assert!(gaps[0].starts_with(&start), "{gaps:#?}");
    assert_eq!(
        spans(&found)[0][2],
        json!([
            { "from": "2026-10-01T00:00:00Z", "to": "2026-10-02T00:00:00Z" },
            { "from": "2026-10-03T00:00:00Z", "to": "2026-10-04T00:00:00Z" },
        ])
    );
    assert_eq!(count(&found), 2);
}

#[test]
fn a_torn_and_a_foreign_object_are_gaps_with_their_keys() {
    let (_, archive) = days("s3-torn", 1..=3);
    let gzip = {
        let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
        let mut bytes = vec![0; 4_096];
        let length = compressor.gzip_compress(record(2).as_bytes(), &mut bytes).unwrap();
        bytes.truncate(length / 2);
        bytes
    };
    write(archive.path().join(format!("{}.gz", key(2, 1))), gzip);
    write(archive.path().join(key(3, 1)), "<html>no log</html>");
    let session = showing("s3-torn", archive.path());
    let found = reads(&session, "s3://trail-archive", &[]);
    let gaps = gaps(&found);
    let torn = format!(
        "unreadable | unreadable | s3://trail-archive/{}.gz | - | the gzip data is cut off after ",
        key(2, 1)
    );
    let foreign = format!(
        "unreadable | unreadable | s3://trail-archive/{} | - | it is a web page and not a log",
        key(3, 1)
    );
    assert!(gaps.len() == 2 && gaps[0].starts_with(&torn) && gaps[1] == foreign, "{gaps:#?}");
    assert_eq!(
        spans(&found)[0][2],
        json!([{ "from": "2026-10-01T00:00:00Z", "to": "2026-10-02T00:00:00Z" }])
    );
}

#[test]
fn throttling_that_ends_costs_nothing() {
    let (session, _archive) = days("s3-throttled", 1..=3);
    session.faults(&json!([{ "service": "s3", "action": "throttle", "times": 3 }]));
    let found = reads(&session, "s3://trail-archive", &[]);
    assert_eq!(gaps(&found), Vec::<String>::new());
    assert_eq!(count(&found), 3);
}

#[test]
fn throttling_that_does_not_end_is_a_gap() {
    let (session, _archive) = days("s3-throttled-for-ever", 1..=3);
    session.faults(&json!([{ "service": "s3", "operation": "GetObject", "action": "throttle" }]));
    let found = reads(&session, "s3://trail-archive", &["--max-attempts=2"]);
    assert_eq!(
        gaps(&found),
        ["throttled | SlowDown | s3://trail-archive | - | Please reduce your request rate."]
    );
    session.faults(&json!([{ "service": "s3", "operation": "ListObjectsV2", "action": "throttle" }]));
    let found = reads(&session, "s3://trail-archive", &["--max-attempts=2"]);
    assert_eq!(
        gaps(&found),
        ["throttled | SlowDown | s3://trail-archive/AWSLogs/ | - | Please reduce your request rate."]
    );
}

#[test]
fn connections_that_break_are_made_anew_and_those_that_always_do_are_gaps() {
    let (session, _archive) = days("s3-dropped", 1..=3);
    let get = |action: &str, day: &str| json!({ "service": "s3", "operation": "GetObject", "resource_contains": day, "action": action });
    let once = |action: &str| {
        let mut fault = get(action, "/2026/10/02/");
        fault["times"] = 1.into();
        fault
    };
    session.faults(&json!([once("drop"), once("truncate")]));
    let found = reads(&session, "s3://trail-archive", &[]);
    assert_eq!((gaps(&found), count(&found)), (Vec::new(), 3));
    session.faults(&json!([get("drop", "/2026/10/01/"), get("truncate", "/2026/10/02/")]));
    let found = reads(&session, "s3://trail-archive", &["--max-attempts=2"]);
    let gaps = gaps(&found);
    assert_eq!(gaps.len(), 2, "{gaps:#?}");
    for (gap, (code, day)) in gaps.iter().zip([("ConnectionError", 1), ("BrokenResponse", 2)]) {
        let start = format!("unreachable | {code} | s3://trail-archive/{} | - | ", key(day, 0));
        assert!(gap.starts_with(&start), "{gaps:#?}");
    }
    assert_eq!(count(&found), 1);
}

/// An object that is read as it comes, since it is too long to be held.
#[test]
fn a_long_object_is_read_to_its_end() {
    let archive = folder();
    let filler =
        format!("{{\"eventSource\":\"ec2.amazonaws.com\",\"requestParameters\":\"{}\"}},", "x".repeat(4_000));
    let filler = filler.repeat(52_000_000 / filler.len());
    let wanted = record(1).replace("{\"Records\":[", "").replace("]}", "");
    write(archive.path().join(key(1, 0)), format!("{{\"Records\":[{filler}{wanted}]}}"));
    let session = showing("s3-long", archive.path());
    let found = reads(&session, "s3://trail-archive", &[]);
    assert_eq!((gaps(&found), count(&found)), (Vec::new(), 1));
    session.faults(&json!([{ "service": "s3", "operation": "GetObject", "action": "truncate" }]));
    let found = reads(&session, "s3://trail-archive", &[]);
    let gaps = gaps(&found);
    let start = format!("unreadable | unreadable | s3://trail-archive/{} | - | cannot be read: ", key(1, 0));
    assert!(gaps.len() == 1 && gaps[0].starts_with(&start), "{gaps:#?}");
    assert_eq!(spans(&found)[0][2], json!([]));
}

/// A bucket that is closed in the middle is not asked thousands of times.
#[test]
fn after_many_failures_nobody_asks_on() {
    let archive = folder();
    write(archive.path().join(key(1, 0)), record(1));
    for number in 0..300 {
        write(archive.path().join(key(2, number)), record(2));
    }
    let session = showing("s3-closed", archive.path());
    session.faults(&json!([
        { "service": "s3", "operation": "GetObject", "resource_contains": "/2026/10/02/", "action": "deny" },
    ]));
    let found = reads(&session, "s3://trail-archive", &[]);
    let gaps = gaps(&found);
    assert!(gaps.len() < 150, "{}", gaps.len());
    let last = gaps.iter().find(|gap| gap.contains("were not asked for")).unwrap();
    assert!(
        last.contains("objects were not asked for after so many others had failed, the first of them `s3://"),
        "{last}"
    );
    assert_eq!(
        spans(&found)[0][2],
        json!([{ "from": "2026-10-01T00:00:00Z", "to": "2026-10-02T00:00:00Z" }])
    );
}

#[test]
fn a_bucket_in_another_region_is_asked_there() {
    let (session, _archive) = days("s3-elsewhere", 1..=3);
    session.faults(&json!([
        { "service": "s3", "region": "eu-west-1", "action": "elsewhere", "to": "us-east-1" },
    ]));
    let found = reads(&session, "s3://trail-archive", &[]);
    assert_eq!((gaps(&found), count(&found)), (Vec::new(), 3));
    let calls = session.calls();
    let astray = calls.iter().filter(|call| call.service == "s3" && call.region == "eu-west-1").count();
    assert_eq!(astray, 1, "asked in the wrong Region once");
    // A bucket that is nowhere.
    session.faults(&json!([
        { "service": "s3", "region": "eu-west-1", "action": "elsewhere", "to": "us-east-1" },
        { "service": "s3", "region": "us-east-1", "action": "elsewhere", "to": "us-east-1" },
    ]));
    let found = reads(&session, "s3://trail-archive", &[]);
    assert_eq!(
        gaps(&found),
        [
            "failed | PermanentRedirect | s3://trail-archive/AWSLogs/ | - | The bucket you are attempting to access must be \
          addressed using the specified endpoint."
        ]
    );
}

#[test]
fn an_object_that_is_gone_when_it_is_read_is_a_gap() {
    let (session, _archive) = days("s3-gone", 1..=2);
    session.faults(&json!([
        { "service": "s3", "operation": "GetObject", "resource_contains": "/2026/10/02/", "action": "not-found" },
    ]));
    let found = reads(&session, "s3://trail-archive", &[]);
    let gaps = gaps(&found);
    assert_eq!(gaps.len(), 1, "{gaps:#?}");
    assert!(
        gaps[0].starts_with(&format!("vanished | NoSuchBucket | s3://trail-archive/{}", key(2, 0))),
        "{gaps:#?}"
    );
}

/// What a lifecycle rule has put away is not asked for, since it would have to be restored first.
#[test]
fn objects_in_glacier_are_gaps() {
    let (session, archive) = days("s3-frozen", 1..=3);
    for class in ["GLACIER", "DEEP_ARCHIVE"] {
        write(archive.path().join(key(4, 0).replace("_0000", &format!("_{class}"))), record(4));
    }
    let found = reads(&session, "s3://trail-archive", &[]);
    assert_eq!(count(&found), 3);
    let line = |class: &str| {
        let key = key(4, 0).replace("_0000", &format!("_{class}"));
        format!(
            "unreadable | unreadable | s3://trail-archive/{key} | - | it is in storage class {class} and was not read: \
             restore it first"
        )
    };
    assert_eq!(gaps(&found), [line("DEEP_ARCHIVE"), line("GLACIER")]);
    let days = json!([{ "from": "2026-10-01T00:00:00Z", "to": "2026-10-04T00:00:00Z" }]);
    assert_eq!(spans(&found), [json!([ACCOUNT, "eu-west-1", days])], "the fourth was not seen");
    let asked = session.calls().into_iter().filter(|call| call.operation == "GetObject");
    assert_eq!(asked.count(), 3, "only what can be read");
}

#[test]
fn without_credentials_nothing_is_read() {
    let (session, _) = company_archive("s3-nobody");
    let run = crate::support::Command::new(["reads", "--trail", "s3://company-trail"])
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", session.endpoint())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .run();
    assert_eq!(run.code, Some(2), "{run}");
    assert!(run.stderr.starts_with("error: no AWS credentials: "), "{run}");
}

/// The audit goes on without the archive, and says what is missing.
#[test]
fn an_audit_goes_on_without_its_archive() {
    let (session, _archive) = days("s3-audit", 1..=1);
    session.faults(&json!([{ "service": "s3", "action": "deny" }]));
    let fixed = ["audit", "--format=json", "--quiet", "--as-of=2026-11-01", "--region=eu-west-1"];
    let run = command(&session, &[&fixed[..], &["--trail", "s3://trail-archive"]].concat()).run();
    assert!(run.code.is_some_and(|code| code < 2 || code == 3), "{run}");
    assert!(run.json()["summary"]["secrets"].as_u64() > Some(0), "{run}");
}

#[test]
fn what_was_read_is_remarked() {
    let (session, _archive) = days("s3-remark", 1..=3);
    let fixed = ["reads", "--trail", "s3://trail-archive", "--as-of=2026-11-01"];
    let run = command(&session, &fixed).run();
    assert_eq!(run.stderr, "s3://trail-archive: 3 objects, 8 calls\n", "{run}");
    let quiet = super::run(&session, "s3://trail-archive", &[]);
    assert_eq!(quiet.stderr, "", "{quiet}");
}

/// Nothing but what `permissions --for s3` allows.
#[test]
fn a_bucket_is_asked_for_nothing_else() {
    let (session, _archive) = days("s3-calls", 1..=3);
    run(&session, "s3://trail-archive", &[]);
    super::calls_are_listed(&session, secrets_auditor::aws::Purpose::S3, "s3");
}
