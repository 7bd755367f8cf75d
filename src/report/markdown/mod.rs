//! Markdown, for wikis, tickets and weekly meetings, and for the summary of a step in GitHub Actions.
//!
//! First what decides: the gate, the sums, the cost, and what could not be seen. Then the failures, worst first, verdicts
//! that are missing by their cause, what is accepted and for how long, and how all of it compares with the baseline.

mod paper;
mod text;

use std::collections::BTreeMap;
use std::io::{self, Write};

pub use paper::Form;

use super::cost::cents;
use super::page::count;
use super::story::{gate, is_problem, label, not_seen, place, seen_scope, summary};
use crate::model::{
    Assessment, BaselineCounts, BaselineEntry, BaselineState, CostReport, Excepted, Finding, Severity,
    Verdict, date,
};
use paper::Paper;
use text::{code, prose};

/// How many places of a call without an answer are named.
const NAMED_PLACES: usize = 5;

/// Writes the report as a page of its own.
///
/// # Errors
/// Where `out` fails.
pub fn write(assessment: &Assessment, cost: &CostReport, out: &mut dyn Write) -> io::Result<()> {
    write_form(assessment, cost, Form { heading: 1, folded: false, limit: None }, out)
}

/// Writes the report in another form.
///
/// # Errors
/// Where `out` fails.
pub fn write_form(
    assessment: &Assessment,
    cost: &CostReport,
    form: Form,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut paper = Paper::new(out, form);
    paper.head(assessment, cost)?;
    paper.gaps(assessment)?;
    for severity in Severity::WORST_FIRST {
        paper.failures(assessment, severity)?;
    }
    paper.unknowns(assessment)?;
    paper.accepted(assessment)?;
    paper.baseline(assessment)?;
    paper.end()
}

/// A row of a table.
fn row<const N: usize>(cells: [String; N]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// The head of a table.
fn table<const N: usize>(titles: [&str; N]) -> String {
    format!("| {} |\n|{}\n", titles.join(" | "), "---|".repeat(N))
}

/// The head of a table whose columns are numbers but for the first.
fn numbers<const N: usize>(titles: [&str; N]) -> String {
    format!("| {} |\n|---|{}\n", titles.join(" | "), "--:|".repeat(N - 1))
}

impl Paper<'_> {
    fn head(&mut self, assessment: &Assessment, cost: &CostReport) -> io::Result<()> {
        let run = &assessment.run;
        let title = format!("Secrets audit, {}", date(run.as_of));
        self.block(&self.heading(0, &title))?;
        self.block(&format!("**{}**\n\n", capital(&gate(assessment))))?;
        self.block(&format!("{}.\n\n", prose(&summary(assessment, cost))))?;
        self.block(&format!("{}\n\n", accounts(assessment)))?;
        if !run.selection.is_empty() {
            let selection: Vec<String> = run.selection.iter().map(|text| code(text)).collect();
            self.block(&format!("Narrowed to {}.\n\n", selection.join(", ")))?;
        }
        if let Some(owner) = &assessment.options.owner {
            self.block(&format!("Only what {} owns, and what could not be listed.\n\n", code(owner)))?;
        }
        if let Some(baseline) = &assessment.baseline {
            self.block(&format!("{}.\n\n", since(&baseline.counts)))?;
        }
        self.block(&sums(assessment))?;
        self.block(&costs(cost))
    }

    /// Calls without an answer stand before everything that was found, since they say how far it can be trusted.
    fn gaps(&mut self, assessment: &Assessment) -> io::Result<()> {
        let rows = not_seen(assessment).into_iter().map(|(missing, gaps)| {
            let mut places: Vec<String> = gaps.into_iter().map(seen_scope).collect();
            places.dedup();
            let more = places.len().saturating_sub(NAMED_PLACES);
            let named: Vec<String> = places.iter().take(NAMED_PLACES).map(|place| prose(place)).collect();
            let more = if more == 0 { String::new() } else { format!(", and {more} more") };
            let mend = missing.permission.map(code).unwrap_or_default();
            row([code(missing.call), prose(missing.error), format!("{}{more}", named.join(", ")), mend])
        });
        let frame = self.frame(1, "Not seen", &table(["call", "error", "where", "allow"]));
        self.rows(&frame, rows)
    }

    fn failures(&mut self, assessment: &Assessment, severity: Severity) -> io::Result<()> {
        let is_shown = |finding: &&Finding| {
            finding.verdict == Verdict::Fail && finding.severity == severity && finding.exception.is_none()
        };
        let failures = || assessment.findings.iter().filter(is_shown);
        let title = format!("{} ({})", capital(severity.as_str()), failures().count());
        let frame = self.frame(1, &title, &table(["rule", "resource", "where", "owner", "what"]));
        let rows = failures().map(|finding| {
            let owner = if finding.owner.is_empty() { String::new() } else { prose(&finding.owner) };
            row([
                code(&finding.rule),
                code(&finding.resource.name),
                place(&finding.resource),
                owner,
                format!("{}{}{}", prose(&finding.message), cause(finding), state(finding)),
            ])
        });
        self.rows(&frame, rows)
    }

    /// Verdicts that are missing, the cause once and then what lacks it.
    fn unknowns(&mut self, assessment: &Assessment) -> io::Result<()> {
        let is_shown =
            |finding: &&Finding| finding.verdict == Verdict::Unknown && finding.exception.is_none();
        let mut by_cause: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        let mut total = 0;
        for finding in assessment.findings.iter().filter(is_shown) {
            let cause = finding.message.strip_prefix("cannot be judged: ").unwrap_or(&finding.message);
            by_cause.entry(cause).or_default().push(finding);
            total += 1;
        }
        let frame = self.frame(
            1,
            &format!("Unknown ({total})"),
            &table(["cannot be judged, because", "rule", "resource", "where", "severity"]),
        );
        let rows = by_cause.into_iter().flat_map(|(cause, findings)| {
            findings.into_iter().enumerate().map(move |(place_in_group, finding)| {
                let cause = if place_in_group == 0 { prose(cause) } else { "″".to_owned() };
                row([
                    cause,
                    format!("{}{}", code(&finding.rule), state(finding)),
                    code(&finding.resource.name),
                    place(&finding.resource),
                    finding.severity.to_string(),
                ])
            })
        });
        self.rows(&frame, rows)
    }

    fn accepted(&mut self, assessment: &Assessment) -> io::Result<()> {
        let mut terms: BTreeMap<&Excepted, Vec<&Finding>> = BTreeMap::new();
        for finding in &assessment.findings {
            if let Some(term) = &finding.exception {
                terms.entry(term).or_default().push(finding);
            }
        }
        let total = terms.values().map(Vec::len).sum::<usize>();
        let titles = ["until", "days left", "by", "finding", "resource", "where", "why", "ticket"];
        let frame = self.frame(1, &format!("Accepted for a time ({total})"), &table(titles));
        let rows = terms.into_iter().flat_map(|(term, findings)| {
            findings.into_iter().map(move |finding| {
                row([
                    term.expires.to_string(),
                    term.days_left.to_string(),
                    prose(&term.owner),
                    code(&label(finding)),
                    code(&finding.resource.name),
                    place(&finding.resource),
                    prose(&term.reason),
                    term.ticket.as_deref().map(code).unwrap_or_default(),
                ])
            })
        });
        self.rows(&frame, rows)
    }

    /// What the baseline knows and the audit does not.
    fn baseline(&mut self, assessment: &Assessment) -> io::Result<()> {
        let Some(baseline) = &assessment.baseline else { return Ok(()) };
        let lists = [("Fixed", &baseline.fixed), ("Not audited", &baseline.not_audited)];
        for (title, entries) in lists {
            let title = format!("{title} since the baseline ({})", entries.len());
            let frame = self.frame(1, &title, &table(["rule", "resource", "where", "was"]));
            self.rows(&frame, entries.iter().map(gone))?;
        }
        Ok(())
    }
}

