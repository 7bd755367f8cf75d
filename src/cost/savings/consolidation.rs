//! Secrets with the same readers that could be one secret with several values.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{argument, count, delete_secret, production};
use super::{Draft, Effect, IDLE_DAYS, Sight};
use crate::cost::charges::secrets;
use crate::cost::facts::SecretFacts;
use crate::model::{NotJudged, SavingConfidence, SavingKind};

/// How many secrets are put into one at most: a value holds 64 KB, and nobody sees how large those of today are.
const TOGETHER: usize = 10;

/// Classes whose secrets are one value; those for databases hold several already, and others are files.
const ONE_VALUE: [&str; 3] = ["api-key", "oauth", "other"];

/// What secrets must share: place, key, owner, environment, the folder of their names, and all readers.
type Shared<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str, BTreeSet<&'a str>);

pub(super) fn find<'a>(sight: &Sight<'a>, not_judged: &mut BTreeSet<NotJudged>) -> Vec<Draft<'a>> {
    let mut groups: BTreeMap<Shared<'a>, Vec<(usize, &'a SecretFacts<'a>)>> = BTreeMap::new();
    let mut dark = 0_u64;
    for (row, secret) in sight.customer().filter(|(_, secret)| is_plain(secret)) {
        if secret.trail_days < IDLE_DAYS {
            dark += 1;
        } else if let Some(shared) = shared(sight, row, secret) {
            groups.entry(shared).or_default().push((row, secret));
        }
    }
    if dark > 0 {
        let what = secrets(dark);
        let why = format!("{what} whose readers of {IDLE_DAYS} days the trail does not show");
        not_judged.insert(NotJudged { kind: SavingKind::Consolidation, why });
    }
    let groups = groups.into_iter().filter(|(_, members)| members.len() > 1);
    groups
        .flat_map(|(shared, members)| {
            let parts: Vec<Vec<_>> = members.chunks(TOGETHER).map(<[_]>::to_vec).collect();
            parts.into_iter().filter_map(move |part| draft(&shared, &part))
        })
        .collect()
}

/// Whether it has nothing that it could not share.
fn is_plain(secret: &SecretFacts<'_>) -> bool {
    secret.rotates == Some(false)
        && secret.replicas == Some(0)
        && secret.has_policy == Some(false)
        && secret.class.is_some_and(|class| ONE_VALUE.contains(&class))
        && secret.place.name.contains('/')
}

fn shared<'a>(sight: &Sight<'a>, row: usize, secret: &'a SecretFacts<'a>) -> Option<Shared<'a>> {
    let reads = sight.reads_of(row).iter().filter(|read| read.allowed && read.count > 0);
    let readers: BTreeSet<&str> = reads.map(|read| read.principal).collect();
    if readers.is_empty() {
        return None;
    }
    let place = &secret.place;
    let (folder, _) = place.name.rsplit_once('/')?;
    Some((place.account, place.region, secret.key_arn?, place.owner, place.environment, folder, readers))
}

fn draft<'a>(shared: &Shared<'a>, members: &[(usize, &'a SecretFacts<'a>)]) -> Option<Draft<'a>> {
    let (_, first) = members.first()?;
    if members.len() < 2 {
        return None;
    }
    let (_, region, _, _, _, folder, readers) = shared;
    let names: Vec<&str> = members.iter().map(|(_, secret)| secret.place.name).collect();
    let all: Vec<&SecretFacts<'_>> = members.iter().map(|(_, secret)| *secret).collect();
    let mut warnings = vec![
        "whether each is one value, and all of them fit into 64 KB, is not to be seen from outside"
            .to_owned(),
        "whoever may read one will be able to read all".to_owned(),
    ];
    warnings.extend(production(&all));
    let target = argument(&format!("{folder}/all"));
    let region = argument(region);
    let create = format!(
        "aws secretsmanager create-secret --region {region} --name {target} --secret-string file://all.json"
    );
    let deletes = members.iter().map(|(_, secret)| delete_secret(&secret.place));
    Some(Draft {
        kind: SavingKind::Consolidation,
        confidence: SavingConfidence::Possible,
        place: &first.place,
        name: format!("{folder}/ ({})", count(members.len(), "secret", "secrets")),
        resources: all.iter().map(|secret| secret.place.arn).collect(),
        evidence: vec![
            format!("the trail shows the same {} of each: {}", readers_of(readers), listed(readers)),
            format!("one key, one owner and one environment for {}", names.join(", ")),
        ],
        warnings,
        commands: std::iter::once(create).chain(deletes).collect(),
        effect: Effect::Merge(members.iter().map(|(row, _)| *row).collect()),
    })
}

fn readers_of(readers: &BTreeSet<&str>) -> String {
    count(readers.len(), "reader", "readers")
}

fn listed(readers: &BTreeSet<&str>) -> String {
    readers.iter().copied().collect::<Vec<_>>().join(", ")
}
