//! AWS Config as the inventory: what its recorder or an aggregator knows of secrets.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::scope::{Answers, Scope, non_empty, pages};
use super::secrets::{Listing, empty, keep};
use crate::aws::operations::{SELECT_AGGREGATE_RESOURCE_CONFIG, SELECT_RESOURCE_CONFIG};
use crate::aws::{Failure, Operation};
use crate::model::{AccountId, Gap, Region};
use crate::snapshot::records::{RotationRules, Secret, Tag};

/// What is asked of Config. The whole configuration, because a property that Config does not know is an error.
///
/// Source: AWS Config Developer Guide, "Querying the current configuration state of AWS resources".
const QUERY: &str = "SELECT arn, accountId, awsRegion, resourceName, resourceCreationTime, \
                     configurationItemCaptureTime, tags, configuration \
                     WHERE resourceType = 'AWS::SecretsManager::Secret'";

/// The largest page that Config gives.
const PAGE: i32 = 100;

/// A row of the answer: Config sends each as JSON text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    arn: Option<String>,
    account_id: Option<String>,
    aws_region: Option<String>,
    resource_name: Option<String>,
    resource_creation_time: Option<String>,
    configuration_item_capture_time: Option<String>,
    #[serde(default)]
    tags: Vec<RowTag>,
    #[serde(default)]
    configuration: Configuration,
}

#[derive(Deserialize)]
struct RowTag {
    key: String,
    #[serde(default)]
    value: String,
}

/// Source: awslabs/aws-config-resource-schema, `AWS::SecretsManager::Secret.properties.json`; `KmsKeyId` is how
/// CloudFormation, after which Config names newer types, writes the key.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Configuration {
    name: Option<String>,
    description: Option<String>,
    #[serde(rename = "KMSKeyId", alias = "KmsKeyId")]
    kms_key_id: Option<String>,
    deleted: Option<bool>,
    rotation_enabled: Option<bool>,
    #[serde(rename = "RotationLambdaARN", alias = "RotationLambdaArn")]
    rotation_lambda_arn: Option<String>,
    rotation_rules: Option<Rules>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Rules {
    automatically_after_days: Option<i64>,
    rotation_duration: Option<String>,
    rotation_schedule_expression: Option<String>,
}

/// A secret and where Config says it is.
struct Located {
    account: String,
    region: String,
    secret: Secret,
}

/// The secrets of a Region as its recorder knows them.
///
/// Source: AWS Config API Reference, `SelectResourceConfig`.
pub(super) async fn list(scope: &Scope<'_>) -> Listing {
    let clients = scope.clients();
    let client = clients.config();
    let (rows, failure) = pages(|token| {
        let request = client.select_resource_config().expression(QUERY).limit(PAGE).set_next_token(token);
        async move {
            let page = request.send().await?;
            let rows = page.results.ok_or_else(|| Failure::malformed("no Results"))?;
            Ok((rows, page.next_token))
        }
    })
    .await;
    match failure {
        Some(failure) if rows.is_empty() => Listing::Unheard(failure),
        failure => {
            let (located, gaps) = read(scope, &SELECT_RESOURCE_CONFIG, &rows, failure);
            let records = located.into_iter().map(|located| located.secret).collect();
            Listing::Heard(keep(scope, Answers { records, gaps }))
        }
    }
}

/// What an aggregator knows, by account and Region.
pub(super) type Aggregate = BTreeMap<AccountId, BTreeMap<Region, Answers<Secret>>>;

/// The secrets of all accounts of an aggregator, and the gaps of asking it.
///
/// Source: AWS Config API Reference, `SelectAggregateResourceConfig`.
pub(super) async fn aggregate(scope: &Scope<'_>, name: &str) -> Result<(Aggregate, Vec<Gap>), Failure> {
    let clients = scope.clients();
    let client = clients.config();
    let (rows, failure) = pages(|token| {
        let request = client
            .select_aggregate_resource_config()
            .configuration_aggregator_name(name)
            .expression(QUERY)
            .limit(PAGE)
            .set_next_token(token);
        async move {
            let page = request.send().await?;
            let rows = page.results.ok_or_else(|| Failure::malformed("no Results"))?;
            Ok((rows, page.next_token))
        }
    })
    .await;
    if let Some(failure) = failure.as_ref().filter(|_| rows.is_empty()) {
        return Err(failure.clone());
    }
    let (located, gaps) = read(scope, &SELECT_AGGREGATE_RESOURCE_CONFIG, &rows, failure);
    Ok((sort(scope, located), gaps))
}

