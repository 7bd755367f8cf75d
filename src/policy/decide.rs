//! The order in which layers of policies decide.
//!
//! Source: IAM User Guide, "Policy evaluation logic", "Permissions boundaries for IAM entities"; Organizations User
//! Guide, "Service control policies", "Resource control policies"; KMS Developer Guide, "Key policies in AWS KMS".

use super::document::Effect;
use super::grant::Grant;
use super::policy::Policy;
use super::principal::{Caller, Naming};
use super::request::Request;
use super::statement::{CompiledStatement, Match};
use super::tri::Tri;

/// The policies of one kind.
pub type PolicyRefs<'a> = Vec<&'a Policy>;

/// All policies that have a say in a request.
#[derive(Clone, Debug, Default)]
pub struct Layers<'a> {
    /// Policies of the user with its groups, or of the role.
    pub identity: PolicyRefs<'a>,
    /// The policy given when the session was asked for.
    pub session: Option<&'a Policy>,
    /// The permissions boundary; none where no boundary is attached. Several are read as one.
    pub boundary: PolicyRefs<'a>,
    /// The policy of the resource; for a key the key policy.
    pub resource: Option<&'a Policy>,
    /// Service control policies of the caller's account, a level for the root, each unit and the account. A level
    /// without policies allows nothing; no level means no organization.
    pub scps: Vec<PolicyRefs<'a>>,
    /// Resource control policies of the resource's account, in levels.
    pub rcps: Vec<PolicyRefs<'a>>,
    /// The policy of the VPC endpoint through which the request comes.
    pub endpoint: PolicyRefs<'a>,
    /// Grants on the key.
    pub grants: Vec<&'a Grant>,
    /// Whether the resource is a KMS key.
    pub is_key: bool,
    /// The account that manages the organization: its principals are free of SCPs, its resources of RCPs.
    pub management_account: Option<&'a str>,
    /// Whether the caller is a service-linked role: free of SCPs and RCPs.
    pub is_service_linked: bool,
}

/// A kind of policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Policies of the user, its groups or the role.
    Identity,
    /// The session policy.
    Session,
    /// The permissions boundary.
    Boundary,
    /// The resource's own policy.
    Resource,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// The VPC endpoint's policy.
    Endpoint,
}

/// What came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Something allows it and nothing stops it.
    Allowed,
    /// Allowed under some of the circumstances that are possible, and not under others.
    Conditional,
    /// Nothing allows it.
    ImplicitlyDenied,
    /// A statement denies it.
    ExplicitlyDenied,
    /// Nothing allows it, and it depends on unknown circumstances whether a statement denies it as well.
    Denied,
}

impl Decision {
    /// The word in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::Conditional => "Conditional",
            Self::ImplicitlyDenied => "ImplicitlyDenied",
            Self::ExplicitlyDenied => "ExplicitlyDenied",
            Self::Denied => "Denied",
        }
    }

    /// Two questions of which both must be allowed, such as reading a secret and decrypting with its key.
    pub fn and(self, other: Self) -> Self {
        let either = |decision| self == decision || other == decision;
        match () {
            () if either(Self::ExplicitlyDenied) => Self::ExplicitlyDenied,
            () if either(Self::Denied) => Self::Denied,
            () if either(Self::ImplicitlyDenied) => Self::ImplicitlyDenied,
            () if either(Self::Conditional) => Self::Conditional,
            () => Self::Allowed,
        }
    }
}

/// A statement that was looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Considered<'a> {
    /// The kind of its policy.
    pub layer: Layer,
    /// For policies of organizations the level, from the root.
    pub level: usize,
    /// Which of the layer's policies.
    pub policy: usize,
    /// Which of the policy's statements.
    pub index: usize,
    /// The statement.
    pub statement: &'a CompiledStatement,
    /// How it stands to the request.
    pub outcome: Match,
}

/// What each layer says, before they are put together.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Whether any statement denies.
    pub denied: Tri,
    /// Whether every level of the organization allows.
    pub organization: Tri,
    /// Whether the VPC endpoint allows.
    pub endpoint: Tri,
    /// Whether a policy of the identity allows.
    pub identity: Tri,
    /// Whether the boundary allows, or there is none.
    pub boundary: Tri,
    /// Whether the session policy allows, or there is none.
    pub session: Tri,
    /// Whether the resource's policy allows, by how it names the caller.
    pub resource: ByNaming,
    /// Whether a grant allows.
    pub grant: Tri,
}

