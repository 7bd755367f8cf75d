//! One verdict of one rule about one thing.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    AccountId, BaselineState, Confidence, Evidence, Excepted, MissingEvidence, PathTree, Region, Related,
    Severity, Verdict,
};

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceType {
    /// A secret in one Region; a replica is a secret of its own.
    Secret,
    /// A KMS key.
    Key,
    /// A user or role.
    Principal,
    /// An AWS account.
    Account,
    /// A Region of an account, with all secrets in it.
    Region,
    /// A CloudTrail trail.
    Trail,
    /// An exception of the settings.
    Exception,
    /// All that could not be enumerated in one account and Region.
    Scope,
}

impl ResourceType {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Key => "key",
            Self::Principal => "principal",
            Self::Account => "account",
            Self::Region => "region",
            Self::Trail => "trail",
            Self::Exception => "exception",
            Self::Scope => "scope",
        }
    }
}

/// The thing that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Which kind of thing it is.
    pub kind: ResourceType,
    /// Its ARN.
    pub arn: String,
    /// The name by which people know it.
    pub name: String,
    /// The account that owns it.
    pub account: AccountId,
    /// The Region in which it lives.
    pub region: Region,
    /// For rules that judge something inside the resource: which part, such as a principal.
    pub second_key: Option<String>,
}

/// The identity of a finding: the first 16 hex digits of a SHA-256.
///
/// It is built from what does not change while the defect lives (the rule's first id, where the resource is, and the
/// part of it), and from nothing else: not from the message, the severity, the parameters or the order of files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Fingerprint(String);

impl TryFrom<String> for Fingerprint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 16 && text.bytes().all(is_digit) {
            Ok(Self(text))
        } else {
            Err(format!("`{text}` is no fingerprint of 16 hex digits"))
        }
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.0
    }
}

impl Fingerprint {
    /// The fingerprint of a rule's finding about a resource.
    pub fn of(first_rule_id: &str, resource: &Resource) -> Self {
        let mut hash = Sha256::new();
        let parts = [
            first_rule_id,
            // Not from the Region, since global services have none.
            resource.arn.split(':').nth(1).unwrap_or("aws"),
            resource.account.as_str(),
            resource.region.as_str(),
            &resource.arn,
            resource.second_key.as_deref().unwrap_or(""),
        ];
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        Self(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }

    /// The sixteen hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A finding that decides the exit code in the stead of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// Its rule.
    pub rule: String,
    /// Whether it explains the other one; else the other one explains it.
    pub is_cause: bool,
}

/// One verdict of one rule about one thing, with all that a reader needs to believe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The id of the rule.
    pub rule: String,
    /// What the rule says.
    pub verdict: Verdict,
    /// How bad a failure is.
    pub severity: Severity,
    /// How much of the evidence was seen.
    pub confidence: Confidence,
    /// What it is about.
    pub resource: Resource,
    /// One sentence: the defect, or why it cannot be judged.
    pub message: String,
    /// Its identity over time.
    pub fingerprint: Fingerprint,
    /// The values that the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// For an unknown: the calls whose answers are missing.
    pub missing_evidence: Vec<MissingEvidence>,
    /// The rule whose failure on the same row explains this one; it gates in this one's stead.
    pub implied_by: Option<String>,
    /// Whether findings of its kind can decide the exit code.
    pub gates: bool,
    /// The findings on the same row that are at least as loud and decide the exit code in this one's stead.
    pub stand_ins: Vec<StandIn>,
    /// Whether one of them does, because nobody accepted it, or was explained by what is known.
    pub silenced: bool,
    /// Who owns the resource; empty where nobody is known.
    pub owner: String,
    /// The environment of the resource, such as `production`; empty where none is known.
    pub environment: String,
    /// For rules about access: how many principals can read the secret at least, or how many secrets the principal can
    /// read at least.
    pub reach: Option<u64>,
    /// Why it does not decide the exit code although it stands in the report.
    pub exception: Option<Excepted>,
    /// How it compares with the baseline; none where there is no baseline.
    pub baseline: Option<BaselineState>,
    /// For failures about access: what the paths are drawn from.
    pub related: Vec<Related>,
    /// For failures about access: by which ways it comes about.
    pub paths: Vec<PathTree>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource() -> Resource {
        Resource {
            kind: ResourceType::Secret,
            arn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf".to_owned(),
            name: "a".to_owned(),
            account: AccountId::new("111122223333"),
            region: Region::new("eu-west-1"),
            second_key: None,
        }
    }

    #[test]
    fn a_fingerprint_is_the_same_for_ever() {
        // Baselines in the field hold these digits: a change here breaks them all.
        assert_eq!(Fingerprint::of("stale-value", &resource()).as_str(), "1a703b41831983fb");
    }

    #[test]
    fn a_fingerprint_differs_by_rule_place_and_part() {
        let base = Fingerprint::of("stale-value", &resource());
        let elsewhere = Resource { region: Region::new("eu-west-2"), ..resource() };
        let part = Resource { second_key: Some("role/x".to_owned()), ..resource() };
        assert_ne!(Fingerprint::of("rotation-off", &resource()), base);
        assert_ne!(Fingerprint::of("stale-value", &elsewhere), base);
        assert_ne!(Fingerprint::of("stale-value", &part), base);
    }

    #[test]
    fn a_fingerprint_ignores_the_name() {
        let renamed = Resource { name: "b".to_owned(), ..resource() };
        assert_eq!(Fingerprint::of("stale-value", &renamed), Fingerprint::of("stale-value", &resource()));
    }
}
