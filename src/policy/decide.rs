//! The order in which layers of policies decide.
//!
//! Source: IAM User Guide, "Policy evaluation logic", "Permissions boundaries for IAM entities"; Organizations User
//! Guide, "Service control policies", "Resource control policies"; KMS Developer Guide, "Key policies in AWS KMS".

use super::document::Effect;
use super::grant::Grant;
use super::policies::{Policies, PolicyLevels};
use super::prepared::Policy;
use super::principal::{Caller, Naming};
use super::request::Request;
use super::statement::{CompiledStatement, Match};
use super::tri::{Logic, Tri};

/// All policies that have a say in a request.
#[derive(Clone, Debug, Default)]
pub struct Layers<'a> {
    /// Policies of the user with its groups, or of the role.
    pub identity: Policies<'a>,
    /// The policy given when the session was asked for.
    pub session: Option<&'a Policy>,
    /// The permissions boundary; none where no boundary is attached. Several are read as one.
    pub boundary: Policies<'a>,
    /// The policy of the resource; for a key the key policy.
    pub resource: Option<&'a Policy>,
    /// Service control policies of the caller's account, a level for the root, each unit and the account. A level
    /// without policies allows nothing; no level means no organization.
    pub scps: PolicyLevels<'a>,
    /// Resource control policies of the resource's account, in levels.
    pub rcps: PolicyLevels<'a>,
    /// The policy of the VPC endpoint through which the request comes.
    pub endpoint: Policies<'a>,
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
pub struct Facts<T = Tri> {
    /// That no statement denies.
    pub undenied: T,
    /// That every level of the organization allows.
    pub organization: T,
    /// That the VPC endpoint allows.
    pub endpoint: T,
    /// That a policy of the identity allows.
    pub identity: T,
    /// That the boundary allows, or there is none.
    pub boundary: T,
    /// That the session policy allows, or there is none.
    pub session: T,
    /// That the resource's policy allows, by how it names the caller.
    pub resource: ByNaming<T>,
    /// That a grant allows.
    pub grant: T,
}

/// That a resource's policy allows, by how it names the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByNaming<T = Tri> {
    /// With everybody, or by its own ARN.
    pub itself: T,
    /// By its role or user.
    pub parent: T,
    /// By its account.
    pub account: T,
}

impl<T: Logic> ByNaming<T> {
    fn any(&self) -> T {
        self.itself.clone().or(self.parent.clone()).or(self.account.clone())
    }
}

/// Turns statements into truth: how much of it depends on who asks.
pub trait Reading<'a> {
    /// The kind of truth.
    type Truth: Logic;

    /// That a statement matches.
    fn matched(&mut self, considered: &Considered<'a>) -> Self::Truth;

    /// That a statement does not match.
    fn unmatched(&mut self, considered: &Considered<'a>) -> Self::Truth;

    /// That a grant allows.
    fn grant(&mut self, grant: &'a Grant, outcome: Tri) -> Self::Truth;

    /// Whether a statement can still make a difference, by what its layer allows and whether anything denies so far.
    fn needs(&self, _effect: Effect, _allowed: &Self::Truth, _undenied: &Self::Truth) -> bool {
        true
    }
}

/// Reads statements as [`Tri`] for the decision alone: what cannot change it any more is not looked at.
pub struct Deciding;

impl<'a> Reading<'a> for Deciding {
    type Truth = Tri;

    fn matched(&mut self, considered: &Considered<'a>) -> Tri {
        considered.outcome.outcome()
    }

    fn unmatched(&mut self, considered: &Considered<'a>) -> Tri {
        !considered.outcome.outcome()
    }

    fn grant(&mut self, _: &'a Grant, outcome: Tri) -> Tri {
        outcome
    }

    fn needs(&self, effect: Effect, allowed: &Tri, undenied: &Tri) -> bool {
        *undenied != Tri::No && !(effect == Effect::Allow && *allowed == Tri::Yes)
    }
}

/// Reads statements as [`Tri`] and shows each to a function.
pub struct Watching<W>(pub W);

impl<'a, W: FnMut(Considered<'a>)> Reading<'a> for Watching<W> {
    type Truth = Tri;

    fn matched(&mut self, considered: &Considered<'a>) -> Tri {
        (self.0)(*considered);
        considered.outcome.outcome()
    }

    fn unmatched(&mut self, considered: &Considered<'a>) -> Tri {
        (self.0)(*considered);
        !considered.outcome.outcome()
    }

    fn grant(&mut self, _: &'a Grant, outcome: Tri) -> Tri {
        outcome
    }
}

