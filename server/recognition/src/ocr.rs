//! The seam to the text models.

mod detection;
mod paddle;
mod plans;
mod reading;

use bailing_vision::Quad;
use image::RgbImage;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use paddle::{FILES, PaddleOcr};

/// Finds and reads the lines of text of an upright page.
pub trait OcrEngine: Send + Sync {
    /// Name and version, as signals carry it.
    fn name(&self) -> &str;

    /// The lines, in no particular order, in pixels of `page`.
    fn read(&self, page: &RgbImage) -> Result<Vec<TextLine>, OcrError>;
}

/// One line of text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextLine {
    /// What it says, as read.
    pub text: String,
    /// 0..1: mean confidence of its characters.
    pub confidence: f32,
    /// Where it is.
    pub region: Quad,
}

/// Why a page could not be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum OcrError {
    /// Not the model that the thresholds were measured with.
    #[error("{name} is not the pinned model: fetch the OCR package again")]
    UnexpectedModel {
        /// Which of [`FILES`].
        name: &'static str,
    },
    /// The inference engine gave up.
    #[error("the text model failed: {0}")]
    Engine(String),
}

impl OcrError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnexpectedModel { .. } => "ocr_model_unexpected",
            Self::Engine(_) => "ocr_failed",
        }
    }
}
