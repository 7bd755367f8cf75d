//! Versions, and the keys under which they are kept.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::SecretFacts;
use super::subject::Subject;
use crate::model::{GapCause, date, whole_days_between};
use crate::snapshot::records::{SecretVersions, Version};
use crate::tables::context::Answer;
use crate::tables::gaps::own_gap;
use crate::tables::keyring::KeyAnswer;
use crate::tables::schema::Group;

pub(super) fn fill(subject: &Subject<'_>, facts: &mut SecretFacts) {
    named_key(subject, facts);
    match subject.region.versions.get(&subject.secret.arn) {
        Answer::Known(record) => {
            versions(subject, record, facts);
            value_keys(subject, record, facts);
            other_keys(subject, record, facts);
        }
        Answer::Missing(gaps) => {
            let gaps = subject.explained(Group::Versions, gaps);
            facts.miss(Group::ValueKeys, gaps.clone());
            facts.miss(Group::Versions, gaps);
        }
    }
}

/// The key that the secret names.
fn named_key(subject: &Subject<'_>, facts: &mut SecretFacts) {
    let own_account = subject.account.data.entry.account.to_string();
    let name = subject.secret.kms_key_id.as_deref();
    let answer = subject.region.keys.resolve(name);
    facts.default_key = answer.is_default();
    match answer {
        KeyAnswer::Default => {
            facts.key_arn = Some(String::new());
            facts.key_account = Some(own_account);
        }
        KeyAnswer::Found(key) => {
            facts.key_arn = Some(if key.manager == "AWS" { String::new() } else { key.arn.clone() });
            facts.key_account = Some(key.account.clone());
        }
        KeyAnswer::Missing => {
            facts.key_arn = Some(String::new());
            facts.key_account = Some(account_in(name).unwrap_or(own_account));
        }
        KeyAnswer::Unknown(gaps) => {
            // An ARN names its account even where KMS refuses to describe the key.
            facts.key_account = account_in(name);
            // Nobody can use another account's `aws/secretsmanager`.
            let foreign = facts.key_account.as_ref().is_some_and(|account| *account != own_account);
            facts.default_key = foreign.then_some(false);
            facts.key_arn = name.filter(|name| name.contains(":key/")).map(str::to_owned);
            facts.miss(Group::Key, gaps);
        }
    }
}

fn account_in(key: Option<&str>) -> Option<String> {
    key?.parse::<crate::model::Arn>().ok().map(|arn| arn.account)
}

fn has_stage(version: &Version, stage: &str) -> bool {
    version.stages.iter().any(|label| label == stage)
}

fn with_stage<'a>(record: &'a SecretVersions, stage: &str) -> Option<&'a Version> {
    record.versions.iter().find(|version| has_stage(version, stage))
}

fn versions(subject: &Subject<'_>, record: &SecretVersions, facts: &mut SecretFacts) {
    let as_of = subject.all.as_of();
    let current = with_stage(record, "AWSCURRENT");
    let labelled = record.versions.iter().filter(|version| !version.stages.is_empty()).count();
    facts.has_value = Some(current.is_some());
    facts.current_version = current.map(|version| version.id.clone());
    facts.labelled_versions = i64::try_from(labelled).ok();
    facts.unlabelled_versions = i64::try_from(record.versions.len() - labelled).ok();
    facts.value_age_days = match current {
        None => Some(0),
        Some(version) => version.created.map(|created| whole_days_between(created, as_of)),
    };
    let pending = with_stage(record, "AWSPENDING").filter(|version| !has_stage(version, "AWSCURRENT"));
    facts.rotation_pending = Some(pending.is_some());
    facts.pending_hours = match pending {
        None => Some(0),
        Some(version) => version.created.map(|created| as_of.duration_since(created).as_hours().max(0)),
    };
    facts.old_version_read_days = old_version_read_days(record, current);
    if [facts.value_age_days, facts.pending_hours, facts.old_version_read_days].contains(&None) {
        let message = "a version without its date of creation";
        let (call, arn) = (Group::Versions.call(), &subject.secret.arn);
        facts.miss(Group::Versions, [own_gap(GapCause::Malformed, call, subject.place(), arn, message)]);
    }
}

