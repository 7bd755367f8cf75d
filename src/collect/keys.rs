//! KMS: the keys that secrets, their versions and their replicas name.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_kms::types::{GrantListEntry, KeyMetadata};

use super::scope::{Answers, Scope, each, instant, non_empty, pages};
use crate::aws::Failure;
use crate::aws::operations::{DESCRIBE_KEY, GET_KEY_POLICY, GET_KEY_ROTATION_STATUS, LIST_GRANTS};
use crate::model::{AccountId, Arn, Gap, GapCause, Region};
use crate::snapshot::records::{Grant, Key, KeyFacts, KeyRotation};
use crate::snapshot::{Kind, Shard, SnapshotError};

/// What ListSecretVersionIds writes for a version under `aws/secretsmanager`.
const DEFAULT_KEY: &str = "DefaultEncryptionKey";

/// What one thing is called, and what KMS said of it.
type Described = (BTreeSet<String>, Result<Option<KeyFacts>, Failure>);

/// Asks about the keys that a Region's secrets name.
pub(super) async fn collect(scope: &Scope<'_>, named: &BTreeSet<String>) -> Result<Vec<Key>, SnapshotError> {
    let wanted: BTreeSet<String> = named.iter().filter(|name| *name != DEFAULT_KEY).cloned().collect();
    scope.once(Kind::Keys, |shard| answers_for(shard, &wanted), ask(scope, &wanted)).await
}

/// Whether a shard of an earlier run speaks of all these names.
fn answers_for(shard: &Shard<Key>, wanted: &BTreeSet<String>) -> bool {
    let heard = shard.records.iter().flat_map(|key| &key.named).map(String::as_str);
    let refused = shard.gaps.iter().filter_map(|gap| gap.resource.as_deref());
    let spoken_of: BTreeSet<&str> = heard.chain(refused).collect();
    wanted.iter().all(|name| spoken_of.contains(name.as_str()))
}

async fn ask(scope: &Scope<'_>, named: &BTreeSet<String>) -> Answers<Key> {
    let groups = group(named, scope.account(), &scope.region());
    let described = each(groups, |forms| async move {
        let answer = match forms.first() {
            Some(form) => describe(scope, form).await,
            None => Ok(None),
        };
        (forms, answer)
    })
    .await;
    let (found, mut answers) = join(scope, described);
    let detailed = each(found, |(named, facts)| details(scope, named, facts)).await;
    for (key, gaps) in detailed {
        answers.records.push(key);
        answers.gaps.extend(gaps);
    }
    answers.records.sort_by(|a, b| a.named.cmp(&b.named));
    answers
}

/// Puts together the forms that cannot but mean the same: `alias/x` and its ARN, a key id and its ARN.
fn group(named: &BTreeSet<String>, account: &AccountId, region: &Region) -> Vec<BTreeSet<String>> {
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in named {
        groups.entry(plain(name, account, region)).or_default().insert(name.clone());
    }
    groups.into_values().collect()
}

/// The form without an ARN's head, where the ARN is of this account and Region.
fn plain(name: &str, account: &AccountId, region: &Region) -> String {
    let Ok(arn) = name.parse::<Arn>() else { return name.to_owned() };
    if arn.account != account.as_str() || arn.region != region.as_str() {
        return name.to_owned();
    }
    arn.resource.strip_prefix("key/").unwrap_or(&arn.resource).to_owned()
}

