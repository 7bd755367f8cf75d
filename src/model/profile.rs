//! A secret as reports show it: what is there, who can read it, who did.

use jiff::Timestamp;

use super::{AccountId, Region};

/// A version of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionProfile {
    /// Its id.
    pub id: String,
    /// Its labels; none for a deprecated version.
    pub stages: Vec<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// The day on which it was last read.
    pub last_accessed: Option<Timestamp>,
}

/// A replica of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaProfile {
    /// Where it is.
    pub region: String,
    /// `InSync`, `InProgress` or `Failed`; empty where AWS does not say.
    pub status: String,
    /// The day of the last read there.
    pub last_accessed: Option<Timestamp>,
}

/// How and when a secret is rotated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RotationProfile {
    /// Whether rotation is switched on.
    pub enabled: bool,
    /// The rotation function's ARN; absent where AWS rotates, or nobody.
    pub function: Option<String>,
    /// Days between rotations.
    pub days: Option<i64>,
    /// `rate(…)` or `cron(…)`.
    pub schedule: Option<String>,
    /// The length of the window, such as `3h`.
    pub window: Option<String>,
    /// When it was last rotated.
    pub last: Option<Timestamp>,
    /// When it is due next; in the past where rotation fails.
    pub next: Option<Timestamp>,
}

/// A secret or replica with the facts that people look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretProfile {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The account that owns it.
    pub account: AccountId,
    /// Where it is.
    pub region: Region,
    /// Its description; empty where there is none.
    pub description: String,
    /// Who owns it, by its tags or by the settings; empty where nobody is known.
    pub owner: String,
    /// Its environment, such as `production`; empty where none is known.
    pub environment: String,
    /// Its tags: key and value, as AWS lists them.
    pub tags: Vec<(String, String)>,
    /// Key id, key ARN, alias name or alias ARN; absent means `aws/secretsmanager`.
    pub kms_key: Option<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When anything about it changed.
    pub last_changed: Option<Timestamp>,
    /// The day of the last read in this Region; absent where it was never read here.
    pub last_accessed: Option<Timestamp>,
    /// When its deletion was asked for.
    pub deleted: Option<Timestamp>,
    /// The AWS service that made it; empty where none did.
    pub owning_service: String,
    /// The Region of the primary, for replicated secrets.
    pub primary_region: Option<Region>,
    /// How it is rotated.
    pub rotation: RotationProfile,
    /// Its versions, deprecated ones included; none where they could not be read.
    pub versions: Option<Vec<VersionProfile>>,
    /// Its replicas; none where they could not be read, or where it is a replica itself.
    pub replicas: Option<Vec<ReplicaProfile>>,
}

impl SecretProfile {
    /// Whether it is a replica of a secret in another Region.
    pub fn is_replica(&self) -> bool {
        self.primary_region.as_ref().is_some_and(|primary| *primary != self.region)
    }
}
