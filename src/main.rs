//! Audits AWS Secrets Manager secrets; everything lives in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(secrets_auditor::cli::main().code())
}
