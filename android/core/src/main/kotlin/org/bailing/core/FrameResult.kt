package org.bailing.core

import java.nio.ByteBuffer
import java.nio.ByteOrder

/**
 * What a session saw in a frame.
 *
 * The session has one of these and fills it anew with each frame, so that nothing is allocated while
 * the camera runs: read what you need before the next frame.
 */
public class FrameResult internal constructor() {
    internal val bytes: ByteBuffer =
        ByteBuffer.allocateDirect(BYTES).order(ByteOrder.nativeOrder())

    /** What to tell the merchant. */
    public val guidance: Guidance
        get() = Guidance.of(bytes.getInt(KIND), bytes.getInt(DETAIL))

    /** Whether the photo should be taken now. */
    public val capturesNow: Boolean
        get() = has(CAPTURE)

    /** Whether this frame was looked at; a slow phone skips some, and the rest stays as it was. */
    public val isAnalysed: Boolean
        get() = has(ANALYSED)

    /** Whether a page was found; its corners are meaningless otherwise. */
    public val hasPage: Boolean
        get() = has(PAGE)

    /** How long it was held still, of what the photo needs: 0 to 1. */
    public val steadiness: Float
        get() = bytes.getFloat(STEADINESS)

    /**
     * A corner of the page: top left, top right, bottom right, bottom left for 0 to 3.
     *
     * @return x as a share of the upright frame's width; it may lie outside of 0 to 1.
     */
    public fun cornerX(corner: Int): Float = bytes.getFloat(CORNERS + 8 * corner.inPage())

    /** As [cornerX]: y as a share of the upright frame's height. */
    public fun cornerY(corner: Int): Float = bytes.getFloat(CORNERS + 8 * corner.inPage() + 4)

    /** For a frame that was not looked at: it asks for no photo. */
    internal fun keep() {
        bytes.putInt(FLAGS, bytes.getInt(FLAGS) and PAGE)
    }

    private fun Int.inPage(): Int =
        if (this in 0..3) this else throw IndexOutOfBoundsException("a page has corners 0 to 3")

    private fun has(flag: Int) = bytes.getInt(FLAGS) and flag != 0

    /** How Rust lays it out: `sdk/ffi`. */
    internal companion object Layout {
        const val BYTES = 64
        const val KIND = 0
        const val DETAIL = 4
        const val FLAGS = 8
        const val CORNERS = 12
        const val STEADINESS = 44

        const val CAPTURE = 1
        const val ANALYSED = 2
        const val PAGE = 4
    }
}
