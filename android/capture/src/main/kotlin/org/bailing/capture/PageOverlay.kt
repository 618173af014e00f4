package org.bailing.capture

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Path
import android.view.View
import org.bailing.core.FrameResult

/** Draws the page's outline over the preview; green once it is good. */
internal class PageOverlay(context: Context) : View(context) {
    private val corners = FloatArray(8)
    private var hasPage = false
    private var isGood = false
    private val outline = Path()
    private val density = resources.displayMetrics.density
    private val line = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        style = Paint.Style.STROKE
        strokeWidth = 3 * density
        strokeJoin = Paint.Join.ROUND
        strokeCap = Paint.Cap.ROUND
        setShadowLayer(2 * density, 0f, 0f, 0x80000000.toInt())
    }
    private val filling = Paint(Paint.ANTI_ALIAS_FLAG)
    private val ready = context.getColor(R.color.bailing_page_ready)
    private val seeking = context.getColor(R.color.bailing_page_seeking)

    init {
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
    }

    /** Takes over what the session saw; from any thread. */
    fun show(seen: FrameResult, isGood: Boolean) {
        synchronized(corners) {
            hasPage = seen.hasPage
            this.isGood = isGood
            for (corner in 0..3) {
                corners[2 * corner] = seen.cornerX(corner)
                corners[2 * corner + 1] = seen.cornerY(corner)
            }
        }
        postInvalidateOnAnimation()
    }

    /** For a picture of the screen: corners as shares, x and y in turn. */
    fun show(shares: FloatArray, isGood: Boolean) {
        synchronized(corners) {
            hasPage = true
            this.isGood = isGood
            shares.copyInto(corners)
        }
        postInvalidateOnAnimation()
    }

    override fun onDraw(canvas: Canvas) {
        val colour: Int
        synchronized(corners) {
            if (!hasPage) return
            outline.rewind()
            for (corner in 0..3) {
                val (x, y) = corners[2 * corner] * width to corners[2 * corner + 1] * height
                if (corner == 0) outline.moveTo(x, y) else outline.lineTo(x, y)
            }
            outline.close()
            colour = if (isGood) ready else seeking
        }
        filling.color = colour
        filling.alpha = FILL_ALPHA
        line.color = colour
        canvas.drawPath(outline, filling)
        canvas.drawPath(outline, line)
    }

    private companion object {
        const val FILL_ALPHA = 40
    }
}
