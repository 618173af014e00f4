//! `PUT` and `GET /api/v1/bundles/{sha256}`: evidence comes in, a decision goes out.

use std::fs::File;
use std::io::{BufReader, Seek};

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use bailing_evidence::bundle::{BundleError, MEDIA_TYPE, Reader};
use bailing_evidence::digest;
use bailing_evidence::manifest::Manifest;
use bailing_evidence::signature::{self, SignatureError};
use bailing_evidence::ticket::Ticket;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::arriving::Arriving;
use super::{blocking, decode_hash};
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
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Progress>), Problem> {
    let mut arriving = Arriving::new(body);
    let sha256 = match decode_hash("the bundle's name", &name) {
        Ok(sha256) => sha256,
        Err(problem) => {
            arriving.drain().await;
            return Err(problem);
        }
    };
    match take_in(&state, sha256, &headers, &mut arriving).await {
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
            arriving.drain().await;
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

/// The signed part is verified before more is read than it; nothing is stored before all of it holds.
async fn take_in(
    state: &Shared,
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
    if let Some(row) = state.store.bundle(&sha256).await? {
        arriving.pass().await?;
        arriving.check_name(&sha256)?;
        return Ok((StatusCode::OK, Json(progress(row)?)));
    }
    let signed = {
        let _place = state.heads.acquire().await.map_err(Problem::internal)?;
        signed_part(state, arriving.head().await?).await?
    };
    let _place = state.uploads.acquire().await.map_err(Problem::internal)?;
    let file = arriving.spool(&state.incoming).await?;
    arriving.check_name(&sha256)?;
    let (file, signed) = blocking(move || {
        check_pictures(&file, &signed.manifest)?;
        Ok((file, signed))
    })
    .await?;
    // The object first: a row without its object could not be decided, an object without a row
    // is only space.
    state.objects.put(&sha256, file).await.map_err(Problem::internal)?;
    let arrival = signed.arrival(sha256);
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
            let conflict = |code| Problem::new(StatusCode::CONFLICT, code, error.to_string());
            Err(match &error {
                ArrivalError::TicketUsed => conflict("ticket_used"),
                ArrivalError::SequenceReplayed => conflict("sequence_replayed"),
                ArrivalError::CounterReplayed => conflict("counter_not_increasing"),
                ArrivalError::Database(error) => Problem::internal(error),
            })
        }
    }
}

/// What a signed part that holds says.
struct Signed {
    manifest: Manifest,
    /// SHA-256 of the signed part.
    sha256: [u8; 32],
    counter: Option<u32>,
    ticket: Ticket,
    merchant_id: String,
}

/// Signature, device and ticket, in that order.
async fn signed_part(state: &Shared, head: &[u8]) -> Result<Signed, Problem> {
    let reader =
        Reader::open(head).map_err(|error| unprocessable(error.code(), &error.to_string()))?;
    let cose = reader.cose().to_vec();
    let claimed = signature::claimed_key(&cose).map_err(refused_signature)?;
    let key = state.store.key(&claimed).await?.ok_or_else(|| {
        Problem::new(
            StatusCode::FORBIDDEN,
            "key_unknown",
            "the key that the claims name is not enrolled: enrol it, then seal anew",
        )
    })?;
    let state = state.clone();
    blocking(move || verify(&state, &cose, key)).await
}

fn verify(state: &State, cose: &[u8], key: KeyRow) -> Result<Signed, Problem> {
    let (manifest, counter) =
        state.devices.claims(cose, &key, &state.origin).map_err(refused_signature)?;
    let now = clock::seconds();
    state.devices.check_still(&key, &manifest, now)?;
    let forbidden = |code: &str, detail: &str| Problem::new(StatusCode::FORBIDDEN, code, detail);
    let ticket = state
        .issuer
        .open(&manifest.ticket, &manifest.key_id, now)
        .map_err(|error| forbidden(error.code(), &error.to_string()))?;
    let kind_fits = |kind: &str| manifest.images.iter().all(|image| image.kind == kind);
    if manifest.nonce != ticket.nonce || !ticket.kind.as_deref().is_none_or(kind_fits) {
        return Err(forbidden("ticket_invalid", "the claims are not those that the ticket is for"));
    }
    let sha256 = digest::sha256(cose);
    Ok(Signed { manifest, sha256, counter, ticket, merchant_id: key.merchant_id })
}

/// Every picture's length and hash, and that nothing follows the last.
fn check_pictures(mut file: &File, manifest: &Manifest) -> Result<(), Problem> {
    let refused = |error: BundleError| match error {
        // From our own disk.
        BundleError::Unreadable(_) => Problem::internal(error),
        error => unprocessable(error.code(), &error.to_string()),
    };
    file.rewind().map_err(Problem::internal)?;
    let reader = Reader::open(BufReader::new(file)).map_err(refused)?;
    let mut blobs = reader.blobs(manifest);
    while let Some(blob) = blobs.copy_next(&mut std::io::sink()) {
        blob.map_err(refused)?;
    }
    Ok(())
}

impl Signed {
    fn arrival(self, sha256: [u8; 32]) -> Arrival {
        let Self { manifest, ticket, .. } = self;
        Arrival {
            sha256,
            key_id: manifest.key_id,
            merchant_id: self.merchant_id,
            sequence: manifest.sequence,
            previous: manifest.previous,
            counter: self.counter,
            signed_sha256: self.sha256,
            ticket_id: ticket.id,
            ticket_issued_at: ticket.issued_at,
            ticket_expires_at: ticket.expires_at,
            pictures: manifest.images.iter().map(|image| image.blob_sha256).collect(),
        }
    }
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
