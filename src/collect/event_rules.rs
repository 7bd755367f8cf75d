//! EventBridge: the rules of the default event bus that may take events of Secrets Manager, and their targets.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::{Rule, RuleState};

use super::scope::{Answers, Scope, each, pages};
use crate::aws::Failure;
use crate::aws::operations::{LIST_EVENT_RULES, LIST_TARGETS_BY_RULE};
use crate::model::Gap;
use crate::patterns::{Answer, EventPattern};
use crate::snapshot::records::EventRule;
use crate::snapshot::{Kind, SnapshotError};

/// The event bus to which AWS services hand their events.
///
/// Source: EventBridge User Guide, "AWS service events delivered via AWS CloudTrail".
const BUS: &str = "default";

/// The source of all events about Secrets Manager.
const SOURCE: &str = "aws.secretsmanager";

/// Asks for the rules that may raise an alarm about a secret; only where there are secrets.
pub(super) async fn collect(scope: &Scope<'_>) -> Result<(), SnapshotError> {
    scope.once(Kind::EventRules, |_| true, ask(scope)).await.map(drop)
}

async fn ask(scope: &Scope<'_>) -> Answers<EventRule> {
    let clients = scope.clients();
    let client = clients.eventbridge();
    let (rules, failure) = rules(client).await;
    let mut answers = Answers::new();
    if let Some(failure) = failure {
        answers.gaps.push(scope.gap(&LIST_EVENT_RULES, failure, None));
    }
    for (rule, gap) in each(rules, |rule| with_targets(scope, client, rule)).await {
        answers.records.push(rule);
        answers.gaps.extend(gap);
    }
    answers.records.sort_by(|a, b| a.arn.cmp(&b.arn));
    answers
}

/// Source: EventBridge API Reference, `ListRules`.
async fn rules(client: &Client) -> (Vec<EventRule>, Option<Failure>) {
    pages(|token| {
        let request = client.list_rules().event_bus_name(BUS).set_next_token(token);
        async move {
            let page = request.send().await?;
            let rules = page.rules.ok_or_else(|| Failure::malformed("no Rules"))?;
            let rules = rules.into_iter().filter_map(|rule| self::rule(rule).transpose());
            Ok((rules.collect::<Result<_, _>>()?, page.next_token))
        }
    })
    .await
}

/// A rule, if it waits for events of Secrets Manager; those that run on a schedule and those of other services do not.
fn rule(rule: Rule) -> Result<Option<EventRule>, Failure> {
    let Some(pattern) = rule.event_pattern.filter(|pattern| may_be_about_secrets(pattern)) else {
        return Ok(None);
    };
    let (Some(arn), Some(name), Some(state)) = (rule.arn, rule.name, rule.state) else {
        return Err(Failure::malformed("a rule without an ARN, a name or a state"));
    };
    let bus = rule.event_bus_name.unwrap_or_else(|| BUS.to_owned());
    Ok(Some(EventRule { arn, name, bus, state: state.as_str().to_owned(), pattern, targets: None }))
}

fn may_be_about_secrets(pattern: &str) -> bool {
    EventPattern::new(pattern).takes_source(SOURCE) != Answer::No
}

/// The rule with its targets, unless it is off and they make no difference.
///
/// Source: EventBridge API Reference, `ListTargetsByRule`.
async fn with_targets(scope: &Scope<'_>, client: &Client, rule: EventRule) -> (EventRule, Option<Gap>) {
    if rule.state == RuleState::Disabled.as_str() {
        return (rule, None);
    }
    let (mut targets, failure) = pages(|token| {
        let request =
            client.list_targets_by_rule().event_bus_name(BUS).rule(&rule.name).set_next_token(token);
        async move {
            let page = request.send().await?;
            let targets = page.targets.ok_or_else(|| Failure::malformed("no Targets"))?;
            Ok((targets.into_iter().map(|target| target.arn).collect(), page.next_token))
        }
    })
    .await;
    match failure {
        Some(failure) => {
            let gap = scope.gap(&LIST_TARGETS_BY_RULE, failure.after_listing(), Some(&rule.arn));
            (rule, Some(gap))
        }
        None => {
            targets.sort();
            (EventRule { targets: Some(targets), ..rule }, None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(pattern: &str) -> Rule {
        let rule = Rule::builder().arn("arn:aws:events:eu-west-1:111122223333:rule/r").name("r");
        rule.state(RuleState::Enabled).event_pattern(pattern).build()
    }

    #[test]
    fn only_rules_that_may_take_events_of_secrets_manager_are_kept() {
        let cases = [
            (r#"{"source": ["aws.secretsmanager"]}"#, true),
            (r#"{"source": [{"prefix": "aws."}]}"#, true),
            (r#"{"detail-type": ["AWS API Call via CloudTrail"]}"#, true),
            (r#"{"source": [{"an-operator-of-tomorrow": "aws"}]}"#, true),
            ("not JSON", true),
            (r#"{"source": ["aws.ec2"]}"#, false),
            (r#"{"source": [{"anything-but": ["aws.secretsmanager"]}]}"#, false),
        ];
        for (pattern, expected) in cases {
            assert_eq!(rule(listed(pattern)).unwrap().is_some(), expected, "{pattern}");
        }
        let on_a_schedule = Rule::builder().name("r").schedule_expression("rate(1 day)").build();
        assert_eq!(rule(on_a_schedule).unwrap(), None);
    }

    #[test]
    fn a_rule_without_a_state_is_malformed() {
        let nameless = Rule::builder().event_pattern(r#"{"source": ["aws.secretsmanager"]}"#).build();
        assert!(rule(nameless).is_err());
    }
}
