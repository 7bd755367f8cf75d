//! Who calls, and whom a statement names.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".

use std::fmt;

use thiserror::Error;

use super::document::{OneOrMany, PrincipalKind, PrincipalList};
use super::tri::Tri;

/// Who sends a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Caller {
    /// Nobody who signed.
    Anonymous,
    /// An AWS service, such as `lambda.amazonaws.com`.
    Service(String),
    /// The root user of an account.
    Root(Identity),
    /// An IAM user; the name with its path.
    User(Identity),
    /// A role of which the session is not known; the name with its path.
    Role(Identity),
    /// A session of a role.
    Session {
        /// The role's partition, account and name without path.
        role: Identity,
        /// The session's name.
        session: String,
    },
    /// A session that a user asked for with GetFederationToken.
    Federated(Identity),
}

/// A name within an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// The twelve digits.
    pub account: String,
    /// The name, with its path where IAM knows one; empty for root users.
    pub name: String,
}

impl Identity {
    /// The name without its path.
    pub fn bare_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    fn is_same(&self, partition: &str, account: &str, name: &str) -> bool {
        self.partition == partition && self.account == account && self.name == name
    }
}

/// A text that names no principal.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no principal: expected an IAM or STS ARN, or a service such as lambda.amazonaws.com")]
pub struct CallerError(String);

impl Caller {
    /// Reads an ARN or a service's name.
    ///
    /// # Errors
    /// Where the text is neither.
    pub fn parse(text: &str) -> Result<Self, CallerError> {
        let wrong = || CallerError(text.to_owned());
        if !text.starts_with("arn:") {
            let is_service = text.contains('.') && !text.contains([':', '/', '*', ' ']);
            return if is_service { Ok(Self::Service(text.to_owned())) } else { Err(wrong()) };
        }
        let (partition, service, account, resource) = iam_parts(text).ok_or_else(wrong)?;
        let identity = |name: &str| Identity {
            partition: partition.to_owned(),
            account: account.to_owned(),
            name: name.to_owned(),
        };
        let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
        match (service, kind) {
            ("iam", "root") if name.is_empty() => Ok(Self::Root(identity(""))),
            _ if name.is_empty() => Err(wrong()),
            ("iam", "user") => Ok(Self::User(identity(name))),
            ("iam", "role") => Ok(Self::Role(identity(name))),
            ("sts", "federated-user") => Ok(Self::Federated(identity(name))),
            ("sts", "assumed-role") => {
                let (role, session) = name.rsplit_once('/').ok_or_else(wrong)?;
                Ok(Self::Session { role: identity(role), session: session.to_owned() })
            }
            _ => Err(wrong()),
        }
    }

    /// The account that the caller belongs to; services and strangers belong to none.
    pub fn account(&self) -> Option<&str> {
        self.identity().map(|identity| identity.account.as_str())
    }

    fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Anonymous | Self::Service(_) => None,
            Self::Root(identity) | Self::User(identity) | Self::Role(identity) => Some(identity),
            Self::Federated(identity) | Self::Session { role: identity, .. } => Some(identity),
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arn = |f: &mut fmt::Formatter<'_>, service: &str, identity: &Identity, kind: &str| {
            let Identity { partition, account, name } = identity;
            write!(f, "arn:{partition}:{service}::{account}:{kind}{name}")
        };
        match self {
            Self::Anonymous => f.write_str("anonymous"),
            Self::Service(name) => f.write_str(name),
            Self::Root(identity) => arn(f, "iam", identity, "root"),
            Self::User(identity) => arn(f, "iam", identity, "user/"),
            Self::Role(identity) => arn(f, "iam", identity, "role/"),
            Self::Federated(identity) => arn(f, "sts", identity, "federated-user/"),
            Self::Session { role, session } => {
                arn(f, "sts", role, "assumed-role/")?;
                write!(f, "/{session}")
            }
        }
    }
}

/// Partition, service, account and resource of an ARN of IAM or STS.
fn iam_parts(arn: &str) -> Option<(&str, &str, &str, &str)> {
    let mut parts = arn.splitn(6, ':');
    let mut next = || parts.next();
    let (_, partition, service, _, account, resource) =
        (next()?, next()?, next()?, next()?, next()?, next()?);
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_account && !resource.is_empty()).then_some((partition, service, account, resource))
}

/// How a statement of a resource policy names the caller. Later ones weigh more.
///
/// Source: IAM User Guide, "Evaluating policies within a single account".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Naming {
    /// By its account: a delegation to the account's own policies.
    Account,
    /// By the role of its session, or the user of its federated session.
    Parent,
    /// By its own ARN.
    Direct,
    /// With everybody.
    Star,
}

/// One name in a `Principal` element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// `*`
    Everyone,
    /// A whole account: its number or the ARN of its root user.
    Account(String),
    /// A user, role or session.
    Caller(Caller),
    /// An AWS service.
    Service(String),
    /// An identity provider.
    Federated(String),
    /// A canonical user id of S3.
    CanonicalUser(String),
    /// The unique id that AWS puts in the place of a principal that was deleted.
    Deleted(String),
    /// A text that names nobody.
    Nobody(String),
}

impl Named {
    fn new(kind: PrincipalKind, text: &str) -> Self {
        let owned = || text.to_owned();
        match kind {
            PrincipalKind::Service => Self::Service(owned()),
            PrincipalKind::Federated => Self::Federated(owned()),
            PrincipalKind::CanonicalUser => Self::CanonicalUser(owned()),
            PrincipalKind::Aws if text == "*" => Self::Everyone,
            PrincipalKind::Aws if is_account(text) => Self::Account(owned()),
            PrincipalKind::Aws if is_unique_id(text) => Self::Deleted(owned()),
            PrincipalKind::Aws => match Caller::parse(text) {
                Ok(Caller::Root(identity)) => Self::Account(identity.account),
                Ok(Caller::Service(name)) => Self::Service(name),
                Ok(caller) => Self::Caller(caller),
                Err(_) => Self::Nobody(owned()),
            },
        }
    }

