//! Bundles, the facts that came out of them, and what was refused.

use bailing_credit::Fact;
use serde_json::json;
use sqlx::{Any, Transaction};
use thiserror::Error;

use super::Store;
use super::audit::{Entry, append};
use super::consents::{Consent, agree};
use super::data_keys::claim_object;
use super::facts::{Origin, add_facts};
use super::turns::{self, Turn};
use super::vouchers::{Voucher, remember};
use crate::item::Item;
use crate::purpose::Purpose;
use crate::work::{BundleDecision, Ruling};

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
    /// How long it may be kept, seconds.
    pub(crate) kept_for: i64,
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
    #[error("storing it took so long that it was taken for something that nobody needs")]
    ObjectGone,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// A bundle as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct BundleRow {
    pub(crate) sha256: Vec<u8>,
    pub(crate) key_id: Vec<u8>,
    pub(crate) merchant_id: String,
    /// 1 where the chain had a gap before it.
    pub(crate) gap: i64,
    pub(crate) ticket_issued_at: i64,
    pub(crate) received_at: i64,
    pub(crate) decision: Option<String>,
    /// When the merchant took it back, or its time was over.
    pub(crate) erased_at: Option<i64>,
}

impl BundleRow {
    /// The decision; one of an older version that no longer reads is as none.
    pub(crate) fn decided(&self) -> Option<BundleDecision> {
        self.decision.as_deref().and_then(|text| serde_json::from_str(text).ok())
    }
}

/// What a bundle came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settled<'a> {
    pub(crate) merchant_id: &'a str,
    /// How often the merchant had proved something when it was decided: see [`Store::proofs`].
    pub(crate) proofs: i64,
    /// The decision, JSON.
    pub(crate) decision: &'a str,
    /// The verdict's name, for the log.
    pub(crate) verdict: &'a str,
    /// The quota with it, yuan, for the log.
    pub(crate) quota: u64,
    pub(crate) facts: &'a [Fact],
    pub(crate) vouchers: &'a [Voucher],
}

/// A refusal as shown on the console.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct RefusalRow {
    pub(crate) at: i64,
    pub(crate) code: String,
    pub(crate) detail: String,
    pub(crate) bundle: String,
}

/// What a person decided on a bundle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reviewed<'a> {
    pub(crate) merchant_id: &'a str,
    /// The decision with it, JSON.
    pub(crate) decision: &'a str,
    pub(crate) ruling: Ruling,
    /// Who, as the log has it.
    pub(crate) by: &'a str,
    /// Why.
    pub(crate) note: &'a str,
    /// The quota with it, yuan, for the log.
    pub(crate) quota: u64,
    pub(crate) facts: &'a [Fact],
    pub(crate) vouchers: &'a [Voucher],
}

const COLUMNS: &str = "SELECT sha256, key_id, merchant_id, gap, ticket_issued_at, received_at, \
                       decision, erased_at FROM bundles";

