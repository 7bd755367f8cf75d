//! All rule files, checked and compiled.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use polars::prelude::DataType;
use serde_json::Value;
use serde_saphyr::Spanned;
use sha2::{Digest, Sha256};

use super::compile::{CompiledRule, Compiler, Parameter, kind_name};
use super::condition::Condition;
use super::diagnostic::{Diagnostic, closest};
use super::file::ParameterFile;
use super::frameworks::Frameworks;
use super::message::{Message, Piece, pieces};
use super::parameter::{Alternative, ParameterValue};
use super::select::Selection;
use super::sources::{Source, located, sources};
use super::sql::{self, Parsed, Scope, SqlError};
use crate::model::{ParameterInfo, RuleInfo, Severity};
use crate::tables::schema::{Table, TagColumn};

/// What the configuration says about one rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleSettings {
    /// Another severity.
    pub severity: Option<Severity>,
    /// Parameter to its value, or to a list of `{when, value}`.
    pub parameters: BTreeMap<String, Value>,
}

/// Where rules come from and what differs from their files.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Folders of further rule files; a file with a known id takes its place.
    pub dirs: Vec<PathBuf>,
    /// The root of the repository, from which the paths of rule files are told; none where there is none.
    pub root: Option<PathBuf>,
    /// Rule id to what differs.
    pub settings: BTreeMap<String, RuleSettings>,
    /// Parameter to its value in every rule that has it and for which nothing else is said.
    pub shared: BTreeMap<String, Value>,
    /// Which rules run.
    pub selection: Selection,
}

/// The rules in force.
#[derive(Clone, Debug)]
pub struct RuleSet {
    /// The rules that run, by id.
    pub rules: Vec<CompiledRule>,
    /// Every rule that was found, by id, whether it runs or not.
    pub(super) sources: Vec<Source>,
    /// A digest of the rules that run, parameters included.
    pub digest: String,
}

impl RuleSet {
    /// The rule with this id or former id.
    pub fn find(&self, id: &str) -> Option<Arc<RuleInfo>> {
        let named = |source: &&Source| {
            source.rule.id.value == id || source.rule.aliases.iter().any(|alias| alias == id)
        };
        let source = self.sources.iter().find(named)?;
        let in_force = self.rules.iter().find(|rule| rule.info.id == source.rule.id.value);
        let info = in_force.map(|rule| rule.info.clone());
        info.or_else(|| compile(source, &RuleSettings::default()).ok().map(|rule| rule.info))
    }

    /// The known id closest to a mistyped one.
    pub fn suggest(&self, id: &str) -> Option<&str> {
        closest(id, self.sources.iter().map(|source| source.rule.id.value.as_str()))
    }

    /// Every rule that was found, whether it runs or not.
    pub fn all(&self) -> Vec<(Arc<RuleInfo>, bool)> {
        let runs = |id: &str| self.rules.iter().find(|rule| rule.info.id == id);
        let info = |source: &Source| match runs(&source.rule.id.value) {
            Some(rule) => Some((rule.info.clone(), true)),
            None => compile(source, &RuleSettings::default()).ok().map(|rule| (rule.info, false)),
        };
        self.sources.iter().filter_map(info).collect()
    }

    /// The tag columns that the rules in force need.
    pub fn tags(&self) -> BTreeSet<TagColumn> {
        self.rules.iter().flat_map(|rule| rule.tags.iter().cloned()).collect()
    }
}

