//! What the inventory says about rotation.

use std::str::FromStr;

use jiff::Timestamp;

use super::SecretFacts;
use super::subject::Subject;
use crate::model::schedule::Schedule;
use crate::model::{GapCause, whole_days_between};
use crate::snapshot::records::{RotationRules, Secret};
use crate::tables::gaps::own_gap;
use crate::tables::schema::Group;

/// Eight years: the interval of a schedule that fires at most once in them.
const EIGHT_YEARS_DAYS: f64 = 2922.0;

/// Seconds in a day.
const DAY: f64 = 86_400.0;

pub(super) fn fill(subject: &Subject<'_>, facts: &mut SecretFacts) {
    let secret = subject.secret;
    let as_of = subject.all.as_of();
    let enabled = secret.rotation_enabled == Some(true);
    let function = secret.rotation_lambda_arn.clone().unwrap_or_default();
    facts.rotation_enabled = Some(enabled);
    // AWS keeps the rules after CancelRotateSecret, so they tell "cancelled" from "never set up".
    facts.rotation_configured = Some(enabled || secret.rotation_rules.as_ref().is_some_and(has_rules));
    facts.managed_rotation = Some(enabled && function.is_empty());
    facts.rotation_function = Some(function);
    facts.has_next_rotation = Some(secret.next_rotation.is_some());
    facts.days_past_due = Some(secret.next_rotation.map_or(0, |due| whole_days_between(due, as_of).max(0)));
    facts.ever_rotated = Some(secret.last_rotated.is_some());
    facts.days_since_rotation =
        secret.last_rotated.or(secret.created).map(|instant| whole_days_between(instant, as_of));
    let schedule = schedule(secret);
    facts.effective_interval_days = interval_days(&schedule, as_of);
    if facts.effective_interval_days.is_none() {
        let message = format!("a rotation schedule that is none: `{schedule}`");
        let (call, arn) = (Group::InventoryDetail.call(), &secret.arn);
        facts.miss(
            Group::InventoryDetail,
            [own_gap(GapCause::Malformed, call, subject.place(), arn, &message)],
        );
    }
    facts.schedule = Some(schedule);
}

/// By how many days a rotation is late. Where AWS names no date, the value may be as old as the schedule's longest gap;
/// a value that was put by hand counts as rotated.
///
/// Source: Secrets Manager API Reference, `RotationRulesType`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "ages are thousands of days at most"
)]
pub(super) fn days_overdue(facts: &SecretFacts) -> Option<i64> {
    if !facts.rotation_enabled? {
        return Some(0);
    }
    if facts.has_next_rotation? {
        return facts.days_past_due;
    }
    let interval = facts.effective_interval_days?;
    let late = facts.value_age_days? as f64 - interval;
    Some(if interval > 0.0 { late.ceil().max(0.0) as i64 } else { 0 })
}

fn has_rules(rules: &RotationRules) -> bool {
    rules.automatically_after_days.is_some() || rules.schedule_expression.is_some()
}

/// The schedule as one expression; the days alone are a rate.
fn schedule(secret: &Secret) -> String {
    let Some(rules) = &secret.rotation_rules else { return String::new() };
    let rate = |days: i64| if days == 1 { "rate(1 day)".to_owned() } else { format!("rate({days} days)") };
    rules.schedule_expression.clone().or_else(|| rules.automatically_after_days.map(rate)).unwrap_or_default()
}

/// The longest gap of a schedule in days; 0 without a schedule, `None` where the text is no schedule.
#[expect(clippy::cast_precision_loss, reason = "eight years in seconds fit a double exactly")]
fn interval_days(schedule: &str, as_of: Timestamp) -> Option<f64> {
    if schedule.is_empty() {
        return Some(0.0);
    }
    let schedule = Schedule::from_str(schedule).ok()?;
    let gap = schedule.longest_gap(as_of);
    Some(gap.map_or(EIGHT_YEARS_DAYS, |gap| gap.as_secs() as f64 / DAY))
}
