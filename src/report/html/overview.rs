//! The page down to the list of secrets, and what follows behind it.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::charts;
use super::exceptions::{ExceptionView, exceptions};
use super::findings::info;
use super::gaps::{GapView, gaps};
use super::history::{TrendView, trend};
use super::money::CostView;
use super::news::News;
use super::posture::{Completeness, Posture};
use super::risks::{Risk, risks};
use super::rotation::Rotation;
use super::rules::{RuleView, rules};
use super::secrets::{OtherView, Subjects, problems};
use super::text::{Text, count, number, percent};
use super::who::Who;
use crate::model::{
    Assessment, Audited, ControlVerdict, FrameworkCoverage, RegionState, ResourceType, Severity, Verdict,
    VerdictCounts, date,
};
use crate::report::story;

/// The style of the page.
const STYLE: &str = include_str!("../../../reports/templates/report.css");

/// The script of the page.
const SCRIPT: &str = include_str!("../../../reports/templates/report.js");

/// Everything above the list of secrets.
#[derive(Template)]
#[template(path = "overview.html")]
pub(super) struct Overview<'a> {
    style: &'static str,
    policy: String,
    title: String,
    selection: Vec<Text<'a>>,
    owner: Option<Text<'a>>,
    collected: String,
    as_of: String,
    gate: String,
    gate_class: &'static str,
    posture: Posture,
    clean_share: u64,
    best_share: u64,
    posture_bar: String,
    tiles: Vec<Tile>,
    completeness: Completeness,
    ring: String,
    refused_regions: Vec<String>,
    gaps: Vec<GapView<'a>>,
    news: News<'a>,
    trend: Option<TrendView>,
    risks: Vec<Risk<'a>>,
    rotation: Rotation<'a>,
    who: Who<'a>,
    frameworks: Vec<FrameworkView<'a>>,
    exceptions: Vec<ExceptionView<'a>>,
    cost: CostView<'a>,
    rules: Vec<RuleView<'a>>,
    filters: Filters<'a>,
    secrets: String,
    left_out: u64,
    short: bool,
}

/// A count that stands out.
pub(super) struct Tile {
    pub(super) class: &'static str,
    pub(super) count: String,
    pub(super) accepted: u64,
}

/// A framework with how its controls came out.
pub(super) struct FrameworkView<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    pub(super) fail: u64,
    pub(super) unknown: u64,
    pub(super) pass: u64,
    pub(super) judged: u64,
    pub(super) idle: u64,
    pub(super) uncovered: u64,
    pub(super) share: String,
    pub(super) bar: String,
    pub(super) failing: Vec<(&'a str, Option<&'a str>)>,
}

/// What the list of secrets can be narrowed to.
pub(super) struct Filters<'a> {
    pub(super) owners: BTreeSet<Text<'a>>,
    pub(super) accounts: BTreeSet<&'a str>,
    pub(super) frameworks: BTreeSet<&'a str>,
    /// Rules, with the frameworks that they stand behind.
    pub(super) rules: Vec<(&'a str, String)>,
}

impl<'a> Overview<'a> {
    pub(super) fn new(audited: &'a Audited, subjects: &Subjects<'a>) -> Self {
        let assessment = &audited.assessment;
        let run = &assessment.run;
        let posture = Posture::of(assessment);
        let completeness = Completeness::of(assessment);
        let parts = [("pass", posture.clean), ("unknown", posture.unjudged), ("critical", posture.failing)];
        let judged = percent(completeness.judged, completeness.all());
        Self {
            style: STYLE,
            policy: policy(),
            title: title(audited),
            selection: run.selection.iter().map(|part| Text(part)).collect(),
            owner: assessment.options.owner.as_deref().map(Text),
            collected: date(run.collected_at),
            as_of: date(run.as_of),
            gate: story::gate(assessment),
            gate_class: gate_class(audited),
            posture,
            clean_share: percent(posture.clean, posture.all()),
            best_share: percent(posture.clean + posture.unjudged, posture.all()),
            posture_bar: charts::stack(&parts, "secrets by how they stand", 16),
            tiles: tiles(audited),
            completeness,
            ring: charts::ring(judged, "verdicts that could be reached"),
            refused_regions: refused_regions(audited),
            gaps: gaps(assessment),
            news: News::new(audited, subjects),
            trend: trend(audited),
            risks: risks(audited, subjects),
            rotation: Rotation::new(audited),
            who: Who::new(audited),
            frameworks: frameworks(audited),
            exceptions: exceptions(audited, subjects),
            cost: CostView::new(&audited.cost),
            rules: rules(audited, subjects),
            filters: Filters::new(audited),
            secrets: number(audited.secrets.len() as u64),
            left_out: subjects.left_out(),
            short: subjects.are_many(),
        }
    }
}

/// What the page may do: show its own style and run its own script, and nothing else.
fn policy() -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
}

/// A digest as a Content-Security-Policy writes it.
///
/// Source: W3C, "Content Security Policy Level 3", "hash-source".
fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

fn title(audited: &Audited) -> String {
    let accounts = &audited.assessment.run.accounts;
    let audited_regions = accounts.iter().flat_map(|account| &account.regions);
    let regions = audited_regions.filter(|region| region.state == RegionState::Audited).count() as u64;
    format!(
        "{} in {} and {}",
        count(audited.assessment.secrets(), "secret", "secrets"),
        count(accounts.len() as u64, "account", "accounts"),
        count(regions, "Region", "Regions")
    )
}

