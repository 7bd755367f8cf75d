//! The verb `permissions`.

use super::args::{PermissionsArgs, PolicyFormat, PurposeArg};
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use crate::aws::{PermissionFormat, Purpose, blanks, permissions};

pub(super) fn run(args: &PermissionsArgs, printer: &Printer) -> Result<Exit, CliError> {
    let purpose = match args.purpose {
        PurposeArg::Audit => Purpose::Audit,
        PurposeArg::S3 => Purpose::S3,
        PurposeArg::Athena => Purpose::Athena,
        PurposeArg::Publish => Purpose::Publish,
        PurposeArg::Prices => Purpose::Prices,
    };
    let format = match args.format {
        PolicyFormat::Json => PermissionFormat::Json,
        PolicyFormat::Terraform => PermissionFormat::Terraform,
        PolicyFormat::Cloudformation => PermissionFormat::Cloudformation,
    };
    printer.document(&permissions(purpose, format))?;
    if let Some(blanks) = blanks(purpose) {
        printer.remark(&blanks);
    }
    Ok(Exit::Clean)
}
