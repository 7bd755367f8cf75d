//! Readers that ask again and again instead of keeping what they read.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::words::{count, production};
use super::{Draft, Effect, Sight};
use crate::cost::charges::secrets;
use crate::cost::facts::{ReadFacts, SecretFacts};
use crate::model::{NotJudged, SavingConfidence, SavingKind};

/// Calls in a month that are left to each address with a cache of one hour.
const LEFT: u64 = 730;

/// Calls in a day and address from which on somebody asks without a cache: twice what a cache of one hour leaves.
const CHATTY_A_DAY: i64 = 48;

/// Calls in a month below which there is less than a cent to save.
const WORTH_IT: u64 = 2_000;

pub(super) fn find<'a>(sight: &Sight<'a>, not_judged: &mut BTreeSet<NotJudged>) -> Vec<Draft<'a>> {
    let facts = sight.facts;
    let dark = sight.customer().filter(|(_, secret)| secret.trail_days <= 0).count() as u64;
    if dark > 0 {
        let why = format!("{} that no trail shows", secrets(dark));
        not_judged.insert(NotJudged { kind: SavingKind::ChattyReader, why });
    }
    let reads = facts.reads.iter().filter(|read| read.allowed && read.by_rotation != Some(true));
    reads.filter_map(|read| draft(read, read.secret?, facts.secrets.get(read.secret?)?)).collect()
}

fn draft<'a>(read: &'a ReadFacts<'a>, row: usize, secret: &'a SecretFacts<'a>) -> Option<Draft<'a>> {
    let sources = read.sources.max(1);
    let left = Decimal::from(LEFT) * Decimal::from(sources);
    let is_chatty = read.count >= CHATTY_A_DAY * read.days * i64::try_from(sources).unwrap_or(i64::MAX);
    let is_worth_it = read.monthly() - left >= Decimal::from(WORTH_IT);
    if read.days <= 0 || !is_chatty || !is_worth_it || secret.pending == Some(true) {
        return None;
    }
    let mut warnings = vec!["a value that was rotated is seen up to an hour later".to_owned()];
    warnings.extend(production(&[secret]));
    let addresses = count(sources, "address", "addresses");
    Some(Draft {
        kind: SavingKind::ChattyReader,
        confidence: SavingConfidence::Likely,
        place: &secret.place,
        name: format!("{} by {}", secret.place.name, read.principal_name),
        resources: vec![secret.place.arn],
        evidence: vec![
            format!(
                "{} calls in {} days by {} from {addresses}: {} a day",
                read.count,
                read.days,
                read.principal,
                read.count / read.days
            ),
            format!(
                "a cache of one hour leaves {} a day, if one process stands behind each address",
                24 * sources
            ),
        ],
        warnings,
        commands: vec![format!(
            "secrets-auditor reads {} --principal {}",
            super::words::argument(secret.place.arn),
            super::words::argument(read.principal)
        )],
        effect: Effect::Calls { secret: row, principal: read.principal, left },
    })
}
