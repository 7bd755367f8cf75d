//! Writes archives: `make MEGABYTES DIRECTORY`.

#[path = "../../../../examples/make_archive/generator/mod.rs"]
mod generator;

use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [megabytes, directory] = &arguments[..] else { panic!("make MEGABYTES DIRECTORY") };
    let bytes = megabytes.parse::<u64>().unwrap() * 1_000_000;
    println!("{}", generator::write(Path::new(directory), bytes, 1).unwrap());
}
