//! Whether a page can be read: each objection where it belongs, and none on a good page.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod drawing;

use bailing_vision::document::Document;
use bailing_vision::quality::assess;
use bailing_vision::{Action, Quad, Severity, Signal};
use image::{Rgb, RgbImage};
use imageproc::filter::gaussian_blur_f32;

use drawing::{frame, tilted_page};

fn signals(picture: &RgbImage, quad: Quad) -> Vec<Signal> {
    let document = Document::at(quad);
    assess(&frame(picture), &document).signals
}

/// The codes that object.
fn objections(picture: &RgbImage, quad: Quad) -> Vec<String> {
    let signals = signals(picture, quad);
    let objecting = signals.iter().filter(|signal| signal.severity != Severity::Pass);
    objecting.map(|signal| signal.code.to_string()).collect()
}

#[test]
fn nothing_objects_to_a_good_page() {
    let (picture, quad) = tilted_page();
    assert_eq!(objections(&picture, quad), [""; 0]);
    assert!(signals(&picture, quad).iter().all(|signal| signal.action.is_none()));
}

#[test]
fn blur_is_seen_and_grows() {
    let (picture, quad) = tilted_page();
    let sharpness = |picture: &RgbImage| signals(picture, quad)[0].score;
    let sharp = sharpness(&picture);
    let blurred = [1.0, 3.0, 6.0].map(|sigma| gaussian_blur_f32(&picture, sigma));
    let scores = blurred.each_ref().map(sharpness);
    assert!(sharp > scores[0] && scores[0] > scores[1] && scores[1] > scores[2], "{scores:?}");
    assert_eq!(objections(&blurred[2], quad), ["blurred"]);
    let signal = &signals(&blurred[2], quad)[0];
    assert_eq!(signal.severity, Severity::Retake);
    assert_eq!(signal.action, Some(Action::HoldStill));
    assert!(signal.score < signal.threshold);
}

#[test]
fn a_reflection_is_glare_and_white_paper_is_not() {
    let (mut picture, quad) = tilted_page();
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if (x as f32 - 600.0).hypot(y as f32 - 400.0) < 110.0 {
            *pixel = Rgb([255; 3]);
        }
    }
    assert_eq!(objections(&picture, quad), ["glare"]);
    // A scan: all of its paper is white.
    let (mut scan, quad) = tilted_page();
    scan.pixels_mut().filter(|pixel| pixel.0[0] > 190).for_each(|pixel| *pixel = Rgb([255; 3]));
    assert_eq!(objections(&scan, quad), [""; 0]);
}

#[test]
fn light_is_judged_on_the_page() {
    let (picture, quad) = tilted_page();
    let with = |change: fn(u8) -> u8| {
        let mut changed = picture.clone();
        changed.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(change));
        objections(&changed, quad)
    };
    assert!(with(|value| value / 6).contains(&"too_dark".to_owned()));
    assert!(with(|value| value.saturating_add(220)).contains(&"too_bright".to_owned()));
    // A dark table around a bright page is no darkness.
    assert_eq!(with(|value| if value < 90 { value / 8 } else { value }), [""; 0]);
}

#[test]
fn small_and_cut_off_pages_are_said_so() {
    let (picture, _) = tilted_page();
    let small = Quad::rectangle(200.0, 200.0, 700.0, 600.0);
    assert!(objections(&picture, small).contains(&"low_resolution".to_owned()));
    let beyond = Quad::rectangle(-200.0, 150.0, 900.0, 760.0);
    assert!(objections(&picture, beyond).contains(&"cut_off".to_owned()));
}
