//! `org.bailing.core.FrameBridge.process`: a frame of Android's `YUV_420_888`.

use jni::errors::ThrowRuntimeExAndDefault;
use jni::objects::{JByteBuffer, JClass};
use jni::sys::{jint, jlong};
use jni::{Env, EnvUnowned};

use super::{Planes, Status, Written, process};

/// `static native int process(long session, ByteBuffer y, ByteBuffer u, ByteBuffer v, int width,
/// int height, int yRowStride, int uvRowStride, int uvPixelStride, int rotationDegrees,
/// ByteBuffer result)`
///
/// All buffers are direct, and what counts is their first byte (`slice()` one whose position is not
/// zero). `u` and `v` may both be null: then luma alone is looked at. The last row of a plane may lack its
/// padding. `result` has [`Written::BYTES`] bytes. Gives a [`Status`].
#[unsafe(no_mangle)]
pub(crate) extern "system" fn Java_org_bailing_core_FrameBridge_process<'caller>(
    mut unowned: EnvUnowned<'caller>,
    _class: JClass<'caller>,
    session: jlong,
    y: JByteBuffer<'caller>,
    u: JByteBuffer<'caller>,
    v: JByteBuffer<'caller>,
    width: jint,
    height: jint,
    y_row_stride: jint,
    uv_row_stride: jint,
    uv_pixel_stride: jint,
    rotation_degrees: jint,
    result: JByteBuffer<'caller>,
) -> jint {
    let sizes = [width, height, y_row_stride, uv_row_stride, uv_pixel_stride];
    unowned
        .with_env(|env| -> jni::errors::Result<jint> {
            let frame = || {
                let [width, height, y_stride, uv_stride, uv_step] =
                    natural(sizes).ok_or(Status::Unusable)?;
                let luma = bytes(env, &y).ok_or(Status::Unusable)?;
                let chroma = match (u.is_null(), v.is_null()) {
                    (true, true) => None,
                    _ => bytes(env, &u).zip(bytes(env, &v)).map(Some).ok_or(Status::Unusable)?,
                };
                let planes = Planes {
                    luma,
                    luma_stride: y_stride as usize,
                    chroma: chroma.map(<[&[u8]; 2]>::from),
                    chroma_stride: uv_stride as usize,
                    chroma_step: uv_step as usize,
                    width,
                    height,
                    degrees: rotation_degrees,
                };
                let written = process(session, &planes)?;
                write(env, &result, &written).ok_or(Status::Unusable)
            };
            Ok(frame().err().unwrap_or(Status::Done) as jint)
        })
        .resolve::<ThrowRuntimeExAndDefault>()
}

/// What Java says, none below zero.
fn natural<const N: usize>(values: [jint; N]) -> Option<[u32; N]> {
    let mut natural = [0; N];
    for (natural, value) in natural.iter_mut().zip(values) {
        *natural = u32::try_from(value).ok()?;
    }
    Some(natural)
}

/// Address and length of a direct buffer.
fn direct(env: &Env<'_>, buffer: &JByteBuffer<'_>) -> Option<(*mut u8, usize)> {
    if buffer.is_null() {
        return None;
    }
    let length = env.get_direct_buffer_capacity(buffer).ok()?;
    let address = env.get_direct_buffer_address(buffer).ok()?;
    (!address.is_null()).then_some((address, length))
}

/// The bytes of a direct buffer.
fn bytes<'a>(env: &Env<'_>, buffer: &'a JByteBuffer<'_>) -> Option<&'a [u8]> {
    let (address, length) = direct(env, buffer)?;
    // SAFETY: the JVM gave address and capacity of one direct buffer, which lives at least as long as
    // `buffer` refers to it, and the caller neither writes nor closes it during the call: a camera image
    // stays readable until the analyser closes it, after this returns.
    Some(unsafe { std::slice::from_raw_parts(address, length) })
}

/// Writes the result where Java reads it.
fn write(env: &Env<'_>, buffer: &JByteBuffer<'_>, written: &Written) -> Option<()> {
    let (address, length) = direct(env, buffer)?;
    if length < Written::BYTES {
        return None;
    }
    let bytes = written.bytes();
    // SAFETY: the buffer has so many bytes, is writable memory of the JVM's for the length of the call, and
    // no plane that is still read lies in it: reading has ended.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), address, bytes.len()) };
    Some(())
}
