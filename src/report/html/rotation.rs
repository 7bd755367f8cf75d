//! How old values are, and which rotations are late or due.

use super::charts::{Detail, columns, timeline};
use super::secrets::value_age;
use super::text::{Text, anchor, day};
use crate::model::{Audited, SecretProfile, whole_days_between};

/// Ages of values in days: up to these, and beyond.
const AGES: [(i64, &str, &str); 4] =
    [(30, "≤ 30 d", "pass"), (90, "≤ 90 d", "pass"), (180, "≤ 180 d", "medium"), (365, "≤ 1 year", "high")];

/// How many days ahead a rotation counts as due soon.
const SOON: i64 = 30;

/// How many secrets are drawn.
const DRAWN: usize = 12;

/// Rotation over all secrets.
pub(super) struct Rotation<'a> {
    pub(super) ages: String,
    pub(super) on: u64,
    pub(super) off: u64,
    pub(super) late: u64,
    pub(super) soon: u64,
    pub(super) lines: Vec<RotationLine<'a>>,
}

/// A secret whose rotation is late or due soon.
pub(super) struct RotationLine<'a> {
    pub(super) name: Text<'a>,
    pub(super) id: String,
    pub(super) due: String,
    pub(super) days: i64,
    pub(super) timeline: String,
}

impl<'a> Rotation<'a> {
    pub(super) fn new(audited: &'a Audited) -> Self {
        let as_of = audited.assessment.run.as_of;
        let mut due: Vec<(i64, &SecretProfile)> = audited
            .secrets
            .iter()
            .filter(|secret| secret.rotation.enabled && secret.deleted.is_none())
            .filter_map(|secret| Some((whole_days_between(as_of, secret.rotation.next?), secret)))
            .collect();
        due.sort_by_key(|(days, secret)| (*days, &secret.arn));
        let many = |late: bool| due.iter().filter(|(days, _)| (*days < 0) == late && *days <= SOON).count();
        let on = audited.secrets.iter().filter(|secret| secret.rotation.enabled).count() as u64;
        Self {
            ages: ages(audited),
            on,
            off: audited.secrets.len() as u64 - on,
            late: many(true) as u64,
            soon: many(false) as u64,
            lines: due
                .into_iter()
                .filter(|(days, _)| *days <= SOON)
                .take(DRAWN)
                .map(|(days, secret)| RotationLine {
                    name: Text(&secret.name),
                    id: anchor(&secret.arn, None),
                    due: day(secret.rotation.next),
                    days,
                    timeline: timeline(secret, as_of, Detail::Moments),
                })
                .collect(),
        }
    }
}

/// The ages of all values as columns.
fn ages(audited: &Audited) -> String {
    let as_of = audited.assessment.run.as_of;
    let mut counts = [0_u64; AGES.len() + 2];
    for secret in &audited.secrets {
        let place = match value_age(secret, as_of) {
            None => AGES.len() + 1,
            Some(age) => AGES.iter().position(|(limit, ..)| age <= *limit).unwrap_or(AGES.len()),
        };
        counts.get_mut(place).into_iter().for_each(|count| *count += 1);
    }
    let names = AGES.iter().map(|(_, name, class)| (*class, *name));
    let names = names.chain([("critical", "older"), ("unknown", "not known")]);
    let bars: Vec<(&str, &str, u64)> =
        names.zip(counts).map(|((class, name), count)| (class, name, count)).collect();
    columns(&bars, "secrets by the age of their value")
}
