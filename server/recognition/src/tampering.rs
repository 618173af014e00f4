//! Tampering: what an edit leaves in a picture that a camera stored once.
//!
//! A camera's still is compressed once. Whoever edits it decodes it and stores it again, and what was edited
//! then differs from the rest: it went through another compression than the rest did, has other noise, or
//! is found twice.

mod blocks;
mod colour;
mod compression;
mod container;
mod copies;
mod map;
mod mixture;
mod settled;
mod silence;
mod written;

use bailing_vision::{Action, Class, Frame, Quad, Severity, Signal};
use image::RgbImage;

use blocks::Blocks;
use compression::Compression;
use container::Container;
use map::Map;
use settled::Settled;

/// Name and version of the rules, as signals carry it.
const MODEL: &str = "tampering/3";

/// Nats from which a picture counts as compressed twice: of 340 simulated captures one exceeds it, and two come
/// to 36 and 47; of 35 photos as cameras stored them none (TAMPERING.md).
const RECOMPRESSED: f32 = 50.0;

/// Nats from which a picture counts as stored with its own table before, as [`RECOMPRESSED`] is for another's: 13
/// simulated captures and 18 photos by phones come to none, as errors of rounding do by chance once in 10,000
/// (TAMPERING.md); lower, and pictures with few blocks of print are met too.
const SETTLED: f32 = 6.0;

/// Nats, summed over a window of [`Map::peak`], from which a place counts as compressed otherwise than the rest.
const ELSEWHERE: f32 = 25.0;

/// Corners that are found twice at one distance, from which a place counts as copied: the same captures,
/// with as many rows of the same digits, reach 43.
const COPIED: f32 = 48.0;

/// Nats by which a place is smoother than the paper around it, from which it counts as wiped: the same captures
/// reach 71.
const WIPED: f32 = 80.0;

/// What was found, and where.
pub struct Tampering {
    /// Every check's answer, whether it objects or not.
    pub signals: Vec<Signal>,
    map: Option<Map>,
}

/// Looks for edits in a picture: `encoded` as it came, `frame` its upright pixels.
pub fn examine(encoded: &[u8], frame: &Frame<'_>) -> Tampering {
    let mut signals = Vec::new();
    let Some(container) = Container::read(encoded) else {
        return Tampering { signals, map: None };
    };
    if container.contradicts() {
        signals.push(Signal::review("metadata_contradicts", Class::Integrity, MODEL));
    }
    let Some(blocks) = Blocks::of(frame, &container) else {
        return Tampering { signals, map: None };
    };
    let compression = Compression::of(&blocks);
    let of_colour =
        if container.full_colour { colour::halved(frame, blocks.turned()) } else { 0.0 };
    let by_levels = compression.nats >= RECOMPRESSED;
    let settled = if by_levels {
        Settled::unknown()
    } else {
        Settled::of(frame, &blocks, &container, encoded)
    };
    let by_rounding = settled.nats >= SETTLED;
    let gain = compression.nats + of_colour + settled.nats * (RECOMPRESSED / SETTLED);
    signals.push(Signal {
        severity: Severity::Pass,
        ..measured("recompressed", gain, RECOMPRESSED, None)
    });
    let once = if by_rounding { settled.once } else { compression.once(&blocks) };
    let map = Map::new(&blocks, once);
    let (nats, place) = map.peak();
    signals.push(measured(
        "tampering_double_compression",
        if by_levels || by_rounding { nats } else { 0.0 },
        ELSEWHERE,
        place,
    ));
    let (nats, area) = silence::deepest(&blocks);
    let place = area.map(|area| map.quad(area));
    signals.push(measured("tampering_noise", nats, WIPED, place));
    let (corners, place) = copies::most(frame);
    signals.push(measured("tampering_copy_move", corners as f32, COPIED, place));
    Tampering { signals, map: Some(map) }
}

impl Tampering {
    /// A picture for a reviewer, at most `side` pixels a side: grey what was photographed, red where it was
    /// compressed otherwise than the rest, framed in yellow what the signals object to.
    pub fn picture(&self, frame: &Frame<'_>, side: u32) -> RgbImage {
        let regions: Vec<Quad> = self.signals.iter().filter_map(|signal| signal.region).collect();
        map::draw(self.map.as_ref(), ELSEWHERE, frame, &regions, side)
    }
}

fn measured(code: &'static str, score: f32, threshold: f32, region: Option<Quad>) -> Signal {
    let objects = score >= threshold;
    Signal {
        score,
        threshold,
        severity: if objects { Severity::Review } else { Severity::Pass },
        region: region.filter(|_| objects),
        action: objects.then_some(Action::AwaitReview),
        ..Signal::review(code, Class::Integrity, MODEL)
    }
}
