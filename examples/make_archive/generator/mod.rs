//! A CloudTrail archive as an organization of three accounts would have it, made up.
//!
//! Two of a hundred events are of Secrets Manager; others quote its host name. The rest is what accounts are full of.
//! There are all types of identity, both orders of keys, versions 1.05 to 1.11, events that are delivered twice,
//! pairs of events across accounts, and beside the logs digests, insights and a history of AWS Config.

mod events;
mod random;

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use libdeflater::{CompressionLvl, Compressor};

use self::events::{Event, World};
use self::random::Random;

pub const ACCOUNTS: [&str; 3] = ["111122223333", "444455556666", "777788889999"];
pub const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];
const ORGANIZATION: &str = "o-a1b2c3d4e5";

/// What was written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written {
    /// Log files.
    pub files: u64,
    /// Bytes of JSON in them.
    pub text: u64,
    /// Bytes of the files.
    pub compressed: u64,
    /// Records in them.
    pub records: u64,
    /// Those whose source is Secrets Manager.
    pub of_secrets_manager: u64,
    /// Days, from 2026-07-01.
    pub days: u64,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, text, compressed, records, of_secrets_manager, days } = self;
        write!(
            f,
            "{files} logs of {days} days with {records} records, {of_secrets_manager} of them of Secrets Manager: \
             {:.1} MB of JSON in {:.1} MB",
            *text as f64 / 1e6,
            *compressed as f64 / 1e6,
        )
    }
}

/// Writes an archive of so many bytes of JSON.
pub fn write(directory: &Path, bytes: u64, seed: u64) -> io::Result<Written> {
    let mut random = Random::new(seed);
    let mut world = World::new();
    let mut written = Written { days: (bytes / 30_000_000).clamp(2, 28), ..Written::default() };
    let mut gzip = Gzip(Compressor::new(CompressionLvl::default()));
    while written.text < bytes {
        let share = written.text * written.days / bytes;
        let place = Place { account: random.pick(&ACCOUNTS), region: random.pick(&REGIONS), day: share + 1 };
        let length = length(&mut random, bytes);
        let log = log(&mut random, &mut world, &place, length);
        let path = place.path("CloudTrail", &format!("{:04}Z_{}", random.below(2_400), random.letters(16)));
        written.files += 1;
        written.text += log.text.len() as u64;
        written.records += log.records;
        written.of_secrets_manager += log.of_secrets_manager;
        written.compressed += gzip.write(&directory.join(path), log.text.as_bytes())?;
    }
    for account in ACCOUNTS {
        for region in REGIONS {
            for day in 1..=written.days {
                beside(directory, &mut gzip, &Place { account, region, day })?;
            }
        }
    }
    Ok(written)
}

/// Some 60 KB, now and then up to 8 MB.
fn length(random: &mut Random, bytes: u64) -> u64 {
    let length = if random.chance(7) { 1_000_000 << random.below(4) } else { 10_000 + random.below(100_000) };
    length.min(bytes / 8)
}

/// Where a file belongs.
struct Place {
    account: &'static str,
    region: &'static str,
    day: u64,
}

impl Place {
    fn path(&self, service: &str, rest: &str) -> String {
        let Self { account, region, day } = self;
        format!(
            "AWSLogs/{ORGANIZATION}/{account}/{service}/{region}/2026/07/{day:02}/\
             {account}_{service}_{region}_202607{day:02}T{rest}.json.gz"
        )
    }
}

struct Log {
    text: String,
    records: u64,
    of_secrets_manager: u64,
}

fn log(random: &mut Random, world: &mut World, place: &Place, length: u64) -> Log {
    let mut log = Log { text: "{\"Records\":[".to_owned(), records: 0, of_secrets_manager: 0 };
    let version = random.pick(&["1.05", "1.08", "1.09", "1.10", "1.11", "1.11", "1.11"]);
    let is_sorted = random.chance(100);
    while (log.text.len() as u64) < length {
        let Event { mut fields, of_secrets_manager } = world.event(random, place, version);
        if is_sorted {
            fields.sort();
        }
        let separator = if log.records > 0 { "," } else { "" };
        log.text.push_str(separator);
        for (at, (key, value)) in fields.iter().enumerate() {
            log.text.push_str(if at == 0 { "{\"" } else { ",\"" });
            log.text.push_str(key);
            log.text.push_str("\":");
            log.text.push_str(value);
        }
        log.text.push('}');
        log.records += 1;
        log.of_secrets_manager += u64::from(of_secrets_manager);
    }
    log.text.push_str("]}");
    log
}

/// What stands beside the logs of a day: a digest for each hour, and once in a while an insight and a history.
fn beside(directory: &Path, gzip: &mut Gzip, place: &Place) -> io::Result<()> {
    let Place { account, region, day } = place;
    for hour in 0..24 {
        let path = place.path("CloudTrail-Digest", &format!("{hour:02}0000Z"));
        let digest = format!(
            r#"{{"awsAccountId":"{account}","digestStartTime":"2026-07-{day:02}T{hour:02}:00:00Z","digestS3Bucket":"logs","previousDigestSignature":null,"logFiles":[]}}"#
        );
        gzip.write(&directory.join(path), digest.as_bytes())?;
    }
    if *day == 1 {
        let insight = format!(
            r#"{{"Records":[{{"eventVersion":"1.07","eventTime":"2026-07-01T02:00:00Z","awsRegion":"{region}","eventID":"7b8f5d2c-0000-4000-8000-000000000001","eventType":"AwsCloudTrailInsight","recipientAccountId":"{account}","insightDetails":{{"state":"Start","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","insightType":"ApiCallRateInsight"}},"eventCategory":"Insight"}}]}}"#
        );
        gzip.write(&directory.join(place.path("CloudTrail-Insight", "0200Z_insight")), insight.as_bytes())?;
        let history = format!(
            r#"{{"fileVersion":"1.0","configurationItems":[{{"awsAccountId":"{account}","configuration":{{"principal":"secretsmanager.amazonaws.com"}}}}]}}"#
        );
        gzip.write(&directory.join(place.path("Config", "024020Z_ConfigHistory")), history.as_bytes())?;
    }
    Ok(())
}

struct Gzip(Compressor);

impl Gzip {
    /// Writes a file, and says how long it is.
    fn write(&mut self, path: &Path, text: &[u8]) -> io::Result<u64> {
        let mut gzip = vec![0; self.0.gzip_compress_bound(text.len())];
        let length = self.0.gzip_compress(text, &mut gzip).map_err(io::Error::other)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, &gzip[..length])?;
        Ok(length as u64)
    }
}
