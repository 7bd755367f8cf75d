//! The AWS Price List API, freed of the SDK's types.

use std::sync::Arc;

use aws_sdk_pricing::types::{Filter, FilterType};

use super::clients::{Clients, Session};
use super::recorder::Failure;
use crate::model::{Partition, Region};

/// The list of prices of a partition.
#[derive(Debug)]
pub struct PriceApi {
    clients: Arc<Clients>,
}

impl PriceApi {
    /// The API of a partition, which is in few Regions and answers for all.
    ///
    /// Source: AWS General Reference, "AWS Price List endpoints and quotas".
    pub fn new(session: &Session, partition: Partition) -> Self {
        let region = if partition == Partition::China { "cn-northwest-1" } else { "us-east-1" };
        Self { clients: session.at(&Region::new(region)) }
    }

    /// The products of a service and family in a Region, each a JSON document.
    ///
    /// Source: AWS Price List Service API Reference, `GetProducts`.
    ///
    /// # Errors
    /// As AWS answers.
    pub async fn products(&self, service: &str, family: &str, region: &str) -> Result<Vec<String>, Failure> {
        let filters = [filter("productFamily", family)?, filter("regionCode", region)?];
        let mut found = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let request = self.clients.pricing().get_products().service_code(service);
            let request = request.set_filters(Some(filters.to_vec())).format_version("aws_v1");
            let answer = request.set_next_token(token.clone()).send().await?;
            found.extend(answer.price_list.unwrap_or_default());
            match answer.next_token.filter(|next| !next.is_empty()) {
                None => return Ok(found),
                Some(next) if token.as_ref() == Some(&next) => {
                    return Err(Failure::malformed("the same page token twice"));
                }
                Some(next) => token = Some(next),
            }
        }
    }
}

fn filter(field: &str, value: &str) -> Result<Filter, Failure> {
    let filter = Filter::builder().r#type(FilterType::TermMatch).field(field).value(value);
    filter.build().map_err(|error| Failure::malformed(&error.to_string()))
}
