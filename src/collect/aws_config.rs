//! AWS Config: its own verdicts on secrets.

use aws_sdk_config::Client;
use aws_sdk_config::types::{ConfigRule as SdkRule, EvaluationResult};

use super::scope::{Answers, Scope, each, non_empty, pages};
use crate::aws::Failure;
use crate::aws::operations::{DESCRIBE_CONFIG_RULES, GET_COMPLIANCE_DETAILS_BY_CONFIG_RULE};
use crate::model::Gap;
use crate::snapshot::records::{Compliance, ConfigRule};
use crate::snapshot::{Kind, SnapshotError};

/// How the managed rules about Secrets Manager begin.
///
/// Source: AWS Config Developer Guide, "List of AWS Config Managed Rules".
const ABOUT_SECRETS: &str = "SECRETSMANAGER_";

/// Codes with which Config says that it is not in use here, which is no gap.
const NOT_IN_USE: [&str; 2] =
    ["NoAvailableConfigurationRecorderException", "NoSuchConfigurationRecorderException"];

/// Asks for the Config rules about Secrets Manager and their verdicts.
pub(super) async fn collect(scope: &Scope<'_>) -> Result<(), SnapshotError> {
    scope.once(Kind::ConfigRules, |_| true, ask(scope)).await.map(drop)
}

async fn ask(scope: &Scope<'_>) -> Answers<ConfigRule> {
    let clients = scope.clients();
    let client = clients.config();
    let (rules, failure) = rules(client).await;
    let mut answers = Answers::new();
    if let Some(failure) = failure.filter(|failure| !is_not_in_use(failure)) {
        answers.gaps.push(scope.gap(&DESCRIBE_CONFIG_RULES, failure, None));
    }
    for (rule, gap) in each(rules, |rule| judged(scope, client, rule)).await {
        answers.records.push(rule);
        answers.gaps.extend(gap);
    }
    answers.records.sort_by(|a, b| a.name.cmp(&b.name));
    answers
}

/// Whether Config says that nothing is recorded here.
pub(super) fn is_not_in_use(failure: &Failure) -> bool {
    NOT_IN_USE.contains(&failure.code.as_str())
}

/// Source: AWS Config API Reference, `DescribeConfigRules`.
async fn rules(client: &Client) -> (Vec<ConfigRule>, Option<Failure>) {
    pages(|token| {
        let request = client.describe_config_rules().set_next_token(token);
        async move {
            let page = request.send().await?;
            let rules = page.config_rules.ok_or_else(|| Failure::malformed("no ConfigRules"))?;
            Ok((rules.into_iter().filter_map(rule).collect(), page.next_token))
        }
    })
    .await
}

/// A rule, if it is a managed one about Secrets Manager. Its name says nothing: anybody may choose it.
fn rule(rule: SdkRule) -> Option<ConfigRule> {
    let identifier = rule.source?.source_identifier?;
    identifier.starts_with(ABOUT_SECRETS).then_some(())?;
    Some(ConfigRule {
        name: rule.config_rule_name?,
        identifier,
        parameters: non_empty(rule.input_parameters),
        state: rule.config_rule_state.map(|state| state.as_str().to_owned()),
        compliance: None,
    })
}

/// The rule with its verdicts.
///
/// Source: AWS Config API Reference, `GetComplianceDetailsByConfigRule`.
async fn judged(scope: &Scope<'_>, client: &Client, rule: ConfigRule) -> (ConfigRule, Option<Gap>) {
    let (mut verdicts, failure) = pages(|token| {
        let request = client
            .get_compliance_details_by_config_rule()
            .config_rule_name(&rule.name)
            .limit(100)
            .set_next_token(token);
        async move {
            let page = request.send().await?;
            let results =
                page.evaluation_results.ok_or_else(|| Failure::malformed("no EvaluationResults"))?;
            Ok((results.into_iter().filter_map(verdict).collect(), page.next_token))
        }
    })
    .await;
    match failure {
        Some(failure) => {
            let failure = failure.after_listing();
            let gap = scope.gap(&GET_COMPLIANCE_DETAILS_BY_CONFIG_RULE, failure, Some(&rule.name));
            (rule, Some(gap))
        }
        None => {
            verdicts.sort_by(|a: &Compliance, b| a.resource.cmp(&b.resource));
            (ConfigRule { compliance: Some(verdicts), ..rule }, None)
        }
    }
}

fn verdict(result: EvaluationResult) -> Option<Compliance> {
    let qualifier = result.evaluation_result_identifier?.evaluation_result_qualifier?;
    Some(Compliance {
        resource: qualifier.resource_id?,
        verdict: result.compliance_type?.as_str().to_owned(),
        annotation: non_empty(result.annotation),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_config::types::{Owner, Source};

    #[test]
    fn a_rule_is_known_by_its_source_and_not_by_its_name() {
        let named = |name: &str, identifier: &str| {
            let source = Source::builder().owner(Owner::Aws).source_identifier(identifier).build().unwrap();
            rule(SdkRule::builder().config_rule_name(name).source(source).build())
        };
        assert!(named("anything", "SECRETSMANAGER_SECRET_UNUSED").is_some());
        assert!(named("secretsmanager-secret-unused", "S3_BUCKET_VERSIONING_ENABLED").is_none());
    }
}
