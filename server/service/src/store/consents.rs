//! What merchants agreed to, and what goes when they take it back.

use serde_json::json;
use sqlx::{Any, Transaction};

use super::Store;
use super::audit::{Entry, append};
use super::bundles::bump_proofs;
use super::data_keys::{destroy_unused_data_key, hold_data_key};
use super::turns::{self, Turn};
use crate::item::Item;
use crate::purpose::{Ended, Purpose};

/// An agreement as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct ConsentRow {
    pub(crate) merchant_id: String,
    pub(crate) purpose: Purpose,
    /// None for the purpose as a whole.
    pub(crate) item: Option<String>,
    pub(crate) given_at: i64,
    pub(crate) until: i64,
    pub(crate) ended_at: Option<i64>,
    pub(crate) ended_by: Option<Ended>,
}

/// An agreement about to be stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Consent<'a> {
    pub(crate) merchant_id: &'a str,
    pub(crate) purpose: Purpose,
    pub(crate) item: Option<Item>,
    pub(crate) given_at: i64,
    pub(crate) until: i64,
}

/// What is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All that is kept for a purpose.
    Whole(Purpose),
    /// One item, whatever it is kept for.
    One(Item),
}

const COLUMNS: &str =
    "SELECT merchant_id, purpose, item, given_at, until, ended_at, ended_by FROM consents";

impl Store {
    /// A merchant's agreements, the newest first.
    pub(crate) async fn consents(&self, merchant_id: &str) -> Result<Vec<ConsentRow>, sqlx::Error> {
        let query = format!("{COLUMNS} WHERE merchant_id = $1 ORDER BY id DESC");
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(merchant_id).fetch_all(&self.reader).await
    }

    /// Until when a purpose as a whole, or an item, is agreed to; none where it is not now.
    pub(crate) async fn agreed(
        &self,
        merchant_id: &str,
        purpose: Purpose,
        item: Option<Item>,
        now: i64,
    ) -> Result<Option<i64>, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT until FROM consents WHERE merchant_id = $1 AND purpose = $2 AND item IS NOT DISTINCT FROM $3
             AND ended_at IS NULL AND until > $4",
        )
        .bind(merchant_id)
        .bind(purpose)
        .bind(item.map(|item| item.to_string()))
        .bind(now)
        .fetch_optional(&self.reader)
        .await
    }

    /// Stores an agreement; an earlier one for the same ends with it.
    pub(crate) async fn agree(&self, consent: &Consent<'_>) -> Result<(), sqlx::Error> {
        let mut transaction = self.begin().await?;
        agree(&mut transaction, consent).await?;
        transaction.commit().await
    }

    /// Agreements whose time is over, a few at a time.
    pub(crate) async fn expired_consents(&self, now: i64) -> Result<Vec<ConsentRow>, sqlx::Error> {
        let query =
            format!("{COLUMNS} WHERE ended_at IS NULL AND until <= $1 ORDER BY until LIMIT 100");
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(now).fetch_all(&self.reader).await
    }

    /// Ends agreements and erases what they were for: facts, what was read, keys, and of the whole the merchant's key. The
    /// items whose objects are to be removed.
    pub(crate) async fn withdraw(
        &self,
        merchant_id: &str,
        scope: Scope,
        by: Ended,
        now: i64,
    ) -> Result<Vec<Item>, sqlx::Error> {
        let mut transaction = self.begin().await?;
        turns::take(&mut transaction, Turn::Log).await?;
        hold_data_key(&mut transaction, merchant_id).await?;
        let (purpose, item) = match scope {
            Scope::Whole(purpose) => (Some(purpose), None),
            Scope::One(item) => (None, Some(item.to_string())),
        };
        let ended: Vec<(i64, Purpose, Option<String>)> = sqlx::query_as(
            "UPDATE consents SET ended_at = $1, ended_by = $2
             WHERE merchant_id = $3 AND ended_at IS NULL AND (purpose = $4 OR item = $5)
             RETURNING id, purpose, item",
        )
        .bind(now)
        .bind(by)
        .bind(merchant_id)
        .bind(purpose)
        .bind(item)
        .fetch_all(&mut *transaction)
        .await?;
        bump_proofs(&mut transaction, merchant_id, None).await?;
        let mut erased = Vec::new();
        for (_, purpose, item) in &ended {
            match item.as_deref().and_then(|item| item.parse().ok()) {
                Some(item) => {
                    erase(&mut transaction, merchant_id, &item, now).await?;
                    erased.push(item);
                }
                None if *purpose == Purpose::Assistant => {
                    sqlx::query("DELETE FROM conversations WHERE merchant_id = $1")
                        .bind(merchant_id)
                        .execute(&mut *transaction)
                        .await?;
                }
                None => {}
            }
        }
        destroy_unused_data_key(&mut transaction, merchant_id).await?;
        let merchant = format!("merchant:{merchant_id}");
        let (actor, action) = match by {
            Ended::Withdrawn => (merchant.as_str(), "consent.withdrawn"),
            Ended::Expired | Ended::Renewed => ("server", "consent.expired"),
        };
        for (id, purpose, item) in &ended {
            let subject = item.as_deref().unwrap_or(&merchant);
            let detail = json!({ "consent": id, "purpose": purpose.name() });
            append(&mut transaction, Entry { at: now, actor, action, subject, detail }).await?;
        }
        transaction.commit().await?;
        Ok(erased)
    }
}

