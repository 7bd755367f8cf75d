//! SARIF 2.1.0, as the standard has it and as GitHub takes it.
//!
//! Failures and unknowns are results; passes are counted in the properties of the run, since GitHub makes an alert of
//! whatever result it gets. What an exception covers has a suppression, what could not be seen is a notification of the
//! run, and how a result compares with the baseline is its baseline state, with those that are fixed as `absent`.
//!
//! GitHub refuses a run of more than 25,000 results and a file of more than 20 runs. So results go on in further runs and
//! further files, worst first, each run under a category of its own: of two runs of one category GitHub keeps the last.

mod model;
mod results;
mod rules;

use std::io::{self, Write};

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::escape::{PrintableJson, printable};
use super::json::money;
use super::story::{gate, is_problem, was_asked};
use crate::model::{Assessment, Audited, CostReport, Finding, Verdict};
use model::{
    AutomationDetails, Driver, Invocation, Notification, NotificationKind, Reference, RunProperties, Text,
    Tool,
};
use results::{Item, Results};
use rules::rule;

/// The schema that a file names.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// How many results a run may hold, and how many runs a file.
///
/// Source: docs.github.com, "SARIF results exceed one or more limits".
const LIMITS: Limits = Limits { results: 25_000, runs: 20 };

/// The notification about evidence that is missing.
const GAP: &str = "evidence-gap";

#[derive(Clone, Copy)]
struct Limits {
    results: usize,
    runs: usize,
}

impl Limits {
    fn a_file(self) -> usize {
        self.results * self.runs
    }

    /// How many files so many results need; one for none, which says that there are none.
    fn files(self, results: usize) -> usize {
        results.div_ceil(self.a_file()).max(1)
    }

    /// How many runs of so many results in all stand in a file.
    fn runs(self, results: usize, file: usize) -> usize {
        let here = results.saturating_sub(file * self.a_file()).min(self.a_file());
        here.div_ceil(self.results).max(1)
    }
}

/// How many files the report is.
pub fn files(audited: &Audited) -> usize {
    LIMITS.files(items(&audited.assessment).count())
}

/// Writes one of the files, counted from 0, result by result, with a final line break.
///
/// # Errors
/// Where `out` fails.
pub fn write(audited: &Audited, file: usize, out: &mut dyn Write) -> io::Result<()> {
    let log = Log { audited, results: Results::new(audited), file };
    log.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, PrintableJson::pretty()))?;
    out.write_all(b"\n")
}

/// What becomes a result, worst first: failures and unknowns by severity, then what is fixed.
fn items(assessment: &Assessment) -> impl Iterator<Item = Item<'_>> {
    let is_of = |severity| move |f: &&Finding| is_problem(f) && f.severity == severity;
    let by_severity = crate::model::Severity::WORST_FIRST.into_iter();
    let found = by_severity.flat_map(move |severity| assessment.findings.iter().filter(is_of(severity)));
    let gone = assessment.baseline.iter().flat_map(|baseline| &baseline.fixed);
    found.map(Item::Found).chain(gone.map(Item::Gone))
}

/// A file.
struct Log<'a> {
    audited: &'a Audited,
    results: Results<'a>,
    file: usize,
}

impl Serialize for Log<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut log = serializer.serialize_struct("sarifLog", 3)?;
        log.serialize_field("$schema", SCHEMA)?;
        log.serialize_field("version", "2.1.0")?;
        log.serialize_field("runs", &Runs(self))?;
        log.end()
    }
}

/// The runs of a file; one without results where there are none.
struct Runs<'a>(&'a Log<'a>);

impl Serialize for Runs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Log { audited, file, .. } = self.0;
        let all = items(&audited.assessment).count();
        let runs = 0..LIMITS.runs(all, *file);
        serializer.collect_seq(runs.map(|run| Run { log: self.0, number: file * LIMITS.runs + run }))
    }
}

/// A run, counted from 0 over all files.
struct Run<'a> {
    log: &'a Log<'a>,
    number: usize,
}

