//! What `trend` prints: for a terminal, and as JSON.

use std::fmt::Write;

use super::escape::printable_json;
use super::page::{BOLD, DIM, OPEN, PLAIN, Page, count};
use crate::model::{Severity, Trend, TrendPoint, date};

/// Bars are drawn in eighths of a column.
const EIGHTHS: [&str; 9] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];
/// Heights of a sparkline.
const HEIGHTS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// The narrowest bar, and the widest.
const BAR: (usize, usize) = (5, 30);
/// The width of the words beside a sparkline.
const BESIDE: usize = 34;

/// The document as JSON.
pub fn json(trend: &Trend) -> String {
    let text = serde_json::to_string_pretty(trend).unwrap_or_default();
    format!("{}\n", printable_json(&text))
}

/// The schema of the document.
///
/// # Errors
/// If it cannot be written as JSON, which is a defect.
pub fn schema() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&schemars::schema_for!(Trend)).map(|text| format!("{text}\n"))
}

/// The page for a terminal of this width.
pub fn trend(trend: &Trend, width: usize) -> String {
    let mut page = Page::new(width);
    let (Some(first), Some(last)) = (trend.audits.first(), trend.audits.last()) else {
        page.paragraph(0, "no audit to draw", PLAIN);
        return page.text;
    };
    let of = trend.account.as_ref().map(|account| format!(" of {account}")).unwrap_or_default();
    let audits = count(trend.audits.len() as u64, "audit", "audits");
    let span = format!("{audits}{of}, {} to {}", date(first.as_of), date(last.as_of));
    page.paragraph(0, &span, BOLD);
    page.blank();
    for severity in Severity::WORST_FIRST {
        page.spark(severity.as_str(), trend, |point| of_severity(point, severity));
    }
    page.spark("unknown", trend, |point| point.unknown);
    page.spark("secrets", trend, |point| point.secrets);
    page.blank();
    page.table(trend);
    page.text
}

fn of_severity(point: &TrendPoint, severity: Severity) -> u64 {
    point.failures.get(&severity).copied().unwrap_or_default()
}

impl Page {
    /// One count over time: its name, how it began and ended, and its course, the newest audits where not all fit.
    fn spark(&mut self, name: &str, trend: &Trend, of: impl Fn(&TrendPoint) -> u64) {
        let all: Vec<u64> = trend.audits.iter().map(of).collect();
        let room = self.width.saturating_sub(BESIDE).max(1);
        let shown = all.get(all.len().saturating_sub(room)..).unwrap_or(&all);
        let (first, last) = (shown.first().copied().unwrap_or(0), shown.last().copied().unwrap_or(0));
        let (least, most) =
            (shown.iter().min().copied().unwrap_or(0), shown.iter().max().copied().unwrap_or(0));
        let line: String = shown.iter().map(|value| height(*value, least, most)).collect();
        let became = format!("{first} to {last}");
        let _ = writeln!(self.text, "{name:<9} {became:>15}  {line}");
    }

    /// One line for each audit.
    fn table(&mut self, trend: &Trend) {
        let currency = &trend.currency;
        let costs: Vec<String> = trend.audits.iter().map(|point| point.monthly_cost.clone()).collect();
        let cost = costs.iter().map(|text| text.chars().count()).max().unwrap_or(0).max(currency.len() + 6);
        let head = format!(
            "{:<11} {:>7} {:>4} {:>5} {:>6} {:>5} {:>5} {:>7} {:>cost$} ",
            "",
            "secrets",
            "crit",
            "high",
            "medium",
            "low",
            "info",
            "unknown",
            format!("{currency}/month"),
        );
        let room = self.width.saturating_sub(head.chars().count()).min(BAR.1);
        let most = trend.audits.iter().map(TrendPoint::failed).max().unwrap_or(0);
        let bars = if room >= BAR.0 { "failures" } else { "" };
        let title = format!("{head}{}", if bars.len() <= room { bars } else { "" });
        let _ = writeln!(self.text, "{BOLD}{}{BOLD:#}", title.trim_end());
        for (point, cost_of) in trend.audits.iter().zip(&costs) {
            let day = format!("{}{}", date(point.as_of), if point.other_scope { "*" } else { "" });
            let [critical, high, medium, low, info] =
                Severity::WORST_FIRST.map(|severity| of_severity(point, severity));
            let bar = if room >= BAR.0 { bar(point.failed(), most, room) } else { String::new() };
            let line = format!(
                "{day:<11} {:>7} {critical:>4} {high:>5} {medium:>6} {low:>5} {info:>5} {:>7} {cost_of:>cost$} {bar}",
                point.secrets, point.unknown,
            );
            let _ = writeln!(self.text, "{}", line.trim_end());
        }
        if trend.audits.iter().any(|point| point.other_scope) {
            self.blank();
            let note = "* other accounts, Regions, rules or secrets than in the line above, so the two do not compare";
            self.paragraph(0, note, OPEN);
        }
        if trend.account.is_some() {
            self.paragraph(0, "costs are those of the secrets and replicas, without keys", DIM);
        }
        if trend.audits.iter().any(|point| point.excepted > 0) {
            let accepted = trend.audits.last().map_or(0, |point| point.excepted);
            let note = format!("without what exceptions cover: {accepted} in the last audit");
            self.paragraph(0, &note, DIM);
        }
    }
}

fn height(value: u64, least: u64, most: u64) -> &'static str {
    let steps = HEIGHTS.len() as u64 - 1;
    let place = (value - least).saturating_mul(steps).checked_div(most - least).unwrap_or(0);
    usize::try_from(place).ok().and_then(|place| HEIGHTS.get(place)).unwrap_or(&"█")
}

fn bar(value: u64, most: u64, room: usize) -> String {
    let eighths = value.saturating_mul(room as u64 * 8).checked_div(most).unwrap_or(0);
    // A little is not nothing.
    let eighths = usize::try_from(eighths).unwrap_or(0).max(usize::from(value > 0));
    let rest = EIGHTHS.get(eighths % 8).copied().unwrap_or_default();
    format!("{}{rest}", "█".repeat(eighths / 8))
}
