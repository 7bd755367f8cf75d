//! Row by row: first, last, count, outcome, errors, reasons, sources, sessions, versions and days.

use std::path::Path;

use serde_json::{Value, json};

use super::{command, company_archive, generator, reads, run, showing, spans};
use crate::aws::Session;
use crate::support::{files_below, folder};

/// A generated archive, and how it is asked.
const GENERATED: [&str; 2] = ["--as-of=2026-08-20", "--since=2026-06-30"];

/// Compares the rows one by one, so that a difference is shown with its row.
fn same_rows(ours: &Value, theirs: &Value) {
    let rows = |document: &Value| document["reads"].as_array().unwrap().clone();
    let (ours, theirs) = (rows(ours), rows(theirs));
    assert!(!ours.is_empty());
    for (mine, other) in ours.iter().zip(&theirs) {
        assert_eq!(mine, other, "left: {mine:#}\nright: {other:#}");
    }
    assert_eq!(ours.len(), theirs.len(), "rows");
}

/// Sessions without the identity that they name as their source: AWS's table has no column for it.
fn without_source_identity(mut document: Value) -> Value {
    for row in document["reads"].as_array_mut().unwrap() {
        let Some(sessions) = row.get_mut("sessions").and_then(Value::as_array_mut) else { continue };
        for session in sessions.iter_mut() {
            let text = session.as_str().unwrap();
            *session = text.split(" as ").next().unwrap().into();
        }
        sessions.sort_by_key(ToString::to_string);
        sessions.dedup();
    }
    document
}

fn generated(session: &Session, trail: &str, more: &[&str]) -> Value {
    let fixed = ["reads", "--trail", trail, "--format=json", "--quiet"];
    let run = command(session, &[&fixed, &GENERATED[..], more].concat()).run();
    assert_eq!(run.code, Some(0), "{run}");
    run.json()
}

#[test]
fn the_company_s_archive_says_the_same_in_a_folder_in_s3_and_in_athena() {
    let (session, folder) = company_archive("same-company");
    let local = reads(&session, &folder, &[]);
    assert!(local["counts"]["beside_a_read"].as_u64() > Some(0), "{:#}", local["counts"]);
    let bucket = reads(&session, "s3://company-trail", &[]);
    same_rows(&local, &bucket);
    assert_eq!(local["counts"], bucket["counts"]);
    assert_eq!(spans(&local), spans(&bucket));
    assert_eq!(bucket["gaps"], Value::Array(Vec::new()), "{:#}", bucket["gaps"]);

    let table = reads(&session, "athena:cloudtrail_logs", &[]);
    same_rows(&without_source_identity(local.clone()), &table);
    assert_eq!(local["counts"], table["counts"]);
    assert_eq!(table["gaps"], Value::Array(Vec::new()), "{:#}", table["gaps"]);
}

#[test]
fn a_generated_archive_says_the_same_in_a_folder_in_s3_and_in_athena() {
    let archive = folder();
    generator::write(archive.path(), 20_000_000, 1).unwrap();
    let session = showing("same-generated", archive.path());
    let local = generated(&session, archive.path().to_str().unwrap(), &[]);
    let bucket = generated(&session, "s3://trail-archive", &[]);
    same_rows(&local, &bucket);
    assert_eq!(local["counts"], bucket["counts"]);
    assert_eq!(spans(&local), spans(&bucket));

    let table = generated(&session, "athena:cloudtrail_logs", &[]);
    same_rows(&without_source_identity(local.clone()), &table);
    assert_eq!(local["counts"], table["counts"]);
    assert!(local["counts"]["duplicates"].as_u64() > Some(0), "{:#}", local["counts"]);
    assert!(local["counts"]["network_activity"].as_u64() > Some(0), "{:#}", local["counts"]);
}

/// The same calls through two sources count once, whichever of them counts by itself.
#[test]
fn sources_together_say_what_each_says_alone() {
    let (session, folder) = company_archive("together");
    let local = reads(&session, &folder, &[]);
    let together =
        reads(&session, "athena:cloudtrail_logs", &["--trail", &folder, "--trail", "s3://company-trail"]);
    same_rows(&local, &together);
}

