//! Organizations: accounts, units, and the policies that bound them.

use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::{Account, PolicySummary, PolicyType};

use super::scope::{Answers, Scope, each, pages};
use crate::aws::operations::{
    DESCRIBE_ORGANIZATION, DESCRIBE_POLICY, LIST_ACCOUNTS, LIST_ACCOUNTS_FOR_PARENT,
    LIST_ORGANIZATIONAL_UNITS_FOR_PARENT, LIST_POLICIES, LIST_ROOTS, LIST_TARGETS_FOR_POLICY,
};
use crate::aws::{Failure, Operation};
use crate::model::Gap;
use crate::snapshot::records::{OrgAccount, OrgPolicy, OrgUnit, Organization};
use crate::snapshot::{Kind, SnapshotError};

/// The largest page of the calls that list.
const PAGE: i32 = 20;

/// Codes with which AWS says that there is nothing to list, which is no gap.
const NOT_IN_USE: &str = "AWSOrganizationsNotInUseException";
const NOT_ENABLED: [&str; 2] = ["PolicyTypeNotEnabledException", "UnsupportedAPIEndpointException"];

/// Asks for the organization as the account sees it. An account that belongs to none leaves no record and no gap.
pub(super) async fn collect(scope: &Scope<'_>) -> Result<Option<Organization>, SnapshotError> {
    let records = scope.once(Kind::Organization, |_| true, ask(scope)).await?;
    Ok(records.into_iter().next())
}

async fn ask(scope: &Scope<'_>) -> Answers<Organization> {
    let mut organization = match describe(scope).await {
        Ok(organization) => organization,
        Err(failure) if failure.code == NOT_IN_USE => return Answers::new(),
        Err(failure) => return Answers::gap(scope.gap(&DESCRIBE_ORGANIZATION, failure, None)),
    };
    let mut gaps = Vec::new();
    match accounts(scope).await {
        Ok(accounts) => organization.accounts = accounts,
        Err(gap) => gaps.push(gap),
    }
    gaps.extend(tree(scope, &mut organization).await);
    for kind in [PolicyType::ServiceControlPolicy, PolicyType::ResourceControlPolicy] {
        let (policies, missing) = policies(scope, &kind).await;
        organization.policies.extend(policies);
        gaps.extend(missing);
    }
    organization.accounts.sort_by(|a, b| a.id.cmp(&b.id));
    organization.units.sort_by(|a, b| a.id.cmp(&b.id));
    organization.policies.sort_by(|a, b| a.id.cmp(&b.id));
    Answers { records: vec![organization], gaps }
}

/// Source: Organizations API Reference, `DescribeOrganization`.
async fn describe(scope: &Scope<'_>) -> Result<Organization, Failure> {
    let answer = scope.clients().organizations().describe_organization().send().await?;
    let found = answer.organization.ok_or_else(|| Failure::malformed("no Organization"))?;
    let (Some(id), Some(management_account)) = (found.id, found.master_account_id) else {
        return Err(Failure::malformed("an organization without an id or a management account"));
    };
    Ok(Organization { id, management_account, ..Organization::default() })
}

/// The member accounts.
///
/// Source: Organizations API Reference, `ListAccounts`.
pub(super) async fn accounts(scope: &Scope<'_>) -> Result<Vec<OrgAccount>, Gap> {
    let clients = scope.clients();
    let client = clients.organizations();
    let (accounts, failure) = pages(|token| {
        let request = client.list_accounts().max_results(PAGE).set_next_token(token);
        async move {
            let page = request.send().await?;
            let accounts = page.accounts.ok_or_else(|| Failure::malformed("no Accounts"))?;
            Ok((accounts, page.next_token))
        }
    })
    .await;
    match failure {
        Some(failure) => Err(scope.gap(&LIST_ACCOUNTS, failure, None)),
        None => Ok(accounts.into_iter().filter_map(account).collect()),
    }
}

/// AWS replaces `Status` by `State`, which has more values; where both are there, the newer one speaks.
fn account(account: Account) -> Option<OrgAccount> {
    let state = account.state.map(|state| state.as_str().to_owned());
    let status = account.status.map(|status| status.as_str().to_owned());
    Some(OrgAccount {
        id: account.id?,
        name: account.name.unwrap_or_default(),
        status: state.or(status).unwrap_or_default(),
        parent: None,
    })
}

/// Roots, units and who stands in them, level by level.
async fn tree(scope: &Scope<'_>, organization: &mut Organization) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut level = match roots(scope).await {
        Ok(roots) => roots,
        Err(gap) => return vec![gap],
    };
    while !level.is_empty() {
        let below = each(level.iter().map(|unit| unit.id.clone()), |parent| children(scope, parent)).await;
        organization.units.append(&mut level);
        for Children { units, accounts, parent, gaps: missing } in below {
            level.extend(units);
            gaps.extend(missing);
            for account in organization.accounts.iter_mut().filter(|known| accounts.contains(&known.id)) {
                account.parent = Some(parent.clone());
            }
        }
    }
    gaps
}

struct Children {
    parent: String,
    units: Vec<OrgUnit>,
    accounts: Vec<String>,
    gaps: Vec<Gap>,
}

