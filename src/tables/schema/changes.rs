//! The columns of the table `events`.

use super::column::{Cell, Column, Group, flag, number, text};
use crate::tables::trail::ChangeRow;

/// One row for each change of a secret, each step of its rotation, and each batch that names no secret.
pub(in crate::tables) static EVENTS: &[Column<ChangeRow>] = &[
    text(
        "arn",
        Group::Place,
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/db-AbCdEf",
        "the secret's ARN, or what the caller wrote where no ARN is known",
        |r| Cell::Text(r.arn.clone()),
    ),
    text(
        "name",
        Group::Place,
        "prod/payments/db",
        "the secret's name; empty where the event names none",
        |r| Cell::Text(r.name.clone()),
    ),
    text("account", Group::Place, "111122223333", "the account that holds the secret", |r| {
        Cell::Text(r.account.clone())
    }),
    text("region", Group::Place, "eu-west-1", "the Region that holds the secret", |r| {
        Cell::Text(r.region.clone())
    }),
    flag("exists", Group::Inventory, true, "whether the secret is there today", |r| r.exists.into()),
    flag(
        "production",
        Group::Inventory,
        true,
        "whether the secret's name or its environment tag means production",
        |r| r.production.into(),
    ),
    text("event", Group::History, "PutSecretValue", "the event", |r| Cell::Text(r.event.clone())),
    text("outcome", Group::History, "allowed", "allowed, refused or failed", |r| {
        Cell::Text(r.outcome.to_owned())
    }),
    text("error", Group::History, "", "the error code; empty where there was none", |r| {
        Cell::Text(r.error.clone())
    }),
    text("reason", Group::History, "", "the service's sentence, of failures; else empty", |r| {
        Cell::Text(r.reason.clone())
    }),
    text(
        "principal",
        Group::History,
        "arn:aws:iam::111122223333:role/payments-api",
        "who called: the ARN of the role or user behind a session, a service, or an id",
        |r| Cell::Text(r.principal.clone()),
    ),
    text("principal_name", Group::History, "payments-api", "the last part of that", |r| {
        Cell::Text(r.principal_name.clone())
    }),
    text("session", Group::History, "", "the name of the session; empty where there is none", |r| {
        Cell::Text(r.session.clone())
    }),
    flag("person", Group::Caller, false, "whether a person called", |r| r.person.into()),
    flag("console", Group::History, false, "whether it was done in the AWS console", |r| {
        Cell::Boolean(r.console)
    }),
    flag("forced", Group::History, false, "of a deletion, whether it was without recovery", |r| {
        Cell::Boolean(r.forced)
    }),
    number(
        "recovery_days",
        "days",
        Group::History,
        30,
        "of a deletion, the days in which it can be taken back; 30 where none were asked for, which is what AWS gives",
        |r| Cell::Integer(r.recovery_days),
    ),
    text(
        "recovery",
        Group::History,
        "",
        "the same in words, such as `with 7 days of recovery` or `without recovery`; empty for other events",
        |r| Cell::Text(r.recovery.clone()),
    ),
    flag(
        "catch_all",
        Group::History,
        false,
        "of a batch, whether its filters take nearly every secret",
        |r| Cell::Boolean(r.catch_all),
    ),
    text("time", Group::History, "2026-10-31T08:00:00Z", "when", |r| Cell::Text(r.time.clone())),
    number("days_since", "days", Group::History, 1, "days since then", |r| Cell::Integer(r.days_since)),
];
