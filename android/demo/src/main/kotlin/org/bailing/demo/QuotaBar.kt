package org.bailing.demo

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.view.View

/** What the quota was without proofs, and what they added to it. */
internal class QuotaBar(context: Context, private val beforeYuan: Long, private val quotaYuan: Long) : View(context) {
    private val paint = Paint(Paint.ANTI_ALIAS_FLAG)
    private val density = resources.displayMetrics.density

    init {
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
    }

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) =
        setMeasuredDimension(MeasureSpec.getSize(widthMeasureSpec), (10 * density).toInt())

    override fun onDraw(canvas: Canvas) {
        val radius = height / 2f
        // Proofs can double the quota: that is the whole bar.
        val whole = (2 * beforeYuan).coerceAtLeast(quotaYuan).coerceAtLeast(1)
        val isMirrored = layoutDirection == LAYOUT_DIRECTION_RTL
        if (isMirrored) canvas.scale(-1f, 1f, width / 2f, 0f)
        for ((share, colour) in listOf(1f to 0x33FFFFFF, quotaYuan / whole.toFloat() to 0xFFB9F2D6.toInt(), beforeYuan.coerceAtMost(quotaYuan) / whole.toFloat() to -1)) {
            paint.color = colour
            canvas.drawRoundRect(0f, 0f, width * share, height.toFloat(), radius, radius, paint)
        }
    }
}
