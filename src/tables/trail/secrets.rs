//! Who used each secret, in all its Regions together, and how its rotation went.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{HISTORY, History, WINDOW_DAYS, bare};
use crate::access::{Change, SecretNode, Seen, TrailAccess};
use crate::model::{AccountId, Gap, GapCause, Outcome, date};
use crate::tables::gaps::own_gap;
use crate::tables::schema::Group;
use crate::tables::secrets::SecretFacts;
use crate::trail::READ;

/// How many principals a sentence names.
const NAMED: usize = 3;

/// The error of a call to a secret that is marked for deletion.
const MARKED_FOR_DELETION: &str = "InvalidRequestException";

/// The events by which a rotation ends.
const ENDS: [&str; 3] = ["RotationSucceeded", "RotationFailed", "RotationAbandoned"];

/// What is known of the use of a secret; `None` is "not known".
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct UseFacts {
    pub(crate) trail_days: i64,
    pub(crate) reads_90d: Option<i64>,
    pub(crate) rotation_reads_90d: Option<i64>,
    pub(crate) readers_90d: Option<i64>,
    pub(crate) refused_reads_90d: Option<i64>,
    pub(crate) unread_days_min: i64,
    pub(crate) last_use: String,
    pub(crate) rotation_ended: bool,
    pub(crate) rotation_failing: bool,
    pub(crate) days_since_rotation_event: i64,
    pub(crate) failing_since: String,
    pub(crate) rotation_failure: String,
    pub(crate) wanted_after_deletion: i64,
    pub(crate) days_since_wanted: i64,
    pub(crate) wanted_by: String,
    pub(crate) value_readers: String,
    pub(crate) old_version_readers: String,
    pub(crate) key_refused_readers: String,
}

/// One secret with its replicas.
struct Family<'f, 's> {
    accesses: Vec<&'f TrailAccess<'s>>,
    seen: Seen,
}

/// Fills in the facts about use; they stand in the order of the estate's secrets.
pub(in crate::tables) fn fill(history: &History<'_, '_>, facts: &mut [SecretFacts]) {
    let families = families(history);
    let changes = changes(history);
    for (place, facts) in facts.iter_mut().enumerate() {
        let Some(node) = history.estate.secrets.get(place) else { continue };
        let members = families.get(&family_of(node)).map(Vec::as_slice).unwrap_or_default();
        let family = Family {
            accesses: members.iter().flat_map(|member| history.did.of_secret(*member)).collect(),
            seen: together(history, members),
        };
        let own: Vec<&TrailAccess<'_>> = history.did.of_secret(place).collect();
        one(history, node, &family, facts);
        let changes = changes.get(&place).map(Vec::as_slice).unwrap_or_default();
        rotation(history, changes, facts);
        values(history, node, &family, &own, asked_for_deletion(changes), facts);
        explain(&family.seen, facts);
    }
}

/// Account, name and suffix of the ARN: what a primary and its replicas share.
type FamilyName<'a> = (&'a AccountId, &'a str, &'a str);

fn family_of<'n>(node: &'n SecretNode<'_>) -> FamilyName<'n> {
    let suffix = node.record.arn.rsplit_once('-').map_or("", |(_, suffix)| suffix);
    (node.account, &node.record.name, suffix)
}

fn families<'h>(history: &'h History<'_, '_>) -> BTreeMap<FamilyName<'h>, Vec<usize>> {
    let mut families: BTreeMap<FamilyName<'_>, Vec<usize>> = BTreeMap::new();
    for (place, node) in history.estate.secrets.iter().enumerate() {
        families.entry(family_of(node)).or_default().push(place);
    }
    families
}

fn changes<'h, 's>(history: &'h History<'_, 's>) -> BTreeMap<usize, Vec<&'h Change<'s>>> {
    let mut changes: BTreeMap<usize, Vec<&Change<'_>>> = BTreeMap::new();
    for change in &history.did.changes {
        if let Some(secret) = change.secret {
            changes.entry(secret).or_default().push(change);
        }
    }
    changes
}

/// How far the trails show all Regions of a secret.
fn together(history: &History<'_, '_>, members: &[usize]) -> Seen {
    let nodes = members.iter().filter_map(|member| history.estate.secrets.get(*member));
    let seen = nodes.map(|node| history.did.seen(node.account, node.region));
    seen.reduce(|a, b| {
        let mut gaps = a.gaps;
        gaps.extend(b.gaps);
        Seen { days: a.days.min(b.days), since: a.since.max(b.since), gaps }
    })
    .unwrap_or_default()
}

fn is_read(access: &TrailAccess<'_>) -> bool {
    access.group.outcome == Outcome::Allowed
}

