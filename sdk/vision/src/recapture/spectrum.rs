//! The spectrum of one tile, whitened, and the points that stand out of it.
//!
//! A raster is a point: it rises over everything of the same frequency (its ring), over what lies
//! around it (a texture's hill), and over the line through it and zero (a straight edge's ridge).

use std::fmt;
use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use super::logarithm::natural;
use super::peak::{Peak, Peaks};
use super::rings::Rings;

/// Side of a tile, pixels. At 128 a raster's peak is half as sharp, at 512 it drifts out of itself.
pub(super) const SIDE: usize = 256;

/// Lines of a real spectrum: horizontal frequencies 0 to one half.
pub(super) const LINES: usize = SIDE / 2 + 1;

/// Half the width of the neighbourhood that a peak must stand out from, cycles a tile.
const AROUND: usize = 8;

/// Half the width of the peak itself, which is left out of its neighbourhood.
const CORE: usize = 2;

/// Half the side of the square whose highest point a peak is compared with.
const BESIDE: i32 = 5;

/// Length of a line with a margin on both sides, where the spectrum repeats itself.
const LENGTH: usize = SIDE + 2 * AROUND;

/// How far a place must rise over its ring to be looked at. Of noise alone a tile has some ten.
const CANDIDATE: f32 = 1.5;

/// Added to the power, which of noise of one grey level is some 9,000: a clipped tile has no peaks.
const FLOOR: f32 = 0.1;

/// Plans and buffers for one tile.
pub(super) struct Spectrum {
    along_rows: Arc<dyn RealToComplex<f32>>,
    along_columns: Arc<dyn Fft<f32>>,
    row_scratch: Vec<Complex32>,
    column_scratch: Vec<Complex32>,
    hann: Vec<f32>,
    /// Half spectra of the tile's rows.
    rows: Vec<Complex32>,
    /// `LINES` lines, one a horizontal frequency; along it vertical frequencies 0, 1, … −1.
    lines: Vec<Complex32>,
    power: Vec<f32>,
    /// Log power of `LINES` lines with a margin all around, where the spectrum goes on as it must:
    /// periodic down, mirrored across.
    level: Vec<f32>,
    ranked: Vec<f32>,
    /// The median level of each ring.
    medians: [f32; Rings::COUNT],
}

impl Spectrum {
    /// The points that stand out of the spectrum of a tile of `SIDE` × `SIDE`, whose pixels are
    /// overwritten.
    pub(super) fn peaks(&mut self, tile: &mut [f32], rings: &Rings) -> Peaks {
        if self.levels(tile, rings).is_err() {
            return Peaks::default();
        }
        let mut peaks = Peaks::default();
        let lines = self.level.chunks_exact(LENGTH).skip(AROUND);
        for (across, (line, rings)) in lines.zip(rings.lines()).enumerate() {
            let places = line.iter().skip(AROUND).zip(rings);
            for (down, (level, ring)) in places.enumerate() {
                let median = self.median(*ring);
                if level - median <= CANDIDATE {
                    continue;
                }
                // On the first and last line every frequency lies twice.
                let again = across % (LINES - 1) == 0 && down > SIDE / 2;
                if let Some(peak) = self.peak(across, down, median).filter(|_| !again) {
                    peaks.add(peak);
                }
            }
        }
        peaks
    }

    /// The spectrum of a tile as a picture of `SIDE` × `SIDE` for a reviewer, zero in the middle: black
    /// the median of each ring, white 8 over it.
    pub(super) fn picture(&mut self, tile: &mut [f32], rings: &Rings) -> Vec<u8> {
        if self.levels(tile, rings).is_err() {
            return Vec::new();
        }
        let middle = SIDE / 2;
        let places = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
        let grey = places.map(|(x, y)| {
            let down = (y + middle) % SIDE;
            let (across, down) =
                if x < middle { (middle - x, (SIDE - down) % SIDE) } else { (x - middle, down) };
            let level = self.level.get((across + AROUND) * LENGTH + down + AROUND);
            let height = level.map_or(0.0, |level| level - self.median(rings.radius(across, down)));
            // A cast saturates; where there is no ring the median is infinite.
            (height * (255.0 / 8.0)) as u8
        });
        grey.collect()
    }

    fn median(&self, ring: u8) -> f32 {
        self.medians.get(usize::from(ring)).copied().unwrap_or(f32::INFINITY)
    }

