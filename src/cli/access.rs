//! The verbs `who-can`, `why` and `reach`.

use super::args::{AwsArgs, ReachArgs, SourceArgs, WhoCanArgs, WhyArgs};
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::source;
use crate::access::{self, ACTIONS, Estate, Principal, SecretAction, SecretNode};
use crate::report::{Format, access as render};
use crate::snapshot::Snapshot;

/// How many candidates an error names.
const NAMED_CANDIDATES: usize = 12;

pub(super) fn who_can(args: &WhoCanArgs, printer: &Printer) -> Result<Exit, CliError> {
    let action = action(&args.action)?;
    let snapshot = source::snapshot(&args.source, &args.aws, printer)?;
    let estate = estate(&snapshot, &args.source, &args.aws);
    let found = access::who_can(&estate, secret(&estate, &args.secret)?, action);
    printer.document(&match args.format {
        Format::Json => render::json(&found),
        Format::Terminal => render::who_can(&found, printer.width()),
    })?;
    Ok(Exit::Clean)
}

pub(super) fn why(args: &WhyArgs, printer: &Printer) -> Result<Exit, CliError> {
    let action = action(&args.action)?;
    let snapshot = source::snapshot(&args.source, &args.aws, printer)?;
    let estate = estate(&snapshot, &args.source, &args.aws);
    let principal = principal(&estate, &args.principal)?;
    let found = access::why(&estate, principal, secret(&estate, &args.secret)?, action);
    printer.document(&match args.format {
        Format::Json => render::json(&found),
        Format::Terminal => render::why(&found, printer.width()),
    })?;
    Ok(Exit::Clean)
}

pub(super) fn reach(args: &ReachArgs, printer: &Printer) -> Result<Exit, CliError> {
    let snapshot = source::snapshot(&args.source, &args.aws, printer)?;
    let estate = estate(&snapshot, &args.source, &args.aws);
    let found = access::reach(&estate, principal(&estate, &args.principal)?);
    printer.document(&match args.format {
        Format::Json => render::json(&found),
        Format::Terminal => render::reach(&found, printer.width()),
    })?;
    Ok(Exit::Clean)
}

fn estate<'s>(snapshot: &'s Snapshot, args: &SourceArgs, _: &AwsArgs) -> Estate<'s> {
    Estate::new(snapshot, args.as_of.unwrap_or_else(|| snapshot.manifest.collected_at()))
}

fn action(name: &str) -> Result<&'static SecretAction, CliError> {
    SecretAction::find(name).ok_or_else(|| {
        let names: Vec<&str> = ACTIONS.iter().map(|action| action.name).collect();
        CliError::new(
            format!("no action `{name}` names a secret"),
            format!("actions are {}", names.join(", ")),
        )
    })
}

fn secret<'e, 's>(estate: &'e Estate<'s>, text: &str) -> Result<&'e SecretNode<'s>, CliError> {
    let names = |node: &SecretNode<'_>| (node.record.arn.clone(), node.record.name.clone());
    one(text, "secret", &estate.secrets, names)
}

fn principal<'e>(estate: &'e Estate<'_>, text: &str) -> Result<&'e Principal, CliError> {
    let names = |principal: &Principal| (principal.arn.clone(), principal.name.clone());
    one(text, "principal", &estate.principals, names)
}

/// The one thing that a text names: by its ARN, else by its name, else by a part of either.
fn one<'e, T>(
    text: &str,
    what: &str,
    all: &'e [T],
    names: impl Fn(&T) -> (String, String),
) -> Result<&'e T, CliError> {
    let lower = text.to_lowercase();
    let tests: [&dyn Fn(&str, &str) -> bool; 4] = [
        &|arn, _| arn == text,
        &|_, name| name == text,
        &|arn, name| arn.contains(text) || name.contains(text),
        &|arn, name| arn.to_lowercase().contains(&lower) || name.to_lowercase().contains(&lower),
    ];
    for test in tests {
        let found: Vec<&T> = all
            .iter()
            .filter(|thing| {
                let (arn, name) = names(thing);
                test(&arn, &name)
            })
            .collect();
        match found.as_slice() {
            [] => {}
            [only] => return Ok(only),
            many => return Err(ambiguous(text, what, many.iter().map(|thing| names(thing).0).collect())),
        }
    }
    Err(CliError::new(
        format!("no {what} `{text}`"),
        format!("give its name, its ARN, or a part of either; {} were seen", all.len()),
    ))
}

fn ambiguous(text: &str, what: &str, mut candidates: Vec<String>) -> CliError {
    let count = candidates.len();
    candidates.truncate(NAMED_CANDIDATES);
    let more = count - candidates.len();
    let tail = if more == 0 { String::new() } else { format!("\n  and {more} more") };
    CliError::new(
        format!("`{text}` names {count} {what}s:\n  {}{tail}", candidates.join("\n  ")),
        "give more of the ARN",
    )
}
