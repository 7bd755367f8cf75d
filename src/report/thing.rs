//! What a finding is about, as the formats of others name it, and what it rests on, for those that have one line for it.

use crate::model::{
    AccountId, Arn, Assessment, DiffFinding, Evidence, Finding, MissingEvidence, Partition, Region,
};

/// A kind of thing that other formats have a word for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Secret,
    Key,
    Role,
    User,
    Account,
    Trail,
    /// A Region, a place that could not be listed, an exception of the settings.
    Other,
}

impl Kind {
    /// The kind of what an ARN names.
    fn of(arn: &str) -> Self {
        let Ok(arn) = arn.parse::<Arn>() else { return Self::Other };
        match (arn.service.as_str(), arn.resource.as_str()) {
            (_, "*") => Self::Other,
            ("secretsmanager", _) => Self::Secret,
            ("kms", _) => Self::Key,
            ("cloudtrail", _) => Self::Trail,
            ("iam", "root") => Self::Account,
            ("iam", resource) if resource.starts_with("role/") => Self::Role,
            ("iam", resource) if resource.starts_with("user/") => Self::User,
            _ => Self::Other,
        }
    }

    /// The type as AWS CloudFormation and AWS Config write it.
    pub(super) fn cloudformation(self) -> &'static str {
        match self {
            Self::Secret => "AWS::SecretsManager::Secret",
            Self::Key => "AWS::KMS::Key",
            Self::Role => "AWS::IAM::Role",
            Self::User => "AWS::IAM::User",
            Self::Account => "AWS::::Account",
            Self::Trail => "AWS::CloudTrail::Trail",
            Self::Other => "Other",
        }
    }

    /// The type as AWS Security Hub writes it.
    pub(super) fn security_hub(self) -> &'static str {
        match self {
            Self::Secret => "AwsSecretsManagerSecret",
            Self::Key => "AwsKmsKey",
            Self::Role => "AwsIamRole",
            Self::User => "AwsIamUser",
            Self::Account => "AwsAccount",
            Self::Trail => "AwsCloudTrailTrail",
            Self::Other => "Other",
        }
    }
}

/// What a finding of today or of before is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thing<'a> {
    pub(super) arn: &'a str,
    pub(super) name: &'a str,
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    /// Which part of it, for rules that judge parts.
    pub(super) part: Option<&'a str>,
}

impl<'a> From<&'a Finding> for Thing<'a> {
    fn from(finding: &'a Finding) -> Self {
        let resource = &finding.resource;
        Self {
            arn: &resource.arn,
            name: &resource.name,
            account: resource.account.as_str(),
            region: resource.region.as_str(),
            part: resource.second_key.as_deref(),
        }
    }
}

impl<'a> From<&'a DiffFinding> for Thing<'a> {
    fn from(finding: &'a DiffFinding) -> Self {
        Self {
            arn: &finding.arn,
            name: &finding.name,
            account: &finding.account,
            region: &finding.region,
            part: finding.second_key.as_deref(),
        }
    }
}

impl Thing<'_> {
    pub(super) fn kind(&self) -> Kind {
        Kind::of(self.arn)
    }

    pub(super) fn partition(&self) -> Partition {
        let named = self.arn.strip_prefix("arn:").and_then(|rest| rest.split(':').next());
        named.and_then(Partition::from_name).unwrap_or_else(|| Region::new(self.region).partition())
    }
}

/// The name of an account, where the organization told it.
pub(super) fn account_name<'a>(assessment: &'a Assessment, account: &str) -> Option<&'a str> {
    let known = assessment.run.accounts.iter().find(|known| known.account == AccountId::new(account))?;
    known.name.as_deref()
}

/// The text, at most so many letters long: what is cut ends with an ellipsis.
pub(super) fn cut(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        None => text.to_owned(),
        Some(_) => {
            let kept = text.char_indices().nth(letters.saturating_sub(1)).map_or(0, |(end, _)| end);
            format!("{}…", text.get(..kept).unwrap_or_default())
        }
    }
}

/// Pieces of evidence on one line.
pub(super) fn evidence(evidence: &[Evidence]) -> String {
    let told = evidence.iter().map(|seen| format!("{}={}", seen.column, seen.value));
    told.collect::<Vec<_>>().join("; ")
}

/// A call whose answer is missing, in a sentence.
pub(super) fn missing(missing: &MissingEvidence) -> String {
    let advice = missing.permission.as_ref().map(|permission| format!(", allow {permission}"));
    format!("{} of {}: {}{}", missing.call, missing.scope, missing.error, advice.unwrap_or_default())
}

/// Calls whose answers are missing, on one line.
pub(super) fn all_missing(calls: &[MissingEvidence]) -> String {
    calls.iter().map(missing).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_says_what_it_names() {
        let cases = [
            ("arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf", Kind::Secret),
            ("arn:aws:secretsmanager:eu-west-1:111122223333:*", Kind::Other),
            ("arn:aws:kms:eu-west-1:111122223333:key/1", Kind::Key),
            ("arn:aws:iam::111122223333:role/a/b", Kind::Role),
            ("arn:aws-cn:iam::111122223333:user/a", Kind::User),
            ("arn:aws:iam::111122223333:root", Kind::Account),
            ("arn:aws:cloudtrail:eu-west-1:111122223333:trail/a", Kind::Trail),
            ("exception:aws:gap:kms:DescribeKey:*", Kind::Other),
            ("", Kind::Other),
        ];
        for (arn, kind) in cases {
            assert_eq!(Kind::of(arn), kind, "{arn}");
        }
    }

    #[test]
    fn texts_are_cut_between_letters() {
        let cases =
            [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("漢字漢字", 3, "漢字…"), ("", 3, ""), ("ab", 1, "…")];
        for (text, letters, expected) in cases {
            assert_eq!(cut(text, letters), expected, "{text}");
        }
    }
}
