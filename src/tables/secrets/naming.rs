//! What names and tags say about a secret.

use std::collections::BTreeMap;

use crate::model::{Settings, words};
use crate::snapshot::records::{Secret, Tag};

/// The environment that a word of the name means; where several do, the first in the order of the name.
pub(super) fn name_environment(name: &str, settings: &Settings) -> String {
    words(name).into_iter().find_map(|word| settings.environment_of(word)).unwrap_or_default().to_owned()
}

/// The value of the first of these tags, in any letter case; empty where there is none.
pub(in crate::tables) fn tag_value<'a>(tags: &'a [Tag], keys: &[String]) -> &'a str {
    let find = |key: &String| tags.iter().find(|tag| tag.key.to_lowercase() == *key);
    keys.iter().find_map(find).map(|tag| tag.value.trim()).unwrap_or_default()
}

/// The environment that the tag means; its own value where it is no known word.
pub(in crate::tables) fn tag_environment(tags: &[Tag], settings: &Settings) -> String {
    let value = tag_value(tags, &settings.environment_tags);
    settings.environment_of(value).unwrap_or(value).to_owned()
}

/// Whether any part of the name, or the environment tag, means production.
pub(in crate::tables) fn is_production(name: &str, tags: &[Tag], settings: &Settings) -> bool {
    let means = |word: &str| settings.environment_of(word) == Some(&settings.production);
    words(name).into_iter().any(means) || means(tag_value(tags, &settings.environment_tags))
}

/// Whether the classification tag says that the secret is sensitive.
pub(super) fn is_sensitive(tags: &[Tag], settings: &Settings) -> bool {
    let value = tag_value(tags, &settings.classification_tags).to_lowercase();
    settings.sensitive_classifications.contains(&value)
}

/// Whether the name ends in a hyphen and six characters that look random: a digit, or mixed letter case.
pub(super) fn ends_like_suffix(name: &str) -> bool {
    let Some((_, end)) = name.rsplit_once('-') else { return false };
    let letters = end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let any = |test: fn(&u8) -> bool| end.as_bytes().iter().any(test);
    end.len() == 6
        && letters
        && (any(u8::is_ascii_digit) || (any(u8::is_ascii_lowercase) && any(u8::is_ascii_uppercase)))
}

/// The secret whose name and ARN suffix together are this secret's name.
///
/// A caller who gives the other one's ARN where a name is expected, or a partial ARN, then gets the wrong one.
/// Source: Secrets Manager User Guide, "Troubleshoot AWS Secrets Manager".
pub(super) fn collision(secret: &Secret, by_name: &BTreeMap<&str, &Secret>) -> String {
    let base = secret.name.rsplit_once('-').and_then(|(base, end)| Some((by_name.get(base)?, end)));
    let shadowed = base.filter(|(other, end)| other.arn.ends_with(&format!("-{end}")));
    shadowed.map(|(other, _)| other.name.clone()).unwrap_or_default()
}

/// Words that tell what a secret guards, the first list that matches wins.
const CLASSES: [(&str, &[&str]); 5] = [
    ("certificate", &["cert", "certificate", "tls", "ssl", "pem", "keystore", "pfx"]),
    ("ssh-key", &["ssh", "sftp", "deploykey"]),
    ("oauth", &["oauth", "oidc", "saml", "sso"]),
    (
        "database",
        &[
            "db",
            "database",
            "rds",
            "aurora",
            "postgres",
            "postgresql",
            "mysql",
            "mariadb",
            "oracle",
            "sqlserver",
            "mongo",
            "mongodb",
            "docdb",
            "documentdb",
            "redshift",
            "redis",
            "elasticache",
            "cassandra",
            "dsn",
        ],
    ),
    ("api-key", &["api", "apikey", "token", "webhook", "stripe", "github", "slack", "datadog"]),
];

/// What a secret guards, by its own tag, its owning service, its rotation function and its name.
pub(super) fn class(secret: &Secret, owning_service: &str) -> &'static str {
    let own_tag = ["class", "secret-class", "type"].map(str::to_owned);
    let function = secret.rotation_lambda_arn.as_deref().unwrap_or_default();
    let function = function.rsplit(':').next().unwrap_or_default();
    let sources = [tag_value(&secret.tags, &own_tag), owning_service, function, &secret.name];
    sources.into_iter().find_map(class_of).unwrap_or("other")
}

