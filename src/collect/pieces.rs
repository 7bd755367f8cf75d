//! Kinds with one answer per secret: asked and written in pieces, so that a killed run loses one piece at most.

use std::collections::BTreeSet;
use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::progress::Event;
use super::scope::{Scope, each, worth_asking_again};
use crate::model::Gap;
use crate::snapshot::{Kind, Shard, SnapshotError};

/// One piece of a kind.
pub(super) struct Piece {
    /// Its number, from 0.
    pub(super) part: u32,
    /// Whether it is the last.
    pub(super) last: bool,
    /// The ARNs of the secrets to ask about, sorted.
    pub(super) wanted: Vec<String>,
}

/// A record that belongs to one secret.
pub(super) trait PerSecret: Serialize + DeserializeOwned {
    /// What it is.
    const KIND: Kind;
    /// The secret.
    fn arn(&self) -> &str;
}

/// The records of one piece: what an earlier run heard of the same secrets, and the rest asked and written.
pub(super) async fn piece<T, F, Fut>(
    scope: &Scope<'_>,
    piece: &Piece,
    extra: Vec<Gap>,
    ask: F,
) -> Result<Vec<T>, SnapshotError>
where
    T: PerSecret,
    F: Fn(String) -> Fut,
    Fut: Future<Output = Result<T, Gap>>,
{
    let key = scope.key(T::KIND).with_part(piece.part);
    let earlier = scope.run.writer.earlier::<T>(&key)?;
    let whole = earlier.as_ref().is_some_and(|shard| is_whole(shard, piece));
    let (mut records, mut gaps, rest) = split(earlier, piece);
    tell(scope, T::KIND, piece.wanted.len() - rest.len());
    if whole && rest.is_empty() && extra.is_empty() {
        scope.tell_earlier(T::KIND, gaps.len());
        return Ok(records);
    }
    let ask = &ask;
    let answers = each(rest, |arn| async move {
        let answer = ask(arn).await;
        tell(scope, T::KIND, 1);
        answer
    })
    .await;
    gaps.extend(extra);
    for answer in answers {
        match answer {
            Ok(record) => records.push(record),
            Err(gap) => gaps.push(gap),
        }
    }
    records.sort_by(|a: &T, b: &T| a.arn().cmp(b.arn()));
    scope.write(&key, piece.last, records, gaps)
}

/// Whether the shard could stay as it is, but for secrets that it does not speak of.
fn is_whole<T: PerSecret>(shard: &Shard<T>, piece: &Piece) -> bool {
    let wanted = |arn: &str| piece.wanted.binary_search_by(|known| known.as_str().cmp(arn)).is_ok();
    let listed = |gap: &Gap| gap.resource.as_deref().is_some_and(wanted);
    shard.last == piece.last
        && shard.records.iter().all(|record| wanted(record.arn()))
        && shard.gaps.iter().all(|gap| listed(gap) && !worth_asking_again(gap))
}

/// What an earlier run heard of the wanted secrets, what it was refused, and the secrets to ask about now. Between two
/// runs secrets come and go.
fn split<T: PerSecret>(earlier: Option<Shard<T>>, piece: &Piece) -> (Vec<T>, Vec<Gap>, Vec<String>) {
    let Some(Shard { mut records, mut gaps, .. }) = earlier else {
        return (Vec::new(), Vec::new(), piece.wanted.clone());
    };
    let wanted: BTreeSet<&str> = piece.wanted.iter().map(String::as_str).collect();
    records.retain(|record| wanted.contains(record.arn()));
    gaps.retain(|gap| {
        gap.resource.as_deref().is_some_and(|arn| wanted.contains(arn)) && !worth_asking_again(gap)
    });
    let heard = records.iter().map(PerSecret::arn);
    let refused = gaps.iter().filter_map(|gap| gap.resource.as_deref());
    let known: BTreeSet<&str> = heard.chain(refused).collect();
    let rest = piece.wanted.iter().filter(|arn| !known.contains(arn.as_str())).cloned().collect();
    (records, gaps, rest)
}

fn tell(scope: &Scope<'_>, kind: Kind, count: usize) {
    scope.tell(Event::SecretAsked { account: scope.account(), region: &scope.region(), kind, count });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, GapCause, Region};
    use crate::snapshot::ShardKey;
    use crate::snapshot::records::ResourcePolicy;

    fn policy(arn: &str) -> ResourcePolicy {
        ResourcePolicy { arn: arn.to_owned(), policy: None }
    }

    fn gap(arn: &str, cause: GapCause) -> Gap {
        Gap {
            call: "secretsmanager:GetResourcePolicy".to_owned(),
            cause,
            account: None,
            region: None,
            resource: Some(arn.to_owned()),
            error: "AccessDeniedException".to_owned(),
            message: String::new(),
            permission: None,
        }
    }

    fn shard(records: &[&str], gaps: Vec<Gap>) -> Shard<ResourcePolicy> {
        let account = AccountId::new("111122223333");
        let key = ShardKey::first(&account, &Region::new("eu-west-1"), Kind::ResourcePolicies);
        Shard::new(&key, true, records.iter().map(|arn| policy(arn)).collect(), gaps)
    }

    fn wanted(arns: &[&str], last: bool) -> Piece {
        Piece { part: 0, last, wanted: arns.iter().map(|arn| (*arn).to_owned()).collect() }
    }

    #[test]
    fn only_the_rest_of_an_earlier_piece_is_asked() {
        let gaps = vec![gap("b", GapCause::Refused), gap("d", GapCause::Throttled)];
        let earlier = shard(&["a", "c", "gone"], gaps);
        let (records, gaps, rest) = split(Some(earlier), &wanted(&["a", "b", "c", "d", "new"], true));
        let heard: Vec<_> = records.iter().map(|record| record.arn.as_str()).collect();
        assert_eq!(heard, ["a", "c"]);
        assert_eq!(gaps, [gap("b", GapCause::Refused)]);
        assert_eq!(rest, ["d", "new"]);
    }

    #[test]
    fn a_piece_stays_where_nothing_changed() {
        let earlier = shard(&["a", "c"], vec![gap("b", GapCause::Refused)]);
        assert!(is_whole(&earlier, &wanted(&["a", "b", "c"], true)));
        assert!(!is_whole(&earlier, &wanted(&["a", "b", "c"], false)));
        assert!(!is_whole(&earlier, &wanted(&["a", "b"], true)));
        let throttled = shard(&["a"], vec![gap("b", GapCause::Throttled)]);
        assert!(!is_whole(&throttled, &wanted(&["a", "b"], true)));
    }
}
