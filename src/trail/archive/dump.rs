//! Records that are wrapped in something else, and records of something else.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::Deserialize;
use serde_json::Value;

/// What every record of CloudTrail Insights contains.
const INSIGHT: &str = "AwsCloudTrailInsight";

static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(INSIGHT));

/// Whether there may be a record of CloudTrail Insights in a text.
pub(super) fn mentions_insight(text: &[u8]) -> bool {
    FINDER.find(text).is_some()
}

/// The record in an event of `LookupEvents`.
///
/// Source: CloudTrail API reference, data type Event: "A JSON string that contains a representation of the event
/// returned". Some who dump events put the object itself there.
pub(super) fn record(event: &[u8]) -> Option<Vec<u8>> {
    #[derive(Deserialize)]
    struct Event {
        #[serde(rename = "CloudTrailEvent")]
        record: Value,
    }
    let text = String::from_utf8_lossy(event);
    match serde_json::from_str::<Event>(&text).ok()?.record {
        Value::String(record) if record.trim_start().starts_with('{') => Some(record.into_bytes()),
        record @ Value::Object(_) => serde_json::to_vec(&record).ok(),
        _ => None,
    }
}

/// The records in a list of texts, as `--query 'Events[].CloudTrailEvent'` prints it.
pub(super) fn records(list: &[u8]) -> Option<Vec<String>> {
    let first = list.trim_ascii_start().strip_prefix(b"[")?.trim_ascii_start();
    first.starts_with(b"\"").then(|| serde_json::from_str(&String::from_utf8_lossy(list)).ok())?
}

/// Whether a record is one of CloudTrail Insights.
pub(super) fn is_insight(record: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Record {
        #[serde(rename = "eventType")]
        event_type: String,
    }
    mentions_insight(record)
        && serde_json::from_str::<Record>(&String::from_utf8_lossy(record))
            .is_ok_and(|record| record.event_type == INSIGHT)
}
