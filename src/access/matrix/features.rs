//! What can tell secrets apart, worked out once and looked up often.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::access::context;
use crate::access::estate::Estate;
use crate::policy::{ArnPattern, Condition, Context, Lookup, Named, Policy, Tri};

/// For each secret a number; secrets with the same number are not told apart.
#[derive(Debug)]
pub(super) enum Column {
    /// A number for each secret.
    Dense(Vec<u32>),
    /// The secrets whose number is not 0, in order.
    Sparse(Vec<(u32, u32)>),
}

impl Column {
    /// Of a column of which most numbers are 0 the others are kept.
    fn new(mut others: Vec<(u32, u32)>, count: usize) -> Self {
        others.sort_unstable();
        if others.len() * 8 < count {
            others.shrink_to_fit();
            return Self::Sparse(others);
        }
        let mut numbers = vec![0; count];
        for (place, number) in others {
            if let Some(cell) = numbers.get_mut(place as usize) {
                *cell = number;
            }
        }
        Self::Dense(numbers)
    }

    /// The number of a secret.
    pub(super) fn at(&self, place: u32) -> u32 {
        match self {
            Self::Dense(numbers) => numbers.get(place as usize).copied().unwrap_or_default(),
            Self::Sparse(others) => {
                let found = others.binary_search_by_key(&place, |(known, _)| *known).ok();
                found.and_then(|index| others.get(index)).map_or(0, |(_, number)| *number)
            }
        }
    }

    /// The secrets whose number is not 0.
    pub(super) fn others(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        match self {
            Self::Dense(numbers) => {
                let places = (0_u32..).zip(numbers).filter(|(_, number)| **number != 0);
                Box::new(places.map(|(place, _)| place))
            }
            Self::Sparse(others) => Box::new(others.iter().map(|(place, _)| *place)),
        }
    }
}

/// Keys whose values belong to the secret rather than to its place.
fn is_of_secret(key: &str) -> bool {
    key.starts_with("aws:resourcetag/")
        || key.starts_with("secretsmanager:resourcetag/")
        || matches!(
            key,
            "secretsmanager:secretid"
                | "secretsmanager:secretprimaryregion"
                | "secretsmanager:resource/allowrotationlambdaarn"
                | "kms:encryptioncontext:secretarn"
        )
}

/// The values that a question of a principal rests on: of the variables that it mentions.
type Values = Vec<Option<String>>;

/// The secrets of an estate, with what was worked out about them.
pub(super) struct World<'e, 's> {
    pub(super) estate: &'e Estate<'s>,
    /// By account, Region and keys: secrets of the same number differ in name, tags and resource policy only.
    pub(super) places: Vec<u32>,
    /// The resource policy of each secret, 0 where there is none.
    pub(super) documents: Vec<u32>,
    /// The secrets of each account.
    pub(super) by_account: BTreeMap<String, Vec<u32>>,
    /// Secrets whose policy may concern anybody.
    pub(super) for_anybody: Vec<u32>,
    /// Secrets whose policy names a principal by its ARN.
    pub(super) for_somebody: HashMap<String, Vec<u32>>,
    /// The rotation function of each secret, 0 where there is none.
    pub(super) functions: Vec<u32>,
    /// The secrets in the order of the resource part of their ARNs.
    sorted: Vec<u32>,
    contexts: Vec<Context>,
    patterns: Mutex<HashMap<(ArnPattern, Values), Arc<Column>>>,
    conditions: Mutex<HashMap<(usize, Values), Arc<Column>>>,
}

impl<'e, 's> World<'e, 's> {
    pub(super) fn new(estate: &'e Estate<'s>) -> Self {
        let count = u32::try_from(estate.secrets.len()).unwrap_or(u32::MAX);
        let mut sorted: Vec<u32> = (0..count).collect();
        sorted.sort_by(|a, b| resource(estate, *a).cmp(resource(estate, *b)));
        let mut by_account: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (place, secret) in (0..count).zip(&estate.secrets) {
            by_account.entry(secret.account.to_string()).or_default().push(place);
        }
        let documents = documents(estate);
        let (for_anybody, for_somebody) = concerned(estate);
        let contexts = estate.secrets.iter().map(|secret| {
            let mut context = Context::new();
            context::about_secret(estate, secret, &mut context);
            context.set("kms:EncryptionContext:SecretARN", secret.record.arn.as_str());
            context
        });
        Self {
            estate,
            places: places(estate),
            documents,
            by_account,
            for_anybody,
            for_somebody,
            functions: functions(estate),
            sorted,
            contexts: contexts.collect(),
            patterns: Mutex::default(),
            conditions: Mutex::default(),
        }
    }

