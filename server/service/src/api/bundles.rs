//! `PUT` and `GET /api/v1/bundles/{sha256}`: evidence comes in, a decision goes out.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use bailing_evidence::bundle::{MEDIA_TYPE, Reader};
use bailing_evidence::key::PublicKey;
use bailing_evidence::signature::{self, Context, SignatureError};
use bailing_evidence::{digest, limits};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::decode_hash;
use crate::clock;
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::store::{Arrival, ArrivalError, BundleRow, KeyRow};

/// How far a bundle has come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Progress {
    /// SHA-256, hexadecimal.
    bundle: String,
    /// `received` or `decided`.
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

/// Takes a bundle in. Sending the same bytes again answers the same and changes nothing.
#[utoipa::path(
    put,
    path = "/api/v1/bundles/{sha256}",
    params(("sha256" = String, Path, description = "SHA-256 of the body, hexadecimal")),
    request_body(content_type = "application/vnd.bailing.evidence", content = Vec<u8>),
    responses(
        (status = 200, description = "taken in before", body = Progress),
        (status = 201, description = "taken in", body = Progress),
        (status = 400, body = Problem),
        (status = 403, body = Problem),
        (status = 409, body = Problem),
        (status = 413, body = Problem),
        (status = 415, body = Problem),
        (status = 422, body = Problem)
    )
)]
pub(super) async fn put(
    Extract(state): Extract<Shared>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Progress>), Problem> {
    let sha256 = decode_hash("the bundle's name", &name)?;
    match take_in(&state, sha256, &headers, body).await {
        Ok(answer) => Ok(answer),
        Err(problem) => {
            metrics::counter!("bailing_refusals_total", "code" => problem.code.clone())
                .increment(1);
            let (code, detail) = (&problem.code, &problem.detail);
            if let Err(error) =
                state.store.refuse(clock::seconds(), code, detail, &hex::encode(sha256)).await
            {
                tracing::warn!(%error, "a refusal was not remembered");
            }
            Err(problem)
        }
    }
}

/// What the server says of a bundle. Its name is 256 bits that only its sender knows.
#[utoipa::path(
    get,
    path = "/api/v1/bundles/{sha256}",
    params(("sha256" = String, Path, description = "SHA-256 of the bundle, hexadecimal")),
    responses((status = 200, body = Progress), (status = 404, body = Problem))
)]
pub(super) async fn show(
    Extract(state): Extract<Shared>,
    Path(name): Path<String>,
) -> Result<Json<Progress>, Problem> {
    let sha256 = decode_hash("the bundle's name", &name)?;
    let row = state.store.bundle(&sha256).await?.ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "bundle_unknown", "no such bundle was taken in")
    })?;
    progress(row).map(Json)
}

async fn take_in(
    state: &Shared,
    sha256: [u8; 32],
    headers: &HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Progress>), Problem> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if content_type != Some(MEDIA_TYPE) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_type_wrong",
            format!("send content-type: {MEDIA_TYPE}"),
        ));
    }
    let _place = state.uploads.acquire().await.map_err(Problem::internal)?;
    let bundle = axum::body::to_bytes(body, limits::BUNDLE_BYTES).await.map_err(|_| {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "request_too_large",
            "the body ended early or exceeds 64 MiB",
        )
    })?;
    let bundle = check_name(bundle, sha256).await?;
    if let Some(row) = state.store.bundle(&sha256).await? {
        return Ok((StatusCode::OK, Json(progress(row)?)));
    }
    let claimed = Reader::open(bundle.as_ref())
        .map_err(|error| unprocessable(error.code(), &error.to_string()))
        .and_then(|reader| signature::claimed_key(reader.cose()).map_err(refused_signature))?;
    let key = state.store.key(&claimed).await?.ok_or_else(|| {
        Problem::new(
            StatusCode::FORBIDDEN,
            "key_unknown",
            "the key that the claims name is not enrolled: enrol it, then seal anew",
        )
    })?;
    let arrival = {
        let (state, bundle) = (state.clone(), bundle.clone());
        tokio::task::spawn_blocking(move || verify(&state, sha256, &bundle, key))
            .await
            .map_err(Problem::internal)??
    };
    // The object first: a row without its object could not be decided, an object without a row
    // is only space.
    state.objects.put(&sha256, bundle).await.map_err(Problem::internal)?;
    match state.store.take_in(&arrival, clock::seconds()).await {
        Ok(()) => {
            metrics::counter!("bailing_bundles_total").increment(1);
            state.bell.notify_one();
            let row = state.store.bundle(&sha256).await?;
            let row = row.ok_or_else(|| Problem::internal("a bundle was not stored"))?;
            Ok((StatusCode::CREATED, Json(progress(row)?)))
        }
        Err(error) => {
            // The same bytes may have come twice at once: then one of them was taken in.
            if let Some(row) = state.store.bundle(&sha256).await? {
                return Ok((StatusCode::OK, Json(progress(row)?)));
            }
            Err(match error {
                ArrivalError::TicketUsed => {
                    Problem::new(StatusCode::CONFLICT, "ticket_used", error.to_string())
                }
                ArrivalError::SequenceReplayed => {
                    Problem::new(StatusCode::CONFLICT, "sequence_replayed", error.to_string())
                }
                ArrivalError::Database(error) => Problem::internal(error),
            })
        }
    }
}

