//! CloudTrail: the trails that are visible in each Region, whether they run, and what they record.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types::{
    AdvancedEventSelector, AdvancedFieldSelector, EventSelector, Trail as SdkTrail,
};

use super::scope::{Scope, each, instant, non_empty};
use crate::aws::Failure;
use crate::aws::operations::{DESCRIBE_TRAILS, GET_EVENT_SELECTORS, GET_TRAIL_STATUS};
use crate::model::{Gap, Region};
use crate::snapshot::records::{
    AdvancedSelector, BasicSelector, EventSelectors, FieldSelector, Trail, TrailStatus,
};
use crate::snapshot::{Kind, SnapshotError};

/// What was asked in a trail's home Region.
#[derive(Default)]
struct Details {
    status: Option<TrailStatus>,
    selectors: Option<EventSelectors>,
    gaps: Vec<Gap>,
}

/// Asks for the trails of all Regions of an account, and answers with them.
///
/// A trail of many Regions is visible in each of them, as its shadow; its state is asked once, where it lives.
pub(super) async fn collect(scope: &Scope<'_>, regions: &[Region]) -> Result<Vec<Trail>, SnapshotError> {
    let mut all = Vec::new();
    let mut wanted = Vec::new();
    for region in regions {
        let here = scope.at(region);
        match here.earlier::<Trail>(&here.key(Kind::Trails))? {
            Some(shard) => {
                here.tell_earlier(Kind::Trails, shard.gaps.len());
                all.extend(shard.records);
            }
            None => wanted.push(here),
        }
    }
    let visible = each(&wanted, |here| async move { (here, describe(here).await) }).await;
    let homes: BTreeSet<(String, String)> = visible
        .iter()
        .filter_map(|(_, heard)| heard.as_ref().ok())
        .flatten()
        .map(|trail| (trail.arn.clone(), trail.home_region.clone()))
        .collect();
    let details: BTreeMap<String, Details> =
        each(homes, |(arn, home)| details(scope, arn, home)).await.into_iter().collect();
    for (here, heard) in visible {
        let (trails, gaps) = match heard {
            Ok(trails) => complete(trails, &details),
            Err(failure) => (Vec::new(), vec![here.gap(&DESCRIBE_TRAILS, failure, None)]),
        };
        all.extend(here.write(&here.key(Kind::Trails), true, trails, gaps)?);
    }
    Ok(all)
}

fn complete(trails: Vec<Trail>, details: &BTreeMap<String, Details>) -> (Vec<Trail>, Vec<Gap>) {
    let mut gaps = Vec::new();
    let trails = trails.into_iter().map(|trail| match details.get(&trail.arn) {
        Some(known) => {
            gaps.extend(known.gaps.iter().cloned());
            Trail { status: known.status.clone(), selectors: known.selectors.clone(), ..trail }
        }
        None => trail,
    });
    (trails.collect(), gaps)
}

/// Source: CloudTrail API Reference, `DescribeTrails`.
async fn describe(scope: &Scope<'_>) -> Result<Vec<Trail>, Failure> {
    let request = scope.clients().cloudtrail().describe_trails().include_shadow_trails(true);
    let answer = request.send().await?;
    let list = answer.trail_list.ok_or_else(|| Failure::malformed("no trailList"))?;
    let mut trails = list.into_iter().map(trail).collect::<Result<Vec<_>, _>>()?;
    trails.sort_by(|a, b| a.arn.cmp(&b.arn));
    trails.dedup_by(|a, b| a.arn == b.arn);
    Ok(trails)
}

fn trail(trail: SdkTrail) -> Result<Trail, Failure> {
    let (Some(arn), Some(name), Some(home_region)) = (trail.trail_arn, trail.name, trail.home_region) else {
        return Err(Failure::malformed("a trail without an ARN, a name or a home Region"));
    };
    Ok(Trail {
        arn,
        name,
        home_region,
        multi_region: trail.is_multi_region_trail.unwrap_or(false),
        organization: trail.is_organization_trail.unwrap_or(false),
        bucket: non_empty(trail.s3_bucket_name),
        prefix: non_empty(trail.s3_key_prefix),
        validation: trail.log_file_validation_enabled.unwrap_or(false),
        kms_key_id: non_empty(trail.kms_key_id),
        log_group: non_empty(trail.cloud_watch_logs_log_group_arn),
        status: None,
        selectors: None,
    })
}

