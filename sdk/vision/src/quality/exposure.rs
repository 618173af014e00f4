//! Light on the page: reflections, darkness, washed-out paper.

use crate::pixels::{Thumbnail, luma};
use crate::{Point, Quad};

/// Share of the page under reflections from which text is lost.
pub(super) const MOST_GLARE: f32 = 0.02;

/// Luma (0..255) that the page's brightest twentieth must reach.
pub(super) const LEAST_BRIGHT: f32 = 70.0;

/// Share of the page without any contrast to white from which nothing is left to read.
pub(super) const MOST_WASHED_OUT: f32 = 0.97;

/// All channels at or above this are saturated.
const SATURATED: u8 = 250;

/// Paper whose own brightness comes this close to saturation is white in the picture, as in a scan:
/// nothing on it can be told to be a reflection.
const WHITE_PAPER: u8 = 238;

/// What was measured on one page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Light {
    /// Share of the page in saturated blobs that stand out from its paper.
    pub(super) glare: f32,
    /// 95th percentile of luma, 0..255.
    pub(super) brightest: f32,
    /// Share of the page whose luma is within one step of white.
    pub(super) washed_out: f32,
}

/// Measures the page inside `quad`, in pixels of the thumbnail.
pub(super) fn measure(thumbnail: &Thumbnail, quad: &Quad) -> Light {
    let mut histogram = [0u32; 256];
    let (mut all, mut saturated, mut white) = (0u32, 0u32, 0u32);
    let width = thumbnail.width.max(1) as usize;
    let is_saturated = |x: f32, y: f32| thumbnail.at(x, y).iter().all(|v| *v >= SATURATED);
    for (index, pixel) in thumbnail.rgb.chunks_exact(3).enumerate() {
        let [r, g, b] = pixel else { continue };
        let place = Point { x: (index % width) as f32 + 0.5, y: (index / width) as f32 + 0.5 };
        if !quad.contains(place) {
            continue;
        }
        let value = luma([*r, *g, *b]);
        all += 1;
        white += u32::from(value >= 254);
        if let Some(count) = histogram.get_mut(usize::from(value)) {
            *count += 1;
        }
        // Inside a blob, not a speck of paper between letters: saturated all around.
        let around = [(-3.0, 0.0), (3.0, 0.0), (0.0, -3.0), (0.0, 3.0), (0.0, 0.0)];
        let blob = around.iter().all(|(dx, dy)| is_saturated(place.x + dx, place.y + dy));
        saturated += u32::from(blob);
    }
    let share = |count: u32| if all == 0 { 0.0 } else { count as f32 / all as f32 };
    let paper = percentile(&histogram, all.saturating_sub(saturated), 0.75);
    Light {
        glare: if paper < WHITE_PAPER { share(saturated) } else { 0.0 },
        brightest: f32::from(percentile(&histogram, all, 0.95)),
        washed_out: share(white),
    }
}

/// The value below which `share` of the darkest `count` pixels lie.
fn percentile(histogram: &[u32; 256], count: u32, share: f32) -> u8 {
    let target = (count as f32 * share) as u32;
    let mut seen = 0;
    for (value, count) in (0u8..=255).zip(histogram) {
        seen += count;
        if seen > target {
            return value;
        }
    }
    u8::MAX
}
