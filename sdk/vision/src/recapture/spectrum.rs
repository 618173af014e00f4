//! The spectrum of one tile, and its most prominent peak.

use std::fmt;
use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use crate::Frame;
use crate::pixels::read_luma;

/// Side of a tile, pixels.
pub(super) const SIDE: u32 = 256;

const N: usize = SIDE as usize;

/// Columns of a real spectrum: frequencies 0 to one half.
const COLUMNS: usize = N / 2 + 1;

/// Frequencies below this many cycles a tile (0.05 a pixel) belong to what the picture shows.
const LOWEST: usize = 13;

/// Half the width of the neighbourhood that a peak must stand out from.
const AROUND: usize = 8;

/// Half the width of the peak itself, which is left out of its neighbourhood.
const CORE: usize = 2;

/// Plans and buffers for one tile.
pub(super) struct TileSpectrum {
    rows: Arc<dyn RealToComplex<f32>>,
    columns: Arc<dyn Fft<f32>>,
    window: Vec<f32>,
    tile: Vec<f32>,
    /// Row-major, `COLUMNS` a row; rows are vertical frequencies 0, 1, … −1.
    spectrum: Vec<Complex32>,
    column: Vec<Complex32>,
    row_scratch: Vec<Complex32>,
    column_scratch: Vec<Complex32>,
    power: Vec<f32>,
    /// Log power, shifted so that vertical frequency −N/2 comes first.
    level: Vec<f32>,
    /// Sums of `level` over all rows above and columns to the left.
    sums: Vec<f64>,
    rings: Vec<Vec<f32>>,
    medians: Vec<f32>,
}

impl TileSpectrum {
    /// How far the most prominent peak of the tile at (`left`, `top`) rises over its ring of equal
    /// frequency and over its own neighbourhood, in natural logarithm of power; 0 for a flat tile.
    pub(super) fn peak(&mut self, frame: &Frame<'_>, left: u32, top: u32) -> f32 {
        if !self.load(frame, left, top) || self.transform().is_err() {
            return 0.0;
        }
        self.smooth();
        self.rank_rings();
        self.sum_up();
        let mut highest = 0.0f32;
        for row in AROUND..N - AROUND {
            for column in 0..COLUMNS - AROUND {
                let Some(radius) = radius(row, column) else { continue };
                if is_jpeg_line(row, column) {
                    continue;
                }
                let level = self.level.get(row * COLUMNS + column).copied().unwrap_or_default();
                let ring = self.medians.get(radius).copied().unwrap_or_default();
                // The cheap comparison first: most places end here.
                if level - ring <= highest {
                    continue;
                }
                let around = ring.max(self.neighbourhood(row, column));
                if level - around > highest {
                    highest = highest.max(level - around.max(self.ridge(row, column)));
                }
            }
        }
        highest
    }

    /// Windowed luma without its mean; false where there is no contrast at all.
    fn load(&mut self, frame: &Frame<'_>, left: u32, top: u32) -> bool {
        let mut sum = 0.0f64;
        let mut line = [0u8; N];
        for (y, row) in (top..).zip(self.tile.chunks_exact_mut(N)) {
            read_luma(frame, left, y, &mut line);
            for (value, luma) in row.iter_mut().zip(line) {
                *value = f32::from(luma);
                sum += f64::from(luma);
            }
        }
        let mean = (sum / (N * N) as f64) as f32;
        let mut energy = 0.0f32;
        for (row, vertical) in self.tile.chunks_exact_mut(N).zip(&self.window) {
            for (value, horizontal) in row.iter_mut().zip(&self.window) {
                *value -= mean;
                energy += *value * *value;
                *value *= vertical * horizontal;
            }
        }
        // Under half a grey level of deviation there is only quantisation.
        energy > 0.25 * (N * N) as f32
    }

    fn transform(&mut self) -> Result<(), realfft::FftError> {
        for (row, out) in self.tile.chunks_exact_mut(N).zip(self.spectrum.chunks_exact_mut(COLUMNS))
        {
            self.rows.process_with_scratch(row, out, &mut self.row_scratch)?;
        }
        for index in 0..COLUMNS {
            for (value, row) in self.column.iter_mut().zip(self.spectrum.chunks_exact(COLUMNS)) {
                *value = row.get(index).copied().unwrap_or_default();
            }
            self.columns.process_with_scratch(&mut self.column, &mut self.column_scratch);
            for (y, value) in self.column.iter().enumerate() {
                let row = (y + N / 2) % N;
                if let Some(power) = self.power.get_mut(row * COLUMNS + index) {
                    *power = value.norm_sqr();
                }
            }
        }
        Ok(())
    }

    /// Log of the power averaged over 3 × 3: a single bin of noise has no prominence.
    fn smooth(&mut self) {
        for row in 1..N - 1 {
            for column in 0..COLUMNS {
                let mut sum = 0.0;
                for y in row - 1..=row + 1 {
                    // Beyond the vertical axis lies the mirrored spectrum.
                    let before = if column == 0 {
                        (N - y) % N * COLUMNS + 1
                    } else {
                        y * COLUMNS + column - 1
                    };
                    let after = y * COLUMNS + (column + 1).min(COLUMNS - 1);
                    for place in [before, y * COLUMNS + column, after] {
                        sum += self.power.get(place).copied().unwrap_or_default();
                    }
                }
                if let Some(level) = self.level.get_mut(row * COLUMNS + column) {
                    *level = (sum / 9.0 + 1e-3).ln();
                }
            }
        }
    }

