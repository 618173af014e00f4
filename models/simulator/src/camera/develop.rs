//! What a phone does to a picture before it stores it: tone curve, noise reduction, sharpening.

use image::RgbImage;

use crate::colour::{Rgb, encode, mix, multiply};
use crate::raster::Raster;

/// What a phone's picture processor is set to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Development {
    pub(super) denoise: f32,
    pub(super) chroma_denoise: f32,
    pub(super) sharpening: f32,
    pub(super) contrast: f32,
    pub(super) balance: Rgb,
    /// Whether light beyond full scale is rolled off rather than cut.
    pub(super) roll_off: bool,
}

/// Linear full scale to an sRGB picture. Luma and colour difference are treated apart, as phones do:
/// colour noise is smoothed hard, detail hardly.
pub(super) fn develop(light: &Raster, how: &Development) -> RgbImage {
    let (width, height) = (light.width(), light.height());
    let toned = Raster::from_fn(width, height, |x, y| {
        let balanced = multiply(light.at(x, y), how.balance);
        to_luma(balanced.map(|channel| tone(channel, how)))
    });
    let soft = blurred(&blurred(&toned));
    let coarse = (how.chroma_denoise > 0.0).then(|| coarse(&soft));
    let cleaned = Raster::from_fn(width, height, |x, y| {
        let [_, mut blue, mut red] = mix(toned.at(x, y), soft.at(x, y), how.denoise);
        if let Some(coarse) = &coarse {
            let [_, far_blue, far_red] =
                coarse.sample((x as f32 + 0.5) / COARSE as f32, (y as f32 + 0.5) / COARSE as f32);
            blue += (far_blue - blue) * how.chroma_denoise;
            red += (far_red - red) * how.chroma_denoise;
        }
        [cleaned_luma(&toned, x, y, how.denoise), blue, red]
    });
    let low = blurred(&cleaned);
    let mut image = RgbImage::new(width as u32, height as u32);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let (x, y) = (x as usize, y as usize);
        let [luma, blue, red] = cleaned.at(x, y);
        let detail = (luma - low.at(x, y)[0]).clamp(-0.15, 0.15);
        let colour = from_luma([luma + how.sharpening * 1.6 * detail, blue, red]);
        pixel.0 = colour.map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8);
    }
    image
}

/// Pixels a side that strong colour smoothing takes together.
const COARSE: usize = 4;

fn coarse(picture: &Raster) -> Raster {
    blurred(&picture.resized(picture.width().div_ceil(COARSE), picture.height().div_ceil(COARSE)))
}

/// A roll-off of the highlights, sRGB's curve, then a gentle S.
fn tone(linear: f32, how: &Development) -> f32 {
    const KNEE: f32 = 0.7;
    let kept = if how.roll_off && linear > KNEE {
        KNEE + (1.0 - KNEE) * (1.0 - (-(linear - KNEE) / (1.0 - KNEE)).exp())
    } else {
        linear.clamp(0.0, 1.0)
    };
    let encoded = encode(kept);
    let curved = encoded * encoded * (3.0 - 2.0 * encoded);
    encoded + (curved - encoded) * how.contrast
}

/// The mean of those neighbours that differ no more than noise does. What a phone takes for noise
/// grows with how hard it smooths, and weak texture goes with it.
fn cleaned_luma(picture: &Raster, x: usize, y: usize, denoise: f32) -> f32 {
    const NOISE: f32 = 0.02;
    let reach = if denoise > 0.6 { 2 } else { 1 };
    let noise = NOISE * (1.0 + 2.0 * denoise * denoise);
    let own = picture.at(x, y)[0];
    let (mut sum, mut total) = (own, 1.0);
    for row in y.saturating_sub(reach)..=y + reach {
        for column in x.saturating_sub(reach)..=x + reach {
            let value = picture.at(column, row)[0];
            let off = (value - own) / noise;
            // Lorentz's curve: as good as a bell, and no exponential.
            let weight = denoise / (1.0 + off * off);
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