    fn levels(&mut self, tile: &mut [f32], rings: &Rings) -> Result<(), realfft::FftError> {
        let mean = sum(tile) / (SIDE * SIDE) as f32;
        for (row, vertical) in tile.chunks_exact_mut(SIDE).zip(&self.hann) {
            for (value, horizontal) in row.iter_mut().zip(&self.hann) {
                *value = (*value - mean) * vertical * horizontal;
            }
        }
        self.transform(tile)?;
        self.smooth();
        self.extend();
        self.rank(rings);
        Ok(())
    }

    fn transform(&mut self, tile: &mut [f32]) -> Result<(), realfft::FftError> {
        for (row, half) in tile.chunks_exact_mut(SIDE).zip(self.rows.chunks_exact_mut(LINES)) {
            self.along_rows.process_with_scratch(row, half, &mut self.row_scratch)?;
        }
        transpose(&self.rows, &mut self.lines);
        self.along_columns.process_with_scratch(&mut self.lines, &mut self.column_scratch);
        for (power, value) in self.power.iter_mut().zip(&self.lines) {
            *power = value.norm_sqr();
        }
        Ok(())
    }

    /// Log of the power averaged over 3 × 3: a single bin of noise has no prominence, and a window of
    /// Hann makes a raster three wide.
    fn smooth(&mut self) {
        let line =
            |index: usize| self.power.get(index * SIDE..(index + 1) * SIDE).unwrap_or_default();
        let targets = self.level.chunks_exact_mut(LENGTH).skip(AROUND).take(LINES);
        let mut sums = [0.0f32; SIDE + 2];
        for (index, target) in targets.enumerate() {
            let here = line(index);
            let inner = sums.get_mut(1..=SIDE).unwrap_or_default();
            if index % (LINES - 1) == 0 {
                // Beyond the first and the last line lies the one before it, mirrored.
                let beside = line(if index == 0 { 1 } else { LINES - 2 });
                let mirrored = beside.iter().take(1).chain(beside.iter().skip(1).rev());
                for (((sum, a), b), c) in inner.iter_mut().zip(here).zip(beside).zip(mirrored) {
                    *sum = a + b + c;
                }
            } else {
                let (before, after) = (line(index - 1), line(index + 1));
                for (((sum, a), b), c) in inner.iter_mut().zip(before).zip(here).zip(after) {
                    *sum = a + b + c;
                }
            }
            let [first, second, .., last, end] = &mut sums;
            (*first, *end) = (*last, *second);
            let target = target.get_mut(AROUND..AROUND + SIDE).unwrap_or_default();
            for (level, sum) in target.iter_mut().zip(sums.array_windows::<3>()) {
                *level = sum.iter().sum();
            }
            for level in target {
                *level = natural(*level * (1.0 / 9.0) + FLOOR);
            }
        }
    }

    /// Fills the margins.
    fn extend(&mut self) {
        for line in self.level.chunks_exact_mut(LENGTH) {
            line.copy_within(SIDE..SIDE + AROUND, 0);
            line.copy_within(AROUND..2 * AROUND, SIDE + AROUND);
        }
        const LAST: usize = AROUND + LINES - 1;
        for step in 1..=AROUND {
            for (from, to) in [(AROUND + step, AROUND - step), (LAST - step, LAST + step)] {
                for place in 0..LENGTH {
                    // Frequency −v lies as far before 0 as v lies behind it.
                    let mirrored = AROUND + (AROUND + 2 * SIDE - place) % SIDE;
                    let level = self.level.get(from * LENGTH + mirrored).copied();
                    if let Some(target) = self.level.get_mut(to * LENGTH + place) {
                        *target = level.unwrap_or_default();
                    }
                }
            }
        }
    }

    fn rank(&mut self, rings: &Rings) {
        for (median, samples) in self.medians.iter_mut().zip(rings.samples()) {
            let levels = samples.iter().filter_map(|[across, down]| {
                self.level.get((*across as usize + AROUND) * LENGTH + *down as usize + AROUND)
            });
            self.ranked.clear();
            self.ranked.extend(levels);
            let middle = self.ranked.len() / 2;
            *median = if self.ranked.is_empty() {
                f32::INFINITY
            } else {
                *self.ranked.select_nth_unstable_by(middle, f32::total_cmp).1
            };
        }
    }

