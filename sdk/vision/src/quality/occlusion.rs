//! Fingers and things that reach over the page's edge.
//!
//! What lies on a page and belongs to it hardly ever crosses its edge; a finger that holds it always
//! does. So: what is not paper and hangs together with the page's border, and goes on beyond it, unless
//! most of the border is such, as on a cover printed to its edge.

use super::grid::Grid;
use super::page_view::PageView;
use super::paper::{CELL, Paper, tint_between};
use crate::Frame;
use crate::pixels::colour_at;

/// How far inside of the page the search begins, as a share of its shorter side: a detected corner is
/// this far off at most, and what lies beyond is desk.
const INSET: f32 = 0.025;

/// How deep a thing must reach into the page to be one, likewise.
const DEPTH: f32 = 0.06;

/// Share of the border from which on the page is printed so.
const PRINTED: f32 = 0.4;

/// Below this share of the page's median paper a pixel is no paper in a shadow: one of 0.8 leaves 0.48
/// in these units, a pen or a phone less than 0.4.
const DARK: f32 = 0.42;

/// Difference in colour (sum of the logarithms of red and blue over green) from the paper's from
/// which on a pixel is something else: the palest skin differs by 0.3, paper in a shadow by 0.1.
const COLOURED: f32 = 0.24;

/// How far beyond the page's edge it is looked whether a thing goes on, as a share of the page's shorter
/// side; difference in colour and ratio of luma up to which it does; share of where it meets the edge
/// that must, of what the frame shows.
const BEYOND: f32 = 0.04;
const SAME_COLOUR: f32 = 0.3;
const SAME_LUMA: f32 = 2.0;
const GOES_ON: f32 = 0.3;

/// Things over one page.
#[derive(Debug, Default)]
pub(super) struct Occlusion {
    /// Share of the page that is covered, 0..1.
    pub(super) share: f32,
    /// Left, top, right, bottom of the largest thing, pixels of the view.
    pub(super) largest: Option<[f32; 4]>,
    /// Share of each cell that is covered, 0..1.
    pub(super) mask: Grid,
    visited: Vec<bool>,
    stack: Vec<(u16, u16)>,
    blob: Vec<(u16, u16)>,
}

impl Occlusion {
    /// Finds what covers a page.
    pub(super) fn measure(&mut self, frame: &Frame<'_>, view: &PageView, paper: &Paper) {
        self.mask.reset(paper.level.width(), paper.level.height(), 0.0);
        (self.share, self.largest) = (0.0, None);
        self.visited.clear();
        self.visited.resize(view.luma.len(), false);
        let (width, height) = (view.width, view.height);
        let shorter = width.min(height) as f32;
        let inset = (INSET * shorter).ceil() as usize;
        if width <= 2 * inset + 2 || height <= 2 * inset + 2 {
            return;
        }
        let (right, bottom) = (width - 1 - inset, height - 1 - inset);
        let rows = (inset..=right).flat_map(|x| [(x, inset), (x, bottom)]);
        let columns = (inset + 1..bottom).flat_map(|y| [(inset, y), (right, y)]);
        let border = rows.chain(columns);
        let (mut length, mut foreign) = (0u32, 0u32);
        for (x, y) in border.clone() {
            length += 1;
            foreign += u32::from(is_foreign(view, paper, y * width + x));
        }
        if foreign as f32 > PRINTED * length as f32 {
            return;
        }
        let area = view.area();
        let mut largest = 0;
        for (x, y) in border {
            let (bounds, depth) = self.flood(view, paper, (x, y), inset);
            let size = self.blob.len();
            if (depth as f32) < DEPTH * shorter || !self.goes_on(frame, view, inset) {
                continue;
            }
            self.share += size as f32 / area;
            if size > largest {
                largest = size;
                self.largest = Some(bounds);
            }
            for (x, y) in &self.blob {
                let cell = self.mask.at_mut(usize::from(*x) / CELL, usize::from(*y) / CELL);
                if let Some(share) = cell {
                    *share += 1.0 / (CELL * CELL) as f32;
                }
            }
        }
    }

