package org.bailing.capture

import android.content.Context
import android.graphics.Rect
import android.view.ViewGroup

/** Lays its children out over each other, as large as fits with a frame's proportions, in the middle. */
internal class FittedFrame(context: Context) : ViewGroup(context) {
    private var frameWidth = 9
    private var frameHeight = 16

    /** Where they lie. */
    val frame = Rect()

    fun fit(width: Int, height: Int) {
        frameWidth = width.coerceAtLeast(1)
        frameHeight = height.coerceAtLeast(1)
        requestLayout()
    }

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val width = MeasureSpec.getSize(widthMeasureSpec)
        val height = MeasureSpec.getSize(heightMeasureSpec)
        setMeasuredDimension(width, height)
        val byWidth = width * frameHeight <= height * frameWidth
        val fittedWidth = if (byWidth) width else height * frameWidth / frameHeight
        val fittedHeight = if (byWidth) width * frameHeight / frameWidth else height
        val left = (width - fittedWidth) / 2
        val top = (height - fittedHeight) / 2
        frame.set(left, top, left + fittedWidth, top + fittedHeight)
        for (index in 0 until childCount) {
            getChildAt(index).measure(
                MeasureSpec.makeMeasureSpec(fittedWidth, MeasureSpec.EXACTLY),
                MeasureSpec.makeMeasureSpec(fittedHeight, MeasureSpec.EXACTLY),
            )
        }
    }

    override fun onLayout(changed: Boolean, left: Int, top: Int, right: Int, bottom: Int) {
        for (index in 0 until childCount) {
            getChildAt(index).layout(frame.left, frame.top, frame.right, frame.bottom)
        }
    }
}
