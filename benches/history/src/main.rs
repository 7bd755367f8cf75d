//! How large a history grows, and how long it takes to keep an audit, to draw a trend, and to compare two audits.
//!
//! `cargo run --release -- DIR [AUDITS] [SECRETS]` makes a history of weekly audits in DIR: of each rule 2 % of the secrets
//! fail and 1 % are unknown, and from week to week one in fifty of these is another secret. Everything is the program's
//! own: the report, its compression, the columns, the summaries.

#![expect(dead_code, unused_imports, reason = "the modules hold more than is measured here")]
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a benchmark that cannot run should stop")]

#[path = "../../../src/history/mod.rs"]
mod history;
#[path = "../../../src/model/mod.rs"]
mod model;
mod report;
mod world;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use history::{History, Kept, compare, trend};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often what is short is measured.
const ROUNDS: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().expect("the folder of the history"));
    let mut number = |default| arguments.next().map_or(default, |text| text.parse().expect("a number"));
    let (audits, secrets) = (number(200), number(5000));
    let history = History::create(&dir).expect("a history");
    let began = Instant::now();
    let (mut findings, mut plain) = (0, 0);
    for week in 0..audits {
        let (assessment, cost) = world::audit(week, secrets);
        let mut text = Vec::new();
        report::json::write(&assessment, &cost, &mut text).expect("a report");
        findings += assessment.findings.len();
        plain += text.len();
        let report = &|out: &mut dyn Write| out.write_all(&text);
        history.keep(&Kept { assessment: &assessment, cost: &cost, report }).expect("kept");
    }
    println!("{audits} audits of {secrets} secrets: {findings} findings, {} MB of JSON", plain / 1_000_000);
    println!("making and keeping them: {:.1} s", began.elapsed().as_secs_f64());
    println!("on disk: {} MB", bytes_below(&dir) / 1_000_000);
    for round in 0..ROUNDS {
        let began = Instant::now();
        let kept = History::open(&dir).expect("a history").audits().expect("audits");
        let page = report::trend::trend(&trend(&kept, None, None).expect("a trend"), 80);
        println!(
            "trend {round}: {:.1} ms, {} lines",
            began.elapsed().as_secs_f64() * 1e3,
            page.lines().count()
        );
    }
    let kept = History::open(&dir).expect("a history").audits().expect("audits");
    let began = Instant::now();
    if let [.., before, after] = kept.whole.as_slice() {
        let (before, after) = (before.report().expect("a report"), after.report().expect("a report"));
        let diff = compare(("before", &before), ("after", &after));
        let took = began.elapsed().as_secs_f64() * 1e3;
        println!("diff of the last two: {took:.1} ms, {} new, {} fixed", diff.new.len(), diff.fixed.len());
    }
}

fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .map(|path| if path.is_dir() { bytes_below(&path) } else { path.metadata().expect("a file").len() })
        .sum()
}
