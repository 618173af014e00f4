//! The claims that one signature covers.

mod claims;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::frame::FrameRecord;
use crate::hexadecimal;

/// What the phone says about one capture. Encoded as a deterministic CBOR map with EAT claim
/// numbers where RFC 9711 has them and private ones below -65536 otherwise; the `serde` form here
/// is the readable one, for the console and `bailing verify --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The ticket's nonce (`eat_nonce`, 10).
    #[serde(with = "hexadecimal::bytes")]
    pub nonce: Vec<u8>,
    /// When the phone's clock says it was signed, seconds since 1970 (`iat`, 6). A claim, not a fact.
    pub issued_at: i64,
    /// The server's ticket, whole, as issued.
    #[serde(with = "hexadecimal::bytes")]
    pub ticket: Vec<u8>,
    /// Random for each boot of the phone: monotonic times compare only within one.
    #[serde(with = "hexadecimal::bytes")]
    pub boot_id: [u8; 16],
    /// Monotonic clock when the session began, nanoseconds.
    pub monotonic_start_ns: u64,
    /// Monotonic clock when the manifest was made, nanoseconds.
    pub monotonic_end_ns: u64,
    /// Counts this key's manifests from 0.
    pub sequence: u64,
    /// SHA-256 of this key's previous signed manifest (the COSE_Sign1 bytes); `None` for the first.
    #[serde(with = "hexadecimal::optional_bytes")]
    pub previous: Option<[u8; 32]>,
    /// The host app's id: Android package or iOS bundle id.
    pub app_id: String,
    /// The host app's version, as it names itself.
    pub app_version: String,
    /// SHA-256 of the signing key's uncompressed point (65 bytes).
    #[serde(with = "hexadecimal::bytes")]
    pub key_id: [u8; 32],
    /// Models and thresholds that made the signals.
    pub models: Vec<ModelClaim>,
    /// One a picture, in blob order.
    pub images: Vec<ImageClaim>,
    /// Public half of the session's key, which signed every picture's record (see [`crate::frame`]).
    #[serde(with = "hexadecimal::bytes")]
    pub session_key: [u8; 32],
    /// SHA-256 of the attestation that the key was enrolled with (see [`crate::enrolment`]); `None` for
    /// a key that nothing attests.
    #[serde(with = "hexadecimal::optional_bytes")]
    pub attestation: Option<[u8; 32]>,
}

/// A model that took part, by what its bytes hash to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelClaim {
    /// Name and version.
    pub name: String,
    /// SHA-256 of its bytes; of its name and version where it has none.
    #[serde(with = "hexadecimal::bytes")]
    pub sha256: [u8; 32],
}

/// What the phone says about one picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageClaim {
    /// Monotonic clock at capture, nanoseconds.
    pub monotonic_ns: u64,
    /// SHA-256 of the pixels that were analysed: RGB, upright, packed.
    #[serde(with = "hexadecimal::bytes")]
    pub pixels_sha256: [u8; 32],
    /// SHA-256 of the encoded picture.
    #[serde(with = "hexadecimal::bytes")]
    pub blob_sha256: [u8; 32],
    /// Length of the encoded picture, bytes.
    pub blob_len: u64,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// Media type of the encoded picture: `image/jpeg`, `image/png` or `image/webp`.
    pub media_type: String,
    /// The kind of proof that was asked for, for example `business_licence`.
    pub kind: String,
    /// The phone's signals.
    pub signals: Vec<SignalClaim>,
    /// The phone's verdict: `accepted`, `review`, `retake` or `rejected`.
    pub verdict: String,
    /// The session key's signature over the picture's record.
    #[serde(with = "hexadecimal::bytes")]
    pub record: [u8; 64],
}

impl ImageClaim {
    /// The picture as the session's key recorded it.
    pub fn frame<'a>(&'a self, boot_id: &'a [u8; 16]) -> FrameRecord<'a> {
        FrameRecord {
            boot_id,
            monotonic_ns: self.monotonic_ns,
            pixels_sha256: &self.pixels_sha256,
            blob_sha256: &self.blob_sha256,
        }
    }
}

/// One of the phone's signals, as claimed. The server measures it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalClaim {
    /// Code, as listed in `CODES.md`.
    pub code: String,
    /// Measured value.
    pub score: f32,
    /// Threshold it was held against.
    pub threshold: f32,
}

/// Why bytes are not a manifest, or claims cannot become one.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManifestError {
    /// Not the deterministic CBOR map that the specification describes.
    #[error("not a manifest: {0}")]
    Malformed(&'static str),
    /// More of something than a manifest may hold.
    #[error("the manifest exceeds a limit: {0}")]
    Limit(&'static str),
}

impl ManifestError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "manifest_malformed",
            Self::Limit(_) => "manifest_limit_exceeded",
        }
    }
}