impl Store {
    /// Takes a bundle in: ticket, chain, row and job in one transaction. The object is stored
    /// already, so a bundle that was answered for can always be decided.
    pub(crate) async fn take_in(
        &self,
        arrival: &Arrival,
        now: i64,
    ) -> Result<BundleRow, ArrivalError> {
        let mut transaction = self.begin().await?;
        // Changes nothing, and lets nobody else change it until the end.
        let (next, previous): (i64, Option<Vec<u8>>) = sqlx::query_as(
            "UPDATE keys SET next_sequence = next_sequence WHERE key_id = $1
             RETURNING next_sequence, previous",
        )
        .bind(&arrival.key_id[..])
        .fetch_one(&mut *transaction)
        .await?;
        let ticket = sqlx::query(
            "INSERT INTO used_tickets (ticket_id, expires_at) VALUES ($1, $2)
             ON CONFLICT DO NOTHING",
        )
        .bind(&arrival.ticket_id[..])
        .bind(arrival.ticket_expires_at)
        .execute(&mut *transaction)
        .await?;
        if ticket.rows_affected() == 0 {
            return Err(ArrivalError::TicketUsed);
        }
        let sequence =
            i64::try_from(arrival.sequence).map_err(|_| ArrivalError::SequenceReplayed)?;
        if sequence < next {
            return Err(ArrivalError::SequenceReplayed);
        }
        if let Some(counter) = arrival.counter {
            let moved_on =
                sqlx::query("UPDATE keys SET counter = $1 WHERE key_id = $2 AND counter < $1")
                    .bind(i64::from(counter))
                    .bind(&arrival.key_id[..])
                    .execute(&mut *transaction)
                    .await?;
            if moved_on.rows_affected() == 0 {
                return Err(ArrivalError::CounterReplayed);
            }
        }
        let gap =
            sequence > next || previous.as_deref() != arrival.previous.as_ref().map(|p| &p[..]);
        sqlx::query("UPDATE keys SET next_sequence = $1, previous = $2 WHERE key_id = $3")
            .bind(sequence.saturating_add(1))
            .bind(&arrival.signed_sha256[..])
            .bind(&arrival.key_id[..])
            .execute(&mut *transaction)
            .await?;
        let merchant_id = &arrival.merchant_id;
        if !claim_object(&mut transaction, merchant_id, &arrival.sha256).await? {
            return Err(ArrivalError::ObjectGone);
        }
        let item = Item::Bundle(arrival.sha256);
        let entry = Entry {
            at: now,
            actor: &format!("merchant:{merchant_id}"),
            action: "bundle.received",
            subject: &item.to_string(),
            detail: json!({ "pictures": arrival.pictures.len(), "gap": gap }),
        };
        // Its number in the log says which of two bundles came first.
        let arrived = append(&mut transaction, entry).await?;
        sqlx::query(
            "INSERT INTO bundles
             (sha256, key_id, merchant_id, sequence, gap, ticket_issued_at, received_at, arrived)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&arrival.sha256[..])
        .bind(&arrival.key_id[..])
        .bind(merchant_id)
        .bind(sequence)
        .bind(i64::from(gap))
        .bind(arrival.ticket_issued_at)
        .bind(now)
        .bind(arrived)
        .execute(&mut *transaction)
        .await?;
        for (position, picture) in (0i64..).zip(&arrival.pictures) {
            sqlx::query("INSERT INTO pictures (bundle, position, sha256) VALUES ($1, $2, $3)")
                .bind(&arrival.sha256[..])
                .bind(position)
                .bind(&picture[..])
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query("INSERT INTO jobs (bundle, run_after) VALUES ($1, $2)")
            .bind(&arrival.sha256[..])
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        // However it came: nobody goes on sending it.
        sqlx::query("DELETE FROM uploads WHERE sha256 = $1")
            .bind(&arrival.sha256[..])
            .execute(&mut *transaction)
            .await?;
        // Whoever sends a picture agrees that the quota is decided from it.
        let until = now.saturating_add(arrival.kept_for);
        let purpose = Purpose::Quota;
        let consent = Consent { merchant_id, purpose, item: Some(item), given_at: now, until };
        agree(&mut transaction, &consent).await?;
        transaction.commit().await?;
        Ok(BundleRow {
            sha256: arrival.sha256.to_vec(),
            key_id: arrival.key_id.to_vec(),
            merchant_id: merchant_id.clone(),
            gap: i64::from(gap),
            ticket_issued_at: arrival.ticket_issued_at,
            received_at: now,
            decision: None,
            erased_at: None,
        })
    }

    /// Forgets the used tickets that expired before a time.
    pub(crate) async fn forget_tickets(&self, before: i64) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM used_tickets WHERE expires_at < $1")
            .bind(before)
            .execute(&self.writer)
            .await
            .map(|_| ())
    }

    pub(crate) async fn bundle(&self, sha256: &[u8]) -> Result<Option<BundleRow>, sqlx::Error> {
        let query = format!("{COLUMNS} WHERE sha256 = $1");
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(sha256).fetch_optional(&self.reader).await
    }

