//! The reader, up to the exact check of each candidate: `scan DIRECTORY WORKERS [half|baseline|portable]`.

use std::num::NonZero;
use std::path::Path;

use archive_bench::archive::{Lanes, RecordSink, Scratch, read_files, walk};
use serde::Deserialize;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Counts events whose source is Secrets Manager.
#[derive(Default)]
struct Count {
    exact: u64,
    reads: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    event_source: &'a str,
    event_name: &'a str,
}

impl RecordSink for Count {
    fn record(&mut self, json: &[u8]) {
        let record: Record<'_> = serde_json::from_str(str::from_utf8(json).unwrap()).unwrap();
        if record.event_source == "secretsmanager.amazonaws.com" {
            self.exact += 1;
            self.reads += u64::from(record.event_name == "GetSecretValue");
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let workers: NonZero<usize> = arguments[1].parse().unwrap();
    let lanes = match arguments.get(2).map(String::as_str) {
        None => Lanes::detect(),
        Some("half") => Lanes::half(),
        Some("baseline") => Lanes::baseline(),
        Some("portable") => Lanes::portable(),
        Some(other) => panic!("no instructions are called {other}"),
    };
    let days = jiff::civil::date(2026, 1, 1)..=jiff::civil::date(2026, 12, 31);
    let archive = walk(Path::new(&arguments[0]), days);
    let reading = read_files(&archive.files, workers, || Scratch::with(lanes), Count::default);
    let problems = reading.reports.iter().map(|report| report.problems.len()).sum::<usize>() + archive.problems.len();
    let exact: u64 = reading.sinks.iter().map(|count| count.exact).sum();
    let reads: u64 = reading.sinks.iter().map(|count| count.reads).sum();
    let text: u64 = reading.reports.iter().map(|report| report.text).sum();
    let files = archive.files.len();
    println!(r#"{{"files":{files},"text":{text},"events":{exact},"reads":{reads},"problems":{problems}}}"#);
}
