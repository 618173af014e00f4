//! Writes for which nobody waits until they are on the disk: were they lost with the power, whatever they led to would be
//! lost with them, or be done again.

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Transaction};

use super::{Dialect, Store};

/// A connection for one such write. What is written is seen by all at once, and reaches the disk with the next write for
/// which somebody waits.
pub(super) enum Light {
    /// The writer; the next to acquire it is made to wait for the disk again.
    Sqlite(PoolConnection<Any>),
    Postgres(Transaction<'static, Any>),
}

impl Light {
    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        match self {
            Self::Sqlite(connection) => connection,
            Self::Postgres(transaction) => transaction,
        }
    }

    /// Nothing is written without it.
    pub(super) async fn end(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(transaction) => transaction.commit().await,
        }
    }
}

impl Store {
    pub(super) async fn light(&self) -> Result<Light, sqlx::Error> {
        match self.dialect {
            Dialect::Sqlite => {
                let mut connection = self.writer.acquire().await?;
                sqlx::query("PRAGMA synchronous = NORMAL").execute(&mut *connection).await?;
                Ok(Light::Sqlite(connection))
            }
            Dialect::Postgres => {
                let mut transaction = self.writer.begin().await?;
                sqlx::query("SET LOCAL synchronous_commit TO OFF")
                    .execute(&mut *transaction)
                    .await?;
                Ok(Light::Postgres(transaction))
            }
        }
    }
}
