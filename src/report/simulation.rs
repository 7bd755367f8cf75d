//! The lines of `simulate`: the decisions of a case, and what they rest on.
//!
//! Names are those of the case format, so that a layer, a level, a policy and a statement lead to a place in the case.

use std::borrow::Cow;

use serde::Serialize;

use super::escape::printable_json;
use super::mismatch::{Because, because};
use crate::policy::{
    Caller, Case, Considered, Decision, Explained, Layer, Match, Naming, ParseError, Question,
};

/// What a line says about a case.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Decided<'a> {
    id: &'a str,
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_decision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_decision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Reasons<'a>>,
}

/// What a line says about what is no case.
#[derive(Serialize)]
struct Refused<'a> {
    id: Option<&'a str>,
    line: u64,
    error: String,
}

/// Why, for each question of a case.
#[derive(Serialize)]
struct Reasons<'a> {
    secret: Reason<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Reason<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reason<'a> {
    decision: &'static str,
    /// The layer that would have had to allow it.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked_by: Option<&'static str>,
    /// Who is allowed without a statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    implicit_allow: Option<&'static str>,
    /// The grant that allows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<usize>,
    deciding: Vec<Looked<'a>>,
    others: Vec<Looked<'a>>,
}

/// A statement that was looked at, and where in the case it stands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Looked<'a> {
    layer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<usize>,
    policy: usize,
    statement: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    effect: &'static str,
    outcome: &'static str,
    /// How a statement of a resource's policy names the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    naming: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Because<'a>>,
}

/// The line for a case: one JSON object, with a line break.
///
/// # Errors
/// None that can be named; serializing texts and numbers does not fail.
pub fn decided(case: &Case, explain: bool) -> Result<String, serde_json::Error> {
    let outcome = case.decide();
    let reasons =
        || Reasons { secret: reason(&case.question()), key: case.key_question().as_ref().map(reason) };
    line(&Decided {
        id: &case.id,
        decision: outcome.decision.as_str(),
        kms_decision: outcome.key.map(Decision::as_str),
        effective_decision: outcome.effective().map(Decision::as_str),
        reasons: explain.then(reasons),
    })
}

/// The line for what is no case, the line's number being that of the input.
///
/// # Errors
/// As [`decided`].
pub fn refused(id: Option<&str>, number: u64, error: &ParseError) -> Result<String, serde_json::Error> {
    let error = format!("column {}: {}", error.column, error.message);
    line(&Refused { id, line: number, error })
}

fn line(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string(value)?;
    if let Cow::Owned(printable) = printable_json(&text) {
        text = printable;
    }
    text.push('\n');
    Ok(text)
}

fn reason<'a>(question: &Question<'a>) -> Reason<'a> {
    let Explained { decision, blocked_by, statements, deciding, grant } = question.explain();
    let is_root = matches!(question.request.caller, Caller::Root(_));
    let looked = |decides: bool| {
        let places = statements.iter().enumerate();
        let wanted = places.filter(|(place, _)| deciding.contains(place) == decides);
        wanted.map(|(_, one)| looked(one, question)).collect()
    };
    Reason {
        decision: decision.as_str(),
        blocked_by: blocked_by
            .filter(|_| decision == Decision::ImplicitlyDenied)
            .map(|layer| layer_name(layer, question.layers.is_key)),
        implicit_allow: (is_root && decision == Decision::Allowed).then_some("rootUser"),
        grant,
        deciding: looked(true),
        others: looked(false),
    }
}

fn looked<'a>(considered: &Considered<'a>, question: &Question<'a>) -> Looked<'a> {
    let Considered { layer, level, policy, index, statement, outcome } = *considered;
    let is_in_levels = matches!(layer, Layer::ServiceControl | Layer::ResourceControl);
    Looked {
        layer: layer_name(layer, question.layers.is_key),
        level: is_in_levels.then_some(level),
        policy,
        statement: index,
        sid: statement.sid.as_deref(),
        effect: statement.effect.as_str(),
        outcome: match outcome {
            Match::Yes(_) => "matched",
            Match::Unknown(_) => "unknown",
            Match::No(_) => "notMatched",
        },
        naming: outcome.naming().map(naming),
        because: because(statement, outcome, &question.request),
    }
}

/// The name of a layer in the case format.
fn layer_name(layer: Layer, is_key: bool) -> &'static str {
    match layer {
        Layer::Identity => "identityPolicies",
        Layer::Session => "sessionPolicy",
        Layer::Boundary => "permissionBoundaries",
        Layer::Resource if is_key => "keyPolicy",
        Layer::Resource => "resourcePolicy",
        Layer::ServiceControl => "scps",
        Layer::ResourceControl => "rcps",
        Layer::Endpoint => "vpcEndpointPolicies",
    }
}

fn naming(naming: Naming) -> &'static str {
    match naming {
        Naming::Account => "account",
        Naming::Parent => "parent",
        Naming::Direct => "direct",
        Naming::Star => "star",
    }
}
