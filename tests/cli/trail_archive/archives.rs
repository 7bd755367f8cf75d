//! Whole archives as the generator makes them.

use std::fs;
use std::num::NonZero;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use secrets_auditor::trail::archive::{Archive, KeyKind, Reading, Scratch, read_files, walk};
use serde_json::Value;
use tempfile::TempDir;

use super::naive::{gzip, log, record, records};

#[path = "../../../examples/make_archive/generator/mod.rs"]
pub mod generator;

use self::generator::Written;

fn archive(bytes: u64, seed: u64) -> (TempDir, Written) {
    let folder = tempfile::tempdir().unwrap();
    let written = generator::write(folder.path(), bytes, seed).unwrap();
    (folder, written)
}

fn july() -> RangeInclusive<Date> {
    date(2026, 7, 1)..=date(2026, 7, 31)
}

fn read(archive: &Archive, workers: usize) -> Reading<Vec<Value>> {
    struct Parsed(Vec<Value>);
    impl secrets_auditor::trail::archive::RecordSink for Parsed {
        fn record(&mut self, json: &[u8]) {
            self.0.push(serde_json::from_slice(json).unwrap());
        }
    }
    let reading =
        read_files(&archive.files, NonZero::new(workers).unwrap(), Scratch::new, || Parsed(Vec::new()));
    Reading { sinks: reading.sinks.into_iter().map(|sink| sink.0).collect(), reports: reading.reports }
}

#[test]
fn an_archive_is_read_as_reading_everything_reads_it() {
    for (bytes, seed) in [(1_000_000, 1), (6_000_000, 2)] {
        let (folder, written) = archive(bytes, seed);
        let archive = walk(folder.path(), july());
        assert_eq!(archive.problems, []);
        assert_eq!(archive.files.len() as u64, written.files);
        let reading = read(&archive, 2);
        assert!(reading.reports.iter().all(|report| report.problems.is_empty()));
        assert_eq!(reading.reports.iter().map(|report| report.text).sum::<u64>(), written.text);
        let found = reading.sinks.concat();
        let expected: Vec<Value> =
            archive.files.iter().flat_map(|file| records(&fs::read(&file.path).unwrap())).collect();
        assert!(found == expected, "{} and {}", found.len(), expected.len());
        let is_exact = |record: &&Value| record["eventSource"] == "secretsmanager.amazonaws.com";
        assert_eq!(found.iter().filter(is_exact).count() as u64, written.of_secrets_manager);
        assert!(found.len() as u64 > written.of_secrets_manager, "others quote the host name");
    }
}

#[test]
fn the_number_of_workers_changes_nothing() {
    let (folder, _) = archive(2_000_000, 3);
    let archive = walk(folder.path(), july());
    let one = read(&archive, 1);
    for workers in [2, 3, 64] {
        let many = read(&archive, workers);
        assert!(one.sinks == many.sinks && one.reports == many.reports, "{workers}");
    }
    let (again, _) = self::archive(2_000_000, 3);
    let paths = |root: &Path, archive: &Archive| -> Vec<PathBuf> {
        archive.files.iter().map(|file| file.path.strip_prefix(root).unwrap().to_owned()).collect()
    };
    assert_eq!(paths(folder.path(), &archive), paths(again.path(), &walk(again.path(), july())));
}

