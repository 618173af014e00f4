//! Where the document lies.
//!
//! On a copy of at most 640 pixels: regions first (bright or pale areas, and what colour edges
//! enclose), each region's outline reduced to four corners, the sides then moved to the strongest
//! colour step near them. What is kept is the outermost quad that the pixels support on all sides.

mod aspect;
mod flatten;
mod outline;
mod paper;
mod rectify;
mod regions;
mod resample;
mod sides;

use serde::{Deserialize, Serialize};

pub use aspect::Aspect;
pub use flatten::flatten;
pub use paper::PaperSize;
pub use rectify::{Rectified, rectify};

use crate::pixels::Thumbnail;
use crate::{Frame, Quad};

/// Longer side of the copy that is searched, pixels. Peers use 500–640; below 480 thin margins of a
/// page on a like-coloured table vanish, above 800 texture starts to join edges.
const SEARCH_SIDE: u32 = 640;

/// Confidence from which a document counts as found. On 42 photos with hand-made truth it keeps 33 of
/// the 36 pages, all but two of them right to an IoU of 0.6, and finds one in 2 of the 6 photos without
/// any. Raising it loses pages on like-coloured tables first.
const FOUND: f32 = 0.65;

/// What a region's own outline must be better supported by than the same outline moved to the steps,
/// which it otherwise beats by being a few pixels larger.
const ROUGH: f32 = 0.05;

/// Smallest share of the frame that a page may cover.
const SMALLEST_SHARE: f32 = 0.08;

/// The page found in a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Whether there is one. An explicit no, not a low confidence.
    pub found: bool,
    /// Its corners, in pixels of the frame, possibly outside of it; `None` when not found.
    pub quad: Option<Quad>,
    /// 0..1: how likely the best quad is the page, found or not.
    pub confidence: f32,
    /// 0..1: the share of the top, right, bottom and left side along which the pixels show the
    /// paper's edge; zero when not found, and for a side outside of the frame.
    pub support: [f32; 4],
    /// How far the most bent side leaves its straight line, as a share of its length.
    pub curl: f32,
    /// Documents in the frame, this one among them.
    pub count: u32,
}

impl Document {
    /// No document: nothing was found, or nothing was looked for.
    pub const NONE: Self =
        Self { found: false, quad: None, confidence: 0.0, support: [0.0; 4], curl: 0.0, count: 0 };

    /// A page whose corners somebody knows, for example because the merchant has set them by hand.
    pub fn at(quad: Quad) -> Self {
        Self {
            found: true,
            quad: Some(quad),
            confidence: 1.0,
            support: [1.0; 4],
            curl: 0.0,
            count: 1,
        }
    }
}

/// Finds the page, keeping its buffers between frames.
#[derive(Debug, Default)]
pub struct DocumentDetector {
    thumbnail: Thumbnail,
}

impl DocumentDetector {
    /// Finds the page in one frame.
    pub fn detect(&mut self, frame: &Frame<'_>) -> Document {
        self.thumbnail.fill(frame, SEARCH_SIDE);
        let thumbnail = &self.thumbnail;
        let frame_area = thumbnail.width as f32 * thumbnail.height as f32;
        let mut best: Option<(f32, f32, Quad)> = None;
        for region in regions::find(thumbnail) {
            let Some(rough) = outline::to_quad(&region) else { continue };
            if rough.area() < SMALLEST_SHARE * frame_area {
                continue;
            }
            let refined = sides::refine(thumbnail, &rough);
            for (quad, handicap) in [(refined, 0.0), (rough, ROUGH)] {
                if !quad.is_convex() || quad.area() < SMALLEST_SHARE * frame_area {
                    continue;
                }
                let confidence = sides::support(thumbnail, &quad);
                // Of two that are about as well supported the larger one is the page, and the
                // smaller a frame printed on it.
                let rank = confidence + 0.3 * (quad.area() / frame_area).min(1.0) - handicap;
                if best.is_none_or(|(highest, ..)| rank > highest) {
                    best = Some((rank, confidence, quad));
                }
            }
        }
        match best {
            Some((_, confidence, quad)) if confidence >= FOUND => {
                Document { confidence, ..Document::at(quad.scaled(thumbnail.factor as f32)) }
            }
            best => Document {
                confidence: best.map_or(0.0, |(_, confidence, _)| confidence),
                ..Document::NONE
            },
        }
    }
}
