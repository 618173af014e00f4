//! The sensor: a colour filter over each pixel, shot and read-out noise, saturation, and the
//! interpolation of the two colours that each pixel did not see.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::colour::Rgb;
use crate::raster::Raster;

/// What the sensor makes of the light; full scale is 1.
pub(super) fn read_out(light: &Raster, full_well: f32, read_noise: f32, seed: u64) -> Raster {
    demosaic(&expose(light, full_well, read_noise, seed))
}

/// One value a pixel, under an RGGB filter.
struct Mosaic {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Mosaic {
    /// The value at an offset of at most 2 from a pixel, mirrored at the border, which keeps the
    /// filter's colour.
    fn at(&self, x: usize, y: usize, dx: isize, dy: isize) -> f32 {
        let (x, y) = (mirrored(x, dx, self.width), mirrored(y, dy, self.height));
        self.values[y * self.width + x]
    }
}

fn mirrored(place: usize, offset: isize, size: usize) -> usize {
    let step = offset.unsigned_abs();
    let forwards = if offset < 0 { place < step } else { place + step < size };
    if forwards { (place + step).min(size - 1) } else { place.saturating_sub(step) }
}

/// 0, 1, 2: red, green, blue.
fn filter(x: usize, y: usize) -> usize {
    x % 2 + y % 2
}

fn expose(light: &Raster, full_well: f32, read_noise: f32, seed: u64) -> Mosaic {
    let (width, height) = (light.width(), light.height());
    let mut values = vec![0.0; width * height];
    values.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
        // One stream a row: the picture does not depend on how rows are shared out.
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(y as u64);
        for (x, value) in row.iter_mut().enumerate() {
            let expected = light.at(x, y)[filter(x, y)].max(0.0) * full_well;
            let electrons = shot(&mut random, expected) + read_noise * normal(&mut random);
            *value = (electrons / full_well).clamp(0.0, 1.0);
        }
    });
    Mosaic { width, height, values }
}

/// A Poisson number; above 30 the normal distribution is as good and faster.
fn shot(random: &mut ChaCha8Rng, expected: f32) -> f32 {
    if expected > 30.0 {
        return expected + expected.sqrt() * normal(random);
    }
    let limit = (-expected).exp();
    let (mut product, mut count) = (random.random::<f32>(), 0.0);
    while product > limit {
        product *= random.random::<f32>();
        count += 1.0;
    }
    count
}

/// Box and Muller 1958.
fn normal(random: &mut ChaCha8Rng) -> f32 {
    let radius = (-2.0 * (1.0 - random.random::<f32>()).ln()).sqrt();
    radius * (std::f32::consts::TAU * random.random::<f32>()).cos()
}

/// Green along the weaker gradient (Hamilton and Adams, US 5,629,734, expired), red and blue by
/// their difference from it.
fn demosaic(mosaic: &Mosaic) -> Raster {
    let (width, height) = (mosaic.width, mosaic.height);
    let green = Raster::from_fn(width, height, |x, y| {
        let here = mosaic.at(x, y, 0, 0);
        if filter(x, y) == 1 {
            return [here; 3];
        }
        let along = |dx: isize, dy: isize| {
            let (before, after) = (mosaic.at(x, y, -dx, -dy), mosaic.at(x, y, dx, dy));
            let bend =
                2.0 * here - mosaic.at(x, y, -2 * dx, -2 * dy) - mosaic.at(x, y, 2 * dx, 2 * dy);
            ((before - after).abs() + bend.abs(), (before + after) / 2.0 + bend / 4.0)
        };
        let ((across, flat), (down, steep)) = (along(1, 0), along(0, 1));
        let value = match across.total_cmp(&down) {
            std::cmp::Ordering::Less => flat,
            std::cmp::Ordering::Greater => steep,
            std::cmp::Ordering::Equal => (flat + steep) / 2.0,
        };
        [value.clamp(0.0, 1.0); 3]
    });
    let difference = |x: usize, y: usize, dx: isize, dy: isize| {
        let (x, y) = (mirrored(x, dx, width), mirrored(y, dy, height));
        mosaic.values[y * width + x] - green.at(x, y)[0]
    };
    Raster::from_fn(width, height, |x, y| {
        let own = green.at(x, y)[0];
        let beside = (difference(x, y, -1, 0) + difference(x, y, 1, 0)) / 2.0;
        let above = (difference(x, y, 0, -1) + difference(x, y, 0, 1)) / 2.0;
        let corners = [(-1, -1), (1, -1), (-1, 1), (1, 1)];
        let diagonal = corners.iter().map(|(dx, dy)| difference(x, y, *dx, *dy)).sum::<f32>() / 4.0;
        let here = mosaic.at(x, y, 0, 0);
        let colour: Rgb = match (filter(x, y), y % 2) {
            (0, _) => [here, own, own + diagonal],
            (2, _) => [own + diagonal, own, here],
            (_, 0) => [own + beside, own, own + above],
            (_, _) => [own + above, own, own + beside],
        };
        colour.map(|channel| channel.clamp(0.0, 1.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_surface_keeps_its_colour_and_gains_the_noise_of_its_electrons() {
        let level = 0.4;
        let light = Raster::filled(64, 64, [level, level, level]);
        let picture = read_out(&light, 5000.0, 0.0, 7);
        let green: Vec<f32> = (0..64 * 64).map(|at| picture.at(at % 64, at / 64)[1]).collect();
        let mean = green.iter().sum::<f32>() / green.len() as f32;
        let deviation = (green.iter().map(|value| (value - mean).powi(2)).sum::<f32>()
            / green.len() as f32)
            .sqrt();
        let expected = (level / 5000.0).sqrt();
        assert!((mean - level).abs() < 0.001, "{mean}");
        assert!((0.6..1.1).contains(&(deviation / expected)), "{deviation} for {expected}");
    }

    #[test]
    fn light_beyond_the_full_well_saturates() {
        let picture = read_out(&Raster::filled(8, 8, [5.0; 3]), 5000.0, 3.0, 1);
        assert_eq!(picture.at(3, 3), [1.0; 3]);
    }

    #[test]
    fn mirroring_stays_inside_and_keeps_the_filter_s_colour() {
        for size in [4usize, 5, 9] {
            for place in 0..size {
                for offset in -2..=2isize {
                    let seen = mirrored(place, offset, size);
                    assert!(seen < size);
                    assert_eq!(seen % 2, (place + offset.unsigned_abs()) % 2);
                }
            }
        }
    }
}
