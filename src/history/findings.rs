//! Findings in columns: one Parquet file for each account, flat and typed, for DuckDB, polars, pandas and their like.

use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use rust_decimal::Decimal;

use super::Kept;
use crate::model::{AccountId, Finding, RuleInfo, Verdict};

/// The columns. The account stands in them although its folder is named by it, since readers take that name for a number.
/// Costs are decimals, since money is never a float.
const SCHEMA: &str = "message findings {
    required binary rule (STRING);
    required binary topic (STRING);
    required binary severity (STRING);
    required binary verdict (STRING);
    required binary resource_type (STRING);
    required binary arn (STRING);
    required binary name (STRING);
    optional binary second_key (STRING);
    required binary account_id (STRING);
    required binary region (STRING);
    required binary owner (STRING);
    required binary environment (STRING);
    required binary message (STRING);
    required binary fingerprint (STRING);
    required boolean excepted;
    optional binary baseline (STRING);
    required boolean gates;
    optional int64 reach;
    optional int64 monthly_cost (DECIMAL(18,4));
}";

/// Digits behind the point of a cost.
const SCALE: u32 = 4;

/// The failures and unknowns of an account as the bytes of a Parquet file.
pub(super) fn parquet(kept: &Kept<'_>, account: &AccountId) -> Result<Vec<u8>> {
    let problems = kept.assessment.findings.iter().filter(|finding| {
        finding.resource.account == *account && matches!(finding.verdict, Verdict::Fail | Verdict::Unknown)
    });
    let findings: Vec<&Finding> = problems.collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("secrets-auditor ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    if !findings.is_empty() {
        let mut columns = Columns { group: file.next_row_group()?, findings: &findings };
        columns.write(kept)?;
        columns.group.close()?;
    }
    file.into_inner()
}

struct Columns<'w, 'f> {
    group: SerializedRowGroupWriter<'w, Vec<u8>>,
    findings: &'f [&'f Finding],
}

impl<'f> Columns<'_, 'f> {
    /// In the order of the schema.
    fn write(&mut self, kept: &Kept<'_>) -> Result<()> {
        let assessment = kept.assessment;
        let rule = |id: &str| assessment.rules.iter().find(|rule: &&RuleInfo| rule.id == id);
        self.texts(|finding| finding.rule.as_str())?;
        self.texts(|finding| rule(&finding.rule).map_or("", |rule| rule.topic.as_str()))?;
        self.texts(|finding| finding.severity.as_str())?;
        self.texts(|finding| finding.verdict.as_str())?;
        self.texts(|finding| finding.resource.kind.as_str())?;
        self.texts(|finding| finding.resource.arn.as_str())?;
        self.texts(|finding| finding.resource.name.as_str())?;
        self.texts_where_known(|finding| finding.resource.second_key.as_deref())?;
        self.texts(|finding| finding.resource.account.as_str())?;
        self.texts(|finding| finding.resource.region.as_str())?;
        self.texts(|finding| finding.owner.as_str())?;
        self.texts(|finding| finding.environment.as_str())?;
        self.texts(|finding| finding.message.as_str())?;
        self.texts(|finding| finding.fingerprint.as_str())?;
        self.flags(|finding| finding.exception.is_some())?;
        self.texts_where_known(|finding| finding.baseline.map(|state| state.as_str()))?;
        self.flags(|finding| assessment.gates(finding))?;
        self.numbers_where_known(|finding| finding.reach.and_then(|reach| i64::try_from(reach).ok()))?;
        self.numbers_where_known(|finding| unscaled(*kept.cost.by_secret.get(&finding.resource.arn)?))
    }

    fn texts<'t>(&mut self, of: impl Fn(&'f Finding) -> &'t str) -> Result<()> {
        let values: Vec<ByteArray> = self.findings.iter().map(|finding| of(finding).into()).collect();
        let Some(mut column) = self.group.next_column()? else { return Ok(()) };
        column.typed::<ByteArrayType>().write_batch(&values, None, None)?;
        column.close()
    }

    fn texts_where_known<'t>(&mut self, of: impl Fn(&'f Finding) -> Option<&'t str>) -> Result<()> {
        let cells = self.findings.iter().map(|finding| of(finding));
        let known: Vec<i16> = cells.clone().map(|cell| i16::from(cell.is_some())).collect();
        let values: Vec<ByteArray> = cells.flatten().map(ByteArray::from).collect();
        let Some(mut column) = self.group.next_column()? else { return Ok(()) };
        column.typed::<ByteArrayType>().write_batch(&values, Some(&known), None)?;
        column.close()
    }

    fn flags(&mut self, of: impl Fn(&Finding) -> bool) -> Result<()> {
        let values: Vec<bool> = self.findings.iter().map(|finding| of(finding)).collect();
        let Some(mut column) = self.group.next_column()? else { return Ok(()) };
        column.typed::<BoolType>().write_batch(&values, None, None)?;
        column.close()
    }

    fn numbers_where_known(&mut self, of: impl Fn(&Finding) -> Option<i64>) -> Result<()> {
        let cells = self.findings.iter().map(|finding| of(finding));
        let known: Vec<i16> = cells.clone().map(|cell| i16::from(cell.is_some())).collect();
        let values: Vec<i64> = cells.flatten().collect();
        let Some(mut column) = self.group.next_column()? else { return Ok(()) };
        column.typed::<Int64Type>().write_batch(&values, Some(&known), None)?;
        column.close()
    }
}

/// A decimal as the whole number that stands for it in the column.
fn unscaled(amount: Decimal) -> Option<i64> {
    let mut amount = amount;
    amount.rescale(SCALE);
    i64::try_from(amount.mantissa()).ok()
}
