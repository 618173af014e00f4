//! Camera frames, without a copy and without a call through uniffi: [`java`] for Android, [`c`] for iOS.
//!
//! uniffi's byte arguments ignore a buffer's position and cost more a call; a camera gives 10 to 30
//! frames a second, so this one path is written by hand. The platform names the session by the number
//! that [`CaptureSession::frame_handle`] gave, never by an address.

pub(crate) mod c;
pub(crate) mod java;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bailing_capture::{Frame, FrameResult, PixelFormat, Turn};

use crate::CaptureSession;
use crate::guidance;

/// Sessions that a platform may name; those that are gone are swept when a new one comes.
static SESSIONS: Mutex<Vec<(i64, Weak<CaptureSession>)>> = Mutex::new(Vec::new());

/// What became of a frame: zero, or why it was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub(crate) enum Status {
    /// The result is filled in.
    Done = 0,
    /// The session is gone, or never was.
    NoSession = -1,
    /// Sizes, strides and buffers do not fit each other, or a buffer is not direct.
    Unusable = -2,
    /// Another thread is in the session, with a still perhaps: drop the frame.
    Busy = -3,
    /// The library failed; the session goes on.
    Failed = -4,
}

/// What a frame led to, as bytes that the platform owns: 64, in the machine's order.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(crate) struct Written {
    /// The hint's place in `Guidance`.
    guidance: i32,
    /// The place of its side or ninth, where it has one.
    detail: i32,
    /// See the constants below.
    flags: i32,
    /// x and y of top left, top right, bottom right, bottom left, shares of the upright frame.
    quad: [f32; 8],
    /// 0..1, how long it has held still of the time it has to.
    steadiness: f32,
    reserved: [i32; 4],
}

/// Take the still now.
const CAPTURE: i32 = 1;
/// This very frame was looked at.
const ANALYSED: i32 = 2;
/// There is an outline.
const QUAD: i32 = 4;

impl Written {
    pub(crate) const BYTES: usize = size_of::<Self>();

    fn of(result: &FrameResult) -> Self {
        let (guidance, detail) = guidance::places(result.guidance);
        let flag = |is_set: bool, flag: i32| if is_set { flag } else { 0 };
        let flags = flag(result.capture, CAPTURE)
            | flag(result.analysed, ANALYSED)
            | flag(result.quad.is_some(), QUAD);
        let [width, height] = result.size.map(|side| side.max(1) as f32);
        let mut quad = [0.0; 8];
        let corners = result.quad.iter().flat_map(|quad| quad.corners);
        for (pair, corner) in quad.as_chunks_mut::<2>().0.iter_mut().zip(corners) {
            *pair = [corner.x / width, corner.y / height];
        }
        Self { guidance, detail, flags, quad, steadiness: result.steadiness, reserved: [0; 4] }
    }

    /// The same as bytes.
    fn bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let integers = [self.guidance, self.detail, self.flags].map(i32::to_ne_bytes);
        let floats = self.quad.iter().chain([&self.steadiness]).map(|value| value.to_ne_bytes());
        for (place, value) in
            bytes.as_chunks_mut::<4>().0.iter_mut().zip(integers.into_iter().chain(floats))
        {
            *place = value;
        }
        bytes
    }
}

/// The planes of one frame, 4:2:0, as a camera gives them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planes<'a> {
    pub(crate) luma: &'a [u8],
    pub(crate) luma_stride: usize,
    /// Cb and Cr.
    pub(crate) chroma: Option<[&'a [u8]; 2]>,
    pub(crate) chroma_stride: usize,
    pub(crate) chroma_step: usize,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Clockwise, to be upright.
    pub(crate) degrees: i32,
}

impl<'a> Planes<'a> {
    fn frame(&self) -> Option<Frame<'a>> {
        let Self { luma, luma_stride, width, height, .. } = *self;
        let frame = Frame::new(luma, width, height, luma_stride, PixelFormat::Luma8).ok()?;
        let frame = match self.chroma {
            Some([blue, red]) => {
                frame.with_chroma(blue, red, self.chroma_stride, self.chroma_step).ok()?
            }
            None => frame,
        };
        Some(frame.with_turn(Turn::clockwise(self.degrees)?))
    }
}

