//! The paths of findings about access, as trees.

use super::can::Asking;
use super::estate::Estate;
use super::inquiry::SecretAction;
use super::path;
use super::principal::Principal;
use crate::model::{PathTree, Related, Resource};
use crate::policy::Statement;

/// Draws the paths of a finding about a resource.
pub fn paths(estate: &Estate<'_>, resource: &Resource, related: &[Related]) -> Vec<PathTree> {
    let mut trees: Vec<PathTree> = Vec::new();
    for one in related {
        let links = match one {
            Related::Secret(secret) => pair(estate, &resource.arn, secret, "GetSecretValue"),
            Related::Deletable(secret) => pair(estate, &resource.arn, secret, "DeleteSecret"),
            Related::Principal(principal) => pair(estate, principal, &resource.arn, "GetSecretValue"),
            Related::Statement(statement) => Some(of_statement(estate, resource, statement)),
            Related::Step(call, on) => {
                let who = estate.principal(&resource.arn);
                Some(vec![who.map_or_else(|| resource.name.clone(), noun), call.clone(), on.clone()])
            }
        };
        if let Some(links) = links {
            hang(&mut trees, &links);
        }
    }
    trees
}

/// Principal, policy and statement, secret, key.
fn pair(estate: &Estate<'_>, principal: &str, secret: &str, action: &str) -> Option<Vec<String>> {
    let principal = estate.principal(principal)?;
    let secret = estate.secret(secret)?;
    let asking = Asking::new(estate, principal);
    let (inquiry, answer) = asking.best(secret, SecretAction::find(action)?);
    if !answer.is_possible() {
        return None;
    }
    let paths = path::of(&inquiry);
    let mut links = vec![noun(principal), paths.secret, format!("secret {}", secret.record.name)];
    links.extend((!paths.key.is_empty()).then(|| format!("key: {}", paths.key)));
    let conditions = inquiry.conditions().join(" and ");
    links.extend((!conditions.is_empty()).then(|| format!("only {conditions}")));
    Some(links)
}

fn noun(principal: &Principal) -> String {
    use crate::model::PrincipalType;
    match principal.kind {
        PrincipalType::User => format!("user {}", principal.name),
        PrincipalType::Role => format!("role {}", principal.name),
        _ => principal.arn.clone(),
    }
}

/// Secret or key, statement, whom and what it lets in.
fn of_statement(estate: &Estate<'_>, resource: &Resource, statement: &str) -> Vec<String> {
    let of_secret = estate.secret(&resource.arn);
    let of_key = || estate.key(&resource.arn).map(|key| &key.policy);
    let policy = of_secret.and_then(|secret| secret.policy.policy()).or_else(of_key);
    let kind = if of_secret.is_some() { "secret" } else { "key" };
    let mut links = vec![format!("{kind} {}", resource.name), format!("{kind}'s policy, {statement}")];
    let Some(policy) = policy else { return links };
    let compiled = policy.statements().iter().enumerate();
    let place = compiled
        .map(|(index, compiled)| (index, path::statement_name(compiled, index)))
        .find(|(_, name)| name == statement);
    let written = place.and_then(|(index, _)| policy.document.statement.as_slice().get(index));
    if let Some(written) = written {
        links.push(in_short(written));
    }
    links
}

/// JSON with spaces, so that it breaks between words.
fn spaced(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    text.replace("\":", "\": ").replace(',', ", ")
}

/// Whom a statement lets do what, and under which condition.
fn in_short(statement: &Statement) -> String {
    let whom = match (&statement.principal, &statement.not_principal) {
        (Some(list), _) => spaced(list),
        (None, Some(list)) => format!("all but {}", spaced(list)),
        (None, None) => "nobody".to_owned(),
    };
    let what = match (&statement.action, &statement.not_action) {
        (Some(actions), _) => spaced(actions),
        (None, Some(actions)) => format!("all but {}", spaced(actions)),
        (None, None) => "nothing".to_owned(),
    };
    let condition = statement.condition.as_ref().map(|condition| format!(", if {}", spaced(condition)));
    format!("allows {whom} to call {what}{}", condition.unwrap_or_default())
}

/// Adds links to trees; what two paths share from their beginning is drawn once.
fn hang(trees: &mut Vec<PathTree>, links: &[String]) {
    let Some((first, rest)) = links.split_first() else { return };
    let place = trees.iter().position(|tree| tree.label == *first).unwrap_or_else(|| {
        trees.push(PathTree { label: first.clone(), children: Vec::new() });
        trees.len() - 1
    });
    if let Some(tree) = trees.get_mut(place) {
        hang(&mut tree.children, rest);
    }
}
