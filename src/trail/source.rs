//! Where CloudTrail's records come from, as users name it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;

/// A source of CloudTrail's records.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrailSource {
    /// Event history, by LookupEvents.
    Lookup,
    /// No source at all.
    None,
    /// An archive in a local folder.
    Directory(PathBuf),
    /// An archive in Amazon S3.
    S3 {
        /// The bucket.
        bucket: String,
        /// What stands before `AWSLogs/`; may also lead deeper into the archive, or be empty.
        prefix: String,
    },
    /// A table of Amazon Athena over an archive.
    Athena {
        /// The database.
        database: String,
        /// The table.
        table: String,
        /// The workgroup.
        workgroup: String,
    },
}

/// The name of Event history.
const LOOKUP: &str = "lookup";
const NONE: &str = "none";
/// The database and the workgroup that every account has.
const DEFAULT_DATABASE: &str = "default";
const DEFAULT_WORKGROUP: &str = "primary";

/// Why a text names no source.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected {expected}")]
pub struct TrailSourceError {
    expected: &'static str,
}

impl TrailSource {
    /// Whether AWS has to be asked for it.
    pub fn is_remote(&self) -> bool {
        matches!(self, Self::Lookup | Self::S3 { .. } | Self::Athena { .. })
    }

    /// Whether it is an archive that AWS has to be asked for.
    pub fn is_remote_archive(&self) -> bool {
        matches!(self, Self::S3 { .. } | Self::Athena { .. })
    }
}

impl FromStr for TrailSource {
    type Err = TrailSourceError;

    fn from_str(text: &str) -> Result<Self, TrailSourceError> {
        let wrong = |expected| Err(TrailSourceError { expected });
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() {
                return wrong("a bucket behind `s3://`, such as s3://my-trail/prefix");
            }
            return Ok(Self::S3 { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned() });
        }
        if let Some(rest) = text.strip_prefix("athena:") {
            let (name, workgroup) = rest.split_once('@').unwrap_or((rest, DEFAULT_WORKGROUP));
            let (database, table) = name.split_once('.').unwrap_or((DEFAULT_DATABASE, name));
            if !is_identifier(database) || !is_identifier(table) {
                return wrong(
                    "a table behind `athena:`, of letters, digits and `_`, such as athena:logs.cloudtrail@primary",
                );
            }
            if workgroup.is_empty() {
                return wrong("a workgroup behind `@`");
            }
            let [database, table, workgroup] = [database, table, workgroup].map(str::to_owned);
            return Ok(Self::Athena { database, table, workgroup });
        }
        match text {
            LOOKUP => Ok(Self::Lookup),
            NONE => Ok(Self::None),
            "" => wrong("lookup, none, a folder, s3://BUCKET/PREFIX or athena:TABLE@WORKGROUP"),
            _ => Ok(Self::Directory(PathBuf::from(text))),
        }
    }
}

/// What Athena takes without quotes: it goes into a query.
fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

impl fmt::Display for TrailSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lookup => f.write_str(LOOKUP),
            Self::None => f.write_str(NONE),
            Self::Directory(path) => write!(f, "{}", path.display()),
            Self::S3 { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
            Self::Athena { database, table, workgroup } => write!(f, "athena:{database}.{table}@{workgroup}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_and_written() {
        let cases = [
            ("lookup", "lookup"),
            ("none", "none"),
            ("./archive", "./archive"),
            ("s3://my-trail", "s3://my-trail"),
            ("s3://my-trail/", "s3://my-trail"),
            ("s3://my-trail/a/b/", "s3://my-trail/a/b"),
            ("athena:cloudtrail_logs", "athena:default.cloudtrail_logs@primary"),
            ("athena:security.cloudtrail_logs@audit", "athena:security.cloudtrail_logs@audit"),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<TrailSource>().unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_names_no_source_is_told() {
        let cases = [
            ("", "expected lookup, none, a folder, s3://BUCKET/PREFIX or athena:TABLE@WORKGROUP"),
            ("s3://", "expected a bucket behind `s3://`, such as s3://my-trail/prefix"),
            (
                "athena:logs;drop",
                "expected a table behind `athena:`, of letters, digits and `_`, such as athena:logs.cloudtrail@primary",
            ),
            ("athena:logs@", "expected a workgroup behind `@`"),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<TrailSource>().unwrap_err().to_string(), expected, "{text}");
        }
    }
}