/// Loads, checks and compiles everything.
///
/// # Errors
/// Every error of every file, so that they can be mended in one go.
pub fn load(options: &LoadOptions) -> Result<RuleSet, Vec<Diagnostic>> {
    let sources = sources(&options.dirs, options.root.as_deref())?;
    let mut errors = unknown_names(&sources, options);
    errors.extend(unknown_mappings(&sources, &options.selection));
    let mut rules = Vec::new();
    let default = RuleSettings::default();
    for source in &sources {
        let settings = names(source).find_map(|name| options.settings.get(name)).unwrap_or(&default);
        let is_configured = *settings != default;
        let settings = with_shared(source, settings, &options.shared);
        if !options.selection.takes(&source.rule, is_configured) {
            // A rule that does not run must still be right.
            errors.extend(compile(source, &settings).err());
            continue;
        }
        match compile(source, &settings) {
            Ok(rule) => rules.push(rule),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        errors.extend(nothing_left(&rules, &options.selection));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let digest = digest(&rules);
    Ok(RuleSet { rules, sources, digest })
}

/// The settings of a rule, with those that are for every rule with such a parameter.
fn with_shared(source: &Source, settings: &RuleSettings, shared: &BTreeMap<String, Value>) -> RuleSettings {
    let mut settings = settings.clone();
    for (name, value) in shared.iter().filter(|(name, _)| source.rule.parameters.contains_key(*name)) {
        settings.parameters.entry(name.clone()).or_insert_with(|| value.clone());
    }
    settings
}

/// The id of a rule, and its former ids.
fn names(source: &Source) -> impl Iterator<Item = &str> {
    std::iter::once(source.rule.id.value.as_str()).chain(source.rule.aliases.iter().map(String::as_str))
}

/// Ids that the settings, the selection or `implied_by` name, and nobody has.
fn unknown_names(sources: &[Source], options: &LoadOptions) -> Vec<Diagnostic> {
    let ids: Vec<&str> = sources.iter().flat_map(names).collect();
    let mut errors = Vec::new();
    let help = |close: Option<&str>| {
        let known = || "`secrets-auditor rules list` shows the rules".to_owned();
        Some(close.map_or_else(known, |close| format!("did you mean `{close}`?")))
    };
    for source in sources {
        let set: Vec<&str> = names(source).filter(|name| options.settings.contains_key(*name)).collect();
        if let [one, other, ..] = set.as_slice() {
            let message = format!("`{one}` and `{other}` are the same rule, and both have settings");
            let help = Some(format!("put all of them under `{}`", source.rule.id.value));
            errors.push(Diagnostic::about_file("settings", message).with_help(help));
        }
    }
    for id in options.settings.keys().filter(|id| !ids.contains(&id.as_str())) {
        let close = closest(id, ids.iter().copied());
        errors.push(Diagnostic::about_file("settings", format!("no rule `{id}`")).with_help(help(close)));
    }
    if let Some((pattern, close)) = options.selection.unmatched(&ids) {
        let message = format!("`{pattern}` matches no rule");
        errors.push(Diagnostic::about_file("--only and --skip", message).with_help(help(close)));
    }
    for source in sources {
        for id in source.rule.implied_by.iter().filter(|id| !ids.contains(&id.as_str())) {
            let close = closest(id, ids.iter().copied());
            let error = located(source, &source.rule.id, format!("`implied_by` names no rule: `{id}`"));
            errors.push(error.with_help(help(close)));
        }
    }
    errors
}

/// Frameworks, controls and sources of mappings that nobody knows.
fn unknown_mappings(sources: &[Source], selection: &Selection) -> Vec<Diagnostic> {
    let frameworks = match Frameworks::embedded() {
        Ok(frameworks) => frameworks,
        Err(error) => return vec![Diagnostic::about_file("frameworks", error.to_string())],
    };
    let unknown = selection.frameworks().iter().filter(|id| frameworks.find(id).is_none());
    let unknown = unknown.map(|id| {
        let error = Diagnostic::about_file("--framework", format!("no framework `{id}`"));
        error.with_help(Some(frameworks.help(id)))
    });
    unknown.chain(sources.iter().flat_map(|source| frameworks.unknown(source))).collect()
}

/// An audit by no rule at all would find nothing, and look clean.
fn nothing_left(rules: &[CompiledRule], selection: &Selection) -> Option<Diagnostic> {
    let frameworks = selection.frameworks();
    (rules.is_empty() && !frameworks.is_empty()).then(|| {
        let named: Vec<String> = frameworks.iter().map(|id| format!("`{id}`")).collect();
        let message = format!("no rule that was chosen stands behind a control of {}", named.join(" or "));
        Diagnostic::about_file("--framework", message)
            .with_help(Some("leave out `--framework`, or `--only` and `--skip`".to_owned()))
    })
}

/// The names that a rule's expressions may use.
struct RuleScope<'a> {
    table: Table,
    parameters: Vec<&'a str>,
}

impl Scope for RuleScope<'_> {
    fn has_column(&self, name: &str) -> bool {
        let is_tag = self.table.has_tags() && TagColumn::parse(name).is_some();
        is_tag || self.table.column(name).is_some()
    }

    fn columns(&self) -> Vec<String> {
        self.table.columns().iter().map(|column| column.name.to_owned()).collect()
    }

    fn parameters(&self) -> Vec<String> {
        self.parameters.iter().map(|name| (*name).to_owned()).collect()
    }

    fn table(&self) -> &str {
        self.table.as_str()
    }
}

