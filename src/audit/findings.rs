//! From a verdict on a row to a finding with words, evidence and identity.

use polars::prelude::{BooleanChunked, DataFrame, NewChunkedArray, PolarsResult};

use super::ledger::Ledger;
use super::verdicts::RuleVerdicts;
use crate::model::{
    Evidence, Excepted, Finding, Fingerprint, GapId, Gaps, MissingEvidence, Related, RuleKind, Verdict,
};
use crate::rules::{ColumnUse, CompiledRule, show};
use crate::tables::schema::Group;
use crate::tables::{Row, ScopeGap, TableData};

/// How many missing answers a message names before it counts the rest.
const NAMED_GAPS: usize = 2;

/// Where the columns of both halves of a rule are NULL, row by row.
struct Nulls {
    applies: Vec<(Group, BooleanChunked)>,
    require: Vec<(Group, BooleanChunked)>,
}

/// Makes the findings of one rule over one table.
pub(super) struct Maker<'a> {
    pub(super) rule: &'a CompiledRule,
    pub(super) table: &'a TableData,
    pub(super) verdicts: &'a RuleVerdicts,
    pub(super) gaps: &'a Gaps,
    pub(super) ledger: &'a Ledger<'a>,
    pub(super) gate_events: bool,
}

impl Maker<'_> {
    /// The findings about the rows whose verdict is wanted, each with its row.
    pub(super) fn findings(&self, wanted: impl Fn(Verdict) -> bool) -> PolarsResult<Vec<(usize, Finding)>> {
        let chosen: Vec<(usize, Verdict)> =
            self.verdicts.iter().enumerate().filter(|(_, verdict)| wanted(*verdict)).collect();
        let mut is_chosen = vec![false; self.table.rows.len()];
        for (row, _) in &chosen {
            if let Some(flag) = is_chosen.get_mut(*row) {
                *flag = true;
            }
        }
        let mask = BooleanChunked::from_slice("mask".into(), &is_chosen);
        let frame = self.table.frame.filter(&mask)?;
        let nulls = Nulls {
            applies: self.nulls(&self.rule.applies_columns)?,
            require: self.nulls(&self.rule.require_columns)?,
        };
        let messages = self.rule.message.render(&frame)?;
        let reach = self.reach(&frame)?;
        let evidence = self.evidence(&frame)?;
        let mut findings = Vec::with_capacity(chosen.len());
        let rows = chosen.into_iter().zip(messages).zip(evidence).zip(reach);
        for ((((row, verdict), message), evidence), reach) in rows {
            if let Some(meta) = self.table.rows.get(row) {
                let missing = match verdict {
                    Verdict::Unknown => self.missing(row, meta, &nulls),
                    _ => Vec::new(),
                };
                let finding = self.finding(meta, verdict, message, evidence, &missing);
                findings.push((row, Finding { reach, ..finding }));
            }
        }
        Ok(findings)
    }

    fn finding(
        &self,
        meta: &Row,
        verdict: Verdict,
        failure: String,
        evidence: Vec<Evidence>,
        missing: &[GapId],
    ) -> Finding {
        let message = match verdict {
            Verdict::Fail => failure,
            Verdict::Unknown => self.unknown_message(missing),
            Verdict::Pass => "meets the rule".to_owned(),
            Verdict::NotApplicable => "does not fall under the rule".to_owned(),
        };
        Finding {
            rule: self.rule.info.id.clone(),
            verdict,
            severity: self.rule.info.severity,
            confidence: self.rule.confidence,
            resource: meta.resource.clone(),
            message,
            fingerprint: Fingerprint::of(&self.rule.first_id, &meta.resource),
            evidence,
            missing_evidence: self.described(missing),
            implied_by: None,
            gates: self.gates(),
            stand_ins: Vec::new(),
            silenced: false,
            related: if verdict == Verdict::Fail { self.related(meta) } else { Vec::new() },
            paths: Vec::new(),
            owner: meta.ownership.owner.clone(),
            environment: meta.ownership.environment.clone(),
            reach: None,
            exception: if verdict == Verdict::Unknown { self.accepted(missing) } else { None },
            baseline: None,
        }
    }

    /// By what the missing evidence is accepted, if all of it is.
    fn accepted(&self, missing: &[GapId]) -> Option<Excepted> {
        let gaps: Option<Vec<_>> = missing.iter().map(|id| self.gaps.get(*id)).collect();
        self.ledger.accepted(&gaps?)
    }

    /// The finding about a place whose rows could not be listed.
    pub(super) fn scope(&self, scope: &ScopeGap) -> Finding {
        Finding {
            rule: self.rule.info.id.clone(),
            verdict: Verdict::Unknown,
            severity: self.rule.info.severity,
            confidence: self.rule.confidence,
            resource: scope.resource.clone(),
            message: self.unknown_message(&scope.gaps),
            fingerprint: Fingerprint::of(&self.rule.first_id, &scope.resource),
            evidence: Vec::new(),
            missing_evidence: self.described(&scope.gaps),
            implied_by: None,
            gates: self.gates(),
            stand_ins: Vec::new(),
            silenced: false,
            related: Vec::new(),
            paths: Vec::new(),
            owner: String::new(),
            environment: String::new(),
            reach: None,
            exception: self.accepted(&scope.gaps),
            baseline: None,
        }
    }

    /// What paths are drawn from, where the rule is about access.
    fn related(&self, meta: &Row) -> Vec<Related> {
        let columns = || self.rule.applies_columns.iter().chain(&self.rule.require_columns);
        let is_told = |related: &&Related| columns().any(|column| related.is_told_by(&column.name));
        meta.related.iter().filter(is_told).cloned().collect()
    }

    /// How many can reach the row, or can be reached by it, where the rule is about access.
    fn reach(&self, frame: &DataFrame) -> PolarsResult<Vec<Option<u64>>> {
        let mut columns = self.rule.applies_columns.iter().chain(&self.rule.require_columns);
        let is_about_access = columns.any(|column| {
            matches!(column.group, Group::Access | Group::Organization | Group::ResourcePolicy)
        });
        let counted = self.rule.table.reach().filter(|_| is_about_access);
        let Some(column) = counted else { return Ok(vec![None; frame.height()]) };
        let counts = frame.column(column)?.i64()?;
        Ok(counts.iter().map(|count| u64::try_from(count?).ok()).collect())
    }

    fn gates(&self) -> bool {
        self.rule.info.kind == RuleKind::State || self.gate_events
    }

    /// Where the columns of a condition are NULL.
    fn nulls(&self, columns: &[ColumnUse]) -> PolarsResult<Vec<(Group, BooleanChunked)>> {
        let of = |column: &ColumnUse| Ok((column.group, self.table.frame.column(&column.name)?.is_null()));
        columns.iter().map(of).collect()
    }

    /// The gaps of the columns that are NULL in the half of the rule that came out NULL.
    fn missing(&self, row: usize, meta: &Row, nulls: &Nulls) -> Vec<GapId> {
        let half = if self.verdicts.applies(row) { &nulls.require } else { &nulls.applies };
        let absent = half.iter().filter(|(_, is_null)| is_null.get(row) == Some(true));
        let of_group = |group: Group| meta.gaps.iter().filter(move |(known, _)| *known == group);
        let mut missing: Vec<GapId> =
            absent.flat_map(|(group, _)| of_group(*group)).map(|gap| gap.1).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    fn described(&self, missing: &[GapId]) -> Vec<MissingEvidence> {
        let gaps = missing.iter().filter_map(|id| self.gaps.get(*id));
        let mut described: Vec<MissingEvidence> = gaps.map(MissingEvidence::from).collect();
        described.sort();
        described.dedup();
        described
    }

    fn unknown_message(&self, missing: &[GapId]) -> String {
        let mut reasons: Vec<String> =
            missing.iter().filter_map(|id| self.gaps.get(*id)).map(ToString::to_string).collect();
        reasons.sort();
        reasons.dedup();
        let more = reasons.len().saturating_sub(NAMED_GAPS);
        reasons.truncate(NAMED_GAPS);
        let tail = if more == 0 { String::new() } else { format!("; and {more} more") };
        format!("cannot be judged: {}{tail}", reasons.join("; "))
    }

    /// The values that the rule looked at, for every row of a frame.
    fn evidence(&self, frame: &DataFrame) -> PolarsResult<Vec<Vec<Evidence>>> {
        let mut uses: Vec<&ColumnUse> =
            self.rule.applies_columns.iter().chain(&self.rule.require_columns).collect();
        uses.sort();
        uses.dedup();
        let mut rows = vec![Vec::with_capacity(uses.len()); frame.height()];
        for column in uses {
            let values = frame.column(&column.name)?;
            for (row, evidence) in rows.iter_mut().enumerate() {
                evidence.push(Evidence {
                    column: column.name.clone(),
                    value: show(&values.get(row)?),
                    call: column.group.call().to_owned(),
                });
            }
        }
        Ok(rows)
    }
}
