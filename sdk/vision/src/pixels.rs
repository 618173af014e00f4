//! Reads a frame's pixels, each as few times as possible.

use crate::frame::tinted;
use crate::{Frame, PixelFormat, Point, Turn};

/// A frame made smaller by a whole factor, RGB, each pixel the mean of the block it stands for.
#[derive(Debug, Default)]
pub(crate) struct Thumbnail {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) factor: u32,
    /// Row-major, three bytes a pixel.
    pub(crate) rgb: Vec<u8>,
    sums: Vec<u16>,
}

impl Thumbnail {
    /// So many bytes fit a sum of 16 bits.
    const LARGEST_FACTOR: u32 = 256;

    /// Fills itself with `frame`, its longer side at most `side` (but for frames hundreds of times
    /// longer than wide); the last partial block of a row or column is left out.
    pub(crate) fn fill(&mut self, frame: &Frame<'_>, side: u32) {
        let (longer, shorter) =
            (frame.width().max(frame.height()), frame.width().min(frame.height()));
        let factor = longer.div_ceil(side).clamp(1, shorter.clamp(1, Self::LARGEST_FACTOR));
        self.factor = factor;
        self.width = frame.width() / factor;
        self.height = frame.height() / factor;
        self.rgb.clear();
        let format = frame.format();
        let used = (self.width * factor) as usize * format.bytes_per_pixel();
        for y in 0..self.height {
            if factor == 1 {
                append(&mut self.rgb, frame.row(y), format);
                continue;
            }
            // Down first, which reads in order and adds many bytes at a time; then across.
            self.sums.clear();
            self.sums.resize(used, 0);
            for row in y * factor..(y + 1) * factor {
                for (sum, value) in self.sums.iter_mut().zip(frame.row(row)) {
                    *sum = sum.wrapping_add(u16::from(*value));
                }
            }
            if (format, factor) == (PixelFormat::Luma8, 2) {
                self.append_pairs();
                continue;
            }
            let block = factor as usize * format.bytes_per_pixel();
            let scale = 1.0 / (factor * factor) as f32;
            for block in self.sums.chunks_exact(block) {
                let rgb = match format {
                    PixelFormat::Luma8 => [block.iter().map(|value| u32::from(*value)).sum(); 3],
                    PixelFormat::Rgb8 => sum::<3>(block),
                    PixelFormat::Rgba8 => sum::<4>(block),
                };
                self.rgb.extend(rgb.map(|sum: u32| (sum as f32 * scale + 0.5) as u8));
            }
        }
        if frame.has_chroma() {
            self.tint(frame);
        }
    }

    /// What a preview's frames nearly always are: a row of grey pixels, each of two sums of two.
    fn append_pairs(&mut self) {
        let start = self.rgb.len();
        self.rgb.resize(start + self.sums.len() / 2 * 3, 0);
        let row = self.rgb.get_mut(start..).unwrap_or_default().as_chunks_mut::<3>().0;
        for (pixel, [a, b]) in row.iter_mut().zip(self.sums.as_chunks::<2>().0) {
            // Rounded as the others are.
            *pixel = [(a.wrapping_add(*b).wrapping_add(2) >> 2) as u8; 3];
        }
    }

    /// Gives a copy of the luma its colour, for each block the one in its middle.
    fn tint(&mut self, frame: &Frame<'_>) {
        let (factor, middle) = (self.factor as usize, self.factor / 2);
        let line = (self.width as usize * 3).max(1);
        for (row, pixels) in (0..).zip(self.rgb.chunks_exact_mut(line)) {
            let Some((planes, step)) = frame.chroma(row * self.factor + middle) else { return };
            let [blue, red] = planes;
            for (column, pixel) in pixels.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                let at = (column * factor + middle as usize) / 2 * step;
                if let (Some(blue), Some(red)) = (blue.get(at), red.get(at)) {
                    *pixel = tinted(pixel[0], *blue, *red);
                }
            }
        }
    }

    /// The pixel at a place, clamped to the border.
    pub(crate) fn at(&self, x: f32, y: f32) -> [u8; 3] {
        // A cast saturates, and takes a NaN to 0.
        self.pixel(x as i32, y as i32)
    }

    /// The pixel in a column and a row, clamped to the border.
    pub(crate) fn pixel(&self, column: i32, row: i32) -> [u8; 3] {
        let clamped =
            |place: i32, size: u32| (place.max(0) as usize).min((size as usize).saturating_sub(1));
        let start =
            (clamped(row, self.height) * self.width as usize + clamped(column, self.width)) * 3;
        match self.rgb.get(start..start + 3) {
            Some([r, g, b]) => [*r, *g, *b],
            _ => [0; 3],
        }
    }

    /// The colour between four pixels' centres, clamped to the border.
    pub(crate) fn between(&self, x: f32, y: f32) -> [f32; 3] {
        let (left, across) = whole_and_part(x - 0.5);
        let (top, down) = whole_and_part(y - 0.5);
        let (right, bottom) = (left.saturating_add(1), top.saturating_add(1));
        let mut mixed = [0.0; 3];
        for (row, share) in [(top, 1.0 - down), (bottom, down)] {
            let (a, b) = (self.pixel(left, row), self.pixel(right, row));
            for ((mixed, a), b) in mixed.iter_mut().zip(a).zip(b) {
                *mixed += share * (f32::from(a) * (1.0 - across) + f32::from(b) * across);
            }
        }
        mixed
    }
}

