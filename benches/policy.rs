//! How fast requests are decided by their policies: cases that were read before, and cases as JSON lines.
//!
//! The 20,000 labelled cases of the tests; each has some 25 condition keys and 3 policies. `cargo bench --bench policy`
//! prints the engine beside what cannot be undercut: looking at the same keys once, and reading the same JSON.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run should stop")]

use std::fs::File;
use std::hint::black_box;
use std::io::Read;
use std::path::Path;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use flate2::read::GzDecoder;
use secrets_auditor::policy::{Case, Glob};
use serde::de::IgnoredAny;
use serde_json::Value;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many cases are at hand at a time, and how often each is decided then.
const PART: usize = 200;
const ROUNDS: usize = 20;

fn main() {
    divan::main();
}

/// The cases as JSON lines.
fn lines() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy/dev.jsonl.gz");
    let mut lines = String::new();
    let file = File::open(path).expect("the cases are there");
    GzDecoder::new(file).read_to_string(&mut lines).expect("the cases are whole");
    lines
}

/// Runs something over each line, and counts lines and bytes.
fn over_lines(bencher: Bencher<'_, '_>, read: impl Fn(&str)) {
    let lines = lines();
    bencher
        .counter(ItemsCount::new(lines.lines().count()))
        .counter(BytesCount::of_str(&lines))
        .bench_local(|| lines.lines().for_each(&read));
}

/// Runs something over each case that was read before.
fn over_cases(bencher: Bencher<'_, '_>, look: impl Fn(&Case)) {
    let lines = lines();
    let cases: Vec<Case> = lines.lines().map(|line| Case::parse(line.as_bytes()).expect("a case")).collect();
    bencher.counter(ItemsCount::new(cases.len())).bench_local(|| cases.iter().for_each(&look));
}

/// The same, each part of the cases many times before the next: policies that stay at hand, as in an audit.
fn over_chunks(bencher: Bencher<'_, '_>, look: impl Fn(&Case)) {
    let lines = lines();
    let cases: Vec<Case> = lines.lines().map(|line| Case::parse(line.as_bytes()).expect("a case")).collect();
    bencher.counter(ItemsCount::new(cases.len() * ROUNDS)).bench_local(|| {
        for part in cases.chunks(PART) {
            (0..ROUNDS).for_each(|_| part.iter().for_each(&look));
        }
    });
}

mod decisions {
    use super::*;

    /// Policies that were read once and are evaluated many times.
    #[divan::bench(sample_count = 10)]
    fn decide_with_policies_in_use(bencher: Bencher<'_, '_>) {
        over_chunks(bencher, |case| {
            black_box(case.decide());
        });
    }

    #[divan::bench(sample_count = 10)]
    fn decide(bencher: Bencher<'_, '_>) {
        over_cases(bencher, |case| {
            black_box(case.decide());
        });
    }

    /// The floor: each key of the request, looked at once.
    #[divan::bench(sample_count = 10)]
    fn floor_keys_of_the_context(bencher: Bencher<'_, '_>) {
        over_cases(bencher, |case| {
            black_box(case.question().request.context.keys().map(str::len).sum::<usize>());
        });
    }
}

mod json_lines {
    use super::*;

    #[divan::bench(sample_count = 10)]
    fn parse_and_decide(bencher: Bencher<'_, '_>) {
        over_lines(bencher, |line| {
            black_box(Case::parse(line.as_bytes()).expect("a case").decide());
        });
    }

    /// Without deciding.
    #[divan::bench(sample_count = 10)]
    fn parse(bencher: Bencher<'_, '_>) {
        over_lines(bencher, |line| {
            black_box(Case::parse(line.as_bytes()).expect("a case"));
        });
    }

    /// The same JSON as a tree of values, which nobody has looked at yet.
    #[divan::bench(sample_count = 10)]
    fn peer_serde_json_value(bencher: Bencher<'_, '_>) {
        over_lines(bencher, |line| {
            black_box(serde_json::from_str::<Value>(line).expect("JSON"));
        });
    }

    /// The floor: the same JSON, checked and forgotten.
    #[divan::bench(sample_count = 10)]
    fn floor_serde_json_ignored(bencher: Bencher<'_, '_>) {
        over_lines(bencher, |line| {
            black_box(serde_json::from_str::<IgnoredAny>(line).expect("JSON"));
        });
    }
}

/// Patterns on which a search that goes back takes time by the power of their stars. The bytes a second stay the same
/// as the text grows.
mod wildcards {
    use super::*;

    const LENGTHS: [usize; 4] = [100, 1_000, 10_000, 100_000];

    #[divan::bench(args = LENGTHS)]
    fn four_stars(bencher: Bencher<'_, '_>, length: usize) {
        matches(bencher, "*a*a*a*b*", length);
    }

    #[divan::bench(args = LENGTHS)]
    fn as_many_stars_as_letters(bencher: Bencher<'_, '_>, length: usize) {
        matches(bencher, &format!("{}*b*", "*a".repeat(length)), length);
    }

    fn matches(bencher: Bencher<'_, '_>, pattern: &str, length: usize) {
        let (glob, text) = (Glob::new(pattern), "a".repeat(length));
        bencher.counter(BytesCount::of_str(&text)).bench_local(|| black_box(&glob).matches(black_box(&text)));
    }
}
