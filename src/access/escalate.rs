//! One step from reading: what somebody who cannot read a secret can do to be able to.

use std::collections::{BTreeMap, HashMap};

use super::can::{Asking, access, is_administrator};
use super::context;
use super::estate::{Estate, SecretNode};
use super::inquiry::SecretAction;
use super::principal::Principal;
use crate::model::{Becomes, PrincipalType};
use crate::policy::{Context, Decision, Layers, Named, Policy, Question, Request, decide_partly};

/// Changes that let a principal give itself any permission.
const ON_ITSELF: &[(PrincipalType, &str)] = &[
    (PrincipalType::User, "iam:PutUserPolicy"),
    (PrincipalType::User, "iam:AttachUserPolicy"),
    (PrincipalType::Role, "iam:PutRolePolicy"),
    (PrincipalType::Role, "iam:AttachRolePolicy"),
];

/// Changes that let somebody act as another principal.
const ON_READERS: &[(PrincipalType, &str)] = &[
    (PrincipalType::Role, "sts:AssumeRole"),
    (PrincipalType::Role, "iam:UpdateAssumeRolePolicy"),
    (PrincipalType::User, "iam:CreateAccessKey"),
    (PrincipalType::User, "iam:UpdateLoginProfile"),
];

/// Somebody with what it takes to ask about steps.
pub(super) struct Climber<'e, 's> {
    estate: &'e Estate<'s>,
    principal: &'e Principal,
    context: Context,
}

impl<'e, 's> Climber<'e, 's> {
    /// Somebody who may climb: a user or role that is no administrator and not bound to a service.
    pub(super) fn new(estate: &'e Estate<'s>, principal: &'e Principal) -> Option<Self> {
        let may =
            principal.kind.is_own() && !principal.service_linked && !is_administrator(estate, principal);
        let mut context = context::of_principal(estate, principal);
        context.unknown_unless_given(&["sts:*"]);
        may.then_some(Self { estate, principal, context })
    }

    /// Whether its own policies speak of an action at all.
    pub(super) fn holds(&self, action: &str) -> bool {
        let action = action.to_lowercase();
        let policies = self.principal.identity.iter().flat_map(|held| held.policy.statements());
        policies.into_iter().any(|statement| statement.covers_action(&action))
    }

    fn ask(
        &self,
        action: &str,
        resource: &str,
        account: &str,
        policy: Option<&Policy>,
        is_key: bool,
    ) -> Decision {
        let action = action.to_lowercase();
        let request = Request::new(&self.principal.caller, &action, resource, account, &self.context);
        let shared = super::inquiry::shared_layers(self.estate, self.principal, account);
        let question = Question { request, layers: Layers { resource: policy, is_key, ..shared } };
        decide_partly(std::slice::from_ref(&question))
    }

    /// The changes by which it gives itself permissions.
    pub(super) fn on_itself(&self) -> Vec<Becomes> {
        let own = self.principal.account.as_ref().map(ToString::to_string).unwrap_or_default();
        let fitting =
            ON_ITSELF.iter().filter(|(kind, action)| *kind == self.principal.kind && self.holds(action));
        let steps =
            fitting.map(|(_, action)| (*action, self.ask(action, &self.principal.arn, &own, None, false)));
        steps
            .filter_map(|(action, decision)| self.step(action, &self.principal.arn, decision))
            .take(1)
            .collect()
    }

    /// The steps by which it acts as another principal.
    pub(super) fn towards(&self, reader: &Principal) -> Vec<Becomes> {
        let Some(account) = &reader.account else { return Vec::new() };
        let trust = reader.trust.as_deref();
        let mut steps = Vec::new();
        for (kind, action) in ON_READERS.iter().filter(|(kind, _)| *kind == reader.kind) {
            let is_assumption = *action == "sts:AssumeRole";
            let names_it = is_assumption && trust.is_some_and(|trust| self.is_named_by(trust));
            if reader.service_linked || *kind != reader.kind || !(names_it || self.holds(action)) {
                continue;
            }
            let policy = if is_assumption { trust } else { None };
            if is_assumption && policy.is_none() {
                continue;
            }
            let decision = if is_assumption {
                self.assume(reader, account.as_str(), policy)
            } else {
                self.ask(action, &reader.arn, account.as_str(), None, false)
            };
            steps.extend(self.step(action, &reader.arn, decision));
        }
        steps
    }

    /// A trust policy must let the caller in, also within the account: like a key policy it is no mere addition.
    ///
    /// Source: IAM User Guide, "Grant a user permissions to switch roles".
    fn assume(&self, role: &Principal, account: &str, trust: Option<&Policy>) -> Decision {
        self.ask("sts:AssumeRole", &role.arn, account, trust, true)
    }

    fn is_named_by(&self, trust: &Policy) -> bool {
        let principals = trust.statements().iter().filter_map(|statement| statement.principals.as_ref());
        principals.into_iter().any(|principals| principals.naming(&self.principal.caller).is_some())
    }

    /// The steps on a secret, its key and its rotation function.
    pub(super) fn on_secret(&self, secret: &'e SecretNode<'s>) -> Vec<Becomes> {
        let asking = Asking::new(self.estate, self.principal);
        let mut steps = Vec::new();
        if self.opens_key(&asking, secret) {
            let (_, answer) = asking.best(secret, put_resource_policy());
            steps.extend(self.step("secretsmanager:PutResourcePolicy", &secret.record.arn, answer.decision));
        }
        steps.extend(self.on_key(&asking, secret));
        if let Some(function) = &secret.record.rotation_lambda_arn
            && self.holds("lambda:UpdateFunctionCode")
        {
            let account = function.split(':').nth(4).unwrap_or_default();
            let decision = self.ask("lambda:UpdateFunctionCode", function, account, None, false);
            steps.extend(self.step("lambda:UpdateFunctionCode", function, decision));
        }
        steps
    }

