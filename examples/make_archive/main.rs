//! Writes a CloudTrail archive that nobody's account is in: `cargo run --example make_archive -- --megabytes 300 DIR`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "the generator is shared with tests and benches"
)]

mod generator;

use std::path::PathBuf;

use clap::Parser;

/// Writes a CloudTrail archive to try things on. The same arguments give the same archive.
#[derive(Parser)]
struct Arguments {
    /// How much JSON it holds, before it is compressed
    #[arg(long, default_value_t = 10)]
    megabytes: u64,
    /// What to start chance with
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write it; `AWSLogs` is made in it
    directory: PathBuf,
}

fn main() -> std::io::Result<()> {
    let Arguments { megabytes, seed, directory } = Arguments::parse();
    let written = generator::write(&directory, megabytes * 1_000_000, seed)?;
    #[expect(clippy::print_stdout, reason = "the answer of the example")]
    {
        println!("{written}");
    }
    Ok(())
}
