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

/// Luma by which the surroundings must stay below [`CLIPPED`]. Paper that clips under a lamp loses
/// less than this over [`RIM`] pixels; the simulator's reflections and those of photos lose 20 up.
const DROP: f32 = 14.0;

/// Share of ink around a reflection from which on it is taken to hide text.
const TEXT: f32 = 0.06;

/// Reflections on one page.
#[derive(Debug, Default)]
pub(super) struct Glare {
    /// Share of the page under reflections, 0..1.
    pub(super) share: f32,
    /// Share of the page under reflections with print around them, 0..1.
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
        if paper.white || !self.marks.contains(&BRIGHT) {
            return;
        }
        // A lamp's mirror image clips at least two channels and tints the third a little.
        for (mark, rgb) in self.marks.iter_mut().zip(&view.rgb) {
            if *mark == BRIGHT && rgb.iter().any(|value| *value < 225) {
                *mark = DARK;
            }
        }
        let mut largest = 0;
        for start in 0..self.marks.len() {
            if self.marks.get(start) != Some(&BRIGHT) {
                continue;
            }
            let bounds = self.flood(view, start);
            let size = self.blob.len();
            if (size as f32) < (SMALLEST * area).max(6.0) {
                continue;
            }
            let Some((surroundings, inked)) = self.rim(view, paper) else { continue };
            if surroundings > f32::from(CLIPPED) - DROP {
                continue;
            }
            self.share += size as f32 / area;
            self.on_text += if inked >= TEXT { size as f32 / area } else { 0.0 };
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

    /// The paper around the blob just collected, luma 0..255, and the share of ink there; `None`
    /// where hardly any surroundings belong to the page.
    fn rim(&self, view: &PageView, paper: &Paper) -> Option<(f32, f32)> {
        let reach = (RIM + SKIRT * (self.blob.len() as f32).sqrt()) as usize;
        let mut histogram = [0u32; 256];
        let (mut count, mut rims, mut inked) = (0u32, 0u32, 0u32);
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
                    if x >= view.width || y >= view.height {
                        continue;
                    }
                    if clipped(x, y) {
                        // A letter in the middle of it: no rim.
                        count += 1;
                        histogram[255] += 1;
                        continue;
                    }
                    if view.seen.get(y * view.width + x) != Some(&true) {
                        continue;
                    }
                    let value = view.luma_at(x, y);
                    let level = paper.level.at(x / CELL, y / CELL).unwrap_or_default();
                    let level = level.min(paper.median);
                    inked += u32::from(f32::from(value) < level * super::paper::INK);
                    count += 1;
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
        Some((f32::from(value), inked as f32 / count as f32))
    }
}
