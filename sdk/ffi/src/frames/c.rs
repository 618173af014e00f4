//! `bailing_frame`: a frame of iOS's bi-planar 4:2:0 (`include/bailing_frame.h`).

use super::{Planes, Status, Written, process};

/// See the header, which says what each argument is.
///
/// # Safety
///
/// `luma` and `chroma` point to so many readable bytes that nobody writes meanwhile, `chroma` may be null;
/// `result` points to one writable `bailing_frame_result`.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn bailing_frame(
    session: i64,
    luma: *const u8,
    luma_length: usize,
    luma_stride: usize,
    chroma: *const u8,
    chroma_length: usize,
    chroma_stride: usize,
    width: u32,
    height: u32,
    rotation_degrees: i32,
    result: *mut Written,
) -> i32 {
    let plane = |address: *const u8, length: usize| {
        // SAFETY: the caller vouches for address and length.
        (!address.is_null()).then(|| unsafe { std::slice::from_raw_parts(address, length) })
    };
    let frame = || {
        let luma = plane(luma, luma_length).ok_or(Status::Unusable)?;
        let chroma = plane(chroma, chroma_length);
        // Cb and Cr lie in turn.
        let red = chroma.map(|chroma| chroma.get(1..).ok_or(Status::Unusable)).transpose()?;
        let planes = Planes {
            luma,
            luma_stride,
            chroma: chroma.zip(red).map(<[&[u8]; 2]>::from),
            chroma_stride,
            chroma_step: 2,
            width,
            height,
            degrees: rotation_degrees,
        };
        let written = process(session, &planes)?;
        if result.is_null() {
            return Err(Status::Unusable);
        }
        // SAFETY: not null, and the caller vouches for the rest.
        unsafe { result.write(written) };
        Ok(())
    };
    frame().err().unwrap_or(Status::Done) as i32
}
