//! Findings as SARIF's results.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::model::{
    ArtifactLocation, CodeFlow, FlowStep, LineRegion, Location, LogicalLocation, PartialFingerprints,
    PhysicalLocation, ResultProperties, SarifResult, StepLocation, Suppression, Term, Text, ThreadFlow,
};
use super::rules::level;
use crate::model::{
    Anchor, Assessment, Audited, BaselineEntry, BaselineState, Excepted, Finding, PathTree, Verdict,
};
use crate::report::anchor::Places;
use crate::report::escape::printable;
use crate::report::story::place;

/// How many paths of a finding are drawn; the JSON report has all.
const FLOWS: usize = 10;

/// What becomes a result.
#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    /// A failure or an unknown of today.
    Found(&'a Finding),
    /// One of the baseline that is none any more.
    Gone(&'a BaselineEntry),
}

/// Makes results, one at a time.
pub(super) struct Results<'a> {
    assessment: &'a Assessment,
    places: Places<'a>,
    indices: BTreeMap<&'a str, usize>,
    /// Whether anything is accepted.
    any_accepted: bool,
}

impl<'a> Results<'a> {
    pub(super) fn new(audited: &'a Audited) -> Self {
        let assessment = &audited.assessment;
        let rules = assessment.rules.iter().enumerate();
        let names = rules.flat_map(|(index, rule)| [(rule.id.as_str(), index), (rule.first_id(), index)]);
        let any_accepted = assessment.findings.iter().any(|finding| finding.exception.is_some());
        Self { assessment, places: Places::new(audited), indices: names.collect(), any_accepted }
    }