/// What a key is; nothing where there is none.
///
/// Source: KMS API Reference, `DescribeKey`.
async fn describe(scope: &Scope<'_>, form: &str) -> Result<Option<KeyFacts>, Failure> {
    let request = scope.clients().kms().describe_key().key_id(form);
    match request.send().await.map_err(Failure::from) {
        Ok(answer) => {
            let metadata = answer.key_metadata.ok_or_else(|| Failure::malformed("no KeyMetadata"))?;
            facts(metadata).map(Some)
        }
        Err(failure) if failure.is_missing() => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn facts(key: KeyMetadata) -> Result<KeyFacts, Failure> {
    let arn = key.arn.ok_or_else(|| Failure::malformed("a key without an ARN"))?;
    let state = key.key_state.ok_or_else(|| Failure::malformed("a key without a state"))?;
    let manager = key.key_manager.ok_or_else(|| Failure::malformed("a key without a manager"))?;
    let parsed: Option<Arn> = arn.parse().ok();
    let owner = key.aws_account_id.or(parsed.map(|arn| arn.account)).unwrap_or_default();
    Ok(KeyFacts {
        arn,
        id: key.key_id,
        account: owner,
        manager: manager.as_str().to_owned(),
        state: state.as_str().to_owned(),
        spec: key.key_spec.map(|spec| spec.as_str().to_owned()),
        usage: key.key_usage.map(|usage| usage.as_str().to_owned()),
        origin: key.origin.map(|origin| origin.as_str().to_owned()),
        created: instant(key.creation_date.as_ref()),
        deletion: instant(key.deletion_date.as_ref()),
        valid_to: instant(key.valid_to.as_ref()),
        multi_region: key.multi_region.unwrap_or(false),
    })
}

/// One entry per real key; names without a key become records without facts, refused names gaps.
fn join(scope: &Scope<'_>, described: Vec<Described>) -> (Vec<(Vec<String>, KeyFacts)>, Answers<Key>) {
    let mut answers = Answers::new();
    let mut found: BTreeMap<String, (BTreeSet<String>, KeyFacts)> = BTreeMap::new();
    for (forms, answer) in described {
        match answer {
            Ok(Some(facts)) => {
                found.entry(facts.arn.clone()).or_insert((BTreeSet::new(), facts)).0.extend(forms);
            }
            Ok(None) => answers.records.push(key(forms.into_iter().collect(), None)),
            Err(failure) => answers
                .gaps
                .extend(forms.iter().map(|form| scope.gap(&DESCRIBE_KEY, failure.clone(), Some(form)))),
        }
    }
    let found = found.into_values().map(|(forms, facts)| (forms.into_iter().collect(), facts)).collect();
    (found, answers)
}

fn key(named: Vec<String>, facts: Option<KeyFacts>) -> Key {
    Key { named, facts, policy: None, rotation: None, grants: None }
}

/// The policy, the rotation and the grants, as far as they apply.
async fn details(scope: &Scope<'_>, named: Vec<String>, facts: KeyFacts) -> (Key, Vec<Gap>) {
    let arn = facts.arn.clone();
    let customers = facts.manager == "CUSTOMER";
    let (policy, rotation, grants) = futures::join!(
        policy(scope, &facts),
        only(customers && rotates(&facts), rotation(scope, &arn)),
        only(customers, grants(scope, &arn)),
    );
    let mut gaps = Vec::new();
    let mut keep = |operation, failure: Failure| {
        gaps.push(scope.gap(operation, failure.after_listing(), Some(&arn)));
    };
    let policy = policy.map_err(|failure| keep(&GET_KEY_POLICY, failure)).ok();
    let rotation = rotation.map_err(|failure| keep(&GET_KEY_ROTATION_STATUS, failure)).ok().flatten();
    let grants = grants.map_err(|failure| keep(&LIST_GRANTS, failure)).ok().flatten();
    (Key { policy, rotation, grants, ..key(named, Some(facts)) }, gaps)
}

async fn only<T>(applies: bool, ask: impl Future<Output = Result<T, Failure>>) -> Result<Option<T>, Failure> {
    if applies { ask.await.map(Some) } else { Ok(None) }
}

/// KMS rotates the material only of symmetric keys that it made itself, and says nothing of those it is about to delete.
///
/// Source: KMS API Reference, `GetKeyRotationStatus`.
fn rotates(facts: &KeyFacts) -> bool {
    facts.spec.as_deref() == Some("SYMMETRIC_DEFAULT")
        && facts.origin.as_deref() == Some("AWS_KMS")
        && !facts.state.starts_with("Pending")
}

/// Source: KMS API Reference, `GetKeyPolicy`: "Cross-account use: No".
async fn policy(scope: &Scope<'_>, facts: &KeyFacts) -> Result<String, Failure> {
    if facts.account != scope.account().as_str() {
        let sentence = format!(
            "kms:GetKeyPolicy answers only in the key's own account; audit account {} too",
            facts.account
        );
        return Err(Failure::new(GapCause::NotCarried, "CrossAccount", &sentence));
    }
    let answer = scope.clients().kms().get_key_policy().key_id(&facts.arn).send().await?;
    answer.policy.ok_or_else(|| Failure::malformed("no Policy"))
}

async fn rotation(scope: &Scope<'_>, arn: &str) -> Result<KeyRotation, Failure> {
    let answer = scope.clients().kms().get_key_rotation_status().key_id(arn).send().await?;
    Ok(KeyRotation {
        enabled: answer.key_rotation_enabled,
        period_days: answer.rotation_period_in_days.map(i64::from),
    })
}

/// Source: KMS API Reference, `ListGrants`.
async fn grants(scope: &Scope<'_>, arn: &str) -> Result<Vec<Grant>, Failure> {
    let clients = scope.clients();
    let client = clients.kms();
    let (entries, failure) = pages(|token| {
        let request = client.list_grants().key_id(arn).limit(100).set_marker(token);
        async move {
            let page = request.send().await?;
            let grants = page.grants.ok_or_else(|| Failure::malformed("no Grants"))?;
            Ok((grants, page.next_marker))
        }
    })
    .await;
    if let Some(failure) = failure {
        return Err(failure);
    }
    let mut grants: Vec<_> = entries.into_iter().filter_map(grant).collect();
    grants.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(grants)
}

fn grant(entry: GrantListEntry) -> Option<Grant> {
    let (subset, equals) = entry.constraints.map_or((None, None), |constraints| {
        (constraints.encryption_context_subset, constraints.encryption_context_equals)
    });
    let operations = entry.operations.unwrap_or_default();
    let mut operations: Vec<_> = operations.iter().map(|operation| operation.as_str().to_owned()).collect();
    operations.sort();
    Some(Grant {
        id: entry.grant_id?,
        grantee: non_empty(entry.grantee_principal).or(non_empty(entry.grantee_service_principal)),
        retiring: non_empty(entry.retiring_principal).or(non_empty(entry.retiring_service_principal)),
        operations,
        context_subset: subset.unwrap_or_default().into_iter().collect(),
        context_equals: equals.unwrap_or_default().into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn forms_of_one_key_are_asked_once() {
        let (account, region) = (AccountId::new("111122223333"), Region::new("eu-west-1"));
        let named = set(&[
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "alias/x",
            "arn:aws:kms:eu-west-1:111122223333:alias/x",
            "arn:aws:kms:eu-west-1:999988887777:alias/x",
            "mrk-1",
        ]);
        let groups = group(&named, &account, &region);
        let sizes: Vec<_> = groups.iter().map(BTreeSet::len).collect();
        assert_eq!(sizes, [2, 2, 1, 1]);
    }

    #[test]
    fn rotation_applies_to_symmetric_keys_of_kms() {
        let facts = KeyFacts {
            arn: String::new(),
            id: String::new(),
            account: String::new(),
            manager: "CUSTOMER".to_owned(),
            state: "Enabled".to_owned(),
            spec: Some("SYMMETRIC_DEFAULT".to_owned()),
            usage: None,
            origin: Some("AWS_KMS".to_owned()),
            created: None,
            deletion: None,
            valid_to: None,
            multi_region: false,
        };
        assert!(rotates(&facts));
        assert!(rotates(&KeyFacts { state: "Disabled".to_owned(), ..facts.clone() }));
        assert!(!rotates(&KeyFacts { state: "PendingDeletion".to_owned(), ..facts.clone() }));
        assert!(!rotates(&KeyFacts { origin: Some("EXTERNAL".to_owned()), ..facts.clone() }));
        assert!(!rotates(&KeyFacts { spec: Some("RSA_2048".to_owned()), ..facts }));
    }
}
