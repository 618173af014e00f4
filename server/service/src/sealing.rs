//! Objects encrypted at rest (AES-256-GCM): each under a key of its own, that one under its merchant's, and the
//! merchant's under the bank's. Destroying a key erases what lies under it, in copies and backups too. Of a piece of what is
//! still arriving nobody knows yet whose it is: the bank's key wraps its own, beside it.
//!
//! An object is cut into segments that are sealed one by one, the last one marked as such, so that none can be left out,
//! exchanged or added: STREAM of Hoang, Reyhanitabar, Rogaway and Vizár 2015.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use thiserror::Error;

use crate::clock;
use crate::content::Content;

/// Bytes of a segment before it is sealed.
const SEGMENT: usize = 256 * 1024;

/// Bytes that sealing adds to a segment.
const TAG: usize = 16;

/// Bytes of a key.
const KEY: usize = 32;

/// First bytes of a sealed object: name and version of the form.
const MAGIC: &[u8; 4] = b"BSO1";

/// Bytes of a name of a bank's key.
const ID: usize = 16;

/// Bytes of a wrapped key.
const WRAPPED: usize = NONCE_LEN + KEY + TAG;

/// Why something cannot be sealed or opened.
#[derive(Debug, Error)]
pub(crate) enum SealingError {
    #[error("the file of the key-encryption key: {0}")]
    File(#[from] std::io::Error),
    #[error("the key-encryption key is not 64 hexadecimal digits")]
    KeyMalformed,
    #[error(
        "a key was wrapped by a key-encryption key that is not configured: name its file among \
         key_encryption_keys_before"
    )]
    OtherKey,
    #[error("a key or an object is not what was sealed")]
    Damaged,
    #[error("the system gives no random bytes")]
    Randomness,
}

/// The bank's key, which wraps merchants' keys, and those that did before it.
#[derive(Debug)]
pub(crate) struct Vault {
    now: BankKey,
    before: Vec<BankKey>,
}

#[derive(Debug)]
struct BankKey {
    key: Key,
    id: String,
}

/// A key that wraps others or seals one object.
pub(crate) struct Key(LessSafeKey);

impl Vault {
    /// Reads the key from its file, 64 hexadecimal digits, and those before it from theirs; where there is none it is made,
    /// readable by its owner only.
    pub(crate) fn open(file: &Path, before: &[PathBuf]) -> Result<Self, SealingError> {
        let now = match std::fs::read_to_string(file) {
            Ok(text) => BankKey::of(&text)?,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let text = hex::encode(fresh()?);
                write_new(file, &text)?;
                // Another process may have been first.
                BankKey::of(&std::fs::read_to_string(file)?)?
            }
            Err(error) => return Err(error.into()),
        };
        Self::beside(now, before)
    }

    /// The key itself, and the files of those before it.
    pub(crate) fn of(text: &str, before: &[PathBuf]) -> Result<Self, SealingError> {
        Self::beside(BankKey::of(text)?, before)
    }

    fn beside(now: BankKey, before: &[PathBuf]) -> Result<Self, SealingError> {
        let before = before.iter().map(|file| BankKey::of(&std::fs::read_to_string(file)?));
        Ok(Self { now, before: before.collect::<Result<_, SealingError>>()? })
    }

    /// What tells this key from others: stored beside what it wraps.
    pub(crate) fn id(&self) -> &str {
        &self.now.id
    }

    /// A new key of a merchant, wrapped.
    pub(crate) fn new_key(&self, merchant: &str) -> Result<Vec<u8>, SealingError> {
        self.now.key.wrap(&of_merchant(merchant), fresh()?)
    }

    /// A merchant's key.
    pub(crate) fn key(
        &self,
        merchant: &str,
        wrapped_by: &str,
        wrapped: &[u8],
    ) -> Result<Key, SealingError> {
        Key::of(&self.opened(&of_merchant(merchant), wrapped_by, wrapped)?)
    }

    /// The same key of a merchant, wrapped by the bank's key of now.
    pub(crate) fn rewrapped(
        &self,
        merchant: &str,
        wrapped_by: &str,
        wrapped: &[u8],
    ) -> Result<Vec<u8>, SealingError> {
        let what = of_merchant(merchant);
        self.now.key.wrap(&what, self.opened(&what, wrapped_by, wrapped)?)
    }

    /// A piece of a bundle that is arriving, to be sealed. `name` is its own: under another it does not open.
    pub(crate) fn seal_piece(&self, name: &str, piece: Bytes) -> Result<Sealing, SealingError> {
        let key = fresh()?;
        let wrapped = self.now.key.wrap(&of_piece(name), key)?;
        let mut sealing = Sealing::new(piece.into(), Key::of(&key)?);
        sealing.ahead_of_all = [self.now.id.as_bytes(), &wrapped, MAGIC].concat();
        Ok(sealing)
    }

    /// Opens such a piece, of which the first [`stored_start`] bytes are there or, where `is_whole`, all.
    pub(crate) fn open_piece(
        &self,
        name: &str,
        mut stored: Bytes,
        is_whole: bool,
    ) -> Result<Bytes, SealingError> {
        if stored.len() < ID + WRAPPED {
            return Err(SealingError::Damaged);
        }
        let by = stored.split_to(ID);
        let by = std::str::from_utf8(&by).map_err(|_| SealingError::Damaged)?;
        let wrapped = stored.split_to(WRAPPED);
        let key = Key::of(&self.opened(&of_piece(name), by, &wrapped)?)?;
        open_segments(&key, stored, is_whole)
    }

    fn opened(
        &self,
        what: &[u8],
        wrapped_by: &str,
        wrapped: &[u8],
    ) -> Result<[u8; KEY], SealingError> {
        let mut known = [&self.now].into_iter().chain(&self.before);
        let by = known.find(|key| key.id == wrapped_by).ok_or(SealingError::OtherKey)?;
        by.key.opened(what, wrapped)
    }
}

