//! Which rules run, and what differs from their files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::Config;
use crate::model::Severity;
use crate::rules::{Diagnostic, LoadOptions, RuleSettings, Selection};

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
        let or =
            |given: &[String], own: &[String]| if given.is_empty() { own.to_vec() } else { given.to_vec() };
        let selection = Selection::new(&or(choice.only, &file.only), &or(choice.skip, &file.skip))
            .map_err(|message| vec![Diagnostic::about_file("--only and --skip", message)])?
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
            let accounts = file.trusted_accounts.iter().cloned().map(Value::String).collect();
            shared.insert("trusted_accounts".to_owned(), Value::Array(accounts));
        }
        let mut dirs: Vec<PathBuf> = file.rule_dirs.iter().map(|dir| self.resolve(dir)).collect();
        dirs.extend(choice.dirs.iter().cloned());
        Ok(LoadOptions { dirs, settings, shared, selection, root: None })
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
