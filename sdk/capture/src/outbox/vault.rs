//! Encryption at rest: AES-256-GCM (NIST SP 800-38D), in chunks, so that a long file is neither held in
//! memory a second time nor read from its beginning.
//!
//! A file is a head of 40 bytes, `bailing` ‖ version (1) ‖ which key (8) ‖ the file's random id (16) ‖ length
//! of the content (8, big-endian), then chunks: nonce (12, random) ‖ ciphertext ‖ tag (16). Each chunk has 64
//! KiB of content, the last one what is left; an empty file has one empty chunk. What a tag binds beside its
//! chunk is the head, the chunk's number (8, big-endian) and the file's name: no chunk can be moved, left
//! out, or taken from another file or from an earlier file of the same name.
//!
//! Nonces are random: SP 800-38D allows 2^32 chunks with one key; a phone that writes ten thousand a day
//! comes there in a thousand years.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use thiserror::Error;

use crate::{Random, RandomError, Storage, StorageError};

/// First bytes of every file.
const MAGIC: &[u8; 7] = b"bailing";

/// Version of the layout.
const VERSION: u8 = 1;

/// Length of the head, bytes.
const HEAD: u64 = 40;

/// Content of a chunk, bytes.
const CHUNK: u64 = 64 * 1024;

/// What a chunk takes beside its content, bytes: nonce and tag.
const OVERHEAD: u64 = 12 + 16;

/// Reads and writes files under one key.
pub(super) struct Vault {
    key: LessSafeKey,
    /// Tells a wrong key from a damaged file.
    which: [u8; 8],
}

/// Why a file was not written or read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(super) enum VaultError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Random(#[from] RandomError),
    #[error("another key than the file was written with")]
    WrongKey,
    #[error("a newer version wrote the file")]
    Newer,
    #[error("the file is damaged")]
    Damaged,
}

/// The start of a file.
struct Head {
    bytes: [u8; HEAD as usize],
    length: u64,
}

