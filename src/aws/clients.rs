//! Credentials and clients: made when first needed, kept per account and Region, each behind the guard and the pacer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::config::IdentityCache;
use aws_sdk_sts::config::retry::{RetryPartition, TokenBucket};
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::guard::Guard;
use super::limiter::Limiter;
use super::operations::Purpose;
use super::pacer::{Counters, Counts, PacedHttpClient, Pacer};
use super::recorder::Failure;
use super::role::Role;
use crate::model::{AccountId, Partition, Region};

/// The name under which the program shows itself in CloudTrail.
const APP: &str = "secrets-auditor";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const READ_TIMEOUT: Duration = Duration::from_secs(30);
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
const LONGEST_BACKOFF: Duration = Duration::from_secs(20);
/// Taking on a role may have to wait in the limiter's line, which the SDK's default of 5 seconds does not foresee.
const IDENTITY_TIMEOUT: Duration = Duration::from_secs(120);

/// What clients are made of.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// What they may send.
    pub purpose: Purpose,
    /// The profile of the AWS configuration files; none for the default chain.
    pub profile: Option<String>,
    /// One endpoint for all services, such as that of an emulator.
    pub endpoint_url: Option<String>,
    /// The partition whose first Region answers where the user's configuration names none.
    pub partition: Partition,
    /// Requests per second that no bucket exceeds.
    pub max_rate: Option<f64>,
    /// How often a request is tried, the first time included.
    pub max_attempts: u32,
    /// How many requests may be in flight at once.
    pub in_flight: usize,
}

/// What all clients of a run share.
#[derive(Debug)]
pub struct Aws {
    config: SdkConfig,
    home: Region,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    purpose: Purpose,
    limiter: Arc<Limiter>,
    counters: Arc<Counters>,
    retries: RetryPartition,
}

impl Aws {
    /// Reads the user's AWS configuration; asks nobody yet.
    ///
    /// Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers".
    pub async fn load(options: &ClientOptions) -> Self {
        let http = http_client();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(region_chain(options))
            .http_client(http.clone())
            .retry_config(retries(options.max_attempts))
            .timeout_config(timeouts())
            .stalled_stream_protection(stalls())
            .identity_cache(IdentityCache::lazy().load_timeout(IDENTITY_TIMEOUT).build());
        if let Some(profile) = &options.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(url) = &options.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        if let Ok(name) = AppName::new(APP) {
            loader = loader.app_name(name);
        }
        let loaded = loader.load().await;
        let home = loaded.region().map_or_else(Region::global, |region| Region::new(region.as_ref()));
        let config = loaded.into_builder().http_client(PacedHttpClient::new(http)).build();
        Self { config, home, shared: Arc::new(Shared::new(options)) }
    }

    /// The Region in which services without a Region are asked.
    pub fn home(&self) -> &Region {
        &self.home
    }

    /// The endpoint that is asked first, as errors name it.
    pub fn endpoint(&self) -> String {
        let suffix = if self.home.partition() == Partition::China { ".cn" } else { "" };
        let regional = || format!("https://sts.{}.amazonaws.com{suffix}", self.home);
        self.config.endpoint_url().map_or_else(regional, str::to_owned)
    }

    /// How much was sent so far.
    pub fn counts(&self) -> Counts {
        self.shared.counters.read()
    }

    /// Requests that were sent so far, by the service's prefix.
    pub fn calls_by_service(&self) -> std::collections::BTreeMap<&'static str, u64> {
        self.shared.counters.by_service()
    }

    /// The caller's own way into the account.
    pub fn session(&self, account: &AccountId) -> Session {
        Session::new(self.config.clone(), account.clone(), self.home.clone(), Arc::clone(&self.shared))
    }

    /// The way into an account through a role, which is taken on at once.
    ///
    /// # Errors
    /// Where the caller may not assume the role, or it does not exist.
    pub async fn assume(
        &self,
        caller: &Session,
        account: &AccountId,
        role: &str,
        external_id: Option<&str>,
    ) -> Result<Session, Failure> {
        let role = Role::assume(caller.home().sts().clone(), role, external_id).await?;
        let provider = SharedCredentialsProvider::new(role);
        let config = self.config.to_builder().credentials_provider(provider).build();
        Ok(Session::new(config, account.clone(), self.home.clone(), Arc::clone(&self.shared)))
    }
}

