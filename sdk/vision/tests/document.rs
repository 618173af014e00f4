//! The page: found where it lies, and not found where there is none.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod drawing;

use bailing_vision::document::{Document, DocumentDetector, Rectified, rectify};
use bailing_vision::{Frame, PixelFormat, Point, Quad};
use image::{Rgb, RgbImage, imageops};

use drawing::{frame, models, noise, put_page, quad, table, tilted_page};

fn detect(picture: &RgbImage) -> Document {
    DocumentDetector::new(models()).detect(&frame(picture))
}

/// The largest distance between a corner and its counterpart, pixels.
fn distance(found: &Quad, truth: &Quad) -> f32 {
    let pairs = found.corners.iter().zip(&truth.corners);
    pairs.map(|(a, b)| a.distance(*b)).fold(0.0, f32::max)
}

#[test]
fn a_page_is_found_where_it_lies() {
    let (tilted, tilted_quad) = tilted_page();
    let upright_quad = quad([[300.0, 200.0], [900.0, 200.0], [900.0, 860.0], [300.0, 860.0]]);
    let mut upright = table(1_280, 960);
    put_page(&mut upright, &upright_quad);
    for (picture, truth) in [(tilted, tilted_quad), (upright, upright_quad)] {
        let document = detect(&picture);
        assert!(document.found && document.confidence > 0.5, "{document:?}");
        let found = Quad::sorted(document.quad.expect("found").corners);
        let away = distance(&found, &Quad::sorted(truth.corners));
        assert!(away < 4.0, "{away} pixels away: {found:?}");
    }
}

