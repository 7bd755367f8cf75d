//! KMS grants.
//!
//! Source: KMS Developer Guide, "Grants in AWS KMS" and "Using grant constraints".

use std::collections::BTreeMap;

use super::condition::Test;
use super::context::Lookup;
use super::possible::Uses;
use super::principal::Caller;
use super::request::Request;
use super::template::{Template, Wildcards};
use super::tri::{Logic, Tri};

/// A grant: it lets one principal use a key, and only the key's policy or an organization's can stop it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Who may use the key.
    pub grantee: Caller,
    /// The operations, such as `Decrypt`.
    pub operations: Vec<String>,
    /// Pairs that the encryption context must contain.
    pub context_subset: BTreeMap<String, String>,
    /// The pairs that the encryption context must be.
    pub context_equals: BTreeMap<String, String>,
}

/// The key whose values are the keys of the encryption context.
const KEYS: &str = "kms:encryptioncontextkeys";

impl Grant {
    /// Whether the grant lets a request pass.
    pub fn allows(&self, request: &Request<'_>) -> Tri {
        let is_covered = |operation: &String| {
            request.action.strip_prefix("kms:").is_some_and(|name| name.eq_ignore_ascii_case(operation))
        };
        if !(self.is_grantee(request.caller) && self.operations.iter().any(is_covered)) {
            return Tri::No;
        }
        let pairs = self.context_subset.iter().chain(&self.context_equals);
        let equal = Tri::all(pairs.map(|(key, value)| pair_holds(request, key, value)));
        if self.context_equals.is_empty() { equal } else { equal.and(self.holds_no_more(request)) }
    }

    /// Notes what the constraints ask of unknown keys.
    pub(super) fn note(&self, request: &Request<'_>, note: &mut impl FnMut(&str, &dyn Fn(&mut Uses))) {
        for (key, value) in self.context_subset.iter().chain(&self.context_equals) {
            let template = Template::new(value, Wildcards::Plain, false);
            let test = Test::Text(template);
            let key = format!("kms:encryptioncontext:{}", key.to_lowercase());
            note(&key, &|uses| uses.test(&test, request.context));
        }
        note(KEYS, &Uses::open);
    }

    /// A grant to a role is one to its sessions.
    fn is_grantee(&self, caller: &Caller) -> bool {
        match (&self.grantee, caller) {
            (Caller::Role(role), Caller::Session { role: own, .. } | Caller::Role(own)) => {
                role.account == own.account && role.bare_name() == own.bare_name()
            }
            (grantee, caller) => grantee == caller,
        }
    }

    /// Whether the encryption context has no other keys.
    fn holds_no_more(&self, request: &Request<'_>) -> Tri {
        let is_named = |key: &str| self.context_equals.contains_key(key);
        match request.context.get(KEYS) {
            Lookup::Unknown => Tri::Unknown,
            Lookup::Absent => Tri::Yes,
            Lookup::One(key) => Tri::from(is_named(key)),
            Lookup::Many(keys) => Tri::from(keys.iter().all(|key| is_named(key))),
        }
    }
}

fn pair_holds(request: &Request<'_>, key: &str, value: &str) -> Tri {
    match request.context.get(&format!("kms:encryptioncontext:{}", key.to_lowercase())) {
        Lookup::Unknown => Tri::Unknown,
        Lookup::One(found) => Tri::from(found == value),
        Lookup::Absent | Lookup::Many(_) => Tri::No,
    }
}
