package org.bailing.demo

import android.content.Context
import android.content.res.ColorStateList
import android.graphics.drawable.RippleDrawable
import android.text.TextUtils
import android.view.Gravity
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.ImageView
import android.widget.LinearLayout

internal enum class Tab(val icon: Int, val label: Int) {
    Tasks(R.drawable.tab_tasks, R.string.tab_tasks),
    Outbox(R.drawable.tab_outbox, R.string.tab_outbox),
    Quota(R.drawable.tab_quota, R.string.tab_quota),
    Assistant(R.drawable.tab_assistant, R.string.tab_assistant),
    Data(R.drawable.tab_data, R.string.tab_data),
}

/** The five places of the app. */
internal class TabBar(context: Context, chosen: Tab, choose: (Tab) -> Unit) : LinearLayout(context) {
    init {
        val pieces = Pieces(context)
        setBackgroundColor(pieces.colour(R.color.bailing_surface))
        for (tab in Tab.entries) {
            val isChosen = tab == chosen
            val colour = if (isChosen) R.color.bailing_accent else R.color.bailing_on_surface_quiet
            val item = pieces.column {
                gravity = Gravity.CENTER
                setPadding(0, pieces.dp(8), 0, pieces.dp(8))
                background = RippleDrawable(ColorStateList.valueOf(0x22808080), null, null)
                isClickable = true
                isFocusable = true
                isSelected = isChosen
                contentDescription = context.getString(tab.label)
                addView(
                    ImageView(context).apply {
                        setImageResource(tab.icon)
                        imageTintList = ColorStateList.valueOf(pieces.colour(colour))
                    },
                    LayoutParams(pieces.dp(26), pieces.dp(26)),
                )
                addView(
                    pieces.text(tab.label, 12f, colour, isChosen).apply {
                        maxLines = 1
                        ellipsize = TextUtils.TruncateAt.END
                        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
                    },
                    LayoutParams(WRAP_CONTENT, WRAP_CONTENT),
                )
                setOnClickListener { choose(tab) }
            }
            addView(item, LayoutParams(0, WRAP_CONTENT, 1f))
        }
    }
}
