//! Colour of every pixel that was stored for every fourth pixel before.
//!
//! Cameras store colour at half the size (4:2:0); an editor that stores it in full has decoded that, spread
//! by triangles or repeated. Brought back to half the size, it falls on the first round's steps, though luma may
//! have been quantised with one and the same table twice and tell nothing.

use bailing_vision::{Frame, PixelFormat};
use rayon::prelude::*;

use super::blocks::{SIDE, Turned, frequencies};
use super::mixture::{LEVELS, Parts, Shares, held, likelier};

/// Frequencies that are looked at: in the others colour has next to nothing.
const LOWEST: usize = 5;

/// Values that are not zero, below which a frequency says nothing.
const ENOUGH: f32 = 30.0;

/// First steps end before this; those below 3 are too fine to be seen.
const STEPS: std::ops::Range<u16> = 3..41;

/// What the second quantisation and rounding do to a value, standard deviation, and the share of values of which
/// they leave no trace.
const DISTURBED: [(f32, f32); 4] = [(0.7, 0.2), (0.7, 0.7), (1.4, 0.3), (1.4, 0.7)];

/// What a filter of 3/4 and 1/8 on either side, by which spreading and averaging come out, is undone with: one
/// pole forwards and backwards (Unser, Aldroubi and Eden 1993).
const POLE: f32 = 0.171_572_88;

/// By how many nats the colour of a picture that stores it in full is likelier to have been stored at half
/// the size before; 0 where it is not.
pub(super) fn halved(frame: &Frame<'_>, turned: Turned) -> f32 {
    if frame.format() == PixelFormat::Luma8 {
        return 0.0;
    }
    let repeated = halves(frame, turned);
    let mut spread = repeated.clone();
    spread.par_iter_mut().for_each(Plane::sharpen);
    let nats = [repeated, spread].map(|planes| {
        let histograms: Vec<_> = planes.iter().flat_map(histograms).collect();
        let explained: Vec<_> =
            histograms.par_iter().map(|(place, counts)| (*place, explain(counts))).collect();
        let of_table = |quality: u16, aside: usize| {
            let gain = |(place, gains): &([usize; 2], [[f32; STEPS.end as usize]; 4])| {
                gains.get(aside)?.get(usize::from(standard(quality, *place))).copied()
            };
            explained.iter().filter_map(gain).sum::<f32>()
        };
        let tables = (50..100)
            .flat_map(|quality| (0..DISTURBED.len()).map(move |disturbed| (quality, disturbed)));
        let most = tables.map(|(quality, disturbed)| of_table(quality, disturbed));
        let levels = histograms.iter().flat_map(|(_, counts)| counts).sum::<f32>();
        held(most.fold(0.0, f32::max), levels)
    });
    nats.into_iter().fold(0.0, f32::max)
}

/// One of the two colours at half the size, as it is stored.
#[derive(Clone)]
struct Plane {
    width: usize,
    values: Vec<f32>,
}

/// Both, the mean of four pixels each.
fn halves(frame: &Frame<'_>, turned: Turned) -> [Plane; 2] {
    let [width, height] = turned.stored().map(|side| side as usize / 2);
    let bytes = frame.format().bytes_per_pixel();
    let pixel = |x: usize, y: usize| {
        let [x, y] = turned.upright([x as f32 + 0.5, y as f32 + 0.5]);
        let start = x as usize * bytes;
        match frame.row(y as u32).get(start..start + 3) {
            Some([red, green, blue]) => [*red, *green, *blue].map(f32::from),
            _ => [128.0; 3],
        }
    };
    let mean = |x: usize, y: usize| {
        let mut sum = [0.0; 3];
        for (x, y) in [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)] {
            for (sum, level) in sum.iter_mut().zip(pixel(x, y)) {
                *sum += 0.25 * level;
            }
        }
        sum
    };
    let means: Vec<[f32; 3]> = (0..height)
        .into_par_iter()
        .flat_map_iter(|row| (0..width).map(move |column| mean(2 * column, 2 * row)))
        .collect();
    // ITU-R BT.601.
    [[-0.168_736, -0.331_264, 0.5], [0.5, -0.418_688, -0.081_312]].map(|shares| {
        let colour =
            |mean: &[f32; 3]| mean.iter().zip(shares).map(|(level, share)| level * share).sum();
        Plane { width, values: means.iter().map(colour).collect() }
    })
}

