//! What the network says of a part of a frame: where about the page lies, and what else lies there.

use crate::model::{ModelError, Models, probability};
use crate::pixels::{Thumbnail, View};
use crate::{Point, Quad};

use super::areas::{Areas, CELLS};

/// Cells around a corner map's peak of which the centre of mass is the corner, to each side.
const PEAK: usize = 2;

/// Share of a corner map's mass that must lie around its peak; below it the map does not know, and
/// the rough corner is taken. As when the weights were judged (`quad` in `models/training/export.py`).
const KNOWN: f32 = 0.15;

/// How far outside of the view a rough corner must lie for the corner to be outside. As above.
const OUTSIDE: f32 = 0.02;

/// Share of the view that a page beside the first must cover to be counted. On simulated views of one
/// page that is 1 % of them, and smaller papers are receipts' corners and notes.
const SMALLEST_OTHER: f32 = 0.02;

/// The network's answer for one view. Quads are in the thumbnail's pixels.
#[derive(Debug, Default)]
pub(super) struct Coarse {
    /// The part of the thumbnail that was viewed: left, top, right, bottom.
    part: [u32; 4],
    /// What the network was shown.
    pub(super) view: View,
    /// The page by its corners' maps.
    pub(super) corners: Option<Quad>,
    /// The page by the outline of its region.
    pub(super) outline: Option<Quad>,
    /// Whether there is a page at all, a logit.
    pub(super) presence: f32,
    /// Other pages.
    pub(super) others: u32,
    /// Each cell's logit of belonging to the page, row-major.
    region: Vec<f32>,
    /// The same as probabilities.
    page: Vec<f32>,
    areas: Areas,
}

impl Coarse {
    /// Looks at a part of a thumbnail: left, top, right, bottom.
    pub(super) fn look(
        &mut self,
        models: &mut Models,
        thumbnail: &Thumbnail,
        part: [u32; 4],
    ) -> Result<(), ModelError> {
        self.part = part;
        self.view.fill(thumbnail, part, Models::DOCUMENT_SIDE);
        let [maps, rough, presence] = models.document(&self.view.planes)?;
        let cells = CELLS * CELLS;
        self.presence = presence.first().copied().unwrap_or_default();
        let mut maps = maps.chunks_exact(cells);
        self.region.clear();
        self.region.extend(maps.next().unwrap_or_default());
        self.page.clear();
        self.page.extend(self.region.iter().map(|logit| probability(*logit)));
        let mut quad = Quad { corners: [Point { x: 0.0, y: 0.0 }; 4] };
        for ((corner, map), rough) in
            quad.corners.iter_mut().zip(&mut maps).zip(rough.chunks_exact(2))
        {
            if let [x, y] = rough {
                *corner = place(map, Point { x: *x, y: *y });
            }
        }
        self.corners = quad.is_convex().then(|| self.in_thumbnail(&quad));
        self.others = maps.next().map_or(0, |others| {
            let smallest = (SMALLEST_OTHER * cells as f32) as usize;
            self.areas.of(others).filter(|area| area.cells >= smallest).count() as u32
        });
        let area = self.areas.largest(&self.region);
        let outline = area.and_then(|area| self.areas.outline(&self.region, area));
        self.outline = outline.map(|quad| self.in_thumbnail(&quad));
        Ok(())
    }

    /// A quad in shares of the view as it lies in the thumbnail.
    pub(super) fn in_thumbnail(&self, quad: &Quad) -> Quad {
        let [left, top, right, bottom] = self.part.map(|border| border as f32);
        let place =
            |p: Point| Point { x: left + p.x * (right - left), y: top + p.y * (bottom - top) };
        Quad { corners: quad.corners.map(place) }
    }

    /// How well a quad of the thumbnail covers the region and nothing else: intersection over union,
    /// in cells.
    pub(super) fn agreement(&self, quad: &Quad) -> f32 {
        let [left, top, right, bottom] = self.part.map(|border| border as f32);
        let share =
            |p: Point| Point { x: (p.x - left) / (right - left), y: (p.y - top) / (bottom - top) };
        let quad = Quad { corners: quad.corners.map(share) };
        let (mut both, mut either) = (0.0f32, 0.0f32);
        for (row, pages) in self.page.chunks_exact(CELLS).enumerate() {
            for (column, page) in pages.iter().enumerate() {
                let inside = quad.contains(centre(column, row));
                both += if inside { *page } else { 0.0 };
                either += if inside { 1.0 } else { *page };
            }
        }
        if either > 0.0 { both / either } else { 0.0 }
    }
}

fn centre(column: usize, row: usize) -> Point {
    let share = |cell: usize| (cell as f32 + 0.5) / CELLS as f32;
    Point { x: share(column), y: share(row) }
}

/// Where a corner is by its map of logits, or else by the rough guess.
fn place(map: &[f32], rough: Point) -> Point {
    let outside = |value: f32| !(-OUTSIDE..=1.0 + OUTSIDE).contains(&value);
    if outside(rough.x) || outside(rough.y) {
        return rough;
    }
    let Some((peak, highest)) =
        map.iter().copied().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b))
    else {
        return rough;
    };
    let (mut all, mut mass, mut x, mut y) = (0.0f32, 0.0f32, 0.0f32, 0.0f32);
    for (row, logits) in map.chunks_exact(CELLS).enumerate() {
        for (column, logit) in logits.iter().enumerate() {
            let share = (logit - highest).exp();
            all += share;
            if row.abs_diff(peak / CELLS) <= PEAK && column.abs_diff(peak % CELLS) <= PEAK {
                let centre = centre(column, row);
                mass += share;
                x += share * centre.x;
                y += share * centre.y;
            }
        }
    }
    if mass / all < KNOWN { rough } else { Point { x: x / mass, y: y / mass } }
}