async fn details(scope: &Scope<'_>, arn: String, home: String) -> (String, Details) {
    let home = scope.at(&Region::new(home));
    let (status, selectors) = futures::join!(status(&home, &arn), selectors(&home, &arn));
    let mut details = Details::default();
    let mut keep = |operation, failure: Failure| {
        details.gaps.push(home.gap(operation, failure.after_listing(), Some(&arn)));
    };
    details.status = status.map_err(|failure| keep(&GET_TRAIL_STATUS, failure)).ok();
    details.selectors = selectors.map_err(|failure| keep(&GET_EVENT_SELECTORS, failure)).ok();
    (arn, details)
}

/// Source: CloudTrail API Reference, `GetTrailStatus`.
async fn status(scope: &Scope<'_>, arn: &str) -> Result<TrailStatus, Failure> {
    let answer = scope.clients().cloudtrail().get_trail_status().name(arn).send().await?;
    Ok(TrailStatus {
        logging: answer.is_logging.ok_or_else(|| Failure::malformed("no IsLogging"))?,
        last_delivery: instant(answer.latest_delivery_time.as_ref()),
        delivery_error: non_empty(answer.latest_delivery_error),
        started: instant(answer.start_logging_time.as_ref()),
        stopped: instant(answer.stop_logging_time.as_ref()),
    })
}

/// Source: CloudTrail API Reference, `GetEventSelectors`.
async fn selectors(scope: &Scope<'_>, arn: &str) -> Result<EventSelectors, Failure> {
    let request = scope.clients().cloudtrail().get_event_selectors().trail_name(arn);
    either(request.send().await?)
}

/// A trail has selectors of one kind; the other list is absent or empty.
fn either(answer: GetEventSelectorsOutput) -> Result<EventSelectors, Failure> {
    match (answer.advanced_event_selectors, answer.event_selectors) {
        (Some(advanced), _) if !advanced.is_empty() => {
            Ok(EventSelectors::Advanced(advanced.into_iter().map(advanced_selector).collect()))
        }
        (_, Some(basic)) => Ok(EventSelectors::Basic(basic.into_iter().map(basic_selector).collect())),
        _ => Err(Failure::malformed("no selectors")),
    }
}

/// Source: CloudTrail API Reference, `EventSelector`: both fields have defaults.
fn basic_selector(selector: EventSelector) -> BasicSelector {
    BasicSelector {
        read_write: selector
            .read_write_type
            .map_or_else(|| "All".to_owned(), |kind| kind.as_str().to_owned()),
        management: selector.include_management_events.unwrap_or(true),
        excluded_sources: selector.exclude_management_event_sources.unwrap_or_default(),
    }
}

pub(super) fn advanced_selector(selector: AdvancedEventSelector) -> AdvancedSelector {
    let fields = selector.field_selectors.into_iter().map(field).collect();
    AdvancedSelector { name: non_empty(selector.name), fields }
}

fn field(selector: AdvancedFieldSelector) -> FieldSelector {
    let operators = [
        ("equals", selector.equals),
        ("startsWith", selector.starts_with),
        ("endsWith", selector.ends_with),
        ("notEquals", selector.not_equals),
        ("notStartsWith", selector.not_starts_with),
        ("notEndsWith", selector.not_ends_with),
    ];
    let operators = operators
        .into_iter()
        .filter_map(|(name, values)| Some((name.to_owned(), values.filter(|values| !values.is_empty())?)))
        .collect();
    FieldSelector { field: selector.field, operators }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_of_one_kind() {
        let advanced = AdvancedEventSelector::builder()
            .name("any name")
            .field_selectors(
                AdvancedFieldSelector::builder().field("eventCategory").equals("Management").build().unwrap(),
            )
            .build()
            .unwrap();
        let answer = GetEventSelectorsOutput::builder()
            .set_event_selectors(Some(Vec::new()))
            .advanced_event_selectors(advanced)
            .build();
        let EventSelectors::Advanced(selectors) = either(answer).unwrap() else { panic!("advanced") };
        let fields = selectors.first().map(|selector| selector.fields.as_slice()).unwrap_or_default();
        let [field] = fields else { panic!("one field") };
        assert_eq!(field.operators.get("equals").unwrap(), &["Management"]);
        assert_eq!(field.operators.len(), 1);
        let nothing = GetEventSelectorsOutput::builder().set_event_selectors(Some(Vec::new())).build();
        assert_eq!(either(nothing).unwrap(), EventSelectors::Basic(Vec::new()));
        assert!(either(GetEventSelectorsOutput::builder().build()).is_err());
    }
}
