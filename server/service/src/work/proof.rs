//! What pictures prove that count, and what that does to the quota.

use bailing_credit::{Decision, Fact, Standing};
use bailing_recognition::{ObjectFinder, Recognition};
use time::Date;

use super::decide::WorkError;
use crate::case;
use crate::facts::{self, Picture};
use crate::relations::{self, News};
use crate::state::State;
use crate::store::{BundleRow, Voucher};

/// Pictures of one bundle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pictures<'a> {
    pub(super) row: &'a BundleRow,
    /// Grade of the key that signed them.
    pub(super) grade: &'a str,
    /// The day on which they were taken in.
    pub(super) taken: Date,
    /// Hashes of all of them, hexadecimal, in order.
    pub(super) hashes: &'a [String],
    /// What became of them.
    pub(super) standing: Standing,
}

/// What they prove.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) facts: Vec<Fact>,
    /// What they say, for later ones to be held against.
    pub(super) vouchers: Vec<Voucher>,
    /// The quota before, yuan.
    pub(super) quota_before: u64,
    /// The quota with it, and the reasons.
    pub(super) quota: Decision,
    /// Whether a voucher's number is one that another merchant gave, and was not before.
    pub(super) shares_number: bool,
}

/// Holds what was read of those pictures that count against what is known of the merchant.
pub(super) async fn weigh(
    state: &State,
    pictures: &Pictures<'_>,
    counting: Vec<(Voucher, &Recognition)>,
) -> Result<Proof, WorkError> {
    let Pictures { row, grade, taken, hashes, standing } = *pictures;
    let merchant = state.store.merchant(&row.merchant_id).await?;
    let merchant = merchant.ok_or(sqlx::Error::RowNotFound)?;
    let owner = merchant.owner();
    let taxonomy = state.recogniser.objects().map(ObjectFinder::taxonomy);
    let mut facts: Vec<Fact> = Vec::new();
    for (voucher, read) in &counting {
        let position = usize::try_from(voucher.position).unwrap_or_default();
        let picture = Picture { bundle: &row.sha256, position, grade, taken, owner };
        facts.extend(facts::of(&picture, read, &state.knowledge, taxonomy));
    }
    for fact in &mut facts {
        fact.standing = standing;
    }
    let vouchers = counting.into_iter().map(|(voucher, _)| voucher);
    let vouchers = match standing {
        Standing::Accepted => vouchers.filter(|voucher| !voucher.facts.is_empty()).collect(),
        // Nothing is held against a forgery.
        Standing::Forged => Vec::new(),
    };
    let device = hex::encode(&row.key_id);
    let news = News { facts: &facts, device: &device, pictures: hashes };
    let [now, then] = relations::with(state, &merchant, &news).await?;
    let shares_number = then.shared_numbers > now.shared_numbers;
    let before = case::with(state, &merchant, now, &[]).await?;
    let quota_before = bailing_credit::decide(&state.knowledge, &before)?.quota;
    let with_it = case::with(state, &merchant, then, &facts).await?;
    let quota = bailing_credit::decide(&state.knowledge, &with_it)?;
    Ok(Proof { facts, vouchers, quota_before, quota, shares_number })
}
