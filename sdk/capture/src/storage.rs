//! Where the SDK keeps what must survive the process.

mod folder;
mod memory;

use thiserror::Error;

pub use folder::Folder;
pub use memory::Memory;

/// Longest name of a file, characters.
const LONGEST_NAME: usize = 128;

/// A few files in one flat place that is the SDK's alone.
///
/// Names have 1 to 128 characters of `a-z`, `0-9`, `.` and `-`, and do not begin with a dot. A death of the
/// process, or of the phone, may come at any moment; each method says what then holds.
pub trait Storage: Send {
    /// Reads a whole file; `None` where there is none. The caller has asked for [`Self::length`] first.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let Some(length) = self.length(name)? else { return Ok(None) };
        let length = usize::try_from(length).map_err(|_| StorageError::failed("too long"))?;
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let place = u64::try_from(filled).unwrap_or(u64::MAX);
            match self.read_at(name, place, rest)? {
                0 => break,
                read => filled = filled.saturating_add(read),
            }
        }
        bytes.truncate(filled);
        Ok(Some(bytes))
    }

    /// Reads from `offset` on into `buffer`: the number of bytes read, 0 at the end and beyond, and where
    /// there is no such file.
    fn read_at(&self, name: &str, offset: u64, buffer: &mut [u8]) -> Result<usize, StorageError>;

    /// A file's length, bytes; `None` where there is none.
    fn length(&self, name: &str) -> Result<Option<u64>, StorageError>;

    /// Adds to the end of a file, which is made where it is missing. After a death any prefix of `bytes` may
    /// be there.
    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), StorageError>;

    /// All that was appended survives a death once this has returned.
    fn sync(&mut self, name: &str) -> Result<(), StorageError>;

    /// Gives a file another name, in place of the file that has it. After a death either all of it has
    /// happened or nothing, and all once this has returned.
    fn rename(&mut self, from: &str, to: &str) -> Result<(), StorageError>;

    /// Removes a file; no error where there is none. After a death it may be there again.
    fn remove(&mut self, name: &str) -> Result<(), StorageError>;

    /// The names of all files, in any order.
    fn list(&self) -> Result<Vec<String>, StorageError>;
}

/// The storage did not do what was asked.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageError {
    /// An input or output error.
    #[error(
        "the phone's storage failed ({reason}): try again, and if it stays so make room on the phone"
    )]
    Failed {
        /// The platform's own word for it; no user data.
        reason: String,
    },
    /// Another process, or another part of this one, has it open.
    #[error("another process has this storage open: keep one Outbox a folder, and share it")]
    InUse,
}

impl StorageError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "storage_failed",
            Self::InUse => "storage_in_use",
        }
    }

    /// A failure for which the platform gives this reason.
    pub fn failed(reason: impl std::fmt::Display) -> Self {
        Self::Failed { reason: reason.to_string() }
    }
}

/// Whether a file may have this name.
fn is_name(name: &str) -> bool {
    let allowed = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    (1..=LONGEST_NAME).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(allowed)
}
