//! Whether principals use what they can read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::History;
use crate::model::{AccountId, Gap, Outcome, Region};
use crate::tables::principals::PrincipalRow;
use crate::tables::schema::Group;

/// What is known of a principal's use of its access; `None` is "not known".
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PrincipalUse {
    pub(crate) trail_days: i64,
    pub(crate) seen_reading: bool,
    pub(crate) days_since_seen_reading: i64,
    pub(crate) secrets_read: i64,
    pub(crate) unread_days_min: i64,
}

/// Fills in what the trails say of the principals of a table.
pub(in crate::tables) fn fill(history: &History<'_, '_>, rows: &mut [(PrincipalRow, Vec<(Group, Gap)>)]) {
    let principals = history.estate.principals.iter().enumerate();
    let places: HashMap<&str, usize> = principals.map(|(place, one)| (one.arn.as_str(), place)).collect();
    let mut accounts: BTreeMap<String, (i64, Vec<Gap>)> = BTreeMap::new();
    for (row, missing) in rows {
        let Some(place) = places.get(row.arn.as_str()).copied() else { continue };
        let read = history.did.of_principal(place).filter(|access| access.group.outcome == Outcome::Allowed);
        let (mut last, mut secrets) = (None, BTreeSet::new());
        for access in read {
            last = last.max(Some(access.group.last));
            secrets.extend(access.secret);
        }
        let seen = accounts.entry(row.account.clone()).or_insert_with(|| of_account(history, &row.account));
        row.used = PrincipalUse {
            trail_days: seen.0,
            seen_reading: last.is_some(),
            days_since_seen_reading: last.map_or(0, |last| history.days_since(last)),
            secrets_read: i64::try_from(secrets.len()).unwrap_or(i64::MAX),
            unread_days_min: last.map_or(seen.0, |last| history.days_since(last).min(seen.0)),
        };
        missing.extend(seen.1.iter().map(|gap| (Group::History, gap.clone())));
    }
}

/// How far the trails show every Region of an account that holds secrets.
fn of_account(history: &History<'_, '_>, account: &str) -> (i64, Vec<Gap>) {
    let places: BTreeSet<(&str, &str)> = history
        .estate
        .secrets
        .iter()
        .filter(|node| node.account.as_str() == account)
        .map(|node| (node.account.as_str(), node.region.as_str()))
        .collect();
    let mut days: Option<i64> = None;
    let mut gaps = Vec::new();
    for (account, region) in places {
        let seen = history.did.seen(&AccountId::new(account), &Region::new(region));
        days = Some(days.map_or(seen.days, |days| days.min(seen.days)));
        gaps.extend(seen.gaps);
    }
    (days.unwrap_or(0), gaps)
}
