//! The columns of the table `secrets` about its use.

use super::column::{Cell, Column, Group, beyond_trail, flag, number, text};
use crate::tables::secrets::SecretFacts;

/// What CloudTrail shows of a secret, in all its Regions together.
pub(in crate::tables) static SECRET_USE: &[Column<SecretFacts>] = &[
    number(
        "trail_days",
        "days",
        Group::History,
        90,
        "how many days before now the trail shows without a hole, in all Regions of the secret",
        |r| Cell::Integer(r.used.trail_days),
    ),
    beyond_trail(),
    number(
        "reads_90d",
        "calls",
        Group::History,
        30,
        "how often it was read in the last 90 days, its rotation left out; not known where the trail shows less",
        |r| r.used.reads_90d.into(),
    ),
    number(
        "rotation_reads_90d",
        "calls",
        Group::History,
        4,
        "how often its rotation read it in the last 90 days; not known where the trail shows less",
        |r| r.used.rotation_reads_90d.into(),
    ),
    number(
        "readers_90d",
        "principals",
        Group::History,
        2,
        "how many principals read it in the last 90 days, its rotation left out; not known where the trail shows less",
        |r| r.used.readers_90d.into(),
    ),
    number(
        "refused_reads_90d",
        "calls",
        Group::History,
        0,
        "how often somebody was refused in the last 90 days; not known where the trail shows less",
        |r| r.used.refused_reads_90d.into(),
    ),
    number(
        "unread_days_min",
        "days",
        Group::History,
        0,
        "days for which the trail proves that nobody but its rotation read it; 0 where it is known when it was last read",
        |r| Cell::Integer(r.used.unread_days_min),
    ),
    text("last_use", Group::History, "last read 1 day ago", "when it was last read, in words", |r| {
        Cell::Text(r.used.last_use.clone())
    }),
    flag("rotation_ended", Group::History, true, "whether the trail shows the end of a rotation", |r| {
        Cell::Boolean(r.used.rotation_ended)
    }),
    flag(
        "rotation_failing",
        Group::History,
        false,
        "whether the newest rotation that the trail shows failed or was given up",
        |r| Cell::Boolean(r.used.rotation_failing),
    ),
    number(
        "days_since_rotation_event",
        "days",
        Group::History,
        10,
        "days since the end of the newest rotation that the trail shows; 0 where it shows none",
        |r| Cell::Integer(r.used.days_since_rotation_event),
    ),
    text(
        "failing_since",
        Group::History,
        "",
        "the UTC day of the first failure since rotation last succeeded; empty where it does not fail",
        |r| Cell::Text(r.used.failing_since.clone()),
    ),
    text(
        "rotation_failure",
        Group::History,
        "",
        "the reason of the newest failure; empty where there is none",
        |r| Cell::Text(r.used.rotation_failure.clone()),
    ),
    number(
        "wanted_after_deletion",
        "calls",
        Group::History,
        0,
        "how often somebody asked for its value since its deletion was asked for, whatever came of it; 0 where it was not",
        |r| Cell::Integer(r.used.wanted_after_deletion),
    ),
    number(
        "days_since_wanted",
        "days",
        Group::History,
        0,
        "days since the last such call; 0 where there was none",
        |r| Cell::Integer(r.used.days_since_wanted),
    ),
    text("wanted_by", Group::History, "", "who made such calls; empty where nobody did", |r| {
        Cell::Text(r.used.wanted_by.clone())
    }),
    text(
        "value_readers",
        Group::History,
        "",
        "principals that the trail shows reading its current value, separated by commas",
        |r| Cell::Text(r.used.value_readers.clone()),
    ),
    text(
        "old_version_readers",
        Group::History,
        "",
        "` by` and the principals that the trail shows asking for another version than the current one; empty where it shows none",
        |r| Cell::Text(r.used.old_version_readers.clone()),
    ),
    text(
        "key_refused_readers",
        Group::History,
        "",
        "principals that the trail shows being refused by its key, separated by commas",
        |r| Cell::Text(r.used.key_refused_readers.clone()),
    ),
];
