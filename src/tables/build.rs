//! Builds the tables of a snapshot.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, PolarsResult};

use super::access::{self, Sight};
use super::accounts::AccountRow;
use super::compliance::{self, ConfigResults};
use super::context::{AccountContext, Context, RegionContext};
use super::frame::frame_of_cells;
use super::keys::KeyRow;
use super::ownership::Owners;
use super::principals::PrincipalRow;
use super::recorded;
use super::regions::{Recorders, RegionRow, covers_secrets};
use super::schema::{
    ACCOUNTS, Cell, Column, ColumnType, Group, KEYS, PRINCIPALS, REGIONS, SECRET_ACCESS, SECRET_USE, SECRETS,
    STATEMENTS, TRAILS, Table, TagColumn,
};
use super::scopes::{ScopeGap, account_scope, scope};
use super::secrets::{SecretFacts, assemble};
use super::statements::StatementRow;
use super::trail::{self, History};
use super::trails::{self, TrailRow};
use crate::access::{Did, Estate};
use crate::model::{Gap, GapId, Gaps, Ownership, Region, RegionState, Related, Resource, Settings};
use crate::snapshot::Snapshot;
use crate::snapshot::is_default_name;
use crate::snapshot::records::{Secret, Tag};

/// What a row stands for, and why some of its columns are NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The thing.
    pub resource: Resource,
    /// Group of columns to the gaps that explain its NULLs.
    pub gaps: Vec<(Group, GapId)>,
    /// What findings about access draw their paths from.
    pub related: Vec<Related>,
    /// Whose it is.
    pub ownership: Ownership,
}

/// One table.
#[derive(Clone, Debug)]
pub struct TableData {
    /// Its columns.
    pub frame: DataFrame,
    /// What its rows stand for, in the same order.
    pub rows: Vec<Row>,
    /// What could not be listed.
    pub scopes: Vec<ScopeGap>,
}

/// All tables of a snapshot.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    tables: BTreeMap<Table, TableData>,
    /// Everything that could not be seen.
    pub gaps: Gaps,
    /// What AWS Config says about secrets.
    pub config_results: ConfigResults,
}

impl Tables {
    /// One table.
    pub fn get(&self, table: Table) -> Option<&TableData> {
        self.tables.get(&table)
    }
}

/// Works out all facts and lays them into tables; `tags` are the tag columns that rules name.
///
/// # Errors
/// Where polars refuses the columns, which would be a defect of this program.
pub fn build(snapshot: &Snapshot, settings: &Settings, tags: &BTreeSet<TagColumn>) -> PolarsResult<Tables> {
    build_with(snapshot, &Estate::new(snapshot, settings.as_of), settings, tags)
}

/// The same where the estate of the snapshot was gathered before.
///
/// # Errors
/// As for [`build`].
pub fn build_with(
    snapshot: &Snapshot,
    estate: &Estate<'_>,
    settings: &Settings,
    tags: &BTreeSet<TagColumn>,
) -> PolarsResult<Tables> {
    let context = Context::new(snapshot, settings);
    let mut gaps = Gaps::default();
    for gap in snapshot.gaps() {
        gaps.add(gap.clone());
    }
    let sight = Sight::new(estate);
    let did = Did::new(snapshot, estate);
    let history = History { did: &did, estate, context: &context };
    let secrets = secret_rows(&context, &sight, &history);
    let mut tables = BTreeMap::new();
    tables.insert(Table::Accounts, accounts(&context, &sight, &secrets, &mut gaps)?);
    tables.insert(Table::Keys, keys(&context, &sight, &mut gaps)?);
    tables.insert(Table::Principals, principals(&context, &sight, &history, &secrets, tags, &mut gaps)?);
    tables.insert(Table::Statements, statements(&context, &sight, &mut gaps)?);
    tables.insert(Table::Regions, regions(&context, &mut gaps)?);
    tables.insert(Table::Trails, self::trails(&context, &mut gaps)?);
    tables.insert(Table::Reads, recorded::reads(&history, &mut gaps)?);
    tables.insert(Table::Events, recorded::events(&history, &mut gaps)?);
    tables.insert(Table::Callers, recorded::callers(&history, &mut gaps)?);
    tables.insert(Table::Secrets, self::secrets(&context, &secrets, tags, &mut gaps)?);
    let with_records = secrets.facts.iter().zip(secrets.records.iter().copied());
    let owners = Owners::new(settings, estate, with_records);
    tables.values_mut().for_each(|table| owners.fill(&mut table.rows));
    let config_results = compliance::gather(&context, &secrets.facts, &mut gaps);
    Ok(Tables { tables, gaps, config_results })
}

