//! The findings in columns, flat and typed, for DuckDB, Athena, Spark, pandas and their like: as a report in Hive's folders,
//! and as a history keeps them.
//!
//! Names of folders are columns to those readers, which guess their types and take an account for a number. So account and
//! Region are columns of the file, too, under names of their own: `account_id` keeps its leading zeros.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rust_decimal::Decimal;

use super::thing::{all_missing, evidence};
use crate::model::{Audited, Excepted, Finding, Verdict, date};

/// The columns. Costs are decimals, since money is never a float; instants are microseconds in UTC.
const SCHEMA: &str = "message findings {
    required binary rule (STRING);
    required binary title (STRING);
    required binary topic (STRING);
    required binary severity (STRING);
    required binary verdict (STRING);
    required binary confidence (STRING);
    required binary resource_type (STRING);
    required binary arn (STRING);
    required binary name (STRING);
    optional binary second_key (STRING);
    required binary account_id (STRING);
    required binary region_code (STRING);
    required binary owner (STRING);
    required binary environment (STRING);
    required binary message (STRING);
    required binary fingerprint (STRING);
    required boolean excepted;
    optional int32 excepted_until (DATE);
    optional binary excepted_by (STRING);
    optional binary excepted_reason (STRING);
    optional binary excepted_ticket (STRING);
    optional binary baseline (STRING);
    required boolean gates;
    optional binary implied_by (STRING);
    optional int64 reach;
    optional int64 monthly_cost (DECIMAL(18,4));
    optional int64 first_seen (TIMESTAMP(MICROS,true));
    required int64 as_of (TIMESTAMP(MICROS,true));
    required binary evidence (STRING);
    required binary missing_evidence (STRING);
}";

/// Digits behind the point of a cost.
const SCALE: u32 = 4;

/// Rows that are in memory as columns at once.
const ROWS: usize = 1 << 16;

/// What a folder's name may hold as it is; Hive writes the rest as `%2F`.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// What Hive calls a folder whose column has no value.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

/// A file of a report, and what it holds.
#[derive(Debug)]
pub struct Partition<'a> {
    /// Its path below the folder of the report.
    pub path: PathBuf,
    /// Its findings, in the order of the report; none where nothing was found.
    pub findings: Vec<&'a Finding>,
}

/// A file for each account and Region that was audited or has a finding, under the day that counts as today.
pub fn partitions(audited: &Audited) -> Vec<Partition<'_>> {
    let run = &audited.assessment.run;
    let mut places: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for account in &run.accounts {
        for region in &account.regions {
            places.entry((account.account.as_str(), region.region.as_str())).or_default();
        }
    }
    for finding in &audited.assessment.findings {
        let resource = &finding.resource;
        places.entry((resource.account.as_str(), resource.region.as_str())).or_default().push(finding);
    }
    let folder = |(account, region)| {
        PathBuf::from(format!("account={}", value(account)))
            .join(format!("region={}", value(region)))
            .join(format!("dt={}", date(run.as_of)))
    };
    let places = places.into_iter();
    places
        .map(|(place, findings)| Partition { path: folder(place).join("findings.parquet"), findings })
        .collect()
}

fn value(text: &str) -> String {
    if text.is_empty() { NO_VALUE.to_owned() } else { utf8_percent_encode(text, PLAIN).to_string() }
}

/// The failures and unknowns of each account that was audited or has any, as a history keeps them.
pub fn by_account(audited: &Audited) -> BTreeMap<&str, Vec<&Finding>> {
    let Audited { assessment, .. } = audited;
    let mut accounts: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for account in &assessment.run.accounts {
        accounts.entry(account.account.as_str()).or_default();
    }
    for finding in &assessment.findings {
        let of_account = accounts.entry(finding.resource.account.as_str()).or_default();
        if matches!(finding.verdict, Verdict::Fail | Verdict::Unknown) {
            of_account.push(finding);
        }
    }
    accounts
}

/// Writes findings as a Parquet file, a group of rows after the other.
///
/// # Errors
/// Where `out` fails.
pub fn write(audited: &Audited, findings: &[&Finding], out: &mut (dyn Write + Send)) -> io::Result<()> {
    groups(audited, findings, out).map_err(system_error)
}

/// The system's own error where the file could not be written: what is wrong is the disk, and not Parquet.
fn system_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => {
            cause.downcast::<io::Error>().map_or_else(io::Error::other, |system| *system)
        }
        other => io::Error::other(other),
    }
}

fn groups(audited: &Audited, findings: &[&Finding], out: &mut (dyn Write + Send)) -> Result<()> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("secrets-auditor ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let mut file = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
    for findings in findings.chunks(ROWS) {
        let mut columns = Columns { group: file.next_row_group()?, audited, findings };
        columns.of_rules()?;
        columns.of_resources()?;
        columns.of_acceptance()?;
        columns.of_standing()?;
        columns.group.close()?;
    }
    file.close().map(drop)
}

struct Columns<'w, 'f, W: Write + Send> {
    group: SerializedRowGroupWriter<'w, W>,
    audited: &'f Audited,
    findings: &'f [&'f Finding],
}

