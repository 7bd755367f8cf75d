//! How widely a statement of a resource or key policy opens the door.
//!
//! Source: Secrets Manager User Guide, "Permissions to secrets", "How AWS determines whether a policy is public"; IAM
//! Access Analyzer's list of condition keys that limit access.

use super::context;
use super::estate::Estate;
use super::principal::Principal;
use super::stand_in;
use super::words;
use crate::model::PrincipalType;
use crate::policy::{
    Caller, Comparison, CompiledStatement, Condition, Decision, Document, Effect, Identity, IpRange, Layers,
    Need, OneOrMany, Policy, Quantifier, Question, Request, Unknown, Ways, decide_partly, ways,
};

/// What keeps strangers from a statement that is open to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// Nothing.
    None,
    /// Conditions, none of which says who.
    Weak,
    /// A condition that says who.
    Limits,
}

/// How a statement treats somebody of an account that it does not name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// What keeps strangers out, on the way that is widest open.
    pub limit: Limit,
    /// Whether any principal of an organization passes, and nothing narrower says who.
    pub whole_organization: bool,
    /// The conditions in words.
    pub conditions: Vec<String>,
}

/// Keys that say who calls, for whom, or from which network of the customer's own.
const SAYS_WHO: &[&str] = &[
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourcearn",
    "aws:sourceorgpaths",
    "kms:calleraccount",
    "aws:sourcevpce",
    "aws:sourcevpc",
];

/// Keys that say on whose behalf a service calls.
const SAYS_SOURCE: &[&str] = &["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];

/// Keys that say no more than the organization.
const SAYS_ORGANIZATION: &[&str] = &["aws:principalorgid", "aws:principalorgpaths"];

/// A range of addresses that is wider than this says nothing.
const WIDEST_IPV4: u8 = 8;

/// Likewise for IPv6: the smallest block that a registry hands to a provider.
const WIDEST_IPV6: u8 = 32;

/// How a policy's statement treats strangers; `None` where it stops them. Every Deny of the policy is honoured.
pub fn exposure(estate: &Estate<'_>, policy: &Policy, index: usize, on: &On<'_>) -> Option<Exposure> {
    let alone = alone(policy, index)?;
    let stranger = stranger();
    let mut context = context::of_principal(estate, &stranger);
    // Any account may be the stranger's, audited ones included: who they are is what the conditions say.
    context.unknown_unless_given(&["kms:calleraccount", "kms:viaservice", "aws:resourcetag/*", "kms:*"]);
    context.unknown_unless_given(&["secretsmanager:resourcetag/*", "secretsmanager:versionstage"]);
    context.set("aws:ResourceAccount", on.account);
    let everything = stand_in::everything();
    let above = estate.organizations.above(on.account);
    let rcps = above.and_then(|above| above.rcps.as_ref()).into_iter().flatten();
    let layers = Layers {
        rcps: rcps.map(|level| level.iter().map(AsRef::as_ref).collect()).collect(),
        management_account: above.and_then(|above| above.management_account.as_deref()),
        identity: std::iter::once(everything.as_ref()).collect(),
        resource: Some(&alone),
        is_key: on.is_key,
        ..Layers::default()
    };
    let passing = on.actions.iter().filter_map(|action| {
        let request = Request::new(&stranger.caller, action, on.arn, on.account, &context);
        let question = Question { request, layers: layers.clone() };
        let decision = decide_partly(std::slice::from_ref(&question));
        matches!(decision, Decision::Allowed | Decision::Conditional)
            .then(|| summed_up(&ways(std::slice::from_ref(&question))))
    });
    passing.min_by_key(|exposure| exposure.limit)
}

/// The resource that a policy protects.
#[derive(Clone, Copy, Debug)]
pub struct On<'a> {
    /// Its ARN.
    pub arn: &'a str,
    /// The account that owns it.
    pub account: &'a str,
    /// Whether it is a key.
    pub is_key: bool,
    /// The actions that matter, in lower case.
    pub actions: &'a [&'a str],
}

