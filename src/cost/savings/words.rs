//! Commands and sentences that several kinds share.

use super::super::facts::{Placed, SecretFacts};

/// A count with its noun.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// An argument of a command in a POSIX shell. Names are strangers' text: what is not plain is quoted.
pub(super) fn argument(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/_+=.@:,-".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Schedules a secret for deletion; it can be restored for 30 days.
///
/// Source: AWS Secrets Manager API Reference, `DeleteSecret`.
pub(super) fn delete_secret(secret: &Placed<'_>) -> String {
    let (id, region) = (argument(secret.arn), argument(secret.region));
    format!(
        "aws secretsmanager delete-secret --region {region} --secret-id {id} --recovery-window-in-days 30"
    )
}

/// Removes replicas of a secret; its primary has to be named by ARN in its own Region.
///
/// Source: AWS Secrets Manager API Reference, `RemoveRegionsFromReplication`.
pub(super) fn remove_replicas(arn: &str, region: &str, replicas: &[&str]) -> String {
    let (id, region) = (argument(arn), argument(region));
    let replicas: Vec<String> = replicas.iter().map(|replica| argument(replica)).collect();
    format!(
        "aws secretsmanager remove-regions-from-replication --region {region} --secret-id {id} \
         --remove-replica-regions {}",
        replicas.join(" ")
    )
}

/// What stands before a saving that touches production.
pub(super) fn production(secrets: &[&SecretFacts<'_>]) -> Vec<String> {
    let any = secrets.iter().any(|secret| secret.production == Some(true));
    let unknown = secrets.iter().any(|secret| secret.production.is_none());
    match (any, unknown) {
        (true, _) => vec!["production: ask its owner first".to_owned()],
        (false, true) => vec!["whether it is production is not known: ask its owner first".to_owned()],
        (false, false) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_plain_is_quoted() {
        let cases = [
            ("prod/db", "prod/db"),
            ("a b", "'a b'"),
            ("$(reboot)", "'$(reboot)'"),
            ("it's; rm -rf /", r"'it'\''s; rm -rf /'"),
            ("", "''"),
            ("ü", "'ü'"),
        ];
        for (text, expected) in cases {
            assert_eq!(argument(text), expected);
        }
    }
}
