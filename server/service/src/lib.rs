//! The bank's side: takes evidence bundles over HTTP, verifies and decides them, and shows an
//! operator what happened.
//!
//! The only crate that knows HTTP, SQL and the object store. Start at [`start`]; `api` takes bundles
//! in, `work` decides them, `store` and `objects` keep them, `console` shows them.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod apart;
mod api;
mod archive;
mod audit;
mod body;
mod case;
mod client;
mod clock;
mod config;
mod console;
mod content;
mod device;
mod exchange;
mod export;
pub mod facts;
mod finder;
mod incoming;
mod item;
mod key_set;
mod language_model;
mod limits;
mod listener;
mod metering;
mod objects;
mod policy;
mod problem;
mod prototypes;
mod purpose;
mod relations;
mod rotation;
mod running;
mod sealing;
mod state;
mod store;
mod streams;
mod tls;
mod tokens;
mod verification;
mod work;
mod workers;

pub use apart::ApartError;
pub use api::openapi;
pub use audit::{AuditError, Head, audit};
pub use client::Network;
pub use clock::today;
pub use config::{
    AttestationConfig, BucketConfig, Config, ConfigError, KeySource, LanguageModelConfig,
    MerchantSeed, PolicyConfig, Secret, TlsConfig, TokenConfig,
};
pub use console::draw_standard_input;
pub use device::DeviceError;
pub use policy::{PolicyFileError, new_policy_key, sign_policy};
pub use prototypes::describe_standard_input;
pub use rotation::{RotationError, rotate};
pub use running::{Running, StartError, Worker, check, start, work};
pub use verification::{Signer, Verification, VerifyError, verify, verify_here};
pub use work::{BundleDecision, Ended, Parked, PictureDecision, Review, Ruling};
pub use workers::limit_memory;

/// Every code this crate can produce beyond those of the others, as listed in `CODES.md`.
pub const CODES: &[&str] = &[
    "attestation_mismatch",
    "bundle_unknown",
    "challenge_unknown",
    "client_verdict_mismatch",
    "consent_missing",
    "content_type_wrong",
    "digest_mismatch",
    "duplicate_image",
    "host_app_not_configured",
    "internal",
    "item_unknown",
    "key_known",
    "key_unknown",
    "merchant_unknown",
    "method_not_allowed",
    "not_found",
    "number_shared",
    "pixels_mismatch",
    "platform_not_configured",
    "platform_unknown",
    "processing_failed",
    "prototype_known",
    "prototype_unknown",
    "prototypes_full",
    "rate_limited",
    "request_cross_site",
    "request_malformed",
    "request_timeout",
    "request_too_large",
    "request_unusable",
    "review_not_waiting",
    "role_missing",
    "sequence_gap",
    "sequence_replayed",
    "similar_image",
    "streams_full",
    "ticket_used",
    "token_expired",
    "token_invalid",
    "token_keys_missing",
    "token_missing",
    "upload_checksum_mismatch",
    "upload_locked",
    "upload_offset_mismatch",
    "upload_unknown",
    "upload_version_unsupported",
    "uploads_full",
];
