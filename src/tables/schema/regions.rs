//! The columns of the table `regions`.

use super::column::{Cell, Column, Group, flag, number, text};
use crate::tables::regions::RegionRow;

/// One row for each Region of an audited account that holds secrets.
pub(in crate::tables) static REGIONS: &[Column<RegionRow>] = &[
    text(
        "arn",
        Group::Place,
        "arn:aws:secretsmanager:eu-west-1:111122223333:*",
        "the ARN of everything that Secrets Manager holds there",
        |r| Cell::Text(r.arn.clone()),
    ),
    text("name", Group::Place, "payments eu-west-1", "its account's name or number, and its code", |r| {
        Cell::Text(r.name.clone())
    }),
    text("account", Group::Place, "111122223333", "the account", |r| Cell::Text(r.account.clone())),
    text("region", Group::Place, "eu-west-1", "its code", |r| Cell::Text(r.region.clone())),
    number(
        "secrets",
        "secrets",
        Group::Inventory,
        20,
        "how many secrets and replicas it holds; not known where the listing broke off",
        |r| r.secrets.into(),
    ),
    flag(
        "reads_recorded",
        Group::Recording,
        true,
        "whether a running trail or an event data store takes read management events of Secrets Manager there",
        |r| r.reads_recorded.into(),
    ),
    text(
        "covering_trails",
        Group::Trail,
        "audit",
        "the names of the running trails that record reads there, separated by commas; empty where there is none",
        |r| r.covering_trails.clone().into(),
    ),
    text(
        "covering_stores",
        Group::EventDataStores,
        "",
        "the names of the event data stores that record reads there, separated by commas; empty where there is none",
        |r| r.covering_stores.clone().into(),
    ),
    flag(
        "alerts_on_rotation_failure",
        Group::Alerts,
        true,
        "whether an event rule with a target, or a metric filter with an alarm that acts, takes RotationFailed",
        |r| r.alerts_on_rotation_failure.into(),
    ),
    text(
        "rotation_failure_alerts",
        Group::Alerts,
        "event rule secrets-rotation",
        "the event rules and alarms that take it, separated by commas; empty where there is none",
        |r| r.rotation_failure_alerts.clone().into(),
    ),
    flag(
        "alerts_on_deletion",
        Group::Alerts,
        true,
        "likewise for DeleteSecret and for reads of secrets that are scheduled for deletion, both of them",
        |r| r.alerts_on_deletion.into(),
    ),
    text(
        "deletion_alerts",
        Group::Alerts,
        "alarm secrets-deleted",
        "the event rules and alarms that take either of them; empty where there is none",
        |r| r.deletion_alerts.clone().into(),
    ),
    text(
        "unalerted_deletion",
        Group::Alerts,
        "",
        "which of the two nobody hears of, joined by `and`; empty where both are heard of",
        |r| r.unalerted_deletion.clone().into(),
    ),
    flag("alerts_on_policy_change", Group::Alerts, true, "likewise for PutResourcePolicy", |r| {
        r.alerts_on_policy_change.into()
    }),
    text(
        "policy_change_alerts",
        Group::Alerts,
        "event rule secrets-policies",
        "the event rules and alarms that take it; empty where there is none",
        |r| r.policy_change_alerts.clone().into(),
    ),
    text(
        "unalerted_events",
        Group::Alerts,
        "",
        "which of RotationFailed, RotationAbandoned, DeleteSecret, GetSecretValue of a deleted secret, PutResourcePolicy \
         and DeleteResourcePolicy nobody hears of; empty where all are heard of",
        |r| r.unalerted_events.clone().into(),
    ),
    text(
        "config_rules",
        Group::ConfigRules,
        "SECRETSMANAGER_ROTATION_ENABLED_CHECK, SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK, \
         SECRETSMANAGER_SECRET_PERIODIC_ROTATION, SECRETSMANAGER_SECRET_UNUSED, SECRETSMANAGER_USING_CMK",
        "the source identifiers of the managed rules of AWS Config about Secrets Manager, without those that are being \
         deleted, separated by commas; empty where there is none",
        |r| r.config_rules.clone().into(),
    ),
];
