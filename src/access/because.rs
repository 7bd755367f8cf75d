//! Why a statement fits a request, or does not.

use super::words::{self, listed};
use crate::policy::{
    Caller, CompiledStatement, Condition, Considered, Context, Effect, Layer, Lookup, Match, Mismatch, Named,
    Naming, Need, OneOrMany, Principals, Question, Statement,
};

/// So many names, actions or resources are named.
const NAMED: usize = 4;

/// So many values of a condition are named.
const NAMED_VALUES: usize = 5;

/// In words why a statement fits or does not.
pub(super) fn because(question: &Question<'_>, considered: &Considered<'_>) -> String {
    let statement = considered.statement;
    match considered.outcome {
        Match::Yes(naming) => statement
            .principals
            .as_ref()
            .and_then(|principals| named_so(principals, naming, question.request.caller))
            .unwrap_or_default(),
        Match::Unknown(_) => depends(question, statement),
        Match::No(Mismatch::Principal) => {
            let principals = statement.principals.as_ref();
            principals
                .map(|principals| names(principals, question.request.resource_account))
                .unwrap_or_default()
        }
        Match::No(Mismatch::Action) => {
            source(question, considered).map(|source| actions(source, question)).unwrap_or_default()
        }
        Match::No(Mismatch::Resource) => source(question, considered)
            .map(|source| resources(source, question, statement))
            .unwrap_or_default(),
        Match::No(Mismatch::Condition(index)) => {
            let condition = statement.conditions.get(index);
            condition.map(|condition| fails(condition, question.request.context)).unwrap_or_default()
        }
    }
}

/// The statement as its document has it.
fn source<'q>(question: &'q Question<'_>, considered: &Considered<'_>) -> Option<&'q Statement> {
    let layers = &question.layers;
    let policy = match considered.layer {
        Layer::Identity => layers.identity.iter().nth(considered.policy),
        Layer::Boundary => layers.boundary.iter().nth(considered.policy),
        Layer::Endpoint => layers.endpoint.iter().nth(considered.policy),
        Layer::Session => layers.session,
        Layer::Resource => layers.resource,
        Layer::ServiceControl => layers.scps.level(considered.level).nth(considered.policy),
        Layer::ResourceControl => layers.rcps.level(considered.level).nth(considered.policy),
    };
    policy?.document.statement.as_slice().get(considered.index)
}

/// How a statement of a resource's policy names whom it fits.
fn named_so(principals: &Principals, naming: Option<Naming>, caller: &Caller) -> Option<String> {
    if principals.negated {
        return None;
    }
    let words = match naming? {
        Naming::Star => "names everybody",
        Naming::Direct => "names it",
        Naming::Parent if matches!(caller, Caller::Federated(_)) => "names the user of the session",
        Naming::Parent => "names the role",
        Naming::Account => "names its account, which leaves it to the account's own policies",
    };
    Some(words.to_owned())
}

/// Whom a statement names; accounts other than the resource's are told.
fn names(principals: &Principals, home: &str) -> String {
    let names: Vec<String> = principals.names.iter().map(|name| named(name, home)).collect();
    let names = listed(&names, "and", NAMED);
    if principals.negated { format!("names everybody but {names}") } else { format!("names {names}") }
}

/// A name of a `Principal` element in words.
pub(super) fn named(name: &Named, home: &str) -> String {
    match name {
        Named::Everyone => "everybody".to_owned(),
        Named::Account(account) => format!("account {account}"),
        Named::Caller(caller) => who(caller, home),
        Named::Service(service) => format!("service {service}"),
        Named::Federated(provider) => format!("the identity provider {provider}"),
        Named::CanonicalUser(id) => format!("the canonical user {id}"),
        Named::Deleted(id) => format!("{id}, which was deleted"),
        Named::Nobody(text) => format!("{text}, which is nobody"),
    }
}

/// A caller in words, with its account where that is not the resource's.
pub(super) fn who(caller: &Caller, home: &str) -> String {
    let what = match caller {
        Caller::Anonymous => return "somebody who did not sign".to_owned(),
        Caller::Service(service) => return format!("service {service}"),
        Caller::Root(identity) => return format!("account {}", identity.account),
        Caller::User(identity) => format!("user {}", identity.bare_name()),
        Caller::Role(identity) => format!("role {}", identity.bare_name()),
        Caller::Session { role, session } => format!("session {session} of role {}", role.bare_name()),
        Caller::Federated(identity) => format!("federated user {}", identity.bare_name()),
    };
    match caller.account() {
        Some(account) if account != home => format!("{what} of account {account}"),
        _ => what,
    }
}