/// Why columns of a row are NULL, by group.
pub(super) type Missing = Vec<(Group, Gap)>;

/// The facts about all secrets with their records, in the order of the inventory.
struct Secrets<'a> {
    facts: Vec<SecretFacts>,
    records: Vec<&'a Secret>,
}

fn secret_rows<'a>(
    context: &'a Context<'a>,
    sight: &Sight<'_, '_>,
    history: &History<'_, '_>,
) -> Secrets<'a> {
    let mut secrets = Secrets { facts: Vec::new(), records: Vec::new() };
    let mut nodes = sight.estate.secrets.iter();
    for account in &context.accounts {
        for region in account.regions.values() {
            for record in &region.data.secrets.records {
                let mut facts = assemble(context, account, region, record);
                if let Some(node) = nodes.next() {
                    access::fill_function(sight, account, region, node, &mut facts);
                }
                secrets.facts.push(facts);
                secrets.records.push(record);
            }
        }
    }
    access::fill_secrets(sight, context, &mut secrets.facts);
    trail::fill_secrets(history, &mut secrets.facts);
    secrets
}

pub(super) fn frame<R>(rows: &[R], columns: &[Column<R>]) -> Vec<(String, ColumnType, Vec<Cell>)> {
    let cells = |column: &Column<R>| rows.iter().map(|row| (column.cell)(row)).collect();
    columns.iter().map(|column| (column.info.name.to_owned(), column.info.kind(), cells(column))).collect()
}

fn secrets(
    context: &Context<'_>,
    secrets: &Secrets<'_>,
    tags: &BTreeSet<TagColumn>,
    gaps: &mut Gaps,
) -> PolarsResult<TableData> {
    let facts = &secrets.facts;
    let cells = |column: &TagColumn| {
        secrets.records.iter().map(|record| column.cell(Some(tags_of(record)))).collect()
    };
    let mut columns = frame(facts, SECRETS);
    columns.extend(frame(facts, SECRET_ACCESS));
    columns.extend(frame(facts, SECRET_USE));
    columns.extend(tags.iter().map(|tag| (tag.name(), tag.kind(), cells(tag))));
    let row = |facts: &SecretFacts| Row {
        related: facts.access.related.clone(),
        ..row(facts.resource(), &facts.gaps, gaps)
    };
    let rows = facts.iter().map(row).collect();
    Ok(TableData { frame: frame_of_cells(facts.len(), columns)?, rows, scopes: secret_scopes(context, gaps) })
}

fn tags_of(secret: &Secret) -> &[Tag] {
    &secret.tags
}

pub(super) fn row(resource: Resource, missing: &[(Group, Gap)], gaps: &mut Gaps) -> Row {
    let gaps = missing.iter().map(|(group, gap)| (*group, gaps.add(gap.clone()))).collect();
    Row { resource, gaps, related: Vec::new(), ownership: Ownership::default() }
}

fn keys(context: &Context<'_>, sight: &Sight<'_, '_>, gaps: &mut Gaps) -> PolarsResult<TableData> {
    let mut rows: Vec<KeyRow> = Vec::new();
    let mut meta = Vec::new();
    let mut scopes = Vec::new();
    for account in &context.accounts {
        for region in account.regions.values() {
            for (mut key, mut missing) in region_keys(context, account, region) {
                let id = &account.data.entry.account;
                let unread = access::key_facts(sight, (context.settings, id, region), &mut key);
                missing.extend(unread.into_iter().map(|gap| (Group::KeyPolicy, gap)));
                meta.push(row(key.resource(), &missing, gaps));
                rows.push(key);
            }
        }
        scopes.extend(account_scope(account, Table::Keys, gaps));
    }
    Ok(TableData { frame: frame_of_cells(rows.len(), frame(&rows, KEYS))?, rows: meta, scopes })
}

