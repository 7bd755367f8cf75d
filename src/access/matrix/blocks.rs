//! Secrets that nothing tells apart for a principal, and what it can do with them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::features::{Column, World};
use super::{Block, Members, Powers, PrincipalClass, Steps};
use crate::access::SecretNode;
use crate::access::can::{Asking, actions};
use crate::access::escalate::Climber;
use crate::access::inquiry::ACTIONS;
use crate::access::principal::Principal;
use crate::model::{AccessLevel, PrincipalType};
use crate::policy::{ArnPattern, CompiledStatement, Context, Effect, Policy};

/// What the principals of each class can do.
pub(super) fn work_out(world: &World<'_, '_>, classes: &[Vec<usize>]) -> Vec<PrincipalClass> {
    let mut done = Vec::with_capacity(classes.len());
    for class in classes {
        let first = class.first().and_then(|place| world.estate.principals.get(*place));
        let blocks = first.map(|principal| blocks(world, principal)).unwrap_or_default();
        done.push(PrincipalClass { principals: class.clone(), blocks: Arc::new(blocks) });
    }
    done
}

fn blocks(world: &World<'_, '_>, principal: &Principal) -> Vec<Block> {
    let asking = Asking::new(world.estate, principal);
    let climber = Climber::new(world.estate, principal);
    let changes_functions =
        climber.as_ref().is_some_and(|climber| climber.holds("lambda:UpdateFunctionCode"));
    let reader = Reader { world, principal, context: asking.context(), changes_functions };
    let mut by_powers: BTreeMap<Powers, Vec<u32>> = BTreeMap::new();
    for group in reader.groups() {
        let first = group.first().and_then(|place| world.estate.secrets.get(*place as usize));
        let Some(secret) = first else { continue };
        let powers = powers(&asking, climber.as_ref(), secret);
        if powers.are_any() {
            by_powers.entry(powers).or_default().extend(group);
        }
    }
    let count = world.estate.secrets.len();
    let block = |(powers, places)| Block { secrets: Arc::new(Members::new(places, count)), powers };
    by_powers.into_iter().map(block).collect()
}

fn powers<'e, 's>(
    asking: &Asking<'e, 's>,
    climber: Option<&Climber<'e, 's>>,
    secret: &'e SecretNode<'s>,
) -> Powers {
    let levels = AccessLevel::ALL.map(|level| asking.answer(secret, level));
    let [read, _, delete, _] = levels;
    let reads = read.is_possible();
    let steps = climber.filter(|_| !reads).map(|climber| climber.on_secret(secret)).unwrap_or_default();
    Powers {
        levels,
        reads_without_mfa: reads && asking.reads_without_mfa(secret, read),
        deletes_for_good: delete.is_possible() && asking.deletes_for_good(secret),
        key_refuses: !reads
            && actions(AccessLevel::Read).any(|action| asking.gets_without_key(secret, action)),
        steps: Steps::new(steps.iter().map(|step| step.step.as_str())),
    }
}

/// Everything that an action of some level is, on secrets and on keys, in lower case.
fn all_actions() -> (Vec<&'static str>, Vec<&'static str>) {
    let asked: Vec<_> = AccessLevel::ALL.into_iter().flat_map(actions).collect();
    let on_secrets = asked.iter().map(|action| action.action).collect();
    let on_keys = ACTIONS.iter().filter_map(|action| action.key_action).collect();
    (on_secrets, on_keys)
}

struct Reader<'w, 'e, 's> {
    world: &'w World<'e, 's>,
    principal: &'w Principal,
    context: &'w Context,
    /// Whether it can change the code of some function, and so act as its role.
    changes_functions: bool,
}

