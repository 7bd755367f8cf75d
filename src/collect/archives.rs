//! CloudTrail's archives in Amazon S3, and the tables over them in Amazon Athena.

use std::collections::BTreeSet;
use std::time::Duration;

use super::error::CollectError;
use super::options::{CollectOptions, InventorySource, Targets};
use super::progress::{Event, Progress};
use super::run::{client_options, telling};
use super::{identity, regions};
use crate::aws::{Aws, Purpose, Session};
use crate::model::{AccountId, Arn};
use crate::trail::{Asked, AthenaTable, Gathered, TrailSource, Window, read_bucket, read_table};

/// Of whom archives are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Of the accounts that are audited.
    Targets,
    /// Of the accounts whose roles were named, or of all.
    Everybody,
    /// Of these accounts.
    Accounts(BTreeSet<AccountId>),
}

/// Reads the archives among the sources that AWS has to be asked for, with the caller's own credentials: they lie in one
/// account, whichever accounts they are about.
///
/// # Errors
/// Where there are no credentials or AWS does not accept them, and where the first call reaches nobody. Whatever else goes
/// wrong is a gap.
pub async fn archives(
    options: &CollectOptions,
    sources: &[TrailSource],
    (whose, window, budget): (&Whose, Window, Duration),
    progress: &dyn Progress,
    mut gathered: Gathered,
) -> Result<Gathered, CollectError> {
    for source in sources {
        let purpose = match source {
            TrailSource::S3 { .. } => Purpose::S3,
            TrailSource::Athena { .. } => Purpose::Athena,
            _ => continue,
        };
        let aws = Aws::load(&client_options(options, purpose)).await;
        for region in &options.regions {
            regions::check(std::slice::from_ref(region), region.partition())?;
        }
        let work = async {
            let caller = identity::caller(&aws, options.profile.as_deref()).await?;
            let session = aws.session(&caller.account);
            let asked = Asked {
                accounts: accounts(options, whose, &caller.account),
                regions: options.regions.iter().cloned().collect(),
                window,
            };
            Ok::<_, CollectError>(read(&session, source, &asked, budget, &mut gathered).await)
        };
        let count = telling(&aws, progress, work).await?;
        progress.event(Event::ArchiveRead { source, count, calls: aws.counts() });
    }
    Ok(gathered)
}

/// Reads one archive, and says how many objects or rows there were.
async fn read(
    session: &Session,
    source: &TrailSource,
    asked: &Asked,
    budget: Duration,
    gathered: &mut Gathered,
) -> usize {
    match source {
        TrailSource::S3 { bucket, prefix } => read_bucket(session, bucket, prefix, asked, gathered).await,
        TrailSource::Athena { database, table, workgroup } => {
            let table = AthenaTable { database, table, workgroup };
            read_table(session, &table, asked, budget, gathered).await
        }
        _ => 0,
    }
}

/// The accounts that an archive is asked for; none for all of them.
fn accounts(options: &CollectOptions, whose: &Whose, caller: &AccountId) -> BTreeSet<AccountId> {
    let aggregated = matches!(options.inventory, InventorySource::ConfigAggregator(_));
    match (whose, &options.targets) {
        (Whose::Accounts(accounts), _) => accounts.clone(),
        (_, Targets::Roles { arns, .. }) => {
            let parsed = arns.iter().filter_map(|arn| arn.parse::<Arn>().ok());
            parsed.map(|arn| AccountId::new(arn.account)).collect()
        }
        (Whose::Targets, Targets::Caller) if !aggregated => BTreeSet::from([caller.clone()]),
        _ => BTreeSet::new(),
    }
}
