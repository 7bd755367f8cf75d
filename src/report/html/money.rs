//! What it costs.

use super::charts;
use super::text::Text;
use crate::model::{CostGroup, CostReport, Saving, SavingConfidence};
use crate::report::cost::{cents, money};

/// How many groups are listed.
const LISTED: usize = 8;

/// How many savings are listed.
const SAVINGS: usize = 30;

/// The cost of a month.
pub(super) struct CostView<'a> {
    pub(super) currency: Text<'a>,
    pub(super) total: String,
    pub(super) prices_as_of: String,
    pub(super) source: Text<'a>,
    pub(super) lines: Vec<(Text<'a>, String, Text<'a>, String)>,
    pub(super) missing: Vec<Text<'a>>,
    pub(super) groups: Vec<GroupView<'a>>,
    pub(super) saved: String,
    pub(super) savings: Vec<SavingView<'a>>,
    pub(super) more_savings: usize,
}

/// A way to pay less.
pub(super) struct SavingView<'a> {
    pub(super) title: &'static str,
    pub(super) name: Text<'a>,
    pub(super) confidence: &'static str,
    pub(super) class: &'static str,
    pub(super) net: String,
    pub(super) evidence: Vec<Text<'a>>,
    pub(super) warnings: Vec<Text<'a>>,
    pub(super) commands: Vec<Text<'a>>,
}

/// Sums by account, Region or tag.
pub(super) struct GroupView<'a> {
    pub(super) by: String,
    pub(super) lines: Vec<(Text<'a>, u64, String, String)>,
    pub(super) more: usize,
}

impl<'a> CostView<'a> {
    pub(super) fn new(cost: &'a CostReport) -> Self {
        let lines = cost.lines.iter().map(|line| {
            let quantity =
                line.quantity.map_or_else(|| "?".to_owned(), |number| number.normalize().to_string());
            let monthly = line.monthly.map_or_else(|| "?".to_owned(), cents);
            (Text(&line.item), quantity, Text(&line.unit), monthly)
        });
        // Owners and environments are known better than by these two tags, which are summed by default.
        let is_own = |key: &str| !["owner", "environment"].contains(&key.to_lowercase().as_str());
        let tags = cost.by_tag.iter().filter(|(key, _)| is_own(key));
        let tags = tags.map(|(key, groups)| group(format!("tag {}", Text(key)), groups));
        let groups = [
            ("account", &cost.by_account),
            ("Region", &cost.by_region),
            ("owner", &cost.by_owner),
            ("environment", &cost.by_environment),
        ];
        let groups = groups.into_iter().map(|(by, groups)| group(by.to_owned(), groups));
        Self {
            currency: Text(&cost.prices.currency),
            total: cents(cost.monthly_total),
            prices_as_of: cost.prices.as_of.to_string(),
            source: Text(&cost.prices.source),
            lines: lines.collect(),
            missing: cost.not_included.iter().map(|missing| Text(missing)).collect(),
            groups: groups.chain(tags).filter(|group| group.lines.len() > 1).collect(),
            saved: cents(cost.savings.net(&cost.prices.currency)),
            savings: cost.savings.list.iter().take(SAVINGS).map(saving).collect(),
            more_savings: cost.savings.list.len().saturating_sub(SAVINGS),
        }
    }
}

fn saving(saving: &Saving) -> SavingView<'_> {
    let class = match saving.confidence {
        SavingConfidence::Proven => "pass",
        SavingConfidence::Likely => "low",
        SavingConfidence::Possible => "info",
    };
    SavingView {
        title: saving.kind.title(),
        name: Text(&saving.name),
        confidence: saving.confidence.as_str(),
        class,
        net: cents(saving.net),
        evidence: saving.evidence.iter().map(|text| Text(text)).collect(),
        warnings: saving.warnings.iter().map(|text| Text(text)).collect(),
        commands: saving.commands.iter().map(|text| Text(text)).collect(),
    }
}

fn group(by: String, groups: &[CostGroup]) -> GroupView<'_> {
    let mut sorted: Vec<&CostGroup> = groups.iter().collect();
    sorted.sort_by(|a, b| b.monthly.cmp(&a.monthly).then_with(|| a.name.cmp(&b.name)));
    let whole_cents = |group: &CostGroup| {
        u64::try_from((group.monthly * rust_decimal::Decimal::ONE_HUNDRED).trunc()).unwrap_or_default()
    };
    let most = sorted.first().map_or(0, |group| whole_cents(group));
    let line = |group: &&'_ CostGroup| {
        let share = [("accent", whole_cents(group)), ("none", most.saturating_sub(whole_cents(group)))];
        (group.secrets, money(group.monthly), charts::stack(&share, "share", 8))
    };
    let lines = sorted.iter().take(LISTED).map(|group| {
        let (secrets, monthly, bar) = line(group);
        (Text(&group.name), secrets, monthly, bar)
    });
    GroupView { by, lines: lines.collect(), more: sorted.len().saturating_sub(LISTED) }
}
