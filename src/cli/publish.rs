//! The verb `publish`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::StreamExt;

use super::args::{AuditArgs, AwsArgs, PublishArgs, PublishVerb, SecurityHubArgs};
use super::audit::assessed;
use super::error::CliError;
use super::exit::Exit;
use super::output::Printer;
use super::source::runtime;
use crate::aws::Failure;
use crate::config::Config;
use crate::history::{Elsewhere, Judged};
use crate::model::{AccountId, Audited, Fingerprint, PublishedPlace, Region, RegionState, Rejected};
use crate::publish::{Hub, PublishOptions, Sent, Ways};
use crate::report::asff::{self, Finding, Known};
use crate::report::{ReportFormat, published};
use crate::trail::TrailSource;

/// How many places are asked at once.
const AT_ONCE: usize = 8;

/// Bytes of the stack on which findings of AWS are read.
const STACK: usize = 64 << 20;

/// An account and a Region.
type Place = (AccountId, Region);

pub(super) fn run(args: &PublishArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    match &args.verb {
        PublishVerb::SecurityHub(args) => security_hub(args, config, printer),
    }
}

fn security_hub(args: &SecurityHubArgs, config: &Config, printer: &Printer) -> Result<Exit, CliError> {
    let is_asked = !args.source.sample && args.source.snapshot.is_none();
    let judged_with = if is_asked { args.aws.clone() } else { offline(&args.aws) };
    // The format decides which facts are kept, and nothing is printed in it.
    let audit =
        AuditArgs { format: ReportFormat::Asff, ..AuditArgs::of(&args.source, &args.rules, &judged_with) };
    let audited = assessed(&audit, config, None, printer)?;
    let aws = args.aws.with(config, None)?;
    let places = by_place(&audited, &aws.regions);
    let publishing = Publishing {
        args,
        audited: &audited,
        judged: Judged::new(&audited.assessment),
        narrowed: !aws.regions.is_empty(),
    };
    let places = with_room(|| runtime()?.block_on(publishing.all(options(&aws), places)))?;
    printer.document(&published::render(&places, args.yes))?;
    Ok(if places.iter().all(PublishedPlace::is_whole) { Exit::Clean } else { Exit::Incomplete })
}

/// Does the work on a thread with room: AWS's type of a finding has a field for each service that it knows, so that reading
/// a page of them takes more stack than the first thread of a process has.
fn with_room<T: Send>(work: impl FnOnce() -> Result<T, CliError> + Send) -> Result<T, CliError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let thread = thread.map_err(|error| CliError::defect(&error))?;
        thread.join().unwrap_or_else(|_| Err(CliError::defect(&"publishing stopped")))
    })
}

/// The arguments without those on how AWS is asked, which are for sending where a snapshot is judged. An archive of
/// CloudTrail in AWS is asked for even then.
fn offline(aws: &AwsArgs) -> AwsArgs {
    let archive = aws.trail.named().iter().any(TrailSource::is_remote_archive);
    let kept = if archive { aws.clone() } else { AwsArgs::default() };
    AwsArgs {
        profile: kept.profile,
        endpoint_url: kept.endpoint_url,
        max_rate: kept.max_rate,
        regions: kept.regions,
        select: aws.select.clone(),
        max_attempts: aws.max_attempts,
        quiet: aws.quiet,
        trail: aws.trail.clone(),
        ..AwsArgs::default()
    }
}

fn options(aws: &AwsArgs) -> PublishOptions {
    PublishOptions {
        profile: aws.profile.clone(),
        endpoint_url: aws.endpoint_url.clone(),
        regions: aws.regions.iter().map(Region::new).collect(),
        max_rate: aws.max_rate,
        max_attempts: aws.max_attempts,
        roles: aws.roles.clone(),
        role_name: aws.role_name.clone(),
        external_id: aws.external_id.clone(),
    }
}

/// The findings of each account and Region that answered; places without any may have some that are fixed.
fn by_place(audited: &Audited, regions: &[String]) -> BTreeMap<Place, Vec<Finding>> {
    let mut places: BTreeMap<Place, Vec<Finding>> = BTreeMap::new();
    for account in &audited.assessment.run.accounts {
        let answered = account.regions.iter().filter(|region| region.state == RegionState::Audited);
        for region in answered {
            places.entry((account.account.clone(), region.region.clone())).or_default();
        }
    }
    for finding in asff::Hub::new(audited).findings() {
        let place = (AccountId::new(&finding.aws_account_id), Region::new(finding.hub_region()));
        places.entry(place).or_default().push(finding);
    }
    let is_wanted = |region: &Region| regions.is_empty() || regions.iter().any(|r| r == region.as_str());
    places.retain(|(_, region), _| is_wanted(region));
    places
}

struct Publishing<'a> {
    args: &'a SecurityHubArgs,
    audited: &'a Audited,
    judged: Judged,
    /// Whether Regions were left out, so that what counts them all is not known to be fixed.
    narrowed: bool,
}

