//! Where to look for a raster: the tiles of a frame that could show one best.
//!
//! A screen's raster multiplies its light, so bright and otherwise empty tiles show it best; dark and
//! clipped ones show nothing, and print or texture hides it. Looking at all tiles finds no more screens
//! and more texture.

use super::spectrum::SIDE;
use crate::pixels::read_luma;
use crate::{Frame, Point, Quad};

/// Native tiles looked at in a still. On 117 photos, at a false alarm in a hundred camera originals, 48
/// and 64 find 10 of 24 screens, 96 find 9, and all, some 186 of 12 MP, find 8.
const NATIVE: usize = 48;

/// Tiles at half the scale.
const HALF: usize = 12;

/// Pixels of the frame for each tile of a scale that is looked at, at least, in a still: a copy of
/// 1280 × 720 has 18 and 12.
pub(super) const OF_STILL: u64 = 50_000;

/// The same in a preview, which is asked again and again: 6 and 6.
pub(super) const OF_PREVIEW: u64 = 150_000;

/// Native tiles more that are looked at on a page for a print's dots, at most, and pixels of the frame for
/// each. Of 15 real copies 3 are found without, 4 with 8, and no more with all tiles of the page.
const ON_PAGE: usize = 8;
const PIXELS_ON_PAGE: u64 = 1_000_000;

/// Share of a tile's side that may lie off the page.
const INNER: f32 = 0.125;

/// Luma below which a tile is dark: shadow noise hides a raster, and its blocks look like one.
const DARK: f32 = 30.0;

/// Luma above which more light shows no more of a raster, and at which it is clipped.
const LIGHT: f32 = 220.0;
const CLIPPED: u8 = 250;

/// Standard deviation of luma below which there is nothing but rounding.
const DULL: f32 = 0.7;

/// Every so many rows of a tile are read to see what it is like.
const ROWS: u32 = 8;

/// Longest side of a tile in pixels of the frame.
const LONGEST: usize = 2 * SIDE;

/// One tile's place in the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// Pixels of the frame.
    pub(super) left: u32,
    pub(super) top: u32,
    /// Pixels of the frame to one of the tile, along each side: 1 or 2.
    pub(super) scale: u32,
}

impl Place {
    /// The tile about a point, if it lies in the frame.
    pub(super) fn about(middle: Point, scale: u32, frame: &Frame<'_>) -> Option<Self> {
        let side = (SIDE as u32 * scale) as f32;
        let (left, top) = (middle.x - side / 2.0, middle.y - side / 2.0);
        let fits = left >= 0.0
            && top >= 0.0
            && left + side <= frame.width() as f32
            && top + side <= frame.height() as f32;
        fits.then_some(Self { left: left as u32, top: top as u32, scale })
    }

    /// Side in pixels of the frame.
    pub(super) fn side(&self) -> u32 {
        SIDE as u32 * self.scale
    }

    /// Whether what its spectrum is made of lies on a page: of what is nearer to its edge than this the
    /// window leaves a seventh at most.
    pub(super) fn is_on(&self, page: &Quad) -> bool {
        let side = self.side() as f32;
        let at = |left: f32, top: f32| {
            Point::from([self.left as f32 + left * side, self.top as f32 + top * side])
        };
        let shares = [INNER, 1.0 - INNER];
        shares.into_iter().all(|left| shares.into_iter().all(|top| page.contains(at(left, top))))
    }

