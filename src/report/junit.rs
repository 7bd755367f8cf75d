//! JUnit XML: a suite for each rule, a test for each finding.
//!
//! A failure is `<failure>`, a verdict that is missing `<error>`, what an exception covers `<skipped>`. What the rule
//! passed is one test at the end of its suite, `everything else`, and a number in the suite's properties: readers count
//! the tests that they see, so `tests` says how many are written, and a suite without any is an error to some of them.
//! With `--verdicts all` each pass is a test of its own. The first suite has no test: it says what was audited, what the
//! gate says, and what could not be seen.
//!
//! Only what both of Jenkins' schemas allow is written: junit-4.xsd and the xunit plugin's junit-10.xsd.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::escape::printable;
use super::story::{gate, not_seen, place, seen_scope, summary, until};
use crate::model::{Assessment, BaselineState, CostReport, Finding, Resource, RuleInfo, Verdict};

/// How the writer indents.
const INDENT: usize = 2;

/// Writes the report, suite by suite, with a final line break.
///
/// # Errors
/// Where `out` fails.
pub fn write(assessment: &Assessment, cost: &CostReport, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Suite<'_>> =
        assessment.rules.iter().map(|rule| (rule.id.as_str(), Suite::new(rule, assessment))).collect();
    for finding in assessment.findings.iter().filter(|finding| finding.verdict != Verdict::NotApplicable) {
        if let Some(suite) = suites.get_mut(finding.rule.as_str()) {
            suite.findings.push(finding);
        }
    }
    let sums = suites.values().map(Suite::sums).fold(Sums::default(), Sums::plus);
    let mut xml = Xml(Writer::new_with_indent(out, b' ', INDENT));
    xml.0.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let [tests, failures, errors, _] = sums.attributes();
    xml.open("testsuites", &[("name", "secrets-auditor"), tests.pair(), failures.pair(), errors.pair()])?;
    xml.audit(assessment, cost)?;
    for suite in suites.values() {
        xml.suite(suite, assessment)?;
    }
    xml.close("testsuites")?;
    xml.0.get_mut().write_all(b"\n")
}

/// A rule with what it found.
struct Suite<'a> {
    rule: &'a RuleInfo,
    findings: Vec<&'a Finding>,
    /// How many rows passed, and how many fall under no rule.
    passed: u64,
    not_applicable: u64,
}

impl<'a> Suite<'a> {
    fn new(rule: &'a RuleInfo, assessment: &Assessment) -> Self {
        let counts = assessment.summary.rules.get(&rule.id);
        let of = |verdict| counts.and_then(|counts| counts.get(&verdict)).copied().unwrap_or_default();
        Self {
            rule,
            findings: Vec::new(),
            passed: of(Verdict::Pass),
            not_applicable: of(Verdict::NotApplicable),
        }
    }

    fn sums(&self) -> Sums {
        let mut sums = Sums { tests: self.findings.len() + 1, ..Sums::default() };
        for finding in &self.findings {
            match Outcome::of(finding) {
                Outcome::Passed => {}
                Outcome::Failed => sums.failures += 1,
                Outcome::Unknown => sums.errors += 1,
                Outcome::Accepted => sums.skipped += 1,
            }
        }
        sums
    }
}

/// What a test comes to.
enum Outcome {
    Passed,
    Failed,
    Unknown,
    Accepted,
}

impl Outcome {
    fn of(finding: &Finding) -> Self {
        match finding.verdict {
            Verdict::Pass | Verdict::NotApplicable => Self::Passed,
            _ if finding.exception.is_some() => Self::Accepted,
            Verdict::Fail => Self::Failed,
            Verdict::Unknown => Self::Unknown,
        }
    }
}

/// Tests by what they come to.
#[derive(Clone, Copy, Default)]
struct Sums {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Sums {
    fn plus(self, other: Self) -> Self {
        Self {
            tests: self.tests + other.tests,
            failures: self.failures + other.failures,
            errors: self.errors + other.errors,
            skipped: self.skipped + other.skipped,
        }
    }

