//! What merchants sent and pieces of what is on its way, sealed, and photos of enrolled classes, each named by its hash: in
//! a folder, or in a bucket that processes share.

use std::io::{self, ErrorKind::DirectoryNotEmpty, ErrorKind::NotFound};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::prefix::PrefixStore;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig};
use tokio::io::AsyncWriteExt;

use crate::config::BucketConfig;
use crate::item::Item;
use crate::sealing::{Sealing, opened_length, stored_start};

/// Bytes that are stored at once where an object has more: the least that S3 takes as a part.
const PART: usize = 5 * 1024 * 1024;

/// Bytes that are sealed at once: most bundles in one go.
const SEALED_AT_ONCE: usize = 2 * 1024 * 1024;

/// How often a request to a bucket is repeated, and for how long: whoever asked waits meanwhile.
const RETRIES: usize = 4;
const RETRYING: Duration = Duration::from_secs(20);

/// In the names of files that are being stored, by `object_store`'s local store, and in no object's name.
const STAGED: char = '#';

/// A part of a bundle that is arriving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where it begins in the bundle, bytes.
    pub(crate) offset: u64,
    /// Its length, bytes.
    pub(crate) length: u64,
}

impl Piece {
    /// Where it ends in the bundle, bytes.
    pub(crate) fn end(&self) -> u64 {
        self.offset.saturating_add(self.length)
    }

    /// Its name in the store. The length is in it, so that a shorter one that is late takes no longer one's place.
    pub(crate) fn name(&self, sha256: &[u8; 32]) -> String {
        let Self { offset, length } = self;
        format!("incoming/{}/{offset:08x}-{length:08x}", hex::encode(sha256))
    }
}

/// The object store.
#[derive(Clone, Debug)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Where it lies, if in a folder.
    folder: Option<PathBuf>,
}

