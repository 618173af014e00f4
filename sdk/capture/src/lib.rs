//! The capture SDK: frames in, guidance out; a still in, a sealed bundle out; and the requests that
//! carry it to the server.
//!
//! Sans-IO: it opens no socket and reads no clock. The host passes in pixels, times and answers, and sends
//! what comes out; [`Folder`] is the one adapter that touches files.
//!
//! Start at [`Session`] for pictures and at [`Outbox`] for what becomes of them. The platform gives a hardware
//! key ([`DeviceKey`]), [`Storage`], [`Random`] and a [`Clock`], and runs the outbox's errands with its own HTTP
//! client:
//!
//! ```
//! use bailing_capture::upload::{Request, Response, Unreachable};
//! use bailing_capture::{Attestation, Errand, News, Outbox, OutboxError};
//!
//! /// Runs errands until there is none: when to come back, in seconds since 1970.
//! fn run(
//!     outbox: &mut Outbox,
//!     now: impl Fn() -> i64,
//!     http: impl Fn(Request) -> Result<Response, Unreachable>,
//!     attest: impl Fn(&[u8]) -> Attestation,
//! ) -> Result<Option<i64>, OutboxError> {
//!     loop {
//!         match outbox.next(now())? {
//!             Errand::Send { exchange, request } => {
//!                 if let Some(News::Decided { bundle }) = outbox.answer(exchange, http(request), now())? {
//!                     println!("{:?}", outbox.decision(&bundle)?);
//!                 }
//!             }
//!             Errand::Attest { challenge } => outbox.attested(&attest(&challenge), now())?,
//!             Errand::WaitUntil(until) => return Ok(Some(until)),
//!             Errand::Nothing => return Ok(None),
//!         }
//!     }
//! }
//! ```
//!
//! A picture is sealed into the outbox in one step, all or nothing:
//!
//! ```
//! use bailing_capture::{Capture, CaptureError, DeviceKey, Outbox, OutboxError, Sealed, Session};
//!
//! #[derive(Debug)]
//! enum Failure {
//!     Capture(CaptureError),
//!     Outbox(OutboxError),
//! }
//! # impl From<CaptureError> for Failure { fn from(error: CaptureError) -> Self { Self::Capture(error) } }
//! # impl From<OutboxError> for Failure { fn from(error: OutboxError) -> Self { Self::Outbox(error) } }
//!
//! /// The bundle's name: it is on its way once this returns.
//! fn prove(
//!     session: &mut Session, outbox: &mut Outbox, key: &dyn DeviceKey, jpeg: &[u8], now: i64, now_ns: u64,
//! ) -> Result<[u8; 32], Failure> {
//!     outbox.seal(now, |place| {
//!         let mut chain = place.chain.clone();
//!         let capture = Capture { encoded: jpeg, kind: "waybill", monotonic_ns: now_ns, again: false };
//!         let sealed = session.seal(&[capture], place.ticket, &mut chain, key, now, now_ns)?;
//!         let signed_sha256 = chain.previous.unwrap_or_default();
//!         Ok(Sealed { bytes: sealed.bytes, signed_sha256, kinds: vec!["waybill".to_owned()] })
//!     })
//! }
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod chain;
mod clock;
#[cfg(feature = "danger-software-key")]
pub mod danger;
mod device_key;
mod guidance;
mod outbox;
mod random;
mod session;
mod storage;
pub mod upload;

pub use bailing_evidence::key::PublicKey;
pub use bailing_evidence::signature::Algorithm;
pub use bailing_vision::{
    Analysis, Frame, FrameError, ModelError, Models, PixelFormat, Subject, Verdict,
};
pub use chain::Chain;
pub use clock::Clock;
pub use device_key::{Attestation, DeviceKey, KeyError};
pub use guidance::{Guidance, Guide};
pub use outbox::{
    Enrolment, Entry, EntryState, Errand, News, Outbox, OutboxError, Place, Sealed, Service,
};
pub use random::{Random, RandomError};
pub use session::{Capture, CaptureError, Config, Inspection, SealedBundle, Session};
pub use storage::{Folder, Memory, Storage, StorageError};
pub use upload::UploadError;

/// Every code this crate can produce beyond those of `evidence` and `vision`, as listed in
/// `CODES.md`.
pub const CODES: &[&str] = &[
    "answer_malformed",
    "key_failed",
    "not_enrolled",
    "nothing_captured",
    "outbox_full",
    "randomness_failed",
    "retake_needed",
    "storage_failed",
    "storage_in_use",
    "storage_key_wrong",
    "stored_damaged",
    "stored_for_another",
    "stored_newer",
    "tickets_missing",
    "unreachable",
];
