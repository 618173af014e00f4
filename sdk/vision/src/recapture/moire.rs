//! A screen's raster, or what it beats to with the camera's, in the frame's spectrum.

use serde::{Deserialize, Serialize};

use super::boundary;
use super::drift::{agreement, confirmed};
use super::lattice;
use super::print::Print;
use super::raster::Tile;
use super::rings::Rings;
use super::second::{self, Moved};
use super::spectrum::{SIDE, Spectrum};
use super::tiles::{Place, Tiles};
use crate::document::Document;
use crate::{Frame, Homography, Quad};

/// Traces kept.
const KEPT: usize = 4;

/// What half the scale's evidence is worth less: it shows coarser textures. On 117 photos it adds
/// nothing and takes nothing at 1.5, and at 0 costs 0.01 of the area under the curve.
const HALF_LESS: f32 = 1.5;

/// Evidence from which the page's edges are looked at too: less stands out of no noise, and a preview
/// frame has no time for it.
const ASKED: f32 = 2.5;

/// Longer side, pixels, of a frame that may be less than what the camera took: a preview, or a copy that a
/// messenger sent. There a cloth's threads are as fine as a raster, and the blocks of the original's JPEG
/// are no longer where they are left out. Of 39 camera originals of other things, made 1,600 pixels long,
/// five reach 5.3 to 7.2.
const ORIGINAL: u32 = 1_900;

/// What evidence in such a frame counts less.
const COPY_LESS: f32 = 2.0;

/// The most evidence left where a second photo shows what the camera resolves: a person has to tell a coarse
/// raster from threads. Between what leaves it open, 5.1, and what accuses, 5.8.
const RESOLVED: f32 = 5.4;

/// What the spectra of a frame's tiles say for a screen. Heights and evidence are natural logarithms of
/// power over what is around. Noise alone reaches 2, and what a photo shows reaches 3 somewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moire {
    /// What all of it comes to: the best of what follows, with what neighbouring tiles add, less where
    /// the frame may be a copy.
    pub evidence: f32,
    /// Evidence of the best tile at native scale, less what its texture takes off.
    pub native: f32,
    /// The same of the second best.
    pub second: f32,
    /// Evidence of the best tile at half the scale.
    pub half: f32,
    /// Prominence of the most prominent point of any tile at native and at half scale, a texture's
    /// among them: what a rule without the rest would judge by.
    pub prominence: [f32; 2],
    /// What the tiles beside the best one add to its evidence.
    pub agreement: f32,
    /// The most tiles beside one that show its frequency, of 8 at most.
    pub agreeing: u32,
    /// 0..1: how evenly that frequency drifts over them; 0 where no two of them are opposite.
    pub smoothness: f32,
    /// 0..1: the share of the best tile's points that form one lattice.
    pub lattice: f32,
    /// Evidence of one raster on both sides of the page's edge; 0 where no page is known, or nothing
    /// stands out elsewhere.
    pub boundary: f32,
    /// What a second photo from nearer or farther said of the first one's traces, where a page in both
    /// tells how much nearer; none before one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// The strongest traces, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traces: Vec<MoireTrace>,
}

/// One tile's strongest raster, for who has to judge it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MoireTrace {
    /// Left edge of the tile, pixels of the frame.
    pub left: u32,
    /// Its top edge.
    pub top: u32,
    /// Its side.
    pub side: u32,
    /// Pixels of the frame to one that was looked at: 1 or 2.
    pub scale: u32,
    /// Horizontal and vertical frequency, cycles a pixel of the frame: what the screen's frequency
    /// folds to, at half the scale to a quarter cycle at most.
    pub frequency: [f32; 2],
    /// How far it stands out of its spectrum.
    pub prominence: f32,
    /// What that says for a screen.
    pub evidence: f32,
}

impl MoireTrace {
    /// The scale, 1 or 2, whoever made the trace.
    pub(super) fn sampling(&self) -> u32 {
        self.scale.clamp(1, 2)
    }

    /// The tile, in pixels of the frame.
    pub fn region(&self) -> Quad {
        Quad::square(self.left, self.top, self.side)
    }
}

/// The spectrum of a tile as a grey picture: zero in the middle, frequencies to one half cycle a pixel
/// of the tile at the borders, black what each ring's median is, white e⁸ times its power.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpectrumPicture {
    /// Width and height, pixels.
    pub side: u32,
    /// Row-major, one byte a pixel.
    pub grey: Vec<u8>,
}

/// Looks at the spectra of a frame's tiles, keeping its plan and buffers between frames.
#[derive(Debug)]
pub(super) struct MoireSearch {
    tiles: Tiles,
    spectrum: Spectrum,
    /// At native scale and at half of it.
    rings: [Rings; 2],
    pixels: Vec<f32>,
    seen: Vec<Tile>,
}

impl Default for MoireSearch {
    fn default() -> Self {
        Self {
            tiles: Tiles::default(),
            spectrum: Spectrum::default(),
            rings: [Rings::new(8), Rings::new(4)],
            pixels: vec![0.0; SIDE * SIDE],
            seen: Vec::new(),
        }
    }
}

