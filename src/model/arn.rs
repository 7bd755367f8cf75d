//! Amazon Resource Names.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{AccountId, Region};

/// An ARN taken apart: `arn:partition:service:region:account:resource`.
///
/// Source: AWS General Reference, "Amazon Resource Names (ARNs)".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// The service's namespace, such as `secretsmanager`.
    pub service: String,
    /// The Region, empty for global services.
    pub region: String,
    /// The account, empty for resources that no account owns.
    pub account: String,
    /// Everything behind the fifth colon.
    pub resource: String,
}

/// Why a text is no ARN.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not an ARN: expected arn:partition:service:region:account:resource")]
pub struct ArnError {
    text: String,
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(6, ':');
        let fields = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
        match fields {
            (Some("arn"), Some(partition), Some(service), Some(region), Some(account), Some(resource))
                if !partition.is_empty() && !service.is_empty() && !resource.is_empty() =>
            {
                Ok(Self {
                    partition: partition.to_owned(),
                    service: service.to_owned(),
                    region: region.to_owned(),
                    account: account.to_owned(),
                    resource: resource.to_owned(),
                })
            }
            _ => Err(ArnError { text: text.to_owned() }),
        }
    }
}

/// Where a log group is: `arn:partition:logs:region:account:log-group:name:*`.
///
/// Source: CloudWatch Logs User Guide, "CloudWatch Logs resources and operations".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogGroupArn {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
    /// The name.
    pub name: String,
}

impl LogGroupArn {
    /// Reads the ARN of a log group, with or without the star at its end.
    pub fn parse(text: &str) -> Option<Self> {
        let Arn { service, region, account, resource, .. } = text.parse().ok()?;
        let name = resource.strip_prefix("log-group:")?;
        let name = name.strip_suffix(":*").unwrap_or(name);
        (service == "logs" && !name.is_empty()).then(|| Self {
            account: AccountId::new(account),
            region: Region::new(region),
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// The name inside a secret's ARN: what stands between `secret:` and the hyphen with six random characters.
///
/// Source: Secrets Manager User Guide, "What's in a Secrets Manager secret?".
pub fn secret_name(arn: &str) -> Option<&str> {
    let resource = arn.splitn(6, ':').nth(5)?.strip_prefix("secret:")?;
    let (name, suffix) = resource.rsplit_once('-')?;
    (suffix.len() == 6 && suffix.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_back() {
        let text = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db:x-AbCdEf";
        let arn: Arn = text.parse().unwrap();
        assert_eq!(arn.resource, "secret:prod/db:x-AbCdEf");
        assert_eq!(arn.to_string(), text);
    }

    #[test]
    fn refuses_what_is_no_arn() {
        for text in ["", "arn", "arn:aws:s3", "urn:aws:s3:::b", "arn::s3:::b", "arn:aws:s3:eu-west-1:1:"] {
            let error = text.parse::<Arn>().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("`{text}` is not an ARN: expected arn:partition:service:region:account:resource")
            );
        }
    }

    #[test]
    fn finds_the_name_of_a_secret() {
        let cases = [
            ("arn:aws:secretsmanager:eu-west-1:1:secret:prod/db-AbCdEf", Some("prod/db")),
            ("arn:aws:secretsmanager:eu-west-1:1:secret:a-b-c-123456", Some("a-b-c")),
            ("arn:aws:secretsmanager:eu-west-1:1:secret:short-abc", None),
            ("arn:aws:kms:eu-west-1:1:key/x-AbCdEf", None),
            ("prod/db", None),
        ];
        for (arn, name) in cases {
            assert_eq!(secret_name(arn), name, "{arn}");
        }
    }
}
