//! What each statement of a resource or key policy lets in.

use std::collections::{BTreeMap, BTreeSet};

use super::Sight;
use crate::access::{
    Estate, Exposure, KeyNode, Limit, On, SecretNode, accounts_of_policy, exposure, is_limited_by_source,
    statement_name,
};
use crate::model::{AccountId, Gap, Settings};
use crate::policy::{CompiledStatement, Document, Effect, Named, OneOrMany, Policy, PrincipalList};
use crate::tables::context::{AccountContext, Context, RegionContext};
use crate::tables::gaps::own_gap;
use crate::tables::keys::KeyRow;
use crate::tables::schema::Group;
use crate::tables::statements::StatementRow;

/// A statement's facts with the reasons for what is not known, by group.
pub(in crate::tables) type Rows = Vec<(StatementRow, Vec<(Group, Gap)>)>;

/// What matters on secrets: reading, and what leads to it or destroys.
const ON_SECRETS: &[&str] = &[
    "secretsmanager:getsecretvalue",
    "secretsmanager:putsecretvalue",
    "secretsmanager:deletesecret",
    "secretsmanager:putresourcepolicy",
];

const ON_KEYS: &[&str] = &["kms:decrypt"];

/// The statements of all policies of secrets, and of the keys that they use; where a policy is out of sight one row of
/// which nothing is known.
pub(in crate::tables) fn rows(sight: &Sight<'_, '_>, context: &Context<'_>) -> Rows {
    let mut rows = Rows::new();
    let mut nodes = sight.estate.secrets.iter();
    for account in &context.accounts {
        for region in account.regions.values() {
            for _ in &region.data.secrets.records {
                if let Some(secret) = nodes.next() {
                    rows.extend(of_secret(sight, account, region, secret));
                }
            }
        }
    }
    rows.extend(
        sight.estate.keys.iter().filter(|key| !key.is_aws_managed).flat_map(|key| of_key(sight, key)),
    );
    rows
}

fn of_secret(
    sight: &Sight<'_, '_>,
    account: &AccountContext<'_>,
    region: &RegionContext<'_>,
    secret: &SecretNode<'_>,
) -> Rows {
    use crate::access::Attached;
    use crate::tables::context::Answer;
    let arn = &secret.record.arn;
    let base = StatementRow {
        arn: arn.clone(),
        name: secret.record.name.clone(),
        account: secret.account.to_string(),
        region: secret.region.to_string(),
        on: "secret",
        unless: sight.unless(secret.account.as_str()),
        ..StatementRow::default()
    };
    match &secret.policy {
        Attached::None => Rows::new(),
        Attached::Unread(reason) => {
            let gaps = match region.policies.get(arn) {
                Answer::Missing(gaps) if !gaps.is_empty() => gaps,
                _ => {
                    let message = format!("a policy that cannot be read: {reason}");
                    let cause = crate::model::GapCause::Malformed;
                    let call = Group::ResourcePolicy.call();
                    vec![own_gap(cause, call, (secret.account, secret.region), arn, &message)]
                }
            };
            let about = [Group::ResourcePolicy, Group::Principals];
            let gaps = gaps.iter().flat_map(|gap| about.map(|group| (group, gap.clone()))).collect();
            vec![(base, gaps)]
        }
        Attached::Read(policy) => {
            let on = On { arn, account: secret.account.as_str(), is_key: false, actions: ON_SECRETS };
            let unlisted = super::principal_gaps(account);
            statements(sight, policy, &on, &base)
                .map(|row| {
                    let unknown = row.deleted_principals.is_none();
                    let gaps =
                        unlisted.iter().filter(|_| unknown).map(|gap| (Group::Principals, gap.clone()));
                    let gaps = gaps.collect();
                    (row, gaps)
                })
                .collect()
        }
    }
}