/// Together in the order of the schema.
impl<W: Write + Send> Columns<'_, '_, W> {
    fn of_rules(&mut self) -> Result<()> {
        let assessment = &self.audited.assessment;
        let rule = |finding: &Finding| assessment.rule(&finding.rule);
        self.texts(|finding| finding.rule.clone())?;
        self.texts(|finding| rule(finding).map_or_else(String::new, |rule| rule.title.clone()))?;
        self.texts(|finding| rule(finding).map_or_else(String::new, |rule| rule.topic.clone()))?;
        self.texts(|finding| finding.severity.to_string())?;
        self.texts(|finding| finding.verdict.to_string())?;
        self.texts(|finding| finding.confidence.as_str().to_owned())
    }

    fn of_resources(&mut self) -> Result<()> {
        self.texts(|finding| finding.resource.kind.as_str().to_owned())?;
        self.texts(|finding| finding.resource.arn.clone())?;
        self.texts(|finding| finding.resource.name.clone())?;
        self.texts_where_known(|finding| finding.resource.second_key.clone())?;
        self.texts(|finding| finding.resource.account.to_string())?;
        self.texts(|finding| finding.resource.region.to_string())?;
        self.texts(|finding| finding.owner.clone())?;
        self.texts(|finding| finding.environment.clone())?;
        self.texts(|finding| finding.message.clone())?;
        self.texts(|finding| finding.fingerprint.to_string())
    }

    fn of_acceptance(&mut self) -> Result<()> {
        let told = |of: fn(&Excepted) -> Option<String>| {
            move |finding: &Finding| finding.exception.as_ref().and_then(of)
        };
        self.flags(|finding| finding.exception.is_some())?;
        self.known::<Int32Type>(|finding| day(finding.exception.as_ref()?))?;
        self.texts_where_known(told(|accepted| Some(accepted.owner.clone())))?;
        self.texts_where_known(told(|accepted| Some(accepted.reason.clone())))?;
        self.texts_where_known(told(|accepted| accepted.ticket.clone()))?;
        self.texts_where_known(|finding| finding.baseline.map(|state| state.as_str().to_owned()))
    }

    fn of_standing(&mut self) -> Result<()> {
        let audited = self.audited;
        let now = audited.assessment.run.as_of.as_microsecond();
        self.flags(|finding| audited.assessment.gates(finding))?;
        self.texts_where_known(|finding| finding.implied_by.clone())?;
        self.known::<Int64Type>(|finding| i64::try_from(finding.reach?).ok())?;
        self.known::<Int64Type>(|finding| unscaled(*audited.cost.by_secret.get(&finding.resource.arn)?))?;
        self.known::<Int64Type>(|finding| Some(audited.first_seen(&finding.fingerprint)?.as_microsecond()))?;
        self.all::<Int64Type>(|_| now)?;
        self.texts(|finding| evidence(&finding.evidence))?;
        self.texts(|finding| all_missing(&finding.missing_evidence))
    }

    fn texts(&mut self, of: impl Fn(&Finding) -> String) -> Result<()> {
        self.all::<ByteArrayType>(|finding| ByteArray::from(of(finding).into_bytes()))
    }

    fn texts_where_known(&mut self, of: impl Fn(&Finding) -> Option<String>) -> Result<()> {
        self.known::<ByteArrayType>(|finding| Some(ByteArray::from(of(finding)?.into_bytes())))
    }

    fn flags(&mut self, of: impl Fn(&Finding) -> bool) -> Result<()> {
        self.all::<BoolType>(of)
    }

    fn all<T: DataType>(&mut self, of: impl Fn(&Finding) -> T::T) -> Result<()> {
        let values: Vec<T::T> = self.findings.iter().map(|finding| of(finding)).collect();
        self.column::<T>(&values, None)
    }

    fn known<T: DataType>(&mut self, of: impl Fn(&Finding) -> Option<T::T>) -> Result<()> {
        let cells: Vec<Option<T::T>> = self.findings.iter().map(|finding| of(finding)).collect();
        let known: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
        let values: Vec<T::T> = cells.into_iter().flatten().collect();
        self.column::<T>(&values, Some(&known))
    }

    fn column<T: DataType>(&mut self, values: &[T::T], known: Option<&[i16]>) -> Result<()> {
        let Some(mut column) = self.group.next_column()? else { return Ok(()) };
        column.typed::<T>().write_batch(values, known, None)?;
        column.close()
    }
}

/// The last day of an exception, counted from 1970.
fn day(accepted: &Excepted) -> Option<i32> {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.until(accepted.expires).ok().map(|span| span.get_days())
}

/// A decimal as the whole number that stands for it in the column.
fn unscaled(amount: Decimal) -> Option<i64> {
    let mut amount = amount;
    amount.rescale(SCALE);
    i64::try_from(amount.mantissa()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_its_folder() {
        let cases = [
            ("012345678901", "012345678901"),
            ("eu-west-1", "eu-west-1"),
            ("", NO_VALUE),
            ("../../etc", "%2E%2E%2F%2E%2E%2Fetc"),
            ("a=b\u{202e}", "a%3Db%E2%80%AE"),
        ];
        for (given, expected) in cases {
            assert_eq!(value(given), expected, "{given}");
        }
    }
}
