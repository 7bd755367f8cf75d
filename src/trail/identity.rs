//! `userIdentity` of a record: who acted, and whether that is a person.
//!
//! Source: CloudTrail User Guide, "CloudTrail userIdentity element".

use std::borrow::Cow;

use serde::Deserialize;

use super::lenient::Text;
use crate::snapshot::records::Actor;

/// The fields that matter; everything may be absent.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct UserIdentity<'a> {
    #[serde(rename = "type", borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    principal_id: Text<'a>,
    #[serde(borrow)]
    arn: Text<'a>,
    #[serde(borrow)]
    account_id: Text<'a>,
    #[serde(borrow)]
    pub(super) invoked_by: Text<'a>,
    #[serde(borrow)]
    session_context: Option<SessionContext<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SessionContext<'a> {
    #[serde(borrow)]
    session_issuer: Option<SessionIssuer<'a>>,
    #[serde(borrow)]
    web_id_federation_data: Option<Federation<'a>>,
    #[serde(borrow)]
    source_identity: Text<'a>,
}

/// Empty where an IAM user acts with temporary credentials.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SessionIssuer<'a> {
    #[serde(borrow)]
    arn: Text<'a>,
    #[serde(borrow)]
    account_id: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Federation<'a> {
    #[serde(borrow)]
    federated_provider: Text<'a>,
}

impl<'a> UserIdentity<'a> {
    /// Who acted: the issuer of the session, else the identity itself, else the service, else the unique id.
    pub(super) fn actor(&self, from_console: bool) -> Actor {
        let issuer = self.issuer();
        let named = [issuer.and_then(|issuer| issuer.arn.get()), self.arn.get(), self.invoked_by.get()];
        let principal = named.into_iter().chain([self.principal_id.get()]).flatten().next();
        let account = issuer.and_then(|issuer| issuer.account_id.get()).or(self.account_id.get());
        let is_service = self.is_service();
        Actor {
            principal: principal.unwrap_or("unknown").to_owned(),
            identity: self.kind().into_owned(),
            account: account.filter(|_| !is_service).map(str::to_owned),
            person: self.person(from_console),
        }
    }

    /// The name of the session, or the source identity where the role asks for one; empty where there is neither.
    pub(super) fn session(&self) -> String {
        let context = self.session_context.as_ref();
        let source = context.and_then(|context| context.source_identity.get());
        let arn =
            self.arn.get().filter(|arn| arn.contains(":assumed-role/") || arn.contains(":federated-user/"));
        let name = arn.and_then(|arn| arn.rsplit('/').next());
        match (name, source) {
            (Some(name), Some(source)) if name != source => format!("{name} as {source}"),
            (name, source) => name.or(source).unwrap_or_default().to_owned(),
        }
    }

    /// The account that the identity belongs to.
    pub(super) fn account(&self) -> Option<&str> {
        self.account_id.get()
    }

    fn issuer(&self) -> Option<&SessionIssuer<'a>> {
        self.session_context.as_ref()?.session_issuer.as_ref()
    }

    /// Events of services have no type, only an account and the service.
    fn kind(&self) -> Cow<'_, str> {
        match (self.kind.get(), self.invoked_by.get()) {
            (Some(kind), _) => Cow::Borrowed(kind),
            (None, Some(_)) => Cow::Borrowed("AWSService"),
            (None, None) => Cow::Borrowed("Unknown"),
        }
    }

    fn is_service(&self) -> bool {
        self.kind() == "AWSService"
    }

    /// Whether a person acts, as far as the record itself tells.
    fn person(&self, from_console: bool) -> Option<bool> {
        let issuer = self.issuer().and_then(|issuer| issuer.arn.get()).unwrap_or_default();
        let web = self.session_context.as_ref().and_then(|context| context.web_id_federation_data.as_ref());
        match self.kind().as_ref() {
            "Root" | "IdentityCenterUser" | "SAMLUser" | "Directory" => Some(true),
            "AWSService" | "WebIdentityUser" => Some(false),
            _ if role_name(issuer).starts_with("AWSReservedSSO_") => Some(true),
            _ if from_console => Some(true),
            _ if issuer.contains(":role/aws-service-role/") => Some(false),
            _ if web.is_some_and(|web| web.federated_provider.get().is_some()) => Some(false),
            _ => None,
        }
    }
}

fn role_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}
