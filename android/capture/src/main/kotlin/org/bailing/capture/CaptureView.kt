package org.bailing.capture

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.Color
import android.graphics.drawable.GradientDrawable
import android.graphics.drawable.RippleDrawable
import android.content.res.ColorStateList
import android.util.TypedValue
import android.view.Gravity
import android.view.MotionEvent
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.FrameLayout
import android.widget.ImageButton
import android.widget.LinearLayout
import android.widget.TextView
import org.bailing.core.FrameResult
import org.bailing.core.Guidance

/**
 * The camera's screen: preview, the page's outline, one hint, shutter, torch and pages.
 *
 * Screen readers read the hint when it changes, politely: it is a live region, which the system
 * announces when what is said before has ended.
 */
@SuppressLint("ViewConstructor") // Made in code only.
internal class CaptureView(context: Context, preview: View) : FrameLayout(context) {
    private val density = resources.displayMetrics.density
    private val outline = PageOverlay(context)
    private val fitted = FittedFrame(context).apply {
        addView(preview)
        addView(outline)
        contentDescription = context.getString(R.string.bailing_preview)
    }
    private val hint = TextView(context).apply {
        setTextColor(context.getColor(R.color.bailing_on_scrim))
        setTextSize(TypedValue.COMPLEX_UNIT_SP, 18f)
        gravity = Gravity.CENTER
        background = GradientDrawable().apply {
            setColor(context.getColor(R.color.bailing_scrim))
            cornerRadius = dp(22).toFloat()
        }
        setPadding(dp(20), dp(11), dp(20), dp(11))
        accessibilityLiveRegion = ACCESSIBILITY_LIVE_REGION_POLITE
    }
    private val count = TextView(context).apply {
        setTextColor(context.getColor(R.color.bailing_on_scrim))
        setTextSize(TypedValue.COMPLEX_UNIT_SP, 15f)
        gravity = Gravity.CENTER
    }
    private val shutter = ShutterButton(context)
    private val torch = iconButton(R.drawable.bailing_torch_off, R.string.bailing_torch_on)
    private val close = iconButton(R.drawable.bailing_close, R.string.bailing_close)
    private val dropLast = iconButton(R.drawable.bailing_undo, R.string.bailing_drop_last)
    private val done = iconButton(R.drawable.bailing_done, R.string.bailing_done).apply {
        background = round(context.getColor(R.color.bailing_accent))
        imageTintList = ColorStateList.valueOf(context.getColor(R.color.bailing_on_accent))
    }
    private var isTorchOn = false

    var onClose: () -> Unit = {}
    var onShutter: () -> Unit = {}
    var onTorch: (on: Boolean) -> Unit = {}
    var onDone: () -> Unit = {}
    var onDropLast: () -> Unit = {}

    /** Where the merchant pointed: shares of the frame. */
    var onFocus: (x: Float, y: Float) -> Unit = { _, _ -> }

    init {
        setBackgroundColor(Color.BLACK)
        fitsSystemWindows = true
        addView(fitted, LayoutParams(MATCH_PARENT, MATCH_PARENT))
        addView(controls(), LayoutParams(MATCH_PARENT, MATCH_PARENT))
        close.setOnClickListener { onClose() }
        shutter.setOnClickListener { onShutter() }
        torch.setOnClickListener { turnTorch(!isTorchOn) }
        done.setOnClickListener { onDone() }
        dropLast.setOnClickListener { onDropLast() }
        listenForFocus()
        showPages(0, 1)
        showTorch(false)
    }

    /** The size of upright frames, to which the preview is fitted: nothing that is photographed is hidden. */
    fun fit(width: Int, height: Int) {
        fitted.fit(width, height)
    }

    /** Takes over what the session saw; from any thread, and without allocating. */
    fun show(seen: FrameResult) {
        outline.show(seen, seen.guidance === Guidance.Ready || seen.guidance === Guidance.HoldStill)
        shutter.steadiness = seen.steadiness
    }

    /** As [show], for a picture of the screen. */
    fun show(corners: FloatArray, isGood: Boolean, steadiness: Float) {
        outline.show(corners, isGood)
        shutter.steadiness = steadiness
    }

    fun say(text: CharSequence) {
        if (hint.text.toString() != text.toString()) hint.text = text
    }

    fun showPages(kept: Int, most: Int) {
        val several = most > 1
        count.visibility = if (several) VISIBLE else INVISIBLE
        count.text = context.getString(R.string.bailing_pages, (kept + 1).coerceAtMost(most), most)
        done.visibility = if (several && kept > 0) VISIBLE else INVISIBLE
        dropLast.visibility = if (several && kept > 0) VISIBLE else INVISIBLE
    }

    /** Lets the merchant end with what is kept. */
    fun offerDone() {
        done.visibility = VISIBLE
    }

    fun showTorch(available: Boolean) {
        torch.visibility = if (available) VISIBLE else INVISIBLE
    }

    /** While a photo is checked or signed nothing else can be asked for. */
    fun showBusy(busy: Boolean) {
        listOf(shutter, done, dropLast, torch).forEach { it.isEnabled = !busy }
    }

    private fun turnTorch(on: Boolean) {
        isTorchOn = on
        torch.setImageResource(if (on) R.drawable.bailing_torch_on else R.drawable.bailing_torch_off)
        torch.contentDescription =
            context.getString(if (on) R.string.bailing_torch_off else R.string.bailing_torch_on)
        onTorch(on)
    }

    private fun controls() = LinearLayout(context).apply {
        orientation = LinearLayout.VERTICAL
        setPadding(dp(16), dp(12), dp(16), dp(28))
        addView(row(close, count, torch))
        addView(
            hint,
            LinearLayout.LayoutParams(WRAP_CONTENT, WRAP_CONTENT).apply {
                gravity = Gravity.CENTER_HORIZONTAL
                topMargin = dp(12)
            },
        )
        addView(View(context), LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
        addView(row(dropLast, shutter, done))
    }

    /** One at the start, one in the middle, one at the end: mirrored where text runs from the right. */
    private fun row(start: View, middle: View, end: View) = LinearLayout(context).apply {
        gravity = Gravity.CENTER_VERTICAL
        addView(start, LinearLayout.LayoutParams(dp(56), dp(56)))
        addView(
            FrameLayout(context).apply {
                addView(middle, LayoutParams(WRAP_CONTENT, WRAP_CONTENT, Gravity.CENTER))
            },
            LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f),
        )
        addView(end, LinearLayout.LayoutParams(dp(56), dp(56)))
    }

    private fun iconButton(icon: Int, label: Int) = ImageButton(context).apply {
        setImageResource(icon)
        contentDescription = context.getString(label)
        background = round(context.getColor(R.color.bailing_scrim))
    }

    private fun round(colour: Int) = RippleDrawable(
        ColorStateList.valueOf(0x40FFFFFF),
        GradientDrawable().apply {
            shape = GradientDrawable.OVAL
            setColor(colour)
        },
        null,
    )

    @SuppressLint("ClickableViewAccessibility") // Continuous focus does the same for who cannot point.
    private fun listenForFocus() = fitted.setOnTouchListener { touched, event ->
        if (event.action == MotionEvent.ACTION_UP) {
            val frame = fitted.frame
            val x = (event.x - frame.left) / frame.width().coerceAtLeast(1)
            val y = (event.y - frame.top) / frame.height().coerceAtLeast(1)
            if (x in 0f..1f && y in 0f..1f) onFocus(x, y)
            touched.performClick()
        }
        true
    }

    private fun dp(value: Int) = (value * density).toInt()
}