/// One frame of the session of that number. Allocates nothing.
pub(crate) fn process(session: i64, planes: &Planes<'_>) -> Result<Written, Status> {
    let known = SESSIONS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .find(|(handle, _)| *handle == session)
        .and_then(|(_, session)| session.upgrade());
    let session = known.ok_or(Status::NoSession)?;
    let frame = planes.frame().ok_or(Status::Unusable)?;
    // A panic must not kill the host app; what it left is buffers and a hint.
    let result = catch_unwind(AssertUnwindSafe(|| session.guide(&frame)));
    match result {
        Ok(Some(result)) => Ok(Written::of(&result)),
        Ok(None) => Err(Status::Busy),
        Err(_) => Err(Status::Failed),
    }
}

#[uniffi::export]
impl CaptureSession {
    /// The number by which the frame path names this session.
    pub fn frame_handle(self: Arc<Self>) -> i64 {
        let mut sessions = SESSIONS.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|(_, session)| session.strong_count() > 0);
        let known = sessions.iter().find(|(_, known)| known.as_ptr() == Arc::as_ptr(&self));
        if let Some((handle, _)) = known {
            return *handle;
        }
        let handle = sessions.iter().map(|(handle, _)| *handle).max().unwrap_or_default() + 1;
        sessions.push((handle, Arc::downgrade(&self)));
        handle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: u32 = 64;
    const HEIGHT: u32 = 48;
    const STRIDE: usize = 80;

    fn planes<'a>(luma: &'a [u8], chroma: &'a [u8]) -> Planes<'a> {
        Planes {
            luma,
            luma_stride: STRIDE,
            chroma: Some([chroma, &chroma[1..]]),
            chroma_stride: STRIDE,
            chroma_step: 2,
            width: WIDTH,
            height: HEIGHT,
            degrees: 90,
        }
    }

    #[test]
    fn what_is_analysed_lies_where_the_camera_put_it() {
        let (luma, chroma) = (vec![7; STRIDE * 48], vec![128; STRIDE * 24]);
        let frame = planes(&luma, &chroma).frame().expect("a frame");
        for row in 0..HEIGHT {
            let there = luma[row as usize * STRIDE..].as_ptr();
            assert_eq!(frame.row(row).as_ptr(), there, "row {row} was copied");
        }
    }

    #[test]
    fn planes_that_do_not_fit_are_no_frame() {
        let (luma, chroma) = (vec![7; STRIDE * 48], vec![128; STRIDE * 24]);
        let good = planes(&luma, &chroma);
        for bad in [
            Planes { degrees: 45, ..good },
            Planes { width: 81, ..good },
            Planes { height: 0, ..good },
            Planes { luma: &luma[..STRIDE * 47], ..good },
            Planes { chroma: Some([&chroma, &chroma[..STRIDE]]), ..good },
        ] {
            assert!(bad.frame().is_none(), "{bad:?}");
            assert_eq!(process(-1, &bad).err(), Some(Status::NoSession));
        }
    }

    #[test]
    fn a_result_is_written_as_the_header_says() {
        let written = Written {
            guidance: 1,
            detail: 2,
            flags: CAPTURE | QUAD,
            quad: [0.5; 8],
            steadiness: 0.25,
            reserved: [0; 4],
        };
        let bytes = written.bytes();
        assert_eq!(bytes.len(), 64);
        let float = |at: usize| f32::from_ne_bytes(*bytes[at..].first_chunk().expect("a float"));
        let integer = |at: usize| i32::from_ne_bytes(*bytes[at..].first_chunk().expect("a number"));
        assert_eq!([integer(0), integer(4), integer(8)], [1, 2, 5]);
        assert_eq!([float(12), float(40), float(44)], [0.5, 0.5, 0.25]);
    }
}