    /// How the name fits the caller, if it does.
    fn names(&self, caller: &Caller) -> Option<Naming> {
        match (self, caller) {
            (Self::Everyone, _) => Some(Naming::Star),
            (Self::Service(name), Caller::Service(own)) => (name == own).then_some(Naming::Direct),
            (Self::Account(account), _) => (caller.account() == Some(account)).then_some(Naming::Account),
            (Self::Caller(Caller::Role(role)), Caller::Session { role: own, .. }) => {
                own.is_same(&role.partition, &role.account, role.bare_name()).then_some(Naming::Parent)
            }
            // Sessions of the role: the name decides, since session ARNs carry no path.
            (Self::Caller(Caller::Role(role)), Caller::Role(own)) => {
                let is_same = own.bare_name() == role.bare_name() && own.account == role.account;
                (is_same && own.partition == role.partition).then_some(Naming::Parent)
            }
            (Self::Caller(Caller::User(user)), Caller::Federated(own)) => {
                own.is_same(&user.partition, &user.account, user.bare_name()).then_some(Naming::Parent)
            }
            (Self::Caller(named), own) => (named == own).then_some(Naming::Direct),
            _ => None,
        }
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a unique id such as AIDA… or AROA…, possibly with a session name behind it.
///
/// Source: IAM User Guide, "IAM identifiers".
fn is_unique_id(text: &str) -> bool {
    let id = text.split(':').next().unwrap_or(text);
    let known = ["AIDA", "AROA", "AGPA", "ANPA", "AIPA", "ASCA", "APKA", "ABIA", "ACCA"];
    id.len() >= 16
        && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && known.iter().any(|prefix| id.starts_with(prefix))
}

/// The `Principal` or `NotPrincipal` of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principals {
    /// The names.
    pub names: Box<[Named]>,
    /// Whether they are those left out.
    pub negated: bool,
}

impl Principals {
    pub(super) fn new(list: &PrincipalList, negated: bool) -> Self {
        let names = match list {
            PrincipalList::Everyone => Box::from([Named::Everyone]),
            PrincipalList::Named(named) => named
                .iter()
                .flat_map(|(kind, names): &(PrincipalKind, OneOrMany<String>)| {
                    names.iter().map(|name| Named::new(*kind, name))
                })
                .collect(),
        };
        Self { names, negated }
    }

    /// How the statement names the caller; the best naming counts. `None` where it does not.
    pub fn naming(&self, caller: &Caller) -> Option<Naming> {
        let best = self.names.iter().filter_map(|name| name.names(caller)).max();
        match (self.negated, best) {
            (false, best) => best,
            (true, None) => Some(Naming::Star),
            (true, Some(_)) => None,
        }
    }

    /// Whether a Deny with these principals covers the caller.
    ///
    /// NotPrincipal exempts a caller whose whole chain is listed: itself, its role or user, its account. Where only a
    /// part of the chain is listed AWS leaves the outcome to the service: that is unknown.
    pub(super) fn denies(&self, caller: &Caller) -> Tri {
        if !self.negated {
            return Tri::from(self.naming(caller).is_some());
        }
        let chain = chain(caller);
        let is_listed = |link: &Caller| self.names.iter().any(|name| is_link(name, link));
        match chain.iter().filter(|link| is_listed(link)).count() {
            0 if !self.names.contains(&Named::Everyone) => Tri::Yes,
            listed if listed == chain.len() => Tri::No,
            _ => Tri::Unknown,
        }
    }
}

/// The principals that stand behind a caller: the caller, its role or user, its account.
fn chain(caller: &Caller) -> Vec<Caller> {
    let mut chain = vec![caller.clone()];
    match caller {
        Caller::Session { role, .. } => chain.push(Caller::Role(role.clone())),
        Caller::Federated(user) => chain.push(Caller::User(user.clone())),
        _ => {}
    }
    if let (Some(identity), false) = (caller.identity(), matches!(caller, Caller::Root(_))) {
        chain.push(Caller::Root(Identity { name: String::new(), ..identity.clone() }));
    }
    chain
}

/// Whether a name stands for this link of a chain, and not only for something above it.
fn is_link(name: &Named, link: &Caller) -> bool {
    match name.names(link) {
        Some(Naming::Direct) => true,
        Some(Naming::Account) => matches!(link, Caller::Root(_)),
        Some(Naming::Parent) => matches!(link, Caller::Role(_)),
        Some(Naming::Star) | None => is_same_user(name, link),
    }
}

/// A federated session carries the name of its user without the path.
fn is_same_user(name: &Named, link: &Caller) -> bool {
    match (name, link) {
        (Named::Caller(Caller::User(named)), Caller::User(own)) => {
            own.is_same(&named.partition, &named.account, named.bare_name())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_read_and_write_back() {
        let texts = [
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::111122223333:user/division/alice",
            "arn:aws-cn:iam::111122223333:role/app",
            "arn:aws:sts::111122223333:assumed-role/app/i-0abc",
            "arn:aws:sts::111122223333:federated-user/alice",
            "lambda.amazonaws.com",
        ];
        for text in texts {
            assert_eq!(Caller::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "alice", "arn:aws:iam::1:root", "arn:aws:iam::111122223333:user/", "arn:aws:s3:::b"]
        {
            assert!(Caller::parse(text).is_err(), "{text}");
        }
    }
}
