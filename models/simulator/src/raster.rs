//! A picture in linear light.

use rayon::prelude::*;

use crate::colour::{Rgb, add, mix, scale};

/// Pixels in linear light, row by row; (0, 0) is the outer corner of the top left pixel.
#[derive(Clone, Debug, PartialEq)]
pub struct Raster {
    width: usize,
    height: usize,
    pixels: Vec<Rgb>,
}

impl Raster {
    /// A raster of one colour; each side is at least one pixel.
    #[must_use]
    pub fn filled(width: usize, height: usize, colour: Rgb) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        Self { width, height, pixels: vec![colour; width * height] }
    }

    /// Pixel by pixel, given its column and row. Rows are computed in parallel.
    pub(crate) fn from_fn(
        width: usize,
        height: usize,
        pixel: impl Fn(usize, usize) -> Rgb + Sync,
    ) -> Self {
        let mut raster = Self::filled(width, height, [0.0; 3]);
        let width = raster.width;
        raster.pixels.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
            for (x, value) in row.iter_mut().enumerate() {
                *value = pixel(x, y);
            }
        });
        raster
    }

    /// Pixels a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// The pixel at a column and row; outside, the nearest one inside.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> Rgb {
        self.pixels[y.min(self.height - 1) * self.width + x.min(self.width - 1)]
    }

    pub(crate) fn at_mut(&mut self, x: usize, y: usize) -> &mut Rgb {
        &mut self.pixels[y * self.width + x]
    }

    /// Drops the rows below the first `rows`, at least 1.
    pub(crate) fn keep_rows(&mut self, rows: usize) {
        self.height = rows.clamp(1, self.height);
        self.pixels.truncate(self.width * self.height);
    }

    pub(crate) fn rows_mut(&mut self) -> rayon::slice::ChunksMut<'_, Rgb> {
        self.pixels.par_chunks_mut(self.width)
    }

    /// Bands of so many rows, the last one possibly shorter.
    pub(crate) fn bands_mut(&mut self, rows: usize) -> std::slice::ChunksMut<'_, Rgb> {
        self.pixels.chunks_mut(self.width * rows)
    }

    /// Bilinear between pixel centres, at a point in pixels; clamped at the border.
    #[must_use]
    pub fn sample(&self, x: f32, y: f32) -> Rgb {
        let x = (x - 0.5).clamp(0.0, (self.width - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (across, down) = (x - left as f32, y - top as f32);
        let upper = mix(self.at(left, top), self.at(left + 1, top), across);
        let lower = mix(self.at(left, top + 1), self.at(left + 1, top + 1), across);
        mix(upper, lower, down)
    }

    /// The same picture at another size: each new pixel is the mean over the area it covers.
    pub(crate) fn resized(&self, width: usize, height: usize) -> Self {
        let across = self.width as f32 / width.max(1) as f32;
        let down = self.height as f32 / height.max(1) as f32;
        let (columns, rows) = (across.ceil().max(1.0) * 2.0, down.ceil().max(1.0) * 2.0);
        Self::from_fn(width, height, |x, y| {
            let mut sum = [0.0; 3];
            for row in 0..rows as usize {
                for column in 0..columns as usize {
                    let u = (x as f32 + (column as f32 + 0.5) / columns) * across;
                    let v = (y as f32 + (row as f32 + 0.5) / rows) * down;
                    sum = add(sum, self.sample(u, v));
                }
            }
            scale(sum, 1.0 / (columns * rows))
        })
    }
}
