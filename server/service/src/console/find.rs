//! `/find`: to a merchant by its id, or to a bundle by its hash.

use axum::extract::{Query, State as Extract};
use axum::http::StatusCode;
use axum::response::Redirect;
use serde::Deserialize;

use super::access::Reviewer;
use super::failure::Failed;
use super::shown::encoded;
use crate::problem::Problem;
use crate::state::Shared;

/// What is looked for.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
}

/// The way there.
pub(super) async fn find(
    Extract(state): Extract<Shared>,
    _: Reviewer,
    Query(Wanted { q }): Query<Wanted>,
) -> Result<Redirect, Failed> {
    let wanted = q.trim();
    if state.store.merchant(wanted).await?.is_some() {
        return Ok(Redirect::to(&format!("/merchants/{}", encoded(wanted))));
    }
    let sha256 = hex::decode(wanted).unwrap_or_default();
    if state.store.bundle(&sha256).await?.is_some() {
        return Ok(Redirect::to(&format!("/bundles/{}", hex::encode(sha256))));
    }
    let detail = "no merchant of that id and no bundle of that hash (all 64 digits of it)";
    Err(Problem::new(StatusCode::NOT_FOUND, "not_found", detail).into())
}
