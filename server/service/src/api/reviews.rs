//! `/api/v1/reviews`, on the operator's listener: bundles on which a person has to decide.

use axum::Json;
use axum::extract::{Path, State as Extract};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::decode_hash;
use super::speaker::Reviewer;
use crate::body::Body;
use crate::clock;
use crate::problem::Problem;
use crate::state::Shared;
use crate::work::{BundleDecision, Ruling, review};

/// Bundles that are listed at once.
const LISTED: i64 = 100;

pub(crate) fn routes_and_document() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(decide))
}

/// What waits for a person, the longest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Waiting {
    bundles: Vec<WaitingBundle>,
    /// How many wait in all.
    count: i64,
}

/// A bundle that waits for a person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WaitingBundle {
    /// SHA-256, hexadecimal.
    bundle: String,
    /// The bank's id.
    merchant: String,
    /// RFC 3339.
    received_at: String,
    /// What each picture was asked for.
    kinds: Vec<String>,
    /// Codes of what is open.
    reasons: Vec<String>,
}

/// What a person decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decided {
    ruling: Ruling,
    /// Why: for the bank, not for the merchant; up to 2,000 characters.
    #[serde(default)]
    #[schema(max_length = 2000)]
    note: String,
}

/// What the decision comes to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Outcome {
    /// The merchant's quota before, yuan.
    quota_before: u64,
    /// The same now, yuan.
    quota: u64,
}

/// What waits for a person, the longest first.
#[utoipa::path(
    get,
    path = "/api/v1/reviews",
    tag = "operator",
    security(("staff" = ["reviewer"])),
    responses(
        (status = 200, body = Waiting),
        (status = 401, body = Problem),
        (status = 403, body = Problem)
    )
)]
pub(super) async fn list(
    Extract(state): Extract<Shared>,
    _: Reviewer,
) -> Result<Json<Waiting>, Problem> {
    let (rows, count) = state.store.to_review(LISTED).await?;
    let bundles = rows.into_iter().map(|row| {
        let decision = row.decided();
        let images = decision.iter().flat_map(|decision| &decision.images);
        let reasons = decision.iter().flat_map(|decision| decision.verdict.reasons());
        WaitingBundle {
            kinds: images.map(|image| image.kind.clone()).collect(),
            reasons: reasons.map(ToString::to_string).collect(),
            bundle: hex::encode(&row.sha256),
            received_at: clock::rfc3339(row.received_at),
            merchant: row.merchant_id,
        }
    });
    Ok(Json(Waiting { bundles: bundles.collect(), count }))
}

/// Decides on a bundle, once.
#[utoipa::path(
    post,
    path = "/api/v1/reviews/{sha256}",
    tag = "operator",
    params(("sha256" = String, Path, description = "SHA-256 of the bundle, hexadecimal", pattern = "^[0-9a-fA-F]{64}$")),
    security(("staff" = ["reviewer"])),
    request_body = Decided,
    responses(
        (status = 200, body = Outcome),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem),
        (status = 413, body = Problem)
    )
)]
pub(super) async fn decide(
    Extract(state): Extract<Shared>,
    Reviewer(by): Reviewer,
    Path(name): Path<String>,
    Body(decided): Body<Decided>,
) -> Result<Json<Outcome>, Problem> {
    let sha256 = decode_hash("the bundle's name", &name)?;
    let Decided { ruling, note } = decided;
    let BundleDecision { quota_before, quota, .. } =
        review(&state, &sha256, ruling, &by, &note).await?;
    Ok(Json(Outcome { quota_before, quota: quota.quota }))
}
