//! The sensor: a colour filter over each pixel, shot and read-out noise, saturation, and the
//! interpolation of the two colours that each pixel did not see.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::camera::Filter;
use crate::colour::{Rgb, smoothstep};
use crate::raster::Raster;

/// How the sensor gathers light.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sensor {
    pub(super) filter: Filter,
    pub(super) full_well: f32,
    pub(super) read_noise: f32,
    pub(super) frames: u8,
    pub(super) crosstalk: f32,
}

/// Brightest light, in full scales, that the merge of several frames keeps apart.
pub(super) const HEADROOM: f32 = 4.0;

/// What the sensor makes of the light; full scale is 1, reaching [`HEADROOM`] where frames are
/// merged.
pub(super) fn read_out(light: &Raster, sensor: &Sensor, seed: u64) -> Raster {
    let mosaic = expose(light, sensor, seed);
    let picture = match sensor.filter {
        Filter::Bayer => demosaic(&mosaic),
        Filter::QuadBayer => demosaic(&remosaic(&mosaic)),
    };
    corrected(picture, sensor.crosstalk)
}

/// One value a pixel, each under one filter.
struct Mosaic {
    width: usize,
    height: usize,
    values: Vec<f32>,
    brightest: f32,
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

/// 0, 1, 2: red, green, blue; RGGB.
fn bayer(x: usize, y: usize) -> usize {
    x % 2 + y % 2
}

/// What neighbouring pixels leak into each other: the share of each other colour.
fn mixed(light: Rgb, crosstalk: f32) -> Rgb {
    let sum = light[0] + light[1] + light[2];
    light.map(|channel| (1.0 - 3.0 * crosstalk) * channel + crosstalk * sum)
}

/// The colour matrix that undoes [`mixed`], and amplifies the noise of what it subtracts.
fn corrected(mut picture: Raster, crosstalk: f32) -> Raster {
    if crosstalk > 0.0 {
        picture.rows_mut().for_each(|row| {
            for pixel in row {
                let sum = pixel[0] + pixel[1] + pixel[2];
                *pixel = pixel.map(|channel| {
                    ((channel - crosstalk * sum) / (1.0 - 3.0 * crosstalk)).max(0.0)
                });
            }
        });
    }
    picture
}

fn expose(light: &Raster, sensor: &Sensor, seed: u64) -> Mosaic {
    let (width, height) = (light.width(), light.height());
    let mut values = vec![0.0; width * height];
    values.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
        // One stream a row: the picture does not depend on how rows are shared out.
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(y as u64);
        for (x, value) in row.iter_mut().enumerate() {
            let colour = match sensor.filter {
                Filter::Bayer => bayer(x, y),
                Filter::QuadBayer => bayer(x / 2, y / 2),
            };
            let level = mixed(light.at(x, y), sensor.crosstalk)[colour].max(0.0);
            let mut frame = |frames: f32, share: f32| {
                let full_well = sensor.full_well * frames * share;
                let electrons = shot(&mut random, level * full_well)
                    + sensor.read_noise * frames.sqrt() * normal(&mut random);
                (electrons / full_well).clamp(0.0, 1.0 / share)
            };
            *value = if sensor.frames < 2 {
                frame(1.0, 1.0)
            } else {
                let long = frame(f32::from(sensor.frames - 1), 1.0);
                let short = frame(1.0, 1.0 / HEADROOM);
                long + (short - long) * smoothstep(0.75, 0.95, long)
            };
        }
    });
    let brightest = if sensor.frames < 2 { 1.0 } else { HEADROOM };
    Mosaic { width, height, values, brightest }
}

