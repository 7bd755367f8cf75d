//! What AWS takes at once.

use crate::report::asff::Finding;

/// Findings of a batch.
///
/// Source: AWS Security Hub API Reference, "BatchImportFindings".
const FINDINGS: usize = 100;

/// Bytes of a batch: 6 MB, with room for the envelope.
const BYTES: usize = 5_900_000;

/// Findings cut into what AWS takes at once, in their order.
pub(super) fn batches(findings: Vec<Finding>) -> Vec<Vec<Finding>> {
    let mut batches: Vec<Vec<Finding>> = Vec::new();
    let mut bytes = 0;
    for finding in findings {
        let size = serde_json::to_vec(&finding).map_or(0, |bytes| bytes.len() + 1);
        match batches.last_mut() {
            Some(batch) if batch.len() < FINDINGS && bytes + size <= BYTES => {
                batch.push(finding);
                bytes += size;
            }
            _ => {
                batches.push(vec![finding]);
                bytes = size;
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::asff::Known;

    fn finding(number: usize, letters: usize) -> Finding {
        let known = Known {
            id: format!("secrets-auditor/{number:016x}"),
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
        let mut finding = known.archived("2026-11-01T06:00:00Z".parse().unwrap());
        finding.product_fields.insert("x".to_owned(), "x".repeat(letters));
        finding
    }

    #[test]
    fn a_batch_has_a_hundred_findings_and_six_megabytes_at_most() {
        let cases = [(0, 0, 0), (1, 0, 1), (100, 0, 1), (101, 0, 2), (250, 0, 3), (100, 230_000, 4)];
        for (count, letters, expected) in cases {
            let findings: Vec<Finding> = (0..count).map(|number| finding(number, letters)).collect();
            let batches = batches(findings.clone());
            assert_eq!(batches.len(), expected, "{count} of {letters}");
            for batch in &batches {
                assert!(batch.len() <= 100 && serde_json::to_vec(batch).unwrap().len() <= 6_000_000);
            }
            assert_eq!(batches.concat(), findings, "nothing is lost");
        }
    }
}