impl Plane {
    /// Undoes what spreading by triangles and averaging came to.
    fn sharpen(&mut self) {
        let width = self.width.max(1);
        let gain = (1.0 + POLE * POLE) / 0.75;
        for row in self.values.chunks_mut(width) {
            let mut before = None;
            for value in row.iter_mut() {
                *value = step(*value * gain, before);
                before = Some(*value);
            }
            let mut after = None;
            for value in row.iter_mut().rev() {
                *value = step(*value, after);
                after = Some(*value);
            }
        }
        let rows = self.values.len() / width;
        let mut beside: Option<Vec<f32>> = None;
        for row in self.values.chunks_mut(width) {
            for (column, value) in row.iter_mut().enumerate() {
                let before = beside.as_ref().and_then(|row| row.get(column)).copied();
                *value = step(*value * gain, before);
            }
            beside = Some(row.to_vec());
        }
        beside = None;
        for row in self.values.chunks_mut(width).rev().take(rows) {
            for (column, value) in row.iter_mut().enumerate() {
                let after = beside.as_ref().and_then(|row| row.get(column)).copied();
                *value = step(*value, after);
            }
            beside = Some(row.to_vec());
        }
    }
}

/// A value less what leaked into it from the one beside it; at the border it goes on as it is.
fn step(value: f32, beside: Option<f32>) -> f32 {
    beside.map_or(value / (1.0 + POLE), |beside| value - POLE * beside)
}

/// How often each absolute value occurs, rounded, by row and column of the frequency.
fn histograms(plane: &Plane) -> Vec<([usize; 2], Shares)> {
    let places: Vec<[usize; 2]> = (0..LOWEST)
        .flat_map(|row| (0..LOWEST).map(move |column| [row, column]))
        .filter(|[row, column]| (1..=LOWEST).contains(&(row + column)))
        .collect();
    let mut counts = vec![[0.0; LEVELS]; places.len()];
    for strip in plane.values.chunks_exact(plane.width.max(1) * SIDE) {
        for column in 0..plane.width / SIDE {
            let mut pixels = [[0.0; SIDE]; SIDE];
            for (pixels, row) in pixels.iter_mut().zip(strip.chunks(plane.width)) {
                if let Some(cut) = row.get(column * SIDE..).and_then(|row| row.first_chunk()) {
                    *pixels = *cut;
                }
            }
            let found = frequencies(&pixels);
            for (counts, [row, column]) in counts.iter_mut().zip(&places) {
                let value = found.get(*row).and_then(|row| row.get(*column)).copied();
                let level = value.unwrap_or_default().abs().round() as usize;
                if let Some(count) = counts.get_mut(level).filter(|_| level > 0) {
                    *count += 1.0;
                }
            }
        }
    }
    places.into_iter().zip(counts).collect()
}

/// By how many nats each first step explains a frequency's values better than none, for each of [`DISTURBED`].
fn explain(counts: &Shares) -> [[f32; STEPS.end as usize]; DISTURBED.len()] {
    let mut gains = [[0.0; STEPS.end as usize]; DISTURBED.len()];
    if counts.iter().sum::<f32>() < ENOUGH {
        return gains;
    }
    let smooth = Parts::once(1.0).fit(counts);
    for (gains, (noise, aside)) in gains.iter_mut().zip(DISTURBED) {
        for first in STEPS {
            let Some(parts) = Parts::twice(f32::from(first), 1.0, noise) else { continue };
            let mut double = parts.mixed(&smooth.weights);
            // What is nearer to zero than to the first step is zero in most blocks, whatever was done to it.
            let nearest = usize::from(first).div_ceil(2);
            let beyond = |shares: &Shares| shares.iter().skip(nearest).sum::<f32>().max(1e-6);
            let (own, smoothed) = (beyond(&double), beyond(&smooth.shares));
            let mut heard = *counts;
            for near in heard.iter_mut().take(nearest) {
                *near = 0.0;
            }
            for share in &mut double {
                *share = (*share / own * smoothed).max(1e-9);
            }
            if let Some(gain) = gains.get_mut(usize::from(first)) {
                *gain = likelier(&heard, &double, &smooth.shares, aside);
            }
        }
    }
    gains
}

/// T.81 table K.2 but for what is 99 there, scaled by a quality of 50 or more as the Independent JPEG Group does.
fn standard(quality: u16, [row, column]: [usize; 2]) -> u16 {
    const CHROMA: [[u16; 4]; 4] =
        [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]];
    let base = CHROMA.get(row).and_then(|row| row.get(column)).copied().unwrap_or(99);
    ((base * (200 - 2 * quality) + 50) / 100).max(1)
}

