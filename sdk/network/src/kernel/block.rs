//! Channels brought together by eights.

use super::{LANES, Lane};

/// Turns channels × rows × columns, wherever they lie, into planes of eight channels each. Lanes
/// beyond the last channel are 0, so that weights of 0 keep them out of every sum.
#[derive(Debug)]
pub(crate) struct Block {
    /// Channels, rows, columns: how many, and how far apart.
    pub(crate) shape: [usize; 3],
    pub(crate) strides: [usize; 3],
    /// Where the first number lies.
    pub(crate) first: usize,
}

impl Block {
    pub(crate) fn run(&self, input: &[f32], out: &mut [Lane]) -> Option<()> {
        let [channels, rows, columns] = self.shape;
        let [to_channel, to_row, to_column] = self.strides;
        let input = input.get(self.first..)?;
        let planes = channels.div_ceil(LANES);
        let out = out.get_mut(..planes * rows * columns)?;
        for (plane, out) in out.chunks_exact_mut(rows * columns).enumerate() {
            if channels - plane * LANES < LANES {
                out.fill([0.0; LANES]);
            }
            for lane in 0..LANES.min(channels - plane * LANES) {
                let channel = input.get((plane * LANES + lane) * to_channel..)?;
                for (row, out) in out.chunks_exact_mut(columns).enumerate() {
                    let row = channel.get(row * to_row..)?;
                    for (out, value) in out.iter_mut().zip(row.iter().step_by(to_column.max(1))) {
                        *out.get_mut(lane)? = *value;
                    }
                }
            }
        }
        Some(())
    }
}
