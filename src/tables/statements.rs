//! Facts about the statements of resource and key policies that allow something.

use crate::model::{AccountId, Region, Related, Resource, ResourceType};

/// What is known of a statement; `None` is "not known".
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StatementRow {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) on: &'static str,
    pub(crate) statement: Option<String>,
    pub(crate) principals: Option<String>,
    pub(crate) actions: Option<String>,
    pub(crate) reads: Option<bool>,
    pub(crate) all_actions: Option<bool>,
    pub(crate) only_own_account: Option<bool>,
    pub(crate) not_principal: Option<bool>,
    pub(crate) open_to_strangers: Option<bool>,
    pub(crate) limit: Option<&'static str>,
    pub(crate) whole_organization: Option<bool>,
    pub(crate) conditions: Option<String>,
    pub(crate) services: Option<String>,
    pub(crate) source_limited: Option<bool>,
    pub(crate) deleted_principals: Option<String>,
    pub(crate) unless: &'static str,
}

impl StatementRow {
    /// What findings draw their paths from.
    pub(super) fn related(&self) -> Vec<Related> {
        self.statement.iter().cloned().map(Related::Statement).collect()
    }

    pub(super) fn resource(&self) -> Resource {
        let kind = if self.on == "key" { ResourceType::Key } else { ResourceType::Secret };
        Resource {
            kind,
            arn: self.arn.clone(),
            name: self.name.clone(),
            account: AccountId::new(&self.account),
            region: Region::new(&self.region),
            second_key: self.statement.clone(),
        }
    }
}
