//! What is odd about records of CloudTrail. Each test shows what the program makes of records of one kind: the rows of
//! `reads`, then lifecycle events, then what was looked at and is no read.

use std::fmt::Write as _;

use secrets_auditor::trail::{Tally, Window, read_record};
use serde_json::{Value, json};

use crate::support::{Command, folder, write};

const ACCOUNT: &str = "111122223333";
const OTHER: &str = "444455556666";
const ARN: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3";
const AS_OF: &str = "2026-11-01T00:00:00Z";

/// A read of the secret by the role `app`, with other fields in place of its own; null takes a field away.
pub(super) fn record(id: u32, changes: &Value) -> Value {
    let mut record = json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE:i-0abc",
            "arn": "arn:aws:sts::111122223333:assumed-role/app/i-0abc",
            "accountId": ACCOUNT,
            "sessionContext": { "sessionIssuer": {
                "type": "Role", "arn": "arn:aws:iam::111122223333:role/app", "accountId": ACCOUNT, "userName": "app",
            } },
        },
        "eventTime": "2026-10-31T10:00:00Z",
        "eventSource": "secretsmanager.amazonaws.com",
        "eventName": "GetSecretValue",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-sdk-rust/1.0",
        "requestParameters": { "secretId": ARN },
        "responseElements": null,
        "requestID": format!("00000000-0000-4000-9000-{id:012}"),
        "eventID": format!("00000000-0000-4000-8000-{id:012}"),
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    });
    for (field, value) in changes.as_object().unwrap() {
        if value.is_null() {
            record.as_object_mut().unwrap().remove(field);
        } else {
            record[field] = value.clone();
        }
    }
    record
}

/// A record in which Secrets Manager itself tells of something.
fn service_event(id: u32, name: &str, changes: &Value) -> Value {
    let mut record = record(
        id,
        &json!({
            "userIdentity": { "accountId": ACCOUNT, "invokedBy": "secretsmanager.amazonaws.com" },
            "eventName": name,
            "requestParameters": null,
            "sourceIPAddress": "secretsmanager.amazonaws.com",
            "userAgent": "secretsmanager.amazonaws.com",
            "readOnly": false,
            "eventType": "AwsServiceEvent",
        }),
    );
    record.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    record
}

/// A decryption that KMS makes for Secrets Manager in the name of who reads.
fn decryption(id: u32, changes: &Value) -> Value {
    let mut record = record(
        id,
        &json!({
            "eventSource": "kms.amazonaws.com",
            "eventName": "Decrypt",
            "sourceIPAddress": "secretsmanager.amazonaws.com",
            "userAgent": "secretsmanager.amazonaws.com",
            "requestParameters": { "encryptionContext": { "SecretARN": ARN, "SecretVersionId": "v1" } },
            "resources": [{ "type": "AWS::KMS::Key", "ARN": "arn:aws:kms:eu-west-1:111122223333:key/1" }],
        }),
    );
    record["userIdentity"]["invokedBy"] = "secretsmanager.amazonaws.com".into();
    record.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    record
}

fn refused(id: u32, message: &str, parameters: &Value) -> Value {
    record(
        id,
        &json!({ "errorCode": "AccessDenied", "errorMessage": message, "requestParameters": parameters }),
    )
}

/// What the program makes of files with records. It is the same in whatever order they come, and however often.
fn told(files: &[(&str, Vec<Value>)]) -> String {
    let folder = folder();
    for (name, records) in files {
        write(folder.path().join(name), json!({ "Records": records }).to_string());
    }
    let run =
        Command::new(["reads", "--format=json", "--quiet", "--as-of", AS_OF, "--trail"]).arg(folder.path());
    let run = run.run();
    assert_eq!(run.code, Some(0), "{run}");
    let reads = run.json();
    let mut told = String::new();
    for read in reads["reads"].as_array().unwrap() {
        let [secret, principal, event, outcome] =
            ["secret", "principal", "event", "outcome"].map(|field| read[field].as_str().unwrap());
        writeln!(told, "{outcome} {event} x{}\n  {secret}\n  {principal}", read["count"]).unwrap();
    }
    let records: Vec<&Value> = files.iter().flat_map(|(_, records)| records).collect();
    told += &changes(records.iter().copied());
    assert_eq!(changes(records.iter().copied()), changes(records.iter().rev().copied()), "in any order");
    for gap in reads["gaps"].as_array().unwrap() {
        // Which days a folder has is shown elsewhere.
        if gap["error"] != "no days" {
            writeln!(told, "gap: {}", gap["message"].as_str().unwrap()).unwrap();
        }
    }
    writeln!(told, "{}", reads["counts"]).unwrap();
    told
}

