//! The Security Hub of an account in a Region: what of ours is there, and what it takes.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_securityhub::types::{AwsSecurityFindingFilters, StringFilter, StringFilterComparison};

use super::batches::batches;
use super::sdk::{incoming, outgoing};
use super::way::{Ways, sentence};
use crate::aws::operations::{BATCH_IMPORT_FINDINGS, GET_FINDINGS};
use crate::aws::{Clients, Failure, codes};
use crate::model::{AccountId, Region, Rejected};
use crate::report::asff::{self, Finding, Known, PRODUCT};

/// Findings on a page.
const PAGE: i32 = 100;

/// How often a finding is sent that AWS could not take for reasons of its own.
const ATTEMPTS: u32 = 3;

/// What AWS waits for before it is asked again the first time; twice as long each time after.
const PAUSE: Duration = Duration::from_millis(500);

/// The Security Hub of an account in a Region.
#[derive(Debug)]
pub struct Hub {
    clients: Arc<Clients>,
    account: AccountId,
    region: Region,
}

/// What became of findings that were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// How many were taken.
    pub taken: u64,
    /// Those that were not, by id.
    pub rejected: Vec<Rejected>,
    /// Why the rest was not sent.
    pub failure: Option<String>,
}

/// What became of one batch.
struct Answer {
    taken: u64,
    /// With what AWS said of each.
    again: Vec<(Finding, Rejected)>,
    rejected: Vec<Rejected>,
}

impl Hub {
    /// Goes into the account.
    ///
    /// # Errors
    /// With a sentence, where no way leads there.
    pub async fn enter(ways: &Ways, account: &AccountId, region: &Region) -> Result<Self, String> {
        let session = ways.into(account).await?;
        Ok(Self { clients: session.at(region), account: account.clone(), region: region.clone() })
    }

    /// The findings of ours that are active there; none where Security Hub is off and `is_needed` is not set.
    ///
    /// # Errors
    /// With a sentence, where AWS does not answer.
    pub async fn known(&self, is_needed: bool) -> Result<Vec<Known>, String> {
        match self.pages().await {
            Ok(known) => Ok(known),
            Err(failure) if failure.code == "InvalidAccessException" && !is_needed => Ok(Vec::new()),
            Err(failure) => Err(sentence(&GET_FINDINGS, &failure)),
        }
    }

    async fn pages(&self) -> Result<Vec<Known>, Failure> {
        let mut known = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let asked = self.clients.security_hub().get_findings().filters(self.ours()).max_results(PAGE);
            let page = asked.set_next_token(token.clone()).send().await?;
            known.extend(page.findings.unwrap_or_default().into_iter().filter_map(incoming));
            match page.next_token.filter(|next| !next.is_empty()) {
                None => return Ok(known),
                Some(next) if token.as_ref() == Some(&next) => {
                    return Err(Failure::malformed("the same page token twice"));
                }
                Some(next) => token = Some(next),
            }
        }
    }

    /// An administrator's Security Hub has the findings of others, too, and an aggregating one those of other Regions.
    fn ours(&self) -> AwsSecurityFindingFilters {
        let filter =
            |value: String, comparison| StringFilter::builder().value(value).comparison(comparison).build();
        let equals = |value: String| filter(value, StringFilterComparison::Equals);
        AwsSecurityFindingFilters::builder()
            .product_arn(equals(asff::Hub::product(self.account.as_str(), self.region.as_str())))
            .aws_account_id(equals(self.account.to_string()))
            .record_state(equals("ACTIVE".to_owned()))
            .generator_id(filter(format!("{PRODUCT}/"), StringFilterComparison::Prefix))
            .build()
    }

    /// Sends findings, and those again that AWS could not take for reasons of its own. Where a whole batch fails the rest
    /// is not sent; what was taken stays taken, and a further run sends everything under the same identities.
    pub async fn send(&self, findings: Vec<Finding>) -> Sent {
        let mut sent = Sent::default();
        let mut waiting = findings;
        for attempt in 1..=ATTEMPTS {
            let mut again = Vec::new();
            for batch in batches(waiting) {
                match self.import(batch).await {
                    Ok(answer) => {
                        sent.taken += answer.taken;
                        sent.rejected.extend(answer.rejected);
                        again.extend(answer.again);
                    }
                    Err(failure) => {
                        sent.rejected.extend(again.into_iter().map(|(_, rejected)| rejected));
                        sent.failure = Some(sentence(&BATCH_IMPORT_FINDINGS, &failure));
                        return sent;
                    }
                }
            }
            if again.is_empty() || attempt == ATTEMPTS {
                sent.rejected.extend(again.into_iter().map(|(_, rejected)| rejected));
                break;
            }
            tokio::time::sleep(PAUSE * 2_u32.pow(attempt - 1)).await;
            waiting = again.into_iter().map(|(finding, _)| finding).collect();
        }
        sent.rejected.sort();
        sent
    }

    async fn import(&self, batch: Vec<Finding>) -> Result<Answer, Failure> {
        let out: Vec<_> = batch.iter().map(outgoing).collect();
        let asked = self.clients.security_hub().batch_import_findings().set_findings(Some(out));
        let answer = asked.send().await?;
        let mut told = Answer {
            taken: u64::try_from(answer.success_count.unwrap_or_default()).unwrap_or_default(),
            again: Vec::new(),
            rejected: Vec::new(),
        };
        for error in answer.failed_findings.unwrap_or_default() {
            let rejected = Rejected {
                id: error.id.unwrap_or_default(),
                code: error.error_code.unwrap_or_default(),
                message: error.error_message.unwrap_or_default(),
            };
            let finding = batch.iter().find(|finding| finding.id == rejected.id);
            match finding.filter(|_| is_passing(&rejected.code)) {
                Some(finding) => told.again.push((finding.clone(), rejected)),
                None => told.rejected.push(rejected),
            }
        }
        Ok(told)
    }
}

/// Whether another attempt may go better.
fn is_passing(code: &str) -> bool {
    codes::is_throttling(code)
        || ["Internal", "ServiceUnavailable", "LimitExceeded"].iter().any(|word| code.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_pass_is_sent_again() {
        let passing = ["InternalError", "InternalException", "ThrottlingException", "LimitExceededException"];
        assert!(passing.into_iter().all(is_passing));
        assert!(!["InvalidInput", "AccessDenied", ""].into_iter().any(is_passing));
    }
}
