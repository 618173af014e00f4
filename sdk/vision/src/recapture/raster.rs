//! What the peaks of one tile say for a screen's raster, and what for a texture.
//!
//! A screen's pixels are at most some five of the camera's wide, or the photo shows a corner of it: its
//! raster is fine, and its harmonics are beyond what the lens passes. Threads and print that the camera
//! resolves are coarser, and are stronger in their first harmonic than in the fine ones that could be
//! taken for a raster. Screens are photographed nearly upright; a halftone of black ink stands at 45°.

use super::lattice;
use super::peak::{Peak, Peaks};
use super::tiles::Place;

/// Frequency from which a peak may be a raster, cycles a pixel of the frame. Of 69 photos of
/// other things 14 have a coarser point with a height over 4, 7 of these no finer one; of 48 screens 12
/// and 2, while 20 have a finer one.
const FINE: f32 = 0.2;

/// Highest frequency looked at: beyond lies the corner of the spectrum, where JPEG keeps little.
const FINEST: f32 = 0.6;

/// How near to an axis a raster's frequency lies, cycles a pixel. What lies farther off counts for less,
/// and so does what is weaker than that: a halftone's two directions add up to one on an axis. The
/// newsprint among the hard negatives has its peaks at (0.22, ±0.23), with a height of 5.9.
const UPRIGHT: f32 = 0.1;
const ASKEW: f32 = 3.0;

/// What a member of a series of harmonics counts less.
const MEMBER: f32 = 3.0;

/// Height from which a coarse peak shows a texture; what it has over this is taken off.
const TEXTURE: f32 = 3.0;

/// What one tile shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tile {
    pub(super) place: Place,
    pub(super) peaks: Peaks,
    /// What is taken off for a texture.
    texture: f32,
}

impl Tile {
    pub(super) fn new(place: Place, peaks: Peaks) -> Self {
        let coarse = peaks.iter().filter(|peak| cycles(peak, place.scale) < FINE);
        let highest = coarse.map(Peak::height).fold(0.0, f32::max);
        Self { place, peaks, texture: (highest - TEXTURE).max(0.0) }
    }

    /// The peaks that may be a raster's, each with what speaks for it.
    pub(super) fn rasters(&self) -> impl Iterator<Item = (f32, &Peak)> {
        let scale = self.place.scale;
        let is_fine = move |peak: &&Peak| is_fine(peak, scale);
        let is_askew = move |peak: &Peak| {
            let [across, down] = peak.cycles_per_pixel(scale).map(f32::abs);
            across.min(down) > UPRIGHT
        };
        let askew = self.peaks.iter().filter(is_fine).filter(move |peak| is_askew(peak));
        let highest = askew.map(Peak::height).fold(0.0, f32::max);
        self.peaks.iter().filter(is_fine).map(move |peak| {
            let height = peak.height();
            let askew = if is_askew(peak) || height < highest { ASKEW } else { 0.0 };
            let member = if lattice::is_of_series(peak, &self.peaks) { MEMBER } else { 0.0 };
            (height - self.texture - askew - member, peak)
        })
    }

    /// The best of them.
    pub(super) fn raster(&self) -> Option<(f32, &Peak)> {
        self.rasters().max_by(|(a, _), (b, _)| a.total_cmp(b))
    }
}

/// Whether a peak of a tile at such a scale may be a raster.
pub(super) fn is_fine(peak: &Peak, scale: u32) -> bool {
    (FINE..FINEST).contains(&cycles(peak, scale))
}

fn cycles(peak: &Peak, scale: u32) -> f32 {
    let [across, down] = peak.cycles_per_pixel(scale);
    across.hypot(down)
}
