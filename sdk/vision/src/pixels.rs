//! Reads a frame's pixels, each as few times as possible.

use crate::{Frame, PixelFormat};

/// A frame made smaller by a whole factor, RGB, each pixel the mean of the block it stands for.
#[derive(Debug, Default)]
pub(crate) struct Thumbnail {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) factor: u32,
    /// Row-major, three bytes a pixel.
    pub(crate) rgb: Vec<u8>,
    sums: Vec<u32>,
}

impl Thumbnail {
    /// Fills itself with `frame`, its longer side at most `side`; the last partial block of a row
    /// or column is left out.
    pub(crate) fn fill(&mut self, frame: &Frame<'_>, side: u32) {
        let longer = frame.width().max(frame.height());
        let factor = longer.div_ceil(side).max(1).min(frame.width().min(frame.height()).max(1));
        self.factor = factor;
        self.width = frame.width() / factor;
        self.height = frame.height() / factor;
        self.rgb.clear();
        self.sums.clear();
        self.sums.resize(self.width as usize * 3, 0);
        let bytes = frame.format().bytes_per_pixel();
        let block = factor as usize * bytes;
        let area = factor * factor;
        for y in 0..self.height {
            self.sums.fill(0);
            for row in 0..factor {
                let row = frame.row(y * factor + row);
                for (sum, block) in self.sums.chunks_exact_mut(3).zip(row.chunks_exact(block)) {
                    for pixel in block.chunks_exact(bytes) {
                        let rgb = match (frame.format(), pixel) {
                            (PixelFormat::Luma8, [y, ..]) => [*y; 3],
                            (_, [r, g, b, ..]) => [*r, *g, *b],
                            _ => [0; 3],
                        };
                        for (sum, value) in sum.iter_mut().zip(rgb) {
                            *sum += u32::from(value);
                        }
                    }
                }
            }
            self.rgb.extend(self.sums.iter().map(|sum| ((sum + area / 2) / area) as u8));
        }
    }

    /// The pixel at a place, clamped to the border.
    pub(crate) fn at(&self, x: f32, y: f32) -> [u8; 3] {
        let x = clamp(x, self.width);
        let y = clamp(y, self.height);
        let start = (y * self.width as usize + x) * 3;
        match self.rgb.get(start..start + 3) {
            Some([r, g, b]) => [*r, *g, *b],
            _ => [0; 3],
        }
    }
}

fn clamp(position: f32, size: u32) -> usize {
    // A cast saturates, and takes a NaN to 0.
    position.clamp(0.0, size.saturating_sub(1) as f32) as usize
}

/// Luma of one pixel (ITU-R BT.601), 0..255.
pub(crate) fn luma([r, g, b]: [u8; 3]) -> u8 {
    // The weights sum to 256, so the result fits a byte.
    ((77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b)) >> 8) as u8
}

/// Luma of `length` pixels of row `y` from column `x`, one value a pixel; fewer at the border.
pub(crate) fn luma_run<'a>(
    frame: &Frame<'a>,
    x: u32,
    y: u32,
    length: usize,
) -> impl Iterator<Item = u8> + use<'a> {
    let bytes = frame.format().bytes_per_pixel();
    let row = frame.row(y).get(x as usize * bytes..).unwrap_or_default();
    row.chunks_exact(bytes).take(length).map(|pixel| match pixel {
        [y] => *y,
        [r, g, b, ..] => luma([*r, *g, *b]),
        _ => 0,
    })
}
