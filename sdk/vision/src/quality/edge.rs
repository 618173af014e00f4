//! The profile of one edge of a stroke.
//!
//! After Maheshwari et al. (ICVGIP 2017): how many pixels an edge takes from ink to paper says how
//! sharp the picture is, whatever is written and in whatever script. A thin stroke's flank is
//! steeper than a wide one's at the same blur, since its two edges overlap; the stroke's own width
//! tells by how much, and that is taken out here.

/// Longest walk to either side, pixels of the window. A 10–90 % width of 24 is beyond reading.
const REACH: usize = 24;

/// Samples of a profile.
const SAMPLES: usize = 2 * REACH + 1;

/// How much a profile may turn back before it has ended, as a share of its height so far: noise and
/// sharpening ripple, strokes do not.
const RIPPLE: f32 = 0.12;

/// A square of luma at the frame's own pixels, or at means of some of them.
#[derive(Debug, Default)]
pub(super) struct Window {
    pub(super) side: usize,
    /// Row-major, 0..255.
    pub(super) luma: Vec<f32>,
}

/// One edge of a stroke.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Edge {
    /// 10–90 % width of a single edge under the same blur, pixels of the window.
    pub(super) width: f32,
    /// Luma from ink to paper.
    pub(super) height: f32,
    /// Luma of the paper beside it.
    pub(super) bright: f32,
    /// Whether it belongs to a stroke: whether there is another edge on its dark side.
    pub(super) of_stroke: bool,
}

impl Window {
    /// Measures the edge through a pixel along a unit vector that points to its brighter side.
    /// `noise` is the luma by which a profile may turn back at least.
    pub(super) fn edge(&self, x: usize, y: usize, towards: [f32; 2], noise: f32) -> Option<Edge> {
        let at = |place: usize| {
            let along = place as f32 - REACH as f32;
            self.between(x as f32 + towards[0] * along, y as f32 + towards[1] * along)
        };
        let mut samples = [0.0f32; SAMPLES];
        let middle = at(REACH)?;
        *samples.get_mut(REACH)? = middle;
        let (dark_end, dark) = extreme(&at, &mut samples, middle, noise, false);
        let (bright_end, bright) = extreme(&at, &mut samples, middle, noise, true);
        let height = bright - dark;
        if height <= noise || dark_end == REACH || bright_end == REACH {
            return None;
        }
        let flank = samples.get(dark_end..=bright_end)?;
        let rising = |share: f32| crossing(flank, dark + share * height);
        let (low, half, high) = (rising(0.1)?, rising(0.5)?, rising(0.9)?);
        let width = (high - low).max(0.3);
        let other = other_flank(&at, dark_end, dark, 0.5 * height);
        let skew = (half - low) / (high - half);
        let width = width
            * other.map_or(1.0, |beyond| {
                let ratio = width / (half + beyond);
                widening(ratio).max(flattening(width, ratio, skew))
            });
        Some(Edge { width, height, bright, of_stroke: other.is_some() })
    }

    /// Luma between four pixels; `None` beyond them.
    fn between(&self, x: f32, y: f32) -> Option<f32> {
        let (left, top) = (x as u32, y as u32);
        let last = (self.side as u32).wrapping_sub(1);
        if !(x >= 0.0 && y >= 0.0) || left >= last || top >= last {
            return None;
        }
        let (across, down) = (x - left as f32, y - top as f32);
        let start = top as usize * self.side + left as usize;
        let [a, b, .., c, d] = self.luma.get(start..=start + self.side + 1)? else { return None };
        let upper = a + (b - a) * across;
        let lower = c + (d - c) * across;
        Some(upper + (lower - upper) * down)
    }
}

/// Walks from the middle to where the profile ends; gives the place and value of its extreme.
fn extreme(
    at: &impl Fn(usize) -> Option<f32>,
    samples: &mut [f32; SAMPLES],
    middle: f32,
    noise: f32,
    brighter: bool,
) -> (usize, f32) {
    let (mut end, mut best) = (REACH, middle);
    for step in 1..=REACH {
        let place = if brighter { REACH + step } else { REACH - step };
        let Some(value) = at(place) else { break };
        if let Some(sample) = samples.get_mut(place) {
            *sample = value;
        }
        let gain = if brighter { value - best } else { best - value };
        if gain > 0.0 {
            (end, best) = (place, value);
        } else if -gain > noise.max(RIPPLE * (best - middle).abs()) {
            break;
        }
    }
    (end, best)
}

/// Where a flank first exceeds a level, samples from its start.
fn crossing(flank: &[f32], level: f32) -> Option<f32> {
    let place = flank.iter().position(|value| *value > level)?;
    let (before, after) = (*flank.get(place.checked_sub(1)?)?, *flank.get(place)?);
    Some((place - 1) as f32 + (level - before) / (after - before).max(1e-3))
}

/// Samples from a stroke's darkest place to where its other flank has risen so far; `None` where it
/// does not.
fn other_flank(
    at: &impl Fn(usize) -> Option<f32>,
    dark_end: usize,
    dark: f32,
    rise: f32,
) -> Option<f32> {
    let mut before = dark;
    for (step, value) in (0..dark_end).rev().map_while(at).enumerate() {
        if value >= dark + rise {
            return Some(step as f32 + (dark + rise - before) / (value - before).max(1e-3));
        }
        before = value;
    }
    None
}

/// By how much a single edge is wider than a stroke's flank under the same Gaussian blur, from the
/// ratio of the flank's width to the stroke's at half its height. Computed from the profile of a
/// blurred bar up to 0.62; from there on it rises faster than a ratio can be read off pixels, and the
/// curve is what brings hair lines and letters closest to each other at equal blur. Beyond 0.717 a
/// stroke is all blur and says no more about its own width.
fn widening(ratio: f32) -> f32 {
    const CURVE: [[f32; 2]; 9] = [
        [0.0, 1.0],
        [0.42, 1.0],
        [0.50, 1.021],
        [0.58, 1.072],
        [0.62, 1.116],
        [0.655, 1.14],
        [0.683, 1.2],
        [0.711, 1.27],
        [0.717, 1.33],
    ];
    for pair in CURVE.windows(2) {
        let [[from, low], [to, high]] = pair else { continue };
        if ratio <= *to {
            return low + (high - low) * ((ratio - from) / (to - from)).max(0.0);
        }
    }
    1.33
}

/// By how much a single edge is wider than the flank of a hair line under a disc of confusion wider
/// than the line, from how much flatter the flank is on top than at its foot: the foot is the disc's
/// rim, the top its middle. Of a bar of 2 pixels under a disc of 5 the ratio is 0.45, the skew 1.3 and
/// the edge 1.9 times as wide; noise takes off some of each.
fn flattening(width: f32, ratio: f32, skew: f32) -> f32 {
    /// Pixels of the window. Narrower flanks have too few to show a skew.
    const LEAST: f32 = 3.6;
    let hair_line = width > LEAST && (0.42..0.6).contains(&ratio);
    if hair_line { 1.0 + 3.0 * (skew - 0.95).clamp(0.0, 0.3) } else { 1.0 }
}
