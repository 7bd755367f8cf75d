//! Identifiers of where something lives: account, Region, partition.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An AWS account number: twelve digits, kept as text because leading zeros count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AccountId(String);

impl AccountId {
    /// Wraps an account number as AWS wrote it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A Region code such as `eu-west-1`; `global` stands for services that have one endpoint per partition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Region(String);

impl Region {
    /// Wraps a Region code as AWS wrote it.
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// The place of services that are not regional, such as IAM.
    pub fn global() -> Self {
        Self("global".to_owned())
    }

    /// The code, such as `eu-west-1`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition that Regions with this prefix belong to.
    pub fn partition(&self) -> Partition {
        match self.0.as_str() {
            code if code.starts_with("cn-") => Partition::China,
            code if code.starts_with("us-gov-") => Partition::GovCloud,
            _ => Partition::Commercial,
        }
    }
}

/// How many letters a mistyped Region may be away from the one that was meant.
const NEAR: usize = 4;

/// The code of a Region that differs from a text in the fewest letters, if it is near at all.
pub fn nearest_region(text: &str, known: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    let distances = known.into_iter().map(|code| (strsim::levenshtein(text, code), code));
    distances.min().filter(|(distance, _)| *distance <= NEAR).map(|(_, code)| code)
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A group of Regions with accounts, IAM and endpoints of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Partition {
    /// `aws`
    #[serde(rename = "aws")]
    Commercial,
    /// `aws-cn`
    #[serde(rename = "aws-cn")]
    China,
    /// `aws-us-gov`
    #[serde(rename = "aws-us-gov")]
    GovCloud,
}

impl Partition {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Commercial, Self::China, Self::GovCloud];

    /// The name as ARNs write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commercial => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }

    /// The partition that an ARN names, if it is one this program knows.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "aws" => Some(Self::Commercial),
            "aws-cn" => Some(Self::China),
            "aws-us-gov" => Some(Self::GovCloud),
            _ => None,
        }
    }

    /// Every Region in which Secrets Manager has an endpoint, for accounts that may not list their Regions.
    ///
    /// Source: AWS General Reference, "AWS Secrets Manager endpoints and quotas".
    pub fn regions(self) -> &'static [&'static str] {
        match self {
            Self::Commercial => &[
                "af-south-1",
                "ap-east-1",
                "ap-east-2",
                "ap-northeast-1",
                "ap-northeast-2",
                "ap-northeast-3",
                "ap-south-1",
                "ap-south-2",
                "ap-southeast-1",
                "ap-southeast-2",
                "ap-southeast-3",
                "ap-southeast-4",
                "ap-southeast-5",
                "ap-southeast-6",
                "ap-southeast-7",
                "ca-central-1",
                "ca-west-1",
                "eu-central-1",
                "eu-central-2",
                "eu-north-1",
                "eu-south-1",
                "eu-south-2",
                "eu-west-1",
                "eu-west-2",
                "eu-west-3",
                "il-central-1",
                "me-central-1",
                "me-south-1",
                "mx-central-1",
                "sa-east-1",
                "us-east-1",
                "us-east-2",
                "us-west-1",
                "us-west-2",
            ],
            Self::China => &["cn-north-1", "cn-northwest-1"],
            Self::GovCloud => &["us-gov-east-1", "us-gov-west-1"],
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
