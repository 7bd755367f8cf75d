//! Kinds with one answer per secret: asked and written in pieces, so that a killed run loses one piece at most.

use std::collections::BTreeSet;
use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::progress::Event;
use super::scope::{Scope, each};
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

/// The records of one piece: those of an earlier run where they answer for the same secrets, or else asked and written.
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
    if let Some(shard) = scope.earlier::<T>(&key)?.filter(|shard| answers_for(shard, piece)) {
        tell(scope, T::KIND, piece.wanted.len());
        scope.tell_earlier(&shard);
        return Ok(shard.records);
    }
    let ask = &ask;
    let answers = each(piece.wanted.clone(), |arn| async move {
        let answer = ask(arn).await;
        tell(scope, T::KIND, 1);
        answer
    })
    .await;
    let (mut records, mut gaps) = (Vec::new(), extra);
    for answer in answers {
        match answer {
            Ok(record) => records.push(record),
            Err(gap) => gaps.push(gap),
        }
    }
    records.sort_by(|a: &T, b: &T| a.arn().cmp(b.arn()));
    scope.write(&key, piece.last, records, gaps)
}

/// Whether a shard of an earlier run speaks of exactly these secrets; between two runs secrets come and go.
fn answers_for<T: PerSecret>(shard: &Shard<T>, piece: &Piece) -> bool {
    let heard = shard.records.iter().map(PerSecret::arn);
    let refused = shard.gaps.iter().filter_map(|gap| gap.resource.as_deref());
    let spoken_of: BTreeSet<&str> = heard.chain(refused).collect();
    shard.last == piece.last && spoken_of.into_iter().eq(piece.wanted.iter().map(String::as_str))
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

    fn refused(arn: &str) -> Gap {
        Gap {
            call: "secretsmanager:GetResourcePolicy".to_owned(),
            cause: GapCause::Refused,
            account: None,
            region: None,
            resource: Some(arn.to_owned()),
            error: "AccessDeniedException".to_owned(),
            message: String::new(),
            permission: None,
        }
    }

    #[test]
    fn an_earlier_piece_counts_for_the_same_secrets_only() {
        let key = ShardKey::first(
            &AccountId::new("111122223333"),
            &Region::new("eu-west-1"),
            Kind::ResourcePolicies,
        );
        let shard = Shard::new(&key, true, vec![policy("a"), policy("c")], vec![refused("b")]);
        let piece = |wanted: &[&str], last| Piece {
            part: 0,
            last,
            wanted: wanted.iter().map(|arn| (*arn).to_owned()).collect(),
        };
        assert!(answers_for(&shard, &piece(&["a", "b", "c"], true)));
        assert!(!answers_for(&shard, &piece(&["a", "b", "c"], false)));
        assert!(!answers_for(&shard, &piece(&["a", "b"], true)));
        assert!(!answers_for(&shard, &piece(&["a", "b", "c", "d"], true)));
    }
}