fn gate_class(audited: &Audited) -> &'static str {
    let assessment = &audited.assessment;
    if assessment.gating_failures().next().is_some() {
        "fail"
    } else if assessment.gating_unknowns().next().is_some() {
        "unknown"
    } else {
        "pass"
    }
}

fn tiles(audited: &Audited) -> Vec<Tile> {
    let summary = &audited.assessment.summary;
    let accepted = |severity: Option<Severity>| {
        let of = problems(audited).filter(|finding| finding.exception.is_some());
        of.filter(|finding| match severity {
            Some(severity) => finding.verdict == Verdict::Fail && finding.severity == severity,
            None => finding.verdict == Verdict::Unknown,
        })
        .count() as u64
    };
    let mut tiles: Vec<Tile> = Severity::WORST_FIRST
        .into_iter()
        .map(|severity| Tile {
            class: severity.as_str(),
            count: number(summary.failures.get(&severity).copied().unwrap_or_default()),
            accepted: accepted(Some(severity)),
        })
        .collect();
    let unknown = summary.verdicts.get(&Verdict::Unknown).copied().unwrap_or_default();
    tiles.push(Tile { class: "unknown", count: number(unknown), accepted: accepted(None) });
    tiles
}

fn refused_regions(audited: &Audited) -> Vec<String> {
    let accounts = audited.assessment.run.accounts.iter();
    let refused = accounts.flat_map(|account| {
        let refused = account.regions.iter().filter(|region| region.state == RegionState::Refused);
        refused.map(|region| format!("{} {}", account.account, region.region))
    });
    refused.collect()
}

fn frameworks(audited: &Audited) -> Vec<FrameworkView<'_>> {
    audited.frameworks.iter().map(|framework| FrameworkView::new(audited, framework)).collect()
}

impl<'a> FrameworkView<'a> {
    fn new(audited: &Audited, framework: &'a FrameworkCoverage) -> Self {
        let controls = &framework.controls;
        let many = |verdict| controls.iter().filter(|control| control.verdict == verdict).count() as u64;
        let (fail, unknown, pass) =
            (many(ControlVerdict::Fail), many(ControlVerdict::Unknown), many(ControlVerdict::Pass));
        // A rule that stands behind several controls counts once.
        let rules: BTreeSet<&str> =
            controls.iter().flat_map(|control| &control.rules).map(|rule| rule.rule.as_str()).collect();
        let counts = rules.iter().filter_map(|rule| audited.assessment.summary.rules.get(*rule));
        let counts: VerdictCounts = counts.map(VerdictCounts::of).sum();
        let parts = [("pass", counts.pass), ("unknown", counts.unknown), ("critical", counts.fail)];
        let failing = controls.iter().filter(|control| control.verdict == ControlVerdict::Fail);
        Self {
            id: &framework.id,
            name: &framework.name,
            version: &framework.version,
            fail,
            unknown,
            pass,
            judged: fail + unknown + pass,
            idle: many(ControlVerdict::NothingToJudge),
            uncovered: many(ControlVerdict::NotCovered),
            share: format!("{} % pass", percent(counts.pass, counts.pass + counts.unknown + counts.fail)),
            bar: charts::stack(&parts, "verdicts behind its controls", 8),
            failing: failing.map(|control| (control.id.as_str(), control.title.as_deref())).collect(),
        }
    }
}

impl<'a> Filters<'a> {
    fn new(audited: &'a Audited) -> Self {
        let assessment = &audited.assessment;
        let failing: BTreeMap<&str, bool> = problems(audited)
            .filter(|finding| finding.resource.kind == ResourceType::Secret)
            .fold(BTreeMap::new(), |mut rules, finding| {
                *rules.entry(finding.rule.as_str()).or_default() |= finding.verdict == Verdict::Fail;
                rules
            });
        let failed =
            failing.iter().filter(|(_, fails)| **fails).filter_map(|(rule, _)| info(assessment, rule));
        Self {
            owners: audited.secrets.iter().map(|secret| Text(&secret.owner)).collect(),
            accounts: audited.secrets.iter().map(|secret| secret.account.as_str()).collect(),
            frameworks: failed.flat_map(|rule| rule.frameworks.keys().map(String::as_str)).collect(),
            rules: failing.into_keys().map(|rule| (rule, behind(assessment, rule))).collect(),
        }
    }
}

/// The frameworks that a rule stands behind.
fn behind(assessment: &Assessment, rule: &str) -> String {
    let frameworks = info(assessment, rule).into_iter().flat_map(|info| info.frameworks.keys());
    frameworks.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Everything below the list of secrets.
#[derive(Template)]
#[template(path = "tail.html")]
pub(super) struct Tail<'a> {
    others: Vec<OtherView<'a>>,
    version: &'a str,
    rules_digest: &'a str,
    as_of: String,
    script: &'static str,
}

impl<'a> Tail<'a> {
    pub(super) fn new(audited: &'a Audited, subjects: &Subjects<'a>) -> Self {
        let run = &audited.assessment.run;
        Self {
            others: subjects.others(),
            version: &run.tool_version,
            rules_digest: &run.rules_digest,
            as_of: run.as_of.to_string(),
            script: SCRIPT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_cannot_end_their_elements() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    }
}