/// Lifecycle events, which only the audit's tables show.
fn changes<'a>(records: impl Iterator<Item = &'a Value>) -> String {
    let now = AS_OF.parse().unwrap();
    let mut tally = Tally::new(Window { from: None, to: None, now });
    for record in records {
        tally.record(read_record(record.to_string().as_bytes()));
    }
    let mut text = String::new();
    for event in tally.finish([]).places.into_values().flat_map(|place| place.lifecycle) {
        writeln!(
            text,
            "{:?} {}\n  {}\n  {}",
            event.outcome, event.event, event.secret, event.actor.principal
        )
        .unwrap();
    }
    text
}

fn one(records: Vec<Value>) -> String {
    told(&[("records.json", records)])
}

#[test]
fn refused_calls_name_their_secret_in_the_sentence_only() {
    let sentence = |resource: &str| {
        format!(
            "User: arn:aws:sts::111122223333:assumed-role/app/i-0abc is not authorized to perform: \
             secretsmanager:GetSecretValue on resource: {resource} because no identity-based policy allows the \
             secretsmanager:GetSecretValue action"
        )
    };
    let list = "User: arn:aws:sts::111122223333:assumed-role/app/i-0abc is not authorized to perform: \
                secretsmanager:ListSecrets because no identity-based policy allows the secretsmanager:ListSecrets action";
    let mut refused_list = refused(6, list, &Value::Null);
    refused_list["eventName"] = "ListSecrets".into();
    insta::assert_snapshot!(one(vec![
        refused(1, &sentence(ARN), &Value::Null),
        // By its name, which the ARN above explains.
        refused(2, &sentence("prod/db"), &Value::Null),
        // By a name that nobody knows.
        refused(3, &sentence("prod/unknown"), &Value::Null),
        // Some records do name it.
        refused(4, "Access to KMS is not allowed", &json!({ "secretId": ARN })),
        record(5, &json!({
            "errorCode": "ResourceNotFoundException",
            "errorMessage": "Secrets Manager can't find the specified secret.",
            "requestParameters": { "secretId": "prod/gone" },
        })),
        refused_list,
    ]), @r#"
    refused GetSecretValue x3
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    failed GetSecretValue x1
      prod/gone
      arn:aws:iam::111122223333:role/app
    refused GetSecretValue x1
      prod/unknown
      arn:aws:iam::111122223333:role/app
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"records":6}
    "#);
}

#[test]
fn service_events_have_no_type_of_identity_and_failures_no_code() {
    let context = json!({ "additionalEventData": { "SecretId": ARN } });
    let mut failed = service_event(2, "RotationFailed", &context);
    failed["errorMessage"] = "Lambda function failed to test the secret".into();
    insta::assert_snapshot!(one(vec![
        service_event(1, "RotationStarted", &context),
        failed,
        service_event(3, "RotationAbandoned", &context),
        service_event(4, "RotationSucceeded", &context),
    ]), @r#"
    Allowed RotationAbandoned
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      secretsmanager.amazonaws.com
    Failed RotationFailed
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      secretsmanager.amazonaws.com
    Allowed RotationStarted
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      secretsmanager.amazonaws.com
    Allowed RotationSucceeded
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      secretsmanager.amazonaws.com
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"records":4}
    "#);
}

