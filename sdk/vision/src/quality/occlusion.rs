//! Fingers and things that reach over the page's edge.
//!
//! What lies on a page and belongs to it hardly ever crosses its edge; a finger that holds it always
//! does. So: what is not paper and hangs together with the page's border, unless most of the border
//! is such, as on a cover printed to its edge.

use super::grid::Grid;
use super::page_view::PageView;
use super::paper::{CELL, Paper};

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
    pub(super) fn measure(&mut self, view: &PageView, paper: &Paper) {
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
            if (depth as f32) < DEPTH * shorter {
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

/// Whether something else than paper is seen at a place of the view.
fn is_foreign(view: &PageView, paper: &Paper, place: usize) -> bool {
    let pixel = view.rgb.get(place).zip(view.luma.get(place)).zip(view.seen.get(place));
    let Some(((rgb, luma), true)) = pixel else { return false };
    let luma = f32::from(*luma);
    luma < paper.median * DARK || (luma > 24.0 && paper.tint(rgb.map(f32::from)) > COLOURED)
}
