//! `/healthz` and `/readyz`.

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::Shared;

/// What the service needs, and whether it has it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Readiness {
    /// `ready` or `failed`.
    database: &'static str,
    /// `ready` or `failed`.
    objects: &'static str,
    /// `ready`, or `absent`: vouchers then go to review.
    recognition: &'static str,
}

/// The process runs.
#[utoipa::path(get, path = "/healthz", responses((status = 200, body = str)))]
pub(super) async fn alive() -> &'static str {
    "alive"
}

/// The process can take and decide bundles. An absent recogniser does not make it unready.
#[utoipa::path(
    get,
    path = "/readyz",
    responses((status = 200, body = Readiness), (status = 503, body = Readiness))
)]
pub(super) async fn ready(Extract(state): Extract<Shared>) -> (StatusCode, Json<Readiness>) {
    let (database, objects) = tokio::join!(state.store.is_ready(), state.objects.is_ready());
    let word = |ready| if ready { "ready" } else { "failed" };
    let status = if database && objects { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let readiness = Readiness {
        database: word(database),
        objects: word(objects),
        recognition: if state.recogniser.has_engine() { "ready" } else { "absent" },
    };
    (status, Json(readiness))
}