/// What each layer says about a request.
pub fn facts<'a, R: Reading<'a>>(request: &Request<'_>, layers: &Layers<'a>, reading: R) -> Facts<R::Truth> {
    let mut reader = Walk { request, undenied: R::Truth::yes(), reading };
    let identity = reader.layer(Layer::Identity, 0, layers.identity.iter());
    let session = reader.layer(Layer::Session, 0, layers.session.into_iter());
    let boundary = reader.layer(Layer::Boundary, 0, layers.boundary.iter());
    let resource = reader.resource(layers);
    let organization = reader.levels(Layer::ServiceControl, &layers.scps, scps_apply(request, layers));
    reader.levels(Layer::ResourceControl, &layers.rcps, rcps_apply(request, layers));
    let endpoint = reader.layer(Layer::Endpoint, 0, layers.endpoint.iter());
    let grant = reader.grants(layers);
    let unless = |absent: bool, truth: R::Truth| if absent { R::Truth::yes() } else { truth };
    Facts {
        undenied: reader.undenied,
        organization,
        endpoint: unless(layers.endpoint.is_empty(), endpoint),
        identity: identity_allows(request.caller, layers, identity),
        boundary: unless(layers.boundary.is_empty(), boundary),
        session: unless(layers.session.is_none(), session),
        resource,
        grant,
    }
}