/// A key whose policy is out of sight has no rows: the key itself says so.
fn of_key(sight: &Sight<'_, '_>, key: &KeyNode) -> Rows {
    if key.unread.is_some() {
        return Rows::new();
    }
    let base = StatementRow {
        arn: key.arn.clone(),
        name: key.arn.rsplit('/').next().unwrap_or_default().to_owned(),
        account: key.account.to_string(),
        region: key.region.to_string(),
        on: "key",
        unless: sight.unless(key.account.as_str()),
        ..StatementRow::default()
    };
    let on = On { arn: &key.arn, account: key.account.as_str(), is_key: true, actions: ON_KEYS };
    let rows = statements(sight, &key.policy, &on, &base);
    rows.map(|row| (StatementRow { deleted_principals: Some(String::new()), ..row }, Vec::new())).collect()
}

/// The statements of a policy that allow something.
fn statements<'a>(
    sight: &'a Sight<'_, '_>,
    policy: &'a Policy,
    on: &'a On<'a>,
    base: &'a StatementRow,
) -> impl Iterator<Item = StatementRow> + 'a {
    let compiled = policy.statements().iter().enumerate();
    compiled
        .filter(|(_, statement)| statement.effect == Effect::Allow)
        .map(move |(index, statement)| row(sight, policy, on, base, (index, statement)))
}

fn row(
    sight: &Sight<'_, '_>,
    policy: &Policy,
    on: &On<'_>,
    base: &StatementRow,
    (index, statement): (usize, &CompiledStatement),
) -> StatementRow {
    let exposure = exposure(sight.estate, policy, index, on);
    let written = policy.document.statement.as_slice().get(index);
    let names = statement.principals.as_ref().map(|principals| &*principals.names).unwrap_or_default();
    let actions =
        written.and_then(|written| written.action.as_ref()).map(OneOrMany::as_slice).unwrap_or_default();
    let services: Vec<&str> = names
        .iter()
        .filter_map(|name| match name {
            Named::Service(service) => Some(service.as_str()),
            _ => None,
        })
        .collect();
    let is_own = |name: &Named| matches!(name, Named::Account(account) if account == on.account);
    let reading = if on.is_key { "kms:decrypt" } else { "secretsmanager:getsecretvalue" };
    // An action that AWS does not have is covered by what covers all.
    let any_action = if on.is_key { "kms:\u{2022}" } else { "secretsmanager:\u{2022}" };
    StatementRow {
        statement: Some(statement_name(statement, index)),
        principals: Some(written_principals(
            written.and_then(|written| written.principal.as_ref().or(written.not_principal.as_ref())),
        )),
        actions: Some(actions.join(", ")),
        reads: Some(statement.covers_action(reading)),
        all_actions: Some(statement.covers_action(any_action) && statement.covers_action(reading)),
        only_own_account: Some(!names.is_empty() && names.iter().all(is_own)),
        not_principal: Some(statement.principals.as_ref().is_some_and(|principals| principals.negated)),
        open_to_strangers: Some(exposure.is_some()),
        limit: Some(limit(exposure.as_ref())),
        whole_organization: Some(exposure.as_ref().is_some_and(|exposure| exposure.whole_organization)),
        conditions: Some(exposure.map(|exposure| exposure.conditions.join(" and ")).unwrap_or_default()),
        services: Some(services.join(", ")),
        source_limited: Some(is_limited_by_source(statement)),
        deleted_principals: deleted(sight.estate, names),
        ..base.clone()
    }
}

fn limit(exposure: Option<&Exposure>) -> &'static str {
    match exposure.map(|exposure| exposure.limit) {
        None => "names",
        Some(Limit::None) => "none",
        Some(Limit::Weak) => "weak",
        Some(Limit::Limits) => "limits",
    }
}

fn written_principals(list: Option<&PrincipalList>) -> String {
    match list {
        None => String::new(),
        Some(PrincipalList::Everyone) => "*".to_owned(),
        Some(PrincipalList::Named(named)) => {
            let names: Vec<&str> =
                named.iter().flat_map(|(_, names)| names.iter()).map(String::as_str).collect();
            names.join(", ")
        }
    }
}

/// The principals that do not exist; none where the users and roles of an account that it names are out of sight.
fn deleted(estate: &Estate<'_>, names: &[Named]) -> Option<String> {
    let mut gone = Vec::new();
    for name in names {
        match name {
            Named::Deleted(id) => gone.push(id.clone()),
            Named::Caller(caller) => {
                let arn = caller.to_string();
                match caller.account().map(AccountId::new) {
                    Some(account) if !estate.accounts.contains_key(&account) => {}
                    Some(account) if !estate.sees_principals_of(&account) => return None,
                    _ if is_known(estate, &arn) => {}
                    _ => gone.push(arn),
                }
            }
            _ => {}
        }
    }
    Some(gone.join(", "))
}

