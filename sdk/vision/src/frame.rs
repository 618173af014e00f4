//! Borrowed pixels, as a camera or a decoder hands them over.

use thiserror::Error;

/// One image in memory that somebody else owns.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pixels: &'a [u8],
    width: u32,
    height: u32,
    stride: usize,
    format: PixelFormat,
}

/// How a pixel's bytes lie. Values are gamma-encoded as in sRGB, full range 0–255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PixelFormat {
    /// One byte a pixel: a camera's Y plane.
    Luma8,
    /// Three bytes a pixel: red, green, blue.
    Rgb8,
    /// Four bytes a pixel: red, green, blue, and one that is ignored.
    Rgba8,
}

impl PixelFormat {
    /// Bytes a pixel.
    pub const fn bytes_per_pixel(self) -> usize {
        match self {
            Self::Luma8 => 1,
            Self::Rgb8 => 3,
            Self::Rgba8 => 4,
        }
    }
}

/// Why pixels could not be taken as a frame.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// A side of zero, or more than [`crate::still::MAX_PIXELS`] pixels.
    #[error("a frame of {width} x {height} pixels cannot be analysed: 1 to 64 million pixels")]
    Size {
        /// Width given.
        width: u32,
        /// Height given.
        height: u32,
    },
    /// A row is longer than the stride.
    #[error("stride of {stride} bytes is shorter than a row of {row} bytes")]
    Stride {
        /// Stride given.
        stride: usize,
        /// Bytes that one row of pixels takes.
        row: usize,
    },
    /// The buffer ends before the last row does.
    #[error("{given} bytes of pixels, where the size and stride need {needed}")]
    Length {
        /// Bytes given.
        given: usize,
        /// Bytes needed: `stride * (height - 1) + row`; the last row's padding may be missing.
        needed: usize,
    },
}

impl FrameError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        "frame_unusable"
    }
}

impl<'a> Frame<'a> {
    /// Takes `height` rows of `width` pixels, `stride` bytes apart.
    pub fn new(
        pixels: &'a [u8],
        width: u32,
        height: u32,
        stride: usize,
        format: PixelFormat,
    ) -> Result<Self, FrameError> {
        let area = u64::from(width) * u64::from(height);
        if area == 0 || area > crate::still::MAX_PIXELS {
            return Err(FrameError::Size { width, height });
        }
        let row = width as usize * format.bytes_per_pixel();
        if stride < row {
            return Err(FrameError::Stride { stride, row });
        }
        let needed = stride.saturating_mul(height as usize - 1).saturating_add(row);
        if pixels.len() < needed {
            return Err(FrameError::Length { given: pixels.len(), needed });
        }
        Ok(Self { pixels, width, height, stride, format })
    }

    /// A decoder's own output, whose size it vouches for.
    pub(crate) fn packed_rgb(pixels: &'a [u8], width: u32, height: u32) -> Self {
        Self { pixels, width, height, stride: width as usize * 3, format: PixelFormat::Rgb8 }
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// How a pixel's bytes lie.
    pub fn format(&self) -> PixelFormat {
        self.format
    }

    /// The bytes of row `y`, without padding; empty below the last row.
    pub fn row(&self, y: u32) -> &'a [u8] {
        let start = self.stride.saturating_mul(y as usize);
        let length = self.width as usize * self.format.bytes_per_pixel();
        self.pixels.get(start..start + length).unwrap_or_default()
    }

    /// The pixel in column `x` of row `y`, where pixels have so many bytes; `None` beyond the frame.
    pub(crate) fn pixel<const BYTES: usize>(&self, x: u32, y: u32) -> Option<[u8; BYTES]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        // Below the buffer's length, as `new` saw.
        let start = self.stride.wrapping_mul(y as usize).wrapping_add(x as usize * BYTES);
        self.pixels.get(start..)?.first_chunk().copied()
    }
}
