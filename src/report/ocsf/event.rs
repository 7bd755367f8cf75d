//! The attributes of the class that are written, in the order in which they are.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::model::{BaselineState, Confidence, Excepted, PathTree, RuleInfo, Severity, Verdict};
use crate::report::json::{EvidenceReport, MissingReport};

/// The number of the class, and of its category.
pub(super) const CLASS: u32 = 2003;
pub(super) const CATEGORY: u32 = 2;

/// A value of an enumeration with its caption.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coded {
    pub(super) id: u32,
    pub(super) caption: &'static str,
}

const fn coded(id: u32, caption: &'static str) -> Coded {
    Coded { id, caption }
}

pub(super) const CREATE: Coded = coded(1, "Create");
pub(super) const UPDATE: Coded = coded(2, "Update");
pub(super) const CLOSE: Coded = coded(3, "Close");

pub(super) const NEW: Coded = coded(1, "New");
pub(super) const SUPPRESSED: Coded = coded(3, "Suppressed");
pub(super) const RESOLVED: Coded = coded(4, "Resolved");
/// A pass, with `--verdicts all`: nothing was ever found.
pub(super) const NO_FINDING: Coded = coded(99, "No Finding");

/// The rule finds nothing here any more, and why is not said: what it was about may be mended or gone.
pub(super) const NOT_FOUND: Coded = coded(99, "Not Found Any More");

pub(super) fn compliance_status(verdict: Verdict) -> Coded {
    match verdict {
        Verdict::Pass => coded(1, "Pass"),
        Verdict::Unknown => coded(2, "Warning"),
        Verdict::Fail => coded(3, "Fail"),
        Verdict::NotApplicable => coded(99, "Not Applicable"),
    }
}

pub(super) fn severity(severity: Severity) -> Coded {
    match severity {
        Severity::Info => coded(1, "Informational"),
        Severity::Low => coded(2, "Low"),
        Severity::Medium => coded(3, "Medium"),
        Severity::High => coded(4, "High"),
        Severity::Critical => coded(5, "Critical"),
    }
}

pub(super) fn confidence(confidence: Confidence) -> Coded {
    match confidence {
        Confidence::Low => coded(1, "Low"),
        Confidence::Medium => coded(2, "Medium"),
        Confidence::High => coded(3, "High"),
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Event<'a> {
    pub(super) activity_id: u32,
    pub(super) activity_name: &'static str,
    pub(super) category_uid: u32,
    pub(super) category_name: &'static str,
    pub(super) class_uid: u32,
    pub(super) class_name: &'static str,
    pub(super) type_uid: u32,
    pub(super) type_name: String,
    pub(super) time: i64,
    pub(super) time_dt: Timestamp,
    pub(super) severity_id: u32,
    pub(super) severity: &'static str,
    pub(super) status_id: u32,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) confidence_id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) confidence: Option<&'static str>,
    pub(super) message: &'a str,
    pub(super) metadata: Metadata<'a>,
    pub(super) cloud: Cloud<'a>,
    pub(super) finding_info: FindingInfo<'a>,
    pub(super) compliance: Compliance<'a>,
    pub(super) resources: Vec<ResourceDetails<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remediation: Option<Remediation<'a>>,
    pub(super) unmapped: Unmapped<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct Metadata<'a> {
    pub(super) version: &'static str,
    pub(super) profiles: [&'static str; 2],
    /// Of this event; the finding has its own.
    pub(super) uid: String,
    /// What the events of one finding share.
    pub(super) correlation_uid: &'a str,
    pub(super) event_code: &'a str,
    pub(super) log_name: &'static str,
    pub(super) log_provider: &'static str,
    pub(super) original_time: String,
    pub(super) product: Product<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct Product<'a> {
    pub(super) name: &'static str,
    pub(super) vendor_name: &'static str,
    pub(super) version: &'a str,
    pub(super) lang: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Cloud<'a> {
    pub(super) provider: &'static str,
    /// Absent for what the settings accept, which is of no account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<Account<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) region: &'a str,
    pub(super) cloud_partition: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Account<'a> {
    pub(super) uid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) type_id: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct FindingInfo<'a> {
    pub(super) uid: &'a str,
    pub(super) title: &'a str,
    pub(super) desc: &'a str,
    pub(super) types: [&'static str; 1],
    pub(super) created_time: i64,
    pub(super) created_time_dt: Timestamp,
    pub(super) modified_time: i64,
    pub(super) modified_time_dt: Timestamp,
    pub(super) first_seen_time: i64,
    pub(super) first_seen_time_dt: Timestamp,
    pub(super) last_seen_time: i64,
    pub(super) last_seen_time_dt: Timestamp,
    pub(super) analytic: Analytic<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct Analytic<'a> {
    pub(super) uid: &'a str,
    pub(super) name: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) type_id: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct Compliance<'a> {
    pub(super) control: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) category: Option<&'a str>,
    pub(super) desc: &'a str,
    pub(super) status_id: u32,
    pub(super) status: &'static str,
    pub(super) status_details: Vec<String>,
    pub(super) standards: Vec<&'a str>,
    pub(super) requirements: Vec<String>,
    pub(super) control_parameters: Vec<Pair<'a>>,
    pub(super) checks: [Check<'a>; 1],
}

