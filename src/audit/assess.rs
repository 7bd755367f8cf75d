//! Puts the assessment together.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{Column, DataFrame, PolarsResult};

use super::findings::Maker;
use super::verdicts::{RuleVerdicts, verdicts};
use crate::model::{
    AccountId, Assessment, AuditOptions, Finding, Region, RuleInfo, Run, Severity, Summary, Verdict,
};
use crate::rules::{CompiledRule, RuleSet};
use crate::tables::schema::Table;
use crate::tables::{ScopeGap, TableData, Tables};

/// Which verdicts become findings; all are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Failures and unknowns.
    #[default]
    Problems,
    /// Every verdict on every row.
    All,
}

/// Judges every row by every rule.
///
/// # Errors
/// Where polars refuses an expression, which loading should have found.
pub fn assess(
    run: Run,
    tables: &Tables,
    rules: &RuleSet,
    options: AuditOptions,
    wanted: Wanted,
) -> PolarsResult<Assessment> {
    let mut summary = Summary::default();
    let mut findings = Vec::new();
    for table in Table::ALL {
        let of_table: Vec<&CompiledRule> = rules.rules.iter().filter(|rule| rule.table == table).collect();
        if let Some(data) = tables.get(table) {
            let judge = Judge { tables, data, gate_events: options.gate_events, wanted };
            findings.extend(judge.run(&of_table, &mut summary)?);
        }
    }
    sort(&mut findings);
    let infos: Vec<RuleInfo> = rules.rules.iter().map(|rule| rule.info.as_ref().clone()).collect();
    let gaps = tables.gaps.iter().cloned().collect();
    Ok(Assessment {
        run,
        rules: infos,
        summary,
        findings,
        gaps,
        baseline: None,
        changes: Vec::new(),
        options,
    })
}

struct Judge<'a> {
    tables: &'a Tables,
    data: &'a TableData,
    gate_events: bool,
    wanted: Wanted,
}

impl Judge<'_> {
    fn run(&self, rules: &[&CompiledRule], summary: &mut Summary) -> PolarsResult<Vec<Finding>> {
        let judged = verdicts(rules, &self.data.frame)?;
        let scopes_apply: Vec<Vec<RuleVerdicts>> = self
            .data
            .scopes
            .iter()
            .map(|scope| verdicts(rules, &self.unseen_row(scope)?))
            .collect::<PolarsResult<_>>()?;
        let wanted =
            |verdict| self.wanted == Wanted::All || matches!(verdict, Verdict::Fail | Verdict::Unknown);
        let mut by_row: Vec<(usize, Finding)> = Vec::new();
        let mut scopes = Vec::new();
        for (place, (rule, verdicts)) in rules.iter().zip(&judged).enumerate() {
            let maker = Maker {
                rule,
                table: self.data,
                verdicts,
                gaps: &self.tables.gaps,
                gate_events: self.gate_events,
            };
            // A rule that is switched off by its parameters applies to nothing, seen or not; nor does one whose window of
            // time was seen whole.
            let applies = |unseen: &Vec<RuleVerdicts>| {
                unseen.get(place).and_then(|of_rule| of_rule.get(0)) != Some(Verdict::NotApplicable)
            };
            let dark = self.data.scopes.iter().zip(&scopes_apply).filter(|(_, unseen)| applies(unseen));
            let dark: Vec<&ScopeGap> = dark.map(|(scope, _)| scope).collect();
            count(summary, rule, verdicts.counts(), dark.len() as u64);
            by_row.extend(maker.findings(wanted)?);
            scopes.extend(dark.iter().map(|scope| maker.scope(scope)));
        }
        imply(&mut by_row, rules);
        Ok(by_row.into_iter().map(|(_, finding)| finding).chain(scopes).collect())
    }
}

impl Judge<'_> {
    /// A row that might be in a place that was not seen: nothing is known of it but what the place says.
    fn unseen_row(&self, scope: &ScopeGap) -> PolarsResult<DataFrame> {
        let columns = self.data.frame.columns().iter();
        let columns = columns.map(|column| {
            let known = scope.known.iter().find(|(name, _)| *name == column.name().as_str());
            match known {
                Some((name, value)) => Column::new((*name).into(), [*value]),
                None => Column::full_null(column.name().clone(), 1, column.dtype()),
            }
        });
        DataFrame::new(1, columns.collect())
    }
}

fn count(summary: &mut Summary, rule: &CompiledRule, counts: [u64; 4], scopes: u64) {
    let of_rule = summary.rules.entry(rule.info.id.clone()).or_default();
    for (verdict, count) in Verdict::ALL.into_iter().zip(counts) {
        let count = if verdict == Verdict::Unknown { count + scopes } else { count };
        *of_rule.entry(verdict).or_default() += count;
        *summary.verdicts.entry(verdict).or_default() += count;
        if verdict == Verdict::Fail {
            *summary.failures.entry(rule.info.severity).or_default() += count;
        }
    }
}

/// Marks failures that another failure on the same row explains. The two decide the exit code once, at the higher
/// severity.
fn imply(findings: &mut [(usize, Finding)], rules: &[&CompiledRule]) {
    let implied_by: BTreeMap<&str, &[String]> =
        rules.iter().map(|rule| (rule.info.id.as_str(), rule.info.implied_by.as_slice())).collect();
    let failed: BTreeMap<(usize, String), Severity> = findings
        .iter()
        .filter(|(_, finding)| finding.verdict == Verdict::Fail)
        .map(|(row, finding)| ((*row, finding.rule.clone()), finding.severity))
        .collect();
    let mut silenced: BTreeSet<(usize, String)> = BTreeSet::new();
    for (row, finding) in findings.iter_mut().filter(|(_, finding)| finding.verdict == Verdict::Fail) {
        let causes = implied_by.get(finding.rule.as_str()).copied().unwrap_or_default();
        let cause = causes.iter().find_map(|id| Some((id, failed.get(&(*row, id.clone()))?)));
        if let Some((id, severity)) = cause {
            finding.implied_by = Some(id.clone());
            let quiet = if *severity >= finding.severity { &finding.rule } else { id };
            silenced.insert((*row, quiet.clone()));
        }
    }
    for (row, finding) in findings.iter_mut() {
        finding.gates &=
            finding.verdict != Verdict::Fail || !silenced.contains(&(*row, finding.rule.clone()));
    }
}

/// Failures before unknowns before the rest; then the worst first, by rule, and by place.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| place(a).cmp(&place(b))));
}

/// What a reader wants to see first.
fn order(finding: &Finding) -> (Verdict, Reverse<Severity>, &str) {
    (finding.verdict, Reverse(finding.severity), &finding.rule)
}

/// Where it is.
fn place(finding: &Finding) -> (&AccountId, &Region, &str, Option<&str>) {
    let resource = &finding.resource;
    (&resource.account, &resource.region, &resource.arn, resource.second_key.as_deref())
}
