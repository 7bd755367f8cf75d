//! The list of secrets, and of other things that findings are about.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use askama::Template;
use jiff::Timestamp;

use super::charts::{Detail, timeline};
use super::findings::{FindingView, word};
use super::text::{Text, anchor, day, number};
use crate::model::{
    Access, Audited, Finding, ReaderProfile, ReadersProfile, ReplicaProfile, ResourceType, SecretChange,
    SecretProfile, Severity, Verdict, VersionProfile, whole_days_between,
};
use crate::report::json::money;

/// The most secrets that get a section: a browser must open them.
const SECTIONS: usize = 10_000;

/// From how many secrets on sections are short: then commands stand with the rules only, and of those who can read a few
/// without the way.
const MANY: usize = 2_000;

/// How many readers a short section lists.
const FEW: usize = 3;

/// The most changes of a secret that are listed.
const CHANGES: usize = 6;

/// The most versions of a secret that are listed.
const VERSIONS: usize = 8;

/// The most findings that are listed of one thing.
const FINDINGS: usize = 100;

/// Everything that findings are about.
pub(super) struct Subjects<'a> {
    audited: &'a Audited,
    of_secret: HashMap<&'a str, Vec<&'a Finding>>,
    changes: HashMap<&'a str, Vec<&'a SecretChange>>,
    /// The secrets, the worst first.
    order: Vec<&'a SecretProfile>,
    /// ARN to place in that order.
    places: HashMap<&'a str, usize>,
}

impl<'a> Subjects<'a> {
    pub(super) fn new(audited: &'a Audited) -> Self {
        let mut of_secret: HashMap<&str, Vec<&Finding>> = HashMap::new();
        for finding in problems(audited).filter(|finding| finding.resource.kind == ResourceType::Secret) {
            of_secret.entry(&finding.resource.arn).or_default().push(finding);
        }
        let mut changes: HashMap<&str, Vec<&SecretChange>> = HashMap::new();
        for change in audited.assessment.changes.iter().rev() {
            changes.entry(&change.secret).or_default().push(change);
        }
        let mut order: Vec<&SecretProfile> = audited.secrets.iter().collect();
        order.sort_by_cached_key(|secret| {
            let findings = of_secret.get(secret.arn.as_str()).map(Vec::as_slice).unwrap_or_default();
            (std::cmp::Reverse(weight(findings)), &secret.name, &secret.account, &secret.region)
        });
        let places = order.iter().enumerate().map(|(place, secret)| (secret.arn.as_str(), place)).collect();
        Self { audited, of_secret, changes, order, places }
    }

    /// Whether there are so many secrets that their sections are short.
    pub(super) fn are_many(&self) -> bool {
        self.order.len() > MANY
    }

    /// How many secrets get no section.
    pub(super) fn left_out(&self) -> u64 {
        self.order.len().saturating_sub(SECTIONS) as u64
    }

    /// The sections of the secrets, each made when it is asked for.
    pub(super) fn secrets(&self) -> impl Iterator<Item = SecretView<'a>> {
        self.order.iter().take(SECTIONS).map(|secret| self.section(secret))
    }

    /// Whether the finding is about a secret of the list; events tell of secrets that are gone as well.
    fn is_listed(&self, finding: &Finding) -> bool {
        finding.resource.kind == ResourceType::Secret
            && self.places.contains_key(finding.resource.arn.as_str())
    }

    /// Where on the page a secret stands; none where it has no section.
    pub(super) fn place_of(&self, arn: &str) -> Option<String> {
        self.places.get(arn).filter(|place| **place < SECTIONS).map(|_| anchor(arn, None))
    }

    /// Where on the page the thing stands that a finding is about; none where it is one of very many.
    pub(super) fn place(&self, finding: &Finding) -> Option<String> {
        let resource = &finding.resource;
        match self.places.get(resource.arn.as_str()).filter(|_| resource.kind == ResourceType::Secret) {
            Some(place) => (*place < SECTIONS).then(|| anchor(&resource.arn, None)),
            None => Some(anchor(&resource.arn, Some(resource.kind.as_str()))),
        }
    }

    fn section(&self, secret: &'a SecretProfile) -> SecretView<'a> {
        let findings = self.of_secret.get(secret.arn.as_str()).map(Vec::as_slice).unwrap_or_default();
        let changes = self.changes.get(secret.arn.as_str()).map(Vec::as_slice).unwrap_or_default();
        let view = SecretView::new(self.audited, secret, findings, changes);
        if self.are_many() { view.shortened(secret) } else { view }
    }

    /// Whatever else findings are about: principals, keys, accounts, Regions, trails, and secrets that are gone.
    pub(super) fn others(&self) -> Vec<OtherView<'a>> {
        let mut by_thing: BTreeMap<(ResourceType, &str), Vec<&Finding>> = BTreeMap::new();
        for finding in problems(self.audited).filter(|finding| !self.is_listed(finding)) {
            by_thing.entry((finding.resource.kind, &finding.resource.arn)).or_default().push(finding);
        }
        let mut others: Vec<OtherView<'_>> =
            by_thing.into_values().filter_map(|findings| OtherView::new(self.audited, &findings)).collect();
        others.sort_by_key(|other| other.rank);
        others
    }
}

