//! The dots of a print, as a signal of their own.
//!
//! A copier makes its greys of one ink in rows of dots, and an offset press each ink's: two directions of
//! the same frequency at a right angle, which show as two points of a tile's spectrum. A screen's raster
//! has two such directions too, but upright ones; a print's rows are turned, those of black by 45°, because
//! there the eye sees them least. Cloth also has two directions, so where a page is known only what lies on
//! it counts.
//!
//! Print is no offence: most papers are prints, and an original may have a ground of dots. Who demands an
//! original reads the signal; it objects to nothing by itself. Letters are full ink and plain paper has no
//! dots, so that a copy of text alone shows nothing.

use serde::{Deserialize, Serialize};

use super::UNCERTAIN;
use super::drift::{DRIFT, confirmed};
use super::lattice::folded;
use super::peak::{Peak, are_near};
use super::raster::{Tile, is_fine};
use crate::model::probability;
use crate::{Class, Quad, Severity, Signal};

/// Name and version of the search, as its signal carries it.
const MODEL: &str = "recapture-print/1";

/// How much the two frequencies may differ, as a share of the higher, and the sine of how much their angle
/// may differ from a right one, 8°: what a camera that leans by 20° makes of a square. With 8 % and 10° no
/// more of 15 real and 12 simulated prints are found, and the most that 48 real screens reach goes from 2.8
/// to 3.3.
const UNEQUAL: f32 = 0.06;
const OBLIQUE: f32 = 0.14;

/// Sine of the angle to the nearer axis, 12°, from which a direction is not upright. Colours' rows stand at
/// 15°, and nearer to the axes are screens that were held askew: from 5° on one of 48 real and 7 of 44
/// simulated ones are taken for prints, from 12° on none and two, and the same prints are found.
const TURNED: f32 = 0.21;

/// How near to its place a sum of the two is found, cycles a tile.
const NEAR: f32 = 4.0;

/// Evidence at which the score is one half.
///
/// Measured on 117 photos and 58 of pages: 4 of 15 grey copies of cards, frames of compressed videos, reach
/// 3.6 to 7.6, and so does one page, a ticket with a ground of dots. Of the other 159, cloth
/// among them, a screen has the most, 2.8. Moving it down to 3 finds two copies more and leaves less
/// room for cloth that lies where no page is known.
const MIDDLE: f32 = 3.5;

/// How much more moves the score to 0.73.
const SLOPE: f32 = 0.4;

/// What the spectra of a frame's tiles say for a print in dots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Print {
    /// Natural logarithm of power over what is around, of the lower of the two points of the best pair,
    /// with what a neighbouring tile adds; 0 where there is no pair. Noise alone reaches 1.9.
    pub evidence: f32,
    /// The tile that shows the dots best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halftone: Option<Halftone>,
}

/// A tile's best pair, for who has to judge it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Halftone {
    /// Left edge of the tile, pixels of the frame.
    pub left: u32,
    /// Its top edge.
    pub top: u32,
    /// Its side.
    pub side: u32,
    /// Horizontal and vertical frequency of either direction of dots, cycles a pixel of the frame: what
    /// the print's fold to where its dots are finer than two pixels.
    pub frequencies: [[f32; 2]; 2],
    /// How far the lower of the two stands out of the spectrum.
    pub height: f32,
}

impl Halftone {
    /// The tile, in pixels of the frame.
    pub fn region(&self) -> Quad {
        Quad::square(self.left, self.top, self.side)
    }
}

impl Print {
    /// Of tiles at native scale, those off the page left out where there is one.
    pub(super) fn of(tiles: &[Tile], page: Option<&Quad>) -> Self {
        let mut print = Self::default();
        let on_page = |tile: &&Tile| page.is_none_or(|page| tile.place.is_on(page));
        let native = || tiles.iter().filter(|tile| tile.place.scale == 1).filter(on_page);
        for tile in native() {
            let Some(pair) = pairs(tile).max_by(|a, b| a.height.total_cmp(&b.height)) else {
                continue;
            };
            let beside = native().filter(|other| tile.place.is_beside(&other.place));
            let again = beside.flat_map(pairs).filter(|other| pair.is_like(other));
            let evidence =
                pair.height + confirmed(again.map(|pair| pair.height).fold(0.0, f32::max));
            if evidence > print.evidence {
                print = Self { evidence, halftone: Some(pair.at(tile)) };
            }
        }
        print
    }

    /// What a still's tiles come to as a signal, which objects to nothing.
    pub(super) fn signal(&self) -> Signal {
        let score = probability((self.evidence - MIDDLE) / SLOPE);
        Signal {
            code: "printed_copy".into(),
            class: Class::Integrity,
            score,
            threshold: UNCERTAIN,
            severity: Severity::Pass,
            region: self.halftone.as_ref().filter(|_| score >= UNCERTAIN).map(Halftone::region),
            action: None,
            model: MODEL.into(),
        }
    }
}

/// Two directions of dots.
#[derive(Clone, Copy, Debug)]
struct Pair {
    peaks: [Peak; 2],
    /// Of the lower.
    height: f32,
}

impl Pair {
    /// Two peaks, if they can be a halftone's.
    fn new(peaks: [Peak; 2]) -> Option<Self> {
        let [([a, b], first), ([c, d], second)] =
            peaks.map(|peak| (peak.frequency, peak.frequency[0].hypot(peak.frequency[1])));
        let alike = (first - second).abs() <= UNEQUAL * first.max(second);
        let square = (a * c + b * d).abs() <= OBLIQUE * first * second;
        let turned = !peaks.iter().any(is_upright);
        let height = peaks.map(|peak| peak.height()).into_iter().fold(f32::MAX, f32::min);
        (alike && square && turned).then_some(Self { peaks, height })
    }

