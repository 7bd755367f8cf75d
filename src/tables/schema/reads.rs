//! The columns of the table `reads`.

use super::column::{Cell, Column, Group, beyond_trail, flag, number, text};
use crate::tables::trail::ReadFacts;

/// One row for each secret, principal, event, outcome, error and class of source that CloudTrail recorded.
pub(in crate::tables) static READS: &[Column<ReadFacts>] = &[
    text(
        "arn",
        Group::Place,
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/db-AbCdEf",
        "the secret's ARN, or what the caller wrote where no ARN is known",
        |r| Cell::Text(r.arn.clone()),
    ),
    text("name", Group::Place, "prod/payments/db", "the secret's name", |r| Cell::Text(r.name.clone())),
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
    number("secret_age_days", "days", Group::Inventory, 400, "days since the secret was created", |r| {
        r.secret_age_days.into()
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
    text(
        "principal_account",
        Group::History,
        "111122223333",
        "the account of the principal; empty for services",
        |r| Cell::Text(r.principal_account.clone()),
    ),
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
        "whether the principal is a user or role of an audited account that is there today",
        |r| Cell::Boolean(r.audited),
    ),
    flag(
        "person",
        Group::Caller,
        false,
        "whether a person called: a console, AWS single sign-on, SAML, the root user, or a user with a password",
        |r| r.person.into(),
    ),
    flag("root", Group::History, false, "whether the root user called", |r| Cell::Boolean(r.root)),
    flag("by_rotation", Group::Function, false, "whether the secret's own rotation called", |r| {
        r.by_rotation.into()
    }),
    flag(
        "can_read",
        Group::Access,
        true,
        "whether the principal can read the secret by the policies of today",
        |r| r.can_read.into(),
    ),
    text(
        "event",
        Group::History,
        "GetSecretValue",
        "the event; BatchGetSecretValue and Decrypt only where no GetSecretValue stands beside them",
        |r| Cell::Text(r.event.clone()),
    ),
    text("outcome", Group::History, "allowed", "allowed, refused or failed", |r| {
        Cell::Text(r.outcome.to_owned())
    }),
    text("error", Group::History, "", "the error code; empty where there was none", |r| {
        Cell::Text(r.error.clone())
    }),
    text(
        "reason",
        Group::History,
        "",
        "why calls were refused, in the service's words; empty where they were not",
        |r| Cell::Text(r.reason.clone()),
    ),
    text(
        "source_class",
        Group::History,
        "private",
        "from what kind of place: public, private, endpoint, service or unknown",
        |r| Cell::Text(r.source_class.to_owned()),
    ),
    text(
        "sources",
        Group::History,
        "10.0.0.1",
        "addresses, VPC endpoints and services from which the calls came, separated by commas",
        |r| Cell::Text(r.sources.clone()),
    ),
    text(
        "sessions",
        Group::History,
        "",
        "names of the sessions, separated by commas; empty where there are none",
        |r| Cell::Text(r.sessions.clone()),
    ),
    number("count", "calls", Group::History, 10, "how many such calls there were", |r| {
        Cell::Integer(r.count)
    }),
    text("first_on", Group::History, "2026-08-10", "the UTC day of the first", |r| {
        Cell::Text(r.first_on.clone())
    }),
    text("last_on", Group::History, "2026-10-31", "the UTC day of the last", |r| {
        Cell::Text(r.last_on.clone())
    }),
    number("days_since_first", "days", Group::History, 80, "days since the first", |r| {
        Cell::Integer(r.days_since_first)
    }),
    number("days_since_last", "days", Group::History, 1, "days since the last", |r| {
        Cell::Integer(r.days_since_last)
    }),
    flag(
        "leads",
        Group::History,
        true,
        "whether it is the first row about this secret, principal and outcome; a rule on all of them judges this one",
        |r| Cell::Boolean(r.leads),
    ),
    number(
        "all_count",
        "calls",
        Group::History,
        10,
        "how many calls there were with this outcome, whatever the event, the error and the source",
        |r| Cell::Integer(r.all_count),
    ),
    text("all_by_day", Group::History, "1:10", "the same by days ago, for the macro count_within", |r| {
        Cell::Text(r.all_by_day.clone())
    }),
    number("all_days_since_first", "days", Group::History, 80, "days since the first of all these", |r| {
        Cell::Integer(r.all_days_since_first)
    }),
    number("all_days_since_last", "days", Group::History, 1, "days since the last of all these", |r| {
        Cell::Integer(r.all_days_since_last)
    }),
    text("all_sources", Group::History, "10.0.0.1", "sources of all these, separated by commas", |r| {
        Cell::Text(r.all_sources.clone())
    }),
    number(
        "trail_days",
        "days",
        Group::History,
        90,
        "how many days before now the trail shows without a hole",
        |r| Cell::Integer(r.trail_days),
    ),
    beyond_trail(),
];
