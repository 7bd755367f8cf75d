//! The monthly estimate.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{BooleanChunked, DataFrame, PolarsResult, StringChunked};
use rust_decimal::Decimal;

use super::PriceBook;
use crate::model::{CostGroup, CostLine, CostReport};
use crate::tables::Tables;
use crate::tables::schema::{Table, TagColumn};

/// How many API calls the price of ten thousand stands for.
const CALLS_PER_PRICE: u32 = 10_000;

/// What the tables cannot tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// API calls in a month, where somebody knows.
    pub monthly_calls: Option<u64>,
    /// Tag keys by which sums are wanted.
    pub tag_keys: Vec<String>,
}

/// The tag columns that sums by tag need.
pub fn tag_columns(tag_keys: &[String]) -> BTreeSet<TagColumn> {
    tag_keys.iter().map(|key| TagColumn::Value(key.clone())).collect()
}

/// Prices what the tables hold.
///
/// Source: AWS Secrets Manager pricing: a replica is charged as a secret; a secret marked for deletion is not.
///
/// # Errors
/// Where a table lacks a column that the schema promises.
pub fn estimate(tables: &Tables, book: &PriceBook, volume: &Volume) -> PolarsResult<CostReport> {
    let mut not_included = Vec::new();
    let secrets = match tables.get(Table::Secrets) {
        Some(data) => {
            let unlisted = data.scopes.iter().map(|scope| &scope.resource.name);
            not_included.extend(unlisted.map(|name| format!("{name}, which could not be listed")));
            priced_secrets(&data.frame, book, &volume.tag_keys, &mut not_included)?
        }
        None => Vec::new(),
    };
    let keys = match tables.get(Table::Keys) {
        Some(data) => charged_keys(&data.frame, book, &mut not_included)?,
        None => 0,
    };
    let lines = lines(&secrets, keys, book, volume);
    if volume.monthly_calls.is_none() {
        not_included.push("API calls, which nobody counted: give `--monthly-calls N` if you know".to_owned());
    }
    Ok(CostReport {
        prices: book.source(),
        monthly_total: lines.iter().filter_map(|line| line.monthly).sum(),
        lines,
        not_included,
        by_secret: secrets.iter().map(|secret| (secret.arn.clone(), secret.monthly)).collect(),
        by_account: grouped(secrets.iter().map(|secret| (secret.account.as_str(), secret))),
        by_region: grouped(secrets.iter().map(|secret| (secret.region.as_str(), secret))),
        by_tag: volume
            .tag_keys
            .iter()
            .enumerate()
            .map(|(index, key)| (key.clone(), by_tag(&secrets, index)))
            .collect(),
    })
}

/// A secret with its price.
struct Priced {
    arn: String,
    account: String,
    region: String,
    tags: Vec<String>,
    monthly: Decimal,
}

impl Priced {
    fn is_charged(&self) -> bool {
        !self.monthly.is_zero()
    }
}

fn texts<'a>(frame: &'a DataFrame, name: &str) -> PolarsResult<&'a StringChunked> {
    frame.column(name)?.str()
}

fn flags<'a>(frame: &'a DataFrame, name: &str) -> PolarsResult<&'a BooleanChunked> {
    frame.column(name)?.bool()
}

