//! What `publish` did, or would do, for people at a terminal.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::escape::printable;
use crate::model::PublishedPlace;

/// How many findings are named that were not taken, in each place; the rest is counted.
const NAMED: usize = 20;

/// The page: a line for each place, and below it what went wrong there.
pub fn render(places: &[PublishedPlace], is_sent: bool) -> String {
    let mut text = String::new();
    let head = ["account", "Region", "new", "known", "fixed"];
    let [account, region, new, known, fixed] = head;
    let _ = writeln!(text, "{account:<12}  {region:<14} {new:>7} {known:>7} {fixed:>7}");
    for place in places {
        let PublishedPlace { account, region, new, known, fixed, .. } = place;
        let (account, region) = (printable(account.as_str()), printable(region.as_str()));
        let _ = writeln!(text, "{account:<12}  {region:<14} {new:>7} {known:>7} {fixed:>7}");
        problems(place, &mut text);
    }
    let _ = writeln!(text, "\n{}", total(places, is_sent));
    text
}

fn problems(place: &PublishedPlace, text: &mut String) {
    let mut line = |told: &str| {
        let _ = writeln!(text, "    {}", printable(told));
    };
    if let Some(failure) = &place.failure {
        line(failure);
    }
    for rejected in place.rejected.iter().take(NAMED) {
        line(&format!("not taken: {}: {}: {}", rejected.id, rejected.code, rejected.message));
    }
    if let Some(more) = place.rejected.len().checked_sub(NAMED).filter(|more| *more > 0) {
        line(&format!("not taken: {more} more"));
    }
    let mut left: BTreeMap<&str, u64> = BTreeMap::new();
    for why in &place.left {
        *left.entry(why).or_default() += 1;
    }
    for (why, count) in left {
        line(&format!("not archived: {}: {why}", findings(count)));
    }
}

fn total(places: &[PublishedPlace], is_sent: bool) -> String {
    let sum = |of: fn(&PublishedPlace) -> u64| places.iter().map(of).sum::<u64>();
    let (found, fixed) = (sum(|place| place.new + place.known), sum(|place| place.fixed));
    if !is_sent {
        return format!(
            "nothing was sent: `--yes` sends {} and archives {}",
            findings(found),
            findings(fixed)
        );
    }
    let taken = sum(|place| place.taken.unwrap_or_default());
    let rest = (found + fixed).saturating_sub(taken);
    match rest {
        0 => format!("AWS Security Hub took {}, {} of them archived", findings(taken), fixed),
        _ => format!("AWS Security Hub took {}; {} not", findings(taken), count(rest, "was", "were")),
    }
}

fn findings(number: u64) -> String {
    count(number, "finding", "findings")
}

fn count(number: u64, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}
