//! A person's decision on a bundle that the checks left open.

use axum::http::StatusCode;
use bailing_credit::Standing;
use bailing_vision::Severity;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use super::consistency;
use super::decide::WorkError;
use super::decision::BundleDecision;
use super::proof::{Pictures, weigh};
use crate::clock;
use crate::problem::Problem;
use crate::state::State;
use crate::store::Reviewed;

/// Longest note, characters.
const LONGEST_NOTE: usize = 2_000;

/// What a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// What was read of its pictures counts.
    Accepted,
    /// It does not count.
    Rejected,
    /// It is a forgery: it does not count, and nothing raises the quota while it stands.
    Forged,
}

/// What a person has decided, as the merchant sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// What was decided.
    pub ruling: Ruling,
    /// RFC 3339.
    pub at: String,
}

/// Why a ruling was not taken.
#[derive(Debug, Error)]
pub(crate) enum ReviewError {
    #[error("no such bundle was taken in")]
    Unknown,
    #[error("a note has at most 2,000 characters")]
    LongNote,
    #[error("nobody has to decide on this bundle: it was decided, or taken back by its merchant")]
    NotWaiting,
    #[error(transparent)]
    Work(#[from] WorkError),
}

/// Decides on a bundle. `by` is who, `note` why: for the bank, not for the merchant.
pub(crate) async fn review(
    state: &State,
    sha256: &[u8; 32],
    ruling: Ruling,
    by: &str,
    note: &str,
) -> Result<BundleDecision, ReviewError> {
    if note.chars().count() > LONGEST_NOTE {
        return Err(ReviewError::LongNote);
    }
    let failed = |error: sqlx::Error| ReviewError::Work(error.into());
    let row = state.store.bundle(sha256).await.map_err(failed)?.ok_or(ReviewError::Unknown)?;
    let text = row.decision.as_deref().ok_or(ReviewError::NotWaiting)?;
    let mut decision: BundleDecision =
        serde_json::from_str(text).map_err(|error| ReviewError::Work(error.into()))?;
    if decision.verdict.severity() != Severity::Review || decision.review.is_some() {
        return Err(ReviewError::NotWaiting);
    }
    let key = state.store.key(&row.key_id).await.map_err(failed)?.ok_or(ReviewError::Unknown)?;
    let hashes = state.store.picture_hashes(sha256).await.map_err(failed)?;
    let taken = clock::day_of(row.received_at);
    let standing = match ruling {
        Ruling::Forged => Standing::Forged,
        Ruling::Accepted | Ruling::Rejected => Standing::Accepted,
    };
    let pictures = Pictures { row: &row, grade: &key.grade, taken, hashes: &hashes, standing };
    // What should be taken again was not read, and a person's word does not make it readable.
    let counting = decision
        .images
        .iter()
        .enumerate()
        .filter(|(_, image)| {
            ruling != Ruling::Rejected && image.verdict.severity() <= Severity::Review
        })
        .filter_map(|(at, image)| {
            let read = image.recognition.as_ref()?;
            Some((consistency::voucher(sha256, at, read)?, read))
        })
        .collect();
    let proof = weigh(state, &pictures, counting).await?;
    let now = clock::seconds();
    decision.quota_before = proof.quota_before;
    decision.quota = proof.quota;
    decision.review = Some(Review { ruling, at: clock::rfc3339(now) });
    let text = serde_json::to_string(&decision).map_err(|error| ReviewError::Work(error.into()))?;
    let reviewed = Reviewed {
        merchant_id: &row.merchant_id,
        decision: &text,
        ruling,
        by,
        note,
        quota: decision.quota.quota,
        facts: &proof.facts,
        vouchers: &proof.vouchers,
    };
    match state.store.review(sha256, &reviewed, now).await.map_err(failed)? {
        true => Ok(decision),
        false => Err(ReviewError::NotWaiting),
    }
}

impl From<ReviewError> for Problem {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::Unknown => {
                Self::new(StatusCode::NOT_FOUND, "bundle_unknown", error.to_string())
            }
            ReviewError::LongNote => {
                Self::new(StatusCode::BAD_REQUEST, "request_malformed", error.to_string())
            }
            ReviewError::NotWaiting => {
                Self::new(StatusCode::CONFLICT, "review_not_waiting", error.to_string())
            }
            ReviewError::Work(error) => Self::internal(error),
        }
    }
}
