//! What merchants sent, as it came: each item sealed under a key of its own, which its merchant's key wraps.

use std::io::Seek;

use bytes::Bytes;
use thiserror::Error;

use crate::clock;
use crate::content::Content;
use crate::item::Item;
use crate::sealing::{self, Key, Sealing, SealingError};
use crate::state::Shared;

/// Why an item was not stored or read.
#[derive(Debug, Error)]
pub(crate) enum ArchiveError {
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the object store: {0}")]
    Objects(#[from] object_store::Error),
    #[error("the object store: {0}")]
    Written(#[from] std::io::Error),
    #[error("sealing: {0}")]
    Sealing(#[from] SealingError),
    #[error("the merchant's key was destroyed or wrapped anew meanwhile: send it again")]
    KeyGone,
    #[error("a thread ended early")]
    Thread,
}

/// Stores an item.
pub(crate) async fn keep(
    state: &Shared,
    merchant: &str,
    item: &Item,
    mut content: Content,
) -> Result<(), ArchiveError> {
    let fresh = state.vault.new_key(merchant)?;
    let (by, of_merchant) = state.store.data_key_or(merchant, state.vault.id(), &fresh).await?;
    let key = state.vault.key(merchant, &by, &of_merchant)?;
    let fresh = key.new_object_key(item.sha256())?;
    let now = clock::seconds();
    let wrapped = state.store.object_key_or(merchant, &of_merchant, item.sha256(), &fresh, now);
    let wrapped = wrapped.await?.ok_or(ArchiveError::KeyGone)?;
    let key = key.object_key(item.sha256(), &wrapped)?;
    content.rewind()?;
    Ok(state.objects.put(item, Sealing::new(content, key)).await?)
}

/// Removes what was begun to be stored and never came to belong to anything: whoever sent it was cut off, and has sent it
/// again or will.
pub(crate) async fn remove_orphans(state: &Shared) -> Result<(), ArchiveError> {
    let before = clock::seconds().saturating_sub(state.orphan_seconds);
    loop {
        let orphans = state.store.forget_orphans(before).await?;
        for sha256 in &orphans {
            let Ok(sha256) = <[u8; 32]>::try_from(sha256.as_slice()) else { continue };
            // Its key said not which of the two it is.
            for item in [Item::Bundle(sha256), Item::Import(sha256)] {
                state.objects.remove(&item).await?;
            }
        }
        if orphans.is_empty() {
            return Ok(());
        }
    }
}

/// An item's bytes.
pub(crate) async fn bytes(
    state: &Shared,
    merchant: &str,
    item: &Item,
) -> Result<Bytes, ArchiveError> {
    let stored = state.objects.stored(item).await?;
    let Some(key) = key(state, merchant, item).await? else { return Ok(stored) };
    let opened = tokio::task::spawn_blocking(move || sealing::open(&key, stored));
    Ok(opened.await.map_err(|_| ArchiveError::Thread)??)
}

/// An item's length, bytes.
pub(crate) async fn length(
    state: &Shared,
    merchant: &str,
    item: &Item,
) -> Result<u64, ArchiveError> {
    let sealed = state.store.object_key(merchant, item.sha256()).await?.is_some();
    Ok(state.objects.length(item, sealed).await?)
}

/// An item's key; none where it was stored before items were sealed.
async fn key(state: &Shared, merchant: &str, item: &Item) -> Result<Option<Key>, ArchiveError> {
    let Some(wrapped) = state.store.object_key(merchant, item.sha256()).await? else {
        return Ok(None);
    };
    let (by, of_merchant) = state.store.data_key(merchant).await?.ok_or(SealingError::Damaged)?;
    let key = state.vault.key(merchant, &by, &of_merchant)?;
    Ok(Some(key.object_key(item.sha256(), &wrapped)?))
}