/// Failures and unknowns: passes are only counted.
pub(super) fn problems(audited: &Audited) -> impl Iterator<Item = &Finding> {
    let findings = audited.assessment.findings.iter();
    findings.filter(|finding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown))
}

/// How bad findings are together: by severity, worst first, failures before what is unknown.
fn weight(findings: &[&Finding]) -> [usize; 6] {
    let mut weight = [0; 6];
    for finding in findings {
        let place = match finding.verdict {
            Verdict::Unknown => 5,
            _ => Severity::WORST_FIRST.iter().position(|known| *known == finding.severity).unwrap_or(5),
        };
        weight.get_mut(place).into_iter().for_each(|count| *count += 1);
    }
    weight
}

/// The word of the worst of findings.
fn worst(findings: &[&Finding]) -> &'static str {
    let failures = findings.iter().filter(|finding| finding.verdict == Verdict::Fail);
    let worst = failures.max_by_key(|finding| finding.severity).or_else(|| findings.first());
    worst.map_or("clean", |finding| word(finding))
}

/// A fact with its name.
pub(super) struct Fact<'a> {
    pub(super) name: &'static str,
    pub(super) value: FactValue<'a>,
}

/// The value of a fact.
pub(super) enum FactValue<'a> {
    /// Something that the program made.
    Own(String),
    /// Something that strangers wrote.
    Foreign(Text<'a>),
}

impl std::fmt::Display for FactValue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Own(text) => f.write_str(text),
            Self::Foreign(text) => text.fmt(f),
        }
    }
}

/// Who can read a secret, or did.
pub(super) struct ReaderView<'a> {
    pub(super) principal: Text<'a>,
    pub(super) kind: &'static str,
    pub(super) can: &'static str,
    pub(super) can_class: &'static str,
    pub(super) conditions: Vec<Text<'a>>,
    pub(super) path: Text<'a>,
    pub(super) key_path: Text<'a>,
    pub(super) did: String,
    pub(super) notes: Vec<&'static str>,
}

impl<'a> ReaderView<'a> {
    fn new(reader: &'a ReaderProfile, trail_days: i64) -> Self {
        let (can, can_class) = match reader.can {
            Some(Access::Allowed) => ("can", "none"),
            Some(Access::Conditional) => ("can, if", "low"),
            None if reader.rotation => ("rotates it", "none"),
            None if reader.reads > 0 => ("cannot any more", "high"),
            None => ("cannot", "none"),
        };
        let mut did = match reader.reads {
            0 if trail_days == 0 => "no trail shows".to_owned(),
            0 => "never seen".to_owned(),
            1 => format!("once, on {}", day(reader.last_read)),
            reads => format!("{} times, last on {}", number(reads), day(reader.last_read)),
        };
        if reader.refused > 0 {
            did.push_str(&format!("; {} refused or failed", number(reader.refused)));
        }
        let notes = [(reader.administrator, "administrator"), (reader.rotation, "its rotation")];
        Self {
            principal: Text(&reader.principal),
            kind: reader.kind.map_or("not known today", |kind| kind.as_str()),
            can,
            can_class,
            conditions: reader.conditions.iter().map(|condition| Text(condition)).collect(),
            path: Text(&reader.path),
            key_path: Text(&reader.key_path),
            did,
            notes: notes.into_iter().filter_map(|(holds, note)| holds.then_some(note)).collect(),
        }
    }
}

/// A version of a secret.
pub(super) struct VersionView<'a> {
    pub(super) id: Text<'a>,
    pub(super) stages: Vec<Text<'a>>,
    pub(super) created: String,
    pub(super) read: String,
}

