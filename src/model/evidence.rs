//! What was seen, and what could not be seen and why.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccountId, Region};

/// Why a call brought no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GapCause {
    /// AWS refused the call; the permission would mend it.
    Refused,
    /// AWS kept throttling until the retries were used up.
    Throttled,
    /// The endpoint could not be reached or broke off.
    Unreachable,
    /// AWS answered with another error, or with something that could not be read.
    Failed,
    /// The resource went away between two calls.
    Vanished,
    /// Nobody asked: the snapshot has no answer of this kind.
    NotCollected,
    /// The source that was asked does not carry this fact.
    NotCarried,
    /// The answer came but is not what AWS documents.
    Malformed,
    /// A file is not what it should be, or could not be read to its end.
    Unreadable,
}

/// One piece of evidence that is missing: which call, for what, with which error, and what would mend it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The call as IAM writes it, such as `secretsmanager:GetResourcePolicy`.
    pub call: String,
    /// Why there is no answer.
    pub cause: GapCause,
    /// The account in which the call was made.
    pub account: Option<AccountId>,
    /// The Region in which the call was made; none for global services.
    pub region: Option<Region>,
    /// The ARN or name of what was asked about; none where the call lists.
    pub resource: Option<String>,
    /// The error code as the service wrote it, such as `AccessDeniedException`.
    pub error: String,
    /// The service's own sentence.
    pub message: String,
    /// The IAM action that would mend it, where a permission would.
    pub permission: Option<String>,
}

impl Gap {
    /// Where the gap lies: the resource, or else the account and Region.
    pub fn scope(&self) -> String {
        if let Some(resource) = &self.resource {
            return resource.clone();
        }
        match (&self.account, &self.region) {
            (Some(account), Some(region)) => format!("{account} {region}"),
            (Some(account), None) => account.to_string(),
            (None, Some(region)) => region.to_string(),
            (None, None) => "everywhere".to_owned(),
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause {
            GapCause::NotCollected => write!(f, "{} was not asked: {}", self.call, self.message)?,
            GapCause::NotCarried | GapCause::Unreadable => return write!(f, "{}", self.message),
            GapCause::Malformed => return write!(f, "{} answered {}", self.call, self.message),
            GapCause::Vanished => write!(f, "{}: gone during the audit", self.call)?,
            GapCause::Refused | GapCause::Throttled | GapCause::Unreachable | GapCause::Failed => {
                write!(f, "{} failed with {}", self.call, self.error)?;
            }
        }
        match &self.permission {
            Some(permission) if self.cause == GapCause::Refused => write!(f, "; allow {permission}"),
            _ => Ok(()),
        }
    }
}

/// The place of a gap in a [`Gaps`] list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GapId(u32);

/// All gaps of an audit, each kept once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    list: Vec<Gap>,
    ids: std::collections::BTreeMap<Gap, GapId>,
}

impl Gaps {
    /// Keeps the gap, or finds it where it was kept before.
    pub fn add(&mut self, gap: Gap) -> GapId {
        if let Some(id) = self.ids.get(&gap) {
            return *id;
        }
        let id = GapId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.ids.insert(gap.clone(), id);
        self.list.push(gap);
        id
    }

    /// The gap behind an id that this list gave out.
    pub fn get(&self, id: GapId) -> Option<&Gap> {
        self.list.get(id.0 as usize)
    }

    /// All gaps in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Gap> {
        self.list.iter()
    }

    /// How many gaps there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether everything was seen.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// One value on which a verdict rests, and the call that brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The column of the rule's table.
    pub column: String,
    /// The value as text; `unknown` stands for NULL.
    pub value: String,
    /// The call that the value comes from.
    pub call: String,
}

/// One call whose answer a verdict would need.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingEvidence {
    /// The call as IAM writes it.
    pub call: String,
    /// What it was asked about.
    pub scope: String,
    /// The error code, or the reason in words.
    pub error: String,
    /// The IAM action that would mend it.
    pub permission: Option<String>,
}

impl From<&Gap> for MissingEvidence {
    fn from(gap: &Gap) -> Self {
        Self {
            call: gap.call.clone(),
            scope: gap.scope(),
            error: gap.error.clone(),
            permission: gap.permission.clone(),
        }
    }
}
