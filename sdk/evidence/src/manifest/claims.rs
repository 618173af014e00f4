//! The manifest as deterministic CBOR (RFC 8949 §4.2): claim numbers, writing and reading.
//!
//! Whatever is read must be what would have been written, byte for byte. That one comparison
//! enforces shortest forms, key order, no duplicate and no unknown claim.

use ciborium::Value;

use super::{ImageClaim, Manifest, ManifestError, ModelClaim, SignalClaim};
use crate::cbor::claims::{Claims, bytes, map, optional_bytes};
use crate::cbor::{self, Refusal};
use crate::limits;

/// `eat_profile`: what these claims mean.
const PROFILE: &str = "urn:bailing:evidence:1";

// Claim numbers: EAT's own (RFC 9711 §4) where they exist, private ones below -65536 otherwise.
const IAT: i64 = 6;
const EAT_NONCE: i64 = 10;
const EAT_PROFILE: i64 = 265;
const TICKET: i64 = -65_537;
const BOOT_ID: i64 = -65_538;
const MONOTONIC_START: i64 = -65_539;
const MONOTONIC_END: i64 = -65_540;
const SEQUENCE: i64 = -65_541;
const PREVIOUS: i64 = -65_542;
const APP_ID: i64 = -65_543;
const APP_VERSION: i64 = -65_544;
const KEY_ID: i64 = -65_545;
const MODELS: i64 = -65_546;
const IMAGES: i64 = -65_547;
const SESSION_KEY: i64 = -65_548;
const ATTESTATION: i64 = -65_549;

impl Manifest {
    /// The bytes that are signed. Fails where a limit is exceeded or a number is not finite.
    pub fn to_cbor(&self) -> Result<Vec<u8>, ManifestError> {
        self.check_limits()?;
        let mut bytes = Vec::new();
        ciborium::into_writer(&self.to_value(), &mut bytes)
            .map_err(|_| ManifestError::Malformed("it could not be encoded"))?;
        if bytes.len() > limits::SIGNED_BYTES {
            return Err(ManifestError::Limit("length in bytes"));
        }
        cbor::check(&bytes)?;
        Ok(bytes)
    }

    /// Reads what [`Manifest::to_cbor`] wrote, and nothing else.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > limits::SIGNED_BYTES {
            return Err(ManifestError::Limit("length in bytes"));
        }
        cbor::check(bytes)?;
        let value: Value = ciborium::from_reader(bytes)
            .map_err(|_| ManifestError::Malformed("it could not be decoded"))?;
        let manifest = Self::from_value(value)
            .ok_or(ManifestError::Malformed("a claim is missing or of the wrong type"))?;
        if manifest.to_cbor()? != bytes {
            return Err(ManifestError::Malformed("not in deterministic form, or unknown claims"));
        }
        Ok(manifest)
    }

    fn to_value(&self) -> Value {
        map(vec![
            (IAT, self.issued_at.into()),
            (EAT_NONCE, bytes(&self.nonce)),
            (EAT_PROFILE, PROFILE.into()),
            (TICKET, bytes(&self.ticket)),
            (BOOT_ID, bytes(&self.boot_id)),
            (MONOTONIC_START, self.monotonic_start_ns.into()),
            (MONOTONIC_END, self.monotonic_end_ns.into()),
            (SEQUENCE, self.sequence.into()),
            (PREVIOUS, optional_bytes(self.previous.as_ref())),
            (APP_ID, self.app_id.as_str().into()),
            (APP_VERSION, self.app_version.as_str().into()),
            (KEY_ID, bytes(&self.key_id)),
            (MODELS, Value::Array(self.models.iter().map(ModelClaim::to_value).collect())),
            (IMAGES, Value::Array(self.images.iter().map(ImageClaim::to_value).collect())),
            (SESSION_KEY, bytes(&self.session_key)),
            (ATTESTATION, optional_bytes(self.attestation.as_ref())),
        ])
    }

    fn from_value(value: Value) -> Option<Self> {
        let mut claims = Claims::new(value)?;
        let manifest = Self {
            issued_at: claims.integer()?,
            nonce: claims.bytes()?,
            ticket: {
                if claims.text()? != PROFILE {
                    return None;
                }
                claims.bytes()?
            },
            boot_id: claims.array()?,
            monotonic_start_ns: claims.integer()?,
            monotonic_end_ns: claims.integer()?,
            sequence: claims.integer()?,
            previous: claims.optional_array()?,
            app_id: claims.text()?,
            app_version: claims.text()?,
            key_id: claims.array()?,
            models: claims.list(ModelClaim::from_value)?,
            images: claims.list(ImageClaim::from_value)?,
            session_key: claims.array()?,
            attestation: claims.optional_array()?,
        };
        claims.end(manifest)
    }

    fn check_limits(&self) -> Result<(), ManifestError> {
        let texts = [&self.app_id, &self.app_version]
            .into_iter()
            .chain(self.models.iter().map(|model| &model.name))
            .chain(self.images.iter().flat_map(ImageClaim::texts));
        for text in texts {
            if text.len() > limits::TEXT_BYTES {
                return Err(ManifestError::Limit("length of a text"));
            }
            if text.chars().any(char::is_control) {
                return Err(ManifestError::Malformed("a control character in a text"));
            }
        }
        if self.nonce.len() > 64 {
            return Err(ManifestError::Limit("length of the nonce"));
        }
        if self.ticket.len() > limits::TICKET_BYTES {
            return Err(ManifestError::Limit("length of the ticket"));
        }
        if self.models.len() > limits::MODELS {
            return Err(ManifestError::Limit("number of models"));
        }
        if self.images.is_empty() {
            return Err(ManifestError::Malformed("no picture"));
        }
        if self.images.len() > limits::IMAGES {
            return Err(ManifestError::Limit("number of pictures"));
        }
        if self.images.iter().any(|image| image.signals.len() > limits::SIGNALS) {
            return Err(ManifestError::Limit("number of signals"));
        }
        let mut signals = self.images.iter().flat_map(|image| &image.signals);
        if signals.any(|signal| !signal.score.is_finite() || !signal.threshold.is_finite()) {
            return Err(ManifestError::Malformed("a score that is not a number"));
        }
        Ok(())
    }
}