#[test]
fn an_empty_session_issuer_leaves_the_user() {
    let user = |id: &str| {
        json!({
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLE",
            "arn": format!("arn:aws:iam::111122223333:user/{id}"),
            "accountId": ACCOUNT,
            "userName": id,
        })
    };
    let mut issuer = user("ada");
    issuer["sessionContext"] = json!({ "sessionIssuer": {}, "webIdFederationData": {}, "attributes": {} });
    let mut nothing = user("bo");
    nothing["sessionContext"] = json!({ "sessionIssuer": null, "webIdFederationData": null });
    insta::assert_snapshot!(one(vec![
        record(1, &json!({ "userIdentity": issuer })),
        record(2, &json!({ "userIdentity": nothing })),
        record(3, &json!({ "userIdentity": { "type": "AWSService", "invokedBy": "appflow.amazonaws.com" } })),
        record(4, &json!({ "userIdentity": { "type": "AWSAccount", "principalId": "AROAX:x", "accountId": OTHER } })),
    ]), @r#"
    allowed GetSecretValue x1
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      AROAX:x
    allowed GetSecretValue x1
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      appflow.amazonaws.com
    allowed GetSecretValue x1
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:user/ada
    allowed GetSecretValue x1
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:user/bo
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"records":4}
    "#);
}

#[test]
fn an_id_of_a_secret_has_three_forms() {
    let named = |id: u32, secret: &str| record(id, &json!({ "requestParameters": { "secretId": secret } }));
    let mut elsewhere = named(5, "prod/db");
    elsewhere["awsRegion"] = "us-east-1".into();
    insta::assert_snapshot!(one(vec![
        named(1, ARN),
        named(2, "prod/db"),
        named(3, "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db"),
        // No secret of that name is known.
        named(4, "prod/dbs"),
        // The same name in another Region is another secret.
        elsewhere,
    ]), @r#"
    allowed GetSecretValue x3
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    allowed GetSecretValue x1
      prod/db
      arn:aws:iam::111122223333:role/app
    allowed GetSecretValue x1
      prod/dbs
      arn:aws:iam::111122223333:role/app
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"records":5}
    "#);
}

#[test]
fn answers_bear_the_arn_under_two_names() {
    let made = |id: u32, event: &str, field: &str| {
        record(
            id,
            &json!({
                "eventName": event,
                "requestParameters": { "name": "prod/db", "secretId": "prod/db" },
                "responseElements": { field: ARN, "name": "prod/db" },
            }),
        )
    };
    insta::assert_snapshot!(one(vec![
        made(1, "CreateSecret", "arn"),
        made(2, "CreateSecret", "aRN"),
        made(3, "DeleteSecret", "aRN"),
        made(4, "PutSecretValue", "arn"),
    ]), @r#"
    Allowed CreateSecret
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    Allowed CreateSecret
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    Allowed DeleteSecret
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    Allowed PutSecretValue
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"records":4}
    "#);
}

#[test]
fn service_events_name_their_secret_in_four_places() {
    insta::assert_snapshot!(one(vec![
        service_event(1, "RotationSucceeded", &json!({ "additionalEventData": { "SecretId": ARN } })),
        service_event(2, "EndSecretVersionDelete", &json!({ "additionalEventData": { "ARN": ARN, "Name": "prod/db" } })),
        service_event(3, "RotationSucceeded", &json!({ "serviceEventDetails": { "secretId": ARN } })),
        service_event(4, "RotationSucceeded", &json!({ "responseElements": { "arn": ARN } })),
        service_event(5, "RotationSucceeded", &json!({})),
    ]), @r#"
    Allowed EndSecretVersionDelete
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      secretsmanager.amazonaws.com
    Allowed RotationSucceeded
      
      secretsmanager.amazonaws.com
    Allowed RotationSucceeded
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      secretsmanager.amazonaws.com
    Allowed RotationSucceeded
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      secretsmanager.amazonaws.com
    Allowed RotationSucceeded
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      secretsmanager.amazonaws.com
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"records":5}
    "#);
}

#[test]
fn an_event_that_two_files_hold_is_one() {
    let other = record(3, &json!({ "eventTime": "2026-10-31T11:00:00Z" }));
    insta::assert_snapshot!(told(&[
        ("a/records.json", vec![record(1, &json!({})), record(2, &json!({}))]),
        ("b/records.json", vec![record(2, &json!({})), other]),
        ("c/records.json", vec![record(1, &json!({}))]),
    ]), @r#"
    allowed GetSecretValue x3
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"duplicates":2,"records":5}
    "#);
}

