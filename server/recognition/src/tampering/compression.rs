//! Two rounds of compression: what a first quantisation leaves in the levels of a second one, and where it
//! is missing.
//!
//! The histogram of a frequency's levels is explained twice: by one smooth mixture, quantised once, and by one
//! quantised with a first step, then with the file's own, fitted anew for every step that is tried. Where a
//! first step explains more, every block says how well it fits it (Bianchi and Piva 2012, IEEE TIFS 7(3)).

use rayon::prelude::*;

use super::blocks::{Block, Blocks, KEPT, KEPT_COUNT};
use super::mixture::{LEVELS, Parts, Shares, held, likelier};

/// First steps that are tried end before this.
const STEPS: usize = 41;

/// The file's own step beyond which a frequency is left out: few of its levels are not zero.
const COARSEST: u16 = 120;

/// What rounding pixels to bytes between the two rounds does to a frequency, standard deviation.
const ROUNDING: f32 = 0.45;

/// The same where steps are 1, and levels are no whole ones any more when they are read off the pixels.
const ROUNDING_TWICE: f32 = 0.57;

/// Shares of the levels that the first round may not have left its mark on, and how many frequencies may then
/// speak for two rounds without the others: a table leaves its mark on all of them, what only looks like one on
/// few. Of 150 simulated captures one had three that together explained 300 nats, in a tenth of the levels.
const ASIDE: [(f32, usize); 3] = [(0.02, 0), (0.3, 2), (0.6, 2)];

/// What the best of 150 explanations, 50 tables with each of [`ASIDE`], explains by chance, nats.
const LUCK: f32 = 5.0;

/// What a first step of no table has to explain, nats a frequency: one of forty explains something by chance.
const CHANCE: f32 = 20.0;

/// The same of all frequencies together, nats.
const FREEDOM: f32 = 40.0;

/// Frequencies that may have such a step without the others.
const LONE: usize = 2;

/// Least probability that a level has, so that no single block decides.
const LEAST: f32 = 1e-4;

/// Coefficients that are not zero, below which a frequency says nothing.
const ENOUGH: f32 = 100.0;

/// By how many nats each first step, 0..STEPS, explains a frequency's levels better than none, for each share
/// of [`ASIDE`].
type Explained = [[f32; STEPS]; ASIDE.len()];

/// How likely the picture's levels are to have been quantised twice, and by which steps first.
pub(super) struct Compression {
    /// By how many nats two rounds explain the picture better than one, as they count; 0 and more.
    pub(super) nats: f32,
    /// Of each frequency and each absolute level, how much likelier it is after two rounds, nats.
    evidence: [Shares; KEPT_COUNT],
}

impl Compression {
    pub(super) fn of(blocks: &Blocks) -> Self {
        let counted: Vec<(Shares, u16)> =
            histograms(blocks).into_iter().zip(blocks.steps).collect();
        let explained: Vec<Explained> =
            counted.par_iter().map(|(counts, step)| explain(counts, *step)).collect();
        let of_table = |quality: u16, aside: usize, lone: usize| {
            let gain = |(frequency, place): (&Explained, &(usize, usize))| {
                frequency.get(aside)?.get(usize::from(standard(quality, *place))).copied()
            };
            agreed(explained.iter().zip(&KEPT).filter_map(gain), lone)
        };
        let tables = (50..100).flat_map(|quality| {
            let each = ASIDE.iter().enumerate();
            each.map(move |(aside, (_, lone))| (quality, of_table(quality, aside, *lone)))
        });
        let (quality, of_standard) =
            tables.max_by(|(_, one), (_, other)| one.total_cmp(other)).unwrap_or((50, 0.0));
        let best = |frequency: &Explained| {
            let gains = frequency.iter().flat_map(|gains| gains.iter().copied().enumerate());
            gains.max_by(|(_, one), (_, other)| one.total_cmp(other)).unwrap_or_default()
        };
        let sure = |frequency: &Explained| (best(frequency).1 - CHANCE).max(0.0);
        let of_any = agreed(explained.iter().map(sure), LONE) - FREEDOM;
        let is_standard = of_standard > 0.7 * of_any;
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
        let levels = counted.iter().flat_map(|(counts, _)| counts).sum::<f32>();
        let nats = (of_standard - LUCK).max(of_any).max(0.0);
        Self { nats: held(nats, levels), evidence }
    }

    /// For each block, row by row, by how many nats it speaks for having been compressed but once where the
    /// rest was twice; 0 of a block that cannot be believed.
    pub(super) fn once(&self, blocks: &Blocks) -> Vec<f32> {
        let block = |block: &Block| {
            if block.clipped || !block.busy {
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

/// What frequencies explain together, less the so many that explain most.
fn agreed(gains: impl Iterator<Item = f32>, lone: usize) -> f32 {
    let mut gains: Vec<f32> = gains.collect();
    gains.sort_by(|one, other| other.total_cmp(one));
    let counted = gains.iter().enumerate().filter(|(place, gain)| *place >= lone || **gain < 0.0);
    counted.map(|(_, gain)| gain).sum()
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
fn histograms(blocks: &Blocks) -> [Shares; KEPT_COUNT] {
    let empty = || [[0u32; LEVELS]; KEPT_COUNT];
    let row = |mut counts: [[u32; LEVELS]; KEPT_COUNT], row: &[Block]| {
        for block in row.iter().filter(|block| block.busy) {
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
    counts.map(|counts| counts.map(|count| count as f32))
}

fn explain(counts: &Shares, step: u16) -> Explained {
    let mut explained = [[0.0; STEPS]; ASIDE.len()];
    if counts.iter().sum::<f32>() < ENOUGH || step > COARSEST {
        return explained;
    }
    let single = Parts::once(f32::from(step)).fit(counts);
    for first in (2..STEPS).filter(|first| *first != usize::from(step)) {
        let Some(parts) = twice(first as u16, step) else { continue };
        let double = parts.fit(counts);
        for (gains, (aside, _)) in explained.iter_mut().zip(ASIDE) {
            if let Some(gain) = gains.get_mut(first) {
                *gain = likelier(counts, &double.shares, &single.shares, aside);
            }
        }
    }
    explained
}

/// Of each level, how much likelier it is with a first step than without, for the same picture.
fn told_apart(counts: &Shares, first: u16, step: u16) -> Shares {
    let mut evidence = [0.0; LEVELS];
    if first < 2 || first == step || counts.iter().sum::<f32>() < ENOUGH || step > COARSEST {
        return evidence;
    }
    let Some(parts) = twice(first, step) else { return evidence };
    let after_two = parts.fit(counts);
    let after_one = Parts::once(f32::from(step)).mixed(&after_two.weights);
    let levels = evidence.iter_mut().zip(after_two.shares).zip(after_one).skip(1);
    for ((nats, two), one) in levels {
        *nats = (two.max(LEAST) / one.max(LEAST)).ln();
    }
    evidence
}

fn twice(first: u16, step: u16) -> Option<Parts> {
    let noise = if step == 1 { ROUNDING_TWICE } else { ROUNDING };
    Parts::twice(f32::from(first), f32::from(step), noise)
}