#[cfg(test)]
mod tests {
    use super::super::blocks::Blocks;
    use super::super::container::Container;
    use super::*;

    const WIDE: usize = 320;
    const TALL: usize = 240;

    /// Numbers that are the same on every platform, 0..1.
    fn numbers(seed: u32) -> impl FnMut() -> f32 {
        let mut state = seed;
        move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0
        }
    }

    /// A colour at half the size: waves of every block's own, multiples of the steps where `quality` is one.
    fn half(quality: Option<u16>, seed: u32) -> Vec<f32> {
        let mut next = numbers(seed);
        let mut plane = vec![0.0; WIDE * TALL];
        for (top, left) in
            (0..TALL / SIDE).flat_map(|row| (0..WIDE / SIDE).map(move |column| (row, column)))
        {
            let mut found = [[0.0f32; SIDE]; SIDE];
            for (row, column) in (0..4).flat_map(|row| (0..4).map(move |column| (row, column))) {
                let side = if next() < 0.5 { -12.0 } else { 12.0 };
                let value = side * (1.0 - next()).ln() / (1.0 + row as f32 + column as f32);
                let step =
                    quality.map_or(0.01, |quality| f32::from(standard(quality, [row, column])));
                found[row][column] = (value / step).round() * step;
            }
            for (y, x) in (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (y, x))) {
                let mut pixels = [[0.0; SIDE]; SIDE];
                pixels[y][x] = 1.0;
                let shares = frequencies(&pixels);
                let waves = found.iter().flatten().zip(shares.iter().flatten());
                plane[(top * SIDE + y) * WIDE + left * SIDE + x] =
                    waves.map(|(value, share)| value * share).sum();
            }
        }
        plane
    }

    /// The picture that a decoder makes of two colours at half the size, spreading them by triangles or not.
    fn decoded(colours: &[Vec<f32>; 2], triangles: bool) -> Vec<u8> {
        let value = |plane: &Vec<f32>, x: usize, y: usize| {
            let beside = |at: usize, count: usize| {
                let other =
                    if at.is_multiple_of(2) { (at / 2).saturating_sub(1) } else { at / 2 + 1 };
                other.min(count - 1)
            };
            let at = |x: usize, y: usize| plane[y * WIDE + x];
            let (own, tall) = (x / 2, y / 2);
            let (other, above) = (beside(x, WIDE), beside(y, TALL));
            if !triangles {
                return at(own, tall);
            }
            let across = |y: usize| 0.75 * at(own, y) + 0.25 * at(other, y);
            0.75 * across(tall) + 0.25 * across(above)
        };
        let mut pixels = Vec::with_capacity(12 * WIDE * TALL);
        for (y, x) in (0..2 * TALL).flat_map(|y| (0..2 * WIDE).map(move |x| (y, x))) {
            let [blue, red] = colours.each_ref().map(|plane| value(plane, x, y));
            let mixed = [1.402 * red, -0.344_136 * blue - 0.714_136 * red, 1.772 * blue];
            pixels.extend(mixed.map(|level| (128.0 + level).round().clamp(0.0, 255.0) as u8));
        }
        pixels
    }

    fn found(pixels: &[u8]) -> f32 {
        let (width, height) = (2 * WIDE as u32, 2 * TALL as u32);
        let frame = Frame::new(pixels, width, height, 6 * WIDE, PixelFormat::Rgb8).unwrap();
        let container = Container {
            luma: Some([4; 64]),
            size: Some([width, height]),
            orientation: 1,
            ..Container::default()
        };
        halved(&frame, Blocks::of(&frame, &container).unwrap().turned())
    }

    #[test]
    fn colour_that_was_quantised_at_half_the_size_is_known_whatever_decoded_it() {
        for quality in [80, 88] {
            for triangles in [true, false] {
                let colours = [half(Some(quality), 1), half(Some(quality), 2)];
                let nats = found(&decoded(&colours, triangles));
                assert!(nats > 100.0, "{quality}, {triangles}: {nats}");
            }
        }
    }

    #[test]
    fn colour_that_was_never_quantised_is_left_alone() {
        for triangles in [true, false] {
            let nats = found(&decoded(&[half(None, 3), half(None, 4)], triangles));
            assert!(nats < 25.0, "{triangles}: {nats}");
        }
    }
}
