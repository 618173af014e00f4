//! Reflections: blinding, flat, and brighter than the paper around them.
//!
//! What is clipped is no reflection yet: paper under a strong lamp clips too, but gradually, and a
//! scan's paper is white everywhere. A mirrored lamp has an edge.

use super::grid::Grid;
use super::page_view::PageView;
use super::paper::{CELL, CLIPPED, Paper};

/// Smallest reflection, as a share of the page: a letter's size on A4.
const SMALLEST: f32 = 0.0004;

/// Pixels of the view from a reflection's rim to where its surroundings are looked at, and by how
/// much more per pixel of the reflection's size: a lamp's mirror image has a skirt.
const RIM: f32 = 4.0;
const SKIRT: f32 = 0.15;

/// Steps by which the weakest channel of the surroundings must stay below the reflection's, or three
/// fifths of what the page leaves up to white. Paper that clips under a lamp loses less than this over
/// [`RIM`] pixels; the simulator's reflections and those of photos lose 20 up.
const DROP: f32 = 14.0;

/// What a page must leave up to white.
const LEAST_ROOM: f32 = 9.0;

/// Cells around a reflection whose print tells how much lies under it; nearer ones lie in its skirt.
const AROUND: usize = 4;
const NEAR: usize = 1;

/// What [`Paper::print`] comes to where nothing is printed.
const BLANK: f32 = 0.02;

/// Reflections on one page.
#[derive(Debug, Default)]
pub(super) struct Glare {
    /// Share of the page under reflections, 0..1.
    pub(super) share: f32,
    /// Share of the print under reflections, 0..1, as dense there as around them.
    pub(super) on_text: f32,
    /// Left, top, right, bottom of the largest, pixels of the view.
    pub(super) largest: Option<[f32; 4]>,
    /// Share of each cell under reflections, 0..1.
    pub(super) mask: Grid,
    /// For each pixel: not clipped, clipped, or the number of its reflection.
    marks: Vec<u8>,
    stack: Vec<(u16, u16)>,
    blob: Vec<(u16, u16)>,
}

const DARK: u8 = 0;
const BRIGHT: u8 = 1;
const VISITED: u8 = 2;

impl Glare {
    /// Finds the reflections on a page.
    pub(super) fn measure(&mut self, view: &PageView, paper: &Paper) {
        self.mask.reset(paper.level.width(), paper.level.height(), 0.0);
        (self.share, self.on_text, self.largest) = (0.0, 0.0, None);
        let area = view.area();
        self.marks.clear();
        self.marks.extend(view.luma.iter().map(|luma| u8::from(*luma >= CLIPPED) * BRIGHT));
        if !self.marks.contains(&BRIGHT) {
            return;
        }
        // A lamp is white, and paper, however bright, has a tint; where it has none left, nothing on it
        // can be told to be a reflection.
        let seen = view.rgb.iter().zip(&view.seen).filter(|(_, seen)| **seen);
        let bright = typical(seen.map(|(rgb, _)| weakest(rgb)));
        let room = 255.0 - f32::from(bright.unwrap_or(255));
        if room < LEAST_ROOM {
            return;
        }
        let drop = DROP.min(0.6 * room);
        // A lamp's mirror image clips at least two channels and tints the third a little.
        let tinted = (255.0 - 0.4 * room).max(225.0) as u8;
        for (mark, rgb) in self.marks.iter_mut().zip(&view.rgb) {
            if *mark == BRIGHT && weakest(rgb) < tinted {
                *mark = DARK;
            }
        }
        let (mut largest, mut hidden) = (0, 0.0);
        for start in 0..self.marks.len() {
            if self.marks.get(start) != Some(&BRIGHT) {
                continue;
            }
            let bounds = self.flood(view, start);
            let size = self.blob.len();
            if (size as f32) < (SMALLEST * area).max(6.0) {
                continue;
            }
            let Some(surroundings) = self.rim(view) else { continue };
            if surroundings > self.weakest(view) - drop {
                continue;
            }
            self.share += size as f32 / area;
            hidden += size as f32 / (CELL * CELL) as f32 * print_around(paper, bounds);
            if size > largest {
                largest = size;
                self.largest = Some(bounds);
            }
            for (x, y) in &self.blob {
                if let Some(share) =
                    self.mask.at_mut(usize::from(*x) / CELL, usize::from(*y) / CELL)
                {
                    *share += 1.0 / (CELL * CELL) as f32;
                }
            }
        }
        if hidden > 0.0 {
            self.on_text = hidden / (hidden + self.print_seen(paper));
        }
    }

