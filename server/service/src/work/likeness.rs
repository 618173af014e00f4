//! Whether two photos are one: what is left of a picture after it was made smaller, compressed again, or brightened.
//!
//! The signs of a picture's lowest frequencies, after Zauner, "Implementation and benchmarking of perceptual image hash
//! functions", 2010: the 256 lowest of a discrete cosine transform of 64 × 64 grey cells, each above the median or not.

use std::f32::consts::PI;

use serde::{Deserialize, Serialize};

/// Cells along a side.
const CELLS: usize = 64;

/// Frequencies along a side, the constant left out.
const FREQUENCIES: usize = 16;

/// Bits of a likeness.
pub(crate) const BITS: usize = FREQUENCIES * FREQUENCIES;

/// Most bits in which two photos differ that are one. Of 110 simulated captures, stored again they differ in 4 at most, at half
/// their size in 12, at a quarter in 18; cut by a fiftieth on each side they are others. Of 220 different ones no two differ in
/// fewer than 48 (24,090 pairs). Flat scans of two forms of a kind can come to 20: then a person looks.
pub(crate) const MOST: u32 = 24;

/// Grey values between the darkest and the brightest cell below which there is nothing to tell a picture by.
const FLAT: f32 = 4.0;

/// A picture's likeness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Likeness(#[serde(with = "hex::serde")] pub(crate) [u8; BITS / 8]);

impl Likeness {
    /// Of an upright picture, three bytes a pixel.
    pub(crate) fn of(width: u32, rgb: &[u8]) -> Self {
        let cells = cells(width as usize, rgb);
        let extremes = cells
            .iter()
            .fold([f32::MAX, f32::MIN], |[least, most], cell| [least.min(*cell), most.max(*cell)]);
        let [least, most] = extremes;
        if (width as usize) < CELLS || rgb.len() / 3 < CELLS * width as usize || most - least < FLAT
        {
            return Self([0; BITS / 8]);
        }
        let mut coefficients = [0.0f32; BITS];
        // Rows first, then columns: only the frequencies that are wanted.
        let waves: Vec<[f32; CELLS]> = (1..=FREQUENCIES)
            .map(|frequency| {
                std::array::from_fn(|at| {
                    (PI * (2 * at + 1) as f32 * frequency as f32 / (2 * CELLS) as f32).cos()
                })
            })
            .collect();
        let rows: Vec<Vec<f32>> = cells
            .chunks(CELLS)
            .map(|row| {
                let project = |wave: &[f32; CELLS]| wave.iter().zip(row).map(|(w, v)| w * v).sum();
                waves.iter().map(project).collect()
            })
            .collect();
        let each = (0..FREQUENCIES).flat_map(|column| waves.iter().map(move |wave| (column, wave)));
        for (to, (column, wave)) in coefficients.iter_mut().zip(each) {
            let down = rows.iter().map(|row| row.get(column).copied().unwrap_or_default());
            *to = wave.iter().zip(down).map(|(w, v)| w * v).sum();
        }
        let mut sorted = coefficients;
        sorted.sort_by(f32::total_cmp);
        let median = sorted.get(BITS / 2).copied().unwrap_or_default();
        let mut bits = [0; BITS / 8];
        for (byte, eight) in bits.iter_mut().zip(coefficients.chunks(8)) {
            *byte = eight.iter().fold(0, |bits, value| bits << 1 | u8::from(*value > median));
        }
        Self(bits)
    }

    /// Whether there is nothing to tell it by: a picture of one colour, or of a few pixels, is like all others.
    pub(crate) fn is_blank(&self) -> bool {
        self.0.iter().all(|byte| *byte == 0)
    }

    /// In how many bits two differ.
    pub(crate) fn distance(&self, other: &[u8]) -> u32 {
        self.0.iter().zip(other).map(|(one, other)| (one ^ other).count_ones()).sum()
    }

    /// Parts by which it is looked up, each of 32 bits and which it is: of two photos that differ in 6 bits, 99 in 100 pairs
    /// have one in common; of 12 bits, 86.
    pub(crate) fn bands(&self) -> impl Iterator<Item = i64> {
        (1i64..).zip(self.0.chunks(4)).map(|(band, bytes)| {
            bytes.iter().fold(band, |value, byte| value << 8 | i64::from(*byte))
        })
    }
}

/// Mean grey of each cell, row by row.
fn cells(width: usize, rgb: &[u8]) -> Vec<f32> {
    let (mut sums, mut counts) = (vec![0u32; CELLS * CELLS], vec![0u32; CELLS * CELLS]);
    let height = rgb.len() / (3 * width).max(1);
    for (y, row) in rgb.chunks_exact((3 * width).max(1)).enumerate() {
        let first = y * CELLS / height.max(1) * CELLS;
        let (sums, counts) = (sums.get_mut(first..), counts.get_mut(first..));
        let (Some(sums), Some(counts)) = (sums, counts) else { continue };
        let cells = sums.iter_mut().zip(counts);
        // A cell takes the pixels whose place, scaled, falls into it.
        for (cell, (sum, count)) in cells.take(CELLS).enumerate() {
            let pixels = (cell * width).div_ceil(CELLS)..((cell + 1) * width).div_ceil(CELLS);
            for pixel in row.get(3 * pixels.start..3 * pixels.end).unwrap_or_default().chunks(3) {
                let &[red, green, blue] = pixel else { continue };
                *sum += (u32::from(red) + 2 * u32::from(green) + u32::from(blue)) / 4;
                *count += 1;
            }
        }
    }
    sums.iter().zip(counts).map(|(sum, count)| *sum as f32 / count.max(1) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Something with a shape: rings around a point.
    fn rings(width: u32, height: u32, at: f32, brighter: f32) -> Vec<u8> {
        let pixel = |x: u32, y: u32| {
            let (x, y) = (x as f32 / width as f32 - at, y as f32 / height as f32 - 0.4);
            let value = 100.0 + 80.0 * (30.0 * (x * x + 1.7 * y * y + 0.3 * x * y)).sin();
            (value * brighter) as u8
        };
        (0..height).flat_map(|y| (0..width).flat_map(move |x| [pixel(x, y); 3])).collect()
    }

    #[test]
    fn a_picture_stays_itself_when_it_is_made_smaller_or_brighter() {
        let whole = Likeness::of(800, &rings(800, 600, 0.3, 1.0));
        for (width, height, brighter) in [(400, 300, 1.0), (401, 299, 1.1), (800, 600, 0.7)] {
            let other = Likeness::of(width, &rings(width, height, 0.3, brighter));
            assert!(whole.distance(&other.0) <= MOST, "{}", whole.distance(&other.0));
            assert!(whole.bands().any(|band| other.bands().any(|other| other == band)));
        }
        let another = Likeness::of(800, &rings(800, 600, 0.6, 1.0));
        assert!(whole.distance(&another.0) > 2 * MOST, "{}", whole.distance(&another.0));
    }

    #[test]
    fn what_shows_nothing_is_like_nothing() {
        for (width, rgb) in [(0, vec![]), (1, vec![7; 3]), (80, vec![7; 80 * 90 * 3])] {
            assert!(Likeness::of(width, &rgb).is_blank());
        }
        assert!(!Likeness::of(80, &rings(80, 90, 0.3, 1.0)).is_blank());
    }
}
