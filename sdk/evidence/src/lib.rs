//! What travels from the phone to the server: a manifest of claims, its signature, and the bundle
//! that carries both with the pictures.
//!
//! The format is specified in `SPEC.md`, with vectors for any other implementation. Names follow RATS
//! (RFC 9334), EAT (RFC 9711), COSE (RFC 9052) and deterministic CBOR (RFC 8949 §4.2). Sans-IO: bytes
//! in, values out; keys and clocks are the caller's.
//!
//! The order of reading a bundle is [`bundle::Reader::open`], [`signature::claimed_key`],
//! [`signature::verify`], and only then [`bundle::Reader::blobs`]: no picture's byte is looked at
//! before the signature over its length and hash has been verified.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod bundle;
mod cbor;
pub mod digest;
pub mod enrolment;
pub mod frame;
mod hexadecimal;
pub mod key;
pub mod limits;
pub mod manifest;
pub mod policy;
pub mod signature;
pub mod ticket;

/// Every error code this crate can produce, as listed in `CODES.md`.
pub const CODES: &[&str] = &[
    "blob_digest_mismatch",
    "bundle_limit_exceeded",
    "bundle_malformed",
    "bundle_unreadable",
    "frame_record_invalid",
    "manifest_limit_exceeded",
    "manifest_malformed",
    "policy_limit_exceeded",
    "policy_malformed",
    "policy_signature_invalid",
    "public_key_malformed",
    "signature_invalid",
    "signing_failed",
    "ticket_expired",
    "ticket_invalid",
    "ticket_wrong_key",
];
