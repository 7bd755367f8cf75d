//! What IAM says about the principals of an account.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tag;

/// A policy written into a user, group or role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlinePolicy {
    /// Its name.
    pub name: String,
    /// The document, URL-decoded.
    pub document: String,
}

/// A user.
///
/// Source: IAM API Reference, `UserDetail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its ARN.
    pub arn: String,
    /// Its unique id, AIDA….
    pub id: String,
    /// Its name.
    pub name: String,
    /// Inline policies.
    #[serde(default)]
    pub inline: Vec<InlinePolicy>,
    /// ARNs of attached managed policies.
    #[serde(default)]
    pub attached: Vec<String>,
    /// Names of its groups.
    #[serde(default)]
    pub groups: Vec<String>,
    /// ARN of the permissions boundary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// A group.
///
/// Source: IAM API Reference, `GroupDetail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its ARN.
    pub arn: String,
    /// Its unique id, AGPA….
    pub id: String,
    /// Its name.
    pub name: String,
    /// Inline policies.
    #[serde(default)]
    pub inline: Vec<InlinePolicy>,
    /// ARNs of attached managed policies.
    #[serde(default)]
    pub attached: Vec<String>,
}

/// When and where a role was last used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleUse {
    /// When; within the tracking period of 400 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// In which Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// A role.
///
/// Source: IAM API Reference, `RoleDetail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// Its unique id, AROA….
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who may assume it, URL-decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<String>,
    /// Inline policies.
    #[serde(default)]
    pub inline: Vec<InlinePolicy>,
    /// ARNs of attached managed policies.
    #[serde(default)]
    pub attached: Vec<String>,
    /// ARN of the permissions boundary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// Its last use, where IAM knows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<RoleUse>,
}

/// A managed policy that is attached to something, with the document of its default version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The default version's document, URL-decoded.
    pub document: String,
}

/// GetAccountAuthorizationDetails of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// Users.
    pub users: Vec<User>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Managed policies.
    pub policies: Vec<ManagedPolicy>,
}

/// An access key as the credential report shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// Whether it works.
    pub active: bool,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When it was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Timestamp>,
}

/// A row of the credential report.
///
/// Source: IAM User Guide, "Get credential reports for your AWS account".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// The user's ARN; the root user's ends in `:root`.
    pub arn: String,
    /// The user's name; `<root_account>` for the root user.
    pub user: String,
    /// Whether a console password is set; absent for the root user, where IAM says `not_supported`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<bool>,
    /// When the password was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_last_used: Option<Timestamp>,
    /// Whether a device for multi-factor authentication is active.
    pub mfa: bool,
    /// Its access keys, first and second.
    pub keys: Vec<AccessKey>,
}
