//! Writes what CloudTrail says into the snapshot, place by place.

use crate::model::{AccountId, Gap, Region, RegionState};
use crate::snapshot::{AccountEntry, Kind, Shard, ShardKey, SnapshotError, SnapshotWriter};
use crate::trail::{Gathered, Place, PlaceTrail, TrailEvidence};

/// Writes the shards of every place that was audited; nothing where no source was asked.
///
/// Records of other accounts and Regions, which a bucket of an organization holds too, are left out.
pub(super) fn write(
    writer: &SnapshotWriter,
    entries: &[AccountEntry],
    gathered: Gathered,
) -> Result<(), SnapshotError> {
    if !gathered.has_sources() {
        return Ok(());
    }
    let TrailEvidence { mut places, general, .. } = gathered.finish(std::iter::empty());
    for entry in entries {
        for region in entry.regions.iter().filter(|region| region.state != RegionState::Off) {
            let place = Place { account: entry.account.clone(), region: region.region.clone() };
            let mut found = places.remove(&place).unwrap_or_default();
            found.gaps.extend(general.iter().cloned());
            shards(writer, &place.account, &place.region, found)?;
        }
    }
    Ok(())
}

fn shards(
    writer: &SnapshotWriter,
    account: &AccountId,
    region: &Region,
    found: PlaceTrail,
) -> Result<(), SnapshotError> {
    let key = |kind| ShardKey::first(account, region, kind);
    let mut gaps: Vec<Gap> = found.gaps;
    gaps.sort();
    gaps.dedup();
    writer.write(&Shard::new(&key(Kind::Accesses), true, found.accesses, Vec::new()))?;
    writer.write(&Shard::new(&key(Kind::Lifecycle), true, found.lifecycle, Vec::new()))?;
    writer.write(&Shard::new(&key(Kind::Coverage), true, found.coverage, gaps))
}
