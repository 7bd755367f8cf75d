//! How long all pairs of principals and secrets take, and how that grows when either doubles.
//!
//! The estate is made up: roles and users of 20 teams with shared managed policies by name prefix or by tag, inline
//! policies for secrets of their own, boundaries on every other one, two service control policies, customer keys, and a
//! resource policy on one secret in a hundred. 5 % of the pairs are readable. `cargo bench --bench access`.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run should stop")]

use divan::Bencher;
use divan::counter::ItemsCount;
use secrets_auditor::access::Estate;
use secrets_auditor::access::matrix::Matrix;
use secrets_auditor::model::AccessLevel;

#[path = "access/estate.rs"]
mod estate;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Principals and secrets.
const SIZES: [(usize, usize); 4] = [(1_250, 100_000), (10_000, 12_500), (5_000, 50_000), (10_000, 100_000)];

#[divan::bench(args = SIZES, sample_count = 1)]
fn all_pairs(bencher: Bencher<'_, '_>, (principals, secrets): (usize, usize)) {
    let snapshot = estate::snapshot(principals, secrets);
    let as_of = snapshot.manifest.collected_at();
    bencher.counter(ItemsCount::new(principals * secrets)).bench_local(|| {
        let estate = Estate::new(&snapshot, as_of);
        let matrix = Matrix::new(&estate);
        let readable: usize = matrix
            .classes
            .iter()
            .map(|class| {
                let blocks =
                    class.blocks.iter().filter(|block| block.powers.at(AccessLevel::Read).is_possible());
                class.principals.len() * blocks.map(|block| block.secrets.len()).sum::<usize>()
            })
            .sum();
        (matrix.classes.len(), readable)
    });
}
