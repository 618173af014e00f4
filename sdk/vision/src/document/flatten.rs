//! Even light on a page: shadows and slopes of brightness taken out, print and colours left.
//!
//! Paper is divided by its own brightness (Zhang & He, "Whiteboard scanning and image enhancement",
//! 2006, §4): the brightest quarter of every cell of a coarse grid, where cells pass into each other
//! as light does. A hand's or a phone's shadow has a soft edge and is followed; what print, pictures,
//! seals and the table make has a hard one or another colour, and the light there is interpolated
//! from around. One gain for all three channels keeps every hue.

use image::RgbImage;

use crate::pixels::luma;

/// Cells along the longer side: 2.3 mm of an A4. Fewer blur the shadow's edge, and its border stays;
/// more, and single characters fill a cell.
const CELLS: u32 = 128;

/// Smallest side of a cell, pixels.
const SMALLEST_CELL: u32 = 8;

/// Brightest share of a cell's pixels that is taken for paper, one in so many.
const BRIGHTEST: u32 = 4;

/// How much darker than its neighbour a cell of paper may be. Higher, and the edges of shadows are
/// taken for print; lower, and grey print and pictures for shadows.
const STEP: f32 = 0.8;

/// How far a cell's colour may be from its neighbour's, each channel as a share of luma.
const HUE_STEP: f32 = 0.1;

/// Share of the cells that paper must have; with less, nothing tells what light there is.
const LEAST_PAPER: f32 = 0.25;

/// The page's light after flattening: this share of its paper is darker now.
const TARGET: f32 = 0.9;

/// What a pixel may be multiplied by. More brings up noise rather than text.
const GAIN: (f32, f32) = (0.8, 2.5);

/// A rectified page in even light, as bright as its brighter parts are now. A page that already lies
/// in even light comes back as it was but for a few levels; so does one that shows too little paper.
/// Time goes with the number of pixels; beside the picture it takes a map of at most 128 × 128 cells.
///
/// A shadow with a hard edge, as in direct sun, is left: nothing here tells it from print. On a drawn
/// page with half the light behind a soft edge and a slope over all of it, paper between 84 and 204
/// levels becomes 194 to 200 (5th and 95th percentile).
pub fn flatten(page: &RgbImage) -> RgbImage {
    let side = page.width().max(page.height()).div_ceil(CELLS).max(SMALLEST_CELL);
    let mut flat = page.clone();
    if let Some(gains) = gains(page, side) {
        gains.apply(&mut flat, side);
    }
    flat
}

/// The gain at the centre of every cell; `None` where there is no paper to go by.
fn gains(page: &RgbImage, side: u32) -> Option<Grid<f32>> {
    let cells = brightest(page, side);
    let paper = largest_paper(&cells);
    let mut known: Vec<f32> = paper.values.iter().copied().flatten().collect();
    if (known.len() as f32) < LEAST_PAPER * cells.values.len() as f32 {
        return None;
    }
    known.sort_by(f32::total_cmp);
    let target = *known.get((known.len() as f32 * TARGET) as usize)?;
    let light = paper.filled().smoothed();
    Some(light.with(|light| (target / light.max(1.0)).clamp(GAIN.0, GAIN.1)))
}

/// A cell's paper, if paper it is.
#[derive(Clone, Copy, Default)]
struct Cell {
    luma: f32,
    /// Red, green and blue as shares of luma.
    hue: [f32; 3],
}

impl Cell {
    /// Whether light alone can be what differs.
    fn passes_into(&self, other: &Self) -> bool {
        let near = self.hue.iter().zip(other.hue).all(|(a, b)| (a - b).abs() < HUE_STEP);
        near && self.luma.min(other.luma) > STEP * self.luma.max(other.luma)
    }
}

/// The mean of each cell's brightest pixels.
fn brightest(page: &RgbImage, side: u32) -> Grid<Cell> {
    let mut grid = Grid::new(page.width().div_ceil(side), page.height().div_ceil(side));
    let row_bytes = page.width().max(1) as usize * 3;
    let mut histograms = vec![Histogram::default(); grid.columns];
    let bands = page.chunks(row_bytes * side as usize);
    for (cells, band) in grid.values.chunks_exact_mut(grid.columns.max(1)).zip(bands) {
        histograms.fill(Histogram::default());
        for row in band.chunks_exact(row_bytes) {
            for (histogram, pixels) in histograms.iter_mut().zip(row.chunks(side as usize * 3)) {
                histogram.count(pixels);
            }
        }
        for (cell, histogram) in cells.iter_mut().zip(&histograms) {
            *cell = histogram.brightest();
        }
    }
    grid
}

