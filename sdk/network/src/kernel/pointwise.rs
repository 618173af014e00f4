//! Every pixel's channels from its own channels: the product of two matrices, and most of the work.
#![allow(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "arrays of constant length within it; the compiler unrolls what it can see the end of"
)]

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f32x8};

use super::{LANES, Lane, Weights};

/// Pixels that are computed together: 6 × 2 sums, 2 weights and a pixel fill 16 vector registers.
const PIXELS: usize = 6;

/// A layer over every pixel.
#[derive(Debug)]
pub(crate) struct Pointwise {
    /// Pixels of a plane.
    pub(crate) pixels: usize,
    pub(crate) weights: Weights,
}

impl Pointwise {
    pub(crate) fn run(&self, level: Level, input: &[Lane], out: &mut [Lane]) -> Option<()> {
        let input = input.get(..self.weights.depth / LANES * self.pixels)?;
        dispatch!(level, simd => self.on(simd, input, out))
    }

    #[inline(always)]
    fn on<S: Simd>(&self, simd: S, input: &[Lane], out: &mut [Lane]) -> Option<()> {
        let Weights { depth, pairs, pair_biases, single, single_bias, .. } = &self.weights;
        let (paired, rest) = out.split_at_mut_checked(pair_biases.len() * 2 * self.pixels)?;
        let panels = pairs.chunks_exact(*depth).zip(pair_biases);
        for ((weights, bias), out) in panels.zip(paired.chunks_exact_mut(2 * self.pixels)) {
            self.panel(simd, input, weights, bias, out)?;
        }
        if single.is_empty() {
            return Some(());
        }
        self.panel(simd, input, single, single_bias, rest.get_mut(..self.pixels)?)
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
        let lowest = f32x8::splat(simd, self.weights.bounds.lowest);
        let highest = f32x8::splat(simd, self.weights.bounds.highest);
        for (n, plane) in out.chunks_exact_mut(self.pixels).take(N).enumerate() {
            let pixels: &mut [Lane; P] = plane.get_mut(first..)?.first_chunk_mut()?;
            for p in 0..P {
                pixels[p] = sums[p][n].max(lowest).min(highest).into();
            }
        }
        Some(())
    }
}