/// The root user may do everything in its account; a federated session nothing without a session policy.
fn identity_allows<T: Logic>(caller: &Caller, layers: &Layers<'_>, found: T) -> T {
    match caller {
        Caller::Root(_) => T::yes(),
        Caller::Federated(_) if layers.session.is_none() => T::no(),
        Caller::Service(_) | Caller::Anonymous => T::no(),
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
struct Walk<'r, 'q, R, T> {
    request: &'r Request<'q>,
    undenied: T,
    reading: R,
}

impl<'a, R: Reading<'a>> Walk<'_, '_, R, R::Truth> {
    /// That some statement of the layer's policies allows.
    fn layer(&mut self, layer: Layer, level: usize, policies: impl Iterator<Item = &'a Policy>) -> R::Truth {
        let mut allowed = R::Truth::no();
        for (policy, statements) in policies.map(|policy| policy.statements()).enumerate() {
            for (index, statement) in statements.iter().enumerate() {
                if !self.reading.needs(statement.effect, &allowed, &self.undenied) {
                    continue;
                }
                let outcome = statement.matches(self.request);
                let considered = Considered { layer, level, policy, index, statement, outcome };
                match statement.effect {
                    Effect::Allow => allowed = allowed.or(self.reading.matched(&considered)),
                    Effect::Deny => self.deny(&considered),
                }
            }
        }
        allowed
    }

    fn deny(&mut self, considered: &Considered<'a>) {
        let unmatched = self.reading.unmatched(considered);
        self.undenied = self.undenied.clone().and(unmatched);
    }

    /// That every level has a statement that allows; so where the levels have no say.
    fn levels(&mut self, layer: Layer, levels: &PolicyLevels<'a>, apply: bool) -> R::Truth {
        let mut allowed = R::Truth::yes();
        for level in (0..levels.len()).filter(|_| apply) {
            allowed = allowed.and(self.layer(layer, level, levels.level(level)));
        }
        allowed
    }

    /// That the resource's policy allows, by how it names the caller.
    fn resource(&mut self, layers: &Layers<'a>) -> ByNaming<R::Truth> {
        let no = R::Truth::no;
        let mut found = ByNaming { itself: no(), parent: no(), account: no() };
        let statements = layers.resource.map(Policy::statements).unwrap_or_default();
        for (index, statement) in statements.iter().enumerate() {
            if !self.reading.needs(statement.effect, &found.itself, &self.undenied) {
                continue;
            }
            let outcome = self.outcome(statement, layers);
            let considered =
                Considered { layer: Layer::Resource, level: 0, policy: 0, index, statement, outcome };
            if statement.effect == Effect::Deny {
                self.deny(&considered);
                continue;
            }
            let matched = self.reading.matched(&considered);
            let place = match outcome.naming() {
                Some(Naming::Star | Naming::Direct) => &mut found.itself,
                Some(Naming::Parent) => &mut found.parent,
                Some(Naming::Account) => &mut found.account,
                None => continue,
            };
            *place = place.clone().or(matched);
        }
        found
    }

    /// How a statement of the resource's policy stands to the request.
    ///
    /// A boundary makes a Deny with NotPrincipal hit everybody, whoever is listed.
    ///
    /// Source: IAM User Guide, "AWS JSON policy elements: NotPrincipal".
    fn outcome(&self, statement: &CompiledStatement, layers: &Layers<'_>) -> Match {
        let leaves_out = statement.principals.as_ref().is_some_and(|principals| principals.negated);
        if statement.effect == Effect::Deny && leaves_out && !layers.boundary.is_empty() {
            match statement.matches_whoever(self.request) {
                Tri::Yes => return Match::Yes(None),
                Tri::Unknown => return Match::Unknown(None),
                Tri::No => {}
            }
        }
        statement.matches(self.request)
    }

    fn grants(&mut self, layers: &Layers<'a>) -> R::Truth {
        let mut allowed = R::Truth::no();
        for grant in &layers.grants {
            allowed = allowed.or(self.reading.grant(grant, grant.allows(self.request)));
        }
        allowed
    }
}

impl<T: Logic> Facts<T> {
    /// That the caller's own policies allow: identity, boundary and session policy together.
    fn own(&self) -> T {
        self.identity.clone().and(self.boundary.clone()).and(self.session.clone())
    }

    /// That something allows the request, leaving explicit denies aside.
    pub fn granted(&self, request: &Request<'_>, is_key: bool) -> T {
        let path = match request.caller {
            Caller::Service(_) | Caller::Anonymous => self.resource.itself.clone(),
            _ if request.is_same_account() => self.granted_at_home(is_key),
            // No bypass: the caller's account must allow as well.
            _ => self.resource.any().and(self.own()).or(self.grant.clone()),
        };
        path.and(self.organization.clone()).and(self.endpoint.clone())
    }

    /// Within an account the resource's policy is enough by itself, unless it only names the account.
    fn granted_at_home(&self, is_key: bool) -> T {
        let by_role = self.resource.parent.clone().and(self.boundary.clone()).and(self.session.clone());
        // Without a statement for the account in its policy, a key is closed to policies of identities.
        let delegated = if is_key { self.resource.account.clone() } else { T::yes() };
        self.resource.itself.clone().or(by_role).or(self.grant.clone()).or(self.own().and(delegated))
    }

    /// That the request is allowed.
    pub fn allowed(&self, request: &Request<'_>, is_key: bool) -> T {
        self.granted(request, is_key).and(self.undenied.clone())
    }
}

impl Facts {
    /// The decision, as far as it is known without looking into the unknown circumstances; `None` where it rests on
    /// them.
    pub fn decision(&self, request: &Request<'_>, is_key: bool) -> Option<Decision> {
        match (self.undenied, self.allowed(request, is_key)) {
            (Tri::No, _) => Some(Decision::ExplicitlyDenied),
            (_, Tri::Yes) => Some(Decision::Allowed),
            (Tri::Unknown, Tri::No) => Some(Decision::Denied),
            (Tri::Yes, Tri::No) => Some(Decision::ImplicitlyDenied),
            (_, Tri::Unknown) => None,
        }
    }

    /// The layer for want of whose permission nothing allows the request; the outermost one counts.
    pub fn blocked_by(&self, request: &Request<'_>, is_key: bool) -> Option<Layer> {
        if self.granted(request, is_key) != Tri::No {
            return None;
        }
        let is_home = request.is_same_account();
        let unless = |needless: bool, allows: Tri| if needless { Tri::Yes } else { allows };
        let in_order = [
            (Layer::ServiceControl, self.organization),
            (Layer::Endpoint, self.endpoint),
            (Layer::Resource, unless(is_home && !is_key, self.resource.any())),
            (Layer::Identity, unless(is_home && self.resource.parent == Tri::Yes, self.identity)),
            (Layer::Boundary, self.boundary),
            (Layer::Session, self.session),
        ];
        in_order.into_iter().find(|(_, allows)| *allows == Tri::No).map(|(layer, _)| layer)
    }
}
