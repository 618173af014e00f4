//! A storage that dies: after so many bytes and operations nothing works until it is started again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use bailing_capture::{Random, RandomError, Storage, StorageError};
use bailing_evidence::digest;

/// A disk that outlives the process; clones are the same disk.
#[derive(Clone, Default)]
pub(crate) struct Disk {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    files: BTreeMap<String, File>,
    removed: BTreeMap<String, File>,
    /// Bytes and operations that are left to it; `None` is endless.
    left: Option<u64>,
    dead: bool,
    spent: u64,
    /// Whether it fails once and then works on, as a full disk does.
    only_once: bool,
    /// Whether the operation that it dies in has happened.
    happens: bool,
    /// Whether every byte of an append counts, or only its first, its middle, its last.
    every_byte: bool,
}

#[derive(Clone, Default)]
struct File {
    bytes: Vec<u8>,
    synced: usize,
}

/// How a death is survived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Death {
    /// Of the process: what was written is there.
    Process,
    /// Of the phone: what was not synced is gone, and what was removed is there again.
    Phone,
}

impl Disk {
    /// It dies after so many more operations and bytes; what it dies in `happens` or not.
    pub(crate) fn die_after(&self, left: u64, happens: bool, every_byte: bool) {
        let mut inner = self.lock();
        (inner.left, inner.happens, inner.every_byte) = (Some(left), happens, every_byte);
    }

    /// It fails once after so many, and works on.
    pub(crate) fn fail_once_after(&self, left: u64, happens: bool) {
        self.die_after(left, happens, false);
        self.lock().only_once = true;
    }

    /// Starts it again.
    pub(crate) fn start(&self, death: Death) {
        let mut inner = self.lock();
        inner.left = None;
        inner.only_once = false;
        if std::mem::take(&mut inner.dead) && death == Death::Phone {
            for (name, file) in std::mem::take(&mut inner.removed) {
                inner.files.entry(name).or_insert(file);
            }
            inner.files.values_mut().for_each(|file| file.bytes.truncate(file.synced));
        }
    }

    /// Operations and bytes so far.
    pub(crate) fn spent(&self) -> u64 {
        self.lock().spent
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.lock().dead
    }

    /// A disk of the same content.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::default();
        copy.lock().files = self.lock().files.clone();
        copy
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.lock().files.keys().cloned().collect()
    }

    /// A file's bytes, to be damaged.
    pub(crate) fn damage(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut inner = self.lock();
        let file = inner.files.entry(name.to_owned()).or_default();
        change(&mut file.bytes);
        file.synced = file.bytes.len();
    }

    pub(crate) fn content(&self, name: &str) -> Option<Vec<u8>> {
        self.lock().files.get(name).map(|file| file.bytes.clone())
    }

    /// Bytes of all files.
    pub(crate) fn size(&self) -> usize {
        self.lock().files.values().map(|file| file.bytes.len()).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no panic before")
    }
}

impl Inner {
    /// Whether an operation may happen, and whether it is reported.
    fn spend(&mut self) -> (bool, Result<(), StorageError>) {
        if self.dead {
            return (false, Err(StorageError::failed("dead")));
        }
        self.spent += 1;
        match self.left.as_mut() {
            None => (true, Ok(())),
            Some(0) => {
                self.dead = !self.only_once;
                self.left = None;
                (self.happens, Err(StorageError::failed("dies")))
            }
            Some(left) => {
                *left -= 1;
                (true, Ok(()))
            }
        }
    }
}

impl Storage for Disk {
    fn read_at(&self, name: &str, offset: u64, buffer: &mut [u8]) -> Result<usize, StorageError> {
        let inner = self.lock();
        if inner.dead {
            return Err(StorageError::failed("dead"));
        }
        let offset = usize::try_from(offset).expect("a place");
        let file = inner.files.get(name).and_then(|file| file.bytes.get(offset..));
        let file = file.unwrap_or_default();
        // Fewer than asked for, as a file system may.
        let read = file.len().min(buffer.len()).min(10_000);
        buffer[..read].copy_from_slice(&file[..read]);
        Ok(read)
    }

    fn length(&self, name: &str) -> Result<Option<u64>, StorageError> {
        let inner = self.lock();
        if inner.dead {
            return Err(StorageError::failed("dead"));
        }
        Ok(inner.files.get(name).map(|file| file.bytes.len() as u64))
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        let mut inner = self.lock();
        let last = bytes.len().saturating_sub(1);
        let stops = if inner.every_byte {
            (0..=bytes.len()).collect()
        } else {
            vec![0, 1.min(last), last / 2, last, bytes.len()]
        };
        let mut written = 0;
        for stop in stops {
            let (happens, result) = inner.spend();
            if happens {
                let file = inner.files.entry(name.to_owned()).or_default();
                file.bytes.extend_from_slice(&bytes[written.min(stop)..stop]);
                written = written.max(stop);
            }
            result?;
        }
        Ok(())
    }

    fn sync(&mut self, name: &str) -> Result<(), StorageError> {
        let mut inner = self.lock();
        let (happens, result) = inner.spend();
        if happens {
            let file = inner.files.get_mut(name).expect("a file to sync");
            file.synced = file.bytes.len();
        }
        result
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), StorageError> {
        let mut inner = self.lock();
        let (happens, result) = inner.spend();
        if happens {
            let file = inner.files.remove(from).expect("a file to rename");
            inner.removed.remove(to);
            inner.files.insert(to.to_owned(), file);
        }
        result
    }

    fn remove(&mut self, name: &str) -> Result<(), StorageError> {
        let mut inner = self.lock();
        let (happens, result) = inner.spend();
        if happens && let Some(file) = inner.files.remove(name) {
            inner.removed.insert(name.to_owned(), file);
        }
        result
    }

    fn list(&self) -> Result<Vec<String>, StorageError> {
        let inner = self.lock();
        if inner.dead {
            return Err(StorageError::failed("dead"));
        }
        Ok(inner.files.keys().cloned().collect())
    }
}

/// Randomness that a test can repeat.
pub(crate) struct Seeded(pub(crate) Mutex<u64>);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(seed << 32))
    }
}

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        let mut count = self.0.lock().expect("no panic before");
        for block in bytes.chunks_mut(32) {
            *count += 1;
            block.copy_from_slice(&digest::sha256(&count.to_be_bytes())[..block.len()]);
        }
        Ok(())
    }
}
