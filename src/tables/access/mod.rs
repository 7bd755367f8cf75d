//! Who can do what, as facts about secrets, principals, statements, keys and accounts.

mod functions;
mod principals;
mod secrets;
mod statements;

pub(super) use functions::fill as fill_function;
pub(super) use principals::rows as principal_rows;
pub(super) use secrets::fill as fill_secrets;
pub(super) use statements::{administrators, key_facts, rows as statement_rows};

use super::context::AccountContext;
use super::gaps::own_gap;
use crate::access::Estate;
use crate::access::matrix::Matrix;
use crate::model::{AccountId, Gap, GapCause, Region};

/// What was worked out about everybody.
pub(super) struct Sight<'e, 's> {
    pub(super) estate: &'e Estate<'s>,
    pub(super) matrix: Matrix,
}

impl<'e, 's> Sight<'e, 's> {
    pub(super) fn new(estate: &'e Estate<'s>) -> Self {
        Self { estate, matrix: Matrix::new(estate) }
    }

    /// What a sentence about too much access ends with.
    pub(super) fn unless(&self, account: &str) -> &'static str {
        if self.estate.sees_scps_of(account) { "" } else { " unless an SCP or RCP denies it" }
    }
}

/// Why the users and roles of an account are not known; none where they are.
pub(super) fn principal_gaps(account: &AccountContext<'_>) -> Vec<Gap> {
    let data = &account.data.authorization;
    if !data.records.is_empty() {
        return Vec::new();
    }
    explained(&data.gaps, "iam:GetAccountAuthorizationDetails", account)
}

/// Why the policies of the organization above an account are not known.
pub(super) fn organization_gaps(account: &AccountContext<'_>) -> Vec<Gap> {
    explained(&account.data.organization.gaps, "organizations:ListPolicies", account)
}

fn explained(gaps: &[Gap], call: &str, account: &AccountContext<'_>) -> Vec<Gap> {
    if !gaps.is_empty() {
        return gaps.to_vec();
    }
    let id = &account.data.entry.account;
    vec![out_of_sight(GapCause::NotCollected, call, id, "the snapshot holds no answer about this account")]
}

/// A gap of an account.
pub(super) fn out_of_sight(cause: GapCause, call: &str, account: &AccountId, message: &str) -> Gap {
    let global = Region::global();
    Gap { region: None, resource: None, ..own_gap(cause, call, (account, &global), "", message) }
}
