//! Counts and costs for Prometheus, in OpenMetrics: what is counted, and no ARN unless asked for.
//!
//! Every label is counted out beforehand and ordered, since the families of the crate keep theirs in a hash map.
//!
//! Source: OpenMetrics 1.0, sections "Overall Structure" and "ABNF".

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Registry, Unit};
use rust_decimal::Decimal;

use super::escape::printable;
use crate::model::{Assessment, Audited, CostReport, Finding, GapCause, RegionRun, RegionState, Verdict};

/// Names and values of labels, in their order.
type Labels = Vec<(&'static str, String)>;

/// Values by their labels.
type Series = BTreeMap<Labels, f64>;

/// Writes the metrics, with the line that ends them.
///
/// # Errors
/// Where `out` fails.
pub(super) fn write(audited: &Audited, by_arn: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut registry = Registry::with_prefix("secrets_auditor");
    registry.register_collector(Box::new(Metrics::of(audited, by_arn)));
    let mut text = String::new();
    encode(&mut text, &registry).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// All metrics of an audit.
#[derive(Debug)]
struct Metrics {
    /// What it was made with.
    info: Labels,
    gauges: Vec<Metric>,
}

#[derive(Debug)]
struct Metric {
    name: &'static str,
    help: &'static str,
    unit: Option<Unit>,
    series: Series,
}

impl Metric {
    fn counts(name: &'static str, help: &'static str, series: Series) -> Self {
        Self { name, help, unit: None, series }
    }
}

impl Metrics {
    fn of(audited: &Audited, by_arn: bool) -> Self {
        let Audited { assessment, cost, .. } = audited;
        let run = &assessment.run;
        let info = vec![
            ("version", label(&run.tool_version)),
            ("rules_digest", label(&run.rules_digest)),
            ("prices_as_of", cost.prices.as_of.to_string()),
        ];
        let now = Series::from([(Labels::new(), run.as_of.as_second() as f64)]);
        let decide = "Failures and unknowns that decide the exit code.";
        let gauges = vec![
            Metric {
                unit: Some(Unit::Seconds),
                ..Metric::counts("last_run_timestamp", "The instant that counted as now.", now)
            },
            Metric::counts("regions", "Regions, by what became of them.", regions(assessment)),
            Metric::counts("secrets", "Secrets and replicas that were listed.", secrets(assessment)),
            Metric::counts("findings", "Failures and unknowns.", findings(assessment, by_arn)),
            Metric::counts("gating_findings", decide, gating(assessment)),
            Metric::counts("verdicts", "Verdicts of each rule, passes included.", verdicts(assessment)),
            Metric::counts("evidence_gaps", "Calls whose answers are missing.", gaps(assessment)),
            Metric::counts("monthly_cost", "The monthly estimate for everything.", total(cost)),
            Metric::counts("account_monthly_cost", "The monthly estimate without keys.", by_account(cost)),
        ];
        Self { info, gauges }
    }
}

impl Collector for Metrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "The program, the rules and the prices in force.";
        encoder.encode_descriptor("build", help, None, MetricType::Info)?.encode_info(&self.info)?;
        for Metric { name, help, unit, series } in &self.gauges {
            let mut metric = encoder.encode_descriptor(name, help, unit.as_ref(), MetricType::Gauge)?;
            for (labels, value) in series {
                if labels.is_empty() {
                    metric.encode_gauge(value)?;
                } else {
                    metric.encode_family(labels)?.encode_gauge(value)?;
                }
            }
        }
        Ok(())
    }
}

/// Counts by labels.
fn counted(labels: impl Iterator<Item = Labels>) -> Series {
    let mut series = Series::new();
    for labels in labels {
        *series.entry(labels).or_default() += 1.0;
    }
    series
}

/// A stranger's text as the value of a label.
fn label(text: &str) -> String {
    printable(text).into_owned()
}