/// How often it was read and by whom, and since when it is idle.
fn one(history: &History<'_, '_>, node: &SecretNode<'_>, family: &Family<'_, '_>, facts: &mut SecretFacts) {
    let within = |access: &&&TrailAccess<'_>| history.count_within(access.group, WINDOW_DAYS) > 0;
    let sum = |wanted: &dyn Fn(&TrailAccess<'_>) -> bool| {
        let of = family.accesses.iter().filter(|access| wanted(access));
        of.map(|access| history.count_within(access.group, WINDOW_DAYS)).sum::<i64>()
    };
    let used = &mut facts.used;
    used.trail_days = family.seen.days;
    if History::covers(family.seen.days) {
        let rotation_known = family.accesses.iter().all(|access| access.by_rotation.is_some());
        let reads = sum(&|access| is_read(access) && access.by_rotation == Some(false));
        let rotation = sum(&|access| is_read(access) && access.by_rotation == Some(true));
        let others = family.accesses.iter().filter(within);
        let others = others.filter(|access| is_read(access) && access.by_rotation == Some(false));
        let readers: BTreeSet<&str> = others.map(|access| access.group.actor.principal.as_str()).collect();
        used.reads_90d = rotation_known.then_some(reads);
        used.rotation_reads_90d = rotation_known.then_some(rotation);
        used.readers_90d = rotation_known.then(|| i64::try_from(readers.len()).unwrap_or(i64::MAX));
        used.refused_reads_90d = Some(sum(&|access| access.group.outcome == Outcome::Refused));
    }
    idle(history, node, family, facts);
}

/// When somebody other than its rotation last read a secret that rotates. For any other the day of the last access, which
/// AWS keeps, is enough.
fn idle(history: &History<'_, '_>, node: &SecretNode<'_>, family: &Family<'_, '_>, facts: &mut SecretFacts) {
    if facts.hidden_by_rotation {
        let reads = || family.accesses.iter().filter(|access| is_read(access));
        let doubtful = reads().any(|access| access.by_rotation.is_none());
        let last =
            reads().filter(|access| access.by_rotation == Some(false)).map(|access| access.group.last).max();
        if let Some(last) = last.filter(|_| !doubtful) {
            let days = history.days_since(last);
            facts.ever_read = Some(true);
            facts.idle_days_max = Some(days);
            // A later read could stand in what the trails do not show up to now.
            facts.idle_days = (family.seen.days > 0).then_some(days);
        } else if !doubtful {
            facts.used.unread_days_min = family.seen.days;
            let created = node.record.created;
            let since_creation =
                created.zip(family.seen.since).is_some_and(|(created, since)| since <= created);
            if since_creation {
                facts.ever_read = Some(false);
                facts.idle_days = facts.age_days;
                facts.idle_days_max = facts.age_days;
                facts.used.unread_days_min = 0;
            }
        }
    }
    facts.used.last_use = match (facts.ever_read, facts.idle_days_max) {
        (Some(false), _) => "never read".to_owned(),
        (_, Some(1)) => "last read 1 day ago".to_owned(),
        (_, Some(days)) => format!("last read {days} days ago"),
        (_, None) => {
            format!("read by nobody but its rotation in the {} days that the trail shows", family.seen.days)
        }
    };
}

