//! The page as if seen from straight above, in few pixels: what light and colour are judged on.

use super::paper::CELL;
use crate::pixels::{colour, luma as luma_of};
use crate::{Frame, Homography, PixelFormat, Point, Quad};

/// Longer side of the view, pixels. At 240 a line of print on A4 is three pixels high: enough to
/// tell ink from paper, and a tenth of what a preview frame holds.
const SIDE: f32 = 240.0;

/// Shorter side at least, so that a strip of a receipt still has cells.
const LEAST_SIDE: f32 = 8.0;

/// Pixels of the frame between samples of a page, of which a pixel of the view has three across at
/// most: then each stands for up to a thirtieth of a text line on a still of 12 MP; more cost time and
/// change no percentile.
const SAMPLES_APART: f32 = 2.0;

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
        let area = self.width * self.height;
        self.luma.clear();
        self.luma.resize(area, 0);
        self.rgb.clear();
        self.rgb.resize(area, [0; 3]);
        self.seen.clear();
        self.seen.resize(area, false);
        // One loop a format and a number of samples, rather than a question at every pixel.
        match frame.format() {
            PixelFormat::Luma8 => self.sample::<1>(frame),
            PixelFormat::Rgb8 => self.sample::<3>(frame),
            PixelFormat::Rgba8 => self.sample::<4>(frame),
        }
    }

    fn sample<const BYTES: usize>(&mut self, frame: &Frame<'_>) {
        if self.step < SAMPLES_APART * 1.5 {
            self.sample_lines::<BYTES, 1>(frame);
        } else if self.step < SAMPLES_APART * 2.5 {
            self.sample_lines::<BYTES, 2>(frame);
        } else {
            self.sample_lines::<BYTES, 3>(frame);
        }
    }

    /// Gives each pixel the mean of `SAMPLES` × `SAMPLES` places in it, where more than half of them
    /// lie in the frame.
    fn sample_lines<const BYTES: usize, const SAMPLES: usize>(&mut self, frame: &Frame<'_>) {
        let Some(map) = &self.to_frame else { return };
        let [[a, b, c], [d, e, f], [g, h, i]] = map.rows().map(|row| row.map(|entry| entry as f32));
        let place = |pixel: f32, sample: usize| pixel + (sample as f32 + 0.5) / SAMPLES as f32;
        let mut row = 0.0;
        let lines = self.luma.chunks_exact_mut(self.width);
        let lines = lines.zip(self.rgb.chunks_exact_mut(self.width));
        let lines = lines.zip(self.seen.chunks_exact_mut(self.width));
        for ((luma, rgb), seen) in lines {
            let mut column = 0.0;
            for ((luma, rgb), seen) in luma.iter_mut().zip(rgb).zip(seen) {
                let (mut sums, mut count) = ([0u32; 3], 0);
                for line in 0..SAMPLES {
                    let y = place(row, line);
                    for sample in 0..SAMPLES {
                        let x = place(column, sample);
                        let w = 1.0 / (g * x + h * y + i);
                        let (u, v) = ((a * x + b * y + c) * w, (d * x + e * y + f) * w);
                        let Some(pixel) = frame.pixel::<BYTES>(floor(u), floor(v)) else {
                            continue;
                        };
                        for (sum, value) in sums.iter_mut().zip(colour(pixel)) {
                            *sum += u32::from(value);
                        }
                        count += 1;
                    }
                }
                column += 1.0;
                let all = (SAMPLES * SAMPLES) as u32;
                *rgb = if count == all {
                    // Nearly always; a division by a constant is a multiplication.
                    sums.map(|sum| ((sum + all / 2) / all) as u8)
                } else if 2 * count > all {
                    sums.map(|sum| ((sum + count / 2) / count) as u8)
                } else {
                    continue;
                };
                (*luma, *seen) = (luma_of(*rgb), true);
            }
            row += 1.0;
        }
    }

    /// Pixels that the frame shows, one at least.
    pub(super) fn area(&self) -> f32 {
        let seen = self.seen.iter().fold(0u32, |sum, seen| sum.wrapping_add(u32::from(*seen)));
        seen.max(1) as f32
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

    /// One plane's values in a cell, row-major; nothing's where it reaches beyond the view.
    pub(super) fn cell<T: Copy + Default>(
        &self,
        plane: &[T],
        column: usize,
        row: usize,
    ) -> [[T; CELL]; CELL] {
        let mut cell = [[T::default(); CELL]; CELL];
        let lines = plane.chunks(self.width.max(1)).skip(row * CELL);
        for (into, line) in cell.iter_mut().zip(lines) {
            let line = line.get(column * CELL..).unwrap_or_default();
            match line.first_chunk() {
                Some(whole) => *into = *whole,
                None => into.iter_mut().zip(line).for_each(|(into, value)| *into = *value),
            }
        }
        cell
    }

    /// Luma at a place, clamped to the border.
    pub(super) fn luma_at(&self, x: usize, y: usize) -> u8 {
        let (x, y) = (x.min(self.width.saturating_sub(1)), y.min(self.height.saturating_sub(1)));
        self.luma.get(y * self.width + x).copied().unwrap_or_default()
    }
}

/// The whole number below; of a negative one, a number beyond any frame.
fn floor(value: f32) -> u32 {
    (value as i32).wrapping_sub(i32::from(value < 0.0)).cast_unsigned()
}
