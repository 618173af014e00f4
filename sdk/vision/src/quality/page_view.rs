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

/// Pixels of the view over which the perspective is taken for a parabola's: where a page's far side is
/// half as long as its near one, places are off by a thousandth of a pixel of the view.
const RUN: usize = 8;

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
        let [[a, b, c], [d, e, f], [g, h, i]] = map.rows();
        let place = |x: f64, y: f64| {
            let w = 1.0 / (g * x + h * y + i);
            [(a * x + b * y + c) * w, (d * x + e * y + f) * w]
        };
        let middle = |sample: usize| (sample as f64 + 0.5) / SAMPLES as f64;
        let lines = self.luma.chunks_exact_mut(self.width);
        let lines = lines.zip(self.rgb.chunks_exact_mut(self.width));
        let lines = lines.zip(self.seen.chunks_exact_mut(self.width));
        for (row, ((luma, rgb), seen)) in lines.enumerate() {
            let runs = luma.chunks_mut(RUN).zip(rgb.chunks_mut(RUN)).zip(seen.chunks_mut(RUN));
            for (run, ((luma, rgb), seen)) in runs.enumerate() {
                let length = luma.len() as f64;
                let mut walks: [Walk; SAMPLES] = std::array::from_fn(|line| {
                    let (x, y) = ((run * RUN) as f64 + middle(0), row as f64 + middle(line));
                    let places = [0.0, 0.5, 1.0].map(|share| place(x + share * length, y));
                    Walk::through(places, length * SAMPLES as f64)
                });
                for ((luma, rgb), seen) in luma.iter_mut().zip(rgb).zip(seen) {
                    let (mut sums, mut count, mut last) = ([0u32; 3], 0, [0; 2]);
                    for walk in &mut walks {
                        for _ in 0..SAMPLES {
                            let [x, y] = walk.step();
                            let Some(pixel) = frame.pixel::<BYTES>(x, y) else { continue };
                            for (sum, value) in sums.iter_mut().zip(colour(pixel)) {
                                *sum += u32::from(value);
                            }
                            count += 1;
                            last = [x, y];
                        }
                    }
                    let all = (SAMPLES * SAMPLES) as u32;
                    *rgb = if count == all {
                        // Nearly always; a division by a constant is a multiplication.
                        means(sums, all)
                    } else if 2 * count > all {
                        means(sums, count)
                    } else {
                        continue;
                    };
                    (*luma, *seen) = (luma_of(*rgb), true);
                    if frame.has_chroma() {
                        let [x, y] = last;
                        *rgb = frame.tinted(*luma, x, y);
                    }
                }
            }
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
        let lines = plane.get(row * CELL * self.width..).unwrap_or_default();
        for (into, line) in cell.iter_mut().zip(lines.chunks(self.width.max(1))) {
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

/// Each sum's share of `count`, rounded. Not by `map`, which calls a function for every pixel.
#[inline(always)]
fn means([red, green, blue]: [u32; 3], count: u32) -> [u8; 3] {
    let mean = |sum: u32| ((sum + count / 2) / count) as u8;
    [mean(red), mean(green), mean(blue)]
}

/// Goes along a row of the view by its second differences, in fixed point: a division a sample and
/// turning floats into whole numbers would cost more than all the rest.
#[derive(Clone, Copy, Debug)]
struct Walk {
    place: [i64; 2],
    step: [i64; 2],
    bend: [i64; 2],
}

impl Walk {
    /// Bits behind the point.
    const BITS: u32 = 24;

    /// A small part of a pixel, and more than all rounding of a run.
    const HAIR: i64 = 1 << (Self::BITS - 12);

    /// From the first of three places over the second, in the middle, to the third, which `steps` lead
    /// to.
    fn through([from, over, to]: [[f64; 2]; 3], steps: f64) -> Self {
        let fixed = |value: f64| (value * f64::from(1u32 << Self::BITS)) as i64;
        let of = |axis: fn([f64; 2]) -> f64| {
            let [from, over, to] = [from, over, to].map(axis);
            let bend = 2.0 * (from - 2.0 * over + to) / (steps * steps);
            let step = (4.0 * over - 3.0 * from - to) / steps;
            [from, step + bend, 2.0 * bend].map(fixed)
        };
        let ([x, across, bend], [y, down, fall]) = (of(|[x, _]| x), of(|[_, y]| y));
        // What lies between two pixels belongs to the second, whatever the rounding.
        let place = [x, y].map(|place| place.saturating_add(Self::HAIR));
        Self { place, step: [across, down], bend: [bend, fall] }
    }

    /// Column and row of the next pixel of the frame; of what is negative, more than any frame has.
    fn step(&mut self) -> [u32; 2] {
        let place = self.place;
        for ((place, step), bend) in self.place.iter_mut().zip(&mut self.step).zip(self.bend) {
            *place = place.wrapping_add(*step);
            *step = step.wrapping_add(bend);
        }
        place.map(|place| (place >> Self::BITS) as u32)
    }
}
