//! The order of things in one Region: the listing, then piece by piece what is asked per secret.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join3;

use super::options::InventorySource;
use super::pieces::Piece;
use super::progress::Event;
use super::regions::Origin;
use super::scope::{Answers, Scope};
use super::secrets::{self, Listing};
use super::{config_inventory, policies, replication, versions};
use crate::aws::operations::{LIST_SECRETS, SELECT_RESOURCE_CONFIG};
use crate::aws::{Failure, codes};
use crate::model::{Gap, Region, RegionState};
use crate::snapshot::records::{Replication, Secret, SecretVersions};
use crate::snapshot::{Kind, RegionEntry, SnapshotError};

/// What the secrets of a Region point to.
#[derive(Default)]
pub(super) struct Mentions {
    /// Names of keys, by the Region in which they mean something.
    pub(super) keys: BTreeMap<Region, BTreeSet<String>>,
    /// ARNs of rotation functions.
    pub(super) functions: BTreeSet<String>,
}

/// What became of a Region.
pub(super) struct RegionOutcome {
    pub(super) entry: RegionEntry,
    pub(super) mentions: Mentions,
    /// Whether a secret was found there.
    pub(super) holds_secrets: bool,
    /// Why its secrets could not be listed.
    pub(super) refusal: Option<Gap>,
    /// The error by which it seems to be off.
    pub(super) off: Option<Failure>,
}

/// Asks for the secrets of a Region and everything about them.
pub(super) async fn collect(scope: &Scope<'_>, origin: Origin) -> Result<RegionOutcome, SnapshotError> {
    let (account, region) = (scope.account(), scope.region());
    scope.tell(Event::RegionStarted { account, region: &region });
    let outcome = match listing(scope).await? {
        Ok(secrets) => heard(scope, secrets).await?,
        Err(failure) => unheard(scope, failure, origin)?,
    };
    scope.tell(Event::RegionFinished { account, region: &region, state: outcome.entry.state });
    Ok(outcome)
}

/// The selected secrets, written; or why there is no listing.
async fn listing(scope: &Scope<'_>) -> Result<Result<Vec<Secret>, Failure>, SnapshotError> {
    if let Some(secrets) = secrets::earlier(scope)? {
        return Ok(Ok(secrets));
    }
    let listing = match scope.run.options.inventory {
        InventorySource::SecretsManager => secrets::list(scope).await,
        InventorySource::Config | InventorySource::ConfigAggregator(_) => config_inventory::list(scope).await,
    };
    match listing {
        Listing::Heard(answers) => write(scope, answers).map(Ok),
        Listing::Unheard(failure) => Ok(Err(failure)),
    }
}

/// Writes the inventory in pieces; the gaps stand in the first.
pub(super) fn write(scope: &Scope<'_>, answers: Answers<Secret>) -> Result<Vec<Secret>, SnapshotError> {
    let Answers { records, mut gaps } = answers;
    let key = scope.key(Kind::Secrets);
    let pieces = cut(&records);
    let count = pieces.len();
    for (part, piece) in pieces.into_iter().enumerate() {
        let last = part + 1 == count;
        scope.write(&key.with_part(number(part)), last, piece.to_vec(), std::mem::take(&mut gaps))?;
    }
    Ok(records)
}

/// Pieces of the size of a shard; one empty piece where there is nothing.
fn cut<T>(records: &[T]) -> Vec<&[T]> {
    if records.is_empty() {
        return vec![&[]];
    }
    records.chunks(Kind::Secrets.shard_size()).collect()
}

fn number(part: usize) -> u32 {
    u32::try_from(part).unwrap_or(u32::MAX)
}

/// The listing was heard: asks about each secret.
async fn heard(scope: &Scope<'_>, secrets: Vec<Secret>) -> Result<RegionOutcome, SnapshotError> {
    let region = scope.region();
    let (primaries, mut gaps) = primaries(scope, &secrets).await;
    let calls = secrets.len() + secrets.iter().filter(|secret| has_policy(secret)).count() + primaries.len();
    let count = secrets.len();
    scope.tell(Event::SecretsFound { account: scope.account(), region: &region, count, calls });
    let mut mentions = Mentions::default();
    mentions.add_secrets(&region, &secrets);
    let pieces = cut(&secrets);
    let count = pieces.len();
    for (part, piece) in pieces.into_iter().enumerate() {
        let wanted = |takes: &dyn Fn(&Secret) -> bool| Piece {
            part: number(part),
            last: part + 1 == count,
            wanted: piece.iter().filter(|secret| takes(secret)).map(|secret| secret.arn.clone()).collect(),
        };
        let (all, readable) = (wanted(&|_| true), wanted(&has_policy));
        let replicated = wanted(&|secret| primaries.contains(&secret.arn));
        let extra = std::mem::take(&mut gaps);
        let (versions, _, replicas) = try_join3(
            versions::collect(scope, &all),
            policies::collect(scope, &readable),
            replication::collect(scope, &replicated, extra),
        )
        .await?;
        mentions.add_versions(&region, &versions);
        mentions.add_replicas(&replicas);
    }
    let entry = RegionEntry { region, state: RegionState::Audited };
    let holds_secrets = !secrets.is_empty();
    Ok(RegionOutcome { entry, mentions, holds_secrets, refusal: None, off: None })
}

