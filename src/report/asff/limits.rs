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
    let safe = printable(text);
    cut(if safe.trim().is_empty() { BLANK } else { &safe }, letters)
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
