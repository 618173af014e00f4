//! Bundles, the facts that came out of them, and what was refused.

use bailing_credit::Fact;
use thiserror::Error;

use super::Store;
use super::vouchers::{Voucher, remember};

/// Refusals kept for the console.
const REFUSALS: i64 = 1_000;

/// A verified bundle about to be taken in.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) sha256: [u8; 32],
    pub(crate) key_id: [u8; 32],
    pub(crate) merchant_id: String,
    pub(crate) sequence: u64,
    pub(crate) previous: Option<[u8; 32]>,
    /// An App Attest key's.
    pub(crate) counter: Option<u32>,
    /// SHA-256 of its signed part: what the next one must name as `previous`.
    pub(crate) signed_sha256: [u8; 32],
    pub(crate) ticket_id: [u8; 16],
    pub(crate) ticket_issued_at: i64,
    pub(crate) ticket_expires_at: i64,
    pub(crate) pictures: Vec<[u8; 32]>,
}

/// Why a verified bundle was not taken in.
#[derive(Debug, Error)]
pub(crate) enum ArrivalError {
    #[error("the ticket was used already: fetch another and seal the pictures again")]
    TicketUsed,
    #[error(
        "this key has signed that sequence number before: restore the chain, or enrol a new key"
    )]
    SequenceReplayed,
    #[error("this key has made an assertion with that counter or a higher one: seal again")]
    CounterReplayed,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// A bundle as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct BundleRow {
    pub(crate) sha256: Vec<u8>,
    pub(crate) key_id: Vec<u8>,
    pub(crate) merchant_id: String,
    pub(crate) gap: bool,
    pub(crate) ticket_issued_at: i64,
    pub(crate) received_at: i64,
    pub(crate) decision: Option<String>,
}

/// A merchant as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct MerchantRow {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) person: Option<String>,
    pub(crate) industry: Option<String>,
    pub(crate) stage: String,
    pub(crate) base_quota: i64,
}

/// A refusal as shown on the console.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct RefusalRow {
    pub(crate) at: i64,
    pub(crate) code: String,
    pub(crate) detail: String,
    pub(crate) bundle: String,
}

const COLUMNS: &str = "SELECT sha256, key_id, merchant_id, gap, ticket_issued_at, received_at, \
                       decision FROM bundles";

impl Store {
    /// Takes a bundle in: ticket, chain, row and job in one transaction. The object is stored
    /// already, so a bundle that was answered for can always be decided. Used tickets that expired
    /// before `oldest` are forgotten: nothing that is still arriving was named under them.
    pub(crate) async fn take_in(
        &self,
        arrival: &Arrival,
        now: i64,
        oldest: i64,
    ) -> Result<(), ArrivalError> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM used_tickets WHERE expires_at < ?")
            .bind(oldest)
            .execute(&mut *transaction)
            .await?;
        let ticket = sqlx::query(
            "INSERT INTO used_tickets (ticket_id, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(&arrival.ticket_id[..])
        .bind(arrival.ticket_expires_at)
        .execute(&mut *transaction)
        .await?;
        if ticket.rows_affected() == 0 {
            return Err(ArrivalError::TicketUsed);
        }
        let (next, previous): (i64, Option<Vec<u8>>) =
            sqlx::query_as("SELECT next_sequence, previous FROM keys WHERE key_id = ?")
                .bind(&arrival.key_id[..])
                .fetch_one(&mut *transaction)
                .await?;
        let sequence =
            i64::try_from(arrival.sequence).map_err(|_| ArrivalError::SequenceReplayed)?;
        if sequence < next {
            return Err(ArrivalError::SequenceReplayed);
        }
        if let Some(counter) = arrival.counter {
            let moved_on =
                sqlx::query("UPDATE keys SET counter = ?1 WHERE key_id = ?2 AND counter < ?1")
                    .bind(counter)
                    .bind(&arrival.key_id[..])
                    .execute(&mut *transaction)
                    .await?;
            if moved_on.rows_affected() == 0 {
                return Err(ArrivalError::CounterReplayed);
            }
        }
        let gap =
            sequence > next || previous.as_deref() != arrival.previous.as_ref().map(|p| &p[..]);
        sqlx::query("UPDATE keys SET next_sequence = ?, previous = ? WHERE key_id = ?")
            .bind(sequence.saturating_add(1))
            .bind(&arrival.signed_sha256[..])
            .bind(&arrival.key_id[..])
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO bundles
             (sha256, key_id, merchant_id, sequence, gap, ticket_issued_at, received_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&arrival.sha256[..])
        .bind(&arrival.key_id[..])
        .bind(&arrival.merchant_id)
        .bind(sequence)
        .bind(gap)
        .bind(arrival.ticket_issued_at)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        for (position, picture) in (0i64..).zip(&arrival.pictures) {
            sqlx::query("INSERT INTO pictures (bundle, position, sha256) VALUES (?, ?, ?)")
                .bind(&arrival.sha256[..])
                .bind(position)
                .bind(&picture[..])
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query("INSERT INTO jobs (bundle, run_after) VALUES (?, ?)")
            .bind(&arrival.sha256[..])
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    pub(crate) async fn bundle(&self, sha256: &[u8]) -> Result<Option<BundleRow>, sqlx::Error> {
        let query = format!("{COLUMNS} WHERE sha256 = ?");
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(sha256).fetch_optional(&self.reader).await
    }

    /// The newest bundles first.
    pub(crate) async fn newest(&self, count: i64) -> Result<Vec<BundleRow>, sqlx::Error> {
        let query = format!("{COLUMNS} ORDER BY received_at DESC, rowid DESC LIMIT ?");
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(count).fetch_all(&self.reader).await
    }

    /// Whether another bundle brought the same picture before.
    pub(crate) async fn picture_seen(
        &self,
        picture: &[u8; 32],
        bundle: &[u8],
    ) -> Result<bool, sqlx::Error> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM pictures JOIN bundles earlier ON earlier.sha256 = pictures.bundle
             WHERE pictures.sha256 = ?1 AND pictures.bundle <> ?2
               AND earlier.rowid < (SELECT rowid FROM bundles WHERE sha256 = ?2) LIMIT 1",
        )
        .bind(&picture[..])
        .bind(bundle)
        .fetch_optional(&self.reader)
        .await?;
        Ok(found.is_some())
    }

