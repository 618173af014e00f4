//! Borrowed pixels, as a camera or a decoder hands them over.

use thiserror::Error;

use crate::Turn;

/// One image in memory that somebody else owns.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pixels: &'a [u8],
    width: u32,
    height: u32,
    stride: usize,
    format: PixelFormat,
    chroma: Option<Chroma<'a>>,
    turn: Turn,
}

/// The colour of a camera's frame beside its Y plane: Cb and Cr, a byte each for two by two pixels.
#[derive(Clone, Copy, Debug)]
struct Chroma<'a> {
    planes: [&'a [u8]; 2],
    stride: usize,
    step: usize,
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
        check_plane(pixels, height, stride, width as usize * format.bytes_per_pixel())?;
        Ok(Self { pixels, width, height, stride, format, chroma: None, turn: Turn::None })
    }

    /// A frame of luma with the colour beside it: Cb and Cr (ITU-R BT.601, full range) at half the width
    /// and height, rounded up; rows `stride` bytes apart, values `step`: 1 where a plane holds nothing
    /// else, 2 where the two are interleaved. Frames of other formats have their colour, and keep it.
    ///
    /// What is judged by luma alone reads the Y plane as before.
    pub fn with_chroma(
        self,
        blue: &'a [u8],
        red: &'a [u8],
        stride: usize,
        step: usize,
    ) -> Result<Self, FrameError> {
        let row = (self.width.div_ceil(2) as usize - 1).saturating_mul(step).saturating_add(1);
        for plane in [blue, red] {
            check_plane(plane, self.height.div_ceil(2), stride, row)?;
        }
        let chroma = Chroma { planes: [blue, red], stride, step };
        let colourless = self.format == PixelFormat::Luma8;
        Ok(Self { chroma: colourless.then_some(chroma), ..self })
    }

    /// The same frame, which has to be turned so to be upright. Places in it stay what they are: only what
    /// knows a thing by how it stands is shown the frame turned.
    #[must_use]
    pub fn with_turn(self, turn: Turn) -> Self {
        Self { turn, ..self }
    }

    /// A decoder's own output, whose size it vouches for.
    pub(crate) fn packed_rgb(pixels: &'a [u8], width: u32, height: u32) -> Self {
        let (stride, format) = (width as usize * 3, PixelFormat::Rgb8);
        Self { pixels, width, height, stride, format, chroma: None, turn: Turn::None }
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

    /// How it has to be turned to be upright.
    pub fn turn(&self) -> Turn {
        self.turn
    }

    /// Whether a frame of luma has its colour beside it.
    pub(crate) fn has_chroma(&self) -> bool {
        self.chroma.is_some()
    }

    /// Cb and Cr below row `y`, and the bytes from one value to the next; nothing without colour.
    pub(crate) fn chroma(&self, y: u32) -> Option<([&'a [u8]; 2], usize)> {
        let Chroma { planes: [blue, red], stride, step } = self.chroma?;
        let start = stride.checked_mul(y as usize / 2)?;
        Some(([blue.get(start..)?, red.get(start..)?], step))
    }

    /// The pixel of a frame of luma in a column and a row, with its colour.
    pub(crate) fn tinted(&self, luma: u8, x: u32, y: u32) -> [u8; 3] {
        let Some(([blue, red], step)) = self.chroma(y) else { return [luma; 3] };
        let at = (x as usize / 2).wrapping_mul(step);
        match (blue.get(at), red.get(at)) {
            (Some(blue), Some(red)) => tinted(luma, *blue, *red),
            _ => [luma; 3],
        }
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

/// Whether a plane holds `height` rows of `row` bytes, `stride` bytes apart.
fn check_plane(plane: &[u8], height: u32, stride: usize, row: usize) -> Result<(), FrameError> {
    if stride < row {
        return Err(FrameError::Stride { stride, row });
    }
    let above = (height as usize).saturating_sub(1);
    let needed = stride.saturating_mul(above).saturating_add(row);
    if plane.len() < needed {
        return Err(FrameError::Length { given: plane.len(), needed });
    }
    Ok(())
}

/// A pixel's luma with its colour (ITU-R BT.601, full range).
pub(crate) fn tinted(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let [luma, blue, red] = [i32::from(luma), i32::from(blue) - 128, i32::from(red) - 128];
    // In 256ths; 128 of them round.
    let with = |added: i32| (luma + ((added + 128) >> 8)).clamp(0, 255) as u8;
    [with(359 * red), with(-88 * blue - 183 * red), with(454 * blue)]
}
