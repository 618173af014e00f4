//! Bundles as they came, and photos of enrolled classes, named by their hash.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

/// Bytes that are stored at once where a bundle has more: the least that S3 takes as a part.
const PART: usize = 5 * 1024 * 1024;

/// Bytes that are read at once.
const CHUNK: usize = 256 * 1024;

/// The object store.
#[derive(Clone, Debug)]
pub(crate) struct Objects(Arc<dyn ObjectStore>);

impl Objects {
    /// A store in a folder that exists.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self, object_store::Error> {
        Ok(Self(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))))
    }

    /// Stores a bundle, read from its file's beginning; the same bytes twice are one object.
    pub(crate) async fn put(&self, sha256: &[u8; 32], file: File) -> Result<(), std::io::Error> {
        let mut file = tokio::fs::File::from_std(file);
        file.rewind().await?;
        let mut object = BufWriter::with_capacity(Arc::clone(&self.0), key(sha256), PART)
            .with_max_concurrency(1);
        let copied = async {
            loop {
                let mut chunk = BytesMut::with_capacity(CHUNK);
                if file.read_buf(&mut chunk).await? == 0 {
                    return object.shutdown().await;
                }
                object.put(chunk.freeze()).await?;
            }
        }
        .await;
        if copied.is_err() {
            // What stays behind is only space.
            let _ = object.abort().await;
        }
        copied
    }

    /// A bundle's bytes.
    pub(crate) async fn bundle(&self, sha256: &[u8]) -> Result<Bytes, object_store::Error> {
        self.0.get(&key(sha256)).await?.bytes().await
    }

    /// A bundle's length, bytes.
    pub(crate) async fn length(&self, sha256: &[u8]) -> Result<u64, object_store::Error> {
        Ok(self.0.head(&key(sha256)).await?.size)
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
            self.0.head(&key(&[0; 32])).await,
            Ok(_) | Err(object_store::Error::NotFound { .. })
        )
    }
}

fn key(sha256: &[u8]) -> Key {
    named("bundles", sha256)
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