    /// Whether it could decrypt if it could get the value.
    fn opens_key(&self, asking: &Asking<'e, 's>, secret: &'e SecretNode<'s>) -> bool {
        read().is_some_and(|action| asking.opens_key(secret, action))
    }

    /// Where the key alone is in the way: changes of its policy, and grants.
    fn on_key(&self, asking: &Asking<'e, 's>, secret: &'e SecretNode<'s>) -> Vec<Becomes> {
        let gets = read().is_some_and(|action| asking.gets_without_key(secret, action));
        let mut steps = Vec::new();
        if !gets {
            return steps;
        }
        for key in
            secret.keys.iter().filter_map(|key| self.estate.keys.get(*key)).filter(|key| !key.is_aws_managed)
        {
            for action in ["kms:PutKeyPolicy", "kms:CreateGrant"] {
                let decision = self.ask(action, &key.arn, key.account.as_str(), Some(&key.policy), true);
                steps.extend(self.step(action, &key.arn, decision));
            }
        }
        steps
    }

    fn step(&self, step: &str, on: &str, decision: Decision) -> Option<Becomes> {
        let decision = access(decision)?;
        Some(Becomes {
            principal: self.principal.arn.clone(),
            step: step.to_owned(),
            on: on.to_owned(),
            decision,
        })
    }
}

fn read() -> Option<&'static SecretAction> {
    SecretAction::find("GetSecretValue")
}

fn put_resource_policy() -> &'static SecretAction {
    static PUT: SecretAction = SecretAction {
        name: "PutResourcePolicy",
        action: "secretsmanager:putresourcepolicy",
        key_action: None,
    };
    &PUT
}

/// Who can come to read a secret in one step, and cannot read it now.
pub(super) fn becomes<'s>(estate: &Estate<'s>, secret: &SecretNode<'s>, readers: &[&str]) -> Vec<Becomes> {
    let by_arn: BTreeMap<&str, &Principal> =
        estate.principals.iter().map(|principal| (principal.arn.as_str(), principal)).collect();
    let reading: Vec<&Principal> = readers.iter().filter_map(|arn| by_arn.get(arn).copied()).collect();
    let mut steps = Vec::new();
    for principal in estate.principals.iter().filter(|principal| !readers.contains(&principal.arn.as_str())) {
        let Some(climber) = Climber::new(estate, principal) else { continue };
        if principal.account.as_ref() == Some(secret.account) {
            steps.extend(climber.on_itself());
        }
        steps.extend(climber.on_secret(secret));
        steps.extend(reading.iter().flat_map(|reader| climber.towards(reader)));
    }
    steps.sort();
    steps
}

/// The roles that somebody may assume, by whom their trust policies name.
#[derive(Debug)]
pub struct Trusts<'e> {
    by_arn: HashMap<String, Vec<&'e Principal>>,
    general: Vec<&'e Principal>,
    users: Vec<&'e Principal>,
}

impl<'e> Trusts<'e> {
    /// Looks through the trust policies of principals that are worth becoming.
    pub fn new(worthy: impl IntoIterator<Item = &'e Principal>) -> Self {
        let mut trusts = Self { by_arn: HashMap::new(), general: Vec::new(), users: Vec::new() };
        for principal in worthy {
            if principal.kind == PrincipalType::User {
                trusts.users.push(principal);
            }
            let Some(trust) = &principal.trust else { continue };
            let named = trust.statements().iter().filter_map(|statement| statement.principals.as_ref());
            for name in named.flat_map(|principals| principals.names.iter()) {
                match name {
                    Named::Caller(caller) => {
                        trusts.by_arn.entry(caller.to_string()).or_default().push(principal);
                    }
                    Named::Everyone | Named::Account(_) => trusts.general.push(principal),
                    _ => {}
                }
            }
        }
        trusts
    }
}

/// The steps by which a principal gives itself permissions or becomes somebody who is worth it, one example for each
/// call.
pub fn steps<'s>(
    estate: &Estate<'s>,
    principal: &Principal,
    trusts: &Trusts<'_>,
    is_worth_it: impl Fn(&Principal) -> bool,
) -> Vec<Becomes> {
    let Some(climber) = Climber::new(estate, principal) else { return Vec::new() };
    let mut steps: BTreeMap<String, Becomes> = BTreeMap::new();
    for step in climber.on_itself() {
        steps.entry(step.step.clone()).or_insert(step);
    }
    let direct = trusts.by_arn.get(&principal.arn).into_iter().flatten();
    let assuming = climber.holds("sts:AssumeRole") || climber.holds("iam:UpdateAssumeRolePolicy");
    let general = trusts.general.iter().filter(|_| assuming);
    let users = trusts.users.iter();
    let using = climber.holds("iam:CreateAccessKey") || climber.holds("iam:UpdateLoginProfile");
    let users = users.filter(|_| using);
    for other in direct.chain(general).chain(users).filter(|other| other.arn != principal.arn) {
        if steps.len() >= ON_READERS.len() || !is_worth_it(other) {
            continue;
        }
        for step in climber.towards(other) {
            steps.entry(step.step.clone()).or_insert(step);
        }
    }
    steps.into_values().collect()
}
