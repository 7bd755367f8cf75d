//! The columns of the table `callers`.

use super::column::{Cell, Column, Group, flag, number, text};
use crate::tables::trail::CallerRow;

/// One row for each principal that CloudTrail saw reading secrets or trying to.
pub(in crate::tables) static CALLERS: &[Column<CallerRow>] = &[
    text(
        "arn",
        Group::Place,
        "arn:aws:iam::111122223333:role/payments-api",
        "the principal: the ARN of the role or user behind a session, a service, or an id",
        |r| Cell::Text(r.arn.clone()),
    ),
    text("name", Group::Place, "payments-api", "the last part of that", |r| Cell::Text(r.name.clone())),
    text(
        "account",
        Group::Place,
        "111122223333",
        "the account of the principal; that of the first secret for services",
        |r| Cell::Text(r.account.clone()),
    ),
    text("region", Group::Place, "global", "always `global`", |_| Cell::Text("global".to_owned())),
    text(
        "identity",
        Group::History,
        "AssumedRole",
        "the type of the identity, as CloudTrail writes it",
        |r| Cell::Text(r.identity.clone()),
    ),
    flag(
        "audited",
        Group::History,
        true,
        "whether it is a user or role of an audited account that is there today",
        |r| Cell::Boolean(r.audited),
    ),
    flag("person", Group::Caller, false, "whether a person stands behind it", |r| r.person.into()),
    number("secrets_read", "secrets", Group::History, 3, "how many secrets it read", |r| {
        Cell::Integer(r.secrets_read)
    }),
    number("secrets_refused", "secrets", Group::History, 0, "how many secrets it was refused", |r| {
        Cell::Integer(r.secrets_refused)
    }),
    number(
        "busiest_hour_secrets",
        "secrets",
        Group::History,
        3,
        "how many secrets it read in its busiest UTC hour",
        |r| Cell::Integer(r.busiest_hour_secrets),
    ),
    text("busiest_hour", Group::History, "2026-10-31T08:00Z", "that hour; empty where it read none", |r| {
        Cell::Text(r.busiest_hour.clone())
    }),
    number(
        "days_since_busiest",
        "days",
        Group::History,
        1,
        "days since that hour; 0 where it read none",
        |r| Cell::Integer(r.days_since_busiest),
    ),
    number(
        "usual_hour_secrets",
        "secrets",
        Group::History,
        3,
        "how many secrets it reads in an hour in which it reads at all: the median of its other hours; 0 where it has none",
        |r| Cell::Integer(r.usual_hour_secrets),
    ),
    number(
        "catch_all_batches",
        "calls",
        Group::History,
        0,
        "how often it called BatchGetSecretValue with filters that take nearly every secret",
        |r| Cell::Integer(r.catch_all_batches),
    ),
    number(
        "days_since_catch_all",
        "days",
        Group::History,
        0,
        "days since the last such call; 0 where there was none",
        |r| Cell::Integer(r.days_since_catch_all),
    ),
    number("days_since_last", "days", Group::History, 1, "days since its last call", |r| {
        Cell::Integer(r.days_since_last)
    }),
];
