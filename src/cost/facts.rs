//! What the tables say of secrets, keys and calls, as far as money depends on it. `None` is "not known".

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::PolarsResult;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use super::columns::{decimals, flags, numbers, texts};
use super::prices::{PriceBook, PriceList};
use crate::tables::schema::Table;
use crate::tables::{Row, TableData, Tables};

/// Days back that count for what happens in a month, at most.
pub(super) const WINDOW_DAYS: i64 = 90;

/// A secret or replica.
#[derive(Clone, Debug)]
pub(super) struct SecretFacts<'a> {
    pub(super) place: Placed<'a>,
    pub(super) list: Option<&'a PriceList>,
    pub(super) age_days: Option<i64>,
    pub(super) is_replica: Option<bool>,
    pub(super) primary_region: Option<&'a str>,
    pub(super) orphan: Option<bool>,
    pub(super) pending: Option<bool>,
    pub(super) days_since_deletion: Option<i64>,
    pub(super) owning_service: Option<&'a str>,
    pub(super) customer: Option<bool>,
    pub(super) class: Option<&'a str>,
    pub(super) sensitive: Option<bool>,
    pub(super) production: Option<bool>,
    pub(super) rotates: Option<bool>,
    pub(super) rotation_function: Option<&'a str>,
    pub(super) interval_days: Option<Decimal>,
    pub(super) has_policy: Option<bool>,
    pub(super) key_arn: Option<&'a str>,
    pub(super) replicas: Option<i64>,
    pub(super) replica_regions: Option<&'a str>,
    pub(super) idle_days: Option<i64>,
    pub(super) trail_days: i64,
    pub(super) reads_90d: Option<i64>,
    pub(super) refused_90d: Option<i64>,
    pub(super) outside_readers: Option<&'a str>,
    pub(super) rotation_failing: Option<bool>,
    pub(super) failing_since: Option<&'a str>,
}

/// Where something is and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Placed<'a> {
    pub(super) arn: &'a str,
    pub(super) name: &'a str,
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) owner: &'a str,
    pub(super) environment: &'a str,
    pub(super) tags: Arc<BTreeMap<String, String>>,
}

/// A customer managed key of an audited account that is charged.
#[derive(Clone, Debug)]
pub(super) struct KeyFacts<'a> {
    pub(super) place: Placed<'a>,
    pub(super) list: &'a PriceList,
    pub(super) multi_region: Option<bool>,
}

/// Calls of a principal for the value of a secret that ended alike.
#[derive(Clone, Debug)]
pub(super) struct ReadFacts<'a> {
    /// The secret's row; none where it is gone.
    pub(super) secret: Option<usize>,
    pub(super) principal: &'a str,
    pub(super) principal_name: &'a str,
    pub(super) allowed: bool,
    pub(super) by_rotation: Option<bool>,
    /// Calls within the days that count.
    pub(super) count: i64,
    /// These days.
    pub(super) days: i64,
    /// From how many addresses they came.
    pub(super) sources: usize,
}

impl ReadFacts<'_> {
    /// How many there are in a month of 730 hours.
    pub(super) fn monthly(&self) -> Decimal {
        in_a_month(self.count, self.days)
    }
}

/// So many in so many days, in a month of 730 hours: whole calls.
pub(super) fn in_a_month(count: i64, days: i64) -> Decimal {
    if days <= 0 {
        return Decimal::ZERO;
    }
    (Decimal::from(count) * Decimal::from(730) / Decimal::from(24 * days)).round()
}

/// Everything that money depends on.
#[derive(Debug, Default)]
pub(super) struct Facts<'a> {
    pub(super) secrets: Vec<SecretFacts<'a>>,
    pub(super) keys: Vec<KeyFacts<'a>>,
    /// Keys whose price is not known.
    pub(super) unknown_keys: u64,
    pub(super) reads: Vec<ReadFacts<'a>>,
    /// Changes of a secret by calls within the days that count.
    pub(super) changes: Vec<(usize, i64)>,
    /// Rotations of a secret that failed within them.
    pub(super) failed_rotations: BTreeMap<usize, i64>,
    /// What could not be listed.
    pub(super) unlisted: Vec<&'a str>,
}

impl<'a> Facts<'a> {
    /// Reads the tables.
    pub(super) fn new(tables: &'a Tables, book: &'a PriceBook) -> PolarsResult<Self> {
        let mut facts = Self::default();
        if let Some(data) = tables.get(Table::Secrets) {
            facts.unlisted = data.scopes.iter().map(|scope| scope.resource.name.as_str()).collect();
            facts.secrets = secrets(data, book)?;
        }
        if let Some(data) = tables.get(Table::Keys) {
            (facts.keys, facts.unknown_keys) = keys(data, book)?;
        }
        let by_arn: BTreeMap<&str, usize> =
            facts.secrets.iter().enumerate().map(|(row, secret)| (secret.place.arn, row)).collect();
        if let Some(data) = tables.get(Table::Reads) {
            facts.reads = reads(data, &by_arn)?;
        }
        if let Some(data) = tables.get(Table::Events) {
            facts.changes(data, &by_arn)?;
        }
        Ok(facts)
    }