impl MoireSearch {
    /// Fills `moire` and `print` with what a frame shows, by a tile for so many of its pixels
    /// ([`tiles::OF_STILL`](super::tiles::OF_STILL)).
    pub(super) fn search(
        &mut self,
        frame: &Frame<'_>,
        document: &Document,
        pixels_of_tile: u64,
        moire: &mut Moire,
        print: &mut Print,
    ) {
        moire.clear();
        self.seen.clear();
        let Self { tiles, spectrum, rings, pixels, .. } = self;
        let chosen = tiles.choose(frame, pixels_of_tile);
        self.seen.extend(chosen.iter().map(|place| look(spectrum, rings, pixels, frame, *place)));
        for tile in &self.seen {
            moire.add(tile);
        }
        moire.compare(&self.seen);
        let asked = document.found && moire.native > ASKED;
        if let Some(page) = document.quad.as_ref().filter(|_| asked) {
            for [inside, outside] in boundary::places(frame, page) {
                let inside = look(spectrum, rings, pixels, frame, inside);
                let outside = look(spectrum, rings, pixels, frame, outside);
                moire.boundary = moire.boundary.max(boundary::continued(&inside, &outside));
            }
        }
        let across = moire.boundary + confirmed(moire.boundary);
        let evidence = (moire.native + moire.agreement).max(across).max(moire.half - HALF_LESS);
        let original = frame.width().max(frame.height()) >= ORIGINAL;
        moire.evidence = evidence - if original { 0.0 } else { COPY_LESS };
        let page = document.quad.as_ref().filter(|_| document.found);
        if let Some(page) = page {
            let more = tiles.on_page(frame, page);
            self.seen.extend(more.map(|place| look(spectrum, rings, pixels, frame, place)));
        }
        *print = Print::of(&self.seen, page);
    }

    /// Adds to what a second photo shows by itself what it says of the first one's traces; `there` takes
    /// places of the first to the second, where a page tells.
    pub(super) fn search_again(
        &mut self,
        first: &Moire,
        there: Option<&Homography>,
        frame: &Frame<'_>,
        moire: &mut Moire,
    ) {
        let Self { spectrum, rings, pixels, .. } = self;
        let mut moved = Moved::default();
        if let Some(there) = there {
            for trace in &first.traces {
                if let Some(place) = second::place(trace, there, frame) {
                    let tile = look(spectrum, rings, pixels, frame, place);
                    moved.add(second::moved(trace, there, &tile));
                }
            }
        }
        let either = moire.evidence.max(first.evidence);
        moire.evidence =
            if moved.is_resolved() { either.min(RESOLVED) } else { either.max(moved.sum()) };
        moire.moved = Some(moved);
    }

    /// The spectrum of a trace's tile.
    pub(super) fn picture(&mut self, frame: &Frame<'_>, trace: &MoireTrace) -> SpectrumPicture {
        let MoireTrace { left, top, .. } = *trace;
        let scale = trace.sampling();
        Place { left, top, scale }.read(frame, &mut self.pixels);
        let [native, half] = &self.rings;
        let rings = if scale == 1 { native } else { half };
        let grey = self.spectrum.picture(&mut self.pixels, rings);
        SpectrumPicture { side: SIDE as u32, grey }
    }
}

/// What a tile shows.
fn look(
    spectrum: &mut Spectrum,
    [native, half]: &[Rings; 2],
    pixels: &mut [f32],
    frame: &Frame<'_>,
    place: Place,
) -> Tile {
    place.read(frame, pixels);
    let rings = if place.scale == 1 { native } else { half };
    Tile::new(place, spectrum.peaks(pixels, rings))
}

impl Moire {
    /// Makes it say nothing, keeping its memory.
    fn clear(&mut self) {
        let traces = std::mem::take(&mut self.traces);
        *self = Self { traces, ..Self::default() };
        self.traces.clear();
    }

    fn add(&mut self, tile: &Tile) {
        let native = tile.place.scale == 1;
        let [fine, coarse] = &mut self.prominence;
        let prominence = if native { fine } else { coarse };
        let highest = tile.peaks.iter().next().map_or(0.0, |peak| peak.prominence);
        *prominence = prominence.max(highest);
        let Some((evidence, peak)) = tile.raster() else { return };
        if native {
            self.second = self.second.max(evidence.min(self.native));
            self.native = self.native.max(evidence);
        } else {
            self.half = self.half.max(evidence);
        }
        let Place { left, top, scale } = tile.place;
        let trace = MoireTrace {
            left,
            top,
            side: tile.place.side(),
            scale,
            frequency: peak.cycles_per_pixel(scale),
            prominence: peak.prominence,
            evidence,
        };
        let rank = self.traces.iter().take_while(|other| other.evidence >= evidence).count();
        if rank < KEPT {
            self.traces.truncate(KEPT - 1);
            self.traces.insert(rank, trace);
        }
    }

    /// Compares the native tiles with those beside them, and keeps what is said of the best.
    fn compare(&mut self, tiles: &[Tile]) {
        let mut best: Option<(f32, &Tile)> = None;
        let native = tiles.iter().filter(|tile| tile.place.scale == 1);
        for (tile, (evidence, peak)) in native.filter_map(|tile| Some((tile, tile.raster()?))) {
            let around = agreement(tile, peak, tiles);
            let sum = evidence + around.evidence;
            if best.is_none_or(|(highest, _)| sum > highest) {
                best = Some((sum, tile));
            }
            if around.tiles > self.agreeing {
                (self.agreeing, self.smoothness) = (around.tiles, around.smoothness);
            }
        }
        if let Some((sum, tile)) = best {
            self.agreement = (sum - self.native).max(0.0);
            self.lattice = lattice::share(&tile.peaks);
        }
    }
}