    pub(crate) async fn merchant(&self, id: &str) -> Result<MerchantRow, sqlx::Error> {
        sqlx::query_as(
            "SELECT id, name, person, industry, stage, base_quota FROM merchants WHERE id = ?",
        )
        .bind(id)
        .fetch_one(&self.reader)
        .await
    }

    /// The facts that a merchant has proved so far.
    pub(crate) async fn facts(&self, merchant_id: &str) -> Result<Vec<Fact>, sqlx::Error> {
        let rows: Vec<String> =
            sqlx::query_scalar("SELECT body FROM facts WHERE merchant_id = ? ORDER BY rowid")
                .bind(merchant_id)
                .fetch_all(&self.reader)
                .await?;
        rows.into_iter()
            .map(|body| {
                serde_json::from_str(&body).map_err(|error| sqlx::Error::Decode(Box::new(error)))
            })
            .collect()
    }

    /// Stores a decision, its facts and what its vouchers say, and ends the job, all at once. False where it was decided
    /// already.
    pub(crate) async fn settle(
        &self,
        bundle: &[u8],
        merchant_id: &str,
        decision: &str,
        facts: &[Fact],
        vouchers: &[Voucher],
        now: i64,
    ) -> Result<bool, sqlx::Error> {
        let mut transaction = self.begin().await?;
        let decided = sqlx::query(
            "UPDATE bundles SET decision = ?, decided_at = ? WHERE sha256 = ? AND decision IS NULL",
        )
        .bind(decision)
        .bind(now)
        .bind(bundle)
        .execute(&mut *transaction)
        .await?;
        if decided.rows_affected() == 1 {
            for fact in facts {
                let body = serde_json::to_string(fact)
                    .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
                sqlx::query(
                    "INSERT INTO facts (id, merchant_id, bundle, body) VALUES (?, ?, ?, ?)",
                )
                .bind(&fact.id)
                .bind(merchant_id)
                .bind(bundle)
                .bind(body)
                .execute(&mut *transaction)
                .await?;
            }
            for voucher in vouchers {
                remember(&mut transaction, merchant_id, voucher).await?;
            }
        }
        sqlx::query("DELETE FROM jobs WHERE bundle = ?")
            .bind(bundle)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(decided.rows_affected() == 1)
    }

    /// Remembers a refusal, and forgets the oldest.
    pub(crate) async fn refuse(
        &self,
        at: i64,
        code: &str,
        detail: &str,
        bundle: &str,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = self.begin().await?;
        sqlx::query("INSERT INTO refusals (at, code, detail, bundle) VALUES (?, ?, ?, ?)")
            .bind(at)
            .bind(code)
            .bind(detail)
            .bind(bundle)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM refusals WHERE id <= (SELECT max(id) FROM refusals) - ?")
            .bind(REFUSALS)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// The newest refusals first.
    pub(crate) async fn refusals(&self, count: i64) -> Result<Vec<RefusalRow>, sqlx::Error> {
        sqlx::query_as("SELECT at, code, detail, bundle FROM refusals ORDER BY id DESC LIMIT ?")
            .bind(count)
            .fetch_all(&self.reader)
            .await
    }
}
