//! The archive reader finds what a reader finds that parses everything: in a text, in the same text compressed, and
//! through a window. Whatever the bytes are, all instructions find the same.

#![no_main]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use secrets_auditor_fuzz::archive::{Lanes, Scratch, scan_file, scan_reader};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

const HOST: &str = "secretsmanager.amazonaws.com";

/// Keys that tell what an object is, a few of each kind.
const RECORD: [&str; 4] = ["eventVersion", "eventSource", "userIdentity", "awsRegion"];
const EVENT: [&str; 3] = ["CloudTrailEvent", "EventId", "EventSource"];
const LEFT_OUT: [&str; 4] = ["digestStartTime", "logFiles", "configurationItems", "fileVersion"];
/// Keys that the reader knows and this file does not.
const OTHERS: [&str; 12] = ["event", "error", "request", "response", "shared", "digest", "config", "Event", "Resources", "Username", "ReadOnly", "AccessKeyId"];

fuzz_target!(|bytes: &[u8]| {
    let found = scan(Lanes::detect(), bytes);
    for lanes in [Lanes::half(), Lanes::baseline(), Lanes::portable()] {
        assert_eq!(scan(lanes, bytes), found);
    }
    let gzip = gzip(bytes);
    let compressed = scan(Lanes::detect(), &gzip);
    let mut streamed = Vec::new();
    scan_reader(&mut Scratch::new(), bytes, &mut |record: &[u8]| streamed.push(record.to_vec()));
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(expected) = expected(text) {
        assert_eq!(shown(&found), expected);
        assert_eq!(shown(&streamed), expected);
        assert_eq!(shown(&compressed), expected);
    }
});

fn scan(lanes: Lanes, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut sink = |record: &[u8]| found.push(record.to_vec());
    let report = scan_file(&mut Scratch::with(lanes), bytes, &mut sink);
    report.problems.iter().for_each(|problem| assert!(!problem.to_string().is_empty()));
    found
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn shown(found: &[Vec<u8>]) -> Vec<String> {
    found.iter().map(|record| String::from_utf8(record.clone()).unwrap()).collect()
}

/// The keys and values of an object in their order, twice where they stand twice.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// The candidates, if the text is JSON of objects and arrays and says clearly what it is.
fn expected(text: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        top(value.ok()?, &mut found)?;
    }
    Some(found)
}

fn top(value: &RawValue, found: &mut Vec<String>) -> Option<()> {
    if let Ok(values) = serde_json::from_str::<Vec<&RawValue>>(value.get()) {
        return values.into_iter().try_for_each(|value| top(value, found));
    }
    let Entries(entries) = serde_json::from_str(value.get()).ok()?;
    for (key, inner) in &entries {
        let list = serde_json::from_str::<Vec<&RawValue>>(inner.get()).ok();
        let objects = list.map(|list| list.into_iter().filter(|value| value.get().starts_with('{')));
        match (key.as_str(), objects) {
            // The reader trusts a log to hold its list and nothing else.
            ("Records" | "Events", Some(_)) if entries.len() > 1 => return None,
            ("Records", Some(mut objects)) => return objects.try_for_each(|record| keep(record.get(), found)),
            ("Events", Some(mut objects)) => return objects.try_for_each(|event| unwrap(event, found)),
            (key, _) if RECORD.contains(&key) => return keep(value.get(), found),
            (key, _) if EVENT.contains(&key) => return unwrap(value, found),
            (key, _) if LEFT_OUT.contains(&key) => return None,
            (key, _) if OTHERS.iter().any(|other| key.starts_with(other)) || !key.starts_with('x') => return None,
            _ => {}
        }
    }
    Some(())
}

fn keep(record: &str, found: &mut Vec<String>) -> Option<()> {
    if record.contains("AwsCloudTrailInsight") {
        return None;
    }
    found.extend(record.contains(HOST).then(|| record.to_owned()));
    Some(())
}

fn unwrap(event: &RawValue, found: &mut Vec<String>) -> Option<()> {
    let Entries(entries) = serde_json::from_str(event.get()).ok()?;
    let mut records = entries.iter().filter(|(key, _)| key == "CloudTrailEvent");
    let (record, again) = (records.next(), records.next());
    if again.is_some() || event.get().contains("AwsCloudTrailInsight") {
        return None;
    }
    let Some((_, record)) = record.filter(|_| event.get().contains(HOST)) else { return Some(()) };
    match serde_json::from_str(record.get()).ok()? {
        Value::String(record) if record.trim_start().starts_with('{') && record.contains(HOST) => found.push(record),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
        Value::Object(_) => return None,
    }
    Some(())
}