impl BankKey {
    fn of(text: &str) -> Result<Self, SealingError> {
        let bytes = hex::decode(text.trim()).map_err(|_| SealingError::KeyMalformed)?;
        let id = hex::encode(digest(&SHA256, &bytes));
        let key = Key::of(&bytes).map_err(|_| SealingError::KeyMalformed)?;
        Ok(Self { key, id: id.get(..ID).unwrap_or(&id).to_owned() })
    }
}

impl Key {
    fn of(bytes: &[u8]) -> Result<Self, SealingError> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| SealingError::Damaged)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// A new key of an object, wrapped by this one, its merchant's.
    pub(crate) fn new_object_key(&self, sha256: &[u8]) -> Result<Vec<u8>, SealingError> {
        self.wrap(&of_object(sha256), fresh()?)
    }

    /// An object's key, which this one, its merchant's, has wrapped.
    pub(crate) fn object_key(&self, sha256: &[u8], wrapped: &[u8]) -> Result<Self, SealingError> {
        Self::of(&self.opened(&of_object(sha256), wrapped)?)
    }

    fn wrap(&self, what: &[u8], key: [u8; KEY]) -> Result<Vec<u8>, SealingError> {
        let nonce: [u8; NONCE_LEN] = clock::random().ok_or(SealingError::Randomness)?;
        let mut key = key.to_vec();
        let sealing = Nonce::assume_unique_for_key(nonce);
        self.0
            .seal_in_place_append_tag(sealing, Aad::from(what), &mut key)
            .map_err(|_| SealingError::Damaged)?;
        Ok([&nonce[..], &key].concat())
    }

    fn opened(&self, what: &[u8], wrapped: &[u8]) -> Result<[u8; KEY], SealingError> {
        let (nonce, key) = wrapped.split_at_checked(NONCE_LEN).ok_or(SealingError::Damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealingError::Damaged)?;
        let mut key = key.to_vec();
        let key = self
            .0
            .open_in_place(nonce, Aad::from(what), &mut key)
            .map_err(|_| SealingError::Damaged)?;
        <[u8; KEY]>::try_from(&*key).map_err(|_| SealingError::Damaged)
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Key")
    }
}

/// What is in a file, sealed piece by piece. The key seals this one object and no other.
pub(crate) struct Sealing {
    content: Content,
    key: Key,
    next: Segments,
    /// What comes after the piece that was sealed last.
    ahead: Vec<u8>,
    /// What is stored before all pieces; nothing once it is.
    ahead_of_all: Vec<u8>,
}

impl Sealing {
    /// Reads from where the content stands.
    pub(crate) fn new(content: Content, key: Key) -> Self {
        let (next, ahead_of_all) = (Segments::default(), MAGIC.to_vec());
        Self { content, key, next, ahead: Vec::new(), ahead_of_all }
    }

    /// Whether all of it was given out.
    pub(crate) fn has_ended(&self) -> bool {
        self.next.ended
    }

    /// The next bytes to store, about as many as are asked for.
    pub(crate) fn pieces(&mut self, most: usize) -> Result<Vec<Bytes>, SealingError> {
        let (mut pieces, mut length) = (Vec::new(), 0);
        while length < most {
            let Some(piece) = self.piece()? else { break };
            length += piece.len();
            pieces.push(piece);
        }
        Ok(pieces)
    }

