//! What a table over CloudTrail's logs has: columns, fields of the identity, and partitions.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::aws::Table;

/// The columns without which nothing can be said.
const NEEDED: [&str; 7] =
    ["awsregion", "eventid", "eventname", "eventsource", "eventtime", "requestparameters", "useridentity"];

/// Columns that older tables lack, and what goes with them.
///
/// Source: Amazon Athena User Guide, "Create a table for CloudTrail logs in Athena", in its versions since 2017.
const COSTS: [(&str, &str); 9] = [
    ("additionaleventdata", "the secrets of rotations are not known"),
    ("errorcode", "calls that were refused or failed pass for calls that were answered"),
    ("errormessage", "the secrets of refused calls are not known"),
    ("eventtype", "network activity of VPC endpoints is counted with the calls"),
    ("responseelements", "changes are told by the names that callers wrote"),
    ("sessioncredentialfromconsole", "people in the console are not told from programs"),
    ("sharedeventid", "calls across accounts count twice"),
    ("sourceipaddress", "nobody knows from where calls came"),
    ("vpcendpointid", "calls through VPC endpoints are shown with the address behind them"),
];

/// What partitions by day are called.
const DAYS: [&str; 10] = [
    "timestamp",
    "date",
    "dt",
    "day",
    "ds",
    "eventday",
    "event_date",
    "eventdate",
    "log_date",
    "partition_date",
];
const ACCOUNTS: [&str; 5] = ["account", "account_id", "accountid", "aws_account_id", "awsaccountid"];
const REGIONS: [&str; 3] = ["region", "aws_region", "regionid"];

/// A table, as queries need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    columns: BTreeSet<String>,
    /// The fields of `useridentity`, such as `sessioncontext.sessionissuer.arn`.
    identity: BTreeSet<String>,
    pub(super) days: DayKey,
    pub(super) account: Option<&'static str>,
    pub(super) region: Option<&'static str>,
}

