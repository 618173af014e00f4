//! `/api/v1/uploads`: a bundle in pieces, by tus 1.0.0, for networks that break.
//!
//! An upload's id is its bundle's hash, so that whoever lost everything but the bundle finds it again.
//! What completes it takes the bundle in exactly as `PUT /api/v1/bundles/{sha256}` does.

use axum::body::Body;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::arriving::Arriving;
use super::pieces::{self, Piece};
use super::speaker::Sender;
use super::standing::{self, Standing};
use super::tus::Tus;
use super::{decode_hash, tus};
use crate::clock;
use crate::problem::Problem;
use crate::state::Shared;
use crate::store::{Beginning, Begun, UnsignedRoom};

/// Uploads whose signed part is not there yet: each takes up to 256 KiB of disk, and nothing vouches for
/// its sender.
const UNSIGNED: i64 = 1_024;

/// The same of one merchant, where a token says whose it is: a phone sends one bundle after the other.
const UNSIGNED_OF_ONE: i64 = 16;

/// The signed part arrives by then, seconds: 256 KiB take 16 s at 128 kbit/s, and the phone may have been
/// in a tunnel.
const UNSIGNED_SECONDS: i64 = 600;

/// Says what of tus the server can.
#[utoipa::path(
    options,
    path = "/api/v1/uploads",
    responses((status = 204, description = "see its headers, Tus-Extension among them"))
)]
pub(super) async fn abilities() -> impl IntoResponse {
    (StatusCode::NO_CONTENT, tus::abilities())
}

/// The same of one upload.
#[utoipa::path(
    options,
    path = "/api/v1/uploads/{sha256}",
    params(("sha256" = String, Path, description = "anything: the answer is the same for all")),
    responses((status = 204, description = "see its headers, Tus-Extension among them"))
)]
pub(super) async fn abilities_of_one() -> impl IntoResponse {
    abilities().await
}

/// Begins an upload, or finds the one of that bundle: `Upload-Offset` says how far it has come.
#[utoipa::path(
    post,
    path = "/api/v1/uploads",
    security(("merchant" = [])),
    params(
        ("Tus-Resumable" = String, Header, description = "1.0.0", pattern = r"^1\.0\.0$"),
        ("Upload-Length" = u64, Header, description = "bytes of the bundle, at most 64 MiB", minimum = 1, maximum = 67108864),
        ("Upload-Metadata" = String, Header,
            description = "sha256, and the base64 of the 64 hexadecimal digits of its hash",
            pattern = "^sha256 [A-Za-z0-9+/]{85}[AQgw]==$")
    ),
    responses(
        (status = 201, description = "Location, Upload-Offset and Upload-Expires in its headers"),
        (status = 400, body = Problem),
        (status = 403, body = Problem),
        (status = 412, body = Problem),
        (status = 413, body = Problem),
        (status = 422, body = Problem),
        (status = 423, body = Problem),
        (status = 429, body = Problem, description = "this merchant has begun too many uploads"),
        (status = 503, body = Problem, description = "too many uploads were begun")
    )
)]
pub(super) async fn create(
    Extract(state): Extract<Shared>,
    sender: Sender,
    _: Tus,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let length = tus::upload_length(&headers)?;
    let sha256 = tus::announced_hash(&headers)?;
    let location = [(header::LOCATION, format!("/api/v1/uploads/{}", hex::encode(sha256)))];
    if let Some(standing) = standing::of(&state, &sha256, &sender).await? {
        if standing.length != length {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "request_malformed",
                "this bundle's upload was begun with another length: DELETE it first",
            ));
        }
        return Ok((StatusCode::CREATED, location, at(standing)).into_response());
    }
    if sender.id().is_some() {
        standing::make_way(&state, &sha256).await?;
    }
    let now = clock::seconds();
    let beginning = Beginning {
        length: i64::try_from(length).map_err(Problem::internal)?,
        owner: sender.id(),
        expires_at: now.saturating_add(state.upload_seconds.min(UNSIGNED_SECONDS)),
    };
    let room = UnsignedRoom { all: UNSIGNED, of_one: UNSIGNED_OF_ONE };
    let full = |status, detail| Err(Problem::new(status, "uploads_full", detail));
    let upload = match state.store.begin_upload(&sha256, beginning, now, room).await? {
        Begun::As(upload) => upload,
        Begun::NoRoom => {
            let detail = "too many uploads wait for their signed part: try again in a few seconds";
            return full(StatusCode::SERVICE_UNAVAILABLE, detail);
        }
        Begun::OwnerHasTooMany => {
            let detail = "this merchant has begun too many uploads: complete or DELETE one";
            return full(StatusCode::TOO_MANY_REQUESTS, detail);
        }
    };
    let standing = Standing { offset: 0, length, expires: Some(upload.expires_at) };
    Ok((StatusCode::CREATED, location, at(standing)).into_response())
}

/// How far an upload has come. One whose bundle was taken in has come to its end.
#[utoipa::path(
    head,
    path = "/api/v1/uploads/{sha256}",
    security(("merchant" = [])),
    params(
        ("sha256" = String, Path, description = "SHA-256 of the bundle, hexadecimal", pattern = "^[0-9a-fA-F]{64}$"),
        ("Tus-Resumable" = String, Header, description = "1.0.0", pattern = r"^1\.0\.0$")
    ),
    responses(
        (status = 200, description = "Upload-Offset and Upload-Length in its headers"),
        (status = 404, description = "no such upload: begin it"),
        (status = 412, description = "another version of tus"),
        (status = 403, description = "its signed part does not hold"),
        (status = 409, description = "its ticket was used"),
        (status = 422, description = "it is no bundle"),
        (status = 423, description = "another request has this upload")
    )
)]
pub(super) async fn show(
    Extract(state): Extract<Shared>,
    sender: Sender,
    _: Tus,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let sha256 = decode_hash("the upload's name", &name)?;
    let standing = standing::of(&state, &sha256, &sender).await?.ok_or_else(standing::unknown)?;
    Ok((StatusCode::OK, at(standing)).into_response())
}

