//! All pairs at once against one pair at a time.

use std::path::Path;

use secrets_auditor::access::matrix::Matrix;
use secrets_auditor::access::{Asking, Estate};
use secrets_auditor::model::AccessLevel;
use secrets_auditor::snapshot::{Snapshot, Source};

use crate::support::root;

/// Every pair of the matrix is what asking about that pair alone answers.
pub fn agrees(snapshot: &Snapshot) {
    let estate = Estate::new(snapshot, snapshot.manifest.collected_at());
    let matrix = Matrix::new(&estate);
    let mut possible = 0;
    for class in &matrix.classes {
        for place in &class.principals {
            let principal = &estate.principals[*place];
            let asking = Asking::new(&estate, principal);
            let mut powers = vec![None; estate.secrets.len()];
            for block in class.blocks.iter() {
                for secret in block.secrets.iter() {
                    assert!(powers[secret].replace(block.powers).is_none(), "{} twice", principal.arn);
                }
            }
            for (secret, powers) in estate.secrets.iter().zip(&powers) {
                for level in AccessLevel::ALL {
                    let alone = asking.answer(secret, level);
                    let among_all = powers.map(|powers| powers.at(level));
                    let place = format!("{} {} {}", principal.arn, level.as_str(), secret.record.arn);
                    match among_all {
                        Some(answer) => assert_eq!(answer, alone, "{place}"),
                        None => assert!(!alone.is_possible(), "{place}"),
                    }
                    possible += usize::from(alone.is_possible());
                }
            }
        }
    }
    assert!(possible > 0);
}

fn snapshot(dir: &Path) -> Snapshot {
    Source::directory(dir).read().unwrap()
}

#[test]
fn every_pair_of_the_sample_is_answered_as_alone() {
    agrees(&snapshot(&root().join("examples/sample")));
}