    /// What stands at a place, if it is the highest of its surroundings.
    fn peak(&self, across: usize, down: usize, median: f32) -> Option<Peak> {
        let at = |right: i32, below: i32| {
            let line = (across + AROUND).saturating_add_signed(right as isize);
            let place = (down + AROUND).saturating_add_signed(below as isize);
            self.level.get(line * LENGTH + place).copied().unwrap_or_default()
        };
        let level = at(0, 0);
        let highest_around = |reach: i32| {
            let sides = (-reach..=reach)
                .flat_map(|step| [(step, -reach), (step, reach), (-reach, step), (reach, step)]);
            sides.map(|(right, below)| at(right, below)).fold(f32::MIN, f32::max)
        };
        if highest_around(1) > level {
            return None;
        }
        let down_signed = if down > SIDE / 2 { down as f32 - SIDE as f32 } else { down as f32 };
        let ridge = ridge(across as f32, down_signed, at);
        Some(Peak {
            frequency: [
                across as f32 + between(at(-1, 0), level, at(1, 0)),
                down_signed + between(at(0, -1), level, at(0, 1)),
            ],
            prominence: level - median.max(self.around(across, down)).max(ridge),
            isolation: level - highest_around(BESIDE),
        })
    }

    /// Mean level around a place without its core.
    fn around(&self, across: usize, down: usize) -> f32 {
        const OUTER: usize = (2 * AROUND + 1) * (2 * AROUND + 1);
        const INNER: usize = (2 * CORE + 1) * (2 * CORE + 1);
        let sum_within = |reach: usize| -> f32 {
            let lines = self.level.chunks_exact(LENGTH).skip(across + AROUND - reach);
            let places = down + AROUND - reach..=down + AROUND + reach;
            lines
                .take(2 * reach + 1)
                .map(|line| line.get(places.clone()).unwrap_or_default().iter().sum::<f32>())
                .sum()
        };
        (sum_within(AROUND) - sum_within(CORE)) / (OUTER - INNER) as f32
    }
}