/// Checks and compiles one rule.
pub(super) fn compile(source: &Source, settings: &RuleSettings) -> Result<CompiledRule, Diagnostic> {
    let rule = &source.rule;
    let scope =
        RuleScope { table: rule.table, parameters: rule.parameters.keys().map(String::as_str).collect() };
    let parameters = parameters(source, settings)?;
    let compiler = Compiler { table: rule.table, parameters: &parameters };
    let applies_to = condition(source, &rule.applies_to, &scope, &compiler)?;
    let require = condition(source, &rule.require, &scope, &compiler)?;
    let message = message(source, &scope, &compiler)?;
    let mut tags: BTreeSet<TagColumn> = applies_to.tags.union(&require.tags).cloned().collect();
    tags.extend(message.conditions().flat_map(|condition| condition.tags.iter().cloned()));
    Ok(CompiledRule {
        info: Arc::new(info(source, settings, &parameters, [&applies_to, &require])),
        first_id: rule.aliases.first().unwrap_or(&rule.id.value).clone(),
        confidence: rule.confidence,
        table: rule.table,
        applies_to: applies_to.expr,
        require: require.expr,
        applies_columns: applies_to.columns,
        require_columns: require.columns,
        message,
        tags,
    })
}

fn condition(
    source: &Source,
    text: &Spanned<String>,
    scope: &RuleScope<'_>,
    compiler: &Compiler<'_>,
) -> Result<Condition, Diagnostic> {
    let parsed =
        sql::parse(&text.value, scope).map_err(|error| sql_error(source, text, &text.value, false, error))?;
    let (condition, kind) = typed(compiler, &parsed).map_err(|reason| located(source, text, reason))?;
    if kind != DataType::Boolean {
        let message = format!("a condition must be boolean, this is {}", kind_name(&kind));
        return Err(located(source, text, message));
    }
    Ok(condition)
}

fn typed(compiler: &Compiler<'_>, parsed: &Parsed) -> Result<(Condition, DataType), String> {
    let wrong = |reason: String| format!("type error: {reason}");
    let condition = compiler.compile(parsed).map_err(wrong)?;
    let kind = compiler.check(&condition).map_err(wrong)?;
    Ok((condition, kind))
}

fn message(source: &Source, scope: &RuleScope<'_>, compiler: &Compiler<'_>) -> Result<Message, Diagnostic> {
    let text = &source.rule.message;
    let cut = pieces(&text.value)
        .map_err(|_| located(source, text, "a brace in the message has no partner".to_owned()))?;
    let mut compiled = Vec::new();
    for piece in cut {
        compiled.push(match piece {
            Piece::Text(text) => Ok(text),
            Piece::Sql(inner) => {
                let parsed = sql::parse(&inner, scope)
                    .map_err(|error| sql_error(source, text, &inner, true, error))?;
                Err(typed(compiler, &parsed).map_err(|reason| located(source, text, reason))?.0)
            }
        });
    }
    Ok(Message::new(compiled.into_iter()))
}