/// The largest whole number that is not above a value, and what is left of it.
fn whole_and_part(value: f32) -> (i32, f32) {
    let towards_zero = value as i32;
    let whole = towards_zero - i32::from(value < towards_zero as f32);
    (whole, value - whole as f32)
}

/// A row's pixels as RGB.
fn append(rgb: &mut Vec<u8>, row: &[u8], format: PixelFormat) {
    match format {
        PixelFormat::Luma8 => rgb.extend(row.iter().flat_map(|y| [*y; 3])),
        PixelFormat::Rgb8 => rgb.extend_from_slice(row),
        PixelFormat::Rgba8 => {
            rgb.extend(row.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]));
        }
    }
}

/// The sums of a block's first three channels.
fn sum<const CHANNELS: usize>(block: &[u16]) -> [u32; 3] {
    let mut sums = [0u32; CHANNELS];
    for pixel in block.as_chunks::<CHANNELS>().0 {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum = sum.wrapping_add(u32::from(*value));
        }
    }
    match sums.as_slice() {
        [r, g, b, ..] => [*r, *g, *b],
        _ => [0; 3],
    }
}

/// A picture stretched to a square, planar RGB 0..1, each pixel the mean of what it covers: how
/// networks are shown a frame.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// Red rows, green rows, blue rows.
    pub(crate) planes: Vec<f32>,
    turned: Vec<f32>,
    row: Vec<f32>,
    /// Of each column: the first pixel that it covers, and how many.
    columns: Vec<(usize, usize)>,
    /// Shares of all those pixels, column after column.
    shares: Vec<f32>,
}

impl View {
    /// Fills itself with the part of a thumbnail from its left and top to its right and bottom, pixels.
    pub(crate) fn fill(&mut self, thumbnail: &Thumbnail, part: [u32; 4], side: usize) {
        let [left, top, right, bottom] = part.map(|border| border as usize);
        let (width, height) = (right.saturating_sub(left), bottom.saturating_sub(top));
        self.columns.clear();
        self.shares.clear();
        for x in 0..side {
            let columns = covered(x, side, width);
            self.columns.push((columns.first, columns.last + 1 - columns.first));
            self.shares.extend(columns.map(|(_, share)| share / 255.0));
        }
        self.planes.clear();
        self.planes.resize(3 * side * side, 0.0);
        let line = thumbnail.width as usize * 3;
        let (red, rest) = self.planes.split_at_mut(side * side);
        let (green, blue) = rest.split_at_mut(side * side);
        let planes = red.chunks_exact_mut(side).zip(green.chunks_exact_mut(side));
        for (y, ((red, green), blue)) in planes.zip(blue.chunks_exact_mut(side)).enumerate() {
            self.row.clear();
            self.row.resize(width * 3, 0.0);
            for (source, share) in covered(y, side, height) {
                let start = (top + source) * line + left * 3;
                let pixels = thumbnail.rgb.get(start..).unwrap_or_default();
                for (sum, value) in self.row.iter_mut().zip(pixels) {
                    *sum += share * f32::from(*value);
                }
            }
            let colours = self.row.as_chunks::<3>().0;
            let mut shares = self.shares.iter();
            let pixels = red.iter_mut().zip(green).zip(blue).zip(&self.columns);
            for (((red, green), blue), (first, count)) in pixels {
                let mut sum = [0.0f32; 3];
                let covered = colours.get(*first..first + count).unwrap_or_default();
                for (colour, share) in covered.iter().zip(&mut shares) {
                    for (sum, value) in sum.iter_mut().zip(colour) {
                        *sum += share * value;
                    }
                }
                [*red, *green, *blue] = sum;
            }
        }
    }
}

impl View {
    /// Turns itself, so that what it shows stands upright.
    pub(crate) fn turn(&mut self, turn: Turn, side: usize) {
        if turn == Turn::None {
            return;
        }
        self.turned.clear();
        for plane in self.planes.chunks_exact(side * side) {
            for row in 0..side {
                self.turned.extend((0..side).map(|column| {
                    let [column, row] = turn.cell_before([column, row], side);
                    plane.get(row * side + column).copied().unwrap_or_default()
                }));
            }
        }
        std::mem::swap(&mut self.planes, &mut self.turned);
    }
}

