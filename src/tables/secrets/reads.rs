//! Replicas, and when a secret was last read in any of its Regions.

use jiff::Timestamp;

use super::SecretFacts;
use super::subject::Subject;
use crate::model::{Gap, GapCause, Region, RegionState, whole_days_between};
use crate::snapshot::is_default_name;
use crate::snapshot::records::{Replica, Replication, Secret};
use crate::tables::context::{Answer, RegionContext};
use crate::tables::gaps::own_gap;
use crate::tables::keyring::KeyAnswer;
use crate::tables::schema::Group;

pub(super) fn fill(subject: &Subject<'_>, facts: &mut SecretFacts) {
    match replicas(subject) {
        Ok(replicas) => fill_replicas(subject, replicas, facts),
        Err(gaps) => facts.miss(Group::Replication, subject.explained(Group::Replication, gaps)),
    }
    if subject.is_detailed() {
        orphan(subject, facts);
        reads(subject, facts);
    } else {
        let gaps: Vec<Gap> = facts
            .gaps
            .iter()
            .filter(|gap| gap.0 == Group::InventoryDetail)
            .map(|gap| gap.1.clone())
            .collect();
        facts.miss(Group::Primary, gaps.clone());
        facts.miss(Group::Use, gaps);
    }
}

/// The replicas of this secret; none where it has none or is one itself.
fn replicas<'a>(subject: &Subject<'a>) -> Result<&'a [Replica], Vec<Gap>> {
    replicas_of(subject.region, subject.secret, subject.is_replica())
}

fn replicas_of<'a>(
    region: &RegionContext<'a>,
    secret: &Secret,
    is_replica: bool,
) -> Result<&'a [Replica], Vec<Gap>> {
    match region.replication.get(&secret.arn) {
        Answer::Known(Replication { replicas, .. }) => Ok(replicas),
        Answer::Missing(_) if is_replica => Ok(&[]),
        // AWS names the primary's Region in every entry of a replicated secret, so without it there are no replicas,
        // unless the listing that looks for them failed.
        Answer::Missing(gaps) if secret.primary_region.is_none() && gaps.is_empty() => Ok(&[]),
        Answer::Missing(gaps) => Err(gaps),
    }
}

fn fill_replicas(subject: &Subject<'_>, replicas: &[Replica], facts: &mut SecretFacts) {
    let mut regions: Vec<&str> = replicas.iter().map(|replica| replica.region.as_str()).collect();
    regions.sort_unstable();
    let failed: Vec<&Replica> =
        replicas.iter().filter(|replica| replica.status.as_deref() == Some("Failed")).collect();
    let reason = |replica: &&Replica| match &replica.status_message {
        Some(message) => format!("{}: {message}", replica.region),
        None => replica.region.clone(),
    };
    facts.replica_count = i64::try_from(replicas.len()).ok();
    facts.replica_regions = Some(regions.join(","));
    facts.failed_replicas = i64::try_from(failed.len()).ok();
    facts.replica_failure = Some(failed.iter().map(reason).collect::<Vec<_>>().join("; "));
    let mut under_default = Some(0);
    for replica in replicas {
        match default_key_of(subject, replica) {
            Ok(is_default) => under_default = under_default.map(|count| count + i64::from(is_default)),
            Err(gaps) => {
                under_default = None;
                facts.miss(Group::Replication, gaps);
            }
        }
    }
    facts.replicas_under_default_key = under_default;
}

/// Whether a replica is under `aws/secretsmanager` of its own Region.
fn default_key_of(subject: &Subject<'_>, replica: &Replica) -> Result<bool, Vec<Gap>> {
    let Some(name) = replica.kms_key_id.as_deref() else { return Ok(true) };
    if is_default_name(name) {
        return Ok(true);
    }
    let region = Region::new(&replica.region);
    let Some(context) = subject.account.regions.get(&region) else {
        let message = format!("Region {region} of a replica was not audited");
        return Err(vec![own_gap(
            GapCause::NotCollected,
            "kms:DescribeKey",
            (subject.place().0, &region),
            name,
            &message,
        )]);
    };
    match context.keys.resolve(Some(name)) {
        KeyAnswer::Unknown(gaps) => Err(gaps),
        answer => Ok(answer.is_default() == Some(true)),
    }
}

/// Where the primary should be: its Region, if that was audited.
fn primary_region<'a>(subject: &Subject<'a>) -> Option<&'a RegionContext<'a>> {
    let primary = Region::new(subject.secret.primary_region.as_deref()?);
    // In a Region that was switched off the primary may still be there.
    let audited =
        |region: &&RegionContext<'_>| region.data.state == RegionState::Audited && region.is_complete();
    subject.account.regions.get(&primary).filter(audited)
}