/// Turning, mirroring and scaling the picture turns, mirrors and scales the page found, within a pixel.
#[test]
fn the_page_moves_with_the_picture() {
    let (picture, _) = tilted_page();
    let found = |picture: &RgbImage| {
        let document = detect(picture);
        document.quad.unwrap_or_else(|| unreachable!("{document:?}"))
    };
    let expected = found(&picture);
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    type Change = (&'static str, fn(&RgbImage) -> RgbImage, fn(Point, f32, f32) -> Point);
    let changes: [Change; 6] = [
        ("turned right", imageops::rotate90, |p, _, h| Point { x: h - p.y, y: p.x }),
        ("turned round", imageops::rotate180, |p, w, h| Point { x: w - p.x, y: h - p.y }),
        ("turned left", imageops::rotate270, |p, w, _| Point { x: p.y, y: w - p.x }),
        ("mirrored", imageops::flip_horizontal, |p, w, _| Point { x: w - p.x, y: p.y }),
        ("upside down", imageops::flip_vertical, |p, _, h| Point { x: p.x, y: h - p.y }),
        (
            "half as large",
            |picture| imageops::thumbnail(picture, picture.width() / 2, picture.height() / 2),
            |p, _, _| Point { x: p.x / 2.0, y: p.y / 2.0 },
        ),
    ];
    for (name, change, moved) in changes {
        let corners = expected.corners.map(|corner| moved(corner, width, height));
        let away = distance(&found(&change(&picture)), &Quad::sorted(corners));
        assert!(away < 1.0, "{name}: {away} pixels away");
    }
}

/// From a preview of 320 pixels to a still of 48 million the same page is found, to a part of a pixel of
/// the copy that is searched.
#[test]
fn any_size_of_frame_shows_the_same_page() {
    let (picture, truth) = tilted_page();
    for width in [320, 8_000] {
        let scale = width as f32 / picture.width() as f32;
        let height = (picture.height() as f32 * scale) as u32;
        let filter = imageops::FilterType::Triangle;
        let document = detect(&imageops::resize(&picture, width, height, filter));
        let found = document.quad.unwrap_or_else(|| unreachable!("{width}: {document:?}"));
        let away = distance(&found, &truth.scaled(scale)) / (width as f32 / 640.0);
        assert!(away < 2.0, "{width}: {away} pixels away");
    }
}

/// A place where the page lay before is looked at as any other, and does not make a page.
#[test]
fn a_prior_helps_and_does_not_invent() {
    let (picture, truth) = tilted_page();
    let mut detector = DocumentDetector::new(models());
    let mut prior = truth;
    prior.corners.iter_mut().for_each(|corner| corner.x += 14.0);
    let document = detector.detect_near(&frame(&picture), Some(&prior));
    assert!(distance(&document.quad.expect("found"), &truth) < 2.0, "{document:?}");
    let empty = detector.detect_near(&frame(&table(1_280, 960)), Some(&truth));
    assert!(!empty.found, "{empty:?}");
    let nonsense = quad([[f32::NAN, 0.0], [1e30, 0.0], [5.0, f32::INFINITY], [0.0, 1.0]]);
    assert!(detector.detect_near(&frame(&picture), Some(&nonsense)).found);
}

/// In a preview the page is followed as the hand moves, and is gone in the frame that lacks it.
#[test]
fn a_preview_follows_the_page() {
    let (_, start) = tilted_page();
    let mut detector = DocumentDetector::new(models());
    for step in 0..12u8 {
        let away = f32::from(step) * 9.0;
        let truth = quad(start.corners.map(|corner| [corner.x - away, corner.y + 0.5 * away]));
        let mut picture = table(1_280, 960);
        put_page(&mut picture, &truth);
        let followed = detector.follow(&frame(&picture));
        let found = followed.quad.unwrap_or_else(|| unreachable!("{step}: {followed:?}"));
        assert!(distance(&found, &truth) < 2.0, "{step}: {found:?} is not {truth:?}");
    }
    let gone = detector.follow(&frame(&table(1_280, 960)));
    assert!(!gone.found, "{gone:?}");
}

/// What a still shows does not depend on the preview before it.
#[test]
fn a_still_forgets_the_preview() {
    let (picture, truth) = tilted_page();
    let mut shifted = table(1_280, 960);
    put_page(&mut shifted, &quad(truth.corners.map(|corner| [corner.x - 12.0, corner.y])));
    let mut detector = DocumentDetector::new(models());
    (0..3).for_each(|_| assert!(detector.follow(&frame(&shifted)).found));
    assert_eq!(detector.detect(&frame(&picture)), detect(&picture));
}

/// Where the preview showed it, a page on its tip is found, and one cut off has corners outside. (The
/// network, which has seen no drawings, does not see these two by itself.)
#[test]
fn a_page_on_its_tip_or_cut_off_is_found_near_its_prior() {
    let on_its_tip = quad([[640.0, 90.0], [1_010.0, 480.0], [650.0, 850.0], [270.0, 470.0]]);
    let cut_off = quad([[700.0, 200.0], [1_500.0, 260.0], [1_460.0, 800.0], [660.0, 760.0]]);
    for truth in [on_its_tip, cut_off] {
        let mut picture = table(1_280, 960);
        put_page(&mut picture, &truth);
        let mut prior = truth;
        prior.corners.iter_mut().for_each(|corner| corner.y += 12.0);
        let document = DocumentDetector::new(models()).detect_near(&frame(&picture), Some(&prior));
        let found = document.quad.unwrap_or_else(|| unreachable!("{document:?}"));
        for (corner, wanted) in found.corners.iter().zip(truth.corners) {
            // Of a side outside of the frame there is nothing to see: it stays where it was.
            let away = if wanted.x > 1_280.0 { 20.0 } else { 3.0 };
            assert!(corner.distance(wanted) < away, "{corner:?} is not {wanted:?}");
        }
    }
}

#[test]
fn without_a_page_the_answer_is_no() {
    let flat = RgbImage::from_pixel(640, 480, Rgb([128; 3]));
    let grained =
        RgbImage::from_fn(640, 480, |x, y| Rgb([(128.0 + 100.0 * noise(y * 640 + x)) as u8; 3]));
    let shaded = RgbImage::from_fn(640, 480, |x, y| Rgb([(60 + x / 8 + y / 8) as u8; 3]));
    for picture in [flat, grained, shaded, table(640, 480)] {
        let document = detect(&picture);
        assert_eq!((document.found, document.quad), (false, None), "{}", document.confidence);
        assert!((0.0..=1.0).contains(&document.confidence));
    }
}

/// A detector that has seen other frames answers as a new one, whatever the rows' padding and the
/// pixels' fourth byte are.
#[test]
fn buffers_and_layout_change_nothing() {
    let (picture, _) = tilted_page();
    let (width, height) = picture.dimensions();
    let expected = detect(&picture);
    let mut detector = DocumentDetector::new(models());
    detector.detect(&frame(&table(320, 1_000)));
    assert_eq!(detector.detect(&frame(&picture)), expected);

    let stride = width as usize * 4 + 36;
    let mut padded = vec![0xee; stride * height as usize];
    for (row, line) in padded.chunks_exact_mut(stride).zip(picture.rows()) {
        for (to, from) in row.chunks_exact_mut(4).zip(line) {
            to[..3].copy_from_slice(&from.0);
        }
    }
    let frame = Frame::new(&padded, width, height, stride, PixelFormat::Rgba8).expect("a frame");
    assert_eq!(detector.detect(&frame), expected);
}

#[test]
fn a_page_is_laid_flat() {
    // A chequered page under a perspective: laid flat, its squares are upright and in their places.
    let truth = quad([[150.0, 100.0], [900.0, 180.0], [860.0, 700.0], [120.0, 640.0]]);
    let flat = Quad::rectangle(0.0, 0.0, 8.0, 6.0);
    let onto_page = bailing_vision::Homography::between(&truth, &flat).expect("a map");
    let mut picture = table(1_000, 800);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let place = Point { x: x as f32 + 0.5, y: y as f32 + 0.5 };
        if truth.contains(place) {
            let square = onto_page.map(place);
            let dark = (square.x as u32 + square.y as u32) % 2 == 1;
            *pixel = Rgb([if dark { 30 } else { 220 }; 3]);
        }
    }
    let Rectified { picture: page, to_frame, .. } =
        rectify(&frame(&picture), &truth, 400).expect("a page");
    let (width, height) = page.dimensions();
    assert_eq!(width.max(height), 400);
    for (row, column) in (0..6).flat_map(|row| (0..8).map(move |column| (row, column))) {
        let x = (column * 2 + 1) * width / 16;
        let y = (row * 2 + 1) * height / 12;
        let dark = page.get_pixel(x, y).0[0] < 128;
        assert_eq!(dark, (row + column) % 2 == 1, "square {column}, {row}");
    }
    let corner = to_frame.map(Point { x: 0.0, y: 0.0 });
    assert!(corner.distance(truth.corners[0]) < 1.0, "{corner:?}");
}

#[test]
fn no_page_comes_from_a_quad_without_area() {
    let (picture, _) = tilted_page();
    let nothing = [
        quad([[10.0, 10.0]; 4]),
        quad([[0.0, 0.0], [100.0, 100.0], [100.0, 0.0], [0.0, 100.0]]),
        quad([[f32::NAN, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]]),
        quad([[0.0, 0.0], [f32::INFINITY, 0.0], [100.0, 100.0], [0.0, 100.0]]),
    ];
    for quad in nothing {
        assert!(rectify(&frame(&picture), &quad, 400).is_none(), "{quad:?}");
    }
    // Outside the frame there is only its border.
    let outside = Quad::rectangle(-500.0, -500.0, -100.0, -100.0);
    let page = rectify(&frame(&picture), &outside, 50).expect("a page").picture;
    assert!(page.pixels().all(|pixel| pixel == picture.get_pixel(0, 0)));
}
