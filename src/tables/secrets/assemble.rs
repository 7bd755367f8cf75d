//! Puts the facts about a secret together.

use super::SecretFacts;
use super::subject::Subject;
use super::{credentials, naming, reads, rotation, values};
use crate::model::{Gap, GapCause, whole_days_between};
use crate::snapshot::records::Secret;
use crate::tables::context::{AccountContext, Answer, Context, RegionContext};
use crate::tables::gaps::own_gap;
use crate::tables::schema::Group;

/// All facts about a secret that the snapshot holds.
pub(in crate::tables) fn assemble<'a>(
    all: &'a Context<'a>,
    account: &'a AccountContext<'a>,
    region: &'a RegionContext<'a>,
    secret: &'a Secret,
) -> SecretFacts {
    let subject = Subject { all, account, region, secret };
    let mut facts = identity(&subject);
    inventory(&subject, &mut facts);
    if subject.is_detailed() {
        detail(&subject, &mut facts);
        rotation::fill(&subject, &mut facts);
        facts.miss(Group::Inventory, facts.age_days.is_none().then(|| subject.undated()));
        facts.miss(Group::InventoryDetail, facts.days_since_rotation.is_none().then(|| subject.undated()));
    } else {
        facts.miss(Group::InventoryDetail, [not_carried(&subject)]);
        facts.miss(Group::Inventory, secret.created.is_none().then(|| not_carried(&subject)));
    }
    values::fill(&subject, &mut facts);
    overdue(&mut facts);
    policy(&subject, &mut facts);
    reads::fill(&subject, &mut facts);
    facts.class = facts.owning_service.as_ref().map(|owner| naming::class(secret, owner).to_owned());
    facts
}

fn identity(subject: &Subject<'_>) -> SecretFacts {
    let (account, region) = subject.place();
    let name = &subject.secret.name;
    SecretFacts {
        arn: subject.secret.arn.clone(),
        name: name.clone(),
        account: account.to_string(),
        region: region.to_string(),
        partition: subject.account.data.entry.partition.to_string(),
        name_environment: naming::name_environment(name, subject.all.settings),
        name_ends_like_suffix: naming::ends_like_suffix(name),
        collides_with: naming::collision(subject.secret, &subject.region.by_name),
        ..SecretFacts::default()
    }
}

fn inventory(subject: &Subject<'_>, facts: &mut SecretFacts) {
    let secret = subject.secret;
    let settings = subject.all.settings;
    let own_tags = secret.tags.iter().filter(|tag| !tag.key.starts_with("aws:")).count();
    facts.description = Some(secret.description.clone().unwrap_or_default());
    facts.tag_count = i64::try_from(own_tags).ok();
    facts.age_days = secret.created.map(|created| whole_days_between(created, settings.as_of));
    facts.tag_environment = Some(naming::tag_environment(&secret.tags, settings));
    facts.production = Some(naming::is_production(&secret.name, &secret.tags, settings));
    facts.sensitive = Some(naming::is_sensitive(&secret.tags, settings));
    facts.credential_in_metadata = Some(credentials::found_in(secret));
}

fn detail(subject: &Subject<'_>, facts: &mut SecretFacts) {
    let secret = subject.secret;
    let owner = subject.owning_service();
    let is_replica = subject.is_replica();
    let own_region = subject.region.data.region.to_string();
    facts.is_replica = Some(is_replica);
    facts.primary_region = Some(secret.primary_region.clone().unwrap_or(own_region));
    facts.pending_deletion = Some(secret.deleted.is_some());
    facts.days_since_deletion =
        Some(secret.deleted.map_or(0, |asked| whole_days_between(asked, subject.all.as_of()).max(0)));
    facts.customer_secret = Some(!is_replica && secret.deleted.is_none() && owner.is_empty());
    facts.service_owned = Some(!owner.is_empty());
    facts.owning_service = Some(owner);
    facts.external_type = Some(secret.secret_type.clone().unwrap_or_default());
}

/// Rests on the versions and on the rules of rotation: where the latter are not carried, they are the reason.
fn overdue(facts: &mut SecretFacts) {
    facts.days_overdue = rotation::days_overdue(facts);
    if facts.days_overdue.is_none() {
        let of_rules =
            facts.gaps.iter().filter(|gap| gap.0 == Group::InventoryDetail).map(|gap| gap.1.clone());
        let of_rules: Vec<_> = of_rules.collect();
        facts.miss(Group::Versions, of_rules);
    }
}

fn policy(subject: &Subject<'_>, facts: &mut SecretFacts) {
    match subject.region.policies.get(&subject.secret.arn) {
        Answer::Known(record) => facts.has_resource_policy = Some(record.policy.is_some()),
        // AWS refuses the policy of a secret that is scheduled for deletion by nature: nothing acts on it.
        Answer::Missing(_) if subject.secret.deleted.is_some() => facts.has_resource_policy = Some(false),
        Answer::Missing(gaps) => {
            facts.miss(Group::ResourcePolicy, subject.explained(Group::ResourcePolicy, gaps));
        }
    }
}

fn not_carried(subject: &Subject<'_>) -> Gap {
    let message = "AWS Config does not carry this fact; audit with `--inventory secrets-manager`";
    own_gap(GapCause::NotCarried, "secretsmanager:ListSecrets", subject.place(), &subject.secret.arn, message)
}
