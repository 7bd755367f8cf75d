//! Keys that no live secret uses, and keys with one secret each.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{argument, count, production};
use super::{Draft, Effect, Sight};
use crate::cost::facts::{KeyFacts, SecretFacts};
use crate::model::{SavingConfidence, SavingKind};

/// What else a key opens is out of sight: other services may use it, too.
const OTHERS: &str =
    "other data may be encrypted under it: look for its use in CloudTrail before it is deleted";

/// A key with the secrets that name it.
struct Used<'a> {
    row: usize,
    key: &'a KeyFacts<'a>,
    secrets: Vec<(usize, &'a SecretFacts<'a>)>,
}

pub(super) fn find<'a>(sight: &Sight<'a>, gone: &BTreeSet<usize>) -> Vec<Draft<'a>> {
    let mut by_key: BTreeMap<&str, Vec<(usize, &'a SecretFacts<'a>)>> = BTreeMap::new();
    for (row, secret) in sight.facts.secrets.iter().enumerate() {
        if let Some(key) = secret.key_arn.filter(|key| !key.is_empty()) {
            by_key.entry(key).or_default().push((row, secret));
        }
    }
    let used: Vec<Used<'a>> = sight
        .facts
        .keys
        .iter()
        .enumerate()
        .filter_map(|(row, key)| Some(Used { row, key, secrets: by_key.remove(key.place.arn)? }))
        .collect();
    // A secret whose key or state is not known might use any of them.
    let hidden = |key: &KeyFacts<'_>| {
        let there = |secret: &&SecretFacts<'_>| {
            secret.place.account == key.place.account && secret.place.region == key.place.region
        };
        sight.facts.secrets.iter().filter(there).any(|secret| secret.key_arn.is_none())
    };
    let mut drafts: Vec<Draft<'a>> =
        used.iter().filter(|used| !hidden(used.key)).filter_map(|used| idle(used, gone)).collect();
    drafts.extend(shared(&used));
    drafts
}

/// A key whose secrets are all scheduled for deletion, or would be by other savings.
fn idle<'a>(used: &Used<'a>, gone: &BTreeSet<usize>) -> Option<Draft<'a>> {
    let (dead, live): (Vec<_>, Vec<_>) =
        used.secrets.iter().copied().partition(|(_, secret)| secret.pending == Some(true));
    if live.iter().any(|(row, _)| !gone.contains(row)) {
        return None;
    }
    let mut evidence = Vec::new();
    if !dead.is_empty() {
        let names = names(&dead);
        let what = count(dead.len(), "secret that is", "secrets that are");
        evidence.push(format!("used by {what} scheduled for deletion: {names}"));
    }
    if !live.is_empty() {
        let what = count(live.len(), "secret", "secrets");
        evidence.push(format!("used by {what} that another saving deletes: {}", names(&live)));
    }
    let (id, region) = (argument(used.key.place.arn), argument(used.key.place.region));
    let all: Vec<&SecretFacts<'_>> = used.secrets.iter().map(|(_, secret)| *secret).collect();
    let mut warnings = vec![OTHERS.to_owned()];
    if !dead.is_empty() {
        warnings.push("a secret that is restored later cannot be read without its key".to_owned());
    }
    warnings.extend(production(&all));
    Some(Draft {
        kind: SavingKind::IdleKey,
        confidence: SavingConfidence::Possible,
        place: &used.key.place,
        name: used.key.place.name.to_owned(),
        resources: vec![used.key.place.arn],
        evidence,
        warnings,
        commands: vec![
            format!("aws kms disable-key --region {region} --key-id {id}"),
            format!(
                "aws kms schedule-key-deletion --region {region} --key-id {id} --pending-window-in-days 30"
            ),
        ],
        effect: Effect::RemoveKey(used.row),
    })
}

fn names(secrets: &[(usize, &SecretFacts<'_>)]) -> String {
    secrets.iter().map(|(_, secret)| secret.place.name).collect::<Vec<_>>().join(", ")
}

/// What keys must share so that their secrets may: place, owner and environment.
type Shared<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Keys of one owner and environment, each with one live secret.
fn shared<'a>(used: &[Used<'a>]) -> Vec<Draft<'a>> {
    let mut groups: BTreeMap<Shared<'a>, Vec<(&Used<'a>, &'a SecretFacts<'a>)>> = BTreeMap::new();
    for used in used.iter().filter(|used| used.key.multi_region == Some(false)) {
        let [(_, secret)] = used.secrets.as_slice() else { continue };
        if secret.pending == Some(false) && secret.place.region == used.key.place.region {
            let place = &secret.place;
            let shared = (place.account, place.region, place.owner, place.environment);
            groups.entry(shared).or_default().push((used, *secret));
        }
    }
    groups.into_values().filter_map(|group| merged(&group)).collect()
}

fn merged<'a>(group: &[(&Used<'a>, &'a SecretFacts<'a>)]) -> Option<Draft<'a>> {
    let ((kept, first), others) = group.split_first()?;
    if others.is_empty() {
        return None;
    }
    let all: Vec<&SecretFacts<'_>> = group.iter().map(|(_, secret)| *secret).collect();
    let names: Vec<&str> = all.iter().map(|secret| secret.place.name).collect();
    let region = argument(first.place.region);
    let to = argument(kept.key.place.arn);
    let moves = others.iter().map(|(_, secret)| {
        let id = argument(secret.place.arn);
        format!("aws secretsmanager update-secret --region {region} --secret-id {id} --kms-key-id {to}")
    });
    let mut warnings = vec![
        "whoever may use one key will be able to use it for all of these secrets".to_owned(),
        "versions from before the change need their old key until they are replaced".to_owned(),
        OTHERS.to_owned(),
    ];
    warnings.extend(production(&all));
    let owner =
        if first.place.owner.is_empty() { "no owner".to_owned() } else { first.place.owner.to_owned() };
    Some(Draft {
        kind: SavingKind::KeyPerSecret,
        confidence: SavingConfidence::Possible,
        place: &first.place,
        name: format!("{} of {owner}", count(group.len(), "key", "keys")),
        resources: group.iter().map(|(used, _)| used.key.place.arn).collect(),
        evidence: vec![format!("each of these has a key of its own: {}", names.join(", "))],
        warnings,
        commands: moves.collect(),
        effect: Effect::MergeKeys(group.iter().map(|(used, _)| used.row).collect()),
    })
}
