//! The report for people at a terminal: failures by severity and rule, unknowns by cause, then the sums.
//!
//! The text holds ANSI styles; whoever prints it takes them out where colour is not wanted. Colour is never the only
//! carrier of a meaning.

mod accepted;
mod grouped;
mod since;
mod unknown;

use std::collections::BTreeMap;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, Table, presets};
use rust_decimal::Decimal;

use super::cost::{cents, savings_line};
use super::escape::printable;
use super::names::{Named, told_apart};
use super::page::count;
use super::story::{NotSeen, gate, not_seen, seen_scope, summary};
use crate::model::{
    Assessment, CostReport, Finding, PathTree, RegionState, ResourceType, Severity, Summary, Verdict, date,
};
use since::{is_listed, news};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const UNKNOWN: Style = AnsiColor::Magenta.on_default().bold();

/// The width that the sums need to name their columns in full.
const WIDE_SUMS: usize = 60;

/// Renders the report for a terminal of this width.
pub fn render(assessment: &Assessment, cost: &CostReport, width: usize) -> String {
    let mut page = Page { text: String::new(), width: width.max(40) };
    page.head(assessment);
    match assessment.options.group_by {
        Some(by) => page.groups(assessment, by),
        None => {
            Severity::WORST_FIRST.into_iter().for_each(|severity| page.failures(assessment, severity));
            let is_shown =
                |finding: &&Finding| finding.verdict == Verdict::Unknown && is_listed(assessment, finding);
            if page.unknowns(assessment.findings.iter().filter(is_shown)) {
                page.line("");
            }
        }
    }
    page.accepted(assessment);
    page.gaps(assessment);
    page.all_verdicts(assessment);
    page.since(assessment);
    page.sums(assessment);
    page.cost(cost);
    page.verdict(assessment, cost);
    page.text
}

struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn styled(&mut self, style: Style, text: &str) {
        let _ = writeln!(self.text, "{style}{text}{style:#}");
    }

    /// Wraps strangers' text under an indent; words longer than a line stay whole, so that they can be copied.
    fn wrapped(&mut self, indent: usize, text: &str, style: Style) {
        self.laid_out([indent, indent], text, style);
    }

    /// The same for an entry of a list: its further lines stand deeper, so that one sees where the next one begins.
    fn entry(&mut self, indent: usize, text: &str, style: Style) {
        self.laid_out([indent, indent + 2], text, style);
    }

    fn laid_out(&mut self, indents: [usize; 2], text: &str, style: Style) {
        let [first, next] = indents.map(|indent| " ".repeat(indent));
        let options = textwrap::Options::new(self.width)
            .initial_indent(&first)
            .subsequent_indent(&next)
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&printable(text), options) {
            self.styled(style, &line);
        }
    }

    /// A label in its colour with bold words behind it, wrapped as one text.
    fn headline(&mut self, colour: Style, label: &str, words: &str) {
        let options = textwrap::Options::new(self.width)
            .subsequent_indent("  ")
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        let text = format!("{label}: {words}");
        for (index, line) in textwrap::wrap(&printable(&text), options).iter().enumerate() {
            match line.strip_prefix(label).filter(|_| index == 0) {
                Some(rest) => {
                    let _ = writeln!(self.text, "{colour}{label}{colour:#}{BOLD}{rest}{BOLD:#}");
                }
                None => self.styled(BOLD, line),
            }
        }
    }

    fn head(&mut self, assessment: &Assessment) {
        let run = &assessment.run;
        let audited = run.accounts.iter().flat_map(|account| &account.regions);
        let audited = audited.filter(|region| region.state == RegionState::Audited).count();
        let what = format!(
            "{}, {}, {}; as of {}",
            count(assessment.secrets(), "secret", "secrets"),
            count(run.accounts.len() as u64, "account", "accounts"),
            count(audited as u64, "Region", "Regions"),
            date(run.as_of),
        );
        self.wrapped(0, &format!("secrets-auditor: {what}"), BOLD);
        if !run.selection.is_empty() {
            self.wrapped(0, &format!("narrowed to {}", run.selection.join(", ")), Style::new());
        }
        if let Some(owner) = &assessment.options.owner {
            self.wrapped(0, &format!("only what {owner} owns, and what could not be listed"), Style::new());
        }
        self.line("");
    }

    fn failures(&mut self, assessment: &Assessment, severity: Severity) {
        let failures = assessment
            .findings
            .iter()
            .filter(|f| f.verdict == Verdict::Fail && f.severity == severity && is_listed(assessment, f));
        let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in failures {
            by_rule.entry(&finding.rule).or_default().push(finding);
        }
        for (rule, findings) in by_rule {
            let title =
                assessment.rules.iter().find(|info| info.id == rule).map_or("", |info| info.title.as_str());
            self.headline(colour(severity), &format!("{severity}[{rule}]"), title);
            for finding in findings {
                self.failure(finding, assessment);
            }
            self.line("");
        }
    }

    fn failure(&mut self, finding: &Finding, assessment: &Assessment) {
        let resource = &finding.resource;
        self.wrapped(2, &resource.name, BOLD);
        // An exception has no ARN: what identifies it is its name.
        if resource.kind != ResourceType::Exception {
            self.wrapped(4, &resource.arn, DIM);
        }
        self.wrapped(4, &finding.message, Style::new());
        for note in notes(finding) {
            self.wrapped(4, &note, DIM);
        }
        if let Some(news) = news(assessment, finding) {
            self.wrapped(4, &news, BOLD);
        }
        for tree in &finding.paths {
            self.wrapped(4, &tree.label, DIM);
            self.branches("    ", &tree.children);
        }
    }

    /// The children of a tree, each on a line of its own below the stem.
    fn branches(&mut self, stem: &str, trees: &[PathTree]) {
        for (index, tree) in trees.iter().enumerate() {
            let is_last = index + 1 == trees.len();
            let (first, next) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let rest = if tree.children.is_empty() { "  " } else { "│ " };
            let width = self.width.saturating_sub(stem.chars().count() + 6).max(20);
            let options = textwrap::Options::new(width)
                .break_words(true)
                .word_separator(textwrap::WordSeparator::AsciiSpace)
                .word_splitter(textwrap::WordSplitter::NoHyphenation);
            for (index, line) in textwrap::wrap(&printable(&tree.label), options).iter().enumerate() {
                let lead = if index == 0 { first.to_owned() } else { format!("{next}{rest}") };
                self.styled(DIM, &format!("{stem}{lead}{line}"));
            }
            self.branches(&format!("{stem}{next}"), &tree.children);
        }
    }

    /// What could not be seen, whether a rule of today asks for it or not.
    fn gaps(&mut self, assessment: &Assessment) {
        let by_call = not_seen(assessment);
        if by_call.is_empty() {
            return;
        }
        self.styled(BOLD, "not seen:");
        for (NotSeen { call, error, permission }, gaps) in by_call {
            let permission = permission.map(|action| format!("; allow {action}")).unwrap_or_default();
            self.wrapped(2, &format!("{call}: {error}{permission}"), Style::new());
            let mut scopes: Vec<String> = gaps.into_iter().map(seen_scope).collect();
            scopes.dedup();
            for scope in scopes {
                self.wrapped(4, &scope, DIM);
            }
        }
        self.line("");
    }

    /// Passes and rows that fall under no rule, where they were asked for.
    fn all_verdicts(&mut self, assessment: &Assessment) {
        for verdict in [Verdict::Pass, Verdict::NotApplicable] {
            let mut by_rule: BTreeMap<&str, Vec<Named<'_>>> = BTreeMap::new();
            for finding in assessment.findings.iter().filter(|finding| finding.verdict == verdict) {
                by_rule.entry(&finding.rule).or_default().push(Named::from(finding));
            }
            for (rule, named) in by_rule {
                let _ = writeln!(self.text, "{DIM}{verdict}[{rule}]{DIM:#}");
                self.wrapped(2, &told_apart(named).join(", "), DIM);
            }
        }
    }

    fn sums(&mut self, assessment: &Assessment) {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        let not_applicable = if self.width < WIDE_SUMS { "n/a" } else { "not applicable" };
        table.set_header(["", "fail", "unknown", "pass", not_applicable]);
        for severity in Severity::WORST_FIRST {
            let counts = by_severity(&assessment.summary, assessment, severity);
            if counts.iter().sum::<u64>() > 0 {
                let mut row = vec![severity.as_str().to_owned()];
                row.extend(counts.map(|count| if count == 0 { "-".to_owned() } else { count.to_string() }));
                table.add_row(row);
            }
        }
        if table.row_count() == 0 {
            return;
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        for line in table.to_string().lines() {
            self.line(line.trim_end());
        }
        self.line("");
    }

    fn cost(&mut self, cost: &CostReport) {
        let currency = &cost.prices.currency;
        let lines = cost.lines.iter().filter_map(|line| {
            let quantity = line.quantity.filter(|quantity| !quantity.is_zero())?;
            let monthly = line.monthly.filter(|monthly| *monthly >= Decimal::new(1, 2))?;
            Some(format!("{} {} {} {}", quantity.normalize(), line.item, line.currency, cents(monthly)))
        });
        let parts: Vec<String> = lines.collect();
        let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
        let total = cents(cost.monthly_total);
        let what = format!("cost: {currency} {total} a month{parts}, list prices of {}", cost.prices.as_of);
        self.wrapped(0, &what, Style::new());
        for missing in &cost.not_included {
            self.wrapped(2, &format!("not included: {missing}"), DIM);
        }
        if let Some(savings) = savings_line(cost) {
            self.wrapped(0, &savings, Style::new());
        }
        self.line("");
    }

    fn verdict(&mut self, assessment: &Assessment, cost: &CostReport) {
        self.wrapped(0, &summary(assessment, cost), BOLD);
        self.wrapped(0, &gate(assessment), Style::new());
    }
}

/// What sets a failure apart from others at the gate.
fn notes(finding: &Finding) -> Vec<String> {
    let mut notes = Vec::new();
    let idle = if finding.silenced { ", and not counted beside it" } else { "" };
    match (&finding.implied_by, finding.stand_ins.first()) {
        (Some(cause), _) => notes.push(format!("explained by {cause}{idle}")),
        (None, Some(implied)) if finding.silenced => notes.push(format!("explains {}{idle}", implied.rule)),
        (None, _) => {}
    }
    notes.extend((!finding.gates).then(|| "an event: counts with --gate-events only".to_owned()));
    notes
}

fn by_severity(summary: &Summary, assessment: &Assessment, severity: Severity) -> [u64; 4] {
    let mut counts = [0; 4];
    for rule in assessment.rules.iter().filter(|rule| rule.severity == severity) {
        let Some(of_rule) = summary.rules.get(&rule.id) else { continue };
        for (count, verdict) in counts.iter_mut().zip(Verdict::ALL) {
            *count += of_rule.get(&verdict).copied().unwrap_or_default();
        }
    }
    counts
}

/// The colour of a severity.
pub(super) fn colour(severity: Severity) -> Style {
    match severity {
        Severity::Critical => AnsiColor::BrightRed.on_default().bold(),
        Severity::High => AnsiColor::Red.on_default().bold(),
        Severity::Medium => AnsiColor::Yellow.on_default().bold(),
        Severity::Low => AnsiColor::Cyan.on_default().bold(),
        Severity::Info => AnsiColor::Blue.on_default().bold(),
    }
}
