//! One CloudTrail record to one event.
//!
//! Source: CloudTrail User Guide, "CloudTrail record contents"; Secrets Manager User Guide, "Log AWS Secrets Manager events
//! with AWS CloudTrail".

use std::net::IpAddr;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

use super::event::{BATCH, DECRYPT, EventKind, TrailEvent};
use super::identity::UserIdentity;
use super::lenient::{Text, Texts, object, word};
use super::refusal;
use crate::model::{AccountId, Arn, Region, SourceClass};

/// The event source of Secrets Manager; every partition has the same.
pub const SECRETS_MANAGER: &str = "secretsmanager.amazonaws.com";
const KMS: &str = "kms.amazonaws.com";

/// What a record turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// Something about a secret.
    Event(Box<TrailEvent>),
    /// What went through a VPC endpoint: it stands beside a record of the call itself.
    ///
    /// Source: CloudTrail User Guide, "Network activity events".
    NetworkActivity,
    /// Of another service, which only mentions Secrets Manager.
    Foreign,
}

/// Why a record could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// It is no JSON object of a record's shape.
    #[error("a record that is none: {0}")]
    Malformed(String),
    /// A field without which nothing can be said is absent, or is not what it should be.
    #[error("a record whose `{field}` is {what}")]
    Field {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        what: String,
    },
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Raw<'a> {
    #[serde(borrow)]
    user_identity: Option<UserIdentity<'a>>,
    #[serde(borrow)]
    event_time: Text<'a>,
    #[serde(borrow)]
    event_source: Text<'a>,
    #[serde(borrow)]
    event_name: Text<'a>,
    #[serde(borrow)]
    event_type: Text<'a>,
    #[serde(borrow)]
    event_category: Text<'a>,
    #[serde(borrow)]
    aws_region: Text<'a>,
    #[serde(rename = "sourceIPAddress", borrow)]
    source_address: Text<'a>,
    #[serde(borrow)]
    vpc_endpoint_id: Text<'a>,
    #[serde(borrow)]
    user_agent: Text<'a>,
    #[serde(borrow)]
    error_code: Text<'a>,
    #[serde(borrow)]
    error_message: Text<'a>,
    #[serde(borrow)]
    request_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    response_elements: Option<&'a RawValue>,
    #[serde(borrow)]
    additional_event_data: Option<&'a RawValue>,
    #[serde(borrow)]
    service_event_details: Option<&'a RawValue>,
    #[serde(rename = "eventID", borrow)]
    event_id: Text<'a>,
    #[serde(rename = "sharedEventID", borrow)]
    shared_event_id: Text<'a>,
    #[serde(borrow)]
    recipient_account_id: Text<'a>,
    #[serde(borrow)]
    session_credential_from_console: Text<'a>,
}

/// `requestParameters` of the calls that matter.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Parameters {
    #[serde(deserialize_with = "word")]
    secret_id: Option<String>,
    secret_id_list: Texts,
    #[serde(deserialize_with = "word")]
    name: Option<String>,
    #[serde(deserialize_with = "word")]
    version_id: Option<String>,
    #[serde(deserialize_with = "word")]
    version_stage: Option<String>,
    #[serde(deserialize_with = "word")]
    recovery_window_in_days: Option<String>,
    #[serde(deserialize_with = "word")]
    force_delete_without_recovery: Option<String>,
    filters: Option<Vec<Filter>>,
    encryption_context: EncryptionContext,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Filter {
    values: Texts,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EncryptionContext {
    #[serde(rename = "SecretARN", deserialize_with = "word")]
    secret_arn: Option<String>,
}

/// `responseElements`; before February 2024 some operations wrote `aRN`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Response {
    #[serde(deserialize_with = "word")]
    arn: Option<String>,
    #[serde(rename = "aRN", deserialize_with = "word")]
    old_arn: Option<String>,
}

/// `additionalEventData` and `serviceEventDetails` of events of the service itself.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    #[serde(rename = "SecretId", alias = "secretId", deserialize_with = "word")]
    secret_id: Option<String>,
    #[serde(rename = "ARN", deserialize_with = "word")]
    arn: Option<String>,
    #[serde(rename = "Name", deserialize_with = "word")]
    name: Option<String>,
}