fn class_of(text: &str) -> Option<&'static str> {
    let parts: Vec<String> = words(text).into_iter().map(str::to_lowercase).collect();
    let class = CLASSES.iter().find(|(class, list)| {
        class == &text.to_lowercase() || parts.iter().any(|part| list.contains(&part.as_str()))
    });
    class.map(|(class, _)| *class)
}

/// The way in which a name joins its words; `None` where it has only one, or none in any path segment.
pub(in crate::tables) fn style(name: &str) -> Option<&'static str> {
    let mut styles: Vec<&str> = name.split('/').filter_map(segment_style).collect();
    styles.sort_unstable();
    styles.dedup();
    match styles.as_slice() {
        [] => None,
        [style] => Some(style),
        _ => Some("mixed"),
    }
}

fn segment_style(segment: &str) -> Option<&'static str> {
    let joined: Vec<char> = ['-', '_', '.'].into_iter().filter(|joiner| segment.contains(*joiner)).collect();
    let upper = segment.contains(char::is_uppercase);
    let lower = segment.contains(char::is_lowercase);
    match (joined.as_slice(), upper, lower) {
        ([], true, true) if segment.starts_with(char::is_uppercase) && words(segment).len() > 1 => {
            Some("PascalCase")
        }
        ([], true, true) if words(segment).len() > 1 => Some("camelCase"),
        ([], _, _) => None,
        (['-'], false, _) => Some("kebab-case"),
        (['_'], false, _) => Some("snake_case"),
        (['.'], false, _) => Some("dot.case"),
        (['_'], true, false) => Some("UPPER_CASE"),
        _ => Some("mixed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::new("2026-01-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn environments() {
        let cases = [
            ("prod/payments/db", "production"),
            ("Prd-queue", "production"),
            ("payments/production", "production"),
            ("product/catalogue", ""),
            ("dev/prod-copy", "development"),
            ("preprod_db", "staging"),
            ("reprod", ""),
            ("paymentsProdDb", "production"),
        ];
        for (name, environment) in cases {
            assert_eq!(name_environment(name, &settings()), environment, "{name}");
        }
    }

    #[test]
    fn any_part_that_says_production_counts() {
        let tag = |key: &str, value: &str| vec![Tag { key: key.to_owned(), value: value.to_owned() }];
        assert!(is_production("dev/prod-copy", &[], &settings()));
        assert!(is_production("payments", &tag("ENV", "PRD"), &settings()));
        assert!(!is_production("payments", &tag("Stage", "prod"), &settings()));
        assert!(!is_production("payments", &tag("env", "products"), &settings()));
    }

    #[test]
    fn suffixes() {
        let cases = [
            ("api-key-aB3dEf", true),
            ("api-key-abc123", true),
            ("api-key-abcDEF", true),
            ("api-secret", false),
            ("api-SECRET", false),
            ("api-abcde1f", false),
            ("abc123", false),
            ("api-äbcde1", false),
        ];
        for (name, expected) in cases {
            assert_eq!(ends_like_suffix(name), expected, "{name}");
        }
    }

    #[test]
    fn styles() {
        let cases = [
            ("db", None),
            ("prod/payments/db", None),
            ("prod/payments-db", Some("kebab-case")),
            ("prod/payments_db", Some("snake_case")),
            ("prod.payments.db", Some("dot.case")),
            ("prod/paymentsDb", Some("camelCase")),
            ("PaymentsDb", Some("PascalCase")),
            ("PAYMENTS_DB", Some("UPPER_CASE")),
            ("Payments_Db", Some("mixed")),
            ("prod-a/payments_db", Some("mixed")),
        ];
        for (name, expected) in cases {
            assert_eq!(style(name), expected, "{name}");
        }
    }

    #[test]
    fn classes() {
        let cases = [
            ("prod/payments/db", "database"),
            ("checkout/stripe-api-key", "api-key"),
            ("edge/tls-cert", "certificate"),
            ("prod/session-key", "other"),
        ];
        for (name, expected) in cases {
            assert_eq!(class_of(name).unwrap_or("other"), expected, "{name}");
        }
        assert_eq!(class_of("ssh-key"), Some("ssh-key"));
    }
}
