//! The values that an unknown key may have, as far as conditions can tell them apart.

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::condition::Test;
use super::context::{Context, Value};
use super::glob::Glob;
use super::language::{Pattern, tell_apart};
use super::template::{Filled, Template};
use super::value::instant;

/// Keys that may have several values in one request.
///
/// Source: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, "Condition keys for AWS
/// KMS" and "for AWS Secrets Manager".
const MULTIVALUED: &[&str] = &[
    "aws:calledvia",
    "aws:principalorgpaths",
    "aws:principalservicenameslist",
    "aws:resourceorgpaths",
    "aws:sourceorgpaths",
    "aws:tagkeys",
    "aws:vpceorgpaths",
    "kms:encryptioncontextkeys",
    "kms:grantoperations",
    "kms:resourcealiases",
    "secretsmanager:addreplicaregions",
];

/// Sets of values are tried whole up to this many values; beyond it only singles, pairs and all of them.
const MOST_IN_SETS: usize = 5;

/// What is asked of an unknown key.
#[derive(Clone, Debug, Default)]
pub(super) struct Uses {
    patterns: Vec<Pattern>,
    numbers: BTreeSet<Decimal>,
    instants: BTreeSet<Timestamp>,
    addresses: Vec<IpAddr>,
    is_truth: bool,
    /// Texts that a value must be for a variable to fit.
    texts: BTreeSet<String>,
    /// Whether something is asked that no list of values settles, such as to be the same as another unknown key.
    is_open: bool,
}

/// Values of a key, `None` standing for its absence.
pub(super) struct Candidates {
    pub(super) values: Vec<Option<Value>>,
    /// Whether no other value could make a difference.
    pub(super) is_complete: bool,
}

impl Candidates {
    /// Leaves out values that are known not to be.
    pub(super) fn leave_out(&mut self, is_excluded: impl Fn(&str) -> bool) {
        self.values.retain(|value| match value {
            Some(Value::One(text)) => !is_excluded(text),
            _ => true,
        });
    }

    /// Leaves out instants that have passed.
    pub(super) fn keep_from(&mut self, now: Timestamp) {
        self.values.retain(|value| match value {
            Some(Value::One(text)) => instant(text).is_none_or(|instant| instant >= now),
            _ => true,
        });
        self.values.push(Some(Value::One(now.to_string())));
    }
}

impl Uses {
    /// Notes that something is asked that no list of values settles.
    pub(super) fn open(&mut self) {
        self.is_open = true;
    }

    /// Notes what a value of a condition on the key asks.
    pub(super) fn test(&mut self, test: &Test, context: &Context) {
        match test {
            Test::Text(template) => self.pattern(template, context, true),
            Test::IgnoreCase(template) => self.pattern(template, context, false),
            Test::Arn(pattern) => match Pattern::arn(pattern) {
                Some(pattern) => self.patterns.push(pattern),
                None => self.is_open = true,
            },
            Test::Number(_, number) => drop(self.numbers.insert(*number)),
            Test::Instant(_, instant) => drop(self.instants.insert(*instant)),
            Test::Address(range) => self.addresses.extend(range.edges()),
            Test::Truth(_) => self.is_truth = true,
            Test::Absent(_) => {}
            Test::Later(..) => self.is_open = true,
        }
    }

    fn pattern(&mut self, template: &Template, context: &Context, is_exact: bool) {
        let glob = match (template.fixed(), template.fill(context)) {
            (Some(glob), _) => glob.clone(),
            (None, Filled::Nothing) => return,
            (None, Filled::Pattern(glob)) => glob,
            (None, Filled::Loose(glob)) => {
                self.is_open = true;
                glob
            }
        };
        self.patterns.push(Pattern::text(&glob, is_exact));
    }

    /// Notes that the key stands as a variable in a pattern for a known text.
    pub(super) fn variable(&mut self, key: &str, template: &Template, text: &str, context: &Context) {
        let mut trial = context.clone();
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        if starts.len() > 200 {
            self.is_open = true;
            return;
        }
        // Where plain text stands before the variable, its value begins behind that text.
        let fixed = template.text_before(key).map(str::len);
        for (index, start) in
            starts.iter().enumerate().filter(|(_, start)| fixed.is_none_or(|at| at == **start))
        {
            for end in starts.iter().skip(index) {
                let Some(part) = text.get(*start..*end) else { continue };
                trial.set(key, part);
                match template.fill(&trial) {
                    Filled::Pattern(glob) if glob.matches(text) => drop(self.texts.insert(part.to_owned())),
                    // Two unknown variables in one pattern hang together.
                    Filled::Loose(glob) if glob.matches(text) => {
                        self.is_open = true;
                        self.texts.insert(part.to_owned());
                    }
                    _ => {}
                }
            }
        }
    }