fn places(assessment: &Assessment) -> impl Iterator<Item = (Labels, &RegionRun)> {
    let accounts = assessment.run.accounts.iter();
    let regions = accounts.flat_map(|account| account.regions.iter().map(move |region| (account, region)));
    regions.map(|(account, region)| {
        let account = ("account", label(account.account.as_str()));
        (vec![account, ("region", label(region.region.as_str()))], region)
    })
}

/// How many are in a Region that could not be listed is not known, so it has none here; not even zero.
fn secrets(assessment: &Assessment) -> Series {
    let known = places(assessment).filter(|(_, region)| region.state != RegionState::Refused);
    known.map(|(place, region)| (place, region.secrets as f64)).collect()
}

fn regions(assessment: &Assessment) -> Series {
    let state = |region: &RegionRun| match region.state {
        RegionState::Audited => "audited",
        RegionState::Off => "off",
        RegionState::Refused => "refused",
    };
    let stated = places(assessment).map(|(mut place, region)| {
        place.push(("state", state(region).to_owned()));
        place
    });
    counted(stated)
}

fn problems(assessment: &Assessment) -> impl Iterator<Item = &Finding> {
    let is_problem = |finding: &&Finding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown);
    assessment.findings.iter().filter(is_problem)
}

fn findings(assessment: &Assessment, by_arn: bool) -> Series {
    counted(problems(assessment).map(|finding| {
        let resource = &finding.resource;
        let mut labels: Labels = vec![
            ("account", label(resource.account.as_str())),
            ("region", label(resource.region.as_str())),
            ("rule", label(&finding.rule)),
            ("severity", finding.severity.to_string()),
            ("verdict", finding.verdict.to_string()),
            ("accepted", finding.exception.is_some().to_string()),
        ];
        if by_arn {
            labels.push(("arn", label(&resource.arn)));
        }
        labels
    }))
}

fn gating(assessment: &Assessment) -> Series {
    let count = |verdict: Verdict| {
        let gating = problems(assessment).filter(|found| found.verdict == verdict && assessment.gates(found));
        (vec![("verdict", verdict.to_string())], gating.count() as f64)
    };
    [Verdict::Fail, Verdict::Unknown].map(count).into()
}

fn verdicts(assessment: &Assessment) -> Series {
    let rules = assessment.summary.rules.iter();
    let counts =
        rules.flat_map(|(rule, counts)| counts.iter().map(move |(verdict, count)| (rule, verdict, count)));
    counts
        .map(|(rule, verdict, count)| {
            (vec![("rule", label(rule)), ("verdict", verdict.to_string())], *count as f64)
        })
        .collect()
}

fn gaps(assessment: &Assessment) -> Series {
    counted(assessment.gaps.iter().map(|seen| {
        vec![
            ("call", label(&seen.gap.call)),
            ("cause", cause(seen.gap.cause).to_owned()),
            ("accepted", seen.accepted.is_some().to_string()),
        ]
    }))
}

fn cause(cause: GapCause) -> &'static str {
    match cause {
        GapCause::Refused => "refused",
        GapCause::Throttled => "throttled",
        GapCause::Unreachable => "unreachable",
        GapCause::Failed => "failed",
        GapCause::Vanished => "vanished",
        GapCause::NotCollected => "not-collected",
        GapCause::NotCarried => "not-carried",
        GapCause::Malformed => "malformed",
        GapCause::Unreadable => "unreadable",
    }
}

fn total(cost: &CostReport) -> Series {
    Series::from([(vec![("currency", label(&cost.prices.currency))], number(cost.monthly_total))])
}

fn by_account(cost: &CostReport) -> Series {
    let accounts = cost.by_account.iter();
    accounts
        .map(|group| {
            let labels = vec![("account", label(&group.name)), ("currency", label(&cost.prices.currency))];
            (labels, number(group.monthly))
        })
        .collect()
}

/// Prometheus knows no decimals: the one place where money becomes a float, and nothing is added up behind it.
fn number(amount: Decimal) -> f64 {
    amount.to_string().parse().unwrap_or(f64::NAN)
}