/// Hashing 64 MiB takes long enough to do it elsewhere.
async fn check_name(bundle: Bytes, sha256: [u8; 32]) -> Result<Bytes, Problem> {
    tokio::task::spawn_blocking(move || {
        if digest::sha256(&bundle) == sha256 {
            Ok(bundle)
        } else {
            Err(unprocessable(
                "digest_mismatch",
                "the body's SHA-256 is not the name that was given",
            ))
        }
    })
    .await
    .map_err(Problem::internal)?
}

/// Signature, ticket and every picture's hash, in that order.
fn verify(state: &State, sha256: [u8; 32], bundle: &[u8], key: KeyRow) -> Result<Arrival, Problem> {
    let public_key = PublicKey::from_bytes(&key.public_key).map_err(Problem::internal)?;
    let reader =
        Reader::open(bundle).map_err(|error| unprocessable(error.code(), &error.to_string()))?;
    let context = Context { server_origin: &state.origin, app_id: &key.app_id };
    let manifest =
        signature::verify(reader.cose(), &public_key, &context).map_err(refused_signature)?;
    let forbidden = |code: &str, detail: &str| Problem::new(StatusCode::FORBIDDEN, code, detail);
    let ticket = state
        .issuer
        .open(&manifest.ticket, &manifest.key_id, clock::seconds())
        .map_err(|error| forbidden(error.code(), &error.to_string()))?;
    let kind_fits = |kind: &str| manifest.images.iter().all(|image| image.kind == kind);
    if manifest.nonce != ticket.nonce || !ticket.kind.as_deref().is_none_or(kind_fits) {
        return Err(forbidden("ticket_invalid", "the claims are not those that the ticket is for"));
    }
    let signed_sha256 = digest::sha256(reader.cose());
    // All of them: the last item says whether bytes follow the last picture.
    let mut blobs = reader.blobs(&manifest);
    while let Some(blob) = blobs.copy_next(&mut std::io::sink()) {
        blob.map_err(|error| unprocessable(error.code(), &error.to_string()))?;
    }
    Ok(Arrival {
        sha256,
        key_id: manifest.key_id,
        merchant_id: key.merchant_id,
        sequence: manifest.sequence,
        previous: manifest.previous,
        signed_sha256,
        ticket_id: ticket.id,
        ticket_issued_at: ticket.issued_at,
        ticket_expires_at: ticket.expires_at,
        pictures: manifest.images.iter().map(|image| image.blob_sha256).collect(),
    })
}

fn unprocessable(code: &str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
}

fn refused_signature(error: SignatureError) -> Problem {
    let status = match error {
        SignatureError::Invalid => StatusCode::FORBIDDEN,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status, error.code(), error.to_string())
}

fn progress(row: BundleRow) -> Result<Progress, Problem> {
    let decision = row.decision.as_deref().map(serde_json::from_str).transpose();
    let decision = decision.map_err(Problem::internal)?;
    Ok(Progress {
        bundle: hex::encode(&row.sha256),
        state: if decision.is_some() { "decided" } else { "received" },
        not_before: clock::rfc3339(row.ticket_issued_at),
        received_at: clock::rfc3339(row.received_at),
        decision,
    })
}
