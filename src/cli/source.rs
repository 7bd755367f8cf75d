//! Where the evidence comes from: the sample, a snapshot, or AWS.

use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};
use jiff::Timestamp;

use super::args::{AwsArgs, InventoryArg, SourceArgs};
use super::error::CliError;
use super::output::Printer;
use super::progress::progress;
use super::trail;
use crate::collect::{CollectOptions, InventorySource, Targets, Whose, collect, event_history, takes};
use crate::model::{Gap, Region, Selector};
use crate::snapshot::records::Secret;
use crate::snapshot::{Manifest, Snapshot, SnapshotWriter, Source};
use crate::trail::{Gathered, TrailSource};

/// The embedded sample: a snapshot like any other.
static SAMPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/examples/sample");

/// The evidence that an audit asks for.
pub(super) fn snapshot(args: &SourceArgs, aws: &AwsArgs, printer: &Printer) -> Result<Snapshot, CliError> {
    let source = match &args.snapshot {
        _ if args.sample => Source::embedded(&SAMPLE),
        Some(dir) => Source::directory(dir),
        None => {
            let options = options(aws, args.as_of)?;
            let window = trail::window(args.as_of);
            let gathered = trail::archives(aws, &aws.trail.sources(), window, &Whose::Targets, printer)?;
            let writer = SnapshotWriter::in_memory(manifest(&options));
            return Ok(live(&options, writer, gathered, aws.quiet, printer)?.read()?);
        }
    };
    nothing_is_asked(args, aws)?;
    let selectors = selectors(aws)?;
    let mut snapshot = source.read()?;
    if !aws.trail.named().is_empty() {
        let as_of = args.as_of.unwrap_or_else(|| snapshot.manifest.collected_at());
        let accounts = snapshot.accounts.iter().map(|account| account.entry.account.clone()).collect();
        let whose = Whose::Accounts(accounts);
        let gathered = trail::archives(aws, aws.trail.named(), trail::window(Some(as_of)), &whose, printer)?;
        trail::put_into(&mut snapshot, gathered.finish(std::iter::empty()));
    }
    narrow(&mut snapshot, &selectors);
    Ok(snapshot)
}

/// Where AWS is not asked, options on how to ask it are a mistake that must not go unnoticed. An archive in AWS is asked
/// for even then.
fn nothing_is_asked(args: &SourceArgs, aws: &AwsArgs) -> Result<(), CliError> {
    let archive = aws.trail.named().iter().any(TrailSource::is_remote_archive);
    let given = [
        ("--profile", aws.profile.is_some() && !archive),
        ("--region", !aws.regions.is_empty() && !archive),
        ("--endpoint-url", aws.endpoint_url.is_some() && !archive),
        ("--assume-role", !aws.roles.is_empty()),
        ("--organization", aws.organization),
        ("--inventory", aws.inventory != InventoryArg::default()),
        ("--config-aggregator", aws.config_aggregator.is_some()),
        ("--max-rate", aws.max_rate.is_some() && !archive),
        ("--trail lookup", aws.trail.named().contains(&TrailSource::Lookup)),
        ("--cache", aws.trail.cache.is_some()),
    ];
    let source = if args.sample { "--sample" } else { "--snapshot" };
    match given.iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((option, _)) => Err(CliError::new(
            format!("`{option}` has no meaning with `{source}`: AWS is not asked"),
            format!("leave out `{option}`, or leave out `{source}` to ask AWS"),
        )),
    }
}

/// Keeps the secrets that the selectors take, as a collection with the same selectors would have.
fn narrow(snapshot: &mut Snapshot, selectors: &[Selector]) {
    if selectors.is_empty() {
        return;
    }
    let taken = |secret: &Secret| selectors.iter().any(|selector| takes(selector, secret));
    for region in snapshot.accounts.iter_mut().flat_map(|account| &mut account.regions) {
        region.secrets.records.retain(taken);
        let kept: BTreeSet<&str> = region.secrets.records.iter().map(|secret| secret.arn.as_str()).collect();
        let concerns = |gap: &Gap| gap.resource.as_deref().is_none_or(|resource| kept.contains(resource));
        region.versions.gaps.retain(concerns);
        region.policies.gaps.retain(concerns);
        region.replication.gaps.retain(concerns);
    }
    snapshot.manifest.selection.extend(selectors.iter().map(ToString::to_string));
}

/// Asks AWS.
pub(super) fn live(
    options: &CollectOptions,
    writer: SnapshotWriter,
    gathered: Gathered,
    quiet: bool,
    printer: &Printer,
) -> Result<Source, CliError> {
    let progress = progress(quiet, printer);
    Ok(runtime()?.block_on(collect(options, writer, progress.as_ref(), gathered))?)
}

/// Reads Event history and asks nothing else.
pub(super) fn history(
    options: &CollectOptions,
    gathered: Gathered,
    quiet: bool,
    printer: &Printer,
) -> Result<Gathered, CliError> {
    let progress = progress(quiet, printer);
    Ok(runtime()?.block_on(event_history(options, progress.as_ref(), gathered))?)
}

/// What waits for AWS.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| CliError::defect(&error))
}

/// The manifest of a collection that begins now.
#[expect(clippy::disallowed_methods, reason = "the one place where a collection reads the clock")]
pub(super) fn manifest(options: &CollectOptions) -> Manifest {
    Manifest::begin(Timestamp::now(), options.inventory.kind(), options.selection(), options.digest())
}

/// The arguments as the collector takes them.
pub(super) fn options(args: &AwsArgs, as_of: Option<Timestamp>) -> Result<CollectOptions, CliError> {
    args.trail.check()?;
    if args.max_rate.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
        return Err(CliError::new(
            "`--max-rate` must be above 0",
            "give the requests a second, such as `--max-rate 10`",
        ));
    }
    let inventory = match (&args.config_aggregator, args.inventory) {
        (Some(name), _) => InventorySource::ConfigAggregator(name.clone()),
        (None, InventoryArg::Config) => InventorySource::Config,
        (None, InventoryArg::SecretsManager) => InventorySource::SecretsManager,
    };
    Ok(CollectOptions {
        profile: args.profile.clone(),
        regions: args.regions.iter().map(Region::new).collect(),
        endpoint_url: args.endpoint_url.clone(),
        targets: targets(args),
        select: selectors(args)?,
        inventory,
        history: args.trail.history(as_of),
        max_rate: args.max_rate,
        max_attempts: args.max_attempts,
        ..CollectOptions::default()
    })
}

fn selectors(args: &AwsArgs) -> Result<Vec<Selector>, CliError> {
    let parse = |text: &String| {
        Selector::of_secrets(text).map_err(|error| CliError::new(error.to_string(), error.help()))
    };
    args.select.iter().map(parse).collect()
}

fn targets(args: &AwsArgs) -> Targets {
    let external_id = args.external_id.clone();
    match &args.role_name {
        Some(role_name) => Targets::Organization { role_name: role_name.clone(), external_id },
        None if args.roles.is_empty() => Targets::Caller,
        None => Targets::Roles { arns: args.roles.clone(), external_id },
    }
}