    fn attributes(self) -> [Number; 4] {
        let Self { tests, failures, errors, skipped } = self;
        [("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped)]
            .map(|(name, number)| Number { name, text: number.to_string() })
    }
}

/// An attribute that is a number.
struct Number {
    name: &'static str,
    text: String,
}

impl Number {
    fn pair(&self) -> (&str, &str) {
        (self.name, &self.text)
    }
}

/// Writes elements; every text passes through [`printable`], since XML 1.0 has no way to write most control characters.
struct Xml<'a>(Writer<&'a mut dyn Write>);

impl Xml<'_> {
    fn start<'n>(name: &'n str, attributes: &[(&str, &str)]) -> BytesStart<'n> {
        let mut start = BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, printable(value).as_ref()));
        }
        start
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.0.write_event(Event::Start(Self::start(name, attributes)))
    }

    fn close(&mut self, name: &str) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.0.write_event(Event::Empty(Self::start(name, attributes)))
    }

    /// An element with lines of text.
    fn text(&mut self, name: &str, attributes: &[(&str, &str)], lines: &[String]) -> io::Result<()> {
        let lines: Vec<_> = lines.iter().map(|line| printable(line)).collect();
        self.open(name, attributes)?;
        self.0.write_event(Event::Text(BytesText::new(&lines.join("\n"))))?;
        self.close(name)
    }

    fn properties(&mut self, properties: &[(&str, String)]) -> io::Result<()> {
        self.open("properties", &[])?;
        for (name, value) in properties {
            self.empty("property", &[("name", name), ("value", value)])?;
        }
        self.close("properties")
    }

    /// The suite that says what was audited.
    fn audit(&mut self, assessment: &Assessment, cost: &CostReport) -> io::Result<()> {
        let run = &assessment.run;
        let none = Sums::default().attributes();
        self.open("testsuite", &attributes("secrets-auditor", &none))?;
        let accounts: Vec<&str> = run.accounts.iter().map(|account| account.account.as_str()).collect();
        let mut properties = vec![
            ("version", run.tool_version.clone()),
            ("as of", run.as_of.to_string()),
            ("accounts", accounts.join(", ")),
        ];
        properties.extend((!run.selection.is_empty()).then(|| ("narrowed to", run.selection.join(", "))));
        properties.extend(assessment.options.owner.clone().map(|owner| ("owner", owner)));
        self.properties(&properties)?;
        self.text("system-out", &[], &[summary(assessment, cost), gate(assessment)])?;
        let mut missing = Vec::new();
        for (call, gaps) in not_seen(assessment) {
            let mend = call.permission.map(|action| format!("; allow {action}")).unwrap_or_default();
            missing.push(format!("not seen: {}: {}{mend}", call.call, call.error));
            missing.extend(gaps.into_iter().map(|gap| format!("  {}", seen_scope(gap))));
        }
        if !missing.is_empty() {
            self.text("system-err", &[], &missing)?;
        }
        self.close("testsuite")
    }

    fn suite(&mut self, suite: &Suite<'_>, assessment: &Assessment) -> io::Result<()> {
        let sums = suite.sums().attributes();
        self.open("testsuite", &attributes(&suite.rule.id, &sums))?;
        self.properties(&[
            ("title", suite.rule.title.clone()),
            ("severity", suite.rule.severity.to_string()),
            ("passed", suite.passed.to_string()),
            ("not applicable", suite.not_applicable.to_string()),
        ])?;
        for finding in &suite.findings {
            self.test(finding, assessment)?;
        }
        self.open("testcase", &[("name", "everything else"), ("classname", &suite.rule.id)])?;
        let rest = format!("{} pass, {} do not fall under the rule", suite.passed, suite.not_applicable);
        self.text("system-out", &[], &[rest])?;
        self.close("testcase")?;
        self.close("testsuite")
    }

    fn test(&mut self, finding: &Finding, assessment: &Assessment) -> io::Result<()> {
        let resource = &finding.resource;
        let class = format!("{}.{}.{}", resource.account, resource.region, finding.rule);
        let name = name(resource);
        let attributes = [("name", name.as_str()), ("classname", &class)];
        let message = finding.message.as_str();
        let severity = finding.severity.as_str();
        let outcome = Outcome::of(finding);
        if matches!(outcome, Outcome::Passed) {
            return self.empty("testcase", &attributes);
        }
        self.open("testcase", &attributes)?;
        match (outcome, &finding.exception) {
            (Outcome::Accepted, Some(term)) => {
                let why = format!("accepted {}: {}", until(term), term.reason);
                self.text("skipped", &[], &[why, format!("{severity}: {message}")])?;
            }
            (Outcome::Unknown, _) => {
                let kind = [("type", "unknown"), ("message", message)];
                self.text("error", &kind, &details(finding, assessment))?;
            }
            _ => {
                let kind = [("type", severity), ("message", message)];
                self.text("failure", &kind, &details(finding, assessment))?;
            }
        }
        self.close("testcase")
    }
}

fn attributes<'a>(name: &'a str, sums: &'a [Number; 4]) -> Vec<(&'a str, &'a str)> {
    std::iter::once(("name", name)).chain(sums.iter().map(Number::pair)).collect()
}

/// The name, and the part that is meant: a test is known by its name.
fn name(resource: &Resource) -> String {
    match &resource.second_key {
        Some(part) => format!("{}, {part}", resource.name),
        None => resource.name.clone(),
    }
}

/// What there is to know beside the message.
fn details(finding: &Finding, assessment: &Assessment) -> Vec<String> {
    let resource = &finding.resource;
    let state = finding.baseline.map(|state| match state {
        BaselineState::Unchanged => "as in the baseline".to_owned(),
        state => format!("{} since the baseline", state.as_str()),
    });
    let mut lines = vec![
        format!("{}: {}", finding.severity, finding.message),
        format!("resource: {} in {}", resource.arn, place(resource)),
        format!("fingerprint: {}", finding.fingerprint),
    ];
    lines.extend((!finding.owner.is_empty()).then(|| format!("owner: {}", finding.owner)));
    lines.extend(state);
    lines.extend(finding.implied_by.as_ref().map(|cause| format!("explained by {cause}")));
    lines.extend((!assessment.gates(finding)).then(|| "does not decide the exit code".to_owned()));
    lines
}