    /// How a resource pattern tells secrets apart for a principal: 0 no match, 1 match, else what variables must hold.
    pub(super) fn pattern(&self, pattern: &ArnPattern, context: &Context) -> Arc<Column> {
        let key = (pattern.clone(), values(&pattern.keys(), context));
        if let Some(known) = lock(&self.patterns).get(&key) {
            return Arc::clone(known);
        }
        let column = Arc::new(self.work_out_pattern(pattern, context));
        Arc::clone(lock(&self.patterns).entry(key).or_insert(column))
    }

    fn work_out_pattern(&self, pattern: &ArnPattern, context: &Context) -> Column {
        let mut others = Vec::new();
        let mut captures: HashMap<Vec<String>, u32> = HashMap::new();
        let of_secret = pattern.keys().into_iter().any(is_of_secret);
        for place in self.with_prefix(pattern.resource_prefix()) {
            let Some(secret) = self.estate.secrets.get(*place as usize) else { continue };
            let arn = &secret.record.arn;
            let code = match pattern.covers(arn, context) {
                // What varies with the secret is left to the evaluation of each.
                _ if of_secret => place + 2,
                Tri::No => continue,
                Tri::Yes => 1,
                Tri::Unknown => {
                    let next = u32::try_from(captures.len()).unwrap_or(u32::MAX - 2) + 2;
                    *captures.entry(pattern.captures(arn, context)).or_insert(next)
                }
            };
            others.push((*place, code));
        }
        Column::new(others, self.estate.secrets.len())
    }

    /// The secrets the resource part of whose ARN begins so.
    fn with_prefix(&self, prefix: &str) -> &[u32] {
        let start = self.sorted.partition_point(|place| resource(self.estate, *place) < prefix);
        let rest = self.sorted.get(start..).unwrap_or_default();
        let length = rest.partition_point(|place| resource(self.estate, *place).starts_with(prefix));
        rest.get(..length).unwrap_or_default()
    }

    /// How a condition tells secrets apart for a principal; none where it does not look at secrets.
    pub(super) fn condition(&self, condition: &Condition, context: &Context) -> Option<Arc<Column>> {
        let keys = condition.keys();
        let (of_secret, of_caller): (Vec<&str>, Vec<&str>) =
            keys.into_iter().partition(|key| is_of_secret(key));
        if of_secret.is_empty() {
            return None;
        }
        // A policy lives as long as the estate, so the address of its condition is its name.
        let key = (std::ptr::from_ref(condition) as usize, values(&of_caller, context));
        if let Some(known) = lock(&self.conditions).get(&key) {
            return Some(Arc::clone(known));
        }
        let column = Arc::new(self.work_out_condition(condition, &of_secret, context));
        Some(Arc::clone(lock(&self.conditions).entry(key).or_insert(column)))
    }