/// A change of a secret.
pub(super) struct ChangeView<'a> {
    pub(super) day: String,
    pub(super) event: Text<'a>,
    pub(super) by: Text<'a>,
    pub(super) outcome: &'static str,
    pub(super) console: bool,
}

/// The section of a secret.
#[derive(Template)]
#[template(path = "secret.html")]
pub(super) struct SecretView<'a> {
    id: String,
    name: Text<'a>,
    arn: Text<'a>,
    account: &'a str,
    region: &'a str,
    owner: Text<'a>,
    environment: Text<'a>,
    worst: &'static str,
    fails: u64,
    unknowns: u64,
    accepted: u64,
    rules: String,
    readers: Option<&'a ReadersProfile>,
    lines: Vec<ReaderView<'a>>,
    unlisted: u64,
    age: Option<i64>,
    cost: String,
    replica: bool,
    deleted: bool,
    description: Text<'a>,
    tags: Vec<(Text<'a>, Text<'a>)>,
    facts: Vec<Fact<'a>>,
    timeline: String,
    as_of: Timestamp,
    short: bool,
    findings: Vec<FindingView<'a>>,
    more_findings: u64,
    versions: Vec<VersionView<'a>>,
    versions_known: bool,
    more_versions: usize,
    changes: Vec<ChangeView<'a>>,
    replicas: Vec<(Text<'a>, Text<'a>, String)>,
}

impl<'a> SecretView<'a> {
    fn new(
        audited: &'a Audited,
        secret: &'a SecretProfile,
        findings: &[&'a Finding],
        changes: &[&'a SecretChange],
    ) -> Self {
        let assessment = &audited.assessment;
        let as_of = assessment.run.as_of;
        let many = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count() as u64;
        let readers = secret.readers.as_ref();
        let lines: Vec<ReaderView<'_>> = readers
            .into_iter()
            .flat_map(|readers| {
                readers.listed.iter().map(|reader| ReaderView::new(reader, readers.trail_days))
            })
            .collect();
        let all = readers.map_or(0, |readers| readers.can_and_did + readers.can_only + readers.did_only);
        let cost = audited.cost.by_secret.get(&secret.arn).map(|cost| money(*cost));
        let listed = findings.iter().take(FINDINGS);
        let versions = secret.versions.as_deref().unwrap_or_default();
        Self {
            id: anchor(&secret.arn, None),
            name: Text(&secret.name),
            arn: Text(&secret.arn),
            account: secret.account.as_str(),
            region: secret.region.as_str(),
            owner: Text(&secret.owner),
            environment: Text(&secret.environment),
            worst: worst(findings),
            fails: many(Verdict::Fail),
            unknowns: many(Verdict::Unknown),
            accepted: findings.iter().filter(|finding| finding.exception.is_some()).count() as u64,
            rules: rules(findings),
            readers,
            unlisted: all.saturating_sub(lines.len() as u64),
            lines,
            age: value_age(secret, as_of),
            cost: cost.unwrap_or_default(),
            replica: secret.is_replica(),
            deleted: secret.deleted.is_some(),
            description: Text(&secret.description),
            tags: secret.tags.iter().map(|(key, value)| (Text(key), Text(value))).collect(),
            facts: facts(secret),
            timeline: timeline(secret, as_of, Detail::All),
            as_of,
            short: false,
            findings: listed.map(|finding| FindingView::new(assessment, finding)).collect(),
            more_findings: findings.len().saturating_sub(FINDINGS) as u64,
            versions: versions.iter().rev().take(VERSIONS).map(version_view).collect(),
            versions_known: secret.versions.is_some(),
            more_versions: versions.len().saturating_sub(VERSIONS),
            changes: changes.iter().take(CHANGES).map(|change| change_view(change)).collect(),
            replicas: secret.replicas.iter().flatten().map(replica).collect(),
        }
    }
}

impl SecretView<'_> {
    fn shortened(mut self, secret: &SecretProfile) -> Self {
        self.unlisted += self.lines.len().saturating_sub(FEW) as u64;
        self.lines.truncate(FEW);
        for line in &mut self.lines {
            (line.path, line.key_path) = (Text(""), Text(""));
        }
        self.findings.iter_mut().for_each(|finding| finding.fix = None);
        self.timeline = timeline(secret, self.as_of, Detail::Marks);
        self.short = true;
        self
    }
}

fn version_view(version: &VersionProfile) -> VersionView<'_> {
    VersionView {
        id: Text(&version.id),
        stages: version.stages.iter().map(|stage| Text(stage)).collect(),
        created: day(version.created),
        read: day(version.last_accessed),
    }
}

