//! The capture SDK: frames in, guidance out; a still in, a sealed bundle out; and the requests that
//! carry it to the server.
//!
//! Sans-IO: it opens no socket, reads no clock and keeps no file. The host passes in pixels, times
//! and answers, and sends what comes out.
//!
//! Start at [`Session`]; the hardware key stands behind [`DeviceKey`], the network behind
//! [`upload`], and what is still to be sent waits in an [`Outbox`].
//!
//! ```
//! use bailing_capture::upload::{self, Request, Tickets};
//! use bailing_capture::{Capture, CaptureError, Chain, Config, DeviceKey, Session};
//!
//! /// The request that carries one photo of a waybill to the server.
//! fn prove(
//!     session: &mut Session, jpeg: &[u8], monotonic_ns: u64, wall_clock: i64,
//!     tickets: &mut Tickets, chain: &mut Chain, key: &dyn DeviceKey,
//! ) -> Result<Request, CaptureError> {
//!     let ticket = tickets.tickets.pop().unwrap_or_default();
//!     let capture = Capture { encoded: jpeg, kind: "waybill", monotonic_ns, again: false };
//!     let sealed = session.seal(&[capture], &ticket, chain, key, wall_clock, monotonic_ns)?;
//!     // Store `chain` and the bytes before sending them: see `Outbox`.
//!     Ok(upload::put(&sealed))
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
