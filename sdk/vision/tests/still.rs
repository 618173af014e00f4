//! Encoded photos, as hostile bytes.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::io::Cursor;

use bailing_vision::still::{MAX_PIXELS, Still};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use proptest::prelude::*;

fn picture() -> DynamicImage {
    RgbImage::from_fn(48, 32, |x, y| Rgb([x as u8 * 5, y as u8 * 7, 90])).into()
}

fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("encoded");
    bytes.into_inner()
}

fn refused(bytes: &[u8]) -> &'static str {
    let error = Still::decode(bytes).expect_err("to be refused");
    assert!(error.to_string().len() > 20, "{error}");
    error.code()
}

#[test]
fn three_formats_come_out_as_rgb() {
    let formats = [
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::Png, "image/png"),
        (ImageFormat::WebP, "image/webp"),
    ];
    for (format, media_type) in formats {
        let still = Still::decode(&encode(&picture(), format)).expect("decoded");
        assert_eq!((still.media_type(), still.width(), still.height()), (media_type, 48, 32));
        assert_eq!(still.rgb().len(), 48 * 32 * 3);
        assert_eq!(still.frame().row(31).len(), 48 * 3);
        if format != ImageFormat::Jpeg {
            assert_eq!(still.rgb(), picture().as_bytes());
        }
    }
}

#[test]
fn every_depth_comes_out_as_rgb() {
    let expected = picture();
    for other in [
        DynamicImage::from(expected.to_rgba8()),
        DynamicImage::from(expected.to_rgb16()),
        DynamicImage::from(expected.to_rgba16()),
    ] {
        let still = Still::decode(&encode(&other, ImageFormat::Png)).expect("decoded");
        assert_eq!(still.rgb(), expected.as_bytes());
    }
    let grey = DynamicImage::from(expected.to_luma8());
    let still = Still::decode(&encode(&grey, ImageFormat::Png)).expect("decoded");
    assert!(still.rgb().chunks_exact(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]));
}

/// An EXIF block with one entry, the orientation.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    let length = (exif.len() + 2) as u16;
    [&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), &exif, &jpeg[2..]].concat()
}

#[test]
fn pixels_are_upright() {
    // One half red, the other blue: where red is tells how it was turned.
    let halves =
        RgbImage::from_fn(
            64,
            32,
            |x, _| {
                if x < 32 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) }
            },
        );
    let jpeg = encode(&halves.into(), ImageFormat::Jpeg);
    let red_at = |orientation: u8, x: usize, y: usize| {
        let still = Still::decode(&with_orientation(&jpeg, orientation)).expect("decoded");
        let at = (y * still.width() as usize + x) * 3;
        let size = (still.width(), still.height());
        (size, still.rgb()[at] > 128)
    };
    assert_eq!(red_at(1, 8, 16), ((64, 32), true));
    assert_eq!(red_at(3, 56, 16), ((64, 32), true));
    assert_eq!(red_at(6, 16, 8), ((32, 64), true));
    assert_eq!(red_at(8, 16, 56), ((32, 64), true));
    // An orientation that does not exist is none.
    assert_eq!(red_at(77, 8, 16), ((64, 32), true));
}

#[test]
fn what_is_no_picture_is_refused() {
    assert_eq!(refused(b""), "image_format_unknown");
    assert_eq!(refused(b"%PDF-1.7 a contract"), "image_format_unknown");
    assert_eq!(refused(b"GIF89a\x01\x00\x01\x00"), "image_format_unknown");
    assert_eq!(refused(b"\xff\xd8\xff\xe0"), "image_damaged");
    assert_eq!(refused(&encode(&picture(), ImageFormat::Png)[..60]), "image_damaged");
    let jpeg = encode(&picture(), ImageFormat::Jpeg);
    for length in 4..jpeg.len() {
        assert_eq!(refused(&jpeg[..length]), "image_damaged", "{length} of {} bytes", jpeg.len());
    }
    // What a phone puts behind the picture, a film of a second, does no harm.
    assert!(Still::decode(&[jpeg.as_slice(), b"\0\0\0\x18ftypmp42"].concat()).is_ok());
    assert_eq!(refused(&encode(&picture(), ImageFormat::WebP)[..40]), "image_damaged");
}

/// The size in the header decides, before any memory is asked for.
#[test]
fn sixty_four_megapixels_are_the_most() {
    let sized = |width: u32, height: u32| {
        let mut bytes = encode(&picture(), ImageFormat::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let checksum = crc32(&bytes[12..29]).to_be_bytes();
        bytes[29..33].copy_from_slice(&checksum);
        refused(&bytes)
    };
    assert_eq!(u64::from(8_000u32) * 8_000, MAX_PIXELS);
    assert_eq!(sized(8_000, 8_000), "image_damaged");
    assert_eq!(sized(8_000, 8_001), "image_too_large");
    assert_eq!(sized(1, 64_000_001), "image_too_large");
    assert_eq!(sized(0x7fff_ffff, 0x7fff_ffff), "image_too_large");
}

/// PNG's checksum (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |checksum, byte| {
        (0..8).fold(checksum ^ u32::from(*byte), |checksum, _| {
            (checksum >> 1) ^ (0xedb8_8320 * (checksum & 1))
        })
    })
}

proptest! {
    /// A byte changed, and perhaps an early end: a picture of some size, or an error.
    #[test]
    fn damage_is_answered(
        format in proptest::sample::select(
            vec![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP]),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        end in any::<proptest::sample::Index>(),
        cut: bool,
    ) {
        let mut bytes = encode(&picture(), format);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(end.index(bytes.len()));
        }
        if let Ok(still) = Still::decode(&bytes) {
            let area = u64::from(still.width()) * u64::from(still.height());
            prop_assert!(area <= MAX_PIXELS);
            prop_assert_eq!(still.rgb().len() as u64, area * 3);
        }
    }

    #[test]
    fn any_bytes_are_answered(
        head in proptest::sample::select(vec![&b"\xff\xd8\xff"[..], b"\x89PNG\r\n\x1a\n", b"RIFF", b""]),
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        prop_assert!(Still::decode(&[head, &bytes].concat()).is_err());
    }
}
