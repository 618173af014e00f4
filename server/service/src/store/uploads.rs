//! Uploads that were begun and not completed, and how many there may be.

use super::Store;
use super::turns::{self, Turn};

/// A bundle that arrives piece by piece.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct UploadRow {
    /// Bytes of the whole bundle, as its sender said.
    pub(crate) length: i64,
    /// The bundle existed by then: its hash was named.
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
    /// Whose signature held; `None` until one did.
    pub(crate) key_id: Option<Vec<u8>>,
}

/// An upload that is to begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beginning<'a> {
    /// Bytes of the whole bundle, as its sender said.
    pub(crate) length: i64,
    /// Which merchant begins it, where a token says so.
    pub(crate) owner: Option<&'a str>,
    pub(crate) expires_at: i64,
}

/// How many uploads may wait for their signed part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnsignedRoom {
    pub(crate) all: i64,
    pub(crate) of_one: i64,
}

/// Whether an upload was begun.
#[derive(Clone, Debug)]
pub(crate) enum Begun {
    /// It was, or had been before.
    As(UploadRow),
    /// Too many of all merchants together wait.
    NoRoom,
    /// Too many of this merchant's wait.
    OwnerHasTooMany,
}

/// What uploads may take whose signed part holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UploadRoom {
    /// Bytes of all of them, whole.
    pub(crate) bytes: i64,
    /// How many one key may have begun.
    pub(crate) of_one_key: i64,
    /// How long they may take from their creation, seconds.
    pub(crate) seconds: i64,
}

/// Whether there was room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vouched {
    Yes,
    /// Too many bytes by all keys together.
    NoRoom,
    /// Too many uploads by this key.
    KeyHasTooMany,
}

impl Store {
    /// Begins an upload, or finds the one of that hash.
    pub(crate) async fn begin_upload(
        &self,
        sha256: &[u8; 32],
        beginning: Beginning<'_>,
        now: i64,
        room: UnsignedRoom,
    ) -> Result<Begun, sqlx::Error> {
        let Beginning { length, owner, expires_at } = beginning;
        let mut transaction = self.begin().await?;
        turns::take(&mut transaction, Turn::Uploads).await?;
        let found: Option<UploadRow> = sqlx::query_as(
            "SELECT length, created_at, expires_at, key_id FROM uploads
             WHERE sha256 = $1 AND expires_at > $2",
        )
        .bind(&sha256[..])
        .bind(now)
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some(found) = found {
            return Ok(Begun::As(found));
        }
        let (all, of_one): (i64, i64) = sqlx::query_as(
            "SELECT count(*), count(*) FILTER (WHERE merchant_id = $1) FROM uploads
             WHERE key_id IS NULL AND expires_at > $2",
        )
        .bind(owner)
        .bind(now)
        .fetch_one(&mut *transaction)
        .await?;
        if of_one >= room.of_one {
            return Ok(Begun::OwnerHasTooMany);
        }
        if all >= room.all {
            return Ok(Begun::NoRoom);
        }
        // One that has expired and was not swept yet makes place for the new one.
        sqlx::query(
            "INSERT INTO uploads (sha256, length, created_at, expires_at, merchant_id)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (sha256) DO UPDATE SET length = excluded.length, key_id = NULL,
                 merchant_id = excluded.merchant_id, created_at = excluded.created_at,
                 expires_at = excluded.expires_at",
        )
        .bind(&sha256[..])
        .bind(length)
        .bind(now)
        .bind(expires_at)
        .bind(owner)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Begun::As(UploadRow { length, created_at: now, expires_at, key_id: None }))
    }

    /// An upload that was begun and has not expired.
    pub(crate) async fn upload(
        &self,
        sha256: &[u8; 32],
        now: i64,
    ) -> Result<Option<UploadRow>, sqlx::Error> {
        sqlx::query_as(
            "SELECT length, created_at, expires_at, key_id FROM uploads
             WHERE sha256 = $1 AND expires_at > $2",
        )
        .bind(&sha256[..])
        .bind(now)
        .fetch_optional(&self.reader)
        .await
    }

    /// An upload's signed part holds: from here on it counts whole, and has longer.
    pub(crate) async fn vouch_for_upload(
        &self,
        sha256: &[u8; 32],
        key_id: &[u8; 32],
        room: UploadRoom,
    ) -> Result<Vouched, sqlx::Error> {
        let mut transaction = self.begin().await?;
        turns::take(&mut transaction, Turn::Uploads).await?;
        let (bytes, of_one_key): (i64, i64) = sqlx::query_as(
            "SELECT CAST(coalesce(sum(length), 0) AS BIGINT),
                 count(*) FILTER (WHERE key_id = $1 AND sha256 <> $2)
             FROM uploads WHERE key_id IS NOT NULL OR sha256 = $2",
        )
        .bind(&key_id[..])
        .bind(&sha256[..])
        .fetch_one(&mut *transaction)
        .await?;
        if of_one_key >= room.of_one_key {
            return Ok(Vouched::KeyHasTooMany);
        }
        if bytes > room.bytes {
            return Ok(Vouched::NoRoom);
        }
        sqlx::query(
            "UPDATE uploads SET key_id = $1, expires_at = created_at + $2 WHERE sha256 = $3",
        )
        .bind(&key_id[..])
        .bind(room.seconds)
        .bind(&sha256[..])
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Vouched::Yes)
    }

    /// Ends an upload. False where there was none.
    pub(crate) async fn forget_upload(&self, sha256: &[u8; 32]) -> Result<bool, sqlx::Error> {
        let gone = sqlx::query("DELETE FROM uploads WHERE sha256 = $1")
            .bind(&sha256[..])
            .execute(&self.writer)
            .await?;
        Ok(gone.rows_affected() == 1)
    }

    /// Ends an upload, unless it was begun anew in the meantime.
    pub(crate) async fn forget_expired_upload(
        &self,
        sha256: &[u8; 32],
        now: i64,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM uploads WHERE sha256 = $1 AND expires_at <= $2")
            .bind(&sha256[..])
            .bind(now)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Hashes of the uploads that have expired.
    pub(crate) async fn expired_uploads(&self, now: i64) -> Result<Vec<Vec<u8>>, sqlx::Error> {
        sqlx::query_scalar("SELECT sha256 FROM uploads WHERE expires_at <= $1")
            .bind(now)
            .fetch_all(&self.reader)
            .await
    }

    /// Whose upload it is: who began it, or whose key has signed it.
    pub(crate) async fn upload_owner(
        &self,
        sha256: &[u8; 32],
    ) -> Result<Option<String>, sqlx::Error> {
        let owner: Option<Option<String>> = sqlx::query_scalar(
            "SELECT coalesce(uploads.merchant_id, keys.merchant_id) FROM uploads
             LEFT JOIN keys ON keys.key_id = uploads.key_id WHERE uploads.sha256 = $1",
        )
        .bind(&sha256[..])
        .fetch_optional(&self.reader)
        .await?;
        Ok(owner.flatten())
    }
}