fn replica(replica: &ReplicaProfile) -> (Text<'_>, Text<'_>, String) {
    (Text(&replica.region), Text(&replica.status), day(replica.last_accessed))
}

fn change_view(change: &SecretChange) -> ChangeView<'_> {
    ChangeView {
        day: day(Some(change.time)),
        event: Text(&change.event),
        by: Text(&change.principal),
        outcome: change.outcome.as_str(),
        console: change.console,
    }
}

/// The rules behind findings; one that could not judge ends with a question mark.
fn rules(findings: &[&Finding]) -> String {
    let mark = |finding: &&Finding| if finding.verdict == Verdict::Unknown { "?" } else { "" };
    let rules: BTreeSet<String> =
        findings.iter().map(|finding| format!("{}{}", finding.rule, mark(finding))).collect();
    rules.into_iter().collect::<Vec<_>>().join(" ")
}

/// Days since the current value was made; none where its version is out of sight.
pub(super) fn value_age(secret: &SecretProfile, as_of: Timestamp) -> Option<i64> {
    let is_current = |version: &&VersionProfile| version.stages.iter().any(|stage| stage == "AWSCURRENT");
    let current = secret.versions.iter().flatten().find(is_current)?;
    Some(whole_days_between(current.created?, as_of))
}

fn facts(secret: &SecretProfile) -> Vec<Fact<'_>> {
    let own = |name, value: String| Fact { name, value: FactValue::Own(value) };
    let foreign = |name, value| Fact { name, value: FactValue::Foreign(Text(value)) };
    let mut facts = vec![
        foreign("key", secret.kms_key.as_deref().unwrap_or("aws/secretsmanager")),
        own("created", day(secret.created)),
        own("changed", day(secret.last_changed)),
        own("last read here", secret.last_accessed.map_or_else(|| "never".to_owned(), |at| day(Some(at)))),
        own("rotation", if secret.rotation.enabled { "on" } else { "off" }.to_owned()),
    ];
    let rotation = &secret.rotation;
    facts.extend(rotation.schedule.as_deref().map(|schedule| foreign("schedule", schedule)));
    let days = rotation.days.filter(|_| rotation.schedule.is_none());
    facts.extend(days.map(|days| own("every", format!("{days} days"))));
    facts.extend(rotation.last.map(|at| own("rotated", day(Some(at)))));
    facts.extend(rotation.next.filter(|_| rotation.enabled).map(|at| own("due", day(Some(at)))));
    facts.extend(rotation.function.as_deref().map(|function| foreign("function", function)));
    facts.extend(secret.deleted.map(|at| own("deletion asked for", day(Some(at)))));
    let service = Some(secret.owning_service.as_str()).filter(|service| !service.is_empty());
    facts.extend(service.map(|service| foreign("made by", service)));
    let primary = secret.primary_region.as_ref().filter(|_| secret.is_replica());
    facts.extend(primary.map(|region| foreign("replica of", region.as_str())));
    facts
}

/// The section of something that is no secret.
pub(super) struct OtherView<'a> {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) name: Text<'a>,
    pub(super) arn: Text<'a>,
    pub(super) account: &'a str,
    pub(super) worst: &'static str,
    pub(super) fails: u64,
    pub(super) unknowns: u64,
    pub(super) findings: Vec<FindingView<'a>>,
    pub(super) more: u64,
    pub(super) rank: std::cmp::Reverse<[usize; 6]>,
}

impl<'a> OtherView<'a> {
    fn new(audited: &'a Audited, findings: &[&'a Finding]) -> Option<Self> {
        let resource = &findings.first()?.resource;
        let many = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count() as u64;
        let listed = findings.iter().take(FINDINGS);
        Some(Self {
            id: anchor(&resource.arn, Some(resource.kind.as_str())),
            kind: resource.kind.as_str(),
            name: Text(&resource.name),
            arn: Text(&resource.arn),
            account: resource.account.as_str(),
            worst: worst(findings),
            fails: many(Verdict::Fail),
            unknowns: many(Verdict::Unknown),
            findings: listed.map(|finding| FindingView::new(&audited.assessment, finding)).collect(),
            more: findings.len().saturating_sub(FINDINGS) as u64,
            rank: std::cmp::Reverse(weight(findings)),
        })
    }
}
