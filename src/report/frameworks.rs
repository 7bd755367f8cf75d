//! Frameworks: the list, and how far one is covered and met.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use schemars::schema_for;

use super::escape::{printable, printable_json};
use crate::model::{
    ControlCoverage, ControlVerdict, CoveringRule, FrameworkCoverage, FrameworkList, FrameworksAnswer,
    MappingSource, VerdictCounts,
};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Narrower pages are not laid out.
const NARROWEST: usize = 40;

/// The list of frameworks, one line each.
pub fn list(list: &FrameworkList) -> String {
    let widest = list.frameworks.iter().map(|framework| framework.id.len()).max().unwrap_or_default();
    let mut text = format!("{BOLD}{:<widest$}  controls  name{BOLD:#}\n", "id");
    for framework in &list.frameworks {
        let controls = format!("{} of {}", framework.covered, framework.known);
        let _ = writeln!(text, "{:<widest$}  {controls:>8}  {}", framework.id, framework.name);
    }
    text
}

/// An answer as JSON.
pub fn json(answer: &FrameworksAnswer) -> String {
    let text = serde_json::to_string_pretty(answer).unwrap_or_default();
    format!("{}\n", printable_json(&text))
}

/// The schema of what both verbs print.
///
/// # Errors
/// If it cannot be written as JSON, which is a defect.
pub fn schema() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&schema_for!(FrameworksAnswer)).map(|text| format!("{text}\n"))
}

/// One framework, control by control, for a terminal of this width.
pub fn coverage(framework: &FrameworkCoverage, width: usize) -> String {
    let mut page = Page { text: String::new(), width: width.max(NARROWEST) };
    page.head(framework);
    let rules = || framework.controls.iter().flat_map(|control| &control.rules);
    let widest = rules().map(|rule| rule.rule.len()).max().unwrap_or_default().max(TOGETHER.len());
    let (covered, open): (Vec<_>, Vec<_>) =
        framework.controls.iter().partition(|control| control.verdict != ControlVerdict::NotCovered);
    let (fail, unknown, pass) = ("fail", "unknown", "pass");
    let _ = writeln!(page.text, "\n{DIM}  {:<widest$}  {fail:>6}  {unknown:>7}  {pass:>7}  by{DIM:#}", "");
    for control in covered {
        page.control(control, widest);
    }
    page.not_covered(&open);
    page.sources(&framework.sources);
    page.end(framework);
    page.text
}

/// The label of the sum below the rules of a control.
const TOGETHER: &str = "together";

struct Page {
    text: String,
    width: usize,
}

impl Page {
    /// Wraps a text; lines that follow stand deeper.
    fn paragraph(&mut self, indent: usize, text: &str, style: Style) {
        let (first, next) = (" ".repeat(indent), " ".repeat(indent + 2));
        let options = textwrap::Options::new(self.width)
            .initial_indent(&first)
            .subsequent_indent(&next)
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&printable(text), options) {
            let _ = writeln!(self.text, "{style}{line}{style:#}");
        }
    }

    fn head(&mut self, framework: &FrameworkCoverage) {
        let FrameworkCoverage { id, name, version, publisher, .. } = framework;
        self.paragraph(0, &format!("{name}, {version} ({id}), by {publisher}"), BOLD);
        let day = framework.as_of.split('T').next().unwrap_or_default();
        let secrets = framework.secrets;
        let unit = if secrets == 1 { "secret" } else { "secrets" };
        self.paragraph(0, &format!("{secrets} {unit}; as of {day}"), Style::new());
    }

    fn control(&mut self, control: &ControlCoverage, widest: usize) {
        let colour = colour(control.verdict);
        let label = format!("{}[{}]", control.verdict.as_str(), control.id);
        let title = control.title.as_deref().map(|title| format!(": {title}")).unwrap_or_default();
        let _ = writeln!(self.text, "{colour}{label}{colour:#}{BOLD}{title}{BOLD:#}");
        for rule in &control.rules {
            self.rule(rule, widest);
        }
        if control.rules.len() > 1 {
            let sums = counted(control.counts);
            let _ = writeln!(self.text, "  {DIM}{TOGETHER:<widest$}  {sums}{DIM:#}");
        }
    }

    fn rule(&mut self, rule: &CoveringRule, widest: usize) {
        let (name, source) = (printable(&rule.rule), printable(&rule.source));
        let counts = if rule.ran { counted(rule.counts) } else { format!("{:>24}", "did not run") };
        let _ = writeln!(self.text, "  {name:<widest$}  {counts}  {source}");
    }

    fn not_covered(&mut self, controls: &[&ControlCoverage]) {
        if controls.is_empty() {
            return;
        }
        self.text.push('\n');
        self.paragraph(0, &format!("{}:", ControlVerdict::NotCovered.as_str()), BOLD);
        for control in controls {
            let title = control.title.as_deref().unwrap_or_default();
            self.paragraph(2, format!("{}  {title}", control.id).trim_end(), Style::new());
        }
    }

    fn sources(&mut self, sources: &[MappingSource]) {
        if sources.is_empty() {
            return;
        }
        self.text.push('\n');
        self.paragraph(0, "who says that a rule stands behind a control:", BOLD);
        for source in sources {
            let commit = source.commit.as_deref().map(|commit| format!(" at {commit}")).unwrap_or_default();
            let MappingSource { id, name, read, .. } = source;
            self.paragraph(2, &format!("{id}: {name}{commit}; read: {read}"), Style::new());
        }
    }

    fn end(&mut self, framework: &FrameworkCoverage) {
        self.text.push('\n');
        let end = format!(
            "Every control of {} that is not listed is not covered by this tool either.",
            framework.id
        );
        self.paragraph(0, &end, Style::new());
    }
}

fn counted(counts: VerdictCounts) -> String {
    format!("{:>6}  {:>7}  {:>7}", counts.fail, counts.unknown, counts.pass)
}

fn colour(verdict: ControlVerdict) -> Style {
    match verdict {
        ControlVerdict::Fail => AnsiColor::Red.on_default().bold(),
        ControlVerdict::Unknown => AnsiColor::Magenta.on_default().bold(),
        ControlVerdict::Pass => AnsiColor::Green.on_default().bold(),
        ControlVerdict::NothingToJudge | ControlVerdict::NotCovered => DIM,
    }
}
