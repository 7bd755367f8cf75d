//! The columns of the table `accounts`.

use super::column::{Cell, Column, Group, decimal, number, text};
use crate::tables::accounts::AccountRow;

/// One row for each audited account.
pub(in crate::tables) static ACCOUNTS: &[Column<AccountRow>] = &[
    text("arn", Group::Place, "arn:aws:iam::111122223333:root", "the account's ARN", |r| {
        Cell::Text(r.arn.clone())
    }),
    text("name", Group::Place, "payments", "its name in the organization, or its number", |r| {
        Cell::Text(r.name.clone())
    }),
    text("account", Group::Place, "111122223333", "its number", |r| Cell::Text(r.account.clone())),
    text("region", Group::Place, "global", "always `global`", |_| Cell::Text("global".to_owned())),
    number("regions_audited", "Regions", Group::Place, 2, "how many of its Regions answered", |r| {
        Cell::Integer(r.regions_audited)
    }),
    number(
        "secrets",
        "secrets",
        Group::Inventory,
        40,
        "how many secrets and replicas it holds; not known where a Region did not answer",
        |r| r.secrets.into(),
    ),
    number(
        "names_judged",
        "names",
        Group::Inventory,
        30,
        "how many names of customer secrets tell a style: at least two words",
        |r| r.names_judged.into(),
    ),
    text("main_style", Group::Inventory, "kebab-case", "the style that most of those names share", |r| {
        r.main_style.clone().into()
    }),
    decimal(
        "other_style_share",
        "share",
        Group::Inventory,
        0.0,
        "the share of those names in other styles, from 0 to 1",
        |r| r.other_style_share.into(),
    ),
    text("other_style_examples", Group::Inventory, "", "up to three names in other styles", |r| {
        r.other_style_examples.clone().into()
    }),
    number(
        "administrators",
        "principals",
        Group::Access,
        0,
        "how many users and roles can do everything in it",
        |r| r.administrators.into(),
    ),
    text("administrator_names", Group::Access, "", "their names, separated by commas; the first ten", |r| {
        r.administrator_names.clone().into()
    }),
];