#[derive(Debug, Serialize)]
pub(super) struct Check<'a> {
    pub(super) uid: &'a str,
    pub(super) name: &'a str,
    pub(super) desc: &'a str,
    pub(super) status_id: u32,
    pub(super) status: &'static str,
    pub(super) severity_id: u32,
    pub(super) severity: &'static str,
    pub(super) standards: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
pub(super) struct Pair<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct ResourceDetails<'a> {
    pub(super) uid: &'a str,
    pub(super) name: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) region: &'a str,
    pub(super) cloud_partition: &'static str,
    /// Known from 1.8 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) provider: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<User<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) labels: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Pair<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_time_dt: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) modified_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) modified_time_dt: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Value>,
}

#[derive(Debug, Serialize)]
pub(super) struct User<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<Account<'a>>,
}

#[derive(Debug, Serialize)]
pub(super) struct Remediation<'a> {
    pub(super) desc: String,
    pub(super) references: &'a [String],
}

/// What the class has no attribute for.
#[derive(Debug, Serialize)]
pub(super) struct Unmapped<'a> {
    pub(super) verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) gates: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) second_key: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) environment: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) implied_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reach: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) monthly_cost: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exception: Option<&'a Excepted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baseline: Option<BaselineState>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) evidence: Vec<EvidenceReport>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) missing_evidence: Vec<MissingReport>,
    #[serde(skip_serializing_if = "<[PathTree]>::is_empty")]
    pub(super) paths: &'a [PathTree],
    pub(super) rules: &'a str,
}

impl<'a> Unmapped<'a> {
    pub(super) fn new(verdict: Verdict, rules: &'a str) -> Self {
        Self {
            verdict,
            gates: None,
            second_key: None,
            environment: "",
            implied_by: None,
            reach: None,
            monthly_cost: None,
            exception: None,
            baseline: None,
            evidence: Vec::new(),
            missing_evidence: Vec::new(),
            paths: &[],
            rules,
        }
    }
}

/// What a rule says of itself.
pub(super) struct Named<'a> {
    pub(super) id: &'a str,
    pub(super) known: Option<&'a RuleInfo>,
}

impl<'a> Named<'a> {
    pub(super) fn title(&self) -> &'a str {
        self.known.map_or(self.id, |rule| &rule.title)
    }

    pub(super) fn why(&self) -> &'a str {
        self.known.map_or("", |rule| rule.why.trim_end())
    }

    pub(super) fn standards(&self) -> Vec<&'a str> {
        self.known.into_iter().flat_map(|rule| rule.frameworks.keys()).map(String::as_str).collect()
    }

    /// Each control, behind the framework that it stands in.
    pub(super) fn requirements(&self) -> Vec<String> {
        let mappings = self.known.into_iter().flat_map(|rule| &rule.frameworks);
        mappings
            .flat_map(|(framework, controls)| controls.keys().map(move |id| format!("{framework} {id}")))
            .collect()
    }
}
