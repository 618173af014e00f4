//! The log of what happened: rows are added and never changed, and each carries the hash of itself and of the row before,
//! so that none can be changed, left out or exchanged without all that follow telling. Whoever writes the newest hash
//! down elsewhere finds a log that was cut off at its end, too.

use ring::digest::{Context, SHA256};
use serde_json::Value;
use sqlx::{Any, Transaction};

use super::Store;
use super::turns::{self, Turn};

/// Rows that are read at once.
const PAGE: i64 = 1_000;

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    /// Seconds since 1970.
    pub(crate) at: i64,
    /// `merchant:` and an id, `operator`, or `server`.
    pub(crate) actor: &'a str,
    /// What was done, as `consent.withdrawn`.
    pub(crate) action: &'static str,
    /// To what: an item, a merchant, a key.
    pub(crate) subject: &'a str,
    /// Codes and numbers. Nothing that a paper says or a merchant said.
    pub(crate) detail: Value,
}

/// A row as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct AuditRow {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) detail: String,
    pub(crate) hash: Vec<u8>,
}

/// How far a log was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// To its end: the last row's number and hash; 0 and zeros for an empty log.
    Whole { seq: i64, hash: [u8; 32] },
    /// To the row before this one, which is not what was written, or is not there.
    Broken { seq: i64 },
}

impl AuditRow {
    /// What the row's hash must be after a row of that hash.
    fn chained(&self, previous: &[u8; 32]) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        context.update(previous);
        context.update(&self.seq.to_be_bytes());
        context.update(&self.at.to_be_bytes());
        for text in [&self.actor, &self.action, &self.subject, &self.detail] {
            context.update(&(text.len() as u64).to_be_bytes());
            context.update(text.as_bytes());
        }
        let mut hash = [0; 32];
        for (to, from) in hash.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        hash
    }
}

/// Adds an entry, within the transaction that does what it tells; its number.
pub(super) async fn append(
    transaction: &mut Transaction<'_, Any>,
    entry: Entry<'_>,
) -> Result<i64, sqlx::Error> {
    turns::take(transaction, Turn::Log).await?;
    let last: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&mut **transaction)
            .await?;
    let (seq, previous) = last.unwrap_or_default();
    let mut row = AuditRow {
        seq: seq.saturating_add(1),
        at: entry.at,
        actor: entry.actor.to_owned(),
        action: entry.action.to_owned(),
        subject: entry.subject.to_owned(),
        detail: entry.detail.to_string(),
        hash: Vec::new(),
    };
    row.hash = row.chained(&as_hash(&previous)).to_vec();
    sqlx::query(
        "INSERT INTO audit (seq, at, actor, action, subject, detail, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row.seq)
    .bind(row.at)
    .bind(row.actor)
    .bind(row.action)
    .bind(row.subject)
    .bind(row.detail)
    .bind(row.hash)
    .execute(&mut **transaction)
    .await?;
    Ok(seq.saturating_add(1))
}

fn as_hash(bytes: &[u8]) -> [u8; 32] {
    bytes.try_into().unwrap_or_default()
}

impl Store {
    /// Tells what happened where nothing else is stored about it.
    pub(crate) async fn log(&self, entry: Entry<'_>) -> Result<(), sqlx::Error> {
        let mut transaction = self.begin().await?;
        append(&mut transaction, entry).await?;
        transaction.commit().await
    }

