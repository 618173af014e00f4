//! What a second photo from nearer or farther says about the first one's moiré.
//!
//! What the camera resolves, threads or print, lies in the second photo where the page's own change of
//! size puts it. What it does not resolve beats with its pixels: the beat comes from a frequency that
//! is some whole multiples of the sampling's higher, and goes elsewhere.

use serde::{Deserialize, Serialize};

use super::drift::confirmed;
use super::lattice::folded;
use super::moire::MoireTrace;
use super::peak::{Peak, are_near};
use super::raster::Tile;
use super::spectrum::SIDE;
use super::tiles::Place;
use crate::{Frame, Homography, Point};

/// How near to its place a point is found again, cycles a tile: corners are known to some pixels, and
/// perspective changes a frequency within a tile.
const NEAR: f32 = 4.0;

/// How far apart the places must be that a texture and a beat predict, cycles a tile: with two photos from
/// the same distance nothing is told.
const APART: f32 = 12.0;

/// Highest frequency that a display's raster has, cycles a pixel of the frame: of a finer one a photo 4,000
/// pixels wide would hold more than 6,400, and no display is as wide.
const FINEST: f32 = 1.6;

/// Height from which a point is found again: of noise alone some of a tile's ten reach 2.
const HEIGHT: f32 = 2.5;

/// What became of the first photo's moiré in a second one, in natural logarithms of power over what is
/// around; 0 where nothing is found again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Evidence of a beat of something finer than the camera's pixels: the less of both photos.
    pub beat: f32,
    /// The same of something that the camera resolves: threads, print, or a raster that is coarse enough.
    pub resolved: f32,
}

impl Moved {
    /// Takes what is known of another trace.
    pub(super) fn add(&mut self, other: Self) {
        self.beat = self.beat.max(other.beat);
        self.resolved = self.resolved.max(other.resolved);
    }

    /// What both photos say for a raster; that a copy may show cloth as fine is no matter here.
    pub(super) fn sum(&self) -> f32 {
        if self.is_resolved() { 0.0 } else { self.beat + confirmed(self.beat) }
    }

    /// Whether a second photo speaks for a texture rather than for a raster. A raster that the camera
    /// resolves moves as threads do, so this clears nobody, and only keeps moiré from accusing.
    pub(super) fn is_resolved(&self) -> bool {
        self.resolved > self.beat
    }
}

/// Where a trace's tile lies in the second photo, none where that is beyond its border.
pub(super) fn place(trace: &MoireTrace, there: &Homography, frame: &Frame<'_>) -> Option<Place> {
    Place::about(there.map(middle(trace)), trace.sampling(), frame)
}

/// What the second photo's tile says of a trace.
pub(super) fn moved(trace: &MoireTrace, there: &Homography, tile: &Tile) -> Moved {
    let sampling = trace.sampling() as f32;
    let change = Change::about(there, middle(trace));
    let [across, down] = trace.frequency;
    let predicted = |right: i32, below: i32| {
        let fine = [across + right as f32 / sampling, down + below as f32 / sampling];
        let length = fine[0].hypot(fine[1]);
        let seen = change.frequency(fine).map(|cycles| folded(cycles * sampling * SIDE as f32));
        (length <= FINEST).then_some(seen)
    };
    let mut moved = Moved::default();
    let Some(same) = predicted(0, 0) else { return moved };
    let evidence = |seen: [f32; 2]| height_at(seen, tile).min(trace.evidence);
    moved.resolved = evidence(same);
    let most = (FINEST * sampling) as i32 + 1;
    let multiples =
        (-most..=most).flat_map(|right| (-most..=most).map(move |below| (right, below)));
    let beats = multiples.filter(|multiple| *multiple != (0, 0));
    for seen in beats.filter_map(|(right, below)| predicted(right, below)) {
        if !are_near(seen, same, APART) {
            moved.beat = moved.beat.max(evidence(seen));
        }
    }
    moved
}

fn middle(trace: &MoireTrace) -> Point {
    let half = trace.side as f32 / 2.0;
    Point { x: trace.left as f32 + half, y: trace.top as f32 + half }
}

/// Height of the highest point near a frequency, if it is more than noise.
fn height_at(frequency: [f32; 2], tile: &Tile) -> f32 {
    let near = tile.peaks.iter().filter(|peak| are_near(peak.frequency, frequency, NEAR));
    near.map(Peak::height).filter(|height| *height > HEIGHT).fold(0.0, f32::max)
}

/// How a map changes frequencies about a point: by the inverse of its Jacobian, transposed.
struct Change([[f32; 2]; 2]);

impl Change {
    fn about(there: &Homography, point: Point) -> Self {
        let [[a, b], [c, d]] = there.jacobian(point);
        let area = a * d - b * c;
        Self(
            [[d / area, -c / area], [-b / area, a / area]].map(|row| row.map(|value| value as f32)),
        )
    }

    fn frequency(&self, [across, down]: [f32; 2]) -> [f32; 2] {
        self.0.map(|[right, below]| right * across + below * down)
    }
}