    /// The median level at every radius.
    fn rank_rings(&mut self) {
        for ring in &mut self.rings {
            ring.clear();
        }
        for row in 1..N - 1 {
            for column in 0..COLUMNS {
                let Some(radius) = radius(row, column) else { continue };
                if let (Some(ring), Some(level)) =
                    (self.rings.get_mut(radius), self.level.get(row * COLUMNS + column))
                {
                    ring.push(*level);
                }
            }
        }
        for (median, ring) in self.medians.iter_mut().zip(&mut self.rings) {
            let middle = ring.len() / 2;
            *median = if ring.is_empty() {
                f32::INFINITY
            } else {
                *ring.select_nth_unstable_by(middle, f32::total_cmp).1
            };
        }
    }

    fn sum_up(&mut self) {
        let width = COLUMNS + 1;
        for row in 0..N {
            let mut along = 0.0f64;
            for column in 0..COLUMNS {
                along += f64::from(self.level.get(row * COLUMNS + column).copied().unwrap_or(0.0));
                let above = self.sums.get(row * width + column + 1).copied().unwrap_or_default();
                if let Some(sum) = self.sums.get_mut((row + 1) * width + column + 1) {
                    *sum = above + along;
                }
            }
        }
    }

    /// Mean level around a place without its core; near the vertical axis only the right half.
    fn neighbourhood(&self, row: usize, column: usize) -> f32 {
        let (outer, outer_count) = self.sum(row, column, AROUND);
        let (core, core_count) = self.sum(row, column, CORE);
        ((outer - core) / (outer_count - core_count).max(1) as f64) as f32
    }

    /// The level of the ridge that a place may lie on: a straight edge, such as a page's, makes one
    /// through frequency zero, and a peak has to stand out from it. The lower of the mean levels
    /// nearer to and farther from zero.
    fn ridge(&self, row: usize, column: usize) -> f32 {
        let (down, right) = (row as f32 - (N / 2) as f32, column as f32);
        let length = down.hypot(right).max(1.0);
        let mean = |sign: f32| {
            let steps = (CORE + 2)..=AROUND;
            let count = steps.clone().count() as f32;
            let sum: f32 = steps
                .map(|step| {
                    let along = sign * step as f32 / length;
                    let row = (row as f32 + down * along).round() as usize;
                    let column = (column as f32 + right * along).round() as usize;
                    self.level.get(row * COLUMNS + column).copied().unwrap_or_default()
                })
                .sum();
            sum / count
        };
        mean(-1.0).min(mean(1.0))
    }

    fn sum(&self, row: usize, column: usize, reach: usize) -> (f64, usize) {
        let width = COLUMNS + 1;
        let (top, bottom) = (row - reach, row + reach + 1);
        let (left, right) = (column.saturating_sub(reach), column + reach + 1);
        let at = |row: usize, column: usize| {
            self.sums.get(row * width + column).copied().unwrap_or_default()
        };
        let sum = at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left);
        (sum, (bottom - top) * (right - left))
    }
}

/// Distance from frequency zero in cycles a tile; `None` outside the range that is looked at.
fn radius(row: usize, column: usize) -> Option<usize> {
    let vertical = row.abs_diff(N / 2);
    let radius = ((vertical * vertical + column * column) as f32).sqrt() as usize;
    (LOWEST..N / 2).contains(&radius).then_some(radius)
}

/// JPEG's 8 × 8 blocks put lines on the axes at multiples of one eighth. Screens are photographed
/// nearly upright, so nothing else on the axes may be left out.
fn is_jpeg_line(row: usize, column: usize) -> bool {
    let vertical = row.abs_diff(N / 2);
    let eighth = |frequency: usize| {
        let rest = frequency % (N / 8);
        rest <= 1 || rest >= N / 8 - 1
    };
    (column <= 1 && eighth(vertical)) || (vertical <= 1 && eighth(column))
}

impl Default for TileSpectrum {
    fn default() -> Self {
        let rows = RealFftPlanner::new().plan_fft_forward(N);
        let columns = FftPlanner::new().plan_fft_forward(N);
        let angle = |index: usize| std::f32::consts::TAU * (index as f32 + 0.5) / N as f32;
        Self {
            window: (0..N).map(|index| 0.5 - 0.5 * angle(index).cos()).collect(),
            tile: vec![0.0; N * N],
            spectrum: vec![Complex32::default(); N * COLUMNS],
            column: vec![Complex32::default(); N],
            row_scratch: rows.make_scratch_vec(),
            column_scratch: vec![Complex32::default(); columns.get_inplace_scratch_len()],
            power: vec![0.0; N * COLUMNS],
            level: vec![0.0; N * COLUMNS],
            sums: vec![0.0; (N + 1) * (COLUMNS + 1)],
            rings: (0..N / 2).map(|_| Vec::with_capacity(2 * N)).collect(),
            medians: vec![f32::INFINITY; N / 2],
            rows,
            columns,
        }
    }
}

impl fmt::Debug for TileSpectrum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TileSpectrum").finish_non_exhaustive()
    }
}
