//! COSE_Sign1 (RFC 9052 §4.2) over the manifest, with ES256 (RFC 9053 §2.1).
//!
//! `external_aad` binds the signature to where it is meant for: the protocol's name, the server's
//! origin and the app's id, separated by zero bytes.

use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana};
use thiserror::Error;

use crate::cbor::{self, Refusal};
use crate::key::PublicKey;
use crate::limits;
use crate::manifest::{Manifest, ManifestError};

/// Protocol name, first in `external_aad`.
const PROTOCOL: &str = "bailing-evidence-v1";

/// Where a signature is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context<'a> {
    /// Scheme, host and port of the server, for example `https://bank.example`.
    pub server_origin: &'a str,
    /// The host app's id: Android package or iOS bundle id.
    pub app_id: &'a str,
}

/// Why a manifest was not signed, or a signature not accepted.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// The claims, not the signature.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Not a COSE_Sign1 of the form that is read here.
    #[error("not a signed manifest: {0}")]
    Malformed(&'static str),
    /// Made by another key, for another server or app, or over other claims.
    #[error("the signature does not match the claims, the key, the server and the app")]
    Invalid,
    /// The device's key did not sign.
    #[error("the device key did not sign: {0}")]
    Signing(String),
}

impl SignatureError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Manifest(error) => error.code(),
            Self::Malformed(_) => "manifest_malformed",
            Self::Invalid => "signature_invalid",
            Self::Signing(_) => "signing_failed",
        }
    }
}

/// Signs a manifest; `sign` gets the Sig_structure's bytes and gives r ‖ s, 64 bytes.
pub fn sign<E: std::fmt::Display>(
    manifest: &Manifest,
    context: &Context<'_>,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, SignatureError> {
    let payload = manifest.to_cbor()?;
    let signed = CoseSign1Builder::new()
        .protected(HeaderBuilder::new().algorithm(iana::Algorithm::ES256).build())
        .payload(payload)
        .try_create_signature(&external_aad(context), |message| {
            sign(message).map_err(|error| SignatureError::Signing(error.to_string()))
        })?
        .build();
    if signed.signature.len() != 64 {
        return Err(SignatureError::Signing("a P-256 signature has 64 bytes, r then s".to_owned()));
    }
    let bytes =
        signed.to_tagged_vec().map_err(|_| SignatureError::Malformed("it could not be encoded"))?;
    if bytes.len() > limits::SIGNED_BYTES {
        return Err(ManifestError::Limit("length in bytes").into());
    }
    Ok(bytes)
}

/// The key that the claims name, unverified: which key to verify with, and nothing more.
pub fn claimed_key(cose: &[u8]) -> Result<[u8; 32], SignatureError> {
    let (_, manifest) = parse(cose)?;
    Ok(manifest.key_id)
}

/// The claims, if `key` signed them for `context`.
pub fn verify(
    cose: &[u8],
    key: &PublicKey,
    context: &Context<'_>,
) -> Result<Manifest, SignatureError> {
    let (signed, manifest) = parse(cose)?;
    signed.verify_signature(&external_aad(context), |signature, message| {
        if key.verifies(message, signature) { Ok(()) } else { Err(SignatureError::Invalid) }
    })?;
    if manifest.key_id != key.id() {
        return Err(SignatureError::Invalid);
    }
    Ok(manifest)
}

fn parse(cose: &[u8]) -> Result<(CoseSign1, Manifest), SignatureError> {
    if cose.len() > limits::SIGNED_BYTES {
        return Err(ManifestError::Limit("length in bytes").into());
    }
    cbor::check(cose).map_err(|refusal: Refusal| ManifestError::from(refusal))?;
    let signed = CoseSign1::from_tagged_slice(cose)
        .map_err(|_| SignatureError::Malformed("not a COSE_Sign1"))?;
    // One form only: nothing in it that the signature does not cover and the writer did not write.
    let rewritten = signed.clone().to_tagged_vec().unwrap_or_default();
    if rewritten != cose || !signed.unprotected.is_empty() {
        return Err(SignatureError::Malformed("not in deterministic form"));
    }
    let expected = HeaderBuilder::new().algorithm(iana::Algorithm::ES256).build();
    if signed.protected.header != expected {
        return Err(SignatureError::Malformed("another header than ES256 alone"));
    }
    let payload = signed.payload.as_deref().ok_or(SignatureError::Malformed("no payload"))?;
    let manifest = Manifest::from_cbor(payload)?;
    Ok((signed, manifest))
}

fn external_aad(context: &Context<'_>) -> Vec<u8> {
    [PROTOCOL, context.server_origin, context.app_id].join("\0").into_bytes()
}
