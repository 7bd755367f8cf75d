//! The settings file behind the arguments: what they leave out, it says.

use std::path::{Path, PathBuf};

use serde_saphyr::Spanned;

use super::args::{AwsArgs, Cli, SourceArgs};
use super::error::CliError;
use super::output::Printer;
use crate::config::{self, Config, Wanted};

/// The settings of this run.
pub(super) fn config(cli: &Cli, printer: &Printer) -> Result<Config, CliError> {
    let wanted = match cli.config.clone().or_else(named) {
        _ if cli.no_config => Wanted::None,
        Some(path) => Wanted::File(path),
        None => here().map_or(Wanted::None, Wanted::From),
    };
    let config = config::find(&wanted)?;
    if let (Wanted::From(_), Some(path)) = (&wanted, &config.path) {
        printer.remark(&format!("settings from `{}`", path.display()));
    }
    Ok(config)
}

/// The file that the environment names; an empty variable names none.
fn named() -> Option<PathBuf> {
    std::env::var_os("SECRETS_AUDITOR_CONFIG").filter(|name| !name.is_empty()).map(PathBuf::from)
}

/// The root of the repository in which the program runs, or else the working directory.
pub(super) fn root() -> Option<PathBuf> {
    let here = here()?;
    Some(config::repository(&here).map_or_else(|| here.clone(), Path::to_owned))
}

/// The working directory; none where it is gone.
fn here() -> Option<PathBuf> {
    std::env::current_dir().ok()
}

impl AwsArgs {
    /// The arguments with what the settings say in place of those that were left out. Where AWS is not asked for secrets,
    /// only what narrows the audit counts.
    pub(super) fn with(&self, config: &Config, source: Option<&SourceArgs>) -> Result<Self, CliError> {
        let mut args = self.clone();
        let file = config.file();
        if args.select.is_empty() {
            args.select = values(&file.select);
        }
        if source.is_some_and(|source| source.sample || source.snapshot.is_some()) {
            return Ok(args);
        }
        if args.regions.is_empty() {
            args.regions = values(&file.regions);
        }
        if let Some(accounts) = &file.accounts
            && args.roles.is_empty()
            && !args.organization
        {
            args.roles = values(&accounts.roles);
            args.organization = accounts.organization.is_some();
            args.role_name =
                accounts.organization.as_ref().map(|organization| organization.role_name.clone());
            args.external_id = args.external_id.or_else(|| accounts.external_id.clone());
        }
        if args.trail.trails.is_empty() {
            args.trail.trails = config.trail_sources().map_err(|error| vec![error])?;
        }
        if let Some(trail) = &file.trail {
            args.trail.trail_budget =
                args.trail.trail_budget.or(config.trail_budget().map_err(|error| vec![error])?);
            args.trail.cache =
                args.trail.cache.or_else(|| trail.cache.as_deref().map(|dir| config.resolve(dir)));
        }
        Ok(args)
    }
}

fn values(texts: &[Spanned<String>]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}
