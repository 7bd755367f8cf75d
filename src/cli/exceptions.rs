//! The verbs `exceptions list`, `exceptions check` and `exceptions add`.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

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
use crate::rules::Diagnostic;

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
    let file = Before::read(path)?;
    let exception = complete(args, &file, printer)?;
    let text = file.with(&exception)?;
    write_shared(&file.path, &text)?;
    let NewException { rule, scope, expires, .. } = &exception;
    printer.remark(&format!("`{}` now excepts {rule} for {scope} until {expires}", file.path.display()));
    Ok(Exit::Clean)
}

/// What stands in for what is not known yet: nothing that anybody writes.
const NOT_ASKED: &str = "(not asked yet)";
const ANY_RULE: &str = "?*";

/// The settings file before an exception is added to it. It is in order.
struct Before {
    path: PathBuf,
    text: String,
    today: Date,
}

impl Before {
    fn read(path: PathBuf) -> Result<Self, CliError> {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(CliError::new(
                    format!("cannot read `{}`: {}", path.display(), reason(&error)),
                    "check that you may read it",
                ));
            }
        };
        acceptances(&Config::parse(&path, text.clone())?)?;
        Ok(Self { path, text, today: today(now()) })
    }

    /// The text with one more exception, which holds under all rules. What is wrong can only be wrong with that one, and
    /// it stands in no file yet.
    fn with(&self, exception: &NewException) -> Result<String, CliError> {
        if exception.expires.parse().is_ok_and(|day: Date| day < self.today) {
            return Err(CliError::new(
                format!("`{}` is over already", exception.expires),
                "give the last day on which it holds, as YYYY-MM-DD or as a span such as 90d",
            ));
        }
        let text = add(&self.path, &self.text, exception)?;
        let config = Config::parse(&self.path, text.clone())?;
        let rules = rule_set_of(RuleChoice::default(), &config)?;
        config.acceptances(&rules, now(), now()).map_err(|errors| self.refused(errors))?;
        Ok(text)
    }

    fn refused(&self, errors: Vec<Diagnostic>) -> CliError {
        let mut errors = errors.into_iter();
        match errors.next() {
            Some(Diagnostic { message, help, .. }) => {
                let unchanged = format!("`{}` stays as it is", self.path.display());
                CliError::new(message, help.unwrap_or(unchanged))
            }
            None => CliError::defect(&"an exception is wrong, and nobody says why"),
        }
    }

    /// Checks what is known of an exception so far, with something harmless in the place of the rest.
    fn check(&self, answers: &Answers) -> Result<(), CliError> {
        let [rule, scope, reason, owner, expires] = &answers.given;
        let usual = |answer: &Option<String>, other: &str| answer.clone().unwrap_or_else(|| other.to_owned());
        let last = usual(expires, &self.today.to_string());
        let last = last_day(&last, self.today);
        // How long something may be accepted depends on the rule.
        let may_be_long = rule.is_none() && last.parse().is_ok_and(|day: Date| day > self.today);
        self.with(&NewException {
            rule: usual(rule, ANY_RULE),
            scope: usual(scope, NOT_ASKED),
            reason: usual(reason, NOT_ASKED),
            owner: usual(owner, NOT_ASKED),
            expires: if may_be_long { self.today.to_string() } else { last },
            ..answers.rest.clone()
        })
        .map(drop)
    }
}

/// What is known of an exception so far.
struct Answers {
    /// Rule, scope, reason, owner and last day.
    given: [Option<String>; 5],
    /// What nobody is asked for.
    rest: NewException,
}

/// What is asked for: as an option, and as a question.
const QUESTIONS: [(&str, &str); 5] = [
    ("RULE", "rule, as id or glob"),
    ("--scope", "scope: a name glob, an ARN, or tag:Key=Value"),
    ("--reason", "reason"),
    ("--owner", "owner, who answers for it"),
    ("--expires", "last day, as YYYY-MM-DD or 90d"),
];

impl Answers {
    fn new(args: &NewExceptionArgs, today: Date) -> Self {
        let NewExceptionArgs { rule, scope, account, region, reason, owner, expires, ticket } = args.clone();
        let rest =
            NewException { account, region, added: today.to_string(), ticket, ..NewException::default() };
        Self { given: [rule, scope, reason, owner, expires], rest }
    }

    fn exception(self, today: Date) -> NewException {
        let [rule, scope, reason, owner, expires] = self.given.map(Option::unwrap_or_default);
        NewException { rule, scope, reason, owner, expires: last_day(&expires, today), ..self.rest }
    }
}

/// What was given, and what the user answers to questions about the rest. A wrong answer is refused at once.
fn complete(args: &NewExceptionArgs, file: &Before, printer: &Printer) -> Result<NewException, CliError> {
    let mut answers = Answers::new(args, file.today);
    let missing = QUESTIONS.iter().zip(&answers.given).filter(|(_, given)| given.is_none());
    let missing: Vec<&str> = missing.map(|((option, _), _)| *option).collect();
    if !missing.is_empty() && !std::io::stdin().is_terminal() {
        return Err(CliError::new(
            format!("an exception lacks {}", missing.join(", ")),
            "give them, such as `exceptions add stale-value --scope 'prod/legacy/*' --reason 'vendor rotates' --owner payments \
             --expires 90d`, or run it in a terminal to be asked",
        ));
    }
    // What was given is not asked for anew.
    file.check(&answers)?;
    for (place, (_, question)) in QUESTIONS.iter().enumerate() {
        while answers.given.get(place).is_some_and(Option::is_none) {
            let answer = ask(question, printer)?;
            put(&mut answers, place, Some(answer));
            if let Err(error) = file.check(&answers) {
                printer.error(&error);
                put(&mut answers, place, None);
            }
        }
    }
    Ok(answers.exception(file.today))
}

fn put(answers: &mut Answers, place: usize, answer: Option<String>) {
    if let Some(given) = answers.given.get_mut(place) {
        *given = answer;
    }
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
