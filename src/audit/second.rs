//! The second stage: tables about the verdicts of the first.

use std::collections::BTreeMap;

use polars::prelude::PolarsResult;

use super::exceptions::{AcceptedGap, Exception, Term};
use super::ledger::{Ledger, Tally};
use super::verdicts::RuleVerdicts;
use crate::model::{AccountId, Finding, GapId, Region, Resource, ResourceType, RuleInfo, Run, Verdict};
use crate::tables::schema::Table;
use crate::tables::{
    ConfigResult, EvaluationRow, ExceptionRow, Row, TableData, Tables, evaluations, exceptions,
};

/// What the first stage said.
pub(super) struct FirstStage<'a> {
    pub(super) run: &'a Run,
    pub(super) rules: Vec<&'a RuleInfo>,
    pub(super) tables: &'a Tables,
    pub(super) findings: &'a [Finding],
    /// Rule to its verdicts on the rows of `secrets`.
    pub(super) of_secrets: BTreeMap<String, RuleVerdicts>,
    pub(super) ledger: &'a Ledger<'a>,
}

/// Managed rules of AWS Config, and which rules of ours judge the same.
///
/// Source: AWS Config Developer Guide, "List of AWS Config Managed Rules".
const COUNTERPARTS: [(&str, &[&str]); 5] = [
    ("SECRETSMANAGER_ROTATION_ENABLED_CHECK", &["rotation-off", "rotation-cancelled"]),
    (
        "SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK",
        &["rotation-overdue", "rotation-never-completed", "rotation-failing"],
    ),
    ("SECRETSMANAGER_SECRET_PERIODIC_ROTATION", &["stale-value"]),
    ("SECRETSMANAGER_SECRET_UNUSED", &["unused-secret", "never-read"]),
    ("SECRETSMANAGER_USING_CMK", &["default-key"]),
];