impl Reader<'_, '_, '_> {
    /// The secrets that may be within reach, in groups that nothing tells apart.
    fn groups(&self) -> Vec<Vec<u32>> {
        let concerned = self.concerned();
        let candidates = self.candidates(&concerned);
        let columns = self.columns();
        let mut by_place = Split::default();
        let mut by_function = Split::default();
        let mut splits: Vec<Split> = columns.iter().map(|_| Split::default()).collect();
        let mut members: Vec<Vec<u32>> = Vec::new();
        for place in candidates {
            let at = place as usize;
            let document = if concerned.contains(&place) { cell(&self.world.documents, at) } else { 0 };
            let function = if self.changes_functions { cell(&self.world.functions, at) } else { 0 };
            let mut group = by_place.number(cell(&self.world.places, at), document);
            group = by_function.number(group, function);
            for (column, split) in columns.iter().zip(&mut splits) {
                group = split.number(group, column.at(place));
            }
            let group = group as usize;
            if members.len() <= group {
                members.resize_with(group + 1, Vec::new);
            }
            if let Some(group) = members.get_mut(group) {
                group.push(place);
            }
        }
        members.retain(|group| !group.is_empty());
        members
    }

    /// The secrets whose resource policies may name the principal.
    fn concerned(&self) -> HashSet<u32> {
        let mut concerned: HashSet<u32> = self.world.for_anybody.iter().copied().collect();
        let own = self.world.for_somebody.get(&self.principal.arn);
        concerned.extend(own.into_iter().flatten());
        if let (PrincipalType::Session, crate::policy::Caller::Session { role, .. }) =
            (self.principal.kind, &self.principal.caller)
        {
            let name = format!("arn:{}:iam::{}:role/{}", role.partition, role.account, role.name);
            concerned.extend(self.world.for_somebody.get(&name).into_iter().flatten());
        }
        concerned
    }

    /// The secrets that some policy may put within reach.
    fn candidates(&self, concerned: &HashSet<u32>) -> Vec<u32> {
        let mut candidates: Vec<u32> = Vec::new();
        let account = self.principal.account.as_ref().map(ToString::to_string).unwrap_or_default();
        let own = self.world.by_account.get(&account).map(Vec::as_slice).unwrap_or_default();
        let allowing = self.allowing();
        let everywhere = allowing.iter().any(Allowing::is_everywhere);
        if everywhere || self.changes_functions {
            candidates.extend_from_slice(own);
        } else {
            let matched =
                allowing.iter().flat_map(|statement| &statement.columns).flat_map(|column| column.others());
            candidates.extend(matched.filter(|place| self.is_own(*place, &account)));
            candidates.extend(concerned.iter().filter(|place| self.is_own(**place, &account)));
        }
        candidates.extend(concerned.iter().filter(|place| !self.is_own(**place, &account)));
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    fn is_own(&self, place: u32, account: &str) -> bool {
        let secret = self.world.estate.secrets.get(place as usize);
        secret.is_some_and(|secret| secret.account.as_str() == account)
    }

    /// For each statement that allows something about secrets: how its patterns tell secrets apart.
    fn allowing(&self) -> Vec<Allowing> {
        let (on_secrets, _) = all_actions();
        let policies = self.principal.identity.iter().map(|held| held.policy.as_ref());
        let statements = policies.flat_map(Policy::statements).filter(|statement| {
            statement.effect == Effect::Allow
                && on_secrets.iter().any(|action| statement.covers_action(action))
        });
        let columns = |statement: &CompiledStatement| {
            let patterns = statement.resource_patterns();
            let narrow = patterns.iter().filter(|pattern| !pattern.is_everything());
            Allowing {
                leaves_out: statement.leaves_out_resources(),
                has_star: patterns.iter().any(ArnPattern::is_everything),
                columns: narrow.map(|pattern| self.world.pattern(pattern, self.context)).collect(),
            }
        };
        statements.map(columns).collect()
    }

    /// Everything by which policies of the principal and of organizations tell secrets apart.
    fn columns(&self) -> Vec<Arc<Column>> {
        let (on_secrets, on_keys) = all_actions();
        let own = self.principal.identity.iter().chain(&self.principal.boundary).map(|held| &held.policy);
        let mut columns: Vec<Arc<Column>> = Vec::new();
        let mut seen = HashSet::new();
        let mut add = |column: Arc<Column>| {
            if seen.insert(Arc::as_ptr(&column) as usize) {
                columns.push(column);
            }
        };
        let mut read = HashSet::new();
        for policy in own.chain(self.world.estate.organizations.policies()) {
            if !read.insert(Arc::as_ptr(policy) as usize) {
                continue;
            }
            for statement in policy.statements() {
                let is_about =
                    |actions: &[&str]| actions.iter().any(|action| statement.covers_action(action));
                if is_about(&on_secrets) {
                    let patterns = statement.resource_patterns().iter();
                    for pattern in patterns.filter(|pattern| !pattern.is_everything()) {
                        add(self.world.pattern(pattern, self.context));
                    }
                }
                if is_about(&on_secrets) || is_about(&on_keys) {
                    for condition in &statement.conditions {
                        if let Some(column) = self.world.condition(condition, self.context) {
                            add(column);
                        }
                    }
                }
            }
        }
        columns
    }
}

/// How a statement that allows something tells secrets apart.
struct Allowing {
    leaves_out: bool,
    has_star: bool,
    columns: Vec<Arc<Column>>,
}

impl Allowing {
    /// Whether it may allow something about any secret.
    fn is_everywhere(&self) -> bool {
        self.leaves_out || self.has_star
    }
}

/// Splits groups by a number: each pair of a group and a number is a group of its own.
#[derive(Default)]
struct Split {
    /// For the numbers 0 and 1, which are nearly all: the new group by the old one, from 1.
    common: Vec<[u32; 2]>,
    others: HashMap<(u32, u32), u32>,
    count: u32,
}

impl Split {
    /// The new group, from 0.
    fn number(&mut self, group: u32, number: u32) -> u32 {
        let at = group as usize;
        if number < 2 && self.common.len() <= at {
            self.common.resize(at + 1, [0, 0]);
        }
        let common = self.common.get_mut(at).and_then(|pair| pair.get_mut(number as usize));
        let known = match common {
            Some(known) => known,
            None => self.others.entry((group, number)).or_default(),
        };
        if *known == 0 {
            self.count += 1;
            *known = self.count;
        }
        *known - 1
    }
}

fn cell(column: &[u32], at: usize) -> u32 {
    column.get(at).copied().unwrap_or_default()
}
