//! The row of a Region.

use super::alerts::{Alert, Alerts};
use super::recording::{Recorders, stores_that_take, trails_that_take};
use super::samples::{DELETED, DELETED_READ, POLICY_PUT, ROTATION_FAILED, SAMPLES, Sample};
use crate::model::{AccountId, Gap, Region, Resource, ResourceType};
use crate::patterns::Answer;
use crate::snapshot::Collected;
use crate::snapshot::records::ConfigRule;
use crate::tables::context::{AccountContext, Context, RegionContext};
use crate::tables::schema::Group;
use crate::trail::selectors::READ;

/// What is known of a Region that holds secrets; `None` is "not known".
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RegionRow {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) secrets: Option<i64>,
    pub(crate) reads_recorded: Option<bool>,
    pub(crate) covering_trails: Option<String>,
    pub(crate) covering_stores: Option<String>,
    pub(crate) alerts_on_rotation_failure: Option<bool>,
    pub(crate) rotation_failure_alerts: Option<String>,
    pub(crate) alerts_on_deletion: Option<bool>,
    pub(crate) deletion_alerts: Option<String>,
    pub(crate) unalerted_deletion: Option<String>,
    pub(crate) alerts_on_policy_change: Option<bool>,
    pub(crate) policy_change_alerts: Option<String>,
    pub(crate) unalerted_events: Option<String>,
    pub(crate) config_rules: Option<String>,
}

impl RegionRow {
    /// The facts about a Region, and why some are not known.
    pub(in crate::tables) fn new(
        context: &Context<'_>,
        recorders: &Recorders<'_>,
        account: &AccountContext<'_>,
        region: &RegionContext<'_>,
    ) -> (Self, Vec<(Group, Gap)>) {
        let entry = &account.data.entry;
        let code = &region.data.region;
        let mut row = Self {
            arn: format!("arn:{}:secretsmanager:{code}:{}:*", entry.partition, entry.account),
            name: format!("{} {code}", entry.name.as_deref().unwrap_or(entry.account.as_str())),
            account: entry.account.to_string(),
            region: code.to_string(),
            ..Self::default()
        };
        let mut missing = Vec::new();
        if region.is_complete() {
            row.secrets = i64::try_from(region.data.secrets.records.len()).ok();
        } else {
            missing.extend(region.data.secrets.scope_gaps().map(|gap| (Group::Inventory, gap.clone())));
        }
        missing.extend(row.recording(context, recorders, account, region));
        missing.extend(row.alerts(&Alerts::new(context, recorders, account, region)));
        missing.extend(row.config(&region.data.config_rules));
        missing.sort();
        missing.dedup();
        (row, missing)
    }

    fn recording(
        &mut self,
        context: &Context<'_>,
        recorders: &Recorders<'_>,
        account: &AccountContext<'_>,
        region: &RegionContext<'_>,
    ) -> Vec<(Group, Gap)> {
        let trails = trails_that_take(recorders, account, region, READ);
        let stores = stores_that_take(context, account, &region.data.region, READ);
        let mut missing = Vec::new();
        let answer = trails.answer.max(stores.answer);
        self.reads_recorded = answer.known();
        if answer == Answer::Unknown {
            let gaps = trails.gaps.iter().chain(&stores.gaps);
            missing.extend(gaps.map(|gap| (Group::Recording, gap.clone())));
        }
        self.covering_trails = trails.listed();
        self.covering_stores = stores.listed();
        missing.extend(trails.gaps.into_iter().map(|gap| (Group::Trail, gap)));
        missing.extend(stores.gaps.into_iter().map(|gap| (Group::EventDataStores, gap)));
        missing
    }

    fn alerts(&mut self, alerts: &Alerts<'_>) -> Vec<(Group, Gap)> {
        let heard: Vec<(Sample, Alert)> = SAMPLES.map(|sample| (sample, alerts.of(sample))).into();
        let about = |wanted: &[Sample]| {
            let found = heard.iter().filter(|(sample, _)| wanted.contains(sample));
            let answer = Answer::all(found.clone().map(|(_, alert)| alert.answer));
            let names: Vec<&str> = found.flat_map(|(_, alert)| &alert.by).map(String::as_str).collect();
            (answer.known(), answer.known().map(|_| named(names)))
        };
        (self.alerts_on_rotation_failure, self.rotation_failure_alerts) = about(&[ROTATION_FAILED]);
        (self.alerts_on_deletion, self.deletion_alerts) = about(&[DELETED, DELETED_READ]);
        (self.alerts_on_policy_change, self.policy_change_alerts) = about(&[POLICY_PUT]);
        self.unalerted_deletion = unheard(&heard, &[DELETED, DELETED_READ], " and ");
        self.unalerted_events = unheard(&heard, &SAMPLES, ", ");
        let unknown = heard.into_iter().filter(|(_, alert)| alert.answer == Answer::Unknown);
        unknown.flat_map(|(_, alert)| alert.gaps).map(|gap| (Group::Alerts, gap)).collect()
    }

    /// Which managed rules AWS Config has there. A listing that broke off says nothing, since any rule may be missing
    /// from it; that the verdicts of a rule were not read does not matter.
    fn config(&mut self, rules: &Collected<ConfigRule>) -> Vec<(Group, Gap)> {
        let gaps: Vec<_> = rules.scope_gaps().map(|gap| (Group::ConfigRules, gap.clone())).collect();
        if gaps.is_empty() {
            let lives = |rule: &&ConfigRule| !rule.state.as_deref().is_some_and(is_going);
            self.config_rules = Some(named(
                rules.records.iter().filter(lives).map(|rule| rule.identifier.as_str()).collect(),
            ));
        }
        gaps
    }

    pub(in crate::tables) fn resource(&self) -> Resource {
        Resource {
            kind: ResourceType::Region,
            arn: self.arn.clone(),
            name: self.name.clone(),
            account: AccountId::new(&self.account),
            region: Region::new(&self.region),
            second_key: None,
        }
    }
}

/// What nobody hears of; not known where that is not known of one.
fn unheard(heard: &[(Sample, Alert)], wanted: &[Sample], separator: &str) -> Option<String> {
    let about = || heard.iter().filter(|(sample, _)| wanted.contains(sample));
    let silent = about().filter(|(_, alert)| alert.answer == Answer::No);
    let silent: Vec<&str> = silent.map(|(sample, _)| sample.words).collect();
    let all_known = about().all(|(_, alert)| alert.answer != Answer::Unknown);
    all_known.then(|| silent.join(separator))
}

/// Whether a rule of AWS Config in this state is on its way out.
///
/// Source: AWS Config API Reference, `ConfigRule`: ACTIVE, DELETING, DELETING_RESULTS or EVALUATING.
fn is_going(state: &str) -> bool {
    state.starts_with("DELETING")
}

fn named(mut names: Vec<&str>) -> String {
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}
