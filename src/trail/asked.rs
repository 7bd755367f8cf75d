//! What a source is asked for.

use std::collections::BTreeSet;

use super::tally::Window;
use crate::model::{AccountId, Region};

/// Accounts, Regions and time that a source is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The accounts; empty for all that the source has.
    pub accounts: BTreeSet<AccountId>,
    /// The Regions; empty for all that the source has.
    pub regions: BTreeSet<Region>,
    /// The time.
    pub window: Window,
}

impl Asked {
    /// Everything in a window.
    pub fn everything(window: Window) -> Self {
        Self { accounts: BTreeSet::new(), regions: BTreeSet::new(), window }
    }

    pub(super) fn takes_account(&self, account: &AccountId) -> bool {
        self.accounts.is_empty() || self.accounts.contains(account)
    }

    pub(super) fn takes_region(&self, region: &Region) -> bool {
        self.regions.is_empty() || self.regions.contains(region)
    }
}
