//! Costs for programs. Amounts are decimals in texts.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::money;
use crate::model::{AuditCalls, Charge, CostGroup, CostLine, CostReport, CostSum, NotJudged, Saving};
use crate::report::escape::printable_json;

/// The version of the document; it rises when a reader would have to change.
const VERSION: &str = "1";

/// What `cost` prints.
#[derive(Debug, Serialize, JsonSchema)]
struct CostAnswer {
    /// The version of this format.
    pub version: &'static str,
    /// The instant that counted as now.
    pub as_of: String,
    /// The estimate, and what could be saved.
    pub cost: CostDocument,
    /// Each secret, replica and key with its price.
    pub charges: Vec<ChargeReport>,
}

/// The monthly estimate.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CostDocument {
    /// ISO 4217 code.
    pub currency: String,
    /// The day on which the list prices were read.
    pub prices_as_of: String,
    /// What was read.
    pub prices_source: String,
    /// The sum in a month, as a decimal.
    pub monthly_total: String,
    /// The calendar month of the audit, such as `2026-11`.
    pub month: String,
    /// What that month comes to, with a part of the price for what was made or deleted in it.
    pub this_month: String,
    /// Sums in other currencies, which are in no other sum.
    pub other_currencies: Vec<CostSumReport>,
    /// One line for each kind of charge.
    pub lines: Vec<CostLineReport>,
    /// What the total leaves out.
    pub not_included: Vec<String>,
    /// Sums by account.
    pub by_account: Vec<CostGroupReport>,
    /// Sums by Region.
    pub by_region: Vec<CostGroupReport>,
    /// Sums by owner.
    pub by_owner: Vec<CostGroupReport>,
    /// Sums by environment.
    pub by_environment: Vec<CostGroupReport>,
    /// Tag key to sums by its values.
    pub by_tag: BTreeMap<String, Vec<CostGroupReport>>,
    /// ARN of a secret to its monthly price.
    pub by_secret: BTreeMap<String, String>,
    /// What could be saved.
    pub savings: SavingsReport,
    /// What the audit itself cost; absent where its calls were not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_calls: Option<AuditCallsReport>,
}

/// An amount in another currency.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CostSumReport {
    /// ISO 4217 code.
    pub currency: String,
    /// In a month.
    pub monthly: String,
    /// In the calendar month of the audit.
    pub this_month: String,
}

/// One kind of charge.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CostLineReport {
    /// What is charged.
    pub item: String,
    /// How many units; absent where they could not be counted.
    pub quantity: Option<String>,
    /// The unit.
    pub unit: String,
    /// The price of a unit; of the first that is not free where the price has tiers.
    pub unit_price: String,
    /// The sum in a month.
    pub monthly: Option<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// How the quantity was counted; empty where it was seen as it is.
    pub basis: String,
}

/// The sum of a group.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CostGroupReport {
    /// The account, Region, owner, environment or tag value; empty where there is none.
    pub name: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Secrets and replicas that are charged.
    pub secrets: u64,
    /// Their sum in a month.
    pub monthly: String,
    /// Customer managed keys that are charged.
    pub keys: u64,
    /// The sum of secrets, replicas, keys and the API calls for them that a trail shows.
    pub total: String,
}

/// A secret, replica or key.
#[derive(Debug, Serialize, JsonSchema)]
struct ChargeReport {
    /// `secret`, `replica` or `key`.
    pub kind: &'static str,
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its account.
    pub account: String,
    /// Its Region.
    pub region: String,
    /// Who owns it; empty where nobody is known.
    pub owner: String,
    /// Its environment; empty where none is known.
    pub environment: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Keeping it for a month.
    pub monthly: String,
    /// Keeping it in the calendar month of the audit.
    pub this_month: String,
    /// Calls for it in a month, as the trail shows them; absent where no trail does.
    pub calls: Option<String>,
    /// What they cost, requests to KMS left out.
    pub calls_monthly: String,
}

/// What could be saved.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SavingsReport {
    /// What all together save in a month, nothing counted twice.
    pub monthly_total: String,
    /// Confidence to how many there are, and what they save.
    pub by_confidence: BTreeMap<&'static str, ConfidenceReport>,
    /// Each way.
    pub list: Vec<SavingReport>,
    /// What could not be looked for, and why.
    pub not_judged: Vec<NotJudgedReport>,
}

/// The savings of one confidence.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConfidenceReport {
    /// How many.
    pub count: u64,
    /// What they save in a month.
    pub monthly: String,
}

/// A way to pay less.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SavingReport {
    /// By what, such as `unused-secret`.
    pub kind: &'static str,
    /// `proven`, `likely` or `possible`.
    pub confidence: &'static str,
    /// What it is about, as people call it.
    pub name: String,
    /// The ARNs of the secrets or keys that it is about.
    pub resources: Vec<String>,
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// Who owns it; empty where nobody is known.
    pub owner: String,
    /// The environment; empty where none is known.
    pub environment: String,
    /// What it rests on.
    pub evidence: Vec<String>,
    /// What to think of first.
    pub warnings: Vec<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// What it saves in a month by itself.
    pub gross: String,
    /// What it saves on top of the savings before it.
    pub net: String,
    /// Commands to copy, in their order.
    pub commands: Vec<String>,
}

/// What could not be looked for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NotJudgedReport {
    /// The kind of saving.
    pub kind: &'static str,
    /// Why, and for how many.
    pub why: String,
}

