//! Wrapped keys of merchants and of what they sent.

use super::Store;

impl Store {
    /// A merchant's key and which key-encryption key wrapped it.
    pub(crate) async fn data_key(
        &self,
        merchant_id: &str,
    ) -> Result<Option<(String, Vec<u8>)>, sqlx::Error> {
        sqlx::query_as("SELECT wrapped_by, wrapped FROM data_keys WHERE merchant_id = ?")
            .bind(merchant_id)
            .fetch_optional(&self.reader)
            .await
    }

    /// The same, `fresh` where there was none.
    pub(crate) async fn data_key_or(
        &self,
        merchant_id: &str,
        wrapped_by: &str,
        fresh: &[u8],
    ) -> Result<(String, Vec<u8>), sqlx::Error> {
        if let Some(known) = self.data_key(merchant_id).await? {
            return Ok(known);
        }
        sqlx::query(
            "INSERT INTO data_keys (merchant_id, wrapped_by, wrapped) VALUES (?, ?, ?)
             ON CONFLICT DO NOTHING",
        )
        .bind(merchant_id)
        .bind(wrapped_by)
        .bind(fresh)
        .execute(&self.writer)
        .await?;
        self.data_key(merchant_id).await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// An item's key.
    pub(crate) async fn object_key(
        &self,
        merchant_id: &str,
        sha256: &[u8],
    ) -> Result<Option<Vec<u8>>, sqlx::Error> {
        sqlx::query_scalar("SELECT wrapped FROM object_keys WHERE merchant_id = ? AND sha256 = ?")
            .bind(merchant_id)
            .bind(sha256)
            .fetch_optional(&self.reader)
            .await
    }

    /// The same, `fresh` where there was none. Who stores the same item twice at once seals it with the same key.
    pub(crate) async fn object_key_or(
        &self,
        merchant_id: &str,
        sha256: &[u8],
        fresh: &[u8],
    ) -> Result<Vec<u8>, sqlx::Error> {
        sqlx::query(
            "INSERT INTO object_keys (merchant_id, sha256, wrapped) VALUES (?, ?, ?)
             ON CONFLICT DO NOTHING",
        )
        .bind(merchant_id)
        .bind(sha256)
        .bind(fresh)
        .execute(&self.writer)
        .await?;
        self.object_key(merchant_id, sha256).await?.ok_or(sqlx::Error::RowNotFound)
    }
}