    fn work_out_condition(&self, condition: &Condition, of_secret: &[&str], context: &Context) -> Column {
        let mut known: HashMap<Values, u32> = HashMap::new();
        let mut context = context.clone();
        let mut others = Vec::new();
        for (place, own) in (0_u32..).zip(&self.contexts) {
            let values = values(of_secret, own);
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX - 2) + 2;
            let code = *known.entry(values.clone()).or_insert_with(|| {
                for (key, value) in of_secret.iter().zip(values) {
                    match value {
                        Some(value) => context.set(key, value),
                        None => context.set_absent(key),
                    }
                }
                match condition.holds(&context) {
                    Tri::No => 0,
                    Tri::Yes => 1,
                    Tri::Unknown => next,
                }
            });
            others.extend((code != 0).then_some((place, code)));
        }
        Column::new(others, self.contexts.len())
    }

    /// Whether a policy tells the secrets of one document apart.
    pub(super) fn is_about_secrets(policy: &Policy) -> bool {
        policy.statements().iter().any(|statement| {
            statement.resource_patterns().iter().any(|pattern| !pattern.is_everything())
                || statement.conditions.iter().flat_map(Condition::keys).any(is_of_secret)
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn resource<'e>(estate: &'e Estate<'_>, place: u32) -> &'e str {
    let secret = estate.secrets.get(place as usize);
    secret.and_then(|secret| secret.record.arn.splitn(6, ':').nth(5)).unwrap_or_default()
}

fn values(keys: &[&str], context: &Context) -> Values {
    let value = |key: &&str| match context.get(key) {
        Lookup::One(value) => Some(value.to_owned()),
        Lookup::Many(values) => Some(values.join("\n")),
        Lookup::Absent => None,
        Lookup::Unknown => Some("\u{0}unknown".to_owned()),
    };
    keys.iter().map(value).collect()
}

/// Numbers things by what they are, from 1.
struct Numbering<K>(HashMap<K, u32>);

impl<K: std::hash::Hash + Eq> Numbering<K> {
    fn of(&mut self, key: K) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX - 1) + 1;
        *self.0.entry(key).or_insert(next)
    }
}

/// By account, Region and keys. A key whose policy or grants look at secrets makes each of its secrets a place of its
/// own.
fn places(estate: &Estate<'_>) -> Vec<u32> {
    let mut numbering = Numbering(HashMap::new());
    let of_secret = estate.secrets.iter().enumerate().map(|(place, secret)| {
        let keys: Vec<usize> = secret.keys.clone();
        let is_picky = |key: &usize| {
            estate.keys.get(*key).is_some_and(|key| {
                let looks = |condition: &Condition| condition.keys().into_iter().any(is_of_secret);
                let conditions =
                    key.effective.statements().iter().flat_map(|statement| statement.conditions.iter());
                let has_constraints = key
                    .grants
                    .iter()
                    .any(|grant| !grant.context_subset.is_empty() || !grant.context_equals.is_empty());
                has_constraints || conditions.into_iter().any(looks)
            })
        };
        let own = secret.keys.iter().any(is_picky).then_some(place);
        numbering.of((secret.account.as_str(), secret.region.as_str(), keys, secret.has_unseen_key, own))
    });
    of_secret.collect()
}

/// The resource policies by number. A policy that tells its secrets apart counts for each of them by itself.
fn documents(estate: &Estate<'_>) -> Vec<u32> {
    let mut numbering = Numbering(HashMap::new());
    let of_secret = estate.secrets.iter().enumerate().map(|(place, secret)| match secret.policy.policy() {
        None => 0,
        Some(policy) => {
            let own = World::is_about_secrets(policy).then_some(place);
            numbering.of((Arc::as_ptr(policy) as usize, own))
        }
    });
    of_secret.collect()
}

/// The rotation functions by number.
fn functions(estate: &Estate<'_>) -> Vec<u32> {
    let mut numbering = Numbering(HashMap::new());
    let functions = estate.secrets.iter().map(|secret| secret.record.rotation_lambda_arn.as_deref());
    functions.map(|function| function.map_or(0, |function| numbering.of(function))).collect()
}

/// The secrets whose policies may concern anybody, and those whose policies name somebody.
fn concerned(estate: &Estate<'_>) -> (Vec<u32>, HashMap<String, Vec<u32>>) {
    let mut for_anybody = Vec::new();
    let mut for_somebody: HashMap<String, Vec<u32>> = HashMap::new();
    for (place, secret) in (0_u32..).zip(&estate.secrets) {
        let Some(policy) = secret.policy.policy() else { continue };
        let mut is_general = false;
        for principals in policy.statements().iter().filter_map(|statement| statement.principals.as_ref()) {
            is_general |= principals.negated;
            for name in &principals.names {
                match name {
                    Named::Caller(caller) => for_somebody.entry(caller.to_string()).or_default().push(place),
                    Named::Service(service) => for_somebody.entry(service.clone()).or_default().push(place),
                    Named::Everyone | Named::Account(_) => is_general = true,
                    _ => {}
                }
            }
        }
        if is_general {
            for_anybody.push(place);
        }
    }
    (for_anybody, for_somebody)
}
