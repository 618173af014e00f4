//! `GET /api/v1/policy`: what the bank asks of its phones.

use axum::extract::State as Extract;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use bailing_evidence::policy::MEDIA_TYPE;

use crate::problem::Problem;
use crate::state::Shared;

/// The bank's policy, signed: when checks object, and which proofs it takes. `SPEC.md` §10 of the evidence format.
#[utoipa::path(
    get,
    path = "/api/v1/policy",
    responses(
        (status = 200, description = "the policy (COSE_Sign1)", content_type = "application/cose", body = Vec<u8>),
        (status = 404, body = Problem, description = "the bank has published none that holds")
    )
)]
pub(super) async fn show(Extract(state): Extract<Shared>) -> Result<impl IntoResponse, Problem> {
    let document = state.policy.as_ref().and_then(|policy| policy.document());
    let document = document.ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "the bank has published no policy that holds",
        )
    })?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], document))
}
