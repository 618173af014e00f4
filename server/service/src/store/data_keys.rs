//! Wrapped keys of merchants and of what they sent.

use sqlx::{Any, Transaction};

use super::{Dialect, Store};

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
    /// once seals it with the same key. None where the merchant's key is no longer the one that wrapped `fresh`; from now on
    /// it stays for as long as the item's.
    pub(crate) async fn object_key_or(
        &self,
        merchant_id: &str,
        of_merchant: &[u8],
        sha256: &[u8],
        fresh: &[u8],
        now: i64,
    ) -> Result<Option<Vec<u8>>, sqlx::Error> {
        // Whoever is about to destroy it ([`hold_data_key`]) waits, or has been waited for.
        let held = match self.dialect {
            Dialect::Sqlite => "",
            Dialect::Postgres => "FOR SHARE",
        };
        let query = format!(
            "INSERT INTO object_keys (merchant_id, sha256, wrapped, begun_at)
             SELECT merchant_id, $3, $4, $5 FROM data_keys
             WHERE merchant_id = $1 AND wrapped = $2 {held}
             ON CONFLICT (merchant_id, sha256) DO UPDATE SET begun_at =
                 CASE WHEN object_keys.begun_at IS NULL THEN NULL ELSE excluded.begun_at END
             RETURNING wrapped"
        );
        let mut light = self.light().await?;
        let wrapped = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .bind(merchant_id)
            .bind(of_merchant)
            .bind(sha256)
            .bind(fresh)
            .bind(now)
            .fetch_optional(light.connection())
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

/// Keeps anybody from sealing something under a merchant's key until the end of the transaction.
pub(super) async fn hold_data_key(
    transaction: &mut Transaction<'_, Any>,
    merchant_id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE data_keys SET wrapped = wrapped WHERE merchant_id = $1")
        .bind(merchant_id)
        .execute(&mut **transaction)
        .await
        .map(|_| ())
}

/// Destroys a merchant's key where nothing is left under it: what lies in old copies stays closed.
pub(super) async fn destroy_unused_data_key(
    transaction: &mut Transaction<'_, Any>,
    merchant_id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM data_keys WHERE merchant_id = $1
         AND NOT EXISTS (SELECT 1 FROM object_keys WHERE merchant_id = $1)",
    )
    .bind(merchant_id)
    .execute(&mut **transaction)
    .await
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::super::{Scope, for_test};
    use crate::purpose::{Ended, Purpose};

    #[tokio::test]
    async fn a_merchants_key_stays_while_something_is_sealed_under_it() {
        let (_folder, store) = for_test().await;
        let scope = Scope::Whole(Purpose::Quota);
        for round in 0..200_u8 {
            let (_, key) = store.data_key_or("m", "bank", &[round]).await.expect("a key");
            assert_eq!(key, [round]);
            let (begun, withdrawn) = tokio::join!(
                store.object_key_or("m", &key, &[7; 32], &[1], 0),
                store.withdraw("m", scope, Ended::Withdrawn, 0),
            );
            withdrawn.expect("withdrawn");
            let still = store.data_key("m").await.expect("asked");
            assert_eq!(begun.expect("asked").is_some(), still.is_some(), "round {round}");
            assert_eq!(
                store.forget_orphans(1).await.expect("asked").len(),
                usize::from(still.is_some())
            );
            store.withdraw("m", scope, Ended::Withdrawn, 0).await.expect("withdrawn");
            assert_eq!(store.data_key("m").await.expect("asked"), None);
        }
    }
}
