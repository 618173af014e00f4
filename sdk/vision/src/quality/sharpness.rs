//! Sharpness where there is something to be sharp.
//!
//! The re-blur measure (Crété-Roffet et al., SPIE 6492, 2007): what was sharp changes a lot when it
//! is blurred once more, what was blurred changes little. It compares a block with itself, so it
//! does not follow how much is printed, as the variance of the Laplacian does.

use crate::pixels::luma_run;
use crate::{Frame, Point, Quad};

/// Sharpness below which small print cannot be read, 0..1. Of 29 photos labelled as not blurred the
/// least sharp has 0.57; the worse of the blurred ones has 0.43. Raising it objects to soft lenses,
/// lowering it lets through what no engine reads.
pub(super) const LEAST: f32 = 0.45;

/// Pixels along the longer side of the page at which print is read; a picture with more is judged
/// at this scale, so that the softness of a 64 MP sensor's single pixels does not count.
const READING_SIDE: f32 = 1_600.0;

/// Side of a block, pixels at the reading scale.
const BLOCK: usize = 64;

/// Blocks across and down the page.
const GRID: u8 = 12;

/// Half the width of the blur that a block is compared with.
const BLUR: usize = 4;

/// Median sharpness of the quarter of the blocks with the most contrast: 0 (blurred) to 1 (sharp).
/// Pages without any contrast are taken as sharp: there is nothing to read on them.
pub(super) fn measure(frame: &Frame<'_>, page: &Quad) -> f32 {
    let [left, top, right, bottom] = page.bounds();
    let longer = (right - left).max(bottom - top);
    let step = (longer / READING_SIDE).round().max(1.0) as u32;
    let mut block = vec![0.0f32; BLOCK * BLOCK];
    let mut blocks: Vec<(f32, f32)> = Vec::with_capacity(usize::from(GRID) * usize::from(GRID));
    for row in 0..GRID {
        for column in 0..GRID {
            let share = |index: u8| (f32::from(index) + 0.5) / f32::from(GRID);
            let centre = Point {
                x: left + (right - left) * share(column),
                y: top + (bottom - top) * share(row),
            };
            if page.contains(centre) && fill(frame, centre, step, &mut block) {
                let (contrast, sharpness) = reblur(&block);
                // Below this mean difference a block holds paper and noise.
                if contrast > 2.0 {
                    blocks.push((contrast, sharpness));
                }
            }
        }
    }
    blocks.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    blocks.truncate(blocks.len().div_ceil(4));
    blocks.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    blocks.get(blocks.len() / 2).map_or(1.0, |(_, sharpness)| *sharpness)
}

/// Luma of the block around a place, every pixel the mean of `step` × `step`; false where the block
/// does not lie inside the frame.
fn fill(frame: &Frame<'_>, centre: Point, step: u32, block: &mut [f32]) -> bool {
    let half = (BLOCK as u32 * step / 2) as f32;
    let (left, top) = (centre.x - half, centre.y - half);
    let side = BLOCK as u32 * step;
    if left < 0.0 || top < 0.0 {
        return false;
    }
    let (left, top) = (left as u32, top as u32);
    if left + side > frame.width() || top + side > frame.height() {
        return false;
    }
    block.fill(0.0);
    let weight = 1.0 / (step * step) as f32;
    for (row, values) in (0u32..).zip(block.chunks_exact_mut(BLOCK)) {
        for line in 0..step {
            let run = luma_run(frame, left, top + row * step + line, side as usize);
            for (column, value) in run.enumerate() {
                if let Some(sum) = values.get_mut(column / step as usize) {
                    *sum += f32::from(value) * weight;
                }
            }
        }
    }
    true
}

/// Mean difference between neighbours, and how much of it one more blur takes away, the weaker of
/// the two directions.
fn reblur(block: &[f32]) -> (f32, f32) {
    let mut contrast = 0.0f32;
    let mut sharpness = 1.0f32;
    for (across, along) in [(BLOCK, 1), (1, BLOCK)] {
        let (mut before, mut lost) = (0.0f32, 0.0f32);
        for line in 0..BLOCK {
            let at = |place: usize| block.get(line * across + place * along).copied();
            let blurred = |place: usize| -> Option<f32> {
                let window = place.checked_sub(BLUR)?..=place + BLUR;
                let count = (2 * BLUR + 1) as f32;
                Some(window.map(|place| at(place).unwrap_or_default()).sum::<f32>() / count)
            };
            for place in BLUR + 1..BLOCK - BLUR {
                let (Some(here), Some(left)) = (at(place), at(place - 1)) else { continue };
                let (Some(soft), Some(soft_left)) = (blurred(place), blurred(place - 1)) else {
                    continue;
                };
                let difference = (here - left).abs();
                before += difference;
                lost += (difference - (soft - soft_left).abs()).max(0.0);
            }
        }
        contrast = contrast.max(before / (BLOCK * (BLOCK - 2 * BLUR - 1)) as f32);
        if before > 0.0 {
            sharpness = sharpness.min(lost / before);
        }
    }
    (contrast, sharpness)
}
