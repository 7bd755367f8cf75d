//! STS: who asks.

use aws_sdk_sts::config::Builder;
use aws_sdk_sts::config::retry::RetryConfig;

use super::error::CollectError;
use super::scope::{Answers, Scope};
use crate::aws::operations::GET_CALLER_IDENTITY;
use crate::aws::{Aws, Failure, Session, codes};
use crate::model::{AccountId, Arn, GapCause, Partition};
use crate::snapshot::records::Identity;
use crate::snapshot::{Kind, SnapshotError};

/// How often the first call is tried: a wrong endpoint should be told within seconds.
const FIRST_CALL_ATTEMPTS: u32 = 3;

/// Whoever runs the program.
pub(super) struct Caller {
    pub(super) account: AccountId,
    pub(super) partition: Partition,
    pub(super) identity: Identity,
}

/// Asks who runs the program. It is the first call of all, so whatever is wrong with credentials or the network shows
/// here.
///
/// Source: STS API Reference, `GetCallerIdentity`.
pub(super) async fn caller(aws: &Aws, profile: Option<&str>) -> Result<Caller, CollectError> {
    let nobody = aws.session(&AccountId::new("unknown"));
    let quick = Builder::new().retry_config(RetryConfig::standard().with_max_attempts(FIRST_CALL_ATTEMPTS));
    let clients = nobody.home();
    let answer = clients.sts().get_caller_identity().customize().config_override(quick).send().await;
    let identity = answer
        .map_err(Failure::from)
        .and_then(|answer| identity(answer.account, answer.arn))
        .map_err(|failure| explain(failure, aws, profile))?;
    let partition = partition(&identity.arn);
    Ok(Caller { account: AccountId::new(&identity.account), partition, identity })
}

fn identity(account: Option<String>, arn: Option<String>) -> Result<Identity, Failure> {
    match (account, arn) {
        (Some(account), Some(arn)) => Ok(Identity { account, arn }),
        _ => Err(Failure::malformed("no Account or no Arn")),
    }
}

/// The partition that an ARN names.
pub(super) fn partition(arn: &str) -> Partition {
    let arn: Option<Arn> = arn.parse().ok();
    arn.and_then(|arn| Partition::from_name(&arn.partition)).unwrap_or(Partition::Commercial)
}

fn explain(failure: Failure, aws: &Aws, profile: Option<&str>) -> CollectError {
    let Failure { cause, code, message: reason } = failure;
    if code == "CredentialsError" {
        return CollectError::NoCredentials { profile: profile.map(str::to_owned), reason };
    }
    if codes::is_expired(&code) {
        return CollectError::Expired { reason };
    }
    if codes::is_unknown_credentials(&code) {
        return CollectError::InvalidCredentials { code, reason };
    }
    match cause {
        GapCause::Unreachable => {
            CollectError::Unreachable { endpoint: aws.endpoint(), reason: last_link(&reason) }
        }
        _ => CollectError::NoIdentity { endpoint: aws.endpoint(), code, reason },
    }
}

/// What broke, without the layers of the HTTP client above it.
fn last_link(reason: &str) -> String {
    reason.rsplit(": ").next().unwrap_or(reason).to_lowercase()
}

/// Writes who asks in an account: what is known of the caller, or what the assumed role answers.
pub(super) async fn collect(
    scope: &Scope<'_>,
    session: &Session,
    known: Option<&Identity>,
) -> Result<(), SnapshotError> {
    let answers = match known {
        Some(known) => Answers { records: vec![known.clone()], gaps: Vec::new() },
        None => match ask(session).await {
            Ok(identity) => Answers { records: vec![identity], gaps: Vec::new() },
            Err(failure) => Answers::gap(scope.gap(&GET_CALLER_IDENTITY, failure, None)),
        },
    };
    scope.write(&scope.key(Kind::Identity), true, answers.records, answers.gaps)?;
    Ok(())
}

/// Who asks with these credentials.
pub(super) async fn ask(session: &Session) -> Result<Identity, Failure> {
    let answer = session.home().sts().get_caller_identity().send().await?;
    identity(answer.account, answer.arn)
}
