//! What a principal can do with a secret, at each level and by which path.

use super::context;
use super::estate::{Estate, SecretNode};
use super::inquiry::{ACTIONS, Answer, Inquiry, SecretAction};
use super::path;
use super::principal::Principal;
use crate::model::{Access, AccessLevel, PrincipalType, Reader};
use crate::policy::{Context, Decision, Layers, Request, Tri, Watching, facts};

/// The actions of a level; any one is enough.
pub(super) fn actions(level: AccessLevel) -> impl Iterator<Item = &'static SecretAction> {
    let names: &[&str] = match level {
        AccessLevel::Read => &["GetSecretValue"],
        AccessLevel::Write => &["PutSecretValue", "UpdateSecret"],
        AccessLevel::Delete => &["DeleteSecret"],
        AccessLevel::Permissions => &["PutResourcePolicy", "DeleteResourcePolicy"],
    };
    ACTIONS.iter().filter(move |action| names.contains(&action.name))
}

/// A principal with what is known of it whatever it calls.
#[derive(Debug)]
pub struct Asking<'e, 's> {
    estate: &'e Estate<'s>,
    /// Who.
    pub principal: &'e Principal,
    context: Context,
}

impl<'e, 's> Asking<'e, 's> {
    /// Puts together what is known of a principal.
    pub fn new(estate: &'e Estate<'s>, principal: &'e Principal) -> Self {
        Self { estate, principal, context: context::of_principal(estate, principal) }
    }

    /// The inquiry about an action with the best answer over the secret's keys.
    pub fn best(&self, secret: &'e SecretNode<'s>, action: &SecretAction) -> (Inquiry<'e, 's>, Answer) {
        let inquire = |key| {
            let inquiry =
                Inquiry::with_context(self.estate, self.principal, secret, action, key, &self.context);
            let answer = inquiry.answer();
            (inquiry, answer)
        };
        if action.key_action.is_none() {
            return inquire(None);
        }
        let mut best = inquire(secret.keys.first().and_then(|key| self.estate.keys.get(*key)));
        for key in secret.keys.iter().skip(1) {
            if best.1.decision == Decision::Allowed {
                break;
            }
            let next = inquire(self.estate.keys.get(*key));
            if next.1.decision < best.1.decision {
                best = next;
            }
        }
        best
    }

    /// What is known of the principal whatever it calls.
    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    /// Whether reading, which is possible, is so without multi-factor authentication.
    pub(super) fn reads_without_mfa(&self, secret: &'e SecretNode<'s>, read: Answer) -> bool {
        if read.decision == Decision::Allowed {
            return true;
        }
        let without = self.without_mfa();
        without.into_iter().any(|value| {
            let inquiries = actions(AccessLevel::Read).map(|action| self.best(secret, action).0);
            inquiries.map(|inquiry| without_mfa(inquiry, value).answer()).any(Answer::is_possible)
        })
    }

