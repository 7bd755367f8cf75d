//! The columns of the table `keys`.

use super::column::{Cell, Column, Group, flag, number, text};
use crate::tables::keys::KeyRow;

/// One row for each KMS key that a secret uses.
pub(in crate::tables) static KEYS: &[Column<KeyRow>] = &[
    text(
        "arn",
        Group::Place,
        "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "the key's ARN",
        |r| Cell::Text(r.arn.clone()),
    ),
    text(
        "name",
        Group::Place,
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "an alias that secrets use, or the key's id",
        |r| Cell::Text(r.name.clone()),
    ),
    text("account", Group::Place, "111122223333", "the account whose secrets use it", |r| {
        Cell::Text(r.account.clone())
    }),
    text("region", Group::Place, "eu-west-1", "the Region whose secrets use it", |r| {
        Cell::Text(r.region.clone())
    }),
    text("key_account", Group::Key, "111122223333", "the account that owns it", |r| {
        r.key_account.clone().into()
    }),
    flag("in_other_account", Group::Key, false, "whether another account owns it", |r| {
        r.in_other_account.into()
    }),
    flag("customer_managed", Group::Key, true, "whether a customer manages it, rather than AWS", |r| {
        r.customer_managed.into()
    }),
    text(
        "state",
        Group::Key,
        "Enabled",
        "its state: Enabled, Disabled, PendingDeletion, PendingImport, …",
        |r| r.state.clone().into(),
    ),
    text(
        "origin",
        Group::Key,
        "AWS_KMS",
        "where its material comes from: AWS_KMS, EXTERNAL, AWS_CLOUDHSM, …",
        |r| r.origin.clone().into(),
    ),
    text("spec", Group::Key, "SYMMETRIC_DEFAULT", "its key spec", |r| r.spec.clone().into()),
    flag("multi_region", Group::Key, false, "whether it is a multi-Region key", |r| r.multi_region.into()),
    flag(
        "can_rotate",
        Group::Key,
        true,
        "whether AWS can rotate it: symmetric, with material that AWS generated, and enabled",
        |r| r.can_rotate.into(),
    ),
    number(
        "days_until_deletion",
        "days",
        Group::Key,
        0,
        "days until it is deleted; 0 where it is not scheduled for deletion",
        |r| r.days_until_deletion.into(),
    ),
    flag(
        "rotation_enabled",
        Group::KeyRotation,
        true,
        "whether AWS rotates its material; false where it cannot",
        |r| r.rotation_enabled.into(),
    ),
    number(
        "secrets",
        "secrets",
        Group::Place,
        1,
        "how many secrets of the account and Region name it",
        |r| Cell::Integer(r.secrets),
    ),
    flag(
        "strangers_decrypt",
        Group::KeyPolicy,
        false,
        "whether its policy lets anybody of any account decrypt, and no condition limits who",
        |r| r.strangers_decrypt.into(),
    ),
    text(
        "outside_accounts",
        Group::KeyPolicy,
        "",
        "accounts outside the organization that its policy or grants let decrypt, separated by commas; `*` for any",
        |r| r.outside_accounts.clone().into(),
    ),
    text(
        "unless",
        Group::Place,
        "",
        "` unless an SCP or RCP denies it` where the organization's policies are out of sight, else empty",
        |r| Cell::Text(r.unless.to_owned()),
    ),
];
