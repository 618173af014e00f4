//! Pictures stored once, stored twice, and edited in between. All of them are drawn here.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::io::Cursor;

use bailing_recognition::tampering::{self, Tampering};
use bailing_vision::still::Still;
use bailing_vision::{Severity, Signal};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use proptest::prelude::*;

/// Numbers that are the same on every platform.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u32) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32 % below
    }
}

/// Grainy paper with strokes in every direction on it, softened as a lens does.
fn page(width: u32, height: u32, seed: u64) -> RgbImage {
    let mut numbers = Numbers(seed);
    let mut page = RgbImage::from_pixel(width, height, Rgb([206, 200, 190]));
    for _ in 0..width * height / 160 {
        let (x, y) = (numbers.next(width), numbers.next(height));
        let (dx, dy) = (numbers.next(3) as f32 - 1.0, numbers.next(3) as f32 - 1.0);
        let length = 3 + numbers.next(9);
        for step in 0..length {
            let across = (x as f32 + dx * step as f32).max(0.0) as u32;
            let down = (y as f32 + dy * step as f32).max(0.0) as u32;
            if let Some(pixel) = page.get_pixel_mut_checked(across, down) {
                *pixel = Rgb([44, 46, 52]);
            }
        }
    }
    let mut page = image::imageops::blur(&page, 0.8);
    for pixel in page.pixels_mut() {
        let grain = numbers.next(7) as i16 - 3;
        pixel.0 = pixel.0.map(|level| (i16::from(level) + grain).clamp(0, 255) as u8);
    }
    page
}

fn stored(page: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    page.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).expect("a JPEG");
    bytes.into_inner()
}

/// Stored by an encoder that rounds luma to whole levels, as libjpeg does; that of [`stored`] cuts it off.
fn rounded(page: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let (width, height) = (page.width() as u16, page.height() as u16);
    encoder.encode(page.as_raw(), width, height, ColorType::Rgb).expect("a JPEG");
    bytes
}

fn decoded(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory(jpeg).expect("a picture").to_rgb8()
}

fn examined(jpeg: &[u8]) -> Tampering {
    tampering::examine(jpeg, &Still::decode(jpeg).expect("pixels").frame())
}

fn signal<'t>(found: &'t Tampering, code: &str) -> &'t Signal {
    found.signals.iter().find(|signal| signal.code == code).expect("every check answers")
}

/// Whether a signal objects, and how near the middle of its region lies to a place.
fn objects_near(signal: &Signal, [x, y]: [f32; 2]) -> bool {
    let Some(region) = signal.region else { return false };
    let [left, top, right, bottom] = region.bounds();
    let away = ((left + right) / 2.0 - x).abs().max(((top + bottom) / 2.0 - y).abs());
    signal.severity == Severity::Review && away < 32.0
}

/// Another page's strokes over a part of this one, about its middle.
fn pasted(page: &mut RgbImage, [x, y]: [u32; 2]) {
    let other = self::page(72, 40, 99);
    image::imageops::replace(page, &other, i64::from(x) - 36, i64::from(y) - 20);
}

#[test]
fn what_a_camera_stored_once_is_left_alone() {
    for (seed, quality) in [(1, 82), (2, 90), (3, 96)] {
        let found = examined(&stored(&page(640, 480, seed), quality));
        for signal in &found.signals {
            assert_eq!(signal.severity, Severity::Pass, "{}", signal.code);
            assert!(signal.score < signal.threshold, "{} {}", signal.code, signal.score);
        }
    }
}

#[test]
fn what_was_stored_twice_is_known_by_its_levels() {
    for (first, second) in [(80, 92), (85, 95), (70, 90)] {
        let again = stored(&decoded(&stored(&page(640, 480, 4), first)), second);
        let found = examined(&again);
        let recompressed = signal(&found, "recompressed");
        assert!(
            recompressed.score >= recompressed.threshold,
            "{first}, {second}: {recompressed:?}"
        );
        assert_eq!(recompressed.severity, Severity::Pass);
        assert_eq!(signal(&found, "tampering_double_compression").severity, Severity::Pass);
    }
}

#[test]
fn what_was_pasted_between_is_found_where_it_is() {
    let mut edited = decoded(&stored(&page(640, 480, 5), 82));
    pasted(&mut edited, [420, 130]);
    let found = examined(&stored(&edited, 93));
    let signal = signal(&found, "tampering_double_compression");
    assert!(objects_near(signal, [420.0, 130.0]), "{signal:?}");
    let edited = stored(&edited, 93);
    let still = Still::decode(&edited).expect("pixels");
    let drawn = found.picture(&still.frame(), 320);
    assert_eq!(drawn.dimensions(), (320, 240));
    let red = |x, y| {
        let Rgb([red, green, _]) = *drawn.get_pixel(x, y);
        red > 200 && green < 60
    };
    assert!(red(210, 65) && !red(60, 200), "the map is not red where it should be");
}

