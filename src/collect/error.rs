//! Why a collection ended without a snapshot.

use thiserror::Error;

use crate::model::{Gap, Partition};
use crate::snapshot::SnapshotError;

/// Why a collection ended without a snapshot. Whatever else goes wrong is a gap in the snapshot.
#[derive(Debug, Error)]
pub enum CollectError {
    /// The AWS configuration yields no credentials.
    #[error("no AWS credentials{}: {reason}", profile.as_ref().map(|name| format!(" in profile `{name}`")).unwrap_or_default())]
    NoCredentials {
        /// The profile that was asked for.
        profile: Option<String>,
        /// The SDK's reason.
        reason: String,
    },
    /// The credentials have run out.
    #[error("the AWS credentials have expired: {}", reason.trim_end_matches('.'))]
    Expired {
        /// The service's sentence.
        reason: String,
    },
    /// AWS does not know the credentials.
    #[error("AWS rejects the credentials with {code}: {reason}")]
    InvalidCredentials {
        /// The service's error code.
        code: String,
        /// The service's sentence.
        reason: String,
    },
    /// The first call reached nobody.
    #[error("cannot reach `{endpoint}`: {reason}")]
    Unreachable {
        /// The endpoint.
        endpoint: String,
        /// The SDK's reason.
        reason: String,
    },
    /// The first call failed in another way.
    #[error("`{endpoint}` does not say who asks: {code}: {reason}")]
    NoIdentity {
        /// The endpoint.
        endpoint: String,
        /// The error code.
        code: String,
        /// The service's sentence.
        reason: String,
    },
    /// Nothing may be listed anywhere.
    #[error("may not list secrets anywhere{}", sentences(gaps))]
    RefusedEverywhere {
        /// Up to three different refusals.
        gaps: Vec<Gap>,
    },
    /// A Region that the partition does not have.
    #[error("there is no Region `{region}` in partition `{partition}`")]
    UnknownRegion {
        /// What the user wrote.
        region: String,
        /// The partition.
        partition: Partition,
        /// The Region whose code is nearest.
        nearest: Option<String>,
    },
    /// A role's name that is no ARN of a role.
    #[error("`{text}` is not the ARN of a role")]
    NoRole {
        /// What the user wrote.
        text: String,
    },
    /// An aggregator that does not exist.
    #[error("there is no AWS Config aggregator `{name}` in {regions}")]
    NoAggregator {
        /// What the user wrote.
        name: String,
        /// Where it was looked for.
        regions: String,
    },
    /// Two roles of one account, whose answers would stand in the same place.
    #[error("`{first}` and `{second}` are roles of the same account")]
    TwoRoles {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// The snapshot could not be written or read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

impl CollectError {
    /// What the user can do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NoCredentials { .. } => {
                "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with `--profile`, \
                 or log in with `aws sso login`"
                    .to_owned()
            }
            Self::Expired { .. } => "renew the credentials, for example with `aws sso login`".to_owned(),
            Self::InvalidCredentials { .. } => {
                "check the credentials with `aws sts get-caller-identity`, and the clock of this machine".to_owned()
            }
            Self::Unreachable { .. } | Self::NoIdentity { .. } => {
                "check the network, the proxy variables, and `--endpoint-url` or AWS_ENDPOINT_URL".to_owned()
            }
            Self::RefusedEverywhere { gaps } => refused_help(gaps),
            Self::UnknownRegion { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownRegion { nearest: None, .. } => {
                "write a Region's code, such as `eu-west-1`".to_owned()
            }
            Self::NoRole { .. } => {
                "write it as `arn:aws:iam::111122223333:role/name`".to_owned()
            }
            Self::NoAggregator { .. } => {
                "name its Region with `--region` or AWS_REGION; `aws configservice \
                 describe-configuration-aggregators` lists those of a Region"
                    .to_owned()
            }
            Self::TwoRoles { .. } => "name one role for each account".to_owned(),
            Self::Snapshot(error) => error.help().to_owned(),
        }
    }
}

fn sentences(gaps: &[Gap]) -> String {
    gaps.iter().map(|gap| format!("\n  {}: {}: {}", gap.scope(), gap.error, gap.message)).collect()
}

fn refused_help(gaps: &[Gap]) -> String {
    let mut actions: Vec<_> = gaps.iter().filter_map(|gap| gap.permission.as_deref()).collect();
    actions.sort_unstable();
    actions.dedup();
    let granted =
        if actions.is_empty() { "secretsmanager:ListSecrets".to_owned() } else { actions.join(", ") };
    format!("allow {granted}; `secrets-auditor permissions` prints the whole policy")
}
