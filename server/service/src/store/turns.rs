//! Turns: a transaction that has taken one keeps it to its end, and whoever wants it meanwhile waits.
//!
//! What is numbered under a turn is seen in the order of its numbers: whoever has read up to a number has missed none
//! before it.

use sqlx::{Any, Database, Sqlite, Transaction};

/// What only one transaction does at a time.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn {
    /// Adds to the log, and gives out the numbers by which graphs catch up. Taken last, or first and alone, so that nobody
    /// who has it waits for somebody who wants it.
    Log,
    /// Counts uploads that were begun.
    Uploads,
    /// Counts enrolled classes and their photos.
    Prototypes,
}

/// Waits for the turn.
pub(super) async fn take(
    transaction: &mut Transaction<'_, Any>,
    turn: Turn,
) -> Result<(), sqlx::Error> {
    // Over SQLite a writer is alone anyway; over PostgreSQL the row is locked.
    if transaction.backend_name() == Sqlite::NAME {
        return Ok(());
    }
    let name = match turn {
        Turn::Log => "log",
        Turn::Uploads => "uploads",
        Turn::Prototypes => "prototypes",
    };
    let taken = sqlx::query("UPDATE turns SET taken = taken + 1 WHERE name = $1")
        .bind(name)
        .execute(&mut **transaction)
        .await?;
    if taken.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}
