//! `/api/v1/prototypes`, on the operator's listener: classes that an operator enrols from photos.
//!
//! Where no login is configured, what changes something has a method or a content type that a page of another site cannot
//! send unasked.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use bailing_evidence::digest;
use bailing_recognition::objects::{EnrolError, PHOTOS};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::arriving::Arriving;
use super::speaker::Operator;
use crate::body::Body;
use crate::clock;
use crate::problem::Problem;
use crate::prototypes::{Undescribed, describe};
use crate::state::Shared;
use crate::store::{Enrolling, PrototypeRow};

/// Longest photo, bytes.
const PHOTO_BYTES: usize = 16 * 1024 * 1024;

pub(crate) fn routes_and_document() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(enrol, remove))
        .routes(routes!(add_photo))
}

/// What is to be enrolled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WantedClass {
    /// Class of the taxonomy, `excavator` for example.
    class: String,
    /// What the operator calls it, which may be narrower; 1 to 120 bytes.
    label: String,
}

/// A class that is enrolled, or being enrolled.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Enrolled {
    id: String,
    class: String,
    label: String,
    /// Photos that it has, 20 at most.
    photos: i64,
    /// Whether pictures are compared with it: from 5 photos on.
    told: bool,
    /// RFC 3339.
    created_at: String,
}

/// Every enrolled class.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AllEnrolled {
    prototypes: Vec<Enrolled>,
}

impl From<PrototypeRow> for Enrolled {
    fn from(row: PrototypeRow) -> Self {
        Self {
            told: usize::try_from(row.photos).is_ok_and(|photos| PHOTOS.contains(&photos)),
            created_at: clock::rfc3339(row.created_at),
            id: row.id,
            class: row.class,
            label: row.label,
            photos: row.photos,
        }
    }
}

/// The classes that are enrolled, by id.
#[utoipa::path(
    get,
    path = "/api/v1/prototypes",
    tag = "operator",
    security(("staff" = ["operator"])),
    responses(
        (status = 200, body = AllEnrolled),
        (status = 401, body = Problem),
        (status = 403, body = Problem)
    )
)]
pub(super) async fn list(
    Extract(state): Extract<Shared>,
    _: Operator,
) -> Result<Json<AllEnrolled>, Problem> {
    let rows = state.store.prototypes().await?;
    Ok(Json(AllEnrolled { prototypes: rows.into_iter().map(Enrolled::from).collect() }))
}

/// Makes a class known, to be told once it has 5 photos.
#[utoipa::path(
    put,
    path = "/api/v1/prototypes/{id}",
    tag = "operator",
    security(("staff" = ["operator"])),
    params(("id" = String, Path, description = "1 to 64 of a-z, 0-9, - and _", pattern = "^[a-z0-9_-]{1,64}$")),
    request_body = WantedClass,
    responses(
        (status = 200, body = Enrolled, description = "the same was known already"),
        (status = 201, body = Enrolled),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 409, body = Problem),
        (status = 413, body = Problem),
        (status = 422, body = Problem)
    )
)]
pub(super) async fn enrol(
    Extract(state): Extract<Shared>,
    _: Operator,
    Path(id): Path<String>,
    Body(wanted): Body<WantedClass>,
) -> Result<(StatusCode, Json<Enrolled>), Problem> {
    let fits = (1..=64).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b));
    if !fits {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "request_malformed",
            "an id has 1 to 64 of a-z, 0-9, - and _",
        ));
    }
    let finder = state.finder().map_err(Problem::internal)?;
    let label = finder.label(&wanted.class, &wanted.label).map_err(unusable)?;
    let added = state.store.add_prototype(&id, &wanted.class, label, clock::seconds()).await?;
    answer(&state, &id, added).await
}

