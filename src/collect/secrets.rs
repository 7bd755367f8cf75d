//! Secrets Manager: ListSecrets.

use std::collections::BTreeMap;

use aws_sdk_secretsmanager::types::{
    Filter, FilterNameStringType, RotationRulesType, SecretListEntry, Tag as SdkTag,
};

use super::scope::{Answers, Scope, instant, non_empty, pages};
use super::select;
use crate::aws::Failure;
use crate::aws::operations::LIST_SECRETS;
use crate::model::{Gap, Region};
use crate::snapshot::records::{RotationRules, Secret, Tag};
use crate::snapshot::{Kind, Shard, SnapshotError};

/// The largest page that ListSecrets gives.
const PAGE: i32 = 100;

/// What became of a listing.
pub(super) enum Listing {
    /// It was heard at least in part.
    Heard(Answers<Secret>),
    /// Not one page was heard.
    Unheard(Failure),
}

/// The listing that an earlier run left, where it is whole.
pub(super) fn earlier(scope: &Scope<'_>) -> Result<Option<Vec<Secret>>, SnapshotError> {
    let (mut key, mut all) = (scope.key(Kind::Secrets), Vec::new());
    loop {
        let Some(Shard { last, records, gaps, .. }) = scope.earlier::<Secret>(&key)? else {
            return Ok(None);
        };
        if !gaps.is_empty() {
            return Ok(None);
        }
        all.extend(records);
        if last {
            return Ok(Some(all));
        }
        key = key.with_part(key.part + 1);
    }
}

/// Lists all secrets of a Region, those scheduled for deletion too, and keeps the selected ones by ARN.
///
/// Source: Secrets Manager API Reference, `ListSecrets`.
pub(super) async fn list(scope: &Scope<'_>) -> Listing {
    let (entries, failure) = entries(scope, None).await;
    let mut answers = Answers::new();
    match failure {
        Some(failure) if entries.is_empty() => return Listing::Unheard(failure),
        Some(failure) => answers.gaps.push(scope.gap(&LIST_SECRETS, failure, None)),
        None => {}
    }
    for entry in entries {
        match secret(entry) {
            Ok(secret) => answers.records.push(secret),
            Err(failure) => answers.gaps.push(scope.gap(&LIST_SECRETS, failure, None)),
        }
    }
    Listing::Heard(keep(scope, answers))
}

/// The ARNs of the replicated secrets whose primary is here.
///
/// ListSecrets names the primary's Region in every entry of a replicated secret, but the page does not promise it for
/// the primary itself; the filter of the same name costs one call and decides.
pub(super) async fn primaries(scope: &Scope<'_>) -> Result<Vec<String>, Gap> {
    let filter =
        Filter::builder().key(FilterNameStringType::PrimaryRegion).values(scope.region().as_str()).build();
    let (entries, failure) = entries(scope, Some(filter)).await;
    match failure {
        Some(failure) => Err(scope.gap(&LIST_SECRETS, failure, None)),
        None => Ok(entries.into_iter().filter_map(|entry| entry.arn).collect()),
    }
}

/// Only what is selected, sorted by ARN; a secret that moved between two pages is kept once.
pub(super) fn keep(scope: &Scope<'_>, answers: Answers<Secret>) -> Answers<Secret> {
    let Answers { mut records, gaps } = answers;
    records.retain(|secret| select::takes_any(&scope.run.options.select, secret));
    records.sort_by(|a, b| a.arn.cmp(&b.arn));
    records.dedup_by(|a, b| a.arn == b.arn);
    Answers { records, gaps }
}

/// Whether the secret is a primary with replicas, as far as its entry says.
pub(super) fn says_primary(secret: &Secret, region: &Region) -> bool {
    secret.primary_region.as_deref() == Some(region.as_str())
}