impl Vault {
    /// A vault under 32 bytes that only the platform's key store knows.
    pub(super) fn new(key: &[u8; 32]) -> Result<Self, VaultError> {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), b"bailing vault: which key");
        let which = tag.as_ref().first_chunk().copied().unwrap_or_default();
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| VaultError::WrongKey)?;
        Ok(Self { key: LessSafeKey::new(key), which })
    }

    /// Writes a file whole: it is there under its name, and will stay, only once this has returned.
    pub(super) fn write(
        &self,
        storage: &mut dyn Storage,
        random: &dyn Random,
        name: &str,
        content: &[u8],
    ) -> Result<(), VaultError> {
        let part = format!("{name}.part");
        // A death may have left the beginning of one.
        storage.remove(&part)?;
        let written = self.write_part(storage, random, name, &part, content);
        if written.is_err() {
            // Where room is short, half a file takes it from all others.
            let _ = storage.remove(&part);
        }
        written?;
        Ok(storage.rename(&part, name)?)
    }

    fn write_part(
        &self,
        storage: &mut dyn Storage,
        random: &dyn Random,
        name: &str,
        part: &str,
        content: &[u8],
    ) -> Result<(), VaultError> {
        let mut id = [0; 16];
        random.fill(&mut id)?;
        let head = Head::new(self.which, id, content.len() as u64);
        storage.append(part, &head.bytes)?;
        // Also an empty file has a chunk, so that it is authentic.
        let mut chunks = content.chunks(CHUNK as usize);
        let first = chunks.next().unwrap_or_default();
        for (number, chunk) in (0u64..).zip(std::iter::once(first).chain(chunks)) {
            storage.append(part, &self.lock(&head, number, name, chunk, random)?)?;
        }
        Ok(storage.sync(part)?)
    }

    /// A file of at most `most` bytes; a longer one counts as damaged. `None` where there is none.
    pub(super) fn read(
        &self,
        storage: &dyn Storage,
        name: &str,
        most: u64,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        match self.length(storage, name)? {
            None => Ok(None),
            Some(length) if length > most => Err(VaultError::Damaged),
            Some(length) => self.read_at(storage, name, 0, length).map(Some),
        }
    }

    /// Length of a file's content, bytes; `None` where there is none. It is authentic once a chunk was read.
    pub(super) fn length(
        &self,
        storage: &dyn Storage,
        name: &str,
    ) -> Result<Option<u64>, VaultError> {
        let Some(stored) = storage.length(name)? else { return Ok(None) };
        self.head(storage, name, stored).map(|head| Some(head.length))
    }

    /// `length` bytes from `offset` on.
    pub(super) fn read_at(
        &self,
        storage: &dyn Storage,
        name: &str,
        offset: u64,
        length: u64,
    ) -> Result<Vec<u8>, VaultError> {
        let stored = storage.length(name)?.ok_or(VaultError::Damaged)?;
        let head = self.head(storage, name, stored)?;
        let end = offset.checked_add(length).filter(|end| *end <= head.length);
        let end = end.ok_or(VaultError::Damaged)?;
        let mut content = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        for number in offset / CHUNK..=end.saturating_sub(1).max(offset) / CHUNK {
            let chunk = self.unlock(storage, &head, number, name)?;
            let start = number * CHUNK;
            let within = |place: u64| place.saturating_sub(start).min(chunk.len() as u64) as usize;
            content.extend_from_slice(
                chunk.get(within(offset)..within(end)).ok_or(VaultError::Damaged)?,
            );
        }
        Ok(content)
    }

    /// A file's head, if it is ours and `stored` bytes are what it announces.
    fn head(&self, storage: &dyn Storage, name: &str, stored: u64) -> Result<Head, VaultError> {
        let bytes = exactly(storage, name, 0, HEAD)?;
        let bytes: [u8; HEAD as usize] = bytes.try_into().map_err(|_| VaultError::Damaged)?;
        let rest = bytes.strip_prefix(MAGIC).ok_or(VaultError::Damaged)?;
        let (version, rest) = rest.split_first().ok_or(VaultError::Damaged)?;
        if *version > VERSION {
            return Err(VaultError::Newer);
        }
        if *version < VERSION {
            return Err(VaultError::Damaged);
        }
        if !rest.starts_with(&self.which) {
            return Err(VaultError::WrongKey);
        }
        let length = rest.last_chunk().copied().map(u64::from_be_bytes);
        let length = length.ok_or(VaultError::Damaged)?;
        let chunks = length.div_ceil(CHUNK).max(1);
        let whole = chunks.checked_mul(OVERHEAD).and_then(|more| more.checked_add(HEAD));
        if whole.and_then(|whole| whole.checked_add(length)) != Some(stored) {
            return Err(VaultError::Damaged);
        }
        Ok(Head { bytes, length })
    }

    fn lock(
        &self,
        head: &Head,
        number: u64,
        name: &str,
        chunk: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let mut sealed = Vec::with_capacity(chunk.len() + OVERHEAD as usize);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(chunk);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let (_, content) = sealed.split_at_mut_checked(NONCE_LEN).ok_or(VaultError::Damaged)?;
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce, Aad::from(head.bound(number, name)), content)
            // Only a chunk of more than 64 GiB fails.
            .map_err(|_| VaultError::Damaged)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    fn unlock(
        &self,
        storage: &dyn Storage,
        head: &Head,
        number: u64,
        name: &str,
    ) -> Result<Vec<u8>, VaultError> {
        let place = number.checked_mul(CHUNK).ok_or(VaultError::Damaged)?;
        let length = head.length.saturating_sub(place).min(CHUNK);
        let place = place + number * OVERHEAD + HEAD;
        let sealed = exactly(storage, name, place, length + OVERHEAD)?;
        let (nonce, sealed) = sealed.split_first_chunk().ok_or(VaultError::Damaged)?;
        let mut content = sealed.to_vec();
        let opened = self.key.open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(head.bound(number, name)),
            &mut content,
        );
        let length = opened.map_err(|_| VaultError::Damaged)?.len();
        content.truncate(length);
        Ok(content)
    }
}

impl Head {
    fn new(which: [u8; 8], id: [u8; 16], length: u64) -> Self {
        let mut bytes = [0; HEAD as usize];
        let measure = length.to_be_bytes();
        let parts = [&MAGIC[..], &[VERSION], &which, &id, &measure];
        for (to, from) in bytes.iter_mut().zip(parts.into_iter().flatten()) {
            *to = *from;
        }
        Self { bytes, length }
    }

    /// What a chunk's tag binds beside the chunk.
    fn bound(&self, number: u64, name: &str) -> Vec<u8> {
        [&self.bytes[..], &number.to_be_bytes(), name.as_bytes()].concat()
    }
}

/// `length` bytes from `offset` on, or the file is damaged.
fn exactly(
    storage: &dyn Storage,
    name: &str,
    offset: u64,
    length: u64,
) -> Result<Vec<u8>, VaultError> {
    let mut bytes = vec![0; usize::try_from(length).map_err(|_| VaultError::Damaged)?];
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match storage.read_at(name, offset.saturating_add(filled as u64), rest)? {
            0 => return Err(VaultError::Damaged),
            read => filled += read,
        }
    }
    Ok(bytes)
}
