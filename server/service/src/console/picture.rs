//! A bundle's pictures, and what the crates measure in them, as a reviewer's browser asks for them.

use std::fmt::Write;
use std::io::Cursor;

use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bailing_evidence::bundle::Reader;
use bailing_recognition::tampering;
use bailing_vision::quality::QualityAssessor;
use bailing_vision::recapture::RecaptureDetector;
use bailing_vision::still::Still;
use bailing_vision::{Analysis, Homography, Quad, Subject};
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};

use super::access::Reviewer;
use crate::archive;
use crate::item::Item;
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::store::KeyRow;
use crate::work::PictureDecision;

/// Longer side on the page, pixels: twice what the page has of it.
const SIDE: u32 = 1_200;

/// Side of a tile and of its spectrum, pixels.
const TILE: u32 = 256;

/// Share of a cell under a reflection from which it is drawn.
const LEAST_GLARE: f32 = 0.02;

/// What a picture is drawn from.
struct Seen<'a> {
    state: &'a State,
    encoded: &'a [u8],
    still: &'a Still,
    /// None before it is decided.
    decision: Option<&'a PictureDecision>,
}

type Drawn = Option<(&'static str, Vec<u8>)>;

/// `GET /bundles/{sha256}/{position}`: the picture as a JPEG, upright.
pub(super) async fn show(
    state: Extract<Shared>,
    _: Reviewer,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    answer(state, place, |seen| jpeg(small(seen.still)?)).await
}

/// `GET /bundles/{sha256}/{position}/whole`: the same at its full size.
pub(super) async fn whole(
    state: Extract<Shared>,
    _: Reviewer,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    answer(state, place, |seen| jpeg(full(seen.still)?)).await
}

/// `GET /bundles/{sha256}/{position}/tampering`: where it speaks for an edit.
pub(super) async fn tampering(
    state: Extract<Shared>,
    _: Reviewer,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    let drawn = |seen: &Seen<'_>| {
        let frame = seen.still.frame();
        jpeg(tampering::examine(seen.encoded, &frame).picture(&frame, SIDE))
    };
    answer(state, place, drawn).await
}

/// `GET /bundles/{sha256}/{position}/glare`: cells of the page under reflections, as an SVG over the picture.
pub(super) async fn glare(
    state: Extract<Shared>,
    _: Reviewer,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    answer(state, place, |seen| Some(("image/svg+xml", cells(seen)?.into_bytes()))).await
}

/// `GET /bundles/{sha256}/{position}/moire`: the tiles of its traces of moiré, each with its spectrum, below each other.
pub(super) async fn moire(
    state: Extract<Shared>,
    _: Reviewer,
    place: Path<(String, usize)>,
) -> Result<Response, Problem> {
    answer(state, place, tiles).await
}

