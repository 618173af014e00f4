//! Signs that a seal was not stamped: ink without a grain, and a second seal that is the first one again.

use image::{GrayImage, Luma, RgbImage};
use imageproc::distance_transform::Norm;
use imageproc::morphology::erode;

use super::{Colour, Outline};

/// Side of the picture in which two seals are held against each other, pixels.
const SIDE: u32 = 96;

/// How far one may lie beside the other there: what their outlines are off by.
const OFF: i32 = 3;

/// Least pixels of ink, away from its edges, by which its grain is judged.
const ENOUGH: usize = 300;

/// How evenly the ink lies, 0..1: 1 less the spread of its density against its mean. A stamp presses unevenly
/// and its ink sinks into the paper; a drawn seal is as dense everywhere. `None` where too little ink is
/// thicker than its blurred edges.
pub(crate) fn flatness(page: &RgbImage, outline: &Outline) -> Option<f32> {
    let [left, top, right, bottom] = outline.bounds();
    let (left, top) = (left.max(0.0) as u32, top.max(0.0) as u32);
    let width = (right as u32).min(page.width()).saturating_sub(left).max(1);
    let height = (bottom as u32).min(page.height()).saturating_sub(top).max(1);
    let density =
        GrayImage::from_fn(width, height, |x, y| Luma([density(page, outline, left + x, top + y)]));
    let mut inked = density.clone();
    inked.pixels_mut().for_each(|Luma([value])| *value = if *value > 40 { 255 } else { 0 });
    let core = erode(&inked, Norm::LInf, (width.min(height) / 90).clamp(1, 4) as u8);
    let mut values: Vec<u8> = core
        .pixels()
        .zip(density.pixels())
        .filter(|(Luma([inside]), _)| *inside > 0)
        .map(|(_, Luma([value]))| *value)
        .collect();
    if values.len() < ENOUGH {
        return None;
    }
    values.sort_unstable();
    let at = |share: f32| {
        let index = (values.len() as f32 * share) as usize;
        values.get(index).copied().map_or(0.0, f32::from)
    };
    Some((1.0 - (at(0.9) - at(0.1)) / at(0.5).max(1.0)).clamp(0.0, 1.0))
}

/// How much two seals are one picture, −1..1: the correlation of their ink where they fit best. Two stampings
/// of one seal are turned and inked differently.
pub(crate) fn likeness(page: &RgbImage, [one, other]: [&Outline; 2]) -> Option<f32> {
    let alike = |a: f32, b: f32| (a - b).abs() <= 0.08 * a.max(b);
    let same = one.colour == other.colour
        && alike(one.radii[0], other.radii[0])
        && alike(one.radii[1], other.radii[1]);
    if !same {
        return None;
    }
    let [one, other] = [one, other].map(|outline| patch(page, outline));
    let offsets = (-OFF..=OFF).flat_map(|down| (-OFF..=OFF).map(move |across| [across, down]));
    offsets.map(|offset| correlation(&one, &other, offset)).max_by(f32::total_cmp)
}

/// A seal's ink, [`SIDE`] pixels square.
fn patch(page: &RgbImage, outline: &Outline) -> GrayImage {
    let [left, top, right, bottom] = outline.bounds();
    let step = [(right - left) / SIDE as f32, (bottom - top) / SIDE as f32];
    GrayImage::from_fn(SIDE, SIDE, |x, y| {
        // Four places a pixel: a seal on a large page has as many.
        let sum: u32 = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]
            .into_iter()
            .map(|[across, down]| {
                let x = left + (x as f32 + across) * step[0];
                let y = top + (y as f32 + down) * step[1];
                u32::from(density(page, outline, x.max(0.0) as u32, y.max(0.0) as u32))
            })
            .sum();
        Luma([(sum / 4) as u8])
    })
}

fn correlation(one: &GrayImage, other: &GrayImage, [across, down]: [i32; 2]) -> f32 {
    let mut sums = [0.0f64; 6];
    for (x, y, Luma([value])) in one.enumerate_pixels() {
        let at = [i64::from(x) + i64::from(across), i64::from(y) + i64::from(down)];
        let [Ok(x), Ok(y)] = at.map(u32::try_from) else { continue };
        let Some(Luma([against])) = other.get_pixel_checked(x, y) else { continue };
        let (a, b) = (f64::from(*value), f64::from(*against));
        for (sum, by) in sums.iter_mut().zip([1.0, a, b, a * a, b * b, a * b]) {
            *sum += by;
        }
    }
    let [count, a, b, aa, bb, ab] = sums;
    let spread = ((aa - a * a / count) * (bb - b * b / count)).sqrt();
    if spread > 0.0 { ((ab - a * b / count) / spread) as f32 } else { 0.0 }
}

/// How much light of another colour the ink takes away: 0 for paper and for black text over it.
fn density(page: &RgbImage, outline: &Outline, x: u32, y: u32) -> u8 {
    let Some(pixel) = page.get_pixel_checked(x, y) else { return 0 };
    let [red, green, blue] = pixel.0.map(f32::from);
    let (own, other) = match outline.colour {
        Colour::Red => (red, green),
        Colour::Blue => (blue, red),
    };
    // Against its own light, so that shade does not count as ink.
    (255.0 * (1.0 - other / own.max(24.0))).clamp(0.0, 255.0) as u8
}
