//! The verb `cost`.

use super::args::{CostArgs, CostFormat};
use super::audit::price_book;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::source;
use crate::access::Estate;
use crate::config::Config;
use crate::cost::{Circumstances, estimate};
use crate::report::cost::{By, csv, document, render};
use crate::tables::build_with;

/// What costs are summed by where nobody says it.
const BY: [By; 4] = [By::Account, By::Region, By::Owner, By::Environment];

pub(super) fn run(args: &CostArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let aws = args.aws.with(config, Some(&args.source))?;
    // A mistake in the prices should not cost a collection.
    let book = price_book(args.price_book.as_deref(), config)?;
    let snapshot = source::snapshot(&args.source, &aws, printer)?;
    let settings = config.settings(args.source.as_of.unwrap_or_else(|| snapshot.manifest.collected_at()))?;
    let by = if args.by.is_empty() { BY.to_vec() } else { args.by.clone() };
    let circumstances = Circumstances {
        as_of: settings.as_of,
        monthly_calls: args.monthly_calls.or(config.file().monthly_calls),
        tag_keys: by.iter().filter_map(tag).collect(),
        audit_calls: snapshot.manifest.calls.clone(),
    };
    let estate = Estate::new(&snapshot, settings.as_of);
    let tables = build_with(&snapshot, &estate, &settings, &Default::default())
        .map_err(|error| CliError::defect(&error))?;
    let cost = estimate(&tables, &book, &circumstances).map_err(|error| CliError::defect(&error))?;
    let as_of = settings.as_of.to_string();
    printer.document(&match args.format {
        CostFormat::Terminal => render(&cost, &as_of, &by, printer.width()),
        CostFormat::Json => document(&cost, &as_of),
        CostFormat::Csv => csv(&cost).map_err(|error| CliError::defect(&error))?,
    })?;
    Ok(Exit::Clean)
}

fn tag(by: &By) -> Option<String> {
    match by {
        By::Tag(key) => Some(key.clone()),
        _ => None,
    }
}