/// Reads a record. Bytes that are no UTF-8 are replaced: strangers write user agents.
///
/// # Errors
/// Where it is no JSON object, or has no time or no name.
pub fn read_record(json: &[u8]) -> Result<Record, RecordError> {
    let text = String::from_utf8_lossy(json);
    let raw: Raw<'_> =
        serde_json::from_str(&text).map_err(|error| RecordError::Malformed(error.to_string()))?;
    raw.read()
}

/// Whether a text is a secret's ARN, whole or in part.
pub(super) fn is_secret_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.split(':').nth(2) == Some("secretsmanager")
}

impl Raw<'_> {
    fn read(&self) -> Result<Record, RecordError> {
        let source = self.event_source.get();
        let is_own = source == Some(SECRETS_MANAGER);
        let name = self.event_name.get();
        let is_decryption = source == Some(KMS) && name == Some(DECRYPT);
        if !is_own && !is_decryption {
            return Ok(Record::Foreign);
        }
        if self.event_category.get() == Some("NetworkActivity")
            || self.event_type.get() == Some("AwsVpceEvent")
        {
            return Ok(Record::NetworkActivity);
        }
        let name = name.ok_or_else(|| absent("eventName"))?;
        let parameters: Parameters = object(self.request_parameters);
        let secrets = if is_own { self.secrets(&parameters) } else { parameters.decrypted() };
        // A decryption that is not about a secret. A refused one names its key and no secret.
        if !is_own && secrets.is_empty() {
            return Ok(Record::Foreign);
        }
        let kind = if is_own { EventKind::of(name) } else { EventKind::Witness };
        self.event(name, kind, &parameters, secrets).map(|event| Record::Event(Box::new(event)))
    }

    fn event(
        &self,
        name: &str,
        kind: EventKind,
        parameters: &Parameters,
        secrets: Vec<String>,
    ) -> Result<TrailEvent, RecordError> {
        let identity = self.user_identity.as_ref();
        let console = self.is_console();
        let from_console = self.session_credential_from_console.is_true();
        let nobody = UserIdentity::default();
        let identity = identity.unwrap_or(&nobody);
        let (account, region) = self.place(identity, &secrets)?;
        let (via, source) = self.source();
        let error = self.error_code.get().map(str::to_owned);
        Ok(TrailEvent {
            id: self.event_id.get().unwrap_or_default().to_owned(),
            shared_id: self.shared_event_id.get().map(str::to_owned),
            time: self.time()?,
            account,
            region,
            name: name.to_owned(),
            kind,
            secrets,
            actor: identity.actor(from_console),
            session: identity.session(),
            via,
            source,
            outcome: refusal::outcome(error.as_deref(), kind, self.error_message.get()),
            error,
            message: self.error_message.get().map(str::to_owned),
            version: parameters.other_version(),
            console,
            forced: parameters.force_delete_without_recovery.as_deref() == Some("true"),
            recovery_days: parameters.recovery_window_in_days.as_deref().and_then(|days| days.parse().ok()),
            catch_all: name == BATCH && parameters.takes_everything(),
        })
    }

    /// The secrets that the record names. The ARN is taken where it stands anywhere, else the name as the caller wrote
    /// it; a refused call names it in the sentence of refusal only.
    fn secrets(&self, parameters: &Parameters) -> Vec<String> {
        if !parameters.secret_id_list.0.is_empty() {
            return parameters.secret_id_list.0.clone();
        }
        let response: Response = object(self.response_elements);
        let [additional, details]: [Details; 2] =
            [object(self.additional_event_data), object(self.service_event_details)];
        let refused = self.error_message.get().and_then(refusal::resource).map(str::to_owned);
        let named = [
            parameters.secret_id.clone(),
            response.arn,
            response.old_arn,
            additional.secret_id,
            additional.arn,
            details.secret_id,
            details.arn,
            refused,
            // CreateSecret; other calls name other things so.
            parameters.name.clone().filter(|_| self.event_name.get() == Some("CreateSecret")),
            additional.name,
        ];
        let mut named: Vec<String> = named.into_iter().flatten().collect();
        let whole =
            named.iter().position(|text| is_secret_arn(text) && crate::model::secret_name(text).is_some());
        let part = named.iter().position(|text| is_secret_arn(text));
        let best = whole.or(part).unwrap_or(0);
        if best < named.len() { vec![named.swap_remove(best)] } else { Vec::new() }
    }

    fn time(&self) -> Result<Timestamp, RecordError> {
        let text = self.event_time.get().ok_or_else(|| absent("eventTime"))?;
        text.parse()
            .map_err(|_| RecordError::Field { field: "eventTime", what: format!("no instant: `{text}`") })
    }

    /// In whose trail it stands; without the field it is the caller's account, or that of the secret's ARN.
    fn place(
        &self,
        identity: &UserIdentity<'_>,
        secrets: &[String],
    ) -> Result<(AccountId, Region), RecordError> {
        let arn = secrets.iter().find_map(|secret| secret.parse::<Arn>().ok());
        let of_arn = |part: fn(&Arn) -> &str| arn.as_ref().map(part);
        let account = self.recipient_account_id.get().or(identity.account());
        let account = account.or(of_arn(|arn| &arn.account)).ok_or_else(|| absent("recipientAccountId"))?;
        let region =
            self.aws_region.get().or(of_arn(|arn| &arn.region)).ok_or_else(|| absent("awsRegion"))?;
        Ok((AccountId::new(account), Region::new(region)))
    }

    /// The endpoint says more than the address behind it; a service's name is no address.
    fn source(&self) -> (SourceClass, String) {
        if let Some(endpoint) = self.vpc_endpoint_id.get() {
            return (SourceClass::Endpoint, endpoint.to_owned());
        }
        let Some(source) = self.source_address.get() else { return (SourceClass::Unknown, String::new()) };
        let class = match source.parse::<IpAddr>() {
            Ok(address) if is_private(address) => SourceClass::Private,
            Ok(_) => SourceClass::Public,
            Err(_) if source.ends_with(".amazonaws.com") || source == "AWS Internal" => SourceClass::Service,
            Err(_) => SourceClass::Unknown,
        };
        (class, source.to_owned())
    }

    /// Whether somebody clicked: not a tool with credentials of the console, and no service on somebody's behalf.
    fn is_console(&self) -> bool {
        let invoked = self.user_identity.as_ref().is_some_and(|identity| identity.invoked_by.get().is_some());
        let agent = self.user_agent.get().unwrap_or_default();
        let is_browser = agent.starts_with("Mozilla/")
            || agent.contains("console.amazonaws.com")
            || agent.contains("signin.amazonaws.com");
        let from_console = self.session_credential_from_console.is_true();
        !invoked && (is_browser || (from_console && agent == "AWS Internal"))
    }
}

impl Parameters {
    /// The secret whose value KMS opens.
    fn decrypted(&self) -> Vec<String> {
        self.encryption_context.secret_arn.iter().cloned().collect()
    }

    /// What was asked for where it is not simply the current value.
    fn other_version(&self) -> Option<String> {
        let stage = self.version_stage.clone().filter(|stage| stage != "AWSCURRENT");
        stage.or_else(|| self.version_id.clone())
    }

    /// Whether filters exclude something and demand nothing, so that nearly every secret passes.
    fn takes_everything(&self) -> bool {
        let Some(filters) = &self.filters else { return false };
        let is_open = |value: &String| value.starts_with('!') || value.trim().is_empty();
        filters.iter().all(|filter| filter.values.0.iter().all(is_open))
    }
}

/// An address that is not of the internet. CloudTrail writes those of VPC endpoints as they are in the VPC.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || (first == 100 && second & 0xc0 == 64)
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

fn absent(field: &'static str) -> RecordError {
    RecordError::Field { field, what: "absent".to_owned() }
}
