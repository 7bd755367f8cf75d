//! The verb `permissions`.

use super::args::{PermissionsArgs, PolicyFormat, PurposeArg};
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use crate::aws::{PermissionsFormat, Purpose, permissions};

pub(super) fn run(args: &PermissionsArgs, printer: &Printer) -> Result<Exit, CliError> {
    let purpose = match args.purpose {
        PurposeArg::Audit => Purpose::Audit,
    };
    let format = match args.format {
        PolicyFormat::Json => PermissionsFormat::Json,
        PolicyFormat::Terraform => PermissionsFormat::Terraform,
        PolicyFormat::Cloudformation => PermissionsFormat::Cloudformation,
    };
    printer.document(&permissions(purpose, format))?;
    Ok(Exit::Clean)
}
