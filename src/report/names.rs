//! Names of things that may share them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{BaselineEntry, DiffFinding, Finding};

/// A thing as lists name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) arn: &'a str,
}

impl<'a> From<&'a Finding> for Named<'a> {
    fn from(finding: &'a Finding) -> Self {
        let resource = &finding.resource;
        let (account, region) = (resource.account.as_str(), resource.region.as_str());
        Self { name: &resource.name, account, region, arn: &resource.arn }
    }
}

impl<'a> From<&'a BaselineEntry> for Named<'a> {
    fn from(entry: &'a BaselineEntry) -> Self {
        let (account, region) = (entry.account.as_str(), entry.region.as_str());
        Self { name: &entry.name, account, region, arn: &entry.arn }
    }
}

impl<'a> From<&'a DiffFinding> for Named<'a> {
    fn from(finding: &'a DiffFinding) -> Self {
        let DiffFinding { name, account, region, arn, .. } = finding;
        Self { name, account, region, arn }
    }
}

/// The names in order. Where other things have the same name, the account, the Region or both stand behind it, whichever
/// tells them apart, or else the ARN.
pub(super) fn told_apart<'a>(things: impl IntoIterator<Item = Named<'a>>) -> Vec<String> {
    let things: Vec<Named<'_>> = things.into_iter().collect();
    let mut namesakes: BTreeMap<&str, BTreeSet<Named<'_>>> = BTreeMap::new();
    for thing in &things {
        namesakes.entry(thing.name).or_default().insert(*thing);
    }
    let differ = |of: &BTreeSet<Named<'a>>, part: fn(&Named<'a>) -> &'a str| {
        of.iter().map(part).collect::<BTreeSet<_>>().len() > 1
    };
    things
        .iter()
        .map(|thing| match namesakes.get(thing.name) {
            Some(same) if same.len() > 1 => {
                let account = differ(same, |named| named.account).then_some(thing.account);
                let region = differ(same, |named| named.region).then_some(thing.region);
                let place: Vec<&str> = account.into_iter().chain(region).collect();
                let place = if place.is_empty() { thing.arn.to_owned() } else { place.join(" ") };
                format!("{} ({place})", thing.name)
            }
            _ => thing.name.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namesakes_are_told_apart_by_what_differs() {
        let named = |name, account, region, arn| Named { name, account, region, arn };
        let cases = [
            (vec![named("a", "1", "x", "r"), named("b", "1", "x", "s")], vec!["a", "b"]),
            (vec![named("a", "1", "x", "r"), named("a", "1", "x", "r")], vec!["a", "a"]),
            (vec![named("a", "1", "x", "r"), named("a", "1", "y", "s")], vec!["a (x)", "a (y)"]),
            (vec![named("a", "1", "x", "r"), named("a", "2", "x", "s")], vec!["a (1)", "a (2)"]),
            (vec![named("a", "1", "x", "r"), named("a", "2", "y", "s")], vec!["a (1 x)", "a (2 y)"]),
            (vec![named("a", "1", "x", "r"), named("a", "1", "x", "s")], vec!["a (r)", "a (s)"]),
        ];
        for (things, expected) in cases {
            assert_eq!(told_apart(things), expected);
        }
    }
}
