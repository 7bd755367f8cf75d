//! Everything that an audit brings: the one document from which every report is made.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Anchors, Assessment, CostReport, Diff, Fingerprint, FrameworkCoverage, SecretProfile, Trend};

/// Everything that an audit brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// The outcome.
    pub assessment: Assessment,
    /// What it costs.
    pub cost: CostReport,
    /// Where in the repository resources are defined.
    pub anchors: Anchors,
    /// The secrets and replicas, by account, Region and place in the inventory; empty where no report asks for them.
    pub secrets: Vec<SecretProfile>,
    /// How far the rules in force cover each framework, and how its controls came out; empty where no report asks for it.
    pub frameworks: Vec<FrameworkCoverage>,
    /// What earlier audits say; none where none are kept.
    pub past: Option<Past>,
}

/// What the history says of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// What changed since the last audit before this one; none for the first.
    pub since: Option<Diff>,
    /// Failure or unknown to the first audit of the unbroken row in which it was found.
    pub first_seen: BTreeMap<Fingerprint, Timestamp>,
    /// How counts went over time, this audit included.
    pub trend: Trend,
}

impl Audited {
    /// The first audit of the unbroken row in which a finding was found; none where no history tells.
    pub fn first_seen(&self, fingerprint: &Fingerprint) -> Option<Timestamp> {
        self.past.as_ref()?.first_seen.get(fingerprint).copied()
    }
}
