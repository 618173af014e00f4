package org.bailing.core

import android.media.Image
import java.nio.ByteBuffer
import org.bailing.core.generated.CaptureSession as NativeSession

/**
 * One task, from the first frame to the sealed bundle. Bring your own camera: give every frame to
 * [process], and a still to [photograph] when it says so.
 *
 * Frames belong on one thread, photos on any; [seal] and [photograph] take long enough to be felt, so
 * keep them off the main thread.
 */
public class CaptureSession internal constructor(
    /** What is photographed. */
    public val task: CaptureTask,
    private val native: NativeSession,
    private val sealed: (NativeSession) -> String,
) : AutoCloseable {
    private val handle = native.frameHandle()
    private val result = FrameResult()

    /** Pages kept so far. */
    public val pages: Int
        get() = native.pages().toInt()

    /**
     * Looks at a camera frame, without copying it.
     *
     * @param image in YUV_420_888, open until this returns.
     * @param rotationDegrees clockwise turn that makes it upright: 0, 90, 180 or 270.
     * @return always the same object; see [FrameResult].
     */
    public fun process(image: Image, rotationDegrees: Int): FrameResult {
        val (y, u, v) = image.planes
        return process(
            y.buffer, u.buffer, v.buffer, image.width, image.height,
            y.rowStride, u.rowStride, u.pixelStride, rotationDegrees,
        )
    }

    /**
     * Looks at a frame given as planes.
     *
     * @param y direct buffer of luma, one byte a pixel, from its position 0.
     * @param u direct buffer of chroma at half the resolution, or null where there is only luma.
     * @param v as [u].
     */
    public fun process(
        y: ByteBuffer,
        u: ByteBuffer?,
        v: ByteBuffer?,
        width: Int,
        height: Int,
        yRowStride: Int,
        uvRowStride: Int,
        uvPixelStride: Int,
        rotationDegrees: Int,
    ): FrameResult {
        val status = FrameBridge.process(
            handle, y, u, v, width, height,
            yRowStride, uvRowStride, uvPixelStride, rotationDegrees, result.bytes,
        )
        return when (status) {
            0 -> result
            // A still is being looked at: this frame is dropped, and what was seen stands.
            FrameBridge.BUSY -> result.apply { keep() }
            else -> throw refused(status)
        }
    }

    /**
     * Examines a still and keeps it if it is good.
     *
     * @param jpeg as the camera encoded it, as soon as it did: exactly these bytes are signed and uploaded.
     */
    public fun photograph(jpeg: ByteArray): Photograph =
        calling { Photograph.of(native.photograph(jpeg), pages) }

    /** The merchant takes no second photo where one was asked for. */
    public fun skipSecond() {
        native.skipSecond()
    }

    /** Throws the last page away. */
    public fun dropLastPage() {
        native.dropLast()
    }

    /**
     * Signs all pages with the phone's key and puts them into the outbox, durably.
     *
     * @return the bundle's id: its SHA-256 in hexadecimal.
     */
    public fun seal(): String = calling { sealed(native) }

    /** Ends the session; what was not sealed is gone. */
    override fun close() {
        native.close()
    }

    private fun refused(status: Int) = when (status) {
        FrameBridge.NO_SESSION -> BailingException("session_closed", "open a new session")
        FrameBridge.UNUSABLE_FRAME -> BailingException(
            "frame_unusable", "the planes' sizes and strides do not fit, or a buffer is not direct",
        )
        else -> BailingException("sdk_failed", "the frame was skipped; go on with the next")
    }
}
