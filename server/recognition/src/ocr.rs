//! The seam to the text models.

mod detection;
mod network;
mod paddle;
mod reading;
mod upright;
mod writing;

use bailing_vision::Quad;
use image::RgbImage;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use paddle::{FILES, PaddleOcr};
pub(crate) use upright::{Sight, read_page};

/// Finds and reads lines of text. The work on one picture is bounded, whatever it shows.
pub trait OcrEngine: Send + Sync {
    /// Name and version, as signals carry it.
    fn name(&self) -> &str;

    /// Where lines of text are, in pixels of `picture`, in no particular order. A quad's first side runs
    /// along its line: to the right, or down for a line that runs up or down.
    fn find(&self, picture: &RgbImage) -> Result<Vec<Quad>, OcrError>;

    /// What stands in those of `lines` that can be read, each along its quad's first side or against it.
    fn read(&self, picture: &RgbImage, lines: &[Quad]) -> Result<Vec<TextLine>, OcrError>;

    /// How much each of `lines` looks written by a pen rather than printed, 0..1; `None` where that is not known,
    /// as by an engine that cannot tell.
    fn written(&self, _picture: &RgbImage, lines: &[Quad]) -> Result<Vec<Option<f32>>, OcrError> {
        Ok(vec![None; lines.len()])
    }
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
    /// One for each character of `text`, where the engine tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub characters: Vec<Character>,
}

/// One character of a line.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Character {
    /// 0..1.
    pub confidence: f32,
    /// Where it begins along its line, 0..1.
    pub from: f32,
    /// Where it ends along its line, 0..1.
    pub to: f32,
}

impl Character {
    /// Places and confidence to three decimals: more is noise, and a page has thousands.
    fn new(confidence: f32, from: f32, to: f32) -> Self {
        let [confidence, from, to] =
            [confidence, from, to].map(|value| (value.clamp(0.0, 1.0) * 1e3).round() / 1e3);
        Self { confidence, from, to }
    }
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
