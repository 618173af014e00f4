//! What a preview frame costs in memory, once every buffer has its size.
//!
//! `cargo test -p bailing-vision --test allocations -- --nocapture` prints the counts. In a program of
//! its own, since counting replaces the allocator.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod drawing;

use allocation_counter::{AllocationInfo, measure};
use bailing_vision::document::{Document, DocumentDetector};
use bailing_vision::quality::{Quality, QualityAssessor, Thresholds};
use bailing_vision::recapture::RecaptureDetector;
use bailing_vision::{Frame, PixelFormat, Quad, Subject, Verdict};
use image::DynamicImage;

/// Frames after which every buffer has its size.
const WARM_UP: usize = 3;

/// Allocations of one more frame after those.
fn steady(mut frame: impl FnMut()) -> AllocationInfo {
    (0..WARM_UP).for_each(|_| frame());
    measure(frame)
}

fn assessed(frame: &Frame<'_>, quad: Quad, subject: Subject) -> AllocationInfo {
    let document = Document::at(quad);
    let (mut assessor, thresholds) = (QualityAssessor::default(), Thresholds::default());
    let mut quality = Quality { signals: Vec::new(), verdict: Verdict::Accepted };
    let counted = steady(|| {
        assessor.assess_into(frame, &document, subject, &thresholds, &mut quality);
    });
    assert_eq!(quality.verdict, Verdict::Accepted);
    counted
}

#[test]
fn quality_of_a_good_frame_allocates_nothing() {
    let (picture, quad) = drawing::tilted_page();
    let (width, height) = picture.dimensions();
    let picture = DynamicImage::ImageRgb8(picture);
    for (format, pixels) in [
        (PixelFormat::Luma8, picture.to_luma8().into_raw()),
        (PixelFormat::Rgb8, picture.to_rgb8().into_raw()),
        (PixelFormat::Rgba8, picture.to_rgba8().into_raw()),
    ] {
        let stride = width as usize * format.bytes_per_pixel();
        let frame = Frame::new(&pixels, width, height, stride, format).expect("a frame");
        for subject in [Subject::Page, Subject::Scene] {
            let counted = assessed(&frame, quad, subject);
            assert_eq!(counted.count_total, 0, "{format:?} {subject:?}: {counted:?}");
        }
    }
}

#[test]
fn a_search_for_the_page_allocates_nothing() {
    let (picture, _) = drawing::tilted_page();
    let frame = drawing::frame(&picture);
    let mut detector = DocumentDetector::new(drawing::models());
    let counted = steady(|| assert!(detector.detect(&frame).found));
    assert_eq!(counted.count_total, 0, "{counted:?}");
}

#[test]
fn following_a_page_allocates_nothing() {
    let (picture, _) = drawing::tilted_page();
    let frame = drawing::frame(&picture);
    let mut detector = DocumentDetector::new(drawing::models());
    // Of five frames in a row one may ask the network.
    let counts: Vec<u64> =
        (0..10).map(|_| measure(|| assert!(detector.follow(&frame).found)).count_total).collect();
    assert_eq!(counts.iter().skip(5).sum::<u64>(), 0, "{counts:?}");
}

#[test]
fn a_preview_asks_for_its_cues_without_an_allocation() {
    let (picture, quad) = drawing::tilted_page();
    let frame = drawing::frame(&picture);
    let mut detector = RecaptureDetector::new(drawing::models());
    for document in [Document::NONE, Document::at(quad)] {
        let mut recapture = detector.examine(&frame, &document);
        assert!(!recapture.moire.traces.is_empty());
        // Of a preview's frames the first of each turn looks for moiré; the others ask a network.
        let counts: Vec<u64> = (0..2 * RecaptureDetector::TURNS)
            .map(|_| {
                let look = || detector.preview_into(&frame, &document, &mut recapture);
                measure(look).count_total
            })
            .collect();
        assert_eq!(counts.iter().skip(RecaptureDetector::TURNS).sum::<u64>(), 0, "{counts:?}");
    }
}

/// Wanted are 40 MB at most beside the photo and the networks.
#[test]
fn a_still_of_12_megapixels_takes_little_memory() {
    let (width, height) = (4_000u32, 3_000u32);
    let pixels: Vec<u8> = (0..width * height)
        .flat_map(|index| [(150.0 + 12.0 * drawing::noise(index)) as u8; 3])
        .collect();
    let frame = Frame::new(&pixels, width, height, width as usize * 3, PixelFormat::Rgb8);
    let frame = frame.expect("a frame");
    let document = Document::at(Quad::rectangle(900.0, 700.0, 3_100.0, 2_300.0));
    let models = drawing::models();
    let counted = measure(|| {
        RecaptureDetector::new(models).examine(&frame, &document);
    });
    println!("{counted:?}");
    assert!(counted.bytes_max < 40_000_000, "{counted:?}");
}
