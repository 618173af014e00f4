//! Evidence by place.

use bailing_vision::{Frame, Quad};
use image::{Rgb, RgbImage};
use imageproc::drawing::draw_hollow_rect_mut;
use imageproc::rect::Rect;

use super::blocks::{Blocks, Turned};

/// Widths and heights of the windows in which evidence is summed, in blocks: a digit, a few, a line, a seal.
const WINDOWS: [[usize; 2]; 5] = [[2, 3], [3, 3], [5, 4], [12, 4], [14, 14]];

/// Nats that one block adds at most, and takes at most.
const BOUNDS: std::ops::RangeInclusive<f32> = -4.0..=6.0;

/// Nats a block.
pub(super) struct Map {
    columns: usize,
    rows: usize,
    nats: Vec<f32>,
    turned: Turned,
}

impl Map {
    pub(super) fn new(blocks: &Blocks, nats: Vec<f32>) -> Self {
        Self {
            columns: blocks.columns,
            rows: blocks.rows,
            nats: nats.into_iter().map(|nats| nats.clamp(*BOUNDS.start(), *BOUNDS.end())).collect(),
            turned: blocks.turned(),
        }
    }

    /// The most evidence that any window holds, in nats, and that window in pixels of the upright picture.
    pub(super) fn peak(&self) -> (f32, Option<Quad>) {
        let sums = Sums::of(&self.nats, self.columns);
        let mut best = (0.0, None);
        for [width, height] in WINDOWS {
            for top in 0..(self.rows + 1).saturating_sub(height) {
                for left in 0..(self.columns + 1).saturating_sub(width) {
                    let area = [left, top, left + width, top + height];
                    let sum = sums.within(area);
                    if sum > best.0 {
                        best = (sum, Some(area));
                    }
                }
            }
        }
        let (sum, area) = best;
        (sum, area.map(|area| self.quad(area)))
    }

    /// A rectangle of blocks, in pixels of the upright picture.
    pub(super) fn quad(&self, area: [usize; 4]) -> Quad {
        let [left, top, right, bottom] = self.turned.area(area);
        Quad::rectangle(left, top, right, bottom)
    }

    /// Nats in three by three blocks around a place of the upright picture.
    fn around(&self, place: [f32; 2]) -> f32 {
        let [column, row] = self.turned.block(place).map(|along| along as usize);
        let rows = row.saturating_sub(1)..(row + 2).min(self.rows);
        let columns = column.saturating_sub(1)..(column + 2).min(self.columns);
        let nats = rows.flat_map(|row| {
            self.nats.get(row * self.columns + columns.start..row * self.columns + columns.end)
        });
        nats.flatten().sum()
    }
}

/// Draws where evidence lies over a picture: grey the picture, red what speaks for another compression than
/// the rest's (full red at `full` nats in a window of three by three blocks), yellow the regions.
pub(super) fn draw(
    map: Option<&Map>,
    full: f32,
    frame: &Frame<'_>,
    regions: &[Quad],
    side: u32,
) -> RgbImage {
    let longer = frame.width().max(frame.height()).max(1);
    let scale = (side as f32 / longer as f32).min(1.0);
    let size = |length: u32| ((length as f32 * scale) as u32).max(1);
    let bytes = frame.format().bytes_per_pixel();
    let mut picture = RgbImage::from_fn(size(frame.width()), size(frame.height()), |x, y| {
        let [x, y] = [x, y].map(|along| (along as f32 + 0.5) / scale);
        let start = (x as usize).min(frame.width() as usize - 1) * bytes;
        let row = frame.row((y as u32).min(frame.height() - 1));
        let level = match row.get(start..start + bytes) {
            Some([red, green, blue, ..]) => {
                (u32::from(*red) + 2 * u32::from(*green) + u32::from(*blue)) / 4
            }
            Some([level, ..]) => u32::from(*level),
            _ => 0,
        };
        let grey = (64 + level / 2).min(191) as u8;
        let heat = map.map_or(0.0, |map| (map.around([x, y]) / full).clamp(0.0, 1.0));
        let mixed = |to: f32| (f32::from(grey) + (to - f32::from(grey)) * heat) as u8;
        Rgb([mixed(255.0), mixed(20.0), mixed(20.0)])
    });
    for quad in regions {
        let [left, top, right, bottom] = quad.scaled(scale).bounds().map(|edge| edge as i32);
        let (width, height) = ((right - left).max(3) as u32, (bottom - top).max(3) as u32);
        for grown in [2, 3] {
            let outline = Rect::at(left - grown, top - grown)
                .of_size(width + 2 * grown as u32, height + 2 * grown as u32);
            draw_hollow_rect_mut(&mut picture, outline, Rgb([255, 220, 0]));
        }
    }
    picture
}

/// Sums of every rectangle from the top left.
pub(super) struct Sums {
    columns: usize,
    sums: Vec<f64>,
}

impl Sums {
    pub(super) fn of(values: &[f32], columns: usize) -> Self {
        let mut sums = vec![0.0; columns + 1];
        for row in values.chunks(columns.max(1)) {
            let above = sums.len() - (columns + 1);
            sums.push(0.0);
            let mut along = 0.0;
            for (column, value) in row.iter().enumerate() {
                along += f64::from(*value);
                let over = sums.get(above + column + 1).copied().unwrap_or_default();
                sums.push(over + along);
            }
        }
        Self { columns, sums }
    }

    pub(super) fn within(&self, [left, top, right, bottom]: [usize; 4]) -> f32 {
        let at = |x: usize, y: usize| {
            self.sums.get(y * (self.columns + 1) + x).copied().unwrap_or_default()
        };
        (at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)) as f32
    }
}