/// A Quad-Bayer mosaic as a Bayer one: each pixel keeps its value where the colours agree, and is
/// otherwise the mean of the colour's pixels within two, the nearer the heavier.
fn remosaic(quad: &Mosaic) -> Mosaic {
    let (width, height) = (quad.width, quad.height);
    let mut values = vec![0.0; width * height];
    values.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
        for (x, value) in row.iter_mut().enumerate() {
            let wanted = bayer(x, y);
            if bayer(x / 2, y / 2) == wanted {
                *value = quad.values[y * width + x];
                continue;
            }
            let (mut sum, mut total) = (0.0, 0.0);
            for row in y.saturating_sub(2)..(y + 3).min(height) {
                for column in x.saturating_sub(2)..(x + 3).min(width) {
                    if bayer(column / 2, row / 2) == wanted {
                        let away = column.abs_diff(x).pow(2) + row.abs_diff(y).pow(2);
                        let weight = 1.0 / (away * away) as f32;
                        sum += weight * quad.values[row * width + column];
                        total += weight;
                    }
                }
            }
            *value = if total > 0.0 { sum / total } else { quad.values[y * width + x] };
        }
    });
    Mosaic { width, height, values, brightest: quad.brightest }
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
        if bayer(x, y) == 1 {
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
        [value.clamp(0.0, mosaic.brightest); 3]
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
        let colour: Rgb = match (bayer(x, y), y % 2) {
            (0, _) => [here, own, own + diagonal],
            (2, _) => [own + diagonal, own, here],
            (_, 0) => [own + beside, own, own + above],
            (_, _) => [own + above, own, own + beside],
        };
        colour.map(|channel| channel.clamp(0.0, mosaic.brightest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Sensor = Sensor {
        filter: Filter::Bayer,
        full_well: 5000.0,
        read_noise: 0.0,
        frames: 1,
        crosstalk: 0.0,
    };

    fn green_of(picture: &Raster) -> (f32, f32) {
        let count = (picture.width() * picture.height()) as f32;
        let green = |at: usize| picture.at(at % picture.width(), at / picture.width())[1];
        let mean = (0..count as usize).map(green).sum::<f32>() / count;
        let spread = (0..count as usize).map(|at| (green(at) - mean).powi(2)).sum::<f32>() / count;
        (mean, spread.sqrt())
    }

    #[test]
    fn an_even_surface_keeps_its_colour_and_gains_the_noise_of_its_electrons() {
        let level = 0.4;
        for filter in [Filter::Bayer, Filter::QuadBayer] {
            let sensor = Sensor { filter, ..PLAIN };
            let picture = read_out(&Raster::filled(64, 64, [level; 3]), &sensor, 7);
            let (mean, deviation) = green_of(&picture);
            let expected = (level / sensor.full_well).sqrt();
            assert!((mean - level).abs() < 0.001, "{mean}");
            assert!((0.5..1.1).contains(&(deviation / expected)), "{deviation} for {expected}");
        }
    }

    #[test]
    fn merging_frames_lessens_noise_and_keeps_highlights() {
        let single = green_of(&read_out(&Raster::filled(64, 64, [0.2; 3]), &PLAIN, 7)).1;
        let merging = Sensor { frames: 5, ..PLAIN };
        let merged = green_of(&read_out(&Raster::filled(64, 64, [0.2; 3]), &merging, 7)).1;
        assert!((merged / single - 0.5).abs() < 0.1, "{merged} of {single}");
        let (bright, _) = green_of(&read_out(&Raster::filled(64, 64, [2.5; 3]), &merging, 7));
        assert!((bright - 2.5).abs() < 0.02, "{bright}");
    }

    #[test]
    fn the_colour_matrix_undoes_the_crosstalk() {
        let sensor = Sensor { crosstalk: 0.12, full_well: 1e6, ..PLAIN };
        let picture = read_out(&Raster::filled(32, 32, [0.6, 0.3, 0.1]), &sensor, 1);
        for (channel, expected) in picture.at(16, 16).into_iter().zip([0.6, 0.3, 0.1]) {
            assert!((channel - expected).abs() < 0.01, "{channel} for {expected}");
        }
    }

    #[test]
    fn light_beyond_the_full_well_saturates() {
        let picture = read_out(&Raster::filled(8, 8, [5.0; 3]), &PLAIN, 1);
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
