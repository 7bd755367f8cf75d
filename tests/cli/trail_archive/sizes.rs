//! Files of all sizes: what is large is read through a window, in which no record is lost.

use std::io::{self, BufReader, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use secrets_auditor::trail::archive::{FileProblem, FileReport, Scratch, scan_file, scan_reader};
use serde_json::Value;

use super::naive::{gzip, log, record};

/// So many bytes inflate to more than is held in memory.
const LARGE: usize = 32 << 20;

/// A gzip file of a text in parts, without the text.
fn compressed(parts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    parts.into_iter().for_each(|part| encoder.write_all(&part).unwrap());
    encoder.finish().unwrap()
}

fn scan(file: &[u8]) -> (Vec<u64>, FileReport) {
    let mut found = Vec::new();
    let mut sink = |record: &[u8]| found.push(number(record));
    let report = scan_file(&mut Scratch::new(), file, &mut sink);
    (found, report)
}

/// The number of a record, which is whole.
fn number(record: &[u8]) -> u64 {
    let record: Value = serde_json::from_slice(record).unwrap();
    record["eventID"].as_str().unwrap().parse().unwrap()
}

/// A log with so many records of a read, and something else between them.
fn parts(records: u32, filler: usize) -> impl Iterator<Item = Vec<u8>> {
    let other = format!(",{{\"eventVersion\":\"1.09\",\"x\":\"{}\"}}", "}]{ \\\\ \\\"".repeat(filler / 10));
    let elements = (0..records).map(move |number| {
        let comma = if number > 0 { "," } else { "" };
        format!("{comma}{}{other}", record(number)).into_bytes()
    });
    [b"{\"Records\":[".to_vec()].into_iter().chain(elements).chain([b"]}".to_vec()])
}

#[test]
fn a_large_file_is_read_through_a_window_and_loses_nothing() {
    let file = compressed(parts(700, 50_000));
    let (found, report) = scan(&file);
    assert!(report.text > LARGE as u64, "{report:?}");
    assert_eq!(found, (0..700).collect::<Vec<u64>>());
    assert_eq!(report.problems, []);
    let (torn, report) = scan(&file[..file.len() / 2]);
    assert_eq!(torn, found[..torn.len()]);
    assert!(torn.len() > 300, "{}", torn.len());
    assert!(matches!(report.problems[..], [FileProblem::Torn { .. }]), "{report:?}");
}

#[test]
fn records_that_are_cut_by_the_window_come_out_whole() {
    let text: Vec<u8> = parts(2_000, 990).flatten().collect();
    for (shift, file) in [text.clone(), gzip(&text)].iter().enumerate() {
        let shift = io::Cursor::new(if shift == 0 { &b"\n \n"[..] } else { b"" });
        let mut found = Vec::new();
        let reader = BufReader::with_capacity(1_000, shift.chain(&file[..]));
        let mut sink = |record: &[u8]| found.push(number(record));
        let report = scan_reader(&mut Scratch::new(), reader, &mut sink);
        assert_eq!(report.problems, []);
        assert_eq!(found, (0..2_000).collect::<Vec<u64>>());
    }
}

#[test]
fn what_a_window_holds_is_judged_as_a_whole_file_is() {
    let dump =
        serde_json::json!({"Events": [{"CloudTrailEvent": record(1)}, {"CloudTrailEvent": record(2)}]})
            .to_string();
    let cases = [
        (String::new(), "0: the file is empty"),
        (" \n".repeat(400_000), "0: the file is empty"),
        ("<html>".to_owned(), "0: it is a web page and not a log"),
        (" ".repeat(300_000) + "hello", "0: it is not JSON: it starts with `hello`"),
        (log(&[record(1)]) + "\n\nhello", "1: the text is not JSON at byte 196"),
        (log(&[record(1)]) + "}" + &log(&[record(1)]), "2: the text is not JSON at byte 194"),
        (
            " ".repeat(600_000) + "[" + &record(1) + "," + &record(2)[..90],
            "1: the JSON ends within a value that starts at byte 600182",
        ),
        (format!("[{}]", vec![record(1); 9_000].join(",")), "9000: "),
        (vec![record(1); 9_000].join("\n"), "9000: "),
        (dump, "2: "),
        (format!("\u{feff}{}", log(&[record(1)])), "1: "),
    ];
    for (text, expected) in cases {
        for file in [text.clone().into_bytes(), gzip(&text)] {
            let mut found = 0;
            let report = scan_reader(&mut Scratch::new(), &file[..], &mut |_: &[u8]| found += 1);
            let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
            assert_eq!(format!("{found}: {}", problems.join("; ")), expected);
        }
    }
}

/// A gigabyte in a megabyte: of spaces, of zeros, of one endless string. What is no bomb is read.
#[test]
fn a_bomb_is_given_up_without_its_text_in_memory() {
    let bomb = |start: &str, with: u8| {
        let member = gzip(vec![with; 1 << 20]);
        [gzip(start)].into_iter().chain(std::iter::repeat_n(member, 1_000)).flatten().collect::<Vec<u8>>()
    };
    let one = compressed(std::iter::repeat_n(vec![b'['; 1 << 20], 100));
    let long = |from: u64| FileProblem::TooLong { from };
    let cases = [
        (bomb("{\"Records\":[", b' '), long(0)),
        (bomb("{\"Records\":[{\"eventVersion\":\"", b'x'), long(12)),
        (bomb("{\"Records\":[{\"eventVersion\":", b'{'), long(12)),
        (bomb("", b'{'), long(0)),
        (one, FileProblem::Cut { from: 0 }),
        (bomb("", 0), FileProblem::NotJson { start: "?".repeat(24) + "…" }),
    ];
    for (bomb, expected) in cases {
        assert!(bomb.len() < 1_200_000, "{}", bomb.len());
        let (found, report) = scan(&bomb);
        assert_eq!(found.len(), 0);
        assert_eq!(report.problems, [expected]);
        assert!(report.text <= 100 << 20, "{report:?}");
    }
}

#[test]
fn fifty_megabytes_of_one_file_are_read() {
    // What cannot be compressed makes the file long.
    let mut noise = 1_u64;
    let mut filler = move || {
        let mut letters = vec![b','; 1 << 20];
        letters.splice(..0, *b",{\"eventVersion\":\"");
        for letter in &mut letters[18..] {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *letter =
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[(noise >> 58) as usize];
        }
        letters.extend(b"\"}");
        letters
    };
    let elements = (0..64)
        .flat_map(|at| [[if at > 0 { "," } else { "" }.into(), record(at)].concat().into_bytes(), filler()]);
    let file = compressed([b"{\"Records\":[".to_vec()].into_iter().chain(elements).chain([b"]}".to_vec()]));
    assert!(file.len() > 48_000_000, "{}", file.len());
    let (found, report) = scan(&file);
    assert_eq!(found, (0..64).collect::<Vec<u64>>());
    assert_eq!(report.problems, []);
}