/// Whether IAM lists a principal, or the role of a session, or the user of a federated one.
fn is_known(estate: &Estate<'_>, arn: &str) -> bool {
    let Some((account, resource)) = arn
        .splitn(6, ':')
        .skip(4)
        .collect::<Vec<_>>()
        .split_first()
        .map(|(a, r)| ((*a).to_owned(), r.join(":")))
    else {
        return false;
    };
    let mut parts = resource.split('/');
    let (kind, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let own = estate.principals.iter().filter(|principal| principal.kind.is_own());
    own.into_iter().any(|principal| {
        principal.arn == arn
            || (matches!(kind, "assumed-role" | "federated-user")
                && principal.name == name
                && principal.account.as_ref().is_some_and(|own| own.as_str() == account))
    })
}

/// Who can decrypt with a key from outside; the gaps say what of it is not known.
pub(in crate::tables) fn key_facts(
    sight: &Sight<'_, '_>,
    (settings, home, region): (&Settings, &AccountId, &RegionContext<'_>),
    row: &mut KeyRow,
) -> Vec<Gap> {
    let Some(key) = sight.estate.key(&row.arn) else { return Vec::new() };
    row.unless = sight.unless(key.account.as_str());
    if let Some(reason) = &key.unread {
        return region.keys.gaps_of_call("kms:GetKeyPolicy", &key.arn, reason);
    }
    let on = On { arn: &key.arn, account: key.account.as_str(), is_key: true, actions: ON_KEYS };
    let allowing = || {
        key.policy.statements().iter().enumerate().filter(|(_, statement)| {
            statement.effect == Effect::Allow && statement.covers_action("kms:decrypt")
        })
    };
    let mut exposures = allowing().filter_map(|(index, _)| exposure(sight.estate, &key.policy, index, &on));
    row.strangers_decrypt = Some(exposures.any(|exposure| exposure.limit != Limit::Limits));
    if key.grants_unread {
        return region.keys.gaps_of_call("kms:ListGrants", &key.arn, "no grants were listed");
    }
    let decrypting = Policy::new(Document {
        statement: OneOrMany::Many(allowing().filter_map(|(index, _)| written(&key.policy, index)).collect()),
        ..key.policy.document.as_ref().clone()
    });
    let by_policy = accounts_of_policy(&decrypting).into_iter();
    let by_grant =
        key.grants.iter().filter(|grant| grant.operations.iter().any(|operation| operation == "Decrypt"));
    let by_grant = by_grant.filter_map(|grant| grant.grantee.account().map(str::to_owned));
    let outside: BTreeSet<String> = by_policy
        .chain(by_grant)
        .filter(|account| is_outside(sight.estate, settings, (account, home, key.account.as_str())))
        // Strangers are accounts outside of any organization.
        .chain((row.strangers_decrypt == Some(true)).then(|| "*".to_owned()))
        .collect();
    row.outside_accounts = Some(outside.into_iter().collect::<Vec<_>>().join(", "));
    Vec::new()
}

fn written(policy: &Policy, index: usize) -> Option<crate::policy::Statement> {
    policy.document.statement.as_slice().get(index).cloned()
}

fn is_outside(
    estate: &Estate<'_>,
    settings: &Settings,
    (account, home, owner): (&str, &AccountId, &str),
) -> bool {
    let is_trusted = settings.trusted_accounts.iter().any(|known| known == account);
    let is_own = account == home.as_str() || account == owner;
    !is_trusted && !is_own && estate.is_same_organization(account, home) != Some(true)
}

/// How many administrators each account has, and their names.
pub(in crate::tables) fn administrators(sight: &Sight<'_, '_>) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for principal in sight.estate.principals.iter().filter(|principal| principal.kind.is_own()) {
        if let Some(account) = &principal.account
            && crate::access::is_administrator(sight.estate, principal)
        {
            found.entry(account.to_string()).or_default().push(principal.name.clone());
        }
    }
    found
}
