//! Settings from a file and from the command line.
//!
//! A settings file names rules and what differs from their files:
//!
//! ```yaml
//! rules:
//!   stale-value:
//!     severity: critical
//!     max_age_days: [{ when: "production", value: 30 }, { value: 90 }]
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::model::{Severity, reason};
use crate::rules::{Diagnostic, LoadOptions, RuleSettings, Selection};

/// The settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Rule id to parameters; `severity` stands beside them.
    #[serde(default)]
    rules: BTreeMap<String, BTreeMap<String, Value>>,
}

/// What rules are loaded with.
///
/// # Errors
/// Where the file cannot be read, or a setting is not one.
pub fn load_options(
    dirs: &[PathBuf],
    only: &[String],
    skip: &[String],
    set: &[String],
    file: Option<&Path>,
) -> Result<LoadOptions, Vec<Diagnostic>> {
    let selection = Selection::new(only, skip)
        .map_err(|message| vec![Diagnostic::about_file("--only and --skip", message)])?;
    let mut rules = match file {
        Some(path) => read(path).map_err(|error| vec![error])?.rules,
        None => BTreeMap::new(),
    };
    for text in set {
        let (rule, name, value) = assignment(text).map_err(|error| vec![error])?;
        rules.entry(rule).or_default().insert(name, value);
    }
    let settings = rules.into_iter().map(|(id, values)| Ok((id.clone(), rule_settings(&id, values)?)));
    let settings = settings.collect::<Result<_, Diagnostic>>().map_err(|error| vec![error])?;
    Ok(LoadOptions { dirs: dirs.to_vec(), settings, selection })
}

fn read(path: &Path) -> Result<File, Diagnostic> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Diagnostic::about_file(&name, format!("cannot read the settings file: {}", reason(&error)))
            .with_help(Some("name a YAML file with `--config FILE`".to_owned()))
    })?;
    let options = serde_saphyr::options! { with_snippet: false };
    serde_saphyr::from_str_with_options(&text, options)
        .map_err(|error| Diagnostic::yaml(&name, &text, "settings file", &error))
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
