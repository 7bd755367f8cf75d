//! Which secrets are kept and asked about.

use crate::model::Selector;
use crate::snapshot::records::Secret;

/// Whether a selector takes a secret. A replica is judged by itself, like any other secret of its Region.
pub fn takes(selector: &Selector, secret: &Secret) -> bool {
    let tag = |key: &str| secret.tags.iter().find(|tag| tag.key == key).map(|tag| tag.value.as_str());
    selector.takes(&secret.name, &secret.arn, tag)
}

/// Whether the secret is taken by any selector, or there is none.
pub(super) fn takes_any(selectors: &[Selector], secret: &Secret) -> bool {
    selectors.is_empty() || selectors.iter().any(|selector| takes(selector, secret))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::snapshot::records::Tag;

    pub(in crate::collect) fn secret(name: &str, tags: &[(&str, &str)]) -> Secret {
        let arn = format!("arn:aws:secretsmanager:eu-west-1:111122223333:secret:{name}-AbCdEf");
        let tags: Vec<_> =
            tags.iter().map(|(key, value)| Tag { key: (*key).into(), value: (*value).into() }).collect();
        Secret { tags, ..super::super::secrets::empty(arn, name.to_owned()) }
    }

    #[test]
    fn any_of_several_selectors_takes() {
        let selectors: Vec<Selector> = ["test/*", "tag:Team=x"].map(|text| text.parse().unwrap()).into();
        assert!(takes_any(&selectors, &secret("test/a", &[])));
        assert!(takes_any(&selectors, &secret("prod/a", &[("Team", "x")])));
        assert!(!takes_any(&selectors, &secret("prod/a", &[])));
        assert!(takes_any(&[], &secret("prod/a", &[])));
    }
}
