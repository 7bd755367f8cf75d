//! Exceptions and accepted gaps for readers.

use std::fmt::Write;

use comfy_table::{CellAlignment, Table, presets};

use super::escape::{printable, printable_json};
use crate::model::{ExceptionInfo, ExceptionState};

/// All of them, those that end first at the top, each with its reason below.
pub fn list(infos: &[ExceptionInfo], width: usize) -> String {
    if infos.is_empty() {
        return "no exceptions\n".to_owned();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["until", "left", "owner", "what"]);
    for info in infos {
        let left = if info.days_left < 0 { "expired".to_owned() } else { format!("{} d", info.days_left) };
        let what = format!("{} for {}", info.rule, info.scope);
        table.add_row([
            info.expires.to_string(),
            left,
            printable(&info.owner).into_owned(),
            printable(&what).into_owned(),
        ]);
    }
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let rows: Vec<String> = table
        .to_string()
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned())
        .collect();
    let mut text = String::new();
    for (place, row) in rows.iter().enumerate() {
        let _ = writeln!(text, "{row}");
        if let Some(info) = place.checked_sub(1).and_then(|place| infos.get(place)) {
            let ticket = info.ticket.as_ref().map(|ticket| format!(" ({ticket})")).unwrap_or_default();
            text.push_str(&wrapped(&format!("{}{ticket}", info.reason), width));
        }
    }
    text
}

/// What is wrong with them, a line each, or that nothing is.
pub fn check(infos: &[ExceptionInfo], width: usize) -> String {
    let mut text = String::new();
    for info in infos {
        let what = format!("{} for {}", info.rule, info.scope);
        let problem = match &info.state {
            ExceptionState::Holds => continue,
            ExceptionState::EndsSoon => {
                format!("{what} ends in {}, on {}", days(info.days_left), info.expires)
            }
            ExceptionState::Expired => {
                format!("{what} expired {} ago, on {}", days(-info.days_left), info.expires)
            }
            ExceptionState::Covered { by } => format!("{what} never takes effect: {by} holds longer"),
        };
        text.push_str(&wrapped_from(0, &problem, width));
        text.push_str(&wrapped(&format!("ask {}", info.owner), width));
    }
    let held = infos.iter().filter(|info| info.state == ExceptionState::Holds).count();
    let _ = writeln!(text, "{held} of {} in order", count(infos.len()));
    text
}

fn count(number: usize) -> String {
    if number == 1 { "1 exception".to_owned() } else { format!("{number} exceptions") }
}

fn days(number: i64) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}

fn wrapped(text: &str, width: usize) -> String {
    wrapped_from(4, text, width)
}

fn wrapped_from(indent: usize, words: &str, width: usize) -> String {
    let space = " ".repeat(indent);
    let next = " ".repeat(indent.max(2));
    let options = textwrap::Options::new(width.max(40))
        .initial_indent(&space)
        .subsequent_indent(&next)
        .break_words(false);
    let words = printable(words);
    textwrap::wrap(&words, options).iter().map(|line| format!("{line}\n")).collect()
}

/// The same for programs: a list, with a final line break.
///
/// # Errors
/// Where serde_json refuses, which it does not for these types.
pub fn json(infos: &[ExceptionInfo]) -> serde_json::Result<String> {
    let mut text = printable_json(&serde_json::to_string_pretty(infos)?).into_owned();
    text.push('\n');
    Ok(text)
}