/// The policy with no other statement that allows.
fn alone(policy: &Policy, index: usize) -> Option<Policy> {
    let chosen = policy.document.statement.as_slice().get(index)?;
    let denying = policy.document.statement.iter().filter(|statement| statement.effect == Effect::Deny);
    let statements = std::iter::once(chosen).chain(denying).cloned().collect();
    Some(Policy::new(Document { statement: OneOrMany::Many(statements), ..policy.document.as_ref().clone() }))
}

/// Somebody whose account lets them do everything.
fn stranger() -> Principal {
    let unknown =
        Identity { partition: "aws".to_owned(), account: "000000000000".to_owned(), name: String::new() };
    Principal { session: None, ..Principal::named(Caller::Root(unknown), PrincipalType::Anyone) }
}

fn summed_up(ways: &Ways<'_>) -> Exposure {
    let widest = ways.ways.iter().map(|way| limit(way)).min().unwrap_or(Limit::None);
    Exposure {
        limit: widest,
        whole_organization: widest == Limit::Limits && ways.ways.iter().any(|way| is_whole_organization(way)),
        conditions: words::conditions(ways),
    }
}

fn limit(way: &[Need<'_>]) -> Limit {
    match way {
        [] => Limit::None,
        needs if needs.iter().any(says_who) => Limit::Limits,
        _ => Limit::Weak,
    }
}

fn is_whole_organization(way: &[Need<'_>]) -> bool {
    let mut who = way.iter().filter(|need| says_who(need)).peekable();
    who.peek().is_some() && who.all(|need| key(need).is_some_and(|key| SAYS_ORGANIZATION.contains(&key)))
}

fn key<'a>(need: &Need<'a>) -> Option<&'a str> {
    match need.unknown {
        Unknown::Condition(condition) => Some(condition.key()),
        _ => None,
    }
}

/// Whether a need says who: a key of the list with concrete values, and no other way to meet it.
fn says_who(need: &Need<'_>) -> bool {
    let Unknown::Condition(condition) = need.unknown else { return false };
    let is_positive = need.holds != condition.operator.negated;
    if !is_positive || meets_absence(condition, need.holds) {
        return false;
    }
    match condition.operator.comparison {
        Comparison::IpAddress => {
            condition.key() == "aws:sourceip" && condition.values.iter().all(|value| is_narrow(value))
        }
        Comparison::StringEquals
        | Comparison::StringEqualsIgnoreCase
        | Comparison::StringLike
        | Comparison::Arn => {
            SAYS_WHO.contains(&condition.key()) && condition.values.iter().all(|value| is_concrete(value))
        }
        _ => false,
    }
}

/// Whether a request without the key meets the need.
fn meets_absence(condition: &Condition, holds: bool) -> bool {
    let on_absence = match condition.operator.quantifier {
        _ if condition.operator.if_exists => true,
        Some(Quantifier::All) => true,
        Some(Quantifier::Any) => false,
        None => condition.operator.negated,
    };
    on_absence == holds
}

/// Whether a condition of a statement says on whose behalf a service calls: with concrete values, in a positive
/// operator without IfExists.
///
/// Source: IAM User Guide, "The confused deputy problem".
pub fn is_limited_by_source(statement: &CompiledStatement) -> bool {
    statement.conditions.iter().any(|condition| {
        let need = Need { unknown: Unknown::Condition(condition), holds: true };
        SAYS_SOURCE.contains(&condition.key()) && says_who(&need)
    })
}

fn is_narrow(value: &str) -> bool {
    IpRange::parse(value).is_some_and(|range| {
        let widest = if value.contains(':') { WIDEST_IPV6 } else { WIDEST_IPV4 };
        range.prefix() >= widest
    })
}

/// A value that leaves something open only behind what says who: an ARN needs its account, an organization its id.
fn is_concrete(value: &str) -> bool {
    let parts: Vec<&str> = value.split(':').collect();
    match parts.get(4) {
        Some(account) => !account.is_empty() && !account.contains(['*', '?']),
        None => {
            let before = value.split(['*', '?']).next().unwrap_or_default();
            !matches!(before, "" | "o-" | "vpc-" | "vpce-" | "r-") && before.len() > 2
        }
    }
}
