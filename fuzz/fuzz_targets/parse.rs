//! Whatever the bytes are, reading a policy or a case ends, and an error has a place.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets_auditor_fuzz::policy::{Case, ParseError, Policy};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Err(error) = Policy::parse(text) {
            check(&error, bytes);
        }
    }
    match Case::parse(bytes) {
        Ok(case) => drop(case.decide()),
        Err(error) => check(&error, bytes),
    }
    Case::id_in(bytes);
});

fn check(error: &ParseError, bytes: &[u8]) {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let line = lines.get(error.line.wrapping_sub(1)).unwrap_or_else(|| panic!("no such line: {error}"));
    assert!((1..=line.len() + 1).contains(&error.column), "no such column: {error}");
    assert!(!error.message.is_empty());
}