impl FirstStage<'_> {
    /// The tables about it.
    pub(super) fn tables(&self) -> PolarsResult<Vec<(Table, TableData)>> {
        let found = &self.tables.config_results;
        let rows: Vec<EvaluationRow> =
            found.results.iter().filter_map(|result| self.evaluation(result)).collect();
        let evaluations = TableData { scopes: found.scopes.clone(), ..evaluations(&rows)? };
        Ok(vec![(Table::Evaluations, evaluations), (Table::Exceptions, exceptions(&self.exceptions())?)])
    }

    /// A verdict of AWS Config beside ours; none where no rule in force judges the same.
    fn evaluation(&self, result: &ConfigResult) -> Option<EvaluationRow> {
        let (_, counterparts) =
            COUNTERPARTS.iter().find(|(identifier, _)| *identifier == result.identifier)?;
        let ours: Vec<(&str, Verdict)> = counterparts
            .iter()
            .filter_map(|rule| Some((*rule, self.of_secrets.get(*rule)?.get(result.secret)?)))
            .collect();
        let row = self.tables.get(Table::Secrets)?.rows.get(result.secret)?;
        let verdict = together(ours.iter().map(|(_, verdict)| *verdict))?;
        let rules: Vec<&str> = ours.iter().map(|(rule, _)| *rule).collect();
        let known = verdict != Verdict::Unknown;
        Some(EvaluationRow {
            resource: Resource { second_key: Some(result.rule.clone()), ..row.resource.clone() },
            ownership: row.ownership.clone(),
            config_rule: result.rule.clone(),
            identifier: result.identifier.clone(),
            compliance: result.compliance.clone(),
            config_reason: in_brackets(&result.annotation),
            parameters: result.parameters.clone(),
            our_rules: rules.join(", "),
            our_verdict: known.then(|| verdict.as_str().to_owned()),
            our_reason: known.then(|| self.reason(verdict, &rules, row)),
            agrees: agrees(&result.compliance, verdict),
            missing: if known { Vec::new() } else { row.gaps.iter().map(|(_, gap)| *gap).collect() },
        })
    }

    /// Why our rules say what they say.
    fn reason(&self, verdict: Verdict, rules: &[&str], row: &Row) -> String {
        let words = match verdict {
            Verdict::Fail => return self.failures(rules, row).join("; "),
            Verdict::Pass => "it meets them",
            _ => "it does not fall under them",
        };
        words.to_owned()
    }

    fn failures(&self, rules: &[&str], row: &Row) -> Vec<String> {
        let about = |finding: &&Finding| {
            finding.verdict == Verdict::Fail
                && finding.resource == row.resource
                && rules.contains(&finding.rule.as_str())
        };
        self.findings.iter().filter(about).map(|finding| finding.message.clone()).collect()
    }

    fn exceptions(&self) -> Vec<ExceptionRow> {
        let acceptances = self.ledger.acceptances;
        let of_findings = acceptances.exceptions.iter().zip(&self.ledger.tallies);
        let mut rows: Vec<ExceptionRow> =
            of_findings.map(|(exception, tally)| self.exception(exception, tally)).collect();
        let matched = self.ledger.gaps_matched(self.tables.gaps.iter());
        rows.extend(
            acceptances.gaps.iter().zip(matched).map(|(gap, matched)| self.accepted_gap(gap, matched)),
        );
        rows
    }

    fn exception(&self, exception: &Exception, tally: &Tally) -> ExceptionRow {
        let judged = self.ledger.is_judged(exception, self.run, &self.rules);
        let missing = if tally.matched == 0 && judged { self.unseen(exception) } else { Vec::new() };
        let share = |(rule, covered): (&String, &u64)| {
            let failures = self.ledger.failures.get(rule).copied().unwrap_or_default();
            (rule.clone(), *covered, failures)
        };
        let widest = tally.failures.iter().map(share).max_by(|a, b| {
            let cross = |a: &(String, u64, u64), b: &(String, u64, u64)| a.1.saturating_mul(b.2);
            cross(a, b).cmp(&cross(b, a)).then_with(|| b.0.cmp(&a.0))
        });
        let (widest_rule, covered, failures) = widest.unwrap_or_default();
        ExceptionRow {
            matched: missing.is_empty().then(|| signed(tally.matched)),
            missing,
            judged,
            applied: signed(tally.applied),
            widest_rule,
            widest_covered: signed(covered),
            widest_failures: signed(failures),
            widest_share: if failures == 0 { 0.0 } else { ratio(covered, failures) },
            ..self.row("finding", exception.rule.as_str(), &exception.place_in_words(), &exception.term)
        }
    }

    /// Why it is not known whether an exception matches anything: places that it may be about, and that were not seen.
    fn unseen(&self, exception: &Exception) -> Vec<GapId> {
        let tables = self.rules.iter().filter(|rule| exception.is_about(rule));
        let tables = tables.filter_map(|rule| self.tables.get(Table::from_name(&rule.table)?));
        let scopes =
            tables.flat_map(|table| &table.scopes).filter(|scope| exception.may_be_in(&scope.resource));
        let mut gaps: Vec<GapId> = scopes.flat_map(|scope| scope.gaps.clone()).collect();
        gaps.sort_unstable();
        gaps.dedup();
        gaps
    }

    fn accepted_gap(&self, gap: &AcceptedGap, matched: u64) -> ExceptionRow {
        let is_audited = self
            .run
            .accounts
            .iter()
            .any(|account| gap.account.as_ref().is_none_or(|named| *named == account.account));
        ExceptionRow {
            matched: Some(signed(matched)),
            judged: is_audited && self.run.selection.is_empty(),
            applied: if gap.term.days_left(self.ledger.today) < 0 { 0 } else { signed(matched) },
            ..self.row("gap", gap.call.as_str(), &gap.place_in_words(), &gap.term)
        }
    }

    /// The row of what matched nothing yet.
    fn row(&self, kind: &'static str, rule: &str, scope: &str, term: &Term) -> ExceptionRow {
        let days_left = term.days_left(self.ledger.today);
        ExceptionRow {
            resource: resource(kind, rule, scope),
            kind,
            rule: rule.to_owned(),
            scope: scope.to_owned(),
            reason: term.reason.clone(),
            owner: term.owner.clone(),
            ticket: term.ticket.clone().unwrap_or_default(),
            expires: term.expires.to_string(),
            expired: days_left < 0,
            days_left,
            judged: false,
            matched: None,
            applied: 0,
            widest_rule: String::new(),
            widest_covered: 0,
            widest_failures: 0,
            widest_share: 0.0,
            missing: Vec::new(),
        }
    }
}

/// An exception as findings name it. It is of no account, and its name holds no colon in a place where an ARN has its
/// partition.
fn resource(kind: &str, rule: &str, scope: &str) -> Resource {
    Resource {
        kind: ResourceType::Exception,
        arn: format!("exception:aws:{kind}:{rule}:{scope}"),
        name: format!("{rule} for {scope}"),
        account: AccountId::new(""),
        region: Region::global(),
        second_key: None,
    }
}

fn in_brackets(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(" ({reason})") }
}

/// What several rules say together.
fn together(verdicts: impl Iterator<Item = Verdict>) -> Option<Verdict> {
    // The order of verdicts is the order in which they decide.
    verdicts.min()
}

/// Whether AWS Config and we say the same; not known where one of the two says nothing.
fn agrees(compliance: &str, ours: Verdict) -> Option<bool> {
    match (compliance, ours) {
        (_, Verdict::Unknown) => None,
        ("COMPLIANT", ours) => Some(ours != Verdict::Fail),
        ("NON_COMPLIANT", ours) => Some(ours == Verdict::Fail),
        ("NOT_APPLICABLE", ours) => Some(ours == Verdict::NotApplicable),
        _ => None,
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "counts of findings are far below 2^52")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}
