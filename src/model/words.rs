//! Names taken apart into words.

/// The words of a name: it is cut at everything that is no letter or digit, and where a lower-case letter or a digit
/// meets an upper-case letter.
///
/// ```
/// use secrets_auditor::model::words;
/// assert_eq!(words("prod/paymentsDb-v2"), ["prod", "payments", "Db", "v2"]);
/// ```
pub fn words(name: &str) -> Vec<&str> {
    name.split(|letter: char| !letter.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .flat_map(humps)
        .collect()
}

/// Cuts `camelCase` at its humps.
fn humps(part: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, letter) in part.char_indices() {
        if letter.is_uppercase() && before.is_some_and(|before| !before.is_uppercase()) {
            words.extend(part.get(start..at));
            start = at;
        }
        before = Some(letter);
    }
    words.extend(part.get(start..));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_names() {
        let cases: [(&str, &[&str]); 8] = [
            ("", &[]),
            ("///", &[]),
            ("prod/payments/db", &["prod", "payments", "db"]),
            ("PaymentsDb", &["Payments", "Db"]),
            ("paymentsDB", &["payments", "DB"]),
            ("API_KEY", &["API", "KEY"]),
            ("v2Key", &["v2", "Key"]),
            ("größeÄnderung", &["größe", "Änderung"]),
        ];
        for (name, expected) in cases {
            assert_eq!(words(name), expected, "{name}");
        }
    }
}
