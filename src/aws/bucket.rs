//! A bucket of Amazon S3, as a reader of archives needs it: pages of keys, and objects.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_s3::types::Object as SdkObject;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::runtime::Handle;

use super::clients::{Clients, Session};
use super::recorder::Failure;
use crate::model::{GapCause, Region};

/// Where S3 says the bucket is.
///
/// Source: Amazon S3 API Reference, `HeadBucket`.
const REGION: &str = "x-amz-bucket-region";

/// A bucket, asked in the Region where it is.
#[derive(Debug)]
pub struct Bucket<'a> {
    session: &'a Session,
    name: String,
    region: Mutex<Region>,
}

/// Which keys are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// How they start.
    pub prefix: String,
    /// What they come behind.
    pub after: Option<String>,
    /// Whether what lies in folders is left out, and the folders named in its place.
    pub folded: bool,
}

/// A page of keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPage {
    /// The folders, where they were asked for: each ends with `/`.
    pub folders: Vec<String>,
    /// The objects, in the order of their keys.
    pub objects: Vec<Listed>,
    /// What the next page is asked with; none at the end.
    pub next: Option<String>,
}

/// An object as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The key.
    pub key: String,
    /// How many bytes it has.
    pub size: u64,
    /// The storage class, of an object that must be restored before it can be read.
    pub frozen: Option<String>,
}

impl<'a> Bucket<'a> {
    /// A bucket that is looked for in the caller's Region first.
    pub fn new(session: &'a Session, name: &str) -> Self {
        Self { session, name: name.to_owned(), region: Mutex::new(session.home_region().clone()) }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the bucket is, as far as is known.
    pub fn region(&self) -> Region {
        self.region.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn clients(&self) -> Arc<Clients> {
        self.session.at(&self.region())
    }

    /// A page of keys.
    ///
    /// # Errors
    /// As S3 answers.
    pub async fn keys(&self, keys: &Keys, token: Option<String>) -> Result<KeyPage, Failure> {
        let ask = || {
            self.clients()
                .s3()
                .list_objects_v2()
                .bucket(&self.name)
                .prefix(&keys.prefix)
                .set_start_after(keys.after.clone())
                .set_delimiter(keys.folded.then(|| "/".to_owned()))
                .set_continuation_token(token.clone())
                .send()
        };
        let answer = match ask().await {
            Err(error) if self.moves(&error) => ask().await,
            answer => answer,
        }?;
        let folders = answer.common_prefixes.unwrap_or_default();
        Ok(KeyPage {
            folders: folders.into_iter().filter_map(|folder| folder.prefix).collect(),
            objects: answer.contents.unwrap_or_default().into_iter().filter_map(listed).collect(),
            next: answer.next_continuation_token.filter(|token| !token.is_empty()),
        })
    }

    /// An object, of which only the head was read yet.
    ///
    /// # Errors
    /// As S3 answers.
    pub async fn object(&self, key: &str) -> Result<Object, Failure> {
        let ask = || self.clients().s3().get_object().bucket(&self.name).key(key).send();
        let answer = match ask().await {
            Err(error) if self.moves(&error) => ask().await,
            answer => answer,
        }?;
        Ok(Object { body: answer.body })
    }

    /// Whether S3 says that the bucket is in another Region than was asked; it is asked there from now on.
    ///
    /// Source: Amazon S3 User Guide, "Making requests by using the REST API", on redirects.
    fn moves<E>(&self, error: &SdkError<E, HttpResponse>) -> bool
    where
        E: ProvideErrorMetadata,
    {
        let SdkError::ServiceError(context) = error else { return false };
        let Some(region) = context.raw().headers().get(REGION).map(Region::new) else { return false };
        let mut known = self.region.lock().unwrap_or_else(PoisonError::into_inner);
        let moved = *known != region;
        *known = region;
        moved
    }
}

fn listed(object: SdkObject) -> Option<Listed> {
    let class = object.storage_class().map(|class| class.as_str());
    let is_frozen = matches!(class, Some("GLACIER" | "DEEP_ARCHIVE"));
    let restored = object.restore_status().is_some_and(|status| status.restore_expiry_date().is_some());
    let frozen = class.filter(|_| is_frozen && !restored).map(str::to_owned);
    let size = object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
    Some(Listed { size, frozen, key: object.key? })
}

/// An object on its way.
#[derive(Debug)]
pub struct Object {
    body: ByteStream,
}

impl Object {
    /// All of it.
    ///
    /// # Errors
    /// Where the connection breaks, or it is longer than was said.
    pub async fn whole(mut self, longest: usize) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.body.next().await {
            let piece = piece.map_err(|error| Failure::broken(&error))?;
            bytes.extend_from_slice(&piece);
            if bytes.len() > longest {
                return Err(Failure::new(
                    GapCause::Malformed,
                    "TooLong",
                    "an object that grew while it was read",
                ));
            }
        }
        Ok(bytes)
    }

    /// Its bytes as they come, for a thread that may wait.
    pub fn reader(self, handle: Handle) -> impl Read {
        Arriving { body: self.body, handle, piece: io::Cursor::default() }
    }
}

struct Arriving {
    body: ByteStream,
    handle: Handle,
    piece: io::Cursor<Vec<u8>>,
}

impl Read for Arriving {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            match self.handle.block_on(self.body.next()) {
                None => return Ok(0),
                Some(Ok(piece)) => self.piece = io::Cursor::new(piece.to_vec()),
                Some(Err(error)) => return Err(io::Error::other(Failure::broken(&error).message)),
            }
        }
    }
}
