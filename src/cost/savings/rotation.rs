//! Rotations that fail and are tried again and again.

use rust_decimal::Decimal;

use super::words::{argument, production};
use super::{Draft, Effect, Sight};
use crate::cost::facts::{SecretFacts, WINDOW_DAYS};
use crate::model::{SavingConfidence, SavingKind};

/// A secret whose newest rotation failed, and that failed more often in the days that the trail shows than it should have
/// rotated in them. What its function asked for in vain could be saved.
pub(super) fn find<'a>(sight: &Sight<'a>) -> Vec<Draft<'a>> {
    let secrets = sight.customer().filter(|(_, secret)| secret.rotation_failing == Some(true));
    secrets.flat_map(|(row, secret)| drafts(sight, row, secret)).collect()
}

fn drafts<'a>(sight: &Sight<'a>, row: usize, secret: &'a SecretFacts<'a>) -> Vec<Draft<'a>> {
    let failed = sight.facts.failed_rotations.get(&row).copied().unwrap_or_default();
    let days = secret.trail_days.min(WINDOW_DAYS);
    let interval = secret.interval_days.filter(|days| *days > Decimal::ZERO);
    let due = interval.map_or(Decimal::ONE, |interval| (Decimal::from(days) / interval).ceil());
    if Decimal::from(failed) <= due {
        return Vec::new();
    }
    let reads = sight.reads_of(row).iter().filter(|read| read.by_rotation == Some(true) && read.allowed);
    reads
        .map(|read| Draft {
            kind: SavingKind::FailedRotation,
            confidence: SavingConfidence::Proven,
            place: &secret.place,
            name: secret.place.name.to_owned(),
            resources: vec![secret.place.arn],
            evidence: vec![
                format!(
                    "{failed} rotations failed in {days} days, and {due} were due; it fails since {}",
                    secret
                        .failing_since
                        .filter(|since| !since.is_empty())
                        .unwrap_or("a day that is not known")
                ),
                format!("its function asked {} times for the value", read.count),
            ],
            warnings: production(&[secret]),
            commands: vec![format!(
                "aws secretsmanager cancel-rotate-secret --region {} --secret-id {}",
                argument(secret.place.region),
                argument(secret.place.arn)
            )],
            effect: Effect::Calls {
                secret: row,
                principal: read.principal,
                left: (read.monthly() * due / Decimal::from(failed)).ceil(),
            },
        })
        .collect()
}