fn gone(entry: &BaselineEntry) -> String {
    let was = if entry.verdict == Verdict::Unknown { "unknown" } else { entry.severity.as_str() };
    row([code(&entry.rule), code(&entry.name), format!("{}/{}", entry.account, entry.region), was.to_owned()])
}

/// The rule whose failure explains this one, behind its words.
fn cause(finding: &Finding) -> String {
    finding.implied_by.as_ref().map(|rule| format!(", explained by {}", code(rule))).unwrap_or_default()
}

/// How a finding compares with the baseline, behind its words.
fn state(finding: &Finding) -> &'static str {
    match finding.baseline {
        Some(BaselineState::New) => " **(new)**",
        Some(BaselineState::Worsened) => " **(worsened)**",
        Some(BaselineState::Unchanged) => " (as in the baseline)",
        None => "",
    }
}

fn since(counts: &BaselineCounts) -> String {
    let BaselineCounts { as_of, new, worsened, unchanged, fixed, not_audited, excepted, .. } = counts;
    format!(
        "Since the baseline of {}: {new} new, {worsened} worsened, {unchanged} unchanged, {fixed} fixed, \
         {not_audited} not audited, {excepted} accepted",
        date(*as_of)
    )
}

/// Which accounts were audited, with their names.
fn accounts(assessment: &Assessment) -> String {
    let run = &assessment.run;
    let named = run.accounts.iter().map(|account| match &account.name {
        Some(name) => format!("{} ({})", account.account, prose(name)),
        None => account.account.to_string(),
    });
    let named: Vec<String> = named.collect();
    format!("{}: {}.", capital(&count(named.len() as u64, "account", "accounts")), named.join(", "))
}

/// How many failures, unknowns and accepted findings there are of each severity.
fn sums(assessment: &Assessment) -> String {
    let mut text = numbers(["severity", "fail", "unknown", "accepted of these", "decide"]);
    for severity in Severity::WORST_FIRST {
        let of = |is: &dyn Fn(&Finding) -> bool| {
            let found = assessment.findings.iter().filter(|f| is_problem(f));
            found.filter(|finding| finding.severity == severity && is(finding)).count()
        };
        let counts = [
            of(&|finding| finding.verdict == Verdict::Fail),
            of(&|finding| finding.verdict == Verdict::Unknown),
            of(&|finding| finding.exception.is_some()),
            of(&|finding| assessment.gates(finding)),
        ];
        let shown = counts.map(|count| if count == 0 { "–".to_owned() } else { count.to_string() });
        let [fail, unknown, accepted, gating] = shown;
        text.push_str(&row([severity.to_string(), fail, unknown, accepted, gating]));
    }
    text.push('\n');
    text
}

fn costs(cost: &CostReport) -> String {
    let currency = &cost.prices.currency;
    let total = cents(cost.monthly_total);
    let mut text = format!("Cost: {currency} {total} a month, list prices of {}", cost.prices.as_of);
    if !cost.not_included.is_empty() {
        let left_out: Vec<String> = cost.not_included.iter().map(|what| prose(what)).collect();
        text.push_str(&format!("; not included: {}", left_out.join("; ")));
    }
    format!("{text}.\n\n")
}

/// A sentence with a capital letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