impl Serialize for Run<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Audited { assessment, cost, .. } = self.log.audited;
        let mut run = serializer.serialize_struct("run", 6)?;
        run.serialize_field("tool", &tool(assessment))?;
        run.serialize_field("invocations", &[invocation(assessment)])?;
        run.serialize_field("automationDetails", &AutomationDetails { id: self.id() })?;
        run.serialize_field("columnKind", "utf16CodeUnits")?;
        run.serialize_field("results", &RunResults(self))?;
        run.serialize_field("properties", &properties(assessment, cost))?;
        run.end()
    }
}

impl Run<'_> {
    /// The category, which must be the same from audit to audit and another one for every other audit of the repository,
    /// and behind the last slash the run.
    ///
    /// Source: SARIF 2.1.0, section 3.17.3 "id property".
    fn id(&self) -> String {
        let assessment = &self.log.audited.assessment;
        let run = &assessment.run;
        // Accounts come and go in an organization, so all of them together would be another category each time.
        let accounts = match run.accounts.as_slice() {
            [] => "no-account".to_owned(),
            [one] => one.account.to_string(),
            [first, ..] => format!("{}-and-others", first.account),
        };
        let mut parts = vec!["secrets-auditor".to_owned(), accounts];
        parts.extend(assessment.options.owner.iter().map(|owner| format!("owner={}", plain(owner))));
        parts.extend(
            (!run.selection.is_empty()).then(|| format!("select={}", plain(&run.selection.join(",")))),
        );
        parts.extend((self.number > 0).then(|| format!("part-{}", self.number + 1)));
        parts.push(run.as_of.to_string());
        parts.join("/")
    }
}

/// A text without slashes, which would end a part of the id.
fn plain(text: &str) -> String {
    printable(text).replace('/', "|")
}

/// The results of a run, each made when it is written.
struct RunResults<'a>(&'a Run<'a>);

impl Serialize for RunResults<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Run { log, number } = self.0;
        let items = items(&log.audited.assessment).skip(number * LIMITS.results).take(LIMITS.results);
        serializer.collect_seq(items.map(|item| log.results.result(item)))
    }
}

fn tool(assessment: &Assessment) -> Tool<'_> {
    let what = "a call to AWS brought no answer, so that verdicts are missing";
    Tool {
        driver: Driver {
            name: "secrets-auditor",
            semantic_version: &assessment.run.tool_version,
            rules: assessment.rules.iter().map(rule).collect(),
            notifications: vec![NotificationKind { id: GAP, short_description: Text::plain(what) }],
        },
    }
}

/// How the audit went: not well where a call failed, since what it would have shown is in no result.
fn invocation(assessment: &Assessment) -> Invocation {
    let notifications = assessment.gaps.iter().map(|seen| {
        let text = format!("{} ({})", seen.gap, seen.gap.scope());
        // What nobody asked for is no error of this audit.
        let level = match (was_asked(seen), &seen.accepted) {
            (true, None) => "error",
            (true, Some(_)) => "warning",
            (false, _) => "note",
        };
        Notification { descriptor: Reference { id: GAP }, level, message: results::message(&text) }
    });
    Invocation {
        execution_successful: !assessment.gaps.iter().any(was_asked),
        end_time_utc: assessment.run.collected_at.to_string(),
        tool_execution_notifications: notifications.collect(),
    }
}

fn properties(assessment: &Assessment, cost: &CostReport) -> RunProperties {
    let of = |verdict| assessment.summary.verdicts.get(&verdict).copied().unwrap_or_default();
    RunProperties {
        secrets: assessment.secrets(),
        passed: of(Verdict::Pass),
        not_applicable: of(Verdict::NotApplicable),
        gate: gate(assessment),
        monthly_cost: format!("{} {}", cost.prices.currency, money(cost.monthly_total)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_cut_into_runs_and_files() {
        let limits = Limits { results: 10, runs: 3 };
        let cases: [(usize, &[usize]); 8] = [
            (0, &[1]),
            (1, &[1]),
            (10, &[1]),
            (11, &[2]),
            (30, &[3]),
            (31, &[3, 1]),
            (60, &[3, 3]),
            (75, &[3, 3, 2]),
        ];
        for (results, runs) in cases {
            let files = 0..limits.files(results);
            assert_eq!(files.map(|file| limits.runs(results, file)).collect::<Vec<_>>(), runs, "{results}");
        }
    }
}