/// The keys that the secrets of a Region name, each once.
fn region_keys(
    context: &Context<'_>,
    account: &AccountContext<'_>,
    region: &RegionContext<'_>,
) -> Vec<(KeyRow, Missing)> {
    let place = (&account.data.entry.account, &region.data.region);
    let mut rows: BTreeMap<String, (KeyRow, Missing)> = BTreeMap::new();
    let named = region.data.secrets.records.iter().filter_map(|secret| secret.kms_key_id.as_deref());
    for name in named.filter(|name| !is_default_name(name)) {
        let (mut row, missing) = match region.keys.record(name).map(|key| (key, &key.facts)) {
            Some((key, Some(facts))) => {
                let row = KeyRow::found(key, facts, place, context.as_of());
                let unread = row.rotation_enabled.is_none();
                let gaps = unread.then(|| region.keys.rotation_gaps(&facts.arn));
                (row, gaps.into_iter().flatten().map(|gap| (Group::KeyRotation, gap)).collect())
            }
            // A key that does not exist is the secret's defect, not the key's.
            Some((_, None)) => continue,
            None => {
                let gaps = region.keys.gaps_of(name);
                let groups = [Group::Key, Group::KeyRotation];
                let missing = groups.iter().flat_map(|group| gaps.iter().map(|gap| (*group, gap.clone())));
                (KeyRow::unseen(name, place), missing.collect())
            }
        };
        row.secrets = 0;
        rows.entry(row.arn.clone()).or_insert((row, missing)).0.secrets += 1;
    }
    rows.into_values().collect()
}

fn principals(
    context: &Context<'_>,
    sight: &Sight<'_, '_>,
    history: &History<'_, '_>,
    secrets: &Secrets<'_>,
    tags: &BTreeSet<TagColumn>,
    gaps: &mut Gaps,
) -> PolarsResult<TableData> {
    let mut found = access::principal_rows(sight, context, &secrets.facts);
    trail::fill_principals(history, &mut found);
    let (rows, missing): (Vec<PrincipalRow>, Vec<Missing>) = found.into_iter().unzip();
    let mut columns = frame(&rows, PRINCIPALS);
    let cells = |column: &TagColumn| rows.iter().map(|row| column.cell(Some(&row.tags))).collect();
    columns.extend(tags.iter().map(|tag| (tag.name(), tag.kind(), cells(tag))));
    let meta = rows
        .iter()
        .zip(&missing)
        .map(|(facts, missing)| Row { related: facts.related(), ..row(facts.resource(), missing, gaps) });
    let meta = meta.collect();
    let mut scopes = Vec::new();
    for account in &context.accounts {
        let unread = access::principal_gaps(account);
        let unread: Vec<&Gap> = unread.iter().filter(|_| !account.regions.is_empty()).collect();
        scopes.extend(scope(Table::Principals, &account.data.entry, &Region::global(), &unread, gaps));
        scopes.extend(account_scope(account, Table::Principals, gaps));
    }
    Ok(TableData { frame: frame_of_cells(rows.len(), columns)?, rows: meta, scopes })
}

fn statements(context: &Context<'_>, sight: &Sight<'_, '_>, gaps: &mut Gaps) -> PolarsResult<TableData> {
    let (rows, missing): (Vec<StatementRow>, Vec<Missing>) =
        access::statement_rows(sight, context).into_iter().unzip();
    let meta = rows
        .iter()
        .zip(&missing)
        .map(|(facts, missing)| Row { related: facts.related(), ..row(facts.resource(), missing, gaps) });
    let meta = meta.collect();
    let mut scopes = Vec::new();
    for account in &context.accounts {
        for region in account.regions.values().filter(|region| region.data.state != RegionState::Off) {
            let refused: Vec<&Gap> = region.data.secrets.scope_gaps().collect();
            scopes.extend(scope(Table::Statements, &account.data.entry, &region.data.region, &refused, gaps));
        }
        scopes.extend(account_scope(account, Table::Statements, gaps));
    }
    Ok(TableData { frame: frame_of_cells(rows.len(), frame(&rows, STATEMENTS))?, rows: meta, scopes })
}

