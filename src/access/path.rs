//! By which policies and statements access comes about.

use super::inquiry::Inquiry;
use super::organization::{Above, LevelNames};
use super::principal::Held;
use crate::policy::{CompiledStatement, Considered, Explained, Layer, Question};

/// What lets a principal act: on the secret, and on the key.
pub(super) struct Paths {
    pub(super) secret: String,
    pub(super) key: String,
}

/// The paths of an inquiry that was answered with yes.
pub(super) fn of(inquiry: &Inquiry<'_, '_>) -> Paths {
    let questions = inquiry.questions();
    let path = |question: &Question<'_>| one(inquiry, question, &question.explain_partly());
    Paths {
        secret: questions.first().map(path).unwrap_or_default(),
        key: questions.get(1).map(path).unwrap_or_default(),
    }
}

fn one(inquiry: &Inquiry<'_, '_>, question: &Question<'_>, explained: &Explained<'_>) -> String {
    if question.layers.is_key && inquiry.key.is_some_and(|key| key.is_aws_managed) {
        return "aws/secretsmanager".to_owned();
    }
    if let Some(index) = explained.grant {
        return format!("grant {}", index + 1);
    }
    let deciding = explained.deciding.iter().filter_map(|place| explained.statements.get(*place));
    let links: Vec<String> = deciding.map(|considered| link(inquiry, question, considered)).collect();
    links.join(" and ")
}

/// One statement with its policy.
fn link(inquiry: &Inquiry<'_, '_>, question: &Question<'_>, considered: &Considered<'_>) -> String {
    let policy = policy_name(inquiry, question, considered);
    let statement = statement_name(considered.statement, considered.index);
    if policy.is_empty() { OWN_ACCOUNT.to_owned() } else { format!("{policy}, {statement}") }
}

/// What the policies of an account are called that was not audited.
const OWN_ACCOUNT: &str = "its own account";

/// The name of the policy in which a statement stands, as paths and reasons have it.
pub(super) fn policy_name(
    inquiry: &Inquiry<'_, '_>,
    question: &Question<'_>,
    considered: &Considered<'_>,
) -> String {
    let principal = inquiry.principal;
    match considered.layer {
        Layer::Identity => principal.identity.get(considered.policy).map(Held::label).unwrap_or_default(),
        Layer::Boundary => principal.boundary.as_ref().map(|held| held.name.clone()).unwrap_or_default(),
        Layer::Session => OWN_ACCOUNT.to_owned(),
        Layer::Resource if question.layers.is_key => "key policy".to_owned(),
        Layer::Resource => "resource policy".to_owned(),
        Layer::ServiceControl => controlling("SCP", scp_names(inquiry), considered),
        Layer::ResourceControl => controlling("RCP", rcp_names(inquiry, question), considered),
        Layer::Endpoint => "VPC endpoint policy".to_owned(),
    }
}

/// A policy of an organization and where it is attached.
fn controlling(kind: &str, names: &[LevelNames], considered: &Considered<'_>) -> String {
    let level = names.get(considered.level);
    let policy = level.and_then(|level| Some((level.policies.get(considered.policy)?, &level.place)));
    match policy {
        Some((name, place)) => format!("{kind} {name} of {place}"),
        None => format!("{kind} of level {}", considered.level + 1),
    }
}

/// The organization above the account of whoever calls.
pub(super) fn above_principal<'e>(inquiry: &Inquiry<'e, '_>) -> Option<&'e Above> {
    let account = inquiry.principal.account.as_ref()?;
    inquiry.estate().organizations.above(account.as_str())
}

/// The organization above the account of the secret or the key.
pub(super) fn above_resource<'e>(inquiry: &Inquiry<'e, '_>, question: &Question<'_>) -> Option<&'e Above> {
    inquiry.estate().organizations.above(question.request.resource_account)
}

/// The levels of service control policies.
pub(super) fn scp_names<'e>(inquiry: &Inquiry<'e, '_>) -> &'e [LevelNames] {
    above_principal(inquiry).map(|above| above.scp_names.as_slice()).unwrap_or_default()
}

/// The levels of resource control policies.
pub(super) fn rcp_names<'e>(inquiry: &Inquiry<'e, '_>, question: &Question<'_>) -> &'e [LevelNames] {
    above_resource(inquiry, question).map(|above| above.rcp_names.as_slice()).unwrap_or_default()
}

/// A statement's Sid, or its place in the policy.
pub fn statement_name(statement: &CompiledStatement, index: usize) -> String {
    match statement.sid.as_deref().filter(|sid| !sid.is_empty()) {
        Some(sid) => format!("statement {sid}"),
        None => format!("statement {}", index + 1),
    }
}
