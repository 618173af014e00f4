//! The connected parts of a map of cells, and the quad around one of them.

use crate::{Models, Point, Quad};

use super::outline;

/// Cells along each side of a map.
pub(super) const CELLS: usize = Models::DOCUMENT_CELLS;

/// Finds the parts of a map where its value is above 0. Keeps its buffers between maps.
#[derive(Debug, Default)]
pub(super) struct Areas {
    /// Of each cell the area it belongs to, counted from 1; 0 outside.
    labels: Vec<u16>,
    open: Vec<usize>,
    hull: Vec<Point>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    label: u16,
    pub(super) cells: usize,
    /// Whether it reaches the edge of the map.
    pub(super) cut_off: bool,
}

impl Areas {
    pub(super) fn of<'a>(&'a mut self, map: &'a [f32]) -> impl Iterator<Item = Area> + use<'a> {
        self.labels.clear();
        self.labels.resize(map.len(), 0);
        let Self { labels, open, .. } = self;
        let mut next = 1;
        let mut starts = 0..map.len();
        std::iter::from_fn(move || {
            let free = |labels: &[u16], cell: usize| {
                labels.get(cell) == Some(&0) && map.get(cell).is_some_and(|value| *value > 0.0)
            };
            let start = starts.find(|cell| free(labels, *cell))?;
            let mut area = Area { label: next, cells: 0, cut_off: false };
            next += 1;
            open.push(start);
            while let Some(cell) = open.pop() {
                if !free(labels, cell) {
                    continue;
                }
                if let Some(entry) = labels.get_mut(cell) {
                    *entry = area.label;
                }
                area.cells += 1;
                let (row, column) = (cell / CELLS, cell % CELLS);
                let around = [
                    (row > 0).then(|| cell - CELLS),
                    (row + 1 < CELLS).then_some(cell + CELLS),
                    (column > 0).then(|| cell - 1),
                    (column + 1 < CELLS).then_some(cell + 1),
                ];
                area.cut_off |= around.contains(&None);
                open.extend(around.into_iter().flatten());
            }
            Some(area)
        })
    }

    pub(super) fn largest(&mut self, map: &[f32]) -> Option<Area> {
        self.of(map).max_by_key(|area| area.cells)
    }

    /// The quad, in shares of the map, around one of the areas of the map they were last found in.
    pub(super) fn outline(&mut self, map: &[f32], area: Area) -> Option<Quad> {
        self.hull.clear();
        let rows = map.chunks_exact(CELLS).zip(self.labels.chunks_exact(CELLS));
        for (row, (values, labels)) in rows.enumerate() {
            let inside = |label: &u16| *label == area.label;
            let Some(first) = labels.iter().position(inside) else { continue };
            let Some(last) = labels.iter().rposition(inside) else { continue };
            let at = |column: Option<usize>| column.and_then(|column| values.get(column)).copied();
            // Where the value crosses 0 between this cell and the next one out.
            let beyond = |inner: usize, outer: Option<usize>| match (at(Some(inner)), at(outer)) {
                (Some(inner), Some(outer)) if inner > 0.0 && outer < 0.0 => inner / (inner - outer),
                _ => 0.5,
            };
            let y = row as f32 + 0.5;
            let left = first as f32 + 0.5 - beyond(first, first.checked_sub(1));
            let right = last as f32 + 0.5 + beyond(last, Some(last + 1));
            for x in [left, right] {
                self.hull.push(Point { x: x / CELLS as f32, y: y / CELLS as f32 });
            }
        }
        outline::to_quad(&mut self.hull)
    }
}
