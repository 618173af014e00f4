//! A page laid flat is the page again, and no frame or quad is too odd to be asked about.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod camera;
mod drawing;

use bailing_vision::document::rectify;
use bailing_vision::{Frame, Homography, PixelFormat, Point, Quad};
use image::{Rgb, RgbImage};
use proptest::prelude::*;

use camera::View;
use drawing::{frame, quad, table};

/// A page that is nowhere alike: what it shows at a place, both coordinates 0..1.
fn pattern(x: f32, y: f32) -> [f32; 3] {
    let wave = |phase: f32| 128.0 + 100.0 * (phase * std::f32::consts::TAU).sin();
    [wave(2.0 * x + y), wave(3.0 * y - x), 40.0 + 170.0 * x * y]
}

/// What a camera sees of the page in `quad`.
fn project(quad: &Quad, width: u32, height: u32) -> RgbImage {
    let unit = Quad::rectangle(0.0, 0.0, 1.0, 1.0);
    let onto_page = Homography::between(quad, &unit).expect("a map");
    RgbImage::from_fn(width, height, |x, y| {
        let place = onto_page.map(Point { x: x as f32 + 0.5, y: y as f32 + 0.5 });
        Rgb(pattern(place.x, place.y).map(|value| value.clamp(0.0, 255.0) as u8))
    })
}

/// A chequered frame, one pixel a square: all of it aliases.
fn chequered(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([if (x + y) % 2 == 0 { 255 } else { 0 }; 3]))
}

/// Mean and standard deviation of the first channel.
fn statistics(picture: &RgbImage) -> [f32; 2] {
    let values: Vec<f32> = picture.pixels().map(|pixel| f32::from(pixel.0[0])).collect();
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f32>();
    [mean, (variance / values.len() as f32).sqrt()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_projected_page_comes_back(
        ratio in 0.5f64..2.0,
        focal_length in 0.55f64..1.2,
        [turn, pitch, yaw] in prop::array::uniform3(-0.5f64..0.5),
        share in 0.5f64..1.1,
        side in 80u32..900,
    ) {
        let view = View { ratio, focal_length, turn, pitch, yaw, share };
        let seen = view.quad(800, 600);
        let picture = project(&seen, 800, 600);
        let page = rectify(&frame(&picture), &seen, side).expect("a page");
        let (width, height) = page.picture.dimensions();
        prop_assert!(width.max(height) <= side);
        // Up to half a pixel of either side is rounding.
        let error = (f64::from(width) / f64::from(height) / ratio).ln().abs();
        let rounding = 0.6 / f64::from(width.min(height));
        prop_assert!(error < 3.0 * f64::from(page.aspect.deviation) + rounding, "{error}");
        // Beyond the frame there is only its border.
        let inside = Quad::rectangle(1.0, 1.0, 799.0, 599.0);
        let (mut sum, mut count) = (0.0, 0.0);
        for (x, y, pixel) in page.picture.enumerate_pixels() {
            let place = Point { x: x as f32 + 0.5, y: y as f32 + 0.5 };
            if inside.contains(page.to_frame.map(place)) {
                let truth = pattern(place.x / width as f32, place.y / height as f32);
                sum += (0..3).map(|c| (f32::from(pixel.0[c]) - truth[c]).abs()).sum::<f32>() / 3.0;
                count += 1.0;
            }
        }
        prop_assert!(sum / count < 2.0, "{} levels off", sum / count);
    }

    #[test]
    fn no_frame_and_no_quad_stop_it(
        width in 1u32..40,
        height in 1u32..40,
        padding in 0usize..9,
        format in prop::sample::select(vec![
            PixelFormat::Luma8, PixelFormat::Rgb8, PixelFormat::Rgba8,
        ]),
        fill in prop::sample::select(vec![0u8, 255]),
        wild in prop::array::uniform4(prop::array::uniform2(prop::num::f32::ANY)),
        near in prop::array::uniform4(prop::array::uniform2(-60.0f32..100.0)),
        far in prop::array::uniform4(prop::array::uniform2(-1e6f32..1e6)),
        side in 0u32..200,
    ) {
        let stride = width as usize * format.bytes_per_pixel() + padding;
        let pixels = vec![fill; stride * height as usize];
        let frame = Frame::new(&pixels, width, height, stride, format).expect("a frame");
        let whole = Quad::rectangle(0.0, 0.0, width as f32, height as f32);
        let sorted = |corners: [[f32; 2]; 4]| Quad::sorted(corners.map(Point::from));
        for quad in [whole, quad(wild), quad(near), sorted(near), sorted(far), sorted(wild)] {
            if let Some(page) = rectify(&frame, &quad, side) {
                let (width, height) = page.picture.dimensions();
                prop_assert!(width.max(height) <= side.max(1));
                prop_assert!(page.picture.iter().all(|value| *value == fill));
            }
        }
    }
}

#[test]
fn a_whole_frame_is_copied() {
    let picture = table(320, 201);
    let whole = Quad::rectangle(0.0, 0.0, 320.0, 201.0);
    let page = rectify(&frame(&picture), &whole, 400).expect("a page").picture;
    assert_eq!(page, picture);
    // Also without colour, and the largest of frames with the smallest of sides.
    let luma = vec![77; 64_000_000];
    let frame = Frame::new(&luma, 8_000, 8_000, 8_000, PixelFormat::Luma8).expect("a frame");
    let whole = Quad::rectangle(0.0, 0.0, 8_000.0, 8_000.0);
    for side in [1, 7, 500] {
        let page = rectify(&frame, &whole, side).expect("a page").picture;
        assert_eq!(page.dimensions(), (side, side));
        assert!(page.pixels().all(|pixel| pixel.0 == [77; 3]));
    }
}

/// What is finer than the picture's pixels turns grey, from a shrink of 1.4 on: of a deviation of 128
/// levels at most 21 were left, in the tilted page's near parts.
#[test]
fn what_shrinks_is_averaged() {
    let picture = chequered(1_200, 900);
    let upright = Quad::rectangle(0.0, 0.0, 1_200.0, 900.0);
    let tilted = quad([[150.0, 60.0], [1_100.0, 20.0], [1_190.0, 880.0], [10.0, 820.0]]);
    for quad in [upright, tilted] {
        for side in [850, 700, 601, 480, 365, 300, 201, 100, 33] {
            let page = rectify(&frame(&picture), &quad, side).expect("a page").picture;
            let [mean, deviation] = statistics(&page);
            assert!((mean - 127.5).abs() < 2.0, "{side}: mean {mean}");
            assert!(deviation < 25.0, "{side}: deviation {deviation}");
        }
    }
}

/// A page that runs into the distance shrinks more and more.
#[test]
fn a_steep_page_is_averaged_where_it_is_far() {
    let picture = chequered(1_000, 1_000);
    let steep = quad([[300.0, 300.0], [700.0, 300.0], [1_000.0, 990.0], [0.0, 990.0]]);
    let page = rectify(&frame(&picture), &steep, 400).expect("a page").picture;
    let [mean, deviation] = statistics(&page);
    assert!((mean - 127.5).abs() < 3.0 && deviation < 25.0, "{mean} {deviation}");
}