#[test]
fn a_part_of_the_time_is_a_part_of_the_rows() {
    let (session, folder) = company_archive("part");
    let part = |trail: &str| {
        let fixed = ["reads", "--trail", trail, "--format=json", "--quiet"];
        let of_time = ["--since=2026-10-20T10:30:00.5Z", "--as-of=2026-10-30T12:00:00.5Z"];
        command(&session, &[&fixed, &of_time[..]].concat()).run().json()
    };
    let (local, bucket, table) = (part(&folder), part("s3://company-trail"), part("athena:cloudtrail_logs"));
    same_rows(&local, &bucket);
    same_rows(&without_source_identity(local.clone()), &table);
    assert_eq!(local["counts"], bucket["counts"]);
    assert_eq!(local["counts"], table["counts"]);
}

/// What the auditor learns from a snapshot beside an archive in AWS is what it learns live.
#[test]
fn an_archive_in_aws_goes_with_a_snapshot() {
    let (session, archive) = company_archive("with-snapshot");
    let kept = folder();
    let to = kept.path().join("snapshot");
    let to = to.to_str().unwrap();
    let collected =
        command(&session, &["collect", "--quiet", "--to", to, "--trail", "s3://company-trail"]).run();
    assert_eq!(collected.code, Some(0), "{collected}");
    let of = |trail: &[&str]| {
        let fixed = ["audit", "--snapshot", to, "--format=json", "--quiet", "--as-of=2026-11-01"];
        command(&session, &[&fixed, trail].concat()).run()
    };
    let through_s3 = of(&["--trail", "s3://company-trail", "--region", "eu-west-1"]);
    let through_folder = of(&["--trail", &archive]);
    assert!(through_s3.code.is_some_and(|code| code < 4), "{through_s3}");
    assert_eq!(through_s3.json()["summary"]["secrets"], through_folder.json()["summary"]["secrets"]);
    let refused = of(&["--trail", &archive, "--region", "eu-west-1"]);
    assert_eq!(
        refused.stderr.lines().next(),
        Some("error: `--region` has no meaning with `--snapshot`: AWS is not asked"),
        "{refused}"
    );
}

/// Changes, rotations and batches that name no secret come back as they are told.
#[test]
fn a_collection_through_athena_holds_what_one_through_a_folder_holds() {
    let (session, archive) = company_archive("collected");
    let both = [
        "--assume-role=arn:aws:iam::123456789012:role/audit",
        "--assume-role=arn:aws:iam::210987654321:role/audit",
    ];
    let kept = folder();
    let collect = |name: &str, trail: &str| {
        let to = kept.path().join(name);
        let fixed =
            ["collect", "--quiet", "--region=eu-west-1", "--to", to.to_str().unwrap(), "--trail", trail];
        let run = command(&session, &[&fixed, &both[..]].concat()).run();
        assert_eq!(run.code, Some(0), "{run}");
        let files = files_below(&to)
            .into_iter()
            .map(|(path, bytes)| (path.strip_prefix(&to).unwrap().display().to_string(), bytes));
        let wanted = |name: &str| name.contains("accesses") || name.contains("lifecycle");
        let shards = files.filter(|(name, _)| wanted(name));
        shards
            .map(|(name, bytes)| (name, serde_json::from_slice(&bytes).unwrap()))
            .collect::<Vec<(String, Value)>>()
    };
    let local = collect("folder", &archive);
    assert!(local.iter().all(|(_, shard)| !shard["records"].as_array().unwrap().is_empty()), "{local:#?}");
    for (name, trail) in [("bucket", "s3://company-trail"), ("table", "athena:cloudtrail_logs")] {
        for ((file, ours), (other, theirs)) in local.iter().zip(collect(name, trail)) {
            assert_eq!(*file, other);
            let records = |shard: &Value| shard["records"].as_array().unwrap().clone();
            for (mine, other) in records(ours).iter().zip(records(&theirs)) {
                let known = |record: &Value| {
                    without_source_identity(json!({ "reads": [record] }))["reads"][0].clone()
                };
                assert_eq!(known(mine), known(&other), "{name} {file}");
            }
            assert_eq!(records(ours).len(), records(&theirs).len(), "{name} {file}");
        }
    }
}

