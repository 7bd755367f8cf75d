//! The rotation function of a secret: whether it can be invoked, and whether its role can do the work.

use super::{Sight, organization_gaps, principal_gaps};
use crate::access::{Asking, Principal, SecretAction, SecretNode, is_limited_by_source};
use crate::model::{Gap, GapCause};
use crate::policy::{Caller, Context, Effect, Named, Policy, Question, Request, decide_partly};
use crate::snapshot::records::{Function, FunctionState};
use crate::tables::context::{AccountContext, RegionContext};
use crate::tables::gaps::own_gap;
use crate::tables::schema::Group;
use crate::tables::secrets::SecretFacts;

/// The service that invokes rotation functions.
const ROTATOR: &str = "secretsmanager.amazonaws.com";

/// What a rotation function does to its secret.
///
/// Source: Secrets Manager User Guide, "Lambda rotation function execution role permissions".
const WORK: &[&str] = &["DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"];

/// Fills in the facts about the rotation function.
pub(in crate::tables) fn fill(
    sight: &Sight<'_, '_>,
    account: &AccountContext<'_>,
    region: &RegionContext<'_>,
    secret: &SecretNode<'_>,
    facts: &mut SecretFacts,
) {
    let Some(arn) = secret.record.rotation_lambda_arn.as_deref() else {
        none(facts);
        return;
    };
    let answer = region.data.functions.records.iter().find(|function| function.arn == arn);
    let Some(function) = answer else {
        let gaps = about(region, arn, secret);
        for group in [Group::Function, Group::FunctionPolicy, Group::Organization] {
            facts.miss(group, gaps.clone());
        }
        return;
    };
    facts.function.exists = Some(function.facts.is_some());
    match &function.facts {
        None => {
            none(facts);
            facts.function.exists = Some(false);
            facts.function.lets_in = Some(false);
        }
        Some(state) => {
            facts.function.failure = Some(failure(state));
            facts.function.role = Some(state.role.clone().unwrap_or_default());
            policy(region, function, secret, facts);
            role(sight, (account, region), state, secret, facts);
        }
    }
}

/// Where there is no function nothing is wrong with it.
fn none(facts: &mut SecretFacts) {
    let function = &mut facts.function;
    function.exists = Some(true);
    function.failure = Some(String::new());
    function.lets_in = Some(true);
    function.source_limited = Some(true);
    function.role = Some(String::new());
    function.role_lacks = Some(String::new());
}

fn about(region: &RegionContext<'_>, arn: &str, secret: &SecretNode<'_>) -> Vec<Gap> {
    let gaps = &region.data.functions.gaps;
    let own: Vec<Gap> = gaps.iter().filter(|gap| gap.resource.as_deref() == Some(arn)).cloned().collect();
    let scope: Vec<Gap> = gaps.iter().filter(|gap| gap.resource.is_none()).cloned().collect();
    let found = if own.is_empty() { scope } else { own };
    if !found.is_empty() {
        return found;
    }
    let message = "the snapshot holds nothing about this function";
    let place = (secret.account, secret.region);
    vec![own_gap(GapCause::NotCollected, Group::Function.call(), place, arn, message)]
}

/// Why a function does not run.
///
/// Source: Lambda Developer Guide, "Lambda function states".
fn failure(state: &FunctionState) -> String {
    let is_failed = state.state.as_deref() == Some("Failed");
    let is_half_updated = state.last_update.as_deref() == Some("Failed");
    match (is_failed, is_half_updated) {
        (true, _) => state.state_reason.clone().unwrap_or_else(|| "its state is Failed".to_owned()),
        (_, true) => "its last update failed".to_owned(),
        _ => String::new(),
    }
}

/// Whether the function's policy lets Secrets Manager in, and for whom.
fn policy(region: &RegionContext<'_>, function: &Function, secret: &SecretNode<'_>, facts: &mut SecretFacts) {
    let place = (secret.account, secret.region);
    let Some(read) = &function.policy else {
        facts.miss(Group::FunctionPolicy, about(region, &function.arn, secret));
        return;
    };
    let document = read.document.as_deref().map(Policy::parse);
    match document {
        None => {
            facts.function.lets_in = Some(false);
            facts.function.source_limited = Some(true);
        }
        Some(Err(error)) => {
            let message = format!("a policy that cannot be read: {error}");
            let call = Group::FunctionPolicy.call();
            facts.miss(
                Group::FunctionPolicy,
                [own_gap(GapCause::Malformed, call, place, &function.arn, &message)],
            );
        }
        Some(Ok(policy)) => {
            facts.function.lets_in = Some(lets_in(&policy, &function.arn, secret));
            facts.function.source_limited = Some(is_source_limited(&policy));
        }
    }
}

