//! What merchants sent, sealed, and photos of enrolled classes, each named by its hash.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::io::AsyncWriteExt;

use crate::item::Item;
use crate::sealing::{Sealing, opened_length};

/// Bytes that are stored at once where an object has more: the least that S3 takes as a part.
const PART: usize = 5 * 1024 * 1024;

/// The object store.
#[derive(Clone, Debug)]
pub(crate) struct Objects(Arc<dyn ObjectStore>);

impl Objects {
    /// A store in a folder that exists.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self, object_store::Error> {
        Ok(Self(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))))
    }

    /// Stores an item; the same bytes twice are one object.
    pub(crate) async fn put(&self, item: &Item, mut sealing: Sealing) -> std::io::Result<()> {
        let mut object =
            BufWriter::with_capacity(Arc::clone(&self.0), key(item), PART).with_max_concurrency(1);
        let copied = async {
            loop {
                let work = tokio::task::spawn_blocking(move || {
                    let piece = sealing.piece();
                    (sealing, piece)
                });
                let (left, piece) = work.await?;
                sealing = left;
                match piece.map_err(std::io::Error::other)? {
                    Some(piece) => object.put(piece).await?,
                    None => return object.shutdown().await,
                }
            }
        }
        .await;
        if copied.is_err() {
            // What stays behind is only space.
            let _ = object.abort().await;
        }
        copied
    }

    /// An item as it is stored.
    pub(crate) async fn stored(&self, item: &Item) -> Result<Bytes, object_store::Error> {
        self.0.get(&key(item)).await?.bytes().await
    }

    /// An item's length, bytes; `sealed` where it is stored so.
    pub(crate) async fn length(
        &self,
        item: &Item,
        sealed: bool,
    ) -> Result<u64, object_store::Error> {
        let stored = self.0.head(&key(item)).await?.size;
        Ok(if sealed { opened_length(stored) } else { stored })
    }

    /// Removes an item; one that is not there is removed already.
    pub(crate) async fn remove(&self, item: &Item) -> Result<(), object_store::Error> {
        match self.0.delete(&key(item)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Stores a photo of an enrolled class; the same bytes twice are one object.
    pub(crate) async fn put_photo(
        &self,
        sha256: &[u8],
        photo: Bytes,
    ) -> Result<(), object_store::Error> {
        self.0.put(&photo_key(sha256), photo.into()).await.map(|_| ())
    }

    /// A photo of an enrolled class.
    pub(crate) async fn photo(&self, sha256: &[u8]) -> Result<Bytes, object_store::Error> {
        self.0.get(&photo_key(sha256)).await?.bytes().await
    }

    /// Forgets a photo of an enrolled class.
    pub(crate) async fn remove_photo(&self, sha256: &[u8]) -> Result<(), object_store::Error> {
        self.0.delete(&photo_key(sha256)).await
    }

    /// Whether the store answers.
    pub(crate) async fn is_ready(&self) -> bool {
        matches!(
            self.0.head(&key(&Item::Bundle([0; 32]))).await,
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

fn photo_key(sha256: &[u8]) -> Key {
    named("prototypes", sha256)
}

/// Two levels of folders keep a file system's lists short.
fn named(kind: &str, sha256: &[u8]) -> Key {
    let name = hex::encode(sha256);
    let (folder, _) = name.split_at_checked(2).unwrap_or(("00", ""));
    Key::from(format!("{kind}/{folder}/{name}"))
}