/// AWS gives out the resource policy of every secret but those that are scheduled for deletion.
fn has_policy(secret: &Secret) -> bool {
    secret.deleted.is_none()
}

/// The replicated secrets whose primary is here, and the gap where that could not be found out.
async fn primaries(scope: &Scope<'_>, secrets: &[Secret]) -> (BTreeSet<String>, Vec<Gap>) {
    let region = scope.region();
    let mut primaries: BTreeSet<String> = secrets
        .iter()
        .filter(|secret| secrets::says_primary(secret, &region))
        .map(|secret| secret.arn.clone())
        .collect();
    if secrets.is_empty() {
        return (primaries, Vec::new());
    }
    match secrets::primaries(scope).await {
        Ok(found) => {
            let kept: BTreeSet<&str> = secrets.iter().map(|secret| secret.arn.as_str()).collect();
            primaries.extend(found.into_iter().filter(|arn| kept.contains(arn.as_str())));
            (primaries, Vec::new())
        }
        Err(gap) => (primaries, vec![gap]),
    }
}

/// The listing was not heard: the Region is off, as it seems, or refuses.
fn unheard(scope: &Scope<'_>, failure: Failure, origin: Origin) -> Result<RegionOutcome, SnapshotError> {
    if !seems_off(&failure, origin) {
        return refused(scope, failure);
    }
    let entry = RegionEntry { region: scope.region(), state: RegionState::Off };
    Ok(RegionOutcome {
        entry,
        mentions: Mentions::default(),
        holds_secrets: false,
        refusal: None,
        off: Some(failure),
    })
}

/// The outcome of a Region whose secrets could not be listed.
pub(super) fn refused(scope: &Scope<'_>, failure: Failure) -> Result<RegionOutcome, SnapshotError> {
    let call = match scope.run.options.inventory {
        InventorySource::SecretsManager => &LIST_SECRETS,
        InventorySource::Config | InventorySource::ConfigAggregator(_) => &SELECT_RESOURCE_CONFIG,
    };
    let gap = scope.gap(call, failure, None);
    scope.write(&scope.key(Kind::Secrets), true, Vec::<Secret>::new(), vec![gap.clone()])?;
    let entry = RegionEntry { region: scope.region(), state: RegionState::Refused };
    Ok(RegionOutcome {
        entry,
        mentions: Mentions::default(),
        holds_secrets: false,
        refusal: Some(gap),
        off: None,
    })
}

/// A Region that is switched off does not know credentials that are good elsewhere. Where the account says that the
/// Region is on, the same error means something else, such as session tokens that are not valid in opt-in Regions.
fn seems_off(failure: &Failure, origin: Origin) -> bool {
    codes::is_switched_off(&failure.code) && origin != Origin::Listed
}

impl Mentions {
    fn key(&mut self, region: &Region, name: &str) {
        self.keys.entry(region.clone()).or_default().insert(name.to_owned());
    }

    fn add_secrets(&mut self, region: &Region, secrets: &[Secret]) {
        for secret in secrets {
            if let Some(name) = &secret.kms_key_id {
                self.key(region, name);
            }
            self.functions.extend(secret.rotation_lambda_arn.clone());
        }
    }

    fn add_versions(&mut self, region: &Region, secrets: &[SecretVersions]) {
        let versions = secrets.iter().flat_map(|secret| &secret.versions);
        for name in versions.flat_map(|version| &version.kms_key_ids) {
            self.key(region, name);
        }
    }

    /// The key of a replica means something in the replica's Region, where the replica may have failed to appear.
    fn add_replicas(&mut self, secrets: &[Replication]) {
        for replica in secrets.iter().flat_map(|secret| &secret.replicas) {
            if let Some(name) = &replica.kms_key_id {
                self.key(&Region::new(&replica.region), name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GapCause;

    #[test]
    fn a_region_seems_off_unless_the_account_says_that_it_is_on() {
        let unknown = Failure::new(GapCause::Failed, "UnrecognizedClientException", "");
        let refused = Failure::new(GapCause::Refused, "AccessDeniedException", "");
        assert!(seems_off(&unknown, Origin::Guessed));
        assert!(seems_off(&unknown, Origin::Given));
        assert!(!seems_off(&unknown, Origin::Listed));
        assert!(!seems_off(&refused, Origin::Guessed));
    }

    #[test]
    fn pieces_have_the_size_of_a_shard() {
        assert_eq!(cut::<u8>(&[]).len(), 1);
        let sizes: Vec<_> = cut(&vec![0_u8; 2_001]).into_iter().map(<[u8]>::len).collect();
        assert_eq!(sizes, [1_000, 1_000, 1]);
    }
}
