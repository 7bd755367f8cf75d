//! Audits AWS Secrets Manager secrets; everything lives in the library.

use std::process::ExitCode;

/// Policies, cases and records are many small texts, so what allocates them counts.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(secrets_auditor::cli::main().code())
}