#[test]
fn a_batch_by_filters_names_no_secret() {
    let batch = |id: u32, parameters: Value, time: &str| {
        record(
            id,
            &json!({
                "eventName": "BatchGetSecretValue", "eventTime": time, "requestParameters": parameters,
            }),
        )
    };
    insta::assert_snapshot!(one(vec![
        batch(1, json!({ "filters": [{ "key": "name", "values": ["!neverExists"] }] }), "2026-10-31T10:00:00Z"),
        // What it read has records of its own.
        record(2, &json!({})),
        batch(3, json!({ "secretIdList": [ARN, "prod/db"] }), "2026-10-31T10:00:01Z"),
        // A list without the records that should stand beside it.
        batch(4, json!({ "secretIdList": [ARN] }), "2026-10-20T10:00:01Z"),
    ]), @r#"
    allowed BatchGetSecretValue x1
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    allowed GetSecretValue x1
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    Allowed BatchGetSecretValue
      
      arn:aws:iam::111122223333:role/app
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"beside_a_read":2,"records":4,"without_secret":1}
    "#);
}

#[test]
fn a_decryption_beside_a_read_is_no_second_one() {
    let elsewhere = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/api-d4E5f6";
    insta::assert_snapshot!(one(vec![
        record(1, &json!({})),
        decryption(2, &json!({ "eventTime": "2026-10-31T10:00:01Z" })),
        record(3, &json!({ "eventTime": "2026-10-31T10:00:02Z" })),
        // Where only the account of the key logs, it stands alone.
        decryption(4, &json!({ "requestParameters": { "encryptionContext": { "SecretARN": elsewhere } } })),
        // A file is decrypted.
        decryption(5, &json!({ "requestParameters": { "encryptionContext": { "PARAMETER_ARN": "arn:aws:ssm:x" } } })),
    ]), @r#"
    allowed Decrypt x1
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/api-d4E5f6
      arn:aws:iam::111122223333:role/app
    allowed GetSecretValue x2
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"beside_a_read":1,"records":4}
    "#);
}

