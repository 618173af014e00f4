//! What a reviewer sees of a bundle besides its decision.

use super::Store;
use super::audit::AuditRow;

/// When things happened to a bundle, who decided on it, and the key that signed it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Particulars {
    pub(crate) sequence: i64,
    pub(crate) decided_at: Option<i64>,
    pub(crate) reviewed_at: Option<i64>,
    /// JSON object: who decided what, and the note.
    pub(crate) review: Option<String>,
    pub(crate) enrolled_at: i64,
    /// An App Attest key's last.
    pub(crate) counter: i64,
}

impl Store {
    /// The particulars of a bundle.
    pub(crate) async fn particulars(
        &self,
        bundle: &[u8],
    ) -> Result<Option<Particulars>, sqlx::Error> {
        sqlx::query_as(
            "SELECT b.sequence, b.decided_at, b.reviewed_at, b.review, k.enrolled_at, k.counter
             FROM bundles AS b JOIN keys AS k ON k.key_id = b.key_id WHERE b.sha256 = $1",
        )
        .bind(bundle)
        .fetch_optional(&self.reader)
        .await
    }

    /// What the log tells about one subject, the oldest first.
    pub(crate) async fn audit_about(
        &self,
        subject: &str,
        count: i64,
    ) -> Result<Vec<AuditRow>, sqlx::Error> {
        sqlx::query_as(
            "SELECT seq, at, actor, action, subject, detail, hash FROM audit
             WHERE subject = $1 ORDER BY seq LIMIT $2",
        )
        .bind(subject)
        .bind(count)
        .fetch_all(&self.reader)
        .await
    }
}