    /// The lists of prices in force, each once, in the order of the secrets and keys.
    pub(super) fn lists(&self) -> impl Iterator<Item = &'a PriceList> + use<'a, '_> {
        let all = self.secrets.iter().filter_map(|secret| secret.list);
        let mut seen = BTreeSet::new();
        let all = all.chain(self.keys.iter().map(|key| key.list));
        all.filter(move |list| seen.insert(std::ptr::from_ref::<PriceList>(list)))
    }

    fn changes(&mut self, data: &TableData, by_arn: &BTreeMap<&str, usize>) -> PolarsResult<()> {
        let frame = &data.frame;
        let (arns, events) = (texts(frame, "arn")?, texts(frame, "event")?);
        let days = numbers(frame, "days_since")?;
        let mut changes: BTreeMap<usize, i64> = BTreeMap::new();
        for row in 0..frame.height() {
            let Some(secret) = arns.get(row).and_then(|arn| by_arn.get(arn)).copied() else { continue };
            let shown = self.secrets.get(secret).map_or(0, |secret| secret.trail_days.min(WINDOW_DAYS));
            if days.get(row).is_none_or(|days| days >= shown) {
                continue;
            }
            let event = events.get(row).unwrap_or_default();
            if event == "RotationFailed" {
                *self.failed_rotations.entry(secret).or_default() += 1;
            } else if is_call(event) {
                *changes.entry(secret).or_default() += 1;
            }
        }
        self.changes = changes.into_iter().collect();
        Ok(())
    }
}

/// Whether an event is a call to Secrets Manager, and not something that the service tells of itself.
///
/// Source: AWS Secrets Manager User Guide, "AWS CloudTrail entries for Secrets Manager".
fn is_call(event: &str) -> bool {
    const OWN: [&str; 7] = [
        "Rotation",
        "TestRotation",
        "StartSecret",
        "EndSecret",
        "CancelSecret",
        "SecretVersion",
        "Replication",
    ];
    !OWN.iter().any(|own| event.starts_with(own))
}

fn placed(row: &Row) -> Placed<'_> {
    let (resource, ownership) = (&row.resource, &row.ownership);
    Placed {
        arn: &resource.arn,
        name: &resource.name,
        account: resource.account.as_str(),
        region: resource.region.as_str(),
        owner: &ownership.owner,
        environment: &ownership.environment,
        tags: Arc::clone(&ownership.tags),
    }
}

fn secrets<'a>(data: &'a TableData, book: &'a PriceBook) -> PolarsResult<Vec<SecretFacts<'a>>> {
    let frame = &data.frame;
    let text = |name: &str| texts(frame, name);
    let flag = |name: &str| flags(frame, name);
    let number = |name: &str| numbers(frame, name);
    let (partition, primary, service) =
        (text("partition")?, text("primary_region")?, text("owning_service")?);
    let (class, function, key) = (text("class")?, text("rotation_function")?, text("key_arn")?);
    let (replica_regions, outside, since) =
        (text("replica_regions")?, text("outside_readers")?, text("failing_since")?);
    let (replica, orphan, pending) =
        (flag("is_replica")?, flag("orphan_replica")?, flag("pending_deletion")?);
    let (customer, sensitive, production) =
        (flag("customer_secret")?, flag("sensitive")?, flag("production")?);
    let (rotates, policy, failing) =
        (flag("rotation_enabled")?, flag("has_resource_policy")?, flag("rotation_failing")?);
    let (age, deletion, replicas, idle) =
        (number("age_days")?, number("days_since_deletion")?, number("replica_count")?, number("idle_days")?);
    let (trail, reads, refused) = (number("trail_days")?, number("reads_90d")?, number("refused_reads_90d")?);
    let interval = decimals(frame, "effective_interval_days")?;
    let of_row = |(at, row): (usize, &'a Row)| {
        let place = placed(row);
        SecretFacts {
            list: book.list(partition.get(at).unwrap_or_default(), place.region),
            place,
            age_days: age.get(at),
            is_replica: replica.get(at),
            primary_region: primary.get(at),
            orphan: orphan.get(at),
            pending: pending.get(at),
            days_since_deletion: deletion.get(at),
            owning_service: service.get(at),
            customer: customer.get(at),
            class: class.get(at),
            sensitive: sensitive.get(at),
            production: production.get(at),
            rotates: rotates.get(at),
            rotation_function: function.get(at),
            interval_days: interval.get(at).and_then(Decimal::from_f64),
            has_policy: policy.get(at),
            key_arn: key.get(at),
            replicas: replicas.get(at),
            replica_regions: replica_regions.get(at),
            idle_days: idle.get(at),
            trail_days: trail.get(at).unwrap_or_default(),
            reads_90d: reads.get(at),
            refused_90d: refused.get(at),
            outside_readers: outside.get(at),
            rotation_failing: failing.get(at),
            failing_since: since.get(at),
        }
    };
    Ok(data.rows.iter().enumerate().map(of_row).collect())
}

