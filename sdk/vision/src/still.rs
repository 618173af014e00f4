//! Decodes an encoded photo into upright pixels.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use thiserror::Error;

use crate::Frame;

/// Largest image accepted, checked from the header before anything is decoded.
pub const MAX_PIXELS: u64 = 64_000_000;

/// Largest buffer a decoder may ask for: 64 MP of 16-bit RGBA.
const MAX_DECODER_BYTES: u64 = MAX_PIXELS * 8;

/// An encoded photo, decoded: RGB, upright (EXIF orientation applied), tightly packed.
#[derive(Clone, PartialEq, Eq)]
pub struct Still {
    media_type: &'static str,
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

/// Why a photo could not be decoded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StillError {
    /// Not a picture in a format that is read here: JPEG, and PNG and WebP with `png-and-webp`.
    #[error("not a picture of a known format: send the camera's own JPEG")]
    UnknownFormat,
    /// The header promises more than [`MAX_PIXELS`].
    #[error("more than 64 million pixels: take the photo at a lower setting")]
    TooLarge,
    /// The picture's bytes are damaged.
    #[error("the picture is damaged: {0}")]
    Damaged(#[source] ImageError),
    /// A JPEG that ends early, whose decoder would fill the rest with grey.
    #[error("the picture ends early: send the whole file")]
    Incomplete,
}

impl StillError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownFormat => "image_format_unknown",
            Self::TooLarge => "image_too_large",
            Self::Damaged(_) | Self::Incomplete => "image_damaged",
        }
    }
}

impl Still {
    /// Decodes JPEG; PNG and WebP with the feature `png-and-webp`. Transparency is dropped; 16-bit and grey pictures become RGB8.
    pub fn decode(encoded: &[u8]) -> Result<Self, StillError> {
        let mut reader = ImageReader::new(Cursor::new(encoded))
            .with_guessed_format()
            .map_err(|error| StillError::Damaged(error.into()))?;
        let media_type = match reader.format() {
            Some(ImageFormat::Jpeg) => "image/jpeg",
            Some(ImageFormat::Png) => "image/png",
            Some(ImageFormat::WebP) => "image/webp",
            _ => return Err(StillError::UnknownFormat),
        };
        if media_type == "image/jpeg" && !is_complete_jpeg(encoded) {
            return Err(StillError::Incomplete);
        }
        let mut limits = Limits::no_limits();
        limits.max_alloc = Some(MAX_DECODER_BYTES);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(|error| match error {
            ImageError::Limits(_) => StillError::TooLarge,
            ImageError::Unsupported(_) => StillError::UnknownFormat,
            error => StillError::Damaged(error),
        })?;
        let (width, height) = decoder.dimensions();
        let area = u64::from(width) * u64::from(height);
        if area > MAX_PIXELS {
            return Err(StillError::TooLarge);
        }
        let orientation = decoder.orientation().map_err(StillError::Damaged)?;
        let mut picture = DynamicImage::from_decoder(decoder).map_err(StillError::Damaged)?;
        picture.apply_orientation(orientation);
        let picture = picture.into_rgb8();
        Ok(Self {
            media_type,
            width: picture.width(),
            height: picture.height(),
            rgb: picture.into_raw(),
        })
    }

    /// Media type of the encoded picture.
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// Width in pixels, upright.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, upright.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The pixels: `u8`, row-major, `3 * width` bytes a row, no padding.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The same pixels as a frame.
    pub fn frame(&self) -> Frame<'_> {
        Frame::packed_rgb(&self.rgb, self.width, self.height)
    }
}

/// Whether an end marker follows the picture's data (ITU-T T.81 §B.1.1.3). In entropy-coded data 0xff is
/// followed by zero or a restart marker, so the pair is an end; segments before it, which may hold a
/// thumbnail with an end of its own, are stepped over.
fn is_complete_jpeg(encoded: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xda;
    let mut rest = encoded.get(2..).unwrap_or_default();
    while let [0xff, marker, after @ ..] = rest {
        match after {
            _ if *marker == START_OF_SCAN => {
                return after.windows(2).any(|pair| matches!(pair, [0xff, 0xd9]));
            }
            // Any number of fill bytes may stand before a marker.
            _ if *marker == 0xff => rest = rest.get(1..).unwrap_or_default(),
            [high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low])).max(2);
                rest = after.get(length..).unwrap_or_default();
            }
            _ => return false,
        }
    }
    false
}

impl std::fmt::Debug for Still {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Still")
            .field("media_type", &self.media_type)
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}
