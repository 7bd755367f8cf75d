//! CloudWatch: the metric filters on the log groups that trails feed, and the alarms on their metrics.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatch::types::{AlarmType, CompositeAlarm, MetricAlarm};
use aws_sdk_cloudwatchlogs::types::MetricFilter as SdkFilter;

use super::scope::{Answers, Scope, each, pages};
use crate::aws::Failure;
use crate::aws::operations::{DESCRIBE_ALARMS, DESCRIBE_METRIC_FILTERS};
use crate::model::{Gap, LogGroupArn, Region};
use crate::snapshot::records::{Alarm, LogGroup, Metric, MetricFilter, Trail};
use crate::snapshot::{Kind, Shard, SnapshotError};

/// Asks, in each of the Regions, for the filters on log groups of this account that the trails feed. A group of another
/// account is asked for there, if that account is audited.
pub(super) async fn collect(
    scope: &Scope<'_>,
    regions: &[Region],
    trails: &[Trail],
) -> Result<(), SnapshotError> {
    let groups = groups_of(scope, trails);
    let here = regions.iter().filter_map(|region| Some((scope.at(region), groups.get(region)?)));
    let asked = each(here, |(here, groups)| async move { in_region(&here, groups).await }).await;
    asked.into_iter().collect()
}

/// The names of the log groups by Region.
fn groups_of(scope: &Scope<'_>, trails: &[Trail]) -> BTreeMap<Region, BTreeSet<String>> {
    let mut groups: BTreeMap<Region, BTreeSet<String>> = BTreeMap::new();
    for group in trails.iter().filter_map(|trail| LogGroupArn::parse(trail.log_group.as_deref()?)) {
        if group.account == *scope.account() {
            groups.entry(group.region).or_default().insert(group.name);
        }
    }
    groups
}

async fn in_region(scope: &Scope<'_>, groups: &BTreeSet<String>) -> Result<(), SnapshotError> {
    let groups =
        scope.once(Kind::MetricFilters, |shard| speaks_of(shard, groups), filters(scope, groups)).await?;
    let filters = groups.into_iter().flat_map(|group| group.filters);
    let metrics: BTreeSet<Metric> = filters.flat_map(|filter| filter.metrics).collect();
    let speaks_of_some = |shard: &Shard<Alarm>| metrics.is_empty() || !shard.records.is_empty();
    scope.once(Kind::Alarms, speaks_of_some, alarms(scope, &metrics)).await.map(drop)
}

fn speaks_of(shard: &Shard<LogGroup>, groups: &BTreeSet<String>) -> bool {
    let heard = shard.records.iter().map(|group| group.name.as_str());
    let refused = shard.gaps.iter().filter_map(|gap| gap.resource.as_deref());
    let spoken_of: BTreeSet<&str> = heard.chain(refused).collect();
    groups.iter().all(|group| spoken_of.contains(group.as_str()))
}

async fn filters(scope: &Scope<'_>, groups: &BTreeSet<String>) -> Answers<LogGroup> {
    let mut answers = Answers::new();
    for heard in each(groups, |name| log_group_of(scope, name)).await {
        match heard {
            Ok(group) => answers.records.push(group),
            Err(gap) => answers.gaps.push(gap),
        }
    }
    answers.records.sort_by(|a, b| a.name.cmp(&b.name));
    answers
}

/// Source: CloudWatch Logs API Reference, `DescribeMetricFilters`.
async fn log_group_of(scope: &Scope<'_>, name: &str) -> Result<LogGroup, Gap> {
    let clients = scope.clients();
    let client = clients.cloudwatch_logs();
    let (mut filters, failure) = pages(|token| {
        let request = client.describe_metric_filters().log_group_name(name).set_next_token(token);
        async move {
            let page = request.send().await?;
            let filters = page.metric_filters.ok_or_else(|| Failure::malformed("no metricFilters"))?;
            let filters = filters.into_iter().map(filter).collect::<Result<Vec<_>, _>>()?;
            Ok((filters, page.next_token))
        }
    })
    .await;
    // A log group that is gone has no filters.
    match failure.filter(|failure| !failure.is_missing()) {
        Some(failure) => Err(scope.gap(&DESCRIBE_METRIC_FILTERS, failure, Some(name))),
        None => {
            filters.sort_by(|a: &MetricFilter, b| a.name.cmp(&b.name));
            Ok(LogGroup { name: name.to_owned(), filters })
        }
    }
}

