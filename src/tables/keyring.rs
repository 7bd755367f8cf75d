//! The forms in which secrets name their keys, resolved.

use std::collections::BTreeMap;

use super::schema::Group;
use crate::model::{AccountId, Gap, GapCause, Region};
use crate::snapshot::records::{Key, KeyFacts};
use crate::snapshot::{Collected, DEFAULT_ALIAS, is_default_name};

/// What a key's name stands for.
#[derive(Clone, Debug)]
pub(super) enum KeyAnswer<'a> {
    /// `aws/secretsmanager`, which AWS keeps usable.
    Default,
    /// A key that KMS described.
    Found(&'a KeyFacts),
    /// KMS says that there is no such key.
    Missing,
    /// Not known, and why.
    Unknown(Vec<Gap>),
}

impl KeyAnswer<'_> {
    /// Whether it can decrypt.
    ///
    /// Source: KMS Developer Guide, "Key states of AWS KMS keys".
    pub(super) fn usable(&self) -> Option<bool> {
        match self {
            Self::Default => Some(true),
            Self::Found(key) => Some(matches!(key.state.as_str(), "Enabled" | "Updating")),
            Self::Missing => Some(false),
            Self::Unknown(_) => None,
        }
    }

    /// Whether it is scheduled for deletion.
    pub(super) fn pending_deletion(&self) -> Option<bool> {
        match self {
            Self::Default | Self::Missing => Some(false),
            Self::Found(key) => {
                Some(matches!(key.state.as_str(), "PendingDeletion" | "PendingReplicaDeletion"))
            }
            Self::Unknown(_) => None,
        }
    }

    /// Whether it is disabled, waits for imported material, or its key store does not answer.
    pub(super) fn disabled(&self) -> Option<bool> {
        match self {
            Self::Default | Self::Missing => Some(false),
            Self::Found(key) => {
                Some(matches!(key.state.as_str(), "Disabled" | "PendingImport" | "Unavailable"))
            }
            Self::Unknown(_) => None,
        }
    }

    /// Whether KMS says that there is no such key.
    pub(super) fn missing(&self) -> Option<bool> {
        match self {
            Self::Default | Self::Found(_) => Some(false),
            Self::Missing => Some(true),
            Self::Unknown(_) => None,
        }
    }

    /// Whether it is `aws/secretsmanager`.
    pub(super) fn is_default(&self) -> Option<bool> {
        match self {
            Self::Default => Some(true),
            Self::Found(key) => Some(key.manager == "AWS"),
            Self::Missing => Some(false),
            Self::Unknown(_) => None,
        }
    }

    /// What two names of the same key have in common.
    fn identity(&self) -> Option<&str> {
        match self {
            Self::Default => Some(DEFAULT_ALIAS),
            Self::Found(key) if key.manager == "AWS" => Some(DEFAULT_ALIAS),
            Self::Found(key) => Some(&key.arn),
            Self::Missing | Self::Unknown(_) => None,
        }
    }
}

/// The keys of one account and Region.
pub(super) struct Keyring<'a> {
    place: (&'a AccountId, &'a Region),
    by_name: BTreeMap<&'a str, &'a Key>,
    gaps: &'a [Gap],
}

impl<'a> Keyring<'a> {
    pub(super) fn new(account: &'a AccountId, region: &'a Region, keys: &'a Collected<Key>) -> Self {
        let mut by_name: BTreeMap<&str, &Key> = BTreeMap::new();
        for key in &keys.records {
            by_name.extend(key.named.iter().map(|name| (name.as_str(), key)));
            by_name.extend(
                key.facts.iter().flat_map(|facts| [(facts.arn.as_str(), key), (facts.id.as_str(), key)]),
            );
        }
        Self { place: (account, region), by_name, gaps: &keys.gaps }
    }

    /// Which key a secret, version or replica names; absent means `aws/secretsmanager`.
    pub(super) fn resolve(&self, name: Option<&str>) -> KeyAnswer<'a> {
        let Some(name) = name.filter(|name| !is_default_name(name)) else { return KeyAnswer::Default };
        match self.by_name.get(name) {
            Some(Key { facts: Some(facts), .. }) => KeyAnswer::Found(facts),
            Some(Key { facts: None, .. }) => KeyAnswer::Missing,
            None => KeyAnswer::Unknown(self.gaps_of(name)),
        }
    }

    /// The record of a key by any of its names.
    pub(super) fn record(&self, name: &str) -> Option<&'a Key> {
        self.by_name.get(name).copied()
    }

    /// Whether two names stand for the same key; not known where a name that differs could not be resolved.
    pub(super) fn same(&self, one: Option<&str>, other: Option<&str>) -> Option<bool> {
        if one == other {
            return Some(true);
        }
        match (self.resolve(one), self.resolve(other)) {
            (KeyAnswer::Unknown(_), _) | (_, KeyAnswer::Unknown(_)) => None,
            (one, other) => Some(one.identity().is_some() && one.identity() == other.identity()),
        }
    }

    /// Why the rotation of a key is not known. Its other calls (policy, grants) leave gaps under the same ARN.
    pub(super) fn rotation_gaps(&self, arn: &str) -> Vec<Gap> {
        let call = Group::KeyRotation.call();
        let is_about = |gap: &&Gap| gap.call == call && gap.resource.as_deref() == Some(arn);
        let own: Vec<Gap> = self.gaps.iter().filter(is_about).cloned().collect();
        if !own.is_empty() {
            return own;
        }
        let message = "the snapshot holds nothing about the rotation of this key";
        vec![super::gaps::own_gap(GapCause::NotCollected, call, self.place, arn, message)]
    }

    /// Why the answer of a call about a key is not known; where the call was answered, that it made no sense.
    pub(super) fn gaps_of_call(&self, call: &str, arn: &str, reason: &str) -> Vec<Gap> {
        let is_about = |gap: &&Gap| match gap.resource.as_deref() {
            Some(resource) => resource == arn && (gap.call == call || gap.call == "kms:DescribeKey"),
            None => true,
        };
        let own: Vec<Gap> = self.gaps.iter().filter(is_about).cloned().collect();
        if !own.is_empty() {
            return own;
        }
        let message = format!("a policy that cannot be read: {reason}");
        vec![super::gaps::own_gap(GapCause::Malformed, call, self.place, arn, &message)]
    }

    pub(super) fn gaps_of(&self, name: &str) -> Vec<Gap> {
        let own: Vec<Gap> =
            self.gaps.iter().filter(|gap| gap.resource.as_deref() == Some(name)).cloned().collect();
        if !own.is_empty() {
            return own;
        }
        let scope: Vec<Gap> = self.gaps.iter().filter(|gap| gap.resource.is_none()).cloned().collect();
        if !scope.is_empty() {
            return scope;
        }
        let message = "the snapshot holds nothing about this key";
        vec![super::gaps::own_gap(GapCause::NotCollected, "kms:DescribeKey", self.place, name, message)]
    }
}
