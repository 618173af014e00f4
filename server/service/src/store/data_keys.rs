//! Wrapped keys of merchants and of what they sent.

use sqlx::{Any, Transaction};

use super::Store;

impl Store {
    /// A merchant's key and which key-encryption key wrapped it.
    pub(crate) async fn data_key(
        &self,
        merchant_id: &str,
    ) -> Result<Option<(String, Vec<u8>)>, sqlx::Error> {
        sqlx::query_as("SELECT wrapped_by, wrapped FROM data_keys WHERE merchant_id = $1")
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
            "INSERT INTO data_keys (merchant_id, wrapped_by, wrapped) VALUES ($1, $2, $3)
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
        sqlx::query_scalar("SELECT wrapped FROM object_keys WHERE merchant_id = $1 AND sha256 = $2")
            .bind(merchant_id)
            .bind(sha256)
            .fetch_optional(&self.reader)
            .await
    }

    /// The same, `fresh` where there was none, of an object that is begun to be stored now. Who stores the same item twice at
    /// once seals it with the same key.
    pub(crate) async fn object_key_or(
        &self,
        merchant_id: &str,
        sha256: &[u8],
        fresh: &[u8],
        now: i64,
    ) -> Result<Vec<u8>, sqlx::Error> {
        let mut light = self.light().await?;
        let wrapped = sqlx::query_scalar(
            "INSERT INTO object_keys (merchant_id, sha256, wrapped, begun_at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (merchant_id, sha256) DO UPDATE SET begun_at =
                 CASE WHEN object_keys.begun_at IS NULL THEN NULL ELSE excluded.begun_at END
             RETURNING wrapped",
        )
        .bind(merchant_id)
        .bind(sha256)
        .bind(fresh)
        .bind(now)
        .fetch_one(light.connection())
        .await?;
        light.end().await?;
        Ok(wrapped)
    }

    /// Forgets the keys of objects that were begun before a time and belong to nothing, a few at a time: their hashes. The
    /// objects may lie there, whole or not.
    pub(crate) async fn forget_orphans(&self, before: i64) -> Result<Vec<Vec<u8>>, sqlx::Error> {
        sqlx::query_scalar(
            "DELETE FROM object_keys WHERE (merchant_id, sha256) IN (
                 SELECT merchant_id, sha256 FROM object_keys AS own WHERE begun_at < $1
                 AND NOT EXISTS (SELECT 1 FROM bundles WHERE bundles.sha256 = own.sha256)
                 AND NOT EXISTS (
                     SELECT 1 FROM imports WHERE imports.sha256 = own.sha256
                     AND imports.merchant_id = own.merchant_id
                 ) LIMIT 100
             ) AND begun_at < $1 RETURNING sha256",
        )
        .bind(before)
        .fetch_all(&self.writer)
        .await
    }

    /// Merchants whose keys another key-encryption key wrapped, a few at a time: id, which one, and the wrapped key.
    pub(crate) async fn data_keys_not_by(
        &self,
        wrapped_by: &str,
    ) -> Result<Vec<(String, String, Vec<u8>)>, sqlx::Error> {
        sqlx::query_as(
            "SELECT merchant_id, wrapped_by, wrapped FROM data_keys WHERE wrapped_by <> $1
             ORDER BY merchant_id LIMIT 500",
        )
        .bind(wrapped_by)
        .fetch_all(&self.writer)
        .await
    }

    /// Replaces a merchant's wrapped key, unless it went meanwhile or was replaced.
    pub(crate) async fn rewrap_data_key(
        &self,
        merchant_id: &str,
        was: &[u8],
        wrapped_by: &str,
        wrapped: &[u8],
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE data_keys SET wrapped_by = $1, wrapped = $2
             WHERE merchant_id = $3 AND wrapped = $4",
        )
        .bind(wrapped_by)
        .bind(wrapped)
        .bind(merchant_id)
        .bind(was)
        .execute(&self.writer)
        .await
        .map(|_| ())
    }
}

/// Keeps an object from being taken for one that belongs to nothing, within the transaction that makes it belong. False
/// where it has been removed as such.
pub(super) async fn claim_object(
    transaction: &mut Transaction<'_, Any>,
    merchant_id: &str,
    sha256: &[u8],
) -> Result<bool, sqlx::Error> {
    let kept = sqlx::query(
        "UPDATE object_keys SET begun_at = NULL WHERE merchant_id = $1 AND sha256 = $2",
    )
    .bind(merchant_id)
    .bind(sha256)
    .execute(&mut **transaction)
    .await?;
    Ok(kept.rows_affected() == 1)
}
