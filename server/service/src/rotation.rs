//! `bailing-server rotate-keys`: every merchant's key wrapped by the newest key-encryption key. What lies under merchants'
//! keys stays as it is.

use thiserror::Error;

use crate::config::Config;
use crate::sealing::SealingError;
use crate::store::Store;

/// Why keys were not rotated, or not all of them. Those that were are right; begin again.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RotationError {
    /// The database.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// A key-encryption key, or what it wrapped.
    #[error("{0}")]
    Key(String),
}

/// Wraps all merchants' keys by the configured key-encryption key; how many were not yet, and that key's name.
pub async fn rotate(config: &Config) -> Result<(u64, String), RotationError> {
    let vault = config.vault()?;
    let store = Store::open(&config.place()).await?;
    let mut rotated = 0;
    loop {
        let keys = store.data_keys_not_by(vault.id()).await?;
        if keys.is_empty() {
            break;
        }
        for (merchant, by, wrapped) in keys {
            let again = vault.rewrapped(&merchant, &by, &wrapped)?;
            store.rewrap_data_key(&merchant, &wrapped, vault.id(), &again).await?;
            rotated += 1;
        }
    }
    store.close().await;
    Ok((rotated, vault.id().to_owned()))
}

impl From<SealingError> for RotationError {
    fn from(error: SealingError) -> Self {
        Self::Key(error.to_string())
    }
}
