//! The verb `schema`.

use comfy_table::{ColumnConstraint, ContentArrangement, Table as Grid, Width, presets};

use super::args::SchemaArgs;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use crate::tables::schema::{Group, Table};

pub(super) fn run(args: &SchemaArgs, printer: &Printer) -> Result<Exit, CliError> {
    let tables = match args.table.as_deref() {
        None => Table::ALL.to_vec(),
        Some(name) => vec![Table::from_name(name).ok_or_else(|| {
            CliError::new(
                format!("no table `{name}`"),
                "tables are secrets, keys, principals, statements, accounts, regions and trails",
            )
        })?],
    };
    let width = u16::try_from(printer.width()).unwrap_or(u16::MAX);
    let text: Vec<String> = tables.into_iter().map(|table| describe(table, width)).collect();
    printer.document(&text.join("\n"))?;
    Ok(Exit::Clean)
}

fn describe(table: Table, width: u16) -> String {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING);
    grid.set_content_arrangement(ContentArrangement::Dynamic);
    grid.set_width(width);
    for column in table.columns() {
        let kind = column.kind().as_str();
        let kind = if column.unit.is_empty() { kind.to_owned() } else { format!("{kind}, {}", column.unit) };
        let call = match column.group {
            Group::Place => String::new(),
            group => format!(" ({})", group.call()),
        };
        grid.add_row([column.name.to_owned(), kind, format!("{}{call}", column.meaning)]);
    }
    if table.has_tags() {
        grid.add_row([
            "\"tag:KEY\"",
            "text",
            "value of a tag, empty where it is absent (secretsmanager:ListSecrets)",
        ]);
        grid.add_row(["\"has_tag:KEY\"", "boolean", "whether the tag is there (secretsmanager:ListSecrets)"]);
        grid.add_row([
            "\"has_tag_any_case:key\"",
            "boolean",
            "whether the tag is there, and not empty, in any letter case (secretsmanager:ListSecrets)",
        ]);
    }
    for (index, width) in [28, 18].into_iter().enumerate() {
        if let Some(column) = grid.column_mut(index) {
            column.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(width)));
        }
    }
    let rows: Vec<String> = grid.lines().map(|line| line.trim_end().to_owned()).collect();
    format!("{}: {}\n{}\n", table.as_str(), table.meaning(), rows.join("\n"))
}
