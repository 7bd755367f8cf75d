//! What a value at the top of a file is, by the keys that it starts with.

use memchr::memchr2;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentKind {
    /// `{"Records": […]}`, as CloudTrail delivers it.
    Log,
    /// Records without a frame: one after the other, one a line, or in an array.
    Records,
    /// Answers of `LookupEvents`, with each record as a text in `CloudTrailEvent`.
    Dump,
    /// The digest of an hour's files. It holds no records.
    Digest,
    /// Unusual activity that CloudTrail Insights found. It holds no records of calls.
    Insight,
    /// A snapshot or a history of AWS Config. It holds no records of calls.
    Config,
    /// None of these, or nothing that could be read.
    Unknown,
}

/// The keys of a record, of any version.
///
/// Source: CloudTrail user guide, "CloudTrail record contents for management, data, and network activity events".
const RECORD: [&[u8]; 35] = [
    b"addendum",
    b"additionalEventData",
    b"apiVersion",
    b"awsRegion",
    b"edgeDeviceDetails",
    b"errorCode",
    b"errorMessage",
    b"eventCategory",
    b"eventContext",
    b"eventID",
    b"eventName",
    b"eventSource",
    b"eventTime",
    b"eventType",
    b"eventVersion",
    b"insightDetails",
    b"managementEvent",
    b"readOnly",
    b"recipientAccountId",
    b"requestID",
    b"requestParameters",
    b"resources",
    b"responseElements",
    b"serviceEventDetails",
    b"sessionCredentialFromConsole",
    b"sharedEventID",
    b"sharedEventId",
    b"sourceIPAddress",
    b"tlsDetails",
    b"userAgent",
    b"userIdentity",
    b"vpcEndpointAccountId",
    b"vpcEndpointId",
    b"eventDay",
    b"eventTimestamp",
];

/// The keys of an event in an answer of `LookupEvents`.
const EVENT: [&[u8]; 9] = [
    b"AccessKeyId",
    b"CloudTrailEvent",
    b"EventId",
    b"EventName",
    b"EventSource",
    b"EventTime",
    b"ReadOnly",
    b"Resources",
    b"Username",
];

/// The keys of a digest file.
const DIGEST: [&[u8]; 8] = [
    b"digestEndTime",
    b"digestPublicKeyFingerprint",
    b"digestS3Bucket",
    b"digestS3Object",
    b"digestSignatureAlgorithm",
    b"digestStartTime",
    b"logFiles",
    b"previousDigestSignature",
];

/// The keys of what AWS Config delivers.
const CONFIG: [&[u8]; 3] = [b"configSnapshotId", b"configurationItems", b"fileVersion"];

/// What a value at the top is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// No key so far has told.
    Open,
    /// An object whose `Records` are records.
    Log,
    /// An object whose `Events` are events of `LookupEvents`.
    Dump,
    /// A `Log` or a `Dump` behind its list.
    Spent(ContentKind),
    /// A record by itself.
    Record,
    /// An event of `LookupEvents` by itself.
    Event,
    /// Something without records.
    LeftOut(ContentKind),
}

/// The shape of one value, as far as its text was seen. It reads what stands between the objects within the value, so
/// it sees each key of the value and no other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    pub(super) shape: Shape,
    /// How many arrays are open.
    arrays: usize,
}

impl Outline {
    pub(super) fn new() -> Self {
        Self { shape: Shape::Open, arrays: 0 }
    }

    /// Within the list of a log.
    pub(super) fn in_log() -> Self {
        Self { shape: Shape::Log, arrays: 1 }
    }

    /// Whether an object that starts here stands in the list.
    pub(super) fn is_in_list(&self) -> bool {
        matches!(self.shape, Shape::Log | Shape::Dump) && self.arrays == 1
    }

    /// Reads on, from the end of the object before to the start of the next or to the end of the value. Strings are
    /// whole in it.
    #[inline]
    pub(super) fn read(&mut self, between: &[u8]) {
        if between != b"," {
            self.read_slowly(between);
        }
    }

    fn read_slowly(&mut self, between: &[u8]) {
        let mut rest = between;
        while let Some((&sign, behind)) = rest.split_first() {
            rest = behind;
            match sign {
                b'"' => {
                    let (text, behind) = string(rest);
                    rest = behind;
                    if self.shape == Shape::Open && self.arrays == 0 {
                        self.meet(text, rest);
                    }
                }
                b'[' => self.arrays += 1,
                b']' => {
                    self.arrays = self.arrays.saturating_sub(1);
                    self.shape = match self.shape {
                        Shape::Log if self.arrays == 0 => Shape::Spent(ContentKind::Log),
                        Shape::Dump if self.arrays == 0 => Shape::Spent(ContentKind::Dump),
                        shape => shape,
                    };
                }
                _ => {}
            }
        }
    }

    /// A string of the value itself: a key, if a colon follows.
    fn meet(&mut self, text: &[u8], behind: &[u8]) {
        let Some(value) = behind.trim_ascii_start().strip_prefix(b":") else { return };
        let is_list = value.trim_ascii_start().first() == Some(&b'[');
        let plain = plain(text);
        let key = plain.as_deref().unwrap_or(text);
        self.shape = match key {
            b"Records" if is_list => Shape::Log,
            b"Events" if is_list => Shape::Dump,
            key if RECORD.contains(&key) => Shape::Record,
            key if EVENT.contains(&key) => Shape::Event,
            key if DIGEST.contains(&key) => Shape::LeftOut(ContentKind::Digest),
            key if CONFIG.contains(&key) => Shape::LeftOut(ContentKind::Config),
            _ => Shape::Open,
        };
    }
}

/// Whether an object starts with a key of a record.
///
/// A letter behind `{"` tells that this brace is none within a string: a quote that ended the string would be followed
/// by a comma, a colon or a bracket.
pub(super) fn starts_as_record(text: &[u8]) -> bool {
    text.strip_prefix(b"{\"").is_some_and(|text| RECORD.contains(&string(text).0))
}

/// A string up to its closing quote, and what is behind it.
pub(super) fn string(text: &[u8]) -> (&[u8], &[u8]) {
    let mut from = 0;
    loop {
        let rest = text.get(from..).unwrap_or_default();
        match memchr2(b'"', b'\\', rest) {
            None => return (text, &[]),
            Some(at) if rest.get(at) == Some(&b'"') => {
                let (string, quoted) = text.split_at_checked(from + at).unwrap_or((text, &[]));
                return (string, quoted.get(1..).unwrap_or_default());
            }
            Some(at) => from += at + 2,
        }
    }
}

/// A key with its escapes resolved, if it has any.
fn plain(text: &[u8]) -> Option<Vec<u8>> {
    if !text.contains(&b'\\') {
        return None;
    }
    let quoted = [b"\"", text, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).ok().map(String::into_bytes)
}
