//! Replicas that nobody reads in their Region.

use std::collections::BTreeSet;

use super::words::{production, remove_replicas};
use super::{Draft, Effect, IDLE_DAYS, Sight};
use crate::cost::facts::SecretFacts;
use crate::model::{NotJudged, SavingConfidence, SavingKind};

/// Only the trail tells where a secret was read. Replicas that go with their primary are left out.
pub(super) fn find<'a>(
    sight: &Sight<'a>,
    gone: &BTreeSet<usize>,
    not_judged: &mut BTreeSet<NotJudged>,
) -> Vec<Draft<'a>> {
    let mut drafts = Vec::new();
    let mut dark = 0_u64;
    let replicas = sight.facts.secrets.iter().enumerate();
    let replicas = replicas.filter(|(row, secret)| {
        let stays = sight.charged.contains(row) && !gone.contains(row);
        stays && secret.is_replica == Some(true) && secret.orphan == Some(false)
    });
    for (row, replica) in replicas.filter(|(_, replica)| replica.age_days.is_some_and(|age| age >= IDLE_DAYS))
    {
        let reads =
            sight.reads_of(row).iter().filter(|read| read.count > 0 && read.by_rotation != Some(true));
        if reads.count() > 0 {
            continue;
        }
        if replica.trail_days < IDLE_DAYS {
            dark += 1;
        } else {
            drafts.extend(draft(row, replica));
        }
    }
    if dark > 0 {
        let what = if dark == 1 { "1 replica".to_owned() } else { format!("{dark} replicas") };
        let why = format!("{what} in Regions of which the trail shows fewer than {IDLE_DAYS} days");
        not_judged.insert(NotJudged { kind: SavingKind::UnusedReplica, why });
    }
    drafts
}

fn draft<'a>(row: usize, replica: &'a SecretFacts<'a>) -> Option<Draft<'a>> {
    let (place, primary) = (&replica.place, replica.primary_region?);
    // A replica has the ARN of its primary in another Region.
    let of_primary = place.arn.replacen(&format!(":{}:", place.region), &format!(":{primary}:"), 1);
    let mut warnings = vec!["a replica that waits for a Region to fail is not read either".to_owned()];
    warnings.extend(production(&[replica]));
    let is_production = replica.production != Some(false);
    Some(Draft {
        kind: SavingKind::UnusedReplica,
        confidence: if is_production { SavingConfidence::Possible } else { SavingConfidence::Likely },
        place,
        name: format!("{} in {}", place.name, place.region),
        resources: vec![place.arn],
        evidence: vec![format!(
            "the trail shows {} days of {} without a call for it by anybody but its rotation",
            replica.trail_days, place.region
        )],
        warnings,
        commands: vec![remove_replicas(&of_primary, primary, &[place.region])],
        effect: Effect::Remove(vec![row]),
    })
}
