//! What a sentence of refusal gives away: the resource, and the reason.

use super::event::EventKind;
use crate::model::Outcome;

/// Error codes by which AWS says that somebody may not.
pub(super) const REFUSALS: &[&str] = &["accessdenied", "unauthorized", "notauthorized", "forbidden"];

/// What became of a call, by its error code. CloudTrail writes some codes with and some without `Exception`, and those of
/// some services behind `Client.`. A rotation that failed has a message and no code.
pub(super) fn outcome(code: Option<&str>, kind: EventKind, message: Option<&str>) -> Outcome {
    let Some(code) = code.filter(|code| !code.is_empty()) else {
        let is_told = kind == EventKind::Lifecycle && message.is_some_and(|message| !message.is_empty());
        return if is_told { Outcome::Failed } else { Outcome::Allowed };
    };
    let lower = code.to_ascii_lowercase();
    if REFUSALS.iter().any(|word| lower.contains(word)) { Outcome::Refused } else { Outcome::Failed }
}

/// The resource that a sentence of refusal names: `… is not authorized to perform: ACTION on resource: X because …`.
///
/// Records of refused calls have no request parameters, so this is the only place where they name the secret, by its
/// name or by its ARN, as the caller gave it. Neither holds a blank.
pub(super) fn resource(message: &str) -> Option<&str> {
    let (_, behind) = message.split_once(" on resource: ")?;
    let resource = behind.split_whitespace().next()?;
    // A sentence may end behind it.
    let resource = resource.strip_suffix('.').unwrap_or(resource);
    (!resource.is_empty() && resource != "*").then_some(resource)
}

/// The reason that the sentence gives, without names: `no identity-based policy allows it`.
///
/// Source: IAM User Guide, "Troubleshoot access denied error messages".
pub(super) fn reason(message: &str) -> String {
    if let Some((_, because)) = message.split_once(" because ") {
        // Behind `allows` stands the action, which says nothing that the event does not.
        return match because.split_once(" the secretsmanager:") {
            Some((because, _)) => format!("{because} it"),
            None => because.trim_end_matches('.').to_owned(),
        };
    }
    if let Some((_, denial)) = message.split_once(" with an explicit deny") {
        return format!("an explicit deny{}", denial.trim_end_matches('.'));
    }
    message.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_by_code() {
        let cases = [
            (None, Outcome::Allowed),
            (Some(""), Outcome::Allowed),
            (Some("AccessDenied"), Outcome::Refused),
            (Some("AccessDeniedException"), Outcome::Refused),
            (Some("Client.UnauthorizedOperation"), Outcome::Refused),
            (Some("VpceAccessDenied"), Outcome::Refused),
            (Some("ResourceNotFoundException"), Outcome::Failed),
            (Some("InvalidRequestException"), Outcome::Failed),
            (Some("ThrottlingException"), Outcome::Failed),
            (Some("DecryptionFailure"), Outcome::Failed),
        ];
        let failed = Some("Lambda function failed");
        assert_eq!(outcome(None, EventKind::Lifecycle, failed), Outcome::Failed);
        assert_eq!(outcome(None, EventKind::Lifecycle, Some("")), Outcome::Allowed);
        assert_eq!(outcome(Some("AccessDenied"), EventKind::Lifecycle, failed), Outcome::Refused);
        for (code, expected) in cases {
            assert_eq!(outcome(code, EventKind::Read, None), expected, "{code:?}");
        }
    }

    #[test]
    fn sentences_of_refusal() {
        let user = "User: arn:aws:sts::111122223333:assumed-role/web/i-0a1b is not authorized to perform: \
                    secretsmanager:GetSecretValue";
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf";
        let cases = [
            (
                format!("{user} on resource: prod/db because no identity-based policy allows the secretsmanager:GetSecretValue action"),
                Some("prod/db"),
                "no identity-based policy allows it",
            ),
            (
                format!("{user} on resource: {arn} with an explicit deny in a resource-based policy"),
                Some(arn),
                "an explicit deny in a resource-based policy",
            ),
            (
                format!("{user} on resource: {arn} because no VPC endpoint policy allows the secretsmanager:GetSecretValue action"),
                Some(arn),
                "no VPC endpoint policy allows it",
            ),
            (format!("{user} on resource: prod/db."), Some("prod/db"), "User: arn:aws:sts::111122223333:assumed-role/web/i-0a1b is not authorized to perform: secretsmanager:GetSecretValue on resource: prod/db"),
            (
                "User: x is not authorized to perform: secretsmanager:ListSecrets because no identity-based policy allows the secretsmanager:ListSecrets action".to_owned(),
                None,
                "no identity-based policy allows it",
            ),
            ("Access to KMS is not allowed".to_owned(), None, "Access to KMS is not allowed"),
            (String::new(), None, ""),
        ];
        for (message, expected, why) in &cases {
            assert_eq!(resource(message), *expected, "{message}");
            assert_eq!(reason(message), *why, "{message}");
        }
    }
}