fn actions(source: &Statement, question: &Question<'_>) -> String {
    let service = question.request.action.split(':').next().unwrap_or_default();
    // What concerns the same service tells most.
    let in_order = |names: &OneOrMany<String>| {
        let is_near = |name: &&String| name.to_lowercase().split(':').next() == Some(service);
        let (near, far): (Vec<&String>, Vec<&String>) = names.iter().partition(is_near);
        near.into_iter().chain(far).cloned().collect::<Vec<String>>()
    };
    match (&source.action, &source.not_action) {
        (Some(names), _) => format!("covers {}", listed(&in_order(names), "and", NAMED)),
        (None, Some(names)) => format!("covers everything but {}", listed(&in_order(names), "and", NAMED)),
        (None, None) => "covers no action".to_owned(),
    }
}

fn resources(source: &Statement, question: &Question<'_>, statement: &CompiledStatement) -> String {
    let names = |names: &OneOrMany<String>| listed(names.as_slice(), "and", NAMED);
    let covers = match (&source.resource, &source.not_resource) {
        (Some(list), _) => format!("covers {}", names(list)),
        (None, Some(list)) => format!("covers everything but {}", names(list)),
        (None, None) => "covers no resource".to_owned(),
    };
    let texts = source.resource.iter().chain(&source.not_resource).flat_map(OneOrMany::iter);
    let texts: Vec<&str> = texts.map(String::as_str).collect();
    let keys = statement.resource_variables().into_iter();
    let held = keys.map(|key| holds(as_written(key, &texts), key, question.request.context));
    std::iter::once(covers).chain(held).collect::<Vec<_>>().join("; ")
}

/// A condition that does not hold, and what the request has in its place.
fn fails(condition: &Condition, context: &Context) -> String {
    let asked = format!("needs {}", asked(condition));
    let variables = condition.keys().into_iter().filter(|key| *key != condition.key());
    let texts: Vec<&str> = condition.values.iter().map(AsRef::as_ref).collect();
    let held: Vec<String> = variables.map(|key| holds(as_written(key, &texts), key, context)).collect();
    let found = match context.get(condition.key()) {
        Lookup::Unknown if context_is_time(condition) => "but that time has passed".to_owned(),
        Lookup::Unknown => "which cannot be here".to_owned(),
        Lookup::Absent => "but it is absent".to_owned(),
        Lookup::One(value) => format!("but it is {value}"),
        Lookup::Many(values) => format!("but it is {}", listed(values, "and", NAMED_VALUES)),
    };
    std::iter::once(format!("{asked}, {found}")).chain(held).collect::<Vec<_>>().join("; ")
}

fn context_is_time(condition: &Condition) -> bool {
    matches!(condition.key(), "aws:currenttime" | "aws:epochtime")
}

/// Key, operator and values, as the document has them.
fn asked(condition: &Condition) -> String {
    let values: Vec<String> = condition.values.iter().map(ToString::to_string).collect();
    format!("{} {} {}", condition.name, condition.operator, listed(&values, "or", NAMED_VALUES))
}

/// What a variable stands for; its name as the document writes it.
fn holds(name: &str, key: &str, context: &Context) -> String {
    match context.get(key) {
        Lookup::Absent | Lookup::Many(_) => format!("${{{name}}} has no value"),
        Lookup::One(value) => format!("${{{name}}} is {value}"),
        Lookup::Unknown => format!("${{{name}}} is not known"),
    }
}

/// A key, given in lower case, as it stands in one of the texts.
fn as_written<'t>(key: &'t str, texts: &[&'t str]) -> &'t str {
    let mut variables = texts.iter().flat_map(|text| text.split("${").skip(1));
    let name = |variable: &'t str| variable.get(..key.len()).filter(|name| name.eq_ignore_ascii_case(key));
    variables.find_map(name).unwrap_or(key)
}

/// The calls that a statement covers, where that is known only when a call is made; of an Allow behind "only".
fn depends(question: &Question<'_>, statement: &CompiledStatement) -> String {
    let unknowns = statement.unknowns(&question.request).into_iter();
    let mut phrases: Vec<String> = Vec::new();
    for phrase in unknowns.map(|unknown| words::phrase(&Need { unknown, holds: true })) {
        if !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }
    let phrases = phrases.join(" and ");
    match statement.effect {
        _ if phrases.is_empty() => phrases,
        Effect::Allow => format!("only {phrases}"),
        Effect::Deny => phrases,
    }
}
