//! The brightest thing in a view: paper on a dark ground, which a network that has seen photos may
//! miss on a scan or a drawing.

use crate::Quad;
use crate::model::Models;

use super::areas::{Areas, CELLS};

/// Pixels of the view along each side of a cell.
const CELL: usize = Models::DOCUMENT_SIDE / CELLS;

/// Levels of brightness among which the threshold is looked for.
const LEVELS: usize = 64;

/// The largest bright area of a view. Keeps its buffers between views.
#[derive(Debug, Default)]
pub(super) struct Bright {
    cells: Vec<f32>,
    areas: Areas,
}

impl Bright {
    /// The quad around it, in shares of the view, planar RGB 0..1. `None` where it reaches the view's
    /// edge: then it is as likely the ground.
    pub(super) fn page(&mut self, view: &[f32]) -> Option<Quad> {
        self.fill(view);
        let threshold = self.threshold();
        self.cells.iter_mut().for_each(|cell| *cell -= threshold);
        let area = self.areas.largest(&self.cells).filter(|area| !area.cut_off)?;
        self.areas.outline(&self.cells, area)
    }

    fn fill(&mut self, view: &[f32]) {
        self.cells.clear();
        self.cells.resize(CELLS * CELLS, 0.0);
        for (y, row) in view.chunks_exact(Models::DOCUMENT_SIDE).enumerate() {
            let first = (y % Models::DOCUMENT_SIDE) / CELL * CELLS;
            for (pixels, cell) in row.chunks_exact(CELL).zip(self.cells.iter_mut().skip(first)) {
                *cell += pixels.iter().sum::<f32>() / (3 * CELL * CELL) as f32;
            }
        }
    }

    /// The brightness that parts light cells from dark ones best (Otsu, 1979).
    fn threshold(&self) -> f32 {
        let scale = (LEVELS - 1) as f32;
        let mut histogram = [0.0f32; LEVELS];
        for cell in &self.cells {
            if let Some(count) = histogram.get_mut((cell * scale) as usize) {
                *count += 1.0;
            }
        }
        let levels = || (0u8..).map(f32::from).zip(histogram);
        let all: f32 = histogram.iter().sum();
        let total: f32 = levels().map(|(level, count)| level * count).sum();
        let (mut below, mut sum) = (0.0, 0.0);
        let (mut widest, mut threshold) = (0.0, 0.0);
        for (level, count) in levels() {
            below += count;
            sum += level * count;
            let above = all - below;
            if below > 0.0 && above > 0.0 {
                let apart = sum / below - (total - sum) / above;
                let variance = below * above * apart * apart;
                if variance > widest {
                    (widest, threshold) = (variance, (level + 1.0) / scale);
                }
            }
        }
        threshold
    }
}
