package org.bailing.demo

import android.content.Context
import android.content.res.ColorStateList
import android.graphics.Typeface
import android.graphics.drawable.GradientDrawable
import android.graphics.drawable.RippleDrawable
import android.icu.text.DateFormat
import android.icu.text.NumberFormat
import android.text.TextUtils
import android.util.TypedValue
import android.view.Gravity
import android.view.View
import android.view.ViewGroup
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.Button
import android.widget.ImageView
import android.widget.LinearLayout
import android.widget.ScrollView
import android.widget.TextView
import java.util.Date

/** The few pieces that all screens are made of. */
internal class Pieces(val context: Context) {
    val isChinese: Boolean
        get() = context.resources.configuration.locales[0].language == "zh"

    /** A page that scrolls: a title, then what [content] adds. */
    fun page(title: Int?, content: LinearLayout.() -> Unit): View {
        val column = column { setPadding(dp(20), dp(20), dp(20), dp(28)) }
        title?.let { column.addView(text(it, 28f, R.color.bailing_on_surface, isBold = true).asHeading()) }
        column.content()
        return ScrollView(context).apply {
            isFillViewport = true
            clipToPadding = false
            addView(column, ViewGroup.LayoutParams(MATCH_PARENT, WRAP_CONTENT))
        }
    }

    fun column(content: LinearLayout.() -> Unit = {}) = LinearLayout(context).apply {
        orientation = LinearLayout.VERTICAL
        content()
    }

    fun row(content: LinearLayout.() -> Unit = {}) = LinearLayout(context).apply {
        orientation = LinearLayout.HORIZONTAL
        gravity = Gravity.CENTER_VERTICAL
        content()
    }

    fun card(content: LinearLayout.() -> Unit) = column {
        background = shape(colour(R.color.bailing_surface), 20)
        setPadding(dp(18), dp(16), dp(18), dp(16))
        content()
    }

    /** A card that can be pressed. */
    fun action(pressed: () -> Unit, content: LinearLayout.() -> Unit) = card(content).apply {
        background = RippleDrawable(
            ColorStateList.valueOf(0x22808080), shape(colour(R.color.bailing_surface), 20), null,
        )
        isClickable = true
        isFocusable = true
        setOnClickListener { pressed() }
    }

    fun text(
        text: CharSequence,
        size: Float = 16f,
        colour: Int = R.color.bailing_on_surface,
        isBold: Boolean = false,
    ) = TextView(context).apply {
        this.text = text
        setTextSize(TypedValue.COMPLEX_UNIT_SP, size)
        setTextColor(colour(colour))
        setLineSpacing(0f, 1.12f)
        if (isBold) setTypeface(Typeface.create("sans-serif-medium", Typeface.BOLD))
    }

    fun text(resource: Int, size: Float = 16f, colour: Int = R.color.bailing_on_surface, isBold: Boolean = false) =
        text(context.getString(resource), size, colour, isBold)

    fun quiet(text: CharSequence, size: Float = 14f) = text(text, size, R.color.bailing_on_surface_quiet)

    fun heading(resource: Int) = text(resource, 15f, R.color.bailing_on_surface_quiet, isBold = true).asHeading()

    fun pill(text: CharSequence, background: Int, foreground: Int) = text(text, 13f, foreground, isBold = true).apply {
        this.background = shape(colour(background), 14)
        setPadding(dp(11), dp(4), dp(11), dp(5))
        maxLines = 2
        ellipsize = TextUtils.TruncateAt.END
    }

    fun button(resource: Int, isMain: Boolean = true, pressed: () -> Unit) = Button(context).apply {
        setText(resource)
        isAllCaps = false
        setTextSize(TypedValue.COMPLEX_UNIT_SP, 16f)
        minHeight = dp(54)
        stateListAnimator = null
        setTextColor(colour(if (isMain) R.color.bailing_on_accent else R.color.bailing_accent))
        val fill = if (isMain) shape(colour(R.color.bailing_accent), 27) else shape(0, 27)
        background = RippleDrawable(ColorStateList.valueOf(0x33808080), fill, shape(-1, 27))
        setOnClickListener { pressed() }
    }

    /** An icon on a soft disc. */
    fun badge(icon: Int) = ImageView(context).apply {
        setImageResource(icon)
        imageTintList = ColorStateList.valueOf(colour(R.color.demo_on_accent_soft))
        background = shape(colour(R.color.demo_accent_soft), 22)
        setPadding(dp(10), dp(10), dp(10), dp(10))
        importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_NO
        layoutParams = LinearLayout.LayoutParams(dp(44), dp(44))
    }

    fun hairline() = View(context).apply {
        setBackgroundColor(colour(R.color.demo_hairline))
        layoutParams = LinearLayout.LayoutParams(MATCH_PARENT, dp(1))
    }

    /** Adds [view] across the whole width, [space] dp below what is above. */
    fun LinearLayout.below(view: View, space: Int = 12) {
        val size = view.layoutParams?.height ?: WRAP_CONTENT
        addView(view, LinearLayout.LayoutParams(MATCH_PARENT, size).apply { topMargin = dp(space) })
    }

    /** Adds [view] at its own width, [space] dp below what is above, at the start. */
    fun LinearLayout.hugging(view: View, space: Int = 8) = addView(
        view,
        LinearLayout.LayoutParams(WRAP_CONTENT, WRAP_CONTENT).apply {
            topMargin = dp(space)
            gravity = Gravity.START
        },
    )

    /** Adds [view] over the rest of a row's width. */
    fun LinearLayout.filling(view: View, start: Int = 0, end: Int = 0) = addView(
        view,
        LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f).apply {
            marginStart = dp(start)
            marginEnd = dp(end)
        },
    )

    fun yuan(amount: Long): String = "¥" + NumberFormat.getIntegerInstance(context.resources.configuration.locales[0]).format(amount)

    /** With its sign, and never broken from it. */
    fun change(amount: Long): String = (if (amount < 0) "−" else "+") + WORD_JOINER + yuan(kotlin.math.abs(amount))

    /** A moment, as the language writes it. */
    fun moment(unixSeconds: Long): String = DateFormat
        .getInstanceForSkeleton("MMMdHm", context.resources.configuration.locales[0])
        .format(Date(unixSeconds * 1000))

    fun shape(colour: Int, radius: Int) = GradientDrawable().apply {
        setColor(colour)
        cornerRadius = dp(radius).toFloat()
    }

    fun colour(resource: Int) = context.getColor(resource)

    fun dp(value: Int) = (value * context.resources.displayMetrics.density).toInt()

    private companion object {
        const val WORD_JOINER = "\u2060"
    }

    private fun TextView.asHeading() = apply {
        if (android.os.Build.VERSION.SDK_INT >= android.os.Build.VERSION_CODES.P) isAccessibilityHeading = true
    }
}
