//! The database: SQLite in a file, one writer, or PostgreSQL for any number of processes.
//!
//! All SQL is of the dialect that both have; where they differ, [`Dialect`] says so. Over SQLite writers queue for one
//! connection and begin `IMMEDIATE`: it refuses to turn a read into a write under another writer, and then a time-out does
//! not help. Over PostgreSQL transactions are `READ COMMITTED` and take [`turns`] where they must not overlap.

mod audit;
mod bundles;
mod consents;
mod data_keys;
mod enrolment;
mod facts;
mod jobs;
mod light;
mod merchants;
mod names;
mod overview;
mod particulars;
mod pictures;
mod prototypes;
mod turns;
mod uploads;
mod vouchers;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Any, AnyPool, ConnectOptions, Transaction};

pub(crate) use audit::{AuditRow, Entry, Followed};
pub(crate) use bundles::{Arrival, ArrivalError, BundleRow, RefusalRow, Reviewed, Settled};
pub(crate) use consents::{Consent, ConsentRow, Scope};
pub(crate) use enrolment::{Enrolled, KeyRow};
pub(crate) use facts::{FactChange, Import};
pub(crate) use jobs::Job;
pub(crate) use merchants::{Changed, Loan, MerchantRow};
pub(crate) use names::stored_by_name;
pub(crate) use overview::Fate;
pub(crate) use particulars::Particulars;
pub(crate) use pictures::Seen;
pub(crate) use prototypes::{Enrolling, PrototypeRow};
pub(crate) use uploads::{Beginning, Begun, UnsignedRoom, UploadRoom, UploadRow, Vouched};
pub(crate) use vouchers::Voucher;

/// Where the database is.
#[derive(Clone)]
pub(crate) enum Place {
    /// A file, made as needed.
    File(PathBuf),
    /// `postgres://…`.
    Postgres(String),
}

/// The database's two pools; one and the same where writers need not queue.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    writer: AnyPool,
    reader: AnyPool,
    dialect: Dialect,
}

/// What the two databases do not say alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

/// What a connection to SQLite is told first.
const PRAGMAS: &[&str] = &[
    "PRAGMA busy_timeout = 10000",
    "PRAGMA foreign_keys = ON",
    // What was erased is overwritten, not only left out.
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_mode = WAL",
    WAIT_FOR_DISK,
];

/// What was answered must survive the power going.
const WAIT_FOR_DISK: &str = "PRAGMA synchronous = FULL";

/// Connections to PostgreSQL of one process.
const CONNECTIONS: u32 = 16;

/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

impl Store {
    /// Opens the database, made and migrated as needed.
    pub(crate) async fn open(place: &Place) -> Result<Self, sqlx::Error> {
        sqlx::any::install_default_drivers();
        match place {
            Place::File(file) => Self::sqlite(file).await,
            Place::Postgres(url) => Self::postgres(url).await,
        }
    }

    async fn sqlite(file: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let url = |read_only| options.clone().read_only(read_only).to_url_lossy();
        let pool = |most| {
            AnyPoolOptions::new()
                .max_connections(most)
                // A file does not hang up.
                .test_before_acquire(false)
                .after_connect(|connection, _| {
                    Box::pin(async move {
                        for pragma in PRAGMAS {
                            sqlx::query(*pragma).execute(&mut *connection).await?;
                        }
                        Ok(())
                    })
                })
        };
        // A light write has told it otherwise.
        let writer = pool(1).before_acquire(|connection, _| {
            Box::pin(
                async move { sqlx::query(WAIT_FOR_DISK).execute(connection).await.map(|_| true) },
            )
        });
        let writer = writer.connect_with(AnyConnectOptions::from_url(&url(false))?).await?;
        sqlx::migrate!("./migrations/sqlite").run(&writer).await?;
        let reader = pool(4).connect_with(AnyConnectOptions::from_url(&url(true))?).await?;
        Ok(Self { writer, reader, dialect: Dialect::Sqlite })
    }

    async fn postgres(url: &str) -> Result<Self, sqlx::Error> {
        let options = AnyConnectOptions::from_str(url)?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        sqlx::migrate!("./migrations/postgres").run(&pool).await?;
        Ok(Self { writer: pool.clone(), reader: pool, dialect: Dialect::Postgres })
    }

    async fn begin(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        match self.dialect {
            Dialect::Sqlite => self.writer.begin_with("BEGIN IMMEDIATE").await,
            Dialect::Postgres => self.writer.begin().await,
        }
    }

    /// Whether the database answers.
    pub(crate) async fn is_ready(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.reader).await.is_ok()
    }

    /// Overwrites what SQLite's write-ahead log still holds of what was erased. PostgreSQL's goes with its own vacuum and
    /// checkpoints.
    pub(crate) async fn overwrite_log(&self) -> Result<(), sqlx::Error> {
        if self.dialect == Dialect::Sqlite {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await?;
        }
        Ok(())
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
        sqlx::query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(name)
            .bind(&fresh[..])
            .execute(&self.writer)
            .await?;
        let value: Vec<u8> = sqlx::query_scalar("SELECT value FROM secrets WHERE name = $1")
            .bind(name)
            .fetch_one(&self.writer)
            .await?;
        value.try_into().map_err(|_| sqlx::Error::Protocol("a secret of another length".to_owned()))
    }
}

/// A database for one test, with a merchant `m`: of SQLite, or under `tests/scale` of PostgreSQL.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "`tests/scale` says by the environment where it is")]
pub(crate) async fn for_test() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let place = match std::env::var("BAILING_TEST_POSTGRES") {
        Err(_) => Place::File(folder.path().join("test.db")),
        Ok(all) => {
            let name = format!("unit_{}", hex::encode(crate::clock::random::<8>().expect("bytes")));
            sqlx::any::install_default_drivers();
            let pool = AnyPool::connect(&all).await.expect("the server");
            let make = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
            sqlx::query(make).execute(&pool).await.expect("a database");
            let (server, _) = all.rsplit_once('/').expect("postgres://server/database");
            Place::Postgres(format!("{server}/{name}"))
        }
    };
    let store = Store::open(&place).await.expect("a database");
    let merchant = crate::config::MerchantSeed {
        id: "m".to_owned(),
        name: None,
        person: None,
        industry: None,
        starting: false,
        base_quota: 1,
    };
    store.seed(&[merchant]).await.expect("a merchant");
    (folder, store)
}
