//! Findings as the page shows them.

use askama::Template;

use super::text::Text;
use crate::model::{Assessment, BaselineState, Excepted, Finding, PathTree, RuleInfo, Verdict};

/// The class and word of a finding: its severity, or that it could not be judged.
pub(super) fn word(finding: &Finding) -> &'static str {
    if finding.verdict == Verdict::Unknown { "unknown" } else { finding.severity.as_str() }
}

/// A finding under the thing it is about.
pub(super) struct FindingView<'a> {
    pub(super) word: &'static str,
    pub(super) severity: &'static str,
    pub(super) rule: &'a str,
    pub(super) title: Text<'a>,
    pub(super) part: Option<Text<'a>>,
    pub(super) message: Text<'a>,
    pub(super) news: Option<&'static str>,
    pub(super) accepted: Option<Accepted<'a>>,
    pub(super) implied_by: Option<&'a str>,
    pub(super) fix: Option<String>,
    pub(super) paths: Vec<Branch<'a>>,
}

impl<'a> FindingView<'a> {
    pub(super) fn new(assessment: &'a Assessment, finding: &'a Finding) -> Self {
        let info = info(assessment, &finding.rule);
        let fails = finding.verdict == Verdict::Fail;
        Self {
            word: word(finding),
            severity: finding.severity.as_str(),
            rule: &finding.rule,
            title: Text(info.map_or("", |info| info.title.as_str())),
            part: finding.resource.second_key.as_deref().map(Text),
            message: Text(&finding.message),
            news: finding.baseline.and_then(news),
            accepted: finding.exception.as_ref().map(Accepted::new),
            implied_by: finding.implied_by.as_deref(),
            fix: info.filter(|_| fails).and_then(|info| fix(info, finding)),
            paths: finding.paths.iter().map(Branch::new).collect(),
        }
    }
}

/// What the rule says about itself.
pub(super) fn info<'a>(assessment: &'a Assessment, rule: &str) -> Option<&'a RuleInfo> {
    let place = assessment.rules.binary_search_by(|info| info.id.as_str().cmp(rule)).ok()?;
    assessment.rules.get(place)
}

/// What is new about a finding, in a word.
pub(super) fn news(state: BaselineState) -> Option<&'static str> {
    match state {
        BaselineState::New => Some("new"),
        BaselineState::Worsened => Some("worsened"),
        BaselineState::Unchanged => None,
    }
}

/// An exception in words.
pub(super) struct Accepted<'a> {
    pub(super) owner: Text<'a>,
    pub(super) reason: Text<'a>,
    pub(super) ticket: Option<Text<'a>>,
    pub(super) expires: String,
    pub(super) days_left: i64,
}

impl<'a> Accepted<'a> {
    pub(super) fn new(term: &'a Excepted) -> Self {
        Self {
            owner: Text(&term.owner),
            reason: Text(&term.reason),
            ticket: term.ticket.as_deref().map(Text),
            expires: term.expires.to_string(),
            days_left: term.days_left,
        }
    }
}

/// The commands of a rule with what is known of the thing put in. Names come from strangers, and a shell reads what is
/// copied from here: what is more than plain stays a placeholder.
fn fix(info: &RuleInfo, finding: &Finding) -> Option<String> {
    let commands = info.remediation.cli.as_deref()?;
    let resource = &finding.resource;
    let is_plain = |text: &&str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b":/_+=.@-".contains(&byte);
        !text.is_empty() && !text.starts_with('-') && text.bytes().all(plain)
    };
    let mut filled = commands.trim_end().to_owned();
    for (placeholder, value) in [("<ARN>", &resource.arn), ("<SECRET_NAME>", &resource.name)] {
        if let Some(value) = Some(value.as_str()).filter(is_plain) {
            filled = filled.replace(placeholder, value);
        }
    }
    Some(filled)
}

/// A way by which access comes about.
#[derive(Template)]
#[template(
    source = "<li>{{ label }}{% if !children.is_empty() %}<ul>{% for child in children %}{{ child|safe }}{% endfor %}</ul>{% endif %}</li>",
    ext = "html"
)]
pub(super) struct Branch<'a> {
    label: Text<'a>,
    children: Vec<Branch<'a>>,
}

impl<'a> Branch<'a> {
    fn new(tree: &'a PathTree) -> Self {
        Self { label: Text(&tree.label), children: tree.children.iter().map(Self::new).collect() }
    }
}
