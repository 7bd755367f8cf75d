//! The findings as a table: RFC 4180 with commas, one row a finding, for spreadsheets and scripts.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe in front, and characters that steer are written
//! out, so that a name of a secret stays a name.

use std::io::{self, Write};

use super::escape::printable;
use super::json::money;
use super::thing::{all_missing, evidence};
use crate::model::{Audited, Finding, RuleInfo};

/// A column: its name, and its cell in the row of a finding.
type Column = (&'static str, fn(&Row<'_>) -> String);

/// The columns, in their order; docs/formats.md says what each means.
const COLUMNS: [Column; 30] = [
    ("verdict", |row| row.finding.verdict.to_string()),
    ("severity", |row| row.finding.severity.to_string()),
    ("rule", |row| row.finding.rule.clone()),
    ("title", |row| row.rule.map_or_else(String::new, |rule| rule.title.clone())),
    ("topic", |row| row.rule.map_or_else(String::new, |rule| rule.topic.clone())),
    ("account", |row| row.finding.resource.account.to_string()),
    ("region", |row| row.finding.resource.region.to_string()),
    ("resource_type", |row| row.finding.resource.kind.as_str().to_owned()),
    ("name", |row| row.finding.resource.name.clone()),
    ("arn", |row| row.finding.resource.arn.clone()),
    ("second_key", |row| row.finding.resource.second_key.clone().unwrap_or_default()),
    ("message", |row| row.finding.message.clone()),
    ("confidence", |row| row.finding.confidence.as_str().to_owned()),
    ("owner", |row| row.finding.owner.clone()),
    ("environment", |row| row.finding.environment.clone()),
    ("gates", |row| row.audited.assessment.gates(row.finding).to_string()),
    ("implied_by", |row| row.finding.implied_by.clone().unwrap_or_default()),
    ("reach", |row| text(row.finding.reach)),
    ("monthly_cost", |row| {
        text(row.audited.cost.by_secret.get(&row.finding.resource.arn).copied().map(money))
    }),
    ("accepted", |row| row.finding.exception.is_some().to_string()),
    ("accepted_until", |row| text(row.finding.exception.as_ref().map(|accepted| accepted.expires))),
    ("accepted_by", |row| text(row.finding.exception.as_ref().map(|accepted| &accepted.owner))),
    ("accepted_reason", |row| text(row.finding.exception.as_ref().map(|accepted| &accepted.reason))),
    ("accepted_ticket", |row| {
        text(row.finding.exception.as_ref().and_then(|accepted| accepted.ticket.as_ref()))
    }),
    ("baseline", |row| text(row.finding.baseline.map(|state| state.as_str()))),
    ("first_seen", |row| text(row.audited.first_seen(&row.finding.fingerprint))),
    ("as_of", |row| row.audited.assessment.run.as_of.to_string()),
    ("evidence", |row| evidence(&row.finding.evidence)),
    ("missing_evidence", |row| all_missing(&row.finding.missing_evidence)),
    ("fingerprint", |row| row.finding.fingerprint.to_string()),
];

struct Row<'a> {
    audited: &'a Audited,
    finding: &'a Finding,
    /// What is known of its rule.
    rule: Option<&'a RuleInfo>,
}

/// The most letters of a cell: Excel takes 32,767 and lets the rest run into the next rows.
const LONGEST: usize = 32_000;

/// Writes the table, row by row, under a row with the names of the columns.
///
/// # Errors
/// Where `out` fails.
pub(super) fn write(audited: &Audited, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    table.write_record(COLUMNS.iter().map(|(name, _)| name))?;
    for finding in &audited.assessment.findings {
        let row = Row { audited, finding, rule: audited.assessment.rule(&finding.rule) };
        table.write_record(COLUMNS.iter().map(|(_, of)| cell(&of(&row))))?;
    }
    table.flush()
}

/// A cell that is text to every spreadsheet, and short enough for it.
///
/// Source: OWASP, "CSV Injection".
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let safe = printable(text);
    let mark = if is_formula { "'" } else { "" };
    match safe.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{mark}{}…", safe.get(..end).unwrap_or_default()),
        None => format!("{mark}{safe}"),
    }
}

/// What is known, else an empty cell.
fn text(known: Option<impl ToString>) -> String {
    known.map_or_else(String::new, |known| known.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let cases = [
            ("plain", "plain"),
            ("", ""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'<U+0009>=1"),
            ("\r=1", "'<U+000D>=1"),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("a,b \"c\"", "a,b \"c\""),
            ("a\nb\u{202e}", "a<U+000A>b<U+202E>"),
        ];
        for (given, expected) in cases {
            assert_eq!(cell(given), expected, "{given:?}");
        }
    }

    #[test]
    fn a_cell_fits_into_a_spreadsheet() {
        let long = "漢".repeat(65_536);
        let cut = cell(&long);
        assert_eq!(cut.chars().count(), LONGEST + 1);
        assert!(cut.ends_with('…'));
        assert_eq!(cell(&"x".repeat(LONGEST)).len(), LONGEST);
    }
}