    pub(super) fn result(&self, item: Item<'a>) -> SarifResult<'a> {
        match item {
            Item::Found(finding) => self.found(finding),
            Item::Gone(entry) => self.gone(entry),
        }
    }

    fn found(&self, finding: &'a Finding) -> SarifResult<'a> {
        let resource = &finding.resource;
        let location = location(&self.places.of(finding), Cow::Borrowed(&resource.name), &resource.arn);
        let (kind, level) = kind_and_level(finding);
        SarifResult {
            rule_id: &finding.rule,
            rule_index: self.indices.get(finding.rule.as_str()).copied(),
            kind,
            level,
            message: message(&format!("{} ({}): {}", resource.name, place(resource), finding.message)),
            partial_fingerprints: fingerprints(finding.fingerprint.as_str()),
            baseline_state: finding.baseline.map(|state| match state {
                BaselineState::New => "new",
                BaselineState::Worsened => "updated",
                BaselineState::Unchanged => "unchanged",
            }),
            suppressions: self.suppressions(finding.exception.as_ref()),
            code_flows: flows(&finding.paths, &location),
            locations: [location],
            properties: ResultProperties {
                verdict: finding.verdict.as_str(),
                severity: finding.severity.as_str(),
                account: resource.account.as_str(),
                region: resource.region.as_str(),
                owner: &finding.owner,
                environment: &finding.environment,
                gates: self.assessment.gates(finding),
            },
        }
    }

    /// A finding of the baseline that is none any more. The rule holds now, so it is a pass.
    fn gone(&self, entry: &'a BaselineEntry) -> SarifResult<'a> {
        let index = self.indices.get(entry.rule.as_str()).copied();
        let rule = index.and_then(|index| self.assessment.rules.get(index));
        let what = format!("{} ({}/{}): fixed since the baseline", entry.name, entry.account, entry.region);
        SarifResult {
            rule_id: rule.map_or(&entry.rule, |rule| &rule.id),
            rule_index: index,
            kind: "pass",
            level: Some("none"),
            message: message(&what),
            locations: [location(&self.places.of_entry(entry), Cow::Borrowed(&entry.name), &entry.arn)],
            partial_fingerprints: fingerprints(entry.fingerprint.as_str()),
            baseline_state: Some("absent"),
            suppressions: self.suppressions(None),
            code_flows: Vec::new(),
            properties: ResultProperties {
                verdict: "fixed",
                severity: entry.severity.as_str(),
                account: entry.account.as_str(),
                region: entry.region.as_str(),
                owner: "",
                environment: "",
                gates: false,
            },
        }
    }

    /// Where any result has suppressions, all others say that they have none: an absent list means "not known".
    ///
    /// Source: SARIF 2.1.0, section 3.27.23 "suppressions property".
    fn suppressions(&self, term: Option<&'a Excepted>) -> Option<Vec<Suppression<'a>>> {
        self.any_accepted.then(|| term.into_iter().map(suppression).collect())
    }
}

/// A verdict that is missing is of the kind `open`: "insufficient information to decide whether a problem exists". Its
/// level is left out. The standard then reads `none`, which is right for a kind that is no failure; GitHub knows no kinds,
/// and takes the rule's own level, so that the unknown is an alert as loud as the failure that it may be.
///
/// Source: SARIF 2.1.0, sections 3.27.9 "kind property" and 3.27.10 "level property".
fn kind_and_level(finding: &Finding) -> (&'static str, Option<&'static str>) {
    match finding.verdict {
        Verdict::Unknown => ("open", None),
        _ => ("fail", Some(level(finding.severity))),
    }
}

/// A text in which nothing of a stranger's is a placeholder or a link: braces are doubled, and a bracket is kept from the
/// parenthesis behind it.
///
/// Source: SARIF 2.1.0, sections 3.11.5 "Messages with placeholders" and 3.11.6 "Messages with embedded links".
pub(super) fn message(text: &str) -> Text {
    let text = printable(text).replace('{', "{{").replace('}', "}}");
    Text::plain(text.replace("](", "] ("))
}

fn fingerprints(own: &str) -> PartialFingerprints<'_> {
    PartialFingerprints { primary_location_line_hash: format!("{own}:1"), own }
}

/// The resource, at its line. GitHub refuses a file for one result without a line, and reads no logical location; the ARN
/// is none of a file, so it must not be a URI.
fn location<'a>(anchor: &Anchor, name: Cow<'a, str>, arn: &'a str) -> Location<'a> {
    let region =
        LineRegion { start_line: anchor.line, start_column: 1, end_line: anchor.line, end_column: 2 };
    let physical_location =
        PhysicalLocation { artifact_location: ArtifactLocation { uri: anchor.uri() }, region };
    let logical = LogicalLocation { name, fully_qualified_name: arn, kind: "resource" };
    Location { physical_location, logical_locations: vec![logical] }
}

fn suppression(term: &Excepted) -> Suppression<'_> {
    Suppression {
        kind: "external",
        status: "accepted",
        justification: &term.reason,
        properties: Term {
            expires: term.expires.to_string(),
            days_left: term.days_left,
            owner: &term.owner,
            ticket: term.ticket.as_deref(),
        },
    }
}

/// Each way from the root of a tree to one of its leaves.
fn flows<'a>(trees: &[PathTree], at: &Location<'a>) -> Vec<CodeFlow<'a>> {
    let mut ways = Vec::new();
    trees.iter().for_each(|tree| follow(tree, &mut Vec::new(), &mut ways));
    let flow = |way: Vec<&str>| CodeFlow { thread_flows: [ThreadFlow { locations: steps(&way, at) }] };
    ways.into_iter().map(flow).collect()
}

fn steps<'a>(way: &[&str], at: &Location<'a>) -> Vec<FlowStep<'a>> {
    let step = |label: &&str| FlowStep {
        location: StepLocation {
            location: Location { logical_locations: Vec::new(), ..at.clone() },
            message: message(label),
        },
    };
    way.iter().map(step).collect()
}

fn follow<'t>(tree: &'t PathTree, above: &mut Vec<&'t str>, ways: &mut Vec<Vec<&'t str>>) {
    if ways.len() == FLOWS {
        return;
    }
    above.push(&tree.label);
    if tree.children.is_empty() {
        ways.push(above.clone());
    }
    tree.children.iter().for_each(|child| follow(child, above, ways));
    above.pop();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_hold_no_placeholder_and_no_link() {
        let text = message("{0} [click](https://example.com) \u{202e}x {").text;
        assert_eq!(text, "{{0}} [click] (https://example.com) <U+202E>x {{");
    }

    #[test]
    fn a_flow_leads_from_the_root_to_each_leaf() {
        let leaf = |label: &str| PathTree { label: label.to_owned(), children: Vec::new() };
        let group = PathTree { label: "group".to_owned(), children: vec![leaf("policy"), leaf("other")] };
        let tree = PathTree { label: "user".to_owned(), children: vec![group, leaf("key")] };
        let mut ways = Vec::new();
        follow(&tree, &mut Vec::new(), &mut ways);
        assert_eq!(
            ways,
            [vec!["user", "group", "policy"], vec!["user", "group", "other"], vec!["user", "key"]]
        );
    }
}
