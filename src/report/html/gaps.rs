//! What could not be seen.

use std::collections::BTreeMap;

use super::text::Text;
use crate::model::{Assessment, GapCause, SeenGap};

/// How many places of a gap are listed.
const LISTED: usize = 12;

/// A call that brought no answer, and where.
pub(super) struct GapView<'a> {
    pub(super) call: Text<'a>,
    pub(super) error: Text<'a>,
    pub(super) message: Text<'a>,
    pub(super) permission: Option<Text<'a>>,
    pub(super) places: Vec<String>,
    pub(super) more: usize,
    pub(super) accepted: usize,
}

/// The gaps by call and error. "Not collected" and "not carried" are no news before a rule asks.
pub(super) fn gaps(assessment: &Assessment) -> Vec<GapView<'_>> {
    let met = assessment
        .gaps
        .iter()
        .filter(|seen| !matches!(seen.gap.cause, GapCause::NotCollected | GapCause::NotCarried));
    let mut by_call: BTreeMap<(&str, &str, Option<&str>), Vec<&SeenGap>> = BTreeMap::new();
    for seen in met {
        let gap = &seen.gap;
        by_call.entry((&gap.call, &gap.error, gap.permission.as_deref())).or_default().push(seen);
    }
    by_call
        .into_iter()
        .map(|((call, error, permission), seen)| view(call, error, permission, &seen))
        .collect()
}

fn view<'a>(call: &'a str, error: &'a str, permission: Option<&'a str>, seen: &[&'a SeenGap]) -> GapView<'a> {
    let mut places: Vec<String> = seen.iter().map(|seen| Text(&seen.gap.scope()).to_string()).collect();
    places.dedup();
    let more = places.len().saturating_sub(LISTED);
    places.truncate(LISTED);
    GapView {
        call: Text(call),
        error: Text(error),
        message: Text(seen.first().map_or("", |seen| &seen.gap.message)),
        permission: permission.map(Text),
        places,
        more,
        accepted: seen.iter().filter(|seen| seen.accepted.is_some()).count(),
    }
}
