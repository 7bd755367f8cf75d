//! The settings file: found, read, and turned into what the modules take.
//!
//! In goes a YAML file (`file.rs` has its shape); out come rule options, [`Settings`],
//! [`Acceptances`](crate::audit::Acceptances) and what stands in
//! for options that the command line leaves out. Every mistake is shown with its line. `edit.rs` adds an exception to a
//! file and leaves the rest of it as it is; `template.rs` writes a first file.

mod acceptances;
pub mod edit;
mod file;
mod find;
mod iac_map;
mod rules;
pub mod template;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_saphyr::Spanned;

pub use file::{AccountsFile, ConfigFile, TrailFile};
pub use find::{Wanted, find, repository};
pub use iac_map::{IacEntry, read_iac_map};
pub use rules::RuleChoice;

use crate::model::{AccountId, OwnerRule, Selector, SelectorError, Settings, Severity, reason};
use crate::report::ReportFormat;
use crate::rules::Diagnostic;
use crate::trail::TrailSource;

/// The names under which the file is looked for.
pub const NAMES: [&str; 2] = ["secrets-auditor.yaml", "secrets-auditor.yml"];

type Spelled = ConfigFile<Spanned<String>>;

/// The settings; empty where there is no file.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file, as errors name it; none where there is none.
    pub path: Option<PathBuf>,
    text: String,
    file: Spelled,
}