impl Objects {
    /// A store in a folder that exists.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self, object_store::Error> {
        let store = Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true));
        Ok(Self { store, folder: Some(folder.to_owned()) })
    }

    /// A store in a bucket that exists.
    pub(crate) fn in_bucket(bucket: &BucketConfig) -> Result<Self, object_store::Error> {
        let BucketConfig { name, prefix, region, endpoint, virtual_hosted } = bucket;
        // Whoever needs TLS finds a provider; one that is installed already stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let retry =
            RetryConfig { max_retries: RETRIES, retry_timeout: RETRYING, ..RetryConfig::default() };
        let mut store = AmazonS3Builder::from_env()
            .with_bucket_name(name)
            .with_virtual_hosted_style_request(*virtual_hosted)
            // One at a time is removed, which every store can.
            .with_disable_bulk_delete(true)
            .with_retry(retry);
        if let Some(region) = region {
            store = store.with_region(region);
        }
        if let Some(endpoint) = endpoint {
            store = store.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let store = store.build()?;
        let store: Arc<dyn ObjectStore> = match prefix.as_str() {
            "" => Arc::new(store),
            prefix => Arc::new(PrefixStore::new(store, Key::parse(prefix)?)),
        };
        Ok(Self { store, folder: None })
    }

    /// Stores an item; the same bytes twice are one object.
    pub(crate) async fn put(&self, item: &Item, sealing: Sealing) -> io::Result<()> {
        self.put_sealed(key(item), sealing).await
    }

    async fn put_sealed(&self, key: Key, mut sealing: Sealing) -> io::Result<()> {
        let mut object =
            BufWriter::with_capacity(Arc::clone(&self.store), key, PART).with_max_concurrency(1);
        let copied = async {
            while !sealing.has_ended() {
                let work = tokio::task::spawn_blocking(move || {
                    let pieces = sealing.pieces(SEALED_AT_ONCE);
                    (sealing, pieces)
                });
                let (left, pieces) = work.await?;
                sealing = left;
                for piece in pieces.map_err(io::Error::other)? {
                    object.put(piece).await?;
                }
            }
            Ok(())
        }
        .await;
        match copied {
            // One that fails here cannot be aborted any more.
            Ok(()) => object.shutdown().await,
            Err(error) => {
                // What stays behind is only space.
                let _ = object.abort().await;
                Err(error)
            }
        }
    }

    /// An item as it is stored.
    pub(crate) async fn stored(&self, item: &Item) -> Result<Bytes, object_store::Error> {
        self.store.get(&key(item)).await?.bytes().await
    }

    /// An item's length, bytes; `sealed` where it is stored so.
    pub(crate) async fn length(
        &self,
        item: &Item,
        sealed: bool,
    ) -> Result<u64, object_store::Error> {
        let stored = self.store.head(&key(item)).await?.size;
        Ok(if sealed { opened_length(stored) } else { stored })
    }

    /// Removes an item; one that is not there is removed already.
    pub(crate) async fn remove(&self, item: &Item) -> Result<(), object_store::Error> {
        self.delete(&key(item)).await
    }

    /// Stores a photo of an enrolled class; the same bytes twice are one object.
    pub(crate) async fn put_photo(
        &self,
        sha256: &[u8],
        photo: Bytes,
    ) -> Result<(), object_store::Error> {
        self.store.put(&photo_key(sha256), photo.into()).await.map(|_| ())
    }

    /// A photo of an enrolled class.
    pub(crate) async fn photo(&self, sha256: &[u8]) -> Result<Bytes, object_store::Error> {
        self.store.get(&photo_key(sha256)).await?.bytes().await
    }

    /// Forgets a photo of an enrolled class; one that is not there is forgotten already.
    pub(crate) async fn remove_photo(&self, sha256: &[u8]) -> Result<(), object_store::Error> {
        self.delete(&photo_key(sha256)).await
    }

    /// What there is of an upload, in any order.
    pub(crate) async fn pieces(&self, sha256: &[u8; 32]) -> io::Result<Vec<Piece>> {
        let found: Vec<ObjectMeta> =
            self.store.list(Some(&pieces_key(sha256))).try_collect().await?;
        let piece = |object: &ObjectMeta| {
            let (offset, length) = object.location.filename()?.split_once('-')?;
            let number = |hexadecimal| u64::from_str_radix(hexadecimal, 16).ok();
            Some(Piece { offset: number(offset)?, length: number(length)? })
        };
        Ok(found.iter().filter_map(piece).collect())
    }

    /// Removes all that there is of an upload.
    pub(crate) async fn remove_pieces(&self, sha256: &[u8; 32]) -> io::Result<()> {
        let of_upload = pieces_key(sha256);
        let mut found = self.store.list(Some(&of_upload));
        while let Some(object) = found.try_next().await? {
            self.delete(&object.location).await?;
        }
        let Some(folder) = &self.folder else { return Ok(()) };
        match tokio::fs::remove_dir(folder.join(of_upload.as_ref())).await {
            // Something that is being stored is removed the next time.
            Err(error) if !matches!(error.kind(), NotFound | DirectoryNotEmpty) => Err(error),
            _ => Ok(()),
        }
    }

    /// The uploads of which there is something.
    pub(crate) async fn names_of_pieces(&self) -> io::Result<Vec<[u8; 32]>> {
        let found = self.store.list_with_delimiter(Some(&Key::from("incoming"))).await?;
        let name = |folder: &Key| hex::decode(folder.filename()?).ok()?.try_into().ok();
        Ok(found.common_prefixes.iter().filter_map(name).collect())
    }

    /// Stores a piece.
    pub(crate) async fn put_piece(
        &self,
        sha256: &[u8; 32],
        piece: &Piece,
        sealing: Sealing,
    ) -> io::Result<()> {
        self.put_sealed(Key::from(piece.name(sha256)), sealing).await
    }

    /// A piece as it is stored: as much as the first `most` bytes of it are in, and whether that is all.
    pub(crate) async fn piece(
        &self,
        sha256: &[u8; 32],
        piece: &Piece,
        most: u64,
    ) -> io::Result<(Bytes, bool)> {
        let (key, start) = (Key::from(piece.name(sha256)), stored_start(most));
        if start < stored_start(piece.length) {
            return Ok((self.store.get_range(&key, 0..start).await?, false));
        }
        Ok((self.store.get(&key).await?.bytes().await?, true))
    }

    /// Removes a piece; one that is not there is removed already.
    pub(crate) async fn remove_piece(&self, sha256: &[u8; 32], piece: &Piece) -> io::Result<()> {
        Ok(self.delete(&Key::from(piece.name(sha256))).await?)
    }

    /// Removes what was being stored in the folder when its process was killed, that long ago. A bucket does that by a rule
    /// of its own. Blocks.
    pub(crate) fn remove_staged(&self, ago: Duration) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let mut folders = vec![folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    folders.push(entry.path());
                } else if entry.file_name().to_string_lossy().contains(STAGED) {
                    let age = entry.metadata().and_then(|file| file.modified());
                    let age = age.ok().and_then(|at| at.elapsed().ok());
                    if age.is_some_and(|age| age >= ago) {
                        std::fs::remove_file(entry.path())?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn delete(&self, key: &Key) -> Result<(), object_store::Error> {
        match self.store.delete(key).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether the store answers.
    pub(crate) async fn is_ready(&self) -> bool {
        matches!(
            self.store.head(&key(&Item::Bundle([0; 32]))).await,
            Ok(_) | Err(object_store::Error::NotFound { .. })
        )
    }
}

fn key(item: &Item) -> Key {
    let kind = match item {
        Item::Bundle(_) => "bundles",
        Item::Import(_) => "imports",
    };
    named(kind, item.sha256())
}

fn pieces_key(sha256: &[u8; 32]) -> Key {
    Key::from(format!("incoming/{}", hex::encode(sha256)))
}

fn photo_key(sha256: &[u8]) -> Key {
    named("prototypes", sha256)
}

/// Two levels of folders keep a file system's lists short.
fn named(kind: &str, sha256: &[u8]) -> Key {
    let name = hex::encode(sha256);
    let (folder, _) = name.split_at_checked(2).unwrap_or(("00", ""));
    Key::from(format!("{kind}/{folder}/{name}"))
}
