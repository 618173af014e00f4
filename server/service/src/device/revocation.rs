//! Google's list of revoked certificates, as a file that somebody keeps fresh.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bailing_attestation::RevocationList;

use super::DeviceError;

/// More than a list may have, bytes: it is refused then, but not read to its end.
const LONGEST: u64 = 16 * 1024 * 1024 + 1;

/// The list as last read. The file's time of modification is when it was fetched.
pub(super) struct RevocationFile {
    path: PathBuf,
    held: Mutex<Held>,
}

struct Held {
    /// Of the version that was looked at last, sound or not; `None` where there was no file.
    version: Option<Version>,
    list: Arc<RevocationList>,
}

/// What changes with a file.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Version {
    modified: SystemTime,
    length: u64,
}

impl RevocationFile {
    /// Reads the file.
    pub(super) fn open(path: PathBuf) -> Result<Self, DeviceError> {
        let version =
            version(&path).map_err(|source| DeviceError::Read { path: path.clone(), source })?;
        let list = Arc::new(read(&path, version)?);
        let held = Held { version: Some(version), list };
        Ok(Self { path, held: Mutex::new(held) })
    }

    /// The list, read again where the file has changed. One that cannot be read leaves the last sound
    /// one in place, which grows old.
    pub(super) fn list(&self) -> Arc<RevocationList> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let version = version(&self.path).ok();
        if held.version != version {
            held.version = version;
            match version.map(|version| read(&self.path, version)) {
                Some(Ok(list)) => {
                    tracing::info!(entries = list.len(), "a new revocation list");
                    held.list = Arc::new(list);
                }
                Some(Err(error)) => {
                    tracing::error!(%error, "the last sound revocation list stays in use");
                }
                None => tracing::error!(
                    path = %self.path.display(),
                    "the revocation list is gone: the last one stays in use until it is too old"
                ),
            }
        }
        Arc::clone(&held.list)
    }
}

fn version(path: &Path) -> io::Result<Version> {
    let file = fs::metadata(path)?;
    Ok(Version { modified: file.modified()?, length: file.len() })
}

fn read(path: &Path, version: Version) -> Result<RevocationList, DeviceError> {
    let failed = |source| DeviceError::Read { path: path.to_owned(), source };
    let mut json = Vec::new();
    File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut json)).map_err(failed)?;
    let fetched_at = version.modified.duration_since(UNIX_EPOCH).ok();
    let fetched_at = fetched_at.and_then(|since| i64::try_from(since.as_secs()).ok());
    RevocationList::from_json(&json, fetched_at)
        .map_err(|source| DeviceError::Revocation { path: path.to_owned(), source })
}
