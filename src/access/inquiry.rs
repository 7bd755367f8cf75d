//! One question about a principal and a secret, in the terms of the policy engine.

use super::context;
use super::estate::{Estate, KeyNode, SecretNode};
use super::principal::Principal;
use super::stand_in;
use crate::model::PrincipalType;
use crate::policy::{Context, Decision, Layers, PolicyLevels, Question, Request, Ways, decide_partly, ways};

/// A question about a principal and a secret, with the circumstances that are known.
#[derive(Debug)]
pub struct Inquiry<'e, 's> {
    estate: &'e Estate<'s>,
    /// Who.
    pub principal: &'e Principal,
    /// Which secret.
    pub secret: &'e SecretNode<'s>,
    /// The key, where the action needs one.
    pub key: Option<&'e KeyNode>,
    action: &'static str,
    key_action: &'static str,
    context: Context,
    key_context: Context,
}

/// An action on a secret and what it needs of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretAction {
    /// Its name as AWS writes it, without the service.
    pub name: &'static str,
    /// The action in lower case.
    pub action: &'static str,
    /// What it needs of the key, in lower case.
    pub key_action: Option<&'static str>,
}

const fn plain(name: &'static str, action: &'static str) -> SecretAction {
    SecretAction { name, action, key_action: None }
}

/// The actions that name a secret.
///
/// Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Secrets Manager"; Secrets
/// Manager User Guide, "Secret encryption and decryption in AWS Secrets Manager".
pub static ACTIONS: &[SecretAction] = &[
    SecretAction {
        name: "GetSecretValue",
        action: "secretsmanager:getsecretvalue",
        key_action: Some("kms:decrypt"),
    },
    SecretAction {
        name: "PutSecretValue",
        action: "secretsmanager:putsecretvalue",
        key_action: Some("kms:generatedatakey"),
    },
    SecretAction {
        name: "UpdateSecret",
        action: "secretsmanager:updatesecret",
        key_action: Some("kms:generatedatakey"),
    },
    plain("DeleteSecret", "secretsmanager:deletesecret"),
    plain("PutResourcePolicy", "secretsmanager:putresourcepolicy"),
    plain("DeleteResourcePolicy", "secretsmanager:deleteresourcepolicy"),
    plain("DescribeSecret", "secretsmanager:describesecret"),
    plain("GetResourcePolicy", "secretsmanager:getresourcepolicy"),
    plain("ListSecretVersionIds", "secretsmanager:listsecretversionids"),
    plain("RestoreSecret", "secretsmanager:restoresecret"),
    plain("RotateSecret", "secretsmanager:rotatesecret"),
    plain("CancelRotateSecret", "secretsmanager:cancelrotatesecret"),
    plain("TagResource", "secretsmanager:tagresource"),
    plain("UntagResource", "secretsmanager:untagresource"),
    plain("UpdateSecretVersionStage", "secretsmanager:updatesecretversionstage"),
    plain("ReplicateSecretToRegions", "secretsmanager:replicatesecrettoregions"),
    plain("RemoveRegionsFromReplication", "secretsmanager:removeregionsfromreplication"),
    plain("StopReplicationToReplica", "secretsmanager:stopreplicationtoreplica"),
];

impl SecretAction {
    /// The action with this name, with or without `secretsmanager:`, in any letter case.
    pub fn find(name: &str) -> Option<&'static Self> {
        let lower = name.to_lowercase();
        let bare = lower.strip_prefix("secretsmanager:").unwrap_or(&lower);
        ACTIONS.iter().find(|action| action.name.eq_ignore_ascii_case(bare))
    }
}

/// The answer to an inquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answer {
    /// The decision.
    pub decision: Decision,
    /// Whether the decision could be another one if policies that are out of sight were read.
    pub rests_on_unread: bool,
}

impl Answer {
    /// Whether it can be done, if only under some circumstances.
    pub fn is_possible(self) -> bool {
        matches!(self.decision, Decision::Allowed | Decision::Conditional)
    }
}

impl<'e, 's> Inquiry<'e, 's> {
    /// Asks about an action with one of the secret's keys.
    pub fn new(
        estate: &'e Estate<'s>,
        principal: &'e Principal,
        secret: &'e SecretNode<'s>,
        action: &SecretAction,
        key: Option<&'e KeyNode>,
    ) -> Self {
        let base = context::of_principal(estate, principal);
        Self::with_context(estate, principal, secret, action, key, &base)
    }

    /// Asks where what is known of the principal was put together before.
    pub(super) fn with_context(
        estate: &'e Estate<'s>,
        principal: &'e Principal,
        secret: &'e SecretNode<'s>,
        action: &SecretAction,
        key: Option<&'e KeyNode>,
        base: &Context,
    ) -> Self {
        let mut of_secret = base.clone();
        context::about_secret(estate, secret, &mut of_secret);
        let mut key_context = Context::new();
        if let Some(key) = key {
            key_context = base.clone();
            context::about_key(estate, principal, secret, key, &mut key_context);
        }
        Self {
            estate,
            principal,
            secret,
            key: key.filter(|_| action.key_action.is_some()),
            action: action.action,
            key_action: action.key_action.unwrap_or_default(),
            context: of_secret,
            key_context,
        }
    }

