//! The columns of the table `trails`.

use super::column::{Cell, Column, Group, flag, number, text};
use crate::tables::trails::TrailRow;

/// One row for each CloudTrail trail that an audited account can see.
pub(in crate::tables) static TRAILS: &[Column<TrailRow>] = &[
    text(
        "arn",
        Group::Place,
        "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit",
        "the trail's ARN",
        |r| Cell::Text(r.arn.clone()),
    ),
    text("name", Group::Place, "audit", "its name", |r| Cell::Text(r.name.clone())),
    text("account", Group::Place, "111122223333", "the account in which it was seen", |r| {
        Cell::Text(r.account.clone())
    }),
    text("region", Group::Place, "eu-west-1", "the Region in which it was made", |r| {
        Cell::Text(r.region.clone())
    }),
    flag("multi_region", Group::Trail, true, "whether it records every Region", |r| r.multi_region.into()),
    flag("organization", Group::Trail, false, "whether it records every account of the organization", |r| {
        r.organization.into()
    }),
    flag("validation", Group::Trail, true, "whether its files can be verified by digests", |r| {
        r.validation.into()
    }),
    flag(
        "customer_key",
        Group::Trail,
        true,
        "whether its files are encrypted under a KMS key of the customer's choice",
        |r| r.customer_key.into(),
    ),
    flag("logging", Group::TrailStatus, true, "whether it is running", |r| r.logging.into()),
    text(
        "delivery_error",
        Group::TrailStatus,
        "",
        "Amazon S3's error of its last delivery; empty where that went well",
        |r| r.delivery_error.clone().into(),
    ),
    text(
        "trouble",
        Group::TrailStatus,
        "",
        "why it delivers nothing, such as `stopped on 2026-03-01`; empty where it runs and its last delivery went well",
        |r| r.trouble.clone().into(),
    ),
    number(
        "hours_since_delivery",
        "hours",
        Group::TrailStatus,
        0,
        "hours since it last delivered; hours since it was started where it never did; 0 where it never ran",
        |r| r.hours_since_delivery.into(),
    ),
    flag(
        "records_secret_reads",
        Group::TrailSelectors,
        true,
        "whether its selectors take read management events of Secrets Manager",
        |r| r.records_secret_reads.into(),
    ),
    flag(
        "covers_secrets",
        Group::Covering,
        true,
        "whether it records reads of a Region that holds secrets, or would if it ran",
        |r| r.covers_secrets.into(),
    ),
];
