//! `GET /api/v1/audit`, on the operator's listener: what happened, as it is chained.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Extract};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::speaker::Auditor;
use crate::clock;
use crate::problem::Problem;
use crate::state::Shared;

/// Rows that are answered at once.
const PAGE: i64 = 500;

pub(crate) fn routes_and_document() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list))
}

/// From where.
#[derive(Debug, Deserialize)]
pub(super) struct After {
    /// Number of the row before the first that is wanted; 0 for the log's beginning.
    #[serde(default)]
    after: i64,
}

/// A part of the log, the oldest row first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Log {
    rows: Vec<Row>,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
struct Row {
    /// Counted from 1, without a gap.
    seq: i64,
    /// RFC 3339.
    at: String,
    /// `merchant:`, `staff:` or `server`.
    actor: String,
    action: String,
    subject: String,
    /// Codes and numbers.
    #[schema(value_type = Object)]
    detail: Value,
    /// SHA-256 over the row before's hash and this row, hexadecimal.
    hash: String,
}

/// Rows of the log.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    tag = "operator",
    params((
        "after" = Option<i64>,
        Query,
        description = "number of the row before the first that is wanted",
        minimum = 0,
        maximum = 9223372036854775807_i64
    )),
    security(("staff" = ["auditor"])),
    responses(
        (status = 200, body = Log),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 403, body = Problem)
    )
)]
pub(super) async fn list(
    Extract(state): Extract<Shared>,
    _: Auditor,
    query: Result<Query<After>, QueryRejection>,
) -> Result<Json<Log>, Problem> {
    let after = query.ok().map(|Query(After { after })| after).filter(|after| *after >= 0);
    let after = after.ok_or_else(|| {
        let detail = "after is the number of a row";
        Problem::new(StatusCode::BAD_REQUEST, "request_malformed", detail)
    })?;
    let rows = state.store.audit_after(after, PAGE).await?;
    let rows = rows.into_iter().map(|row| Row {
        seq: row.seq,
        at: clock::rfc3339(row.at),
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        detail: serde_json::from_str(&row.detail).unwrap_or_default(),
        hash: hex::encode(row.hash),
    });
    Ok(Json(Log { rows: rows.collect() }))
}
