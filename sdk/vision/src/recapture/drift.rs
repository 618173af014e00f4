//! Whether neighbouring tiles show the same raster.
//!
//! Perspective and the lens change a raster's frequency smoothly over the frame. Noise, letters and
//! an edge do not come again next to where they are.

use super::peak::{Peak, are_near};
use super::raster::Tile;

/// How far a frequency may drift from one tile to the next, cycles a tile: a fine raster on a screen
/// that recedes at 15° under a phone's lens drifts by 4.
pub(super) const DRIFT: f32 = 5.0;

/// Evidence from which a neighbour's peak is more than noise.
const NOISE: f32 = 1.8;

/// The most that neighbours can add to a tile's own evidence.
const MOST: f32 = 2.0;

/// What the tiles around one say about its raster.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Agreement {
    /// What the best of them adds to the evidence.
    pub(super) evidence: f32,
    /// How many of those looked at show it.
    pub(super) tiles: u32,
    /// 0..1: how evenly the frequency changes from one side to the other; 0 where no two opposite
    /// tiles show it.
    pub(super) smoothness: f32,
}

/// Looks for a tile's raster in the tiles around it.
pub(super) fn agreement(tile: &Tile, raster: &Peak, tiles: &[Tile]) -> Agreement {
    let mut agreement = Agreement::default();
    let (mut bend, mut pairs) = (0.0, 0);
    for neighbour in tiles {
        let Some((evidence, change)) = again(tile, raster, neighbour) else { continue };
        agreement.tiles += 1;
        agreement.evidence = agreement.evidence.max(confirmed(evidence));
        let opposite = tiles.iter().filter(|other| is_opposite(tile, neighbour, other));
        for (_, back) in opposite.filter_map(|other| again(tile, raster, other)) {
            bend += (change[0] + back[0]).hypot(change[1] + back[1]);
            pairs += 1;
        }
    }
    if pairs > 0 {
        agreement.smoothness = 1.0 / (1.0 + bend / pairs as f32);
    }
    agreement
}

/// What evidence for the same raster elsewhere adds.
pub(super) fn confirmed(evidence: f32) -> f32 {
    (evidence - NOISE).clamp(0.0, MOST)
}

/// The raster as a neighbour shows it: the evidence there, and how its frequency differs.
fn again(tile: &Tile, raster: &Peak, neighbour: &Tile) -> Option<(f32, [f32; 2])> {
    if !tile.place.is_beside(&neighbour.place) {
        return None;
    }
    let near = neighbour.rasters().filter(|(evidence, peak)| {
        *evidence > NOISE && are_near(peak.frequency, raster.frequency, DRIFT)
    });
    let (evidence, peak) = near.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    let [a, b] = raster.frequency;
    let [c, d] = peak.frequency;
    let change = if (c - a).hypot(d - b) < DRIFT { [c - a, d - b] } else { [-c - a, -d - b] };
    Some((evidence, change))
}

fn is_opposite(tile: &Tile, one: &Tile, other: &Tile) -> bool {
    let middle = |a: u32, b: u32, middle: u32| (a + b).abs_diff(2 * middle) < tile.place.side() / 4;
    middle(one.place.left, other.place.left, tile.place.left)
        && middle(one.place.top, other.place.top, tile.place.top)
}
