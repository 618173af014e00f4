//! Numbers on a coarse grid over the page: fields of light, masks, maps.

/// Row-major values, one a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Grid {
    /// Cells across the page, from its left side.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Cells down the page, from its top side.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Row-major values; their meaning is that of the grid's maker.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The value of a cell; `None` beyond the grid.
    pub fn at(&self, column: usize, row: usize) -> Option<f32> {
        if column >= self.width {
            None
        } else {
            self.values.get(row * self.width + column).copied()
        }
    }

    /// Takes a size and forgets its values, keeping its memory.
    pub(super) fn reset(&mut self, width: usize, height: usize, value: f32) {
        (self.width, self.height) = (width, height);
        self.values.clear();
        self.values.resize(width * height, value);
    }

    /// Takes another's size and values, keeping its memory, which a derived `clone_from` does not.
    pub(super) fn copy(&mut self, other: &Self) {
        (self.width, self.height) = (other.width, other.height);
        self.values.clone_from(&other.values);
    }

    pub(super) fn at_mut(&mut self, column: usize, row: usize) -> Option<&mut f32> {
        if column >= self.width { None } else { self.values.get_mut(row * self.width + column) }
    }

    /// Each cell becomes what `pick` makes of its neighbours up to `reach` cells away, first along
    /// rows, then along columns. `spare` is working memory.
    pub(super) fn spread(&mut self, reach: usize, spare: &mut Vec<f32>, pick: fn(f32, f32) -> f32) {
        for down in [false, true] {
            spare.clear();
            for row in 0..self.height {
                for column in 0..self.width {
                    let (place, size) =
                        if down { (row, self.height) } else { (column, self.width) };
                    let window = place.saturating_sub(reach)..(place + reach + 1).min(size);
                    let values = window.filter_map(|place| {
                        if down { self.at(column, place) } else { self.at(place, row) }
                    });
                    spare.push(values.reduce(pick).unwrap_or_default());
                }
            }
            self.values.copy_from_slice(spare);
        }
    }
}

/// The value below which `share` of the values lie; `None` of none. Reorders them.
pub(super) fn quantile(values: &mut [f32], share: f32) -> Option<f32> {
    let last = values.len().checked_sub(1)?;
    let place = (last as f32 * share.clamp(0.0, 1.0)).round() as usize;
    let (_, value, _) = values.select_nth_unstable_by(place.min(last), f32::total_cmp);
    Some(*value)
}
