//! What the quota rests on, fact by fact, each with what it came with.

use std::collections::BTreeMap;

use bailing_credit::{Fact, Source};
use serde_json::json;
use sqlx::{Any, Transaction};

use super::Store;
use super::audit::{Entry, append};
use super::bundles::bump_proofs;
use super::consents::{Consent, agree};
use super::data_keys::claim_object;
use super::merchants::MerchantRow;
use super::turns::{self, Turn};
use crate::item::Item;

/// What facts came with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin<'a> {
    pub(super) item: Item,
    /// Id of the key that signed it, where one did.
    pub(super) device: Option<&'a [u8]>,
    /// Hashes of its pictures, in order.
    pub(super) pictures: &'a [Vec<u8>],
}

/// A file about to be taken in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Import<'a> {
    pub(crate) sha256: [u8; 32],
    pub(crate) kind: &'a str,
    /// What it is kept for, and until when.
    pub(crate) consent: Consent<'a>,
    pub(crate) facts: &'a [Fact],
    /// Who sent it, for the log.
    pub(crate) actor: &'a str,
}

/// A file as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct ImportRow {
    pub(crate) sha256: Vec<u8>,
    pub(crate) kind: String,
    pub(crate) received_at: i64,
}

/// Something that a graph of merchants has to learn.
#[derive(Clone, Debug)]
pub(crate) struct FactChange {
    pub(crate) change: i64,
    pub(crate) merchant: MerchantRow,
    pub(crate) fact: Fact,
    pub(crate) device: Option<Vec<u8>>,
    pub(crate) picture: Option<Vec<u8>>,
}

/// As it is stored.
#[derive(sqlx::FromRow)]
struct ChangeRow {
    fact_change: i64,
    body: String,
    device: Option<Vec<u8>>,
    picture: Option<Vec<u8>>,
    #[sqlx(flatten)]
    merchant: MerchantRow,
}

