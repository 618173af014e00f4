//! A screen's grid beats with the camera's: seen where it is, and not where there is none.

mod drawing;

use bailing_vision::document::Document;
use bailing_vision::recapture::{Recapture, RecaptureDetector, RecaptureVerdict};
use bailing_vision::{Class, Severity};
use image::{Rgb, RgbImage};

use drawing::{frame, noise, table, tilted_page};

fn examine(picture: &RgbImage) -> Recapture {
    let document = Document::NONE;
    RecaptureDetector::default().examine(&frame(picture), &document)
}

/// A grey wall with a raster of `amplitude` and this period in pixels, and noise as of a camera.
fn raster(amplitude: f32, period: f32) -> RgbImage {
    RgbImage::from_fn(900, 700, |x, y| {
        let phase = std::f32::consts::TAU * (x as f32 + 0.31 * y as f32) / period;
        Rgb([(128.0 + amplitude * phase.sin() + 12.0 * noise(y * 900 + x)) as u8; 3])
    })
}

#[test]
fn a_raster_is_seen() {
    for period in [3.1, 4.7, 8.3] {
        let recapture = examine(&raster(10.0, period));
        assert_eq!(recapture.verdict, RecaptureVerdict::Recaptured, "{period}: {recapture:?}");
        let signal = &recapture.signals[0];
        assert_eq!((signal.severity, signal.class), (Severity::Reject, Class::Integrity));
        assert!(signal.region.is_some() && signal.action.is_some());
    }
}

#[test]
fn what_has_no_raster_is_live() {
    let flat = RgbImage::from_pixel(900, 700, Rgb([128; 3]));
    let small = RgbImage::from_pixel(40, 30, Rgb([128; 3]));
    for picture in [flat, small, raster(0.0, 4.0), table(900, 700)] {
        let recapture = examine(&picture);
        assert_eq!(recapture.verdict, RecaptureVerdict::Live, "{}", recapture.score);
        assert_eq!(recapture.signals[0].severity, Severity::Pass);
    }
}

#[test]
fn a_stronger_raster_scores_no_less() {
    let scores = [0.0, 1.0, 2.0, 4.0, 8.0].map(|amplitude| examine(&raster(amplitude, 5.3)).score);
    assert!(scores.is_sorted(), "{scores:?}");
    assert!(scores[0] < 0.5 && scores[4] > 0.8, "{scores:?}");
}

/// What was seen before changes nothing.
#[test]
fn buffers_change_nothing() {
    let document = Document::NONE;
    let (page, _) = tilted_page();
    let mut detector = RecaptureDetector::default();
    let first = detector.examine(&frame(&page), &document);
    detector.examine(&frame(&raster(20.0, 4.0)), &document);
    assert_eq!(detector.examine(&frame(&page), &document), first);
}