/// How the newest rotation went.
fn rotation(history: &History<'_, '_>, changes: &[&Change<'_>], facts: &mut SecretFacts) {
    let as_of = history.as_of();
    let mut ends: Vec<&&Change<'_>> = changes
        .iter()
        .filter(|change| change.event.time <= as_of && ENDS.contains(&change.event.event.as_str()))
        .collect();
    ends.sort_by_key(|change| change.event.time);
    let used = &mut facts.used;
    let Some(newest) = ends.last() else { return };
    used.rotation_ended = true;
    used.days_since_rotation_event = history.days_since(newest.event.time);
    let succeeded = |change: &&&&Change<'_>| change.event.event == "RotationSucceeded";
    if succeeded(&newest) {
        return;
    }
    let failed = ends.iter().rev().take_while(|change| !succeeded(change));
    used.rotation_failing = true;
    used.failing_since = failed.last().map(|change| date(change.event.time)).unwrap_or_default();
    let reason = newest.event.message.clone().filter(|message| !message.is_empty());
    used.rotation_failure = reason.unwrap_or_else(|| newest.event.event.clone());
}

/// When its deletion was last asked for, where the trail shows it.
fn asked_for_deletion(changes: &[&Change<'_>]) -> Option<Timestamp> {
    let asked = changes
        .iter()
        .filter(|change| change.event.event == "DeleteSecret" && change.event.outcome == Outcome::Allowed);
    asked.map(|change| change.event.time).max()
}

/// Who has read the current value, who asks for an old one, and who asks for what is being deleted.
fn values(
    history: &History<'_, '_>,
    node: &SecretNode<'_>,
    family: &Family<'_, '_>,
    own: &[&TrailAccess<'_>],
    asked_at: Option<Timestamp>,
    facts: &mut SecretFacts,
) {
    if let Some(age) = facts.value_age_days {
        let read = family
            .accesses
            .iter()
            .filter(|access| is_read(access) && history.days_since(access.group.last) <= age);
        facts.used.value_readers = joined(read.map(|access| access.group.actor.principal.as_str()));
    }
    let current = facts.current_version.clone().unwrap_or_default();
    let old = family.accesses.iter().filter(|access| is_read(access) && access.by_rotation != Some(true));
    let old = old.filter(|access| {
        access.group.versions.keys().any(|version| *version != current && version != "AWSPENDING")
    });
    let names = some(old.map(|access| bare(&access.group.actor.principal)));
    facts.used.old_version_readers = if names.is_empty() { names } else { format!(" by {names}") };
    let refused = own.iter().filter(|access| access.group.outcome == Outcome::Refused && is_of_key(access));
    facts.used.key_refused_readers = joined(refused.map(|access| access.group.actor.principal.as_str()));
    if !facts.used.key_refused_readers.is_empty() {
        // What happened needs no policy to prove it.
        let known = facts.access.readers_without_key.clone().unwrap_or_default();
        let both = known.split(", ").chain(facts.used.key_refused_readers.split(", "));
        facts.access.readers_without_key = Some(joined(both.filter(|name| !name.is_empty())));
    }
    wanted(history, node, own, asked_at, facts);
}

/// Who asks for a secret that is being deleted.
///
/// AWS describes DeletedDate in one place as the day on which deletion was asked for, and in another as the day on which it
/// comes. Where that day lies ahead and the trail does not show the request, a call that AWS refuses to a secret that is
/// marked for deletion tells by its error.
fn wanted(
    history: &History<'_, '_>,
    node: &SecretNode<'_>,
    own: &[&TrailAccess<'_>],
    asked_at: Option<Timestamp>,
    facts: &mut SecretFacts,
) {
    let Some(deleted) = node.record.deleted else { return };
    let as_of = history.as_of();
    let since = asked_at.or((deleted <= as_of).then_some(deleted));
    let is_after = |access: &&&TrailAccess<'_>| match since {
        Some(since) => access.group.last >= since,
        None => access.group.error.as_deref() == Some(MARKED_FOR_DELETION),
    };
    let reads = own.iter().filter(|access| access.group.event == READ && access.group.last <= as_of);
    let wanted: Vec<&&TrailAccess<'_>> = reads.filter(is_after).collect();
    let since = since.unwrap_or(Timestamp::MIN);
    facts.used.wanted_after_deletion = wanted.iter().map(|access| count_after(access, since)).sum();
    let last = wanted.iter().map(|access| access.group.last).max();
    facts.used.days_since_wanted = last.map_or(0, |last| history.days_since(last));
    facts.used.wanted_by = some(wanted.iter().map(|access| bare(&access.group.actor.principal)));
}

/// How many calls of a group came after an instant; at least one where the last did.
fn count_after(access: &TrailAccess<'_>, instant: Timestamp) -> i64 {
    let hours = access.group.hours.iter();
    let after =
        hours.filter(|(hour, _)| crate::trail::hour_start(hour).is_some_and(|start| start >= instant));
    let count: u64 = after.map(|(_, count)| *count).sum();
    i64::try_from(count.max(1)).unwrap_or(i64::MAX)
}

/// Whether it was the key that refused, and not the secret.
fn is_of_key(access: &TrailAccess<'_>) -> bool {
    access.group.reasons.iter().any(|reason| reason.contains("KMS") || reason.contains("kms:"))
}

/// Texts separated by commas, each once.
fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

/// Some names, and how many more there are.
fn some<'t>(names: impl Iterator<Item = &'t str>) -> String {
    let names: Vec<&str> = names.collect::<BTreeSet<_>>().into_iter().collect();
    let more = names.len().saturating_sub(NAMED);
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// Why columns are NULL.
fn explain(seen: &Seen, facts: &mut SecretFacts) {
    facts.miss(Group::History, seen.gaps.clone());
    let unknown_use = facts.ever_read.is_none() || facts.idle_days.is_none() || facts.idle_days_max.is_none();
    if facts.hidden_by_rotation && unknown_use {
        // Where the trail shows all that Event history has, no permission would show more.
        let gaps = if History::covers(seen.days) { vec![hidden(facts)] } else { seen.gaps.clone() };
        facts.miss(Group::Use, gaps);
    }
}

/// LastAccessedDate moves with every rotation, so it is no evidence of use by anybody else.
fn hidden(facts: &SecretFacts) -> Gap {
    let message = "reads by its rotation function can only be told apart by CloudTrail, for as long as that reaches back";
    let place = (&AccountId::new(&facts.account), &crate::model::Region::new(&facts.region));
    let mut gap = own_gap(GapCause::NotCarried, HISTORY, place, &facts.arn, message);
    gap.error = message.to_owned();
    gap
}
