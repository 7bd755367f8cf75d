//! A secret with its surroundings: what every topic of facts starts from.

use crate::model::{AccountId, Gap, GapCause, Region};
use crate::snapshot::Inventory;
use crate::snapshot::records::Secret;
use crate::tables::context::{AccountContext, Context, RegionContext};
use crate::tables::gaps::own_gap;
use crate::tables::schema::Group;

/// A secret with its surroundings.
pub(super) struct Subject<'a> {
    pub(super) all: &'a Context<'a>,
    pub(super) account: &'a AccountContext<'a>,
    pub(super) region: &'a RegionContext<'a>,
    pub(super) secret: &'a Secret,
}

impl Subject<'_> {
    /// Where the secret is.
    pub(super) fn place(&self) -> (&AccountId, &Region) {
        (&self.account.data.entry.account, &self.region.data.region)
    }

    /// Whether the inventory came from ListSecrets, which knows every field.
    pub(super) fn is_detailed(&self) -> bool {
        self.all.inventory == Inventory::SecretsManager
    }

    /// Whether it is a replica of a secret in another Region.
    pub(super) fn is_replica(&self) -> bool {
        self.secret
            .primary_region
            .as_deref()
            .is_some_and(|primary| primary != self.region.data.region.as_str())
    }

    /// These gaps, or where there are none, that the snapshot is silent about the secret.
    pub(super) fn explained(&self, group: Group, gaps: Vec<Gap>) -> Vec<Gap> {
        if !gaps.is_empty() {
            return gaps;
        }
        let message = "the snapshot holds nothing about this secret";
        vec![own_gap(GapCause::NotCollected, group.call(), self.place(), &self.secret.arn, message)]
    }

    /// The reason for what is counted from the creation, where AWS does not tell it.
    pub(super) fn undated(&self) -> Gap {
        let message = "a secret without its date of creation";
        own_gap(GapCause::Malformed, Group::Inventory.call(), self.place(), &self.secret.arn, message)
    }

    /// The AWS service that owns it, by the field or by the tag that AWS sets.
    pub(super) fn owning_service(&self) -> String {
        let tag = self.secret.tags.iter().find(|tag| tag.key == "aws:secretsmanager:owningService");
        let owner = self.secret.owning_service.clone().or_else(|| tag.map(|tag| tag.value.clone()));
        owner.unwrap_or_default()
    }
}
