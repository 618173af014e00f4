//! PP-OCRv6 small, detection and recognition, run by rten.
//!
//! `models/ocr.md` says where the models come from and what they measured.

use std::sync::Arc;

use bailing_vision::Quad;
use image::imageops::{FilterType, crop_imm, resize};
use image::{DynamicImage, RgbImage};
use rayon::prelude::*;
use ring::digest::{SHA256, digest};
use rten::ThreadPool;

use super::detection;
use super::network::Network;
use super::upright::turned_around;
use super::{OcrEngine, OcrError, TextLine, reading, writing};

/// The two models' file names and SHA-256, in the order of [`PaddleOcr::from_bytes`].
pub const FILES: [(&str, &str); 2] = [
    ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"),
    ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"),
];

/// Longer side of what the detector sees, pixels. The models' authors scale the shorter side to 736;
/// on a page of A4 proportions that is about this. Smaller loses small print, larger costs time.
const DETECTION_SIDE: f32 = 1_152.0;

/// Shorter side of what the detector sees of a page that is longer than A4, pixels, where the page has them.
const DETECTION_SHORT_SIDE: f32 = 736.0;

/// The detector halves its picture five times.
const DETECTION_STEP: u32 = 32;

/// A page is looked at in tiles of so many rows, each with so many more above and below that belong to the
/// tiles next to it: a line of text is whole in one of them.
const TILE: u32 = 1_216;
const BEYOND_A_TILE: u32 = 64;

/// Most tiles. A receipt of 72 mm by 400 mm takes four.
const MOST_TILES: u32 = 4;

/// Most pixels of lines, at the reader's height, that are read of one picture: a dense A4 page has 45,000.
/// It bounds what a hostile picture costs.
const MOST_COLUMNS: usize = 64_000;

/// Lines read with less confidence are noise, or stand on their heads: emblems, stamps' edges, wood grain.
const LEAST_CONFIDENCE: f32 = 0.5;

/// The engine: two networks.
#[derive(Debug)]
pub struct PaddleOcr {
    detection: Network,
    recognition: Network,
    /// What each class of the recogniser stands for; class 0 is "nothing".
    alphabet: Vec<String>,
    pool: Arc<ThreadPool>,
}

impl PaddleOcr {
    /// The engine from its two models' bytes, each checked against [`FILES`]. It computes with as many threads as rayon does.
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
        let pool = Arc::new(ThreadPool::with_num_threads(rayon::current_num_threads()));
        let detection = Network::new(detection, pool.clone())?;
        let recognition = Network::new(recognition, pool.clone())?;
        let dictionary = recognition
            .metadata("character")
            .ok_or_else(|| OcrError::Engine("the model names no characters".to_owned()))?;
        let alphabet = std::iter::once("")
            .chain(dictionary.lines())
            .chain(std::iter::once(" "))
            .map(str::to_owned)
            .collect();
        Ok(Self { detection, recognition, alphabet, pool })
    }

    /// Text probability of each pixel of a picture, in rows of `columns`, tile by tile.
    fn map(&self, picture: &RgbImage, columns: usize) -> Result<Vec<f32>, OcrError> {
        let mut map = Vec::new();
        let mut top = 0;
        while top < picture.height() {
            let bottom = (top + TILE).min(picture.height());
            let [from, to] = [top.saturating_sub(BEYOND_A_TILE), bottom + BEYOND_A_TILE];
            let to = to.min(picture.height());
            let tile = crop_imm(picture, 0, from, picture.width(), to - from).to_image();
            let rows = tile.height().next_multiple_of(DETECTION_STEP) as usize;
            let planes = reading::planes(&tile, rows, columns);
            let (values, shape) = self.detection.run(rows, columns, planes)?;
            if shape.iter().product::<usize>() != rows * columns {
                return Err(OcrError::Engine("the detector's map has another size".to_owned()));
            }
            let own = (top - from) as usize * columns..(bottom - from) as usize * columns;
            map.extend_from_slice(values.get(own).unwrap_or_default());
            top = bottom;
        }
        Ok(map)
    }

    /// How much one line looks written, whatever the colour of its ink.
    fn line_written(&self, picture: &RgbImage, line: &Quad) -> Result<Option<f32>, OcrError> {
        let Some(strip) = reading::strip(picture, line) else { return Ok(None) };
        let width = reading::width(&strip);
        let share = strip.width() as f32 / width as f32;
        let grey = DynamicImage::ImageRgb8(strip).into_luma8();
        let grey = DynamicImage::ImageLuma8(grey).into_rgb8();
        let planes = reading::planes(&grey, reading::HEIGHT as usize, width);
        let tap = self.recognition.value(writing::TAP)?;
        let (values, shape) =
            self.recognition.run_to(tap, reading::HEIGHT as usize, width, planes)?;
        Ok(writing::share_written(&values, &shape, share))
    }

    fn read_line(&self, picture: &RgbImage, line: &Quad) -> Result<Option<TextLine>, OcrError> {
        let Some(strip) = reading::strip(picture, line) else { return Ok(None) };
        let width = reading::width(&strip);
        let planes = reading::planes(&strip, reading::HEIGHT as usize, width);
        let (scores, shape) = self.recognition.run(reading::HEIGHT as usize, width, planes)?;
        let classes = shape.last().copied().unwrap_or_default();
        let steps = scores.len() / classes.max(1);
        let length = steps as f32 * strip.width() as f32 / width as f32;
        let read = reading::decode(&scores, classes, &self.alphabet, length);
        let keep = read.confidence >= LEAST_CONFIDENCE && !read.text.trim().is_empty();
        Ok(keep.then_some(TextLine {
            text: read.text,
            confidence: read.confidence,
            region: *line,
            characters: read.characters,
        }))
    }
}

