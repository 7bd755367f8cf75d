//! The only place where a column is named and described.
//!
//! In goes nothing; out come the columns of every table: name, type, unit, meaning, the call they rest on, the value
//! that an example takes for granted, and how a row's facts become the cell. To add a column: one entry in the
//! table's file here, and the fact in the row type beside the builder.
//!
//! NULL means "not known" and nothing else. A fact that is absent is a value: false, zero or the empty text, as the
//! column's meaning says.

mod accounts;
mod callers;
mod changes;
mod column;
mod evaluations;
mod exceptions;
mod keys;
mod principals;
mod reads;
mod regions;
mod secret_access;
mod secret_use;
mod secrets;
mod statements;
mod trails;

pub use column::{Cell, Column, ColumnInfo, ColumnType, Group, Ordinary};

pub(super) use accounts::ACCOUNTS;
pub(super) use callers::CALLERS;
pub(super) use changes::EVENTS;
pub(super) use evaluations::EVALUATIONS;
pub(super) use exceptions::EXCEPTIONS;
pub(super) use keys::KEYS;
pub(super) use principals::PRINCIPALS;
pub(super) use reads::READS;
pub(super) use regions::REGIONS;
pub(super) use secret_access::SECRET_ACCESS;
pub(super) use secret_use::SECRET_USE;
pub(super) use secrets::SECRETS;
pub(super) use statements::STATEMENTS;
pub(super) use trails::TRAILS;

use serde::{Deserialize, Serialize};

pub use crate::snapshot::records::Tag;

/// A table that rules can judge: one row for each secret, key, principal, statement, account, Region or trail.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Table {
    /// One row for each secret in each Region; replicas are rows of their own.
    Secrets,
    /// One row for each KMS key that a secret uses.
    Keys,
    /// One row for each user and role of the audited accounts.
    Principals,
    /// One row for each statement that allows something in the policy of a secret or key.
    Statements,
    /// One row for each audited account.
    Accounts,
    /// One row for each Region of an audited account that holds secrets.
    Regions,
    /// One row for each CloudTrail trail.
    Trails,
    /// One row for each secret, principal, event, outcome, error and class of source that CloudTrail recorded.
    Reads,
    /// One row for each change of a secret and each step of its rotation that CloudTrail recorded.
    Events,
    /// One row for each principal that CloudTrail saw reading secrets or trying to.
    Callers,
    /// One row for each verdict of AWS Config on a secret that a rule of ours judges too.
    Evaluations,
    /// One row for each exception and each accepted gap of the settings.
    Exceptions,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 12] = [
        Self::Secrets,
        Self::Keys,
        Self::Principals,
        Self::Statements,
        Self::Accounts,
        Self::Regions,
        Self::Trails,
        Self::Reads,
        Self::Events,
        Self::Callers,
        Self::Evaluations,
        Self::Exceptions,
    ];

    /// Whether its rows are about verdicts on other tables, so that those come first.
    pub fn is_second_stage(self) -> bool {
        matches!(self, Self::Evaluations | Self::Exceptions)
    }

    /// The name in rule files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secrets => "secrets",
            Self::Keys => "keys",
            Self::Principals => "principals",
            Self::Statements => "statements",
            Self::Accounts => "accounts",
            Self::Regions => "regions",
            Self::Trails => "trails",
            Self::Reads => "reads",
            Self::Events => "events",
            Self::Callers => "callers",
            Self::Evaluations => "evaluations",
            Self::Exceptions => "exceptions",
        }
    }

    /// What a row stands for, in one line.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Secrets => "one row for each secret in each Region; replicas are rows of their own",
            Self::Keys => "one row for each KMS key that a secret uses",
            Self::Principals => "one row for each user and role of the audited accounts",
            Self::Statements => {
                "one row for each statement that allows something in the policy of a secret or key"
            }
            Self::Accounts => "one row for each audited account",
            Self::Regions => "one row for each Region of an audited account that holds secrets",
            Self::Trails => "one row for each CloudTrail trail",
            Self::Reads => {
                "one row for each secret, principal, event, outcome, error and class of source that CloudTrail recorded"
            }
            Self::Events => {
                "one row for each change of a secret and each step of its rotation that CloudTrail recorded"
            }
            Self::Callers => "one row for each principal that CloudTrail saw reading secrets or trying to",
            Self::Evaluations => {
                "one row for each verdict of AWS Config on a secret that a rule of ours judges too"
            }
            Self::Exceptions => "one row for each exception and each accepted gap of the settings",
        }
    }

    /// Whether its rows have tags of their own.
    pub fn has_tags(self) -> bool {
        matches!(self, Self::Secrets | Self::Principals)
    }

    /// The column that counts who can reach a row, or what a row can reach.
    pub fn reach(self) -> Option<&'static str> {
        match self {
            Self::Secrets => Some("readers_min"),
            Self::Principals => Some("readable_min"),
            _ => None,
        }
    }

    /// The columns that every row has, in the order of `secrets-auditor schema`.
    pub fn columns(self) -> Vec<&'static ColumnInfo> {
        match self {
            Self::Secrets => {
                SECRETS.iter().chain(SECRET_ACCESS).chain(SECRET_USE).map(|column| &column.info).collect()
            }
            Self::Keys => KEYS.iter().map(|column| &column.info).collect(),
            Self::Principals => PRINCIPALS.iter().map(|column| &column.info).collect(),
            Self::Statements => STATEMENTS.iter().map(|column| &column.info).collect(),
            Self::Accounts => ACCOUNTS.iter().map(|column| &column.info).collect(),
            Self::Regions => REGIONS.iter().map(|column| &column.info).collect(),
            Self::Trails => TRAILS.iter().map(|column| &column.info).collect(),
            Self::Reads => READS.iter().map(|column| &column.info).collect(),
            Self::Events => EVENTS.iter().map(|column| &column.info).collect(),
            Self::Callers => CALLERS.iter().map(|column| &column.info).collect(),
            Self::Evaluations => EVALUATIONS.iter().map(|column| &column.info).collect(),
            Self::Exceptions => EXCEPTIONS.iter().map(|column| &column.info).collect(),
        }
    }

    /// The column with this name.
    pub fn column(self, name: &str) -> Option<&'static ColumnInfo> {
        self.columns().into_iter().find(|column| column.name == name)
    }

    /// The table with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.as_str() == name)
    }
}

