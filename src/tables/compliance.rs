//! What AWS Config says about secrets.

use std::collections::BTreeMap;

use super::context::Context;
use super::schema::Table;
use super::scopes::{ScopeGap, scope};
use super::secrets::SecretFacts;
use crate::model::{Gap, Gaps};
use crate::snapshot::records::{Compliance, ConfigRule};

/// A verdict of AWS Config on a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigResult {
    /// The row of the secret in the table `secrets`.
    pub secret: usize,
    /// The rule that gave it.
    pub rule: String,
    /// The managed rule behind that.
    pub identifier: String,
    /// The parameters of the rule as JSON; empty where it has none.
    pub parameters: String,
    /// `COMPLIANT`, `NON_COMPLIANT`, `NOT_APPLICABLE` or `INSUFFICIENT_DATA`.
    pub compliance: String,
    /// Its reason; empty where it gives none.
    pub annotation: String,
}

/// All verdicts of AWS Config on secrets, and where they could not be read.
#[derive(Clone, Debug, Default)]
pub struct ConfigResults {
    /// The verdicts.
    pub results: Vec<ConfigResult>,
    /// The places whose rules or verdicts could not be read.
    pub scopes: Vec<ScopeGap>,
}

/// Gathers the verdicts of a snapshot.
pub(super) fn gather(context: &Context<'_>, secrets: &[SecretFacts], gaps: &mut Gaps) -> ConfigResults {
    let by_arn: BTreeMap<&str, usize> =
        secrets.iter().enumerate().map(|(row, facts)| (facts.arn.as_str(), row)).collect();
    let mut found = ConfigResults::default();
    for account in &context.accounts {
        for region in account.regions.values().filter(|region| !region.data.secrets.records.is_empty()) {
            for rule in &region.data.config_rules.records {
                let verdicts = rule.compliance.iter().flatten();
                found.results.extend(verdicts.filter_map(|verdict| result(&by_arn, rule, verdict)));
            }
            let unread: Vec<&Gap> = region.data.config_rules.gaps.iter().collect();
            found.scopes.extend(scope(
                Table::Evaluations,
                &account.data.entry,
                &region.data.region,
                &unread,
                gaps,
            ));
        }
    }
    found
}

fn result(by_arn: &BTreeMap<&str, usize>, rule: &ConfigRule, verdict: &Compliance) -> Option<ConfigResult> {
    Some(ConfigResult {
        secret: *by_arn.get(verdict.resource.as_str())?,
        rule: rule.name.clone(),
        identifier: rule.identifier.clone(),
        parameters: rule.parameters.clone().unwrap_or_default(),
        compliance: verdict.verdict.clone(),
        annotation: verdict.annotation.clone().unwrap_or_default(),
    })
}
