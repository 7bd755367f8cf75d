//! The columns of the table `exceptions`.

use super::column::{Cell, Column, Group, decimal, flag, number, text};
use crate::tables::second::ExceptionRow;

/// One row for each exception and each accepted gap of the settings.
pub(in crate::tables) static EXCEPTIONS: &[Column<ExceptionRow>] = &[
    text("kind", Group::Settings, "finding", "what is accepted: finding or gap", |r| {
        Cell::Text(r.kind.to_owned())
    }),
    text(
        "rule",
        Group::Settings,
        "stale-value",
        "the rule as id or glob, or the call whose answer may be missing",
        |r| Cell::Text(r.rule.clone()),
    ),
    text("scope", Group::Settings, "prod/legacy/*", "what it is about, as the settings say it", |r| {
        Cell::Text(r.scope.clone())
    }),
    text("reason", Group::Settings, "the vendor rotates twice a year", "why it is accepted", |r| {
        Cell::Text(r.reason.clone())
    }),
    text("owner", Group::Settings, "payments", "who answers for it", |r| Cell::Text(r.owner.clone())),
    text("ticket", Group::Settings, "", "the ticket; empty where there is none", |r| {
        Cell::Text(r.ticket.clone())
    }),
    text("expires", Group::Settings, "2027-01-31", "the last day on which it holds", |r| {
        Cell::Text(r.expires.clone())
    }),
    flag("expired", Group::Settings, false, "whether that day is over", |r| Cell::Boolean(r.expired)),
    number("days_left", "days", Group::Settings, 60, "days until that day; below 0 once it is over", |r| {
        Cell::Integer(r.days_left)
    }),
    flag(
        "judged",
        Group::Verdicts,
        true,
        "whether this audit could tell what it matches: its account and Region were audited, by one of its rules, and nothing \
         was narrowed",
        |r| Cell::Boolean(r.judged),
    ),
    number(
        "matched",
        "findings",
        Group::Verdicts,
        1,
        "how many failures and unknowns, or gaps, it is about; not known where it matches none and places were out of sight",
        |r| r.matched.into(),
    ),
    number(
        "applied",
        "findings",
        Group::Verdicts,
        1,
        "those of them that no other exception covers for longer; 0 where it has expired",
        |r| Cell::Integer(r.applied),
    ),
    text(
        "widest_rule",
        Group::Verdicts,
        "stale-value",
        "the rule of whose failures it covers the largest share; empty where it covers none",
        |r| Cell::Text(r.widest_rule.clone()),
    ),
    number(
        "widest_covered",
        "failures",
        Group::Verdicts,
        1,
        "how many failures of that rule it covers",
        |r| Cell::Integer(r.widest_covered),
    ),
    number("widest_failures", "failures", Group::Verdicts, 10, "how many failures that rule has", |r| {
        Cell::Integer(r.widest_failures)
    }),
    decimal(
        "widest_share",
        "",
        Group::Verdicts,
        0.1,
        "the first of these two divided by the second; 0 where it covers none",
        |r| Cell::Decimal(r.widest_share),
    ),
];