fn priced_secrets(
    frame: &DataFrame,
    book: &PriceBook,
    tag_keys: &[String],
    not_included: &mut Vec<String>,
) -> PolarsResult<Vec<Priced>> {
    let (arns, accounts) = (texts(frame, "arn")?, texts(frame, "account")?);
    let (regions, partitions) = (texts(frame, "region")?, texts(frame, "partition")?);
    let (deleted, owners) = (flags(frame, "pending_deletion")?, texts(frame, "owning_service")?);
    let tags: Vec<_> =
        tag_keys.iter().map(|key| texts(frame, &format!("tag:{key}"))).collect::<Result<_, _>>()?;
    let mut unpriced: BTreeMap<&str, u64> = BTreeMap::new();
    let mut unsure = 0;
    let mut all = Vec::with_capacity(frame.height());
    for row in 0..frame.height() {
        let region = regions.get(row).unwrap_or_default();
        if partitions.get(row) != Some(book.partition.as_str()) {
            *unpriced.entry(region).or_default() += 1;
            continue;
        }
        unsure += u64::from(deleted.get(row).is_none());
        let included = owners.get(row).is_some_and(|owner| book.included_services.iter().any(|s| s == owner));
        let free = included || deleted.get(row) == Some(true);
        all.push(Priced {
            arn: arns.get(row).unwrap_or_default().to_owned(),
            account: accounts.get(row).unwrap_or_default().to_owned(),
            region: region.to_owned(),
            tags: tags.iter().map(|tag| tag.get(row).unwrap_or_default().to_owned()).collect(),
            monthly: if free { Decimal::ZERO } else { book.secret_month },
        });
    }
    let priceless =
        |(region, count): (&&str, &u64)| format!("{} in {region}: no list price", secrets(*count));
    not_included.extend(unpriced.iter().map(|(region, count)| priceless((region, count))));
    if unsure > 0 {
        let what = secrets(unsure);
        not_included.push(format!("{what} counted in full, which may be scheduled for deletion or free"));
    }
    Ok(all)
}

/// A count with its noun.
fn secrets(count: u64) -> String {
    if count == 1 { "1 secret".to_owned() } else { format!("{count} secrets") }
}

/// Customer managed keys of the accounts audited; those scheduled for deletion are free.
fn charged_keys(frame: &DataFrame, book: &PriceBook, not_included: &mut Vec<String>) -> PolarsResult<u64> {
    let (arns, states) = (texts(frame, "arn")?, texts(frame, "state")?);
    let (customer, foreign) = (flags(frame, "customer_managed")?, flags(frame, "in_other_account")?);
    let mut charged: BTreeSet<&str> = BTreeSet::new();
    let mut unknown = 0_u64;
    for row in 0..frame.height() {
        let arn = arns.get(row).unwrap_or_default();
        match (customer.get(row), foreign.get(row), states.get(row)) {
            (None, ..) => unknown += 1,
            (_, _, Some("PendingDeletion")) | (Some(false), ..) | (_, Some(true), _) => {}
            _ if arn.starts_with(&format!("arn:{}:", book.partition)) => drop(charged.insert(arn)),
            _ => unknown += 1,
        }
    }
    if unknown > 0 {
        let keys = if unknown == 1 { "1 key".to_owned() } else { format!("{unknown} keys") };
        not_included.push(format!("{keys} that could not be described or without a list price"));
    }
    Ok(charged.len() as u64)
}

fn lines(secrets: &[Priced], keys: u64, book: &PriceBook, volume: &Volume) -> Vec<CostLine> {
    let charged = secrets.iter().filter(|secret| secret.is_charged()).count() as u64;
    let line = |item: &str, unit: &str, quantity: Option<Decimal>, unit_price: Decimal| CostLine {
        item: item.to_owned(),
        quantity,
        unit: unit.to_owned(),
        unit_price,
        monthly: quantity.map(|quantity| quantity * unit_price),
    };
    let (calls, call) =
        (volume.monthly_calls.map(Decimal::from), book.api_calls_10k / Decimal::from(CALLS_PER_PRICE));
    vec![
        line("secrets and replicas", "secret-month", Some(Decimal::from(charged)), book.secret_month),
        line("customer managed keys", "key-month", Some(Decimal::from(keys)), book.customer_key_month),
        line("API calls", "call", calls, call),
    ]
}

fn by_tag(secrets: &[Priced], index: usize) -> Vec<CostGroup> {
    grouped(secrets.iter().map(|secret| (secret.tags.get(index).map_or("", String::as_str), secret)))
}

fn grouped<'a>(members: impl Iterator<Item = (&'a str, &'a Priced)>) -> Vec<CostGroup> {
    let mut groups: BTreeMap<&str, CostGroup> = BTreeMap::new();
    for (name, secret) in members {
        let empty = || CostGroup { name: name.to_owned(), secrets: 0, monthly: Decimal::ZERO };
        let group = groups.entry(name).or_insert_with(empty);
        group.secrets += u64::from(secret.is_charged());
        group.monthly += secret.monthly;
    }
    groups.into_values().collect()
}
