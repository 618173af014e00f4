//! What may have happened to a photo before the check sees it.

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use imageproc::geometric_transformations::{Border, Interpolation, rotate_about_center};

/// A name, and what it makes of a photo.
pub(crate) type Degradation = (&'static str, fn(&RgbImage) -> RgbImage);

pub(crate) const DEGRADATIONS: [Degradation; 12] = [
    ("as taken", RgbImage::clone),
    ("1,600 pixels", |photo| fitted(photo, 1_600)),
    ("1,280 pixels", |photo| fitted(photo, 1_280)),
    ("JPEG, quality 60", |photo| stored(photo, 60)),
    ("1,600 pixels, quality 60", |photo| stored(&fitted(photo, 1_600), 60)),
    ("middle three quarters", |photo| middle(photo, 0.75)),
    ("middle half", |photo| middle(photo, 0.5)),
    ("rotated by 5°", |photo| {
        let (turn, beyond) = (5f32.to_radians(), Border::Replicate);
        middle(&rotate_about_center(photo, turn, Interpolation::Bicubic, beyond), 0.85)
    }),
    ("one stop darker", |photo| exposed(photo, |light| light / 2.0)),
    ("one stop brighter", |photo| exposed(photo, |light| light * 2.0)),
    ("gamma 1.5", |photo| exposed(photo, |light| light.powf(1.5))),
    ("grey", |photo| image::DynamicImage::from(imageops::grayscale(photo)).to_rgb8()),
];

fn fitted(photo: &RgbImage, longer: u32) -> RgbImage {
    let scale = longer as f32 / photo.width().max(photo.height()) as f32;
    let side = |length: u32| (length as f32 * scale).round() as u32;
    if scale >= 1.0 {
        return photo.clone();
    }
    imageops::resize(photo, side(photo.width()), side(photo.height()), FilterType::CatmullRom)
}

fn stored(photo: &RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(photo).expect("a picture");
    image::load_from_memory(&bytes).expect("a picture").to_rgb8()
}

fn middle(photo: &RgbImage, share: f32) -> RgbImage {
    let kept = |length: u32| (length as f32 * share) as u32;
    let [width, height] = [kept(photo.width()), kept(photo.height())];
    let [left, top] = [(photo.width() - width) / 2, (photo.height() - height) / 2];
    imageops::crop_imm(photo, left, top, width, height).to_image()
}

fn exposed(photo: &RgbImage, change: impl Fn(f32) -> f32) -> RgbImage {
    let mut table = [0u8; 256];
    for (index, value) in table.iter_mut().enumerate() {
        let light = (index as f32 / 255.0).powf(2.2);
        *value = (change(light).clamp(0.0, 1.0).powf(1.0 / 2.2) * 255.0).round() as u8;
    }
    let mut photo = photo.clone();
    for value in photo.iter_mut() {
        *value = table[usize::from(*value)];
    }
    photo
}
