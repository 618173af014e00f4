//! Whether the peaks of a tile are a raster's: two of them, and what follows from the two.

use super::peak::{Peak, Peaks, distance};
use super::spectrum::SIDE;

/// Peaks that may be one of the two.
const BASES: usize = 4;

/// Sine of the angle from which two frequencies are not on a line.
const APART: f32 = 0.3;

/// How near to its place a peak is found, cycles a tile.
const NEAR: f32 = 2.5;

/// Multiples of the two that a raster shows at most, summed over both.
const ORDERS: i32 = 3;

/// The share of a tile's peaks, 0..1, that are sums and differences of multiples of two of them that do
/// not lie on a line. What a frequency beyond the highest folds to is taken into account: a sum of what
/// two fold to is what their sum folds to. Of noise alone a tenth at most; cloth has as much as a screen.
pub(super) fn share(peaks: &Peaks) -> f32 {
    let count = peaks.iter().count();
    if count < 3 {
        return 0.0;
    }
    let pairs = peaks.iter().take(BASES).enumerate().flat_map(|(index, first)| {
        peaks.iter().take(BASES).skip(index + 1).map(move |second| (first, second))
    });
    let explained =
        pairs.filter(|(first, second)| !on_a_line(first, second)).map(|(first, second)| {
            let others = peaks.iter().filter(|peak| *peak != first && *peak != second);
            others.filter(|peak| follows(peak, first, second)).count()
        });
    explained.max().unwrap_or(0) as f32 / (count - 2) as f32
}

fn on_a_line(first: &Peak, second: &Peak) -> bool {
    let ([a, b], [c, d]) = (first.frequency, second.frequency);
    (a * d - b * c).abs() < APART * a.hypot(b) * c.hypot(d)
}

fn follows(peak: &Peak, first: &Peak, second: &Peak) -> bool {
    let orders = (0..=ORDERS).flat_map(|m| (-ORDERS..=ORDERS).map(move |n| (m, n)));
    orders.filter(|(m, n)| (2..=ORDERS).contains(&(m + n.abs()))).any(|(m, n)| {
        let sum = |a: f32, b: f32| folded(m as f32 * a + n as f32 * b);
        let ([a, b], [c, d]) = (first.frequency, second.frequency);
        distance(peak.frequency, [sum(a, c), sum(b, d)]) < NEAR
    })
}

/// A frequency where sampling shows it: −1/2 to 1/2 cycle a pixel.
fn folded(frequency: f32) -> f32 {
    let side = SIDE as f32;
    frequency - side * (frequency / side).round()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peaks(frequencies: &[[f32; 2]]) -> Peaks {
        let mut peaks = Peaks::default();
        for (index, frequency) in frequencies.iter().enumerate() {
            let prominence = 9.0 - index as f32;
            peaks.add(Peak { frequency: *frequency, prominence, isolation: 3.0 });
        }
        peaks
    }

    #[test]
    fn sums_and_differences_follow_even_when_folded() {
        // 97 + 75 = 172 folds to −84; 2 · 97 = 194 to −62.
        let raster = peaks(&[[97.0, 3.0], [75.0, 110.0], [-84.0, 113.0], [-62.0, 6.0]]);
        assert_eq!(share(&raster), 1.0);
    }

    #[test]
    fn a_row_of_harmonics_is_no_lattice() {
        let lines = peaks(&[[0.0, 20.0], [0.0, 40.0], [1.0, 60.0], [0.0, 80.0]]);
        assert_eq!(share(&lines), 0.0);
        assert_eq!(share(&peaks(&[[97.0, 3.0], [75.0, 110.0]])), 0.0);
    }
}
