//! Whose each row is.
//!
//! A secret and a principal say it by their tags. A statement, a read and a change belong to their secret, and a key to
//! the owner of the secrets that use it, if they have one owner. What no tag tells, the settings may tell by name or
//! account.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::build::Row;
use super::secrets::SecretFacts;
use super::secrets::naming::{tag_environment, tag_value};
use crate::access::Estate;
use crate::model::{Ownership, Resource, ResourceType, Settings};
use crate::snapshot::records::{Secret, Tag};

/// Whose everything is, by ARN.
pub(super) struct Owners<'a> {
    settings: &'a Settings,
    by_arn: BTreeMap<&'a str, Ownership>,
}

impl<'a> Owners<'a> {
    pub(super) fn new(
        settings: &'a Settings,
        estate: &'a Estate<'_>,
        secrets: impl Iterator<Item = (&'a SecretFacts, &'a Secret)>,
    ) -> Self {
        let mut owners = Self { settings, by_arn: BTreeMap::new() };
        let mut keys: BTreeMap<&str, Option<Ownership>> = BTreeMap::new();
        for (facts, record) in secrets {
            let found = owners.of_secret(facts, record);
            if let Some(key) = facts.key_arn.as_deref() {
                let shared = Ownership { tags: Arc::default(), ..found.clone() };
                keys.entry(key).and_modify(|known| agree(known, &shared)).or_insert(Some(shared));
            }
            owners.by_arn.insert(&facts.arn, found);
        }
        for principal in &estate.principals {
            let found = owners.of_tags(&principal.tags);
            owners.by_arn.insert(&principal.arn, found);
        }
        owners.by_arn.extend(keys.into_iter().filter_map(|(key, shared)| Some((key, shared?))));
        owners
    }

    /// Says of each row whose it is.
    pub(super) fn fill(&self, rows: &mut [Row]) {
        for row in rows {
            row.ownership = self.of(&row.resource);
        }
    }

    fn of(&self, resource: &Resource) -> Ownership {
        let mut found = self.by_arn.get(resource.arn.as_str()).cloned().unwrap_or_default();
        if found.owner.is_empty() {
            found.owner = self.by_settings(resource, &found).unwrap_or_default().to_owned();
        }
        found
    }

    /// The owner by the settings. A name in them is that of a secret.
    fn by_settings(&self, resource: &Resource, found: &Ownership) -> Option<&str> {
        let name = if resource.kind == ResourceType::Secret { resource.name.as_str() } else { "" };
        let tag = |key: &str| found.tags.get(key).map(String::as_str);
        let matching = self.settings.owners.iter().find(|rule| {
            rule.account.as_ref().is_none_or(|account| *account == resource.account)
                && rule.scope.as_ref().is_none_or(|scope| scope.takes(name, &resource.arn, tag))
        });
        matching.map(|rule| rule.owner.as_str())
    }

    fn of_secret(&self, facts: &SecretFacts, record: &Secret) -> Ownership {
        let found = self.of_tags(&record.tags);
        let environment =
            if found.environment.is_empty() { facts.name_environment.clone() } else { found.environment };
        Ownership { environment, ..found }
    }

    fn of_tags(&self, tags: &[Tag]) -> Ownership {
        let owner = self.settings.owner_tags.iter().map(|key| tag_value(tags, std::slice::from_ref(key)));
        Ownership {
            owner: owner.into_iter().find(|owner| !owner.is_empty()).unwrap_or_default().to_owned(),
            environment: tag_environment(tags, self.settings),
            tags: Arc::new(tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()),
        }
    }
}

/// Keeps what two have in common; nothing where they are of different owners.
fn agree(known: &mut Option<Ownership>, other: &Ownership) {
    if let Some(ownership) = known {
        if ownership.owner != other.owner {
            ownership.owner.clear();
        }
        if ownership.environment != other.environment {
            ownership.environment.clear();
        }
    }
}