#[test]
fn keys_stand_in_any_order() {
    // serde_json sorts keys, as re-exports do; a log begins with the version.
    let sorted = record(1, &json!({}));
    let text = record(2, &json!({})).to_string();
    let front =
        text.replacen(r#""eventVersion":"1.11","#, "", 1).replacen('{', r#"{"eventVersion":"1.11","#, 1);
    let folder = folder();
    write(folder.path().join("records.json"), format!(r#"{{"Records":[{sorted},{front}]}}"#));
    let run =
        Command::new(["reads", "--format=json", "--quiet", "--as-of", AS_OF, "--trail"]).arg(folder.path());
    assert_eq!(run.run().json()["reads"][0]["count"], 2);
}

#[test]
fn places_that_do_not_exist_are_left_as_they_stand() {
    insta::assert_snapshot!(one(vec![
        record(1, &json!({ "awsRegion": "eu-westwest-1r", "requestParameters": { "secretId": "prod/db" } })),
        record(2, &json!({ "recipientAccountId": "12", "requestParameters": { "secretId": "prod/db" } })),
        record(3, &json!({ "sourceIPAddress": "300.1.2.3" })),
    ]), @r#"
    allowed GetSecretValue x1
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    allowed GetSecretValue x2
      prod/db
      arn:aws:iam::111122223333:role/app
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"records":3}
    "#);
}

#[test]
fn a_call_from_another_account_is_recorded_twice() {
    let shared = json!("aaaaaaaa-0000-4000-8000-000000000001");
    let caller = json!({
        "type": "AssumedRole",
        "arn": "arn:aws:sts::444455556666:assumed-role/etl/run",
        "accountId": OTHER,
        "sessionContext": { "sessionIssuer": { "arn": "arn:aws:iam::444455556666:role/etl", "accountId": OTHER } },
    });
    let owner = json!({ "type": "AWSAccount", "principalId": "AROAETL:run", "accountId": OTHER });
    insta::assert_snapshot!(one(vec![
        record(1, &json!({ "sharedEventID": shared, "userIdentity": owner })),
        record(2, &json!({ "sharedEventID": shared, "userIdentity": caller, "recipientAccountId": OTHER })),
        // Of another call only the owner's record is at hand.
        record(3, &json!({ "sharedEventID": "aaaaaaaa-0000-4000-8000-000000000002", "userIdentity": owner })),
    ]), @r#"
    allowed GetSecretValue x1
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      AROAETL:run
    allowed GetSecretValue x1
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::444455556666:role/etl
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"duplicates":1,"records":3}
    "#);
}

#[test]
fn a_source_is_an_address_or_the_name_of_a_service() {
    let folder = folder();
    let sources = [
        "198.51.100.7",
        "2001:db8::1",
        "10.0.0.5",
        "fd00::1",
        "100.64.0.1",
        "secretsmanager.amazonaws.com",
        "AWS Internal",
        "delivery.logs.amazonaws.com",
        "",
        "HIDDEN_DUE_TO_SECURITY_REASONS",
    ];
    let now = AS_OF.parse().unwrap();
    let mut tally = Tally::new(Window { from: None, to: None, now });
    let mut records: Vec<Value> =
        (1..).zip(sources).map(|(id, source)| record(id, &json!({ "sourceIPAddress": source }))).collect();
    records.push(record(11, &json!({ "vpcEndpointId": "vpce-0a1b", "sourceIPAddress": "10.0.0.9" })));
    for record in &records {
        tally.record(read_record(record.to_string().as_bytes()));
    }
    let evidence = tally.finish([]);
    let mut shown = String::new();
    for group in &evidence.places.values().next().unwrap().accesses {
        writeln!(shown, "{:?} x{} {:?}", group.via, group.count, group.sources).unwrap();
    }
    insta::assert_snapshot!(shown, @r#"
    Public x2 {"198.51.100.7", "2001:db8::1"}
    Private x3 {"10.0.0.5", "100.64.0.1", "fd00::1"}
    Endpoint x1 {"vpce-0a1b"}
    Service x3 {"AWS Internal", "delivery.logs.amazonaws.com", "secretsmanager.amazonaws.com"}
    Unknown x2 {"HIDDEN_DUE_TO_SECURITY_REASONS"}
    "#);
    write(folder.path().join("records.json"), json!({ "Records": records }).to_string());
    let run = Command::new(["reads", "--format=json", "--quiet", "--as-of", AS_OF, "--trail"])
        .arg(folder.path())
        .run();
    assert_eq!(run.json()["reads"][0]["count"], 11, "{run}");
}

#[test]
fn what_passes_an_endpoint_is_no_second_read() {
    let through = json!({
        "eventType": "AwsVpceEvent", "eventCategory": "NetworkActivity", "vpcEndpointId": "vpce-0a1b",
        "vpcEndpointAccountId": ACCOUNT, "errorCode": "VpceAccessDenied",
        "errorMessage": "The request was denied due to a VPC endpoint policy",
    });
    insta::assert_snapshot!(one(vec![record(1, &json!({ "vpcEndpointId": "vpce-0a1b" })), record(2, &through)]), @r#"
    allowed GetSecretValue x1
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"network_activity":1,"records":2}
    "#);
}

#[test]
fn every_version_of_records_is_read() {
    let versions = ["1.02", "1.05", "1.08", "1.9", "1.09", "1.10", "1.11", "2.0"];
    insta::assert_snapshot!(
        one((1..).zip(versions).map(|(id, version)| record(id, &json!({ "eventVersion": version }))).collect()),
        @r#"
        allowed GetSecretValue x8
          arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
          arn:aws:iam::111122223333:role/app
        gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
        {"records":8}
        "#
    );
}

#[test]
fn dates_within_answers_need_not_be_of_the_standard() {
    let deleted = |id: u32, date: &Value| {
        record(
            id,
            &json!({
                "eventName": "DeleteSecret",
                "requestParameters": { "secretId": "prod/db", "recoveryWindowInDays": 7 },
                "responseElements": { "aRN": ARN, "name": "prod/db", "deletionDate": date },
            }),
        )
    };
    insta::assert_snapshot!(one(vec![
        deleted(1, &json!("Jul 10, 2023, 12:07:59 PM")),
        deleted(2, &json!("2026-11-07T10:00:00Z")),
        deleted(3, &json!(1_794_045_600)),
        deleted(4, &Value::Null),
    ]), @r#"
    Allowed DeleteSecret
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    Allowed DeleteSecret
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    Allowed DeleteSecret
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    Allowed DeleteSecret
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3
      arn:aws:iam::111122223333:role/app
    gap: the files do not say of which account, Region and day they are, so nobody knows when reads were recorded
    {"records":4}
    "#);
}
