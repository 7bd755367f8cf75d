//! Statements in the form in which they are matched, and why one does not match.

use super::arn::{ArnParts, ArnPattern};
use super::condition::Condition;
use super::context::Context;
use super::document::{Document, Effect, OneOrMany, Statement};
use super::glob::Glob;
use super::possible::Uses;
use super::principal::{Naming, Principals};
use super::request::Request;
use super::template::Template;
use super::tri::{Logic, Tri};

/// A statement, ready to be matched.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledStatement {
    /// Its name.
    pub sid: Option<Box<str>>,
    /// What it does.
    pub effect: Effect,
    /// Whom it names; none in policies of identities.
    pub principals: Option<Principals>,
    pub(super) actions: Actions,
    pub(super) resources: Option<Resources>,
    /// Under which circumstances it holds.
    pub conditions: Box<[Condition]>,
}

/// The `Action` or `NotAction` of a statement, in lower case.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Actions {
    patterns: Box<[Glob]>,
    negated: bool,
}

/// The `Resource` or `NotResource` of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resources {
    pub(super) patterns: Box<[ArnPattern]>,
    pub(super) negated: bool,
}

/// Which part of a statement did not fit a request; the first in the order in which they are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It names other principals.
    Principal,
    /// It names other actions.
    Action,
    /// It names other resources.
    Resource,
    /// The condition with this index does not hold.
    Condition(usize),
}

/// How a statement stands to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// Everything fits. Resource policies say how they name the caller.
    Yes(Option<Naming>),
    /// Whether it fits depends on what is unknown.
    Unknown(Option<Naming>),
    /// Something does not fit.
    No(Mismatch),
}

impl Match {
    /// Without the reasons.
    pub fn outcome(self) -> Tri {
        match self {
            Self::Yes(_) => Tri::Yes,
            Self::Unknown(_) => Tri::Unknown,
            Self::No(_) => Tri::No,
        }
    }

    /// How the statement names the caller.
    pub fn naming(self) -> Option<Naming> {
        match self {
            Self::Yes(naming) | Self::Unknown(naming) => naming,
            Self::No(_) => None,
        }
    }
}

impl CompiledStatement {
    pub(super) fn new(document: &Document, statement: &Statement) -> Self {
        let variables = document.has_variables();
        let principals = match (&statement.principal, &statement.not_principal) {
            (Some(list), _) => Some(Principals::new(list, false)),
            (None, Some(list)) => Some(Principals::new(list, true)),
            (None, None) => None,
        };
        let actions = match (&statement.action, &statement.not_action) {
            (Some(names), _) => Actions::new(names, false),
            (None, Some(names)) => Actions::new(names, true),
            (None, None) => Actions { patterns: Box::default(), negated: false },
        };
        let resources = match (&statement.resource, &statement.not_resource) {
            (Some(names), _) => Some(Resources::new(names, false, variables)),
            (None, Some(names)) => Some(Resources::new(names, true, variables)),
            (None, None) => None,
        };
        let conditions = statement.condition.as_ref();
        Self {
            sid: statement.sid.as_deref().map(Box::from),
            effect: statement.effect,
            principals,
            actions,
            resources,
            conditions: conditions.map(|element| Condition::all(element, variables)).unwrap_or_default(),
        }
    }

    /// Whether the statement names an action, which must be in lower case.
    pub fn covers_action(&self, action: &str) -> bool {
        self.actions.cover(action)
    }

    /// The patterns of its resources, those left out included.
    pub fn resource_patterns(&self) -> &[ArnPattern] {
        self.resources.as_ref().map(|resources| &*resources.patterns).unwrap_or_default()
    }

    /// The keys of the variables in its resources, in lower case.
    pub fn resource_variables(&self) -> Vec<&str> {
        let templates = self.resource_patterns().iter().flat_map(ArnPattern::templates);
        let mut keys: Vec<&str> = templates.flat_map(Template::keys).collect();
        keys.dedup();
        keys
    }

    /// Whether its patterns are the resources that are left out.
    pub fn leaves_out_resources(&self) -> bool {
        self.resources.as_ref().is_some_and(|resources| resources.negated)
    }

