//! Secrets that nobody reads.

use std::collections::BTreeSet;

use super::words::{count, delete_secret, production, remove_replicas};
use super::{Draft, Effect, IDLE_DAYS, Sight};
use crate::cost::charges::secrets;
use crate::cost::facts::SecretFacts;
use crate::model::{NotJudged, SavingConfidence, SavingKind};

/// Old enough, and not read for so long. A read by its own rotation is none; where it cannot be told from others the
/// days are not known.
pub(super) fn find<'a>(sight: &Sight<'a>, not_judged: &mut BTreeSet<NotJudged>) -> Vec<Draft<'a>> {
    let old = sight.customer().filter(|(_, secret)| secret.age_days.is_some_and(|age| age >= IDLE_DAYS));
    let (known, unknown): (Vec<_>, Vec<_>) = old.partition(|(_, secret)| secret.idle_days.is_some());
    if !unknown.is_empty() {
        let what = secrets(unknown.len() as u64);
        let why = format!("{what}, of which it is not known when somebody last read them");
        not_judged.insert(NotJudged { kind: SavingKind::UnusedSecret, why });
    }
    // AWS's day of the last read comes late, and the trail may know better.
    let is_read = |row: usize| {
        let reads = sight.reads_of(row).iter().filter(|read| read.allowed && read.count > 0);
        reads.filter(|read| read.by_rotation != Some(true)).count() > 0
    };
    let idle = known
        .into_iter()
        .filter(|(row, secret)| secret.idle_days.is_some_and(|days| days >= IDLE_DAYS) && !is_read(*row));
    idle.map(|(row, secret)| draft(sight, row, secret)).collect()
}

fn draft<'a>(sight: &Sight<'a>, row: usize, secret: &'a SecretFacts<'a>) -> Draft<'a> {
    let replicas = sight.replicas_of(secret);
    let regions: Vec<&str> =
        replicas.iter().filter_map(|row| Some(sight.facts.secrets.get(*row)?.place.region)).collect();
    let against = against(secret);
    let mut commands = Vec::new();
    if secret.replicas.is_some_and(|count| count > 0) {
        let named: Vec<&str> = secret.replica_regions.unwrap_or_default().split(',').map(str::trim).collect();
        commands.push(remove_replicas(secret.place.arn, secret.place.region, &named));
    }
    commands.push(delete_secret(&secret.place));
    let mut warnings = production(&[secret]);
    warnings.extend(against.iter().cloned());
    let resources = std::iter::once(row).chain(replicas.iter().copied());
    Draft {
        kind: SavingKind::UnusedSecret,
        confidence: confidence(secret, &against),
        place: &secret.place,
        name: secret.place.name.to_owned(),
        resources: resources.filter_map(|row| Some(sight.facts.secrets.get(row)?.place.arn)).collect(),
        evidence: evidence(secret, &regions),
        warnings,
        commands,
        effect: Effect::Remove(std::iter::once(row).chain(replicas.iter().copied()).collect()),
    }
}

fn evidence(secret: &SecretFacts<'_>, replicas: &[&str]) -> Vec<String> {
    let idle = secret.idle_days.unwrap_or_default();
    let age = secret.age_days.unwrap_or_default();
    let first = if idle >= age {
        format!("it was never read since it was made {age} days ago")
    } else {
        format!("it was not read for {idle} days, and is {age} days old")
    };
    let mut evidence = vec![first];
    match secret.reads_90d {
        Some(0) => evidence.push(format!("the trail shows {} days without a read", secret.trail_days)),
        _ => evidence.push("this rests on the day that AWS keeps of the last read".to_owned()),
    }
    if !replicas.is_empty() {
        let what = count(replicas.len(), "replica", "replicas");
        evidence.push(format!("with its {what} in {}", replicas.join(", ")));
    }
    evidence
}

/// What speaks against: somebody wants it, or something still works on it.
fn against(secret: &SecretFacts<'_>) -> Vec<String> {
    let mut against = Vec::new();
    match secret.refused_90d {
        Some(0) => {}
        Some(refused) => against.push(format!("somebody was refused {refused} times: it may be wanted")),
        None => against.push("whether somebody was refused is not known".to_owned()),
    }
    match secret.outside_readers {
        Some("") => {}
        Some(_) => against.push("principals outside the organization may read it".to_owned()),
        None => against.push("who outside may read it is not known".to_owned()),
    }
    match secret.rotates {
        Some(false) => {}
        Some(true) => against.push("it rotates: turn its rotation off first".to_owned()),
        None => against.push("whether it rotates is not known".to_owned()),
    }
    against
}

/// Proven where the trail shows the whole window, and nothing speaks against it.
fn confidence(secret: &SecretFacts<'_>, against: &[String]) -> SavingConfidence {
    if secret.reads_90d == Some(0) && secret.trail_days >= IDLE_DAYS && against.is_empty() {
        return SavingConfidence::Proven;
    }
    if secret.refused_90d.is_some_and(|refused| refused > 0) {
        return SavingConfidence::Possible;
    }
    SavingConfidence::Likely
}
