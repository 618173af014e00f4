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

    #[test]
    fn the_kernel_neither_adds_nor_loses_light() {
        for fine in 1..6 {
            let kernel = kernel(0.5, fine);
            assert!((kernel.iter().sum::<f32>() - 1.0).abs() < 1e-4);
            assert_eq!((kernel.len() - fine) % 2, 0);
        }
    }
}
