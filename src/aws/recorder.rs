//! Turns errors of the SDK into gaps: which call, for what, with which error, and what would mend it.

use std::error::Error as StdError;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::codes;
use super::guard::NotListed;
use super::operations::Operation;
use crate::model::{AccountId, Gap, GapCause, Region, without_number};

/// How much of the service's sentence is kept, in characters.
const SENTENCE: usize = 300;

/// Why a call brought no answer, freed of the SDK's types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What became of the call.
    pub cause: GapCause,
    /// The service's error code, or a name of ours where the service did not speak.
    pub code: String,
    /// The service's sentence, at most 300 characters and without control characters.
    pub message: String,
}

impl Failure {
    /// A failure of ours or of a service.
    pub fn new(cause: GapCause, code: impl Into<String>, message: &str) -> Self {
        Self { cause, code: code.into(), message: tame(message) }
    }

    /// A field that AWS documents as always there is not there.
    pub fn malformed(message: &str) -> Self {
        Self::new(GapCause::Malformed, "Malformed", message)
    }

    /// An answer that broke off.
    pub fn broken(error: &(dyn StdError + 'static)) -> Self {
        Self::of_transport(error, GapCause::Unreachable, "BrokenResponse")
    }

    /// The action that the service's sentence says is missing, which may be one of another service.
    ///
    /// Source: IAM User Guide, "Troubleshoot access denied error messages".
    pub fn missing_action(&self) -> Option<&str> {
        let (_, behind) = self.message.split_once("not authorized to perform: ")?;
        let is_of_action = |letter: char| letter.is_ascii_alphanumeric() || letter == ':' || letter == '-';
        let action = behind.split(|letter| !is_of_action(letter)).next()?;
        action.contains(':').then_some(action)
    }

    /// Whether the thing that was asked about does not exist.
    pub fn is_missing(&self) -> bool {
        codes::is_missing(&self.code)
    }

    /// The same failure of a call about something that was listed before: what is missing now has gone in between.
    ///
    /// Secrets Manager answers InvalidRequestException for a secret whose deletion was asked for in between.
    pub fn after_listing(self) -> Self {
        let deleted = self.code == "InvalidRequestException"
            && (self.message.contains("marked for deletion")
                || self.message.contains("scheduled for deletion")
                || self.message.contains("marked deleted"));
        let cause = if self.is_missing() || deleted { GapCause::Vanished } else { self.cause };
        Self { cause, ..self }
    }

    /// The failure of a service that spoke, by its code.
    fn of_service(code: Option<&str>, message: Option<&str>, status: u16) -> Self {
        let Some(code) = code else {
            let text = message.unwrap_or("the answer is not one that AWS documents");
            return Self::new(GapCause::Failed, format!("HTTP {status}"), text);
        };
        let cause = if codes::is_throttling(code) {
            GapCause::Throttled
        } else if codes::is_refusal(code) {
            GapCause::Refused
        } else {
            GapCause::Failed
        };
        Self::new(cause, code, message.unwrap_or_default())
    }

    /// The failure of a request to which no service spoke.
    fn of_transport(error: &(dyn StdError + 'static), cause: GapCause, code: &str) -> Self {
        if let Some(refused) = find::<NotListed>(error) {
            return Self::new(GapCause::Failed, "NotListed", &refused.to_string());
        }
        if let Some(error) = find::<CredentialsError>(error) {
            return Self::new(GapCause::Failed, "CredentialsError", &credentials_sentence(error));
        }
        Self::new(cause, code, &sentence(error))
    }
}

impl<E> From<SdkError<E, HttpResponse>> for Failure
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        match &error {
            SdkError::ServiceError(context) => {
                let (err, raw) = (context.err(), context.raw());
                Self::of_service(err.code(), err.message(), raw.status().as_u16())
            }
            SdkError::TimeoutError(_) => Self::of_transport(&error, GapCause::Unreachable, "Timeout"),
            SdkError::DispatchFailure(context) if context.is_timeout() => {
                Self::of_transport(&error, GapCause::Unreachable, "Timeout")
            }
            SdkError::DispatchFailure(_) => {
                Self::of_transport(&error, GapCause::Unreachable, "ConnectionError")
            }
            SdkError::ResponseError(context) if context.raw().status().is_success() => {
                Self::of_transport(&error, GapCause::Unreachable, "BrokenResponse")
            }
            SdkError::ResponseError(context) => {
                let code = format!("HTTP {}", context.raw().status().as_u16());
                Self::of_transport(&error, GapCause::Failed, &code)
            }
            _ => Self::of_transport(&error, GapCause::Failed, "RequestNotSent"),
        }
    }
}

/// The first error of a kind in a chain of causes.
pub(super) fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// Why there are no credentials; the SDK's list of the six places where it looked would fill the screen.
fn credentials_sentence(error: &CredentialsError) -> String {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => {
            "neither the environment nor the AWS configuration files nor this machine has any".to_owned()
        }
        other => sentence(other),
    }
}

/// What the SDK says where it says nothing.
const HOLLOW: [&str; 4] = ["dispatch failure", "io error", "other", "response error"];