    fn piece(&mut self) -> Result<Option<Bytes>, SealingError> {
        if self.next.ended {
            return Ok(None);
        }
        let first = std::mem::take(&mut self.ahead_of_all);
        if !first.is_empty() {
            self.ahead = self.read()?;
        }
        let ahead = self.read()?;
        let mut segment = std::mem::replace(&mut self.ahead, ahead);
        let nonce = self.next.nonce(self.ahead.is_empty())?;
        self.key
            .0
            .seal_in_place_append_tag(nonce, Aad::empty(), &mut segment)
            .map_err(|_| SealingError::Damaged)?;
        Ok(Some(if first.is_empty() { segment } else { [first, segment].concat() }.into()))
    }

    fn read(&mut self) -> Result<Vec<u8>, SealingError> {
        let mut segment = Vec::with_capacity(SEGMENT + TAG);
        self.content.read_on(SEGMENT as u64, &mut segment)?;
        Ok(segment)
    }
}

/// Opens a stored object.
pub(crate) fn open(key: &Key, stored: Bytes) -> Result<Bytes, SealingError> {
    open_segments(key, stored, true)
}

fn open_segments(key: &Key, stored: Bytes, is_whole: bool) -> Result<Bytes, SealingError> {
    let mut rest = BytesMut::from(stored);
    if rest.get(..MAGIC.len()) != Some(MAGIC) {
        return Err(SealingError::Damaged);
    }
    let _magic = rest.split_to(MAGIC.len());
    let mut opened = BytesMut::with_capacity(rest.len());
    let mut next = Segments::default();
    while !(next.ended || rest.is_empty() && !is_whole) {
        let mut segment = rest.split_to(rest.len().min(SEGMENT + TAG));
        let nonce = next.nonce(rest.is_empty() && is_whole)?;
        let segment = key
            .0
            .open_in_place(nonce, Aad::empty(), &mut segment)
            .map_err(|_| SealingError::Damaged)?;
        opened.extend_from_slice(segment);
    }
    Ok(opened.freeze())
}

/// How long an object was before it was sealed, bytes, from how long it is now.
pub(crate) fn opened_length(stored: u64) -> u64 {
    let sealed = stored.saturating_sub(MAGIC.len() as u64);
    let segments = sealed.div_ceil((SEGMENT + TAG) as u64).max(1);
    sealed.saturating_sub(segments * TAG as u64)
}

/// How many bytes of a stored piece are needed to open the first `length` of it.
pub(crate) fn stored_start(length: u64) -> u64 {
    let segments = length.div_ceil(SEGMENT as u64).max(1);
    segments
        .saturating_mul((SEGMENT + TAG) as u64)
        .saturating_add((ID + WRAPPED + MAGIC.len()) as u64)
}

/// Numbers segments: the key is the object's own, so that a number is a nonce.
#[derive(Debug, Default)]
struct Segments {
    count: u32,
    ended: bool,
}

