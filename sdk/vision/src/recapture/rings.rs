//! Which frequencies of a tile's spectrum are alike, and which belong to the file's format.

use super::spectrum::{LINES, SIDE};

/// Frequencies below this many cycles a tile (0.05 a pixel) belong to what the picture shows.
const LOWEST: usize = 13;

/// How far from a multiple of the block's frequency JPEG's lines reach, cycles a tile.
const WIDTH: usize = 2;

/// The ring of what is not looked at.
const NONE: u8 = u8::MAX;

/// The rings of equal frequency of a spectrum.
#[derive(Debug)]
pub(super) struct Rings {
    /// The ring of each place, lines of `SIDE`.
    ring: Vec<u8>,
    /// Horizontal and vertical frequencies of some places of each ring.
    samples: Vec<Vec<[u32; 2]>>,
}

impl Rings {
    /// Numbers that a ring can have.
    pub(super) const COUNT: usize = 256;

    /// Places of a ring whose median is taken: that of all is within 0.12 of it two times in three.
    pub(super) const SAMPLES: usize = 32;

    /// For tiles in which JPEG's blocks are so many pixels wide.
    pub(super) fn new(block: usize) -> Self {
        let mut ring = vec![NONE; LINES * SIDE];
        let mut samples = vec![Vec::new(); Self::COUNT];
        for (across, line) in ring.chunks_exact_mut(SIDE).enumerate() {
            for (down, ring) in line.iter_mut().enumerate() {
                let radius = (across as f32).hypot(down.min(SIDE - down) as f32) as usize;
                if radius < LOWEST || is_of_blocks(across, down, block) {
                    continue;
                }
                *ring = u8::try_from(radius).unwrap_or(NONE);
                if let Some(samples) = samples.get_mut(radius) {
                    samples.push([across as u32, down as u32]);
                }
            }
        }
        for samples in &mut samples {
            let every = samples.len().div_ceil(Self::SAMPLES).max(1);
            *samples = samples.iter().step_by(every).copied().collect();
        }
        Self { ring, samples }
    }

    /// The ring of each place, a line a horizontal frequency.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.ring.chunks_exact(SIDE)
    }

    /// The ring of one place.
    pub(super) fn radius(&self, across: usize, down: usize) -> u8 {
        self.ring.get(across * SIDE + down).copied().unwrap_or(NONE)
    }

    /// Some places of each ring, by its number.
    pub(super) fn samples(&self) -> impl Iterator<Item = &[[u32; 2]]> {
        self.samples.iter().map(Vec::as_slice)
    }
}

/// Blocks of 8 × 8, JPEG's and those in which a sensor's pixels are remosaicked, put points where both
/// frequencies are multiples of one eighth, on the axes most of all. Screens are photographed nearly
/// upright, so nothing else on the axes may be left out.
fn is_of_blocks(across: usize, down: usize, block: usize) -> bool {
    let step = SIDE / block;
    [across, down].iter().all(|frequency| (frequency + WIDTH) % step <= 2 * WIDTH)
}
