//! Gaps that this program finds itself, rather than a call.

use crate::model::{AccountId, Gap, GapCause, Region};

/// A gap that no call brought: this program did not ask, or the source does not carry the fact.
pub(super) fn own_gap(
    cause: GapCause,
    call: &str,
    place: (&AccountId, &Region),
    resource: &str,
    message: &str,
) -> Gap {
    Gap {
        call: call.to_owned(),
        cause,
        account: Some(place.0.clone()),
        region: Some(place.1.clone()),
        resource: Some(resource.to_owned()),
        error: match cause {
            GapCause::NotCarried => "not carried by the source".to_owned(),
            GapCause::Malformed => "malformed".to_owned(),
            _ => "not collected".to_owned(),
        },
        message: message.to_owned(),
        permission: None,
    }
}
