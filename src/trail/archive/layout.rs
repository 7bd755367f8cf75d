//! What a key in Amazon S3, or a path below a directory, says about a file.
//!
//! `[prefix/]AWSLogs/[o-id/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHMMZ_ID.json.gz`
//!
//! Source: CloudTrail user guide, "Finding your CloudTrail log files".

use jiff::civil::Date;

use crate::model::{AccountId, Region};

/// Where a file belongs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogKey {
    /// The account whose calls it records.
    pub account: AccountId,
    /// The Region in which they were made.
    pub region: Region,
    /// The day of its delivery in UTC: the last calls of a day may stand in the next one's files.
    pub day: Date,
    /// What it holds.
    pub kind: KeyKind,
}

/// What a file holds, by the folder that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Records of calls.
    Log,
    /// The digest of an hour's logs.
    Digest,
    /// Unusual activity.
    Insight,
    /// What AWS Config delivers.
    Config,
    /// What other services deliver, and events of CloudTrail that are no calls of management or data, such as network
    /// activity.
    Other,
}

impl KeyKind {
    /// The kind of what is in a service's folder.
    pub(super) fn of_service(service: &str) -> Self {
        match service {
            "CloudTrail" => Self::Log,
            "CloudTrail-Digest" => Self::Digest,
            "CloudTrail-Insight" => Self::Insight,
            "Config" => Self::Config,
            _ => Self::Other,
        }
    }
}

/// Takes a key apart. Folders are believed before the file's name; where there are too few of them, the name does.
///
/// ```
/// # use secrets_auditor::trail::archive::{KeyKind, parse_key};
/// let key = "logs/AWSLogs/o-a1b2c3d4e5/111122223333/CloudTrail/eu-west-1/2026/07/01/\
///            111122223333_CloudTrail_eu-west-1_20260701T0005Z_zQ8vXm2KfYpL0aBc.json.gz";
/// let key = parse_key(key).unwrap();
/// assert_eq!((key.account.as_str(), key.region.as_str()), ("111122223333", "eu-west-1"));
/// assert_eq!((key.day.to_string().as_str(), key.kind), ("2026-07-01", KeyKind::Log));
/// assert_eq!(parse_key("holiday.json"), None);
/// ```
pub fn parse_key(key: &str) -> Option<LogKey> {
    let (folders, file) = key.rsplit_once('/').unwrap_or(("", key));
    let mut place = Place::default();
    for folder in folders.split('/') {
        place.enter(folder);
    }
    if !place.is_whole() {
        place.fill(file);
    }
    place.key()
}

/// What the folders down to a file say, as far as they say it.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) account: Option<AccountId>,
    pub(super) region: Option<Region>,
    pub(super) kind: Option<KeyKind>,
    pub(super) year: Option<i16>,
    pub(super) month: Option<i8>,
    pub(super) day: Option<Date>,
    /// Whether the account is the folder that was entered last.
    is_in_account: bool,
}

impl Place {
    /// Goes into a folder.
    pub(super) fn enter(&mut self, folder: &str) {
        let was_in_account = std::mem::take(&mut self.is_in_account);
        if self.day.is_some() {
            return;
        }
        if folder == "AWSLogs" {
            *self = Self::default();
        } else if is_account(folder) {
            *self = Self { account: Some(AccountId::new(folder)), is_in_account: true, ..Self::default() };
        } else if was_in_account || (self.kind.is_none() && is_service(folder)) {
            self.kind = Some(KeyKind::of_service(folder));
        } else if self.region.is_none() && is_region(folder) {
            self.region = Some(Region::new(folder));
        } else if let (Some(year), Some(month)) = (self.year, self.month) {
            self.day = number(folder, 2).and_then(|day| Date::new(year, month, day).ok());
        } else if self.year.is_some() {
            self.month = number(folder, 2).filter(|month| (1..=12).contains(month));
        } else if self.region.is_some() {
            self.year = number(folder, 4).filter(|_| folder.len() == 4);
        }
    }

    /// Adds what only the file's name says.
    pub(super) fn fill(&mut self, file: &str) {
        let mut parts = file.split('_');
        let (Some(account), Some(service), Some(region)) = (parts.next(), parts.next(), parts.next()) else {
            return;
        };
        if !is_account(account) || !is_region(region) {
            return;
        }
        self.account.get_or_insert_with(|| AccountId::new(account));
        self.region.get_or_insert_with(|| Region::new(region));
        self.kind.get_or_insert(KeyKind::of_service(service));
        self.day = self.day.or_else(|| parts.find_map(day));
    }