#[test]
fn generated_records_are_of_all_kinds() {
    let (folder, _) = archive(6_000_000, 1);
    let archive = walk(folder.path(), july());
    let mut text = String::new();
    for file in &archive.files {
        let mut inflated = String::new();
        let bytes = fs::read(&file.path).unwrap();
        io_read(&bytes, &mut inflated);
        text += &inflated;
    }
    let types = [
        "Root",
        "IAMUser",
        "AssumedRole",
        "FederatedUser",
        "AWSAccount",
        "AWSService",
        "IdentityCenterUser",
        "WebIdentityUser",
        "SAMLUser",
        "Unknown",
    ];
    let wanted = types.iter().map(|name| format!("\"type\":\"{name}\"")).chain(
        [
            "\"eventVersion\":\"1.05\"",
            "\"eventVersion\":\"1.11\"",
            "\"sharedEventID\"",
            "\"SecretARN\"",
            "\"AwsServiceEvent\"",
            "\"AwsVpceEvent\"",
            "\"sessionIssuer\":{}",
            "\"aRN\"",
            "{\"awsRegion\"",
            "\"requestParameters\":null",
            "on resource: ",
            "\"filters\":[{\"key\"",
        ]
        .map(str::to_owned),
    );
    let missing: Vec<String> = wanted.filter(|wanted| !text.contains(wanted.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn io_read(gzip: &[u8], text: &mut String) {
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(gzip), text).unwrap();
}

#[test]
fn only_the_days_asked_for_are_looked_at() {
    let (folder, written) = archive(1_000_000, 1);
    let all = walk(folder.path(), july());
    let second = walk(folder.path(), date(2026, 7, 2)..=date(2026, 7, 2));
    assert_eq!(written.days, 2);
    assert!(!second.files.is_empty() && second.files.len() < all.files.len());
    assert!(second.files.iter().all(|file| file.key.as_ref().unwrap().day == date(2026, 7, 2)));
    assert!(all.days.values().all(|day| day.digests == 24), "{:?}", all.days);
    assert_eq!(all.days.len(), 12);
    assert_eq!(all.days.values().map(|day| day.logs).sum::<u64>(), written.files);
    assert_eq!(all.left_out.keys().copied().collect::<Vec<_>>(), [KeyKind::Insight, KeyKind::Config]);
    for days in [date(2026, 6, 1)..=date(2026, 6, 30), date(2025, 1, 1)..=date(2025, 12, 31)] {
        let none = walk(folder.path(), days);
        assert!(none.files.is_empty() && none.days.is_empty() && none.problems.is_empty());
    }
}

#[test]
fn an_archive_can_be_given_from_any_folder_on() {
    let (folder, written) = archive(500_000, 1);
    let mut root = folder.path().join("AWSLogs");
    for _ in 0..2 {
        assert_eq!(walk(&root, july()).files.len() as u64, written.files, "{}", root.display());
        root.push("o-a1b2c3d4e5");
    }
    let day = folder.path().join("AWSLogs/o-a1b2c3d4e5/111122223333/CloudTrail/eu-west-1/2026/07/01");
    let archive = walk(&day, july());
    assert!(!archive.files.is_empty());
    assert!(archive.files.iter().all(|file| file.key.as_ref().unwrap().day == date(2026, 7, 1)));
    let one = &archive.files[0];
    let file = walk(&one.path, july());
    assert_eq!(file.files.iter().map(|file| &file.path).collect::<Vec<_>>(), [&one.path]);
    let copy = tempfile::tempdir().unwrap();
    fs::copy(&one.path, copy.path().join(one.path.file_name().unwrap())).unwrap();
    assert_eq!(walk(copy.path(), july()).files[0].key, one.key, "the name of the file says it as well");
}

#[test]
fn without_the_layout_every_file_that_could_be_a_log_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write("a.json", log(&[record(1)]).as_bytes());
    write("deep/b.JSON.gz", &gzip(log(&[record(2)])));
    write("deep/c.jsonl", record(3).as_bytes());
    write("d.ndjson", b"<html>");
    write("README.md", b"no log");
    let archive = walk(folder.path(), july());
    let reading = read(&archive, 2);
    assert_eq!(archive.files.len(), 4);
    assert!(archive.files.iter().all(|file| file.key.is_none()));
    assert_eq!(reading.sinks.concat().len(), 3);
    assert_eq!(reading.reports.iter().filter(|report| !report.problems.is_empty()).count(), 1);
    write("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/07/01/x.json.gz", &gzip(log(&[record(4)])));
    let archive = walk(folder.path(), july());
    assert_eq!((archive.files.len(), archive.unplaced.len()), (1, 4));
}

#[test]
fn what_cannot_be_opened_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let archive = walk(&missing, july());
    let said: Vec<String> = archive.problems.iter().map(|(_, problem)| problem.to_string()).collect();
    assert_eq!(said, ["cannot be read: no such file or directory"]);
    std::os::unix::fs::symlink(&missing, folder.path().join("broken.json")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("around")).unwrap();
    let archive = walk(folder.path(), july());
    assert_eq!(archive.problems.len(), 1, "{:?}", archive.problems);
    let reading = read(&Archive { files: vec![], ..archive }, 2);
    assert!(reading.reports.is_empty() && reading.sinks.is_empty());
    let gone = secrets_auditor::trail::archive::ArchiveFile { path: missing, key: None };
    let reading = read(&Archive { files: vec![gone], ..Archive::default() }, 2);
    assert_eq!(reading.reports[0].problems[0].to_string(), "cannot be read: no such file or directory");
}

#[test]
fn bytes_that_are_no_text_go_through() {
    let mut bytes = log(&[record(1)]).into_bytes();
    let at = bytes.windows(7).position(|window| window == b"IAMUser").unwrap();
    bytes[at] = 0xFF;
    let mut found = Vec::new();
    let report = secrets_auditor::trail::archive::scan_file(
        &mut Scratch::new(),
        &gzip(&bytes),
        &mut |record: &[u8]| found.push(record.to_vec()),
    );
    assert_eq!((found.len(), report.problems.len()), (1, 0));
    assert!(found[0].contains(&0xFF));
}
