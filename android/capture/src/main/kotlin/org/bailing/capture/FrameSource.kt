package org.bailing.capture

import java.nio.ByteBuffer

/**
 * Where frames come from: the camera, or in tests a recording.
 *
 * A frame that comes while the last one is still looked at is dropped, never queued.
 */
internal interface FrameSource {
    /** Whether there is a torch to turn on. */
    val hasTorch: Boolean

    /** Begins to give frames, on one thread of its own. */
    fun start(receiver: Receiver)

    /** Asks for one still. */
    fun takeStill()

    fun turnTorch(on: Boolean)

    /** Focuses where the merchant pointed: shares of the upright frame. */
    fun focus(x: Float, y: Float)

    /** Ends: nothing is given after this returns. */
    fun stop()

    interface Receiver {
        /** The size of the frames once upright, before the first of them. */
        fun opened(width: Int, height: Int)

        /** [planes] are valid during the call only. */
        fun frame(planes: Planes)

        /** A still in JPEG, as soon as it was taken. */
        fun still(jpeg: ByteArray)

        fun failed(reason: FailureReason)
    }
}

/** A frame in YUV_420_888; one object a source, filled anew for each frame. */
internal class Planes {
    lateinit var y: ByteBuffer
    var u: ByteBuffer? = null
    var v: ByteBuffer? = null
    var width = 0
    var height = 0
    var yRowStride = 0
    var uvRowStride = 0
    var uvPixelStride = 0

    /** Clockwise turn that makes it upright. */
    var rotationDegrees = 0
}
