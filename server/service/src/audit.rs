//! `bailing-server audit verify`: whether the log of what happened is whole.

use std::str::FromStr;

use thiserror::Error;

use crate::config::Config;
use crate::store::{Followed, Place, Store};

/// A row of the log and its hash, as somebody wrote them down: `1234:` and 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The row's number, counted from 1.
    pub seq: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// Why the log cannot be trusted, or not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuditError {
    /// There is no database.
    #[error("{0} is not there: name the server's data folder")]
    Missing(String),
    /// It cannot be read.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// A row is not what was written.
    #[error(
        "row {0} is missing or was changed: keep this database and a backup of before, and look"
    )]
    Broken(i64),
    /// The log does not have the row that was written down elsewhere.
    #[error("row {0} is not the one that was written down: the log was cut off or replaced")]
    NotTheSame(i64),
}

impl FromStr for Head {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once(':').and_then(|(seq, hash)| {
            let hash = hex::decode(hash).ok()?.try_into().ok()?;
            Some(Self { seq: seq.parse().ok()?, hash })
        });
        parsed.ok_or("a row's number, a colon, and 64 hexadecimal digits")
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.seq, hex::encode(self.hash))
    }
}

/// Follows the log from its first row, and through `expected` where it is given. The last row.
pub async fn audit(config: &Config, expected: Option<Head>) -> Result<Head, AuditError> {
    let place = config.place();
    if let Place::File(file) = &place
        && !file.exists()
    {
        return Err(AuditError::Missing(file.display().to_string()));
    }
    let store = Store::open(&place).await?;
    let mut passed = expected.is_none();
    let followed = store
        .follow_audit(|seq, hash| {
            passed |= expected.is_some_and(|head| head.seq == seq && head.hash == *hash);
        })
        .await;
    store.close().await;
    match followed? {
        Followed::Broken { seq } => Err(AuditError::Broken(seq)),
        Followed::Whole { .. } if !passed => {
            Err(AuditError::NotTheSame(expected.map_or(0, |head| head.seq)))
        }
        Followed::Whole { seq, hash } => Ok(Head { seq, hash }),
    }
}
