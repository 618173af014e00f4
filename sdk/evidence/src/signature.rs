//! COSE_Sign1 (RFC 9052 §4.2) over the manifest, with ES256 (RFC 9053 §2.1) or an App Attest assertion.
//!
//! `external_aad` binds the signature to where it is meant for: the protocol's name, the server's
//! origin and the app's id, separated by zero bytes.

use coset::{CoseSign1, CoseSign1Builder, Header, TaggedCborSerializable, iana};
use thiserror::Error;

use crate::cbor::{self, Refusal};
use crate::key::PublicKey;
use crate::limits;
use crate::manifest::{Manifest, ManifestError};

/// Protocol name, first in `external_aad`.
const PROTOCOL: &str = "bailing-evidence-v1";

/// COSE algorithm number of an App Attest assertion, from the range for private use.
const APP_ATTEST: i64 = -65_537;

/// Longest assertion, bytes.
const ASSERTION_BYTES: usize = 1_024;

/// How a device's key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA with P-256 and SHA-256 over the Sig_structure (RFC 9052 §4.4): r ‖ s, 64 bytes.
    Es256,
    /// An App Attest assertion, CBOR, whose client data is the Sig_structure: Apple's keys sign nothing
    /// else.
    AppAttest,
}

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
    /// The session's key did not sign this picture's record.
    #[error("picture {0} was not recorded by the session that the claims name")]
    Frame(usize),
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
            Self::Frame(_) => "frame_record_invalid",
            Self::Signing(_) => "signing_failed",
        }
    }
}

impl Algorithm {
    fn header(self) -> Header {
        let alg = match self {
            Self::Es256 => coset::Algorithm::Assigned(iana::Algorithm::ES256),
            Self::AppAttest => coset::Algorithm::PrivateUse(APP_ATTEST),
        };
        Header { alg: Some(alg), ..Header::default() }
    }

    fn can_be(self, signature: &[u8]) -> bool {
        match self {
            Self::Es256 => signature.len() == 64,
            Self::AppAttest => (1..=ASSERTION_BYTES).contains(&signature.len()),
        }
    }
}

/// Signs a manifest; `sign` gets the Sig_structure's bytes and gives what `algorithm` says.
pub fn sign<E: std::fmt::Display>(
    manifest: &Manifest,
    context: &Context<'_>,
    algorithm: Algorithm,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, SignatureError> {
    let payload = manifest.to_cbor()?;
    let signed = CoseSign1Builder::new()
        .protected(algorithm.header())
        .payload(payload)
        .try_create_signature(&external_aad(context), |message| {
            sign(message).map_err(|error| SignatureError::Signing(error.to_string()))
        })?
        .build();
    if !algorithm.can_be(&signed.signature) {
        return Err(SignatureError::Signing(
            "ES256 is 64 bytes, r then s; an assertion has at most 1,024".to_owned(),
        ));
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
    let (_, _, manifest) = parse(cose)?;
    Ok(manifest.key_id)
}

/// The claims, if `key` signed them for `context` with ES256.
pub fn verify(
    cose: &[u8],
    key: &PublicKey,
    context: &Context<'_>,
) -> Result<Manifest, SignatureError> {
    verify_with(cose, &key.id(), context, |algorithm, message, signature| {
        algorithm == Algorithm::Es256 && key.verifies(message, signature)
    })
}

/// The claims, if they name `key_id`, `check` finds its signature over the message for `context` sound,
/// and the session's key recorded every picture.
pub fn verify_with(
    cose: &[u8],
    key_id: &[u8; 32],
    context: &Context<'_>,
    check: impl FnOnce(Algorithm, &[u8], &[u8]) -> bool,
) -> Result<Manifest, SignatureError> {
    let (signed, algorithm, manifest) = parse(cose)?;
    signed.verify_signature(&external_aad(context), |signature, message| {
        if algorithm.can_be(signature) && check(algorithm, message, signature) {
            Ok(())
        } else {
            Err(SignatureError::Invalid)
        }
    })?;
    if manifest.key_id != *key_id {
        return Err(SignatureError::Invalid);
    }
    for (index, image) in manifest.images.iter().enumerate() {
        if !image.frame(&manifest.boot_id).is_signed(&manifest.session_key, &image.record) {
            return Err(SignatureError::Frame(index));
        }
    }
    Ok(manifest)
}

fn parse(cose: &[u8]) -> Result<(CoseSign1, Algorithm, Manifest), SignatureError> {
    let signed = read(cose)?;
    let algorithm = [Algorithm::Es256, Algorithm::AppAttest]
        .into_iter()
        .find(|algorithm| signed.protected.header == algorithm.header())
        .ok_or(SignatureError::Malformed("another header than one algorithm alone"))?;
    let payload = signed.payload.as_deref().ok_or(SignatureError::Malformed("no payload"))?;
    let manifest = Manifest::from_cbor(payload)?;
    Ok((signed, algorithm, manifest))
}

/// A COSE_Sign1 of the one form that is read here, unverified.
pub(crate) fn read(cose: &[u8]) -> Result<CoseSign1, SignatureError> {
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
    Ok(signed)
}

fn external_aad(context: &Context<'_>) -> Vec<u8> {
    [PROTOCOL, context.server_origin, context.app_id].join("\0").into_bytes()
}
