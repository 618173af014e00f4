//! The container: the signed part first, then the pictures.
//!
//! Bytes, big-endian:
//! `magic (8) ‖ version (1) ‖ length of the signed part (4) ‖ COSE_Sign1 ‖ blob record*`, and a blob
//! record is `kind (1) ‖ index (4) ‖ raw length (8) ‖ encoded length (8) ‖ SHA-256 of the raw bytes
//! (32) ‖ encoded bytes`. The kind's high bit says that the encoded bytes are one zstd frame;
//! otherwise they are the raw bytes. Records come in the order of the manifest's pictures, one each.

mod reader;
mod writer;

use thiserror::Error;

use crate::limits;

pub use reader::{Blobs, Reader};
pub use writer::write;

/// Media type of a bundle.
pub const MEDIA_TYPE: &str = "application/vnd.bailing.evidence";

/// First bytes of a bundle. Not text, and damaged by any transfer that takes it for text.
const MAGIC: [u8; 8] = *b"\x89BLE\r\n\x1a\n";

/// Version of the container.
const VERSION: u8 = 1;

/// Blob kind of an encoded picture.
const PICTURE: u8 = 1;

/// Flag in the blob kind: the encoded bytes are one zstd frame.
const ZSTD: u8 = 0x80;

/// Bytes before the signed part.
const BEFORE_SIGNED: usize = 13;

/// How many bytes of a bundle have to be there before [`Reader::open`] can give the signed part, as
/// far as `start`, its first bytes, says: for servers that read no further before they have verified.
/// At most 13 + [`limits::SIGNED_BYTES`]; what is longer is refused all the same.
pub fn head_length(start: &[u8]) -> usize {
    match start.get(BEFORE_SIGNED - 4..).and_then(|rest| rest.first_chunk()) {
        Some(length) => {
            let length = u32::from_be_bytes(*length) as usize;
            BEFORE_SIGNED + length.min(limits::SIGNED_BYTES)
        }
        None => BEFORE_SIGNED,
    }
}

/// Why bytes are not a bundle, or pictures cannot become one.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BundleError {
    /// Not the container that the module describes.
    #[error("not an evidence bundle: {0}")]
    Malformed(&'static str),
    /// More of something than a bundle may hold.
    #[error("the bundle exceeds a limit: {0}")]
    Limit(&'static str),
    /// The bytes did not come, or a picture's could not be handed on.
    #[error("the bundle could not be read: {0}")]
    Unreadable(std::io::ErrorKind),
    /// A picture is not the one that was signed.
    #[error("picture {index} is not the one that was signed: its {what} differs")]
    Digest {
        /// Which picture, from 0.
        index: usize,
        /// `length` or `hash`.
        what: &'static str,
    },
}

impl BundleError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "bundle_malformed",
            Self::Limit(_) => "bundle_limit_exceeded",
            Self::Unreadable(_) => "bundle_unreadable",
            Self::Digest { .. } => "blob_digest_mismatch",
        }
    }
}
