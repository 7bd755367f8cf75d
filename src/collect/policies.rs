//! Secrets Manager: GetResourcePolicy.

use super::pieces::{PerSecret, Piece, piece};
use super::scope::{Scope, non_empty};
use crate::aws::Failure;
use crate::aws::operations::GET_RESOURCE_POLICY;
use crate::model::Gap;
use crate::snapshot::records::ResourcePolicy;
use crate::snapshot::{Kind, SnapshotError};

impl PerSecret for ResourcePolicy {
    const KIND: Kind = Kind::ResourcePolicies;

    fn arn(&self) -> &str {
        &self.arn
    }
}

/// Asks for the resource policies of the secrets of a piece.
///
/// The piece leaves out secrets that are scheduled for deletion. AWS refuses the call for them by nature, so there is
/// neither a gap nor a record: a record without a policy would say that there is none.
pub(super) async fn collect(scope: &Scope<'_>, wanted: &Piece) -> Result<Vec<ResourcePolicy>, SnapshotError> {
    piece(scope, wanted, Vec::new(), |arn| policy(scope, arn)).await
}

/// The answer names its secret; one that does not is no answer, and does not mean "no policy".
///
/// Source: Secrets Manager API Reference, `GetResourcePolicy`.
async fn policy(scope: &Scope<'_>, arn: String) -> Result<ResourcePolicy, Gap> {
    let request = scope.clients().secrets_manager().get_resource_policy().secret_id(&arn);
    let answer = match request.send().await {
        Ok(answer) if answer.arn.is_some() || answer.name.is_some() => Ok(answer),
        Ok(_) => Err(Failure::malformed("no ARN")),
        Err(error) => Err(Failure::from(error).after_listing()),
    };
    match answer {
        Ok(answer) => Ok(ResourcePolicy { arn, policy: non_empty(answer.resource_policy) }),
        Err(failure) => Err(scope.gap(&GET_RESOURCE_POLICY, failure, Some(&arn))),
    }
}
