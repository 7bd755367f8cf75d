//! What must hold of unknown circumstances for a request to be allowed.

use super::condition::Condition;
use super::decide::{Considered, Reading, facts};
use super::grant::Grant;
use super::possible::Uses;
use super::question::Question;
use super::request::Request;
use super::statement::CompiledStatement;
use super::tri::{Logic, Tri};

/// A part of a statement or a grant that rests on what is unknown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unknown<'a> {
    /// A condition.
    Condition(&'a Condition),
    /// A resource pattern with a variable.
    Resource(&'a CompiledStatement),
    /// A NotPrincipal that lists a part of the caller's chain, which AWS leaves to the service.
    Principal(&'a CompiledStatement),
    /// The encryption context of a grant.
    Grant(&'a Grant),
}

/// A part that must hold, or must not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need<'a> {
    /// The part.
    pub unknown: Unknown<'a>,
    /// Whether it must hold.
    pub holds: bool,
}

/// Ways in which a request comes to be allowed: each is a list of needs that must hold together. One without needs
/// always holds; no way at all never does.
#[derive(Clone, Debug, PartialEq)]
pub struct Ways<'a> {
    /// The ways, none contained in another.
    pub ways: Vec<Vec<Need<'a>>>,
    /// Whether there were more ways than are kept.
    pub is_cut: bool,
}

/// More ways than these are not kept.
const MOST_WAYS: usize = 24;

impl<'a> Ways<'a> {
    fn new(mut ways: Vec<Vec<Need<'a>>>, is_cut: bool) -> Self {
        ways.sort_by_key(Vec::len);
        let mut kept: Vec<Vec<Need<'a>>> = Vec::new();
        for way in ways {
            let covers = |known: &Vec<Need<'a>>| known.iter().all(|need| way.contains(need));
            if !kept.iter().any(covers) {
                kept.push(way);
            }
        }
        let is_cut = is_cut || kept.len() > MOST_WAYS;
        kept.truncate(MOST_WAYS);
        Self { ways: kept, is_cut }
    }
}

impl Logic for Ways<'_> {
    fn yes() -> Self {
        Self { ways: vec![Vec::new()], is_cut: false }
    }

    fn no() -> Self {
        Self { ways: Vec::new(), is_cut: false }
    }

    fn and(self, other: Self) -> Self {
        let mut ways = Vec::new();
        for first in &self.ways {
            for second in &other.ways {
                let more = second.iter().filter(|need| !first.contains(need));
                let joined: Vec<_> = first.iter().chain(more).copied().collect();
                let contradicts = |need: &Need<'_>| joined.contains(&Need { holds: !need.holds, ..*need });
                if !joined.iter().any(contradicts) {
                    ways.push(joined);
                }
            }
        }
        Self::new(ways, self.is_cut || other.is_cut)
    }

    fn or(mut self, other: Self) -> Self {
        self.ways.extend(other.ways);
        Self::new(self.ways, self.is_cut || other.is_cut)
    }
}

impl CompiledStatement {
    /// The parts of a statement that are neither true nor false for a request.
    pub fn unknowns(&self, request: &Request<'_>) -> Vec<Unknown<'_>> {
        let mut unknowns = Vec::new();
        if self.names_caller(request) == Tri::Unknown {
            unknowns.push(Unknown::Principal(self));
        }
        if self.covers_resource(request) == Tri::Unknown {
            unknowns.push(Unknown::Resource(self));
        }
        let is_unknown = |condition: &&Condition| condition.holds(request.context) == Tri::Unknown;
        unknowns.extend(self.conditions.iter().filter(is_unknown).map(Unknown::Condition));
        unknowns
    }
}

/// Reads statements as ways.
struct Seeking<'q> {
    request: Request<'q>,
}

impl<'a> Reading<'a> for Seeking<'_> {
    type Truth = Ways<'a>;

    fn matched(&mut self, considered: &Considered<'a>) -> Ways<'a> {
        match considered.outcome.outcome() {
            Tri::Yes => Ways::yes(),
            Tri::No => Ways::no(),
            Tri::Unknown => {
                let unknowns = considered.statement.unknowns(&self.request);
                let all = unknowns.into_iter().map(|unknown| Need { unknown, holds: true }).collect();
                Ways::new(vec![all], false)
            }
        }
    }

    fn unmatched(&mut self, considered: &Considered<'a>) -> Ways<'a> {
        match considered.outcome.outcome() {
            Tri::Yes => Ways::no(),
            Tri::No => Ways::yes(),
            Tri::Unknown => {
                let unknowns = considered.statement.unknowns(&self.request);
                let each = unknowns.into_iter().map(|unknown| vec![Need { unknown, holds: false }]);
                Ways::new(each.collect(), false)
            }
        }
    }

    fn grant(&mut self, grant: &'a Grant, outcome: Tri) -> Ways<'a> {
        match outcome {
            Tri::Yes => Ways::yes(),
            Tri::No => Ways::no(),
            Tri::Unknown => {
                let need = Need { unknown: Unknown::Grant(grant), holds: true };
                Ways::new(vec![vec![need]], false)
            }
        }
    }
}

impl<'a> Question<'a> {
    /// The ways in which the request comes to be allowed.
    pub fn ways(&self) -> Ways<'a> {
        let facts = facts(&self.request, &self.layers, Seeking { request: self.request });
        facts.allowed(&self.request, self.layers.is_key)
    }

    /// The unknown parts of all statements and grants that match under some circumstances.
    pub(super) fn unknowns(&self) -> Vec<Unknown<'a>> {
        let mut unknowns = Vec::new();
        let watching = super::decide::Watching(|considered: Considered<'a>| {
            if considered.outcome.outcome() == Tri::Unknown {
                unknowns.extend(considered.statement.unknowns(&self.request));
            }
        });
        facts(&self.request, &self.layers, watching);
        let open = self.layers.grants.iter().filter(|grant| grant.allows(&self.request) == Tri::Unknown);
        unknowns.extend(open.map(|grant| Unknown::Grant(grant)));
        unknowns
    }
}

impl Unknown<'_> {
    /// Notes what the part asks of each unknown key.
    pub(super) fn note(&self, request: &Request<'_>, note: &mut impl FnMut(&str, &dyn Fn(&mut Uses))) {
        match self {
            Self::Condition(condition) => condition.note(request.context, note),
            Self::Resource(statement) => statement.note_resource(request, note),
            Self::Grant(grant) => grant.note(request, note),
            Self::Principal(_) => {}
        }
    }
}
