//! Two rounds of compression: what a first quantisation leaves in the levels of a second one, and where it
//! is missing.
//!
//! The histogram of a frequency's levels is explained twice: by one smooth distribution, quantised once,
//! and by one quantised with a first step, then with the file's own. The smooth one is a mixture of Laplace
//! distributions (Lam and Goodman 2000, IEEE TIP 9(10)), fitted anew for every step that is tried. Where a
//! first step explains more, every block says how well it fits it (Bianchi and Piva 2012, IEEE TIFS 7(3)).

use rayon::prelude::*;

use super::blocks::{Block, Blocks, KEPT, KEPT_COUNT};

/// Levels that a histogram tells apart, beyond which it looks at nothing.
const LEVELS: usize = 48;

/// First steps that are tried end before this.
const STEPS: usize = 41;

/// The file's own step beyond which a frequency is left out: few of its levels are not zero.
const COARSEST: u16 = 120;

/// Scales of the Laplace distributions, in units of a frequency.
const SCALES: [f32; 9] = [0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4];

/// Rounds of expectation and maximisation.
const ROUNDS: usize = 24;

/// What rounding pixels to bytes between the two rounds does to a frequency, standard deviation.
const ROUNDING: f32 = 0.4;

/// Least probability that a level has, so that no single block decides.
const LEAST: f32 = 1e-4;

/// Coefficients that are not zero, below which a frequency says nothing.
const ENOUGH: u32 = 300;

/// A share of each absolute level; level 0 is left out, for what quantises much to nothing fits anything.
type Shares = [f32; LEVELS];

/// By how many nats each first step, 0..STEPS, explains a frequency's levels better than none, and how many
/// levels that are not zero there are.
struct Explained {
    gains: [f32; STEPS],
    busy: f32,
}

/// How likely the picture's levels are to have been quantised twice, and by which steps first.
pub(super) struct Compression {
    /// Nats a level that is not zero, if every frequency had the first step that suits it best.
    pub(super) free: f32,
    /// The same, if the first steps were one of the tables of T.81 annex K, scaled by a quality.
    pub(super) standard: f32,
    /// Of each frequency and each absolute level, how much likelier it is after two rounds, nats.
    evidence: [Shares; KEPT_COUNT],
}

impl Compression {
    pub(super) fn of(blocks: &Blocks) -> Self {
        let counted: Vec<([u32; LEVELS], u16)> =
            histograms(blocks).into_iter().zip(blocks.steps).collect();
        let explained: Vec<Explained> =
            counted.par_iter().map(|(counts, step)| explain(counts, *step)).collect();
        let busy = explained.iter().map(|frequency| frequency.busy).sum::<f32>().max(1.0);
        let best = |frequency: &Explained| {
            let gains = frequency.gains.iter().copied().enumerate();
            gains.max_by(|(_, one), (_, other)| one.total_cmp(other)).unwrap_or_default()
        };
        let free = explained.iter().map(|frequency| best(frequency).1).sum::<f32>() / busy;
        let of_table = |quality: u16| {
            let gain = |(frequency, place): (&Explained, &(usize, usize))| {
                frequency.gains.get(usize::from(standard(quality, *place))).copied()
            };
            explained.iter().zip(&KEPT).filter_map(gain).sum::<f32>() / busy
        };
        let tables = (50..100).map(|quality| (quality, of_table(quality)));
        let (quality, standard_gain) =
            tables.max_by(|(_, one), (_, other)| one.total_cmp(other)).unwrap_or((50, 0.0));
        let is_standard = standard_gain > 0.7 * free;
        let chosen: Vec<usize> = explained
            .iter()
            .zip(&KEPT)
            .map(|(frequency, place)| {
                if is_standard { usize::from(standard(quality, *place)) } else { best(frequency).0 }
            })
            .collect();
        let mut evidence = [[0.0; LEVELS]; KEPT_COUNT];
        for ((nats, first), (counts, step)) in evidence.iter_mut().zip(chosen).zip(&counted) {
            *nats = told_apart(counts, first as u16, *step);
        }
        Self { free, standard: standard_gain, evidence }
    }

