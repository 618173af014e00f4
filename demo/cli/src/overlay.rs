//! A photo with what was found in it drawn over it, so that a person can see why.

mod canvas;
mod inspection;
mod recognition;

use std::path::Path;

use image::{ImageFormat, RgbImage};

use crate::failure::Failure;
pub(crate) use inspection::draw as of_inspection;
pub(crate) use recognition::draw as of_recognition;

/// Writes a drawing as PNG.
pub(crate) fn save(drawing: &RgbImage, path: &Path) -> Result<(), Failure> {
    drawing
        .save_with_format(path, ImageFormat::Png)
        .map_err(|source| Failure::Drawing { path: path.to_owned(), source })
}

/// One drawing shows one photo.
pub(crate) fn for_one<T>(overlay: Option<&Path>, photos: &[T]) -> Result<(), Failure> {
    if overlay.is_some() && photos.len() != 1 {
        return Err(Failure::Unusable("--overlay draws over one photo: name just one".to_owned()));
    }
    Ok(())
}
