//! Where the page is bare paper, how bright that is from place to place, and where ink lies on it.

use super::grid::{Grid, quantile};
use super::page_view::PageView;

/// Side of a cell, pixels of the view: a thirtieth of the page, a line of text and its gap.
pub(super) const CELL: usize = 8;

/// Share of a cell's pixels, the brightest ones, that are taken for its paper. Text covers less than
/// half of a cell; with a fifth, bold print still leaves paper.
const BRIGHTEST: f32 = 0.2;

/// Cells over which dark print is bridged by the paper around it. More would take shadows for print.
const BRIDGED: usize = 2;

/// Below this share of its paper's luma a pixel is ink.
const INK: f32 = 0.72;

/// Above this share it is bare paper.
const BARE: f32 = 0.88;

/// Share of the page that must lie in a shadow for what is left not to count as lit.
const LIT: f32 = 0.85;

/// Luma from which on a pixel counts as clipped: JPEG wavers about white by a few steps.
pub(super) const CLIPPED: u8 = 250;

/// Steps in which luma is counted as a share of its paper's.
const SHARES: usize = 64;

/// The page's paper.
#[derive(Debug, Default)]
pub(super) struct Paper {
    /// Luma of the paper in each cell, dark print bridged, 0..255.
    pub(super) level: Grid,
    /// Luma of the brightest fifth of each cell itself, 0..255; zero where the frame shows nothing.
    pub(super) brightest: Grid,
    /// Share of ink in each cell, 0..1.
    pub(super) ink: Grid,
    /// How much darker each cell is than its paper, 0..1: what is printed there, thin and pale print
    /// too, which is nowhere dark enough for ink.
    pub(super) print: Grid,
    /// Mean luma of the bare paper in each cell, zero where there is little of it.
    pub(super) bare: Grid,
    /// Median luma of the paper of cells that are not clipped; of all, where most are.
    pub(super) median: f32,
    /// Luma of the same paper where it is lit best, even if most of it lies in a shadow.
    pub(super) lit: f32,
    /// Mean colour of bare, unclipped paper, 0..255.
    pub(super) colour: [f32; 3],
    /// The sum of the same in each cell, row-major.
    tones: Vec<[u32; 3]>,
    /// Luma of the ink as a share of its paper's: the darkest fiftieth of the page.
    pub(super) darkest: f32,
    spare: Vec<f32>,
}

impl Paper {
    /// Measures the paper of a view.
    pub(super) fn measure(&mut self, view: &PageView) {
        let (columns, rows) = (view.width.div_ceil(CELL), view.height.div_ceil(CELL));
        self.measure_brightest(view, columns, rows);
        self.level.copy(&self.brightest);
        self.level.spread(BRIDGED, &mut self.spare, f32::max);
        self.level.spread(BRIDGED, &mut self.spare, f32::min);
        self.spare.clear();
        let levels = self.level.values().iter().filter(|level| **level > 0.0);
        self.spare.extend(levels.clone().filter(|level| **level < f32::from(CLIPPED)));
        let white = 4 * self.spare.len() < levels.clone().count();
        if white {
            self.spare.clear();
            self.spare.extend(levels);
        }
        self.median = quantile(&mut self.spare, 0.5).unwrap_or_default();
        self.lit = quantile(&mut self.spare, LIT).unwrap_or_default();
        self.measure_ink(view, columns, rows);
    }

    /// How far a colour is from the paper's: sum of what its red and its blue over its green differ
    /// by, as shares. Zero for the same in less light.
    pub(super) fn tint(&self, colour: [f32; 3]) -> f32 {
        let [[r, g, b], [red, green, blue]] =
            [colour, self.colour].map(|colour| colour.map(|channel| channel.max(1.0)));
        // |ln a| is close enough to |a - 1| / a's mean here, and cheap.
        let apart = |a: f32, b: f32| 2.0 * (a - b).abs() / (a + b);
        apart(r * green, g * red) + apart(b * green, g * blue)
    }

    /// The same of the bare paper of a cell; zero where all of it is clipped.
    pub(super) fn tint_at(&self, column: usize, row: usize) -> f32 {
        let tone = self.tones.get(row * self.bare.width() + column);
        let tone = tone.filter(|tone| **tone != [0; 3]);
        tone.map_or(0.0, |tone| self.tint(tone.map(|sum| sum as f32)))
    }

    fn measure_brightest(&mut self, view: &PageView, columns: usize, rows: usize) {
        self.brightest.reset(columns, rows, 0.0);
        for row in 0..rows {
            for column in 0..columns {
                let cell = view.cell(&view.luma, column, row);
                let [across, down] = [view.width - column * CELL, view.height - row * CELL];
                let most = across.min(CELL) * down.min(CELL);
                if let Some(level) = self.brightest.at_mut(column, row) {
                    *level = brightest(cell.as_flattened(), most as u32);
                }
            }
        }
    }

