//! The real engine on the samples: needs the OCR package, and says so where it is missing.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bailing_recognition::ocr::{FILES, OcrEngine, OcrError, PaddleOcr};
use bailing_recognition::{Kinds, Recogniser};
use bailing_vision::document::Document;
use bailing_vision::still::Still;
use bailing_vision::{Analyser, Frame, Models, PixelFormat, Quad, Subject};
use image::imageops::{rotate90, rotate180, rotate270};
use serde_json::Value;

/// Where each line of `pens/lines.png` ends, pixels; each has 40 rows.
const ENDS: [f32; 6] = [190.0, 240.0, 140.0, 158.0, 236.0, 238.0];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The two models; `None` without the package, and said so.
fn models() -> Option<[Vec<u8>; 2]> {
    let read = FILES.map(|(name, _)| std::fs::read(root().join("models/ocr").join(name)));
    let [Ok(detection), Ok(recognition)] = read else {
        eprintln!("skipped: no OCR package; models/fetch-ocr --to models/ocr fetches it");
        return None;
    };
    Some([detection, recognition])
}

fn engine() -> Option<PaddleOcr> {
    let [detection, recognition] = models()?;
    Some(PaddleOcr::from_bytes(&detection, &recognition).expect("the pinned models"))
}

#[test]
fn the_samples_are_read() {
    let Some(engine) = engine() else { return };
    let recogniser = Recogniser::new(Some(Box::new(engine)), Kinds::built_in().expect("kinds"));
    let mut analyser = Analyser::new(&Models::load().expect("networks"));
    let list = std::fs::read(root().join("demo/samples/samples.json")).expect("the list");
    let samples: Vec<Value> = serde_json::from_slice(&list).expect("the list");
    for sample in samples.iter().filter(|sample| sample["expect"] == "accepted") {
        let (file, kind) = (sample["file"].as_str().expect("a file"), &sample["kind"]);
        let encoded = std::fs::read(root().join("demo/samples").join(file)).expect(file);
        let still = Still::decode(&encoded).expect(file);
        let asked = kind.as_str().expect("a kind");
        let document = analyser.analyse(&still.frame(), Subject::of_kind(asked)).document;
        let read = recogniser.recognise(&still.frame(), &document, Some(asked));
        assert!([&read.kind, &read.family].contains(&&asked.to_owned()), "{file}: {}", read.kind);
        for (name, printed) in sample["fields"].as_object().expect("fields") {
            let value = read.fields.get(name).map(|field| Value::from(field.value.as_str()));
            assert_eq!(value.as_ref(), Some(printed), "{file} {name}");
        }
    }
}

#[test]
fn a_page_is_read_whichever_way_up_it_lies() {
    let Some(engine) = engine() else { return };
    let recogniser = Recogniser::new(Some(Box::new(engine)), Kinds::built_in().expect("kinds"));
    let page = image::open(root().join("demo/samples/haulier-waybill.jpg")).expect("a photo");
    let values = |page: &image::RgbImage| {
        let [width, height] = [page.width(), page.height()];
        let frame = Frame::new(page, width, height, width as usize * 3, PixelFormat::Rgb8);
        let read = recogniser.recognise(&frame.expect("a frame"), &Document::NONE, None);
        let plate = read.fields.get("plate").and_then(|field| field.region).expect("a plate");
        let fields = read.fields.into_iter().map(|(name, field)| (name, field.value));
        (fields.collect::<BTreeMap<_, _>>(), plate)
    };
    let upright = page.to_rgb8();
    let (expected, place) = values(&upright);
    assert!(expected.len() >= 5, "{expected:?}");
    for (turned, to) in [
        (rotate90(&upright), (|x, y, _, height| (height - y, x)) as fn(f32, f32, f32, f32) -> _),
        (rotate180(&upright), |x, y, width, height| (width - x, height - y)),
        (rotate270(&upright), |x, y, width, _| (y, width - x)),
    ] {
        let (read, there) = values(&turned);
        assert_eq!(read, expected);
        for (from, found) in place.corners.iter().zip(there.corners) {
            let (x, y) = to(from.x, from.y, upright.width() as f32, upright.height() as f32);
            assert!((x - found.x).hypot(y - found.y) < 12.0, "{from:?} {found:?}");
        }
    }
}

#[test]
fn other_models_than_the_pinned_ones_are_refused() {
    let refused = |detection: &[u8], recognition: &[u8]| {
        PaddleOcr::from_bytes(detection, recognition).map(|_| ()).expect_err("to be refused")
    };
    let [(first, _), (second, _)] = FILES;
    assert_eq!(refused(b"", b""), OcrError::UnexpectedModel { name: first });
    let Some([detection, mut recognition]) = models() else { return };
    recognition[1_000] ^= 1;
    assert_eq!(refused(&detection, &recognition), OcrError::UnexpectedModel { name: second });
}

#[test]
fn writing_is_told_from_print() {
    let Some(engine) = engine() else { return };
    // Drawn with fonts that people wrote and fonts that are cut, in turn; the weights were learnt from neither.
    let page = image::open(root().join("server/recognition/tests/pens/lines.png")).expect("a page");
    let page = page.into_rgb8();
    let lines = ENDS.iter().enumerate().map(|(row, end)| {
        let top = 40.0 * row as f32;
        Quad::rectangle(4.0, top, *end, top + 38.0)
    });
    let lines: Vec<Quad> = lines.collect();
    let told = engine.written(&page, &lines).expect("an answer");
    for (row, share) in told.into_iter().enumerate() {
        let share = share.expect("the engine tells");
        assert!(if row % 2 == 0 { share > 0.8 } else { share < 0.5 }, "row {row}: {share}");
    }
}
