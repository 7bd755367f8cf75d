//! The principals of an estate, with everything that speaks for and against them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::documents::Documents;
use super::stand_in;
use crate::model::{AccountId, PrincipalType};
use crate::policy::{Caller, Effect, Identity, Named, Policy};
use crate::snapshot::AccountData;
use crate::snapshot::records::{Authorization, Credential, Group, InlinePolicy, Role, Tag, User};

/// A policy that a principal holds, and where from.
#[derive(Clone, Debug)]
pub struct Held {
    /// The policy.
    pub policy: Arc<Policy>,
    /// What it is called.
    pub name: String,
    /// The group through which it is held.
    pub group: Option<String>,
}

impl Held {
    /// The policy's name with its group, as paths show it.
    pub fn label(&self) -> String {
        match &self.group {
            Some(group) => format!("group {group}, {}", self.name),
            None => self.name.clone(),
        }
    }
}

/// A principal.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Its ARN; a service's name; `*` for anybody.
    pub arn: String,
    /// How it calls.
    pub caller: Caller,
    /// What it is.
    pub kind: PrincipalType,
    /// Its name without path.
    pub name: String,
    /// Its account; none for services and anybody.
    pub account: Option<AccountId>,
    /// AIDA… or AROA….
    pub unique_id: String,
    /// Its policies.
    pub identity: Vec<Held>,
    /// Its permissions boundary.
    pub boundary: Option<Held>,
    /// What stands in for what is out of sight.
    pub(super) session: Option<Arc<Policy>>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// Whether whoever assumes it may add tags to the session.
    pub takes_session_tags: bool,
    /// Who may assume it.
    pub trust: Option<Arc<Policy>>,
    /// Whether it is linked to a service, which alone may use it.
    pub service_linked: bool,
    /// Whether a person uses it: a console password, AWS single sign-on, or SAML. Not known where the credential
    /// report is not.
    pub person: Option<bool>,
    /// When it was last used, where IAM knows.
    pub last_used: Option<Timestamp>,
    /// Its credentials, for users whose report was read.
    pub credential: Option<Credential>,
    /// Policies that could not be read, with the reason.
    pub unread: Vec<String>,
}

impl Principal {
    /// Whether it belongs to an account that was not audited, or to none.
    pub fn is_outside(&self) -> bool {
        matches!(self.kind, PrincipalType::Outside | PrincipalType::Anyone)
    }

    /// A principal that the snapshot knows by name only.
    pub(super) fn named(caller: Caller, kind: PrincipalType) -> Self {
        let arn = if kind == PrincipalType::Anyone { "*".to_owned() } else { caller.to_string() };
        let is_service = kind == PrincipalType::Service;
        let everything = Held { policy: stand_in::everything(), name: String::new(), group: None };
        Self {
            name: arn.rsplit('/').next().unwrap_or(&arn).to_owned(),
            account: caller.account().filter(|_| kind != PrincipalType::Anyone).map(AccountId::new),
            unique_id: String::new(),
            identity: if is_service { Vec::new() } else { vec![everything] },
            boundary: None,
            session: (!is_service).then(|| stand_in::allow_if(stand_in::OWN_ACCOUNT)),
            tags: Vec::new(),
            takes_session_tags: true,
            trust: None,
            service_linked: false,
            person: Some(false),
            last_used: None,
            credential: None,
            unread: Vec::new(),
            arn,
            caller,
            kind,
        }
    }

    /// The root user of an account.
    pub fn root_of(account: &AccountId) -> Self {
        let identity =
            Identity { partition: "aws".to_owned(), account: account.to_string(), name: String::new() };
        let named = Self::named(Caller::Root(identity), PrincipalType::User);
        Self { session: None, ..named }
    }

    /// One session of a role.
    pub(super) fn session_of(role: &Self, caller: Caller) -> Self {
        Self { arn: caller.to_string(), caller, kind: PrincipalType::Session, ..role.clone() }
    }
}

/// The users and roles of an account.
pub(super) fn principals(account: &AccountData, documents: &mut Documents) -> Vec<Principal> {
    let Some(authorization) = account.authorization.records.first() else { return Vec::new() };
    let report = account.credentials.gaps.is_empty().then_some(account.credentials.records.as_slice());
    let mut reader = Reader {
        account: &account.entry.account,
        groups: authorization.groups.iter().map(|group| (group.name.as_str(), group)).collect(),
        managed: managed(authorization),
        report,
        documents,
    };
    let users = authorization.users.iter();
    let mut principals: Vec<Principal> = users.filter_map(|user| reader.user(user)).collect();
    principals.extend(authorization.roles.iter().filter_map(|role| reader.role(role)));
    principals
}

fn managed(authorization: &Authorization) -> BTreeMap<&str, &str> {
    authorization.policies.iter().map(|policy| (policy.arn.as_str(), policy.document.as_str())).collect()
}

struct Reader<'a> {
    account: &'a AccountId,
    groups: BTreeMap<&'a str, &'a Group>,
    managed: BTreeMap<&'a str, &'a str>,
    report: Option<&'a [Credential]>,
    documents: &'a mut Documents,
}

/// The policies of a principal as far as they were read.
#[derive(Default)]
struct Gathered {
    held: Vec<Held>,
    unread: Vec<String>,
}