fn filter(filter: SdkFilter) -> Result<MetricFilter, Failure> {
    let metrics = filter.metric_transformations.unwrap_or_default().into_iter();
    Ok(MetricFilter {
        name: filter.filter_name.ok_or_else(|| Failure::malformed("a metric filter without a name"))?,
        pattern: filter.filter_pattern.unwrap_or_default(),
        metrics: metrics
            .map(|metric| Metric { namespace: metric.metric_namespace, name: metric.metric_name })
            .collect(),
    })
}

/// The alarms on these metrics, and those that combine alarms; where there is no metric, nothing is asked.
///
/// Source: CloudWatch API Reference, `DescribeAlarms`.
async fn alarms(scope: &Scope<'_>, metrics: &BTreeSet<Metric>) -> Answers<Alarm> {
    let mut answers = Answers::new();
    if metrics.is_empty() {
        return answers;
    }
    let clients = scope.clients();
    let client = clients.cloudwatch();
    let (alarms, failure) = pages(|token| {
        let request = client
            .describe_alarms()
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .set_next_token(token);
        async move {
            let page = request.send().await?;
            let single = page.metric_alarms.unwrap_or_default().into_iter().map(metric_alarm);
            let combined = page.composite_alarms.unwrap_or_default().into_iter().map(composite_alarm);
            Ok((single.chain(combined).collect::<Result<Vec<_>, _>>()?, page.next_token))
        }
    })
    .await;
    let watches = |alarm: &Alarm| alarm.metrics.iter().any(|metric| metrics.contains(metric));
    answers.records = alarms.into_iter().filter(|alarm| watches(alarm) || alarm.rule.is_some()).collect();
    answers.records.sort_by(|a, b| a.arn.cmp(&b.arn));
    answers.gaps.extend(failure.map(|failure| scope.gap(&DESCRIBE_ALARMS, failure, None)));
    answers
}

fn metric_alarm(alarm: MetricAlarm) -> Result<Alarm, Failure> {
    let own = metric(alarm.namespace, alarm.metric_name);
    let in_formulas = alarm.metrics.unwrap_or_default().into_iter();
    let in_formulas = in_formulas.filter_map(|query| query.metric_stat?.metric);
    let in_formulas = in_formulas.filter_map(|named| metric(named.namespace, named.metric_name));
    let metrics = own.into_iter().chain(in_formulas).collect();
    let (Some(arn), Some(name)) = (alarm.alarm_arn, alarm.alarm_name) else {
        return Err(Failure::malformed("an alarm without an ARN or a name"));
    };
    // Source: CloudWatch API Reference, `PutMetricAlarm`: actions are enabled unless it says otherwise.
    let actions_enabled = alarm.actions_enabled.unwrap_or(true);
    let actions = alarm.alarm_actions.unwrap_or_default();
    Ok(Alarm { arn, name, metrics, rule: None, actions_enabled, actions })
}

fn composite_alarm(alarm: CompositeAlarm) -> Result<Alarm, Failure> {
    let (Some(arn), Some(name), Some(rule)) = (alarm.alarm_arn, alarm.alarm_name, alarm.alarm_rule) else {
        return Err(Failure::malformed("an alarm without an ARN, a name or a rule"));
    };
    let actions_enabled = alarm.actions_enabled.unwrap_or(true);
    let actions = alarm.alarm_actions.unwrap_or_default();
    Ok(Alarm { arn, name, metrics: Vec::new(), rule: Some(rule), actions_enabled, actions })
}

fn metric(namespace: Option<String>, name: Option<String>) -> Option<Metric> {
    Some(Metric { namespace: namespace?, name: name? })
}