    /// Whether a peak is the sum or the difference of the two: of a print turned by 45° it lies upright.
    fn follows(&self, peak: &Peak) -> bool {
        let [[a, b], [c, d]] = self.peaks.map(|peak| peak.frequency);
        [[a + c, b + d], [a - c, b - d]]
            .into_iter()
            .any(|sum| are_near(peak.frequency, sum.map(folded), NEAR))
    }

    /// Whether another tile's pair is of the same dots.
    fn is_like(&self, other: &Self) -> bool {
        let [[a, b], [c, d]] = [self, other].map(|pair| pair.peaks.map(|peak| peak.frequency));
        let near = |one, other| are_near(one, other, DRIFT);
        near(a, c) && near(b, d) || near(a, d) && near(b, c)
    }

    fn at(&self, tile: &Tile) -> Halftone {
        let place = tile.place;
        Halftone {
            left: place.left,
            top: place.top,
            side: place.side(),
            frequencies: self.peaks.map(|peak| peak.cycles_per_pixel(place.scale)),
            height: self.height,
        }
    }
}

/// A tile's pairs. What is upright and higher, and not made by the pair, is a screen's raster, whose
/// diagonals are a pair too.
fn pairs(tile: &Tile) -> impl Iterator<Item = Pair> {
    let fine = || tile.peaks.iter().filter(|peak| is_fine(peak, tile.place.scale));
    let pairs = fine().enumerate().flat_map(move |(index, first)| {
        fine().skip(index + 1).filter_map(|second| Pair::new([*first, *second]))
    });
    pairs.filter(move |pair| {
        let of_a_screen =
            |peak: &Peak| is_upright(peak) && peak.height() > pair.height && !pair.follows(peak);
        !fine().any(of_a_screen)
    })
}

fn is_upright(peak: &Peak) -> bool {
    let [across, down] = peak.frequency.map(f32::abs);
    across.min(down) < TURNED * across.hypot(down)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::recapture::peak::Peaks;
    use crate::recapture::tiles::Place;

    /// A tile with points at these frequencies, cycles a tile, of these heights.
    fn tile(left: u32, points: &[([f32; 2], f32)]) -> Tile {
        let mut peaks = Peaks::default();
        for (frequency, height) in points {
            peaks.add(Peak { frequency: *frequency, prominence: *height, isolation: *height });
        }
        Tile::new(Place { left, top: 0, scale: 1 }, peaks)
    }

    fn evidence(tiles: &[Tile]) -> f32 {
        Print::of(tiles, None).evidence
    }

    proptest! {
        /// Two directions are a pair where neither is upright, both are alike and they cross squarely.
        #[test]
        fn only_two_alike_and_turned_are_a_pair(
            degrees in 0.0f32..90.0,
            open in 70.0f32..110.0,
            cycles in 58.0f32..120.0,
            longer in 1.0f32..1.2,
        ) {
            let at = |degrees: f32, cycles: f32| {
                let (sin, cos) = degrees.to_radians().sin_cos();
                [cycles * cos, cycles * sin]
            };
            let pair = [(at(degrees, cycles), 5.0), (at(degrees + open, cycles * longer), 4.0)];
            let upright = |degrees: f32| (degrees % 90.0).min(90.0 - degrees % 90.0);
            let least = upright(degrees).min(upright(degrees + open));
            let (oblique, unequal) = ((open - 90.0).abs(), 1.0 - 1.0 / longer);
            // What lies on the border is of either kind.
            prop_assume!((least - 12.12).abs() > 0.1 && (oblique - 8.05).abs() > 0.1);
            prop_assume!((unequal - UNEQUAL).abs() > 0.001);
            let is_pair = least > 12.12 && oblique < 8.05 && unequal < UNEQUAL;
            prop_assert_eq!(evidence(&[tile(0, &pair)]), if is_pair { 4.0 } else { 0.0 });
        }
    }

    #[test]
    fn the_diagonals_of_a_screen_are_no_print() {
        let diagonals = [([80.0, 79.0], 4.5), ([80.0, -81.0], 4.0)];
        assert_eq!(evidence(&[tile(0, &diagonals)]), 4.0);
        let raster = [diagonals[0], diagonals[1], ([80.0, 0.5], 5.0), ([0.5, 80.0], 5.0)];
        assert_eq!(evidence(&[tile(0, &raster)]), 0.0);
        // What the two make together, 160 cycles, folds to 96: upright too, but their own.
        let made = [diagonals[0], diagonals[1], ([96.0, 2.0], 5.0)];
        assert_eq!(evidence(&[tile(0, &made)]), 4.0);
    }

    #[test]
    fn neighbours_confirm_the_same_dots_only() {
        let dots = |cycles: f32| [([cycles, cycles], 4.0), ([cycles, -cycles], 4.0)];
        let (alone, same) = (tile(0, &dots(55.0)), tile(256, &dots(57.0)));
        let (other, far) = (tile(256, &dots(70.0)), tile(1_024, &dots(55.0)));
        assert_eq!(evidence(&[alone, same]), 6.0);
        assert_eq!(evidence(&[alone, other]), 4.0);
        assert_eq!(evidence(&[alone, far]), 4.0);
    }
}