    /// Collects what hangs together with a place and was not visited yet; gives the rectangle around
    /// it and how deep it reaches into the page.
    fn flood(
        &mut self,
        view: &PageView,
        paper: &Paper,
        start: (usize, usize),
        inset: usize,
    ) -> ([f32; 4], usize) {
        let (width, height) = (view.width, view.height);
        let mut bounds = [usize::MAX, usize::MAX, 0, 0];
        let mut depth = 0;
        self.blob.clear();
        self.stack.clear();
        self.visit(view, paper, start);
        while let Some((x, y)) = self.stack.pop() {
            self.blob.push((x, y));
            let (x, y) = (usize::from(x), usize::from(y));
            let [left, top, right, bottom] = bounds;
            bounds = [left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)];
            depth = depth.max(x.min(y).min(width - 1 - x).min(height - 1 - y));
            for (x, y) in [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)] {
                if x >= inset && y >= inset && x + inset < width && y + inset < height {
                    self.visit(view, paper, (x, y));
                }
            }
        }
        (bounds.map(|value| value as f32), depth)
    }

    /// Whether the thing just collected goes on beyond the page's edge, as far as the frame shows it.
    fn goes_on(&self, frame: &Frame<'_>, view: &PageView, inset: usize) -> bool {
        let (width, height) = (view.width, view.height);
        let away = inset as f32 + BEYOND * width.min(height) as f32;
        let (mut shown, mut alike) = (0u32, 0u32);
        for (x, y) in &self.blob {
            let (x, y) = (usize::from(*x), usize::from(*y));
            let place = [x as f32 + 0.5, y as f32 + 0.5];
            let [across, down] =
                match (x == inset, x + 1 + inset == width, y == inset, y + 1 + inset == height) {
                    (true, ..) => [-away, 0.0],
                    (_, true, ..) => [away, 0.0],
                    (_, _, true, _) => [0.0, -away],
                    (.., true) => [0.0, away],
                    _ => continue,
                };
            let beyond = colour_at(frame, view.in_frame(place[0] + across, place[1] + down));
            if let Some((beyond, here)) = beyond.zip(view.rgb.get(y * width + x)) {
                shown += 1;
                alike += u32::from(is_alike(beyond, *here));
            }
        }
        shown == 0 || alike as f32 >= GOES_ON * shown as f32
    }

    /// Puts a foreign pixel on the stack, each once. Most of the page is never asked about.
    fn visit(&mut self, view: &PageView, paper: &Paper, (x, y): (usize, usize)) {
        let place = y * view.width + x;
        if let Some(visited) = self.visited.get_mut(place)
            && !*visited
        {
            *visited = true;
            if is_foreign(view, paper, place) {
                self.stack.push((x as u16, y as u16));
            }
        }
    }
}

/// Whether two colours may be one thing's in other light.
fn is_alike(one: [u8; 3], other: [u8; 3]) -> bool {
    let [one, other] = [one, other].map(|colour| colour.map(f32::from));
    let light = |colour: [f32; 3]| colour.iter().sum::<f32>().max(24.0);
    let ratio = light(one) / light(other);
    let alike = (1.0 / SAME_LUMA..SAME_LUMA).contains(&ratio);
    // What is nearly black has no colour to compare.
    alike && (light(one).max(light(other)) < 150.0 || tint_between(one, other) < SAME_COLOUR)
}

/// Whether something else than paper is seen at a place of the view.
fn is_foreign(view: &PageView, paper: &Paper, place: usize) -> bool {
    let pixel = view.rgb.get(place).zip(view.luma.get(place)).zip(view.seen.get(place));
    let Some(((rgb, luma), true)) = pixel else { return false };
    let luma = f32::from(*luma);
    luma < paper.median * DARK || (luma > 24.0 && paper.tint(rgb.map(f32::from)) > COLOURED)
}
