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
    /// Who can, by ARN.
    pub readers: Vec<Reader>,
    /// Who can come to it in one step, by ARN.
    pub can_become: Vec<Becomes>,
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
    /// The action, such as `secretsmanager:GetSecretValue`.
    pub action: String,
    /// Allowed, Conditional, ImplicitlyDenied, ExplicitlyDenied, or Denied (in either way).
    pub decision: String,
    /// Under which conditions; all of them must hold.
    pub conditions: Vec<String>,
    /// The action on the secret, and what it needs of the key.
    pub questions: Vec<WhyQuestion>,
    /// What could not be seen, and how it would change the answer.
    pub caveats: Vec<String>,
}

/// One action on one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhyQuestion {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The decision.
    pub decision: String,
    /// In words what decided.
    pub reason: String,
    /// The policies that were looked at.
    pub policies: Vec<WhyPolicy>,
}

/// A policy that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhyPolicy {
    /// The kind: identity, boundary, session, resource, service control, resource control, grant.
    pub layer: String,
    /// Its name.
    pub policy: String,
    /// Its statements.
    pub statements: Vec<WhyStatement>,
}

/// A statement that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhyStatement {
    /// Its Sid, or its place.
    pub statement: String,
    /// Allow or Deny.
    pub effect: String,
    /// `matched`, `depends` on what is unknown, or `not-matched`.
    pub outcome: String,
    /// Why not, or on what it depends.
    pub because: String,
    /// Whether it decided.
    pub decided: bool,
}
