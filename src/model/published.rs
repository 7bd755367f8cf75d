//! What was handed to others, and what they said.

use super::{AccountId, Region};

/// A finding that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rejected {
    /// Its id there.
    pub id: String,
    /// The error code.
    pub code: String,
    /// The error in the service's words.
    pub message: String,
}

/// What became of the findings of one account in one Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedPlace {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
    /// Findings of today that were not there, or would not be.
    pub new: u64,
    /// Findings of today that were there already.
    pub known: u64,
    /// Findings that were there and are fixed.
    pub fixed: u64,
    /// Why findings that were there and are not of today stay there: they cannot be told to be fixed.
    pub left: Vec<String>,
    /// How many were taken; none where nothing was sent.
    pub taken: Option<u64>,
    /// Those that were not.
    pub rejected: Vec<Rejected>,
    /// Why nobody could be asked there, or why not everything was sent.
    pub failure: Option<String>,
}

impl PublishedPlace {
    /// Whether everything that was to be sent was taken, or would be sent.
    pub fn is_whole(&self) -> bool {
        self.failure.is_none() && self.rejected.is_empty()
    }
}