    /// Collects the clipped pixels that hang together with one; gives the rectangle around them.
    fn flood(&mut self, view: &PageView, start: usize) -> [f32; 4] {
        let (width, height) = (view.width, view.height);
        let mut bounds = [f32::MAX, f32::MAX, 0.0f32, 0.0f32];
        self.blob.clear();
        self.stack.clear();
        self.stack.push(((start % width) as u16, (start / width) as u16));
        if let Some(mark) = self.marks.get_mut(start) {
            *mark = VISITED;
        }
        while let Some((x, y)) = self.stack.pop() {
            self.blob.push((x, y));
            let (left, top) = (f32::from(x), f32::from(y));
            bounds = [
                bounds[0].min(left),
                bounds[1].min(top),
                bounds[2].max(left + 1.0),
                bounds[3].max(top + 1.0),
            ];
            let (x, y) = (usize::from(x), usize::from(y));
            for (x, y) in [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)] {
                if x < width
                    && y < height
                    && let Some(mark) = self.marks.get_mut(y * width + x)
                    && *mark == BRIGHT
                {
                    *mark = VISITED;
                    self.stack.push((x as u16, y as u16));
                }
            }
        }
        bounds
    }

    /// The weakest channel of the blob just collected, 0..255, its mean.
    fn weakest(&self, view: &PageView) -> f32 {
        let pixels = self.blob.iter().filter_map(|(x, y)| {
            view.rgb.get(usize::from(*y) * view.width + usize::from(*x)).map(weakest)
        });
        pixels.map(u32::from).sum::<u32>() as f32 / self.blob.len().max(1) as f32
    }

    /// The weakest channel of the paper around the blob just collected, 0..255; `None` where hardly any
    /// surroundings belong to the page.
    fn rim(&self, view: &PageView) -> Option<f32> {
        let reach = (RIM + SKIRT * (self.blob.len() as f32).sqrt()) as usize;
        let mut histogram = [0u32; 256];
        let (mut count, mut rims) = (0u32, 0u32);
        let clipped = |x: usize, y: usize| {
            self.marks.get(y * view.width + x).is_some_and(|mark| *mark != DARK)
        };
        for (x, y) in &self.blob {
            let (x, y) = (usize::from(*x), usize::from(*y));
            for (dx, dy) in [(-1i16, 0i16), (1, 0), (0, -1), (0, 1)] {
                let step = |from: usize, by: i16, times: usize| {
                    from.wrapping_add_signed(isize::from(by).wrapping_mul(times.cast_signed()))
                };
                let next = (step(x, dx, 1), step(y, dy, 1));
                if next.0 >= view.width || next.1 >= view.height || clipped(next.0, next.1) {
                    continue;
                }
                rims += 1;
                for reach in [reach, reach + 2] {
                    let (x, y) = (step(x, dx, reach), step(y, dy, reach));
                    let place = y.saturating_mul(view.width).saturating_add(x);
                    if x >= view.width || y >= view.height || view.seen.get(place) != Some(&true) {
                        continue;
                    }
                    count += 1;
                    // A letter in the middle of it: no rim.
                    let value =
                        if clipped(x, y) { 255 } else { view.rgb.get(place).map_or(0, weakest) };
                    if let Some(bin) = histogram.get_mut(usize::from(value)) {
                        *bin += 1;
                    }
                }
            }
        }
        if rims == 0 || count * 3 < rims {
            return None;
        }
        // The upper part: between letters it is the paper that counts.
        let mut below = 0;
        let value = (0u16..).zip(&histogram).find_map(|(value, bin)| {
            below += bin;
            (below * 10 > count * 7).then_some(value)
        })?;
        Some(f32::from(value))
    }

    /// How much is printed on the page where no reflection lies, nor its skirt, in cells.
    fn print_seen(&self, paper: &Paper) -> f32 {
        let mut seen = 0.0;
        for row in 0..paper.print.height() {
            for column in 0..paper.print.width() {
                let near = (row.saturating_sub(NEAR)..=row + NEAR).any(|row| {
                    (column.saturating_sub(NEAR)..=column + NEAR)
                        .any(|column| self.mask.at(column, row).is_some_and(|share| share > 0.0))
                });
                let print = paper.print.at(column, row).unwrap_or_default();
                seen += if near { 0.0 } else { (print - BLANK).max(0.0) };
            }
        }
        seen
    }
}

/// The median; `None` of none.
fn typical(values: impl Iterator<Item = u8>) -> Option<u8> {
    let mut histogram = [0u32; 256];
    for value in values {
        if let Some(count) = histogram.get_mut(usize::from(value)) {
            *count += 1;
        }
    }
    let half = histogram.iter().sum::<u32>() / 2;
    let mut below = 0;
    (0u8..=255).zip(histogram).find_map(|(value, count)| {
        below += count;
        (below > half).then_some(value)
    })
}

fn weakest(rgb: &[u8; 3]) -> u8 {
    let [red, green, blue] = *rgb;
    red.min(green).min(blue)
}

/// How much is printed in a cell around a rectangle of the view, on average.
fn print_around(paper: &Paper, bounds: [f32; 4]) -> f32 {
    let [left, top, right, bottom] = bounds.map(|bound| bound as usize / CELL);
    let (mut print, mut cells) = (0.0, 0u32);
    for row in top.saturating_sub(AROUND)..=bottom + AROUND {
        for column in left.saturating_sub(AROUND)..=right + AROUND {
            let near = column + NEAR >= left
                && column <= right + NEAR
                && row + NEAR >= top
                && row <= bottom + NEAR;
            if let Some(here) = paper.print.at(column, row).filter(|_| !near) {
                print += (here - BLANK).max(0.0);
                cells += 1;
            }
        }
    }
    print / cells.max(1) as f32
}
