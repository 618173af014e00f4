//! Challenges and keys.

use bailing_attestation::Grade;

use super::Store;
use crate::device::Platform;

/// Challenges that may be open at once; the oldest goes first.
const OPEN_CHALLENGES: i64 = 10_000;

/// A key that is known.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct KeyRow {
    pub(crate) public_key: Vec<u8>,
    pub(crate) grade: String,
    pub(crate) merchant_id: String,
    pub(crate) app_id: String,
    pub(crate) platform: Platform,
    /// As it came; `None` for a key that nothing attests.
    pub(crate) attestation: Option<Vec<u8>>,
}

/// A key about to be known.
#[derive(Clone, Debug)]
pub(crate) struct Enrolled<'a> {
    pub(crate) key_id: [u8; 32],
    pub(crate) public_key: &'a [u8],
    pub(crate) grade: Grade,
    pub(crate) merchant_id: &'a str,
    pub(crate) app_id: &'a str,
    pub(crate) platform: Platform,
    pub(crate) attestation: Option<&'a [u8]>,
}

impl Store {
    pub(crate) async fn add_challenge(
        &self,
        challenge: &[u8; 32],
        now: i64,
        expires_at: i64,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "DELETE FROM challenges WHERE expires_at <= $1 OR challenge IN
             (SELECT challenge FROM challenges ORDER BY expires_at DESC LIMIT 9223372036854775807 OFFSET $2)",
        )
        .bind(now)
        .bind(OPEN_CHALLENGES)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("INSERT INTO challenges (challenge, expires_at) VALUES ($1, $2)")
            .bind(&challenge[..])
            .bind(expires_at)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// Uses a challenge up; false where it is not open.
    pub(crate) async fn take_challenge(
        &self,
        challenge: &[u8],
        now: i64,
    ) -> Result<bool, sqlx::Error> {
        let taken = sqlx::query("DELETE FROM challenges WHERE challenge = $1 AND expires_at > $2")
            .bind(challenge)
            .bind(now)
            .execute(&self.writer)
            .await?;
        Ok(taken.rows_affected() == 1)
    }

    pub(crate) async fn merchant_exists(&self, id: &str) -> Result<bool, sqlx::Error> {
        let found: Option<i64> =
            sqlx::query_scalar("SELECT CAST(1 AS BIGINT) FROM merchants WHERE id = $1")
                .bind(id)
                .fetch_optional(&self.reader)
                .await?;
        Ok(found.is_some())
    }

    /// Makes a key known; false where it was known already.
    pub(crate) async fn add_key(&self, key: &Enrolled<'_>, now: i64) -> Result<bool, sqlx::Error> {
        let grade = match key.grade {
            Grade::A => "A",
            Grade::B => "B",
            Grade::C => "C",
            Grade::D => "D",
        };
        let added = sqlx::query(
            "INSERT INTO keys (key_id, public_key, grade, merchant_id, app_id, platform, attestation,
                               enrolled_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        )
        .bind(&key.key_id[..])
        .bind(key.public_key)
        .bind(grade)
        .bind(key.merchant_id)
        .bind(key.app_id)
        .bind(key.platform)
        .bind(key.attestation)
        .bind(now)
        .execute(&self.writer)
        .await?;
        Ok(added.rows_affected() == 1)
    }

    pub(crate) async fn key(&self, key_id: &[u8]) -> Result<Option<KeyRow>, sqlx::Error> {
        sqlx::query_as(
            "SELECT public_key, grade, merchant_id, app_id, platform, attestation
             FROM keys WHERE key_id = $1",
        )
        .bind(key_id)
        .fetch_optional(&self.reader)
        .await
    }
}