/// Stores an agreement, within the transaction that does what it is for.
pub(super) async fn agree(
    transaction: &mut Transaction<'_, Any>,
    consent: &Consent<'_>,
) -> Result<(), sqlx::Error> {
    let item = consent.item.map(|item| item.to_string());
    sqlx::query(
        "UPDATE consents SET ended_at = $1, ended_by = 'renewed'
         WHERE merchant_id = $2 AND purpose = $3 AND item IS NOT DISTINCT FROM $4 AND ended_at IS NULL",
    )
    .bind(consent.given_at)
    .bind(consent.merchant_id)
    .bind(consent.purpose)
    .bind(&item)
    .execute(&mut **transaction)
    .await?;
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO consents (merchant_id, purpose, item, given_at, until) VALUES ($1, $2, $3, $4, $5)
         RETURNING id",
    )
    .bind(consent.merchant_id)
    .bind(consent.purpose)
    .bind(&item)
    .bind(consent.given_at)
    .bind(consent.until)
    .fetch_one(&mut **transaction)
    .await?;
    let merchant = format!("merchant:{}", consent.merchant_id);
    let detail =
        json!({ "consent": id, "purpose": consent.purpose.name(), "until": consent.until });
    let entry = Entry {
        at: consent.given_at,
        actor: &merchant,
        action: "consent.given",
        subject: item.as_deref().unwrap_or(&merchant),
        detail,
    };
    append(transaction, entry).await.map(|_| ())
}

/// Erases one item but for hashes and times.
async fn erase(
    transaction: &mut Transaction<'_, Any>,
    merchant_id: &str,
    item: &Item,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO forgotten_facts (merchant_id, id)
         SELECT merchant_id, id FROM facts WHERE merchant_id = $1 AND item = $2",
    )
    .bind(merchant_id)
    .bind(item.to_string())
    .execute(&mut **transaction)
    .await?;
    let statements: &[&'static str] = match item {
        Item::Bundle(_) => {
            sqlx::query(
                "UPDATE bundles SET decision = NULL, review = NULL, erased_at = $1 WHERE sha256 = $2",
            )
            .bind(now)
            .bind(&item.sha256()[..])
            .execute(&mut **transaction)
            .await?;
            for statement in [
                "DELETE FROM examinations WHERE bundle = $1",
                "DELETE FROM likenesses WHERE bundle = $1",
                "UPDATE pictures SET likeness = NULL WHERE bundle = $1",
            ] {
                let sha256 = &item.sha256()[..];
                sqlx::query(statement).bind(sha256).execute(&mut **transaction).await?;
            }
            &[
                "DELETE FROM vouchers WHERE merchant_id = $1 AND bundle = $2",
                "DELETE FROM jobs WHERE bundle IN
                     (SELECT sha256 FROM bundles WHERE merchant_id = $1 AND sha256 = $2)",
                "DELETE FROM object_keys WHERE merchant_id = $1 AND sha256 = $2",
            ]
        }
        Item::Import(_) => &[
            "DELETE FROM imports WHERE merchant_id = $1 AND sha256 = $2",
            "DELETE FROM object_keys WHERE merchant_id = $1 AND sha256 = $2",
        ],
    };
    for statement in statements {
        sqlx::query(*statement)
            .bind(merchant_id)
            .bind(&item.sha256()[..])
            .execute(&mut **transaction)
            .await?;
    }
    sqlx::query("DELETE FROM facts WHERE merchant_id = $1 AND item = $2")
        .bind(merchant_id)
        .bind(item.to_string())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