fn lets_in(policy: &Policy, function: &str, secret: &SecretNode<'_>) -> bool {
    let caller = Caller::Service(ROTATOR.to_owned());
    let mut context = Context::new();
    context.set("aws:PrincipalIsAWSService", "true");
    context.set("aws:PrincipalServiceName", ROTATOR);
    context.set("aws:SourceAccount", secret.account.as_str());
    context.set("aws:SourceArn", secret.record.arn.as_str());
    context.unknown_unless_given(&["aws:sourceorgid", "aws:sourceorgpaths"]);
    let account = function.split(':').nth(4).unwrap_or_default();
    // A version or an alias behind the name belongs to the function.
    let bare: Vec<&str> = function.split(':').take(7).collect();
    let bare = bare.join(":");
    [function, bare.as_str()].into_iter().any(|resource| {
        let request = Request::new(&caller, "lambda:invokefunction", resource, account, &context);
        let layers = crate::policy::Layers { resource: Some(policy), ..crate::policy::Layers::default() };
        let decision = decide_partly(&[Question { request, layers }]);
        matches!(decision, crate::policy::Decision::Allowed | crate::policy::Decision::Conditional)
    })
}

/// Whether every statement that lets Secrets Manager in says on whose behalf.
fn is_source_limited(policy: &Policy) -> bool {
    let names_rotator = |name: &Named| match name {
        Named::Service(service) => service == ROTATOR,
        Named::Everyone => true,
        _ => false,
    };
    policy.statements().iter().filter(|statement| statement.effect == Effect::Allow).all(|statement| {
        let names = statement.principals.as_ref().map(|principals| &*principals.names).unwrap_or_default();
        let limits = is_limited_by_source(statement);
        limits || !names.iter().any(names_rotator)
    })
}

/// What the function's role may not do.
fn role(
    sight: &Sight<'_, '_>,
    (account, region): (&AccountContext<'_>, &RegionContext<'_>),
    state: &FunctionState,
    secret: &SecretNode<'_>,
    facts: &mut SecretFacts,
) {
    let Some(arn) = state.role.as_deref() else { return };
    let mut gaps = Vec::new();
    let role = sight.estate.principal(arn);
    let own = crate::model::AccountId::new(arn.split(':').nth(4).unwrap_or_default());
    let lacks = match role {
        Some(role) => {
            let lacks = lacks(sight, role, secret);
            gaps.extend(undecided(sight, region, role, secret));
            if lacks.is_empty() && !sight.estate.sees_scps_of(own.as_str()) {
                gaps.extend(organization_gaps(account));
            }
            (gaps.is_empty()).then_some(lacks)
        }
        None if sight.estate.sees_principals_of(&own) => {
            Some("everything: the role does not exist".to_owned())
        }
        None => {
            gaps.extend(principal_gaps(account));
            if gaps.is_empty() {
                let message = "the account of the function's role was not audited";
                gaps.push(super::out_of_sight(GapCause::NotCollected, Group::Access.call(), &own, message));
            }
            None
        }
    };
    facts.function.role_lacks = lacks;
    facts.miss(Group::Organization, gaps);
}

/// Why what the role may do is not decided: a policy that could let it or stop it is out of sight.
fn undecided(
    sight: &Sight<'_, '_>,
    region: &RegionContext<'_>,
    role: &Principal,
    secret: &SecretNode<'_>,
) -> Vec<Gap> {
    let mut gaps = super::secrets::policy_gaps(region, secret);
    let asking = Asking::new(sight.estate, role);
    let rests = |action: &&SecretAction| asking.best(secret, action).1.rests_on_unread;
    if WORK.iter().filter_map(|name| SecretAction::find(name)).any(|action| rests(&action)) {
        let keys = secret.keys.iter().filter_map(|key| sight.estate.keys.get(*key));
        gaps.extend(keys.flat_map(|key| super::secrets::key_gaps(region, key)));
        let own =
            crate::model::AccountId::new(role.account.as_ref().map(ToString::to_string).unwrap_or_default());
        gaps.extend(role.unread.iter().map(|reason| super::secrets::unread(&own, &role.arn, reason)));
    }
    gaps
}

fn lacks(sight: &Sight<'_, '_>, role: &Principal, secret: &SecretNode<'_>) -> String {
    let asking = Asking::new(sight.estate, role);
    let missing = WORK.iter().filter_map(|name| SecretAction::find(name)).filter_map(|action| {
        let allowed = asking.best(secret, action).1.is_possible();
        let keyless = SecretAction { key_action: None, ..*action };
        let is_key = !allowed && asking.best(secret, &keyless).1.is_possible();
        match (allowed, is_key, action.key_action) {
            (true, _, _) => None,
            (false, true, Some("kms:decrypt")) => Some("kms:Decrypt".to_owned()),
            (false, true, _) => Some("kms:GenerateDataKey".to_owned()),
            (false, false, _) => Some(format!("secretsmanager:{}", action.name)),
        }
    });
    missing.collect::<Vec<_>>().join(", ")
}
