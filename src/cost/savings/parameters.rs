//! Configuration that is no secret, and would cost nothing in Parameter Store.

use std::collections::BTreeSet;

use super::words::{argument, delete_secret, production};
use super::{Draft, Effect, Sight};
use crate::cost::charges::secrets;
use crate::cost::facts::SecretFacts;
use crate::model::{NotJudged, SavingConfidence, SavingKind};

/// Parts of names that mean configuration.
const CONFIGURATION: [&str; 18] = [
    "config",
    "configuration",
    "conf",
    "settings",
    "setting",
    "url",
    "uri",
    "endpoint",
    "host",
    "hostname",
    "flag",
    "flags",
    "features",
    "toggle",
    "toggles",
    "params",
    "parameters",
    "properties",
];

/// Parts of names that mean a secret, whatever stands beside them.
const SECRET: [&str; 20] = [
    "password",
    "passwd",
    "pwd",
    "pass",
    "passphrase",
    "secret",
    "token",
    "key",
    "apikey",
    "credential",
    "credentials",
    "creds",
    "cert",
    "certificate",
    "private",
    "pem",
    "signing",
    "oauth",
    "webhook",
    "login",
];

/// Never what Parameter Store cannot carry: replicas, rotation, a resource policy, or what an AWS service made. How large a
/// value is nobody sees who reads metadata only, so each is possible at best.
///
/// Source: AWS Systems Manager User Guide, "Managing parameter tiers": a standard parameter holds 4 KB.
pub(super) fn find<'a>(sight: &Sight<'a>, not_judged: &mut BTreeSet<NotJudged>) -> Vec<Draft<'a>> {
    let mut drafts = Vec::new();
    let mut dark = 0_u64;
    for (row, secret) in sight.customer().filter(|(_, secret)| is_configuration(secret)) {
        match (secret.rotates, secret.replicas, secret.has_policy, secret.sensitive) {
            (Some(false), Some(0), Some(false), Some(false)) => drafts.push(draft(row, secret)),
            (Some(true), ..) | (_, Some(1..), ..) | (_, _, Some(true), _) | (.., Some(true)) => {}
            _ => dark += 1,
        }
    }
    if dark > 0 {
        let what = secrets(dark);
        let why = format!("{what} whose rotation, replicas or resource policy are not known");
        not_judged.insert(NotJudged { kind: SavingKind::ParameterStore, why });
    }
    drafts
}

fn is_configuration(secret: &SecretFacts<'_>) -> bool {
    let name = secret.place.name.to_lowercase();
    let parts: Vec<&str> = name.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    secret.class == Some("other")
        && parts.iter().any(|part| CONFIGURATION.contains(part))
        && !parts.iter().any(|part| SECRET.contains(part))
}

fn draft<'a>(row: usize, secret: &'a SecretFacts<'a>) -> Draft<'a> {
    let place = &secret.place;
    let (id, region) = (argument(place.arn), argument(place.region));
    let name = argument(&format!("/{}", place.name.trim_start_matches('/')));
    let mut warnings = vec![
        "check that its value is at most 4 KB: a larger one costs as much there".to_owned(),
        "its readers have to ask Parameter Store, with another permission".to_owned(),
    ];
    warnings.extend(production(&[secret]));
    Draft {
        kind: SavingKind::ParameterStore,
        confidence: SavingConfidence::Possible,
        place,
        name: place.name.to_owned(),
        resources: vec![place.arn],
        evidence: vec![
            "its name says configuration, and nothing in it says secret".to_owned(),
            "it has no rotation, no replicas and no resource policy".to_owned(),
        ],
        warnings,
        commands: vec![
            format!(
                "aws ssm put-parameter --region {region} --name {name} --type SecureString --tier Standard --value \
                 \"$(aws secretsmanager get-secret-value --region {region} --secret-id {id} --query SecretString \
                 --output text)\""
            ),
            delete_secret(place),
        ],
        effect: Effect::Remove(vec![row]),
    }
}
