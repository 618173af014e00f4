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
pub(super) const INK: f32 = 0.72;

/// Above this share it is bare paper.
const BARE: f32 = 0.88;

/// Share of the page that must lie in a shadow for what is left not to count as lit.
const LIT: f32 = 0.85;

/// Luma from which on a pixel counts as clipped: JPEG wavers about white by a few steps.
pub(super) const CLIPPED: u8 = 250;

const BINS: usize = 32;

/// The page's paper.
#[derive(Debug, Default)]
pub(super) struct Paper {
    /// Luma of the paper in each cell, dark print bridged, 0..255.
    pub(super) level: Grid,
    /// Luma of the brightest fifth of each cell itself, 0..255; zero where the frame shows nothing.
    pub(super) brightest: Grid,
    /// Share of ink in each cell, 0..1.
    pub(super) ink: Grid,
    /// Mean luma of the bare paper in each cell, zero where there is little of it.
    pub(super) bare: Grid,
    /// Median luma of the paper of cells that are not clipped; of all, where most are.
    pub(super) median: f32,
    /// Luma of the same paper where it is lit best, even if most of it lies in a shadow.
    pub(super) lit: f32,
    /// Whether the paper of three in four cells is clipped: then nothing on it can be told to be a
    /// reflection.
    pub(super) white: bool,
    /// Mean colour of bare, unclipped paper, 0..255.
    pub(super) colour: [f32; 3],
    /// The sum of the same in each cell, row-major.
    tones: Vec<[u32; 3]>,
    /// Luma of the ink as a share of its paper's: the darkest fiftieth of the page.
    pub(super) darkest: f32,
    counts: Grid,
    bins: Vec<[(u16, u32); BINS]>,
    spare: Vec<f32>,
}

impl Paper {
    /// Measures the paper of a view.
    pub(super) fn measure(&mut self, view: &PageView) {
        let (columns, rows) = (view.width.div_ceil(CELL), view.height.div_ceil(CELL));
        self.measure_brightest(view, columns, rows);
        self.level.clone_from(&self.brightest);
        self.level.spread(BRIDGED, &mut self.spare, f32::max);
        self.level.spread(BRIDGED, &mut self.spare, f32::min);
        self.spare.clear();
        let levels = self.level.values().iter().filter(|level| **level > 0.0);
        self.spare.extend(levels.clone().filter(|level| **level < f32::from(CLIPPED)));
        self.white = 4 * self.spare.len() < levels.clone().count();
        if self.white {
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
        for (row, lines) in view.luma.chunks(view.width.max(1) * CELL).enumerate() {
            self.bins.clear();
            self.bins.resize(columns, [(0, 0); BINS]);
            for line in lines.chunks(view.width.max(1)) {
                for (bins, cell) in self.bins.iter_mut().zip(line.chunks(CELL)) {
                    for value in cell {
                        if let Some((count, sum)) = bins.get_mut(usize::from(*value) * BINS / 256) {
                            *count += 1;
                            *sum += u32::from(*value);
                        }
                    }
                }
            }
            for (column, bins) in self.bins.iter().enumerate() {
                let wanted = (BRIGHTEST * (CELL * CELL) as f32) as u32;
                let (mut count, mut sum) = (0u32, 0u32);
                for (more, by) in bins.iter().rev() {
                    count += u32::from(*more);
                    sum += by;
                    if count >= wanted {
                        break;
                    }
                }
                if let Some(level) = self.brightest.at_mut(column, row) {
                    *level = sum as f32 / count.max(1) as f32;
                }
            }
        }
    }

    fn measure_ink(&mut self, view: &PageView, columns: usize, rows: usize) {
        self.ink.reset(columns, rows, 0.0);
        self.bare.reset(columns, rows, 0.0);
        self.counts.reset(columns, rows, 0.0);
        self.tones.clear();
        self.tones.resize(columns * rows, [0; 3]);
        let mut coloured = 0u32;
        let mut shares = [0u32; 64];
        let width = view.width.max(1);
        let lines = view.luma.chunks(width).zip(view.rgb.chunks(width));
        for (y, ((luma, rgb), seen)) in lines.zip(view.seen.chunks(width)).enumerate() {
            let cells = luma.chunks(CELL).zip(rgb.chunks(CELL)).zip(seen.chunks(CELL));
            for (column, ((luma, rgb), seen)) in cells.enumerate() {
                let row = y / CELL;
                let level = self.level.at(column, row).unwrap_or_default();
                let (ink, bare) = (level * INK, (level * BARE).max(1.0));
                let (mut inked, mut plain, mut plain_sum) = (0u32, 0u32, 0u32);
                let mut tone = [0u32; 3];
                let mut unclipped = 0u32;
                for ((value, rgb), seen) in luma.iter().zip(rgb).zip(seen) {
                    if !seen {
                        continue;
                    }
                    let luma = f32::from(*value);
                    let share = (luma * 63.0 / level.max(1.0)).min(63.0) as usize;
                    if let Some(count) = shares.get_mut(share) {
                        *count += 1;
                    }
                    inked += u32::from(luma < ink);
                    if luma >= bare {
                        plain += 1;
                        plain_sum += u32::from(*value);
                        if *value < CLIPPED {
                            unclipped += 1;
                            for (sum, value) in tone.iter_mut().zip(rgb) {
                                *sum += u32::from(*value);
                            }
                        }
                    }
                }
                coloured += unclipped;
                let sums = self.tones.get_mut(row * columns + column);
                for (sum, value) in sums.into_iter().flatten().zip(tone) {
                    *sum += value;
                }
                if let Some(share) = self.ink.at_mut(column, row) {
                    *share += inked as f32 / (CELL * CELL) as f32;
                }
                if let Some(sum) = self.bare.at_mut(column, row) {
                    *sum += plain_sum as f32;
                }
                if let Some(count) = self.counts.at_mut(column, row) {
                    *count += plain as f32;
                }
            }
        }
        for (sum, count) in self.bare.values_mut().iter_mut().zip(self.counts.values()) {
            *sum = if *count >= (CELL * CELL / 8) as f32 { *sum / count } else { 0.0 };
        }
        let mut colour = [0.0f64; 3];
        for tone in &self.tones {
            for (sum, value) in colour.iter_mut().zip(tone) {
                *sum += f64::from(*value);
            }
        }
        self.colour = colour.map(|sum| (sum / f64::from(coloured.max(1))) as f32);
        let target = shares.iter().sum::<u32>() / 50;
        let mut below = 0u32;
        let darkest = shares.iter().position(|count| {
            below += count;
            below > target
        });
        self.darkest = darkest.unwrap_or(63) as f32 / 63.0;
    }
}

/// Light in proportion to what fell on the sensor, from luma 0..255 (a power of 2.2 stands for
/// sRGB's curve, IEC 61966-2-1).
pub(super) fn linear(luma: f32) -> f32 {
    (luma.max(0.0) / 255.0).powf(2.2)
}
