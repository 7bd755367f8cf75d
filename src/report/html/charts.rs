//! Drawings as inline SVG. Only numbers, days and words of the program come in, so nothing here needs escaping.

use std::fmt::Write;

use jiff::Timestamp;

use super::text::number;
use crate::model::{SecretProfile, date, whole_days_between};

/// A part of a whole: its class and how much it is.
pub(super) type Part<'a> = (&'a str, u64);

/// Opens a drawing of this size.
fn open(width: u64, height: u64, label: &str) -> String {
    format!("<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\">")
}

/// The parts of a whole side by side; each that is anything can be seen.
pub(super) fn stack(parts: &[Part<'_>], label: &str, height: u64) -> String {
    const WIDTH: u64 = 600;
    let mut svg = format!(
        "<svg class=\"stack\" viewBox=\"0 0 {WIDTH} {height}\" height=\"{height}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\">"
    );
    let whole: u64 = parts.iter().map(|(_, amount)| amount).sum();
    if whole == 0 {
        let _ = write!(svg, "<rect class=\"fill-none\" width=\"{WIDTH}\" height=\"{height}\"/>");
    }
    let shown: Vec<&Part<'_>> = parts.iter().filter(|(_, amount)| *amount > 0).collect();
    let gaps = 2 * (shown.len() as u64).saturating_sub(1);
    let least = 4 * shown.len() as u64;
    let room = WIDTH.saturating_sub(gaps + least);
    let mut left = 0;
    for (class, amount) in shown {
        let width = 4 + amount.saturating_mul(room) / whole.max(1);
        let _ =
            write!(svg, "<rect class=\"fill-{class}\" x=\"{left}\" width=\"{width}\" height=\"{height}\"/>");
        left += width + 2;
    }
    svg.push_str("</svg>");
    svg
}

/// Columns over their labels, each with its number.
pub(super) fn columns(bars: &[(&str, &str, u64)], label: &str) -> String {
    const HEIGHT: u64 = 96;
    const STEP: u64 = 74;
    let mut svg = open(STEP * bars.len() as u64, HEIGHT + 44, label);
    let most = bars.iter().map(|(_, _, amount)| *amount).max().unwrap_or_default().max(1);
    for (place, (class, name, amount)) in bars.iter().enumerate() {
        let left = place as u64 * STEP + 8;
        let tall = if *amount == 0 { 1 } else { (amount.saturating_mul(HEIGHT) / most).max(3) };
        let (top, middle) = (HEIGHT + 18 - tall, left + 29);
        let class = if *amount == 0 { "none" } else { class };
        let _ = write!(
            svg,
            "<rect class=\"fill-{class}\" x=\"{left}\" y=\"{top}\" width=\"58\" height=\"{tall}\" rx=\"3\"/>\
             <text class=\"v\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
             <text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{name}</text>",
            top - 5,
            number(*amount),
            HEIGHT + 34,
        );
    }
    svg.push_str("</svg>");
    svg
}

/// An audit in a row of them.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) parts: Vec<(&'static str, u64)>,
    pub(super) dotted: bool,
}

/// Columns made of parts, the worst at the foot, with the first and the last day below.
pub(super) fn stacks(columns: &[Column], label: &str) -> String {
    const WIDTH: u64 = 1_000;
    const HEIGHT: u64 = 150;
    let mut svg = open(WIDTH, HEIGHT + 40, label);
    let sum = |column: &Column| column.parts.iter().map(|(_, amount)| amount).sum::<u64>();
    let most = columns.iter().map(sum).max().unwrap_or_default().max(1);
    let step = WIDTH / (columns.len() as u64).max(1);
    let wide = step.saturating_sub(6).clamp(4, 60);
    for (place, column) in columns.iter().enumerate() {
        let left = place as u64 * step + (step - wide) / 2;
        let mut foot = HEIGHT + 16;
        for (class, amount) in column.parts.iter().filter(|(_, amount)| *amount > 0) {
            let tall = (amount.saturating_mul(HEIGHT) / most).max(1);
            foot = foot.saturating_sub(tall);
            let _ = write!(
                svg,
                "<rect class=\"fill-{class}\" x=\"{left}\" y=\"{foot}\" width=\"{wide}\" height=\"{tall}\">\
                 <title>{}: {amount} {class}</title></rect>",
                column.name
            );
        }
        let middle = left + wide / 2;
        let _ = write!(
            svg,
            "<text class=\"v\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            foot.saturating_sub(4),
            number(sum(column))
        );
        if column.dotted {
            let _ =
                write!(svg, "<circle class=\"fill-accent\" cx=\"{middle}\" cy=\"{}\" r=\"3\"/>", HEIGHT + 22);
        }
    }
    if let (Some(first), Some(last)) = (columns.first(), columns.last()) {
        let _ = write!(
            svg,
            "<text x=\"0\" y=\"{0}\">{1}</text><text x=\"{WIDTH}\" y=\"{0}\" text-anchor=\"end\">{2}</text>",
            HEIGHT + 36,
            first.name,
            last.name
        );
    }
    svg.push_str("</svg>");
    svg
}

