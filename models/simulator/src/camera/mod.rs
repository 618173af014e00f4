//! A phone's camera, from the light in front of its lens to a developed picture.

mod blur;
mod develop;
mod lens;
mod photograph;
mod sensor;

use develop::Development;
use image::RgbImage;
use image::imageops::{self, FilterType};
pub use photograph::{Chroma, Photograph, forwarded};
use rayon::prelude::*;
use sensor::Sensor;
use serde::Serialize;

use crate::colour::{Rgb, scale};
use crate::scene::Scene;

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
    /// What lies over the pixels.
    pub filter: Filter,
    /// Frames merged into one picture, 1..8; from 2 on the last one is exposed shorter, and keeps
    /// highlights.
    pub frames: u8,
    /// Share of each other colour that a pixel sees, 0..0.3; the colour matrix takes it out again.
    pub crosstalk: f32,
    /// Gain of each channel that white balance got wrong, around 1.
    pub balance: Rgb,
    /// 0..1: how hard noise is smoothed away.
    pub denoise: f32,
    /// 0..1: how much of the colour is taken from a four times coarser picture.
    pub chroma_denoise: f32,
    /// Share of the fine detail added again, 0..1.2.
    pub sharpening: f32,
    /// 0..1: how steep the middle of the tone curve is.
    pub contrast: f32,
    /// Digital zoom, 1..4: the frame's middle, enlarged to the frame.
    pub zoom: f32,
    /// Stored pixels along one of the sensor's, 0.25..1: phones keep 3 to 8 MP of 12.
    pub stored: f32,
}

/// The colours of a sensor's pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Red and green, green and blue, in turn.
    Bayer,
    /// The same, four pixels of a colour together (48 and 50 MP sensors read at full resolution).
    QuadBayer,
}

/// A picture that is not sharp.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Blur {
    /// It is.
    None,
    /// Out of focus: the radius of the disc that a point becomes.
    Defocus(f32),
    /// Moved while exposed: the length of the line that a point becomes, and its direction in
    /// degrees clockwise from the right.
    Motion(f32, f32),
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
            filter: Filter::Bayer,
            frames: 1,
            crosstalk: 0.0,
            balance: [1.0; 3],
            denoise: 0.55,
            chroma_denoise: 0.0,
            sharpening: 0.55,
            contrast: 0.3,
            zoom: 1.0,
            stored: 1.0,
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
        let sensor = Sensor {
            filter: self.filter,
            full_well: self.full_well,
            read_noise: self.read_noise,
            frames: self.frames,
            crosstalk: self.crosstalk,
        };
        let development = Development {
            denoise: self.denoise,
            chroma_denoise: self.chroma_denoise,
            sharpening: self.sharpening,
            contrast: self.contrast,
            balance: self.balance,
            roll_off: self.frames > 1,
        };
        let read_out = sensor::read_out(&light, &sensor, seed);
        let image = zoomed(develop::develop(&read_out, &development), self.zoom);
        let truth = scene.truth().zoomed(self.zoom, scene.size()).scaled(self.stored);
        Photograph { image: stored(image, self.stored), truth }
    }
}

/// A picture of fewer pixels, each the mean of those around it.
fn stored(image: RgbImage, share: f32) -> RgbImage {
    if share >= 1.0 {
        return image;
    }
    let side = |side: u32| ((side as f32 * share).round() as u32).max(1);
    imageops::resize(&image, side(image.width()), side(image.height()), FilterType::Triangle)
}

/// The middle of a picture, enlarged to the picture's size.
fn zoomed(image: RgbImage, zoom: f32) -> RgbImage {
    if zoom <= 1.0 {
        return image;
    }
    let (width, height) = image.dimensions();
    let part = |side: u32| ((side as f32 / zoom).round() as u32).clamp(1, side);
    let (across, down) = (part(width), part(height));
    let middle =
        imageops::crop_imm(&image, (width - across) / 2, (height - down) / 2, across, down);
    imageops::resize(&middle.to_image(), width, height, FilterType::CatmullRom)
}
