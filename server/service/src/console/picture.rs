//! A bundle's picture, small enough for the page.

use std::io::Cursor;

use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bailing_evidence::bundle::Reader;
use bailing_evidence::key::PublicKey;
use bailing_evidence::signature::{self, Context};
use bailing_recognition::tampering;
use bailing_vision::still::Still;
use image::{ImageFormat, RgbImage};

use crate::archive;
use crate::item::Item;
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::store::KeyRow;

/// Longer side on the page, pixels.
const SIDE: u32 = 1_000;

/// `GET /bundles/{sha256}/{position}`: the picture as a JPEG, upright.
pub(super) async fn show(
    state: Extract<Shared>,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    answer(state, place, small).await
}

/// `GET /bundles/{sha256}/{position}/tampering`: where it speaks for an edit.
pub(super) async fn tampering(
    state: Extract<Shared>,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    let drawn = |blob: &[u8], still: &Still| {
        let frame = still.frame();
        Some(tampering::examine(blob, &frame).picture(&frame, SIDE))
    };
    answer(state, place, drawn).await
}

async fn answer(
    Extract(state): Extract<Shared>,
    Path((name, position)): Path<(String, usize)>,
    draw: fn(&[u8], &Still) -> Option<RgbImage>,
) -> Result<Response, Problem> {
    let missing = || Problem::new(StatusCode::NOT_FOUND, "not_found", "no such picture");
    let sha256 = hex::decode(&name).ok().and_then(|bytes| bytes.try_into().ok());
    let sha256: [u8; 32] = sha256.ok_or_else(missing)?;
    let row = state.store.bundle(&sha256).await?.ok_or_else(missing)?;
    let key = state.store.key(&row.key_id).await?.ok_or_else(missing)?;
    if row.erased_at.is_some() {
        return Err(missing());
    }
    let item = Item::Bundle(sha256);
    let bundle =
        archive::bytes(&state, &row.merchant_id, &item).await.map_err(Problem::internal)?;
    let jpeg = tokio::task::spawn_blocking(move || render(&state, &bundle, &key, position, draw))
        .await
        .map_err(Problem::internal)?
        .ok_or_else(missing)?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response())
}

fn render(
    state: &State,
    bundle: &[u8],
    key: &KeyRow,
    position: usize,
    draw: fn(&[u8], &Still) -> Option<RgbImage>,
) -> Option<Vec<u8>> {
    let reader = Reader::open(bundle).ok()?;
    let context = Context { server_origin: &state.origin, app_id: &key.app_id };
    let key = PublicKey::from_bytes(&key.public_key).ok()?;
    let manifest = signature::verify(reader.cose(), &key, &context).ok()?;
    let blob = reader.blobs(&manifest).nth(position)?.ok()?;
    let still = Still::decode(&blob).ok()?;
    let mut jpeg = Cursor::new(Vec::new());
    draw(&blob, &still)?.write_to(&mut jpeg, ImageFormat::Jpeg).ok()?;
    Some(jpeg.into_inner())
}

/// The still, made smaller where it is larger than the page shows.
fn small(_: &[u8], still: &Still) -> Option<RgbImage> {
    let (width, height) = (still.width(), still.height());
    let picture = RgbImage::from_raw(width, height, still.rgb().to_vec())?;
    let scale = f64::from(SIDE) / f64::from(width.max(height));
    if scale >= 1.0 {
        return Some(picture);
    }
    let side = |length: u32| ((f64::from(length) * scale) as u32).max(1);
    Some(image::imageops::thumbnail(&picture, side(width), side(height)))
}
