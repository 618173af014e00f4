//! Classes that operators enrol from photos.

use bailing_recognition::objects::PHOTOS;
use sqlx::{Any, Transaction};

use super::Store;
use super::turns::{self, Turn};

/// Most classes that are enrolled at once: a worker compares every picture with each.
const CLASSES: i64 = 500;

const ONE: &str = "SELECT id, class, label, created_at,
    (SELECT count(*) FROM prototype_photos WHERE prototype = id) AS photos
    FROM prototypes WHERE id = $1";

/// A class, with how many photos it has.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct PrototypeRow {
    pub(crate) id: String,
    pub(crate) class: String,
    pub(crate) label: String,
    pub(crate) created_at: i64,
    pub(crate) photos: i64,
}

/// What a network made of one photo.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct PhotoRow {
    pub(crate) prototype: String,
    pub(crate) sha256: Vec<u8>,
    pub(crate) model: String,
    features: Vec<u8>,
}

impl PhotoRow {
    pub(crate) fn features(&self) -> Vec<f32> {
        let (numbers, _) = self.features.as_chunks::<4>();
        numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
    }
}

/// What became of a request to change them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enrolling {
    Done,
    /// It was there already, the same.
    Again,
    /// Another class has that id.
    Taken,
    /// No class has that id.
    Missing,
    /// No more classes, or no more photos of one.
    Full,
}

impl Store {
    /// Makes a class known, without photos yet.
    pub(crate) async fn add_prototype(
        &self,
        id: &str,
        class: &str,
        label: &str,
        now: i64,
    ) -> Result<Enrolling, sqlx::Error> {
        let mut transaction = self.begin().await?;
        turns::take(&mut transaction, Turn::Prototypes).await?;
        let known: Option<(String, String)> =
            sqlx::query_as("SELECT class, label FROM prototypes WHERE id = $1")
                .bind(id)
                .fetch_optional(&mut *transaction)
                .await?;
        if let Some(known) = known {
            let same = known == (class.to_owned(), label.to_owned());
            return Ok(if same { Enrolling::Again } else { Enrolling::Taken });
        }
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM prototypes")
            .fetch_one(&mut *transaction)
            .await?;
        if count >= CLASSES {
            return Ok(Enrolling::Full);
        }
        sqlx::query(
            "INSERT INTO prototypes (id, class, label, created_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(id)
        .bind(class)
        .bind(label)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        changed(&mut transaction).await?;
        transaction.commit().await?;
        Ok(Enrolling::Done)
    }

    /// Adds what a network made of a photo.
    pub(crate) async fn add_prototype_photo(
        &self,
        id: &str,
        sha256: &[u8; 32],
        model: &str,
        features: &[f32],
    ) -> Result<Enrolling, sqlx::Error> {
        let mut transaction = self.begin().await?;
        turns::take(&mut transaction, Turn::Prototypes).await?;
        let row: Option<PrototypeRow> =
            sqlx::query_as(ONE).bind(id).fetch_optional(&mut *transaction).await?;
        let Some(row) = row else { return Ok(Enrolling::Missing) };
        let known: Option<i64> = sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM prototype_photos WHERE prototype = $1 AND sha256 = $2",
        )
        .bind(id)
        .bind(&sha256[..])
        .fetch_optional(&mut *transaction)
        .await?;
        if known.is_some() {
            return Ok(Enrolling::Again);
        }
        if usize::try_from(row.photos).is_ok_and(|photos| photos >= *PHOTOS.end()) {
            return Ok(Enrolling::Full);
        }
        sqlx::query(
            "INSERT INTO prototype_photos (prototype, sha256, model, features) VALUES ($1, $2, $3, $4)",
        )
        .bind(id)
        .bind(&sha256[..])
        .bind(model)
        .bind(bytes(features))
        .execute(&mut *transaction)
        .await?;
        changed(&mut transaction).await?;
        transaction.commit().await?;
        Ok(Enrolling::Done)
    }

    /// Replaces what another network made of a photo.
    pub(crate) async fn renew_prototype_photo(
        &self,
        photo: &PhotoRow,
        model: &str,
        features: &[f32],
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE prototype_photos SET model = $1, features = $2 WHERE prototype = $3 AND sha256 = $4",
        )
        .bind(model)
        .bind(bytes(features))
        .bind(&photo.prototype)
        .bind(&photo.sha256)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Forgets a class and its photos; gives the hashes of those that no other class has. `None` where
    /// there is no such class.
    pub(crate) async fn remove_prototype(
        &self,
        id: &str,
    ) -> Result<Option<Vec<Vec<u8>>>, sqlx::Error> {
        let mut transaction = self.begin().await?;
        turns::take(&mut transaction, Turn::Prototypes).await?;
        let orphans = sqlx::query_scalar(
            "SELECT sha256 FROM prototype_photos AS own WHERE prototype = $1 AND NOT EXISTS
             (SELECT 1 FROM prototype_photos WHERE sha256 = own.sha256 AND prototype <> $1)",
        )
        .bind(id)
        .fetch_all(&mut *transaction)
        .await?;
        let removed = sqlx::query("DELETE FROM prototypes WHERE id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        if removed.rows_affected() == 0 {
            return Ok(None);
        }
        changed(&mut transaction).await?;
        transaction.commit().await?;
        Ok(Some(orphans))
    }

    /// Every class, by its id.
    pub(crate) async fn prototypes(&self) -> Result<Vec<PrototypeRow>, sqlx::Error> {
        sqlx::query_as(
            "SELECT id, class, label, created_at,
                    (SELECT count(*) FROM prototype_photos WHERE prototype = id) AS photos
             FROM prototypes ORDER BY id",
        )
        .fetch_all(&self.reader)
        .await
    }

    /// One class.
    pub(crate) async fn prototype(&self, id: &str) -> Result<Option<PrototypeRow>, sqlx::Error> {
        sqlx::query_as(ONE).bind(id).fetch_optional(&self.reader).await
    }

    /// What networks made of every photo, a class after another.
    pub(crate) async fn prototype_photos(&self) -> Result<Vec<PhotoRow>, sqlx::Error> {
        sqlx::query_as(
            "SELECT prototype, sha256, model, features FROM prototype_photos
             ORDER BY prototype, sha256",
        )
        .fetch_all(&self.reader)
        .await
    }

    /// How often classes or photos have changed.
    pub(crate) async fn prototype_changes(&self) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT count FROM prototype_changes").fetch_one(&self.reader).await
    }
}

async fn changed(transaction: &mut Transaction<'_, Any>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE prototype_changes SET count = count + 1")
        .execute(&mut **transaction)
        .await
        .map(|_| ())
}

fn bytes(features: &[f32]) -> Vec<u8> {
    features.iter().flat_map(|value| value.to_le_bytes()).collect()
}
