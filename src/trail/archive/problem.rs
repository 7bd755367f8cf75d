//! What keeps a file from being read to its end, in a sentence.

use std::fmt;

/// What is wrong with a file. What was read before it was delivered all the same.
///
/// The sentence stands behind the name of the file and a colon.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileProblem {
    /// It could not be opened or read: the system's reason.
    Unreadable(String),
    /// It holds nothing, or nothing but white space.
    Empty,
    /// The gzip data ends before its end.
    Torn {
        /// How many bytes had been inflated.
        text: u64,
    },
    /// The gzip data is not what was once written.
    Damaged {
        /// How many bytes had been inflated.
        text: u64,
    },
    /// Something other than gzip follows the gzip data.
    Trailing {
        /// How many bytes of it.
        bytes: u64,
    },
    /// The text is gzip once more, deeper than is looked.
    Nested,
    /// It goes on for longer than any log does.
    Endless {
        /// How many bytes were read.
        text: u64,
    },
    /// It is a web page, such as the one that a proxy answers with.
    WebPage,
    /// It is text in an encoding that JSON is not written in.
    Utf16,
    /// It is not JSON from the start.
    NotJson {
        /// How it starts, in printable ASCII.
        start: String,
    },
    /// Something that is not JSON stands between its values.
    Stray {
        /// Where, counted in bytes of inflated text.
        at: u64,
    },
    /// It ends within a value.
    Cut {
        /// Where that value starts, counted in bytes of inflated text.
        from: u64,
    },
    /// A value is longer than any record can be.
    TooLong {
        /// Where it starts, counted in bytes of inflated text.
        from: u64,
    },
    /// It is JSON, but no record and no list of records.
    Foreign {
        /// Its first key, in printable ASCII.
        key: Option<String>,
    },
    /// Events of a dump of `LookupEvents` whose record could not be read.
    Unwrapped {
        /// How many.
        events: u64,
    },
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(reason) => write!(f, "cannot be read: {reason}"),
            Self::Empty => f.write_str("the file is empty"),
            Self::Torn { text } => {
                write!(f, "the gzip data is cut off after {} of text", Bytes(*text))
            }
            Self::Damaged { text } => write!(f, "the gzip data is damaged after {} of text", Bytes(*text)),
            Self::Trailing { bytes } => {
                write!(f, "{} behind the gzip data are not gzip and were not read", Bytes(*bytes))
            }
            Self::Nested => f.write_str("its text is compressed once more and was not read"),
            Self::Endless { text } => {
                write!(f, "it inflates to more than {}, and the rest was not read", Bytes(*text))
            }
            Self::WebPage => f.write_str("it is a web page and not a log"),
            Self::Utf16 => f.write_str("it is written in UTF-16, and JSON is written in UTF-8"),
            Self::NotJson { start } => write!(f, "it is not JSON: it starts with `{start}`"),
            Self::Stray { at } => write!(f, "the text is not JSON at byte {at}"),
            Self::Cut { from } => write!(f, "the JSON ends within a value that starts at byte {from}"),
            Self::TooLong { from } => {
                write!(
                    f,
                    "the value that starts at byte {from} is longer than any record, and the rest was not read"
                )
            }
            Self::Foreign { key: Some(key) } => {
                write!(f, "it holds no CloudTrail records: its first key is `{key}`")
            }
            Self::Foreign { key: None } => f.write_str("it holds no CloudTrail records"),
            Self::Unwrapped { events: 1 } => {
                f.write_str("1 event has no readable record in `CloudTrailEvent`")
            }
            Self::Unwrapped { events } => {
                write!(f, "{events} events have no readable record in `CloudTrailEvent`")
            }
        }
    }
}

/// A number of bytes as people say it.
struct Bytes(u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 byte"),
            bytes => write!(f, "{bytes} bytes"),
        }
    }
}
