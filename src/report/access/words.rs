//! Names and sentences that the three answers share.

use crate::model::{Access, AccessLevel, PrincipalType};

/// `secretsmanager:GetSecretValue` is "read", every other action "call …on".
pub(super) fn verb(action: &str) -> String {
    match action {
        "secretsmanager:GetSecretValue" => "read".to_owned(),
        _ => format!("call {action} on"),
    }
}

/// The account of an ARN; empty where it has none.
pub(super) fn account(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

/// The Region of an ARN; empty where it has none.
pub(super) fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

/// A principal's kind and bare name, with its account where that is not `home`.
pub(super) fn principal(arn: &str, home: &str) -> String {
    let Some(resource) = arn.splitn(6, ':').nth(5) else {
        return match arn {
            "*" => "anybody".to_owned(),
            service => format!("service {service}"),
        };
    };
    let own = account(arn);
    let last = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let what = match resource.split_once('/') {
        Some(("assumed-role", names)) => match names.split_once('/') {
            Some((role, session)) => format!("session {session} of role {role}"),
            None => format!("role {names}"),
        },
        Some((kind, name)) => format!("{kind} {}", last(name)),
        None => return format!("account {own}"),
    };
    if own == home { what } else { format!("{what} of account {own}") }
}

/// A principal of a list, with what sets it apart.
pub(super) fn listed_principal(arn: &str, kind: PrincipalType, service_linked: bool, home: &str) -> String {
    let name = principal(arn, home);
    match kind {
        PrincipalType::Outside => format!("{name} (not audited)"),
        _ if service_linked => format!("{name} (service-linked)"),
        _ => name,
    }
}

/// Levels in a row.
pub(super) fn levels(levels: &[AccessLevel]) -> String {
    levels.iter().map(|level| level.as_str()).collect::<Vec<_>>().join(", ")
}

/// What limits somebody's access: "only with MFA, unless …"; none where nothing does.
pub(super) fn limits(decision: Access, conditions: &[String]) -> Option<String> {
    match (decision, conditions) {
        (Access::Allowed, _) => None,
        (Access::Conditional, []) => Some("only under conditions".to_owned()),
        (Access::Conditional, conditions) => Some(joined(conditions)),
    }
}

/// Conditions joined behind "only"; what begins with "unless" stands last and by itself.
pub(super) fn joined(conditions: &[String]) -> String {
    let (unless, must): (Vec<&String>, Vec<&String>) =
        conditions.iter().partition(|condition| condition.starts_with("unless "));
    let has_or = must.iter().any(|condition| condition.contains(" or "));
    let joint = if has_or { ", and " } else { " and " };
    let texts = |part: &[&String]| part.iter().map(|text| text.as_str()).collect::<Vec<_>>().join(joint);
    let must = (!must.is_empty()).then(|| format!("only {}", texts(&must)));
    let unless = (!unless.is_empty()).then(|| texts(&unless));
    must.into_iter().chain(unless).collect::<Vec<_>>().join(", ")
}

/// Things in a row: `a, b and c`.
pub(super) fn row(things: &[String]) -> String {
    match things.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// A number with its noun.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_joined_with_what_excepts_at_the_end() {
        let conditions = ["unless c", "with MFA", "from a or b"].map(str::to_owned);
        assert_eq!(joined(&conditions), "only with MFA, and from a or b, unless c");
        assert_eq!(joined(&conditions[1..2]), "only with MFA");
        assert_eq!(joined(&conditions[..1]), "unless c");
    }
}