/// The next piece. The last one takes the bundle in, or says why not.
#[utoipa::path(
    patch,
    path = "/api/v1/uploads/{sha256}",
    security(("merchant" = [])),
    params(
        ("sha256" = String, Path, description = "SHA-256 of the bundle, hexadecimal", pattern = "^[0-9a-fA-F]{64}$"),
        ("Tus-Resumable" = String, Header, description = "1.0.0", pattern = r"^1\.0\.0$"),
        ("Upload-Offset" = u64, Header, description = "where the piece begins", minimum = 0, maximum = 67108864),
        ("Upload-Checksum" = Option<String>, Header,
            description = "sha256 or sha1, a space, and the piece's hash in base64",
            pattern = "^(sha256 [A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=|sha1 [A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=)$")
    ),
    request_body(content_type = "application/offset+octet-stream", content = Vec<u8>),
    responses(
        (status = 204, description = "Upload-Offset and Upload-Expires in its headers"),
        (status = 400, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 408, body = Problem),
        (status = 409, body = Problem),
        (status = 412, body = Problem),
        (status = 413, body = Problem),
        (status = 415, body = Problem),
        (status = 422, body = Problem),
        (status = 423, body = Problem, description = "another request has this upload"),
        (status = 429, body = Problem, description = "this key has begun too many uploads"),
        (status = 460, body = Problem, description = "the piece's checksum does not match"),
        (status = 503, body = Problem)
    )
)]
pub(super) async fn patch(
    Extract(state): Extract<Shared>,
    sender: Sender,
    _: Tus,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let sha256 = decode_hash("the upload's name", &name)?;
    let piece = Piece::of(&headers)?;
    let mut arriving = Arriving::new(body);
    let received = pieces::receive(&state, &sha256, &sender, piece, &mut arriving).await?;
    Ok((StatusCode::NO_CONTENT, at(received)).into_response())
}

/// Ends an upload, and frees what it takes. A bundle that was taken in stays.
#[utoipa::path(
    delete,
    path = "/api/v1/uploads/{sha256}",
    security(("merchant" = [])),
    params(
        ("sha256" = String, Path, description = "SHA-256 of the bundle, hexadecimal", pattern = "^[0-9a-fA-F]{64}$"),
        ("Tus-Resumable" = String, Header, description = "1.0.0", pattern = r"^1\.0\.0$")
    ),
    responses(
        (status = 204, description = "ended"),
        (status = 404, body = Problem),
        (status = 412, body = Problem),
        (status = 423, body = Problem)
    )
)]
pub(super) async fn end(
    Extract(state): Extract<Shared>,
    sender: Sender,
    _: Tus,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    let sha256 = decode_hash("the upload's name", &name)?;
    if sender.id().is_some() && standing::own(&state, &sha256, &sender).await?.is_none() {
        return Err(standing::unknown());
    }
    let turn = state.incoming.turn(&sha256).await.ok_or_else(standing::locked)?;
    if standing::free(&state, &sha256, turn).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(standing::unknown())
}

/// For what can only `POST`: `X-HTTP-Method-Override` says what is meant.
#[utoipa::path(
    post,
    path = "/api/v1/uploads/{sha256}",
    security(("merchant" = [])),
    params(
        ("sha256" = String, Path, description = "SHA-256 of the bundle, hexadecimal", pattern = "^[0-9a-fA-F]{64}$"),
        ("X-HTTP-Method-Override" = String, Header, description = "PATCH or DELETE", pattern = "^(PATCH|DELETE)$"),
        ("Tus-Resumable" = String, Header, description = "1.0.0", pattern = r"^1\.0\.0$")
    ),
    responses(
        (status = 204, description = "as PATCH or DELETE answers"),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 405, body = Problem),
        (status = 409, body = Problem),
        (status = 412, body = Problem),
        (status = 413, body = Problem),
        (status = 415, body = Problem),
        (status = 422, body = Problem),
        (status = 423, body = Problem),
        (status = 460, body = Problem)
    )
)]
pub(super) async fn overridden(
    state: Extract<Shared>,
    sender: Sender,
    version: Tus,
    name: Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    match headers.get(tus::METHOD_OVERRIDE).map(|method| method.as_bytes()) {
        Some(b"PATCH") => patch(state, sender, version, name, headers, body).await,
        Some(b"DELETE") => end(state, sender, version, name).await.map(IntoResponse::into_response),
        _ => Err(Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "request_malformed",
            "send PATCH, or name it in x-http-method-override",
        )),
    }
}

/// What every answer says of an upload.
fn at(standing: Standing) -> AppendHeaders<Vec<(HeaderName, String)>> {
    let mut headers = vec![
        (tus::UPLOAD_OFFSET, standing.offset.to_string()),
        (tus::UPLOAD_LENGTH, standing.length.to_string()),
    ];
    headers.extend(standing.expires.map(tus::expires));
    AppendHeaders(headers)
}