/// Whether a resource's policy allows, by how it names the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByNaming {
    /// With everybody, or by its own ARN.
    pub itself: Tri,
    /// By its role or user.
    pub parent: Tri,
    /// By its account.
    pub account: Tri,
}

impl ByNaming {
    fn any(self) -> Tri {
        self.itself.or(self.parent).or(self.account)
    }
}

/// What each layer says about a request. `watch` sees every statement.
pub fn facts<'a>(request: &Request<'_>, layers: &Layers<'a>, mut watch: impl FnMut(Considered<'a>)) -> Facts {
    let mut reader = Reader { request, denied: Tri::No, watch: &mut watch };
    let identity = reader.layer(Layer::Identity, 0, &layers.identity);
    let session = reader.layer(Layer::Session, 0, layers.session.as_slice());
    let boundary = reader.layer(Layer::Boundary, 0, &layers.boundary);
    let resource = reader.resource(layers);
    let scps = reader.levels(Layer::ServiceControl, &layers.scps, scps_apply(request, layers));
    let rcps = rcps_apply(request, layers);
    reader.levels(Layer::ResourceControl, &layers.rcps, rcps);
    let endpoint = reader.layer(Layer::Endpoint, 0, &layers.endpoint);
    let denied = reader.denied;
    let absent_or = |absent: bool, outcome: Tri| if absent { Tri::Yes } else { outcome };
    Facts {
        denied,
        organization: scps,
        endpoint: absent_or(layers.endpoint.is_empty(), endpoint),
        identity: identity_allows(request.caller, layers, identity),
        boundary: absent_or(layers.boundary.is_empty(), boundary),
        session: absent_or(layers.session.is_none(), session),
        resource,
        grant: Tri::any(layers.grants.iter().map(|grant| grant.allows(request))),
    }
}

/// The root user may do everything in its account; a federated session nothing without a session policy.
fn identity_allows(caller: &Caller, layers: &Layers<'_>, found: Tri) -> Tri {
    match caller {
        Caller::Root(_) => Tri::Yes,
        Caller::Federated(_) if layers.session.is_none() => Tri::No,
        Caller::Service(_) | Caller::Anonymous => Tri::No,
        _ => found,
    }
}

fn scps_apply(request: &Request<'_>, layers: &Layers<'_>) -> bool {
    let account = request.caller.account();
    let is_management = account.is_some() && account == layers.management_account;
    account.is_some() && !layers.is_service_linked && !is_management
}

fn rcps_apply(request: &Request<'_>, layers: &Layers<'_>) -> bool {
    !layers.is_service_linked && layers.management_account != Some(request.resource_account)
}

/// Walks through policies and notes who denies.
struct Reader<'r, 'q, W> {
    request: &'r Request<'q>,
    denied: Tri,
    watch: &'r mut W,
}