impl Shared {
    // NOTE: the SDK's own retry quota is lifted, because the limiter slows down instead: with the quota, an account that
    // throttles for long would cost evidence.
    fn new(options: &ClientOptions) -> Self {
        Self {
            purpose: options.purpose,
            limiter: Arc::new(Limiter::new(options.max_rate, options.in_flight)),
            counters: Arc::default(),
            retries: RetryPartition::custom(APP).token_bucket(TokenBucket::unlimited()).build(),
        }
    }
}

/// HTTPS by rustls with ring, and the trust store of the system.
fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).build_https()
}

// NOTE: not the SDK's default chain: outside of EC2 its last link waits for an instance metadata service in vain.
fn region_chain(options: &ClientOptions) -> RegionProviderChain {
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &options.profile {
        profile = profile.profile_name(name);
    }
    let fallback = match options.partition {
        Partition::Commercial => "us-east-1",
        Partition::China => "cn-north-1",
        Partition::GovCloud => "us-gov-west-1",
    };
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(profile.build())
        .or_else(fallback)
}

fn retries(max_attempts: u32) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(max_attempts.max(1))
        .with_initial_backoff(FIRST_BACKOFF)
        .with_max_backoff(LONGEST_BACKOFF)
}

// NOTE: a request that waits in the limiter's line looks to the SDK like an upload that has stalled; answers are guarded.
fn stalls() -> StalledStreamProtectionConfig {
    StalledStreamProtectionConfig::enabled().upload_enabled(false).build()
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build()
}

/// A way into one account.
#[derive(Debug)]
pub struct Session {
    config: SdkConfig,
    account: AccountId,
    home: Region,
    shared: Arc<Shared>,
    clients: Mutex<HashMap<Region, Arc<Clients>>>,
}

impl Session {
    fn new(config: SdkConfig, account: AccountId, home: Region, shared: Arc<Shared>) -> Self {
        Self { config, account, home, shared, clients: Mutex::default() }
    }

    /// The account.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The Region in which services without a Region are asked.
    pub fn home_region(&self) -> &Region {
        &self.home
    }

    /// The clients for services without a Region.
    pub fn home(&self) -> Arc<Clients> {
        self.at(&self.home)
    }

    /// The clients of a Region.
    pub fn at(&self, region: &Region) -> Arc<Clients> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let made = clients.entry(region.clone()).or_insert_with(|| Arc::new(self.make(region)));
        Arc::clone(made)
    }

    fn make(&self, region: &Region) -> Clients {
        let shared = &self.shared;
        let limiter = Arc::clone(&shared.limiter);
        let counters = Arc::clone(&shared.counters);
        Clients::new(Parts {
            config: self
                .config
                .to_builder()
                .region(aws_config::Region::new(region.as_str().to_owned()))
                .build(),
            guard: Guard::new(shared.purpose),
            pacer: Pacer::new(limiter, counters, self.account.clone(), region.clone()),
            retries: shared.retries.clone(),
        })
    }
}

/// What every client of a Region is made of.
#[derive(Debug)]
struct Parts {
    config: SdkConfig,
    guard: Guard,
    pacer: Pacer,
    retries: RetryPartition,
}

