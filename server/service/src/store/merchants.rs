//! Merchants, what the bank knows of their loans, and what the assistant remembers of them.

use bailing_credit::graph::Status;
use bailing_credit::import::Owner;
use bailing_credit::{Conduct, Conversation, Terms};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Store;
use super::audit::{Entry, append};
use super::turns::{self, Turn};
use crate::config::MerchantSeed;

/// A merchant as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct MerchantRow {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) person: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) industry: Option<String>,
    pub(crate) stage: String,
    pub(crate) base_quota: i64,
    /// JSON object: a [`Loan`].
    pub(crate) loan: String,
    pub(crate) change: i64,
}

/// What the bank knows of a merchant's loan, and what it makes of the merchant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Loan {
    /// Repayments, arrears, use and idleness, as the case's schema has them; `told` is kept by the server.
    pub(crate) conduct: Conduct,
    /// `yearly_rate_basis_points` and `early_repayment_fee`, yuan.
    pub(crate) terms: Option<Terms>,
    /// `verified`, `standing_per_mille`, `cheated`, `overdue`: what others' quotas make of trading with it.
    pub(crate) status: Status,
}

/// All that the bank knows of a merchant, and who says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Changed<'a> {
    pub(crate) merchant: &'a MerchantSeed,
    pub(crate) code: Option<&'a str>,
    pub(crate) loan: &'a Loan,
    pub(crate) by: &'a str,
}

const COLUMNS: &str =
    "SELECT id, name, person, code, industry, stage, base_quota, loan, change FROM merchants";

/// The number of a change that comes after all others.
const NEXT_CHANGE: &str = "(SELECT coalesce(max(change), 0) + 1 FROM merchants)";

impl MerchantRow {
    /// Whose statements are the merchant's.
    pub(crate) fn owner(&self) -> Owner<'_> {
        let name = self.name.as_deref().unwrap_or_default();
        Owner { name, person: self.person.as_deref(), account: None }
    }

    pub(crate) fn loan(&self) -> Result<Loan, sqlx::Error> {
        serde_json::from_str(&self.loan).map_err(|error| sqlx::Error::Decode(Box::new(error)))
    }
}