/// What the audit itself cost.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditCallsReport {
    /// Calls.
    pub calls: u64,
    /// Service to calls.
    pub by_service: BTreeMap<String, u64>,
    /// What they cost.
    pub cost: String,
    /// Services whose calls have no price here.
    pub unpriced: Vec<String>,
}

/// The estimate as JSON.
pub fn document(cost: &CostReport, as_of: &str) -> String {
    let answer = CostAnswer {
        version: VERSION,
        as_of: as_of.to_owned(),
        cost: CostDocument::from(cost),
        charges: cost.charges.iter().map(charge).collect(),
    };
    let text = serde_json::to_string_pretty(&answer).unwrap_or_default();
    format!("{}\n", printable_json(&text))
}

/// The schema of what `cost` prints.
///
/// # Errors
/// If it cannot be written as JSON, which is a defect.
pub fn schema() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&schemars::schema_for!(CostAnswer)).map(|text| format!("{text}\n"))
}

impl From<&CostReport> for CostDocument {
    fn from(cost: &CostReport) -> Self {
        let groups = |groups: &[CostGroup]| groups.iter().map(group).collect();
        let amount = |(arn, monthly): (&String, &rust_decimal::Decimal)| (arn.clone(), money(*monthly));
        Self {
            currency: cost.prices.currency.clone(),
            prices_as_of: cost.prices.as_of.to_string(),
            prices_source: cost.prices.source.clone(),
            monthly_total: money(cost.monthly_total),
            month: cost.month.clone(),
            this_month: money(cost.this_month),
            other_currencies: cost.other_currencies.iter().map(sum).collect(),
            lines: cost.lines.iter().map(line).collect(),
            not_included: cost.not_included.clone(),
            by_account: groups(&cost.by_account),
            by_region: groups(&cost.by_region),
            by_owner: groups(&cost.by_owner),
            by_environment: groups(&cost.by_environment),
            by_tag: cost.by_tag.iter().map(|(key, list)| (key.clone(), groups(list))).collect(),
            by_secret: cost.by_secret.iter().map(amount).collect(),
            savings: savings(cost),
            audit_calls: cost.audit_calls.as_ref().map(audit_calls),
        }
    }
}

fn sum(sum: &CostSum) -> CostSumReport {
    CostSumReport {
        currency: sum.currency.clone(),
        monthly: money(sum.monthly),
        this_month: money(sum.this_month),
    }
}

fn line(line: &CostLine) -> CostLineReport {
    CostLineReport {
        item: line.item.clone(),
        quantity: line.quantity.map(|quantity| quantity.normalize().to_string()),
        unit: line.unit.clone(),
        unit_price: money(line.unit_price),
        monthly: line.monthly.map(money),
        currency: line.currency.clone(),
        basis: line.basis.clone(),
    }
}

fn group(group: &CostGroup) -> CostGroupReport {
    CostGroupReport {
        name: group.name.clone(),
        currency: group.currency.clone(),
        secrets: group.secrets,
        monthly: money(group.monthly),
        keys: group.keys,
        total: money(group.total),
    }
}

fn charge(charge: &Charge) -> ChargeReport {
    ChargeReport {
        kind: charge.kind.as_str(),
        arn: charge.arn.clone(),
        name: charge.name.clone(),
        account: charge.account.clone(),
        region: charge.region.clone(),
        owner: charge.owner.clone(),
        environment: charge.environment.clone(),
        currency: charge.currency.clone(),
        monthly: money(charge.monthly),
        this_month: money(charge.this_month),
        calls: charge.calls.map(|calls| calls.normalize().to_string()),
        calls_monthly: money(charge.calls_monthly),
    }
}

fn savings(cost: &CostReport) -> SavingsReport {
    let currency = &cost.prices.currency;
    let of = |confidence: crate::model::SavingConfidence| {
        let of_it = cost.savings.list.iter().filter(|saving| saving.confidence == confidence);
        let here = of_it.filter(|saving| saving.currency == *currency).map(|saving| saving.net);
        let report = ConfidenceReport { count: cost.savings.count(confidence), monthly: money(here.sum()) };
        (confidence.as_str(), report)
    };
    let not_judged = |left: &NotJudged| NotJudgedReport { kind: left.kind.as_str(), why: left.why.clone() };
    SavingsReport {
        monthly_total: money(cost.savings.net(currency)),
        by_confidence: crate::model::SavingConfidence::ALL.into_iter().map(of).collect(),
        list: cost.savings.list.iter().map(saving).collect(),
        not_judged: cost.savings.not_judged.iter().map(not_judged).collect(),
    }
}

fn saving(saving: &Saving) -> SavingReport {
    SavingReport {
        kind: saving.kind.as_str(),
        confidence: saving.confidence.as_str(),
        name: saving.name.clone(),
        resources: saving.resources.clone(),
        account: saving.account.clone(),
        region: saving.region.clone(),
        owner: saving.owner.clone(),
        environment: saving.environment.clone(),
        evidence: saving.evidence.clone(),
        warnings: saving.warnings.clone(),
        currency: saving.currency.clone(),
        gross: money(saving.gross),
        net: money(saving.net),
        commands: saving.commands.clone(),
    }
}

fn audit_calls(calls: &AuditCalls) -> AuditCallsReport {
    AuditCallsReport {
        calls: calls.calls,
        by_service: calls.by_service.clone(),
        cost: money(calls.cost),
        unpriced: calls.unpriced.clone(),
    }
}