    /// Everything that has a say.
    pub(super) fn estate(&self) -> &'e Estate<'s> {
        self.estate
    }

    /// What must be allowed: the action, and what it needs of the key.
    pub fn questions(&self) -> Vec<Question<'_>> {
        let mut questions = vec![self.secret_question()];
        questions.extend(self.key.map(|key| self.key_question(key)));
        questions
    }

    fn secret_question(&self) -> Question<'_> {
        let request = Request::new(
            &self.principal.caller,
            self.action,
            &self.secret.record.arn,
            self.secret.account.as_str(),
            &self.context,
        );
        let rcps = self.rcps(self.secret.account.as_str());
        let resource = self.secret.policy.policy().map(AsRef::as_ref);
        Question {
            request,
            layers: Layers { resource, rcps, ..self.shared_layers(self.secret.account.as_str()) },
        }
    }

    fn key_question<'k>(&'k self, key: &'k KeyNode) -> Question<'k> {
        let request = Request::new(
            &self.principal.caller,
            self.key_action,
            &key.arn,
            key.account.as_str(),
            &self.key_context,
        );
        let rcps = if key.is_aws_managed { PolicyLevels::default() } else { self.rcps(key.account.as_str()) };
        let layers = Layers {
            resource: Some(key.effective.as_ref()),
            rcps,
            grants: key.grants.iter().collect(),
            is_key: true,
            ..self.shared_layers(key.account.as_str())
        };
        Question { request, layers }
    }

    fn rcps(&self, account: &str) -> PolicyLevels<'_> {
        let above = self.estate.organizations.above(account);
        levels(above.and_then(|above| above.rcps.as_ref()))
    }

    fn shared_layers(&self, resource_account: &str) -> Layers<'_> {
        shared_layers(self.estate, self.principal, resource_account)
    }

    /// The decision.
    pub fn answer(&self) -> Answer {
        if self.key.is_none() && !self.key_action.is_empty() {
            // No key of the secret exists: nothing opens it.
            return Answer {
                decision: Decision::ImplicitlyDenied,
                rests_on_unread: self.secret.has_unseen_key,
            };
        }
        let decision = decide_partly(&self.questions());
        Answer { decision, rests_on_unread: decision == Decision::Conditional && self.rests_on_unread() }
    }

    /// The decision about the key alone.
    pub(super) fn key_answer(&self) -> Answer {
        let question = self.key.map(|key| self.key_question(key));
        let decision = question.map_or(Decision::ImplicitlyDenied, |question| decide_partly(&[question]));
        Answer { decision, rests_on_unread: false }
    }

    /// Whether nothing would be allowed if the policies that are out of sight said no.
    fn rests_on_unread(&self) -> bool {
        let unread = !self.principal.unread.is_empty() || self.key.is_some_and(KeyNode::is_partly_unseen);
        if !unread {
            return false;
        }
        let mut sceptic =
            Inquiry { context: self.context.clone(), key_context: self.key_context.clone(), ..*self };
        for context in [&mut sceptic.context, &mut sceptic.key_context] {
            context.set_absent(stand_in::IDENTITY_POLICY);
            context.set_absent(stand_in::KEY_POLICY);
            context.set_absent(stand_in::KEY_GRANTS);
        }
        !matches!(decide_partly(&sceptic.questions()), Decision::Allowed | Decision::Conditional)
    }

    /// The same inquiry under a circumstance: that a key has this value, in lower case, or is absent.
    pub(super) fn given(self, key: &str, value: Option<&str>) -> Self {
        let mut own = self;
        for context in [&mut own.context, &mut own.key_context] {
            match value {
                Some(value) => context.set(key, value),
                None => context.set_absent(key),
            }
        }
        own
    }

    /// The ways in which it comes to be allowed.
    pub fn conditions(&self) -> Vec<String> {
        let questions = self.questions();
        let ways: Ways<'_> = ways(&questions);
        super::words::conditions(&ways)
    }
}

fn levels(levels: Option<&super::organization::Levels>) -> PolicyLevels<'_> {
    let levels = levels.into_iter().flatten();
    levels.map(|level| level.iter().map(AsRef::as_ref).collect()).collect()
}

/// Policies of a principal and its account: they have a say in everything that it asks.
pub(super) fn shared_layers<'e>(
    estate: &'e Estate<'_>,
    principal: &'e Principal,
    resource_account: &str,
) -> Layers<'e> {
    let own = principal.account.as_ref().and_then(|account| estate.organizations.above(account.as_str()));
    let of_resource = estate.organizations.above(resource_account);
    let management = own.or(of_resource).and_then(|above| above.management_account.as_deref());
    Layers {
        identity: principal.identity.iter().map(|held| held.policy.as_ref()).collect(),
        session: principal.session.as_deref(),
        boundary: principal.boundary.iter().map(|held| held.policy.as_ref()).collect(),
        scps: match principal.kind {
            PrincipalType::Anyone => PolicyLevels::default(),
            _ => levels(own.and_then(|above| above.scps.as_ref())),
        },
        management_account: management,
        is_service_linked: principal.service_linked,
        ..Layers::default()
    }
}
