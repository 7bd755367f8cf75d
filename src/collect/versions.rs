//! Secrets Manager: ListSecretVersionIds.

use aws_sdk_secretsmanager::types::SecretVersionsListEntry;

use super::pieces::{PerSecret, Piece, piece};
use super::scope::{Scope, instant, pages};
use crate::aws::Failure;
use crate::aws::operations::LIST_SECRET_VERSION_IDS;
use crate::model::Gap;
use crate::snapshot::records::{SecretVersions, Version};
use crate::snapshot::{Kind, SnapshotError};

/// The largest page that ListSecretVersionIds gives.
const PAGE: i32 = 100;

impl PerSecret for SecretVersions {
    const KIND: Kind = Kind::Versions;

    fn arn(&self) -> &str {
        &self.arn
    }
}

/// Asks for all versions of the secrets of a piece, deprecated ones too.
pub(super) async fn collect(scope: &Scope<'_>, wanted: &Piece) -> Result<Vec<SecretVersions>, SnapshotError> {
    piece(scope, wanted, Vec::new(), |arn| versions(scope, arn)).await
}

/// Half a list of versions would pass for a whole one, so a failure on any page leaves none.
///
/// Source: Secrets Manager API Reference, `ListSecretVersionIds`.
async fn versions(scope: &Scope<'_>, arn: String) -> Result<SecretVersions, Gap> {
    let clients = scope.clients();
    let client = clients.secrets_manager();
    let (entries, failure) = pages(|token| {
        let request = client
            .list_secret_version_ids()
            .secret_id(&arn)
            .include_deprecated(true)
            .max_results(PAGE)
            .set_next_token(token);
        async move {
            let page = request.send().await?;
            let versions = page.versions.ok_or_else(|| Failure::malformed("no Versions"))?;
            Ok((versions, page.next_token))
        }
    })
    .await;
    if let Some(failure) = failure {
        return Err(scope.gap(&LIST_SECRET_VERSION_IDS, failure.after_listing(), Some(&arn)));
    }
    let mut versions: Vec<_> = entries.into_iter().filter_map(version).collect();
    versions.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(SecretVersions { arn, versions })
}

fn version(entry: SecretVersionsListEntry) -> Option<Version> {
    let mut stages = entry.version_stages.unwrap_or_default();
    stages.sort();
    Some(Version {
        id: entry.version_id?,
        stages,
        created: instant(entry.created_date.as_ref()),
        last_accessed: instant(entry.last_accessed_date.as_ref()),
        kms_key_ids: entry.kms_key_ids.unwrap_or_default(),
    })
}
