use std::time::Instant;
use std::path::Path;
use archive_bench::archive::*;
use serde::Deserialize;
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> { event_source: &'a str, event_name: &'a str }

fn main() {
    let dir = std::env::args().nth(1).unwrap();
    let days = jiff::civil::date(2026, 1, 1)..=jiff::civil::date(2026, 12, 31);
    let archive = walk(Path::new(&dir), days.clone());
    let files: Vec<Vec<u8>> = archive.files.iter().map(|f| std::fs::read(f.as_ref()).unwrap()).collect();
    let mut bytes = vec![0u8; 16<<20];
    let mut d = libdeflater::Decompressor::new();
    let mut text = vec![0u8; 16<<20];
    let mut text2 = vec![0u8; 16<<20];
    let mut d2 = libdeflater::Decompressor::new();
    let finder = memchr::memmem::Finder::new("secretsmanager.amazonaws.com");
    let paths: Vec<_> = archive.files.iter().map(|f| f.as_ref().to_owned()).collect();
    let mut fs: Vec<(&str, Box<dyn FnMut() -> u64 + '_>)> = vec![
      ("walk", Box::new(|| walk(Path::new(&dir), days.clone()).files.len() as u64)),
      ("read", Box::new(|| { let mut c = 0; for f in &paths {
        use std::io::Read;
        let mut n = 0; let mut f = std::fs::File::open(f).unwrap(); loop { let k = f.read(&mut bytes[n..]).unwrap(); if k == 0 {break} n += k; } c += n as u64; } c })),
      ("inflate", Box::new(|| files.iter().map(|f| d.gzip_decompress(f, &mut text).unwrap() as u64).sum())),
      ("inflate+memmem", Box::new(|| files.iter().map(|f| { let n = d2.gzip_decompress(f, &mut text2).unwrap(); finder.find_iter(&text2[..n]).count() as u64}).sum())),
    ];
    for (name, lanes) in [("avx512", Lanes::detect()),("avx2", Lanes::half()), ("sse2", Lanes::baseline()), ("portable", Lanes::portable())] {
        let files = &files;
        let mut s = Scratch::with(lanes);
        fs.push((name, Box::new(move || { let mut c = 0; for f in files { scan_file(&mut s, f, &mut |r: &[u8]| c += r.len() as u64);} c })));
        let mut s = Scratch::with(lanes);
        fs.push(("  and serde", Box::new(move || { let mut c = 0; for f in files { scan_file(&mut s, f, &mut |r: &[u8]| { let r: Record = serde_json::from_slice(r).unwrap(); c += (r.event_source.len() + r.event_name.len()) as u64});} c })));
    }
    let mut b = vec![f64::MAX; fs.len()];
    for _ in 0..15 { for (k, (_, f)) in fs.iter_mut().enumerate() { let t = Instant::now(); f(); b[k] = b[k].min(t.elapsed().as_secs_f64()); } }
    for (k, (n, _)) in fs.iter().enumerate() { println!("{n:20} {:.1} ms", b[k] * 1e3); }
}