impl ModelClaim {
    fn to_value(&self) -> Value {
        map(vec![(1, self.name.as_str().into()), (2, bytes(&self.sha256))])
    }

    fn from_value(value: Value) -> Option<Self> {
        let mut claims = Claims::new(value)?;
        let model = Self { name: claims.text()?, sha256: claims.array()? };
        claims.end(model)
    }
}

impl ImageClaim {
    fn to_value(&self) -> Value {
        map(vec![
            (1, self.monotonic_ns.into()),
            (2, bytes(&self.pixels_sha256)),
            (3, bytes(&self.blob_sha256)),
            (4, self.blob_len.into()),
            (5, self.width.into()),
            (6, self.height.into()),
            (7, self.media_type.as_str().into()),
            (8, self.kind.as_str().into()),
            (9, Value::Array(self.signals.iter().map(SignalClaim::to_value).collect())),
            (10, self.verdict.as_str().into()),
            (11, bytes(&self.record)),
        ])
    }

    fn from_value(value: Value) -> Option<Self> {
        let mut claims = Claims::new(value)?;
        let image = Self {
            monotonic_ns: claims.integer()?,
            pixels_sha256: claims.array()?,
            blob_sha256: claims.array()?,
            blob_len: claims.integer()?,
            width: claims.integer()?,
            height: claims.integer()?,
            media_type: claims.text()?,
            kind: claims.text()?,
            signals: claims.list(SignalClaim::from_value)?,
            verdict: claims.text()?,
            record: claims.array()?,
        };
        claims.end(image)
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        [&self.media_type, &self.kind, &self.verdict]
            .into_iter()
            .chain(self.signals.iter().map(|signal| &signal.code))
    }
}

impl SignalClaim {
    fn to_value(&self) -> Value {
        map(vec![
            (1, self.code.as_str().into()),
            (2, f64::from(self.score).into()),
            (3, f64::from(self.threshold).into()),
        ])
    }

    fn from_value(value: Value) -> Option<Self> {
        let mut claims = Claims::new(value)?;
        let signal =
            Self { code: claims.text()?, score: claims.float()?, threshold: claims.float()? };
        claims.end(signal)
    }
}

impl From<Refusal> for ManifestError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Malformed(what) => Self::Malformed(what),
            Refusal::Depth => Self::Limit("depth of nesting"),
            Refusal::Items => Self::Limit("number of items"),
        }
    }
}
