//! What macros do with texts that are lists: networks, globs, and counts by day.

use std::net::IpAddr;

use globset::{Glob, GlobMatcher};
use ipnet::IpNet;

/// Networks from which calls are expected.
pub(super) struct Networks {
    ranges: Vec<IpNet>,
    /// VPC endpoints, which have a name and no address.
    endpoints: Vec<String>,
}

impl Networks {
    /// Reads address ranges, single addresses, and ids of VPC endpoints.
    pub(super) fn new(list: &[String]) -> Result<Self, String> {
        let mut networks = Self { ranges: Vec::new(), endpoints: Vec::new() };
        for item in list {
            let range = item.parse::<IpNet>().ok().or_else(|| item.parse::<IpAddr>().ok().map(IpNet::from));
            match range {
                Some(range) => networks.ranges.push(range),
                None if item.starts_with("vpce-") => networks.endpoints.push(item.clone()),
                None => {
                    return Err(format!(
                        "`{item}` is no network: expected a range such as `203.0.113.0/24`, an address, or a VPC endpoint"
                    ));
                }
            }
        }
        Ok(networks)
    }

    /// Whether a source lies within; a name that is no address does only if it is listed.
    pub(super) fn hold(&self, source: &str) -> bool {
        match source.parse::<IpAddr>() {
            Ok(address) => self.ranges.iter().any(|range| range.contains(&address)),
            Err(_) => self.endpoints.iter().any(|endpoint| endpoint == source),
        }
    }
}

/// Globs as matchers; `*` crosses `/`, as in the names of secrets and roles.
pub(super) fn globs(list: &[String]) -> Result<Vec<GlobMatcher>, String> {
    let glob = |text: &String| Glob::new(text).map(|glob| glob.compile_matcher());
    list.iter()
        .map(|text| glob(text).map_err(|error| format!("`{text}` is no glob: {}", error.kind())))
        .collect()
}

/// How many calls lie less than so many days back, out of a text of days ago and counts such as `0:3,12:1`.
pub(super) fn count_within(text: &str, days: i64) -> i64 {
    let pairs = text.split(',').filter_map(|pair| {
        let (ago, count) = pair.split_once(':')?;
        Some((ago.parse::<i64>().ok()?, count.parse::<i64>().ok()?))
    });
    pairs.filter(|(ago, _)| *ago < days).map(|(_, count)| count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[&str]) -> Vec<String> {
        items.iter().map(|item| (*item).to_owned()).collect()
    }

    #[test]
    fn networks_hold_what_is_in_them() {
        let networks =
            Networks::new(&list(&["203.0.113.0/24", "2001:db8::/32", "10.1.2.3", "vpce-0a1b"])).unwrap();
        let cases = [
            ("203.0.113.9", true),
            ("203.0.114.1", false),
            ("10.1.2.3", true),
            ("10.1.2.4", false),
            ("2001:db8:77::5", true),
            ("2001:db9::1", false),
            ("vpce-0a1b", true),
            ("vpce-0a1c", false),
            ("secretsmanager.amazonaws.com", false),
        ];
        for (source, expected) in cases {
            assert_eq!(networks.hold(source), expected, "{source}");
        }
    }

    #[test]
    fn what_is_no_network_is_told() {
        let error = Networks::new(&list(&["10.0.0.0/33"])).err().unwrap();
        assert_eq!(
            error,
            "`10.0.0.0/33` is no network: expected a range such as `203.0.113.0/24`, an address, or a VPC endpoint"
        );
    }

    #[test]
    fn counts_are_of_the_last_days() {
        let cases = [
            ("0:3,2:1,45:7", 1, 3),
            ("0:3,2:1,45:7", 3, 4),
            ("0:3,2:1,45:7", 90, 11),
            ("", 90, 0),
            ("45:7", 45, 0),
        ];
        for (text, days, expected) in cases {
            assert_eq!(count_within(text, days), expected, "{text} {days}");
        }
    }

    #[test]
    fn globs_cross_slashes() {
        let globs = globs(&list(&["*:role/ci-*"])).unwrap();
        assert!(globs.iter().any(|glob| glob.is_match("arn:aws:iam::111122223333:role/ci-deploy/x")));
        assert_eq!(
            super::globs(&list(&["a["])).err().unwrap(),
            "`a[` is no glob: unclosed character class; missing ']'"
        );
    }
}
