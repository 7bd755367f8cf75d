//! Why somebody can, or cannot.

use super::can::Asking;
use super::estate::{Estate, SecretNode};
use super::inquiry::{Inquiry, SecretAction};
use super::path::{policy_name, statement_name};
use super::principal::Principal;
use crate::model::{Why, WhyPolicy, WhyQuestion, WhyStatement};
use crate::policy::{Considered, Decision, Explained, Layer, Match, Question};

/// Every statement that has a say in an action of a principal on a secret, and the decision.
pub fn why<'s>(
    estate: &Estate<'s>,
    principal: &Principal,
    secret: &SecretNode<'s>,
    action: &SecretAction,
) -> Why {
    let asking = Asking::new(estate, principal);
    let (inquiry, answer) = asking.best(secret, action);
    let questions = inquiry.questions();
    let conditional = answer.decision == Decision::Conditional;
    let mut caveats = super::answers::principal_caveats(estate, principal);
    caveats.extend(super::answers::caveats(estate, secret));
    caveats.dedup();
    Why {
        principal: principal.arn.clone(),
        secret: secret.record.arn.clone(),
        action: format!("secretsmanager:{}", action.name),
        decision: answer.decision.as_str().to_owned(),
        conditions: if conditional { inquiry.conditions() } else { Vec::new() },
        questions: questions.iter().map(|question| explained(&inquiry, question)).collect(),
        caveats,
    }
}

fn explained(inquiry: &Inquiry<'_, '_>, question: &Question<'_>) -> WhyQuestion {
    let explained = question.explain_partly();
    WhyQuestion {
        action: question.request.action.to_owned(),
        resource: question.request.resource.to_owned(),
        decision: explained.decision.as_str().to_owned(),
        reason: String::new(),
        policies: policies(inquiry, question, &explained),
    }
}

fn policies(inquiry: &Inquiry<'_, '_>, question: &Question<'_>, explained: &Explained<'_>) -> Vec<WhyPolicy> {
    let mut policies: Vec<WhyPolicy> = Vec::new();
    for (place, considered) in explained.statements.iter().enumerate() {
        let policy = policy_name(inquiry, question, considered);
        let layer = layer(considered.layer).to_owned();
        let statement = statement(considered, explained.deciding.contains(&place));
        match policies.last_mut() {
            Some(last) if last.policy == policy && last.layer == layer => last.statements.push(statement),
            _ => policies.push(WhyPolicy { layer, policy, statements: vec![statement] }),
        }
    }
    policies
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Identity => "identity",
        Layer::Session => "session",
        Layer::Boundary => "boundary",
        Layer::Resource => "resource",
        Layer::ServiceControl => "service control",
        Layer::ResourceControl => "resource control",
        Layer::Endpoint => "endpoint",
    }
}

fn statement(considered: &Considered<'_>, decided: bool) -> WhyStatement {
    let outcome = match considered.outcome {
        Match::Yes(_) => "matched",
        Match::Unknown(_) => "depends",
        Match::No(_) => "not-matched",
    };
    WhyStatement {
        statement: statement_name(considered.statement, considered.index),
        effect: considered.statement.effect.as_str().to_owned(),
        outcome: outcome.to_owned(),
        because: String::new(),
        decided,
    }
}
