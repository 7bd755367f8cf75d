//! Credentials of a role in an audited account.

use std::fmt;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use tokio::sync::Mutex;

use super::recorder::Failure;

/// The name of the session, as CloudTrail shows it in the audited account.
const SESSION: &str = "secrets-auditor";

/// A role that is taken on again whenever its credentials run out.
///
/// The SDK's own provider makes a client of its own, which the guard would not see.
pub(super) struct Role {
    sts: aws_sdk_sts::Client,
    arn: String,
    external_id: Option<String>,
    first: Mutex<Option<Credentials>>,
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Role").field("arn", &self.arn).finish_non_exhaustive()
    }
}

impl Role {
    /// Takes on the role for the first time, so that a refusal is known before anything is asked.
    pub(super) async fn assume(
        sts: aws_sdk_sts::Client,
        arn: &str,
        external_id: Option<&str>,
    ) -> Result<Self, Failure> {
        let external_id = external_id.map(str::to_owned);
        let role = Self { sts, arn: arn.to_owned(), external_id, first: Mutex::new(None) };
        let credentials = role.fetch().await?;
        *role.first.lock().await = Some(credentials);
        Ok(role)
    }

    async fn fetch(&self) -> Result<Credentials, Failure> {
        let answer = self
            .sts
            .assume_role()
            .role_arn(&self.arn)
            .role_session_name(SESSION)
            .set_external_id(self.external_id.clone())
            .send()
            .await?;
        let Some(found) = answer.credentials else {
            return Err(Failure::malformed("no credentials"));
        };
        let expiry = SystemTime::try_from(*found.expiration())
            .map_err(|_| Failure::malformed("an expiry that is no time"))?;
        Ok(Credentials::new(
            found.access_key_id(),
            found.secret_access_key(),
            Some(found.session_token().to_owned()),
            Some(expiry),
            "AssumeRole",
        ))
    }
}

impl ProvideCredentials for Role {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            if let Some(first) = self.first.lock().await.take() {
                return Ok(first);
            }
            self.fetch().await.map_err(|failure| CredentialsError::provider_error(failure.message))
        })
    }
}
