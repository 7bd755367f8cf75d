//! Things shaped like credentials in places where everybody may read.

use std::sync::LazyLock;

use regex::RegexSet;

use crate::snapshot::records::Secret;

/// What to look for, and how to call it. The forms are those that the issuers document.
const SHAPES: [(&str, &str); 12] = [
    ("AWS access key id", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})\b"),
    ("GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("Slack token", r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    ("Stripe key", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}\b"),
    ("Google API key", r"\bAIza[A-Za-z0-9_-]{35}\b"),
    ("npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    ("JSON web token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    ("password in a URL", r"[a-z][a-z0-9+.-]*://[^\s:/@]+:[^\s:/@]{3,}@"),
    (
        "password",
        r#"(?i)\b(?:password|passwd|pwd|secret[_-]?key|api[_-]?key|token)\s*[=:]\s*['"]?[^\s'"<>{}*$]{6,}"#,
    ),
    ("AWS secret access key", r"(?i)aws.{0,20}['\x22=:\s][A-Za-z0-9/+]{40}(?:[^A-Za-z0-9/+=]|$)"),
];

static PATTERNS: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(SHAPES.iter().map(|(_, pattern)| *pattern)).ok());

/// The name of the first shape in a text.
fn shape_in(text: &str) -> Option<&'static str> {
    let matches = PATTERNS.as_ref()?.matches(text);
    matches.iter().next().and_then(|index| SHAPES.get(index)).map(|(name, _)| *name)
}

/// Where a secret's metadata holds something shaped like a credential; the credential itself is never repeated.
pub(super) fn found_in(secret: &Secret) -> String {
    let name = shape_in(&secret.name).map(|shape| format!("its name holds a {shape}"));
    let description = secret.description.as_deref().and_then(shape_in);
    let description = description.map(|shape| format!("its description holds a {shape}"));
    let tags = secret.tags.iter().filter_map(|tag| Some((shape_in(&tag.value)?, &tag.key)));
    let tags = tags.map(|(shape, key)| format!("its tag {key} holds a {shape}"));
    let all: Vec<String> = name.into_iter().chain(description).chain(tags).collect();
    all.join(", ").replace("a AWS", "an AWS").replace("a npm", "an npm")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert!(PATTERNS.is_some());
    }

    #[test]
    fn shapes() {
        let cases = [
            ("use AKIAIOSFODNN7EXAMPLE for now", Some("AWS access key id")),
            ("password=hunter22", Some("password")),
            ("Password: correcthorse", Some("password")),
            ("postgres://app:s3cret@db:5432/x", Some("password in a URL")),
            ("-----BEGIN RSA PRIVATE KEY-----", Some("private key")),
            ("Credentials of the payments database", None),
            ("password for the database", None),
            ("token: see wiki", None),
            ("password = {{resolve:secretsmanager}}", None),
            ("https://wiki.example.com/page", None),
            ("the AKIA prefix", None),
        ];
        for (text, expected) in cases {
            assert_eq!(shape_in(text), expected, "{text}");
        }
    }
}
