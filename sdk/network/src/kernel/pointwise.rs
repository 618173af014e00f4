//! Every pixel's channels from its own channels: the product of two matrices, and most of the work.
#![allow(
    clippy::indexing_slicing,
    reason = "arrays of constant length within it; the compiler unrolls what it can see the end of"
)]

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f32x8};

use super::{Bounds, LANES, Lane};

/// Pixels that are computed together: 6 × 2 sums, 2 weights and a pixel fill 16 vector registers.
const PIXELS: usize = 6;

/// A layer of weights, as the kernel reads them.
#[derive(Debug)]
pub(crate) struct Pointwise {
    /// Pixels of a plane.
    pixels: usize,
    /// Planes of the input.
    planes: usize,
    /// For two planes of the output after the other: input by input, the weights of their channels.
    pairs: Vec<[Lane; 2]>,
    pair_biases: Vec<[Lane; 2]>,
    /// The same for the plane that is left.
    single: Vec<[Lane; 1]>,
    single_bias: [Lane; 1],
    bounds: Bounds,
}

impl Pointwise {
    /// A layer of `outputs` × `inputs` weights, one row an output, whose biases may be left out.
    pub(crate) fn new(
        pixels: usize,
        [outputs, inputs]: [usize; 2],
        weight: impl Fn(usize, usize) -> f32,
        bias: &[f32],
        bounds: Bounds,
    ) -> Self {
        let (planes, out_planes) = (inputs.div_ceil(LANES), outputs.div_ceil(LANES));
        let within = |output: usize, input: usize| output < outputs && input < inputs;
        let lane = |plane: usize, input: usize| {
            std::array::from_fn(|lane| {
                let output = plane * LANES + lane;
                if within(output, input) { weight(output, input) } else { 0.0 }
            })
        };
        let lane_bias = |plane: usize| {
            std::array::from_fn(|lane| bias.get(plane * LANES + lane).copied().unwrap_or(0.0))
        };
        let depth = planes * LANES;
        let (two, left) = (out_planes / 2, out_planes % 2);
        let last = out_planes.saturating_sub(1);
        Self {
            pixels,
            planes,
            pairs: (0..two * depth)
                .map(|at| [0, 1].map(|half| lane(at / depth * 2 + half, at % depth)))
                .collect(),
            pair_biases: (0..two).map(|pair| [0, 1].map(|half| lane_bias(pair * 2 + half))).collect(),
            single: (0..left * depth).map(|input| [lane(last, input)]).collect(),
            single_bias: [lane_bias(last)],
            bounds,
        }
    }

    pub(crate) fn run(&self, level: Level, input: &[Lane], out: &mut [Lane]) -> Option<()> {
        let input = input.get(..self.planes * self.pixels)?;
        dispatch!(level, simd => self.on(simd, input, out))
    }

    #[inline(always)]
    fn on<S: Simd>(&self, simd: S, input: &[Lane], out: &mut [Lane]) -> Option<()> {
        let depth = self.planes * LANES;
        let (paired, rest) = out.split_at_mut_checked(self.pair_biases.len() * 2 * self.pixels)?;
        let panels = self.pairs.chunks_exact(depth).zip(&self.pair_biases);
        for ((weights, bias), out) in panels.zip(paired.chunks_exact_mut(2 * self.pixels)) {
            self.panel(simd, input, weights, bias, out)?;
        }
        if self.single.is_empty() {
            return Some(());
        }
        self.panel(simd, input, &self.single, &self.single_bias, rest.get_mut(..self.pixels)?)
    }

    #[inline(always)]
    fn panel<S: Simd, const N: usize>(
        &self,
        simd: S,
        input: &[Lane],
        weights: &[[Lane; N]],
        bias: &[Lane; N],
        out: &mut [Lane],
    ) -> Option<()> {
        let mut first = 0;
        while first + PIXELS <= self.pixels {
            self.tile::<S, N, PIXELS>(simd, input, first, weights, bias, out)?;
            first += PIXELS;
        }
        match self.pixels - first {
            1 => self.tile::<S, N, 1>(simd, input, first, weights, bias, out),
            2 => self.tile::<S, N, 2>(simd, input, first, weights, bias, out),
            3 => self.tile::<S, N, 3>(simd, input, first, weights, bias, out),
            4 => self.tile::<S, N, 4>(simd, input, first, weights, bias, out),
            5 => self.tile::<S, N, 5>(simd, input, first, weights, bias, out),
            _ => Some(()),
        }
    }

    /// `P` pixels of `N` planes.
    #[inline(always)]
    fn tile<S: Simd, const N: usize, const P: usize>(
        &self,
        simd: S,
        input: &[Lane],
        first: usize,
        weights: &[[Lane; N]],
        bias: &[Lane; N],
        out: &mut [Lane],
    ) -> Option<()> {
        let mut start = [f32x8::splat(simd, 0.0); N];
        for n in 0..N {
            start[n] = f32x8::simd_from(simd, bias[n]);
        }
        let mut sums = [start; P];
        let (weights, _) = weights.as_chunks::<LANES>();
        for (plane, weights) in input.chunks_exact(self.pixels).zip(weights) {
            let pixels: &[Lane; P] = plane.get(first..)?.first_chunk()?;
            for k in 0..LANES {
                let mut of = [f32x8::splat(simd, 0.0); N];
                for n in 0..N {
                    of[n] = f32x8::simd_from(simd, weights[k][n]);
                }
                for p in 0..P {
                    let value = f32x8::splat(simd, pixels[p][k]);
                    for n in 0..N {
                        sums[p][n] = value.mul_add(of[n], sums[p][n]);
                    }
                }
            }
        }
        let lowest = f32x8::splat(simd, self.bounds.lowest);
        let highest = f32x8::splat(simd, self.bounds.highest);
        for (n, plane) in out.chunks_exact_mut(self.pixels).take(N).enumerate() {
            let pixels: &mut [Lane; P] = plane.get_mut(first..)?.first_chunk_mut()?;
            for p in 0..P {
                pixels[p] = sums[p][n].max(lowest).min(highest).into();
            }
        }
        Some(())
    }
}
