//! One flat error for the platforms, with the stable code.

use bailing_capture::{
    CaptureError, FrameError, KeyError, ModelError, OutboxError, RandomError, StorageError,
};

/// Why a call did not do what it was for.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum SdkError {
    /// Something that the SDK names with a code.
    #[error("{code}: {detail}")]
    Failed {
        /// Stable code, as listed in `CODES.md`.
        code: String,
        /// What happened and what to do; no user data.
        detail: String,
    },
}

impl SdkError {
    pub(crate) fn new(code: &str, detail: impl std::fmt::Display) -> Self {
        Self::Failed { code: code.to_owned(), detail: detail.to_string() }
    }
}

impl From<CaptureError> for SdkError {
    fn from(error: CaptureError) -> Self {
        Self::new(error.code(), &error)
    }
}

impl From<FrameError> for SdkError {
    fn from(error: FrameError) -> Self {
        Self::new(error.code(), &error)
    }
}

impl From<ModelError> for SdkError {
    fn from(error: ModelError) -> Self {
        Self::new(error.code(), &error)
    }
}

impl From<KeyError> for SdkError {
    fn from(error: KeyError) -> Self {
        Self::new(error.code(), &error)
    }
}

impl From<OutboxError> for SdkError {
    fn from(error: OutboxError) -> Self {
        Self::new(error.code(), &error)
    }
}

impl From<RandomError> for SdkError {
    fn from(error: RandomError) -> Self {
        Self::new(error.code(), &error)
    }
}

impl From<StorageError> for SdkError {
    fn from(error: StorageError) -> Self {
        Self::new(error.code(), &error)
    }
}

/// What the platform's own code throws at us.
impl From<uniffi::UnexpectedUniFFICallbackError> for SdkError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::new("key_failed", error.reason)
    }
}
