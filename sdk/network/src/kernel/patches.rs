//! What a window sees at each place, as channels: makes any convolution a pointwise one.

use super::{LANES, Lane};

/// A window that moves over a picture: rows and columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// Its size, pixels.
    pub(crate) size: [usize; 2],
    /// How far it moves at a time, pixels.
    pub(crate) step: [usize; 2],
    /// Pixels of 0 around the picture: top, left, bottom, right.
    pub(crate) around: [usize; 4],
}

impl Window {
    /// Places it takes in a picture of so many rows and columns; none where it is larger.
    pub(crate) fn places(&self, [rows, columns]: [usize; 2]) -> Option<[usize; 2]> {
        let ([height, width], [down, right]) = (self.size, self.step);
        let [above, before, below, behind] = self.around;
        let places = |length: usize, size: usize, step: usize| {
            Some(length.checked_sub(size)?.checked_div(step)? + 1)
        };
        Some([
            places(rows + above + below, height, down)?,
            places(columns + before + behind, width, right)?,
        ])
    }
}

/// Gathers what the window sees of channels × rows × columns. Channels of the result are channel by
/// channel, row by row of the window, as ONNX lays out weights.
#[derive(Debug)]
pub(crate) struct Patches {
    pub(crate) window: Window,
    pub(crate) shape: [usize; 3],
    pub(crate) strides: [usize; 3],
    pub(crate) first: usize,
}

impl Patches {
    pub(crate) fn run(&self, input: &[f32], out: &mut [Lane]) -> Option<()> {
        let [channels, rows, columns] = self.shape;
        let [to_channel, to_row, to_column] = self.strides;
        let Window { size: [height, width], step: [down, right], around } = self.window;
        let [above, before, ..] = around;
        let [high, wide] = self.window.places([rows, columns])?;
        let input = input.get(self.first..)?;
        let seen = channels * height * width;
        let out = out.get_mut(..seen.div_ceil(LANES) * high * wide)?;
        for (plane, out) in out.chunks_exact_mut(high * wide).enumerate() {
            out.fill([0.0; LANES]);
            for lane in 0..LANES.min(seen - plane * LANES) {
                let at = plane * LANES + lane;
                let (channel, y, x) = (at / (height * width), at / width % height, at % width);
                let channel = input.get(channel * to_channel..)?;
                // Places from which the window's pixel lies within the picture.
                let from = before.saturating_sub(x).div_ceil(right);
                let to = (columns + before).checked_sub(x).map_or(0, |end| end.div_ceil(right));
                for (line, out) in out.chunks_exact_mut(wide).enumerate() {
                    let row = (line * down + y).checked_sub(above).filter(|row| *row < rows);
                    let Some(row) = row.filter(|_| from < to) else { continue };
                    let pixel = row * to_row + (from * right + x - before) * to_column;
                    let pixels = channel.get(pixel..)?.iter().step_by((right * to_column).max(1));
                    for (out, value) in out.get_mut(from..to.min(wide))?.iter_mut().zip(pixels) {
                        *out.get_mut(lane)? = *value;
                    }
                }
            }
        }
        Some(())
    }
}
