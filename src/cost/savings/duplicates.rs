//! Second secrets for the same thing, by name and by what they open; never by value.

use std::collections::BTreeMap;

use super::words::{delete_secret, production};
use super::{Draft, Effect, Sight};
use crate::cost::facts::SecretFacts;
use crate::model::{SavingConfidence, SavingKind};

/// What people put behind the name of a copy.
const COPIES: [&str; 10] =
    ["copy", "old", "backup", "bak", "new", "tmp", "temp", "orig", "original", "deprecated"];

/// Tags by which AWS says what a secret opens.
const TARGETS: [&str; 3] =
    ["aws:rds:primaryDBClusterArn", "aws:rds:primaryDBInstanceArn", "aws:redshift:namespaceArn"];

pub(super) fn find<'a>(sight: &Sight<'a>) -> Vec<Draft<'a>> {
    let mut drafts = by_target(sight);
    let known: Vec<&str> = drafts.iter().flat_map(|draft| draft.resources.iter().copied()).collect();
    let by_name = by_name(sight).into_iter();
    let more: Vec<Draft<'a>> =
        by_name.filter(|draft| draft.resources.iter().all(|arn| !known.contains(arn))).collect();
    drafts.extend(more);
    drafts
}

/// A secret whose name is that of another one in the same place, with what a copy is called by behind it.
fn by_name<'a>(sight: &Sight<'a>) -> Vec<Draft<'a>> {
    let place = |secret: &SecretFacts<'a>| (secret.place.account, secret.place.region);
    let names: BTreeMap<_, &SecretFacts<'a>> = sight
        .customer()
        .map(|(_, secret)| ((place(secret), secret.place.name.to_lowercase()), secret))
        .collect();
    let mut drafts = Vec::new();
    for (row, copy) in sight.customer() {
        let Some(base) = base(&copy.place.name.to_lowercase()) else { continue };
        let Some(original) = names.get(&(place(copy), base)) else { continue };
        let evidence = vec![
            format!(
                "its name is that of `{}`, with what copies are called by behind it",
                original.place.name
            ),
            used(copy),
        ];
        drafts.push(draft(row, copy, SavingConfidence::Possible, evidence));
    }
    drafts
}

/// The name without what copies are called by; none where nothing of it stands there.
fn base(name: &str) -> Option<String> {
    let at = name.rfind(['-', '_', '.', '/'])?;
    let (base, end) = (name.get(..at)?, name.get(at + 1..)?);
    let digits = |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit());
    let version = end.strip_prefix('v').is_some_and(digits);
    let word = end.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_copy = version || COPIES.contains(&word);
    (is_copy && !base.is_empty()).then(|| base.to_owned())
}

/// Secrets that AWS says open the same database: the one that was read last stays.
fn by_target<'a>(sight: &Sight<'a>) -> Vec<Draft<'a>> {
    let mut targets: BTreeMap<(&str, String), Vec<(usize, &'a SecretFacts<'a>)>> = BTreeMap::new();
    for (row, secret) in sight.customer() {
        let tags = &secret.place.tags;
        if let Some(target) = TARGETS.iter().find_map(|key| tags.get(*key)) {
            targets.entry((secret.place.account, target.clone())).or_default().push((row, secret));
        }
    }
    let mut drafts = Vec::new();
    for ((_, target), mut same) in targets {
        if same.iter().any(|(_, secret)| secret.idle_days.is_none()) {
            continue;
        }
        same.sort_by_key(|(_, secret)| (secret.idle_days, secret.place.arn));
        let Some(((_, kept), others)) = same.split_first() else { continue };
        for (row, other) in others {
            let evidence = vec![
                format!("it opens {target}, as `{}` does, which was read later", kept.place.name),
                used(other),
            ];
            drafts.push(draft(*row, other, SavingConfidence::Likely, evidence));
        }
    }
    drafts
}

fn used(secret: &SecretFacts<'_>) -> String {
    match (secret.reads_90d, secret.idle_days) {
        (Some(reads), _) => format!("{reads} reads in 90 days"),
        (None, Some(days)) => format!("last read, or made, {days} days ago"),
        (None, None) => "when it was last read is not known".to_owned(),
    }
}

fn draft<'a>(
    row: usize,
    secret: &'a SecretFacts<'a>,
    confidence: SavingConfidence,
    evidence: Vec<String>,
) -> Draft<'a> {
    let mut warnings = production(&[secret]);
    if secret.reads_90d != Some(0) {
        warnings.push("move its readers to the other one first".to_owned());
    }
    if secret.replicas != Some(0) {
        warnings.push("its replicas have to be removed first".to_owned());
    }
    Draft {
        kind: SavingKind::DuplicateSecret,
        confidence,
        place: &secret.place,
        name: secret.place.name.to_owned(),
        resources: vec![secret.place.arn],
        evidence,
        warnings,
        commands: vec![delete_secret(&secret.place)],
        effect: Effect::Remove(vec![row]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_known_by_their_ends() {
        let cases = [
            ("prod/db-old", Some("prod/db")),
            ("prod/db_backup2", Some("prod/db")),
            ("prod/db.v2", Some("prod/db")),
            ("prod/db/copy", Some("prod/db")),
            ("prod/db", None),
            ("prod/gold", None),
            ("old", None),
            ("-old", None),
            ("prod/db-2", None),
            ("prod/db-v", None),
        ];
        for (name, expected) in cases {
            assert_eq!(base(name).as_deref(), expected, "{name}");
        }
    }
}
