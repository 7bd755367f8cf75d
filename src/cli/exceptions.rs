//! The verbs `exceptions list`, `exceptions check` and `exceptions add`.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::args::{ExceptionsArgs, ExceptionsVerb, NewExceptionArgs};
use super::error::CliError;
use super::exit::Exit;
use super::output::{Printer, write_shared};
use super::rules::rule_set_of;
use super::trail::now;
use crate::audit::Acceptances;
use crate::config::edit::{NewException, add};
use crate::config::{Config, NAMES, RuleChoice};
use crate::model::{ExceptionInfo, ExceptionState, reason};
use crate::report::exceptions as report;

pub(super) fn run(args: &ExceptionsArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    match &args.verb {
        ExceptionsVerb::List { json } => {
            let infos = acceptances(config)?.infos(today(now()));
            let text = if *json {
                report::json(&infos).map_err(|error| CliError::defect(&error))?
            } else {
                report::list(&infos, printer.width())
            };
            printer.document(&text)?;
            Ok(Exit::Clean)
        }
        ExceptionsVerb::Check => {
            let infos = acceptances(config)?.infos(today(now()));
            printer.document(&report::check(&infos, printer.width()))?;
            let is_wrong = |info: &ExceptionInfo| {
                matches!(info.state, ExceptionState::Expired | ExceptionState::Covered { .. })
            };
            Ok(if infos.iter().any(is_wrong) { Exit::Findings } else { Exit::Clean })
        }
        ExceptionsVerb::Add(args) => add_one(args, config, printer),
    }
}

impl ExceptionsArgs {
    /// Whether it changes the settings file.
    pub(super) fn writes(&self) -> bool {
        matches!(self.verb, ExceptionsVerb::Add(_))
    }
}

fn acceptances(config: &Config) -> Result<Acceptances, CliError> {
    let rules = rule_set_of(RuleChoice::default(), config)?;
    Ok(config.acceptances(&rules, now(), now())?)
}

fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

fn add_one(args: &NewExceptionArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let path = config.path.clone().unwrap_or_else(|| PathBuf::from(NAMES[0]));
    let exception = complete(args, today(now()), printer)?;
    if exception.expires.parse().is_ok_and(|day: Date| day < today(now())) {
        return Err(CliError::new(
            format!("`{}` is over already", exception.expires),
            "give the last day on which it holds, as YYYY-MM-DD or as a span such as 90d",
        ));
    }
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(CliError::new(
                format!("cannot read `{}`: {}", path.display(), reason(&error)),
                "check that you may read it",
            ));
        }
    };
    let text = add(&path, &before, &exception)?;
    check(&path, &text)?;
    write_shared(&path, &text)?;
    let NewException { rule, scope, expires, .. } = &exception;
    printer.remark(&format!("`{}` now excepts {rule} for {scope} until {expires}", path.display()));
    Ok(Exit::Clean)
}

/// The new text must hold under all rules before it takes the place of the old one.
fn check(path: &Path, text: &str) -> Result<(), CliError> {
    let config = Config::parse(path, text.to_owned())?;
    acceptances(&config).map(drop)
}

/// What was given, and what the user answers to questions about the rest.
fn complete(args: &NewExceptionArgs, today: Date, printer: &Printer) -> Result<NewException, CliError> {
    let fields = [
        ("RULE", "rule, as id or glob", &args.rule),
        ("--scope", "scope: a name glob, an ARN, or tag:Key=Value", &args.scope),
        ("--reason", "reason", &args.reason),
        ("--owner", "owner, who answers for it", &args.owner),
        ("--expires", "last day, as YYYY-MM-DD or 90d", &args.expires),
    ];
    let missing: Vec<&str> =
        fields.iter().filter(|(_, _, value)| value.is_none()).map(|(name, ..)| *name).collect();
    let may_ask = std::io::stdin().is_terminal();
    if !missing.is_empty() && !may_ask {
        return Err(CliError::new(
            format!("an exception lacks {}", missing.join(", ")),
            "give them, such as `exceptions add stale-value --scope 'prod/legacy/*' --reason 'vendor rotates' --owner payments \
             --expires 90d`, or run it in a terminal to be asked",
        ));
    }
    let mut answers = Vec::new();
    for (_, question, value) in fields {
        answers.push(match value {
            Some(value) => value.clone(),
            None => ask(question, printer)?,
        });
    }
    let mut answers = answers.into_iter();
    let mut next = || answers.next().unwrap_or_default();
    let (rule, scope, reason, owner, expires) = (next(), next(), next(), next(), next());
    Ok(NewException {
        rule,
        scope,
        account: args.account.clone(),
        region: args.region.clone(),
        reason,
        owner,
        expires: last_day(&expires, today),
        added: today.to_string(),
        ticket: args.ticket.clone(),
    })
}

/// A span back from today as a day; everything else as it is, since the settings check it.
fn last_day(text: &str, today: Date) -> String {
    let span: Option<Span> = text.parse().ok();
    span.and_then(|span| today.checked_add(span).ok()).map_or_else(|| text.to_owned(), |day| day.to_string())
}

fn ask(question: &str, printer: &Printer) -> Result<String, CliError> {
    let cannot = |error: &std::io::Error| {
        CliError::new(format!("cannot ask: {}", reason(error)), "give everything as options")
    };
    loop {
        let mut out = std::io::stderr().lock();
        write!(out, "{question}: ").and_then(|()| out.flush()).map_err(|error| cannot(&error))?;
        let mut answer = String::new();
        let length = std::io::stdin().lock().read_line(&mut answer).map_err(|error| cannot(&error))?;
        if length == 0 {
            return Err(CliError::new("nothing was answered", "give everything as options"));
        }
        match answer.trim() {
            "" => printer.remark("an answer is needed"),
            answer => return Ok(answer.to_owned()),
        }
    }
}