async fn answer(
    Extract(state): Extract<Shared>,
    Path((name, position)): Path<(String, usize)>,
    draw: fn(&Seen<'_>) -> Drawn,
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
    let item = Item::Bundle(sha256);
    let bundle =
        archive::bytes(&state, &row.merchant_id, &item).await.map_err(Problem::internal)?;
    let drawn = tokio::task::spawn_blocking(move || {
        render(&state, &bundle, &key, position, decision.as_ref(), draw)
    });
    let (kind, bytes) = drawn.await.map_err(Problem::internal)?.ok_or_else(missing)?;
    Ok(([(header::CONTENT_TYPE, kind)], bytes).into_response())
}

fn render(
    state: &State,
    bundle: &[u8],
    key: &KeyRow,
    position: usize,
    decision: Option<&PictureDecision>,
    draw: fn(&Seen<'_>) -> Drawn,
) -> Drawn {
    let reader = Reader::open(bundle).ok()?;
    let (manifest, _) = state.devices.claims(reader.cose(), key, &state.origin).ok()?;
    let encoded = reader.blobs(&manifest).nth(position)?.ok()?;
    let still = Still::decode(&encoded).ok()?;
    draw(&Seen { state, encoded: &encoded, still: &still, decision })
}

fn full(still: &Still) -> Option<RgbImage> {
    RgbImage::from_raw(still.width(), still.height(), still.rgb().to_vec())
}

/// The still, made smaller where it is larger than the page shows.
fn small(still: &Still) -> Option<RgbImage> {
    let picture = full(still)?;
    let (width, height) = picture.dimensions();
    let scale = f64::from(SIDE) / f64::from(width.max(height));
    if scale >= 1.0 {
        return Some(picture);
    }
    let side = |length: u32| ((f64::from(length) * scale) as u32).max(1);
    Some(imageops::thumbnail(&picture, side(width), side(height)))
}

fn jpeg(picture: RgbImage) -> Drawn {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).ok()?;
    Some(("image/jpeg", bytes.into_inner()))
}

/// As `quality` measured it, measured again: the mask is not kept with the decision.
fn cells(seen: &Seen<'_>) -> Option<String> {
    let PictureDecision { analysis, kind, .. } = seen.decision?;
    let Analysis { document, .. } = analysis;
    let (frame, mut assessor) = (seen.still.frame(), QualityAssessor::default());
    assessor.assess(&frame, document, Subject::of_kind(kind), &seen.state.thresholds());
    let mask = assessor.glare_mask();
    let (width, height) = (seen.still.width() as f32, seen.still.height() as f32);
    let page = document.quad.unwrap_or(Quad::rectangle(0.0, 0.0, width, height));
    let grid = Quad::rectangle(0.0, 0.0, mask.width() as f32, mask.height() as f32);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         preserveAspectRatio=\"none\" fill=\"#ff5fd2\">"
    );
    if let Some(to_frame) = Homography::between(&grid, &page) {
        for (row, column) in
            (0..mask.height()).flat_map(|row| (0..mask.width()).map(move |column| (row, column)))
        {
            let share = mask.at(column, row).unwrap_or_default();
            if share < LEAST_GLARE {
                continue;
            }
            let (left, top) = (column as f32, row as f32);
            let cell = to_frame.map_quad(&Quad::rectangle(left, top, left + 1.0, top + 1.0));
            let [a, b, c, d] =
                cell.corners.map(|corner| format!("{:.0} {:.0}", corner.x, corner.y));
            let opacity = 0.25 + 0.5 * share.min(1.0);
            let _ = write!(text, "<path d=\"M{a}L{b}L{c}L{d}Z\" opacity=\"{opacity:.2}\"/>");
        }
    }
    text.push_str("</svg>");
    Some(text)
}

fn tiles(seen: &Seen<'_>) -> Drawn {
    let traces = &seen.decision?.analysis.recapture.moire.traces;
    let (frame, picture) = (seen.still.frame(), full(seen.still)?);
    let mut detector = RecaptureDetector::new(&seen.state.models);
    let rows = u32::try_from(traces.len()).ok().filter(|rows| (1..=8).contains(rows))?;
    let mut sheet = RgbImage::new(2 * TILE, rows * TILE);
    for (row, trace) in (0..).map(|row: u32| i64::from(row * TILE)).zip(traces) {
        let tile = imageops::crop_imm(&picture, trace.left, trace.top, trace.side, trace.side);
        let tile = imageops::resize(&tile.to_image(), TILE, TILE, FilterType::Nearest);
        let spectrum = detector.spectrum_picture(&frame, trace);
        let spectrum = GrayImage::from_raw(spectrum.side, spectrum.side, spectrum.grey)?;
        let spectrum = DynamicImage::ImageLuma8(spectrum).into_rgb8();
        imageops::replace(&mut sheet, &tile, 0, row);
        imageops::replace(&mut sheet, &spectrum, i64::from(TILE), row);
    }
    let mut bytes = Cursor::new(Vec::new());
    sheet.write_to(&mut bytes, ImageFormat::Png).ok()?;
    Some(("image/png", bytes.into_inner()))
}