/// One line per service: the client's method, its crate, and what else its configuration needs.
macro_rules! services {
    ($($(#[$doc:meta])* $service:ident: $sdk:ident $(=> $more:ident)?,)+) => {
        /// The clients of one account in one Region.
        #[derive(Debug)]
        pub struct Clients {
            parts: Parts,
            $($service: OnceLock<$sdk::Client>,)+
        }

        impl Clients {
            fn new(parts: Parts) -> Self {
                Self { parts, $($service: OnceLock::new(),)+ }
            }

            $(
                $(#[$doc])*
                pub fn $service(&self) -> &$sdk::Client {
                    self.$service.get_or_init(|| {
                        let parts = &self.parts;
                        let builder = $sdk::config::Builder::from(&parts.config)
                            .retry_partition(parts.retries.clone())
                            .interceptor(parts.guard)
                            .interceptor(parts.pacer.clone());
                        $(let builder = $more(builder, &parts.config);)?
                        $sdk::Client::from_conf(builder.build())
                    })
                }
            )+
        }
    };
}

/// Of an endpoint of one's own, S3 is asked by path: a bucket's name in front of it would lead nowhere.
///
/// The SDK puts the bucket's name behind the endpoint's path as it is, so that has to end with a slash.
fn path_style(builder: aws_sdk_s3::config::Builder, config: &SdkConfig) -> aws_sdk_s3::config::Builder {
    match config.endpoint_url() {
        None => builder,
        Some(url) => builder.force_path_style(true).endpoint_url(format!("{}/", url.trim_end_matches('/'))),
    }
}

services! {
    /// AWS Account Management.
    account: aws_sdk_account,
    /// Amazon Athena.
    athena: aws_sdk_athena,
    /// AWS CloudTrail.
    cloudtrail: aws_sdk_cloudtrail,
    /// Amazon CloudWatch.
    cloudwatch: aws_sdk_cloudwatch,
    /// Amazon CloudWatch Logs.
    cloudwatch_logs: aws_sdk_cloudwatchlogs,
    /// AWS Config.
    config: aws_sdk_config,
    /// Amazon EventBridge.
    eventbridge: aws_sdk_eventbridge,
    /// AWS Identity and Access Management.
    iam: aws_sdk_iam,
    /// AWS Key Management Service.
    kms: aws_sdk_kms,
    /// AWS Lambda.
    lambda: aws_sdk_lambda,
    /// AWS Organizations.
    organizations: aws_sdk_organizations,
    /// AWS Price List.
    pricing: aws_sdk_pricing,
    /// Amazon S3.
    s3: aws_sdk_s3 => path_style,
    /// AWS Secrets Manager.
    secrets_manager: aws_sdk_secretsmanager,
    /// AWS Security Hub.
    security_hub: aws_sdk_securityhub,
    /// AWS Security Token Service.
    sts: aws_sdk_sts,
}

#[cfg(test)]
pub(super) mod tests {
    use aws_credential_types::Credentials;

    use super::*;

    /// A way into an account whose every service is at one address.
    pub(in crate::aws) fn session(purpose: Purpose, endpoint: &str) -> Session {
        let options = ClientOptions {
            purpose,
            profile: None,
            endpoint_url: None,
            partition: Partition::Commercial,
            max_rate: None,
            max_attempts: 1,
            in_flight: 4,
        };
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url(endpoint)
            .http_client(PacedHttpClient::new(http_client()))
            .identity_cache(IdentityCache::lazy().build())
            .retry_config(retries(options.max_attempts))
            .timeout_config(timeouts())
            .stalled_stream_protection(stalls())
            .sleep_impl(aws_sdk_sts::config::SharedAsyncSleep::new(Tokio))
            .build();
        let account = AccountId::new("111122223333");
        Session::new(config, account, Region::new("us-east-1"), Arc::new(Shared::new(&options)))
    }

    impl Session {
        /// What a client is made of that somebody makes beside this file.
        pub(in crate::aws) fn unguarded(&self) -> SdkConfig {
            self.config.to_builder().region(aws_config::Region::new("us-east-1")).build()
        }
    }

    #[derive(Debug)]
    struct Tokio;

    impl aws_sdk_sts::config::AsyncSleep for Tokio {
        fn sleep(&self, duration: Duration) -> aws_sdk_sts::config::Sleep {
            aws_sdk_sts::config::Sleep::new(tokio::time::sleep(duration))
        }
    }
}
