//! Bundles as they came, named by their hash.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

/// The object store.
#[derive(Clone, Debug)]
pub(crate) struct Objects(Arc<dyn ObjectStore>);

impl Objects {
    /// A store in a folder that exists.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self, object_store::Error> {
        Ok(Self(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))))
    }

    /// Stores a bundle; the same bytes twice are one object.
    pub(crate) async fn put(
        &self,
        sha256: &[u8; 32],
        bundle: Bytes,
    ) -> Result<(), object_store::Error> {
        self.0.put(&key(sha256), PutPayload::from(bundle)).await.map(|_| ())
    }

    /// A bundle's bytes.
    pub(crate) async fn bundle(&self, sha256: &[u8]) -> Result<Bytes, object_store::Error> {
        self.0.get(&key(sha256)).await?.bytes().await
    }

    /// Whether the store answers.
    pub(crate) async fn is_ready(&self) -> bool {
        matches!(
            self.0.head(&key(&[0; 32])).await,
            Ok(_) | Err(object_store::Error::NotFound { .. })
        )
    }
}

/// Two levels of folders keep a file system's lists short.
fn key(sha256: &[u8]) -> Key {
    let name = hex::encode(sha256);
    let (folder, _) = name.split_at_checked(2).unwrap_or(("00", ""));
    Key::from(format!("bundles/{folder}/{name}"))
}
