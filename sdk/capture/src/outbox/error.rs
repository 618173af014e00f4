//! Why an outbox did not do what it was asked.

use thiserror::Error;

use super::vault::VaultError;
use super::{BYTES, WAITING};
use crate::{KeyError, RandomError, StorageError};

/// Why an outbox did not do what it was asked. Nothing is lost by any of these.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutboxError {
    /// The platform's storage.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The platform's randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The device key did not prove that it is there.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The storage key is not the one with which the files were written.
    #[error(
        "the storage was written under another key: open it with that one, or empty it, which loses \
         what waits there"
    )]
    WrongKey,
    /// A newer version of the SDK wrote the state.
    #[error("a newer version of the SDK wrote this storage: update the app before it goes on")]
    Newer,
    /// The state is of another server or app.
    #[error(
        "the storage holds bundles for another server or app: open it with the same origin and app id, \
         or use another one"
    )]
    OtherService,
    /// A stored file is not what was written.
    #[error("a stored file is damaged: what it held has to be made again")]
    Damaged,
    /// As much waits as may.
    #[error(
        "{WAITING} bundles or {} MiB wait to be sent: let them go first",
        BYTES / (1024 * 1024)
    )]
    Full,
    /// No key is enrolled.
    #[error("no key is enrolled with the server: enrol one first")]
    NotEnrolled,
    /// No ticket is left that would still be accepted.
    #[error("no ticket is left: connect to the server once, then seal")]
    NoTicket,
}

impl OutboxError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.code(),
            Self::Random(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::WrongKey => "storage_key_wrong",
            Self::Newer => "stored_newer",
            Self::OtherService => "stored_for_another",
            Self::Damaged => "stored_damaged",
            Self::Full => "outbox_full",
            Self::NotEnrolled => "not_enrolled",
            Self::NoTicket => "tickets_missing",
        }
    }
}

impl From<VaultError> for OutboxError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Storage(error) => Self::Storage(error),
            VaultError::Random(error) => Self::Random(error),
            VaultError::WrongKey => Self::WrongKey,
            VaultError::Newer => Self::Newer,
            VaultError::Damaged => Self::Damaged,
        }
    }
}
