//! The policy document as AWS writes it: nothing lost, nothing interpreted.
//!
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language".

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Number;

use super::operator::Operator;

/// One value or a list of them; AWS accepts both nearly everywhere, and the shape is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// A bare value.
    One(T),
    /// A list, possibly of one or none.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// The values.
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }

    /// The values in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.as_slice().iter()
    }
}

/// The version of the language in which a document is written.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Version".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Version {
    /// Without policy variables; also what counts where the element is absent.
    #[serde(rename = "2008-10-17")]
    V2008,
    /// With policy variables.
    #[serde(rename = "2012-10-17")]
    V2012,
}

/// What a statement does to the requests that it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Effect {
    /// Lets them pass.
    Allow,
    /// Stops them, whatever else allows.
    Deny,
}

impl Effect {
    /// The word in policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// The kinds of names under which a `Principal` element lists its principals.
///
/// Source: IAM User Guide, "AWS JSON policy elements: Principal".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum PrincipalKind {
    /// Accounts, users, roles and sessions; `*` is everybody.
    #[serde(rename = "AWS")]
    Aws,
    /// AWS services.
    Service,
    /// Identity providers.
    Federated,
    /// Canonical user ids of S3.
    CanonicalUser,
}

/// Whom a statement of a resource policy names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrincipalList {
    /// `"*"`.
    Everyone,
    /// `{"AWS": …, "Service": …}`, in the order of the document.
    Named(Vec<(PrincipalKind, OneOrMany<String>)>),
}

impl Serialize for PrincipalList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Everyone => serializer.serialize_str("*"),
            Self::Named(named) => serializer.collect_map(named.iter().map(|(kind, names)| (kind, names))),
        }
    }
}

/// A value in a condition. AWS compares the texts, but a document may hold a boolean or a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    /// Text.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A number.
    Number(Number),
}

impl Scalar {
    /// The value as AWS compares it.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Boolean(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }
}

/// One operator with its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionBlock {
    /// The operator.
    pub operator: Operator,
    /// Key to values, in the order of the document.
    pub keys: Vec<(String, OneOrMany<Scalar>)>,
}

/// A `Condition` element: all blocks must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConditionElement(pub Vec<ConditionBlock>);

impl Serialize for ConditionElement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Keys<'a>(&'a [(String, OneOrMany<Scalar>)]);
        impl Serialize for Keys<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(key, values)| (key, values)))
            }
        }
        serializer.collect_map(self.0.iter().map(|block| (block.operator.to_string(), Keys(&block.keys))))
    }
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// Its name, unique in the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// Whom it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalList>,
    /// Whom it leaves out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_principal: Option<PrincipalList>,
    /// Which actions it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<OneOrMany<String>>,
    /// Which actions it leaves out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_action: Option<OneOrMany<String>>,
    /// Which resources it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<OneOrMany<String>>,
    /// Which resources it leaves out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_resource: Option<OneOrMany<String>>,
    /// Under which circumstances it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<ConditionElement>,
}

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Document {
    /// The version of the language; [`Version::V2008`] where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its statements.
    pub statement: OneOrMany<Statement>,
}

impl Document {
    /// Whether `${…}` is a policy variable here, rather than text.
    pub fn has_variables(&self) -> bool {
        self.version == Some(Version::V2012)
    }
}

impl fmt::Display for Document {
    /// The document as JSON on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