/// A column that exists because a rule names it: it looks at one tag of a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TagColumn {
    /// `tag:K`: the value, the empty text where the tag is absent.
    Value(String),
    /// `has_tag:K`: whether the tag is there, in this letter case.
    Has(String),
    /// `has_tag_any_case:k`: whether the tag is there, and not empty, in any letter case.
    HasAnyCase(String),
}

impl TagColumn {
    /// Reads a column name; `None` where it is not about a tag.
    pub fn parse(name: &str) -> Option<Self> {
        let of = |prefix: &str| name.strip_prefix(prefix).filter(|key| !key.is_empty()).map(str::to_owned);
        of("tag:")
            .map(Self::Value)
            .or_else(|| of("has_tag:").map(Self::Has))
            .or_else(|| of("has_tag_any_case:").map(|key| Self::HasAnyCase(key.to_lowercase())))
    }

    /// The name of the column.
    pub fn name(&self) -> String {
        match self {
            Self::Value(key) => format!("tag:{key}"),
            Self::Has(key) => format!("has_tag:{key}"),
            Self::HasAnyCase(key) => format!("has_tag_any_case:{key}"),
        }
    }

    /// The type of the column.
    pub fn kind(&self) -> ColumnType {
        match self {
            Self::Value(_) => ColumnType::Text,
            Self::Has(_) | Self::HasAnyCase(_) => ColumnType::Boolean,
        }
    }

    /// The cell of a secret with these tags; NULL where the tags are not known.
    pub fn cell(&self, tags: Option<&[Tag]>) -> Cell {
        let Some(tags) = tags else { return Cell::Null };
        match self {
            Self::Value(key) => {
                let value = tags.iter().find(|tag| tag.key == *key).map(|tag| tag.value.clone());
                Cell::Text(value.unwrap_or_default())
            }
            Self::Has(key) => Cell::Boolean(tags.iter().any(|tag| tag.key == *key)),
            Self::HasAnyCase(key) => {
                let named = |tag: &Tag| tag.key.to_lowercase() == *key && !tag.value.trim().is_empty();
                Cell::Boolean(tags.iter().any(named))
            }
        }
    }
}