/// A share of a whole as a ring with its percentage inside; what is missing of it is drawn as unknown.
pub(super) fn ring(share: u64, label: &str) -> String {
    // The circumference of a circle with this radius is 100.
    const RADIUS: &str = "15.9155";
    let rest = 100_u64.saturating_sub(share);
    format!(
        "<svg viewBox=\"0 0 42 42\" width=\"116\" height=\"116\" role=\"img\" aria-label=\"{label}\">\
         <circle class=\"ring-unknown\" fill=\"none\" cx=\"21\" cy=\"21\" r=\"{RADIUS}\" stroke-width=\"4\"/>\
         <circle class=\"ring-pass\" cx=\"21\" cy=\"21\" r=\"{RADIUS}\" stroke-width=\"4\" fill=\"none\" \
         stroke-dasharray=\"{share} {rest}\" transform=\"rotate(-90 21 21)\"/>\
         <text class=\"v ring\" x=\"21\" y=\"24\" text-anchor=\"middle\">{share}%</text></svg>"
    )
}

/// The days that a secret's line shows before and behind now.
const BEFORE: i64 = 365;
const BEHIND: i64 = 90;

/// What a line of time tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Marks only.
    Marks,
    /// Marks, each with what it is and its day.
    Moments,
    /// The same, and the words below the line.
    All,
}

/// What happened to a secret within the last year, and what is due within three months. The marks and the line are drawn
/// once on the page, and named here by their ids.
pub(super) fn timeline(secret: &SecretProfile, as_of: Timestamp, detail: Detail) -> String {
    const WIDTH: i64 = 910;
    let at = |instant: Timestamp| {
        let days = whole_days_between(as_of, instant).clamp(-BEFORE, BEHIND);
        (days + BEFORE) * (WIDTH - 20) / (BEFORE + BEHIND) + 10
    };
    let (height, words) = if detail == Detail::All { (44, "<use href=#words />") } else { (30, "") };
    let mut svg = format!("<svg class=t viewBox=\"0 0 {WIDTH} {height}\"><use href=#axis />{words}");
    for (instant, what, mark) in moments(secret, as_of) {
        let _ = match detail {
            Detail::Marks => write!(svg, "<use href=#{mark} x={} />", at(instant)),
            _ => write!(
                svg,
                "<use href=#{mark} x={}><title>{what} {}</title></use>",
                at(instant),
                date(instant)
            ),
        };
    }
    svg.push_str("</svg>");
    svg
}

/// The most versions that are drawn.
const VERSIONS: usize = 12;

/// When, what, and the id of its mark.
fn moments(secret: &SecretProfile, as_of: Timestamp) -> Vec<(Timestamp, &'static str, &'static str)> {
    let mut moments = Vec::new();
    let mut add = |instant: Option<Timestamp>, what, mark| {
        moments.extend(instant.map(|instant| (instant, what, mark)));
    };
    add(secret.created, "created", "made");
    let versions = secret.versions.iter().flatten().rev().take(VERSIONS);
    versions.for_each(|version| add(version.created, "new value", "made"));
    add(secret.last_accessed, "last read", "read");
    add(secret.rotation.last, "rotated", "rotated");
    let is_on = secret.rotation.enabled;
    let due = secret.rotation.next.filter(|_| is_on);
    add(due.filter(|due| *due >= as_of), "rotation due", "due");
    add(due.filter(|due| *due < as_of), "rotation was due", "late");
    add(secret.deleted, "deletion asked for", "late");
    moments
}
