//! What a finding is about.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::finding::{Details, Resource, RotationRules, SecretDetails};
use super::limits;
use crate::model::SecretProfile;
use crate::report::thing::Thing;

/// The thing, with what is known of it where it is a secret.
pub(super) fn resource(thing: &Thing<'_>, secret: Option<&SecretProfile>, now: Timestamp) -> Resource {
    let details = secret.map(|secret| Details::AwsSecretsManagerSecret(self::details(secret, now)));
    Resource {
        kind: thing.kind().security_hub(),
        id: limits::text(thing.arn, limits::IDENTIFIER),
        partition: thing.partition().as_str(),
        region: limits::known(thing.region, limits::IDENTIFIER),
        tags: secret.map(tags).unwrap_or_default(),
        details: details.or_else(|| Some(Details::Other(other(thing)))),
    }
}

fn other(thing: &Thing<'_>) -> BTreeMap<String, String> {
    let told = [("Name", Some(thing.name)), ("Part", thing.part)];
    let told =
        told.into_iter().filter_map(|(key, value)| Some((key, limits::known(value?, limits::DETAIL)?)));
    told.map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Tags but for AWS's own, whose names the format does not take, and those without a value.
fn tags(secret: &SecretProfile) -> BTreeMap<String, String> {
    let own = secret.tags.iter().filter(|(key, _)| !key.to_lowercase().starts_with("aws:"));
    own.filter_map(|(key, value)| {
        Some((limits::known(key, limits::TAG_KEY)?, limits::known(value, limits::TAG_VALUE)?))
    })
    .take(limits::TAGS)
    .collect()
}

fn details(secret: &SecretProfile, now: Timestamp) -> SecretDetails {
    let rotation = &secret.rotation;
    let days = rotation.days.and_then(|days| i32::try_from(days).ok());
    let identifier = |text: &Option<String>| limits::known(text.as_deref()?, limits::IDENTIFIER);
    SecretDetails {
        rotation_rules: days.map(|automatically_after_days| RotationRules { automatically_after_days }),
        rotation_occurred_within_frequency: rotation
            .next
            .filter(|_| rotation.enabled)
            .map(|next| next >= now),
        kms_key_id: identifier(&secret.kms_key),
        rotation_enabled: rotation.enabled,
        rotation_lambda_arn: identifier(&rotation.function),
        deleted: secret.deleted.is_some(),
        name: limits::text(&secret.name, limits::DETAIL),
        description: limits::known(&secret.description, limits::DETAIL),
    }
}