/// Adds a photo to a class, as the camera wrote it: 5 to 20 are wanted, of the thing in different light and
/// from different sides.
#[utoipa::path(
    post,
    path = "/api/v1/prototypes/{id}/photos",
    tag = "operator",
    security(("staff" = ["operator"])),
    params(("id" = String, Path, description = "of a class that was made known", min_length = 1)),
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    responses(
        (status = 200, body = Enrolled, description = "the class has this photo already"),
        (status = 201, body = Enrolled),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem),
        (status = 413, body = Problem),
        (status = 415, body = Problem),
        (status = 422, body = Problem)
    )
)]
pub(super) async fn add_photo(
    Extract(state): Extract<Shared>,
    _: Operator,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<(StatusCode, Json<Enrolled>), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !kind.is_some_and(|kind| ["image/jpeg", "image/png", "image/webp"].contains(&kind)) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_type_wrong",
            "send content-type: image/jpeg, image/png or image/webp",
        ));
    }
    let photo = arrived(Arriving::new(body)).await?;
    let known = one(&state, &id).await?;
    if usize::try_from(known.photos).is_ok_and(|photos| photos >= *PHOTOS.end()) {
        return Err(refusal(Enrolling::Full));
    }
    let features = describe(&state, photo.clone()).await.map_err(|error| {
        let code = match &error {
            Undescribed::Refused(refusal) => refusal.code.as_str(),
            Undescribed::TooMuch => "image_too_large",
            Undescribed::Failed(_) | Undescribed::Thread => return Problem::internal(error),
        };
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, error.to_string())
    })?;
    let sha256 = digest::sha256(&photo);
    let finder = state.finder().map_err(Problem::internal)?;
    let model = finder.describer().map_err(Problem::internal)?.name();
    // First the photo: a row without one could not be renewed, one without a row is only space.
    state.objects.put_photo(&sha256, photo).await.map_err(Problem::internal)?;
    let added = state.store.add_prototype_photo(&id, &sha256, model, &features).await?;
    answer(&state, &id, added).await
}

/// Forgets a class and its photos.
#[utoipa::path(
    delete,
    path = "/api/v1/prototypes/{id}",
    tag = "operator",
    security(("staff" = ["operator"])),
    params(("id" = String, Path, description = "of a class that was made known", min_length = 1)),
    responses(
        (status = 204),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem)
    )
)]
pub(super) async fn remove(
    Extract(state): Extract<Shared>,
    _: Operator,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let orphans = state.store.remove_prototype(&id).await?;
    for sha256 in orphans.ok_or_else(|| refusal(Enrolling::Missing))? {
        state.objects.remove_photo(&sha256).await.map_err(Problem::internal)?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn one(state: &Shared, id: &str) -> Result<Enrolled, Problem> {
    let row = state.store.prototype(id).await?;
    row.map(Enrolled::from).ok_or_else(|| refusal(Enrolling::Missing))
}

fn unusable(error: EnrolError) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), error.to_string())
}

/// The photo's bytes.
async fn arrived(mut arriving: Arriving) -> Result<Bytes, Problem> {
    let mut photo = Vec::new();
    while let Some(chunk) = arriving.chunk().await? {
        if photo.len() + chunk.len() > PHOTO_BYTES {
            let detail = "a photo has at most 16 MiB";
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large", detail));
        }
        photo.extend_from_slice(&chunk);
    }
    Ok(photo.into())
}

async fn answer(
    state: &Shared,
    id: &str,
    added: Enrolling,
) -> Result<(StatusCode, Json<Enrolled>), Problem> {
    let status = match added {
        Enrolling::Done => StatusCode::CREATED,
        Enrolling::Again => StatusCode::OK,
        other => return Err(refusal(other)),
    };
    Ok((status, Json(one(state, id).await?)))
}

fn refusal(why: Enrolling) -> Problem {
    match why {
        Enrolling::Missing => Problem::new(
            StatusCode::NOT_FOUND,
            "prototype_unknown",
            "no class is enrolled under this id: PUT it first",
        ),
        Enrolling::Full => Problem::new(
            StatusCode::CONFLICT,
            "prototypes_full",
            "500 classes and 20 photos a class at most: remove one",
        ),
        Enrolling::Taken | Enrolling::Done | Enrolling::Again => Problem::new(
            StatusCode::CONFLICT,
            "prototype_known",
            "another class is enrolled under this id: choose another id, or remove it",
        ),
    }
}
