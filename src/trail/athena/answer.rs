//! Rows of the answer to counts, events and days.
//!
//! A row is turned into a record that says the same and is read like any other, so that nothing about identities, outcomes
//! and kinds of events is decided twice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::aws::Row;
use crate::model::{AccountId, Region, TrailCounts};
use crate::trail::asked::Asked;
use crate::trail::event::{BATCH, TrailEvent};
use crate::trail::files::{Days, file_gap};
use crate::trail::gathered::Gathered;
use crate::trail::merge::{Groups, add};
use crate::trail::record::{Record, RecordError, SECRETS_MANAGER, read_record};
use crate::trail::refusal;
use crate::trail::tally::{Place, Totals, group_key};

/// The columns of the answer, in their order.
const COLUMNS: [&str; 42] = [
    "kind",
    "account",
    "region",
    "day",
    "problem",
    "secret",
    "source",
    "name",
    "error",
    "version",
    "via",
    "identity",
    "issuer",
    "issuer_account",
    "arn",
    "service",
    "principal_id",
    "identity_account",
    "provider",
    "from_console",
    "id",
    "shared",
    "time",
    "source_identity",
    "agent",
    "message",
    "address",
    "endpoint",
    "request",
    "response",
    "additional",
    "details",
    "records",
    "duplicates",
    "in_future",
    "latest_in_future",
    "earliest",
    "latest",
    "hours",
    "origins",
    "sessions",
    "reasons",
];

/// What came back, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Answer {
    rows: usize,
    groups: Groups,
    events: Vec<TrailEvent>,
    names: BTreeSet<String>,
    days: Days,
    counts: BTreeMap<Place, (TrailCounts, Option<Timestamp>)>,
    placeless: TrailCounts,
    unreadable: Vec<(RecordError, u64)>,
    /// How many rows could not be read, and why the first of them could not.
    wrong: Option<(u64, String)>,
}

/// A row by the names of its columns.
struct Named<'a>(BTreeMap<&'static str, &'a str>);

impl Named<'_> {
    fn get(&self, column: &str) -> Option<&str> {
        self.0.get(column).copied()
    }

    fn needed(&self, column: &str) -> Result<&str, String> {
        self.get(column).ok_or_else(|| format!("no `{column}`"))
    }

    fn count(&self, column: &str) -> Result<u64, String> {
        let text = self.needed(column)?;
        text.parse().map_err(|_| format!("`{column}` that is no number: `{text}`"))
    }

    fn instant(&self, column: &str) -> Result<Timestamp, String> {
        let text = self.needed(column)?;
        text.parse().map_err(|_| format!("`{column}` that is no instant: `{text}`"))
    }

    /// JSON; nothing where there is none.
    fn json<T: DeserializeOwned + Default>(&self, column: &str) -> Result<T, String> {
        let Some(text) = self.get(column) else { return Ok(T::default()) };
        serde_json::from_str(text).map_err(|error| format!("`{column}` that cannot be read: {error}"))
    }

    fn place(&self) -> Result<Place, String> {
        let (account, region) = (self.needed("account")?, self.needed("region")?);
        Ok(Place { account: AccountId::new(account), region: Region::new(region) })
    }
}

impl Answer {
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Takes a row.
    pub(super) fn take(&mut self, row: Row) {
        self.rows += 1;
        if let Err(why) = self.read(&row) {
            self.wrong.get_or_insert((0, why)).0 += 1;
        }
    }

    fn read(&mut self, row: &Row) -> Result<(), String> {
        if row.len() != COLUMNS.len() {
            return Err(format!("{} columns in place of {}", row.len(), COLUMNS.len()));
        }
        let values = COLUMNS.into_iter().zip(row);
        let row = Named(values.filter_map(|(name, value)| Some((name, value.as_deref()?))).collect());
        match row.needed("kind")? {
            "day" => self.day(&row),
            "network" => {
                let records = row.count("records")?;
                self.placeless.records += records;
                self.placeless.network_activity += records;
                Ok(())
            }
            "unreadable" => self.unreadable(&row),
            "call" => self.call(&row),
            "event" => self.event(&row),
            "name" => {
                self.looked_at(&row, 0, 0)?;
                self.names.insert(row.needed("secret")?.to_owned());
                Ok(())
            }
            "outside" => self.looked_at(&row, row.count("records")?, 0),
            "mention" | "duplicate" => self.looked_at(&row, 0, 0),
            kind => Err(format!("a `kind` that is none: `{kind}`")),
        }
    }

    /// A day of which there is any record; nobody knows where a record belongs that does not say it.
    fn day(&mut self, row: &Named<'_>) -> Result<(), String> {
        let Ok(place) = row.place() else { return Ok(()) };
        let text = row.needed("day")?;
        let day = Date::strptime("%Y%m%d", text).map_err(|_| format!("`day` that is none: `{text}`"))?;
        self.days.has(place, day);
        Ok(())
    }

