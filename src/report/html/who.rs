//! Who can read against who did, over all secrets.

use super::text::{Text, anchor};
use crate::model::{Audited, ReadersProfile, SecretProfile};

/// How many secrets are listed.
const LISTED: usize = 10;

/// Pairs of a principal and a secret, over all secrets.
pub(super) struct Who<'a> {
    pub(super) can_and_did: u64,
    pub(super) can_only: u64,
    pub(super) did_only: u64,
    /// Secrets of which a trail shows who read them.
    pub(super) shown: u64,
    pub(super) hidden: u64,
    pub(super) widest: Vec<WhoLine<'a>>,
}

/// A secret that more can read than do.
pub(super) struct WhoLine<'a> {
    pub(super) name: Text<'a>,
    pub(super) id: String,
    pub(super) can: u64,
    pub(super) did: u64,
    pub(super) did_only: u64,
}

impl<'a> Who<'a> {
    pub(super) fn new(audited: &'a Audited) -> Self {
        let with: Vec<(&SecretProfile, &ReadersProfile)> =
            audited.secrets.iter().filter_map(|secret| Some((secret, secret.readers.as_ref()?))).collect();
        let sum = |of: fn(&ReadersProfile) -> u64| with.iter().map(|(_, readers)| of(readers)).sum();
        let shown = with.iter().filter(|(_, readers)| readers.trail_days > 0).count() as u64;
        let mut widest: Vec<WhoLine<'_>> =
            with.iter().map(|(secret, readers)| line(secret, readers)).collect();
        widest.retain(|line| line.can > line.did || line.did_only > 0);
        widest.sort_by(|a, b| {
            let idle = |line: &WhoLine<'_>| line.can.saturating_sub(line.did);
            (b.did_only, idle(b)).cmp(&(a.did_only, idle(a))).then_with(|| a.name.cmp(&b.name))
        });
        widest.truncate(LISTED);
        Self {
            can_and_did: sum(|readers| readers.can_and_did),
            can_only: sum(|readers| readers.can_only),
            did_only: sum(|readers| readers.did_only),
            shown,
            hidden: with.len() as u64 - shown,
            widest,
        }
    }
}

fn line<'a>(secret: &'a SecretProfile, readers: &ReadersProfile) -> WhoLine<'a> {
    WhoLine {
        name: Text(&secret.name),
        id: anchor(&secret.arn, None),
        can: readers.can_and_did + readers.can_only,
        did: readers.can_and_did,
        did_only: readers.did_only,
    }
}
