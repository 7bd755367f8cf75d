//! A document that was read, printed and read again is the same document.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets_auditor_fuzz::policy::Document;

fuzz_target!(|text: &str| {
    let Ok(document) = Document::parse(text) else { return };
    let printed = document.to_string();
    assert_eq!(Document::parse(&printed), Ok(document), "{printed}");
});
