//! A request together with its policies, and the decision about it.

use super::decide::{Considered, Decision, Facts, Layer, Layers, Watching, facts};
use super::request::Request;
use super::tri::Logic;

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
}

impl<'a> Question<'a> {
    /// What each layer says.
    pub fn facts(&self) -> Facts {
        facts(&self.request, &self.layers, Watching(|_| {}))
    }

    /// Whether the request is allowed, by what each layer says.
    pub fn allowed<T: Logic>(&self, facts: &Facts<T>) -> T {
        facts.allowed(&self.request, self.layers.is_key)
    }

    /// The decision where all circumstances are known.
    ///
    /// What AWS leaves to the service (a NotPrincipal that lists a part of the caller's chain) counts as denied.
    pub fn decide(&self) -> Decision {
        let decision = self.facts().decision(&self.request, self.layers.is_key);
        decision.unwrap_or(Decision::ExplicitlyDenied)
    }

    /// The decision with everything that was looked at, where all circumstances are known.
    pub fn explain(&self) -> Explained<'a> {
        let mut statements = Vec::new();
        let watching = Watching(|considered| statements.push(considered));
        let facts = facts(&self.request, &self.layers, watching);
        let is_key = self.layers.is_key;
        let decision = facts.decision(&self.request, is_key).unwrap_or(Decision::ExplicitlyDenied);
        Explained { decision, blocked_by: facts.blocked_by(&self.request, is_key), statements }
    }
}
