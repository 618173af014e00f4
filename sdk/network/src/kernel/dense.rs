//! Every pixel's channels from its whole neighbourhood: the layer that sees the picture itself.
#![allow(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "arrays of constant length within it; the compiler unrolls what it can see the end of"
)]

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f32x8};

use super::{LANES, Lane, Weights, Window};

/// Places that are computed together, and how many numbers they lie apart at most.
const PLACES: usize = 6;
const FURTHEST: usize = 2;
/// Numbers of a line that so many places are taken from.
const TAKEN: usize = PLACES * FURTHEST;

/// A layer of windows over all channels. Weights are channel by channel, row by row of the window.
#[derive(Debug)]
pub(crate) struct Dense {
    window: Window,
    places: [usize; 2],
    /// Channels, rows, columns of the input: how many, and how far apart.
    shape: [usize; 3],
    strides: [usize; 3],
    /// Where the first number lies.
    first: usize,
    /// How far each weight's number lies from the window's first, in the padded input.
    distances: Vec<usize>,
    weights: Weights,
}

impl Dense {
    /// Nothing where the window is larger than the picture or moves further than two columns.
    pub(crate) fn new(
        window: Window,
        shape: [usize; 3],
        strides: [usize; 3],
        first: usize,
        weights: Weights,
    ) -> Option<Self> {
        let [channels, rows, columns] = shape;
        let places = window.places([rows, columns])?;
        let ([high, wide], [height, width]) = (window.padded([rows, columns]), window.size);
        let distance = |at: usize| {
            let (channel, y, x) = (at / (height * width), at / width % height, at % width);
            (channel * high + y) * wide + x
        };
        let distances = (0..channels * height * width).map(distance).collect();
        let [_, right] = window.step;
        (right <= FURTHEST).then_some(Self {
            window,
            places,
            shape,
            strides,
            first,
            distances,
            weights,
        })
    }

    /// Lanes of scratch memory that it needs: the input with what is around it, and what the last
    /// places are taken together with.
    pub(crate) fn scratch(&self) -> usize {
        let [channels, rows, columns] = self.shape;
        let [high, wide] = self.window.padded([rows, columns]);
        channels.saturating_mul(high).saturating_mul(wide).saturating_add(TAKEN).div_ceil(LANES)
    }

    pub(crate) fn run(
        &self,
        level: Level,
        input: &[f32],
        out: &mut [Lane],
        scratch: &mut [Lane],
    ) -> Option<()> {
        let padded = scratch.get_mut(..self.scratch())?.as_flattened_mut();
        self.pad(input.get(self.first..)?, padded)?;
        dispatch!(level, simd => self.on(simd, padded, out))
    }

    fn pad(&self, input: &[f32], padded: &mut [f32]) -> Option<()> {
        let [channels, rows, columns] = self.shape;
        let [to_channel, to_row, to_column] = self.strides;
        let [high, wide] = self.window.padded([rows, columns]);
        let [above, before, ..] = self.window.around;
        padded.fill(0.0);
        for (channel, padded) in padded.chunks_exact_mut(high * wide).take(channels).enumerate() {
            for (row, line) in padded.chunks_exact_mut(wide).skip(above).take(rows).enumerate() {
                let row = input.get(channel * to_channel + row * to_row..)?;
                let line = line.get_mut(before..before + columns)?;
                match to_column {
                    1 => line.copy_from_slice(row.get(..columns)?),
                    _ => (line.iter_mut().zip(row.iter().step_by(to_column.max(1))))
                        .for_each(|(place, value)| *place = *value),
                }
            }
        }
        Some(())
    }

    #[inline(always)]
    fn on<S: Simd>(&self, simd: S, padded: &[f32], out: &mut [Lane]) -> Option<()> {
        let [high, wide] = self.places;
        let pixels = high * wide;
        let Weights { depth, pairs, pair_biases, single, single_bias, .. } = &self.weights;
        let (paired, rest) = out.split_at_mut_checked(pair_biases.len() * 2 * pixels)?;
        let panels = pairs.chunks_exact(*depth).zip(pair_biases);
        for ((weights, bias), out) in panels.zip(paired.chunks_exact_mut(2 * pixels)) {
            self.panel(simd, padded, weights, bias, out)?;
        }
        if single.is_empty() {
            return Some(());
        }
        self.panel(simd, padded, single, single_bias, rest.get_mut(..pixels)?)
    }

    #[inline(always)]
    fn panel<S: Simd, const N: usize>(
        &self,
        simd: S,
        padded: &[f32],
        weights: &[[Lane; N]],
        bias: &[Lane; N],
        out: &mut [Lane],
    ) -> Option<()> {
        let ([high, wide], [down, right], [_, rows, columns]) =
            (self.places, self.window.step, self.shape);
        let [_, padded_wide] = self.window.padded([rows, columns]);
        for line in 0..high {
            let seen = padded.get(line * down * padded_wide..)?;
            for first in (0..wide).step_by(PLACES) {
                let sums = self.tile(simd, seen.get(first * right..)?, weights, bias)?;
                let (from, many) = (line * wide + first, PLACES.min(wide - first));
                for (n, plane) in out.chunks_exact_mut(high * wide).take(N).enumerate() {
                    for (place, sums) in plane.get_mut(from..from + many)?.iter_mut().zip(sums) {
                        *place = sums[n];
                    }
                }
            }
        }
        Some(())
    }

    /// Places side by side, of `N` planes.
    #[inline(always)]
    fn tile<S: Simd, const N: usize>(
        &self,
        simd: S,
        seen: &[f32],
        weights: &[[Lane; N]],
        bias: &[Lane; N],
    ) -> Option<[[Lane; N]; PLACES]> {
        let mut start = [f32x8::splat(simd, 0.0); N];
        for n in 0..N {
            start[n] = f32x8::simd_from(simd, bias[n]);
        }
        let mut sums = [start; PLACES];
        let near = self.window.step[1] == 1;
        for (distance, weights) in self.distances.iter().zip(weights) {
            let taken: &[f32; TAKEN] = seen.get(*distance..)?.first_chunk()?;
            let mut of = [f32x8::splat(simd, 0.0); N];
            for n in 0..N {
                of[n] = f32x8::simd_from(simd, weights[n]);
            }
            for p in 0..PLACES {
                let value = if near { taken[p] } else { taken[p * FURTHEST] };
                let value = f32x8::splat(simd, value);
                for n in 0..N {
                    sums[p][n] = value.mul_add(of[n], sums[p][n]);
                }
            }
        }
        let lowest = f32x8::splat(simd, self.weights.bounds.lowest);
        let highest = f32x8::splat(simd, self.weights.bounds.highest);
        let mut made = [[[0.0; LANES]; N]; PLACES];
        for p in 0..PLACES {
            for n in 0..N {
                made[p][n] = sums[p][n].max(lowest).min(highest).into();
            }
        }
        Some(made)
    }
}
