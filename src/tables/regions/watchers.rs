//! What waits for events of a Region: event rules with their targets, and metric filters with their alarms.

use super::recording::Recorders;
use super::samples::Event;
use crate::model::{Gap, GapCause, LogGroupArn, RegionState};
use crate::patterns::{Answer, EventPattern, FilterPattern};
use crate::snapshot::records::{Alarm, EventRule, MetricFilter, Trail};
use crate::tables::context::{AccountContext, Context, RegionContext};
use crate::tables::gaps::own_gap;

/// The states in which a rule takes events; of reads made through CloudTrail only in the second.
///
/// Source: EventBridge User Guide, "Receiving read-only management events from AWS services".
const ENABLED: &str = "ENABLED";
const ENABLED_WITH_READS: &str = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

const LIST_RULES: &str = "events:ListRules";
const LIST_TARGETS: &str = "events:ListTargetsByRule";
const DESCRIBE_FILTERS: &str = "logs:DescribeMetricFilters";
const DESCRIBE_ALARMS: &str = "cloudwatch:DescribeAlarms";

/// One that waits for events.
pub(super) struct Watcher {
    /// What people know it by, such as `event rule rotations`.
    pub(super) name: String,
    /// What brings it the events.
    pub(super) fed_by: FedBy,
    /// Whether it takes what only reads.
    takes_reads: bool,
    /// Whether anybody hears of what it takes, and why that is not known.
    pub(super) armed: (Answer, Vec<Gap>),
    pattern: Pattern,
    /// Why it is not known whether its pattern takes an event.
    pub(super) unclear: Gap,
}

/// What brings events to a watcher.
pub(super) enum FedBy {
    /// The default event bus: any trail that takes the event and runs.
    Bus,
    /// The log group of one trail.
    Trail(Box<Trail>),
}

enum Pattern {
    Event(EventPattern),
    Filter(FilterPattern),
    /// One that is out of sight.
    Unseen,
}

impl Watcher {
    /// Whether its pattern takes an event.
    pub(super) fn takes(&self, event: &Event, read_only: bool) -> Answer {
        let by_state = Answer::from(self.takes_reads || !read_only);
        by_state.min(match &self.pattern {
            Pattern::Event(pattern) => pattern.takes(&event.envelope),
            Pattern::Filter(pattern) => pattern.takes(&event.record),
            Pattern::Unseen => Answer::Unknown,
        })
    }

    fn unseen(fed_by: FedBy, gap: Gap) -> Watcher {
        Watcher {
            name: String::new(),
            fed_by,
            takes_reads: true,
            armed: (Answer::Unknown, Vec::new()),
            pattern: Pattern::Unseen,
            unclear: gap,
        }
    }
}

/// All watchers of a Region; what is out of sight stands for one of which nothing is known.
pub(super) fn watchers(
    context: &Context<'_>,
    recorders: &Recorders<'_>,
    account: &AccountContext<'_>,
    region: &RegionContext<'_>,
) -> Vec<Watcher> {
    let rules = &region.data.event_rules;
    let mut watchers: Vec<Watcher> =
        rules.records.iter().map(|rule| of_rule(rule, account, region)).collect();
    watchers.extend(rules.scope_gaps().map(|gap| Watcher::unseen(FedBy::Bus, gap.clone())));
    for trail in recorders.of(region) {
        if let Some(group) = &trail.log_group {
            watchers.extend(of_log_group(context, (account, region), &trail, group));
        }
    }
    watchers
}

