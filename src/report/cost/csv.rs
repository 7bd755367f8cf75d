//! Costs for spreadsheets: one row for each charge, each line of the sum, and each saving.

use super::money;
use crate::model::{Charge, CostLine, CostReport, Saving};
use crate::report::escape::printable;

/// The columns.
const COLUMNS: [&str; 17] = [
    "record",
    "kind",
    "confidence",
    "arn",
    "name",
    "account",
    "region",
    "owner",
    "environment",
    "currency",
    "monthly",
    "this_month",
    "calls",
    "gross",
    "evidence",
    "warnings",
    "command",
];

/// The rows, with a head. A charge has its price in `monthly`; a saving has there what it saves on top of those before it.
///
/// # Errors
/// Where memory cannot be written, which is a defect.
pub fn csv(cost: &CostReport) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for charge in &cost.charges {
        writer.write_record(of_charge(charge).iter().map(|text| cell(text)))?;
    }
    for line in &cost.lines {
        writer.write_record(of_line(line).iter().map(|text| cell(text)))?;
    }
    for saving in &cost.savings.list {
        writer.write_record(of_saving(saving).iter().map(|text| cell(text)))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A cell that no spreadsheet takes for a formula.
///
/// Source: OWASP, "CSV Injection".
fn cell(text: &str) -> String {
    let starts_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = printable(text);
    if starts_formula { format!("'{safe}") } else { safe.into_owned() }
}

fn of_charge(charge: &Charge) -> [String; 17] {
    let Charge { arn, name, account, region, owner, environment, currency, .. } = charge.clone();
    [
        "charge".to_owned(),
        charge.kind.as_str().to_owned(),
        String::new(),
        arn,
        name,
        account,
        region,
        owner,
        environment,
        currency,
        money(charge.monthly),
        money(charge.this_month),
        charge.calls.map(|calls| calls.normalize().to_string()).unwrap_or_default(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ]
}

fn of_line(line: &CostLine) -> [String; 17] {
    let quantity = line.quantity.map(|quantity| format!("{} {}", quantity.normalize(), line.unit));
    let basis = if line.basis.is_empty() { String::new() } else { format!(": {}", line.basis) };
    let mut row: [String; 17] = Default::default();
    let cells = [
        (0, "line".to_owned()),
        (4, line.item.clone()),
        (9, line.currency.clone()),
        (10, line.monthly.map(money).unwrap_or_default()),
        (14, format!("{}{basis}", quantity.unwrap_or_else(|| "not counted".to_owned()))),
    ];
    for (at, text) in cells {
        if let Some(cell) = row.get_mut(at) {
            *cell = text;
        }
    }
    row
}

fn of_saving(saving: &Saving) -> [String; 17] {
    let Saving { name, account, region, owner, environment, currency, .. } = saving.clone();
    [
        "saving".to_owned(),
        saving.kind.as_str().to_owned(),
        saving.confidence.as_str().to_owned(),
        saving.resources.join(" "),
        name,
        account,
        region,
        owner,
        environment,
        currency,
        money(saving.net),
        String::new(),
        String::new(),
        money(saving.gross),
        saving.evidence.join("; "),
        saving.warnings.join("; "),
        saving.commands.join(" && "),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let cases = [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM", "'@SUM"),
            ("\tx", "'<U+0009>x"),
            ("\rx", "'<U+000D>x"),
            ("prod/db", "prod/db"),
            ("a=b", "a=b"),
        ];
        for (text, expected) in cases {
            assert_eq!(cell(text), expected);
        }
    }
}