    /// The newest bundles first.
    pub(crate) async fn newest(&self, count: i64) -> Result<Vec<BundleRow>, sqlx::Error> {
        let query = format!("{COLUMNS} ORDER BY received_at DESC, arrived DESC LIMIT $1");
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(count).fetch_all(&self.reader).await
    }

    /// How often what is known of a merchant has changed by what it sent or took back: a decision that was made before the
    /// last time is not stored.
    pub(crate) async fn proofs(&self, merchant_id: &str) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT proofs FROM merchants WHERE id = $1")
            .bind(merchant_id)
            .fetch_one(&self.reader)
            .await
    }

    /// Stores a decision, its facts and what its vouchers say, and ends the job, all at once. False where it was decided
    /// already or taken back, and where the merchant proved something else meanwhile.
    pub(crate) async fn settle(
        &self,
        bundle: &[u8],
        settled: &Settled<'_>,
        now: i64,
    ) -> Result<bool, sqlx::Error> {
        let mut transaction = self.begin().await?;
        turns::take(&mut transaction, Turn::Log).await?;
        if !bump_proofs(&mut transaction, settled.merchant_id, Some(settled.proofs)).await? {
            return Ok(false);
        }
        let key: Option<Vec<u8>> = sqlx::query_scalar(
            "UPDATE bundles SET decision = $1, verdict = $2, decided_at = $3
             WHERE sha256 = $4 AND decision IS NULL AND erased_at IS NULL RETURNING key_id",
        )
        .bind(settled.decision)
        .bind(settled.verdict)
        .bind(now)
        .bind(bundle)
        .fetch_optional(&mut *transaction)
        .await?;
        for ended in
            ["DELETE FROM jobs WHERE bundle = $1", "DELETE FROM examinations WHERE bundle = $1"]
        {
            sqlx::query(ended).bind(bundle).execute(&mut *transaction).await?;
        }
        let Some(device) = key else {
            transaction.commit().await?;
            return Ok(false);
        };
        let Settled { merchant_id, facts, vouchers, .. } = *settled;
        let item = prove(&mut transaction, bundle, &device, merchant_id, facts, vouchers).await?;
        let detail = json!({
            "verdict": settled.verdict,
            "facts": settled.facts.len(),
            "quota": settled.quota,
        });
        let entry = Entry {
            at: now,
            actor: "server",
            action: "bundle.decided",
            subject: &item.to_string(),
            detail,
        };
        append(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Stores what a person decided, and what that proves. False where nobody has to decide any more.
    pub(crate) async fn review(
        &self,
        bundle: &[u8],
        reviewed: &Reviewed<'_>,
        now: i64,
    ) -> Result<bool, sqlx::Error> {
        let Reviewed { merchant_id, decision, ruling, by, note, quota, facts, vouchers } =
            *reviewed;
        let mut transaction = self.begin().await?;
        turns::take(&mut transaction, Turn::Log).await?;
        let review = json!({ "by": by, "ruling": ruling, "note": note });
        let key: Option<Vec<u8>> = sqlx::query_scalar(
            "UPDATE bundles SET decision = $1, reviewed_at = $2, review = $3
             WHERE sha256 = $4 AND verdict = 'review' AND reviewed_at IS NULL AND erased_at IS NULL
             RETURNING key_id",
        )
        .bind(decision)
        .bind(now)
        .bind(review.to_string())
        .bind(bundle)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(device) = key else { return Ok(false) };
        bump_proofs(&mut transaction, merchant_id, None).await?;
        let item = prove(&mut transaction, bundle, &device, merchant_id, facts, vouchers).await?;
        let entry = Entry {
            at: now,
            actor: by,
            action: "bundle.reviewed",
            subject: &item.to_string(),
            detail: json!({ "ruling": ruling, "facts": facts.len(), "quota": quota }),
        };
        append(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Bundles that wait for a person, the longest first, and how many do in all.
    pub(crate) async fn to_review(&self, count: i64) -> Result<(Vec<BundleRow>, i64), sqlx::Error> {
        const OPEN: &str = "verdict = 'review' AND reviewed_at IS NULL AND erased_at IS NULL";
        let query = format!("{COLUMNS} WHERE {OPEN} ORDER BY received_at LIMIT $1");
        let rows =
            sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(count).fetch_all(&self.reader).await?;
        let query = format!("SELECT count(*) FROM bundles WHERE {OPEN}");
        let all = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&self.reader).await?;
        Ok((rows, all))
    }

    /// A merchant's bundles, the newest first.
    pub(crate) async fn bundles_of(
        &self,
        merchant_id: &str,
        count: i64,
    ) -> Result<Vec<BundleRow>, sqlx::Error> {
        let query = format!(
            "{COLUMNS} WHERE merchant_id = $1 ORDER BY received_at DESC, arrived DESC LIMIT $2"
        );
        sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(merchant_id)
            .bind(count)
            .fetch_all(&self.reader)
            .await
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
        sqlx::query("INSERT INTO refusals (at, code, detail, bundle) VALUES ($1, $2, $3, $4)")
            .bind(at)
            .bind(code)
            .bind(detail)
            .bind(bundle)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM refusals WHERE id <= (SELECT max(id) FROM refusals) - $1")
            .bind(REFUSALS)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// The newest refusals first.
    pub(crate) async fn refusals(&self, count: i64) -> Result<Vec<RefusalRow>, sqlx::Error> {
        sqlx::query_as("SELECT at, code, detail, bundle FROM refusals ORDER BY id DESC LIMIT $1")
            .bind(count)
            .fetch_all(&self.reader)
            .await
    }
}

/// Counts a change of what is known of a merchant. False, and nothing counted, where there was another since `from`.
pub(super) async fn bump_proofs(
    transaction: &mut Transaction<'_, Any>,
    merchant_id: &str,
    from: Option<i64>,
) -> Result<bool, sqlx::Error> {
    let counted = sqlx::query(
        "UPDATE merchants SET proofs = proofs + 1 WHERE id = $1 AND proofs = coalesce($2, proofs)",
    )
    .bind(merchant_id)
    .bind(from)
    .execute(&mut **transaction)
    .await?;
    Ok(counted.rows_affected() == 1)
}

impl BundleRow {
    /// How far it has come: `received`, `decided` or `erased`.
    pub(crate) fn state(&self) -> &'static str {
        match (&self.decision, self.erased_at) {
            (_, Some(_)) => "erased",
            (Some(_), None) => "decided",
            (None, None) => "received",
        }
    }
}

impl Store {
    /// A bundle's verdict, once there is one, whether a person has decided, and whether it was erased.
    pub(crate) async fn bundle_stage(
        &self,
        sha256: &[u8],
    ) -> Result<Option<(Option<String>, bool, bool)>, sqlx::Error> {
        let row: Option<(Option<String>, Option<i64>, Option<i64>)> =
            sqlx::query_as("SELECT verdict, reviewed_at, erased_at FROM bundles WHERE sha256 = $1")
                .bind(sha256)
                .fetch_optional(&self.reader)
                .await?;
        Ok(row.map(|(verdict, reviewed, erased)| (verdict, reviewed.is_some(), erased.is_some())))
    }
}

/// Adds what a bundle proves, within the transaction that stores its decision.
async fn prove(
    transaction: &mut Transaction<'_, Any>,
    bundle: &[u8],
    device: &[u8],
    merchant_id: &str,
    facts: &[Fact],
    vouchers: &[Voucher],
) -> Result<Item, sqlx::Error> {
    let pictures: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT sha256 FROM pictures WHERE bundle = $1 ORDER BY position")
            .bind(bundle)
            .fetch_all(&mut **transaction)
            .await?;
    let item = Item::Bundle(bundle.try_into().unwrap_or_default());
    let origin = Origin { item, device: Some(device), pictures: &pictures };
    add_facts(transaction, merchant_id, &origin, facts).await?;
    for voucher in vouchers {
        remember(transaction, merchant_id, voucher).await?;
    }
    Ok(item)
}