fn of_rule(rule: &EventRule, account: &AccountContext<'_>, region: &RegionContext<'_>) -> Watcher {
    let place = (&account.data.entry.account, &region.data.region);
    let is_on = rule.state == ENABLED || rule.state == ENABLED_WITH_READS;
    let has_targets = Answer::from(rule.targets.as_ref().map(|targets| !targets.is_empty()));
    let armed = Answer::from(is_on).min(has_targets);
    let is_about = |gap: &&Gap| gap.resource.as_ref() == Some(&rule.arn);
    let mut gaps: Vec<Gap> = region.data.event_rules.gaps.iter().filter(is_about).cloned().collect();
    if armed == Answer::Unknown && gaps.is_empty() {
        let message = "the snapshot holds no targets of this rule";
        gaps.push(own_gap(GapCause::NotCollected, LIST_TARGETS, place, &rule.arn, message));
    }
    let message = "it cannot be told whether the rule's event pattern takes the event";
    Watcher {
        name: format!("event rule {}", rule.name),
        fed_by: FedBy::Bus,
        takes_reads: rule.state == ENABLED_WITH_READS,
        armed: (armed, gaps),
        pattern: Pattern::Event(EventPattern::new(&rule.pattern)),
        unclear: own_gap(GapCause::Malformed, LIST_RULES, place, &rule.arn, message),
    }
}

/// The filters on the log group of a trail, which may be in another account or Region.
fn of_log_group(
    context: &Context<'_>,
    here: (&AccountContext<'_>, &RegionContext<'_>),
    trail: &Trail,
    arn: &str,
) -> Vec<Watcher> {
    let here = (&here.0.data.entry.account, &here.1.data.region);
    let Some(group) = LogGroupArn::parse(arn) else {
        let message = format!("the trail {} names a log group by what is no ARN", trail.name);
        let gap = own_gap(GapCause::Malformed, DESCRIBE_FILTERS, here, arn, &message);
        return vec![Watcher::unseen(FedBy::Trail(Box::new(trail.clone())), gap)];
    };
    let home = context.accounts.iter().find(|account| account.data.entry.account == group.account);
    let home = home.and_then(|account| account.regions.get(&group.region));
    let place = (&group.account, &group.region);
    let Some(home) = home.filter(|home| home.data.state != RegionState::Off) else {
        let LogGroupArn { account, region, name } = &group;
        let message =
            format!("the trail {} feeds it in {account} {region}, which was not audited", trail.name);
        let gap = own_gap(GapCause::NotCollected, DESCRIBE_FILTERS, place, name, &message);
        return vec![Watcher::unseen(FedBy::Trail(Box::new(trail.clone())), gap)];
    };
    let heard = &home.data.metric_filters;
    if let Some(known) = heard.records.iter().find(|known| known.name == group.name) {
        return known.filters.iter().map(|filter| of_filter(filter, trail, &group, home)).collect();
    }
    let own = heard.gaps.iter().filter(|gap| gap.resource.as_ref() == Some(&group.name));
    let mut gaps: Vec<Gap> = own.cloned().collect();
    if gaps.is_empty() {
        gaps.extend(heard.scope_gaps().cloned());
    }
    if gaps.is_empty() {
        let message = "the snapshot holds nothing about this log group";
        gaps.push(own_gap(GapCause::NotCollected, DESCRIBE_FILTERS, place, &group.name, message));
    }
    gaps.into_iter().map(|gap| Watcher::unseen(FedBy::Trail(Box::new(trail.clone())), gap)).collect()
}

