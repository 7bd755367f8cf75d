//! Who can do what with secrets: the documents that `who-can`, `why` and `reach` print.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What somebody can do with a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AccessLevel {
    /// Get its value and decrypt it.
    Read,
    /// Give it another value.
    Write,
    /// Delete it.
    Delete,
    /// Change its resource policy.
    Permissions,
}

impl AccessLevel {
    /// All levels, in the order of documents.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Delete, Self::Permissions];

    /// The word in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::Permissions => "permissions",
        }
    }
}

/// Whether access holds always, or under conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Access {
    /// Whatever the circumstances.
    Allowed,
    /// Under some circumstances.
    Conditional,
}

impl Access {
    /// The word in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::Conditional => "Conditional",
        }
    }
}

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PrincipalType {
    /// An IAM user of an audited account.
    User,
    /// A role of an audited account.
    Role,
    /// One session of a role, which a resource policy names.
    Session,
    /// A principal of an account that was not audited, or that whole account.
    Outside,
    /// An AWS service.
    Service,
    /// Anybody at all.
    Anyone,
}

impl PrincipalType {
    /// Whether it is a user or role of an audited account.
    pub fn is_own(self) -> bool {
        matches!(self, Self::User | Self::Role)
    }

    /// The word in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
            Self::Session => "session",
            Self::Outside => "outside",
            Self::Service => "service",
            Self::Anyone => "anyone",
        }
    }
}

/// Somebody who can act on a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reader {
    /// The ARN, the service, or `*`.
    pub principal: String,
    /// What it is.
    #[serde(rename = "type")]
    pub principal_type: PrincipalType,
    /// Whether the action that was asked for holds always.
    pub decision: Access,
    /// Under which conditions; all of them must hold.
    pub conditions: Vec<String>,
    /// The policies and statements that let it.
    pub path: String,
    /// What lets it use the key; empty where the action needs no key.
    pub key_path: String,
    /// Everything that it can do, if under conditions.
    pub access: Vec<AccessLevel>,
    /// Whether it can do everything in its account.
    pub administrator: bool,
    /// Whether a person uses it; null where that is not known.
    pub person: Option<bool>,
    /// Whether it belongs to an account that was not audited, or to nobody known.
    pub external: bool,
    /// Whether it is linked to a service, which alone may use it.
    pub service_linked: bool,
    /// When IAM last saw it used for anything.
    pub last_used: Option<Timestamp>,
    /// When CloudTrail last saw it read the secret; null where no trail that was read shows a read.
    pub last_read: Option<Timestamp>,
    /// How often CloudTrail saw it read the secret; null where no trail shows this Region.
    pub reads: Option<u64>,
    /// Whether it read nothing in the 90 days before; null where the trails show less.
    pub unused: Option<bool>,
}

/// Somebody who read the secret and by the policies of today cannot: access that was taken away since, or policies that are
/// out of sight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PastReader {
    /// Who.
    pub principal: String,
    /// How often it read.
    pub reads: u64,
    /// The last time.
    pub last_read: Timestamp,
}

/// Somebody who cannot act on the secret, but can become or make somebody who can, in one step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Becomes {
    /// Who.
    pub principal: String,
    /// The call that does it, such as `sts:AssumeRole`.
    pub step: String,
    /// On what: a role, the secret, its key, a function.
    pub on: String,
    /// Whether the step is possible always.
    pub decision: Access,
}

/// The answer to `who-can`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhoCan {
    /// The secret's ARN.
    pub secret: String,
    /// The secret's name.
    pub name: String,
    /// The action, such as `secretsmanager:GetSecretValue`.
    pub action: String,
    /// Since when it is scheduled for deletion: then AWS lets nobody read it until it is restored.
    pub deleted: Option<Timestamp>,
    /// The keys under which the current value is kept, by ARN; any one is enough to read it.
    pub keys: Vec<String>,
    /// How many principals were looked at.
    pub principals_seen: u64,
    /// Who can, by ARN.
    pub readers: Vec<Reader>,
    /// Who can come to it in one step, by ARN.
    pub can_become: Vec<Becomes>,
    /// Who read it and, by the policies of today, cannot, by ARN; of other actions nobody.
    pub read_without_access: Vec<PastReader>,
    /// For how many whole days before now a trail shows who read it.
    pub trail_days: i64,
    /// What could not be seen, and how it would change the answer.
    pub caveats: Vec<String>,
}

/// The answer to `reach`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// The principal's ARN.
    pub principal: String,
    /// Whether it can do everything in its account.
    pub administrator: bool,
    /// How many secrets its account holds.
    pub secrets_in_account: u64,
    /// What it can act on, by ARN.
    pub secrets: Vec<ReachedSecret>,
    /// What could not be seen, and how it would change the answer.
    pub caveats: Vec<String>,
}

/// A secret that a principal can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReachedSecret {
    /// The secret's ARN.
    pub secret: String,
    /// The secret's name.
    pub name: String,
    /// Whether what it can do holds always.
    pub decision: Access,
    /// Under which conditions; all of them must hold.
    pub conditions: Vec<String>,
    /// What it can do.
    pub access: Vec<AccessLevel>,
    /// The policies and statements that let it.
    pub path: String,
    /// What lets it use the key.
    pub key_path: String,
}

