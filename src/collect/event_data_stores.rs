//! CloudTrail Lake: the event data stores that live in each Region, and what they record.

use aws_sdk_cloudtrail::Client;

use super::scope::{Answers, Scope, each, pages};
use super::trails::advanced_selector;
use crate::aws::Failure;
use crate::aws::operations::{GET_EVENT_DATA_STORE, LIST_EVENT_DATA_STORES};
use crate::model::Gap;
use crate::snapshot::records::EventDataStore;
use crate::snapshot::{Kind, SnapshotError};

/// The code with which CloudTrail says that there is no Lake in a Region, which is no gap.
///
/// Source: CloudTrail API Reference, `ListEventDataStores`.
const NO_LAKE: &str = "UnsupportedOperationException";

/// Asks for the event data stores that live here. A store of another Region may record this one too, so all Regions
/// are asked, not only those with secrets.
pub(super) async fn collect(scope: &Scope<'_>) -> Result<(), SnapshotError> {
    scope.once(Kind::EventDataStores, |_| true, ask(scope)).await.map(drop)
}

async fn ask(scope: &Scope<'_>) -> Answers<EventDataStore> {
    let clients = scope.clients();
    let client = clients.cloudtrail();
    let (stores, failure) = list(client).await;
    let mut answers = Answers::new();
    if let Some(failure) = failure.filter(|failure| failure.code != NO_LAKE) {
        answers.gaps.push(scope.gap(&LIST_EVENT_DATA_STORES, failure, None));
    }
    for (store, gap) in each(stores, |store| details(scope, client, store)).await {
        answers.records.push(store);
        answers.gaps.extend(gap);
    }
    answers.records.sort_by(|a, b| a.arn.cmp(&b.arn));
    answers
}

/// Source: CloudTrail API Reference, `ListEventDataStores`: all but ARN and name is no longer answered here.
async fn list(client: &Client) -> (Vec<EventDataStore>, Option<Failure>) {
    pages(|token| {
        let request = client.list_event_data_stores().set_next_token(token);
        async move {
            let page = request.send().await?;
            let stores = page.event_data_stores.ok_or_else(|| Failure::malformed("no EventDataStores"))?;
            let stores = stores.into_iter().map(|store| match (store.event_data_store_arn, store.name) {
                (Some(arn), Some(name)) => Ok(EventDataStore {
                    arn,
                    name,
                    status: None,
                    multi_region: false,
                    organization: false,
                    selectors: None,
                }),
                _ => Err(Failure::malformed("an event data store without an ARN or a name")),
            });
            Ok((stores.collect::<Result<_, _>>()?, page.next_token))
        }
    })
    .await
}

/// Source: CloudTrail API Reference, `GetEventDataStore`.
async fn details(scope: &Scope<'_>, client: &Client, store: EventDataStore) -> (EventDataStore, Option<Gap>) {
    let answer = client.get_event_data_store().event_data_store(&store.arn).send().await;
    match answer.map_err(Failure::from) {
        Ok(answer) => {
            let selectors = answer.advanced_event_selectors.unwrap_or_default();
            let known = EventDataStore {
                status: answer.status.map(|status| status.as_str().to_owned()),
                multi_region: answer.multi_region_enabled.unwrap_or(false),
                organization: answer.organization_enabled.unwrap_or(false),
                selectors: Some(selectors.into_iter().map(advanced_selector).collect()),
                ..store
            };
            (known, None)
        }
        Err(failure) => {
            let gap = scope.gap(&GET_EVENT_DATA_STORE, failure.after_listing(), Some(&store.arn));
            (store, Some(gap))
        }
    }
}