impl Publishing<'_> {
    async fn all(
        &self,
        options: PublishOptions,
        places: BTreeMap<Place, Vec<Finding>>,
    ) -> Result<Vec<PublishedPlace>, CliError> {
        let ways = Ways::open(options).await.map_err(|failure| nobody(&failure))?;
        let told = places.into_iter().map(|(place, findings)| self.one(&ways, place, findings));
        let places: Vec<PublishedPlace> = futures::stream::iter(told).buffered(AT_ONCE).collect().await;
        Ok(places.into_iter().filter(says_something).collect())
    }

    /// Finds out what is there, and sends what differs from it where that was asked for.
    async fn one(&self, ways: &Ways, place: Place, findings: Vec<Finding>) -> PublishedPlace {
        let (account, region) = place;
        let mut told = PublishedPlace {
            new: findings.len() as u64,
            account,
            region,
            known: 0,
            fixed: 0,
            left: Vec::new(),
            taken: None,
            rejected: Vec::new(),
            failure: None,
        };
        if let Err(failure) = self.publish(ways, findings, &mut told).await {
            told.failure = Some(failure);
        }
        told
    }

    async fn publish(
        &self,
        ways: &Ways,
        findings: Vec<Finding>,
        told: &mut PublishedPlace,
    ) -> Result<(), String> {
        let hub = Hub::enter(ways, &told.account, &told.region).await?;
        let there = hub.known(!findings.is_empty()).await?;
        let by_id: HashMap<&str, &Known> = there.iter().map(|known| (known.id.as_str(), known)).collect();
        let ids: BTreeSet<String> = findings.iter().map(|finding| finding.id.clone()).collect();
        let continued = findings.into_iter().map(|finding| match by_id.get(finding.id.as_str()) {
            Some(known) => finding.continuing(known),
            None => finding,
        });
        let mut sending: Vec<Finding> = continued.collect();
        told.known = ids.iter().filter(|id| by_id.contains_key(id.as_str())).count() as u64;
        told.new -= told.known;
        let gone: Vec<&Known> = there.iter().filter(|known| !ids.contains(&known.id)).collect();
        let fixed = self.fixed(&gone, told);
        told.fixed = fixed.len() as u64;
        sending.extend(fixed);
        if self.args.yes {
            let Sent { taken, rejected, failure } = hub.send(sending).await;
            told.taken = Some(taken);
            told.rejected = rejected.into_iter().map(readable).collect();
            told.failure = failure;
        }
        Ok(())
    }

    /// What is there and not found today, archived where this audit could have found it.
    fn fixed(&self, gone: &[&Known], told: &mut PublishedPlace) -> Vec<Finding> {
        if self.args.no_archive {
            return Vec::new();
        }
        let prints: Vec<Option<Fingerprint>> = gone
            .iter()
            .map(|known| Fingerprint::try_from(known.fingerprint().unwrap_or_default().to_owned()).ok())
            .collect();
        let known: Vec<(&Known, Elsewhere<'_>)> =
            gone.iter().zip(&prints).filter_map(|(known, print)| elsewhere(known, print.as_ref())).collect();
        let places: Vec<Elsewhere<'_>> = known.iter().map(|(_, place)| *place).collect();
        let now = self.audited.assessment.run.as_of;
        let mut fixed = Vec::new();
        for ((known, _), why) in known.iter().zip(self.judged.unseen(&places)) {
            let is_of_all_regions = known.region == Region::global().as_str();
            match why {
                Some(why) => told.left.push(why),
                None if self.narrowed && is_of_all_regions => {
                    told.left.push("it counts all Regions, and some were left out".to_owned());
                }
                None => fixed.push(known.archived(now)),
            }
        }
        fixed
    }
}

/// A finding that Security Hub keeps; none where its identity is not one of ours.
fn elsewhere<'k>(known: &'k Known, print: Option<&'k Fingerprint>) -> Option<(&'k Known, Elsewhere<'k>)> {
    // What is of no Region is of no account either, whichever account hears of it.
    let account = if known.region.is_empty() { "" } else { &known.account };
    let (fingerprint, rule) = (print?, known.rule()?);
    Some((known, Elsewhere { fingerprint, rule, account, region: &known.region }))
}

/// A place where there is nothing to do and nothing went wrong says nothing.
fn says_something(place: &PublishedPlace) -> bool {
    place.new + place.known + place.fixed > 0 || !place.left.is_empty() || !place.is_whole()
}

/// A stranger's sentence, not longer than a reader wants.
fn readable(rejected: Rejected) -> Rejected {
    let message = rejected.message.chars().take(300).collect();
    Rejected { message, ..rejected }
}

fn nobody(failure: &Failure) -> CliError {
    CliError::new(
        format!("cannot find out who asks: {}: {}", failure.code, failure.message),
        "check the credentials with `aws sts get-caller-identity`, and `--profile`",
    )
}