    fn measure_ink(&mut self, view: &PageView, columns: usize, rows: usize) {
        self.ink.reset(columns, rows, 0.0);
        self.print.reset(columns, rows, 0.0);
        self.bare.reset(columns, rows, 0.0);
        self.tones.clear();
        let (mut colour, mut coloured) = ([0u32; 3], 0u32);
        let mut shares = [0u32; SHARES];
        for row in 0..rows {
            for column in 0..columns {
                let level = self.level.at(column, row).unwrap_or_default();
                let limit = |share: f32| (level * share).ceil() as u8;
                let (ink, bare) = (limit(INK), limit(BARE).max(1));
                let luma = view.cell(&view.luma, column, row);
                let seen = view.cell(&view.seen, column, row);
                let (luma, seen) = (luma.as_flattened(), seen.as_flattened());
                let (mut inked, mut plain, mut plain_sum, mut unclipped) = (0u8, 0u8, 0u16, 0u8);
                let (mut shown, mut sum) = (0u8, 0u16);
                let mut toned = [0u8; CELL * CELL];
                for ((value, seen), toned) in luma.iter().zip(seen).zip(&mut toned) {
                    let is_bare = *seen & (*value >= bare);
                    let is_toned = is_bare & (*value < CLIPPED);
                    inked = inked.wrapping_add(u8::from(*seen & (*value < ink)));
                    shown = shown.wrapping_add(u8::from(*seen));
                    sum = sum.wrapping_add(u16::from(value & mask(*seen)));
                    plain = plain.wrapping_add(u8::from(is_bare));
                    plain_sum = plain_sum.wrapping_add(u16::from(value & mask(is_bare)));
                    unclipped = unclipped.wrapping_add(u8::from(is_toned));
                    *toned = mask(is_toned);
                }
                let scale = (SHARES - 1) as f32 / level.max(1.0);
                for (value, seen) in luma.iter().zip(seen) {
                    let share = ((f32::from(*value) * scale) as u32).min(SHARES as u32 - 1);
                    if let Some(count) = shares.get_mut(share as usize) {
                        *count = count.wrapping_add(u32::from(*seen));
                    }
                }
                let rgb = view.cell(&view.rgb, column, row);
                let mut tone = [0u32; 3];
                for (rgb, toned) in rgb.as_flattened().iter().zip(&toned) {
                    for (sum, value) in tone.iter_mut().zip(rgb) {
                        *sum = sum.wrapping_add(u32::from(value & toned));
                    }
                }
                self.tones.push(tone);
                for (sum, tone) in colour.iter_mut().zip(tone) {
                    *sum += tone;
                }
                coloured += u32::from(unclipped);
                if let Some(share) = self.ink.at_mut(column, row) {
                    *share = f32::from(inked) / (CELL * CELL) as f32;
                }
                if let Some(print) = self.print.at_mut(column, row)
                    && shown > 0
                {
                    *print = (1.0 - f32::from(sum) / f32::from(shown) / level.max(1.0)).max(0.0);
                }
                if let Some(mean) = self.bare.at_mut(column, row)
                    && usize::from(plain) >= CELL * CELL / 8
                {
                    *mean = f32::from(plain_sum) / f32::from(plain);
                }
            }
        }
        self.colour = colour.map(|sum| sum as f32 / coloured.max(1) as f32);
        let target = shares.iter().sum::<u32>() / 50;
        let mut below = 0u32;
        let darkest = shares.iter().position(|count| {
            below += count;
            below > target
        });
        self.darkest = darkest.unwrap_or(SHARES - 1) as f32 / (SHARES - 1) as f32;
    }
}

/// Mean of a cell's [`BRIGHTEST`] pixels and those within eight steps below; of `most` pixels, where
/// the rest lies beyond the view and is zero.
fn brightest(cell: &[u8], most: u32) -> f32 {
    let wanted = (BRIGHTEST * (CELL * CELL) as f32) as u8;
    let above = |level: u8| {
        cell.iter().fold(0u8, |count, value| count.wrapping_add(u8::from(*value >= level)))
    };
    // The level bit by bit: counting a few times what a register holds is faster than sorting.
    let level = [128, 64, 32, 16, 8]
        .into_iter()
        .fold(0u8, |level, bit| if above(level | bit) >= wanted { level | bit } else { level });
    let sum = cell
        .iter()
        .fold(0u32, |sum, value| sum.wrapping_add(u32::from(*value) * u32::from(*value >= level)));
    sum as f32 / u32::from(above(level)).min(most).max(1) as f32
}

/// All bits or none: a branch a pixel would be guessed wrong at every letter.
fn mask(holds: bool) -> u8 {
    u8::from(holds).wrapping_neg()
}

/// Light in proportion to what fell on the sensor, from luma 0..255 (a power of 2.2 stands for
/// sRGB's curve, IEC 61966-2-1).
pub(super) fn linear(luma: f32) -> f32 {
    (luma.max(0.0) / 255.0).powf(2.2)
}