    /// The texts that a value must be, joined; where there was too much to look through, the text itself.
    pub(super) fn texts_or(&self, text: &str) -> String {
        if self.is_open { text.to_owned() } else { self.texts.iter().cloned().collect::<Vec<_>>().join("\n") }
    }

    /// Values that stand for all that the key may have.
    pub(super) fn candidates(&self, key: &str) -> Candidates {
        let (singles, is_complete) = self.singles();
        let mut values = vec![None];
        if MULTIVALUED.contains(&key) {
            let (sets, all_sets) = sets(&singles);
            values.extend(sets.into_iter().map(|set| Some(Value::Many(set))));
            return Candidates { values, is_complete: is_complete && all_sets };
        }
        values.extend(singles.into_iter().map(|text| Some(Value::One(text))));
        Candidates { values, is_complete }
    }

    fn singles(&self) -> (Vec<String>, bool) {
        let mut singles = Vec::new();
        let mut families = 0;
        let mut is_complete = !self.is_open;
        if !self.patterns.is_empty() || !self.texts.is_empty() {
            let globs = self.texts.iter().map(|text| Glob::from_signs([super::glob::Sign::Text(text)]));
            let texts = globs.map(|glob| Pattern::text(&glob, true));
            let patterns: Vec<Pattern> = self.patterns.iter().cloned().chain(texts).collect();
            let (texts, all) = tell_apart(&patterns);
            singles.extend(texts);
            is_complete &= all;
            families += 1;
        }
        for more in [self.numbers(), self.instants(), self.addresses(), self.truths()] {
            families += usize::from(!more.is_empty());
            singles.extend(more);
        }
        if singles.is_empty() {
            singles.push("any".to_owned());
        }
        // Values of one kind may also be told apart by questions of another kind.
        (singles, is_complete && families <= 1)
    }

    fn truths(&self) -> Vec<String> {
        let both = ["true", "false"].map(str::to_owned);
        if self.is_truth { both.to_vec() } else { Vec::new() }
    }

    /// Each number, and one in each gap beside it.
    fn numbers(&self) -> Vec<String> {
        let half = Decimal::new(5, 1);
        let mut all = BTreeSet::new();
        let mut last: Option<Decimal> = None;
        for number in &self.numbers {
            let before = last.map_or(number - Decimal::ONE, |last| (last + number) * half);
            all.extend([before, *number, number + Decimal::ONE]);
            last = Some(*number);
        }
        all.iter().map(ToString::to_string).collect()
    }

    /// Each instant, and one in each gap beside it.
    fn instants(&self) -> Vec<String> {
        let second = SignedDuration::from_nanos(1);
        let near = |instant: &Timestamp| {
            [instant.checked_sub(second).ok(), Some(*instant), instant.checked_add(second).ok()]
        };
        let all: BTreeSet<Timestamp> = self.instants.iter().flat_map(near).flatten().collect();
        all.iter().map(ToString::to_string).collect()
    }

    /// Each edge of a range, and an address of each family that most ranges leave out.
    fn addresses(&self) -> Vec<String> {
        if self.addresses.is_empty() {
            return Vec::new();
        }
        let mut all: BTreeSet<IpAddr> = self.addresses.iter().copied().collect();
        all.extend(["192.0.2.1", "2001:db8::1"].iter().filter_map(|text| text.parse::<IpAddr>().ok()));
        all.iter().map(ToString::to_string).collect()
    }
}

/// The sets of values with at least one; and whether these are all.
fn sets(singles: &[String]) -> (Vec<Vec<String>>, bool) {
    if singles.len() <= MOST_IN_SETS {
        let chosen = |mask: usize| {
            let is_in = |index: usize| mask >> index & 1 == 1;
            singles
                .iter()
                .enumerate()
                .filter(|(index, _)| is_in(*index))
                .map(|(_, text)| text.clone())
                .collect()
        };
        return ((1..1_usize << singles.len()).map(chosen).collect(), true);
    }
    let mut sets: Vec<Vec<String>> = singles.iter().map(|one| vec![one.clone()]).collect();
    for (index, first) in singles.iter().enumerate() {
        sets.extend(singles.iter().skip(index + 1).map(|second| vec![first.clone(), second.clone()]));
    }
    sets.push(singles.to_vec());
    (sets, false)
}
