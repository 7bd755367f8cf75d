//! The columns of the table `statements`.

use super::column::{Cell, Column, Group, flag, text};
use crate::tables::statements::StatementRow;

/// One row for each statement that allows something in the policy of a secret or of a key that secrets use.
pub(in crate::tables) static STATEMENTS: &[Column<StatementRow>] = &[
    text(
        "arn",
        Group::Place,
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/db-AbCdEf",
        "the ARN of the secret or key",
        |r| Cell::Text(r.arn.clone()),
    ),
    text("name", Group::Place, "prod/payments/db", "the name of the secret or key", |r| {
        Cell::Text(r.name.clone())
    }),
    text("account", Group::Place, "111122223333", "the account that holds it", |r| {
        Cell::Text(r.account.clone())
    }),
    text("region", Group::Place, "eu-west-1", "the Region that holds it", |r| Cell::Text(r.region.clone())),
    text("on", Group::Place, "secret", "secret or key", |r| Cell::Text(r.on.to_owned())),
    text(
        "statement",
        Group::ResourcePolicy,
        "statement AppReads",
        "the statement's Sid, or its place",
        |r| r.statement.clone().into(),
    ),
    text(
        "principals",
        Group::ResourcePolicy,
        "arn:aws:iam::111122223333:role/payments-api",
        "whom it names, separated by commas",
        |r| r.principals.clone().into(),
    ),
    text(
        "actions",
        Group::ResourcePolicy,
        "secretsmanager:GetSecretValue",
        "its actions, separated by commas",
        |r| r.actions.clone().into(),
    ),
    flag(
        "reads",
        Group::ResourcePolicy,
        true,
        "whether it covers GetSecretValue, or Decrypt on a key",
        |r| r.reads.into(),
    ),
    flag("all_actions", Group::ResourcePolicy, false, "whether it covers every action of the service", |r| {
        r.all_actions.into()
    }),
    flag(
        "only_own_account",
        Group::ResourcePolicy,
        false,
        "whether it names nobody but the account that holds the secret or key, as a whole",
        |r| r.only_own_account.into(),
    ),
    flag("not_principal", Group::ResourcePolicy, false, "whether it allows with NotPrincipal", |r| {
        r.not_principal.into()
    }),
    flag(
        "open_to_strangers",
        Group::ResourcePolicy,
        false,
        "whether somebody of an account that it does not name can pass it, if under conditions; a Deny that stops them \
         is honoured",
        |r| r.open_to_strangers.into(),
    ),
    text(
        "limit",
        Group::ResourcePolicy,
        "names",
        "what limits who can pass: names (it names them), limits (a condition does), weak (conditions that do not), none",
        |r| r.limit.map(str::to_owned).into(),
    ),
    flag(
        "whole_organization",
        Group::ResourcePolicy,
        false,
        "whether any principal of an organization can pass, and nothing narrower limits who",
        |r| r.whole_organization.into(),
    ),
    text("conditions", Group::ResourcePolicy, "", "its conditions in words; empty where it has none", |r| {
        r.conditions.clone().into()
    }),
    text("services", Group::ResourcePolicy, "", "the AWS services that it names, separated by commas", |r| {
        r.services.clone().into()
    }),
    flag(
        "source_limited",
        Group::ResourcePolicy,
        false,
        "whether a condition on aws:SourceAccount, aws:SourceArn or aws:SourceOrgID limits on whose behalf services call",
        |r| r.source_limited.into(),
    ),
    text(
        "deleted_principals",
        Group::Principals,
        "",
        "the principals that it names and that do not exist (any more), separated by commas",
        |r| r.deleted_principals.clone().into(),
    ),
    text(
        "unless",
        Group::Place,
        "",
        "` unless an SCP or RCP denies it` where the organization's policies are out of sight, else empty",
        |r| Cell::Text(r.unless.to_owned()),
    ),
];