/// The parameters with the values in force.
fn parameters(source: &Source, settings: &RuleSettings) -> Result<BTreeMap<String, Parameter>, Diagnostic> {
    let rule = &source.rule;
    if let Some(unknown) = settings.parameters.keys().find(|name| !rule.parameters.contains_key(*name)) {
        let known = rule.parameters.keys().map(String::as_str);
        let close = closest(unknown, known).map(|close| format!("did you mean `{close}`?"));
        let message = format!("rule `{}` has no parameter `{unknown}`", rule.id.value);
        return Err(Diagnostic::about_file("settings", message).with_help(close));
    }
    let mut all = BTreeMap::new();
    for (name, parameter) in &rule.parameters {
        let default = ParameterValue::read(parameter, &parameter.default).map_err(|reason| {
            located(source, &rule.id, format!("default of parameter `{name}`: {reason}"))
        })?;
        let value = match settings.parameters.get(name) {
            None => Parameter::fixed(default),
            Some(value) => overridden(source, name, parameter, value, default)?,
        };
        all.insert(name.clone(), value);
    }
    Ok(all)
}

fn overridden(
    source: &Source,
    name: &str,
    parameter: &ParameterFile,
    value: &Value,
    default: ParameterValue,
) -> Result<Parameter, Diagnostic> {
    let about = |reason: String| {
        Diagnostic::about_file("settings", format!("{}.{name}: {reason}", source.rule.id.value))
    };
    let alternatives = alternatives(parameter, value, default).map_err(about)?;
    let scope = RuleScope { table: source.rule.table, parameters: Vec::new() };
    let none = BTreeMap::new();
    let compiler = Compiler { table: source.rule.table, parameters: &none };
    Parameter::by_row(&alternatives, |text| {
        let parsed = sql::parse(text, &scope)
            .map_err(|error| about(format!("`{text}`: {}", error.message)).with_help(error.help))?;
        let (condition, kind) =
            typed(&compiler, &parsed).map_err(|reason| about(format!("`{text}`: {reason}")))?;
        if kind != DataType::Boolean {
            return Err(about(format!("`{text}` must be boolean, it is {}", kind_name(&kind))));
        }
        Ok(condition)
    })
}

/// A value for all rows, or a list of `{when, value}` that ends with the default where nothing else holds.
fn alternatives(
    parameter: &ParameterFile,
    value: &Value,
    default: ParameterValue,
) -> Result<Vec<Alternative>, String> {
    let is_choice = |item: &Value| item.as_object().is_some_and(|object| object.contains_key("value"));
    let Some(list) = value.as_array().filter(|list| !list.is_empty() && list.iter().all(is_choice)) else {
        return Ok(vec![Alternative { when: None, value: ParameterValue::read(parameter, value)? }]);
    };
    let mut all = Vec::new();
    for item in list {
        let value = ParameterValue::read(parameter, item.get("value").unwrap_or(&Value::Null))?;
        let is_open = all.last().is_some_and(|last: &Alternative| last.when.is_none());
        if is_open {
            return Err("only the last alternative may be without `when`".to_owned());
        }
        all.push(Alternative { when: condition_of(item)?, value });
    }
    if all.last().is_some_and(|last| last.when.is_some()) {
        all.push(Alternative { when: None, value: default });
    }
    Ok(all)
}

/// The SQL of an alternative; a misspelt key would let its value hold for all rows.
fn condition_of(item: &Value) -> Result<Option<String>, String> {
    let keys = item.as_object().into_iter().flat_map(|object| object.keys());
    if let Some(unknown) = keys.into_iter().find(|key| !["when", "value"].contains(&key.as_str())) {
        return Err(format!("an alternative has `when` and `value`, not `{unknown}`"));
    }
    match item.get("when") {
        None => Ok(None),
        Some(Value::String(sql)) => Ok(Some(sql.clone())),
        Some(Value::Bool(constant)) => Ok(Some(constant.to_string())),
        Some(other) => Err(format!("`when` holds SQL, not `{other}`")),
    }
}

