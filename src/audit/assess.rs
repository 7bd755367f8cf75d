//! Puts the assessment together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use polars::prelude::{Column, DataFrame, PolarsResult};

use super::exceptions::Acceptances;
use super::findings::Maker;
use super::ledger::Ledger;
use super::second::FirstStage;
use super::silence::settle;
use super::verdicts::{RuleVerdicts, verdicts};
use crate::model::{
    AccountId, Assessment, AuditOptions, Finding, Fingerprint, Gap, Ownership, Region, ResourceType,
    RuleInfo, Run, SeenGap, Severity, StandIn, Summary, Verdict,
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

/// How to judge.
#[derive(Clone, Debug, Default)]
pub struct Judging {
    /// What decides the exit code.
    pub options: AuditOptions,
    /// Which verdicts become findings.
    pub wanted: Wanted,
    /// What the house accepts for a time.
    pub acceptances: Acceptances,
}

/// Judges every row by every rule: first what the snapshot shows, then what these verdicts come to.
///
/// # Errors
/// Where polars refuses an expression, which loading should have found.
pub fn assess(run: Run, tables: &Tables, rules: &RuleSet, judging: &Judging) -> PolarsResult<Assessment> {
    let mut bench = Bench {
        tables,
        rules,
        judging,
        ledger: Ledger::new(&judging.acceptances, run.as_of.to_zoned(TimeZone::UTC).date()),
        summary: Summary::default(),
        findings: Vec::new(),
    };
    let mut of_secrets = BTreeMap::new();
    for table in Table::ALL.into_iter().filter(|table| !table.is_second_stage()) {
        if let Some(data) = tables.get(table) {
            let verdicts = bench.judge(table, data)?;
            if table == Table::Secrets {
                of_secrets = verdicts;
            }
        }
    }
    let first = FirstStage {
        run: &run,
        rules: rules.rules.iter().map(|rule| rule.info.as_ref()).collect(),
        tables,
        findings: &bench.findings,
        of_secrets,
        ledger: &bench.ledger,
    };
    for (table, data) in first.tables()? {
        bench.judge(table, &data)?;
    }
    let Bench { ledger, summary, mut findings, .. } = bench;
    let run = match &judging.options.owner {
        Some(owner) => {
            findings.retain(|finding| is_of(finding, owner));
            run_of(owner, run, tables)
        }
        None => run,
    };
    settle(&mut findings);
    sort(&mut findings);
    let infos: Vec<RuleInfo> = rules.rules.iter().map(|rule| rule.info.as_ref().clone()).collect();
    let gap = |gap: &Gap| SeenGap { gap: gap.clone(), accepted: ledger.accepted(&[gap]) };
    let gaps = tables.gaps.iter().map(gap).collect();
    let options = judging.options.clone();
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

/// Whether a finding is of an owner. What could not be listed may be anybody's.
fn is_of(finding: &Finding, owner: &str) -> bool {
    finding.owner == owner || finding.resource.kind == ResourceType::Scope
}

/// A run that counts the secrets of one owner only.
fn run_of(owner: &str, mut run: Run, tables: &Tables) -> Run {
    let mut owned: BTreeMap<(&AccountId, &Region), u64> = BTreeMap::new();
    let rows = tables.get(Table::Secrets).into_iter().flat_map(|data| &data.rows);
    for row in rows.filter(|row| row.ownership.owner == owner) {
        *owned.entry((&row.resource.account, &row.resource.region)).or_default() += 1;
    }
    for account in &mut run.accounts {
        for region in &mut account.regions {
            region.secrets = owned.get(&(&account.account, &region.region)).copied().unwrap_or_default();
        }
    }
    run
}

/// What all tables are judged with, and what came of it so far.
struct Bench<'a> {
    tables: &'a Tables,
    rules: &'a RuleSet,
    judging: &'a Judging,
    ledger: Ledger<'a>,
    summary: Summary,
    findings: Vec<Finding>,
}

impl Bench<'_> {
    /// Judges one table by its rules, and gives their verdicts.
    fn judge(&mut self, table: Table, data: &TableData) -> PolarsResult<BTreeMap<String, RuleVerdicts>> {
        let rules: Vec<&CompiledRule> = self.rules.rules.iter().filter(|rule| rule.table == table).collect();
        let about: BTreeMap<&str, Vec<usize>> =
            rules.iter().map(|rule| (rule.info.id.as_str(), self.exceptions(rule, table))).collect();
        let judge = Judge { tables: self.tables, data, ledger: &self.ledger, judging: self.judging };
        let Judged { verdicts, by_row, scopes } = judge.run(&rules, &mut self.summary)?;
        let none = Ownership::default();
        let by_row = by_row.into_iter().map(|(row, finding)| (Some(row), finding));
        for (row, mut finding) in by_row.chain(scopes.into_iter().map(|finding| (None, finding))) {
            let ownership = row.and_then(|row| data.rows.get(row)).map_or(&none, |row| &row.ownership);
            let about = about.get(finding.rule.as_str()).map(Vec::as_slice).unwrap_or_default();
            self.ledger.enter(&mut finding, ownership, about);
            self.findings.push(finding);
        }
        Ok(rules.iter().map(|rule| rule.info.id.clone()).zip(verdicts).collect())
    }

    /// The exceptions about a rule; an exception is no matter for another one.
    fn exceptions(&self, rule: &CompiledRule, table: Table) -> Vec<usize> {
        if table == Table::Exceptions { Vec::new() } else { self.ledger.about(&rule.info) }
    }
}

