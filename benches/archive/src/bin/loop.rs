use std::path::Path;
use archive_bench::archive::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let days = jiff::civil::date(2026, 1, 1)..=jiff::civil::date(2026, 12, 31);
    let archive = walk(Path::new(&a[1]), days.clone());
    let mut texts = Vec::new();
    let mut d = libdeflater::Decompressor::new();
    for f in archive.files.iter().take(200) { let b = std::fs::read(f.as_ref()).unwrap(); let n = u32::from_le_bytes(*b.last_chunk().unwrap()) as usize; if n > 200000 {continue} let mut t = vec![0;n]; d.gzip_decompress(&b, &mut t).unwrap(); texts.push(t); }
    let total: usize = texts.iter().map(|t| t.len()).sum();
    let mut s = Scratch::with(if a.len() > 2 { Lanes::baseline() } else { Lanes::detect() });
    let t = std::time::Instant::now();
    let mut c = 0;
    for _ in 0..100 { for t in &texts { scan_file(&mut s, t, &mut |r: &[u8]| c += r.len()); } }
    println!("{} MB {:.2} GB/s {c}", total/1000000, total as f64 * 100.0 / t.elapsed().as_secs_f64() / 1e9);
}
