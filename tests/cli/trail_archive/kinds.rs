//! Every kind of file in which records come.

use secrets_auditor::trail::archive::ContentKind;
use serde_json::{Value, json};

use super::naive::{gzip, log, record, records, scan, scanned};

/// A record of another service.
fn other(number: u32) -> String {
    record(number).replace("secretsmanager", "ec2")
}

fn pretty(text: &str) -> String {
    serde_json::to_string_pretty(&serde_json::from_str::<Value>(text).unwrap()).unwrap()
}

#[test]
fn records_are_found_in_every_frame() {
    let mixed = [other(1), record(2), other(3), record(4), other(5)];
    let long: Vec<String> = (0..400).map(|at| if at % 50 == 0 { record(at) } else { other(at) }).collect();
    let event = |number: u32| json!({"EventId": "x", "EventSource": "secretsmanager.amazonaws.com", "CloudTrailEvent": record(number)});
    let cases: Vec<(&str, ContentKind, usize, String)> = vec![
        ("log", ContentKind::Log, 2, log(&mixed)),
        ("long log", ContentKind::Log, 8, log(&long)),
        ("log without records", ContentKind::Log, 0, log(&[])),
        ("log without matches", ContentKind::Log, 0, log(&[other(1)])),
        ("log, pretty", ContentKind::Log, 2, pretty(&log(&mixed))),
        ("log with spaces", ContentKind::Log, 2, log(&mixed).replace("},{", " } ,\r\n\t{ ")),
        (
            "log with another key first",
            ContentKind::Log,
            2,
            log(&mixed).replacen('{', r#"{"a":[{"b":"]}"}],"c":{"Records":[1]},"#, 1),
        ),
        (
            "log with another key last",
            ContentKind::Log,
            2,
            format!(
                r#"{},"z":{{"secretsmanager.amazonaws.com":[{{}}]}}}}"#,
                log(&mixed).strip_suffix('}').unwrap()
            ),
        ),
        (
            "log whose list holds other values",
            ContentKind::Log,
            2,
            log(&mixed).replacen("[{", r#"[[{"x":"secretsmanager.amazonaws.com"}],5,"]",null,{"#, 1),
        ),
        ("two logs", ContentKind::Log, 4, log(&mixed) + &log(&mixed)),
        ("a log a line", ContentKind::Log, 4, format!("{}\n{}\n", log(&mixed), log(&mixed))),
        ("a list of logs", ContentKind::Log, 4, format!("[{},{}]", log(&mixed), log(&mixed))),
        ("one record", ContentKind::Records, 1, record(1)),
        ("a record a line", ContentKind::Records, 2, mixed.join("\n")),
        ("a record a line, with DOS lines", ContentKind::Records, 2, mixed.join("\r\n") + "\r\n"),
        ("records, pretty", ContentKind::Records, 2, mixed.iter().map(|record| pretty(record)).collect()),
        ("an array", ContentKind::Records, 2, format!("[{}]", mixed.join(","))),
        ("an array, pretty", ContentKind::Records, 2, pretty(&format!("[{}]", mixed.join(",")))),
        ("an array without records", ContentKind::Unknown, 0, "[]".into()),
        (
            "a dump",
            ContentKind::Dump,
            2,
            json!({"Events": [event(1), event(2)], "NextToken": "x"}).to_string(),
        ),
        (
            "a dump, pretty",
            ContentKind::Dump,
            2,
            pretty(&json!({"Events": [event(1), event(2)]}).to_string()),
        ),
        ("a dump without events", ContentKind::Dump, 0, json!({"Events": []}).to_string()),
    ];
    for (name, kind, count, text) in cases {
        for file in [text.clone().into_bytes(), gzip(&text), gzip(gzip(&text))] {
            let (found, report) = scan(&file);
            assert_eq!(report.problems, [], "{name}");
            assert_eq!(report.kind, kind, "{name}");
            assert_eq!(found.len(), count, "{name}");
        }
        let mut found = scanned(text.as_bytes());
        let mut expected = records(text.as_bytes());
        found.sort_by_key(Value::to_string);
        expected.sort_by_key(Value::to_string);
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn other_dumps_are_unwrapped() {
    let event = |record: Value| json!({"EventName": "GetSecretValue", "CloudTrailEvent": record});
    let object: Value = serde_json::from_str(&record(1)).unwrap();
    let cases = [
        ("events without a frame", format!("{}\n{}\n", event(record(1).into()), event(record(2).into())), 2),
        ("an array of events", json!([event(record(1).into())]).to_string(), 1),
        ("a record that is no text", json!({"Events": [event(object)]}).to_string(), 1),
        ("an array of texts", json!([record(1), record(2).replace("secretsmanager", "kms")]).to_string(), 1),
    ];
    for (name, text, count) in cases {
        let (found, report) = scan(text.as_bytes());
        assert_eq!((found.len(), report.kind), (count, ContentKind::Dump), "{name}");
        assert_eq!(report.problems, [], "{name}");
        let found: Value = serde_json::from_slice(&found[0]).unwrap();
        assert_eq!(found["eventName"], "GetSecretValue", "{name}");
    }
}

#[test]
fn files_without_records_are_recognised_and_left_out() {
    let mark = "secretsmanager.amazonaws.com";
    let cases = [
        (
            ContentKind::Digest,
            json!({"awsAccountId": "111122223333", "digestStartTime": "2026-07-01T00:00:00Z", "logFiles": [{"s3Object": mark}]}),
        ),
        (
            ContentKind::Config,
            json!({"fileVersion": "1.0", "configurationItems": [{"configuration": {"principal": mark}}]}),
        ),
        (
            ContentKind::Config,
            json!({"configSnapshotId": "x", "fileVersion": "1.0", "configurationItems": [{"eventSource": mark}]}),
        ),
        (
            ContentKind::Insight,
            json!({"Records": [{"eventVersion": "1.07", "eventType": "AwsCloudTrailInsight", "insightDetails": {"eventSource": mark}}]}),
        ),
        (
            ContentKind::Insight,
            json!({"Records": [{"eventVersion": "1.07", "eventType": "AwsCloudTrailInsight", "insightDetails": {"eventSource": "ssm"}}]}),
        ),
    ];
    for (kind, value) in cases {
        for file in
            [value.to_string().into_bytes(), gzip(value.to_string()), gzip(pretty(&value.to_string()))]
        {
            let (found, report) = scan(&file);
            assert_eq!((found.len(), report.kind, report.problems), (0, kind, vec![]), "{value}");
        }
    }
    let quoting = log(&[other(1).replace("IAMUser", "AwsCloudTrailInsight"), record(2)]);
    assert_eq!(scan(&gzip(quoting)).1.kind, ContentKind::Log);
}