#[test]
fn what_was_stored_twice_with_one_table_is_known_by_what_no_longer_changes() {
    for quality in [93, 95, 97] {
        let once = rounded(&page(640, 480, 10), quality);
        let again = rounded(&decoded(&once), quality);
        let [once, again] = [once, again].map(|jpeg| {
            let found = examined(&jpeg);
            let recompressed = signal(&found, "recompressed");
            recompressed.score / recompressed.threshold
        });
        assert!(once < 0.5 && again >= 1.0, "{quality}: {once}, {again}");
    }
}

#[test]
fn regions_are_upright_where_the_picture_is_stored_on_its_side() {
    let mut edited = decoded(&stored(&page(640, 480, 6), 82));
    pasted(&mut edited, [420, 130]);
    let jpeg = stored(&edited, 93);
    // Exif orientations, and where the pasted place comes to lie.
    let cases =
        [(1, [420.0, 130.0]), (3, [220.0, 350.0]), (6, [350.0, 420.0]), (8, [130.0, 220.0])];
    for (orientation, place) in cases {
        let found = examined(&with_exif(&jpeg, &[(0x0112, 3, orientation)]));
        let signal = signal(&found, "tampering_double_compression");
        assert!(objects_near(signal, place), "{orientation}: {signal:?}");
    }
}

#[test]
fn a_copied_place_is_found_though_stored_again_with_what_it_had() {
    let mut edited = decoded(&stored(&page(640, 480, 7), 90));
    assert_eq!(
        signal(&examined(&stored(&edited, 90)), "tampering_copy_move").severity,
        Severity::Pass
    );
    let part = image::imageops::crop_imm(&edited, 61, 303, 220, 140).to_image();
    image::imageops::replace(&mut edited, &part, 402, 57);
    let found = examined(&stored(&edited, 90));
    let signal = signal(&found, "tampering_copy_move");
    assert_eq!(signal.severity, Severity::Review);
    let inside = objects_near(signal, [171.0, 373.0]) || objects_near(signal, [512.0, 127.0]);
    assert!(inside, "{signal:?}");
}

/// The JPEG with a first Exif directory of such entries: tag, type, value.
fn with_exif(jpeg: &[u8], entries: &[(u16, u16, u32)]) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    tiff.extend((entries.len() as u16).to_be_bytes());
    for (tag, kind, value) in entries {
        tiff.extend(tag.to_be_bytes());
        tiff.extend(kind.to_be_bytes());
        tiff.extend(1u32.to_be_bytes());
        let value = if *kind == 3 { value << 16 } else { *value };
        tiff.extend(value.to_be_bytes());
    }
    tiff.extend([0; 4]);
    let mut segment = b"\xff\xd8\xff\xe1".to_vec();
    segment.extend((tiff.len() as u16 + 8).to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(tiff);
    segment.extend(jpeg.get(2..).expect("a JPEG"));
    segment
}

/// The JPEG with a segment of a program's own.
fn signed(jpeg: &[u8], marker: u8, text: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, marker];
    bytes.extend((text.len() as u16 + 2).to_be_bytes());
    bytes.extend(text);
    bytes.extend(jpeg.get(2..).expect("a JPEG"));
    bytes
}

#[test]
fn an_editor_that_left_its_name_is_met() {
    let jpeg = stored(&page(320, 240, 8), 90);
    let contradicts = |jpeg: &[u8]| {
        examined(jpeg).signals.iter().any(|signal| signal.code == "metadata_contradicts")
    };
    assert!(!contradicts(&jpeg));
    assert!(!contradicts(&signed(&jpeg, 0xe1, b"http://ns.adobe.com/xap/1.0/\0 HDR camera 4.2")));
    assert!(!contradicts(&signed(&jpeg, 0xed, b"Photoshop 3.0\08BIM")));
    assert!(contradicts(&signed(
        &jpeg,
        0xe1,
        b"...CreatorTool=\"Adobe Photoshop CC 2018 Windows\""
    )));
    assert!(contradicts(&signed(&jpeg, 0xfe, b"edited with GIMP")));
    assert!(contradicts(&signed(
        &jpeg,
        0xe1,
        "http://ns.adobe.com/xap/1.0/\0 美图秀秀".as_bytes()
    )));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever the bytes say, there is an answer.
    #[test]
    fn no_header_makes_it_stumble(
        place in 2usize..640,
        bytes in proptest::collection::vec(any::<u8>(), 1..24),
    ) {
        let page = page(64, 48, 9);
        let mut jpeg = with_exif(&stored(&page, 85), &[(0x0112, 3, 6), (0x8769, 4, 8)]);
        for (slot, byte) in jpeg.iter_mut().skip(place).zip(bytes) {
            *slot = byte;
        }
        let (width, height) = page.dimensions();
        let frame = bailing_vision::Frame::new(
            page.as_raw(), width, height, width as usize * 3, bailing_vision::PixelFormat::Rgb8,
        ).expect("a frame");
        let found = tampering::examine(&jpeg, &frame);
        prop_assert!(found.signals.iter().all(|signal| signal.score.is_finite()));
    }
}
