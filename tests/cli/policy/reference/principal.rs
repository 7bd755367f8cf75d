//! Who calls, and how a principal element names the caller (FORMAT.md, "Principals" and rule 6).

use super::matching::values;
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Anonymous,
    Service,
    Root,
    User,
    /// Any session of the role; the session's own ARN is not known.
    Role,
    RoleSession,
    FederatedUser,
}

/// How a policy named the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Star,
    /// The caller's own ARN, or the name of the calling service.
    Direct,
    /// The role of a session, the user of a federated session.
    Parent,
    /// The account as a whole.
    Account,
}

pub struct Principal<'a> {
    kind: Kind,
    name: &'a str,
}

impl<'a> Principal<'a> {
    pub fn parse(principal: &'a Value) -> Self {
        let Some(name) = principal.as_str() else {
            return Principal { kind: Kind::Anonymous, name: "" };
        };
        let kind = match arn_parts(name) {
            Some([_, _, "iam", _, _, "root"]) => Kind::Root,
            Some([_, _, "iam", _, _, rest]) if rest.starts_with("user/") => Kind::User,
            Some([_, _, "iam", _, _, rest]) if rest.starts_with("role/") => Kind::Role,
            Some([_, _, "sts", _, _, rest]) if rest.starts_with("assumed-role/") => Kind::RoleSession,
            Some([_, _, "sts", _, _, rest]) if rest.starts_with("federated-user/") => Kind::FederatedUser,
            Some(_) => panic!("unknown kind of principal: {name}"),
            None => Kind::Service,
        };
        Principal { kind, name }
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The full name as the request gives it: an ARN, or the name of a service.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// Service principals and anonymous callers belong to no account.
    pub fn account(&self) -> Option<&'a str> {
        arn_parts(self.name).map(|parts| parts[4])
    }

    /// Every way in which a `Principal` element names the caller; empty if it does not.
    pub fn ways_named(&self, element: &Value) -> Vec<How> {
        if element.as_str() == Some("*") {
            return vec![How::Star];
        }
        let listed = |kind: &str| element.get(kind).map(values).unwrap_or_default();
        let by_aws = listed("AWS").into_iter().filter_map(|entry| self.how_named(&entry));
        let by_service = listed("Service").into_iter().filter(|entry| self.is_service(entry));
        by_aws.chain(by_service.map(|_| How::Direct)).collect()
    }

    fn is_service(&self, entry: &str) -> bool {
        self.kind == Kind::Service && self.name == entry
    }

    fn how_named(&self, entry: &str) -> Option<How> {
        if entry == "*" {
            Some(How::Star)
        } else if self.is_parent(entry) {
            Some(How::Parent)
        } else if self.is_account(entry) {
            Some(How::Account)
        } else {
            (self.is_own_arn(entry) || self.is_service(entry)).then_some(How::Direct)
        }
    }

    /// A role's ARN stands for its sessions, never for one of them, so it is the caller's parent.
    fn is_own_arn(&self, entry: &str) -> bool {
        matches!(self.kind, Kind::User | Kind::RoleSession | Kind::FederatedUser) && self.name == entry
    }

    /// Session ARNs carry no path, so the path of the parent cannot be compared.
    pub fn is_parent(&self, entry: &str) -> bool {
        let (Some(own), Some(other)) = (arn_parts(self.name), arn_parts(entry)) else {
            return false;
        };
        let parent_kind = match self.kind {
            Kind::Role => return self.name == entry,
            Kind::RoleSession => "role/",
            Kind::FederatedUser => "user/",
            _ => return false,
        };
        let parent_name = own[5].split('/').nth(1);
        own[1] == other[1]
            && other[2] == "iam"
            && own[4] == other[4]
            && other[5].starts_with(parent_kind)
            && other[5].rsplit('/').next() == parent_name
    }

    /// `123456789012` and `arn:aws:iam::123456789012:root` both mean the whole account.
    fn is_account(&self, entry: &str) -> bool {
        let Some(own) = arn_parts(self.name) else {
            return false;
        };
        entry == own[4] || entry == format!("arn:{}:iam::{}:root", own[1], own[4])
    }

    /// "AWS JSON policy elements: NotPrincipal": a Deny spares only a caller whose whole chain is listed:
    /// its own ARN, its role or user, and its account.
    pub fn is_wholly_listed(&self, element: &Value) -> bool {
        let ways = self.ways_named(element);
        let chain: &[How] = match self.kind {
            Kind::Anonymous => &[How::Star],
            Kind::Service => &[How::Direct],
            Kind::Root => &[How::Account],
            Kind::User => &[How::Direct, How::Account],
            Kind::Role => &[How::Parent, How::Account],
            Kind::RoleSession | Kind::FederatedUser => &[How::Direct, How::Parent, How::Account],
        };
        ways.contains(&How::Star) || chain.iter().all(|link| ways.contains(link))
    }
}

fn arn_parts(text: &str) -> Option<[&str; 6]> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    parts.try_into().ok().filter(|parts: &[&str; 6]| parts[0] == "arn")
}
