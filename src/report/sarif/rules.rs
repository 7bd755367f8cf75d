//! Rules as SARIF describes them.

use super::model::{Configuration, Rule, RuleProperties, Text};
use crate::model::{Confidence, Remediation, RuleInfo, Severity};

/// The longest description that GitHub takes, in characters.
///
/// Source: docs.github.com, "SARIF support for code scanning", `reportingDescriptor` object.
const LONGEST: usize = 1024;

/// How many tags of a rule GitHub takes.
const TAGS: usize = 20;

pub(super) fn rule(info: &RuleInfo) -> Rule<'_> {
    let frameworks = info.frameworks.keys().map(String::as_str);
    let tags = ["security", info.topic.as_str()].into_iter().filter(|tag| !tag.is_empty()).chain(frameworks);
    Rule {
        id: &info.id,
        deprecated_ids: &info.aliases,
        name: pascal_case(&info.id),
        short_description: Text::plain(shortened(&info.title)),
        full_description: Text::plain(shortened(if info.why.is_empty() { &info.title } else { &info.why })),
        help_uri: info.references.iter().map(String::as_str).find(|page| page.starts_with("https://")),
        help: help(info),
        default_configuration: Configuration { level: level(info.severity) },
        properties: RuleProperties {
            tags: tags.take(TAGS).collect(),
            precision: match info.confidence {
                Confidence::High => "high",
                Confidence::Medium => "medium",
                Confidence::Low => "low",
            },
            problem_severity: problem(info.severity),
            security_severity: security_severity(info.severity),
        },
    }
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

/// A number in the middle of the range that GitHub shows as that severity; what is only worth knowing has none.
fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.5"),
        Severity::Info => None,
    }
}

/// Why, and how to mend it. Rule files are the user's own, so their Markdown is taken as it is.
fn help(info: &RuleInfo) -> Text {
    let Remediation { console, cli, terraform, cloudformation } = &info.remediation;
    let ways = [
        ("Console", None, console),
        ("AWS CLI", Some("sh"), cli),
        ("Terraform", Some("terraform"), terraform),
        ("CloudFormation", Some("yaml"), cloudformation),
    ];
    let mut text = if info.why.is_empty() { info.title.clone() } else { info.why.clone() };
    let mut markdown = text.clone();
    for (title, language, way) in ways {
        let Some(way) = way.as_deref().map(str::trim_end).filter(|way| !way.is_empty()) else { continue };
        text.push_str(&format!("\n\n{title}:\n{way}"));
        markdown.push_str(&match language {
            Some(language) => format!("\n\n**{title}**\n\n```{language}\n{way}\n```"),
            None => format!("\n\n**{title}**\n\n{way}"),
        });
    }
    for page in &info.references {
        text.push_str(&format!("\n\n{page}"));
        markdown.push_str(&format!("\n\n<{page}>"));
    }
    Text { text, markdown: Some(markdown) }
}

/// The id as the name of a type, which viewers show for its readability.
fn pascal_case(id: &str) -> String {
    let words = id.split('-').map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect::<String>())
    });
    words.collect()
}

/// The text up to the longest that is taken, ended by dots where it is longer.
fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_as_long_as_github_takes() {
        assert_eq!(shortened(&"é".repeat(LONGEST)), "é".repeat(LONGEST));
        let long = shortened(&"é".repeat(LONGEST + 1));
        assert_eq!((long.chars().count(), long.chars().last()), (LONGEST, Some('…')));
    }

    #[test]
    fn severities_fall_into_the_ranges_of_github() {
        // Over 9.0 is critical, from 7.0 high, from 4.0 medium, from 0.1 low.
        let ranges = [(9.1, 10.0), (7.0, 8.9), (4.0, 6.9), (0.1, 3.9)];
        for (severity, (least, most)) in Severity::WORST_FIRST.into_iter().zip(ranges) {
            let number: f64 = security_severity(severity).unwrap().parse().unwrap();
            assert!((least..=most).contains(&number), "{severity}");
        }
        assert_eq!(security_severity(Severity::Info), None);
    }
}
