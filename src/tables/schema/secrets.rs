//! The columns of the table `secrets`.

use super::column::{Cell, Column, Group, decimal, flag, number, text};
use crate::tables::secrets::SecretFacts;

/// One row for each secret in each Region.
pub(in crate::tables) static SECRETS: &[Column<SecretFacts>] = &[
    // Where it is.
    text(
        "arn",
        Group::Place,
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/db-AbCdEf",
        "the secret's ARN",
        |r| Cell::Text(r.arn.clone()),
    ),
    text("name", Group::Place, "prod/payments/db", "the secret's name", |r| Cell::Text(r.name.clone())),
    text("account", Group::Place, "111122223333", "the account that holds it", |r| {
        Cell::Text(r.account.clone())
    }),
    text("region", Group::Place, "eu-west-1", "the Region that holds it", |r| Cell::Text(r.region.clone())),
    text("partition", Group::Place, "aws", "aws, aws-cn or aws-us-gov", |r| Cell::Text(r.partition.clone())),
    // What it is.
    text(
        "description",
        Group::Inventory,
        "Credentials of the payments database",
        "its description, empty where it has none",
        |r| r.description.clone().into(),
    ),
    number(
        "tag_count",
        "tags",
        Group::Inventory,
        2,
        "how many tags it has; those of AWS (`aws:`) do not count",
        |r| r.tag_count.into(),
    ),
    number("age_days", "days", Group::Inventory, 400, "days since it was created", |r| r.age_days.into()),
    flag(
        "is_replica",
        Group::InventoryDetail,
        false,
        "whether it is a replica of a secret in another Region",
        |r| r.is_replica.into(),
    ),
    text(
        "primary_region",
        Group::InventoryDetail,
        "eu-west-1",
        "the Region of its primary; its own Region where it is no replica",
        |r| r.primary_region.clone().into(),
    ),
    flag("pending_deletion", Group::InventoryDetail, false, "whether it is scheduled for deletion", |r| {
        r.pending_deletion.into()
    }),
    number(
        "days_since_deletion",
        "days",
        Group::InventoryDetail,
        0,
        "days since its deletion was asked for; 0 where it was not",
        |r| r.days_since_deletion.into(),
    ),
    text(
        "owning_service",
        Group::InventoryDetail,
        "",
        "the AWS service that made it, such as `rds`; empty where a customer did",
        |r| r.owning_service.clone().into(),
    ),
    flag("service_owned", Group::InventoryDetail, false, "whether an AWS service owns it", |r| {
        r.service_owned.into()
    }),
    text(
        "external_type",
        Group::InventoryDetail,
        "",
        "the partner's id of a managed external secret; empty for all others",
        |r| r.external_type.clone().into(),
    ),
    flag(
        "customer_secret",
        Group::InventoryDetail,
        true,
        "whether it is no replica, not scheduled for deletion and not owned by an AWS service",
        |r| r.customer_secret.into(),
    ),
    text(
        "class",
        Group::InventoryDetail,
        "database",
        "what it guards: database, api-key, certificate, ssh-key, oauth or other; read from tags, owner, function and name",
        |r| r.class.clone().into(),
    ),
    text(
        "name_environment",
        Group::Place,
        "production",
        "the environment that a part of its name means; empty where none does",
        |r| Cell::Text(r.name_environment.clone()),
    ),
    text(
        "tag_environment",
        Group::Inventory,
        "production",
        "the environment that its environment tag means, the tag's own value where that is no known word; empty without one",
        |r| r.tag_environment.clone().into(),
    ),
    flag(
        "production",
        Group::Inventory,
        true,
        "whether its name or its environment tag means production",
        |r| r.production.into(),
    ),
    flag(
        "sensitive",
        Group::Inventory,
        false,
        "whether its classification tag says restricted or confidential",
        |r| r.sensitive.into(),
    ),
    // Rotation.
    flag("rotation_enabled", Group::InventoryDetail, true, "whether automatic rotation is on", |r| {
        r.rotation_enabled.into()
    }),
    flag(
        "rotation_configured",
        Group::InventoryDetail,
        true,
        "whether automatic rotation is on or was on before (AWS keeps the schedule after it was cancelled)",
        |r| r.rotation_configured.into(),
    ),
    text(
        "rotation_function",
        Group::InventoryDetail,
        "arn:aws:lambda:eu-west-1:111122223333:function:rotate-payments-db",
        "the ARN of its rotation function; empty where it has none",
        |r| r.rotation_function.clone().into(),
    ),
    flag(
        "managed_rotation",
        Group::InventoryDetail,
        false,
        "whether the owning service rotates it, without a function",
        |r| r.managed_rotation.into(),
    ),
    text(
        "schedule",
        Group::InventoryDetail,
        "rate(30 days)",
        "its rotation schedule as rate(…) or cron(…); empty where it has none",
        |r| r.schedule.clone().into(),
    ),
    decimal(
        "effective_interval_days",
        "days",
        Group::InventoryDetail,
        30.0,
        "the longest gap between two rotations of its schedule over the coming eight years; 0 where it has no schedule",
        |r| r.effective_interval_days.into(),
    ),
    flag(
        "has_next_rotation",
        Group::InventoryDetail,
        true,
        "whether AWS names a date for its next rotation",
        |r| r.has_next_rotation.into(),
    ),
    number(
        "days_past_due",
        "days",
        Group::InventoryDetail,
        0,
        "days by which the date of its next rotation lies in the past; 0 where it does not",
        |r| r.days_past_due.into(),
    ),
    number(
        "days_overdue",
        "days",
        Group::Versions,
        0,
        "days by which its rotation is late: by the date that AWS names, else by the age of its value and its schedule; 0 where it is not late or rotation is off",
        |r| r.days_overdue.into(),
    ),
    flag("ever_rotated", Group::InventoryDetail, true, "whether Secrets Manager ever rotated it", |r| {
        r.ever_rotated.into()
    }),
    number(
        "days_since_rotation",
        "days",
        Group::InventoryDetail,
        10,
        "days since Secrets Manager last rotated it; days since its creation where it never did",
        |r| r.days_since_rotation.into(),
    ),
    // Versions.
    flag("has_value", Group::Versions, true, "whether it has a version labelled AWSCURRENT", |r| {
        r.has_value.into()
    }),
    number(
        "value_age_days",
        "days",
        Group::Versions,
        10,
        "days since its current value (AWSCURRENT) was written; 0 where it has none",
        |r| r.value_age_days.into(),
    ),
    number(
        "labelled_versions",
        "versions",
        Group::Versions,
        2,
        "how many of its versions carry a label",
        |r| r.labelled_versions.into(),
    ),
    number(
        "unlabelled_versions",
        "versions",
        Group::Versions,
        0,
        "how many of its versions carry none; AWS clears them itself above 100",
        |r| r.unlabelled_versions.into(),
    ),
    number(
        "pending_hours",
        "hours",
        Group::Versions,
        0,
        "hours since the version that carries AWSPENDING, and is not the current one, was written; 0 where there is none",
        |r| r.pending_hours.into(),
    ),
    flag(
        "rotation_pending",
        Group::Versions,
        false,
        "whether a version that is not the current one carries AWSPENDING",
        |r| r.rotation_pending.into(),
    ),
    number(
        "old_version_read_days",
        "days",
        Group::Versions,
        0,
        "days from the day its current value was written to the day AWSPREVIOUS was last read; 0 where it was not read since",
        |r| r.old_version_read_days.into(),
    ),
    number(
        "versions_under_other_key",
        "versions",
        Group::ValueKeys,
        0,
        "how many labelled versions are encrypted only under keys that are not the secret's",
        |r| r.versions_under_other_key.into(),
    ),
    // The resource policy.
    flag("has_resource_policy", Group::ResourcePolicy, false, "whether it has a resource policy", |r| {
        r.has_resource_policy.into()
    }),
    // Keys.
    flag(
        "default_key",
        Group::Key,
        false,
        "whether it is encrypted under `aws/secretsmanager`, in whichever form the key is named",
        |r| r.default_key.into(),
    ),
    text(
        "key_arn",
        Group::Key,
        "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "the ARN of its key; empty for `aws/secretsmanager` and for a key that does not exist",
        |r| r.key_arn.clone().into(),
    ),
    text("key_account", Group::Key, "111122223333", "the account that owns its key", |r| {
        r.key_account.clone().into()
    }),
    flag(
        "value_key_usable",
        Group::ValueKeys,
        true,
        "whether a key of its current value can decrypt; true where it has no value",
        |r| r.value_key_usable.into(),
    ),
    flag(
        "value_key_pending_deletion",
        Group::ValueKeys,
        false,
        "whether a key of its current value is scheduled for deletion",
        |r| r.value_key_pending_deletion.into(),
    ),
    number(
        "days_until_unreadable",
        "days",
        Group::ValueKeys,
        0,
        "days until the last key of its current value is deleted; 0 where none is scheduled for deletion",
        |r| r.days_until_unreadable.into(),
    ),
    text(
        "unreadable_on",
        Group::ValueKeys,
        "",
        "the UTC day on which the last key of its current value is deleted; empty where none is scheduled for deletion",
        |r| r.unreadable_on.clone().into(),
    ),
    flag(
        "value_key_disabled",
        Group::ValueKeys,
        false,
        "whether a key of its current value is disabled or waits for key material",
        |r| r.value_key_disabled.into(),
    ),
    flag(
        "value_key_missing",
        Group::ValueKeys,
        false,
        "whether a key of its current value does not exist",
        |r| r.value_key_missing.into(),
    ),
    // Replicas.
    number("replica_count", "replicas", Group::Replication, 0, "how many replicas it has", |r| {
        r.replica_count.into()
    }),
    text(
        "replica_regions",
        Group::Replication,
        "",
        "the Regions of its replicas, joined by commas, in order",
        |r| r.replica_regions.clone().into(),
    ),
    number(
        "failed_replicas",
        "replicas",
        Group::Replication,
        0,
        "how many of its replicas are in the state Failed",
        |r| r.failed_replicas.into(),
    ),
    text(
        "replica_failure",
        Group::Replication,
        "",
        "Region and reason of its failed replicas; empty where none failed",
        |r| r.replica_failure.clone().into(),
    ),
    number(
        "replicas_under_default_key",
        "replicas",
        Group::Replication,
        0,
        "how many of its replicas are encrypted under `aws/secretsmanager`",
        |r| r.replicas_under_default_key.into(),
    ),
    flag(
        "orphan_replica",
        Group::Primary,
        false,
        "whether it is a replica whose primary is gone; not known where the primary's Region was not audited",
        |r| r.orphan_replica.into(),
    ),
    // Use.
    flag(
        "ever_read",
        Group::Use,
        true,
        "whether it was ever read, in any Region; reads by its rotation function do not count",
        |r| r.ever_read.into(),
    ),
    number(
        "idle_days",
        "days",
        Group::Use,
        1,
        "days since it was last read, in any Region; days since its creation where it was never read",
        |r| r.idle_days.into(),
    ),
    number(
        "idle_days_max",
        "days",
        Group::Use,
        1,
        "days since the last read that is known: it was idle for so long at most, whatever is out of sight",
        |r| r.idle_days_max.into(),
    ),
    // What its name, description and tags give away.
    flag(
        "name_ends_like_suffix",
        Group::Place,
        false,
        "whether its name ends in a hyphen and six characters that look random, as ARNs do",
        |r| Cell::Boolean(r.name_ends_like_suffix),
    ),
    text(
        "collides_with",
        Group::Place,
        "",
        "the secret in the same place whose name with its ARN suffix is this one's name; empty where there is none",
        |r| Cell::Text(r.collides_with.clone()),
    ),
    text(
        "credential_in_metadata",
        Group::Inventory,
        "",
        "where its name, description or a tag holds something shaped like a credential, redacted; empty where nothing does",
        |r| r.credential_in_metadata.clone().into(),
    ),
];