fn accounts(
    context: &Context<'_>,
    sight: &Sight<'_, '_>,
    secrets: &Secrets<'_>,
    gaps: &mut Gaps,
) -> PolarsResult<TableData> {
    let administrators = access::administrators(sight);
    let mut rows = Vec::new();
    let mut meta = Vec::new();
    let mut scopes = Vec::new();
    for account in &context.accounts {
        let id = account.data.entry.account.as_str();
        let own: Vec<&SecretFacts> = secrets.facts.iter().filter(|facts| facts.account == id).collect();
        scopes.extend(account_scope(account, Table::Accounts, gaps));
        if account.regions.is_empty() {
            continue;
        }
        let mut facts = AccountRow::new(account, &own);
        let unread = access::principal_gaps(account);
        if unread.is_empty() {
            facts.count_administrators(administrators.get(id).map(Vec::as_slice).unwrap_or_default());
        }
        let mut missing: Missing = account
            .regions
            .values()
            .filter(|region| region.data.state != RegionState::Off)
            .flat_map(|region| region.data.secrets.scope_gaps().map(|gap| (Group::Inventory, gap.clone())))
            .collect();
        missing.extend(unread.into_iter().map(|gap| (Group::Access, gap)));
        meta.push(row(facts.resource(), &missing, gaps));
        rows.push(facts);
    }
    Ok(TableData { frame: frame_of_cells(rows.len(), frame(&rows, ACCOUNTS))?, rows: meta, scopes })
}

fn trails(context: &Context<'_>, gaps: &mut Gaps) -> PolarsResult<TableData> {
    let recorders = Recorders::new(context);
    let mut rows: BTreeMap<(String, String), (TrailRow, Missing)> = BTreeMap::new();
    let mut scopes = Vec::new();
    for account in &context.accounts {
        let id = &account.data.entry.account;
        for region in account.regions.values().filter(|region| region.data.state != RegionState::Off) {
            for trail in region.data.trails.records.iter().map(|trail| recorders.completed(trail)) {
                let mut row = TrailRow::new(&trail, id.as_str(), context.as_of());
                let mut missing = trails::unread(&trail, id, region.data);
                let (covers, unknown) = covers_secrets(account, region, &trail);
                row.covers_secrets = covers;
                missing.extend(unknown.into_iter().map(|gap| (Group::Covering, gap)));
                rows.entry((id.to_string(), trail.arn.clone())).or_insert((row, missing));
            }
            let refused: Vec<&Gap> = region.data.trails.scope_gaps().collect();
            scopes.extend(scope(Table::Trails, &account.data.entry, &region.data.region, &refused, gaps));
        }
        scopes.extend(account_scope(account, Table::Trails, gaps));
    }
    let meta = rows.values().map(|(trail, missing)| row(trail.resource(), missing, gaps)).collect();
    let rows: Vec<TrailRow> = rows.into_values().map(|(row, _)| row).collect();
    Ok(TableData { frame: frame_of_cells(rows.len(), frame(&rows, TRAILS))?, rows: meta, scopes })
}

/// The Regions that hold secrets. Where nobody knows whether there is one, there is no row but a scope.
fn regions(context: &Context<'_>, gaps: &mut Gaps) -> PolarsResult<TableData> {
    let recorders = Recorders::new(context);
    let mut rows = Vec::new();
    let mut meta = Vec::new();
    let mut scopes = Vec::new();
    for account in &context.accounts {
        for region in account.regions.values().filter(|region| region.data.state != RegionState::Off) {
            if region.data.secrets.records.is_empty() {
                let refused: Vec<&Gap> = region.data.secrets.scope_gaps().collect();
                scopes.extend(scope(
                    Table::Regions,
                    &account.data.entry,
                    &region.data.region,
                    &refused,
                    gaps,
                ));
                continue;
            }
            let (facts, missing) = RegionRow::new(context, &recorders, account, region);
            meta.push(row(facts.resource(), &missing, gaps));
            rows.push(facts);
        }
        scopes.extend(account_scope(account, Table::Regions, gaps));
    }
    Ok(TableData { frame: frame_of_cells(rows.len(), frame(&rows, REGIONS))?, rows: meta, scopes })
}

fn secret_scopes(context: &Context<'_>, gaps: &mut Gaps) -> Vec<ScopeGap> {
    let mut scopes = Vec::new();
    for account in &context.accounts {
        for region in account.regions.values().filter(|region| region.data.state != RegionState::Off) {
            let refused: Vec<&Gap> = region.data.secrets.scope_gaps().collect();
            scopes.extend(scope(Table::Secrets, &account.data.entry, &region.data.region, &refused, gaps));
        }
        scopes.extend(account_scope(account, Table::Secrets, gaps));
    }
    scopes
}
