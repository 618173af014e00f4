package org.bailing.demo

import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.LinearLayout

/** Where a conversation will be. The server has none yet, so this shows what its last decision says. */
internal class AssistantScreen(
    private val pieces: Pieces,
    private val decision: QuotaDecision?,
    private val choose: (ProofKind) -> Unit,
) {
    fun view(): View = with(pieces) {
        page(R.string.assistant_title) {
            below(
                column {
                    background = shape(colour(R.color.demo_warn_soft), 16)
                    setPadding(dp(16), dp(12), dp(16), dp(12))
                    addView(text(R.string.assistant_note, 14f, R.color.demo_on_warn_soft))
                },
                14,
            )
            if (decision == null) {
                bubble(context.getString(R.string.assistant_none))
                return@page
            }
            decision.reasons.forEach { bubble("${it.text}  ${change(it.yuan)}") }
            decision.unused.forEach { bubble(it.text) }
            if (decision.next.isNotEmpty()) {
                bubble(context.getString(R.string.assistant_next))
                decision.next.forEach { line -> suggestion(line) }
            }
        }
    }

    private fun LinearLayout.bubble(text: String) = with(pieces) {
        addView(
            text(text).apply {
                background = shape(colour(R.color.bailing_surface), 18)
                setPadding(dp(16), dp(12), dp(16), dp(12))
                maxWidth = dp(300)
            },
            LinearLayout.LayoutParams(WRAP_CONTENT, WRAP_CONTENT).apply { topMargin = dp(10) },
        )
    }

    private fun LinearLayout.suggestion(line: QuotaDecision.Line) = with(pieces) {
        addView(
            button(R.string.enrol_action) { line.kind?.let(choose) }.apply {
                text = context.getString(line.kind?.label ?: R.string.tab_tasks) + "  " + change(line.yuan)
                setPadding(dp(20), dp(8), dp(20), dp(8))
            },
            LinearLayout.LayoutParams(WRAP_CONTENT, WRAP_CONTENT).apply {
                topMargin = dp(10)
                gravity = Gravity.END
            },
        )
    }
}