fn of_filter(filter: &MetricFilter, trail: &Trail, group: &LogGroupArn, home: &RegionContext<'_>) -> Watcher {
    let place = (&group.account, &group.region);
    let alarms = &home.data.alarms;
    let watching = alarms
        .records
        .iter()
        .filter(|alarm| alarm.metrics.iter().any(|metric| filter.metrics.contains(metric)));
    let mut armed = (Answer::No, Vec::new());
    let mut names = Vec::new();
    for alarm in watching {
        let answer = acts(alarm, &alarms.records);
        if answer == Answer::Yes {
            names.push(alarm.name.as_str());
        }
        if answer == Answer::Unknown {
            let message = "it cannot be told whether an alarm that combines others goes off with this one";
            armed.1.push(own_gap(GapCause::Malformed, DESCRIBE_ALARMS, place, &alarm.arn, message));
        }
        armed.0 = armed.0.max(answer);
    }
    let unheard: Vec<Gap> = alarms.scope_gaps().cloned().collect();
    if !unheard.is_empty() {
        armed.0 = armed.0.max(Answer::Unknown);
        armed.1.extend(unheard);
    }
    let message = "it cannot be told whether the filter's pattern takes the event";
    let filter_name = format!("{}:{}", group.name, filter.name);
    Watcher {
        name: format!("alarm {}", names.join(", ")),
        fed_by: FedBy::Trail(Box::new(trail.clone())),
        takes_reads: true,
        armed,
        pattern: Pattern::Filter(FilterPattern::new(&filter.pattern)),
        unclear: own_gap(GapCause::Malformed, DESCRIBE_FILTERS, place, &filter_name, message),
    }
}

/// Whether anything happens when the alarm goes off: by itself, or by one that combines it with others.
fn acts(alarm: &Alarm, all: &[Alarm]) -> Answer {
    if does_something(alarm) {
        return Answer::Yes;
    }
    let combined = all.iter().filter(|other| does_something(other));
    Answer::any(combined.filter_map(|other| other.rule.as_deref()).map(|rule| goes_off(rule, alarm)))
}

fn does_something(alarm: &Alarm) -> bool {
    alarm.actions_enabled && !alarm.actions.is_empty()
}

/// Whether an alarm with this rule goes off whenever the other one does. A rule with more than "or" may wait for more.
///
/// Source: CloudWatch API Reference, `PutCompositeAlarm`.
fn goes_off(rule: &str, alarm: &Alarm) -> Answer {
    let names = [&alarm.name, &alarm.arn];
    let spelled = names.iter().flat_map(|name| [format!("ALARM({name})"), format!("ALARM(\"{name}\")")]);
    let compact: String = rule.chars().filter(|letter| !letter.is_whitespace()).collect();
    let mentions = |text: &str| {
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        compact.contains(&text)
    };
    if !spelled.into_iter().any(|text| mentions(&text)) {
        return Answer::No;
    }
    let only_or = !rule.split_whitespace().any(|word| word.starts_with("AND") || word.starts_with("NOT"));
    if only_or { Answer::Yes } else { Answer::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(name: &str, actions: &[&str]) -> Alarm {
        Alarm {
            arn: format!("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{name}"),
            name: name.to_owned(),
            metrics: Vec::new(),
            rule: None,
            actions_enabled: true,
            actions: actions.iter().map(|action| (*action).to_owned()).collect(),
        }
    }

    #[test]
    fn an_alarm_acts_by_itself_or_through_one_that_combines_it() {
        let topic = ["arn:aws:sns:eu-west-1:111122223333:security"];
        let combining = |rule: &str| Alarm { rule: Some(rule.to_owned()), ..alarm("all", &topic) };
        let cases = [
            (alarm("a", &topic), None, Answer::Yes),
            (alarm("a", &[]), None, Answer::No),
            (Alarm { actions_enabled: false, ..alarm("a", &topic) }, None, Answer::No),
            (alarm("a", &[]), Some("ALARM(\"a\") OR ALARM(\"b\")"), Answer::Yes),
            (alarm("a", &[]), Some("ALARM( a )"), Answer::Yes),
            (alarm("a", &[]), Some("ALARM(arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a)"), Answer::Yes),
            (alarm("a", &[]), Some("ALARM(\"a\") AND NOT ALARM(\"b\")"), Answer::Unknown),
            (alarm("a", &[]), Some("ALARM(\"ab\")"), Answer::No),
        ];
        for (single, rule, expected) in cases {
            let all: Vec<Alarm> = rule.map(combining).into_iter().collect();
            assert_eq!(acts(&single, &all), expected, "{single:?} {rule:?}");
        }
    }
}
