//! The database: SQLite, one writer.
//!
//! Writers queue for one connection and begin `IMMEDIATE`: SQLite refuses to turn a read into a write
//! under another writer, and then a time-out does not help. Readers have connections of their own.

mod audit;
mod bundles;
mod consents;
mod data_keys;
mod enrolment;
mod facts;
mod jobs;
mod merchants;
mod overview;
mod particulars;
mod prototypes;
mod uploads;
mod vouchers;

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

pub(crate) use audit::{AuditRow, Entry, Followed};
pub(crate) use bundles::{Arrival, ArrivalError, BundleRow, RefusalRow, Reviewed, Settled};
pub(crate) use consents::{Consent, ConsentRow, Scope};
pub(crate) use enrolment::{Enrolled, KeyRow};
pub(crate) use facts::{FactChange, Import};
pub(crate) use jobs::Job;
pub(crate) use merchants::{Changed, Loan, MerchantRow};
pub(crate) use overview::Fate;
pub(crate) use particulars::Particulars;
pub(crate) use prototypes::{Enrolling, PrototypeRow};
pub(crate) use uploads::{UploadRoom, UploadRow, Vouched};
pub(crate) use vouchers::Voucher;

/// The database's two pools.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    writer: SqlitePool,
    reader: SqlitePool,
}

impl Store {
    /// Opens the database file, made and migrated as needed.
    pub(crate) async fn open(file: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .foreign_keys(true)
            // What was erased is overwritten, not only left out.
            .pragma("secure_delete", "ON")
            .journal_mode(SqliteJournalMode::Wal)
            // What was answered must survive the power going.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10));
        let writer =
            SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!("./migrations").run(&writer).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self { writer, reader })
    }

    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    /// Whether the database answers.
    pub(crate) async fn is_ready(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.reader).await.is_ok()
    }

    /// Overwrites what the write-ahead log still holds of what was erased.
    pub(crate) async fn overwrite_log(&self) -> Result<(), sqlx::Error> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await.map(|_| ())
    }

    /// Waits for what is under way, and closes.
    pub(crate) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// This server's secret of that name, made from `fresh` at the first call ever.
    pub(crate) async fn secret(
        &self,
        name: &str,
        fresh: [u8; 32],
    ) -> Result<[u8; 32], sqlx::Error> {
        sqlx::query("INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(name)
            .bind(&fresh[..])
            .execute(&self.writer)
            .await?;
        let value: Vec<u8> = sqlx::query_scalar("SELECT value FROM secrets WHERE name = ?")
            .bind(name)
            .fetch_one(&self.writer)
            .await?;
        value.try_into().map_err(|_| sqlx::Error::Protocol("a secret of another length".to_owned()))
    }
}
