//! What a collection tells while it runs.

use crate::aws::Counts;
use crate::model::{AccountId, Region, RegionState};
use crate::snapshot::Kind;
use crate::trail::TrailSource;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// It is known which accounts will be asked.
    AccountsFound {
        /// How many.
        count: usize,
    },
    /// An account is being asked.
    AccountStarted {
        /// Which.
        account: &'a AccountId,
        /// How many Regions will be asked.
        regions: usize,
    },
    /// A Region's secrets are being listed.
    RegionStarted {
        /// In which account.
        account: &'a AccountId,
        /// Which.
        region: &'a Region,
    },
    /// A Region's secrets were listed.
    SecretsFound {
        /// In which account.
        account: &'a AccountId,
        /// In which Region.
        region: &'a Region,
        /// How many were selected.
        count: usize,
        /// How many calls about single secrets follow.
        calls: usize,
    },
    /// A call about a single secret ended, well or not, or its answer was taken from an earlier run.
    SecretAsked {
        /// In which account.
        account: &'a AccountId,
        /// In which Region.
        region: &'a Region,
        /// What was asked.
        kind: Kind,
        /// How many such calls ended.
        count: usize,
    },
    /// A Region's secrets are done.
    RegionFinished {
        /// In which account.
        account: &'a AccountId,
        /// Which.
        region: &'a Region,
        /// What became of it.
        state: RegionState,
    },
    /// A shard was written, or taken from an earlier run.
    Shard {
        /// In which account.
        account: &'a AccountId,
        /// In which Region, or `global`.
        region: &'a Region,
        /// What it holds.
        kind: Kind,
        /// How many gaps it has.
        gaps: usize,
        /// Whether an earlier run had written it.
        earlier: bool,
    },
    /// Event history was read, and the cache could not keep it.
    CacheNotKept {
        /// In which account.
        account: &'a AccountId,
        /// In which Region.
        region: &'a Region,
        /// Why.
        error: &'a std::io::Error,
    },
    /// An archive was read.
    ArchiveRead {
        /// Which.
        source: &'a TrailSource,
        /// How many objects, or rows of an answer, there were.
        count: usize,
        /// How much was sent for it.
        calls: Counts,
    },
    /// An account is done, or could not be entered.
    AccountFinished {
        /// Which.
        account: &'a AccountId,
    },
    /// How much was sent so far; told several times a second.
    Calls(Counts),
    /// Everything was asked.
    Finished(Counts),
}

/// Whoever wants to know; told from the task that collects, so it must return quickly.
pub trait Progress: Send + Sync {
    /// Something happened.
    fn event(&self, event: Event<'_>);
}

/// Nobody wants to know.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn event(&self, _event: Event<'_>) {}
}
