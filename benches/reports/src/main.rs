//! How long each format takes to write, how large it becomes, and what all of them together need.
//!
//! `cargo run --release -- DIR [SECRETS] [FORMAT]` makes up an audit by the program's own rules, of which 2 % of the secrets
//! fail each and 1 % cannot be judged, and writes its reports into DIR. Beside each stands the time that the file system takes
//! for the same bytes. Everything is the program's own.

#![expect(dead_code, unused_imports, reason = "the modules hold more than is measured here")]
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a benchmark that cannot run should stop")]

#[path = "../../../src/files.rs"]
mod files;
#[path = "../../../src/model/mod.rs"]
mod model;
#[path = "../../../src/policy/mod.rs"]
mod policy;
#[path = "../../../src/report/mod.rs"]
mod report;
mod world;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use report::ReportFormat;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The width of pages.
const WIDTH: usize = 100;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().expect("a folder for the reports"));
    let secrets = arguments.next().map_or(100_000, |text| text.parse().expect("a number of secrets"));
    let only = arguments.next();
    fs::create_dir_all(&dir).expect("the folder");
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let audited = world::audited(&rules, secrets);
    println!("{secrets} secrets, {} rules: {} findings; {} MB so far", audited.assessment.rules.len(), audited.assessment.findings.len(), peak());
    let mut all = Duration::ZERO;
    for format in ReportFormat::ALL.into_iter().filter(|format| only.as_ref().is_none_or(|only| only == format.as_str())) {
        let path = dir.join(format!("report.{}", format.as_str()));
        let began = Instant::now();
        write(format, &audited, &path);
        let took = began.elapsed();
        all += took;
        let (bytes, limit) = copy(&path);
        println!(
            "{:12} {:7.2} s {:8.1} MB {:6.1} x as long as the bytes alone; peak {} MB",
            format.as_str(),
            took.as_secs_f64(),
            bytes as f64 / 1e6,
            took.as_secs_f64() / limit.as_secs_f64().max(1e-6),
            peak()
        );
    }
    println!("all: {:.2} s, peak {} MB", all.as_secs_f64(), peak());
}

fn write(format: ReportFormat, audited: &model::Audited, path: &Path) {
    files::write_whole_with(path, |file| report::write(format, audited, WIDTH, file)).expect("a report");
}

/// The bytes of a file, and how long it takes to write them again.
fn copy(path: &Path) -> (usize, Duration) {
    let bytes = fs::read(path).expect("the report");
    let began = Instant::now();
    files::write_whole_with(&path.with_extension("copy"), |file| file.write_all(&bytes)).expect("a copy");
    let took = began.elapsed();
    fs::remove_file(path.with_extension("copy")).expect("the copy");
    (bytes.len(), took)
}

/// The most memory that was in use, in megabytes.
///
/// Source: proc_pid_status(5), `VmHWM`.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kilobytes| kilobytes / 1000)
}