    /// For each block, row by row, by how many nats it speaks for having been compressed but once where the
    /// rest was twice; 0 of a block that cannot be believed.
    pub(super) fn once(&self, blocks: &Blocks) -> Vec<f32> {
        let block = |block: &Block| {
            if !block.speaks {
                return 0.0;
            }
            let levels = block.levels.iter().zip(&self.evidence);
            let nats = levels.filter_map(|(level, evidence)| {
                evidence.get(usize::from(level.unsigned_abs())).map(|nats| -nats)
            });
            nats.sum()
        };
        blocks.blocks.par_iter().map(block).collect()
    }
}

/// T.81 table K.1, the first eight by eight.
const LUMA: [[u16; 8]; 8] = [
    [16, 11, 10, 16, 24, 40, 51, 61],
    [12, 12, 14, 19, 26, 58, 60, 55],
    [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77],
    [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101],
    [72, 92, 95, 98, 112, 100, 103, 99],
];

/// The step that the Independent JPEG Group's scaling makes of it, for a quality of 50 or more.
fn standard(quality: u16, (row, column): (usize, usize)) -> u16 {
    let base = LUMA.get(row).and_then(|row| row.get(column)).copied().unwrap_or(1);
    ((base * (200 - 2 * quality) + 50) / 100).max(1)
}

/// How often each absolute level occurs, by frequency.
fn histograms(blocks: &Blocks) -> [[u32; LEVELS]; KEPT_COUNT] {
    let empty = || [[0u32; LEVELS]; KEPT_COUNT];
    let row = |mut counts: [[u32; LEVELS]; KEPT_COUNT], row: &[Block]| {
        for block in row.iter().filter(|block| block.speaks) {
            for (level, counts) in block.levels.iter().zip(&mut counts) {
                if let Some(count) = counts.get_mut(usize::from(level.unsigned_abs())) {
                    *count += 1;
                }
            }
        }
        counts
    };
    let both = |mut one: [[u32; LEVELS]; KEPT_COUNT], other: [[u32; LEVELS]; KEPT_COUNT]| {
        for (one, other) in one.iter_mut().flatten().zip(other.iter().flatten()) {
            *one += other;
        }
        one
    };
    let rows = blocks.blocks.par_chunks(blocks.columns.max(1) * 16);
    let mut counts = rows.fold(empty, row).reduce(empty, both);
    for counts in &mut counts {
        if let Some(zero) = counts.first_mut() {
            *zero = 0;
        }
    }
    counts
}

fn explain(counts: &[u32; LEVELS], step: u16) -> Explained {
    let busy = counts.iter().sum::<u32>();
    let mut gains = [0.0; STEPS];
    if busy < ENOUGH || step > COARSEST {
        return Explained { gains, busy: 0.0 };
    }
    let (_, single) = fit(counts, &bases(None, step));
    for (first, gain) in gains.iter_mut().enumerate().skip(2) {
        if first != usize::from(step) {
            let (_, likelihood) = fit(counts, &bases(Some(first as u16), step));
            *gain = (likelihood - single) as f32;
        }
    }
    Explained { gains, busy: busy as f32 }
}

/// Of each level, how much likelier it is with a first step than without, for the same picture.
fn told_apart(counts: &[u32; LEVELS], first: u16, step: u16) -> Shares {
    let mut evidence = [0.0; LEVELS];
    let busy = counts.iter().sum::<u32>();
    if first < 2 || first == step || busy < ENOUGH || step > COARSEST {
        return evidence;
    }
    let (twice, once) = (bases(Some(first), step), bases(None, step));
    let (weights, _) = fit(counts, &twice);
    let (after_two, after_one) = (mixed(&weights, &twice), mixed(&weights, &once));
    for ((nats, two), one) in evidence.iter_mut().zip(after_two).zip(after_one).skip(1) {
        *nats = (two.max(LEAST) / one.max(LEAST)).ln();
    }
    evidence
}

