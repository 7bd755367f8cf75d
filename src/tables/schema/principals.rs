//! The columns of the table `principals`.

use super::column::{Cell, Column, Group, beyond_trail, decimal, flag, number, text};
use crate::tables::principals::PrincipalRow;

/// One row for each user and role of the audited accounts.
pub(in crate::tables) static PRINCIPALS: &[Column<PrincipalRow>] = &[
    text("arn", Group::Place, "arn:aws:iam::111122223333:role/payments-api", "the principal's ARN", |r| {
        Cell::Text(r.arn.clone())
    }),
    text("name", Group::Place, "payments-api", "its name", |r| Cell::Text(r.name.clone())),
    text("account", Group::Place, "111122223333", "the account that holds it", |r| {
        Cell::Text(r.account.clone())
    }),
    text("region", Group::Place, "global", "always `global`", |_| Cell::Text("global".to_owned())),
    text("kind", Group::Principals, "role", "user or role", |r| Cell::Text(r.kind.to_owned())),
    flag(
        "service_linked",
        Group::Principals,
        false,
        "whether it is linked to a service, which alone may use it",
        |r| Cell::Boolean(r.service_linked),
    ),
    flag(
        "person",
        Group::Credentials,
        false,
        "whether a person uses it: a console password, AWS single sign-on, or SAML",
        |r| r.person.into(),
    ),
    flag(
        "single_sign_on",
        Group::Principals,
        false,
        "whether it is a role of AWS single sign-on or SAML, whose MFA is out of sight",
        |r| Cell::Boolean(r.single_sign_on),
    ),
    flag(
        "administrator",
        Group::Access,
        false,
        "whether its own policies let it do everything in its account",
        |r| r.administrator.into(),
    ),
    number(
        "secrets",
        "secrets",
        Group::Inventory,
        40,
        "how many secrets and replicas its account holds",
        |r| r.secrets.into(),
    ),
    number(
        "readable_min",
        "secrets",
        Group::Access,
        3,
        "how many secrets of its account it can read at least; what holds under conditions counts",
        |r| r.readable_min.into(),
    ),
    number(
        "readable",
        "secrets",
        Group::Access,
        3,
        "how many secrets of its account it can read; not known where a policy is out of sight that could change it",
        |r| r.readable.into(),
    ),
    number(
        "readable_max",
        "secrets",
        Group::Access,
        3,
        "how many secrets of its account it can read at most, whatever policies that are out of sight say",
        |r| r.readable_max.into(),
    ),
    decimal(
        "readable_share",
        "share",
        Group::Access,
        0.075,
        "the share of its account's secrets that it can read, from 0 to 1",
        |r| r.readable_share.into(),
    ),
    number(
        "readable_production",
        "secrets",
        Group::Access,
        3,
        "how many production secrets of all accounts it can read; where there may be more, those that are certain",
        |r| r.readable_production.into(),
    ),
    number(
        "readable_elsewhere",
        "secrets",
        Group::Access,
        0,
        "how many secrets of other environments it can read; those of none, or of one that no setting knows, do not count",
        |r| r.readable_elsewhere.into(),
    ),
    text(
        "readable_environments",
        Group::Access,
        "production",
        "the environments of the secrets that it can read, separated by commas",
        |r| r.readable_environments.clone().into(),
    ),
    number(
        "production_without_mfa",
        "secrets",
        Group::Access,
        3,
        "how many production secrets it can read without multi-factor authentication; not known for single sign-on",
        |r| r.production_without_mfa.into(),
    ),
    number(
        "production_deletable_for_good",
        "secrets",
        Group::Access,
        0,
        "how many production secrets it can delete without a recovery window",
        |r| r.production_deletable_for_good.into(),
    ),
    text(
        "readable_examples",
        Group::Access,
        "prod/payments/db, prod/payments/api-key, prod/ledger/db",
        "up to three names of secrets that it can read",
        |r| r.readable_examples.clone().into(),
    ),
    text(
        "steps_to_read",
        Group::Access,
        "",
        "calls by which it can come to read a secret that it cannot read, with one example each; empty where there are \
         none",
        |r| r.steps_to_read.clone().into(),
    ),
    flag("has_active_key", Group::Credentials, false, "whether a user has an access key that works", |r| {
        r.has_active_key.into()
    }),
    number(
        "oldest_key_days",
        "days",
        Group::Credentials,
        0,
        "days since the oldest access key that works was made; 0 where there is none",
        |r| r.oldest_key_days.into(),
    ),
    flag("ever_used", Group::Credentials, true, "whether IAM has seen it used in the last 400 days", |r| {
        r.ever_used.into()
    }),
    number(
        "days_since_use",
        "days",
        Group::Credentials,
        1,
        "days since IAM last saw it used for anything; 0 where it never was",
        |r| r.days_since_use.into(),
    ),
    number(
        "trail_days",
        "days",
        Group::History,
        90,
        "how many days before now the trail shows without a hole, in every Region of its account that holds secrets",
        |r| Cell::Integer(r.used.trail_days),
    ),
    beyond_trail(),
    flag("seen_reading", Group::History, true, "whether the trail shows it reading a secret", |r| {
        Cell::Boolean(r.used.seen_reading)
    }),
    number(
        "days_since_seen_reading",
        "days",
        Group::History,
        1,
        "days since the last such read; 0 where there is none",
        |r| Cell::Integer(r.used.days_since_seen_reading),
    ),
    number(
        "secrets_read",
        "secrets",
        Group::History,
        3,
        "how many audited secrets the trail shows it reading",
        |r| Cell::Integer(r.used.secrets_read),
    ),
    number(
        "unread_days_min",
        "days",
        Group::History,
        1,
        "days for which the trail proves that it read no secret",
        |r| Cell::Integer(r.used.unread_days_min),
    ),
    text(
        "unless",
        Group::Place,
        "",
        "` unless an SCP or RCP denies it` where the organization's policies are out of sight, else empty",
        |r| Cell::Text(r.unless.to_owned()),
    ),
];