impl OcrEngine for PaddleOcr {
    fn name(&self) -> &str {
        "pp-ocrv6-small/2"
    }

    fn find(&self, picture: &RgbImage) -> Result<Vec<Quad>, OcrError> {
        let [width, height] = [picture.width(), picture.height()];
        let [width, height] = detection_size(width, height);
        let small = resize(picture, width, height, FilterType::Triangle);
        let columns = width.next_multiple_of(DETECTION_STEP) as usize;
        let mut boxes = self
            .pool
            .run(|| self.map(&small, columns).map(|map| detection::boxes(&map, columns)))?;
        let across = picture.width() as f32 / width as f32;
        let down = picture.height() as f32 / height as f32;
        for corner in boxes.iter_mut().flat_map(|line| &mut line.corners) {
            corner.x *= across;
            corner.y *= down;
        }
        Ok(boxes)
    }

    fn read(&self, picture: &RgbImage, lines: &[Quad]) -> Result<Vec<TextLine>, OcrError> {
        let affordable = affordable(lines);
        let read = |line: &Quad| {
            self.read_line(picture, line)?.map_or_else(
                || self.read_line(picture, &turned_around(*line)),
                |read| Ok(Some(read)),
            )
        };
        let read: Result<Vec<Option<TextLine>>, OcrError> =
            self.pool.run(|| affordable.par_iter().map(read).collect());
        Ok(read?.into_iter().flatten().collect())
    }

    fn written(&self, picture: &RgbImage, lines: &[Quad]) -> Result<Vec<Option<f32>>, OcrError> {
        let looked_at = affordable(lines);
        let written: Result<Vec<Option<f32>>, OcrError> = self
            .pool
            .run(|| looked_at.par_iter().map(|line| self.line_written(picture, line)).collect());
        let mut written = written?;
        written.resize(lines.len(), None);
        Ok(written)
    }
}

/// The first of some lines, as many as a picture may cost.
fn affordable(lines: &[Quad]) -> &[Quad] {
    let mut columns = 0;
    let is_beyond = |line: &Quad| {
        columns += reading::columns(line);
        columns > MOST_COLUMNS
    };
    let count = lines.iter().position(is_beyond).unwrap_or(lines.len());
    lines.get(..count).unwrap_or_default()
}

/// Width and height of what the detector sees of a picture.
fn detection_size(width: u32, height: u32) -> [u32; 2] {
    let [longer, shorter] = [width.max(height) as f32, width.min(height) as f32];
    let whole = DETECTION_SIDE / longer;
    // A page so long that its print would be lost is looked at larger; one that lies on its side has its
    // lines cut by no tile, and is only looked at to see that.
    let scale = if height > width {
        let most = (TILE * MOST_TILES) as f32 / longer;
        whole.max((DETECTION_SHORT_SIDE / shorter).min(1.0)).min(most)
    } else {
        whole
    };
    [width, height].map(|side| ((side as f32 * scale) as u32).max(DETECTION_STEP))
}
