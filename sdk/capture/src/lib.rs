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
//! A still becomes a page of the session, and the pages a bundle in the outbox, all or nothing:
//!
//! ```
//! use bailing_capture::{CaptureError, Clock, DeviceKey, Outbox, Outcome, Session};
//!
//! /// The bundle's name: it is on its way once this returns. None where the photo has to be taken anew.
//! fn prove(
//!     session: &mut Session, outbox: &mut Outbox, key: &dyn DeviceKey, clock: &dyn Clock, jpeg: Vec<u8>,
//! ) -> Result<Option<[u8; 32]>, CaptureError> {
//!     match session.photograph(jpeg, clock.monotonic_ns())?.outcome {
//!         Outcome::Kept => session.seal(outbox, key, clock).map(Some),
//!         Outcome::Again | Outcome::Retake => Ok(None),
//!     }
//! }
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod budget;
mod chain;
mod clock;
#[cfg(feature = "danger-software-key")]
pub mod danger;
mod device_key;
mod guidance;
mod outbox;
mod random;
mod sealer;
mod session;
mod storage;
mod tracker;
pub mod upload;

pub use bailing_evidence::key::PublicKey;
pub use bailing_evidence::policy::{Policy, PolicyTask};
pub use bailing_evidence::signature::Algorithm;
pub use bailing_vision::{
    Analysis, Frame, FrameError, ModelError, Models, PixelFormat, Quad, Subject, Turn, Verdict,
};
pub use chain::Chain;
pub use clock::Clock;
pub use device_key::{Attestation, DeviceKey, KeyError};
pub use guidance::{Guidance, Language, Place, Side};
pub use outbox::{Enrolment, Entry, EntryState, Errand, News, Outbox, OutboxError, Service, Slot};
pub use random::{Random, RandomError};
pub use sealer::{Capture, CaptureError, Config, Inspection, SealedBundle, Sealer};
pub use session::{FrameResult, Mode, Outcome, Photograph, Session, Task};
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
    "session_full",
    "storage_failed",
    "storage_in_use",
    "storage_key_wrong",
    "stored_damaged",
    "stored_for_another",
    "stored_newer",
    "tickets_missing",
    "unreachable",
];