    /// The log after a row, the oldest first.
    pub(crate) async fn audit_after(
        &self,
        seq: i64,
        count: i64,
    ) -> Result<Vec<AuditRow>, sqlx::Error> {
        sqlx::query_as(
            "SELECT seq, at, actor, action, subject, detail, hash FROM audit
             WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(seq)
        .bind(count)
        .fetch_all(&self.reader)
        .await
    }

    /// The log before a row, the newest first.
    pub(crate) async fn audit_before(
        &self,
        seq: i64,
        count: i64,
    ) -> Result<Vec<AuditRow>, sqlx::Error> {
        sqlx::query_as(
            "SELECT seq, at, actor, action, subject, detail, hash FROM audit
             WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
        )
        .bind(seq)
        .bind(count)
        .fetch_all(&self.reader)
        .await
    }

    /// What the log tells of a merchant, and of all that was ever the merchant's, the oldest first.
    pub(crate) async fn audit_of(&self, merchant_id: &str) -> Result<Vec<AuditRow>, sqlx::Error> {
        let merchant = format!("merchant:{merchant_id}");
        sqlx::query_as(
            "SELECT seq, at, actor, action, subject, detail, hash FROM audit
             WHERE actor = $1 OR subject = $1 OR (
                 subject IN (SELECT item FROM consents WHERE merchant_id = $2 AND item IS NOT NULL)
                 -- Two merchants may have sent the same file.
                 AND actor NOT LIKE 'merchant:%'
             ) ORDER BY seq",
        )
        .bind(merchant)
        .bind(merchant_id)
        .fetch_all(&self.reader)
        .await
    }

    /// Follows the chain from its beginning, or to the first row that does not belong.
    pub(crate) async fn follow_audit(
        &self,
        mut passed: impl FnMut(i64, &[u8; 32]),
    ) -> Result<Followed, sqlx::Error> {
        let (mut seq, mut hash) = (0, [0; 32]);
        loop {
            let rows = self.audit_after(seq, PAGE).await?;
            if rows.is_empty() {
                return Ok(Followed::Whole { seq, hash });
            }
            for row in rows {
                let next = row.chained(&hash);
                if row.seq != seq.saturating_add(1) || next[..] != row.hash[..] {
                    return Ok(Followed::Broken { seq: seq.saturating_add(1) });
                }
                (seq, hash) = (row.seq, next);
                passed(seq, &hash);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Dialect, for_test};
    use super::*;

    async fn log_of(count: u8) -> (tempfile::TempDir, Store) {
        let (folder, store) = for_test().await;
        for at in 0..count {
            let subject = format!("merchant:{at}");
            let (actor, action) = ("operator", "merchant.changed");
            let detail = json!({ "at": at });
            let entry = Entry { at: i64::from(at), actor, action, subject: &subject, detail };
            store.log(entry).await.expect("logged");
        }
        (folder, store)
    }

    /// What somebody who has the database may try, past the triggers.
    async fn meddle(store: &Store, sql: &'static str) {
        let past: &[&str] = match store.dialect {
            Dialect::Sqlite => {
                &["DROP TRIGGER audit_is_not_changed", "DROP TRIGGER audit_is_not_shortened"]
            }
            Dialect::Postgres => &["DROP TRIGGER audit_is_kept_as_it_is ON audit"],
        };
        for sql in past {
            sqlx::query(*sql).execute(&store.writer).await.expect("dropped");
        }
        sqlx::query(sql).execute(&store.writer).await.expect("changed");
    }

    #[tokio::test]
    async fn a_log_that_nobody_changed_is_followed_to_its_end() {
        let (_folder, store) = log_of(0).await;
        let empty = Followed::Whole { seq: 0, hash: [0; 32] };
        assert_eq!(store.follow_audit(|_, _| ()).await.expect("a log"), empty);
        let (_folder, store) = log_of(5).await;
        let mut hashes = Vec::new();
        let followed = store.follow_audit(|seq, hash| hashes.push((seq, *hash))).await;
        let Ok(Followed::Whole { seq: 5, hash }) = followed else { panic!("{followed:?}") };
        assert_eq!(hashes.last(), Some(&(5, hash)));
    }

    #[tokio::test]
    async fn every_change_shows_where_it_was_made() {
        for (sql, seq) in [
            ("UPDATE audit SET actor = 'merchant:x' WHERE seq = 3", 3),
            ("UPDATE audit SET at = at + 1 WHERE seq = 1", 1),
            ("UPDATE audit SET detail = '{}' WHERE seq = 5", 5),
            ("UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 1) WHERE seq = 2", 2),
            ("DELETE FROM audit WHERE seq = 4", 4),
            ("DELETE FROM audit WHERE seq = 1", 1),
            ("UPDATE audit SET seq = 9 WHERE seq = 5", 5),
        ] {
            let (_folder, store) = log_of(5).await;
            meddle(&store, sql).await;
            let followed = store.follow_audit(|_, _| ()).await.expect("a log");
            assert_eq!(followed, Followed::Broken { seq }, "{sql}");
        }
    }

    #[tokio::test]
    async fn the_database_itself_keeps_rows_as_they_are() {
        let (_folder, store) = log_of(2).await;
        for sql in ["UPDATE audit SET actor = ''", "DELETE FROM audit"] {
            assert!(sqlx::query(sql).execute(&store.writer).await.is_err(), "{sql}");
        }
    }
}
