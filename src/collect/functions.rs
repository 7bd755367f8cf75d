//! Lambda: the rotation functions that secrets name.

use std::collections::BTreeSet;

use super::scope::{Answers, Scope, each, non_empty};
use crate::aws::Failure;
use crate::aws::operations::{GET_FUNCTION_CONFIGURATION, GET_FUNCTION_POLICY};
use crate::model::{Arn, Gap, Region};
use crate::snapshot::records::{Function, FunctionPolicy, FunctionState};
use crate::snapshot::{Kind, Shard, SnapshotError};

/// Asks about the functions that a Region's secrets name, each in its own Region.
pub(super) async fn collect(scope: &Scope<'_>, named: &BTreeSet<String>) -> Result<(), SnapshotError> {
    scope.once(Kind::Functions, |shard| answers_for(shard, named), ask(scope, named)).await.map(drop)
}

fn answers_for(shard: &Shard<Function>, named: &BTreeSet<String>) -> bool {
    let heard = shard.records.iter().map(|function| function.arn.as_str());
    let refused = shard.gaps.iter().filter_map(|gap| gap.resource.as_deref());
    let spoken_of: BTreeSet<&str> = heard.chain(refused).collect();
    named.iter().all(|arn| spoken_of.contains(arn.as_str()))
}

async fn ask(scope: &Scope<'_>, named: &BTreeSet<String>) -> Answers<Function> {
    let mut answers = Answers::new();
    for (function, gaps) in each(named, |arn| function(scope, arn)).await {
        answers.records.extend(function);
        answers.gaps.extend(gaps);
    }
    answers.records.sort_by(|a, b| a.arn.cmp(&b.arn));
    answers
}

async fn function(scope: &Scope<'_>, arn: &str) -> (Option<Function>, Vec<Gap>) {
    let parsed: Option<Arn> = arn.parse().ok();
    let home = parsed.map_or_else(|| scope.clone(), |arn| scope.at(&Region::new(arn.region)));
    let facts = match state(&home, arn).await {
        Ok(facts) => facts,
        Err(failure) => {
            return (None, vec![home.gap(&GET_FUNCTION_CONFIGURATION, failure, Some(arn))]);
        }
    };
    let mut function = Function { arn: arn.to_owned(), facts, policy: None };
    if function.facts.is_none() {
        return (Some(function), Vec::new());
    }
    match policy(&home, arn).await {
        Ok(policy) => function.policy = Some(policy),
        Err(failure) => {
            return (Some(function), vec![home.gap(&GET_FUNCTION_POLICY, failure, Some(arn))]);
        }
    }
    (Some(function), Vec::new())
}

/// The state of a function; nothing where there is none.
///
/// Source: Lambda API Reference, `GetFunctionConfiguration`.
async fn state(scope: &Scope<'_>, arn: &str) -> Result<Option<FunctionState>, Failure> {
    let request = scope.clients().lambda().get_function_configuration().function_name(arn);
    let answer = match request.send().await.map_err(Failure::from) {
        Ok(answer) => answer,
        Err(failure) if failure.is_missing() => return Ok(None),
        Err(failure) => return Err(failure),
    };
    if answer.function_arn.is_none() {
        return Err(Failure::malformed("no FunctionArn"));
    }
    Ok(Some(FunctionState {
        role: non_empty(answer.role),
        state: answer.state.map(|state| state.as_str().to_owned()),
        state_reason: non_empty(answer.state_reason),
        last_update: answer.last_update_status.map(|status| status.as_str().to_owned()),
        runtime: answer.runtime.map(|runtime| runtime.as_str().to_owned()),
    }))
}

/// The policy of a function that exists: Lambda answers ResourceNotFoundException where it has none.
///
/// Source: Lambda API Reference, `GetPolicy`.
async fn policy(scope: &Scope<'_>, arn: &str) -> Result<FunctionPolicy, Failure> {
    let request = scope.clients().lambda().get_policy().function_name(arn);
    match request.send().await.map_err(Failure::from) {
        Ok(answer) => match answer.policy {
            Some(document) => Ok(FunctionPolicy { document: Some(document) }),
            None => Err(Failure::malformed("no Policy")),
        },
        Err(failure) if failure.is_missing() => Ok(FunctionPolicy { document: None }),
        Err(failure) => Err(failure),
    }
}