/// A chain of causes as one sentence.
pub(super) fn sentence(error: &(dyn StdError + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = error.source().or(Some(error));
    while let Some(error) = next {
        let text = without_number(&error.to_string()).to_owned();
        if !HOLLOW.contains(&text.as_str()) && !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    parts.join(": ")
}

/// A stranger's sentence: cut, and with control characters written out.
fn tame(text: &str) -> String {
    let mut tamed = String::new();
    for (count, letter) in text.trim().chars().enumerate() {
        if count == SENTENCE {
            tamed.push('…');
            break;
        }
        if letter.is_control() {
            tamed.extend(letter.escape_default());
        } else {
            tamed.push(letter);
        }
    }
    tamed
}

/// Where a call was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// In which account.
    pub account: AccountId,
    /// In which Region; none for services with one endpoint per partition.
    pub region: Option<Region>,
}

impl Place {
    /// A place in a Region.
    pub fn regional(account: &AccountId, region: &Region) -> Self {
        Self { account: account.clone(), region: Some(region.clone()) }
    }

    /// The place of global services.
    pub fn global(account: &AccountId) -> Self {
        Self { account: account.clone(), region: None }
    }

    /// The gap that a failed call leaves; `resource` is what was asked about, none where the call lists.
    pub fn gap(&self, operation: &Operation, failure: Failure, resource: Option<&str>) -> Gap {
        let refused = failure.cause == GapCause::Refused;
        let action = failure.missing_action().unwrap_or(operation.action).to_owned();
        Gap {
            call: operation.action.to_owned(),
            cause: failure.cause,
            account: Some(self.account.clone()),
            region: self.region.clone(),
            resource: resource.map(str::to_owned),
            error: failure.code,
            message: failure.message,
            permission: refused.then_some(action),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::operations::GET_RESOURCE_POLICY;

    fn of(code: &str) -> Failure {
        Failure::of_service(Some(code), Some("no"), 400)
    }

    #[test]
    fn causes_follow_the_code() {
        let cases = [
            ("AccessDeniedException", GapCause::Refused),
            ("AccessDenied", GapCause::Refused),
            ("UnauthorizedOperation", GapCause::Refused),
            ("ThrottlingException", GapCause::Throttled),
            ("TooManyRequestsException", GapCause::Throttled),
            ("ResourceNotFoundException", GapCause::Failed),
            ("InternalServiceError", GapCause::Failed),
            ("UnrecognizedClientException", GapCause::Failed),
        ];
        for (code, cause) in cases {
            assert_eq!(of(code).cause, cause, "{code}");
        }
    }

    #[test]
    fn only_what_was_listed_can_vanish() {
        assert_eq!(of("ResourceNotFoundException").after_listing().cause, GapCause::Vanished);
        assert_eq!(of("AccessDeniedException").after_listing().cause, GapCause::Refused);
        let sentence = "You can't perform this operation on the secret because it was marked for deletion.";
        let deleted = Failure::of_service(Some("InvalidRequestException"), Some(sentence), 400);
        assert_eq!(deleted.after_listing().cause, GapCause::Vanished);
        assert_eq!(of("InvalidRequestException").after_listing().cause, GapCause::Failed);
    }

    #[test]
    fn a_page_without_a_code_is_named_by_its_status() {
        let failure = Failure::of_service(None, None, 500);
        assert_eq!((failure.cause, failure.code.as_str()), (GapCause::Failed, "HTTP 500"));
    }

    #[test]
    fn a_refusal_names_the_permission() {
        let place = Place::regional(&AccountId::new("111122223333"), &Region::new("eu-west-1"));
        let gap = place.gap(&GET_RESOURCE_POLICY, of("AccessDeniedException"), Some("arn"));
        assert_eq!(gap.permission.as_deref(), Some("secretsmanager:GetResourcePolicy"));
        assert_eq!(
            gap.to_string(),
            "secretsmanager:GetResourcePolicy failed with AccessDeniedException; \
             allow secretsmanager:GetResourcePolicy"
        );
        assert_eq!(place.gap(&GET_RESOURCE_POLICY, of("ThrottlingException"), None).permission, None);
    }

    #[test]
    fn the_sentence_names_the_permission_where_it_is_of_another_service() {
        let place = Place::global(&AccountId::new("111122223333"));
        let cases = [
            ("Access Denied", "secretsmanager:GetResourcePolicy"),
            (
                "User: arn:aws:iam::1:user/a is not authorized to perform: kms:Decrypt on resource: x because …",
                "kms:Decrypt",
            ),
            ("User is not authorized to perform: glue:GetTable", "glue:GetTable"),
            ("not authorized to perform: this", "secretsmanager:GetResourcePolicy"),
        ];
        for (message, expected) in cases {
            let failure = Failure::new(GapCause::Refused, "AccessDenied", message);
            let gap = place.gap(&GET_RESOURCE_POLICY, failure, None);
            assert_eq!(gap.permission.as_deref(), Some(expected), "{message}");
        }
    }

    #[test]
    fn sentences_are_cut_and_tamed() {
        let long = "x".repeat(400);
        assert_eq!(Failure::malformed(&long).message.chars().count(), SENTENCE + 1);
        assert_eq!(Failure::malformed("a\u{1b}[31mb\nc").message, "a\\u{1b}[31mb\\nc");
    }
}