/// The pixels of a line of `length` that pixel `place` of a line of `side` covers, each with its
/// share; the shares sum to 1.
fn covered(place: usize, side: usize, length: usize) -> Covered {
    let scale = length as f32 / side as f32;
    let (from, to) = (place as f32 * scale, (place + 1) as f32 * scale);
    let first = (from as usize).min(length.saturating_sub(1));
    // A border that a rounding error moved past a pixel's would give it a share of nothing.
    let last = ((to - 1e-4) as usize).clamp(first, length.saturating_sub(1));
    Covered { from, to, first, next: first, last }
}

struct Covered {
    from: f32,
    to: f32,
    first: usize,
    next: usize,
    last: usize,
}

impl Iterator for Covered {
    type Item = (usize, f32);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next > self.last {
            return None;
        }
        let pixel = self.next;
        self.next += 1;
        let from = if pixel == self.first { self.from } else { pixel as f32 };
        let to = if pixel == self.last { self.to } else { (pixel + 1) as f32 };
        Some((pixel, (to - from) / (self.to - self.from)))
    }
}

/// Luma of one pixel (ITU-R BT.601), 0..255.
pub(crate) fn luma([r, g, b]: [u8; 3]) -> u8 {
    // The weights sum to 256, so the result fits a byte.
    ((77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b)) >> 8) as u8
}

/// The colour in a pixel's bytes.
pub(crate) fn colour<const BYTES: usize>(pixel: [u8; BYTES]) -> [u8; 3] {
    match pixel.as_slice() {
        [r, g, b, ..] => [*r, *g, *b],
        [y, ..] => [*y; 3],
        [] => [0; 3],
    }
}

/// Luma at places along a straight line, each in the middle of its share of it; clamped to the border.
pub(crate) fn luma_between<const PLACES: usize>(
    frame: &Frame<'_>,
    from: Point,
    to: Point,
) -> [u8; PLACES] {
    fn read<const BYTES: usize, const PLACES: usize>(
        frame: &Frame<'_>,
        from: Point,
        to: Point,
    ) -> [u8; PLACES] {
        let step = [to.x - from.x, to.y - from.y].map(|way| way / PLACES as f32);
        let (right, bottom) = (frame.width() - 1, frame.height() - 1);
        let mut lumas = [0; PLACES];
        for (place, value) in lumas.iter_mut().enumerate() {
            let place = place as f32 + 0.5;
            // A cast saturates, and takes a NaN to 0.
            let x = ((from.x + step[0] * place) as u32).min(right);
            let y = ((from.y + step[1] * place) as u32).min(bottom);
            *value = frame.pixel::<BYTES>(x, y).map_or(0, |pixel| luma(colour(pixel)));
        }
        lumas
    }
    match frame.format() {
        PixelFormat::Luma8 => read::<1, PLACES>(frame, from, to),
        PixelFormat::Rgb8 => read::<3, PLACES>(frame, from, to),
        PixelFormat::Rgba8 => read::<4, PLACES>(frame, from, to),
    }
}

/// Fills a line with the luma of the pixels of row `y` from column `x` on, as far as there are any.
pub(crate) fn read_luma(frame: &Frame<'_>, x: u32, y: u32, line: &mut [u8]) {
    fn read<const BYTES: usize>(row: &[u8], x: u32, line: &mut [u8]) {
        let pixels = row.as_chunks::<BYTES>().0.get(x as usize..).unwrap_or_default();
        for (value, pixel) in line.iter_mut().zip(pixels) {
            *value = luma(colour(*pixel));
        }
    }
    let row = frame.row(y);
    match frame.format() {
        PixelFormat::Luma8 => read::<1>(row, x, line),
        PixelFormat::Rgb8 => read::<3>(row, x, line),
        PixelFormat::Rgba8 => read::<4>(row, x, line),
    }
}

/// Fills a line with the pixels of row `y` from column `x` on, three bytes each, as far as there are any.
pub(crate) fn read_rgb(frame: &Frame<'_>, x: u32, y: u32, line: &mut [u8]) {
    fn read<const BYTES: usize>(row: &[u8], x: u32, line: &mut [u8]) {
        let pixels = row.as_chunks::<BYTES>().0.get(x as usize..).unwrap_or_default();
        for (rgb, pixel) in line.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
            *rgb = colour(*pixel);
        }
    }
    let row = frame.row(y);
    match frame.format() {
        PixelFormat::Luma8 => read::<1>(row, x, line),
        PixelFormat::Rgb8 => read::<3>(row, x, line),
        PixelFormat::Rgba8 => read::<4>(row, x, line),
    }
    if frame.has_chroma() {
        for (x, pixel) in (x..frame.width()).zip(line.as_chunks_mut::<3>().0) {
            *pixel = frame.tinted(pixel[0], x, y);
        }
    }
}
