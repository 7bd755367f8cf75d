//! The archive reader in a few lines, without any care for time or memory, and what makes files for both.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use secrets_auditor::trail::archive::{FileReport, Lanes, Scratch, scan_file, scan_reader};
use serde_json::Value;

pub const HOST: &str = "secretsmanager.amazonaws.com";

/// The candidate records of a well-formed file.
pub fn records(file: &[u8]) -> Vec<Value> {
    let mut text = Vec::new();
    if file.starts_with(&[0x1F, 0x8B]) {
        MultiGzDecoder::new(file).read_to_end(&mut text).unwrap();
    } else {
        text.extend_from_slice(file);
    }
    let values = serde_json::Deserializer::from_slice(&text).into_iter::<Value>();
    let mut found = Vec::new();
    values.for_each(|value| top(&value.unwrap(), &mut found));
    found
}

fn top(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| top(value, found)),
        Value::Object(object) => {
            if let Some(Value::Array(records)) = object.get("Records") {
                records.iter().filter(|record| record.is_object()).for_each(|record| keep(record, found));
            } else if let Some(Value::Array(events)) = object.get("Events") {
                for event in events.iter().filter_map(|event| event.get("CloudTrailEvent")?.as_str()) {
                    keep(&serde_json::from_str(event).unwrap(), found);
                }
            } else if object.contains_key("eventVersion") {
                keep(value, found);
            }
        }
        _ => {}
    }
}

fn keep(record: &Value, found: &mut Vec<Value>) {
    if record.to_string().contains(HOST) {
        found.push(record.clone());
    }
}

/// What the reader delivers, as text, and its report. It is the same with all instructions.
pub fn scan(file: &[u8]) -> (Vec<Vec<u8>>, FileReport) {
    let all = [Lanes::detect(), Lanes::half(), Lanes::baseline(), Lanes::portable()].map(|lanes| {
        let mut found = Vec::new();
        let report =
            scan_file(&mut Scratch::with(lanes), file, &mut |record: &[u8]| found.push(record.to_vec()));
        assert_eq!(report.candidates, found.len() as u64);
        (found, report)
    });
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
    assert_eq!(all[0], all[3]);
    let [first, ..] = all;
    first
}

/// What the reader delivers, parsed. There was no problem.
pub fn scanned(file: &[u8]) -> Vec<Value> {
    let (found, report) = scan(file);
    assert_eq!(report.problems, [], "{}", String::from_utf8_lossy(file));
    found.iter().map(|record| serde_json::from_slice(record).unwrap()).collect()
}

/// The same through a window.
pub fn streamed(file: &[u8]) -> Vec<Value> {
    let mut found = Vec::new();
    let mut sink = |record: &[u8]| found.push(serde_json::from_slice(record).unwrap());
    let report = scan_reader(&mut Scratch::new(), file, &mut sink);
    assert_eq!(report.problems, [], "{}", String::from_utf8_lossy(file));
    found
}

/// One member of gzip.
pub fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(text.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// A record of a read that differs by a number.
pub fn record(number: u32) -> String {
    format!(
        r#"{{"eventVersion":"1.09","userIdentity":{{"type":"IAMUser"}},"eventTime":"2026-07-01T00:00:00Z","eventSource":"{HOST}","eventName":"GetSecretValue","eventID":"{number}"}}"#
    )
}

/// A log of records.
pub fn log(records: &[String]) -> String {
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}