    /// Whether another tile of this scale lies next to this one, or corner to corner.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        // Farther apart a raster's frequency has drifted too far to be known again.
        let reach = self.side() * 3 / 2;
        let near = |a: u32, b: u32| a.abs_diff(b) < reach;
        self.scale == other.scale
            && self != other
            && near(self.left, other.left)
            && near(self.top, other.top)
    }

    /// Reads the tile's luma. Half the scale is the mean of 2 × 2: a box keeps most of what lies near
    /// the highest frequency and folds what lies above it, which a raster survives.
    pub(super) fn read(&self, frame: &Frame<'_>, tile: &mut [f32]) {
        let (mut upper, mut lower) = ([0u8; LONGEST], [0u8; LONGEST]);
        for (y, target) in tile.chunks_exact_mut(SIDE).enumerate() {
            let y = self.top.saturating_add(y as u32 * self.scale);
            read_luma(frame, self.left, y, &mut upper);
            if self.scale == 1 {
                for (target, luma) in target.iter_mut().zip(upper) {
                    *target = f32::from(luma);
                }
                continue;
            }
            read_luma(frame, self.left, y.saturating_add(1), &mut lower);
            let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
            for (target, ([a, b], [c, d])) in target.iter_mut().zip(pairs) {
                let sum = u16::from(*a) + u16::from(*b) + u16::from(*c) + u16::from(*d);
                *target = 0.25 * f32::from(sum);
            }
        }
    }

    /// How well the tile could show a raster; `None` where it cannot.
    fn promise(&self, frame: &Frame<'_>) -> Option<f32> {
        let side = self.side();
        let mut line = [0u8; LONGEST];
        let line = line.get_mut(..side as usize)?;
        let (mut sum, mut squares, mut clipped, mut count) = (0u64, 0u64, 0u32, 0u32);
        for y in (0..side).step_by((ROWS * self.scale) as usize) {
            read_luma(frame, self.left, self.top + y, line);
            sum += u64::from(line.iter().map(|luma| u32::from(*luma)).sum::<u32>());
            squares += u64::from(line.iter().map(|luma| u32::from(*luma).pow(2)).sum::<u32>());
            clipped += line.iter().map(|luma| u32::from(*luma > CLIPPED)).sum::<u32>();
            count += side;
        }
        let count = count as f32;
        let mean = sum as f32 / count;
        let deviation = (squares as f32 / count - mean * mean).max(0.0).sqrt();
        let promise = mean.min(LIGHT) * (1.0 - clipped as f32 / count) - deviation;
        (mean >= DARK && deviation >= DULL).then_some(promise)
    }
}

/// The tiles chosen in a frame.
#[derive(Debug, Default)]
pub(super) struct Tiles {
    promising: Vec<(f32, Place)>,
    chosen: Vec<Place>,
    /// Native ones that were not, best first.
    others: Vec<Place>,
}

impl Tiles {
    /// The tiles to look at, one for so many pixels of the frame, best first at each scale.
    pub(super) fn choose(&mut self, frame: &Frame<'_>, pixels: u64) -> &[Place] {
        self.chosen.clear();
        let area = u64::from(frame.width()) * u64::from(frame.height());
        for (scale, most) in [(1, NATIVE), (2, HALF)] {
            let most = most.min(usize::try_from(area / pixels).unwrap_or(most)).max(1);
            let side = SIDE as u32 * scale;
            // A raster may show in one place only, so that a small frame's tiles lie over each other.
            let fit = (frame.width() / side) as usize * (frame.height() / side) as usize;
            let step = if fit < most { side * 3 / 4 } else { side };
            self.promising.clear();
            for top in spread(frame.height(), side, step) {
                let places =
                    spread(frame.width(), side, step).map(|left| Place { left, top, scale });
                let promising = places.filter_map(|place| Some((place.promise(frame)?, place)));
                self.promising.extend(promising);
            }
            self.promising.sort_unstable_by(|(a, _), (b, _)| b.total_cmp(a));
            self.chosen.extend(self.promising.iter().take(most).map(|(_, place)| *place));
            if scale == 1 {
                self.others.clear();
                self.others.extend(self.promising.iter().skip(most).map(|(_, place)| *place));
            }
        }
        &self.chosen
    }

    /// Native tiles on a page that were not chosen: evenly from the brightest and emptiest to the
    /// darkest and fullest, since dots are where a page is neither white nor black.
    pub(super) fn on_page(
        &mut self,
        frame: &Frame<'_>,
        page: &Quad,
    ) -> impl Iterator<Item = Place> {
        self.others.retain(|place| place.is_on(page));
        let area = u64::from(frame.width()) * u64::from(frame.height());
        let most = ON_PAGE.min(usize::try_from(area / PIXELS_ON_PAGE).unwrap_or(ON_PAGE));
        let left = self.others.len();
        let count = most.min(left);
        (0..count).filter_map(move |index| self.others.get(index * left / count).copied())
    }
}

/// Where tiles begin that cover a length evenly, at least so far apart where there is room.
pub(super) fn spread(length: u32, side: u32, step: u32) -> impl Iterator<Item = u32> {
    let room = u64::from(length.saturating_sub(side));
    let gaps = room / u64::from(step);
    let count = if length < side { 0 } else { gaps + 1 };
    (0..count).map(move |index| {
        let place = (room * index).checked_div(gaps).unwrap_or(room / 2);
        place as u32
    })
}
