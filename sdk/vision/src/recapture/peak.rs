//! A point that stands out of a tile's spectrum, and the few that are kept.

use super::spectrum::SIDE;

/// Peaks kept of a tile: what a lattice test can use, the least of them being noise.
const KEPT: usize = 10;

/// Peaks nearer to each other than this, cycles a tile, are one.
const APART: f32 = 5.0;

/// Height over the points about it that counts as much as a prominence this much higher. Of noise the
/// highest of the 40 points about a peak lies 0.9 over their mean; in texture they lie higher.
const ISOLATED: f32 = 1.5;

/// One point of a spectrum. Heights are natural logarithms of power.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Peak {
    /// Horizontal and vertical frequency in cycles a tile, to a part of one; the horizontal is not
    /// negative but for interpolation.
    pub(super) frequency: [f32; 2],
    /// Height over the highest of: its ring, what lies around it, the ridge it lies on.
    pub(super) prominence: f32,
    /// Height over the highest point of the square of 11 × 11 around it.
    pub(super) isolation: f32,
}

impl Peak {
    /// How far it rises as a point: a ridge or a hill has places about it that are as high.
    pub(super) fn height(&self) -> f32 {
        self.prominence.min(self.isolation + ISOLATED)
    }

    /// Frequency in cycles a pixel of the frame, in a tile at such a scale.
    pub(super) fn cycles_per_pixel(&self, scale: u32) -> [f32; 2] {
        self.frequency.map(|cycles| cycles / (SIDE as f32 * scale as f32))
    }
}

/// Whether two frequencies are nearer to each other than `reach`, all in cycles a tile; a frequency and
/// its negative are the same.
pub(super) fn are_near([a, b]: [f32; 2], [c, d]: [f32; 2], reach: f32) -> bool {
    let square = |x: f32, y: f32| x * x + y * y;
    square(a - c, b - d).min(square(a + c, b + d)) < reach * reach
}

/// The most prominent points of a tile, highest first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Peaks {
    kept: [Peak; KEPT],
    count: usize,
}

impl Peaks {
    /// Takes a peak in, unless more prominent ones are near it or fill the list.
    pub(super) fn add(&mut self, peak: Peak) {
        let higher = |other: &Peak| other.prominence >= peak.prominence;
        let near = |other: &Peak| are_near(other.frequency, peak.frequency, APART);
        if self.iter().any(|other| higher(other) && near(other)) {
            return;
        }
        let mut kept = [Peak::default(); KEPT];
        let rest = self.iter().filter(|other| !higher(other) && !near(other));
        let all = self.iter().filter(|other| higher(other)).chain([&peak]).chain(rest);
        let mut count = 0;
        for (slot, peak) in kept.iter_mut().zip(all) {
            *slot = *peak;
            count += 1;
        }
        (self.kept, self.count) = (kept, count);
    }

    /// The peaks, most prominent first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Peak> {
        self.kept.iter().take(self.count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_most_prominent_are_kept_apart_and_in_order(
            given in prop::collection::vec((0.0f32..128.0, -128.0f32..128.0, 0.0f32..9.0), 0..60),
        ) {
            let mut peaks = Peaks::default();
            for (across, down, prominence) in &given {
                peaks.add(Peak { frequency: [*across, *down], prominence: *prominence, isolation: 1.0 });
            }
            let kept: Vec<&Peak> = peaks.iter().collect();
            prop_assert!(kept.len() <= KEPT && kept.is_empty() == given.is_empty());
            prop_assert!(kept.is_sorted_by(|a, b| a.prominence >= b.prominence));
            let highest = given.iter().map(|(_, _, prominence)| *prominence).fold(0.0, f32::max);
            prop_assert!(kept.first().is_none_or(|peak| peak.prominence == highest));
            for (index, peak) in kept.iter().enumerate() {
                let near = |other: &&&Peak| are_near(other.frequency, peak.frequency, APART);
                prop_assert!(!kept.iter().skip(index + 1).any(|other| near(&other)));
            }
        }
    }
}