fn sort(scope: &Scope<'_>, located: Vec<Located>) -> Aggregate {
    let wanted = &scope.run.options.regions;
    let mut aggregate = Aggregate::new();
    for Located { account, region, secret } in located {
        let region = Region::new(region);
        if wanted.is_empty() || wanted.contains(&region) {
            let regions = aggregate.entry(AccountId::new(account)).or_default();
            regions.entry(region).or_insert_with(Answers::new).records.push(secret);
        }
    }
    for answers in aggregate.values_mut().flat_map(BTreeMap::values_mut) {
        let heard = std::mem::replace(answers, Answers::new());
        *answers = keep(scope, heard);
    }
    aggregate
}

fn read(
    scope: &Scope<'_>,
    operation: &Operation,
    rows: &[String],
    failure: Option<Failure>,
) -> (Vec<Located>, Vec<Gap>) {
    let mut gaps: Vec<_> = failure.map(|failure| scope.gap(operation, failure, None)).into_iter().collect();
    let mut located = Vec::new();
    for row in rows {
        match located_secret(row) {
            Ok(secret) => located.push(secret),
            Err(failure) => gaps.push(scope.gap(operation, failure, None)),
        }
    }
    (located, gaps)
}

/// Config says that a secret is scheduled for deletion, and not since when: the time at which it noticed stands in, which
/// follows within minutes.
fn located_secret(row: &str) -> Result<Located, Failure> {
    let row: Row = serde_json::from_str(row)
        .map_err(|error| Failure::malformed(&format!("a row that cannot be read: {error}")))?;
    let (Some(arn), Some(account), Some(region)) = (row.arn, row.account_id, row.aws_region) else {
        return Err(Failure::malformed("a row without an ARN, an account or a Region"));
    };
    let known = row.configuration;
    let Some(name) = known.name.or(row.resource_name) else {
        return Err(Failure::malformed("a row without a name"));
    };
    let deleted = known.deleted.unwrap_or(false);
    let secret = Secret {
        description: non_empty(known.description),
        kms_key_id: non_empty(known.kms_key_id),
        rotation_enabled: known.rotation_enabled,
        rotation_lambda_arn: non_empty(known.rotation_lambda_arn),
        rotation_rules: known.rotation_rules.map(rules),
        created: time(row.resource_creation_time.as_deref()),
        deleted: deleted.then(|| time(row.configuration_item_capture_time.as_deref())).flatten(),
        tags: tags(row.tags),
        ..empty(arn, name)
    };
    Ok(Located { account, region, secret })
}

fn rules(rules: Rules) -> RotationRules {
    RotationRules {
        automatically_after_days: rules.automatically_after_days,
        duration: non_empty(rules.rotation_duration),
        schedule_expression: non_empty(rules.rotation_schedule_expression),
    }
}

fn tags(tags: Vec<RowTag>) -> Vec<Tag> {
    let mut tags: Vec<_> = tags.into_iter().map(|tag| Tag { key: tag.key, value: tag.value }).collect();
    tags.sort_by(|a, b| a.key.cmp(&b.key));
    tags
}

fn time(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_row_of_config() {
        let row = r#"{
            "arn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf",
            "accountId": "111122223333", "awsRegion": "eu-west-1", "resourceName": "prod/db",
            "resourceCreationTime": "2026-01-02T03:04:05.678Z",
            "configurationItemCaptureTime": "2026-11-02T03:04:05.678Z",
            "tags": [{"tag": "Team=payments", "key": "Team", "value": "payments"}],
            "configuration": {"Name": "prod/db", "KMSKeyId": "alias/x", "Deleted": true, "RotationEnabled": true,
                "RotationRules": {"AutomaticallyAfterDays": 30, "RotationScheduleExpression": "rate(30 days)"}}}"#;
        let Located { account, region, secret } = located_secret(row).unwrap();
        assert_eq!((account.as_str(), region.as_str()), ("111122223333", "eu-west-1"));
        assert_eq!((secret.name.as_str(), secret.kms_key_id.as_deref()), ("prod/db", Some("alias/x")));
        assert_eq!(secret.deleted.unwrap().to_string(), "2026-11-02T03:04:05.678Z");
        let rules = secret.rotation_rules.unwrap();
        assert_eq!(rules.automatically_after_days, Some(30));
        assert_eq!(rules.schedule_expression.as_deref(), Some("rate(30 days)"));
        assert_eq!(secret.last_accessed, None);
    }

    #[test]
    fn a_row_that_cannot_be_read_is_a_failure() {
        for row in ["", "[]", "{}", r#"{"arn": "a", "accountId": "1", "awsRegion": "r"}"#] {
            assert!(located_secret(row).is_err(), "{row}");
        }
    }
}
