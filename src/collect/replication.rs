//! Secrets Manager: DescribeSecret, for the one thing that ListSecrets does not say: the state of replicas.

use aws_sdk_secretsmanager::types::ReplicationStatusType;

use super::pieces::{PerSecret, Piece, piece};
use super::scope::{Scope, instant, non_empty};
use crate::aws::Failure;
use crate::aws::operations::DESCRIBE_SECRET;
use crate::model::Gap;
use crate::snapshot::records::{Replica, Replication};
use crate::snapshot::{Kind, SnapshotError};

impl PerSecret for Replication {
    const KIND: Kind = Kind::Replication;

    fn arn(&self) -> &str {
        &self.arn
    }
}

/// Asks for the replicas of the replicated secrets of a piece; `extra` are gaps of finding out which those are.
pub(super) async fn collect(
    scope: &Scope<'_>,
    wanted: &Piece,
    extra: Vec<Gap>,
) -> Result<Vec<Replication>, SnapshotError> {
    piece(scope, wanted, extra, |arn| replicas(scope, arn)).await
}

/// Source: Secrets Manager API Reference, `DescribeSecret`.
async fn replicas(scope: &Scope<'_>, arn: String) -> Result<Replication, Gap> {
    let request = scope.clients().secrets_manager().describe_secret().secret_id(&arn);
    let answer = match request.send().await {
        Ok(answer) if answer.arn.is_some() => Ok(answer),
        Ok(_) => Err(Failure::malformed("no ARN")),
        Err(error) => Err(Failure::from(error).after_listing()),
    };
    match answer {
        Ok(answer) => {
            let mut replicas: Vec<_> =
                answer.replication_status.unwrap_or_default().into_iter().filter_map(replica).collect();
            replicas.sort_by(|a, b| a.region.cmp(&b.region));
            Ok(Replication { arn, replicas })
        }
        Err(failure) => Err(scope.gap(&DESCRIBE_SECRET, failure, Some(&arn))),
    }
}

fn replica(status: ReplicationStatusType) -> Option<Replica> {
    Some(Replica {
        region: status.region?,
        kms_key_id: non_empty(status.kms_key_id),
        status: status.status.map(|status| status.as_str().to_owned()),
        status_message: non_empty(status.status_message),
        last_accessed: instant(status.last_accessed_date.as_ref()),
    })
}