struct Judge<'a> {
    tables: &'a Tables,
    data: &'a TableData,
    ledger: &'a Ledger<'a>,
    judging: &'a Judging,
}

/// What one table gave.
struct Judged {
    /// The verdicts of each rule.
    verdicts: Vec<RuleVerdicts>,
    /// Findings with their rows.
    by_row: Vec<(usize, Finding)>,
    /// Findings about places whose rows could not be listed.
    scopes: Vec<Finding>,
}

impl Judge<'_> {
    fn run(&self, rules: &[&CompiledRule], summary: &mut Summary) -> PolarsResult<Judged> {
        let judged = verdicts(rules, &self.data.frame)?;
        let scopes_apply: Vec<Vec<RuleVerdicts>> = self
            .data
            .scopes
            .iter()
            .map(|scope| verdicts(rules, &self.unseen_row(scope)?))
            .collect::<PolarsResult<_>>()?;
        let wanted = |verdict| {
            self.judging.wanted == Wanted::All || matches!(verdict, Verdict::Fail | Verdict::Unknown)
        };
        let mut by_row: Vec<(usize, Finding)> = Vec::new();
        let mut scopes = Vec::new();
        for (place, (rule, verdicts)) in rules.iter().zip(&judged).enumerate() {
            let maker = Maker {
                rule,
                table: self.data,
                verdicts,
                gaps: &self.tables.gaps,
                ledger: self.ledger,
                gate_events: self.judging.options.gate_events,
            };
            // A rule that is switched off by its parameters applies to nothing, seen or not; nor does one whose window of
            // time was seen whole.
            let applies = |unseen: &Vec<RuleVerdicts>| {
                unseen.get(place).and_then(|of_rule| of_rule.get(0)) != Some(Verdict::NotApplicable)
            };
            let dark = self.data.scopes.iter().zip(&scopes_apply).filter(|(_, unseen)| applies(unseen));
            let dark: Vec<&ScopeGap> = dark.map(|(scope, _)| scope).collect();
            count(summary, rule, self.counts(verdicts), dark.len() as u64);
            by_row.extend(maker.findings(wanted)?);
            scopes.extend(dark.iter().map(|scope| maker.scope(scope)));
        }
        imply(&mut by_row, rules);
        Ok(Judged { verdicts: judged, by_row, scopes })
    }

    /// How many rows of the wanted owner got each verdict, in the order of [`Verdict::ALL`].
    fn counts(&self, verdicts: &RuleVerdicts) -> [u64; 4] {
        match &self.judging.options.owner {
            None => verdicts.counts(|_| true),
            Some(owner) => verdicts
                .counts(|row| self.data.rows.get(row).is_some_and(|row| row.ownership.owner == *owner)),
        }
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

/// Marks failures that other failures on the same row explain. Of the two the one with the higher severity stands in for the
/// other one at the gate.
fn imply(findings: &mut [(usize, Finding)], rules: &[&CompiledRule]) {
    let implied_by: BTreeMap<&str, &[String]> =
        rules.iter().map(|rule| (rule.info.id.as_str(), rule.info.implied_by.as_slice())).collect();
    let failed: BTreeMap<(usize, String), (Severity, StandIn)> =
        findings.iter().filter(|(_, finding)| finding.verdict == Verdict::Fail).map(failure).collect();
    let mut stand_ins: BTreeMap<Fingerprint, Vec<StandIn>> = BTreeMap::new();
    for (row, finding) in findings.iter_mut().filter(|(_, finding)| finding.verdict == Verdict::Fail) {
        let causes = implied_by.get(finding.rule.as_str()).copied().unwrap_or_default();
        for (severity, cause) in causes.iter().filter_map(|id| failed.get(&(*row, id.clone()))) {
            finding.implied_by.get_or_insert_with(|| cause.rule.clone());
            let (own, rule) = (finding.fingerprint.clone(), finding.rule.clone());
            let (quiet, loud) = if *severity >= finding.severity {
                (own, cause.clone())
            } else {
                (cause.fingerprint.clone(), StandIn { fingerprint: own, rule, is_cause: false })
            };
            stand_ins.entry(quiet).or_default().push(loud);
        }
    }
    for (_, finding) in findings.iter_mut().filter(|(_, finding)| finding.verdict == Verdict::Fail) {
        finding.stand_ins = stand_ins.remove(&finding.fingerprint).unwrap_or_default();
    }
}

/// A failure with its row and rule, as others are explained by it.
fn failure((row, finding): &(usize, Finding)) -> ((usize, String), (Severity, StandIn)) {
    let (fingerprint, rule) = (finding.fingerprint.clone(), finding.rule.clone());
    let as_cause = StandIn { fingerprint, rule: rule.clone(), is_cause: true };
    ((*row, rule), (finding.severity, as_cause))
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
