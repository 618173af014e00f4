//! How the peaks of a tile hang together: as a raster's, two of which tell the rest, or as a series of
//! harmonics.

use super::peak::{Peak, Peaks, are_near};
use super::spectrum::SIDE;

/// Peaks that may be one of the two.
const BASES: usize = 4;

/// Sine of the angle from which two frequencies are not on a line.
const APART: f32 = 0.3;

/// How near to its place a peak is found, cycles a tile.
const NEAR: f32 = 2.5;

/// Multiples of the two that a raster shows at most, summed over both.
const ORDERS: i32 = 3;

/// Which of a series a peak may be: below, what repeats is fine itself; above, it is told from a raster
/// by chance.
const SERIES: [u32; 10] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/// How near to a whole multiple the members of a series are, cycles a tile.
const STEADY: f32 = 1.5;

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

/// Whether a peak is one of a series of harmonics, as lines of print and slats make: three others are
/// multiples of a whole part of it, two of them next to each other. What a raster folds to lies on a line
/// too, but not at equal steps from zero.
pub(super) fn is_of_series(peak: &Peak, peaks: &Peaks) -> bool {
    if peaks.iter().filter(|other| are_in_line(other, peak)).count() < 4 {
        return false;
    }
    SERIES.into_iter().any(|part| {
        let multiple = |other: &Peak| {
            let whole = (along(other, peak) * part as f32).round();
            let [across, down] = peak.frequency.map(|cycles| cycles * whole / part as f32);
            let near = are_near(other.frequency, [across, down], STEADY);
            (near && whole >= 1.0 && whole != part as f32).then_some(whole)
        };
        let multiples = || peaks.iter().filter_map(multiple);
        let next = |whole: f32| multiples().any(|other| other == whole + 1.0);
        multiples().count() >= 3 && multiples().any(next)
    })
}

/// Whether a peak, the other itself too, lies on the line through another and zero.
fn are_in_line(other: &Peak, peak: &Peak) -> bool {
    let ([a, b], [c, d]) = (other.frequency, peak.frequency);
    let cross = a * d - b * c;
    cross * cross < STEADY * STEADY * (c * c + d * d)
}

/// How far along a peak's direction another lies, in shares of the way to the peak.
fn along(other: &Peak, peak: &Peak) -> f32 {
    let ([a, b], [c, d]) = (other.frequency, peak.frequency);
    ((a * c + b * d) / (c * c + d * d)).abs()
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
        are_near(peak.frequency, [sum(a, c), sum(b, d)], NEAR)
    })
}

/// A frequency where sampling shows it: −1/2 to 1/2 cycle a pixel.
pub(super) fn folded(frequency: f32) -> f32 {
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

    #[test]
    fn lines_of_print_are_a_series_and_a_folded_raster_is_not() {
        let lines = peaks(&[[0.0, 106.6], [0.4, 96.1], [0.0, 85.2], [0.0, -64.1], [40.0, 30.0]]);
        let is_of_series = |peaks: &Peaks| is_of_series(peaks.iter().next().expect("one"), peaks);
        assert!(is_of_series(&lines));
        let folded = peaks(&[[97.0, 3.0], [62.0, -6.0], [35.0, 9.0], [124.0, 12.0], [27.0, 15.0]]);
        assert!(!is_of_series(&folded));
    }
}