async fn children(scope: &Scope<'_>, parent: String) -> Children {
    let clients = scope.clients();
    let client = clients.organizations();
    let (units, accounts) = futures::join!(units(client, &parent), members(client, &parent));
    let mut gaps = Vec::new();
    let mut keep = |operation: &Operation, failure: Option<Failure>| {
        gaps.extend(failure.map(|failure| scope.gap(operation, failure.after_listing(), Some(&parent))));
    };
    keep(&LIST_ORGANIZATIONAL_UNITS_FOR_PARENT, units.1);
    keep(&LIST_ACCOUNTS_FOR_PARENT, accounts.1);
    Children { units: units.0, accounts: accounts.0, gaps, parent }
}

/// Source: Organizations API Reference, `ListRoots`.
async fn roots(scope: &Scope<'_>) -> Result<Vec<OrgUnit>, Gap> {
    let clients = scope.clients();
    let client = clients.organizations();
    let (roots, failure) = pages(|token| {
        let request = client.list_roots().max_results(PAGE).set_next_token(token);
        async move {
            let page = request.send().await?;
            let roots = page.roots.ok_or_else(|| Failure::malformed("no Roots"))?;
            Ok((roots, page.next_token))
        }
    })
    .await;
    match failure {
        Some(failure) => Err(scope.gap(&LIST_ROOTS, failure, None)),
        None => Ok(roots.into_iter().filter_map(|root| unit(root.id, root.name, None)).collect()),
    }
}

/// Source: Organizations API Reference, `ListOrganizationalUnitsForParent`.
async fn units(client: &Client, parent: &str) -> (Vec<OrgUnit>, Option<Failure>) {
    pages(|token| {
        let request = client
            .list_organizational_units_for_parent()
            .parent_id(parent)
            .max_results(PAGE)
            .set_next_token(token);
        async move {
            let page = request.send().await?;
            let units =
                page.organizational_units.ok_or_else(|| Failure::malformed("no OrganizationalUnits"))?;
            let units = units.into_iter().filter_map(|found| unit(found.id, found.name, Some(parent)));
            Ok((units.collect(), page.next_token))
        }
    })
    .await
}

/// Source: Organizations API Reference, `ListAccountsForParent`.
async fn members(client: &Client, parent: &str) -> (Vec<String>, Option<Failure>) {
    pages(|token| {
        let request =
            client.list_accounts_for_parent().parent_id(parent).max_results(PAGE).set_next_token(token);
        async move {
            let page = request.send().await?;
            let accounts = page.accounts.ok_or_else(|| Failure::malformed("no Accounts"))?;
            Ok((accounts.into_iter().filter_map(|account| account.id).collect(), page.next_token))
        }
    })
    .await
}

fn unit(id: Option<String>, name: Option<String>, parent: Option<&str>) -> Option<OrgUnit> {
    Some(OrgUnit { id: id?, name: name.unwrap_or_default(), parent: parent.map(str::to_owned) })
}

/// The policies of one type, each with its document and targets.
///
/// Source: Organizations API Reference, `ListPolicies`.
async fn policies(scope: &Scope<'_>, kind: &PolicyType) -> (Vec<OrgPolicy>, Vec<Gap>) {
    let clients = scope.clients();
    let client = clients.organizations();
    let (summaries, failure) = pages(|token| {
        let request = client.list_policies().filter(kind.clone()).max_results(PAGE).set_next_token(token);
        async move {
            let page = request.send().await?;
            let policies = page.policies.ok_or_else(|| Failure::malformed("no Policies"))?;
            Ok((policies, page.next_token))
        }
    })
    .await;
    let mut gaps: Vec<_> = failure
        .filter(|failure| !NOT_ENABLED.contains(&failure.code.as_str()))
        .map(|failure| scope.gap(&LIST_POLICIES, failure, None))
        .into_iter()
        .collect();
    let mut policies = Vec::new();
    for answer in each(summaries, |summary| policy(scope, client, kind, summary)).await {
        match answer {
            Ok(policy) => policies.push(policy),
            Err(gap) => gaps.push(gap),
        }
    }
    (policies, gaps)
}

async fn policy(
    scope: &Scope<'_>,
    client: &Client,
    kind: &PolicyType,
    summary: PolicySummary,
) -> Result<OrgPolicy, Gap> {
    let id = summary.id.unwrap_or_default();
    let (document, targets) = futures::join!(document(client, &id), targets(client, &id));
    let gap = |operation, failure: Failure| scope.gap(operation, failure.after_listing(), Some(id.as_str()));
    let document = document.map_err(|failure| gap(&DESCRIBE_POLICY, failure))?;
    let targets = targets.map_err(|failure| gap(&LIST_TARGETS_FOR_POLICY, failure))?;
    let name = summary.name.unwrap_or_default();
    Ok(OrgPolicy { id, name, policy_type: kind.as_str().to_owned(), document, targets })
}

/// Source: Organizations API Reference, `DescribePolicy`.
async fn document(client: &Client, id: &str) -> Result<String, Failure> {
    let answer = client.describe_policy().policy_id(id).send().await?;
    let content = answer.policy.and_then(|policy| policy.content);
    content.ok_or_else(|| Failure::malformed("no Content"))
}

/// Source: Organizations API Reference, `ListTargetsForPolicy`.
async fn targets(client: &Client, id: &str) -> Result<Vec<String>, Failure> {
    let (mut targets, failure) = pages(|token| {
        let request = client.list_targets_for_policy().policy_id(id).max_results(PAGE).set_next_token(token);
        async move {
            let page = request.send().await?;
            let targets = page.targets.ok_or_else(|| Failure::malformed("no Targets"))?;
            Ok((targets.into_iter().filter_map(|target| target.target_id).collect(), page.next_token))
        }
    })
    .await;
    targets.sort();
    failure.map_or(Ok(targets), Err)
}