/// Pixels by luma, in 64 bins: red, green and blue sums, and their number.
#[derive(Clone)]
struct Histogram([[u32; 4]; 64]);

impl Default for Histogram {
    fn default() -> Self {
        Self([[0; 4]; 64])
    }
}

impl Histogram {
    fn count(&mut self, pixels: &[u8]) {
        for pixel in pixels.chunks_exact(3) {
            let [r, g, b] = pixel else { continue };
            if let Some(bin) = self.0.get_mut(usize::from(luma([*r, *g, *b]) >> 2)) {
                for (sum, value) in bin.iter_mut().zip([*r, *g, *b, 1]) {
                    // Fits for any cell of a page of up to 500,000 pixels a side.
                    *sum = sum.wrapping_add(u32::from(value));
                }
            }
        }
    }

    fn brightest(&self) -> Cell {
        let pixels: u32 = self.0.iter().map(|bin| bin[3]).sum();
        let mut sums = [0u32; 4];
        for bin in self.0.iter().rev() {
            for (sum, value) in sums.iter_mut().zip(bin) {
                *sum = sum.wrapping_add(*value);
            }
            if sums[3] * BRIGHTEST >= pixels {
                break;
            }
        }
        let [r, g, b] = [sums[0], sums[1], sums[2]].map(|sum| sum as f32 / sums[3].max(1) as f32);
        let luma = (0.299 * r + 0.587 * g + 0.114 * b).max(1.0);
        Cell { luma, hue: [r, g, b].map(|channel| channel / luma) }
    }
}

/// The luma of the largest set of cells that pass into each other; holes elsewhere.
fn largest_paper(cells: &Grid<Cell>) -> Grid<Option<f32>> {
    let mut sets: Grid<u32> = Grid::new(cells.columns as u32, cells.rows as u32);
    let (mut largest, mut size) = (0, 0);
    let mut waiting = Vec::new();
    for (set, start) in (1u32..).zip(0..cells.values.len()) {
        if sets.values.get(start).is_some_and(|set| *set == 0) {
            let mut members = 0;
            waiting.push(start);
            sets.put(start, set);
            while let Some(index) = waiting.pop() {
                members += 1;
                for next in cells.neighbours(index) {
                    let free = sets.values.get(next).is_some_and(|set| *set == 0);
                    let (from, to) = (cells.values.get(index), cells.values.get(next));
                    if free && from.zip(to).is_some_and(|(from, to)| from.passes_into(to)) {
                        sets.put(next, set);
                        waiting.push(next);
                    }
                }
            }
            if members > size {
                (largest, size) = (set, members);
            }
        }
    }
    let lumas = cells.values.iter().zip(&sets.values);
    let values = lumas.map(|(cell, set)| (*set == largest).then_some(cell.luma)).collect();
    Grid { columns: cells.columns, rows: cells.rows, values }
}

/// One value a cell, row-major.
struct Grid<T> {
    columns: usize,
    rows: usize,
    values: Vec<T>,
}

impl<T: Copy + Default> Grid<T> {
    fn new(columns: u32, rows: u32) -> Self {
        let (columns, rows) = (columns as usize, rows as usize);
        Self { columns, rows, values: vec![T::default(); columns * rows] }
    }

    fn with<U>(&self, change: impl Fn(T) -> U) -> Grid<U> {
        let values = self.values.iter().map(|value| change(*value)).collect();
        Grid { columns: self.columns, rows: self.rows, values }
    }

    fn put(&mut self, index: usize, value: T) {
        if let Some(place) = self.values.get_mut(index) {
            *place = value;
        }
    }

    /// The value at a cell, the border's beyond it.
    fn at(&self, column: isize, row: isize) -> T {
        let within = |index: isize, count: usize| {
            usize::try_from(index).unwrap_or(0).min(count.saturating_sub(1))
        };
        let index = within(row, self.rows) * self.columns + within(column, self.columns);
        self.values.get(index).copied().unwrap_or_default()
    }