/// Days from the day on which AWSCURRENT was written to the day on which AWSPREVIOUS was last read.
fn old_version_read_days(record: &SecretVersions, current: Option<&Version>) -> Option<i64> {
    let read = with_stage(record, "AWSPREVIOUS").and_then(|version| version.last_accessed);
    let (Some(read), Some(current)) = (read, current) else { return Some(0) };
    let day = |instant: Timestamp| instant.to_zoned(TimeZone::UTC).date();
    let since = day(current.created?).until(day(read)).ok()?;
    Some(i64::from(since.get_days()).max(0))
}

/// The keys of the current value: AWS keeps a version readable under each of them.
fn value_keys(subject: &Subject<'_>, record: &SecretVersions, facts: &mut SecretFacts) {
    let answers: Vec<KeyAnswer<'_>> = match with_stage(record, "AWSCURRENT") {
        Some(version) => keys_of(subject, version).map(|key| subject.region.keys.resolve(key)).collect(),
        None => vec![KeyAnswer::Default],
    };
    facts.value_key_usable = any(answers.iter().map(KeyAnswer::usable));
    facts.value_key_pending_deletion = any(answers.iter().map(KeyAnswer::pending_deletion));
    facts.value_key_disabled = any(answers.iter().map(KeyAnswer::disabled));
    facts.value_key_missing = any(answers.iter().map(KeyAnswer::missing));
    deletion(subject, &answers, facts);
    for answer in answers {
        if let KeyAnswer::Unknown(gaps) = answer {
            facts.miss(Group::ValueKeys, gaps);
        }
    }
}

/// The keys of a version; where AWS names none, the secret's own.
fn keys_of<'a>(subject: &Subject<'a>, version: &'a Version) -> impl Iterator<Item = Option<&'a str>> {
    let own = version.kms_key_ids.is_empty().then_some(subject.secret.kms_key_id.as_deref());
    version.kms_key_ids.iter().map(|key| Some(key.as_str())).chain(own)
}

/// The last day on which one of the keys exists; not known where a key is not, since that one may live longer.
fn deletion(subject: &Subject<'_>, answers: &[KeyAnswer<'_>], facts: &mut SecretFacts) {
    if answers.iter().any(|answer| matches!(answer, KeyAnswer::Unknown(_))) {
        return;
    }
    let last = answers.iter().filter_map(|answer| match answer {
        KeyAnswer::Found(key) if answer.pending_deletion() == Some(true) => key.deletion,
        _ => None,
    });
    let last = last.max();
    facts.unreadable_on = Some(last.map(date).unwrap_or_default());
    facts.days_until_unreadable =
        Some(last.map_or(0, |day| whole_days_between(subject.all.as_of(), day).max(0)));
}

/// SQL's OR over all: TRUE if one is, else NULL if one is not known, else FALSE.
fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let answers: Vec<Option<bool>> = answers.collect();
    if answers.contains(&Some(true)) {
        return Some(true);
    }
    (!answers.contains(&None)).then_some(false)
}

fn other_keys(subject: &Subject<'_>, record: &SecretVersions, facts: &mut SecretFacts) {
    let own = subject.secret.kms_key_id.as_deref();
    let labelled = record.versions.iter().filter(|version| !version.stages.is_empty());
    let under_own =
        |version: &Version| any(keys_of(subject, version).map(|key| subject.region.keys.same(key, own)));
    let counted: Option<Vec<bool>> = labelled.map(under_own).collect();
    facts.versions_under_other_key =
        counted.and_then(|list| i64::try_from(list.iter().filter(|under_own| !**under_own).count()).ok());
    if facts.versions_under_other_key.is_none() {
        if let KeyAnswer::Unknown(gaps) = subject.region.keys.resolve(own) {
            facts.miss(Group::ValueKeys, gaps);
        }
        let names = record.versions.iter().flat_map(|version| &version.kms_key_ids);
        for name in names {
            if let KeyAnswer::Unknown(gaps) = subject.region.keys.resolve(Some(name)) {
                facts.miss(Group::ValueKeys, gaps);
            }
        }
    }
}
