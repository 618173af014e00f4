//! Copied places: the same corners of print, at one and the same distance from each other.
//!
//! The same glyph printed twice falls differently on the sensor's pixels, and its noise is another; a copy
//! falls the same. Corners are compared where a short code of their surroundings agrees, and the pairs that
//! agree to a noise's width vote for the distance between them (Fridrich, Soukal and Lukáš 2003).

use std::collections::HashMap;

use bailing_vision::{Frame, PixelFormat, Quad};
use rayon::prelude::*;

/// Pixels a side of what is compared around a corner.
const PATCH: usize = 16;

/// Half of that.
const HALF: i64 = 8;

/// Corners that are compared, at most: the strongest.
const CORNERS: usize = 20_000;

/// Places at which the picture bends both ways by this much of 255 may be corners.
const BENT: u8 = 14;

/// Pixels around a corner in which there is no stronger one.
const ALONE: i64 = 3;

/// Corners of one code that are compared with each other, at most.
const ALIKE: usize = 40;

/// Levels of 255 by which two places may differ and be the same, root mean square.
const SAME: f32 = 2.0;

/// Least contrast, standard deviation: paper is like paper.
const CONTRAST: f32 = 14.0;

/// Two places nearer than this overlap.
const APART: i64 = 24;

/// The votes of the distance with most of them, and what lies there, in pixels of the frame.
pub(super) fn most(frame: &Frame<'_>) -> (usize, Option<Quad>) {
    let plane = Plane::of(frame);
    let corners = plane.corners();
    let mut codes: HashMap<u16, Vec<Corner>> = HashMap::new();
    for corner in corners {
        let alike = codes.entry(corner.code).or_default();
        if alike.len() < ALIKE {
            alike.push(corner);
        }
    }
    let groups: Vec<&Vec<Corner>> = codes.values().filter(|alike| alike.len() > 1).collect();
    let pairs: Vec<([i64; 2], [i64; 2])> =
        groups.par_iter().flat_map_iter(|alike| plane.pairs(alike)).collect();
    let mut votes: HashMap<[i64; 2], Vec<[i64; 2]>> = HashMap::new();
    for (at, other) in pairs {
        let by = [other[0] - at[0], other[1] - at[1]];
        let (by, at) = if by < [0, 0] { ([-by[0], -by[1]], other) } else { (by, at) };
        votes.entry(by).or_default().push(at);
    }
    let near = |by: &[i64; 2]| -> usize {
        let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| [by[0] + dx, by[1] + dy]));
        around.filter_map(|by| votes.get(&by)).map(Vec::len).sum()
    };
    let best = votes.keys().map(|by| (near(by), *by)).max();
    let Some((count, by)) = best else { return (0, None) };
    let places: Vec<[i64; 2]> = (-1..=1)
        .flat_map(|dy| (-1..=1).map(move |dx| [by[0] + dx, by[1] + dy]))
        .filter_map(|by| votes.get(&by))
        .flatten()
        .copied()
        .collect();
    (count, around(&places))
}

/// What lies between the outer tenths of some places, along each axis.
fn around(places: &[[i64; 2]]) -> Option<Quad> {
    let reach = |axis: usize| {
        let mut along: Vec<i64> = places.iter().filter_map(|at| at.get(axis)).copied().collect();
        along.sort_unstable();
        let at = |index: usize| along.get(index).map(|value| *value as f32);
        let tenth = along.len() / 10;
        let half = PATCH as f32 / 2.0;
        Some([at(tenth)? - half, at(along.len() - 1 - tenth)? + half])
    };
    let ([left, right], [top, bottom]) = (reach(0)?, reach(1)?);
    Some(Quad::rectangle(left, top, right, bottom))
}

/// A place that is like no place beside it.
struct Corner {
    at: [i64; 2],
    /// Which of 4 by 4 cells around it are brighter than all of them.
    code: u16,
    strength: f32,
}

