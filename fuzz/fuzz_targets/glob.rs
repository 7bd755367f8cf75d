//! A pattern matches what its translation into a regular expression matches. The first line is the pattern.

#![no_main]

use libfuzzer_sys::fuzz_target;
use regex::Regex;
use secrets_auditor_fuzz::policy::Glob;

fuzz_target!(|input: &str| {
    let Some((pattern, text)) = input.split_once('\n') else { return };
    let Ok(expression) = Regex::new(&expression(pattern)) else { return };
    let glob = Glob::new(pattern);
    assert_eq!(glob.matches(text), expression.is_match(text), "{pattern:?} on {text:?}");
    assert_eq!(Glob::from_signs(glob.signs()), glob);
    if glob.is_text() {
        assert_eq!(glob.prefix(), pattern);
    }
});

fn expression(pattern: &str) -> String {
    let mut expression = String::from("(?s)^");
    for letter in pattern.chars() {
        match letter {
            '*' => expression.push_str(".*"),
            '?' => expression.push('.'),
            letter => expression.push_str(&regex::escape(letter.encode_utf8(&mut [0; 4]))),
        }
    }
    expression.push('$');
    expression
}
