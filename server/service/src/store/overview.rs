//! What the console counts.

use super::{Dialect, Store};

/// What became of a bundle, without what its pictures show.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Fate {
    /// None until it is decided.
    pub(crate) verdict: Option<String>,
    /// JSON array of codes.
    pub(crate) reasons: Option<String>,
    /// What a person decided: `accepted`, `rejected` or `forged`.
    pub(crate) ruling: Option<String>,
    pub(crate) grade: String,
    pub(crate) received_at: i64,
    pub(crate) decided_at: Option<i64>,
}

impl Store {
    /// What became of the newest bundles that were not erased.
    pub(crate) async fn fates(&self, count: i64) -> Result<Vec<Fate>, sqlx::Error> {
        sqlx::query_as(match self.dialect {
            Dialect::Sqlite => {
                "SELECT b.verdict, json_extract(b.decision, '$.verdict.reasons') AS reasons,
                     json_extract(b.review, '$.ruling') AS ruling,
                     k.grade, b.received_at, b.decided_at
                 FROM bundles AS b JOIN keys AS k ON k.key_id = b.key_id
                 WHERE b.erased_at IS NULL ORDER BY b.received_at DESC LIMIT $1"
            }
            Dialect::Postgres => {
                "SELECT b.verdict,
                     CAST(CAST(b.decision AS jsonb) -> 'verdict' -> 'reasons' AS TEXT) AS reasons,
                     CAST(b.review AS jsonb) ->> 'ruling' AS ruling,
                     k.grade, b.received_at, b.decided_at
                 FROM bundles AS b JOIN keys AS k ON k.key_id = b.key_id
                 WHERE b.erased_at IS NULL ORDER BY b.received_at DESC LIMIT $1"
            }
        })
        .bind(count)
        .fetch_all(&self.reader)
        .await
    }

    /// How often each code was refused, among the refusals that are kept.
    pub(crate) async fn refusal_counts(&self) -> Result<Vec<(String, i64)>, sqlx::Error> {
        sqlx::query_as("SELECT code, count(*) FROM refusals GROUP BY code ORDER BY 2 DESC, 1")
            .fetch_all(&self.reader)
            .await
    }
}
