//! The columns of the table `evaluations`.

use super::column::{Cell, Column, Group, flag, text};
use crate::tables::second::EvaluationRow;

/// One row for each verdict of AWS Config on a secret that a rule of ours judges too.
pub(in crate::tables) static EVALUATIONS: &[Column<EvaluationRow>] = &[
    text(
        "arn",
        Group::Place,
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf",
        "the secret's ARN",
        |r| Cell::Text(r.resource.arn.clone()),
    ),
    text("name", Group::Place, "prod/payments/db", "the secret's name", |r| {
        Cell::Text(r.resource.name.clone())
    }),
    text("account", Group::Place, "111122223333", "the account", |r| {
        Cell::Text(r.resource.account.to_string())
    }),
    text("region", Group::Place, "eu-west-1", "the Region", |r| Cell::Text(r.resource.region.to_string())),
    text("config_rule", Group::Evaluations, "secrets-rotate", "the name of the rule of AWS Config", |r| {
        Cell::Text(r.config_rule.clone())
    }),
    text(
        "identifier",
        Group::Evaluations,
        "SECRETSMANAGER_ROTATION_ENABLED_CHECK",
        "the managed rule behind it",
        |r| Cell::Text(r.identifier.clone()),
    ),
    text(
        "compliance",
        Group::Evaluations,
        "COMPLIANT",
        "what AWS Config says: COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE or INSUFFICIENT_DATA",
        |r| Cell::Text(r.compliance.clone()),
    ),
    text(
        "config_reason",
        Group::Evaluations,
        "",
        "its reason in parentheses, behind a space; empty where it gives none",
        |r| Cell::Text(r.config_reason.clone()),
    ),
    text(
        "config_parameters",
        Group::Evaluations,
        "",
        "the parameters of its rule as JSON; empty where it has none",
        |r| Cell::Text(r.parameters.clone()),
    ),
    text(
        "our_rules",
        Group::Verdicts,
        "rotation-off",
        "the rules of ours that judge the same, separated by commas",
        |r| Cell::Text(r.our_rules.clone()),
    ),
    text(
        "our_verdict",
        Group::Verdicts,
        "pass",
        "what they say together: fail, pass or not-applicable; not known where evidence is missing",
        |r| r.our_verdict.clone().into(),
    ),
    text("our_reason", Group::Verdicts, "it meets them", "why they say so", |r| r.our_reason.clone().into()),
    flag(
        "agrees",
        Group::Verdicts,
        true,
        "whether the two agree; not known where ours is not, or AWS Config has no verdict",
        |r| r.agrees.into(),
    ),
];
