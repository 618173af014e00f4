//! The capture SDK for Kotlin and Swift.
//!
//! Decides nothing: every function hands its arguments to `bailing-capture` and its answer back.
//! A panic below is caught at the boundary and becomes an error of the platform, never the end of the
//! host app. Frames go by [`frames`], everything else through uniffi.

mod clock;
mod error;
mod frames;
mod guidance;
mod key;
mod outbox;
mod session;

pub use error::SdkError;
pub use guidance::{
    Guidance, GuidanceNumber, Language, Place, Side, all_guidance, guidance_code, guidance_text,
};
pub use key::{KeyAlgorithm, SigningKey};
pub use outbox::{
    Enrolment, Errand, HttpHeader, HttpRequest, HttpResponse, News, Outbox, OutboxConfig,
    OutboxEntry, OutboxEntryState,
};
pub use session::{
    CaptureMode, CaptureSession, CaptureTask, FrameOutcome, Photograph, PhotographOutcome,
};

/// Every code that is added here, as listed in `CODES.md`: what the platforms' own code reports where the
/// library or the system failed in a way that has no name.
pub const CODES: &[&str] = &["sdk_failed"];

uniffi::setup_scaffolding!("bailing");
