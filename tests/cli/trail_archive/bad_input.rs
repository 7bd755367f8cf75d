//! What is wrong with a file is said, and what was read before it is kept.

use super::naive::{gzip, log, record, scan};

/// The number of records found, and the sentences.
fn said(file: &[u8]) -> String {
    let (found, report) = scan(file);
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    format!("{}: {}", found.len(), problems.join("; "))
}

#[test]
fn every_kind_of_bad_file_has_a_sentence() {
    let three = log(&[record(1), record(2), record(3)]);
    let cut = &three[..three.len() - 20];
    let whole = gzip(&three);
    let torn = &whole[..whole.len() - 30];
    let mut damaged = whole.clone();
    let end = damaged.len();
    damaged[end - 6] ^= 1;
    let garbage = [&whole[..], b"garbage"].concat();
    let padded = [&whole[..], &[0; 512]].concat();
    let padded_member = [&whole[..], &[0; 512], &whole].concat();
    let thrice = gzip(gzip(gzip(&three)));
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(three.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let array = format!("[{},{}", record(1), record(2));
    let stray_text = format!("{three}\n<html>{three}");
    let stray_brace = format!("{three}}}{three}");
    let cases: [(&[u8], &str); 31] = [
        (b"", "0: the file is empty"),
        (b" \n\t\n", "0: the file is empty"),
        (&gzip(""), "0: the file is empty"),
        (&gzip("\n"), "0: the file is empty"),
        (torn, "0: the gzip data is cut off after 166 bytes of text"),
        (&whole[..12], "0: the gzip data is cut off after 0 bytes of text"),
        (&whole[..2], "0: the gzip data is cut off after 0 bytes of text"),
        (&damaged, "3: the gzip data is damaged after 556 bytes of text"),
        (&garbage, "3: 7 bytes behind the gzip data are not gzip and were not read"),
        (&[&whole[..], b"x"].concat(), "3: 1 byte behind the gzip data are not gzip and were not read"),
        (&padded, "3: "),
        (&padded_member, "6: "),
        (&[&whole[..], torn].concat(), "3: the gzip data is cut off after 722 bytes of text"),
        (&thrice, "0: its text is compressed once more and was not read"),
        (&[0x1F, 0x8B, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0], "0: the gzip data is damaged after 0 bytes of text"),
        (cut.as_bytes(), "2: the JSON ends within a value that starts at byte 374"),
        (&gzip(cut), "2: the JSON ends within a value that starts at byte 374"),
        (&three.as_bytes()[..30], "0: the JSON ends within a value that starts at byte 12"),
        (b"{\"Records\":[", "0: the JSON ends within a value that starts at byte 0"),
        (b"<!DOCTYPE html><html><body>Access denied", "0: it is a web page and not a log"),
        (&gzip("<html>503</html>"), "0: it is a web page and not a log"),
        (b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "0: it is not JSON: it starts with `<?xml version=\"1.0\"?><Er…`"),
        (b"eventTime,eventSource\n2026,secretsmanager.amazonaws.com\n", "0: it is not JSON: it starts with `eventTime,eventSource?20…`"),
        (b"\x1b[31m`rm`\xff secretsmanager.amazonaws.com", "0: it is not JSON: it starts with `?[31m'rm'? secretsmanage…`"),
        (&utf16, "0: it is written in UTF-16, and JSON is written in UTF-8"),
        (b"{\"hello\":\"secretsmanager.amazonaws.com\"}", "0: it holds no CloudTrail records: its first key is `hello`"),
        (array.as_bytes(), "2: the JSON ends within a value that starts at byte 0"),
        (b"{}", "0: it holds no CloudTrail records"),
        (stray_text.as_bytes(), "6: the text is not JSON at byte 557"),
        (stray_brace.as_bytes(), "6: the text is not JSON at byte 556"),
        (br#"{"Events":[{"EventSource":"secretsmanager.amazonaws.com"},{"CloudTrailEvent":"secretsmanager.amazonaws.com"}]}"#, "0: 2 events have no readable record in `CloudTrailEvent`"),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(file, expected)| said(file) != *expected)
        .map(|(file, expected)| {
            format!(
                "{:?}: {}, not {expected}",
                String::from_utf8_lossy(&file[..file.len().min(40)]),
                said(file)
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
