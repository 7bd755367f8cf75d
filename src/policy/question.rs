//! A request together with its policies, and the decision about it.

use super::decide::{Considered, Deciding, Decision, Facts, Layer, Layers, Watching, facts};
use super::document::Effect;
use super::partly::decide_partly;
use super::principal::Caller;
use super::request::Request;
use super::tri::{Logic, Tri};

/// A request and its layers: what an evaluation takes.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// What is asked.
    pub request: Request<'a>,
    /// Who has a say.
    pub layers: Layers<'a>,
}

/// A decision with what was looked at.
#[derive(Debug)]
pub struct Explained<'a> {
    /// The decision.
    pub decision: Decision,
    /// The layer for want of whose permission nothing allows the request.
    pub blocked_by: Option<Layer>,
    /// Every statement that was looked at.
    pub statements: Vec<Considered<'a>>,
    /// The places in `statements` of those that decided: that deny, or that let the request pass.
    pub deciding: Vec<usize>,
    /// The place of the grant that lets the request pass, where it is a grant.
    pub grant: Option<usize>,
}

impl<'a> Question<'a> {
    /// What each layer says.
    pub fn facts(&self) -> Facts {
        facts(&self.request, &self.layers, Deciding)
    }

    /// Whether the request is allowed, by what each layer says.
    pub fn allowed<T: Logic>(&self, facts: &Facts<T>) -> T {
        facts.allowed(&self.request, self.layers.is_key)
    }

    /// The decision where all circumstances are known.
    ///
    /// What AWS leaves to the service (a NotPrincipal that lists a part of the caller's chain) counts as denied.
    pub fn decide(&self) -> Decision {
        settled(self.facts().decision(&self.request, self.layers.is_key))
    }

    /// The decision with everything that was looked at, where all circumstances are known.
    pub fn explain(&self) -> Explained<'a> {
        self.explained(|facts| settled(facts.decision(&self.request, self.layers.is_key)))
    }

    /// The decision with everything that was looked at, where circumstances are known in part.
    pub fn explain_partly(&self) -> Explained<'a> {
        self.explained(|_| decide_partly(std::slice::from_ref(self)))
    }

    fn explained(&self, decide: impl FnOnce(&Facts) -> Decision) -> Explained<'a> {
        let mut statements = Vec::new();
        let watching = Watching(|considered| statements.push(considered));
        let facts = facts(&self.request, &self.layers, watching);
        let decision = decide(&facts);
        let blocked_by = facts.blocked_by(&self.request, self.layers.is_key);
        let (deciding, grant) = match decision {
            Decision::Allowed | Decision::Conditional => self.route(&facts, &statements),
            Decision::ExplicitlyDenied => (denying(&statements), None),
            Decision::ImplicitlyDenied | Decision::Denied => (Vec::new(), None),
        };
        Explained { decision, blocked_by, statements, deciding, grant }
    }

    /// The statements, or the grant, that let the request pass: the shortest way counts.
    fn route(&self, facts: &Facts, statements: &[Considered<'_>]) -> (Vec<usize>, Option<usize>) {
        let resource = &facts.resource;
        let by_role = resource.parent.and(facts.boundary).and(facts.session);
        let alone = if self.request.is_same_account() { resource.itself.or(by_role) } else { Tri::No };
        let is_alone = alone == Tri::Yes || (alone == Tri::Unknown && facts.identity == Tri::No);
        let is_served = matches!(self.request.caller, Caller::Service(_) | Caller::Anonymous);
        if is_alone || is_served {
            return (allowing(statements, Layer::Resource), None);
        }
        let granted = self.layers.grants.iter().position(|grant| grant.allows(&self.request) == facts.grant);
        if facts.grant != Tri::No && facts.grant >= facts.identity {
            return (Vec::new(), granted);
        }
        let mut deciding = allowing(statements, Layer::Identity);
        if self.layers.is_key || !self.request.is_same_account() {
            deciding.extend(allowing(statements, Layer::Resource));
        }
        (deciding, None)
    }
}

/// The statement of a layer that allows: one that does so always rather than under conditions, and of those one that
/// names the caller rather than its account, which only hands the decision on.
fn allowing(statements: &[Considered<'_>], layer: Layer) -> Vec<usize> {
    let allows = statements.iter().enumerate().rev().filter(|(_, considered)| {
        considered.layer == layer
            && considered.statement.effect == Effect::Allow
            && considered.outcome.outcome() != Tri::No
    });
    let weight = |considered: &Considered<'_>| (considered.outcome.outcome(), considered.outcome.naming());
    // Of equals the first counts.
    let best = allows.max_by_key(|(_, considered)| weight(considered));
    best.map(|(place, _)| place).into_iter().collect()
}

fn denying(statements: &[Considered<'_>]) -> Vec<usize> {
    let places = |truth: Tri| -> Vec<usize> {
        let denies = |considered: &Considered<'_>| {
            considered.statement.effect == Effect::Deny && considered.outcome.outcome() == truth
        };
        let places = statements.iter().enumerate().filter(|(_, considered)| denies(considered));
        places.map(|(place, _)| place).collect()
    };
    let certain = places(Tri::Yes);
    if certain.is_empty() { places(Tri::Unknown) } else { certain }
}

/// What is not known where all circumstances are is what AWS leaves to the service.
fn settled(decision: Option<Decision>) -> Decision {
    match decision {
        Some(Decision::Denied) | None => Decision::ExplicitlyDenied,
        Some(decision) => decision,
    }
}
