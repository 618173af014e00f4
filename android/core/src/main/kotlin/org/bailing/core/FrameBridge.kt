package org.bailing.core

import java.nio.ByteBuffer

/** The frame path into Rust, by hand: no copy and no allocation. See `sdk/ffi`. */
internal object FrameBridge {
    const val NO_SESSION = -1
    const val UNUSABLE_FRAME = -2
    const val BUSY = -3
    const val PANICKED = -4

    init {
        System.loadLibrary("bailing_ffi")
    }

    /** 0, or one of the numbers above; the answer lies in [result], as [FrameResult] reads it. */
    @JvmStatic
    external fun process(
        session: Long,
        y: ByteBuffer,
        u: ByteBuffer?,
        v: ByteBuffer?,
        width: Int,
        height: Int,
        yRowStride: Int,
        uvRowStride: Int,
        uvPixelStride: Int,
        rotationDegrees: Int,
        result: ByteBuffer,
    ): Int
}