/// How a partition names its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DayKey {
    /// There is none.
    None,
    /// Text, as a pattern of `strftime` writes it.
    Pattern(&'static str, String),
    /// Text, of which only the digits are known: year, month, day.
    Digits(&'static str),
    /// A number with eight digits.
    Number(&'static str),
    /// A date.
    Date(&'static str),
    /// A key each for year, month, and mostly day.
    Parts {
        /// Whether there is a key for the day.
        day: bool,
    },
}

impl Layout {
    /// Reads what a table looks like.
    pub(super) fn of(table: &Table) -> Result<Self, String> {
        let missing: Vec<&str> =
            NEEDED.into_iter().filter(|name| !table.columns.contains_key(*name)).collect();
        if !missing.is_empty() {
            return Err(format!(
                "the table is none over CloudTrail's logs, or of another make: it has no column {}",
                named(&missing)
            ));
        }
        let kind = |name: &str| table.columns.get(name).map_or("", String::as_str);
        if !is_text(kind("requestparameters")) {
            let kind = kind("requestparameters");
            return Err(format!("the column `requestparameters` must hold text, and holds `{kind}`"));
        }
        let texts = table.columns.iter().filter(|(_, kind)| is_text(kind) || *kind == "boolean");
        Ok(Self {
            columns: texts.map(|(name, _)| name.clone()).collect(),
            identity: fields(kind("useridentity")),
            days: day_key(table)?,
            account: key_of(table, &ACCOUNTS),
            region: key_of(table, &REGIONS),
        })
    }

    /// A column, or a field of the identity, as text; NULL where the table does not have it.
    pub(super) fn text(&self, path: &str) -> String {
        let is_there = match path.strip_prefix("useridentity.") {
            Some(field) => self.identity.contains(field),
            None => self.columns.contains(path),
        };
        if is_there {
            format!("nullif(CAST({path} AS varchar), '')")
        } else {
            "CAST(NULL AS varchar)".to_owned()
        }
    }

    /// What the table lacks, and what that costs, in a sentence.
    pub(super) fn lacks(&self) -> Option<String> {
        let missing = COSTS.iter().filter(|(name, _)| !self.columns.contains(*name));
        let told: Vec<String> = missing.map(|(name, cost)| format!("`{name}` ({cost})")).collect();
        (!told.is_empty()).then(|| format!("the table has no column {}", told.join(", ")))
    }

    /// The day of a record's partition as eight digits; the day of the record itself where there is no such partition.
    pub(super) fn day(&self) -> String {
        let digits = |text: String| format!("replace(replace({text}, '-', ''), '/', '')");
        match &self.days {
            DayKey::None | DayKey::Parts { day: false } => digits("substr(eventtime, 1, 10)".to_owned()),
            DayKey::Pattern(name, _) | DayKey::Digits(name) | DayKey::Number(name) | DayKey::Date(name) => {
                format!("substr({}, 1, 8)", digits(format!("CAST(\"{name}\" AS varchar)")))
            }
            DayKey::Parts { day: true } => format!("CAST({} AS varchar)", number_of_day(true)),
        }
    }

    /// What bounds the partitions to those from a day to another, both included; none where nothing does.
    pub(super) fn days_within(&self, first: Date, last: Date) -> Vec<String> {
        let bounds = |key: &str, value: &dyn Fn(Date) -> String| {
            let from = (first > Date::MIN).then(|| format!("{key} >= {}", value(first)));
            let to = (last < Date::MAX).then(|| format!("{key} <= {}", value(last)));
            from.into_iter().chain(to).collect::<Vec<String>>()
        };
        let digits = |date: Date| date.strftime("%Y%m%d").to_string();
        match &self.days {
            DayKey::None => Vec::new(),
            DayKey::Pattern(name, pattern) => {
                bounds(&format!("\"{name}\""), &|date| format!("'{}'", date.strftime(pattern)))
            }
            DayKey::Digits(name) => {
                bounds(&format!("substr(replace(replace(\"{name}\", '-', ''), '/', ''), 1, 8)"), &|date| {
                    format!("'{}'", digits(date))
                })
            }
            DayKey::Number(name) => bounds(&format!("\"{name}\""), &digits),
            DayKey::Date(name) => bounds(&format!("\"{name}\""), &|date| format!("DATE '{date}'")),
            DayKey::Parts { day: true } => bounds(&number_of_day(true), &digits),
            DayKey::Parts { day: false } => {
                bounds(&number_of_day(false), &|date| date.strftime("%Y%m").to_string())
            }
        }
    }
}

/// Year, month and day as one number.
fn number_of_day(has_day: bool) -> String {
    let month = "CAST(\"year\" AS integer) * 100 + CAST(\"month\" AS integer)";
    if has_day { format!("({month}) * 100 + CAST(\"day\" AS integer)") } else { month.to_owned() }
}

fn is_text(kind: &str) -> bool {
    kind == "string" || kind.starts_with("varchar") || kind.starts_with("char")
}

fn key_of(table: &Table, names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|name| table.partitions.get(*name).is_some_and(|kind| is_text(kind)))
}

fn day_key(table: &Table) -> Result<DayKey, String> {
    let has = |name: &str| table.partitions.contains_key(name);
    if has("year") && has("month") {
        return Ok(DayKey::Parts { day: has("day") });
    }
    let Some((name, kind)) =
        DAYS.into_iter().find_map(|name| table.partitions.get(name).map(|kind| (name, kind.as_str())))
    else {
        return Ok(DayKey::None);
    };
    if kind == "date" {
        return Ok(DayKey::Date(name));
    }
    if matches!(kind, "int" | "integer" | "bigint") {
        return Ok(DayKey::Number(name));
    }
    let projected = table.parameters.get("projection.enabled").is_some_and(|value| value == "true");
    match table.parameters.get(&format!("projection.{name}.format")).filter(|_| projected) {
        None => Ok(DayKey::Digits(name)),
        Some(format) => pattern(format).map(|pattern| DayKey::Pattern(name, pattern)).ok_or_else(|| {
            format!("the days of partition `{name}` are written as `{format}`, which cannot be bounded: use `yyyy/MM/dd`")
        }),
    }
}

/// A format of Java's for `strftime`, where its texts are in the order of the days.
///
/// Source: Amazon Athena User Guide, "Supported types for partition projection".
fn pattern(format: &str) -> Option<String> {
    let marks = ["yyyy", "MM", "dd"];
    let places: Vec<usize> = marks.iter().filter_map(|mark| format.find(mark)).collect();
    if places.len() != marks.len() || !places.is_sorted() {
        return None;
    }
    let pattern = format.replace("yyyy", "%Y").replace("MM", "%m").replace("dd", "%d");
    let rest = pattern.replace("%Y", "").replace("%m", "").replace("%d", "");
    rest.bytes().all(|byte| b"-/_.".contains(&byte)).then_some(pattern)
}

/// The paths of the fields in a struct, as Hive writes its type.
fn fields(kind: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    let mut above: Vec<String> = Vec::new();
    let mut name = String::new();
    let mut is_name = false;
    for letter in kind.chars() {
        match letter {
            '<' => {
                above.push(std::mem::take(&mut name));
                is_name = true;
            }
            ':' if is_name => {
                let path = above.iter().skip(1).chain([&name]).cloned().collect::<Vec<_>>().join(".");
                paths.insert(path);
                is_name = false;
            }
            ',' => {
                name.clear();
                is_name = true;
            }
            '>' => {
                above.pop();
                name.clear();
                is_name = false;
            }
            letter if is_name && !letter.is_whitespace() => name.push(letter),
            _ => {}
        }
    }
    paths
}

fn named(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITY: &str = "struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,\
                            accesskeyid:string,username:string,onbehalfof:struct<userid:string,identitystorearn:string>,\
                            sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,\
                            sessionissuer:struct<type:string,principalid:string,arn:string>,\
                            webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>>";

    fn table(partitions: &[(&str, &str)], parameters: &[(&str, &str)]) -> Table {
        let pairs = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let mut columns: Vec<(&str, &str)> = NEEDED.iter().map(|name| (*name, "string")).collect();
        columns.retain(|(name, _)| *name != "useridentity");
        columns.push(("useridentity", IDENTITY));
        Table { columns: pairs(&columns), partitions: pairs(partitions), parameters: pairs(parameters) }
    }

    fn within(partitions: &[(&str, &str)], parameters: &[(&str, &str)]) -> String {
        let layout = Layout::of(&table(partitions, parameters)).unwrap();
        let (first, last) = (Date::new(2026, 8, 3).unwrap(), Date::new(2026, 11, 1).unwrap());
        layout.days_within(first, last).join(" AND ")
    }

    #[test]
    fn fields_of_a_struct_are_found() {
        let found = fields(IDENTITY);
        for path in ["type", "arn", "onbehalfof.userid", "sessioncontext.sessionissuer.arn"] {
            assert!(found.contains(path), "{path}: {found:?}");
        }
        assert!(found.contains("sessioncontext.webidfederationdata.federatedprovider"), "{found:?}");
        assert!(!found.contains("sessioncontext.sourceidentity"), "{found:?}");
        let newer = fields("struct<type:string,sessioncontext:struct<sourceidentity:string>>");
        assert!(newer.contains("sessioncontext.sourceidentity"), "{newer:?}");
    }

    #[test]
    fn partitions_are_bounded_whatever_they_are_called() {
        let projected = [("projection.enabled", "true"), ("projection.timestamp.format", "yyyy/MM/dd")];
        type Pairs<'a> = &'a [(&'a str, &'a str)];
        let cases: [(Pairs<'_>, Pairs<'_>, &str); 7] = [
            (
                &[("timestamp", "string")],
                &projected,
                r#""timestamp" >= '2026/08/03' AND "timestamp" <= '2026/11/01'"#,
            ),
            (
                &[("dt", "string")],
                &[],
                "substr(replace(replace(\"dt\", '-', ''), '/', ''), 1, 8) >= '20260803' AND \
                 substr(replace(replace(\"dt\", '-', ''), '/', ''), 1, 8) <= '20261101'",
            ),
            (&[("date", "date")], &[], r#""date" >= DATE '2026-08-03' AND "date" <= DATE '2026-11-01'"#),
            (&[("day", "int")], &[], r#""day" >= 20260803 AND "day" <= 20261101"#),
            (
                &[("year", "string"), ("month", "string"), ("day", "string"), ("region", "string")],
                &[],
                "(CAST(\"year\" AS integer) * 100 + CAST(\"month\" AS integer)) * 100 + CAST(\"day\" AS integer) >= \
                 20260803 AND (CAST(\"year\" AS integer) * 100 + CAST(\"month\" AS integer)) * 100 + \
                 CAST(\"day\" AS integer) <= 20261101",
            ),
            (
                &[("year", "int"), ("month", "int")],
                &[],
                "CAST(\"year\" AS integer) * 100 + CAST(\"month\" AS integer) >= 202608 AND \
                 CAST(\"year\" AS integer) * 100 + CAST(\"month\" AS integer) <= 202611",
            ),
            (&[("region", "string")], &[], ""),
        ];
        for (partitions, parameters, expected) in cases {
            assert_eq!(within(partitions, parameters), expected, "{partitions:?}");
        }
    }

    #[test]
    fn formats_whose_texts_are_not_in_order_are_refused() {
        let cases = [
            ("yyyy/MM/dd", Some("%Y/%m/%d")),
            ("yyyyMMdd", Some("%Y%m%d")),
            ("dd-MM-yyyy", None),
            ("yyyy/MM/dd/HH", None),
        ];
        for (format, expected) in cases {
            assert_eq!(pattern(format).as_deref(), expected, "{format}");
        }
        let parameters = [("projection.enabled", "true"), ("projection.dt.format", "dd-MM-yyyy")];
        assert_eq!(
            Layout::of(&table(&[("dt", "string")], &parameters)).unwrap_err(),
            "the days of partition `dt` are written as `dd-MM-yyyy`, which cannot be bounded: use `yyyy/MM/dd`"
        );
    }

    #[test]
    fn what_a_table_lacks_is_told() {
        let mut table = table(&[("timestamp", "string")], &[]);
        let layout = Layout::of(&table).unwrap();
        assert_eq!(layout.text("vpcendpointid"), "CAST(NULL AS varchar)");
        assert_eq!(layout.text("eventid"), "nullif(CAST(eventid AS varchar), '')");
        let told = layout.lacks().unwrap();
        assert!(
            told.contains("`vpcendpointid` (calls through VPC endpoints are shown with the address"),
            "{told}"
        );
        table.columns.insert("requestparameters".into(), "struct<secretid:string>".into());
        assert_eq!(
            Layout::of(&table).unwrap_err(),
            "the column `requestparameters` must hold text, and holds `struct<secretid:string>`"
        );
        table.columns.remove("eventid");
        assert_eq!(
            Layout::of(&table).unwrap_err(),
            "the table is none over CloudTrail's logs, or of another make: it has no column `eventid`"
        );
    }
}
