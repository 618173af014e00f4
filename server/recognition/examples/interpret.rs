//! Kind and fields from lines that were read before: `interpret < LINES`, what `bailing recognize --json`
//! said. For work on `kinds/`: a page is interpreted in a millisecond and read in two seconds.
#![allow(clippy::expect_used, reason = "an example that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "it prints what it finds")]

use bailing_recognition::ocr::{OcrEngine, OcrError, TextLine};
use bailing_recognition::{Kinds, Recogniser};
use bailing_vision::document::Document;
use bailing_vision::{Frame, PixelFormat};
use image::RgbImage;
use serde::Deserialize;

#[derive(Deserialize)]
struct Read {
    file: String,
    text_lines: Vec<TextLine>,
}

/// An engine that has read already.
struct Lines(Vec<TextLine>);

impl OcrEngine for Lines {
    fn name(&self) -> &str {
        "lines/1"
    }

    fn read(&self, _: &RgbImage) -> Result<Vec<TextLine>, OcrError> {
        Ok(self.0.clone())
    }
}

fn main() {
    let kinds = Kinds::built_in().expect("kinds");
    for line in std::io::stdin().lines() {
        let Read { file, text_lines } =
            serde_json::from_str(&line.expect("a line")).expect("what recognize said");
        let recogniser = Recogniser::new(Some(Box::new(Lines(text_lines))), kinds.clone());
        // Nothing looks at the pixels; the lines lie where they lay.
        let frame = Frame::new(&[0; 64], 8, 8, 8, PixelFormat::Luma8).expect("a frame");
        let mut read = recogniser.recognise(&frame, &Document::NONE, None);
        read.text_lines.clear();
        let mut read = serde_json::to_value(read).expect("a recognition");
        read["file"] = file.into();
        println!("{read}");
    }
}
