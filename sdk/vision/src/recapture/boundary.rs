//! Whether a raster goes on beyond the page's edge.
//!
//! A pattern of the same frequency on the page and on what it lies on belongs to neither: it is the
//! screen's that shows both (Kunina, Sher and Nikolaev, Computer Optics 47(4), 2023).

use super::peak::are_near;
use super::raster::Tile;
use super::spectrum::SIDE;
use super::tiles::Place;
use crate::{Frame, Point, Quad};

/// How far a raster's frequency may differ across the edge, cycles a tile: the two tiles are neighbours.
const DRIFT: f32 = 5.0;

/// The tiles just inside and just outside of the middle of each side of a page, where both lie in the
/// frame: beside the edge, at the nearest that both are clear of it.
pub(super) fn places(frame: &Frame<'_>, page: &Quad) -> impl Iterator<Item = [Place; 2]> {
    page.sides().into_iter().filter_map(move |(from, to)| {
        let length = from.distance(to).max(1.0);
        let [right, below] = [(to.x - from.x) / length, (to.y - from.y) / length];
        // A square's half extent along the normal.
        let clear = 0.5 * SIDE as f32 * (right.abs() + below.abs());
        let [x, y] = [(from.x + to.x) / 2.0, (from.y + to.y) / 2.0];
        // Clockwise, so the inside is to the right of the way.
        let place = |sign: f32| {
            let middle = Point { x: x - sign * below * clear, y: y + sign * right * clear };
            Place::about(middle, 1, frame)
        };
        Some([place(1.0)?, place(-1.0)?])
    })
}

/// What speaks for one raster on both sides of an edge: the less of the two.
pub(super) fn continued(inside: &Tile, outside: &Tile) -> f32 {
    let pairs = inside.rasters().flat_map(|(evidence, peak)| {
        let same = outside
            .rasters()
            .filter(move |(_, other)| are_near(peak.frequency, other.frequency, DRIFT));
        same.map(move |(other, _)| other.min(evidence))
    });
    pairs.fold(0.0, f32::max)
}