    /// Whether nothing is left for the file's name to say.
    pub(super) fn is_whole(&self) -> bool {
        self.account.is_some() && self.region.is_some() && self.kind.is_some() && self.day.is_some()
    }

    pub(super) fn key(&self) -> Option<LogKey> {
        Some(LogKey {
            account: self.account.clone()?,
            region: self.region.clone()?,
            day: self.day?,
            kind: self.kind?,
        })
    }
}

fn is_account(name: &str) -> bool {
    name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_service(name: &str) -> bool {
    name == "CloudTrail" || name.starts_with("CloudTrail-")
}

/// Whether a name could be a Region's. Archives that were made anonymous have Regions that do not exist.
fn is_region(name: &str) -> bool {
    let is_of_region = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.bytes().all(is_of_region)
        && name.bytes().filter(|byte| *byte == b'-').count() >= 2
        && name.rsplit('-').next().is_some_and(|last| last.starts_with(|sign: char| sign.is_ascii_digit()))
}

fn number<T: std::str::FromStr>(folder: &str, longest: usize) -> Option<T> {
    let is_number = folder.len() <= longest && folder.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| folder.parse().ok())?
}

/// The day in a part of a file's name such as `20260701T0005Z`.
fn day(part: &str) -> Option<Date> {
    let (date, _) = part.split_once('T')?;
    let (year, rest) = date.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    if day.len() != 2 {
        return None;
    }
    Date::new(number(year, 4)?, number(month, 2)?, number(day, 2)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(key: &str) -> String {
        parse_key(key).map_or("-".to_owned(), |key| {
            format!("{} {} {} {:?}", key.account, key.region.as_str(), key.day, key.kind)
        })
    }

    #[test]
    fn keys_are_taken_apart() {
        let name = "111122223333_CloudTrail_eu-west-1_20260701T0005Z_zQ8vXm2KfYpL0aBc.json.gz";
        let digest = "111122223333_CloudTrail-Digest_us-east-1_my_trail_eu-west-1_20260701T120000Z.json.gz";
        let cases = [
            (format!("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/07/01/{name}"), "111122223333 eu-west-1 2026-07-01 Log"),
            (format!("a/b/AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/2026/07/01/{name}"), "111122223333 eu-west-1 2026-07-01 Log"),
            (format!("backup/123456789012/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/07/01/{name}"), "111122223333 eu-west-1 2026-07-01 Log"),
            ("AWSLogs/111122223333/CloudTrail/eu-westwest-1r/2026/07/01/x.json.gz".into(), "111122223333 eu-westwest-1r 2026-07-01 Log"),
            ("AWSLogs/111122223333/CloudTrail/us-gov-west-1/2026/07/01/x.json".into(), "111122223333 us-gov-west-1 2026-07-01 Log"),
            (format!("CloudTrail/eu-west-1/2026/07/01/{name}"), "111122223333 eu-west-1 2026-07-01 Log"),
            (format!("eu-west-1/2026/07/01/{name}"), "111122223333 eu-west-1 2026-07-01 Log"),
            (format!("2026/{name}"), "111122223333 eu-west-1 2026-07-01 Log"),
            (name.into(), "111122223333 eu-west-1 2026-07-01 Log"),
            (digest.into(), "111122223333 us-east-1 2026-07-01 Digest"),
            (format!("AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/07/01/{digest}"), "111122223333 us-east-1 2026-07-01 Digest"),
            ("AWSLogs/111122223333/CloudTrail-Insight/us-east-1/2026/07/01/x.json.gz".into(), "111122223333 us-east-1 2026-07-01 Insight"),
            ("AWSLogs/111122223333/CloudTrail-NetworkActivity/us-east-1/2026/07/01/x.json.gz".into(), "111122223333 us-east-1 2026-07-01 Other"),
            ("AWSLogs/111122223333/Config/us-east-1/2026/7/1/ConfigHistory/111122223333_Config_us-east-1_ConfigHistory_AWS::S3::Bucket_20260701T024020Z_20260701T024020Z_1.json.gz".into(), "111122223333 us-east-1 2026-07-01 Config"),
            ("AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/07/01/x.log.gz".into(), "111122223333 us-east-1 2026-07-01 Other"),
            ("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/13/01/x.json.gz".into(), "-"),
            ("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/02/30/x.json.gz".into(), "-"),
            ("AWSLogs/111122223333/CloudTrail/".into(), "-"),
            ("2026/07/01/x.json.gz".into(), "-"),
            (String::new(), "-"),
            ("111122223333_CloudTrail_eu-west-1_2026070\u{e9}T0005Z_x.json.gz".into(), "-"),
        ];
        for (key, expected) in cases {
            assert_eq!(shown(&key), expected, "{key}");
        }
    }
}