async fn entries(scope: &Scope<'_>, filter: Option<Filter>) -> (Vec<SecretListEntry>, Option<Failure>) {
    let clients = scope.clients();
    let client = clients.secrets_manager();
    let filters = filter.map(|filter| vec![filter]);
    pages(|token| {
        let request = client
            .list_secrets()
            .include_planned_deletion(true)
            .max_results(PAGE)
            .set_filters(filters.clone())
            .set_next_token(token);
        async move {
            let page = request.send().await?;
            let entries = page.secret_list.ok_or_else(|| Failure::malformed("no SecretList"))?;
            Ok((entries, page.next_token))
        }
    })
    .await
}

fn secret(entry: SecretListEntry) -> Result<Secret, Failure> {
    let (Some(arn), Some(name)) = (entry.arn, entry.name) else {
        return Err(Failure::malformed("an entry without an ARN or a name"));
    };
    Ok(Secret {
        description: non_empty(entry.description),
        kms_key_id: non_empty(entry.kms_key_id),
        rotation_enabled: entry.rotation_enabled,
        rotation_lambda_arn: non_empty(entry.rotation_lambda_arn),
        rotation_rules: entry.rotation_rules.map(rules),
        created: instant(entry.created_date.as_ref()),
        last_changed: instant(entry.last_changed_date.as_ref()),
        last_rotated: instant(entry.last_rotated_date.as_ref()),
        last_accessed: instant(entry.last_accessed_date.as_ref()),
        deleted: instant(entry.deleted_date.as_ref()),
        next_rotation: instant(entry.next_rotation_date.as_ref()),
        tags: tags(entry.tags.unwrap_or_default()),
        versions_to_stages: stages(entry.secret_versions_to_stages.unwrap_or_default()),
        owning_service: non_empty(entry.owning_service),
        primary_region: non_empty(entry.primary_region),
        secret_type: non_empty(entry.r#type),
        ..empty(arn, name)
    })
}

fn rules(rules: RotationRulesType) -> RotationRules {
    RotationRules {
        automatically_after_days: rules.automatically_after_days,
        duration: non_empty(rules.duration),
        schedule_expression: non_empty(rules.schedule_expression),
    }
}

fn tags(tags: Vec<SdkTag>) -> Vec<Tag> {
    let mut tags: Vec<_> = tags
        .into_iter()
        .filter_map(|tag| Some(Tag { key: tag.key?, value: tag.value.unwrap_or_default() }))
        .collect();
    tags.sort_by(|a, b| a.key.cmp(&b.key));
    tags
}

fn stages(map: std::collections::HashMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let mut sorted: BTreeMap<_, _> = map.into_iter().collect();
    sorted.values_mut().for_each(|stages| stages.sort());
    sorted
}

/// A secret of which only the name is known.
pub(super) fn empty(arn: String, name: String) -> Secret {
    Secret {
        arn,
        name,
        description: None,
        kms_key_id: None,
        rotation_enabled: None,
        rotation_lambda_arn: None,
        rotation_rules: None,
        created: None,
        last_changed: None,
        last_rotated: None,
        last_accessed: None,
        deleted: None,
        next_rotation: None,
        tags: Vec::new(),
        versions_to_stages: BTreeMap::new(),
        owning_service: None,
        primary_region: None,
        secret_type: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_an_arn_is_no_secret() {
        let entry = SecretListEntry::builder().name("n").build();
        assert_eq!(secret(entry).unwrap_err().message, "an entry without an ARN or a name");
    }

    #[test]
    fn empty_texts_are_left_out_as_aws_does() {
        let entry = SecretListEntry::builder()
            .arn("arn")
            .name("n")
            .description("")
            .rotation_lambda_arn("")
            .tags(SdkTag::builder().key("b").build())
            .tags(SdkTag::builder().key("a").value("1").build())
            .build();
        let secret = secret(entry).unwrap();
        assert_eq!((secret.description, secret.rotation_lambda_arn), (None, None));
        let tags: Vec<_> = secret.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
        assert_eq!(tags, [("a", "1"), ("b", "")]);
    }
}
