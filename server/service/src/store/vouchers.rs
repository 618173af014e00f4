//! What a merchant's accepted pictures say.

use bailing_recognition::Fact;
use sqlx::{Any, Transaction};

use super::Store;

/// Vouchers that a new one is held against: the newest.
const MOST_VOUCHERS: i64 = 300;

/// One picture's facts.
#[derive(Clone, Debug)]
pub(crate) struct Voucher {
    pub(crate) bundle: Vec<u8>,
    pub(crate) position: i64,
    pub(crate) kind: String,
    pub(crate) facts: Vec<Fact>,
}

impl Voucher {
    /// As decisions name it: the bundle's hash and the picture's place in it.
    pub(crate) fn id(&self) -> String {
        format!("{}-{}", hex::encode(&self.bundle), self.position)
    }
}

impl Store {
    /// What a merchant's newest accepted pictures say.
    pub(crate) async fn vouchers(&self, merchant_id: &str) -> Result<Vec<Voucher>, sqlx::Error> {
        let rows: Vec<(Vec<u8>, i64, String, String)> = sqlx::query_as(
            "SELECT v.bundle, v.position, v.kind, v.facts
             FROM vouchers AS v JOIN bundles AS b ON b.sha256 = v.bundle
             WHERE v.merchant_id = $1 ORDER BY b.arrived DESC, v.position DESC LIMIT $2",
        )
        .bind(merchant_id)
        .bind(MOST_VOUCHERS)
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter()
            .map(|(bundle, position, kind, facts)| {
                let facts = serde_json::from_str(&facts)
                    .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
                Ok(Voucher { bundle, position, kind, facts })
            })
            .collect()
    }
}

/// Remembers a voucher, within the transaction that stores its bundle's decision.
pub(super) async fn remember(
    transaction: &mut Transaction<'_, Any>,
    merchant_id: &str,
    voucher: &Voucher,
) -> Result<(), sqlx::Error> {
    let facts = serde_json::to_string(&voucher.facts)
        .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query(
        "INSERT INTO vouchers (bundle, position, merchant_id, kind, facts) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&voucher.bundle)
    .bind(voucher.position)
    .bind(merchant_id)
    .bind(&voucher.kind)
    .bind(facts)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
