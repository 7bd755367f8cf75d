//! Exceptions and accepted gaps for readers.

use super::escape::{printable, printable_json};
use super::page::{PLAIN, Page, count};
use crate::model::{ExceptionInfo, ExceptionKind, ExceptionState};

/// A longer owner takes its own room.
const WIDEST_OWNER: usize = 20;

/// All of them, those that end first at the top, each with its reason below.
pub fn list(infos: &[ExceptionInfo], width: usize) -> String {
    let mut page = Page::new(width);
    if infos.is_empty() {
        return "no exceptions\n".to_owned();
    }
    let owners = infos.iter().map(|info| printable(&info.owner).chars().count());
    let owner = owners.max().unwrap_or_default().clamp("owner".len(), WIDEST_OWNER);
    page.exception(["until", "left", "owner"], owner, "what");
    for info in infos {
        let left = if info.days_left < 0 { "expired".to_owned() } else { format!("{} d", info.days_left) };
        page.exception([&info.expires.to_string(), &left, &info.owner], owner, &what(info));
        let ticket = info.ticket.as_ref().map(|ticket| format!(" ({ticket})")).unwrap_or_default();
        page.paragraph(4, &format!("{}{ticket}", info.reason), PLAIN);
    }
    page.text
}

impl Page {
    /// A line of the list; what does not fit behind the owner stands below.
    fn exception(&mut self, [until, left, owner]: [&str; 3], width: usize, what: &str) {
        let owner = printable(owner);
        let first = format!("{until:<10}  {left:>7}  {owner:<width$}  ");
        self.hanging(&first, &" ".repeat(10 + 2 + 7 + 2 + width + 2), what, PLAIN);
    }
}

fn what(info: &ExceptionInfo) -> String {
    format!("{} for {}", info.rule, info.scope)
}

/// What is wrong with them, a line each, or that nothing is.
pub fn check(infos: &[ExceptionInfo], width: usize) -> String {
    let mut page = Page::new(width);
    for info in infos {
        let what = what(info);
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
        page.paragraph(0, &problem, PLAIN);
        page.paragraph(4, &format!("ask {}", info.owner), PLAIN);
    }
    page.paragraph(0, &sums(infos), PLAIN);
    page.text
}

/// How many are in order, of each kind.
fn sums(infos: &[ExceptionInfo]) -> String {
    let of = |kind: ExceptionKind, one: &str, many: &str| {
        let all = || infos.iter().filter(|info| info.kind == kind);
        let held = all().filter(|info| info.state == ExceptionState::Holds).count();
        format!("{held} of {} in order", count(all().count() as u64, one, many))
    };
    let exceptions = of(ExceptionKind::Finding, "exception", "exceptions");
    if infos.iter().all(|info| info.kind == ExceptionKind::Finding) {
        return exceptions;
    }
    format!("{exceptions}, {}", of(ExceptionKind::Gap, "accepted gap", "accepted gaps"))
}

fn days(number: i64) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
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
