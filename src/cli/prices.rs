//! The verb `prices`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::args::{PricesArgs, PricesVerb, RefreshArgs};
use super::error::CliError;
use super::exit::Exit;
use super::output::{Printer, write_shared};
use super::{source, trail};
use crate::aws::{Aws, ClientOptions, Failure, PriceApi, Purpose};
use crate::cost::{PRODUCTS, PriceBook, PriceList, Product, ProductQuery, price_list};
use crate::model::{AccountId, Partition};

/// How often a call is tried.
const ATTEMPTS: u32 = 5;

/// Regions of China; those of other partitions stand in the program's own prices.
const CHINA: [&str; 2] = ["cn-north-1", "cn-northwest-1"];

pub(super) fn run(args: &PricesArgs, printer: &Printer) -> Result<Exit, CliError> {
    let PricesVerb::Refresh(args) = &args.verb;
    let own = PriceBook::embedded().map_err(|error| CliError::defect(&error))?;
    let regions = regions(args, &own)?;
    let lists = source::runtime()?.block_on(lists(args, &regions))?;
    let today = trail::now().to_zoned(TimeZone::UTC).date();
    let book = PriceBook {
        as_of: today,
        source: "AWS Price List API, GetProducts".to_owned(),
        included_services: own.included_services,
        lists: joined(lists),
    };
    write_shared(&args.to, &written(&book, today)?)?;
    let count = regions.len();
    let what = if count == 1 { "1 Region".to_owned() } else { format!("{count} Regions") };
    printer.remark(&format!("wrote the prices of {what} to `{}`", args.to.display()));
    Ok(Exit::Clean)
}

/// The Regions that were named, else those that are known.
fn regions(args: &RefreshArgs, own: &PriceBook) -> Result<BTreeSet<String>, CliError> {
    let of_partition =
        |region: &&String| crate::model::Region::new(region.as_str()).partition() == args.partition;
    if let Some(other) = args.regions.iter().find(|region| !of_partition(region)) {
        return Err(CliError::new(
            format!("`{other}` is not in the partition `{}`", args.partition),
            "name its Regions only, or another `--partition`",
        ));
    }
    if !args.regions.is_empty() {
        return Ok(args.regions.iter().cloned().collect());
    }
    if args.partition == Partition::China {
        return Ok(CHINA.map(str::to_owned).into());
    }
    Ok(own.lists.iter().flat_map(|list| list.regions.iter().cloned()).collect())
}

/// Asks for every product in every Region. The first that is missing ends it: half a price book would be taken for a whole.
async fn lists(args: &RefreshArgs, regions: &BTreeSet<String>) -> Result<Vec<PriceList>, CliError> {
    let aws = Aws::load(&ClientOptions {
        purpose: Purpose::Prices,
        profile: args.profile.clone(),
        endpoint_url: args.endpoint_url.clone(),
        partition: args.partition,
        max_rate: None,
        max_attempts: ATTEMPTS,
        in_flight: 1,
    })
    .await;
    let api = PriceApi::new(&aws.session(&AccountId::new("unknown")), args.partition);
    let currency = if args.partition == Partition::China { "CNY" } else { "USD" };
    let mut lists = Vec::with_capacity(regions.len());
    for region in regions {
        let mut products: BTreeMap<ProductQuery, Vec<Product>> = BTreeMap::new();
        for query in PRODUCTS {
            products.insert(query, of_query(&api, query, region).await?);
        }
        let list = price_list(&args.partition.to_string(), region, currency, &products);
        lists.push(list.map_err(|reason| {
            CliError::new(
                format!("no price book was written: {reason}"),
                "leave this Region out by naming the others with `--region`, or write the file by hand",
            )
        })?);
    }
    Ok(lists)
}

async fn of_query(api: &PriceApi, query: ProductQuery, region: &str) -> Result<Vec<Product>, CliError> {
    let ProductQuery { service, family } = query;
    let texts = api.products(service, family, region).await;
    let texts = texts.map_err(|failure| refused(&failure, query, region))?;
    let products = texts.iter().map(|text| Product::read(text)).collect::<Result<_, _>>();
    products.map_err(|reason| {
        CliError::new(
            format!("no price book was written: {service} `{family}` in {region}: {reason}"),
            "AWS answers with something that this version does not understand: write the file by hand",
        )
    })
}

fn refused(failure: &Failure, query: ProductQuery, region: &str) -> CliError {
    let Failure { code, message, .. } = failure;
    let ProductQuery { service, family } = query;
    CliError::new(
        format!("no price book was written: {service} `{family}` in {region}: {code}: {message}"),
        "check credentials and network; `secrets-auditor permissions --for prices` prints the policy it needs",
    )
}

/// One list for Regions of the same prices.
fn joined(lists: Vec<PriceList>) -> Vec<PriceList> {
    let mut joined: Vec<PriceList> = Vec::new();
    for list in lists {
        match joined.iter_mut().find(|known| known.prices == list.prices) {
            Some(known) => known.regions.extend(list.regions),
            None => joined.push(list),
        }
    }
    joined
}

fn written(book: &PriceBook, today: Date) -> Result<String, CliError> {
    let text = serde_saphyr::to_string(book).map_err(|error| CliError::defect(&error))?;
    Ok(format!(
        "# Written by `secrets-auditor prices refresh` on {today}; for `--price-book` and the setting `price_book`.\n{text}"
    ))
}