    /// How the statement stands to a request.
    pub fn matches(&self, request: &Request<'_>) -> Match {
        let (principal, naming) = self.principal(request);
        if principal == Tri::No {
            return Match::No(Mismatch::Principal);
        }
        if !self.actions.cover(request.action) {
            return Match::No(Mismatch::Action);
        }
        let resource = self.resource(request);
        if resource == Tri::No {
            return Match::No(Mismatch::Resource);
        }
        match self.conditions(request.context) {
            Err(mismatch) => Match::No(mismatch),
            Ok(conditions) if principal.and(resource).and(conditions) == Tri::Yes => Match::Yes(naming),
            Ok(_) => Match::Unknown(naming),
        }
    }

    /// Whether action, resource and conditions fit, whoever calls.
    pub(super) fn matches_whoever(&self, request: &Request<'_>) -> Tri {
        if !self.actions.cover(request.action) {
            return Tri::No;
        }
        let resource = self.resource(request);
        self.conditions(request.context).map_or(Tri::No, |conditions| resource.and(conditions))
    }

    fn principal(&self, request: &Request<'_>) -> (Tri, Option<Naming>) {
        match (&self.principals, self.effect) {
            (None, _) => (Tri::Yes, None),
            (Some(principals), Effect::Allow) => {
                let naming = principals.naming(request.caller);
                (Tri::from(naming.is_some()), naming)
            }
            (Some(principals), Effect::Deny) => (principals.denies(request.caller), None),
        }
    }

    fn resource(&self, request: &Request<'_>) -> Tri {
        self.resources.as_ref().map_or(Tri::Yes, |resources| resources.cover(request))
    }

    /// Whether the statement names the caller.
    pub(super) fn names_caller(&self, request: &Request<'_>) -> Tri {
        self.principal(request).0
    }

    /// Whether the statement covers the resource.
    pub(super) fn covers_resource(&self, request: &Request<'_>) -> Tri {
        self.resource(request)
    }

    /// Notes what variables in resources ask of unknown keys.
    pub(super) fn note_resource(
        &self,
        request: &Request<'_>,
        note: &mut impl FnMut(&str, &dyn Fn(&mut Uses)),
    ) {
        let (Some(arn), Some(resources)) = (&request.arn, &self.resources) else { return };
        for (template, text) in resources.patterns.iter().flat_map(|pattern| pattern.open_parts(arn)) {
            for key in template.keys() {
                note(key, &|uses| uses.variable(key, template, text, request.context));
            }
        }
    }

    fn conditions(&self, context: &Context) -> Result<Tri, Mismatch> {
        let mut outcome = Tri::Yes;
        for (index, condition) in self.conditions.iter().enumerate() {
            match condition.holds(context) {
                Tri::No => return Err(Mismatch::Condition(index)),
                held => outcome = outcome.and(held),
            }
        }
        Ok(outcome)
    }
}

impl Actions {
    fn new(names: &OneOrMany<String>, negated: bool) -> Self {
        Self { patterns: names.iter().map(|name| Glob::new(name).lowercase()).collect(), negated }
    }

    /// Service and name do not tell letter case apart; the action is in lower case.
    fn cover(&self, action: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(action)) != self.negated
    }
}

impl Resources {
    fn new(names: &OneOrMany<String>, negated: bool, variables: bool) -> Self {
        let mut patterns = Vec::with_capacity(names.as_slice().len());
        patterns.extend(names.iter().filter_map(|name| ArnPattern::new(name, variables)));
        Self { patterns: patterns.into(), negated }
    }

    /// An action without a resource type is covered by `*` alone; ARNs left out do not leave it out.
    fn cover(&self, request: &Request<'_>) -> Tri {
        let listed = match request.arn {
            None => Tri::from(self.patterns.iter().any(ArnPattern::is_everything)),
            Some(ref arn) => {
                Tri::any(self.patterns.iter().map(|pattern| pattern.matches(Some(arn), request.context)))
            }
        };
        if self.negated { !listed } else { listed }
    }
}

/// The parts of the request's ARN; none for an action without a resource type.
pub(super) fn parts<'a>(resource: &'a str, wildcard_only: bool) -> Option<ArnParts<'a>> {
    if wildcard_only { None } else { ArnParts::new(resource) }
}
