//! Which rules run, and what differs from their files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_saphyr::Spanned;

use super::{Config, values};
use crate::model::Severity;
use crate::rules::{Diagnostic, LoadOptions, RuleSettings, Selection};

/// What rules call the settings from which they are loaded.
const RULE_SETTINGS: &str = "settings";

/// What they call the choice of rules, and of frameworks.
const ONLY_AND_SKIP: &str = "--only and --skip";
const FRAMEWORK: &str = "--framework";

/// What the command line says about rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct RuleChoice<'a> {
    /// Folders of further rule files.
    pub dirs: &'a [PathBuf],
    /// Rules to run, by id or glob.
    pub only: &'a [String],
    /// Rules to leave out, by id or glob.
    pub skip: &'a [String],
    /// Frameworks to whose rules the run keeps.
    pub frameworks: &'a [String],
    /// `RULE.PARAMETER=VALUE`.
    pub set: &'a [String],
}

impl Config {
    /// What rules are loaded with. The command line comes first.
    ///
    /// # Errors
    /// Where a setting is not one.
    pub fn load_options(&self, choice: RuleChoice<'_>) -> Result<LoadOptions, Vec<Diagnostic>> {
        let file = &self.file;
        let or = |given: &[String], own: &[Spanned<String>]| {
            if given.is_empty() { values(own) } else { given.to_vec() }
        };
        let selection = Selection::new(&or(choice.only, &file.only), &or(choice.skip, &file.skip))
            .map_err(|message| {
                let help = "write an id, or a glob such as `rotation-*`".to_owned();
                vec![Diagnostic::about_file(ONLY_AND_SKIP, message).with_help(Some(help))]
            })?
            .within(&or(choice.frameworks, &file.frameworks));
        let mut rules = file.rules.clone();
        for text in choice.set {
            let (rule, name, value) = assignment(text).map_err(|error| vec![error])?;
            rules.entry(rule).or_default().insert(name, value);
        }
        let settings = rules.into_iter().map(|(id, values)| Ok((id.clone(), rule_settings(&id, values)?)));
        let settings = settings.collect::<Result<_, Diagnostic>>().map_err(|error| vec![error])?;
        let mut shared = BTreeMap::new();
        if !file.trusted_accounts.is_empty() {
            let accounts = values(&file.trusted_accounts).into_iter().map(Value::String).collect();
            shared.insert("trusted_accounts".to_owned(), Value::Array(accounts));
        }
        let mut dirs = self.rule_dirs()?;
        dirs.extend(choice.dirs.iter().cloned());
        Ok(LoadOptions { dirs, settings, shared, selection, root: None })
    }

    fn rule_dirs(&self) -> Result<Vec<PathBuf>, Vec<Diagnostic>> {
        let dir = |text: &Spanned<String>| {
            let dir = self.resolve(Path::new(&text.value));
            let lacks = || {
                let message =
                    format!("there are no rule files in `{}`: no such file or directory", text.value);
                self.blame(
                    text,
                    message,
                    "name a folder of rule files, as seen from the settings file".to_owned(),
                )
            };
            if dir.exists() { Ok(dir) } else { Err(lacks()) }
        };
        self.file.rule_dirs.iter().map(dir).collect()
    }

    /// Mistakes that were found while loading rules, with their place in the file where the file made them.
    pub fn placed(&self, choice: RuleChoice<'_>, errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
        errors.into_iter().map(|error| self.place(choice, error)).collect()
    }

    fn place(&self, choice: RuleChoice<'_>, error: Diagnostic) -> Diagnostic {
        let file = &self.file;
        // What the command line says stands in the stead of what the file says.
        let own = |given: &[String], texts| if given.is_empty() { texts } else { &[][..] };
        let texts: Vec<&Spanned<String>> = match error.path.as_str() {
            RULE_SETTINGS => return self.place_of_setting(error),
            ONLY_AND_SKIP => {
                own(choice.only, &file.only[..]).iter().chain(own(choice.skip, &file.skip[..])).collect()
            }
            FRAMEWORK => own(choice.frameworks, &file.frameworks[..]).iter().collect(),
            _ => return error,
        };
        let is_named = |text: &str| error.message.split('`').skip(1).step_by(2).any(|word| word == text);
        let Some(text) = texts.into_iter().find(|text| is_named(&text.value)) else { return error };
        // Options have two hyphens, keys have none.
        let help = error.help.map(|help| help.replace("`--framework`", "`frameworks`").replace("`--", "`"));
        self.at(text, error.message).with_help(help)
    }

    fn place_of_setting(&self, error: Diagnostic) -> Diagnostic {
        // The keys that the message names: those in backticks, the last first, or `rule.parameter:` at its start.
        let quoted = error.message.split('`').skip(1).step_by(2);
        let start = error.message.split_once(':').map_or("", |(start, _)| start);
        let mut keys: Vec<&str> = quoted.chain(start.split('.')).filter(|key| !key.contains(' ')).collect();
        keys.reverse();
        let found = keys.iter().find_map(|key| Some((self.key(key)?, key.len())));
        match found {
            Some((at, length)) => {
                Diagnostic { path: self.name(), source: self.text.clone(), span: at..at + length, ..error }
            }
            None => error,
        }
    }

    /// Where the file has a key, if it has it once.
    fn key(&self, key: &str) -> Option<usize> {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
        let mut places = self.text.match_indices(key).map(|(at, _)| at).filter(|&at| {
            let (before, behind) = (self.text.get(..at), self.text.get(at + key.len()..));
            !before.unwrap_or_default().ends_with(is_part)
                && behind.unwrap_or_default().trim_start_matches(['"', '\'']).starts_with(':')
        });
        let place = places.next();
        place.filter(|_| !key.is_empty() && places.next().is_none())
    }
}

/// `RULE.PARAMETER=VALUE`, where the value is YAML.
fn assignment(text: &str) -> Result<(String, String, Value), Diagnostic> {
    let malformed = |message: String| {
        Diagnostic::about_file("--set", message).with_help(Some(
            "write `--set RULE.PARAMETER=VALUE`, such as `--set stale-value.max_age_days=60`".to_owned(),
        ))
    };
    let parts = text.split_once('=').and_then(|(name, value)| Some((name.split_once('.')?, value)));
    let ((rule, name), value) = parts.ok_or_else(|| malformed(format!("`{text}` is no setting")))?;
    let value = serde_saphyr::from_str(value).map_err(|_| malformed(format!("`{value}` is not YAML")))?;
    Ok((rule.to_owned(), name.to_owned(), value))
}

fn rule_settings(id: &str, mut values: BTreeMap<String, Value>) -> Result<RuleSettings, Diagnostic> {
    let severity = values.remove("severity").map(|value| {
        serde_json::from_value::<Severity>(value.clone()).map_err(|_| {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Diagnostic::about_file("settings", format!("{id}.severity: `{shown}` is no severity"))
                .with_help(Some("expected critical, high, medium, low or info".to_owned()))
        })
    });
    Ok(RuleSettings { severity: severity.transpose()?, parameters: values })
}
