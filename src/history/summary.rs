//! The counts of an audit, by account: all that a trend reads.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::model::{
    AccountCounts, AccountId, AccountRun, Assessment, AuditSummary, CostReport, Finding, RegionState, Verdict,
};

/// The version of `summary.json`.
pub(super) const VERSION: u32 = 1;

/// The counts of an audit.
pub fn summary(assessment: &Assessment, cost: &CostReport) -> AuditSummary {
    let run = &assessment.run;
    let costs: BTreeMap<&str, Decimal> =
        cost.by_account.iter().map(|group| (group.name.as_str(), group.monthly)).collect();
    let mut accounts: BTreeMap<AccountId, AccountCounts> =
        run.accounts.iter().map(|account| (account.account.clone(), audited(account, &costs))).collect();
    for finding in &assessment.findings {
        count(accounts.entry(finding.resource.account.clone()).or_default(), finding);
    }
    let owner = assessment.options.owner.iter().map(|owner| format!("the owner {owner}"));
    AuditSummary {
        version: VERSION,
        as_of: run.as_of,
        tool_version: run.tool_version.clone(),
        rules_digest: run.rules_digest.clone(),
        rules: assessment.rules.len() as u64,
        selection: run.selection.iter().cloned().chain(owner).collect(),
        currency: cost.prices.currency.clone(),
        monthly_total: amount(cost.monthly_total),
        accounts,
    }
}

fn audited(account: &AccountRun, costs: &BTreeMap<&str, Decimal>) -> AccountCounts {
    let answered = account.regions.iter().filter(|region| region.state == RegionState::Audited);
    let cost = costs.get(account.account.as_str()).copied().unwrap_or_default();
    AccountCounts {
        secrets: account.regions.iter().map(|region| region.secrets).sum(),
        regions: answered.map(|region| region.region.clone()).collect(),
        monthly_cost: amount(cost),
        ..AccountCounts::default()
    }
}

/// To the cent: what a month of calls costs exactly is of no interest years later.
pub(super) fn amount(amount: Decimal) -> String {
    let mut amount = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    amount.rescale(2);
    amount.to_string()
}

fn count(counts: &mut AccountCounts, finding: &Finding) {
    match finding.verdict {
        Verdict::Fail | Verdict::Unknown if finding.exception.is_some() => counts.excepted += 1,
        Verdict::Fail => *counts.failures.entry(finding.severity).or_default() += 1,
        Verdict::Unknown => counts.unknown += 1,
        Verdict::Pass | Verdict::NotApplicable => {}
    }
}
