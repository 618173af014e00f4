//! The capture SDK for Kotlin and Swift.
//!
//! Decides nothing: every function hands its arguments to `bailing-capture` and its answer back.
//! A panic below is caught at the boundary and becomes an error of the platform, never the end of the
//! host app. Frames go past uniffi (`frames.rs`: JNI and C), everything else through it.

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
    OutboxEntry, OutboxEntryState, Policy, PolicyTask,
};
pub use session::{
    CaptureMode, CaptureSession, CaptureTask, FrameOutcome, Photograph, PhotographOutcome,
};

/// Every code that the platforms' own code adds, as listed in `CODES.md`: what has no name in the library.
pub const CODES: &[&str] = &["key_lost", "sdk_failed", "session_closed", "storage_key_lost"];

uniffi::setup_scaffolding!("bailing");
