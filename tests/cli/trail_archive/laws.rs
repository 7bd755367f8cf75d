//! The reader finds what reading everything finds, whatever the records are and however they are compressed.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::naive::{HOST, gzip, records, scanned, streamed};

/// Texts with everything that could mislead a reader.
fn text() -> impl Strategy<Value = String> {
    let parts = vec![
        "{",
        "}",
        "[",
        "]",
        "},{\"eventVersion\":\"1.08\",",
        "\"",
        "\\",
        "\\\\",
        "\\\"",
        ",",
        ":",
        "\n",
        "\u{7f}|~",
        "größe",
        HOST,
        "secretsmanager",
        "eventSource",
        "{\"Records\":[",
        "]}",
        " ",
        "x",
    ];
    vec(prop::sample::select(parts), 0..12).prop_map(|parts| parts.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => text().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        2 => Just(Value::from(HOST)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(key(), inner, 0..4).prop_map(|object| Value::Object(object.into_iter().collect())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    let keys = ["eventVersion", "eventSource", "Records", "Events", "userIdentity", "digestStartTime", HOST];
    prop_oneof![prop::sample::select(keys.to_vec()).prop_map(String::from), text()]
}

fn record() -> impl Strategy<Value = Value> {
    btree_map(key(), value(), 0..5).prop_map(|fields| {
        let mut record: Map<String, Value> = fields.into_iter().collect();
        for foreign in ["Records", "Events", "digestStartTime"] {
            record.remove(foreign);
        }
        record.insert("eventVersion".to_owned(), "1.09".into());
        Value::Object(record)
    })
}

/// A text of records in any frame. The first key of each record is one that all records have.
fn file() -> impl Strategy<Value = String> {
    (vec(record(), 0..60), 0..6, any::<bool>()).prop_map(|(records, frame, is_pretty)| {
        let print = |value: &Value| {
            if is_pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) }
                .unwrap()
        };
        let all: Vec<String> = records.iter().map(print).collect();
        let event = |record: &Value| json!({"EventSource": HOST, "CloudTrailEvent": record.to_string()});
        match frame {
            0 => all.join("\n"),
            1 => format!("[{}]", all.join(",")),
            2 => print(&json!({"Events": records.iter().map(event).collect::<Vec<_>>()})),
            3 => format!("{}\n{}", print(&json!({"Records": records})), print(&json!({"Records": records}))),
            _ => print(&json!({"Records": records})),
        }
    })
}

/// Bytes in pieces, cut anywhere.
fn pieces(bytes: &[u8], cuts: &[prop::sample::Index]) -> Vec<Vec<u8>> {
    let mut at: Vec<usize> =
        cuts.iter().map(|cut| cut.index(bytes.len() + 1)).chain([0, bytes.len()]).collect();
    at.sort_unstable();
    at.windows(2).map(|pair| bytes[pair[0]..pair[1]].to_vec()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_found_is_what_reading_everything_finds(
        text in file().prop_filter("a file without a value is no file", |text| !text.trim().is_empty()),
        cuts in vec(any::<prop::sample::Index>(), 0..4),
        padding in 0..9_usize,
    ) {
        let expected = records(text.as_bytes());
        prop_assert_eq!(&scanned(text.as_bytes()), &expected);
        prop_assert_eq!(&scanned(&gzip(&text)), &expected);
        let members: Vec<Vec<u8>> = pieces(text.as_bytes(), &cuts).iter().map(gzip).collect();
        prop_assert_eq!(&scanned(&members.concat()), &expected);
        prop_assert_eq!(&streamed(text.as_bytes()), &expected);
        prop_assert_eq!(&streamed(&members.concat()), &expected);
        prop_assert_eq!(&scanned(&members.join(&vec![0; padding][..])), &expected);
    }
}

/// Lists whose objects start as records do, at any depth, with braces in strings between them.
fn forged() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![text().prop_map(|text| Value::from(text).to_string()), Just("{}".to_owned())];
    leaf.prop_recursive(3, 12, 3, |inner| {
        vec(inner, 0..4).prop_map(|values| {
            let objects: Vec<String> =
                values.iter().map(|value| format!(r#"{{"eventVersion":"1.08","x":{value}}}"#)).collect();
            format!("[{}]", objects.join(","))
        })
    })
}

/// A log in which the host name is rare, so that most of it need not be walked.
fn sparse_log() -> impl Strategy<Value = String> {
    let filler = "x},{\\\"eventVersion\\\":".repeat(60);
    let record =
        (prop::bool::weighted(0.05), forged(), prop::sample::select(vec!["eventVersion", "awsRegion", "z"]));
    let record = record.prop_map(move |(is_hit, forged, key)| {
        let host = if is_hit { HOST } else { "ec2" };
        let forged = if is_hit { forged } else { forged.replace(HOST, "ec2") };
        format!(
            r#"{{"{key}":"1.09","requestParameters":{forged},"filler":"{filler}","eventSource":"{host}"}}"#
        )
    });
    vec(record, 0..80).prop_map(|records| format!(r#"{{"Records":[{}]}}"#, records.join(",")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_not_walked_hides_nothing_and_forges_nothing(log in sparse_log()) {
        prop_assert_eq!(scanned(&gzip(&log)), records(log.as_bytes()));
    }
}