    fn unreadable(&mut self, row: &Named<'_>) -> Result<(), String> {
        let field = match row.needed("problem")? {
            "eventName" => "eventName",
            "recipientAccountId" => "recipientAccountId",
            "awsRegion" => "awsRegion",
            _ => "eventTime",
        };
        let what = if field == "eventTime" { "absent or no instant" } else { "absent" }.to_owned();
        self.unreadable.push((RecordError::Field { field, what }, row.count("records")?));
        Ok(())
    }

    /// Calls for the value of one secret, added up.
    fn call(&mut self, row: &Named<'_>) -> Result<(), String> {
        let secret = row.needed("secret")?;
        let origins: BTreeSet<String> = row.json("origins")?;
        let event = of_record(call_record(row, secret, origins.first())?)?;
        let (first, last) = (row.instant("earliest")?, row.instant("latest")?);
        let reasons: BTreeSet<String> = row.json("reasons")?;
        let totals = Totals {
            hours: row.json("hours")?,
            first,
            last,
            sources: origins,
            sessions: row.json("sessions")?,
            versions: event.version.iter().map(|version| (version.clone(), last)).collect(),
            reasons: reasons.iter().map(|text| refusal::reason(text)).collect(),
        };
        if totals.hours.is_empty() {
            return Err("calls without an hour".to_owned());
        }
        self.looked_at(row, 0, 0)?;
        add(&mut self.groups, group_key(secret, &event), totals);
        Ok(())
    }

    /// One event, which the tally tells from those of other sources.
    fn event(&mut self, row: &Named<'_>) -> Result<(), String> {
        let mut record = identity_record(row)?;
        let fields = [
            ("eventID", "id"),
            ("sharedEventID", "shared"),
            ("eventTime", "time"),
            ("userAgent", "agent"),
            ("errorMessage", "message"),
            ("sourceIPAddress", "address"),
            ("vpcEndpointId", "endpoint"),
            ("requestParameters", "request"),
            ("responseElements", "response"),
            ("additionalEventData", "additional"),
            ("serviceEventDetails", "details"),
        ];
        record.extend(fields.map(|(field, column)| (field.to_owned(), row.get(column).into())));
        let event = of_record(record)?;
        // The tally counts the event itself.
        self.looked_at(row, 0, 1)?;
        self.events.push(event);
        Ok(())
    }

    fn looked_at(&mut self, row: &Named<'_>, outside: u64, counted: u64) -> Result<(), String> {
        let (records, duplicates) = (row.count("records")?, row.count("duplicates")?);
        let in_future = row.count("in_future")?;
        let latest = (in_future > 0).then(|| row.instant("latest_in_future")).transpose()?;
        let (counts, known) = self.counts.entry(row.place()?).or_default();
        counts.records += records.saturating_sub(counted);
        counts.duplicates += duplicates;
        counts.outside_time += outside.saturating_sub(duplicates);
        // The tally looks at the clock itself.
        if counted == 0 {
            counts.in_future += in_future;
            *known = latest.max(*known);
        }
        Ok(())
    }

    /// Hands everything over.
    pub(super) fn tell(self, source: &str, asked: &Asked, gathered: &mut Gathered) {
        if let Some((count, why)) = self.wrong {
            let rows = if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
            let sentence = format!("{rows} of the answer could not be read, such as one with {why}");
            gathered.lacks(None, source, file_gap(None, source, &sentence));
        }
        if self.days.is_empty() {
            let sentence = "the table has no record of the accounts, Regions and days that were asked for";
            gathered.lacks(None, source, super::note(source, sentence));
        }
        let tally = &mut gathered.tally;
        tally.ready(self.groups);
        for secret in self.names {
            tally.names(secret);
        }
        for event in self.events {
            tally.add(event);
        }
        for (place, (counts, latest)) in self.counts {
            tally.looked_at(place, &counts, latest);
        }
        tally.placeless.add(&self.placeless);
        for (error, count) in self.unreadable {
            for _ in 0..count {
                tally.record(Err(error.clone()));
            }
        }
        self.days.tell(source, &asked.window, gathered);
    }
}

/// What a record of CloudTrail is, here made of a row.
type Fields = serde_json::Map<String, Value>;