/// The answer to `why`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Why {
    /// The principal's ARN.
    pub principal: String,
    /// The secret's ARN.
    pub secret: String,
    /// The secret's name.
    pub name: String,
    /// The action, such as `secretsmanager:GetSecretValue`.
    pub action: String,
    /// Since when it is scheduled for deletion: then AWS lets nobody read it until it is restored.
    pub deleted: Option<Timestamp>,
    /// What came out.
    pub decision: WhyDecision,
    /// Under which conditions; all of them must hold.
    pub conditions: Vec<String>,
    /// In words what decided.
    pub reason: String,
    /// The action on the secret, and what it needs of the key.
    pub questions: Vec<WhyQuestion>,
    /// What could not be seen, and how it would change the answer.
    pub caveats: Vec<String>,
}

/// What comes out of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum WhyDecision {
    /// Something allows it and nothing stops it.
    Allowed,
    /// Allowed under some circumstances, and not under others.
    Conditional,
    /// Nothing allows it.
    ImplicitlyDenied,
    /// A statement denies it.
    ExplicitlyDenied,
    /// Nothing allows it, and under some circumstances a statement denies it as well.
    Denied,
}

impl WhyDecision {
    /// In words, as a sentence begins with them.
    pub fn as_words(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Conditional => "allowed under conditions",
            Self::ImplicitlyDenied => "implicitly denied",
            Self::ExplicitlyDenied => "explicitly denied",
            Self::Denied => "denied",
        }
    }

    /// Whether it is possible at all.
    pub fn is_possible(self) -> bool {
        matches!(self, Self::Allowed | Self::Conditional)
    }
}

/// One action on one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhyQuestion {
    /// The action, such as `kms:Decrypt`.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// What came out.
    pub decision: WhyDecision,
    /// In words what decided.
    pub reason: String,
    /// The policies and grants that were looked at.
    pub policies: Vec<WhyPolicy>,
}

/// A kind of policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhyLayer {
    /// A policy of the user, of one of its groups, or of the role.
    Identity,
    /// A session policy.
    Session,
    /// A permissions boundary.
    Boundary,
    /// The secret's resource policy.
    Resource,
    /// The key's policy.
    Key,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// A VPC endpoint policy.
    Endpoint,
    /// A grant on the key.
    Grant,
}

impl WhyLayer {
    /// The name that AWS gives it.
    pub fn as_words(self) -> &'static str {
        match self {
            Self::Identity => "identity-based policy",
            Self::Session => "session policy",
            Self::Boundary => "permissions boundary",
            Self::Resource => "resource-based policy",
            Self::Key => "key policy",
            Self::ServiceControl => "SCP",
            Self::ResourceControl => "RCP",
            Self::Endpoint => "VPC endpoint policy",
            Self::Grant => "grant",
        }
    }
}

/// A policy or a grant that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhyPolicy {
    /// The kind.
    pub layer: WhyLayer,
    /// Its name; empty where there is but one, or none.
    pub policy: String,
    /// For policies of an organization where it is attached: the root, a unit, or an account.
    pub level: String,
    /// Why it has no statements here: there is none, it is out of sight, or it has no say.
    pub note: String,
    /// Its statements.
    pub statements: Vec<WhyStatement>,
}

/// How a statement stands to the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhyOutcome {
    /// Everything fits.
    Matched,
    /// Whether it fits depends on what is unknown.
    Depends,
    /// It names other principals.
    OtherPrincipal,
    /// It covers other actions.
    OtherAction,
    /// It covers other resources.
    OtherResource,
    /// One of its conditions does not hold.
    ConditionFails,
}

/// A statement that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhyStatement {
    /// Its Sid, or its place.
    pub statement: String,
    /// Allow or Deny.
    pub effect: String,
    /// How it stands to the request.
    pub outcome: WhyOutcome,
    /// Why it does not fit, on what it depends, or how it names the caller.
    pub because: String,
    /// Whether it decided.
    pub decided: bool,
}

/// A way by which access comes about: a principal, its policy, a secret, its key; or a secret, its policy, a principal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PathTree {
    /// This link.
    pub label: String,
    /// What it leads to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<PathTree>,
}

/// What a finding about access rests on, from which its paths are drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Related {
    /// A secret that the principal reaches, by ARN.
    Secret(String),
    /// A secret that the principal can delete, by ARN.
    Deletable(String),
    /// A principal that reaches the secret, by ARN.
    Principal(String),
    /// The statement of the policy of the resource.
    Statement(String),
    /// A call by which the principal comes to read, and on what.
    Step(String, String),
}

impl Related {
    /// Whether a rule that looks at a column is about it.
    pub fn is_told_by(&self, column: &str) -> bool {
        match self {
            Self::Secret(_) => column.starts_with("readable") || column == "production_without_mfa",
            Self::Deletable(_) => column == "production_deletable_for_good",
            Self::Principal(_) => column.starts_with("readers") || column.starts_with("outside_"),
            Self::Statement(_) => true,
            Self::Step(..) => column == "steps_to_read",
        }
    }
}