fn info(
    source: &Source,
    settings: &RuleSettings,
    parameters: &BTreeMap<String, Parameter>,
    conditions: [&Condition; 2],
) -> RuleInfo {
    let rule = &source.rule;
    let calls: BTreeSet<&str> = conditions
        .iter()
        .flat_map(|condition| &condition.columns)
        .map(|column| column.group.call())
        .collect();
    RuleInfo {
        id: rule.id.value.clone(),
        aliases: rule.aliases.clone(),
        title: rule.title.clone(),
        topic: source.topic.clone(),
        source: source.anchor(),
        severity: settings.severity.unwrap_or(rule.severity),
        confidence: rule.confidence,
        kind: rule.kind,
        table: rule.table.as_str().to_owned(),
        applies_to: rule.applies_to.value.clone(),
        require: rule.require.value.clone(),
        why: rule.why.trim().to_owned(),
        remediation: rule.remediation.clone(),
        references: rule.references.clone(),
        frameworks: rule.frameworks.plain(),
        parameters: rule
            .parameters
            .iter()
            .map(|(name, file)| parameter_info(name, file, parameters))
            .collect(),
        implied_by: rule.implied_by.clone(),
        calls: calls.into_iter().map(str::to_owned).collect(),
    }
}

fn parameter_info(
    name: &str,
    file: &ParameterFile,
    parameters: &BTreeMap<String, Parameter>,
) -> ParameterInfo {
    let shown = |parameter: &Parameter| {
        if !parameter.is_given() {
            return "(not given)".to_owned();
        }
        let values: Vec<String> = parameter.alternatives.iter().map(|(_, value)| value.shown()).collect();
        values.join(" or ")
    };
    ParameterInfo {
        name: name.to_owned(),
        kind: file.kind.as_str().to_owned(),
        value: parameters.get(name).map(shown).unwrap_or_default(),
        unit: file.unit.clone(),
        help: file.help.clone(),
    }
}

/// The digest of what decides verdicts: conditions, severities, parameters.
fn digest(rules: &[CompiledRule]) -> String {
    let mut hash = Sha256::new();
    for rule in rules {
        let info = &rule.info;
        let parts = [&info.id, info.severity.as_str(), &info.applies_to, &info.require];
        parts.iter().for_each(|part| hash.update(part.as_bytes()));
        info.parameters
            .iter()
            .for_each(|parameter| hash.update(format!("{}={}", parameter.name, parameter.value)));
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// An error inside an expression, which is found again in the file by its line.
fn sql_error(
    source: &Source,
    whole: &Spanned<String>,
    text: &str,
    braced: bool,
    error: SqlError,
) -> Diagnostic {
    let mut diagnostic = located(source, whole, error.message).with_help(error.help);
    let line_number = usize::try_from(error.line).unwrap_or(1).saturating_sub(1);
    let column = usize::try_from(error.column).unwrap_or(1).saturating_sub(1);
    let line = text.lines().nth(line_number).unwrap_or_default();
    let begin = diagnostic.span.start;
    let behind = source.text.get(begin..).unwrap_or_default();
    // Inside a message the expression stands in braces, and its words may stand outside of them too.
    let brace = if braced { "{" } else { "" };
    let found = behind.find(&format!("{brace}{}", line.trim_end())).filter(|_| !line.trim().is_empty());
    if let Some(found) = found {
        let offset: usize = line.chars().take(column).map(char::len_utf8).sum();
        let start = begin + found + brace.len() + offset;
        diagnostic.span = start..(start + error.width).min(source.text.len());
    }
    diagnostic
}
