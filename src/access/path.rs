//! By which policies and statements access comes about.

use super::inquiry::Inquiry;
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
    if policy.is_empty() { "its own account".to_owned() } else { format!("{policy}, {statement}") }
}

/// The name of the policy in which a statement stands.
pub(super) fn policy_name(
    inquiry: &Inquiry<'_, '_>,
    question: &Question<'_>,
    considered: &Considered<'_>,
) -> String {
    let principal = inquiry.principal;
    match considered.layer {
        Layer::Identity => {
            let held = principal.identity.get(considered.policy);
            held.map(super::principal::Held::label).unwrap_or_default()
        }
        Layer::Boundary => principal.boundary.as_ref().map(|held| held.name.clone()).unwrap_or_default(),
        Layer::Session => "its own account".to_owned(),
        Layer::Resource if question.layers.is_key => "key policy".to_owned(),
        Layer::Resource => "resource policy".to_owned(),
        Layer::ServiceControl => format!("SCP of level {}", considered.level + 1),
        Layer::ResourceControl => format!("RCP of level {}", considered.level + 1),
        Layer::Endpoint => "VPC endpoint policy".to_owned(),
    }
}

/// A statement's Sid, or its place in the policy.
pub fn statement_name(statement: &CompiledStatement, index: usize) -> String {
    match statement.sid.as_deref().filter(|sid| !sid.is_empty()) {
        Some(sid) => format!("statement {sid}"),
        None => format!("statement {}", index + 1),
    }
}
