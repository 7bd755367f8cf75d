//! What a narrowed snapshot is about. Its inventory holds the selected secrets only; CloudTrail speaks of others, too.

use crate::model::{AccountId, Region, Selector, secret_name};
use crate::snapshot::Snapshot;

/// To what a snapshot was narrowed; empty means everything.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    selectors: Vec<Selector>,
}

impl Selection {
    /// The selection of a snapshot.
    pub fn new(snapshot: &Snapshot) -> Self {
        let selectors = snapshot.manifest.selection.iter().filter_map(|text| text.parse().ok());
        Self { selectors: selectors.collect() }
    }

    /// Whether a record is about the selection, by the place of its secret in the inventory, if it has one, and by what
    /// it calls it. Of a secret that is gone the tags are gone, too, so only its name and its ARN can tell. What names no
    /// secret asks for all of them.
    pub fn takes(&self, (account, region): (&AccountId, &Region), secret: Option<usize>, text: &str) -> bool {
        if self.selectors.is_empty() || secret.is_some() || text.is_empty() {
            return true;
        }
        let name = secret_name(text).unwrap_or(text);
        let arn = if text.starts_with("arn:") {
            text.to_owned()
        } else {
            let partition = region.partition();
            format!("arn:{partition}:secretsmanager:{region}:{account}:secret:{text}")
        };
        self.selectors.iter().any(|selector| selector.takes(name, &arn, |_| None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_arns_tell_of_what_is_gone() {
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf";
        let cases: [(&[&str], Option<usize>, &str, bool); 9] = [
            (&[], None, "prod/db", true),
            (&["prod/*"], None, "prod/db", true),
            (&["prod/*"], None, arn, true),
            (&["test/*", arn], None, arn, true),
            (&["arn:aws:secretsmanager:eu-west-1:*:secret:prod/*"], None, "prod/db", true),
            (&["test/*"], None, arn, false),
            (&["tag:Team=a"], None, arn, false),
            (&["tag:Team=a"], Some(0), arn, true),
            (&["test/*"], None, "", true),
        ];
        let (account, region) = (AccountId::new("111122223333"), Region::new("eu-west-1"));
        for (selectors, secret, text, expected) in cases {
            let selectors = selectors.iter().map(|text| text.parse().unwrap()).collect();
            let takes = Selection { selectors }.takes((&account, &region), secret, text);
            assert_eq!(takes, expected, "{text}");
        }
    }
}