/// Customer managed keys of the accounts audited, each once; those scheduled for deletion are free.
fn keys<'a>(data: &'a TableData, book: &'a PriceBook) -> PolarsResult<(Vec<KeyFacts<'a>>, u64)> {
    let frame = &data.frame;
    let states = texts(frame, "state")?;
    let (customer, foreign) = (flags(frame, "customer_managed")?, flags(frame, "in_other_account")?);
    let multi_region = flags(frame, "multi_region")?;
    let mut found: BTreeMap<&str, KeyFacts<'a>> = BTreeMap::new();
    let mut unknown = 0;
    for (at, row) in data.rows.iter().enumerate() {
        let place = placed(row);
        match (customer.get(at), foreign.get(at), states.get(at)) {
            (None, ..) => unknown += 1,
            (_, _, Some("PendingDeletion")) | (Some(false), ..) | (_, Some(true), _) => {}
            _ => match book.list(partition(place.arn), place.region) {
                None => unknown += 1,
                Some(list) => {
                    let multi_region = multi_region.get(at);
                    found.entry(place.arn).or_insert(KeyFacts { place, list, multi_region });
                }
            },
        }
    }
    Ok((found.into_values().collect(), unknown))
}

/// The partition of an ARN.
pub(super) fn partition(arn: &str) -> &str {
    arn.split(':').nth(1).unwrap_or_default()
}

fn reads<'a>(data: &'a TableData, by_arn: &BTreeMap<&str, usize>) -> PolarsResult<Vec<ReadFacts<'a>>> {
    let frame = &data.frame;
    let (arns, principals) = (texts(frame, "arn")?, texts(frame, "principal")?);
    let (names, outcomes) = (texts(frame, "principal_name")?, texts(frame, "outcome")?);
    let (by_day, sources) = (texts(frame, "all_by_day")?, texts(frame, "all_sources")?);
    let (leads, by_rotation) = (flags(frame, "leads")?, flags(frame, "by_rotation")?);
    let shown = numbers(frame, "trail_days")?;
    let of_row = |at: usize| {
        let days = shown.get(at).unwrap_or_default().min(WINDOW_DAYS);
        ReadFacts {
            secret: arns.get(at).and_then(|arn| by_arn.get(arn)).copied(),
            principal: principals.get(at).unwrap_or_default(),
            principal_name: names.get(at).unwrap_or_default(),
            allowed: outcomes.get(at) == Some("allowed"),
            by_rotation: by_rotation.get(at),
            count: within(by_day.get(at).unwrap_or_default(), days),
            days,
            sources: sources.get(at).map_or(0, |sources| sources.split(',').count()),
        }
    };
    Ok((0..frame.height()).filter(|at| leads.get(*at) == Some(true)).map(of_row).collect())
}

/// Calls of the last days, from days ago and counts such as `0:3,12:1`.
fn within(by_day: &str, days: i64) -> i64 {
    let counts = by_day.split(',').filter_map(|day| day.split_once(':'));
    let counts =
        counts.filter_map(|(ago, count)| Some((ago.parse::<i64>().ok()?, count.parse::<i64>().ok()?)));
    counts.filter(|(ago, _)| *ago < days).map(|(_, count)| count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_those_of_the_days_that_count() {
        let cases = [("", 90, 0), ("0:3,12:1", 90, 4), ("0:3,12:1", 12, 3), ("0:3,12:1", 0, 0), ("x", 90, 0)];
        for (by_day, days, expected) in cases {
            assert_eq!(within(by_day, days), expected, "{by_day} within {days}");
        }
    }

    #[test]
    fn a_month_has_730_hours() {
        let cases = [(730, 730, 30), (24, 1, 730), (1, 90, 0), (90, 90, 30), (5, 0, 0)];
        for (count, days, expected) in cases {
            assert_eq!(in_a_month(count, days), Decimal::from(expected), "{count} in {days} days");
        }
    }

    #[test]
    fn what_the_service_tells_of_itself_is_no_call() {
        let calls = ["PutSecretValue", "RotateSecret", "CancelRotateSecret", "DeleteSecret", "TagResource"];
        let own = ["RotationStarted", "RotationFailed", "StartSecretVersionDelete", "TestRotationSucceeded"];
        assert!(calls.into_iter().all(is_call) && !own.into_iter().any(is_call));
    }
}
