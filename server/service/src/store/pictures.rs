//! Which pictures came before.

use sqlx::{Any, Transaction};

use super::Store;
use crate::work::{Likeness, MOST_DIFFERENCE};

/// Pictures that are held against a new one because a part of their likeness is the same.
const MOST_ALIKE: i64 = 1_000;

/// How a picture came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The same file.
    Same,
    /// Another file of the same photo.
    Alike,
}

impl Store {
    /// Whether an earlier bundle brought the same picture, other than one that its own merchant took back. What was taken
    /// back or has expired is known by its hash alone. A merchant who was asked for a better photo may give one that is alike.
    pub(crate) async fn seen_before(
        &self,
        bundle: &[u8],
        position: usize,
        likeness: &Likeness,
    ) -> Result<Option<Seen>, sqlx::Error> {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let same: Option<i64> = sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM pictures AS own
             JOIN bundles AS this ON this.sha256 = own.bundle
             JOIN pictures AS other ON other.sha256 = own.sha256
             JOIN bundles AS earlier ON earlier.sha256 = other.bundle
             WHERE own.bundle = $1 AND own.position = $2 AND earlier.arrived < this.arrived
               AND (earlier.erased_at IS NULL OR earlier.merchant_id <> this.merchant_id) LIMIT 1",
        )
        .bind(bundle)
        .bind(position)
        .fetch_optional(&self.reader)
        .await?;
        if same.is_some() {
            return Ok(Some(Seen::Same));
        }
        if likeness.is_blank() {
            return Ok(None);
        }
        for band in likeness.bands() {
            let alike: Vec<Vec<u8>> = sqlx::query_scalar(
                "SELECT other.likeness FROM likenesses AS part
                 JOIN pictures AS other
                     ON other.bundle = part.bundle AND other.position = part.position
                 JOIN bundles AS earlier ON earlier.sha256 = part.bundle
                 JOIN bundles AS this ON this.sha256 = $1
                 WHERE part.band = $2 AND other.likeness IS NOT NULL
                   AND earlier.arrived < this.arrived
                   AND (earlier.merchant_id <> this.merchant_id OR earlier.verdict IS NULL
                        OR earlier.verdict <> 'retake') LIMIT $3",
            )
            .bind(bundle)
            .bind(band)
            .bind(MOST_ALIKE)
            .fetch_all(&self.reader)
            .await?;
            if alike.iter().any(|other| likeness.distance(other) <= MOST_DIFFERENCE) {
                return Ok(Some(Seen::Alike));
            }
        }
        Ok(None)
    }

    /// Hashes of a bundle's pictures, hexadecimal, in order.
    pub(crate) async fn picture_hashes(&self, bundle: &[u8]) -> Result<Vec<String>, sqlx::Error> {
        let hashes: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT sha256 FROM pictures WHERE bundle = $1 ORDER BY position")
                .bind(bundle)
                .fetch_all(&self.reader)
                .await?;
        Ok(hashes.iter().map(hex::encode).collect())
    }
}

/// Remembers what a picture is like, within the transaction that stores what it says.
pub(super) async fn resemble(
    transaction: &mut Transaction<'_, Any>,
    bundle: &[u8],
    position: i64,
    likeness: &Likeness,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE pictures SET likeness = $1 WHERE bundle = $2 AND position = $3")
        .bind(&likeness.0[..])
        .bind(bundle)
        .bind(position)
        .execute(&mut **transaction)
        .await?;
    for band in likeness.bands().filter(|_| !likeness.is_blank()) {
        sqlx::query("INSERT INTO likenesses (band, bundle, position) VALUES ($1, $2, $3)")
            .bind(band)
            .bind(bundle)
            .bind(position)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}
