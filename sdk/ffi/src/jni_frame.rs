//! Camera frames from Java without a copy: `BailingFrames.process`.
//!
//! uniffi's byte arguments ignore a buffer's position and cost more a call; a camera gives 10 to 30
//! frames a second, so this one path is written by hand. Java names the session by the number that
//! [`CaptureSession::frame_handle`] gave, never by an address.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use bailing_capture::{Frame, Guidance, PixelFormat, Subject};
use jni::errors::ThrowRuntimeExAndDefault;
use jni::objects::{JByteBuffer, JClass};
use jni::sys::{jboolean, jint, jlong};
use jni::{Env, EnvUnowned};

use crate::CaptureSession;

/// Sessions that Java may name; those that are gone are swept when a new one comes.
static SESSIONS: Mutex<Vec<(i64, Weak<CaptureSession>)>> = Mutex::new(Vec::new());

/// The session is gone, or never was.
const NO_SESSION: jint = -1;

/// Size, stride and buffer do not fit each other, or the buffer is not direct.
const UNUSABLE: jint = -2;

#[uniffi::export]
impl CaptureSession {
    /// The number by which `BailingFrames.process` names this session.
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

/// `static native int process(long session, ByteBuffer plane, int width, int height, int rowStride,
/// boolean scene, long nowNs)`: one luma plane; gives the hint's place in `Hint`, or a number below
/// zero. `plane` is a direct buffer whose address is its first byte (`slice()` it otherwise).
#[unsafe(no_mangle)]
pub(crate) extern "system" fn Java_org_bailing_BailingFrames_process<'caller>(
    mut unowned: EnvUnowned<'caller>,
    _class: JClass<'caller>,
    session: jlong,
    plane: JByteBuffer<'caller>,
    width: jint,
    height: jint,
    row_stride: jint,
    scene: jboolean,
    now_ns: jlong,
) -> jint {
    unowned
        .with_env(|env| -> jni::errors::Result<jint> {
            let known = SESSIONS
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .iter()
                .find(|(handle, _)| *handle == session)
                .and_then(|(_, session)| session.upgrade());
            let Some(session) = known else { return Ok(NO_SESSION) };
            let pixels = match bytes(env, &plane) {
                Some(pixels) => pixels,
                None => return Ok(UNUSABLE),
            };
            let [Ok(width), Ok(height), Ok(stride)] =
                [width, height, row_stride].map(u32::try_from)
            else {
                return Ok(UNUSABLE);
            };
            // A frame knows that the last row may lack its padding.
            let frame = Frame::new(pixels, width, height, stride as usize, PixelFormat::Luma8);
            let Ok(frame) = frame else { return Ok(UNUSABLE) };
            let subject = if scene { Subject::Scene } else { Subject::Page };
            let now_ns = u64::try_from(now_ns).unwrap_or_default();
            Ok(place(session.guide(&frame, subject, now_ns)))
        })
        .resolve::<ThrowRuntimeExAndDefault>()
}

/// The bytes of a direct buffer.
fn bytes<'a>(env: &Env<'_>, plane: &'a JByteBuffer<'_>) -> Option<&'a [u8]> {
    let capacity = env.get_direct_buffer_capacity(plane).ok()?;
    let address = env.get_direct_buffer_address(plane).ok()?;
    // SAFETY: the JVM gave address and capacity of one direct buffer, which lives at least as long as
    // `plane` refers to it, and the caller neither writes nor closes it during the call: a camera
    // image stays readable until the analyser closes it, after this returns.
    (!address.is_null()).then(|| unsafe { std::slice::from_raw_parts(address, capacity) })
}

/// A hint's place in `Hint`.
fn place(guidance: Guidance) -> jint {
    match guidance {
        Guidance::FindDocument => 0,
        Guidance::FrameDocument => 1,
        Guidance::MoveCloser => 2,
        Guidance::AdjustLight => 3,
        Guidance::AvoidGlare => 4,
        Guidance::HoldStill => 5,
        Guidance::PhotographOriginal => 6,
        Guidance::Ready => 7,
    }
}