impl Config {
    /// Reads a file and checks what can be checked without rules.
    ///
    /// # Errors
    /// Every mistake, with its line.
    pub fn read(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!("cannot read the settings file: {}", reason(&error));
            let help = "name a YAML file with `--config FILE`, or begin one with `secrets-auditor init`";
            vec![
                Diagnostic::about_file(&path.display().to_string(), message).with_help(Some(help.to_owned())),
            ]
        })?;
        Self::parse(path, text)
    }

    /// The same from the text of the file.
    ///
    /// # Errors
    /// As for [`Config::read`].
    pub fn parse(path: &Path, text: String) -> Result<Self, Vec<Diagnostic>> {
        let name = path.display().to_string();
        let options = serde_saphyr::options! { with_snippet: false };
        // A file without a value, such as one of comments only, changes nothing.
        let file: Option<Spelled> = serde_saphyr::from_str_with_options(&text, options)
            .map_err(|error| vec![Diagnostic::yaml(&name, &text, "settings file", &error)])?;
        let config = Self { path: Some(path.to_owned()), text, file: file.unwrap_or_default() };
        let errors = config.mistakes();
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// What contradicts itself or cannot be read, whatever the rules are.
    fn mistakes(&self) -> Vec<Diagnostic> {
        let file = &self.file;
        let mut errors = Vec::new();
        if let Some(accounts) = &file.accounts
            && let Some(role) = accounts.roles.first()
            && accounts.organization.is_some()
        {
            let help = "name the roles, or one role for every account of the organization";
            let what = "`accounts` has `roles` and `organization`";
            errors.push(self.at(role, what).with_help(Some(help.to_owned())));
        }
        for id in file.skip.iter().filter(|id| file.only.iter().any(|only| only.value == id.value)) {
            let what = format!("`{}` stands under `only` and under `skip`", id.value);
            errors.push(self.at(id, what).with_help(Some("leave out one of the two".to_owned())));
        }
        errors.extend(file.regions.iter().filter_map(|text| self.known_region(text, &text.value).err()));
        errors.extend(file.trusted_accounts.iter().filter_map(|text| self.account(Some(text)).err()));
        errors.extend(self.selectors().err().into_iter().flatten());
        errors.extend(self.fail_on().err());
        errors.extend(self.trail_sources().err());
        errors.extend(self.trail_budget().err());
        errors.extend(self.outputs().err());
        errors.extend(self.environments().err());
        errors.extend(self.owners().err().into_iter().flatten());
        errors
    }

    /// What the command line may say and the file says in its place.
    pub fn file(&self) -> &ConfigFile<Spanned<String>> {
        &self.file
    }

    /// Where paths in the file start.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        let folder = self.path.as_deref().and_then(Path::parent);
        folder.map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }

    /// The baseline that audits are compared with.
    pub fn baseline(&self) -> Option<PathBuf> {
        self.file.baseline.as_ref().map(|path| self.resolve(Path::new(&path.value)))
    }

    /// The map that says where resources are defined as code.
    pub fn iac_map(&self) -> Option<PathBuf> {
        self.file.iac_map.as_deref().map(|path| self.resolve(path))
    }

    /// The folder that keeps audits.
    pub fn history(&self) -> Option<PathBuf> {
        self.file.history.as_ref().map(|path| self.resolve(Path::new(&path.value)))
    }

    /// The settings of a run.
    ///
    /// # Errors
    /// Every owner's scope that is no selector.
    pub fn settings(&self, as_of: Timestamp) -> Result<Settings, Vec<Diagnostic>> {
        let file = &self.file;
        let mut settings = Settings::new(as_of);
        let lower = |words: &[String]| words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
        for (name, words) in &file.environments {
            settings.environments.insert(name.clone(), lower(&values(words)));
        }
        if let Some(production) = &file.production {
            settings.production.clone_from(&production.value);
        }
        let put = |to: &mut Vec<String>, words: &[String]| {
            if !words.is_empty() {
                *to = lower(words);
            }
        };
        put(&mut settings.environment_tags, &file.environment_tags);
        if let Some(classification) = &file.classification {
            put(&mut settings.classification_tags, &classification.tags);
            put(&mut settings.sensitive_classifications, &classification.sensitive);
        }
        if let Some(owners) = &file.owners {
            put(&mut settings.owner_tags, &owners.tags);
        }
        settings.owners = self.owners()?;
        settings.trusted_accounts = values(&file.trusted_accounts);
        Ok(settings)
    }

    /// Words of one environment that also mean another one, and a production environment that nobody knows.
    fn environments(&self) -> Result<(), Diagnostic> {
        let usual = Settings::new(Timestamp::UNIX_EPOCH).environments;
        let own = &self.file.environments;
        let names: BTreeSet<&String> = usual.keys().chain(own.keys()).collect();
        let mut meant: BTreeMap<&str, (&str, Option<&Spanned<String>>)> = BTreeMap::new();
        for name in &names {
            let spelled = own.get(*name).into_iter().flatten().map(|text| (text.value.as_str(), Some(text)));
            let others = usual.get(*name).filter(|_| !own.contains_key(*name)).into_iter().flatten();
            for (word, place) in spelled.chain(others.map(|word| (word.as_str(), None))) {
                match meant.insert(word, (name, place)) {
                    Some((other, before)) if other != name.as_str() => {
                        let what = format!("`{word}` means two environments: `{other}` and `{name}`");
                        let help = "leave it out of one of them, under `environments`";
                        let error = place.or(before).map(|text| self.at(text, what));
                        return error.map_or(Ok(()), |error| Err(error.with_help(Some(help.to_owned()))));
                    }
                    _ => {}
                }
            }
        }
        match &self.file.production {
            Some(production) if !names.contains(&production.value) => {
                let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
                let help = format!("known are {}; add others under `environments`", names.join(", "));
                let what = format!("no environment is called `{}`", production.value);
                Err(self.at(production, what).with_help(Some(help)))
            }
            _ => Ok(()),
        }
    }

    fn owners(&self) -> Result<Vec<OwnerRule>, Vec<Diagnostic>> {
        let (mut rules, mut errors) = (Vec::new(), Vec::new());
        for owner in self.file.owners.iter().flat_map(|owners| &owners.otherwise) {
            let scope = owner.scope.as_ref().map(|scope| self.selector(scope)).transpose();
            match scope {
                Ok(scope) => rules.push(OwnerRule {
                    scope,
                    account: owner.account.as_ref().map(AccountId::new),
                    owner: owner.owner.clone(),
                }),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(rules) } else { Err(errors) }
    }

    fn selector(&self, text: &Spanned<String>) -> Result<Selector, Diagnostic> {
        let explain = |error: SelectorError| {
            let help = "write a name such as `prod/*`, an ARN, or a tag such as `tag:Team=payments`";
            self.at(text, error.to_string()).with_help(Some(help.to_owned()))
        };
        text.value.parse().map_err(explain)
    }

    /// What every run is narrowed to.
    ///
    /// # Errors
    /// Every text that is no selector.
    pub fn selectors(&self) -> Result<Vec<Selector>, Vec<Diagnostic>> {
        let (mut found, mut errors) = (Vec::new(), Vec::new());
        for text in &self.file.select {
            match Selector::of_secrets(&text.value) {
                Ok(selector) => found.push(selector),
                Err(error) => {
                    let help = Some(error.help().to_owned());
                    errors.push(self.at(text, error.to_string()).with_help(help));
                }
            }
        }
        if errors.is_empty() { Ok(found) } else { Err(errors) }
    }

    /// From which severity on failures decide the exit code; `Some(None)` for never, none where the file is silent.
    ///
    /// # Errors
    /// Where it is no severity.
    pub fn fail_on(&self) -> Result<Option<Option<Severity>>, Diagnostic> {
        let Some(text) = &self.file.fail_on else { return Ok(None) };
        if text.value == "never" {
            return Ok(Some(None));
        }
        let severity = Severity::WORST_FIRST.into_iter().find(|severity| severity.as_str() == text.value);
        severity.map(|severity| Some(Some(severity))).ok_or_else(|| {
            self.at(text, format!("`{}` is no severity", text.value))
                .with_help(Some("expected critical, high, medium, low, info or never".to_owned()))
        })
    }

    /// Where to learn who did read secrets; folders start at the file.
    ///
    /// # Errors
    /// Where one is no source.
    pub fn trail_sources(&self) -> Result<Vec<TrailSource>, Diagnostic> {
        let named = self.file.trail.iter().flat_map(|trail| &trail.sources);
        let source = |text: &Spanned<String>| match TrailSource::from_str(&text.value) {
            Ok(TrailSource::Directory(path)) => Ok(TrailSource::Directory(self.resolve(&path))),
            Ok(source) => Ok(source),
            Err(error) => {
                let help = "`audit --help` shows them under `--trail`".to_owned();
                let what = format!("`{}` is no source of CloudTrail: {error}", text.value);
                Err(self.at(text, what).with_help(Some(help)))
            }
        };
        named.map(source).collect()
    }

    /// Reports that are written at each audit.
    ///
    /// # Errors
    /// Where a format is not known.
    pub fn outputs(&self) -> Result<Vec<(ReportFormat, PathBuf)>, Diagnostic> {
        let output = |(name, path): (&String, &Spanned<String>)| match ReportFormat::from_name(name) {
            Some(format) => Ok((format, self.resolve(Path::new(&path.value)))),
            None => Err(self
                .at(path, format!("outputs: no format `{name}`"))
                .with_help(Some(format!("expected {}", ReportFormat::names())))),
        };
        self.file.outputs.iter().map(output).collect()
    }

    /// How long all sources of CloudTrail together may take; none where the file is silent.
    ///
    /// # Errors
    /// Where it is no span of time.
    pub fn trail_budget(&self) -> Result<Option<Duration>, Diagnostic> {
        let Some(text) = self.file.trail.as_ref().and_then(|trail| trail.budget.as_ref()) else {
            return Ok(None);
        };
        let span = text.value.parse::<SignedDuration>().ok().filter(SignedDuration::is_positive);
        let span = span.and_then(|span| Duration::try_from(span).ok());
        span.map(Some).ok_or_else(|| {
            self.at(text, format!("trail.budget: `{}` is no span of time", text.value))
                .with_help(Some("write it as 90s, 5m or 1h".to_owned()))
        })
    }

    /// What is wrong with a file or folder that the settings name.
    pub fn blame(&self, text: &Spanned<String>, message: String, help: String) -> Vec<Diagnostic> {
        vec![self.at(text, message).with_help(Some(help))]
    }

    /// A mistake in a text of the file.
    fn at(&self, text: &Spanned<String>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::at(&self.name(), &self.text, text, message.into())
    }

    fn name(&self) -> String {
        self.path.as_deref().map_or_else(|| "settings".to_owned(), |path| path.display().to_string())
    }
}

/// Texts without their places.
fn values(texts: &[Spanned<String>]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}

/// The JSON Schema of the file, with a final line break.
///
/// # Errors
/// Where serde_json refuses, which it does not for a schema.
pub fn schema() -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(ConfigFile))?;
    text.push('\n');
    Ok(text)
}
