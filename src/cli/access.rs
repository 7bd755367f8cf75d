//! The verbs `who-can`, `why` and `reach`.

use super::args::{AwsArgs, ReachArgs, SourceArgs, WhoCanArgs, WhyArgs};
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::source;
use crate::access::{self, ACTIONS, Did, Estate, Principal, SecretAction, SecretNode};
use crate::config::Config;
use crate::report::{Format, access as render};
use crate::snapshot::Snapshot;

/// How many candidates an error names.
const NAMED_CANDIDATES: usize = 12;

/// How much a name must be like another one to be offered in its place.
const CLOSE: f64 = 0.8;

pub(super) fn who_can(args: &WhoCanArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let args = &WhoCanArgs { aws: args.aws.with(config, Some(&args.source))?, ..args.clone() };
    let action = action(&args.action)?;
    let snapshot = source::snapshot(&args.source, &args.aws, printer)?;
    let estate = estate(&snapshot, &args.source, &args.aws);
    let mut found = access::who_can(&estate, secret(&estate, &args.secret)?, action);
    access::add_reads(&mut found, &estate, &Did::new(&snapshot, &estate));
    printer.document(&match args.format {
        Format::Json => render::json(&found),
        Format::Terminal => render::who_can(&found, printer.width()),
    })?;
    Ok(Exit::Clean)
}

pub(super) fn why(args: &WhyArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let args = &WhyArgs { aws: args.aws.with(config, Some(&args.source))?, ..args.clone() };
    let action = action(&args.action)?;
    let snapshot = source::snapshot(&args.source, &args.aws, printer)?;
    let estate = estate(&snapshot, &args.source, &args.aws);
    let principal = principal(&estate, &args.principal)?;
    let found = access::why(&estate, principal, secret(&estate, &args.secret)?, action);
    printer.document(&match args.format {
        Format::Json => render::json(&found),
        Format::Terminal => render::why(&found, printer.width(), args.all),
    })?;
    Ok(Exit::Clean)
}

pub(super) fn reach(args: &ReachArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let args = &ReachArgs { aws: args.aws.with(config, Some(&args.source))?, ..args.clone() };
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
        let names = || ACTIONS.iter().map(|action| action.name);
        let bare = name.rsplit(':').next().unwrap_or(name);
        let scored = names().map(|known| (strsim::jaro_winkler(bare, known), known));
        let nearest = scored.filter(|(score, _)| *score >= CLOSE).max_by(|(a, _), (b, _)| a.total_cmp(b));
        let help = match nearest {
            Some((_, known)) => format!("did you mean `{known}`?"),
            None => format!("actions are {}", names().collect::<Vec<_>>().join(", ")),
        };
        CliError::new(format!("no action of Secrets Manager on a secret is called `{name}`"), help)
    })
}

fn secret<'e, 's>(estate: &'e Estate<'s>, text: &str) -> Result<&'e SecretNode<'s>, CliError> {
    let names = |node: &SecretNode<'_>| Names {
        arn: node.record.arn.clone(),
        base: without_suffix(&node.record.arn).to_owned(),
        name: node.record.name.clone(),
    };
    one(text, "secret", &estate.secrets, names)
}

/// A secret's ARN without the six characters that Secrets Manager puts behind its name.
pub(super) fn without_suffix(arn: &str) -> &str {
    match arn.rsplit_once('-') {
        Some((base, suffix)) if suffix.len() == 6 => base,
        _ => arn,
    }
}

fn principal<'e>(estate: &'e Estate<'_>, text: &str) -> Result<&'e Principal, CliError> {
    let names = |principal: &Principal| Names {
        arn: principal.arn.clone(),
        base: principal.arn.clone(),
        name: principal.name.clone(),
    };
    one(text, "principal", &estate.principals, names)
}

/// What a thing is called.
pub(super) struct Names {
    pub(super) arn: String,
    /// The ARN as far as people know it.
    pub(super) base: String,
    pub(super) name: String,
}

impl Names {
    /// Whether a text is the end of the ARN, from a colon or slash on.
    fn end_with(&self, text: &str) -> bool {
        let is_part = text.contains([':', '/']);
        let before = self.base.strip_suffix(text).filter(|_| is_part);
        before.is_some_and(|before| before.is_empty() || before.ends_with([':', '/']))
    }

    fn contain(&self, text: &str) -> bool {
        self.arn.contains(text) || self.name.contains(text)
    }

    fn contain_in_any_case(&self, lower: &str) -> bool {
        self.arn.to_lowercase().contains(lower) || self.name.to_lowercase().contains(lower)
    }
}

/// The one thing that a text names: by its ARN, else by its name, else by the end of its ARN, else by a part of either.
pub(super) fn one<'e, T>(
    text: &str,
    what: &str,
    all: &'e [T],
    names: impl Fn(&T) -> Names,
) -> Result<&'e T, CliError> {
    let lower = text.to_lowercase();
    let tests: [&dyn Fn(&Names) -> bool; 5] = [
        &|names| names.arn == text,
        &|names| names.name == text,
        &|names| names.end_with(text),
        &|names| names.contain(text),
        &|names| names.contain_in_any_case(&lower),
    ];
    for test in tests {
        let found: Vec<&T> = all.iter().filter(|thing| test(&names(thing))).collect();
        match found.as_slice() {
            [] => {}
            [only] => return Ok(only),
            many => return Err(ambiguous(text, what, many.iter().map(|thing| names(thing).arn).collect())),
        }
    }
    Err(unknown(text, what, &all.iter().map(names).collect::<Vec<_>>()))
}

fn ambiguous(text: &str, what: &str, mut candidates: Vec<String>) -> CliError {
    let count = candidates.len();
    candidates.truncate(NAMED_CANDIDATES);
    let more = count - candidates.len();
    let tail = if more == 0 { String::new() } else { format!("\n  and {more} more") };
    CliError::new(
        format!("`{text}` names {count} {what}s:\n  {}{tail}", candidates.join("\n  ")),
        "give the ARN, or a part of it that only one has",
    )
}

fn unknown(text: &str, what: &str, all: &[Names]) -> CliError {
    let message = format!("no {what} `{text}`");
    // What is asked for by ARN is compared with ARNs.
    let known = |names: &'_ Names| if text.contains(':') { names.base.clone() } else { names.name.clone() };
    let scored = all.iter().map(|names| (strsim::jaro_winkler(text, &known(names)), names));
    let nearest = scored.filter(|(score, _)| *score >= CLOSE).max_by(|(a, _), (b, _)| a.total_cmp(b));
    match nearest {
        Some((_, names)) => CliError::new(message, format!("did you mean `{}`?", known(names))),
        None if all.is_empty() => {
            CliError::new(message, format!("no {what} was seen at all; `audit` says what is missing and why"))
        }
        None => CliError::new(
            message,
            format!("give its name, its ARN, or a part of either; {} were seen", all.len()),
        ),
    }
}
