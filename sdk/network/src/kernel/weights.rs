//! A layer's weights, as its kernel reads them.

use super::{Bounds, LANES, Lane};

/// Weights of outputs × inputs.
#[derive(Debug)]
pub(crate) struct Weights {
    /// Inputs, those of weight 0 included that fill up the last lanes.
    pub(crate) depth: usize,
    /// For two planes of the output after the other: input by input, the weights of their channels.
    pub(crate) pairs: Vec<[Lane; 2]>,
    pub(crate) pair_biases: Vec<[Lane; 2]>,
    /// The same for the plane that is left, if one is.
    pub(crate) single: Vec<[Lane; 1]>,
    pub(crate) single_bias: [Lane; 1],
    pub(crate) bounds: Bounds,
}

impl Weights {
    /// `rows` has a row of `inputs` weights for each output; biases may be left out. The inputs are
    /// filled up to `depth`.
    pub(crate) fn new(
        rows: &[f32],
        inputs: usize,
        depth: usize,
        bias: &[f32],
        bounds: Bounds,
    ) -> Self {
        let rows: Vec<&[f32]> = rows.chunks_exact(inputs.max(1)).collect();
        let planes = rows.len().div_ceil(LANES);
        let lane = |plane: usize, input: usize| {
            let weight = |lane: usize| rows.get(plane * LANES + lane)?.get(input).copied();
            std::array::from_fn(|lane| weight(lane).unwrap_or(0.0))
        };
        let lane_bias = |plane: usize| {
            std::array::from_fn(|lane| bias.get(plane * LANES + lane).copied().unwrap_or(0.0))
        };
        let (two, last) = (planes / 2, planes.saturating_sub(1));
        // Not collected from parts, which would leave memory that is never used.
        let mut pairs = Vec::with_capacity(two * depth);
        for pair in 0..two {
            pairs.extend((0..depth).map(|input| [0, 1].map(|half| lane(pair * 2 + half, input))));
        }
        Self {
            depth,
            pairs,
            pair_biases: (0..two)
                .map(|pair| [0, 1].map(|half| lane_bias(pair * 2 + half)))
                .collect(),
            single: (0..planes % 2 * depth).map(|input| [lane(last, input)]).collect(),
            single_bias: [lane_bias(last)],
            bounds,
        }
    }
}