    /// What aws:MultiFactorAuthPresent holds without a second factor: access keys leave it out, consoles and sessions
    /// say false.
    ///
    /// Source: IAM User Guide, "AWS global condition context keys", "aws:MultiFactorAuthPresent".
    fn without_mfa(&self) -> Vec<Option<&'static str>> {
        match &self.principal.credential {
            Some(credential) => {
                let has_key = credential.keys.iter().any(|key| key.active);
                let has_password = credential.password == Some(true);
                has_key.then_some(None).into_iter().chain(has_password.then_some(Some("false"))).collect()
            }
            None => vec![None, Some("false")],
        }
    }

    /// Whether deleting, which is possible, is so without a recovery window.
    pub(super) fn deletes_for_good(&self, secret: &'e SecretNode<'s>) -> bool {
        let inquiries = actions(AccessLevel::Delete).map(|action| self.best(secret, action).0);
        let for_good = inquiries.map(|inquiry| {
            let inquiry = inquiry.given("secretsmanager:ForceDeleteWithoutRecovery", Some("true"));
            inquiry.given("secretsmanager:RecoveryWindowInDays", None).answer()
        });
        for_good.into_iter().any(Answer::is_possible)
    }

    /// Whether the action is possible if the key is left aside.
    pub(super) fn gets_without_key(&self, secret: &'e SecretNode<'s>, action: &SecretAction) -> bool {
        let keyless = SecretAction { key_action: None, ..*action };
        self.best(secret, &keyless).1.is_possible()
    }

    /// Whether some key of the secret opens to the principal.
    pub(super) fn opens_key(&self, secret: &'e SecretNode<'s>, action: &SecretAction) -> bool {
        let keys = secret.keys.iter().filter_map(|key| self.estate.keys.get(*key));
        keys.into_iter().any(|key| {
            let inquiry =
                Inquiry::with_context(self.estate, self.principal, secret, action, Some(key), &self.context);
            inquiry.key_answer().is_possible()
        })
    }

    /// Whether something is possible at a level.
    pub fn answer(&self, secret: &'e SecretNode<'s>, level: AccessLevel) -> Answer {
        let answers = actions(level).map(|action| self.best(secret, action).1);
        let best = answers.min_by_key(|answer| answer.decision);
        best.unwrap_or(Answer { decision: Decision::ImplicitlyDenied, rests_on_unread: false })
    }

    /// The levels at which something is possible.
    pub fn levels(&self, secret: &'e SecretNode<'s>) -> Vec<AccessLevel> {
        AccessLevel::ALL.into_iter().filter(|level| self.answer(secret, *level).is_possible()).collect()
    }

    /// The principal as somebody who can do an action; `None` where it cannot.
    pub fn reader(&self, secret: &'e SecretNode<'s>, action: &SecretAction) -> Option<Reader> {
        let (inquiry, answer) = self.best(secret, action);
        let decision = access(answer.decision)?;
        let paths = path::of(&inquiry);
        let principal = self.principal;
        Some(Reader {
            principal: principal.arn.clone(),
            principal_type: principal.kind,
            decision,
            conditions: if decision == Access::Conditional { inquiry.conditions() } else { Vec::new() },
            path: paths.secret,
            key_path: paths.key,
            access: self.levels(secret),
            administrator: is_administrator(self.estate, principal),
            person: principal.person,
            external: principal.is_outside(),
            service_linked: principal.service_linked,
            last_used: principal.last_used,
            last_read: None,
            reads: None,
            unused: None,
        })
    }
}

/// The circumstances of somebody who signed in without a second factor.
fn without_mfa<'e, 's>(inquiry: Inquiry<'e, 's>, present: Option<&str>) -> Inquiry<'e, 's> {
    inquiry.given("aws:MultiFactorAuthPresent", present).given("aws:MultiFactorAuthAge", None)
}

/// The decision as access; `None` for denials.
pub(super) fn access(decision: Decision) -> Option<Access> {
    match decision {
        Decision::Allowed => Some(Access::Allowed),
        Decision::Conditional => Some(Access::Conditional),
        Decision::ImplicitlyDenied | Decision::ExplicitlyDenied | Decision::Denied => None,
    }
}

/// Actions that only somebody who can do everything may do together: on secrets, on keys, and on IAM itself.
const EVERYTHING: &[(&str, &str)] = &[
    ("secretsmanager:getsecretvalue", "secretsmanager:eu-west-1"),
    ("secretsmanager:deletesecret", "secretsmanager:eu-west-1"),
    ("kms:putkeypolicy", "kms:eu-west-1"),
    ("iam:createpolicyversion", "iam:"),
    ("iam:attachrolepolicy", "iam:"),
    ("s3:putobject", "s3:"),
];

/// Whether a principal's own policies let it do everything in its account, whatever the circumstances.
pub fn is_administrator(estate: &Estate<'_>, principal: &Principal) -> bool {
    let (Some(account), PrincipalType::User | PrincipalType::Role) = (&principal.account, principal.kind)
    else {
        return false;
    };
    let context = context::of_principal(estate, principal);
    let layers = Layers {
        identity: principal.identity.iter().map(|held| held.policy.as_ref()).collect(),
        boundary: principal.boundary.iter().map(|held| held.policy.as_ref()).collect(),
        ..Layers::default()
    };
    EVERYTHING.iter().all(|(action, place)| {
        // A name that nobody gives: a policy about some names does not cover it.
        let resource = format!("arn:aws:{place}:{account}:any/\u{2022}");
        let request = Request::new(&principal.caller, action, &resource, account.as_str(), &context);
        facts(&request, &layers, Watching(|_| {})).granted(&request, false) == Tri::Yes
    })
}