    /// The cells above, below, left and right.
    fn neighbours(&self, index: usize) -> impl Iterator<Item = usize> + use<T> {
        let (columns, rows) = (self.columns, self.rows);
        let (column, row) = (index % columns.max(1), index / columns.max(1));
        let all = [
            (row > 0).then(|| index - columns),
            (row + 1 < rows).then(|| index + columns),
            (column > 0).then(|| index - 1),
            (column + 1 < columns).then(|| index + 1),
        ];
        all.into_iter().flatten()
    }

    /// Every cell as its column, its row and its value.
    fn cells(&self) -> impl Iterator<Item = (isize, isize, T)> {
        let rows = (0isize..).zip(self.values.chunks(self.columns.max(1)));
        rows.flat_map(|(row, values)| {
            (0isize..).zip(values).map(move |(column, value)| (column, row, *value))
        })
    }
}

impl Grid<Option<f32>> {
    /// Every hole filled from half as fine a grid, which is filled the same way.
    fn filled(&self) -> Grid<f32> {
        let coarse = if self.values.len() > 1 && self.values.iter().any(Option::is_none) {
            self.halved().filled()
        } else {
            Grid::new(1, 1)
        };
        let values = self.cells().map(|(column, row, value)| {
            value.unwrap_or_else(|| {
                coarse.between(column as f32 / 2.0 - 0.25, row as f32 / 2.0 - 0.25)
            })
        });
        Grid { columns: self.columns, rows: self.rows, values: values.collect() }
    }

    /// The mean of what is known of every two by two cells.
    fn halved(&self) -> Self {
        let (columns, rows) = (self.columns.div_ceil(2), self.rows.div_ceil(2));
        let mut sums = vec![(0.0, 0u16); columns * rows];
        for (column, row, value) in self.cells() {
            let index = row.unsigned_abs() / 2 * columns + column.unsigned_abs() / 2;
            if let (Some((sum, count)), Some(value)) = (sums.get_mut(index), value) {
                *sum += value;
                *count += 1;
            }
        }
        let mean = |(sum, count): (f32, u16)| (count > 0).then(|| sum / f32::from(count));
        Self { columns, rows, values: sums.into_iter().map(mean).collect() }
    }
}

impl Grid<f32> {
    /// The value between cell centres, which lie at whole numbers.
    fn between(&self, column: f32, row: f32) -> f32 {
        let (left, top) = (column.floor(), row.floor());
        let (across, down) = (column - left, row - top);
        let (left, top) = (left as isize, top as isize);
        let line = |row| mix(self.at(left, row), self.at(left + 1, row), across);
        mix(line(top), line(top + 1), down)
    }

    /// Each cell mixed with its neighbours: binomial, three by three.
    fn smoothed(&self) -> Self {
        let values = self.cells().map(|(column, row, _)| {
            let line = |row| {
                let sides = self.at(column - 1, row) + self.at(column + 1, row);
                (sides + 2.0 * self.at(column, row)) / 4.0
            };
            (line(row - 1) + 2.0 * line(row) + line(row + 1)) / 4.0
        });
        Self { columns: self.columns, rows: self.rows, values: values.collect() }
    }

    /// Multiplies the picture, gains between the centres of cells being linear.
    fn apply(&self, picture: &mut RgbImage, side: u32) {
        let width = picture.width();
        let place = |pixel: u32| (pixel as f32 + 0.5) / side as f32 - 0.5;
        let places = (0..width).map(|x| (place(x).floor(), place(x) - place(x).floor()));
        let places: Vec<(isize, f32)> =
            places.map(|(left, across)| (left as isize, across)).collect();
        let rows = picture.chunks_exact_mut(width.max(1) as usize * 3);
        for (y, pixels) in (0..).zip(rows) {
            let (top, down) = (place(y).floor(), place(y) - place(y).floor());
            let column = |column: isize| {
                mix(self.at(column, top as isize), self.at(column, top as isize + 1), down)
            };
            let mut pair = (isize::MIN, 0.0, 0.0);
            for (pixel, (left, across)) in pixels.chunks_exact_mut(3).zip(&places) {
                if pair.0 != *left {
                    pair = (*left, column(*left), column(*left + 1));
                }
                let gain = mix(pair.1, pair.2, *across);
                for value in pixel {
                    *value = (f32::from(*value) * gain + 0.5) as u8;
                }
            }
        }
    }
}

fn mix(from: f32, to: f32, share: f32) -> f32 {
    from + (to - from) * share
}
