//! The limit: inflates every log of an archive with libdeflate and does nothing else. `limit DIRECTORY`.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use libdeflater::Decompressor;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let directory = std::env::args().nth(1).expect("limit DIRECTORY");
    let mut files = Vec::new();
    logs(Path::new(&directory), &mut files);
    let mut decompressor = Decompressor::new();
    let (mut gzip, mut text, mut total) = (Vec::new(), Vec::new(), 0);
    for file in &files {
        gzip.clear();
        File::open(file).unwrap().read_to_end(&mut gzip).unwrap();
        let length = u32::from_le_bytes(*gzip.last_chunk().unwrap()) as usize;
        text.resize(length.max(text.len()), 0);
        total += decompressor.gzip_decompress(&gzip, &mut text).unwrap();
    }
    println!(r#"{{"files":{},"text":{total}}}"#, files.len());
}

fn logs(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if !entry.file_type().unwrap().is_dir() {
            files.push(entry.path());
        } else if !matches!(name.to_str(), Some("CloudTrail-Digest" | "CloudTrail-Insight" | "Config")) {
            logs(&entry.path(), files);
        }
    }
}