impl Store {
    /// Makes merchants known; one that is known keeps its facts and its loan and takes the new values.
    pub(crate) async fn seed(&self, merchants: &[MerchantSeed]) -> Result<(), sqlx::Error> {
        let mut transaction = self.begin().await?;
        turns::take(&mut transaction, Turn::Log).await?;
        for merchant in merchants {
            let query = format!(
                "INSERT INTO merchants (id, name, person, industry, stage, base_quota, change)
                 VALUES ($1, $2, $3, $4, $5, $6, {NEXT_CHANGE})
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, person = excluded.person,
                     industry = excluded.industry, stage = excluded.stage,
                     base_quota = excluded.base_quota, change = excluded.change"
            );
            sqlx::query(sqlx::AssertSqlSafe(query))
                .bind(&merchant.id)
                .bind(&merchant.name)
                .bind(&merchant.person)
                .bind(&merchant.industry)
                .bind(if merchant.starting { "starting" } else { "established" })
                .bind(i64::from(merchant.base_quota))
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await
    }

    /// Makes a merchant known or changes it. True where it was not known.
    pub(crate) async fn put_merchant(
        &self,
        changed: &Changed<'_>,
        now: i64,
    ) -> Result<bool, sqlx::Error> {
        let Changed { merchant, code, loan, by } = *changed;
        let body =
            serde_json::to_string(loan).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        let mut transaction = self.begin().await?;
        turns::take(&mut transaction, Turn::Log).await?;
        let known: Option<i64> =
            sqlx::query_scalar("SELECT CAST(1 AS BIGINT) FROM merchants WHERE id = $1")
                .bind(&merchant.id)
                .fetch_optional(&mut *transaction)
                .await?;
        let query = format!(
            "INSERT INTO merchants
                 (id, name, person, code, industry, stage, base_quota, loan, change)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, {NEXT_CHANGE})
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, person = excluded.person,
                 code = excluded.code, industry = excluded.industry, stage = excluded.stage,
                 base_quota = excluded.base_quota, loan = excluded.loan, change = excluded.change"
        );
        sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(&merchant.id)
            .bind(&merchant.name)
            .bind(&merchant.person)
            .bind(code)
            .bind(&merchant.industry)
            .bind(if merchant.starting { "starting" } else { "established" })
            .bind(i64::from(merchant.base_quota))
            .bind(body)
            .execute(&mut *transaction)
            .await?;
        let entry = Entry {
            at: now,
            actor: by,
            action: if known.is_some() { "merchant.changed" } else { "merchant.added" },
            subject: &format!("merchant:{}", merchant.id),
            detail: json!({ "base_quota": merchant.base_quota }),
        };
        append(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(known.is_none())
    }

    pub(crate) async fn merchant(&self, id: &str) -> Result<Option<MerchantRow>, sqlx::Error> {
        let query = format!("{COLUMNS} WHERE id = $1");
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(&self.reader).await
    }

    /// Merchants that changed after a change.
    pub(crate) async fn merchants_after(
        &self,
        change: i64,
        count: i64,
    ) -> Result<Vec<MerchantRow>, sqlx::Error> {
        let query = format!("{COLUMNS} WHERE change > $1 ORDER BY change LIMIT $2");
        sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(change)
            .bind(count)
            .fetch_all(&self.reader)
            .await
    }

    /// Of which reductions a merchant was told, and when.
    pub(crate) async fn told(&self, id: &str) -> Result<Vec<(String, String)>, sqlx::Error> {
        sqlx::query_as("SELECT code, day FROM told WHERE merchant_id = $1")
            .bind(id)
            .fetch_all(&self.reader)
            .await
    }

    /// Remembers what a merchant is told of, and forgets what stands no longer: were it to come again, it would be told
    /// again.
    pub(crate) async fn tell(
        &self,
        id: &str,
        codes: &[&str],
        day: &str,
        now: i64,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = self.begin().await?;
        let told: Vec<String> = sqlx::query_scalar("SELECT code FROM told WHERE merchant_id = $1")
            .bind(id)
            .fetch_all(&mut *transaction)
            .await?;
        for over in told.iter().filter(|code| !codes.contains(&code.as_str())) {
            sqlx::query("DELETE FROM told WHERE merchant_id = $1 AND code = $2")
                .bind(id)
                .bind(over)
                .execute(&mut *transaction)
                .await?;
        }
        for code in codes {
            let told = sqlx::query(
                "INSERT INTO told (merchant_id, code, day) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            )
            .bind(id)
            .bind(code)
            .bind(day)
            .execute(&mut *transaction)
            .await?;
            if told.rows_affected() == 1 {
                let entry = Entry {
                    at: now,
                    actor: "server",
                    action: "reduction.told",
                    subject: &format!("merchant:{id}"),
                    detail: json!({ "code": code, "day": day }),
                };
                append(&mut transaction, entry).await?;
            }
        }
        transaction.commit().await
    }

    /// What the assistant remembers of a merchant.
    pub(crate) async fn conversation(&self, id: &str) -> Result<Option<Conversation>, sqlx::Error> {
        let state: Option<String> =
            sqlx::query_scalar("SELECT state FROM conversations WHERE merchant_id = $1")
                .bind(id)
                .fetch_optional(&self.reader)
                .await?;
        // What an earlier version remembered and this one cannot read is forgotten.
        Ok(state.and_then(|state| serde_json::from_str(&state).ok()))
    }

    pub(crate) async fn remember_conversation(
        &self,
        id: &str,
        conversation: &Conversation,
        now: i64,
    ) -> Result<(), sqlx::Error> {
        let state = serde_json::to_string(conversation)
            .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        sqlx::query(
            "INSERT INTO conversations (merchant_id, state, spoken_at) VALUES ($1, $2, $3)
             ON CONFLICT (merchant_id) DO UPDATE SET state = excluded.state,
                 spoken_at = excluded.spoken_at",
        )
        .bind(id)
        .bind(state)
        .bind(now)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}
