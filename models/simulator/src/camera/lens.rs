//! From a scene to the light on each pixel: the lens's point spread and the pixel's aperture,
//! integrated over a grid finer than the pixels, so that a raster aliases as it does on a sensor.

use rayon::prelude::*;

use crate::colour::{Rgb, add, scale};
use crate::raster::Raster;
use crate::scene::Scene;

/// Rows that are computed together: enough that their shared border costs little.
const BAND: usize = 24;
/// Share of a pixel's side that gathers light.
const APERTURE: f32 = 0.94;

/// The light on each pixel; `sigma` in pixels, `fine` points along a pixel's side.
pub(super) fn project(scene: &dyn Scene, sigma: f32, fine: usize) -> Raster {
    let [width, height] = scene.size();
    let kernel = kernel(sigma, fine);
    let mut raster = Raster::filled(width, height, [0.0; 3]);
    let bands: Vec<&mut [Rgb]> = raster.bands_mut(BAND).collect();
    bands.into_par_iter().enumerate().for_each(|(index, band)| {
        let rows = band.len() / width;
        let points = fine_rows(scene, index * BAND, rows, fine, &kernel);
        for (y, row) in band.chunks_mut(width).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                *pixel = kernel.iter().enumerate().fold([0.0; 3], |sum, (tap, weight)| {
                    add(sum, scale(points[y * fine + tap][x], *weight))
                });
            }
        }
    });
    raster
}

/// The fine rows that a band needs, each already gathered along x.
fn fine_rows(
    scene: &dyn Scene,
    first: usize,
    rows: usize,
    fine: usize,
    kernel: &[f32],
) -> Vec<Vec<Rgb>> {
    let [width, _] = scene.size();
    let step = 1.0 / fine as f32;
    // The kernel reaches this far to the left of the first point of its pixel.
    let reach = (kernel.len() - fine) / 2;
    let place = |index: usize| (index as f32 - reach as f32 + 0.5) * step;
    (0..(rows - 1) * fine + kernel.len())
        .map(|row| {
            let y = first as f32 + place(row);
            let points: Vec<Rgb> = (0..(width - 1) * fine + kernel.len())
                .map(|column| scene.radiance([place(column), y]))
                .collect();
            (0..width)
                .map(|x| {
                    let taps = &points[x * fine..x * fine + kernel.len()];
                    taps.iter()
                        .zip(kernel)
                        .fold([0.0; 3], |sum, (point, weight)| add(sum, scale(*point, *weight)))
                })
                .collect()
        })
        .collect()
}

/// Weights of the points around a pixel along one axis: a Gaussian smeared over the aperture. As
/// many points lie beyond the pixel on either side; the weights sum to 1.
fn kernel(sigma: f32, fine: usize) -> Vec<f32> {
    let beyond = (3.0 * sigma * fine as f32).ceil() as usize;
    let count = fine + 2 * beyond;
    let slices = 16u8;
    let weights: Vec<f32> = (0..count)
        .map(|index| {
            let away = (index as f32 + 0.5 - count as f32 / 2.0) / fine as f32;
            (0..slices)
                .map(|slice| {
                    let within = ((f32::from(slice) + 0.5) / f32::from(slices) - 0.5) * APERTURE;
                    (-0.5 * ((away - within) / sigma.max(0.05)).powi(2)).exp()
                })
                .sum()
        })
        .collect();
    let total: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Truth;

    #[test]
    fn the_kernel_neither_adds_nor_loses_light() {
        for fine in 1..6 {
            let kernel = kernel(0.5, fine);
            assert!((kernel.iter().sum::<f32>() - 1.0).abs() < 1e-4);
            assert_eq!((kernel.len() - fine) % 2, 0);
        }
    }

    /// Light that is given by a formula.
    struct Formula<F>([usize; 2], F);

    impl<F: Fn([f32; 2]) -> f32 + Sync> Scene for Formula<F> {
        fn size(&self) -> [usize; 2] {
            self.0
        }

        fn radiance(&self, at: [f32; 2]) -> Rgb {
            [self.1(at); 3]
        }

        fn truth(&self) -> Truth {
            Truth::default()
        }
    }

    #[test]
    fn light_is_conserved_through_the_lens() {
        // A spot whose light integrates to 2 pi 9, wherever it lies between pixels.
        for (x, y) in [(32.0, 32.0), (31.7, 33.2), (32.5, 30.9)] {
            let spot =
                move |at: [f32; 2]| (-((at[0] - x).powi(2) + (at[1] - y).powi(2)) / 18.0).exp();
            for sigma in [0.1, 0.5, 0.95, 3.0] {
                for fine in [2, 3, 5] {
                    let light = project(&Formula([64, 64], spot), sigma, fine);
                    let sum: f32 = (0..64 * 64).map(|at| light.at(at % 64, at / 64)[0]).sum();
                    let share = sum / (std::f32::consts::TAU * 9.0);
                    assert!((share - 1.0).abs() < 2e-3, "{share} at sigma {sigma}, {fine} points");
                }
            }
        }
    }

    /// Strength of a row's frequencies, in cycles over it, and which is strongest above 2.
    fn strongest(row: &[f32]) -> (usize, f32) {
        let count = row.len();
        let strength = |frequency: usize| {
            let (re, im) = row.iter().enumerate().fold((0.0, 0.0), |(re, im), (at, value)| {
                let turn = std::f32::consts::TAU * (at * frequency % count) as f32 / count as f32;
                (re + value * turn.cos(), im + value * turn.sin())
            });
            2.0 * re.hypot(im) / count as f32
        };
        (3..=count / 2)
            .map(|frequency| (frequency, strength(frequency)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or_default()
    }

    #[test]
    fn a_grating_finer_than_the_pixels_aliases_to_the_frequency_and_strength_of_theory() {
        let (count, sigma) = (256, 0.35f32);
        for cycles in [0.11f32, 0.31, 0.62, 0.73, 0.83, 1.17, 1.31] {
            let grating =
                move |at: [f32; 2]| 0.5 + 0.5 * (std::f32::consts::TAU * cycles * at[0]).cos();
            let light = project(&Formula([count, 4], grating), sigma, 8);
            let row: Vec<f32> = (0..count).map(|x| light.at(x, 2)[1]).collect();
            let (found, strength) = strongest(&row);
            let alias = (cycles - cycles.round()).abs() * count as f32;
            assert!((found as f32 - alias).abs() <= 1.0, "{found} for {alias} at {cycles}");
            // The lens's Gaussian and the pixel's aperture each take their part.
            let spread = std::f32::consts::TAU * sigma * cycles;
            let side = std::f32::consts::PI * APERTURE * cycles;
            let theory = 0.5 * (-0.5 * spread * spread).exp() * (side.sin() / side).abs();
            assert!(strength < 1.05 * theory + 1e-3, "{strength} for {theory} at {cycles}");
            // A frequency between two bins loses at most 36 % to its neighbours.
            assert!(strength > 0.6 * theory - 1e-3, "{strength} for {theory} at {cycles}");
        }
    }
}