/// Luma, row by row.
struct Plane {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Plane {
    fn of(frame: &Frame<'_>) -> Self {
        let (width, height) = (frame.width() as usize, frame.height() as usize);
        let bytes = frame.format().bytes_per_pixel();
        let colour = frame.format() != PixelFormat::Luma8;
        let mut pixels = vec![0u8; width * height];
        pixels.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
            for (into, pixel) in row.iter_mut().zip(frame.row(y as u32).chunks_exact(bytes)) {
                *into = match pixel {
                    [red, green, blue, ..] if colour => {
                        let sum =
                            77 * u32::from(*red) + 150 * u32::from(*green) + 29 * u32::from(*blue);
                        (sum >> 8) as u8
                    }
                    [level, ..] => *level,
                    [] => 0,
                };
            }
        });
        Self { width, height, pixels }.softened()
    }

    /// Each pixel with its neighbours (1 2 1 both ways): without what compression adds of the finest detail.
    fn softened(self) -> Self {
        let mut pixels = vec![0u8; self.pixels.len()];
        pixels.par_chunks_mut(self.width.max(1)).enumerate().for_each(|(y, into)| {
            let (above, own) = (self.row(y.saturating_sub(1)), self.row(y));
            let below = self.row((y + 1).min(self.height.saturating_sub(1)));
            let columns = above.iter().zip(own).zip(below).map(|((above, own), below)| {
                u16::from(*above) + 2 * u16::from(*own) + u16::from(*below)
            });
            let columns: Vec<u16> = columns.collect();
            for (pixel, beside) in into.iter_mut().skip(1).zip(columns.windows(3)) {
                let [left, own, right] = beside else { continue };
                *pixel = ((left + 2 * own + right) / 16) as u8;
            }
        });
        Self { pixels, ..self }
    }

    fn row(&self, y: usize) -> &[u8] {
        self.pixels.get(y * self.width..(y + 1) * self.width).unwrap_or_default()
    }

    /// How much each pixel bends away from its neighbours two off, along the axis where it bends less.
    fn bends(&self) -> Vec<u8> {
        let mut bends = vec![0u8; self.pixels.len()];
        let lines = bends.par_chunks_mut(self.width.max(1)).enumerate();
        lines.skip(2).take(self.height.saturating_sub(4)).for_each(|(y, line)| {
            let beside = self.row(y).windows(5);
            let (above, below) = (self.row(y - 2).iter().skip(2), self.row(y + 2).iter().skip(2));
            for (((into, beside), above), below) in
                line.iter_mut().skip(2).zip(beside).zip(above).zip(below)
            {
                let [left, _, own, _, right] = beside else { continue };
                let twice = 2 * i32::from(*own);
                let across = (twice - i32::from(*left) - i32::from(*right)).abs();
                let down = (twice - i32::from(*above) - i32::from(*below)).abs();
                *into = across.min(down).min(255) as u8;
            }
        });
        bends
    }

    fn corners(&self) -> Vec<Corner> {
        let bends = self.bends();
        let reach = PATCH / 2 + 1;
        let rows: Vec<usize> = (reach..self.height.saturating_sub(reach)).collect();
        let mut corners: Vec<Corner> = rows
            .par_iter()
            .flat_map_iter(|y| {
                let row = bends.get(y * self.width..(y + 1) * self.width).unwrap_or_default();
                let inner = row.iter().enumerate().skip(reach);
                let inner = inner.take(self.width.saturating_sub(2 * reach));
                let strong = inner.filter(|(_, bend)| **bend >= BENT);
                let alone = strong.filter(|(x, bend)| self.is_alone(&bends, [*x, *y], **bend));
                alone.filter_map(|(x, _)| self.corner([x, *y])).collect::<Vec<_>>()
            })
            .collect();
        corners.sort_by(|one, other| other.strength.total_cmp(&one.strength));
        corners.truncate(CORNERS);
        corners
    }

    /// Whether nothing near bends more; of equals the first one stands.
    fn is_alone(&self, bends: &[u8], [x, y]: [usize; 2], bend: u8) -> bool {
        let [own, along] = [y * self.width + x, self.width].map(|place| i64::from(place as u32));
        let mut near = (-ALONE..=ALONE).flat_map(|dy| (-ALONE..=ALONE).map(move |dx| [dx, dy]));
        !near.any(|[dx, dy]| {
            let index = own + dy * along + dx;
            let other = bends.get(index as usize).copied().unwrap_or_default();
            other > bend || other == bend && [dy, dx] < [0, 0]
        })
    }

    fn corner(&self, [x, y]: [usize; 2]) -> Option<Corner> {
        let at = [x, y].map(|along| i64::from(along as u32));
        let patch = self.patch(at)?;
        let mut cells = [0i32; 16];
        let (mut xx, mut yy, mut xy) = (0.0f32, 0.0f32, 0.0f32);
        let mut above: Option<&[u8]> = None;
        for (line, row) in patch.iter().enumerate() {
            for (column, pixel) in row.iter().enumerate() {
                if let Some(cell) = cells.get_mut(line / 4 * 4 + column / 4) {
                    *cell += i32::from(*pixel);
                }
            }
            if let Some(above) = above {
                for (pair, up) in row.windows(2).zip(above) {
                    let [left, right] = pair else { continue };
                    let across = f32::from(*right) - f32::from(*left);
                    let down = f32::from(*left) - f32::from(*up);
                    (xx, yy, xy) = (xx + across * across, yy + down * down, xy + across * down);
                }
            }
            above = Some(row);
        }
        let mean = cells.iter().sum::<i32>() / 16;
        let code = cells.iter().fold(0u16, |code, cell| code << 1 | u16::from(*cell > mean));
        // The smaller eigenvalue of the gradients (Shi and Tomasi 1994).
        let strength = 0.5 * (xx + yy) - (0.25 * (xx - yy).powi(2) + xy * xy).sqrt();
        Some(Corner { at, code, strength })
    }

    fn patch(&self, [x, y]: [i64; 2]) -> Option<[&[u8]; PATCH]> {
        let (left, top) = (usize::try_from(x - HALF).ok()?, usize::try_from(y - HALF).ok()?);
        let mut patch: [&[u8]; PATCH] = [&[]; PATCH];
        for (line, row) in patch.iter_mut().enumerate() {
            *row = self.row(top + line).get(left..left + PATCH)?;
        }
        Some(patch)
    }

    /// Those of some corners that are the same and not beside each other.
    fn pairs(&self, alike: &[Corner]) -> Vec<([i64; 2], [i64; 2])> {
        let mut pairs = Vec::new();
        for (index, corner) in alike.iter().enumerate() {
            for other in alike.iter().skip(index + 1) {
                let apart = [0, 1].map(|axis| {
                    let place = |corner: &Corner| corner.at.get(axis).copied().unwrap_or_default();
                    (place(corner) - place(other)).abs()
                });
                if apart.iter().all(|along| *along < APART) {
                    continue;
                }
                let same = self.differs(corner.at, other.at).is_some_and(|by| by <= SAME);
                if same {
                    pairs.push((corner.at, other.at));
                }
            }
        }
        pairs
    }

    /// By how many levels two places differ but for their mean; `None` of places without contrast.
    fn differs(&self, one: [i64; 2], other: [i64; 2]) -> Option<f32> {
        let (one, other) = (self.patch(one)?, self.patch(other)?);
        let mut sums = [0i32; 4];
        for (a, b) in one.iter().zip(&other).flat_map(|(a, b)| a.iter().zip(b.iter())) {
            let (a, by) = (i32::from(*a), i32::from(*a) - i32::from(*b));
            for (sum, value) in sums.iter_mut().zip([a, a * a, by, by * by]) {
                *sum += value;
            }
        }
        let [sum, squares, by, by_squares] = sums.map(|sum| sum as f32);
        let count = (PATCH * PATCH) as f32;
        let spread =
            |sum: f32, squares: f32| (squares / count - (sum / count).powi(2)).max(0.0).sqrt();
        (spread(sum, squares) >= CONTRAST).then(|| spread(by, by_squares))
    }
}
