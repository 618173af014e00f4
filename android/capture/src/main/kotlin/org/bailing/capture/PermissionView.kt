package org.bailing.capture

import android.annotation.SuppressLint
import android.content.Context
import android.content.res.ColorStateList
import android.graphics.Typeface
import android.graphics.drawable.GradientDrawable
import android.graphics.drawable.RippleDrawable
import android.util.TypedValue
import android.view.Gravity
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.Button
import android.widget.LinearLayout
import android.widget.ScrollView
import android.widget.TextView

/** Says why the camera is needed, and the one thing to do. */
@SuppressLint("ViewConstructor") // Made in code only.
internal class PermissionView(
    context: Context,
    isDeniedForGood: Boolean,
    proceed: () -> Unit,
    leave: () -> Unit,
) : ScrollView(context) {
    init {
        isFillViewport = true
        fitsSystemWindows = true
        setBackgroundColor(context.getColor(R.color.bailing_surface))
        val column = LinearLayout(context).apply {
            orientation = LinearLayout.VERTICAL
            gravity = Gravity.CENTER_VERTICAL
            setPadding(dp(28), dp(28), dp(28), dp(28))
        }
        val (title, text, action) = if (isDeniedForGood) {
            Triple(
                R.string.bailing_permission_denied_title,
                R.string.bailing_permission_denied_text,
                R.string.bailing_permission_settings,
            )
        } else {
            Triple(
                R.string.bailing_permission_title,
                R.string.bailing_permission_text,
                R.string.bailing_permission_allow,
            )
        }
        column.addView(text(title, 24f, R.color.bailing_on_surface).apply { setTypeface(typeface, Typeface.BOLD) })
        column.addView(text(text, 16f, R.color.bailing_on_surface_quiet), below(12))
        column.addView(button(action, isMain = true, proceed), below(32))
        column.addView(button(R.string.bailing_not_now, isMain = false, leave), below(8))
        addView(column, LayoutParams(MATCH_PARENT, WRAP_CONTENT))
    }

    private fun text(resource: Int, size: Float, colour: Int) = TextView(context).apply {
        setText(resource)
        setTextSize(TypedValue.COMPLEX_UNIT_SP, size)
        setLineSpacing(0f, 1.15f)
        setTextColor(context.getColor(colour))
    }

    private fun button(resource: Int, isMain: Boolean, action: () -> Unit) = Button(context).apply {
        setText(resource)
        isAllCaps = false
        setTextSize(TypedValue.COMPLEX_UNIT_SP, 16f)
        minHeight = dp(52)
        stateListAnimator = null
        val accent = context.getColor(R.color.bailing_accent)
        setTextColor(if (isMain) context.getColor(R.color.bailing_on_accent) else accent)
        val shape = GradientDrawable().apply {
            cornerRadius = dp(26).toFloat()
            setColor(if (isMain) accent else 0)
        }
        background = RippleDrawable(ColorStateList.valueOf(0x33808080), shape, null)
        setOnClickListener { action() }
    }

    private fun below(space: Int) = LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT).apply { topMargin = dp(space) }

    private fun dp(value: Int) = (value * resources.displayMetrics.density).toInt()
}
