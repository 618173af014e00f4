//! The capture SDK: frames in, guidance out; a still in, a sealed bundle out; and the requests that
//! carry it to the server.
//!
//! Sans-IO: it opens no socket, reads no clock and keeps no file. The host passes in pixels, times
//! and answers, and sends what comes out.
//!
//! Start at [`Session`]; the hardware key stands behind [`DeviceKey`], the network behind
//! [`upload`], and what is still to be sent waits in an [`Outbox`].
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod chain;
#[cfg(feature = "danger-software-key")]
pub mod danger;
mod device_key;
mod guidance;
mod outbox;
mod session;
pub mod upload;

pub use bailing_evidence::key::PublicKey;
pub use bailing_vision::{Analysis, Frame, FrameError, PixelFormat, Subject, Verdict};
pub use chain::Chain;
pub use device_key::{DeviceKey, KeyError};
pub use guidance::{Guidance, Guide};
pub use outbox::{Outbox, OutboxError, Pending};
pub use session::{Capture, CaptureError, Config, Inspection, SealedBundle, Session};
pub use upload::UploadError;

/// Every code this crate can produce beyond those of `evidence` and `vision`, as listed in
/// `CODES.md`.
pub const CODES: &[&str] = &[
    "answer_malformed",
    "key_failed",
    "nothing_captured",
    "outbox_full",
    "retake_needed",
    "unreachable",
];
