//! A bundle's pictures, and what the crates measure in them, as a reviewer's browser asks for them.

use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bailing_evidence::bundle::Reader;

use super::access::Reviewer;
use super::drawing::{Drawing, Order, drawn};
use crate::archive;
use crate::item::Item;
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::store::KeyRow;

/// `GET /bundles/{sha256}/{position}`: the picture as a JPEG, upright.
pub(super) async fn show(
    state: Extract<Shared>,
    _: Reviewer,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    answer(state, place, Drawing::Small).await
}

/// `GET /bundles/{sha256}/{position}/whole`: the same at its full size.
pub(super) async fn whole(
    state: Extract<Shared>,
    _: Reviewer,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    answer(state, place, Drawing::Whole).await
}

/// `GET /bundles/{sha256}/{position}/tampering`: where it speaks for an edit.
pub(super) async fn tampering(
    state: Extract<Shared>,
    _: Reviewer,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    answer(state, place, Drawing::Tampering).await
}

/// `GET /bundles/{sha256}/{position}/glare`: cells of the page under reflections, as an SVG over the picture.
pub(super) async fn glare(
    state: Extract<Shared>,
    _: Reviewer,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    answer(state, place, Drawing::Glare).await
}

/// `GET /bundles/{sha256}/{position}/moire`: the tiles of its traces of moiré, each with its spectrum, below each other.
pub(super) async fn moire(
    state: Extract<Shared>,
    _: Reviewer,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    answer(state, place, Drawing::Moire).await
}

async fn answer(
    Extract(state): Extract<Shared>,
    Path((name, position)): Path<(String, usize)>,
    drawing: Drawing,
) -> Result<Response, Problem> {
    let missing = || Problem::new(StatusCode::NOT_FOUND, "not_found", "no such picture");
    let sha256 = hex::decode(&name).ok().and_then(|bytes| bytes.try_into().ok());
    let sha256: [u8; 32] = sha256.ok_or_else(missing)?;
    let row = state.store.bundle(&sha256).await?.ok_or_else(missing)?;
    let key = state.store.key(&row.key_id).await?.ok_or_else(missing)?;
    if row.erased_at.is_some() {
        return Err(missing());
    }
    let decision = row.decided().and_then(|decision| decision.images.into_iter().nth(position));
    let order = Order { drawing, thresholds: state.thresholds(), decision };
    let _place = state.apart.acquire().await.map_err(Problem::internal)?;
    let item = Item::Bundle(sha256);
    let bundle =
        archive::bytes(&state, &row.merchant_id, &item).await.map_err(Problem::internal)?;
    let shared = state.clone();
    let encoded = tokio::task::spawn_blocking(move || picture(&shared, &bundle, &key, position));
    let encoded = encoded.await.map_err(Problem::internal)?.ok_or_else(missing)?;
    let drawn = match state.apart_memory {
        Some(memory) => drawn(&order, &encoded, memory).await.map_err(Problem::internal)?,
        None => tokio::task::spawn_blocking(move || order.draw(&encoded))
            .await
            .map_err(Problem::internal)?,
    };
    Ok(([(header::CONTENT_TYPE, drawing.media_type())], drawn.ok_or_else(missing)?).into_response())
}

/// One of a bundle's pictures, as the phone encoded it.
fn picture(state: &State, bundle: &[u8], key: &KeyRow, position: usize) -> Option<Vec<u8>> {
    let reader = Reader::open(bundle).ok()?;
    let (manifest, _) = state.devices.claims(reader.cose(), key, &state.origin).ok()?;
    reader.blobs(&manifest).nth(position)?.ok()
}
