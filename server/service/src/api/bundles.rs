//! `/api/v1/bundles`: evidence comes in, a decision goes out.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use bailing_evidence::bundle::MEDIA_TYPE;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::arriving::Arriving;
use super::decode_hash;
use super::speaker::{Sender, Speaker};
use super::taking_in::{self, signed_part};
use crate::clock;
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::store::BundleRow;
use crate::work::BundleDecision;

/// How far a bundle has come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Progress {
    /// SHA-256, hexadecimal.
    bundle: String,
    /// `received`, `decided`, or `erased` where the merchant took it back or its time was over.
    state: &'static str,
    /// RFC 3339: when its ticket was issued. The pictures were signed after this …
    not_before: String,
    /// RFC 3339: … and before this.
    received_at: String,
    /// The decision, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    decision: Option<Value>,
}

/// Bundles that are listed.
const LISTED: i64 = 100;

/// A merchant's bundles.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sent {
    /// The newest first, 100 at most.
    bundles: Vec<SentBundle>,
}

/// One of a merchant's bundles, in short.
#[derive(Debug, Serialize, ToSchema)]
struct SentBundle {
    /// SHA-256, hexadecimal.
    bundle: String,
    /// `received`, `decided` or `erased`.
    state: &'static str,
    /// RFC 3339.
    received_at: String,
    /// What it came to: `accepted`, `retake`, `review` or `rejected`; a person's ruling where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    /// What each picture was asked for, once it is decided.
    kinds: Vec<String>,
    /// Codes of what objects.
    reasons: Vec<String>,
}

/// Takes a bundle in. Sending the same bytes again answers the same and changes nothing.
#[utoipa::path(
    put,
    path = "/api/v1/bundles/{sha256}",
    security(("merchant" = [])),
    params(("sha256" = String, Path, description = "SHA-256 of the body, hexadecimal", pattern = "^[0-9a-fA-F]{64}$")),
    request_body(content_type = "application/vnd.bailing.evidence", content = Vec<u8>),
    responses(
        (status = 200, description = "taken in before", body = Progress),
        (status = 201, description = "taken in", body = Progress),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 408, body = Problem),
        (status = 409, body = Problem),
        (status = 413, body = Problem),
        (status = 415, body = Problem),
        (status = 422, body = Problem),
        (status = 503, body = Problem, description = "the revocation list is too old")
    )
)]
pub(super) async fn put(
    Extract(state): Extract<Shared>,
    sender: Sender,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Progress>), Problem> {
    let sha256 = decode_hash("the bundle's name", &name)?;
    let taken = take_in(&state, &sender, sha256, &headers, &mut Arriving::new(body)).await;
    if let Err(problem) = &taken {
        taking_in::remember_refusal(&state, &sha256, problem).await;
    }
    taken
}

/// What the server says of a bundle of the merchant's. Where no host app is configured, whoever knows its name is answered: it
/// is 256 bits that only its sender knows.
#[utoipa::path(
    get,
    path = "/api/v1/bundles/{sha256}",
    security(("merchant" = [])),
    params(("sha256" = String, Path, description = "SHA-256 of the bundle, hexadecimal", pattern = "^[0-9a-fA-F]{64}$")),
    responses(
        (status = 200, body = Progress),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 404, body = Problem)
    )
)]
pub(super) async fn show(
    Extract(state): Extract<Shared>,
    sender: Sender,
    Path(name): Path<String>,
) -> Result<Json<Progress>, Problem> {
    let sha256 = decode_hash("the bundle's name", &name)?;
    progress(own(&state, &sender, &sha256).await?).map(Json)
}

/// What the merchant has sent.
#[utoipa::path(
    get,
    path = "/api/v1/bundles",
    security(("merchant" = [])),
    responses(
        (status = 200, body = Sent),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn list(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
) -> Result<Json<Sent>, Problem> {
    let rows = state.store.bundles_of(&merchant.id, LISTED).await?;
    let bundles = rows.into_iter().map(|row| {
        let decision = row.decided();
        let images = decision.iter().flat_map(|decision| &decision.images);
        let reasons = decision.iter().flat_map(|decision| decision.verdict.reasons());
        SentBundle {
            state: row.state(),
            outcome: decision.as_ref().map(BundleDecision::outcome),
            kinds: images.map(|image| image.kind.clone()).collect(),
            reasons: reasons.map(ToString::to_string).collect(),
            bundle: hex::encode(&row.sha256),
            received_at: clock::rfc3339(row.received_at),
        }
    });
    Ok(Json(Sent { bundles: bundles.collect() }))
}

/// A bundle of the sender's; another's is as unknown as one that never came.
pub(super) async fn own(
    state: &State,
    sender: &Sender,
    sha256: &[u8; 32],
) -> Result<BundleRow, Problem> {
    let row = state.store.bundle(sha256).await?;
    row.filter(|row| sender.is(&row.merchant_id)).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "bundle_unknown", "no such bundle was taken in")
    })
}

/// The signed part is verified before more is read than it; nothing is stored before all of it holds.
async fn take_in(
    state: &Shared,
    sender: &Sender,
    sha256: [u8; 32],
    headers: &HeaderMap,
    arriving: &mut Arriving,
) -> Result<(StatusCode, Json<Progress>), Problem> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if content_type != Some(MEDIA_TYPE) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_type_wrong",
            format!("send content-type: {MEDIA_TYPE}"),
        ));
    }
    Arriving::check_length(headers)?;
    let known = state.store.bundle(&sha256).await?;
    if let Some(row) = known.filter(|row| sender.is(&row.merchant_id)) {
        arriving.pass().await?;
        arriving.check_name(&sha256)?;
        return Ok((StatusCode::OK, Json(progress(row)?)));
    }
    let signed = {
        let _place = state.heads.acquire().await.map_err(Problem::internal)?;
        signed_part(state, arriving.head().await?, clock::seconds(), sender).await?
    };
    let _place = state.uploads.acquire().await.map_err(Problem::internal)?;
    let content = arriving.whole(&state.spool).await?;
    arriving.check_name(&sha256)?;
    let (status, row) = taking_in::whole(state, sha256, content, signed).await?;
    Ok((status, Json(progress(row)?)))
}

pub(super) fn progress(row: BundleRow) -> Result<Progress, Problem> {
    let decision = row.decision.as_deref().map(serde_json::from_str).transpose();
    let decision = decision.map_err(Problem::internal)?;
    Ok(Progress {
        bundle: hex::encode(&row.sha256),
        state: row.state(),
        not_before: clock::rfc3339(row.ticket_issued_at),
        received_at: clock::rfc3339(row.received_at),
        decision,
    })
}
