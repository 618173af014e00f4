//! The page as if seen from straight above, in few pixels: what light and colour are judged on.

use crate::pixels::luma;
use crate::{Frame, Homography, PixelFormat, Point, Quad};

/// Longer side of the view, pixels. At 240 a line of print on A4 is three pixels high: enough to
/// tell ink from paper, and a tenth of what a preview frame holds.
const SIDE: f32 = 240.0;

/// Shorter side at least, so that a strip of a receipt still has cells.
const LEAST_SIDE: f32 = 8.0;

/// Samples across a pixel of the view at most. Each stands for up to a thirtieth of a text line on
/// a still of 12 MP; more samples cost time and change no percentile.
const MOST_SAMPLES: f32 = 3.0;

/// A page in its own coordinates: pixels of the view, from the corner that the quad names first.
#[derive(Debug, Default)]
pub(super) struct PageView {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Row-major, 0..255; zero beyond the frame.
    pub(super) luma: Vec<u8>,
    /// Row-major.
    pub(super) rgb: Vec<[u8; 3]>,
    /// Row-major: whether the frame shows this place.
    pub(super) seen: Vec<bool>,
    /// Pixels of the frame along one pixel of the view, averaged over the page.
    pub(super) step: f32,
    to_frame: Option<Homography>,
}

impl PageView {
    /// Samples the page inside `quad`; the caller vouches that it is convex and finite.
    pub(super) fn fill(&mut self, frame: &Frame<'_>, quad: &Quad) {
        let [top, right, bottom, left] = quad.sides().map(|(from, to)| from.distance(to));
        let (across, down) = (f32::midpoint(top, bottom), f32::midpoint(left, right));
        let longer = across.max(down).max(1.0);
        let scale = (SIDE / longer).min(1.0);
        let side = |length: f32| (length * scale).round().clamp(LEAST_SIDE, SIDE);
        let (width, height) = (side(across), side(down));
        self.step = longer / width.max(height);
        (self.width, self.height) = (width as usize, height as usize);
        self.to_frame = Homography::between(&Quad::rectangle(0.0, 0.0, width, height), quad);
        self.luma.clear();
        self.rgb.clear();
        self.seen.clear();
        let samples = (self.step / 2.0).round().clamp(1.0, MOST_SAMPLES) as usize;
        let Some(map) = &self.to_frame else { return };
        let rows = map.rows().map(|row| row.map(|entry| entry as f32));
        for row in 0..self.height {
            for column in 0..self.width {
                let pixel = sample(frame, &rows, column, row, samples);
                let rgb = pixel.unwrap_or_default();
                self.seen.push(pixel.is_some());
                self.luma.push(luma(rgb));
                self.rgb.push(rgb);
            }
        }
    }

    /// Where a place of the view lies in the frame, pixels.
    pub(super) fn in_frame(&self, x: f32, y: f32) -> Point {
        let point = Point { x, y };
        self.to_frame.as_ref().map_or(point, |map| map.map(point))
    }

    /// An upright rectangle of the view as it lies in the frame.
    pub(super) fn region(&self, [left, top, right, bottom]: [f32; 4]) -> Option<Quad> {
        let quad = self.to_frame.as_ref()?.map_quad(&Quad::rectangle(left, top, right, bottom));
        quad.corners
            .iter()
            .all(|corner| corner.x.is_finite() && corner.y.is_finite())
            .then_some(quad)
    }

    /// Luma at a place, clamped to the border.
    pub(super) fn luma_at(&self, x: usize, y: usize) -> u8 {
        let (x, y) = (x.min(self.width.saturating_sub(1)), y.min(self.height.saturating_sub(1)));
        self.luma.get(y * self.width + x).copied().unwrap_or_default()
    }
}

/// The mean of the samples in one pixel of the view; `None` where its middle lies beyond the frame.
fn sample(
    frame: &Frame<'_>,
    [[a, b, c], [d, e, f], [g, h, i]]: &[[f32; 3]; 3],
    column: usize,
    row: usize,
    samples: usize,
) -> Option<[u8; 3]> {
    let (mut sums, mut count) = ([0u32; 3], 0u32);
    let share = 1.0 / samples as f32;
    for down in 0..samples {
        let y = row as f32 + (down as f32 + 0.5) * share;
        for across in 0..samples {
            let x = column as f32 + (across as f32 + 0.5) * share;
            let w = 1.0 / (g * x + h * y + i);
            let place = ((a * x + b * y + c) * w, (d * x + e * y + f) * w);
            if let Some(rgb) = pixel(frame, place.0, place.1) {
                for (sum, value) in sums.iter_mut().zip(rgb) {
                    *sum += u32::from(value);
                }
                count += 1;
            }
        }
    }
    let half = (samples * samples) as u32 / 2;
    (count > half).then(|| sums.map(|sum| ((sum + count / 2) / count) as u8))
}

/// The pixel that covers a place of the frame.
fn pixel(frame: &Frame<'_>, x: f32, y: f32) -> Option<[u8; 3]> {
    if !(x >= 0.0 && y >= 0.0 && x < frame.width() as f32 && y < frame.height() as f32) {
        return None;
    }
    let row = frame.row(y as u32);
    let start = x as usize * frame.format().bytes_per_pixel();
    match (frame.format(), row.get(start..)) {
        (PixelFormat::Luma8, Some([value, ..])) => Some([*value; 3]),
        (_, Some([r, g, b, ..])) => Some([*r, *g, *b]),
        _ => None,
    }
}
