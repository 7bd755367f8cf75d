//! One line for each finding, then what could not be seen, then the sums and the gate.

use std::fmt::Write;

use super::escape::log_line;
use super::page::{BOLD, DIM, OPEN, count};
use super::story::{gate, label, not_seen, place, summary, until};
use super::terminal::colour;
use crate::model::{Assessment, BaselineState, CostReport, Finding, Verdict};

/// Renders the report, with styles.
pub fn render(assessment: &Assessment, cost: &CostReport) -> String {
    let mut text = String::new();
    for finding in &assessment.findings {
        line(finding, &mut text);
    }
    for entry in assessment.baseline.iter().flat_map(|baseline| &baseline.fixed) {
        let place = format!("{}/{}", entry.account, entry.region);
        let words = log_line(&format!("[{}] {place} {}", entry.rule, entry.name));
        let _ = writeln!(text, "{DIM}fixed{words}{DIM:#}");
    }
    for (missing, gaps) in not_seen(assessment) {
        let mend = missing.permission.map(|action| format!("; allow {action}")).unwrap_or_default();
        let places = count(gaps.len() as u64, "place", "places");
        let words = log_line(&format!("{}: {}{mend} ({places})", missing.call, missing.error));
        let _ = writeln!(text, "{OPEN}not seen{OPEN:#}: {words}");
    }
    let _ = writeln!(text, "{BOLD}{}{BOLD:#}", log_line(&summary(assessment, cost)));
    let _ = writeln!(text, "{}", log_line(&gate(assessment)));
    text
}

fn line(finding: &Finding, text: &mut String) {
    let style = match finding.verdict {
        Verdict::Fail => colour(finding.severity),
        Verdict::Unknown => OPEN.bold(),
        Verdict::Pass | Verdict::NotApplicable => DIM,
    };
    let label = label(finding);
    let resource = &finding.resource;
    let head = log_line(&format!("{} {}", place(resource), resource.name));
    let words = log_line(&finding.message);
    let _ = writeln!(text, "{style}{label}{style:#} {head}: {words}{}", marks(finding));
}

/// Why it does not decide the exit code, and how it compares.
fn marks(finding: &Finding) -> String {
    let accepted =
        finding.exception.as_ref().map(|term| format!("accepted {}: {}", until(term), term.reason));
    let state = finding.baseline.map(|state| match state {
        BaselineState::Unchanged => "as in the baseline".to_owned(),
        BaselineState::New | BaselineState::Worsened => state.as_str().to_owned(),
    });
    let marks: Vec<String> = [state, accepted].into_iter().flatten().collect();
    if marks.is_empty() {
        return String::new();
    }
    format!(" {DIM}({}){DIM:#}", log_line(&marks.join("; ")))
}
