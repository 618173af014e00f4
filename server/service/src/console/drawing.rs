//! What a reviewer sees of a picture: itself, and what the crates measure in it.

use std::fmt::Write;
use std::io::Cursor;

use bailing_recognition::tampering;
use bailing_vision::quality::{QualityAssessor, Thresholds};
use bailing_vision::recapture::RecaptureDetector;
use bailing_vision::still::Still;
use bailing_vision::{Analysis, Homography, Models, Quad, Subject};
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};
use serde::{Deserialize, Serialize};

use crate::apart::{self, ApartError};
use crate::work::PictureDecision;

/// Longer side on the page, pixels: twice what the page has of it.
const SIDE: u32 = 1_200;

/// Side of a tile and of its spectrum, pixels.
const TILE: u32 = 256;

/// Share of a cell under a reflection from which it is drawn.
const LEAST_GLARE: f32 = 0.02;

/// What is drawn of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Drawing {
    /// The picture, upright, no larger than a page shows.
    Small,
    /// The same at its full size.
    Whole,
    /// Where it speaks for an edit.
    Tampering,
    /// Cells of the page under reflections, over the picture.
    Glare,
    /// The tiles of its traces of moiré, each with its spectrum, below each other.
    Moire,
}

/// All that a picture is drawn from besides its bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) drawing: Drawing,
    pub(super) thresholds: Thresholds,
    /// None before it is decided.
    pub(super) decision: Option<PictureDecision>,
}

impl Drawing {
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Small | Self::Whole | Self::Tampering => "image/jpeg",
            Self::Glare => "image/svg+xml",
            Self::Moire => "image/png",
        }
    }
}

/// The drawing, by a process that may have so much memory, bytes; none where there is nothing to draw.
pub(super) async fn drawn(
    order: &Order,
    encoded: &[u8],
    memory: u64,
) -> Result<Option<Vec<u8>>, ApartError> {
    let drawing = apart::ask("draw", order, encoded, memory).await?;
    Ok((!drawing.is_empty()).then_some(drawing))
}

/// What such a process does: draws what is asked, of which picture, on the standard input, and writes it, or nothing, to the
/// standard output.
///
/// # Errors
///
/// Where either does not work, or nothing that can be drawn is asked.
pub fn draw_standard_input(memory: u64) -> Result<(), ApartError> {
    apart::answer(memory, |order: Order, encoded| Ok(order.draw(encoded).unwrap_or_default()))
}

impl Order {
    /// The drawing; none where the picture cannot be decoded, or there is nothing to draw.
    pub(super) fn draw(&self, encoded: &[u8]) -> Option<Vec<u8>> {
        let still = Still::decode(encoded).ok()?;
        match self.drawing {
            Drawing::Small => jpeg(small(&still)?),
            Drawing::Whole => jpeg(full(&still)?),
            Drawing::Tampering => {
                let frame = still.frame();
                jpeg(tampering::examine(encoded, &frame).picture(&frame, SIDE))
            }
            Drawing::Glare => cells(&still, self.decision.as_ref()?, &self.thresholds),
            Drawing::Moire => tiles(&still, self.decision.as_ref()?),
        }
    }
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

fn jpeg(picture: RgbImage) -> Option<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).ok()?;
    Some(bytes.into_inner())
}

/// As `quality` measured it, measured again: the mask is not kept with the decision.
fn cells(still: &Still, decision: &PictureDecision, thresholds: &Thresholds) -> Option<Vec<u8>> {
    let PictureDecision { analysis, kind, .. } = decision;
    let Analysis { document, .. } = analysis;
    let (frame, mut assessor) = (still.frame(), QualityAssessor::default());
    assessor.assess(&frame, document, Subject::of_kind(kind), thresholds);
    let mask = assessor.glare_mask();
    let (width, height) = (still.width() as f32, still.height() as f32);
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
    Some(text.into_bytes())
}

fn tiles(still: &Still, decision: &PictureDecision) -> Option<Vec<u8>> {
    let traces = &decision.analysis.recapture.moire.traces;
    let (frame, picture) = (still.frame(), full(still)?);
    let mut detector = RecaptureDetector::new(&Models::load().ok()?);
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
    Some(bytes.into_inner())
}
