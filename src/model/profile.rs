//! A secret as reports show it: what is there, who can read it, who did.

use jiff::Timestamp;

use super::{Access, AccountId, PrincipalType, Region};

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

/// Somebody who can read a secret, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderProfile {
    /// The ARN, the service, or `*`; as CloudTrail writes it for somebody who is not among the principals of today.
    pub principal: String,
    /// What it is; none for somebody who is not among the principals of today.
    pub kind: Option<PrincipalType>,
    /// Whether it can by the policies of today; none where it cannot.
    pub can: Option<Access>,
    /// Under which conditions; all of them must hold.
    pub conditions: Vec<String>,
    /// The policies and statements that let it.
    pub path: String,
    /// What lets it use the key.
    pub key_path: String,
    /// Whether it can do everything in its account.
    pub administrator: bool,
    /// Whether it is the rotation of the secret itself.
    pub rotation: bool,
    /// How often CloudTrail saw it read the secret.
    pub reads: u64,
    /// How often CloudTrail saw it refused or fail.
    pub refused: u64,
    /// When it last read the secret.
    pub last_read: Option<Timestamp>,
}

/// Who can read a secret against who did. Administrators, who can do everything in their account, are counted apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadersProfile {
    /// Those who are worth a line: who did first, then outsiders, then by ARN.
    pub listed: Vec<ReaderProfile>,
    /// How many can and did.
    pub can_and_did: u64,
    /// How many can and did not, as far as the trail shows.
    pub can_only: u64,
    /// How many did and by the policies of today cannot.
    pub did_only: u64,
    /// How many administrators can as well and did not.
    pub administrators: u64,
    /// For how many whole days before now a trail shows who read it.
    pub trail_days: i64,
    /// What could not be seen, and how it would change the answer.
    pub caveats: Vec<String>,
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
    /// Who can read it, and who did; none where no report asks for it.
    pub readers: Option<ReadersProfile>,
}

impl SecretProfile {
    /// Whether it is a replica of a secret in another Region.
    pub fn is_replica(&self) -> bool {
        self.primary_region.as_ref().is_some_and(|primary| *primary != self.region)
    }
}