fn primary<'a>(region: &RegionContext<'a>, subject: &Subject<'a>) -> Option<&'a Secret> {
    let primary_region = region.data.region.as_str();
    let namesake = region.by_name.get(subject.secret.name.as_str()).copied()?;
    // A secret that was made anew under the old name is no primary of this replica, but AWS gives both the same ARN
    // suffix only where they belong together.
    let is_primary = namesake.primary_region.as_deref().is_none_or(|region| region == primary_region);
    (is_primary && suffix(&namesake.arn) == suffix(&subject.secret.arn)).then_some(namesake)
}

fn suffix(arn: &str) -> Option<&str> {
    arn.rsplit_once('-').map(|(_, suffix)| suffix)
}

fn orphan(subject: &Subject<'_>, facts: &mut SecretFacts) {
    match home(subject) {
        Home::Here | Home::There(..) => facts.orphan_replica = Some(false),
        Home::Gone => facts.orphan_replica = Some(true),
        Home::Unseen => {
            let message = match &subject.secret.primary_region {
                Some(region) => format!("the Region of its primary, {region}, was not audited whole"),
                None => "the Region of its primary is not known".to_owned(),
            };
            facts.miss(Group::Primary, [unseen(subject, Group::Primary.call(), &message)]);
        }
    }
}

/// The last reads of a secret in all its Regions, or why they are not all known.
struct Reads {
    last: Option<Timestamp>,
    gaps: Vec<Gap>,
}

fn reads(subject: &Subject<'_>, facts: &mut SecretFacts) {
    let rotating = is_rotating(subject);
    let Reads { last, gaps } = last_read(subject);
    if rotating && last.is_some() {
        // LastAccessedDate moves with every rotation, so it is no evidence of use by anybody else.
        facts.hidden_by_rotation = true;
        return;
    }
    let as_of = subject.all.as_of();
    facts.ever_read = if last.is_some() { Some(true) } else { gaps.is_empty().then_some(false) };
    facts.idle_days_max =
        last.or(subject.secret.created).map(|instant| whole_days_between(instant, as_of).max(0));
    facts.idle_days = facts.idle_days_max.filter(|_| gaps.is_empty());
    let undated = gaps.is_empty() && facts.idle_days.is_none();
    facts.miss(Group::Use, gaps);
    facts.miss(Group::Use, undated.then(|| subject.undated()));
}

/// Whether the logical secret rotates; a replica rotates with its primary.
fn is_rotating(subject: &Subject<'_>) -> bool {
    let own = subject.secret.rotation_enabled == Some(true);
    let of_primary = primary_region(subject).and_then(|region| primary(region, subject));
    own || of_primary.is_some_and(|secret| secret.rotation_enabled == Some(true))
}

/// Joins what each Region says: its own entry, the primary's list of replicas, and the replicas' own entries.
fn last_read(subject: &Subject<'_>) -> Reads {
    let own = subject.secret.last_accessed;
    let (region, secret) = match home(subject) {
        Home::Here => (subject.region, subject.secret),
        Home::There(region, secret) => (region, secret),
        // Without a primary it stands alone.
        Home::Gone => return Reads { last: own, gaps: Vec::new() },
        Home::Unseen => {
            let message = "reads in the Region of its primary are not known";
            return Reads { last: own, gaps: vec![unseen(subject, Group::Use.call(), message)] };
        }
    };
    let known = own.max(secret.last_accessed);
    match replicas_of(region, secret, false) {
        Ok(replicas) => Reads { last: latest(known, replicas, subject), gaps: Vec::new() },
        Err(gaps) => Reads { last: known, gaps },
    }
}

/// Where the primary of a secret is.
enum Home<'a> {
    /// It is the secret itself.
    Here,
    /// In another Region.
    There(&'a RegionContext<'a>, &'a Secret),
    /// Its Region was audited whole and does not hold it.
    Gone,
    /// Its Region was not audited whole.
    Unseen,
}

fn home<'a>(subject: &Subject<'a>) -> Home<'a> {
    if !subject.is_replica() {
        return Home::Here;
    }
    let Some(region) = primary_region(subject) else { return Home::Unseen };
    match primary(region, subject) {
        Some(secret) => Home::There(region, secret),
        None if subject.all.narrowed => Home::Unseen,
        None => Home::Gone,
    }
}

fn latest(known: Option<Timestamp>, replicas: &[Replica], subject: &Subject<'_>) -> Option<Timestamp> {
    let by_status = replicas.iter().filter_map(|replica| replica.last_accessed);
    let by_entry = replicas.iter().filter_map(|replica| {
        let region = subject.account.regions.get(&Region::new(&replica.region))?;
        let entry = region.by_name.get(subject.secret.name.as_str())?;
        (suffix(&entry.arn) == suffix(&subject.secret.arn)).then_some(entry.last_accessed)?
    });
    by_status.chain(by_entry).chain(known).max()
}

fn unseen(subject: &Subject<'_>, call: &str, message: &str) -> Gap {
    let mut gap = own_gap(GapCause::NotCollected, call, subject.place(), &subject.secret.arn, message);
    gap.error = message.to_owned();
    gap
}
