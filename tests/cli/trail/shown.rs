//! `reads` as somebody sees it who has a folder with records and nothing else.

use serde_json::{Value, json};

use super::traps::record;
use crate::support::{Command, Run, folder_with};

const AS_OF: &str = "2026-11-01T00:00:00Z";

fn records() -> String {
    let payments = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments-x9Y8z7";
    let ada = json!({
        "type": "AssumedRole",
        "arn": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada@example.com",
        "accountId": "111122223333",
        "sessionContext": { "sessionIssuer": {
            "arn": "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef",
        } },
    });
    let mut records: Vec<Value> = (1..=12)
        .map(|day| record(day, &json!({ "eventTime": format!("2026-10-{:02}T06:30:00Z", day * 2) })))
        .collect();
    records.push(record(20, &json!({ "userIdentity": ada, "eventTime": "2026-10-30T16:05:12Z", "sourceIPAddress": "203.0.113.9" })));
    records.push(record(
        21,
        &json!({
            "userIdentity": ada,
            "eventTime": "2026-10-30T16:07:40Z",
            "requestParameters": { "secretId": payments, "versionStage": "AWSPREVIOUS" },
        }),
    ));
    for id in 22..25 {
        records.push(record(id, &json!({
            "eventTime": format!("2026-10-31T03:00:{id}Z"),
            "errorCode": "AccessDenied",
            "errorMessage": format!(
                "User: arn:aws:sts::111122223333:assumed-role/app/i-0abc is not authorized to perform: \
                 secretsmanager:GetSecretValue on resource: {payments} because no identity-based policy allows the \
                 secretsmanager:GetSecretValue action"
            ),
            "requestParameters": null,
        })));
    }
    records.iter().map(|record| format!("{record}\n")).collect()
}

fn reads(arguments: &[&str]) -> Run {
    reads_of(&records(), arguments)
}

/// Where the folder lies must not decide where lines break, so the program runs within it.
fn reads_of(records: &str, arguments: &[&str]) -> Run {
    let folder = folder_with("trail/records.ndjson", records);
    let script = r#"cd "$FOLDER" && "$PROGRAM" reads --trail trail --as-of "$AS_OF" --color=never "$@""#;
    let command = Command::shell(script).env("FOLDER", folder.path()).env("AS_OF", AS_OF);
    command.arg("sh").args(arguments).run()
}

