//! A phone's camera, from the light in front of its lens to a stored picture.

mod blur;
mod develop;
mod lens;
mod sensor;

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use rayon::prelude::*;

use crate::colour::scale;
use crate::error::SimulatorError;
use crate::scene::{Scene, Truth};

/// What a camera does to light. Lengths are in pixels of the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Points of the scene taken along each side of a pixel, at least 1. A scene finer than a pixel
    /// (a screen's raster) needs 4 or more.
    pub supersampling: usize,
    /// Standard deviation of the lens's point spread; phones have 0.35..0.95.
    pub lens_sigma: f32,
    /// What went wrong with focus or hand.
    pub blur: Blur,
    /// Share of the light lost in the corners, 0..1.
    pub vignetting: f32,
    /// How much of full scale white paper in full light (radiance 1) comes to.
    pub exposure: f32,
    /// Electrons at full scale: fewer, more noise. 3,000 (dim room) .. 12,000 (daylight).
    pub full_well: f32,
    /// Standard deviation of the read-out noise in electrons.
    pub read_noise: f32,
    /// 0..1: how hard noise is smoothed away.
    pub denoise: f32,
    /// Share of the fine detail added again, 0..1.2.
    pub sharpening: f32,
    /// 0..1: how steep the middle of the tone curve is.
    pub contrast: f32,
}

/// A picture that is not sharp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Blur {
    /// It is.
    None,
    /// Out of focus: the radius of the disc that a point becomes.
    Defocus(f32),
    /// Moved while exposed: the length of the line that a point becomes, and its direction in
    /// degrees clockwise from the right.
    Motion(f32, f32),
}

/// A picture and what it shows.
#[derive(Clone, Debug)]
pub struct Photograph {
    /// Upright, sRGB.
    pub image: RgbImage,
    /// What it shows.
    pub truth: Truth,
}

impl Default for Camera {
    /// A good phone in a well lit room.
    fn default() -> Self {
        Self {
            supersampling: 3,
            lens_sigma: 0.5,
            blur: Blur::None,
            vignetting: 0.16,
            exposure: 0.74,
            full_well: 6000.0,
            read_noise: 3.5,
            denoise: 0.55,
            sharpening: 0.55,
            contrast: 0.3,
        }
    }
}

impl Camera {
    /// Takes a picture. The same scene, camera and seed give the same picture on the same platform.
    #[must_use]
    pub fn photograph(&self, scene: &dyn Scene, seed: u64) -> Photograph {
        let sharp = lens::project(scene, self.lens_sigma, self.supersampling.max(1));
        let mut light = blur::apply(&sharp, self.blur);
        let [width, height] = [light.width() as f32, light.height() as f32];
        light.rows_mut().enumerate().for_each(|(y, row)| {
            for (x, pixel) in row.iter_mut().enumerate() {
                let (u, v) = (x as f32 / width - 0.5, y as f32 / height - 0.5);
                let corner = (u * u + v * v) * 2.0;
                *pixel = scale(*pixel, self.exposure * (1.0 - self.vignetting * corner));
            }
        });
        let read_out = sensor::read_out(&light, self.full_well, self.read_noise, seed);
        let image = develop::develop(&read_out, self.denoise, self.sharpening, self.contrast);
        Photograph { image, truth: scene.truth() }
    }
}

impl Photograph {
    /// As a JPEG of a quality of 1..100, chroma at full resolution.
    ///
    /// # Errors
    /// [`SimulatorError::Encode`].
    pub fn jpeg(&self, quality: u8) -> Result<Vec<u8>, SimulatorError> {
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&self.image)?;
        Ok(bytes)
    }
}
