//! Paper that does not lie flat: curl, rolls, folds, wrinkles.

use crate::noise;

/// One way in which a sheet leaves the desk. Heights are in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bend {
    /// It rises towards one side or corner.
    Curl {
        /// Where it rises to, degrees clockwise from the right.
        towards: f32,
        /// Share of the sheet, seen from the other side, that lies flat; 0..1.
        flat: f32,
        /// How high the side rises.
        height: f32,
    },
    /// It was rolled up, as receipts are: an arch whose axis runs across the sheet.
    Arch {
        /// Degrees, clockwise from the right, across which it arches.
        across: f32,
        /// Height of its middle above its sides.
        height: f32,
    },
    /// It was folded, and the fold stands up.
    Fold {
        /// Where, as a share of the sheet's height.
        at: f32,
        /// Slope of the fold's line.
        slant: f32,
        /// Height of its crest.
        height: f32,
    },
    /// It was crumpled.
    Wrinkles {
        /// Millimetres from one wrinkle to the next.
        pitch: f32,
        /// Their height.
        height: f32,
    },
}

/// The heights of a sheet over its desk, at the points of a grid.
#[derive(Clone, Debug)]
pub(super) struct Relief {
    size: [f32; 2],
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    height: f32,
    /// Rise a millimetre along x and y.
    slope: [f32; 2],
}

/// Cells a side.
const GRID: usize = 96;

impl Relief {
    pub(super) fn new(size: [f32; 2], bends: &[Bend], seed: u32) -> Self {
        let place = |index: usize, axis: usize| size[axis] * index as f32 / (GRID - 1) as f32;
        let heights: Vec<f32> = (0..GRID * GRID)
            .map(|index| {
                let at = [place(index % GRID, 0), place(index / GRID, 1)];
                bends.iter().map(|bend| bend.height(at, size, seed)).sum()
            })
            .collect();
        // The lowest point lies on the desk.
        let lowest = heights.iter().copied().fold(f32::INFINITY, f32::min);
        let cells = (0..GRID * GRID)
            .map(|index| {
                let rise = |axis: usize, stride: usize| {
                    let step = (index / stride) % GRID;
                    let (before, after) = (step.saturating_sub(1), (step + 1).min(GRID - 1));
                    let at = |step_to: usize| heights[index + step_to * stride - step * stride];
                    (at(after) - at(before)) / (place(after, axis) - place(before, axis))
                };
                Cell { height: heights[index] - lowest, slope: [rise(0, 1), rise(1, GRID)] }
            })
            .collect();
        Self { size, cells }
    }

    /// Height at a point of the sheet; beyond its outline, that of the nearest point.
    pub(super) fn height(&self, at: [f32; 2]) -> f32 {
        self.between(at, |cell| cell.height)
    }

    /// Rise a millimetre along x and y.
    pub(super) fn slope(&self, at: [f32; 2]) -> [f32; 2] {
        [0, 1].map(|axis| self.between(at, |cell| cell.slope[axis]))
    }

    fn between(&self, at: [f32; 2], value: impl Fn(&Cell) -> f32) -> f32 {
        let last = (GRID - 1) as f32;
        let [x, y] = [0, 1].map(|axis| (at[axis] / self.size[axis] * last).clamp(0.0, last));
        let [left, top] = [x, y].map(|along| (along as usize).min(GRID - 2));
        let (across, down) = (x - left as f32, y - top as f32);
        let cell = |dx: usize, dy: usize| value(&self.cells[(top + dy) * GRID + left + dx]);
        let upper = cell(0, 0) + (cell(1, 0) - cell(0, 0)) * across;
        let lower = cell(0, 1) + (cell(1, 1) - cell(0, 1)) * across;
        upper + (lower - upper) * down
    }
}

impl Bend {
    fn height(&self, [x, y]: [f32; 2], [width, height]: [f32; 2], seed: u32) -> f32 {
        // -1..1 across the sheet in a direction.
        let along = |degrees: f32| {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let reach = (width * cos).abs() + (height * sin).abs();
            ((x - width / 2.0) * cos + (y - height / 2.0) * sin) * 2.0 / reach
        };
        match *self {
            Self::Curl { towards, flat, height } => {
                let share = (along(towards) + 1.0) / 2.0;
                height * ((share - flat) / (1.0 - flat).max(0.05)).max(0.0).powi(2)
            }
            Self::Arch { across, height } => height * (1.0 - along(across).powi(2)),
            Self::Fold { at, slant, height: crest } => {
                let away = y - at * height - slant * (x - width / 2.0);
                crest * (-away.abs() / (0.12 * height)).exp()
            }
            Self::Wrinkles { pitch, height } => {
                let noise = noise::fractal(x / pitch, y / pitch, 3, seed ^ 0x51f1);
                height * (1.0 - (2.0 * noise - 1.0).abs() * 2.0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curled_side_rises_and_the_rest_lies_flat() {
        let curl = Bend::Curl { towards: 0.0, flat: 0.5, height: 12.0 };
        let relief = Relief::new([200.0, 100.0], &[curl], 1);
        assert!((relief.height([200.0, 50.0]) - 12.0).abs() < 0.1);
        assert!(relief.height([60.0, 50.0]).abs() < 1e-3);
        assert!(relief.slope([195.0, 50.0])[0] > 0.1);
    }
}
