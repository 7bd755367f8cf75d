//! What could not be listed: parts of the world whose rows are out of sight.

use super::context::AccountContext;
use super::schema::Table;
use crate::model::{Gap, GapId, Gaps, Region, Resource, ResourceType};
use crate::snapshot::AccountEntry;

/// A part of the world whose rows could not be listed: every rule of the table is unknown there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeGap {
    /// What could not be listed.
    pub resource: Resource,
    /// Why.
    pub gaps: Vec<GapId>,
    /// What is known all the same of a row that might be there, by column; everything else is NULL.
    pub known: Vec<(&'static str, i64)>,
}

/// An account that could not be entered at all.
pub(super) fn account_scope(account: &AccountContext<'_>, table: Table, gaps: &mut Gaps) -> Option<ScopeGap> {
    let missing: Vec<&Gap> = account.data.entry.gaps.iter().collect();
    if !account.regions.is_empty() {
        return None;
    }
    scope(table, &account.data.entry, &Region::global(), &missing, gaps)
}

pub(super) fn scope(
    table: Table,
    entry: &AccountEntry,
    region: &Region,
    missing: &[&Gap],
    gaps: &mut Gaps,
) -> Option<ScopeGap> {
    if missing.is_empty() {
        return None;
    }
    let AccountEntry { account, partition, .. } = entry;
    let resource = Resource {
        kind: ResourceType::Scope,
        arn: format!("arn:{partition}:{}:{region}:{account}:*", service_of(table)),
        name: format!("every {} in {account} {region}", noun(table)),
        account: account.clone(),
        region: region.clone(),
        second_key: None,
    };
    let gaps = missing.iter().map(|gap| gaps.add((*gap).clone())).collect();
    Some(ScopeGap { resource, gaps, known: Vec::new() })
}

fn noun(table: Table) -> &'static str {
    match table {
        Table::Secrets => "secret",
        Table::Keys => "key",
        Table::Principals => "user and role",
        Table::Statements => "statement",
        Table::Accounts => "account",
        Table::Regions => "Region",
        Table::Trails => "trail",
        Table::Reads => "read",
        Table::Events => "event",
        Table::Callers => "caller",
        Table::Evaluations => "verdict",
        Table::Exceptions => "exception",
    }
}

fn service_of(table: Table) -> &'static str {
    match table {
        Table::Secrets | Table::Regions => "secretsmanager",
        Table::Keys => "kms",
        Table::Statements => "secretsmanager",
        Table::Principals | Table::Accounts => "iam",
        Table::Evaluations | Table::Exceptions => "config",
        Table::Trails | Table::Reads | Table::Events | Table::Callers => "cloudtrail",
    }
}
