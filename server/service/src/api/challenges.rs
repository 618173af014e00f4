//! `POST /api/v1/challenges`: something for a new key to sign.

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::encode;
use crate::clock;
use crate::problem::Problem;
use crate::state::Shared;

/// How long a challenge may be answered, seconds.
const LIFE: i64 = 300;

/// A challenge.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Challenge {
    /// 32 random bytes, base64url.
    challenge: String,
    /// RFC 3339.
    expires_at: String,
}

/// Gives out a challenge, for one enrolment within five minutes.
#[utoipa::path(
    post,
    path = "/api/v1/challenges",
    responses((status = 201, body = Challenge), (status = 429, body = Problem))
)]
pub(super) async fn create(
    Extract(state): Extract<Shared>,
) -> Result<(StatusCode, Json<Challenge>), Problem> {
    let challenge = clock::random::<32>().ok_or_else(|| Problem::internal("no randomness"))?;
    let now = clock::seconds();
    state.store.add_challenge(&challenge, now, now + LIFE).await?;
    let answer =
        Challenge { challenge: encode(&challenge), expires_at: clock::rfc3339(now + LIFE) };
    Ok((StatusCode::CREATED, Json(answer)))
}