#[test]
fn only_the_accounts_and_regions_that_are_asked_for_are_read() {
    let (session, folder) = company_archive("narrow");
    let role = "--assume-role=arn:aws:iam::210987654321:role/audit";
    let whole = reads(&session, &folder, &[]);
    let expected: Vec<Value> = spans(&whole)
        .into_iter()
        .filter(|place| place[0] == "210987654321" && place[1] == "eu-west-1")
        .collect();
    assert_eq!(expected.len(), 1, "{:#?}", spans(&whole));
    let narrow = ["--region=eu-west-1", role];
    let (bucket, table) =
        (reads(&session, "s3://company-trail", &narrow), reads(&session, "athena:cloudtrail_logs", &narrow));
    assert_eq!(spans(&bucket), expected);
    same_rows(&without_source_identity(bucket.clone()), &table);
    let asked: Vec<String> = session
        .calls()
        .into_iter()
        .filter(|call| call.service == "s3")
        .filter_map(|call| call.resource)
        .collect();
    let others = |resource: &&String| resource.contains("123456789012") || resource.contains("us-east-1");
    assert_eq!(asked.iter().find(others), None);
}

/// A bucket holds years, and more than logs; the day asked for is found by its key.
#[test]
fn days_that_are_not_asked_for_are_neither_listed_nor_read() {
    let archive = folder();
    for day in 1..=28 {
        let name = format!(
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/07/{day:02}/111122223333_CloudTrail_eu-west-1_202607{day:02}T0005Z_a.json"
        );
        crate::support::write(archive.path().join(name), r#"{"Records":[]}"#);
    }
    crate::support::write(archive.path().join("other/data.json"), "{}");
    let session = showing("days", archive.path());
    let fixed = ["reads", "--trail", "s3://trail-archive", "--format=json", "--quiet"];
    let days = ["--since=2026-07-10", "--as-of=2026-07-11T12:00:00Z"];
    let found = command(&session, &[&fixed[..], &days].concat()).run().json();
    let covered = &found["coverage"][0]["spans"];
    assert_eq!(covered[0]["from"], "2026-07-10T00:00:00Z", "{found:#}");
    assert_eq!(covered[0]["to"], "2026-07-11T12:00:00Z", "{found:#}");
    let read = session.calls().into_iter().filter(|call| call.operation == "GetObject").count();
    assert_eq!(read, 3, "the days, and the next, in which the last events may be delivered");
    assert!(
        session.calls().iter().all(|call| call.resource.as_ref().is_none_or(|name| !name.contains("other")))
    );
}

/// Not an archive: nothing would be found, and that is told.
#[test]
fn nothing_found_is_told() {
    let empty = folder();
    crate::support::write(empty.path().join("readme.txt"), "nothing");
    let session = showing("nothing", empty.path());
    let found = reads(&session, "s3://trail-archive/logs", &[]);
    assert_eq!(
        super::gaps(&found),
        [
            "not-carried | absent | s3://trail-archive/logs | - | no log of the accounts, Regions and days that were asked for \
          lies below `s3://trail-archive/logs/AWSLogs/`: name what stands before `AWSLogs/`"
        ]
    );
    let (session, _) = company_archive("another-account");
    let role = "--assume-role=arn:aws:iam::999999999999:role/audit";
    let found =
        run(&session, "s3://company-trail", &[role, "--assume-role=arn:aws:iam::210987654321:role/audit"]);
    assert_eq!(
        super::gaps(&found.json()),
        [
            "not-carried | absent | s3://company-trail | - | `s3://company-trail` has no log of account 999999999999 in the days \
          that were asked for"
        ]
    );
}

/// The generator's file, so that nobody takes a folder for the archive of another.
#[test]
fn the_generator_writes_the_layout() {
    let archive = folder();
    let written = generator::write(archive.path(), 200_000, 1).unwrap();
    assert!(written.of_secrets_manager > 0, "{written}");
    assert!(Path::new(archive.path()).join("AWSLogs/o-a1b2c3d4e5").is_dir());
}
