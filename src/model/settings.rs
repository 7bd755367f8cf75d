//! What a run takes for granted: the words of the house, and the instant that counts as now.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{AccountId, Selector};

/// Settings of a run. Every module that judges gets them; none reads a clock or an environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The instant that counts as now.
    pub as_of: Timestamp,
    /// Environment to the words that mean it, in lower case: `production` to prod, production, prd.
    pub environments: BTreeMap<String, Vec<String>>,
    /// The environment whose secrets count as production.
    pub production: String,
    /// Tag keys, in lower case, that name the environment of a secret.
    pub environment_tags: Vec<String>,
    /// Tag keys, in lower case, that hold the classification of a secret.
    pub classification_tags: Vec<String>,
    /// Classifications, in lower case, that make a secret sensitive.
    pub sensitive_classifications: Vec<String>,
    /// Tag keys, in lower case, that name the owner of a resource; the first that is there and not empty counts.
    pub owner_tags: Vec<String>,
    /// Who owns what no tag says the owner of; the first that matches counts.
    pub owners: Vec<OwnerRule>,
    /// Accounts that may be named in policies and keys without a finding.
    pub trusted_accounts: Vec<String>,
}

/// Who owns what no tag says the owner of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRule {
    /// What it is about; none for everything.
    pub scope: Option<Selector>,
    /// In which account; none for all.
    pub account: Option<AccountId>,
    /// The owner.
    pub owner: String,
}

impl Settings {
    /// The settings that hold where nothing else was said.
    pub fn new(as_of: Timestamp) -> Self {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        Self {
            as_of,
            environments: BTreeMap::from([
                ("production".to_owned(), words(&["prod", "production", "prd"])),
                ("staging".to_owned(), words(&["stage", "staging", "stg", "preprod"])),
                ("test".to_owned(), words(&["test", "testing", "qa", "uat"])),
                ("development".to_owned(), words(&["dev", "development"])),
                ("sandbox".to_owned(), words(&["sandbox", "sbx"])),
            ]),
            production: "production".to_owned(),
            environment_tags: words(&["environment", "env"]),
            classification_tags: words(&["classification"]),
            sensitive_classifications: words(&["restricted", "confidential"]),
            owner_tags: words(&["owner", "team"]),
            owners: Vec::new(),
            trusted_accounts: Vec::new(),
        }
    }

    /// The environment that a word means, in any letter case.
    pub fn environment_of(&self, word: &str) -> Option<&str> {
        let word = word.to_lowercase();
        let known = self.environments.iter().find(|(_, words)| words.contains(&word));
        known.map(|(environment, _)| environment.as_str())
    }
}