impl Reader<'_> {
    fn user(&mut self, user: &User) -> Option<Principal> {
        let caller = Caller::parse(&user.arn).ok()?;
        let mut gathered = Gathered::default();
        self.gather(&user.inline, &user.attached, None, &mut gathered);
        for name in &user.groups {
            match self.groups.get(name.as_str()).copied() {
                Some(group) => self.gather(&group.inline, &group.attached, Some(name), &mut gathered),
                None => gathered.unread.push(format!("group {name} is not among the groups of the account")),
            }
        }
        let boundary = self.boundary(user.boundary.as_deref(), &mut gathered);
        let credential =
            self.report.and_then(|report| report.iter().find(|row| row.arn == user.arn)).cloned();
        let person = self.report.map(|_| credential.as_ref().is_some_and(|row| row.password == Some(true)));
        let last_used = credential.as_ref().and_then(|row| {
            row.keys.iter().filter_map(|key| key.last_used).chain(row.password_last_used).max()
        });
        let base = self.principal(&user.arn, caller, PrincipalType::User, gathered);
        Some(Principal {
            name: user.name.clone(),
            unique_id: user.id.clone(),
            boundary,
            tags: user.tags.clone(),
            person,
            last_used,
            credential,
            ..base
        })
    }

    fn role(&mut self, role: &Role) -> Option<Principal> {
        let caller = Caller::parse(&role.arn).ok()?;
        let mut gathered = Gathered::default();
        self.gather(&role.inline, &role.attached, None, &mut gathered);
        let boundary = self.boundary(role.boundary.as_deref(), &mut gathered);
        let trust = role.trust.as_deref().and_then(|text| self.documents.read(text).ok());
        let person = role.name.starts_with("AWSReservedSSO_") || trust.as_deref().is_some_and(trusts_saml);
        let base = self.principal(&role.arn, caller, PrincipalType::Role, gathered);
        Some(Principal {
            name: role.name.clone(),
            unique_id: role.id.clone(),
            boundary,
            tags: role.tags.clone(),
            takes_session_tags: trust.as_deref().is_none_or(lets_tag_sessions),
            trust,
            service_linked: role.arn.contains(":role/aws-service-role/"),
            person: Some(person),
            last_used: role.last_used.as_ref().and_then(|used| used.at),
            ..base
        })
    }

    fn principal(&self, arn: &str, caller: Caller, kind: PrincipalType, gathered: Gathered) -> Principal {
        Principal {
            arn: arn.to_owned(),
            caller,
            kind,
            name: String::new(),
            account: Some(self.account.clone()),
            unique_id: String::new(),
            identity: gathered.held,
            boundary: None,
            session: None,
            tags: Vec::new(),
            takes_session_tags: false,
            trust: None,
            service_linked: false,
            person: None,
            last_used: None,
            credential: None,
            unread: gathered.unread,
        }
    }

    fn gather(
        &mut self,
        inline: &[InlinePolicy],
        attached: &[String],
        group: Option<&str>,
        into: &mut Gathered,
    ) {
        for policy in inline {
            self.hold(&policy.document, &format!("inline policy {}", policy.name), group, into);
        }
        for arn in attached {
            let name = policy_name(arn);
            match self.managed.get(arn.as_str()).copied() {
                Some(document) => self.hold(document, &name, group, into),
                None => self.miss(&name, "its document is not in the snapshot", group, into),
            }
        }
    }

    fn hold(&mut self, document: &str, name: &str, group: Option<&str>, into: &mut Gathered) {
        match self.documents.read(document) {
            Ok(policy) => {
                into.held.push(Held { policy, name: name.to_owned(), group: group.map(str::to_owned) });
            }
            Err(error) => self.miss(name, &error.to_string(), group, into),
        }
    }

    fn miss(&self, name: &str, reason: &str, group: Option<&str>, into: &mut Gathered) {
        into.unread.push(format!("{name}: {reason}"));
        let policy = stand_in::unread_identity_policy();
        into.held.push(Held { policy, name: name.to_owned(), group: group.map(str::to_owned) });
    }

    fn boundary(&mut self, arn: Option<&str>, gathered: &mut Gathered) -> Option<Held> {
        let arn = arn?;
        let name = format!("boundary {}", policy_name(arn));
        let read = self.managed.get(arn).map(|document| self.documents.read(document));
        let policy = match read {
            Some(Ok(policy)) => policy,
            Some(Err(error)) => {
                gathered.unread.push(format!("{name}: {error}"));
                stand_in::unread_identity_policy()
            }
            None => {
                gathered.unread.push(format!("{name}: its document is not in the snapshot"));
                stand_in::unread_identity_policy()
            }
        };
        Some(Held { policy, name, group: None })
    }
}

/// `policy Name` for a managed policy's ARN.
fn policy_name(arn: &str) -> String {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    if arn.contains(":iam::aws:") { format!("AWS policy {name}") } else { format!("policy {name}") }
}

fn trusts_saml(trust: &Policy) -> bool {
    trust.statements().iter().filter(|statement| statement.effect == Effect::Allow).any(|statement| {
        let names = statement.principals.iter().flat_map(|principals| principals.names.iter());
        names
            .into_iter()
            .any(|name| matches!(name, Named::Federated(provider) if provider.contains(":saml-provider/")))
    })
}

/// Whether some statement of a trust policy allows sts:TagSession.
fn lets_tag_sessions(trust: &Policy) -> bool {
    let allows = trust.statements().iter().filter(|statement| statement.effect == Effect::Allow);
    allows.into_iter().any(|statement| statement.covers_action("sts:tagsession"))
}