fn of_record(record: Fields) -> Result<TrailEvent, String> {
    match read_record(Value::Object(record).to_string().as_bytes()) {
        Ok(Record::Event(event)) => Ok(*event),
        Ok(_) => Err("an event of another service".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// A record that says what the calls of a row have in common.
fn call_record(row: &Named<'_>, secret: &str, origin: Option<&String>) -> Result<Fields, String> {
    let mut record = identity_record(row)?;
    let version = row.get("version");
    let request = match (row.needed("source")?, row.needed("name")?) {
        (SECRETS_MANAGER, BATCH) => json!({ "secretIdList": [secret], "versionId": version }),
        (SECRETS_MANAGER, _) => json!({ "secretId": secret, "versionId": version }),
        _ => json!({ "encryptionContext": { "SecretARN": secret } }),
    };
    let field = if row.get("via") == Some("endpoint") { "vpcEndpointId" } else { "sourceIPAddress" };
    record.insert("eventTime".to_owned(), row.needed("earliest")?.into());
    record.insert("requestParameters".to_owned(), request);
    record.insert(field.to_owned(), origin.map(String::as_str).into());
    Ok(record)
}

/// A record with an identity, and what became of the call.
fn identity_record(row: &Named<'_>) -> Result<Fields, String> {
    let identity = json!({
        "type": row.get("identity"),
        "principalId": row.get("principal_id"),
        "arn": row.get("arn"),
        "accountId": row.get("identity_account"),
        "invokedBy": row.get("service"),
        "sessionContext": {
            "sessionIssuer": { "arn": row.get("issuer"), "accountId": row.get("issuer_account") },
            "webIdFederationData": { "federatedProvider": row.get("provider") },
            "sourceIdentity": row.get("source_identity"),
        },
    });
    let fields = [
        ("eventSource", row.needed("source")?.into()),
        ("eventName", row.needed("name")?.into()),
        ("awsRegion", row.needed("region")?.into()),
        ("recipientAccountId", row.needed("account")?.into()),
        ("errorCode", row.get("error").into()),
        ("sessionCredentialFromConsole", row.get("from_console").into()),
        ("userIdentity", identity),
    ];
    Ok(fields.map(|(field, value): (&str, Value)| (field.to_owned(), value)).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trail::tally::Window;

    /// A row with these columns, and NULL in the others.
    fn row(columns: &[(&str, &str)]) -> Row {
        let given: BTreeMap<&str, &str> = columns.iter().copied().collect();
        assert!(given.keys().all(|name| COLUMNS.contains(name)), "{columns:?}");
        COLUMNS.iter().map(|name| given.get(name).map(|value| (*value).to_owned())).collect()
    }

    fn call(more: &[(&'static str, &'static str)]) -> Row {
        let fixed = [
            ("kind", "call"),
            ("account", "111122223333"),
            ("region", "eu-west-1"),
            ("secret", "prod/db"),
            ("source", "secretsmanager.amazonaws.com"),
            ("name", "GetSecretValue"),
            ("arn", "arn:aws:iam::111122223333:user/alice"),
            ("records", "3"),
            ("duplicates", "1"),
            ("in_future", "0"),
            ("earliest", "2026-10-01T01:00:00Z"),
            ("latest", "2026-10-01T01:30:00Z"),
            ("hours", r#"{"2026-10-01T01":2}"#),
        ];
        let mut columns: BTreeMap<&str, &str> = fixed.into_iter().collect();
        columns.extend(more.iter().copied());
        let columns: Vec<(&str, &str)> = columns.into_iter().collect();
        row(&columns)
    }

    /// The counts of the groups, and what is missing.
    fn told(rows: Vec<Row>) -> (Vec<u64>, Vec<String>) {
        let window = Window { from: None, to: None, now: "2026-11-01T00:00:00Z".parse().unwrap() };
        let mut gathered = Gathered::new(window);
        let mut answer = Answer::default();
        for row in rows {
            answer.take(row);
        }
        answer.tell("athena:logs", &Asked::everything(window), &mut gathered);
        let evidence = gathered.finish(std::iter::empty());
        let gaps = evidence.general.iter().map(|gap| gap.message.clone()).collect();
        let groups = evidence.places.values().flat_map(|place| &place.accesses);
        (groups.map(|group| group.count).collect(), gaps)
    }

    const DAY: [(&str, &str); 5] = [
        ("kind", "day"),
        ("account", "111122223333"),
        ("region", "eu-west-1"),
        ("day", "20261001"),
        ("records", "9"),
    ];

    #[test]
    fn rows_that_are_none_are_told_and_the_others_count() {
        let cases = [
            (call(&[("hours", "{2026-10-01T01=2}")]), "one with `hours` that cannot be read"),
            (call(&[("hours", "{}")]), "one with calls without an hour"),
            (call(&[("records", "many")]), "one with `records` that is no number: `many`"),
            (call(&[("earliest", "Oct 1, 2026")]), "one with a record whose `eventTime` is no instant"),
            (call(&[("source", "ec2.amazonaws.com")]), "one with an event of another service"),
            (row(&[("kind", "surprise")]), "one with a `kind` that is none: `surprise`"),
            (row(&[]), "one with no `kind`"),
            (vec![None], "one with 1 columns in place of 42"),
            (
                row(&[("kind", "day"), ("account", "1"), ("region", "r"), ("day", "soon")]),
                "one with `day` that is none",
            ),
        ];
        for (wrong, expected) in cases {
            let (counts, gaps) = told(vec![row(&DAY), call(&[]), wrong]);
            assert_eq!(counts, [2], "{expected}");
            assert_eq!(gaps.len(), 1, "{gaps:?}");
            assert!(gaps[0].contains(expected), "{gaps:?}");
            assert!(gaps[0].starts_with("1 row of the answer could not be read, such as "), "{gaps:?}");
        }
    }

    #[test]
    fn a_table_without_any_day_is_told() {
        let (_, gaps) = told(Vec::new());
        assert_eq!(gaps, ["the table has no record of the accounts, Regions and days that were asked for"]);
    }
}