impl Store {
    /// A merchant's newest facts, each once, the oldest of them first.
    pub(crate) async fn facts(
        &self,
        merchant_id: &str,
        most: usize,
    ) -> Result<Vec<Fact>, sqlx::Error> {
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT body FROM (
                 SELECT change, body FROM facts AS fact WHERE merchant_id = $1 AND NOT EXISTS (
                     SELECT 1 FROM facts AS earlier WHERE earlier.merchant_id = fact.merchant_id
                     AND earlier.id = fact.id AND earlier.change < fact.change
                 ) ORDER BY change DESC LIMIT $2
             ) AS newest ORDER BY change",
        )
        .bind(merchant_id)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|body| read(body)).collect()
    }

    /// All of a merchant's facts by the items that brought them.
    pub(crate) async fn facts_by_item(
        &self,
        merchant_id: &str,
    ) -> Result<BTreeMap<String, Vec<Fact>>, sqlx::Error> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT item, body FROM facts WHERE merchant_id = $1 ORDER BY change")
                .bind(merchant_id)
                .fetch_all(&self.reader)
                .await?;
        let mut facts: BTreeMap<String, Vec<Fact>> = BTreeMap::new();
        for (item, body) in rows {
            facts.entry(item).or_default().push(read(&body)?);
        }
        Ok(facts)
    }

    /// Takes a file in: what it says, what it is kept for, and that it came. False where it was there already.
    pub(crate) async fn import(&self, import: &Import<'_>) -> Result<bool, sqlx::Error> {
        let Import { sha256, kind, consent, facts, actor } = *import;
        let mut transaction = self.begin().await?;
        turns::take(&mut transaction, Turn::Log).await?;
        let added = sqlx::query(
            "INSERT INTO imports (sha256, merchant_id, kind, received_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(&sha256[..])
        .bind(consent.merchant_id)
        .bind(kind)
        .bind(consent.given_at)
        .execute(&mut *transaction)
        .await?;
        if added.rows_affected() == 0 {
            return Ok(false);
        }
        if !claim_object(&mut transaction, consent.merchant_id, &sha256).await? {
            return Err(sqlx::Error::RowNotFound);
        }
        bump_proofs(&mut transaction, consent.merchant_id, None).await?;
        let item = Item::Import(sha256);
        let origin = Origin { item, device: None, pictures: &[] };
        add_facts(&mut transaction, consent.merchant_id, &origin, facts).await?;
        let entry = Entry {
            at: consent.given_at,
            actor,
            action: "import.received",
            subject: &item.to_string(),
            detail: json!({ "kind": kind, "facts": facts.len() }),
        };
        append(&mut transaction, entry).await?;
        agree(&mut transaction, &Consent { item: Some(item), ..consent }).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// A merchant's files, the newest first.
    pub(crate) async fn imports(&self, merchant_id: &str) -> Result<Vec<ImportRow>, sqlx::Error> {
        sqlx::query_as(
            "SELECT sha256, kind, received_at FROM imports WHERE merchant_id = $1
             ORDER BY received_at DESC, sha256",
        )
        .bind(merchant_id)
        .fetch_all(&self.reader)
        .await
    }

    /// Facts of all merchants that came after a change.
    pub(crate) async fn facts_after(
        &self,
        change: i64,
        count: i64,
    ) -> Result<Vec<FactChange>, sqlx::Error> {
        let rows: Vec<ChangeRow> = sqlx::query_as(
            "SELECT f.change AS fact_change, f.body, f.device, f.picture, m.id, m.name, m.person,
                 m.code, m.industry, m.stage, m.base_quota, m.loan, m.change
             FROM facts AS f JOIN merchants AS m ON m.id = f.merchant_id
             WHERE f.change > $1 ORDER BY f.change LIMIT $2",
        )
        .bind(change)
        .bind(count)
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter()
            .map(|row| {
                let ChangeRow { fact_change: change, body, device, picture, merchant } = row;
                Ok(FactChange { change, merchant, fact: read(&body)?, device, picture })
            })
            .collect()
    }

    /// Facts that went after a change: merchant and id, and whether another item still says the same.
    pub(crate) async fn forgotten_after(
        &self,
        change: i64,
        count: i64,
    ) -> Result<Vec<(i64, String, String, bool)>, sqlx::Error> {
        let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(
            "SELECT change, merchant_id, id, (
                 SELECT count(*) FROM facts WHERE facts.merchant_id = forgotten_facts.merchant_id
                 AND facts.id = forgotten_facts.id
             ) FROM forgotten_facts WHERE change > $1 ORDER BY change LIMIT $2",
        )
        .bind(change)
        .bind(count)
        .fetch_all(&self.reader)
        .await?;
        let row = |(change, merchant, id, elsewhere): (i64, String, String, i64)| {
            (change, merchant, id, elsewhere > 0)
        };
        Ok(rows.into_iter().map(row).collect())
    }
}

/// Adds facts, within the transaction that stores what they came with and that has the log's turn: graphs catch up by the
/// numbers that they get.
pub(super) async fn add_facts(
    transaction: &mut Transaction<'_, Any>,
    merchant_id: &str,
    origin: &Origin<'_>,
    facts: &[Fact],
) -> Result<(), sqlx::Error> {
    for fact in facts {
        let body =
            serde_json::to_string(fact).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        let picture = match &fact.source {
            Source::Photo { image, .. } => {
                usize::try_from(*image).ok().and_then(|at| origin.pictures.get(at))
            }
            _ => None,
        };
        sqlx::query(
            "INSERT INTO facts (merchant_id, item, id, body, device, picture)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(merchant_id)
        .bind(origin.item.to_string())
        .bind(&fact.id)
        .bind(body)
        .bind(origin.device)
        .bind(picture)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

fn read(body: &str) -> Result<Fact, sqlx::Error> {
    serde_json::from_str(body).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
