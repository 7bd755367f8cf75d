//! How much AWS takes. What is longer is cut between letters and ends with an ellipsis.
//!
//! Source: AWS Security Hub User Guide, "Required top-level ASFF attributes" and "Optional top-level ASFF attributes";
//! AWS Security Hub API Reference, "BatchImportFindings".

use std::collections::BTreeMap;

use super::finding::Finding;
use crate::report::escape::printable;
use crate::report::thing::cut;

pub(super) const TITLE: usize = 256;
pub(super) const DESCRIPTION: usize = 1_024;
pub(super) const RECOMMENDATION: usize = 512;
pub(super) const IDENTIFIER: usize = 512;
pub(super) const REQUIREMENT: usize = 64;
pub(super) const REQUIREMENTS: usize = 32;
pub(super) const STANDARDS: usize = 20;
pub(super) const TAGS: usize = 50;
pub(super) const TAG_KEY: usize = 128;
pub(super) const TAG_VALUE: usize = 256;
pub(super) const FIELD: usize = 2_048;
pub(super) const DETAIL: usize = 1_024;

/// Bytes of a finding: 240 KB.
const FINDING: usize = 240_000;

/// What stands in the place of a text that must not be blank.
const BLANK: &str = "-";

/// A stranger's text: harmless, not longer than AWS takes, and never blank.
pub(super) fn text(text: &str, letters: usize) -> String {
    if text.trim().is_empty() { BLANK.to_owned() } else { cut(&printable(text), letters) }
}

/// The same for a text that may be absent.
pub(super) fn known(text: &str, letters: usize) -> Option<String> {
    (!text.trim().is_empty()).then(|| self::text(text, letters))
}

/// Takes the longest of our own fields out until AWS takes the finding, and says so.
pub(super) fn fit(mut finding: Finding) -> Finding {
    while size(&finding) > FINDING {
        let fields = &finding.product_fields;
        let Some(longest) = fields.iter().max_by_key(|(_, value)| value.len()).map(|(key, _)| key.clone())
        else {
            break;
        };
        finding.product_fields.remove(&longest);
        mark(&mut finding.product_fields, &longest);
    }
    finding
}

/// Notes that a field was left out.
fn mark(fields: &mut BTreeMap<String, String>, left_out: &str) {
    let name = left_out.rsplit('/').next().unwrap_or(left_out);
    let marked = fields.entry(format!("{}/LeftOut", super::PRODUCT)).or_default();
    if !marked.is_empty() {
        marked.push_str(", ");
    }
    marked.push_str(name);
}

/// Bytes of a finding on its way to AWS.
fn size(finding: &Finding) -> usize {
    serde_json::to_vec(finding).map_or(usize::MAX, |bytes| bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::asff::Known;

    fn finding() -> Finding {
        let known = Known {
            id: "secrets-auditor/0000000000000000".to_owned(),
            product_arn: "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default".to_owned(),
            generator_id: "secrets-auditor/stale-value".to_owned(),
            account: "111122223333".to_owned(),
            created_at: None,
            last_observed_at: None,
            label: "HIGH".to_owned(),
            title: "t".to_owned(),
            description: "d".to_owned(),
            resource: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf".to_owned(),
            region: "eu-west-1".to_owned(),
        };
        known.archived("2026-11-01T06:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_finding_that_is_too_large_loses_its_longest_fields_and_says_so() {
        let mut large = finding();
        for (name, length) in [("Small", 10), ("Large", 200_000), ("Larger", 220_000)] {
            large.product_fields.insert(format!("secrets-auditor/{name}"), "x".repeat(length));
        }
        let fitting = fit(large);
        assert!(size(&fitting) <= FINDING);
        let names: Vec<&str> = fitting.product_fields.keys().map(String::as_str).collect();
        assert_eq!(names, ["secrets-auditor/Large", "secrets-auditor/LeftOut", "secrets-auditor/Small"]);
        assert_eq!(fitting.product_fields["secrets-auditor/LeftOut"], "Larger");
        assert_eq!(fit(finding()), finding(), "what fits stays as it is");
    }

    #[test]
    fn no_text_is_blank_or_too_long() {
        assert_eq!([text("", 9), text(" \t", 9), text("abcdef", 3)], ["-", "-", "ab…"]);
        assert_eq!((known("  ", 9), known("a", 9)), (None, Some("a".to_owned())));
    }
}
