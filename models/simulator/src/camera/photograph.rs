//! A picture as it is stored, and as messengers store it again.

use image::RgbImage;
use image::imageops::{self, FilterType};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::error::SimulatorError;
use crate::scene::Truth;

/// A picture and what it shows.
#[derive(Clone, Debug)]
pub struct Photograph {
    /// Upright, sRGB.
    pub image: RgbImage,
    /// What it shows.
    pub truth: Truth,
}

/// How finely a JPEG stores colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chroma {
    /// One value a pixel (4:4:4).
    Full,
    /// One value for four pixels (4:2:0), as phones store it.
    Quarter,
}

impl Photograph {
    /// As a JPEG of a quality of 1..100.
    ///
    /// # Errors
    /// [`SimulatorError::TooLarge`] beyond 65,535 pixels a side, [`SimulatorError::Store`].
    pub fn jpeg(&self, quality: u8, chroma: Chroma) -> Result<Vec<u8>, SimulatorError> {
        jpeg(&self.image, quality, chroma)
    }
}

/// What a messenger makes of a stored picture: at most `long_side` pixels a side, compressed again.
///
/// # Errors
/// [`SimulatorError::Image`] where the bytes are no picture, and those of [`Photograph::jpeg`].
pub fn forwarded(picture: &[u8], long_side: u32, quality: u8) -> Result<Vec<u8>, SimulatorError> {
    let image = image::load_from_memory(picture)?.to_rgb8();
    let (width, height) = image.dimensions();
    let share = long_side as f32 / width.max(height) as f32;
    if share >= 1.0 {
        return jpeg(&image, quality, Chroma::Quarter);
    }
    let side = |side: u32| ((side as f32 * share).round() as u32).max(1);
    let small = imageops::resize(&image, side(width), side(height), FilterType::Triangle);
    jpeg(&small, quality, Chroma::Quarter)
}

fn jpeg(image: &RgbImage, quality: u8, chroma: Chroma) -> Result<Vec<u8>, SimulatorError> {
    let side = |side: u32| u16::try_from(side).map_err(|_| SimulatorError::TooLarge { side });
    let (width, height) = (side(image.width())?, side(image.height())?);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality.clamp(1, 100));
    encoder.set_sampling_factor(match chroma {
        Chroma::Full => SamplingFactor::F_1_1,
        Chroma::Quarter => SamplingFactor::F_2_2,
    });
    encoder.encode(image.as_raw(), width, height, ColorType::Rgb)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarding_shrinks_to_the_long_side_and_never_enlarges() {
        let image = RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, 90]));
        let stored = jpeg(&image, 90, Chroma::Quarter).unwrap();
        for (long_side, expected) in [(32, (32, 24)), (500, (64, 48))] {
            let again = image::load_from_memory(&forwarded(&stored, long_side, 60).unwrap());
            let again = again.unwrap();
            assert_eq!((again.width(), again.height()), expected);
        }
        assert_eq!(forwarded(b"no picture", 32, 60).unwrap_err().code(), "image_failed");
    }
}
