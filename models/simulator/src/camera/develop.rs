//! What a phone does to a picture before it stores it: tone curve, noise reduction, sharpening.

use image::RgbImage;

use crate::colour::{Rgb, encode, mix};
use crate::raster::Raster;

/// Linear full scale to an sRGB picture. Luma and colour difference are treated apart, as phones do:
/// colour noise is smoothed hard, detail hardly.
pub(super) fn develop(light: &Raster, denoise: f32, sharpening: f32, contrast: f32) -> RgbImage {
    let (width, height) = (light.width(), light.height());
    let toned = Raster::from_fn(width, height, |x, y| {
        to_luma(light.at(x, y).map(|channel| tone(channel, contrast)))
    });
    let soft = blurred(&blurred(&toned));
    let cleaned = Raster::from_fn(width, height, |x, y| {
        let [_, blue, red] = mix(toned.at(x, y), soft.at(x, y), denoise);
        [cleaned_luma(&toned, x, y, denoise), blue, red]
    });
    let low = blurred(&cleaned);
    let mut image = RgbImage::new(width as u32, height as u32);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let (x, y) = (x as usize, y as usize);
        let [luma, blue, red] = cleaned.at(x, y);
        let detail = (luma - low.at(x, y)[0]).clamp(-0.15, 0.15);
        let colour = from_luma([luma + sharpening * 1.6 * detail, blue, red]);
        pixel.0 = colour.map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8);
    }
    image
}

/// sRGB's curve, then a gentle S.
fn tone(linear: f32, contrast: f32) -> f32 {
    let encoded = encode(linear.clamp(0.0, 1.0));
    let curved = encoded * encoded * (3.0 - 2.0 * encoded);
    encoded + (curved - encoded) * contrast
}

/// The mean of those neighbours that differ no more than noise does.
fn cleaned_luma(picture: &Raster, x: usize, y: usize, denoise: f32) -> f32 {
    const NOISE: f32 = 0.035;
    let own = picture.at(x, y)[0];
    let (mut sum, mut total) = (own, 1.0);
    for row in y.saturating_sub(1)..=y + 1 {
        for column in x.saturating_sub(1)..=x + 1 {
            let value = picture.at(column, row)[0];
            let weight = denoise * (-0.5 * ((value - own) / NOISE).powi(2)).exp();
            sum += weight * value;
            total += weight;
        }
    }
    sum / total
}

/// A binomial blur over five pixels, along both axes.
fn blurred(picture: &Raster) -> Raster {
    const WEIGHTS: [f32; 5] = [1.0 / 16.0, 4.0 / 16.0, 6.0 / 16.0, 4.0 / 16.0, 1.0 / 16.0];
    let (width, height) = (picture.width(), picture.height());
    let gather = |pixel: &dyn Fn(usize) -> Rgb| {
        let mut sum = [0.0; 3];
        for (tap, weight) in WEIGHTS.into_iter().enumerate() {
            let value = pixel(tap);
            sum = [0, 1, 2].map(|channel| sum[channel] + value[channel] * weight);
        }
        sum
    };
    let rows = Raster::from_fn(width, height, |x, y| {
        gather(&|tap| picture.at((x + tap).saturating_sub(2), y))
    });
    Raster::from_fn(width, height, |x, y| gather(&|tap| rows.at(x, (y + tap).saturating_sub(2))))
}

/// Luma and two colour differences (ITU-R BT.601, as JPEG has them).
fn to_luma([red, green, blue]: Rgb) -> Rgb {
    let luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    [luma, (blue - luma) / 1.772, (red - luma) / 1.402]
}

fn from_luma([luma, blue, red]: Rgb) -> Rgb {
    [luma + 1.402 * red, luma - 0.344_14 * blue - 0.714_14 * red, luma + 1.772 * blue]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luma_and_back() {
        let colour = from_luma(to_luma([0.2, 0.5, 0.7]));
        for (channel, expected) in colour.into_iter().zip([0.2, 0.5, 0.7]) {
            assert!((channel - expected).abs() < 1e-3);
        }
    }
}
