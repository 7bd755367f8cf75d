//! Rules for readers: the list, and one rule explained.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use serde_json::json;

use crate::model::{RuleInfo, RuleKind};

/// The list of rules, one line each, by topic.
pub fn list(rules: &[(Arc<RuleInfo>, bool)]) -> String {
    let mut sorted: Vec<_> = rules.iter().collect();
    sorted.sort_by(|a, b| (&a.0.topic, &a.0.id).cmp(&(&b.0.topic, &b.0.id)));
    let widest = sorted.iter().map(|(rule, _)| rule.id.len()).max().unwrap_or_default();
    let mut text = String::new();
    let mut topic = "";
    for (rule, runs) in sorted {
        if rule.topic != topic {
            topic = &rule.topic;
            let _ = writeln!(text, "{topic}");
        }
        let off = if *runs { "" } else { " (off)" };
        let _ = writeln!(text, "  {:<8}  {:<widest$}  {}{off}", rule.severity, rule.id, rule.title);
    }
    text
}

/// One rule, as Markdown that reads well in a terminal of this width too.
pub fn explain(rule: &RuleInfo, width: usize) -> String {
    let mut text = format!("# {}\n\n{}: {}\n\n", rule.id, rule.severity, rule.title);
    let _ = writeln!(text, "{}\n", wrapped(&one_line(&rule.why), width));
    facts(&mut text, rule);
    parameters(&mut text, rule);
    remediation(&mut text, rule, width);
    lists(&mut text, rule, width);
    text
}

fn facts(text: &mut String, rule: &RuleInfo) {
    let _ = writeln!(text, "- judges: table `{}`", rule.table);
    if rule.kind == RuleKind::Event {
        let _ = writeln!(text, "- reports an event: decides the exit code with `--gate-events` only");
    }
    let _ = writeln!(text, "- applies to: `{}`", one_line(&rule.applies_to));
    let _ = writeln!(text, "- requires: `{}`", one_line(&rule.require));
    let _ = writeln!(text, "- evidence: {}", rule.calls.join(", "));
    for (label, list) in [("explained by", &rule.implied_by), ("former ids", &rule.aliases)] {
        if !list.is_empty() {
            let _ = writeln!(text, "- {label}: {}", list.join(", "));
        }
    }
}

fn parameters(text: &mut String, rule: &RuleInfo) {
    if rule.parameters.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n## Parameters\n");
    for parameter in &rule.parameters {
        let unit = parameter.unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default();
        let (name, kind, value, help) = (&parameter.name, &parameter.kind, &parameter.value, &parameter.help);
        let _ = writeln!(text, "- `{name}` ({kind}{unit}) = {value}: {help}");
    }
}

fn remediation(text: &mut String, rule: &RuleInfo, width: usize) {
    let ways = [
        ("Console", &rule.remediation.console, false),
        ("AWS CLI", &rule.remediation.cli, true),
        ("Terraform", &rule.remediation.terraform, true),
        ("CloudFormation", &rule.remediation.cloudformation, true),
    ];
    let known: Vec<_> =
        ways.iter().filter_map(|(name, way, code)| Some((name, way.as_ref()?, code))).collect();
    if known.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n## How to mend it\n");
    for (name, way, is_code) in known {
        if *is_code {
            let _ = writeln!(text, "{name}:\n\n```\n{}\n```\n", way.trim_end());
        } else {
            let _ = writeln!(text, "{}\n", wrapped(&format!("{name}: {}", one_line(way)), width));
        }
    }
}

fn lists(text: &mut String, rule: &RuleInfo, width: usize) {
    if !rule.frameworks.is_empty() {
        let _ = writeln!(text, "## Frameworks\n");
        for (framework, controls) in &rule.frameworks {
            let _ = writeln!(text, "{}", framework_line(framework, controls, width));
        }
        let _ = writeln!(text);
    }
    if !rule.references.is_empty() {
        let _ = writeln!(text, "## References\n");
        for reference in &rule.references {
            let _ = writeln!(text, "- {reference}");
        }
    }
}

/// The controls of a framework, each source of mappings behind its controls.
fn framework_line(framework: &str, controls: &BTreeMap<String, String>, width: usize) -> String {
    let mut by_source: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (control, source) in controls {
        by_source.entry(source).or_default().push(control);
    }
    let part = |(source, controls): (&str, Vec<&str>)| format!("{} ({source})", controls.join(", "));
    let parts: Vec<String> = by_source.into_iter().map(part).collect();
    let options = textwrap::Options::new(width).subsequent_indent("  ").break_words(false);
    textwrap::fill(&format!("- {framework}: {}", parts.join("; ")), options)
}

fn wrapped(text: &str, width: usize) -> String {
    textwrap::fill(text, textwrap::Options::new(width).break_words(false))
}

fn one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One rule as JSON.
///
/// # Errors
/// Where serde_json refuses, which it does not for these types.
pub fn explain_json(rule: &RuleInfo, runs: bool) -> serde_json::Result<serde_json::Value> {
    let parameter = |parameter: &crate::model::ParameterInfo| {
        json!({
            "name": parameter.name, "type": parameter.kind, "value": parameter.value,
            "unit": parameter.unit, "help": parameter.help,
        })
    };
    Ok(json!({
        "id": rule.id, "aliases": rule.aliases, "title": rule.title, "topic": rule.topic,
        "severity": rule.severity, "kind": rule.kind, "table": rule.table, "runs": runs,
        "applies_to": rule.applies_to, "require": rule.require, "why": rule.why,
        "remediation": serde_json::to_value(&rule.remediation)?, "references": rule.references,
        "frameworks": rule.frameworks, "implied_by": rule.implied_by, "calls": rule.calls,
        "parameters": rule.parameters.iter().map(parameter).collect::<Vec<_>>(),
    }))
}
