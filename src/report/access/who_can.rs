//! Who can act on a secret.

use std::fmt::Write;

use super::words::{account, count, levels, limits, listed_principal, principal, verb};
use crate::model::{Access, Reader, WhoCan, date};
use crate::report::escape::printable;
use crate::report::page::{BOLD, DIM, PLAIN, Page};

/// The width of a day.
const DAY: usize = 10;

/// Between two columns.
const GAP: usize = 2;

/// Renders the answer for a terminal of this width.
pub fn who_can(answer: &WhoCan, width: usize) -> String {
    let mut page = Page::new(width);
    page.paragraph(0, &format!("who can {} {}", verb(&answer.action), answer.name), BOLD);
    page.labelled(2, "secret", &answer.secret, PLAIN);
    for key in &answer.keys {
        page.labelled(2, "key", key, PLAIN);
    }
    page.labelled(2, "answer", &sum(answer), PLAIN);
    if answer.trail_days > 0 && answer.action == "secretsmanager:GetSecretValue" {
        page.labelled(
            2,
            "trail",
            &format!("reads of {} are known", count(answer.trail_days as usize, "day", "days")),
            PLAIN,
        );
    }
    page.deletion(answer.deleted);
    let home = account(&answer.secret);
    let (administrators, others): (Vec<&Reader>, Vec<&Reader>) =
        answer.readers.iter().partition(|reader| reader.administrator);
    table(&mut page, &others, home);
    administration(&mut page, &administrators, home);
    becoming(&mut page, answer, home);
    past(&mut page, answer, home);
    page.caveats(&answer.caveats);
    page.text
}

fn sum(answer: &WhoCan) -> String {
    let seen = count(answer.principals_seen as usize, "principal", "principals");
    let all = answer.readers.len();
    if all == 0 {
        let seen = match answer.principals_seen {
            0 => "no principal was seen".to_owned(),
            _ => format!("none of {seen} that were looked at"),
        };
        return if answer.caveats.is_empty() {
            format!("nobody: {seen}")
        } else {
            format!("nobody, as far as it was seen: {seen}")
        };
    }
    let open = answer.readers.iter().filter(|reader| reader.decision == Access::Conditional).count();
    let open = match open {
        0 => String::new(),
        open if open == all => ", only under conditions".to_owned(),
        open => format!(", {open} of them only under conditions"),
    };
    format!("{all} of {seen} can{open}")
}

/// A row for each principal, and below it by which way.
fn table(page: &mut Page, readers: &[&Reader], home: &str) {
    if readers.is_empty() {
        return;
    }
    let name = |reader: &Reader| {
        let text = listed_principal(&reader.principal, reader.principal_type, reader.service_linked, home);
        printable(&text).into_owned()
    };
    let access = readers.iter().map(|reader| levels(&reader.access).len()).max().unwrap_or_default();
    let columns = Columns {
        name: readers
            .iter()
            .map(|reader| textwrap::core::display_width(&name(reader)))
            .max()
            .unwrap_or_default(),
        access: access.max("access".len()),
    }
    .fitted(page.width);
    page.blank();
    // Reads of the secret itself say more than any use of the principal.
    let shown = readers.iter().any(|reader| reader.reads.is_some());
    columns.row(page, "principal", "access", if shown { "last read" } else { "last used" }, true);
    for reader in readers {
        let last = if shown { reader.last_read } else { reader.last_used };
        let used = last.map_or_else(|| if shown { "not seen" } else { "-" }.to_owned(), date);
        columns.row(page, &name(reader), &levels(&reader.access), &used, false);
        page.limits(limits(reader.decision, &reader.conditions).as_deref());
        page.way(&reader.path, &reader.key_path);
    }
}

/// The widths of the table's columns.
struct Columns {
    name: usize,
    access: usize,
}

impl Columns {
    /// Names that are longer than what is left have a line to themselves.
    fn fitted(self, width: usize) -> Self {
        let left = width.saturating_sub(2 + GAP + self.access + GAP + DAY);
        Self { name: self.name.max("principal".len()).min(left), access: self.access }
    }

    /// One row; the name may be a stranger's and is printable already.
    fn row(&self, page: &mut Page, name: &str, access: &str, used: &str, is_head: bool) {
        let (style, rest) = if is_head { (DIM, DIM) } else { (BOLD, PLAIN) };
        let wide = textwrap::core::display_width(name);
        let _ = write!(page.text, "  {style}{name}{style:#}");
        let mut at = wide;
        if wide > self.name {
            page.text.push_str("\n  ");
            at = 0;
        }
        let space = " ".repeat(self.name.saturating_sub(at) + GAP);
        let width = self.access + GAP;
        let _ = writeln!(page.text, "{space}{rest}{access:width$}{used}{rest:#}");
    }
}

/// Those who can do everything in their account: one line for those who can always, and for each condition one.
fn administration(page: &mut Page, administrators: &[&Reader], home: &str) {
    let mut groups: Vec<(Option<String>, Vec<String>)> = Vec::new();
    for reader in administrators {
        let only = limits(reader.decision, &reader.conditions);
        let name = principal(&reader.principal, home);
        match groups.iter_mut().find(|(known, _)| *known == only) {
            Some((_, names)) => names.push(name),
            None => groups.push((only, vec![name])),
        }
    }
    if !groups.is_empty() {
        page.blank();
    }
    for (only, names) in groups {
        let who = count(names.len(), "administrator", "administrators");
        let only = only.map(|only| format!(", {only}")).unwrap_or_default();
        page.paragraph(2, &format!("and {who}{only}: {}", names.join(", ")), PLAIN);
    }
}

fn becoming(page: &mut Page, answer: &WhoCan, home: &str) {
    if answer.can_become.is_empty() {
        return;
    }
    page.blank();
    page.paragraph(0, "can become a reader in one step:", BOLD);
    for step in &answer.can_become {
        let who = principal(&step.principal, home);
        let on = object(&step.on, answer, home);
        let perhaps = if step.decision == Access::Conditional { ", under conditions" } else { "" };
        page.paragraph(2, &format!("{who}: {} on {on}{perhaps}", step.step), PLAIN);
    }
}

/// Those who read it and cannot any more.
fn past(page: &mut Page, answer: &WhoCan, home: &str) {
    if answer.read_without_access.is_empty() {
        return;
    }
    page.blank();
    page.paragraph(0, "read it and cannot by the policies of today:", BOLD);
    for reader in &answer.read_without_access {
        let who = principal(&reader.principal, home);
        let times = count(usize::try_from(reader.reads).unwrap_or(usize::MAX), "read", "reads");
        page.paragraph(2, &format!("{who}: {times}, last on {}", date(reader.last_read)), PLAIN);
    }
}

/// What a step is done to, in the words of the answer.
fn object(arn: &str, answer: &WhoCan, home: &str) -> String {
    match arn {
        arn if arn == answer.secret => "the secret".to_owned(),
        arn if answer.keys.iter().any(|key| key == arn) => "the key".to_owned(),
        arn if arn.contains(":iam::") => principal(arn, home),
        arn => arn.to_owned(),
    }
}
