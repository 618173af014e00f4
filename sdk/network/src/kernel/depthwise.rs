//! Every channel from its own neighbourhood.
#![allow(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "arrays of constant length within it; the compiler unrolls what it can see the end of"
)]

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f32x8};

use super::{Bounds, LANES, Lane, Window};

/// A layer of windows, one a channel.
#[derive(Debug)]
pub(crate) struct Depthwise {
    window: Window,
    /// Rows and columns of the input, and of the output.
    size: [usize; 2],
    places: [usize; 2],
    /// Plane by plane, row by row of the window.
    taps: Vec<Lane>,
    biases: Vec<Lane>,
    bounds: Bounds,
}

impl Depthwise {
    /// A layer for `channels` channels of so many rows and columns; `tap` is the weight of a channel's
    /// pixel of the window, row by row. Nothing where the window is larger than the picture.
    pub(crate) fn new(
        window: Window,
        [channels, rows, columns]: [usize; 3],
        tap: impl Fn(usize, usize) -> f32,
        bias: &[f32],
        bounds: Bounds,
    ) -> Option<Self> {
        let places = window.places([rows, columns])?;
        let [height, width] = window.size;
        let (planes, taps) = (channels.div_ceil(LANES), height * width);
        let lanes = |plane: usize, of: &dyn Fn(usize) -> f32| {
            std::array::from_fn(|lane| {
                Some(plane * LANES + lane).filter(|at| *at < channels).map_or(0.0, of)
            })
        };
        Some(Self {
            window,
            size: [rows, columns],
            places,
            taps: (0..planes * taps)
                .map(|at| lanes(at / taps, &|channel| tap(channel, at % taps)))
                .collect(),
            biases: (0..planes)
                .map(|plane| lanes(plane, &|channel| bias.get(channel).copied().unwrap_or(0.0)))
                .collect(),
            bounds,
        })
    }

    /// Lanes of scratch memory that it needs: a plane with what is around it.
    pub(crate) fn scratch(&self) -> usize {
        let [rows, columns] = self.window.padded(self.size);
        rows.saturating_mul(columns)
    }

    pub(crate) fn run(
        &self,
        level: Level,
        input: &[Lane],
        out: &mut [Lane],
        scratch: &mut [Lane],
    ) -> Option<()> {
        let ([rows, columns], [high, wide]) = (self.size, self.places);
        let [height, width] = self.window.size;
        let [_, padded_columns] = self.window.padded(self.size);
        let [above, before, ..] = self.window.around;
        let scratch = scratch.get_mut(..self.scratch())?;
        scratch.fill([0.0; LANES]);
        let input = input.get(..self.biases.len() * rows * columns)?;
        let out = out.get_mut(..self.biases.len() * high * wide)?;
        let layers = self.taps.chunks_exact(height * width).zip(&self.biases);
        let planes = input.chunks_exact(rows * columns).zip(out.chunks_exact_mut(high * wide));
        for ((input, out), (taps, bias)) in planes.zip(layers) {
            let inside = scratch.chunks_exact_mut(padded_columns).skip(above);
            for (row, line) in input.chunks_exact(columns).zip(inside) {
                line.get_mut(before..before + columns)?.copy_from_slice(row);
            }
            match self.window.size {
                [3, 3] => {
                    dispatch!(level, simd => self.plane::<_, 3>(simd, scratch, taps, bias, out))
                }
                [4, 4] => {
                    dispatch!(level, simd => self.plane::<_, 4>(simd, scratch, taps, bias, out))
                }
                [5, 5] => {
                    dispatch!(level, simd => self.plane::<_, 5>(simd, scratch, taps, bias, out))
                }
                [6, 6] => {
                    dispatch!(level, simd => self.plane::<_, 6>(simd, scratch, taps, bias, out))
                }
                _ => dispatch!(level, simd => self.any(simd, scratch, taps, bias, out)),
            }?;
        }
        Some(())
    }

    /// One plane under a square window whose size the compiler knows.
    #[inline(always)]
    fn plane<S: Simd, const K: usize>(
        &self,
        simd: S,
        padded: &[Lane],
        taps: &[Lane],
        bias: &Lane,
        out: &mut [Lane],
    ) -> Option<()> {
        let mut weights = [[f32x8::splat(simd, 0.0); K]; K];
        for y in 0..K {
            for x in 0..K {
                weights[y][x] = f32x8::simd_from(simd, *taps.get(y * K + x)?);
            }
        }
        let bias = f32x8::simd_from(simd, *bias);
        let lowest = f32x8::splat(simd, self.bounds.lowest);
        let highest = f32x8::splat(simd, self.bounds.highest);
        let ([down, right], [_, wide], [_, columns]) =
            (self.window.step, self.places, self.window.padded(self.size));
        for (line, out) in out.chunks_exact_mut(wide).enumerate() {
            let mut rows = [&[][..]; K];
            for (y, row) in rows.iter_mut().enumerate() {
                *row = padded.get((line * down + y) * columns..)?.get(..columns)?;
            }
            for (place, out) in out.iter_mut().enumerate() {
                let mut sum = bias;
                for y in 0..K {
                    let seen: &[Lane; K] = rows[y].get(place * right..)?.first_chunk()?;
                    for x in 0..K {
                        sum = weights[y][x].mul_add(f32x8::simd_from(simd, seen[x]), sum);
                    }
                }
                *out = sum.max(lowest).min(highest).into();
            }
        }
        Some(())
    }

    /// One plane under any window: tap by tap over whole lines.
    #[inline(always)]
    fn any<S: Simd>(
        &self,
        simd: S,
        padded: &[Lane],
        taps: &[Lane],
        bias: &Lane,
        out: &mut [Lane],
    ) -> Option<()> {
        let [_, width] = self.window.size;
        let ([down, right], [_, wide], [_, columns]) =
            (self.window.step, self.places, self.window.padded(self.size));
        let lowest = f32x8::splat(simd, self.bounds.lowest);
        let highest = f32x8::splat(simd, self.bounds.highest);
        for (line, out) in out.chunks_exact_mut(wide).enumerate() {
            out.fill(*bias);
            for (at, tap) in taps.iter().enumerate() {
                let row = (line * down + at / width) * columns + at % width;
                let tap = f32x8::simd_from(simd, *tap);
                for (out, seen) in out.iter_mut().zip(padded.get(row..)?.iter().step_by(right)) {
                    let sum = f32x8::simd_from(simd, *out);
                    *out = tap.mul_add(f32x8::simd_from(simd, *seen), sum).into();
                }
            }
            for out in out {
                *out = f32x8::simd_from(simd, *out).max(lowest).min(highest).into();
            }
        }
        Some(())
    }
}