#[test]
fn who_read_what_when_from_where() {
    insta::assert_snapshot!(reads(&[]), @"
    exit: 0
    -- stdout --
    14 reads of 2 secrets by 2 principals, 3 refused
      source     trail

    prod/db
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      role app
        what       12 times, 2026-10-02 06:30 to 2026-10-24 06:30
        from       198.51.100.7
        sessions   i-0abc
        by day     █·█·█·█·█·█·█·█·█·█·█·█·······
      role AWSReservedSSO_Admin_0123456789abcdef (a person)
        what       once, 2026-10-30 16:05
        from       203.0.113.9
        sessions   ada@example.com
        by day     ····························█·

    prod/payments
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments-x9Y8z7
      role app
        what       refused 3 times, 2026-10-31 03:00 to 2026-10-31 03:00
        because    no identity-based policy allows it
        from       198.51.100.7
        sessions   i-0abc
        by day     ·····························█
      role AWSReservedSSO_Admin_0123456789abcdef (a person)
        what       once, 2026-10-30 16:07
        from       198.51.100.7
        sessions   ada@example.com
        versions   AWSPREVIOUS
        by day     ····························█·

    not seen:
      trail: the files do not say of which account, Region and day they are, so
        nobody knows when reads were recorded
    ");
}

#[test]
fn of_one_secret() {
    insta::assert_snapshot!(reads(&["prod/payments"]), @"
    exit: 0
    -- stdout --
    1 read of 1 secret by 2 principals, 3 refused
      source     trail

    prod/payments
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments-x9Y8z7
      role app
        what       refused 3 times, 2026-10-31 03:00 to 2026-10-31 03:00
        because    no identity-based policy allows it
        from       198.51.100.7
        sessions   i-0abc
        by day     ·█
      role AWSReservedSSO_Admin_0123456789abcdef (a person)
        what       once, 2026-10-30 16:07
        from       198.51.100.7
        sessions   ada@example.com
        versions   AWSPREVIOUS
        by day     █·

    not seen:
      trail: the files do not say of which account, Region and day they are, so
        nobody knows when reads were recorded
    ");
}

#[test]
fn of_one_principal_of_late() {
    insta::assert_snapshot!(reads(&["--principal", "app", "--since", "7d"]), @"
    exit: 0
    -- stdout --
    0 reads of 1 secret by 1 principal, 3 refused
      source     trail

    prod/payments
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments-x9Y8z7
      role app
        what       refused 3 times, 2026-10-31 03:00 to 2026-10-31 03:00
        because    no identity-based policy allows it
        from       198.51.100.7
        sessions   i-0abc

    not counted: 12 outside the time asked for

    not seen:
      trail: the files do not say of which account, Region and day they are, so
        nobody knows when reads were recorded
    ");
}

#[test]
fn a_secret_that_nobody_read() {
    insta::assert_snapshot!(reads(&["prod/paymnts"]), @"
    exit: 2
    -- stderr --
    error: no secret `prod/paymnts`
    help: did you mean `prod/payments`?
    ");
}

#[test]
fn as_json() {
    insta::assert_snapshot!(reads(&["prod/payments", "--format=json"]), @r#"
    exit: 0
    -- stdout --
    {
      "version": 1,
      "sources": [
        "trail"
      ],
      "reads": [
        {
          "secret": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments-x9Y8z7",
          "account": "111122223333",
          "region": "eu-west-1",
          "principal": "arn:aws:iam::111122223333:role/app",
          "event": "GetSecretValue",
          "outcome": "refused",
          "count": 3,
          "first": "2026-10-31T03:00:22Z",
          "last": "2026-10-31T03:00:24Z",
          "errors": [
            "AccessDenied"
          ],
          "reasons": [
            "no identity-based policy allows it"
          ],
          "sources": [
            "198.51.100.7"
          ],
          "sessions": [
            "i-0abc"
          ],
          "days": [
            {
              "day": "2026-10-31",
              "count": 3
            }
          ]
        },
        {
          "secret": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments-x9Y8z7",
          "account": "111122223333",
          "region": "eu-west-1",
          "principal": "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef",
          "person": true,
          "event": "GetSecretValue",
          "outcome": "allowed",
          "count": 1,
          "first": "2026-10-30T16:07:40Z",
          "last": "2026-10-30T16:07:40Z",
          "sources": [
            "198.51.100.7"
          ],
          "sessions": [
            "ada@example.com"
          ],
          "versions": [
            "AWSPREVIOUS"
          ],
          "days": [
            {
              "day": "2026-10-30",
              "count": 1
            }
          ]
        }
      ],
      "coverage": [],
      "counts": {
        "records": 17
      },
      "gaps": [
        {
          "call": "CloudTrail archive",
          "cause": "unreadable",
          "account": null,
          "region": null,
          "resource": "trail",
          "error": "unreadable",
          "message": "the files do not say of which account, Region and day they are, so nobody knows when reads were recorded",
          "permission": null
        }
      ]
    }
    "#);
}

#[test]
fn sources_that_are_none() {
    for source in ["/nowhere/at/all", "s3:/bucket", "athena:", "lokup"] {
        let run = Command::new(["reads", "--trail", source]).run();
        assert_eq!(run.code, Some(2), "{run}");
    }
    insta::assert_snapshot!(Command::new(["reads", "--trail", "/nowhere/at/all"]).run(), @"
    exit: 2
    -- stderr --
    error: cannot read the archive `/nowhere/at/all`: no such file or directory
    help: name a folder with CloudTrail's files, or a file; `lookup`, `s3://BUCKET/PREFIX` and `athena:TABLE` are the other sources
    ");
    insta::assert_snapshot!(Command::new(["reads", "--trail", "s3:/bucket"]).run(), @"
    exit: 2
    -- stderr --
    error: cannot read the archive `s3:/bucket`: no such file or directory
    help: name a folder with CloudTrail's files, or a file; `lookup`, `s3://BUCKET/PREFIX` and `athena:TABLE` are the other sources
    ");
}

#[test]
fn a_clock_that_is_ahead() {
    let late = record(1, &json!({ "eventTime": "2027-01-01T00:00:00Z" })).to_string();
    let run = reads_of(&late, &[]);
    insta::assert_snapshot!(run, @"
    exit: 0
    -- stdout --
    no reads
      source     trail

    not counted: 1 outside the time asked for; 1 later than now

    not seen:
      trail: 1 record is later than now, the latest of 2027-01-01T00:00:00Z: a clock
        is wrong, or `--as-of`
      trail: the files do not say of which account, Region and day they are, so
        nobody knows when reads were recorded
    ");
}

/// Days are counted back from when a snapshot was taken, not from today.
#[test]
fn of_a_snapshot_of_late() {
    let since = |more: &[&str]| {
        let run = Command::new(["reads", "--sample", "--format=json"]).args(more).run();
        assert_eq!(run.code, Some(0), "{run}");
        let answer = run.json();
        (answer["since"].clone(), answer["reads"].as_array().unwrap().len())
    };
    let (whole, all) = since(&[]);
    let (week, few) = since(&["--since", "7d"]);
    assert_eq!((whole, week), (Value::Null, json!("2026-10-25T06:00:00Z")));
    assert!(few > 0 && few < all, "{few} of {all}");
}
