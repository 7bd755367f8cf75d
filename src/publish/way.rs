//! Ways into the accounts whose Security Hub is asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::aws::operations::{ASSUME_ROLE, GET_CALLER_IDENTITY};
use crate::aws::{Aws, ClientOptions, Failure, Operation, Purpose, Session};
use crate::model::{AccountId, Arn, GapCause, Partition, Region};

/// How AWS is asked, and as whom.
#[derive(Clone, Debug)]
pub struct PublishOptions {
    /// The profile of the AWS configuration files; none for the default chain.
    pub profile: Option<String>,
    /// One endpoint for all services, such as that of an emulator.
    pub endpoint_url: Option<String>,
    /// The Regions that are asked; the first tells the partition.
    pub regions: Vec<Region>,
    /// Requests a second at most.
    pub max_rate: Option<f64>,
    /// How often a request is tried.
    pub max_attempts: u32,
    /// Roles, one for each account.
    pub roles: Vec<String>,
    /// The role in every other account.
    pub role_name: Option<String>,
    /// The external id that the roles ask for.
    pub external_id: Option<String>,
}

/// How many requests are in flight at once.
const IN_FLIGHT: usize = 16;

/// Ways into accounts, each found once.
#[derive(Debug)]
pub struct Ways {
    aws: Aws,
    caller: Arc<Session>,
    partition: Partition,
    options: PublishOptions,
    found: Mutex<BTreeMap<AccountId, Result<Arc<Session>, String>>>,
}

impl Ways {
    /// Asks who the caller is.
    ///
    /// # Errors
    /// Where there are no credentials, or AWS cannot be reached.
    pub async fn open(options: PublishOptions) -> Result<Self, Failure> {
        let aws = Aws::load(&ClientOptions {
            purpose: Purpose::Publish,
            profile: options.profile.clone(),
            endpoint_url: options.endpoint_url.clone(),
            partition: options.regions.first().map_or(Partition::Commercial, Region::partition),
            max_rate: options.max_rate,
            max_attempts: options.max_attempts,
            in_flight: IN_FLIGHT,
        })
        .await;
        let nobody = aws.session(&AccountId::new("unknown"));
        let answer = nobody.home().sts().get_caller_identity().send().await.map_err(Failure::from)?;
        let absent = || Failure::malformed("no Account or no Arn");
        let account = AccountId::new(answer.account.ok_or_else(absent)?);
        let arn: Option<Arn> = answer.arn.and_then(|arn| arn.parse().ok());
        let partition = arn.and_then(|arn| Partition::from_name(&arn.partition)).ok_or_else(absent)?;
        let caller = Arc::new(aws.session(&account));
        Ok(Self { aws, caller, partition, options, found: Mutex::default() })
    }

    /// The way into an account.
    pub(super) async fn into(&self, account: &AccountId) -> Result<Arc<Session>, String> {
        let mut found = self.found.lock().await;
        if let Some(known) = found.get(account) {
            return known.clone();
        }
        let way = self.find(account).await;
        found.insert(account.clone(), way.clone());
        way
    }

    async fn find(&self, account: &AccountId) -> Result<Arc<Session>, String> {
        let is_of_account =
            |role: &&String| role.parse::<Arn>().is_ok_and(|role| role.account == account.as_str());
        let named = self.options.roles.iter().find(is_of_account).cloned();
        if named.is_none() && self.caller.account() == account {
            return Ok(Arc::clone(&self.caller));
        }
        let by_name = self.options.role_name.as_ref();
        let by_name = by_name.map(|name| format!("arn:{}:iam::{account}:role/{name}", self.partition));
        let Some(role) = named.or(by_name) else {
            return Err("no role leads into the account; name one with `--assume-role`".to_owned());
        };
        let external_id = self.options.external_id.as_deref();
        let assumed = self.aws.assume(&self.caller, account, &role, external_id).await;
        assumed.map(Arc::new).map_err(|failure| sentence(&ASSUME_ROLE, &failure))
    }
}

/// A failed call as users read it, with what would mend it.
pub(super) fn sentence(operation: &Operation, failure: &Failure) -> String {
    let Failure { cause, code, message } = failure;
    let advice = match (cause, code.as_str()) {
        (GapCause::Refused, _) => {
            format!("; allow {}", failure.missing_action().unwrap_or(operation.action))
        }
        (_, "InvalidAccessException") if *operation != GET_CALLER_IDENTITY => {
            "; switch Security Hub on there".to_owned()
        }
        _ => String::new(),
    };
    format!("{} failed with {code}: {message}{advice}", operation.action)
}
