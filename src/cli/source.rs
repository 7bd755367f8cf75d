//! Where the evidence comes from: the sample, a snapshot, or AWS.

use include_dir::{Dir, include_dir};
use jiff::Timestamp;

use super::args::{AuditArgs, AwsArgs, InventoryArg};
use super::error::CliError;
use super::output::Printer;
use super::progress::progress;
use crate::collect::{CollectOptions, InventorySource, Selector, Targets, collect};
use crate::model::Region;
use crate::snapshot::{Manifest, Snapshot, SnapshotWriter, Source};

/// The embedded sample: a snapshot like any other.
static SAMPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/examples/sample");

/// The evidence that an audit asks for.
pub(super) fn snapshot(args: &AuditArgs, printer: &Printer) -> Result<Snapshot, CliError> {
    if args.sample {
        return Ok(Source::embedded(&SAMPLE).read()?);
    }
    if let Some(dir) = &args.snapshot {
        return Ok(Source::directory(dir).read()?);
    }
    let options = options(&args.aws)?;
    let writer = SnapshotWriter::in_memory(manifest(&options));
    Ok(live(&options, writer, args.aws.quiet, printer)?.read()?)
}

/// Asks AWS.
pub(super) fn live(
    options: &CollectOptions,
    writer: SnapshotWriter,
    quiet: bool,
    printer: &Printer,
) -> Result<Source, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| CliError::defect(&error))?;
    let progress = progress(quiet, printer);
    Ok(runtime.block_on(collect(options, writer, progress.as_ref()))?)
}

/// The manifest of a collection that begins now.
#[expect(clippy::disallowed_methods, reason = "the one place where a collection reads the clock")]
pub(super) fn manifest(options: &CollectOptions) -> Manifest {
    Manifest::begin(Timestamp::now(), options.inventory.kind(), options.selection(), options.digest())
}

/// The arguments as the collector takes them.
pub(super) fn options(args: &AwsArgs) -> Result<CollectOptions, CliError> {
    let select = args.select.iter().map(|text| text.parse::<Selector>());
    let select = select.collect::<Result<Vec<_>, _>>().map_err(|error| {
        CliError::new(
            error.to_string(),
            "select by name glob (`prod/*`), by ARN, or by tag (`tag:Owner=payments`)",
        )
    })?;
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
        select,
        inventory,
        max_rate: args.max_rate,
        max_attempts: args.max_attempts,
        ..CollectOptions::default()
    })
}

fn targets(args: &AwsArgs) -> Targets {
    let external_id = args.external_id.clone();
    match &args.role_name {
        Some(role_name) => Targets::Organization { role_name: role_name.clone(), external_id },
        None if args.roles.is_empty() => Targets::Caller,
        None => Targets::Roles { arns: args.roles.clone(), external_id },
    }
}