impl<W> Reader<'_, '_, W> {
    /// Whether some statement of the layer's policies allows.
    fn layer<'a>(&mut self, layer: Layer, level: usize, policies: &[&'a Policy]) -> Tri
    where
        W: FnMut(Considered<'a>),
    {
        let mut allowed = Tri::No;
        for (policy, statements) in policies.iter().map(|policy| policy.statements()).enumerate() {
            for (index, statement) in statements.iter().enumerate() {
                let outcome = statement.matches(self.request);
                match statement.effect {
                    Effect::Allow => allowed = allowed.or(outcome.outcome()),
                    Effect::Deny => self.denied = self.denied.or(outcome.outcome()),
                }
                (self.watch)(Considered { layer, level, policy, index, statement, outcome });
            }
        }
        allowed
    }

    /// Whether every level has a statement that allows; yes where the levels have no say.
    fn levels<'a>(&mut self, layer: Layer, levels: &[Vec<&'a Policy>], apply: bool) -> Tri
    where
        W: FnMut(Considered<'a>),
    {
        if !apply {
            return Tri::Yes;
        }
        let mut allowed = Tri::Yes;
        for (level, policies) in levels.iter().enumerate() {
            allowed = allowed.and(self.layer(layer, level, policies));
        }
        allowed
    }

    /// Whether the resource's policy allows, by how it names the caller.
    fn resource<'a>(&mut self, layers: &Layers<'a>) -> ByNaming
    where
        W: FnMut(Considered<'a>),
    {
        let mut found = ByNaming { itself: Tri::No, parent: Tri::No, account: Tri::No };
        let statements = layers.resource.map(Policy::statements).unwrap_or_default();
        for (index, statement) in statements.iter().enumerate() {
            let mut outcome = statement.matches(self.request);
            // A boundary makes a Deny with NotPrincipal hit everybody, whoever is listed.
            let hits_all = statement.effect == Effect::Deny
                && !layers.boundary.is_empty()
                && statement.principals.as_ref().is_some_and(|principals| principals.negated);
            if hits_all {
                outcome = match statement.matches_whoever(self.request) {
                    Tri::Yes => Match::Yes(None),
                    Tri::Unknown => Match::Unknown(None),
                    Tri::No => outcome,
                };
            }
            match (statement.effect, outcome.naming()) {
                (Effect::Deny, _) => self.denied = self.denied.or(outcome.outcome()),
                (Effect::Allow, Some(naming)) => {
                    let place = match naming {
                        Naming::Star | Naming::Direct => &mut found.itself,
                        Naming::Parent => &mut found.parent,
                        Naming::Account => &mut found.account,
                    };
                    *place = place.or(outcome.outcome());
                }
                (Effect::Allow, None) => {}
            }
            (self.watch)(Considered {
                layer: Layer::Resource,
                level: 0,
                policy: 0,
                index,
                statement,
                outcome,
            });
        }
        found
    }
}

impl Facts {
    /// Whether the caller's own policies allow: identity, boundary and session policy together.
    pub fn own(&self) -> Tri {
        self.identity.and(self.boundary).and(self.session)
    }

    /// Whether something allows the request, leaving explicit denies aside.
    pub fn granted(&self, request: &Request<'_>, is_key: bool) -> Tri {
        let path = match request.caller {
            Caller::Service(_) | Caller::Anonymous => self.resource.itself,
            _ if request.is_same_account() => self.granted_at_home(is_key),
            // No bypass: the caller's account must allow as well.
            _ => self.resource.any().and(self.own()).or(self.grant),
        };
        path.and(self.organization).and(self.endpoint)
    }

    /// Within an account the resource's policy is enough by itself, unless it only names the account.
    fn granted_at_home(&self, is_key: bool) -> Tri {
        let by_role = self.resource.parent.and(self.boundary).and(self.session);
        // Without a statement for the account in its policy, a key is closed to policies of identities.
        let delegated = if is_key { self.resource.account } else { Tri::Yes };
        Tri::any([self.resource.itself, by_role, self.grant, self.own().and(delegated)])
    }

    /// The decision, as far as it is known without looking into the unknown circumstances; `None` where it rests on
    /// them.
    pub fn decision(&self, request: &Request<'_>, is_key: bool) -> Option<Decision> {
        let allowed = self.granted(request, is_key).and(!self.denied);
        match (allowed, self.denied) {
            (_, Tri::Yes) => Some(Decision::ExplicitlyDenied),
            (Tri::Yes, _) => Some(Decision::Allowed),
            (Tri::No, Tri::Unknown) => Some(Decision::Denied),
            (Tri::No, Tri::No) => Some(Decision::ImplicitlyDenied),
            (Tri::Unknown, _) => None,
        }
    }

    /// The layer for want of whose permission nothing allows the request; the outermost one counts.
    pub fn blocked_by(&self, request: &Request<'_>, is_key: bool) -> Option<Layer> {
        if self.granted(request, is_key) != Tri::No {
            return None;
        }
        let is_home = request.is_same_account();
        let in_order = [
            (Layer::ServiceControl, self.organization),
            (Layer::Endpoint, self.endpoint),
            (Layer::Resource, if is_home && !is_key { Tri::Yes } else { self.resource.any() }),
            (Layer::Identity, self.identity),
            (Layer::Boundary, self.boundary),
            (Layer::Session, self.session),
        ];
        in_order.into_iter().find(|(_, allows)| *allows == Tri::No).map(|(layer, _)| layer)
    }
}
