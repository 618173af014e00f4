//! What a network is computed by: a few kernels, on dense numbers or on planes of eight channels.

mod block;
mod dense;
mod depthwise;
mod elementwise;
mod enlarge;
mod pointwise;
mod reduce;
#[cfg(test)]
mod tests;
mod weights;
mod window;

use fearless_simd::Level;

pub(crate) use block::Block;
pub(crate) use dense::Dense;
pub(crate) use depthwise::Depthwise;
pub(crate) use elementwise::{Dimension, Elementwise, Formula};
pub(crate) use enlarge::Enlarge;
pub(crate) use pointwise::Pointwise;
pub(crate) use reduce::{Reduce, Reduction};
pub(crate) use weights::Weights;
pub(crate) use window::Window;

/// Channels that are computed together. Eight everywhere, whatever the processor's vectors hold, so
/// that sums have one order and a phone and a server come to the same numbers.
pub(crate) const LANES: usize = 8;

/// Eight channels of one pixel.
pub(crate) type Lane = [f32; LANES];

/// The values that a layer's outputs are limited to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) lowest: f32,
    pub(crate) highest: f32,
}

impl Bounds {
    pub(crate) const NONE: Self = Self { lowest: f32::NEG_INFINITY, highest: f32::INFINITY };
}

#[derive(Debug)]
pub(crate) enum Kernel {
    Elementwise(Elementwise),
    Block(Block),
    Dense(Dense),
    Enlarge(Enlarge),
    Pointwise(Pointwise),
    Depthwise(Depthwise),
    Reduce(Reduce),
}

impl Kernel {
    /// Computes `out` of one or two inputs; nothing where a buffer is too short.
    pub(crate) fn run(
        &self,
        level: Level,
        inputs: [&[Lane]; 2],
        out: &mut [Lane],
        scratch: &mut [Lane],
    ) -> Option<()> {
        let [first, second] = inputs;
        let flat = first.as_flattened();
        match self {
            Self::Elementwise(kernel) => {
                kernel.run([flat, second.as_flattened()], out.as_flattened_mut())
            }
            Self::Block(kernel) => kernel.run(flat, out),
            Self::Dense(kernel) => kernel.run(level, flat, out, scratch),
            Self::Enlarge(kernel) => kernel.run(first, out),
            Self::Pointwise(kernel) => kernel.run(level, first, out),
            Self::Depthwise(kernel) => kernel.run(level, first, out, scratch),
            Self::Reduce(kernel) => kernel.run(flat, out.as_flattened_mut()),
        }
    }
}
