//! The capture SDK for Kotlin and Swift.
//!
//! Decides nothing: every function hands its arguments to `bailing-capture` and its answer back.
//! A panic below is caught at the boundary and becomes an exception of the platform, never the end
//! of the host app.

mod error;
mod jni_frame;
mod key;
mod session;

pub use error::SdkError;
pub use key::{ForeignDeviceKey, KeyAlgorithm};
pub use session::{
    CaptureConfig, CaptureSession, FrameFormat, Hint, Picture, SealedEvidence, SignalRecord,
    StillInspection, Target,
};

uniffi::setup_scaffolding!("bailing");
