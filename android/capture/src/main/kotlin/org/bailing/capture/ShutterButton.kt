package org.bailing.capture

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.view.View

/** A round button, with a ring that fills while the phone is held still. */
internal class ShutterButton(context: Context) : View(context) {
    private val density = resources.displayMetrics.density
    private val disc = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        color = context.getColor(R.color.bailing_on_scrim)
    }
    private val ring = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        style = Paint.Style.STROKE
        strokeWidth = 5 * density
        strokeCap = Paint.Cap.ROUND
    }
    private val ready = context.getColor(R.color.bailing_page_ready)

    /** 0 to 1; from any thread. */
    @Volatile
    var steadiness: Float = 0f
        set(value) {
            field = value.coerceIn(0f, 1f)
            postInvalidateOnAnimation()
        }

    init {
        contentDescription = context.getString(R.string.bailing_shutter)
        isFocusable = true
        isClickable = true
    }

    override fun getAccessibilityClassName(): CharSequence = "android.widget.Button"

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val side = (SIDE_DP * density).toInt()
        setMeasuredDimension(side, side)
    }

    override fun onDraw(canvas: Canvas) {
        val (x, y) = width / 2f to height / 2f
        val radius = width / 2f - ring.strokeWidth
        disc.alpha = if (!isEnabled) DISABLED_ALPHA else if (isPressed) PRESSED_ALPHA else 255
        canvas.drawCircle(x, y, radius - 5 * density, disc)
        ring.color = disc.color
        ring.alpha = TRACK_ALPHA
        canvas.drawCircle(x, y, radius, ring)
        if (steadiness > 0f) {
            ring.color = ready
            canvas.drawArc(x - radius, y - radius, x + radius, y + radius, -90f, 360 * steadiness, false, ring)
        }
    }

    override fun drawableStateChanged() {
        super.drawableStateChanged()
        invalidate()
    }

    private companion object {
        const val SIDE_DP = 84
        const val DISABLED_ALPHA = 90
        const val PRESSED_ALPHA = 200
        const val TRACK_ALPHA = 110
    }
}