/// What each Laplace distribution comes to after quantising with a first step, if there was one, rounding,
/// and quantising with `step`.
fn bases(first: Option<u16>, step: u16) -> [Shares; SCALES.len()] {
    SCALES.map(|scale| {
        let mut shares = match first {
            Some(first) => twice(scale, f32::from(first), f32::from(step)),
            None => once(scale, f32::from(step)),
        };
        let sum: f32 = shares.iter().sum();
        for share in &mut shares {
            *share = if sum > 1e-9 { *share / sum } else { 0.0 };
        }
        shares
    })
}

/// Mass of a Laplace distribution beyond a distance, on both sides.
fn beyond(distance: f32, scale: f32) -> f32 {
    (-distance / scale).exp()
}

fn once(scale: f32, step: f32) -> Shares {
    let mut shares = [0.0; LEVELS];
    for (level, share) in shares.iter_mut().enumerate().skip(1) {
        let middle = level as f32 * step;
        *share = beyond(middle - 0.5 * step, scale) - beyond(middle + 0.5 * step, scale);
    }
    shares
}

fn twice(scale: f32, first: f32, step: f32) -> Shares {
    let mut shares = [0.0; LEVELS];
    let last = (LEVELS as f32 * step / first) as usize + 1;
    for multiple in 1..=last {
        let place = multiple as f32 * first;
        let mass = beyond(place - 0.5 * first, scale) - beyond(place + 0.5 * first, scale);
        let nearest = (place / step).round();
        for level in
            [nearest - 1.0, nearest, nearest + 1.0].into_iter().filter(|level| *level > 0.0)
        {
            let below = |edge: f32| cumulative((edge * step - place) / ROUNDING);
            let share = mass * (below(level + 0.5) - below(level - 0.5));
            if let Some(slot) = shares.get_mut(level as usize) {
                *slot += share;
            }
        }
    }
    shares
}

/// The normal distribution's, by the logistic one: within 0.01.
fn cumulative(deviations: f32) -> f32 {
    1.0 / (1.0 + (-1.702 * deviations).exp())
}

/// Weights of the distributions that explain the counts best, and the logarithm of the likelihood.
fn fit(counts: &[u32; LEVELS], bases: &[Shares; SCALES.len()]) -> ([f32; SCALES.len()], f64) {
    let total = counts.iter().sum::<u32>().max(1) as f32;
    let mut weights = [1.0 / SCALES.len() as f32; SCALES.len()];
    for _ in 0..ROUNDS {
        let shares = mixed(&weights, bases);
        // Of each level, its counts for a unit of probability.
        let mut scale = [0.0; LEVELS];
        for ((scale, count), share) in scale.iter_mut().zip(counts).zip(shares) {
            *scale = *count as f32 / share.max(LEAST * 0.01);
        }
        for (weight, basis) in weights.iter_mut().zip(bases) {
            let sum: f32 = basis.iter().zip(scale).map(|(share, scale)| share * scale).sum();
            *weight *= sum / total;
        }
        let sum: f32 = weights.iter().sum();
        weights = weights.map(|weight| weight / f32::max(sum, 1e-6));
    }
    let shares = mixed(&weights, bases);
    let likelihood = counts
        .iter()
        .zip(shares)
        .map(|(count, share)| f64::from(*count) * f64::from(share.max(LEAST * 0.01)).ln())
        .sum::<f64>();
    (weights, likelihood)
}

fn mixed(weights: &[f32; SCALES.len()], bases: &[Shares; SCALES.len()]) -> Shares {
    let mut shares = [0.0; LEVELS];
    for (weight, basis) in weights.iter().zip(bases) {
        for (share, part) in shares.iter_mut().zip(basis) {
            *share += weight * part;
        }
    }
    shares
}
