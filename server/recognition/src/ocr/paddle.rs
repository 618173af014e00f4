//! PP-OCRv6 small, detection and recognition, run by tract.
//!
//! `models/ocr.md` says where the models come from and what they measured.

use image::RgbImage;
use image::imageops::{FilterType, resize};
use rayon::prelude::*;
use ring::digest::{SHA256, digest};

use super::detection::{self, TextBox};
use super::plans::Plans;
use super::{OcrEngine, OcrError, TextLine, reading};

/// The two models' file names and SHA-256, in the order of [`PaddleOcr::from_bytes`].
pub const FILES: [(&str, &str); 2] = [
    ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"),
    ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"),
];

/// Longer side of what the detector sees, pixels. The models' authors scale the shorter side to 736;
/// on a page of A4 proportions that is about this. Smaller loses small print, larger costs time.
const DETECTION_SIDE: u32 = 1_152;

/// The detector's sides are padded to multiples of this, so that few shapes need a plan.
const DETECTION_STEP: u32 = 128;

/// Lines read with less confidence are noise: emblems, stamps' edges, wood grain.
const LEAST_CONFIDENCE: f32 = 0.5;

/// The engine: two models and their plans.
#[derive(Debug)]
pub struct PaddleOcr {
    detection: Plans,
    recognition: Plans,
    /// What each class of the recogniser stands for; class 0 is "nothing".
    characters: Vec<String>,
}

impl PaddleOcr {
    /// The engine from its two models' bytes, each checked against [`FILES`].
    pub fn from_bytes(detection: &[u8], recognition: &[u8]) -> Result<Self, OcrError> {
        for ((name, expected), bytes) in FILES.iter().zip([detection, recognition]) {
            let mut found = String::new();
            for byte in digest(&SHA256, bytes).as_ref() {
                found.push_str(&format!("{byte:02x}"));
            }
            if found != *expected {
                return Err(OcrError::UnexpectedModel { name });
            }
        }
        let detection = Plans::new(detection, 4)?;
        let recognition = Plans::new(recognition, reading::WIDTHS.len())?;
        let dictionary = recognition
            .metadata("character")
            .ok_or_else(|| OcrError::Engine("the model names no characters".to_owned()))?;
        let characters = std::iter::once("")
            .chain(dictionary.lines())
            .chain(std::iter::once(" "))
            .map(str::to_owned)
            .collect();
        Ok(Self { detection, recognition, characters })
    }

    fn detect(&self, page: &RgbImage) -> Result<Vec<TextBox>, OcrError> {
        let scale = DETECTION_SIDE as f32 / page.width().max(page.height()) as f32;
        let side = |length: u32| ((length as f32 * scale) as u32).clamp(32, DETECTION_SIDE);
        let (width, height) = (side(page.width()), side(page.height()));
        let small = resize(page, width, height, FilterType::Triangle);
        let padded = |length: u32| length.next_multiple_of(DETECTION_STEP) as usize;
        let (columns, rows) = (padded(width), padded(height));
        let values = reading::planes(&small, rows, columns);
        let (map, shape) = self.detection.run(rows, columns, &values)?;
        if shape.iter().product::<usize>() != rows * columns {
            return Err(OcrError::Engine("the detector's map has another size".to_owned()));
        }
        let mut boxes = detection::boxes(&map, columns);
        let (across, down) =
            (page.width() as f32 / width as f32, page.height() as f32 / height as f32);
        for found in &mut boxes {
            for corner in &mut found.quad.corners {
                corner.x *= across;
                corner.y *= down;
            }
        }
        Ok(boxes)
    }
}

impl OcrEngine for PaddleOcr {
    fn name(&self) -> &str {
        "pp-ocrv6-small/1"
    }

    fn read(&self, page: &RgbImage) -> Result<Vec<TextLine>, OcrError> {
        let boxes = self.detect(page)?;
        let lines: Result<Vec<Option<TextLine>>, OcrError> = boxes
            .par_iter()
            .map(|found| {
                let Some(strip) = reading::strip(page, &found.quad) else { return Ok(None) };
                let width = reading::width(&strip);
                let values = reading::planes(&strip, reading::HEIGHT as usize, width);
                let (scores, shape) =
                    self.recognition.run(reading::HEIGHT as usize, width, &values)?;
                let classes = shape.last().copied().unwrap_or_default();
                let (text, confidence) = reading::decode(&scores, classes, &self.characters);
                let keep = confidence >= LEAST_CONFIDENCE && !text.trim().is_empty();
                Ok(keep.then_some(TextLine { text, confidence, region: found.quad }))
            })
            .collect();
        Ok(lines?.into_iter().flatten().collect())
    }
}
