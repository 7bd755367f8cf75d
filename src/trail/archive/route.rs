//! Which folders of a bucket lead to the logs that are asked for.
//!
//! A bucket may hold millions of other keys, so only folders of CloudTrail's layout are entered; and since a day is the
//! end of a folder's name, the keys of a Region are in the order of their days and can be listed from the first one on.

use jiff::civil::Date;

use super::layout::{KeyKind, Place};
use crate::model::{AccountId, Region};

/// What is to be done with a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The folders in it are worth a look.
    Enter,
    /// Its keys are those of one account and Region; what is asked for comes behind a key.
    List {
        /// The account, where the folders say it.
        account: Option<AccountId>,
        /// The Region.
        region: Region,
        /// Whether the keys are those of digests.
        digests: bool,
        /// The key; none where all are asked for.
        after: Option<String>,
    },
    /// It is of no use.
    Leave,
}

/// Where to start below what the user named: there, if it is in CloudTrail's layout, and else in the `AWSLogs` in it.
pub fn start(prefix: &str) -> String {
    let prefix = prefix.trim_matches('/');
    let (place, is_in_layout, _) = place(prefix);
    let is_inside = is_in_layout || place.account.is_some() || place.kind.is_some() || place.region.is_some();
    match (is_inside, prefix.is_empty()) {
        (true, _) => format!("{prefix}/"),
        (false, true) => "AWSLogs/".to_owned(),
        (false, false) => format!("{prefix}/AWSLogs/"),
    }
}

/// What is to be done with a folder; `takes` says which accounts and Regions are asked for.
pub fn step(
    folder: &str,
    first: Date,
    takes_account: impl Fn(&AccountId) -> bool,
    takes_region: impl Fn(&Region) -> bool,
) -> Step {
    let (place, is_in_layout, region_ends) = place(folder.trim_end_matches('/'));
    let is_other = |kind: &KeyKind| !matches!(kind, KeyKind::Log | KeyKind::Digest);
    if place.kind.as_ref().is_some_and(is_other)
        || place.account.as_ref().is_some_and(|account| !takes_account(account))
        || place.region.as_ref().is_some_and(|region| !takes_region(region))
    {
        return Step::Leave;
    }
    if let (Some(region), Some(end)) = (place.region, region_ends) {
        let root = folder.get(..end).unwrap_or(folder);
        let after = (first > Date::MIN).then(|| format!("{root}{}", first.strftime("%Y/%m/%d")));
        let digests = place.kind == Some(KeyKind::Digest);
        return Step::List { account: place.account, region, digests, after };
    }
    let name = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_known = place.account.is_some() || place.kind.is_some();
    if is_known || name == "AWSLogs" || (is_in_layout && name.starts_with("o-")) {
        return Step::Enter;
    }
    Step::Leave
}

/// What a folder's path says, whether `AWSLogs` is in it, and where the Region's name ends.
fn place(path: &str) -> (Place, bool, Option<usize>) {
    let mut place = Place::default();
    let (mut is_in_layout, mut region_ends, mut at) = (false, None, 0);
    for name in path.split('/') {
        at += name.len() + 1;
        let had_region = place.region.is_some();
        place.enter(name);
        is_in_layout |= name == "AWSLogs";
        match &place.region {
            Some(_) if !had_region => region_ends = Some(at),
            Some(_) => {}
            None => region_ends = None,
        }
    }
    (place, is_in_layout, region_ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_leads_to_the_layout() {
        let cases = [
            ("", "AWSLogs/"),
            ("logs/prod", "logs/prod/AWSLogs/"),
            ("AWSLogs", "AWSLogs/"),
            ("a/AWSLogs/o-abc/", "a/AWSLogs/o-abc/"),
            (
                "AWSLogs/111122223333/CloudTrail/eu-west-1/2026",
                "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/",
            ),
            ("backup/123456789012", "backup/123456789012/"),
        ];
        for (prefix, expected) in cases {
            assert_eq!(start(prefix), expected, "{prefix}");
        }
    }

    #[test]
    fn only_what_leads_to_logs_is_entered() {
        let first = Date::new(2026, 8, 3).unwrap();
        let step = |folder: &str| {
            step(
                folder,
                first,
                |account| account.as_str() != "999999999999",
                |region| region.as_str() != "us-east-1",
            )
        };
        let shown = |folder: &str| match step(folder) {
            Step::Enter => "enter".to_owned(),
            Step::Leave => "leave".to_owned(),
            Step::List { digests, after, .. } => {
                format!("{} behind {}", if digests { "digests" } else { "logs" }, after.unwrap_or_default())
            }
        };
        let root = "p/AWSLogs/o-abc/111122223333";
        let cases = [
            ("p/AWSLogs/".to_owned(), "enter".to_owned()),
            ("p/AWSLogs/o-abc/".to_owned(), "enter".to_owned()),
            ("p/AWSLogs/aws-waf-logs/".to_owned(), "leave".to_owned()),
            ("p/other/".to_owned(), "leave".to_owned()),
            (format!("{root}/"), "enter".to_owned()),
            ("p/AWSLogs/o-abc/999999999999/".to_owned(), "leave".to_owned()),
            (format!("{root}/Config/"), "leave".to_owned()),
            (format!("{root}/CloudTrail-Insight/"), "leave".to_owned()),
            (format!("{root}/vpcflowlogs/"), "leave".to_owned()),
            (format!("{root}/CloudTrail/"), "enter".to_owned()),
            (format!("{root}/CloudTrail/us-east-1/"), "leave".to_owned()),
            (
                format!("{root}/CloudTrail/eu-west-1/"),
                format!("logs behind {root}/CloudTrail/eu-west-1/2026/08/03"),
            ),
            (
                format!("{root}/CloudTrail/eu-west-1/2026/10/"),
                format!("logs behind {root}/CloudTrail/eu-west-1/2026/08/03"),
            ),
            (
                format!("{root}/CloudTrail-Digest/eu-west-1/"),
                format!("digests behind {root}/CloudTrail-Digest/eu-west-1/2026/08/03"),
            ),
        ];
        for (folder, expected) in cases {
            assert_eq!(shown(&folder), expected, "{folder}");
        }
    }

    #[test]
    fn all_days_are_listed_from_the_start() {
        let folder = "AWSLogs/111122223333/CloudTrail/eu-west-1/";
        let Step::List { account, region, digests, after } = step(folder, Date::MIN, |_| true, |_| true)
        else {
            panic!("a folder of keys")
        };
        assert_eq!((account.unwrap().as_str(), region.as_str()), ("111122223333", "eu-west-1"));
        assert_eq!((digests, after), (false, None));
    }
}