impl Segments {
    fn nonce(&mut self, last: bool) -> Result<Nonce, SealingError> {
        let mut nonce = [0; NONCE_LEN];
        let number = self.count.to_be_bytes();
        for (to, from) in
            nonce.iter_mut().skip(NONCE_LEN - 5).zip(number.iter().chain(&[u8::from(last)]))
        {
            *to = *from;
        }
        self.count = self.count.checked_add(1).ok_or(SealingError::Damaged)?;
        self.ended = last;
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

fn of_merchant(id: &str) -> Vec<u8> {
    [b"bailing merchant key\0", id.as_bytes()].concat()
}

fn of_object(sha256: &[u8]) -> Vec<u8> {
    [b"bailing object key\0", sha256].concat()
}

fn of_piece(name: &str) -> Vec<u8> {
    [b"bailing piece key\0", name.as_bytes()].concat()
}

fn fresh() -> Result<[u8; KEY], SealingError> {
    clock::random().ok_or(SealingError::Randomness)
}

/// Writes a file that is not there yet; one that is stays as it is.
fn write_new(file: &Path, text: &str) -> Result<(), std::io::Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    match options.open(file) {
        Ok(mut made) => {
            made.write_all(text.as_bytes())?;
            made.sync_all()
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merchant_key() -> Key {
        Key::of(&[3; KEY]).expect("a key")
    }

    fn sealed(bytes: &[u8], key: Key) -> Vec<u8> {
        let mut sealing = Sealing::new(Bytes::copy_from_slice(bytes).into(), key);
        let mut stored = Vec::new();
        while let Some(piece) = sealing.piece().expect("sealed") {
            stored.extend_from_slice(&piece);
        }
        stored
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_and_is_as_long_as_said() {
        for length in [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 3 * SEGMENT + 7] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let stored = sealed(&bytes, merchant_key());
            assert_eq!(opened_length(stored.len() as u64), length as u64);
            assert!(open(&merchant_key(), stored.clone().into()).expect("opened") == bytes);
            let other = Key::of(&[4; KEY]).expect("a key");
            assert!(open(&other, stored.clone().into()).is_err());
            let window = &bytes[..length.min(64)];
            assert!(length < 64 || !stored.windows(64).any(|part| part == window), "in the clear");
        }
    }

    #[test]
    fn segments_cannot_be_changed_left_out_exchanged_or_added() {
        let bytes = vec![7; 2 * SEGMENT + 5];
        let stored = sealed(&bytes, merchant_key());
        let (first, second) = (MAGIC.len(), MAGIC.len() + SEGMENT + TAG);
        let third = second + SEGMENT + TAG;
        let mut changed = stored.clone();
        changed[second + 3] ^= 1;
        let cut = stored[..third].to_vec();
        let left_out = [&stored[..first], &stored[second..]].concat();
        let exchanged =
            [&stored[..first], &stored[second..third], &stored[first..second], &stored[third..]]
                .concat();
        let added = [&stored[..], &stored[third..]].concat();
        for wrong in [changed, cut, left_out, exchanged, added, Vec::new(), MAGIC.to_vec()] {
            assert!(open(&merchant_key(), wrong.into()).is_err());
        }
    }

    #[test]
    fn pieces_open_by_their_name_and_from_their_beginning() {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = Vault::open(&folder.path().join("key"), &[]).expect("made");
        let bytes: Vec<u8> = (0..2 * SEGMENT + 9).map(|at| (at % 251) as u8).collect();
        let mut sealing = vault.seal_piece("a", Bytes::copy_from_slice(&bytes)).expect("begun");
        let mut stored = Vec::new();
        while let Some(piece) = sealing.piece().expect("sealed") {
            stored.extend_from_slice(&piece);
        }
        let stored = Bytes::from(stored);
        assert!(vault.open_piece("a", stored.clone(), true).expect("opened") == bytes);
        for length in [0, 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT] {
            let start = stored.slice(..stored_start(length as u64) as usize);
            let opened = vault.open_piece("a", start.clone(), false).expect("opened");
            assert!(opened.len() >= length && bytes.starts_with(&opened), "{length}");
            assert!(vault.open_piece("a", start, true).is_err(), "{length}: not all of it");
        }
        assert!(stored_start(bytes.len() as u64) >= stored.len() as u64);
        assert!(matches!(vault.open_piece("b", stored.clone(), true), Err(SealingError::Damaged)));
        assert!(vault.open_piece("a", stored.slice(..ID + 7), false).is_err());
        let next = folder.path().join("next");
        let alone = Vault::open(&next, &[]).expect("made");
        assert!(matches!(alone.open_piece("a", stored.clone(), true), Err(SealingError::OtherKey)));
        let both = Vault::open(&next, &[folder.path().join("key")]).expect("read");
        assert!(both.open_piece("a", stored, true).expect("opened") == bytes);
    }

    #[test]
    fn keys_open_only_for_whom_they_were_wrapped() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("key");
        let vault = Vault::open(&file, &[]).expect("made");
        assert_eq!(Vault::open(&file, &[]).expect("read").id(), vault.id());
        let wrapped = vault.new_key("m").expect("wrapped");
        assert_ne!(wrapped, vault.new_key("m").expect("wrapped"));
        let key = vault.key("m", vault.id(), &wrapped).expect("the merchant's");
        assert!(matches!(vault.key("n", vault.id(), &wrapped), Err(SealingError::Damaged)));
        assert!(matches!(vault.key("m", "another", &wrapped), Err(SealingError::OtherKey)));
        let object = key.new_object_key(&[1; 32]).expect("wrapped");
        assert!(key.object_key(&[1; 32], &object).is_ok());
        assert!(key.object_key(&[2; 32], &object).is_err());
        let next = folder.path().join("next");
        let alone = Vault::open(&next, &[]).expect("made");
        assert!(matches!(alone.key("m", vault.id(), &wrapped), Err(SealingError::OtherKey)));
        let both = Vault::open(&next, std::slice::from_ref(&file)).expect("read");
        assert!(both.key("m", vault.id(), &wrapped).is_ok());
        let again = both.rewrapped("m", vault.id(), &wrapped).expect("the same key");
        let same = alone.key("m", alone.id(), &again).expect("wrapped by the next");
        assert!(same.object_key(&[1; 32], &object).is_ok());
        std::fs::write(&file, "no key").expect("written");
        assert!(matches!(Vault::open(&file, &[]), Err(SealingError::KeyMalformed)));
    }
}