/// A sum of which sixteen parts are added up at once.
fn sum(values: &[f32]) -> f32 {
    let mut sums = [0.0f32; 16];
    for values in values.as_chunks::<16>().0 {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
    sums.iter().sum()
}

/// The level of the ridge that a place may lie on: a straight edge, such as a page's, makes one
/// through frequency zero. The lower of the mean levels nearer to and farther from zero.
fn ridge(across: f32, down: f32, at: impl Fn(i32, i32) -> f32) -> f32 {
    const STEPS: usize = AROUND - CORE - 1;
    let length = across.hypot(down).max(1.0);
    let mean = |sign: f32| {
        let levels = (0..STEPS).map(|step| {
            let along = sign * (AROUND - step) as f32 / length;
            at((across * along).round() as i32, (down * along).round() as i32)
        });
        levels.sum::<f32>() / STEPS as f32
    };
    mean(-1.0).min(mean(1.0))
}

/// Where between its neighbours a maximum lies: the top of the parabola through the three.
fn between(before: f32, here: f32, after: f32) -> f32 {
    let bend = 2.0 * here - before - after;
    if bend > 1e-6 { (0.5 * (after - before) / bend).clamp(-0.5, 0.5) } else { 0.0 }
}

/// Rows to columns, a few rows at a time so that what is written stays in the cache.
fn transpose(rows: &[Complex32], lines: &mut [Complex32]) {
    const TOGETHER: usize = 8;
    for (block, rows) in rows.chunks_exact(TOGETHER * LINES).enumerate() {
        for (index, line) in lines.chunks_exact_mut(SIDE).enumerate() {
            let target = line.get_mut(block * TOGETHER..).unwrap_or_default();
            for (target, row) in target.iter_mut().zip(rows.chunks_exact(LINES)) {
                *target = row.get(index).copied().unwrap_or_default();
            }
        }
    }
}

impl Default for Spectrum {
    fn default() -> Self {
        let along_rows = RealFftPlanner::new().plan_fft_forward(SIDE);
        let along_columns = FftPlanner::new().plan_fft_forward(SIDE);
        let angle = |index: usize| std::f32::consts::TAU * (index as f32 + 0.5) / SIDE as f32;
        Self {
            hann: (0..SIDE).map(|index| 0.5 - 0.5 * angle(index).cos()).collect(),
            rows: vec![Complex32::default(); SIDE * LINES],
            lines: vec![Complex32::default(); LINES * SIDE],
            power: vec![0.0; LINES * SIDE],
            level: vec![0.0; (LINES + 2 * AROUND) * LENGTH],
            ranked: Vec::with_capacity(Rings::SAMPLES),
            medians: [f32::INFINITY; Rings::COUNT],
            row_scratch: along_rows.make_scratch_vec(),
            column_scratch: vec![Complex32::default(); along_columns.get_inplace_scratch_len()],
            along_rows,
            along_columns,
        }
    }
}

impl fmt::Debug for Spectrum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Spectrum").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::recapture::lattice;
    use crate::recapture::tiles::Place;
    use crate::{Frame, PixelFormat};

    const WIDE: usize = 2 * SIDE;

    /// A raster of so many cycles a pixel, each way, as a camera's pixels sample it, and noise.
    fn raster(frequency: [f32; 2], amplitude: f32) -> Vec<u8> {
        let mut state = 1u32;
        let pixels = (0..WIDE * WIDE).map(|index| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f32::from((state >> 16) as u16) / 65_536.0 - 0.5;
            let (x, y) = ((index % WIDE) as f32, (index / WIDE) as f32);
            let phase = (x * frequency[0] + y * frequency[1]).fract() * std::f32::consts::TAU;
            (150.0 + amplitude * phase.sin() + 12.0 * noise) as u8
        });
        pixels.collect()
    }

    fn highest(pixels: &[u8], scale: u32) -> Peak {
        let frame = Frame::new(pixels, WIDE as u32, WIDE as u32, WIDE, PixelFormat::Luma8);
        let mut tile = vec![0.0; SIDE * SIDE];
        Place { left: 0, top: 0, scale }.read(&frame.expect("a frame"), &mut tile);
        let peaks = Spectrum::default().peaks(&mut tile, &Rings::new(8 / scale as usize));
        peaks.iter().next().copied().expect("a peak")
    }

    /// Where sampling every `scale` pixels shows a frequency, cycles a tile.
    fn folded(frequency: [f32; 2], scale: u32) -> [f32; 2] {
        frequency.map(|cycles| {
            let cycles = cycles * scale as f32;
            (cycles - cycles.round()) * SIDE as f32
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_raster_is_where_it_folds_to_at_each_scale(
            pitch in 0.75f32..4.5,
            angle in 0.0f32..std::f32::consts::PI,
        ) {
            let frequency = [angle.cos() / pitch, angle.sin() / pitch];
            for scale in [1, 2] {
                let expected = folded(frequency, scale);
                let step = (SIDE / 8) as f32 * scale as f32;
                let of_blocks = expected.iter().all(|cycles| {
                    (cycles - (cycles / step).round() * step).abs() < 6.0
                });
                let coarse = expected[0].hypot(expected[1]) < 18.0;
                // What a mean of 2 × 2 leaves of it.
                let left: f32 = match scale {
                    1 => 1.0,
                    _ => frequency.map(|cycles| (std::f32::consts::PI * cycles).cos()).iter().product(),
                };
                if of_blocks || coarse || left.abs() < 0.3 {
                    continue;
                }
                let peak = highest(&raster(frequency, 6.0), scale);
                // Half a cycle a pixel and its negative are the same.
                let off = |sign: f32| {
                    let [across, down] = [0, 1].map(|axis| expected[axis] - sign * peak.frequency[axis]);
                    lattice::folded(across).hypot(lattice::folded(down))
                };
                let there = off(1.0).min(off(-1.0)) < 0.7;
                prop_assert!(there, "{frequency:?} {scale}: {peak:?} not {expected:?}");
                prop_assert!(peak.prominence > 4.0, "{peak:?}");
                prop_assert!(highest(&raster(frequency, 0.0), scale).prominence < 3.0);
            }
        }
    }

    #[test]
    fn a_line_has_no_points() {
        let pixels: Vec<u8> = (0..WIDE * WIDE)
            .map(|index| if index % WIDE + index / WIDE / 7 < 170 { 60 } else { 190 })
            .collect();
        let peak = highest(&pixels, 1);
        assert!(peak.height() < 3.0, "{peak:?}");
    }
}
